// kubelet_pods.go convertToAPIContainerStatuses; prober_manager.go UpdatePodStatus.
#include <algorithm>

#include "podlapse/base/check.hpp"
#include "podlapse/kubelet/pod_status.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;

/// Exit code shown for a container whose end nobody saw.
constexpr std::int32_t kLostExitCode = 137;

CachedContainerState waiting(StateReason reason) {
  CachedContainerState state;
  state.kind = Kind::Waiting;
  state.reason = reason;
  return state;
}

CachedContainerState terminated(StateReason reason, std::int32_t exit_code, StatusMessage::Kind message) {
  CachedContainerState state;
  state.kind = Kind::Terminated;
  state.reason = reason;
  state.exit_code = exit_code;
  state.message.kind = message;
  return state;
}

CachedContainerState exited(const ContainerRecord& record) {
  CachedContainerState state;
  state.kind = Kind::Terminated;
  state.reason = state_reason(record.reason);
  state.exit_code = record.exit_code;
  if (record.message != 0) state.message = {StatusMessage::Kind::Text, StateReason::None, record.message, {}};
  if (record.reason != ExitReason::StartError && record.reason != ExitReason::ContainerCannotRun) {
    state.started_at = record.started_at;
  }
  state.finished_at = record.finished_at;
  state.instance = record.id;
  return state;
}

CachedContainerState running(const ContainerRecord& record) {
  CachedContainerState state;
  state.kind = Kind::Running;
  state.started_at = record.started_at;
  return state;
}

/// The newest and the second newest record of a container.
struct Records {
  const ContainerRecord* newest = nullptr;
  const ContainerRecord* previous = nullptr;
};

Records records_of(const RuntimePodStatus& runtime, ContainerIndex container) {
  Records found;
  for (const ContainerRecord& record : runtime.containers) {
    if (record.container != container) continue;
    if (found.newest) {
      found.previous = &record;
      return found;
    }
    found.newest = &record;
  }
  return found;
}

/// kuberuntime_container.go HasAnyRegularContainerCreated.
bool any_main_created(const PodSpec& pod, const RuntimePodStatus& runtime) {
  for (ContainerIndex i = 0; i < pod.containers.size(); ++i) {
    if (pod.containers[i].kind != ContainerKind::Main) continue;
    const ContainerRecord* record = runtime.newest(i);
    if (record && record->state != RuntimeState::Unknown) return true;
  }
  return false;
}

/// What a record says of the state. An unknown one that was running has died unseen.
CachedContainerState state_of(const ContainerRecord& record, const CachedContainerStatus* old_status,
                              bool restarting_all, RuleId& because) {
  because = RuleId::ContainerStatusFromRuntime;
  switch (record.state) {
    case RuntimeState::Running: return running(record);
    case RuntimeState::Exited: return exited(record);
    case RuntimeState::Created: because = RuleId::ContainerStatusCreatedWaits; return waiting(StateReason::None);
    case RuntimeState::Unknown:
      if (!old_status || old_status->state.kind != Kind::Running) {
        because = RuleId::ContainerStatusCreatedWaits;
        return waiting(StateReason::None);
      }
      because = RuleId::ContainerStatusUnknownRecord;
      return terminated(restarting_all ? StateReason::RestartingAllContainers : StateReason::ContainerStatusUnknown,
                        kLostExitCode, StatusMessage::Kind::LostWhenTerminated);
  }
  fail_check("RuntimeState", __FILE__, __LINE__);
}

