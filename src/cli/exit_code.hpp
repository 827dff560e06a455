// The exit statuses of podlapse; the only place that names them.
#pragma once

namespace podlapse::cli {

enum class ExitCode : int {
  Ok = 0,             ///< what was asked for was done, however the Pod ended
  Problem = 1,        ///< an expectation failed, or a problem was found
  BadInput = 2,       ///< the command line or an input was refused, or the output could not be written
  InternalFault = 3,  ///< podlapse itself is at fault
  Interrupted = 130,  ///< Ctrl-C; what had happened so far was shown
};

[[nodiscard]] constexpr int to_status(ExitCode code) { return static_cast<int>(code); }

}  // namespace podlapse::cli
