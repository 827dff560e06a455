// The outermost layer: whatever goes wrong inside becomes a line on standard error and an exit status.
#pragma once

#include <functional>

#include "cli/exit_code.hpp"

namespace podlapse::cli {

/// Runs `body`, hands its output to the reader, and returns the exit status. A reader that has left is no failure;
/// output that cannot be written is bad usage; an exception that nobody expected (InternalFault above all) is a fault
/// of podlapse, and the user is told how to report it.
[[nodiscard]] int run_guarded(const std::function<ExitCode()>& body);

}  // namespace podlapse::cli
