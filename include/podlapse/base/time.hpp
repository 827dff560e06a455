// Simulated time. Units live in the type: a SimTime is nanoseconds since the creation of the first object of a run was
// acknowledged (the trace's t = 0), a SimDuration a span of such nanoseconds. No clock here can be read: only the engine
// moves time, by taking the next event.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace podlapse {

/// Tag of the virtual clock. It has no now(): time is what the event queue says it is.
struct SimClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};

using SimDuration = SimClock::duration;
using SimTime = SimClock::time_point;

/// An instant of civil time (UTC), as Kubernetes' timestamps mean it.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Maps simulated to civil time: t = 0 is `origin`. Kubernetes truncates its timestamps to whole seconds, so the
/// fraction of `origin` decides in which second a start falls.
struct WallClock {
  WallTime origin{};

  [[nodiscard]] constexpr WallTime at(SimTime time) const { return origin + time.time_since_epoch(); }
};

inline constexpr SimTime kTimeZero{};

/// The largest whole second not after `time` on the civil clock, as a simulated instant (may lie before t = 0).
[[nodiscard]] SimTime truncate_to_second(SimTime time, const WallClock& clock);

/// "2026-01-01T00:00:00Z": RFC 3339, UTC, truncated to the second, as metav1.Time is written.
[[nodiscard]] std::string format_rfc3339(WallTime time);

/// Parses RFC 3339 with Z or a numeric offset and optional fraction; false when `text` is not such a time.
[[nodiscard]] bool parse_rfc3339(const std::string& text, WallTime& out);

/// Go's time.Duration.String(): "10s", "1m20s", "5m0s", "1.5s", "250ms", "0s".
[[nodiscard]] std::string format_go_duration(SimDuration duration);

/// Seconds with `decimals` digits after the point, rounded half away from zero: "12.400".
[[nodiscard]] std::string format_seconds(SimDuration duration, int decimals);

/// Parses "2s", "1.5s", "250ms", "1m20s", "1h" (Go's form) or a bare number of seconds ("2", "0.5").
/// False when the text is no duration, has a sign, or does not fit into 64-bit nanoseconds.
[[nodiscard]] bool parse_duration(const std::string& text, SimDuration& out);

}  // namespace podlapse
