// What one state of a Pod tells of the time before it: instants of its containers, and when conditions took their values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// Turns an instant of the cluster's clock into one of the trace.
using ClusterClock = std::function<SimTime(WallTime)>;

/// Name and containers as the spec has them; as the status has them where there is no spec.
[[nodiscard]] PodOutline outline_of(const Value& pod);

/// The status as a trace has it: a state that the API shows as empty is waiting.
[[nodiscard]] StatusObservation observed_status(const Value& pod);

/// When deletion was asked for; nullopt where it was not.
[[nodiscard]] std::optional<WallTime> deletion_asked_at(const Value& pod);

/// Records of what happened before `seen_at`, when `pod` was seen, as far as its status tells: from the creation on, the last two
/// runs of each container, conditions, deletion. What cannot be known is a step kUnknownStep or kUnknownWord. Not sorted.
[[nodiscard]] std::vector<TraceRecord> history_of(const Value& pod, SimTime seen_at, const ClusterClock& clock);

}  // namespace podlapse
