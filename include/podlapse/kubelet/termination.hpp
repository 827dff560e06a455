// Killing: who waits for whom and how much grace is left. kuberuntime_container.go killContainer,
// kuberuntime_termination_order.go, pod_workers.go calculateEffectiveGracePeriod. Durations are whole seconds where the
// kubelet counts in whole seconds.
#pragma once

#include <optional>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/pod_actions.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// kuberuntime_container.go setTerminationGracePeriod: the deletion grace period, else that of the probe that killed it,
/// else the spec's, else the minimum. `deletion_grace`: metadata.deletionGracePeriodSeconds.
[[nodiscard]] Decided<SimDuration> termination_grace_period(const PodSpec& pod, const ContainerSpec& container, KillReason reason,
                                                            std::optional<SimDuration> deletion_grace,
                                                            const KubeletConstants& constants);

/// As above for tests without a Pod-level period: nullopt `pod_grace` means the spec has none.
[[nodiscard]] Decided<SimDuration> termination_grace_period(std::optional<SimDuration> pod_grace, const ContainerSpec& container,
                                                            KillReason reason, std::optional<SimDuration> deletion_grace,
                                                            const KubeletConstants& constants);

/// pod_workers.go calculateEffectiveGracePeriod: the deletion's, which may be longer than the spec's; an override only shortens
/// it; the spec's where neither is given; at least 1 s. What was seen before and was shorter counts as an override.
[[nodiscard]] Decided<SimDuration> effective_grace_period(SimDuration spec_grace, std::optional<SimDuration> deletion_grace,
                                                          std::optional<SimDuration> override_grace,
                                                          const KubeletConstants& constants);

/// The containers that must have ended before `container` gets its stop signal (newTerminationOrdering): none for mains and
/// inits; for a sidecar all running mains and the nearest later sidecar if that runs. `running[i]`: container i runs.
/// Empty for every container of a Pod without sidecars. `gates`: releases that know no order, or wait for sidecars that do not run.
[[nodiscard]] Decided<std::vector<ContainerIndex>> termination_prerequisites(const PodSpec& pod, const std::vector<bool>& running,
                                                                             ContainerIndex container,
                                                                             const FeatureGates& gates = {});

/// What is left of a grace period after `elapsed`, which counts in whole seconds, truncated.
[[nodiscard]] SimDuration remaining_grace(SimDuration grace, SimDuration elapsed);

/// StopContainer's timeout: what is left, but at least the minimum (2 s).
[[nodiscard]] Decided<SimDuration> stop_timeout(SimDuration remaining, const KubeletConstants& constants);

}  // namespace podlapse
