// Does a simulation do what a real kubelet did? Seven checks hold a simulated trace against the recorded runs of the same
// case. Runs of one case differ among themselves, and the checks allow what such jitter can explain; tests/conformance
// holds recorded runs, and its README.md tells the checks in words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// The checks, in the order in which their disagreements come.
inline constexpr std::array<RuleId, 7> kConformanceChecks = {
    RuleId::ConformLifecycle, RuleId::ConformOrder,  RuleId::ConformTime, RuleId::ConformStatus,
    RuleId::ConformDwell,     RuleId::ConformEvents, RuleId::ConformFinal};

/// From `least` to `most`, both within: instants since creation, or lengths of time.
struct TimeRange {
  SimDuration least{}, most{};
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// Disagreement::pod of what is about a Job.
inline constexpr std::int32_t kJobItself = -1;

/// One thing in which a simulation differs from all recorded runs.
struct Disagreement {
  /// What one side shows. Where that is a time or a length of time, `times` has it and `text` is empty.
  struct Side {
    std::string text;
    std::optional<TimeRange> times;
    friend bool operator==(const Side&, const Side&) = default;
  };
  RuleId check = RuleId::None;
  std::int32_t pod = 0;  ///< Pods are told apart by the order in which they appear; their names are chance
  std::string subject;   ///< "app[0].exited(1)", "condition Ready", "event BackOff of app"
  Side simulated, recorded;
};

struct Agreement {
  std::vector<Disagreement> disagreements;  ///< by check, in the order of kConformanceChecks
  /// A recording shows no processes (TraceHeader::sight): lifecycle, order and time look at the starts and exits that statuses
  /// have, to the second, and not at signals.
  bool by_status = false;
  bool events_judged = true;                ///< false: a recording has no events
  RuleId limited_by = RuleId::None;         ///< the rule by which one of the two is so

  [[nodiscard]] bool agrees() const { return disagreements.empty(); }
  [[nodiscard]] std::size_t count(RuleId check) const;
};

/// Holds `simulated` against all runs in `recorded`: it need not be like one of them throughout, but each thing must be
/// like one of them. Times are compared in milliseconds, which is what traces have. What happens in the last 2 s before
/// the shortest of the recorded runs ended is not judged.
/// Requires: `recorded` is not empty, no one's sight is Sight::State, and records are in the order of time.
[[nodiscard]] Agreement compare_traces(const Trace& simulated, const std::vector<Trace>& recorded);

}  // namespace podlapse
