// What somebody who has a manifest and no expectations yet could expect of it: sentences that hold now.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "podlapse/scenario/scenario.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// A run of a scenario, as judge() takes it.
struct JudgedRun {
  Trace trace;
  bool cut = false;
};

struct FirstExpectation {
  std::string sentence;
  std::string why;  ///< what it is about, for a comment
};

/// "" where `scenario` has one workload, else "web/": what stands before the names of that workload's containers.
[[nodiscard]] std::string name_prefix(const Scenario& scenario, const Workload& workload);

/// As people write it: `45s`, `2m`, `1m30s`.
[[nodiscard]] std::string short_duration(SimDuration duration);

/// The shortest of a few round times within which `moment` ("pod.ready") happens in all `runs`; nullopt where it does
/// not in one of them.
[[nodiscard]] std::optional<SimDuration> happens_within(const std::string& moment, const Scenario& scenario,
                                                        std::span<const JudgedRun> runs);

/// Sentences about starts and their order, readiness, restarts, the end and the shutdown, of all those that hold in
/// every one of `runs`. Bounds are round, and one step wider than what was seen.
[[nodiscard]] std::vector<FirstExpectation> first_expectations(const Scenario& scenario,
                                                               std::span<const JudgedRun> runs);

}  // namespace podlapse
