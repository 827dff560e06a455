// The program behind main(): command line in, exit status out.
#pragma once

namespace podlapse::cli {

/// Runs podlapse with the arguments of main(). The product goes to standard output, everything else to standard error.
/// Throws nothing.
/// @return the exit status (exit_code.hpp)
int run_app(int argc, const char* const* argv);

}  // namespace podlapse::cli
