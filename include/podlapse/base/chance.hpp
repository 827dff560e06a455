// Chance, injected and replayable. A draw is a pure function of (seed, stream name, index), so adding a container moves no
// other container's draws, and a World can be copied without sharing a generator. Without a seed every draw is the
// distribution's median: the run is the typical one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// A measured duration: three quantiles of what a real node showed, and bounds. Between them the quantile function is
/// linear. Requires: min <= p10 <= median <= p90 <= max.
struct Latency {
  SimDuration min{}, p10{}, median{}, p90{}, max{};

  /// The same duration always.
  [[nodiscard]] static constexpr Latency exactly(SimDuration d) { return {d, d, d, d, d}; }
  /// Any duration between `low` and `high`, equally likely; the median is the middle.
  [[nodiscard]] static constexpr Latency uniform(SimDuration low, SimDuration high) {
    const SimDuration width = high - low;
    return {low, low + width / 10, low + width / 2, high - width / 10, high};
  }
  friend bool operator==(const Latency&, const Latency&) = default;
};

/// Identifies one series of draws, e.g. hash of "default/web/app/start". Made once, kept as a number.
enum class StreamId : std::uint64_t {};

[[nodiscard]] constexpr StreamId stream_id(std::string_view name, StreamId parent = StreamId{0xcbf29ce484222325ULL}) {
  std::uint64_t hash = static_cast<std::uint64_t>(parent);
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return StreamId{hash};
}

/// The source of all chance in a run. A value: copying it copies nothing but the seed.
class Chance {
 public:
  Chance() = default;  ///< no seed: medians
  explicit Chance(std::optional<std::uint64_t> seed) : seed_(seed) {}

  [[nodiscard]] bool seeded() const { return seed_.has_value(); }

  /// The `index`-th draw of `stream`, distributed as `latency` says (its median without a seed).
  [[nodiscard]] SimDuration draw(const Latency& latency, StreamId stream, std::uint64_t index) const;

  /// The `index`-th number of `stream`, uniform in [0, 2^64); half of that without a seed.
  [[nodiscard]] std::uint64_t bits(StreamId stream, std::uint64_t index) const;

 private:
  std::optional<std::uint64_t> seed_;
};

}  // namespace podlapse
