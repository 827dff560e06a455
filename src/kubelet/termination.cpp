#include "podlapse/kubelet/termination.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {
namespace {

/// The grace period of the probe that is the reason for the kill, if it has one of its own.
std::optional<SimDuration> grace_of_probe(const ContainerSpec& container, KillReason reason) {
  const std::optional<ProbeSpec>* probe = nullptr;
  switch (reason) {
    case KillReason::StartupProbe: probe = &container.startup_probe; break;
    case KillReason::LivenessProbe: probe = &container.liveness_probe; break;
    case KillReason::Unknown:
    case KillReason::FailedPostStartHook:
    case KillReason::RestartAllContainers:
    case KillReason::DefinitionChanged: break;
  }
  if (probe == nullptr || !*probe) return std::nullopt;
  return (*probe)->termination_grace_period;
}

}  // namespace

Decided<SimDuration> termination_grace_period(const PodSpec& pod, const ContainerSpec& container, KillReason reason,
                                              std::optional<SimDuration> deletion_grace,
                                              const KubeletConstants& constants) {
  return termination_grace_period(std::optional{pod.termination_grace_period}, container, reason, deletion_grace,
                                  constants);
}

Decided<SimDuration> termination_grace_period(std::optional<SimDuration> pod_grace, const ContainerSpec& container,
                                              KillReason reason, std::optional<SimDuration> deletion_grace,
                                              const KubeletConstants& constants) {
  if (deletion_grace) return {*deletion_grace, RuleId::TerminationDeletionGrace};
  const std::optional<SimDuration> probe_grace = grace_of_probe(container, reason);
  if (probe_grace) return {*probe_grace, RuleId::TerminationProbeGrace};
  if (pod_grace) return {*pod_grace, RuleId::TerminationSpecGrace};
  return {constants.minimum_grace_period, RuleId::TerminationNoGrace};
}

Decided<SimDuration> effective_grace_period(SimDuration spec_grace, std::optional<SimDuration> deletion_grace,
                                            std::optional<SimDuration> override_grace,
                                            const KubeletConstants& constants) {
  Decided<SimDuration> grace{spec_grace, RuleId::TerminationEffectiveSpec};
  if (deletion_grace) grace = {*deletion_grace, RuleId::TerminationEffectiveDeletion};
  if (override_grace && (!deletion_grace || *override_grace < *deletion_grace)) {
    grace = {*override_grace, RuleId::TerminationEffectiveOverride};
  }
  if (grace.value >= constants.minimum_grace_period_override) return grace;
  return {constants.minimum_grace_period_override, RuleId::TerminationEffectiveAtLeastOne};
}

Decided<std::vector<ContainerIndex>> termination_prerequisites(const PodSpec& pod, const std::vector<bool>& running,
                                                               ContainerIndex container, const FeatureGates& gates) {
  PODLAPSE_CHECK(running.size() == pod.containers.size());
  if (!pod.has_sidecars()) return {{}, RuleId::TerminationTogether};
  if (!gates.sidecars_stop_last) return {{}, RuleId::TerminationNoOrderYet};
  if (pod.containers[container].kind != ContainerKind::Sidecar) return {{}, RuleId::TerminationMainsFirst};
  std::vector<ContainerIndex> awaited;
  bool later_sidecar_seen = false, awaits_absent = false;
  for (ContainerIndex i = container + 1; i < pod.containers.size(); ++i) {
    const ContainerKind kind = pod.containers[i].kind;
    const bool next_sidecar = kind == ContainerKind::Sidecar && !later_sidecar_seen;
    later_sidecar_seen = later_sidecar_seen || next_sidecar;
    const bool absent = !running[i] && next_sidecar && gates.absent_sidecar_is_awaited;
    awaits_absent = awaits_absent || absent;
    if (absent || (running[i] && (next_sidecar || kind == ContainerKind::Main))) awaited.push_back(i);
  }
  return {std::move(awaited), awaits_absent ? RuleId::TerminationAbsentAwaited : RuleId::TerminationSidecarsLast};
}

SimDuration remaining_grace(SimDuration grace, SimDuration elapsed) {
  return grace - std::chrono::floor<std::chrono::seconds>(elapsed);
}

Decided<SimDuration> stop_timeout(SimDuration remaining, const KubeletConstants& constants) {
  if (remaining >= constants.minimum_grace_period) return {remaining, RuleId::TerminationRemaining};
  return {constants.minimum_grace_period, RuleId::TerminationFloor};
}

}  // namespace podlapse
