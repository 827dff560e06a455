// Holds expectations against a trace, and tells what happened instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/expect/expectation.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// Something in the trace that a verdict rests on.
struct Sighting {
  SimTime at{};
  std::string text;       ///< "app.started"
  std::string rule;       ///< the rule that caused it; empty in a recorded trace
  std::uint64_t seq = 0;  ///< of its record; 0: no record shows it

  friend bool operator==(const Sighting&, const Sighting&) = default;
};

struct Verdict {
  bool held = false;
  RuleId because = RuleId::None;     ///< how it was judged
  std::string text;                  ///< of a failure: what happened instead, in one line
  std::vector<Sighting> sightings;   ///< in the order of time
};

/// The verdict on `expectation`. `cut` says that the run did not end by itself: what it would have brought is not known.
/// Requires: records in the order of time; names that read_expectations() found to exist.
[[nodiscard]] Verdict judge(const Expectation& expectation, const Trace& trace, bool cut);

}  // namespace podlapse
