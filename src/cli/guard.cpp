#include "cli/guard.hpp"

#include <exception>
#include <string>

#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/version.hpp"

namespace podlapse::cli {

int run_guarded(const std::function<ExitCode()>& body) {
  try {
    const ExitCode code = body();
    flush_output();
    return to_status(code);
  } catch (const OutputClosed&) {
    return to_status(ExitCode::Ok);
  } catch (const OutputFailed& failure) {
    log_error(failure.what());
    return to_status(ExitCode::BadInput);
  } catch (const std::exception& fault) {
    log_error(std::string{"internal fault: "} + fault.what());
    log_help(std::string{"this is a fault of podlapse "} + kVersion +
             ", not of your input: please report it, with the command and the files it read");
    return to_status(ExitCode::InternalFault);
  }
}

}  // namespace podlapse::cli
