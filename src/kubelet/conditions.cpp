// status/generate.go: the conditions the kubelet writes, each filled into a slot that keeps its capacity.
#include <algorithm>

#include "podlapse/kubelet/pod_status.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {

namespace {

const CachedContainerStatus* status_of(const ConditionInput& input, ContainerIndex container) {
  if (container >= input.statuses.size() || !input.statuses[container].present) return nullptr;
  return &input.statuses[container];
}

void begin(CachedCondition& out, ConditionType type) {
  out.type = type;
  out.is_true = false;
  out.reason = ConditionReason::None;
  out.unknown.clear();
  out.unready.clear();
  out.message.clear();
  out.last_transition = {};
}

RuleId set(CachedCondition& out, bool is_true, ConditionReason reason, RuleId because) {
  out.is_true = is_true;
  out.reason = reason;
  return because;
}

RuleId set_plain(CachedCondition& out, bool is_true, ConditionReason reason, RuleId because) {
  out.unknown.clear();
  out.unready.clear();
  return set(out, is_true, reason, because);
}

bool was_true(const CachedPodStatus* old_status, ConditionType type) {
  const CachedCondition* condition = old_status ? old_status->find(type) : nullptr;
  return condition && condition->is_true;
}

const PodCondition* find_foreign(const std::vector<PodCondition>& foreign, const std::string& type) {
  for (const PodCondition& condition : foreign) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

/// isInitContainerInitialized.
bool is_initialized(const ContainerSpec& container, const CachedContainerStatus& status) {
  return container.kind == ContainerKind::Sidecar ? status.started.value_or(false) : status.ready;
}

/// AllContainersRestartCleanedUp: no init, sidecar or main has a record.
bool all_records_gone(const PodSpec& pod, const RuntimePodStatus& runtime) {
  return std::none_of(runtime.containers.begin(), runtime.containers.end(), [&](const ContainerRecord& record) {
    return pod.containers[record.container].kind != ContainerKind::Ephemeral;
  });
}

RuleId fill_initialized(const ConditionInput& input, CachedCondition& out) {
  begin(out, ConditionType::Initialized);
  if (input.no_statuses && input.pod.has_init_containers()) {
    return set(out, false, ConditionReason::UnknownContainerStatuses, RuleId::ConditionInitializedNoStatuses);
  }
  for (ContainerIndex i = 0; i < input.pod.containers.size(); ++i) {
    const ContainerSpec& container = input.pod.containers[i];
    if (!is_init_or_sidecar(container.kind)) continue;
    const CachedContainerStatus* status = status_of(input, i);
    if (!status) {
      out.unknown.insert(i);
    } else if (!is_initialized(container, *status)) {
      out.unready.insert(i);
    }
  }
  if (input.phase == PodPhase::Succeeded && out.unknown.empty()) {
    return set_plain(out, true, ConditionReason::PodCompleted, RuleId::ConditionInitializedCompleted);
  }
  if (has_any_regular_container_started(input.pod, input.statuses)) {
    return set_plain(out, true, ConditionReason::None, RuleId::ConditionInitializedMainStarted);
  }
  if (out.unknown.empty() && out.unready.empty()) {
    return set(out, true, ConditionReason::None, RuleId::ConditionInitialized);
  }
  if (was_true(input.old_status, ConditionType::Initialized)) {
    return set_plain(out, true, ConditionReason::None, RuleId::ConditionInitializedKept);
  }
  return set(out, false, ConditionReason::ContainersNotInitialized, RuleId::ConditionInitializedIncomplete);
}

RuleId fill_containers_ready(const ConditionInput& input, CachedCondition& out) {
  begin(out, ConditionType::ContainersReady);
  if (input.no_statuses) {
    return set(out, false, ConditionReason::UnknownContainerStatuses, RuleId::ConditionContainersReadyNoStatuses);
  }
  for (ContainerIndex i = 0; i < input.pod.containers.size(); ++i) {
    const ContainerKind kind = input.pod.containers[i].kind;
    if (kind != ContainerKind::Sidecar && kind != ContainerKind::Main) continue;
    const CachedContainerStatus* status = status_of(input, i);
    if (!status) {
      out.unknown.insert(i);
    } else if (!status->ready) {
      out.unready.insert(i);
    }
  }
  if (input.phase == PodPhase::Succeeded && out.unknown.empty()) {
    return set_plain(out, false, ConditionReason::PodCompleted, RuleId::ConditionContainersReadyCompleted);
  }
  if (input.phase == PodPhase::Failed) {
    return set_plain(out, false, ConditionReason::PodFailed, RuleId::ConditionContainersReadyFailed);
  }
  if (!out.unknown.empty() || !out.unready.empty()) {
    return set(out, false, ConditionReason::ContainersNotReady, RuleId::ConditionContainersNotReady);
  }
  return set(out, true, ConditionReason::None, RuleId::ConditionContainersReady);
}

RuleId fill_ready(const ConditionInput& input, const CachedCondition& containers_ready, CachedCondition& out) {
  begin(out, ConditionType::Ready);
  if (!containers_ready.is_true) {
    out.unknown = containers_ready.unknown;
    out.unready = containers_ready.unready;
    out.message = containers_ready.message;
    return set(out, false, containers_ready.reason, RuleId::ConditionReadyAsContainers);
  }
  for (const std::string& gate : input.pod.readiness_gates) {
    const PodCondition* condition = find_foreign(input.foreign, gate);
    if (condition && condition->status == "True") continue;
    if (!out.message.empty()) out.message += ", ";
    out.message +=
        condition ? "the status of pod readiness gate " + go_quote(gate) + " is not \"True\", but " + condition->status
                  : "corresponding condition of pod readiness gate " + go_quote(gate) + " does not exist.";
  }
  if (!out.message.empty()) {
    return set(out, false, ConditionReason::ReadinessGatesNotReady, RuleId::ConditionReadyGates);
  }
  return set(out, true, ConditionReason::None, RuleId::ConditionReady);
}

RuleId fill_ready_to_start(const PodSpec& pod, const RuntimePodStatus& runtime, CachedCondition& out) {
  begin(out, ConditionType::PodReadyToStartContainers);
  const bool changed = pod_sandbox_changed(pod, runtime).value.changed;
  return set(out, !changed, ConditionReason::None,
             changed ? RuleId::ConditionSandboxNotReady : RuleId::ConditionSandboxReady);
}

RuleId fill_pod_scheduled(CachedCondition& out) {
  begin(out, ConditionType::PodScheduled);
  return set(out, true, ConditionReason::None, RuleId::ConditionPodScheduled);
}

RuleId fill_all_containers_restarting(const PodSpec& pod, const RuntimePodStatus& runtime, PodPhase phase,
                                      const CachedPodStatus* old_status, CachedCondition& out) {
  begin(out, ConditionType::AllContainersRestarting);
  if (is_terminal(phase)) {
    const bool failed = phase == PodPhase::Failed;
    return set(out, false, failed ? ConditionReason::PodFailed : ConditionReason::PodCompleted,
               RuleId::ConditionRestartAllPodEnded);
  }
  if (!should_all_containers_restart(pod, runtime, was_true(old_status, ConditionType::AllContainersRestarting))
           .value) {
    return set(out, false, ConditionReason::None, RuleId::ConditionRestartAllNotAsked);
  }
  if (all_records_gone(pod, runtime)) {
    return set(out, false, ConditionReason::None, RuleId::ConditionRestartAllCleanedUp);
  }
  out.message = "container exited with restart policy rule";
  return set(out, true, ConditionReason::RestartAllContainersStarted, RuleId::ConditionRestartAllStarted);
}

/// Hands out the slots of a list of conditions one after the other, keeping their buffers.
class Slots {
 public:
  Slots(std::vector<CachedCondition>& conditions, std::vector<RuleId>& because)
      : conditions_(conditions), because_(because) {
    because_.clear();
  }
  CachedCondition& next() {
    if (used_ == conditions_.size()) conditions_.emplace_back();
    return conditions_[used_++];
  }
  void decided(RuleId because) { because_.push_back(because); }
  void finish() { conditions_.resize(used_); }

 private:
  std::vector<CachedCondition>& conditions_;
  std::vector<RuleId>& because_;
  std::size_t used_ = 0;
};

}  // namespace

Decided<CachedCondition> generate_pod_initialized_condition(const ConditionInput& input) {
  Decided<CachedCondition> out;
  out.because = fill_initialized(input, out.value);
  return out;
}

Decided<CachedCondition> generate_containers_ready_condition(const ConditionInput& input) {
  Decided<CachedCondition> out;
  out.because = fill_containers_ready(input, out.value);
  return out;
}

Decided<CachedCondition> generate_pod_ready_condition(const ConditionInput& input,
                                                      const CachedCondition& containers_ready) {
  Decided<CachedCondition> out;
  out.because = fill_ready(input, containers_ready, out.value);
  return out;
}

Decided<CachedCondition> generate_pod_ready_to_start_containers_condition(const PodSpec& pod,
                                                                          const RuntimePodStatus& runtime) {
  Decided<CachedCondition> out;
  out.because = fill_ready_to_start(pod, runtime, out.value);
  return out;
}

std::optional<Decided<CachedCondition>> generate_all_containers_restarting_condition(
    const PodSpec& pod, const RuntimePodStatus& runtime, PodPhase phase, const CachedPodStatus* old_status) {
  if (!all_containers_could_restart(pod)) return std::nullopt;
  Decided<CachedCondition> out;
  out.because = fill_all_containers_restarting(pod, runtime, phase, old_status, out.value);
  return out;
}

void generate_conditions(const PodStatusInput& input, GeneratedStatus& out) {
  constexpr std::size_t kMost = 7;
  const CachedPodStatus* old_status = input.cached ? input.cached : input.api;
  const ConditionInput view{input.pod, out.status.containers, false, out.status.phase, old_status, input.foreign};
  out.status.conditions.reserve(kMost);  // slots must not move: Ready is written before ContainersReady
  Slots slots{out.status.conditions, out.conditions_because};
  if (const CachedCondition* disruption = old_status ? old_status->find(ConditionType::DisruptionTarget) : nullptr) {
    slots.next() = *disruption;
    slots.decided(RuleId::None);
  }
  slots.decided(fill_ready_to_start(input.pod, input.runtime, slots.next()));
  slots.decided(fill_initialized(view, slots.next()));
  CachedCondition& ready = slots.next();
  CachedCondition& containers_ready = slots.next();
  const RuleId containers_because = fill_containers_ready(view, containers_ready);
  slots.decided(fill_ready(view, containers_ready, ready));
  slots.decided(containers_because);
  slots.decided(fill_pod_scheduled(slots.next()));
  out.restart_all = false;
  if (all_containers_could_restart(input.pod)) {
    CachedCondition& restarting = slots.next();
    slots.decided(fill_all_containers_restarting(input.pod, input.runtime, out.status.phase, old_status, restarting));
    out.restart_all = restarting.is_true;
  }
  slots.finish();
}

}  // namespace podlapse
