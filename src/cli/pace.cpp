#include "cli/pace.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "cli/terminal.hpp"
#include "podlapse/report/text.hpp"

namespace podlapse::cli {
namespace {

using Clock = std::chrono::steady_clock;

// A signal handler sees nothing else. NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t g_interrupted = 0;

extern "C" void on_interrupt(int signal) {
  g_interrupted = 1;
  std::signal(signal, SIG_DFL);
}

class FullSpeed final : public Pace {
 public:
  explicit FullSpeed(bool show_progress) : show_progress_(show_progress) {
    before_ = std::signal(SIGINT, on_interrupt);
  }
  FullSpeed(const FullSpeed&) = delete;
  FullSpeed& operator=(const FullSpeed&) = delete;
  ~FullSpeed() override { std::signal(SIGINT, before_); }

  void begin(const std::string& what) override { what_ = what; }

  bool go_on(SimTime due) override {
    // The clock costs more than an event does.
    if ((++events_ & 0xfffU) == 0 && show_progress_) show(due);
    return g_interrupted == 0;
  }

  void end() override {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
  }

 private:
  void show(SimTime due) {
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds{200};
    shown_ = true;
    const std::string line = "\r\x1b[K" + what_ + ": " + format_span(due.time_since_epoch()) + " simulated, " +
                             std::to_string(events_) + " events, Ctrl-C stops";
    std::fputs(line.c_str(), stderr);
  }

  std::string what_;
  bool show_progress_, shown_ = false;
  std::uint64_t events_ = 0;
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds{500};
  void (*before_)(int) = SIG_DFL;
};

}  // namespace

std::unique_ptr<Pace> full_speed(bool show_progress) {
  return std::make_unique<FullSpeed>(show_progress && is_terminal(Stream::Error));
}

bool ask_pace(SimTime due, void* pace) { return static_cast<Pace*>(pace)->go_on(due); }

}  // namespace podlapse::cli
