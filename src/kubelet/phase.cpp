// kubelet_pods.go getPhase and what it looks at.
#include <algorithm>

#include "podlapse/base/check.hpp"
#include "podlapse/kubelet/pod_status.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;

struct Tally {
  std::int32_t pending_inits = 0, pending_sidecars = 0, failed_inits = 0;
  std::int32_t running = 0, waiting = 0, unknown = 0;
  std::int32_t stopped = 0, final_stops = 0, succeeded = 0;
};

/// The termination a status is judged by: the present one, or that before the wait; nullptr when it never ended.
const CachedContainerState* termination(const CachedContainerStatus& status) {
  if (status.state.kind == Kind::Terminated) return &status.state;
  if (status.state.kind == Kind::Waiting && status.last_state.kind == Kind::Terminated) return &status.last_state;
  return nullptr;
}

bool may_restart(const PodSpec& pod, const ContainerSpec& container, const CachedContainerState& ended) {
  return ended.reason == StateReason::RestartingAllContainers ||
         container_should_restart(container, pod.restart_policy, ended.exit_code).value;
}

void count_init(const PodSpec& pod, const ContainerSpec& container, const CachedContainerStatus& status, Tally& tally) {
  const CachedContainerState* ended = termination(status);
  if (!status.present || !ended) {
    ++tally.pending_inits;
  } else if (ended->exit_code != 0 && !may_restart(pod, container, *ended)) {
    ++tally.failed_inits;
  }
}

void count_sidecar(const CachedContainerStatus& status, Tally& tally) {
  if (!status.present) {
    ++tally.unknown;
    return;
  }
  switch (status.state.kind) {
    case Kind::Running:
      ++tally.running;
      if (!status.started.value_or(false)) ++tally.pending_sidecars;
      return;
    case Kind::Terminated: return;
    case Kind::Waiting:
      if (status.last_state.kind == Kind::Terminated) return;
      ++tally.pending_sidecars;
      ++tally.waiting;
      return;
    case Kind::None:
      ++tally.pending_sidecars;
      ++tally.unknown;
      return;
  }
  fail_check("ContainerState::Kind", __FILE__, __LINE__);
}

void count_main(const PodSpec& pod, const ContainerSpec& container, const CachedContainerStatus& status, Tally& tally) {
  const Kind kind = status.present ? status.state.kind : Kind::None;
  const CachedContainerState* ended = termination(status);
  if (kind == Kind::None) {
    ++tally.unknown;
  } else if (kind == Kind::Running) {
    ++tally.running;
  } else if (!ended) {
    ++tally.waiting;
  } else {
    ++tally.stopped;
    if (!may_restart(pod, container, *ended)) ++tally.final_stops;
    if (kind == Kind::Terminated && ended->exit_code == 0) ++tally.succeeded;
  }
}

Tally count(const PodSpec& pod, const std::vector<CachedContainerStatus>& statuses) {
  static const CachedContainerStatus kMissing{};
  Tally tally;
  for (std::size_t i = 0; i < pod.containers.size(); ++i) {
    const CachedContainerStatus& status = i < statuses.size() ? statuses[i] : kMissing;
    switch (pod.containers[i].kind) {
      case ContainerKind::Init: count_init(pod, pod.containers[i], status, tally); break;
      case ContainerKind::Sidecar: count_sidecar(status, tally); break;
      case ContainerKind::Main: count_main(pod, pod.containers[i], status, tally); break;
      case ContainerKind::Ephemeral: break;  // not part of the phase
    }
  }
  return tally;
}

/// Every main has stopped, and nothing else runs.
Decided<PodPhase> phase_of_stopped(const Tally& tally, bool killed) {
  const bool all_succeeded = tally.stopped == tally.succeeded;
  if (killed) {
    return all_succeeded ? Decided<PodPhase>{PodPhase::Succeeded, RuleId::PhaseKilledSucceeded}
                         : Decided<PodPhase>{PodPhase::Failed, RuleId::PhaseKilledFailed};
  }
  if (tally.stopped != tally.final_stops) return {PodPhase::Running, RuleId::PhaseRestarting};
  return all_succeeded ? Decided<PodPhase>{PodPhase::Succeeded, RuleId::PhaseSucceeded}
                       : Decided<PodPhase>{PodPhase::Failed, RuleId::PhaseFailed};
}

}  // namespace

Decided<PodPhase> get_phase(const PodSpec& pod, const std::vector<CachedContainerStatus>& statuses,
                            bool pod_is_terminal, bool initialized, bool is_static) {
  const Tally tally = count(pod, statuses);
  if (tally.failed_inits > 0) return {PodPhase::Failed, RuleId::PhaseInitFailed};
  if (tally.pending_inits > 0 || (tally.pending_sidecars > 0 && !initialized)) {
    return {PodPhase::Pending, RuleId::PhaseInitializing};
  }
  if (tally.waiting > 0) return {PodPhase::Pending, RuleId::PhaseWaiting};
  if (tally.running > 0 && tally.unknown == 0) return {PodPhase::Running, RuleId::PhaseRunning};
  if (tally.running == 0 && tally.stopped > 0 && tally.unknown == 0) {
    return phase_of_stopped(tally, pod_is_terminal && !is_static);
  }
  return {PodPhase::Pending, RuleId::PhaseUnknownContainers};
}

bool has_any_active_regular_container_started(const PodSpec& pod, const RuntimePodStatus& status) {
  if (status.sandboxes.empty() || !status.sandboxes.front().ready) return false;
  const SandboxId current = status.sandboxes.front().id;
  return std::any_of(status.containers.begin(), status.containers.end(), [&](const ContainerRecord& record) {
    return record.sandbox == current && pod.containers[record.container].kind == ContainerKind::Main;
  });
}

bool has_any_regular_container_started(const PodSpec& pod, const std::vector<CachedContainerStatus>& statuses) {
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (pod.containers[i].kind != ContainerKind::Main || !statuses[i].present) continue;
    if (statuses[i].state.kind == Kind::Running || statuses[i].state.kind == Kind::Terminated) return true;
  }
  return false;
}

}  // namespace podlapse