/// convertContainerStatus for the newest record; the count never falls.
void convert_record(const ContainerRecord& record, const CachedContainerStatus* old_status, bool restarting_all,
                    CachedContainerStatus& out, RuleId& because) {
  out = {};
  out.present = true;
  out.instance = record.id;
  out.image = record.image;
  out.restart_count = record.attempt;
  out.state = state_of(record, old_status, restarting_all, because);
  if (!old_status) return;
  if (record.state == RuntimeState::Running && old_status->instance == record.id) out.started = old_status->started;
  out.restart_count = std::max(out.restart_count, old_status->restart_count);
  if (old_status->instance != record.id && old_status->state.kind == Kind::Terminated) {
    out.last_state = old_status->state;
  } else if (old_status->last_state.kind == Kind::Terminated) {
    out.last_state = old_status->last_state;
  }
  const bool counted = record.attempt > old_status->restart_count;
  if (record.state == RuntimeState::Running && old_status->state.kind == Kind::Terminated && !counted) {
    out.restart_count = old_status->restart_count + 1;
  }
  if (because == RuleId::ContainerStatusUnknownRecord) out.restart_count = old_status->restart_count + 1;
}

/// No record: what the status before says.
void convert_missing(const ContainerStatusInput& input, const CachedContainerStatus* old_status,
                     CachedContainerStatus& out, RuleId& because) {
  out = {};
  out.present = true;
  const bool has_inits = input.pod.has_init_containers();
  because = has_inits ? RuleId::ContainerStatusPodInitializing : RuleId::ContainerStatusCreating;
  out.state = waiting(has_inits ? StateReason::PodInitializing : StateReason::ContainerCreating);
  if (!old_status) return;
  const Kind before = old_status->state.kind;
  if (before == Kind::Terminated) {
    out = *old_status;
    because = RuleId::ContainerStatusKeptTerminated;
  } else {
    out.restart_count = old_status->restart_count;
    out.last_state = old_status->last_state;
  }
  if (input.all_containers_restarting && before != Kind::Waiting) {
    because = RuleId::ContainerStatusRestartingAll;
    out.state = waiting(StateReason::RestartingAllContainers);
    out.state.message.kind = StatusMessage::Kind::RemovedByRestartAll;
    out.last_state =
        terminated(StateReason::RestartingAllContainers, kLostExitCode, StatusMessage::Kind::RemovedByRestartAll);
    out.restart_count = old_status->restart_count + 1;
  } else if (before == Kind::Running && out.last_state.kind != Kind::Terminated) {
    because = RuleId::ContainerStatusLost;
    out.last_state =
        terminated(StateReason::ContainerStatusUnknown, kLostExitCode, StatusMessage::Kind::LostWhenDeleted);
    if (!input.deleting) ++out.restart_count;
  }
}

/// True when the state of an init container or sidecar stands, whatever the reason cache holds.
bool init_is_done(const ContainerStatusInput& input, ContainerKind kind, const ContainerRecord* newest,
                  CachedContainerStatus& out, RuleId& because) {
  if (newest) return newest->state == RuntimeState::Exited && newest->exit_code == 0;
  if (kind == ContainerKind::Sidecar || out.state.kind != Kind::Waiting ||
      !any_main_created(input.pod, input.runtime)) {
    return false;
  }
  because = RuleId::ContainerStatusInitRecordGone;
  out.state = terminated(StateReason::Completed, 0, StatusMessage::Kind::InitStatusUnavailable);
  return true;
}

/// The reason cache: a failed start shows as the reason to wait, once the container is to be started again.
void apply_failed_start(const ContainerStatusInput& input, ContainerIndex container, CachedContainerStatus& out,
                        RuleId& because) {
  if (container >= input.failed_starts.size() || !input.failed_starts[container]) return;
  if (!should_container_be_restarted(input.pod, container, input.runtime, input.deleting).value) return;
  because = RuleId::ContainerStatusFailedStart;
  if (out.state.kind == Kind::Terminated) out.last_state = out.state;
  out.state = waiting(input.failed_starts[container]->reason);
  out.state.message = input.failed_starts[container]->message;
}

