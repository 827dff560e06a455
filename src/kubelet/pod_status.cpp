// kubelet_pods.go generateAPIPodStatus; status_manager.go TerminatePod, mergePodStatus, checkContainerStateTransition.
#include "podlapse/kubelet/pod_status.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;

constexpr std::int32_t kLostExitCode = 137;

/// What the status manager has cached, else what the API shows.
const CachedPodStatus* status_before(const PodStatusInput& input) {
  return input.cached ? input.cached : input.api;
}

bool was_restarting(const CachedPodStatus* old_status) {
  const CachedCondition* condition = old_status ? old_status->find(ConditionType::AllContainersRestarting) : nullptr;
  return condition && condition->is_true;
}

/// The phase, merged with what is cached and what the API shows: nothing leaves a terminal phase.
Decided<PodPhase> decide_phase(const PodStatusInput& input, const std::vector<CachedContainerStatus>& statuses) {
  const CachedPodStatus* old_status = status_before(input);
  const bool initialized = has_any_active_regular_container_started(input.pod, input.runtime);
  Decided<PodPhase> phase = get_phase(input.pod, statuses, input.pod_is_terminal, initialized);
  if (!is_terminal(phase.value)) {
    if (old_status && is_terminal(old_status->phase)) {
      phase = {old_status->phase, RuleId::PhaseTerminalKept};
    } else if (input.api && is_terminal(input.api->phase)) {
      phase = {input.api->phase, RuleId::PhaseTerminalKept};
    }
  }
  return phase;
}

/// Reason and message belong to a phase: kept with it, unless something forces a failure.
void decide_reason(const PodStatusInput& input, CachedPodStatus& status, RuleId& because) {
  const CachedPodStatus* old_status = status_before(input);
  status.reason = PodReason::None;
  status.message.clear();
  const PodPhase before = old_status ? old_status->phase : PodPhase::Pending;
  if (status.phase == before) {
    if (old_status) status.reason = old_status->reason;
    if (old_status) status.message = old_status->message;
    if (input.api && status.reason == PodReason::None) status.reason = input.api->reason;
    if (input.api && status.message.empty()) status.message = input.api->message;
  }
  if (input.forced) {
    status.phase = PodPhase::Failed;
    status.reason = input.forced->reason;
    status.message = input.forced->message;
    because = RuleId::PhaseForcedFailed;
  }
  if (input.api && is_terminal(input.api->phase) && status.phase != input.api->phase) {
    status.phase = input.api->phase;
    because = RuleId::PhaseTerminalKept;
  }
}

bool knows_ip(const PodStatusInput& input) {
  const CachedPodStatus* old_status = status_before(input);
  if (old_status && old_status->has_ip) return true;
  return std::any_of(input.runtime.sandboxes.begin(), input.runtime.sandboxes.end(),
                     [](const SandboxRecord& sandbox) { return sandbox.has_ip; });
}

/// hasPodInitialized: is there any sign that a main was ever started, or that the last init container was done?
bool has_pod_initialized(const PodSpec& pod, const CachedPodStatus& status) {
  if (!pod.has_init_containers()) return true;
  const CachedContainerStatus* last_init = nullptr;
  ContainerKind last_kind = ContainerKind::Init;
  for (std::size_t i = 0; i < status.containers.size(); ++i) {
    const CachedContainerStatus& container = status.containers[i];
    const ContainerKind kind = pod.containers[i].kind;
    if (!container.present) continue;
    if (kind == ContainerKind::Main &&
        (container.last_state.kind == Kind::Terminated || container.state.kind != Kind::Waiting)) {
      return true;
    }
    if (is_init_or_sidecar(kind)) {
      last_init = &container;
      last_kind = kind;
    }
  }
  if (!last_init) return false;
  if (last_kind == ContainerKind::Sidecar) {
    return last_init->state.kind == Kind::Running && last_init->started.value_or(false);
  }
  const auto done = [](const CachedContainerState& state) {
    return state.kind == Kind::Terminated && state.exit_code == 0;
  };
  return done(last_init->last_state) || done(last_init->state);
}

/// initializedContainers: one past the last init container or sidecar that ever started, at least past the first.
std::size_t end_of_started_inits(const PodSpec& pod, const CachedPodStatus& status) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < status.containers.size(); ++i) {
    const CachedContainerStatus& container = status.containers[i];
    if (!container.present || !is_init_or_sidecar(pod.containers[i].kind)) continue;
    const bool began = container.state.kind != Kind::Waiting || container.last_state.kind == Kind::Terminated;
    if (began || end == 0) end = i + 1;
  }
  return end;
}

bool mark_lost(CachedContainerStatus& status) {
  if (!status.present || status.state.kind == Kind::Terminated) return false;
  status.state = {};
  status.state.kind = Kind::Terminated;
  status.state.reason = StateReason::ContainerStatusUnknown;
  status.state.exit_code = kLostExitCode;
  status.state.message.kind = StatusMessage::Kind::LostWhenTerminated;
  return true;
}

void set_terminal_unready(CachedPodStatus& status, SimTime now) {
  for (CachedCondition& condition : status.conditions) {
    if (condition.type != ConditionType::Ready && condition.type != ConditionType::ContainersReady) continue;
    if (condition.is_true) condition.last_transition = now;
    condition.is_true = false;
    condition.reason = status.phase == PodPhase::Failed ? ConditionReason::PodFailed : ConditionReason::PodCompleted;
    condition.unknown.clear();
    condition.unready.clear();
    condition.message.clear();
  }
}

bool shows_ready(const CachedPodStatus& status) {
  const CachedCondition* ready = status.find(ConditionType::Ready);
  const CachedCondition* containers_ready = status.find(ConditionType::ContainersReady);
  return (ready && ready->is_true) || (containers_ready && containers_ready->is_true);
}

