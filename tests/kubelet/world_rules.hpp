// What a run says of the rules it went by.
#pragma once

#include <string_view>
#include <vector>

#include "kubelet/world_support.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::test {

/// The records of `story` that rest on `id`, in their order. Requires one at least; notes that the rule was reached.
[[nodiscard]] std::vector<TraceRecord> records_of(const Story& story, RuleId id);
/// The instants of those records, in seconds after t = 0.
[[nodiscard]] std::vector<double> instants_of(const Story& story, RuleId id);
/// Whether any record rests on `id`.
[[nodiscard]] bool names(const Story& story, RuleId id);
/// The id of the rule that the cause of `record` rests on; empty for a record without a cause.
[[nodiscard]] std::string rule_of_cause(const Story& story, const TraceRecord& record);

[[nodiscard]] double seconds(const TraceRecord& record);
/// The container that an observation is about; empty for one about the Pod.
[[nodiscard]] std::string container_of(const TraceRecord& record);

/// "1 2.5 12": instants rounded to 0.1 s, without a trailing zero.
[[nodiscard]] std::string tenths(const std::vector<double>& instants);

/// As `pod`, with the latencies and polling periods of a real node.
[[nodiscard]] WorldCase on_a_node(WorldCase pod);

}  // namespace podlapse::test
