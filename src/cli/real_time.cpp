// --speed: events happen when a Boost.Asio timer says so, and Ctrl-C arrives as an Asio signal.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>

#include "cli/output.hpp"
#include "cli/pace.hpp"

namespace podlapse::cli {
namespace {

using Clock = std::chrono::steady_clock;

class RealTime final : public Pace {
 public:
  explicit RealTime(double factor) : factor_(factor), timer_(io_), interrupt_(io_, SIGINT) {
    interrupt_.async_wait([this](const boost::system::error_code& error, int) { interrupted_ = !error; });
  }

  void begin(const std::string&) override { start_ = Clock::now(); }

  bool go_on(SimTime due) override {
    const Clock::time_point until = start_ + on_the_wall(due.time_since_epoch());
    if (until <= Clock::now()) {
      io_.poll();
      return !interrupted_;
    }
    flush_output();
    bool elapsed = false;
    timer_.expires_at(until);
    timer_.async_wait([&elapsed](const boost::system::error_code&) { elapsed = true; });
    while (!elapsed && !interrupted_) io_.run_one();
    if (!elapsed) {
      timer_.cancel();
      while (!elapsed) io_.run_one();
    }
    return !interrupted_;
  }

 private:
  [[nodiscard]] Clock::duration on_the_wall(SimDuration simulated) const {
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double, std::nano>(static_cast<double>(simulated.count()) / factor_));
  }

  double factor_;
  Clock::time_point start_;
  boost::asio::io_context io_;
  boost::asio::steady_timer timer_;
  boost::asio::signal_set interrupt_;
  bool interrupted_ = false;
};

}  // namespace

std::unique_ptr<Pace> real_time(double factor) { return std::make_unique<RealTime>(factor); }

}  // namespace podlapse::cli