/// The kubelet's conditions from its cache; DisruptionTarget is shared, so the API's stays, and the kubelet's own goes
/// out only together with the terminal phase.
void merge_conditions(const CachedPodStatus& api, const CachedPodStatus& cached, bool ends_now, SimTime now,
                      std::vector<CachedCondition>& merged) {
  const CachedCondition* shown = api.find(ConditionType::DisruptionTarget);
  const CachedCondition* own = cached.find(ConditionType::DisruptionTarget);
  if (!own && !shown) {
    merged = cached.conditions;
    return;
  }
  merged.clear();
  if (own && ends_now) {
    merged.push_back(*own);
    merged.back().last_transition = shown && shown->is_true == own->is_true ? shown->last_transition : now;
  } else if (shown) {
    merged.push_back(*shown);
  }
  for (const CachedCondition& condition : cached.conditions) {
    if (condition.type != ConditionType::DisruptionTarget) merged.push_back(condition);
  }
}

}  // namespace

void generate_api_pod_status(const PodStatusInput& input, GeneratedStatus& out) {
  PODLAPSE_CHECK(&out.status != input.cached && &out.status != input.api);
  static const std::vector<CachedContainerStatus> kNone;
  const CachedPodStatus* old_status = status_before(input);
  const std::vector<CachedContainerStatus>& old_statuses = old_status ? old_status->containers : kNone;
  const bool could_restart_all = all_containers_could_restart(input.pod);
  const bool restarting =
      could_restart_all && should_all_containers_restart(input.pod, input.runtime, was_restarting(old_status)).value;
  convert_to_api_container_statuses(
      {input.pod, input.runtime, old_statuses, input.failed_starts, input.deleting, restarting}, out.status.containers,
      &out.containers_because);
  const Decided<PodPhase> phase = decide_phase(input, out.status.containers);
  out.status.phase = phase.value;
  out.phase_because = phase.because;
  decide_reason(input, out.status, out.phase_because);
  out.probe_now.clear();
  const CachedCondition* ready = input.api ? input.api->find(ConditionType::Ready) : nullptr;
  KubeletRestart restart = input.restart;
  restart.pod_was_ready = ready && ready->is_true;
  update_readiness(input.pod, input.probes, input.probe_workers, old_statuses, out.status.containers, out.probe_now, restart);
  generate_conditions(input, out);
  out.status.has_ip = knows_ip(input);
  out.status.start_time = old_status && old_status->start_time ? old_status->start_time : input.now;
  update_last_transition(out.status, old_status, input.now);
}

void update_last_transition(CachedPodStatus& status, const CachedPodStatus* old_status, SimTime now) {
  for (CachedCondition& condition : status.conditions) {
    const CachedCondition* before = old_status ? old_status->find(condition.type) : nullptr;
    condition.last_transition = before && before->is_true == condition.is_true ? before->last_transition : now;
  }
}

RuleId terminate_pod_status(const PodSpec& pod, CachedPodStatus& status) {
  const bool initialized = has_pod_initialized(pod, status);
  const std::size_t inits_end = end_of_started_inits(pod, status);
  RuleId because = RuleId::None;
  for (std::size_t i = 0; i < status.containers.size(); ++i) {
    const ContainerKind kind = pod.containers[i].kind;
    const bool lost = (kind == ContainerKind::Main && initialized) || (is_init_or_sidecar(kind) && i < inits_end);
    if (lost && mark_lost(status.containers[i])) because = RuleId::ContainerStatusLostAtEnd;
  }
  if (is_terminal(status.phase)) return because;
  status.phase = PodPhase::Failed;
  return RuleId::PhaseUnfinishedFailed;
}

RuleId merge_pod_status(const CachedPodStatus& api, const CachedPodStatus& cached, bool could_have_running_containers, SimTime now,
                        CachedPodStatus& merged) {
  PODLAPSE_CHECK(&merged != &api && &merged != &cached);
  const bool ends = !is_terminal(api.phase) && is_terminal(cached.phase);
  RuleId rule = RuleId::None;
  merged.phase = cached.phase;
  merged.reason = cached.reason;
  merged.message = cached.message;
  merged.containers = cached.containers;
  merged.start_time = cached.start_time;
  merged.has_ip = cached.has_ip;
  merge_conditions(api, cached, ends && !could_have_running_containers, now, merged.conditions);
  if (ends && could_have_running_containers) {
    merged.phase = api.phase;
    merged.reason = api.reason;
    merged.message = api.message;
    rule = RuleId::PhaseWithheld;
  }
  if (is_terminal(merged.phase) && shows_ready(merged)) {
    set_terminal_unready(merged, now);
    rule = RuleId::ConditionTerminalUnready;
  }
  return rule;
}

bool is_transition_legal(const PodSpec& pod, const CachedPodStatus& old_status, const CachedPodStatus& new_status,
                         RuleId* because) {
  if (because) *because = RuleId::None;
  // RestartAllContainers takes every container back, also those that would not restart by themselves.
  if (pod.restart_policy == RestartPolicy::Always || all_containers_could_restart(pod)) return true;
  for (std::size_t i = 0; i < old_status.containers.size() && i < new_status.containers.size(); ++i) {
    const CachedContainerStatus& before = old_status.containers[i];
    const CachedContainerStatus& after = new_status.containers[i];
    if (!before.present || !after.present || pod.containers[i].kind == ContainerKind::Ephemeral) continue;
    if (before.state.kind != Kind::Terminated || after.state.kind == Kind::Terminated) continue;
    if (container_should_restart(pod.containers[i], pod.restart_policy, before.state.exit_code).value) continue;
    if (because) *because = RuleId::ContainerStatusTerminatedStays;
    return false;
  }
  return true;
}

}  // namespace podlapse