void convert_one(const ContainerStatusInput& input, ContainerIndex container, CachedContainerStatus& out,
                 RuleId& because) {
  const ContainerKind kind = input.pod.containers[container].kind;
  const CachedContainerStatus* old_status = nullptr;
  if (container < input.old_statuses.size() && input.old_statuses[container].present) {
    old_status = &input.old_statuses[container];
  }
  const Records records = records_of(input.runtime, container);
  if (!records.newest) {
    convert_missing(input, old_status, out, because);
  } else {
    convert_record(*records.newest, old_status, input.all_containers_restarting, out, because);
    if (records.previous) {
      RuleId ignored = RuleId::None;
      out.last_state = state_of(*records.previous, old_status, input.all_containers_restarting, ignored);
    }
  }
  if (is_init_or_sidecar(kind) && init_is_done(input, kind, records.newest, out, because)) return;
  apply_failed_start(input, container, out, because);
}

/// setReadyStateOnKubeletRestart: what ran before the kubelet, and has not been probed by it, stays what its Pod was.
bool ready_after_restart(bool ready, const CachedContainerStatus& status, bool has_probe, bool has_result, const KubeletRestart& restart) {
  const bool older = status.state.started_at && *status.state.started_at < restart.older_than;
  if (restart.changes_status || !older) return ready;
  if (has_probe && !restart.pod_was_ready) return false;
  return ready || !has_result;
}

/// isContainerStarted: a verdict of the startup probe, else what was known of this instance, else that there is no such probe.
bool is_container_started(const CachedContainerStatus& status, const ContainerProbeResults* results,
                          const CachedContainerStatus* old_status, bool has_worker, bool restart_changes_status) {
  if (status.state.kind != Kind::Running) return false;
  if (results && results->startup) return *results->startup == ProbeResult::Success;
  const bool same_instance = !restart_changes_status && old_status && old_status->present && old_status->instance == status.instance;
  if (same_instance && old_status->started.value_or(false)) return true;
  return !has_worker;
}

}  // namespace

void convert_to_api_container_statuses(const ContainerStatusInput& input, std::vector<CachedContainerStatus>& out,
                                       std::vector<RuleId>* because) {
  PODLAPSE_CHECK(&out != &input.old_statuses);
  const std::size_t count = input.pod.containers.size();
  out.resize(count);
  if (because) because->assign(count, RuleId::None);
  for (ContainerIndex i = 0; i < count; ++i) {
    RuleId rule = RuleId::None;
    convert_one(input, i, out[i], rule);
    if (because) (*because)[i] = rule;
  }
}

void update_readiness(const PodSpec& pod, const PodProbeResults& results,
                      const std::vector<ProbeWorkerPresence>& workers,
                      const std::vector<CachedContainerStatus>& old_statuses,
                      std::vector<CachedContainerStatus>& statuses, std::vector<ContainerIndex>& probe_now,
                      const KubeletRestart& restart) {
  for (ContainerIndex i = 0; i < statuses.size(); ++i) {
    CachedContainerStatus& status = statuses[i];
    const ContainerKind kind = pod.containers[i].kind;
    if (!status.present || kind == ContainerKind::Ephemeral) continue;
    const ContainerProbeResults* verdicts = i < results.size() ? &results[i] : nullptr;
    const ProbeWorkerPresence has = i < workers.size() ? workers[i] : ProbeWorkerPresence{};
    const CachedContainerStatus* old_status = i < old_statuses.size() ? &old_statuses[i] : nullptr;
    const bool started = is_container_started(status, verdicts, old_status, has.startup, restart.changes_status);
    status.started = started;
    if (kind == ContainerKind::Init) {
      if (status.state.kind == Kind::Terminated && status.state.exit_code == 0) status.ready = true;
      continue;
    }
    if (!started) continue;
    const bool passed = verdicts && verdicts->readiness == ProbeResult::Success;
    status.ready = passed || !has.readiness;
    if (!status.ready) probe_now.push_back(i);
    const bool has_probe = pod.containers[i].readiness_probe.has_value(), has_result = verdicts && verdicts->readiness;
    if (!passed) status.ready = ready_after_restart(status.ready, status, has_probe, has_result, restart);
  }
}

}  // namespace podlapse
