#include "cli/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

namespace podlapse::cli {
namespace {

[[noreturn]] void fail_write() {
  const int error = errno;
  if (error == EPIPE) throw OutputClosed{};
  throw OutputFailed{std::string{"cannot write standard output: "} + std::strerror(error)};
}

}  // namespace

void ignore_broken_pipe() { std::signal(SIGPIPE, SIG_IGN); }

void write_output(std::string_view text) {
  if (!text.empty() && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail_write();
}

void flush_output() {
  if (std::fflush(stdout) != 0) fail_write();
}

}  // namespace podlapse::cli
