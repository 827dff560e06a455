// The pending events of a simulation, smallest key first. Keys are totally ordered by (due, seq), so ties are first in,
// first out and never an accident of the heap. Knows no Pods.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// When an event is due, and its place among those due at the same instant.
struct EventKey {
  SimTime due{};
  std::uint64_t seq = 0;
  friend constexpr auto operator<=>(const EventKey&, const EventKey&) = default;
};

/// Names a pending event for cancel(). Never reused; a default one names none.
struct EventHandle {
  std::uint32_t slot = static_cast<std::uint32_t>(-1);
  std::uint64_t seq = 0;
  [[nodiscard]] bool set() const { return slot != static_cast<std::uint32_t>(-1); }
};

}  // namespace podlapse
