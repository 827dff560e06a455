#include "support/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

namespace podlapse::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLongest = std::chrono::seconds{60};

/// Both ends of a pipe or of a terminal; -1 where there is none.
struct Channel {
  int read = -1, write = -1;
};

void close_end(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

Channel make_pipe() {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  return {ends[0], ends[1]};
}

Channel make_terminal(int columns) {
  Channel channel;
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 50;
  REQUIRE(openpty(&channel.read, &channel.write, nullptr, nullptr, &size) == 0);
  fcntl(channel.read, F_SETFD, FD_CLOEXEC);
  fcntl(channel.write, F_SETFD, FD_CLOEXEC);
  return channel;
}

Channel make_output(const ProcessOptions& options) {
  if (options.terminal_columns) return make_terminal(*options.terminal_columns);
  if (options.output_path.empty()) return make_pipe();
  Channel channel;
  channel.write = open(options.output_path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(channel.write >= 0);
  return channel;
}

[[noreturn]] void become(const std::string& program, const std::vector<std::string>& arguments,
                         const ProcessOptions& options, const Channel& in, const Channel& out, const Channel& err) {
  dup2(in.read, STDIN_FILENO);
  dup2(out.write, STDOUT_FILENO);
  dup2(err.write, STDERR_FILENO);
  for (const auto& [name, value] : options.environment) {
    value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
  }
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(126);
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(program.c_str(), words.data());
  _exit(127);
}

/// Moves bytes in both directions until the process has closed its outputs.
class Conversation {
 public:
  Conversation(pid_t process, const ProcessOptions& options, int in, int out, int err)
      : process_(process), options_(options), in_(in), out_(out), err_(err) {}

  void hold(ProcessResult& result) {
    while (out_ >= 0 || err_ >= 0) {
      const bool in_time = Clock::now() < until_;
      if (!in_time) kill(process_, SIGKILL);
      REQUIRE(in_time);
      std::array<pollfd, 3> ends{{{in_, POLLOUT, 0}, {out_, POLLIN, 0}, {err_, POLLIN, 0}}};
      poll(ends.data(), ends.size(), 100);
      if (ends[0].revents != 0) feed();
      if (ends[1].revents != 0) take(out_, result.output);
      if (ends[2].revents != 0) take(err_, result.error);
      interrupt(result.output);
    }
    close_end(in_);
  }

 private:
  void feed() {
    const std::size_t left = options_.input.size() - fed_;
    const ssize_t count = left == 0 ? 0 : write(in_, options_.input.data() + fed_, left);
    if (count <= 0) return close_end(in_);
    fed_ += static_cast<std::size_t>(count);
  }

  static void take(int& from, std::string& to) {
    std::array<char, 4096> buffer{};
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count <= 0) return close_end(from);  // a terminal whose other side is gone says EIO
    to.append(buffer.data(), static_cast<std::size_t>(count));
  }

  void interrupt(const std::string& output) {
    if (interrupted_ || options_.interrupt_after.empty()) return;
    if (output.find(options_.interrupt_after) == std::string::npos) return;
    interrupted_ = true;
    kill(process_, SIGINT);
  }

  pid_t process_;
  const ProcessOptions& options_;
  int in_, out_, err_;
  std::size_t fed_ = 0;
  bool interrupted_ = false;
  Clock::time_point until_ = Clock::now() + kLongest;
};

}  // namespace

ProcessResult run_process(const std::string& program, const std::vector<std::string>& arguments,
                          const ProcessOptions& options) {
  REQUIRE_MESSAGE(access(program.c_str(), X_OK) == 0, program << " cannot be run");
  std::signal(SIGPIPE, SIG_IGN);
  Channel in = make_pipe(), out = make_output(options), err = make_pipe();
  const pid_t process = fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    if (options.close_output_early) close(out.read);
    become(program, arguments, options, in, out, err);
  }
  close_end(in.read);
  close_end(out.write);
  close_end(err.write);
  if (options.close_output_early) close_end(out.read);
  ProcessResult result;
  Conversation{process, options, in.write, out.read, err.read}.hold(result);
  int status = 0;
  REQUIRE(waitpid(process, &status, 0) == process);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

ProcessResult run_podlapse(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  return run_process(PODLAPSE_BINARY, arguments, options);
}

}  // namespace podlapse::test
