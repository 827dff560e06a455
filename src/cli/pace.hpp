// Who decides whether a run goes on: the clock on the wall (--speed), Ctrl-C, and a progress line for long work.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "podlapse/base/time.hpp"

namespace podlapse::cli {

/// Asked before each event of a run, for one run after the other.
class Pace {
 public:
  virtual ~Pace() = default;
  /// A run begins at its t = 0; `what` is its name.
  virtual void begin(const std::string& what) = 0;
  /// False: stop here. `due` is when the event happens.
  virtual bool go_on(SimTime due) = 0;
  /// The run is over: what it printed beside the product is taken away.
  virtual void end() {}
};

/// As fast as possible. Ctrl-C stops the run (a second one the program); work that lasts shows its progress on standard
/// error, where that is a terminal and `show_progress`.
[[nodiscard]] std::unique_ptr<Pace> full_speed(bool show_progress);

/// In real time times `factor`. Ctrl-C stops the run at once. Everything written so far is on standard output before it
/// waits.
[[nodiscard]] std::unique_ptr<Pace> real_time(double factor);

/// Asks a Pace: what run_world() calls, with the Pace as context.
[[nodiscard]] bool ask_pace(SimTime due, void* pace);

}  // namespace podlapse::cli
