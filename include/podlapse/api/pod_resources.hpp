// What a whole Pod asks for: its containers' requests and limits added up as the scheduler and the kubelet do
// (k8s.io/component-helpers/resource/helpers.go PodRequests, PodLimits).
#pragma once

#include "podlapse/api/value.hpp"

namespace podlapse {

/// The effective requests of a defaulted Pod's spec, by resource, sorted by name: the sum over mains and sidecars, or what an init
/// container needs beside the sidecars before it where that is more; requests of the Pod itself replace it (cpu, memory,
/// huge pages); the overhead is added.
[[nodiscard]] Value pod_requests(const Value& pod_spec);

/// The effective limits, made alike; the overhead is added where there is a limit.
[[nodiscard]] Value pod_limits(const Value& pod_spec);

}  // namespace podlapse
