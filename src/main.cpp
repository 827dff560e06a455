// The process: everything it does is in src/cli/app.cpp, so that tests can call it.
#include "cli/app.hpp"

int main(int argc, char** argv) { return podlapse::cli::run_app(argc, argv); }
