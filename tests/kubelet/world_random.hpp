// Pods made by chance: containers of all kinds, policies, behaviours, probes and hooks, and what happens to them from outside.
// The same seed makes the same Pods with every compiler.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "podlapse/kubelet/world.hpp"

namespace podlapse::test {

/// A linear congruential generator (Knuth's MMIX constants); its upper bits are used.
class Lcg {
 public:
  explicit Lcg(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
  /// One of 0 ... n-1.
  std::uint32_t below(std::uint32_t n) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>(((state_ >> 33) * n) >> 31);
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <class Value, std::size_t N>
  const Value& pick(const Value (&values)[N]) {
    return values[below(N)];
  }

 private:
  std::uint64_t state_;
};

/// What one seed makes, and how it is run.
struct RandomCase {
  WorldInput input;
  std::optional<std::uint64_t> seed;  ///< of input.chance
  bool ideal = false;                 ///< input.config is the ideal profile
  SimDuration until = std::chrono::seconds{120};
  std::uint64_t copied_at = 0;        ///< the step before which the World is copied
};

/// One to three Pods, of which the first may be a Job's, and up to three actions within the first 40 s. All of it can be written
/// as a scenario file and reads back as it is.
[[nodiscard]] RandomCase random_case(std::uint64_t seed);
[[nodiscard]] std::shared_ptr<const WorldInput> random_world(std::uint64_t seed);

/// After a change: lets config and chance follow `ideal` and `seed`, and drops what has no effect and what the API server would
/// not take.
void tidy(RandomCase& random);

}  // namespace podlapse::test
