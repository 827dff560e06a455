// Whether a container that is not running is to be started again. Pure decisions over spec and snapshot.
#pragma once

#include <cstdint>

#include "podlapse/kubelet/runtime_status.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// The first rule whose exit codes match `exit_code`, or nullptr (pkg/api/v1/pod/util.go FindMatchingContainerRestartRule).
[[nodiscard]] const ContainerRestartRule* find_matching_restart_rule(const ContainerSpec& container, std::int32_t exit_code);

/// pkg/api/v1/pod/util.go ContainerShouldRestart: a matching rule restarts; else the container's own policy, else the Pod's.
[[nodiscard]] Decided<bool> container_should_restart(const ContainerSpec& container, RestartPolicy pod_policy,
                                                     std::int32_t exit_code, const FeatureGates& gates = {});

/// pkg/api/v1/pod/util.go IsContainerRestartable: could it ever be restarted, judged by the spec alone?
[[nodiscard]] bool is_container_restartable(const ContainerSpec& container, RestartPolicy pod_policy);

/// pkg/api/v1/pod/util.go AllContainersCouldRestart: has any container a RestartAllContainers rule?
[[nodiscard]] bool all_containers_could_restart(const PodSpec& pod);

/// pkg/kubelet/container/helpers.go ShouldContainerBeRestarted, on the newest record of `container`.
/// `deleting`: the Pod has a deletion timestamp.
[[nodiscard]] Decided<bool> should_container_be_restarted(const PodSpec& pod, ContainerIndex container,
                                                          const RuntimePodStatus& status, bool deleting,
                                                          const FeatureGates& gates = {});

/// Has `container`, whose newest record is `newest` (nullptr: none), exited with a code whose first matching rule says
/// RestartAllContainers?
[[nodiscard]] bool asks_for_restart_of_all(const ContainerSpec& container, const ContainerRecord* newest);

/// pkg/kubelet/container/helpers.go ShouldAllContainersRestart: has a container exited with a RestartAllContainers rule
/// matching, or is such a restart under way (`condition_true`: AllContainersRestarting in the API is True)?
[[nodiscard]] Decided<bool> should_all_containers_restart(const PodSpec& pod, const RuntimePodStatus& status,
                                                          bool condition_true);

}  // namespace podlapse
