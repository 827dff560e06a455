// Which containers a Pod has and what part each plays, where a trace does not say.
#pragma once

#include <vector>

#include "podlapse/trace/record.hpp"

namespace podlapse {

/// The Pods of `records` in the order in which they appear, their containers in the order of the status, with the roles
/// that their states give away: what ran before `Initialized` was an init container or a sidecar; one that ended and is
/// `ready` was an init container; one that was `ready` while it ran before, or had a startup probe pending, a sidecar.
/// What never ran cannot be told: taken for an init container as long as a later one must be the main.
/// Requires: the states of each status in one list, in the order of the spec.
[[nodiscard]] std::vector<PodOutline> infer_outlines(const std::vector<TraceRecord>& records);

/// Adds the Pods that controllers made, as the trace says of what; a name that comes again stands once.
void add_made_outlines(const std::vector<TraceRecord>& records, std::vector<PodOutline>& outlines);

/// Puts the states of init containers and sidecars where the API has them: status.initContainerStatuses.
void split_by_role(const std::vector<PodOutline>& outlines, std::vector<TraceRecord>& records);

}  // namespace podlapse
