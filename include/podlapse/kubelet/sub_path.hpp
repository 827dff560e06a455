// subPathExpr of a volume mount: what it expands to, and what is wrong with that.
#pragma once

#include <string>

#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Why the mounts of `container` cannot be made, in the kubelet's words; empty when they can, or when a value is needed of which
/// nothing is known (kubelet_pods.go makeMounts; container/helpers.go ExpandContainerVolumeMounts).
[[nodiscard]] Decided<std::string> sub_path_problem(const PodSpec& pod, const ContainerSpec& container);

}  // namespace podlapse
