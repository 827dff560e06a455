#include "podlapse/kubelet/pod_actions.hpp"

#include <algorithm>

#include "podlapse/kubelet/restart.hpp"

namespace podlapse {
namespace {

/// computePodActions, one step a function.
class Compute {
 public:
  Compute(const PodView& view, const FeatureGates& gates, PodActions& out) : view_(view), gates_(gates), out_(out) {}

  void run();

 private:
  void in_new_sandbox(RuleId change);
  void start_ephemeral();
  void look_at_mains();
  bool look_at_running_main(ContainerIndex i, const ContainerRecord& record);
  void look_at_stopped_main(ContainerIndex i, const ContainerRecord* record);
  [[nodiscard]] bool done_under_on_failure(ContainerIndex i) const;
  [[nodiscard]] bool any_main_known() const;
  [[nodiscard]] ContainerProbeResults probes_of(ContainerIndex i) const;
  [[nodiscard]] const ContainerSpec& spec(ContainerIndex i) const { return view_.pod.containers[i]; }
  [[nodiscard]] ContainerIndex count() const { return static_cast<ContainerIndex>(view_.pod.containers.size()); }

  const PodView& view_;
  const FeatureGates& gates_;
  PodActions& out_;
};

void Compute::run() {
  if (view_.restart_all) {
    if (!view_.status.sandboxes.empty()) out_.sandbox = view_.status.sandboxes.front().id;
    containers_to_reset(view_.pod, view_.status, out_.to_reset);
    return;
  }
  const Decided<SandboxChange> change = pod_sandbox_changed(view_.pod, view_.status);
  out_.attempt = change.value.attempt;
  out_.sandbox = change.value.sandbox;
  if (change.value.changed) {
    in_new_sandbox(change.because);
    return;
  }
  start_ephemeral();
  if (scan_init_containers(view_, out_, gates_)) look_at_mains();
  if (!out_.empty()) out_.wait_because = RuleId::None;
}

void Compute::in_new_sandbox(RuleId change) {
  out_.kill_pod = out_.create_sandbox = true;
  out_.kill_pod_because = out_.sandbox_because = change;
  const bool never = view_.pod.restart_policy == RestartPolicy::Never;
  if (never && out_.attempt != 0 && !view_.status.containers.empty()) {
    out_.create_sandbox = false;
    out_.sandbox_because = RuleId::ActionsSandboxNever;
    return;
  }
  for (ContainerIndex i = 0; i < count(); ++i) {
    if (spec(i).kind != ContainerKind::Main || done_under_on_failure(i)) continue;
    out_.mains_to_start.push_back({i, RuleId::ActionsNewSandboxStartsMains});
  }
  if (out_.mains_to_start.empty() && any_main_known()) {
    out_.create_sandbox = false;
    out_.sandbox_because = RuleId::ActionsSandboxAllSucceeded;
    return;
  }
  if (!view_.pod.has_init_containers()) return;
  out_.mains_to_start.clear();
  out_.init_to_start.push_back({0, RuleId::ActionsInitFromTheFirst});
}

bool Compute::done_under_on_failure(ContainerIndex i) const {
  if (effective_restart_policy(spec(i), view_.pod.restart_policy, gates_) != RestartPolicy::OnFailure) return false;
  const ContainerRecord* record = view_.status.newest(i);
  return record != nullptr && record->state == RuntimeState::Exited && record->exit_code == 0;
}

bool Compute::any_main_known() const {
  for (ContainerIndex i = 0; i < count(); ++i) {
    if (spec(i).kind == ContainerKind::Main && view_.status.newest(i) != nullptr) return true;
  }
  return false;
}

void Compute::start_ephemeral() {
  for (ContainerIndex i = 0; i < count(); ++i) {
    if (spec(i).kind != ContainerKind::Ephemeral || view_.status.newest(i) != nullptr) continue;
    out_.ephemeral_to_start.push_back({i, RuleId::ActionsEphemeralOnce});
  }
}

void Compute::look_at_mains() {
  bool any_kept = false;
  for (ContainerIndex i = 0; i < count(); ++i) {
    if (spec(i).kind != ContainerKind::Main) continue;
    const ContainerRecord* record = view_.status.newest(i);
    if (record != nullptr && record->state == RuntimeState::Running) {
      any_kept = look_at_running_main(i, *record) || any_kept;
    } else {
      look_at_stopped_main(i, record);
    }
  }
  if (any_kept || !out_.mains_to_start.empty()) return;
  out_.kill_pod = true;
  out_.kill_pod_because = RuleId::ActionsNothingLeft;
  out_.init_to_start.clear();  // a sidecar must not keep a finished Pod alive
}

void Compute::look_at_stopped_main(ContainerIndex i, const ContainerRecord* record) {
  const Decided<bool> restart = should_container_be_restarted(view_.pod, i, view_.status, view_.deleting, gates_);
  if (!restart.value) {
    if (out_.wait_because == RuleId::None) out_.wait_because = restart.because;
    return;
  }
  out_.mains_to_start.push_back({i, out_.initialized_because != RuleId::None ? out_.initialized_because : restart.because});
  if (record == nullptr || record->state != RuntimeState::Unknown) return;
  out_.to_kill.push_back({i, record->id, KillReason::Unknown, false, RuleId::ActionsUnknownKilledFirst});
}

/// True when the container is kept as it is.
bool Compute::look_at_running_main(ContainerIndex i, const ContainerRecord& record) {
  const ContainerProbeResults probes = probes_of(i);
  KillDecision kill{i, record.id, KillReason::Unknown, false, RuleId::None};
  RuleId start_because = RuleId::ActionsProbeRestart;
  if (record.hash != container_hash(spec(i))) {
    kill.reason = KillReason::DefinitionChanged;
    kill.because = start_because = RuleId::ActionsDefinitionChanged;
    kill.will_restart = true;
  } else if (probes.liveness == ProbeResult::Failure) {
    kill.reason = KillReason::LivenessProbe;
    kill.because = RuleId::ActionsLivenessFailed;
  } else if (probes.startup == ProbeResult::Failure) {
    kill.reason = KillReason::StartupProbe;
    kill.because = RuleId::ActionsStartupFailed;
  } else {
    return true;
  }
  // Restart rules judge exits, and this container has not exited yet: only its policy counts.
  const RestartPolicy policy = effective_restart_policy(spec(i), view_.pod.restart_policy, gates_);
  kill.will_restart = kill.will_restart || policy != RestartPolicy::Never;
  out_.to_kill.push_back(kill);
  if (kill.will_restart) out_.mains_to_start.push_back({i, start_because});
  return false;
}

ContainerProbeResults Compute::probes_of(ContainerIndex i) const {
  return i < view_.probes.size() ? view_.probes[i] : ContainerProbeResults{};
}

void reset_records_of(ContainerIndex i, bool trigger, const RuntimePodStatus& status, std::vector<ResetDecision>& out) {
  const RuleId because = trigger ? RuleId::ActionsResetTriggerLast : RuleId::ActionsResetOthersFirst;
  const ContainerRecord* newest = status.newest(i);
  const auto add = [&](const ContainerRecord& record) {
    out.push_back({i, record.id, record.state == RuntimeState::Running, because});
  };
  for (const ContainerRecord& record : status.containers) {
    if (record.container == i && !(trigger && &record == newest)) add(record);
  }
  if (trigger) add(*newest);
}

}  // namespace

void PodActions::clear() {
  kill_pod = create_sandbox = false;
  initialized_because = RuleId::None;
  attempt = 0;
  sandbox = SandboxId::None;
  init_to_start.clear();
  mains_to_start.clear();
  ephemeral_to_start.clear();
  to_kill.clear();
  to_reset.clear();
  kill_pod_because = sandbox_because = wait_because = RuleId::None;
}

bool PodActions::empty() const {
  return !kill_pod && !create_sandbox && init_to_start.empty() && mains_to_start.empty() &&
         ephemeral_to_start.empty() && to_kill.empty() && to_reset.empty();
}

Decided<SandboxChange> pod_sandbox_changed(const PodSpec& pod, const RuntimePodStatus& status) {
  if (status.sandboxes.empty()) return {{true, 0, SandboxId::None}, RuleId::ActionsSandboxMissing};
  const SandboxRecord& newest = status.sandboxes.front();
  const auto ready = std::count_if(status.sandboxes.begin(), status.sandboxes.end(),
                                   [](const SandboxRecord& sandbox) { return sandbox.ready; });
  const SandboxChange replaced{true, newest.attempt + 1, newest.id};
  if (ready > 1) return {replaced, RuleId::ActionsSandboxSeveralReady};
  if (!newest.ready) return {replaced, RuleId::ActionsSandboxNotReady};
  if (newest.network_mode_changed) {
    return {{true, newest.attempt + 1, SandboxId::None}, RuleId::ActionsSandboxNetworkChanged};
  }
  if (!pod.host_network && !newest.has_ip) return {replaced, RuleId::ActionsSandboxNoIp};
  return {{false, newest.attempt, newest.id}, RuleId::None};
}

RestartPolicy effective_restart_policy(const ContainerSpec& container, RestartPolicy pod_policy,
                                       const FeatureGates& gates) {
  return gates.container_restart_rules ? container.restart_policy.value_or(pod_policy) : pod_policy;
}

void compute_pod_actions(const PodView& view, const FeatureGates& gates, PodActions& out) {
  out.clear();
  Compute{view, gates, out}.run();
}

void containers_to_reset(const PodSpec& pod, const RuntimePodStatus& status, std::vector<ResetDecision>& out) {
  const auto add_group = [&](bool triggers, bool mains) {
    for (ContainerIndex i = 0; i < pod.containers.size(); ++i) {
      const ContainerSpec& container = pod.containers[i];
      const bool in_group = mains ? container.kind == ContainerKind::Main : is_init_or_sidecar(container.kind);
      if (!in_group || asks_for_restart_of_all(container, status.newest(i)) != triggers) continue;
      reset_records_of(i, triggers, status, out);
    }
  };
  add_group(false, true);
  add_group(false, false);
  add_group(true, true);
  add_group(true, false);
}

}  // namespace podlapse
