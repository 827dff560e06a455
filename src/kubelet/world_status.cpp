// The status manager (pkg/kubelet/status/status_manager.go): caches what the kubelet computes, and writes it to the API one
// change after another; what changes while a write is under way goes with the next one.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

void World::State::generate_status(PodIndex index, const RuntimePodStatus& snapshot, bool terminal) {
  Pod& pod = pods[index];
  probe_results(index, snapshot, scratch_probes);
  probe_presence(index, scratch_presence);
  std::optional<ForcedFailure> forced;
  if (pod.spec->active_deadline && pod.status.start_time) {
    const SimTime start = truncate_to_second(*pod.status.start_time, input->clock);
    if (now - start >= *pod.spec->active_deadline) {
      forced = ForcedFailure{PodReason::DeadlineExceeded, "Pod was active on the node longer than the specified deadline"};
      EventDraft draft;
      draft.reason = EventReason::DeadlineExceeded;
      draft.text = EventDraft::Text::Deadline;
      kube_event(index, RuleId::DeadlineExceeded, pod.worker.cause, draft);
    }
  }
  const PodStatusInput status_input{.pod = *pod.spec,
                                    .runtime = snapshot,
                                    .cached = pod.status.cached ? &*pod.status.cached : nullptr,
                                    .api = pod.api.has_status ? &pod.api.status : nullptr,
                                    .foreign = pod.api.foreign,
                                    .failed_starts = pod.failed_starts,
                                    .probes = scratch_probes,
                                    .probe_workers = scratch_presence,
                                    .forced = forced,
                                    .deleting = pod.worker.saw_deletion,
                                    .pod_is_terminal = terminal,
                                    .now = now,
                                    .restart = {.changes_status = config().gates.change_container_status_on_kubelet_restart,
                                                .older_than = kubelet_started_at - constants().probe_restart_grace}};
  generate_api_pod_status(status_input, generated);
  for (const ContainerIndex container : generated.probe_now) trigger_readiness(index, container);
}

void World::State::set_status(PodIndex index, CachedPodStatus& status, RuleId because, RecordSeq cause, bool force) {
  StatusManager& manager = pods[index].status;
  if (!manager.start_time) manager.start_time = now;
  if (manager.cached && !force) {
    if (!is_transition_legal(*pods[index].spec, *manager.cached, status)) return;
    if (same_status(*manager.cached, status) && !pods[index].worker.saw_deletion) return;
  }
  status.start_time = manager.start_time;
  update_last_transition(status, manager.cached ? &*manager.cached : nullptr, now);
  if (!manager.cached) manager.cached.emplace();
  std::swap(*manager.cached, status);
  ++manager.version;
  manager.because = because;
  manager.cause = cause;
  moments_changed(cause);
  wake_status_manager(index);
}

void World::State::wake_status_manager(PodIndex index) {
  StatusManager& manager = pods[index].status;
  if (manager.flushing || kubelet_down) return;
  manager.flushing = true;
  manager.write_takes = draw(index, Draw::StatusWrite, latencies().status_write);
  manager.write = push(manager.write_takes / 2, {.kind = EventKind::StatusFlush, .essential = true, .pod = index, .cause = manager.cause});
}

namespace {

void replace_condition(CachedPodStatus& status, CachedCondition condition) {
  for (CachedCondition& each : status.conditions) {
    if (each.type != condition.type) continue;
    condition.last_transition = each.last_transition;
    each = std::move(condition);
    return;
  }
  status.conditions.push_back(std::move(condition));
}

}  // namespace

void World::State::set_container_readiness(PodIndex index, ContainerIndex container, bool ready, RuleId because, RecordSeq cause) {
  Pod& pod = pods[index];
  if (!pod.status.cached || pod.status.cached->containers[container].ready == ready) return;
  CachedPodStatus status = *pod.status.cached;
  status.containers[container].ready = ready;
  const ConditionInput conditions{*pod.spec, status.containers, false, status.phase, &*pod.status.cached, pod.api.foreign};
  const Decided<CachedCondition> containers_ready = generate_containers_ready_condition(conditions);
  const Decided<CachedCondition> pod_ready = generate_pod_ready_condition(conditions, containers_ready.value);
  replace_condition(status, pod_ready.value);
  replace_condition(status, containers_ready.value);
  set_status(index, status, because, cause, false);
}

void World::State::set_container_started(PodIndex index, ContainerIndex container, bool started, RuleId because, RecordSeq cause) {
  Pod& pod = pods[index];
  if (!pod.status.cached || pod.status.cached->containers[container].started == started) return;
  CachedPodStatus status = *pod.status.cached;
  status.containers[container].started = started;
  set_status(index, status, because, cause, false);
}

void World::State::set_sandbox_ready(PodIndex index, RecordSeq cause) {
  Pod& pod = pods[index];
  if (!pod.status.cached || !config().gates.pod_ready_to_start_containers_condition) return;
  RuntimePodStatus actual;
  fill_snapshot(index, actual);
  CachedPodStatus status = *pod.status.cached;
  replace_condition(status, generate_pod_ready_to_start_containers_condition(*pod.spec, actual).value);
  set_status(index, status, RuleId::StatusSandboxReady, cause, false);
}

void World::State::terminate_pod(PodIndex index, RecordSeq cause) {
  Pod& pod = pods[index];
  pod.status.finished = true;
  if (!pod.status.cached) return;
  CachedPodStatus status = *pod.status.cached;
  const RuleId because = terminate_pod_status(*pod.spec, status);
  set_status(index, status, because == RuleId::None ? pod.status.because : because, cause, true);
}

void World::State::status_flush(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  StatusManager& manager = pod.status;
  if (!manager.flushing) return;
  if (!manager.cached || pod.api.gone) {
    manager.flushing = false;
    return;
  }
  manager.flushed_version = manager.version;
  const RuleId merged_because = merge_pod_status(pod.api.status, *manager.cached, !pod.worker.terminated_at, now, manager.merged);
  manager.merged_because = merged_because == RuleId::None ? manager.because : merged_because;
  if (pod.api.has_status && same_status(manager.merged, pod.api.status)) {
    manager.flushing = false;
    return remove_when_finished(event.pod, manager.cause);
  }
  manager.write = push(manager.write_takes - manager.write_takes / 2,
                       {.kind = EventKind::StatusWritten, .essential = true, .pod = event.pod, .cause = manager.cause});
}

void World::State::status_written(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  StatusManager& manager = pod.status;
  if (!manager.flushing) return;
  manager.flushing = false;
  if (pod.api.gone) return;
  std::swap(pod.api.status, manager.merged);
  pod.api.has_status = true;
  publish(event.pod, manager.merged_because, event.cause);
  if (manager.version != manager.flushed_version) return wake_status_manager(event.pod);
  remove_when_finished(event.pod, manager.cause);
}

bool World::State::can_be_deleted(PodIndex index) const {
  const Pod& pod = pods[index];
  return pod.api.kubelet_knows_deletion && pod.status.finished && is_terminal(pod.api.status.phase) && !pod.api.gone;
}

void World::State::remove_when_finished(PodIndex index, RecordSeq cause) {
  if (!can_be_deleted(index) || pods[index].api.removing) return;
  pods[index].api.removing = true;
  remove_object(index, RuleId::ObjectRemoved, cause);
}

void World::State::publish(PodIndex index, RuleId because, RecordSeq cause) {
  Pod& pod = pods[index];
  changed(index);
  if (is_terminal(pod.api.status.phase) && !pod.terminal_since) pod.terminal_since = now;
  pod.api.cause = emit(index, because, cause, [&] {
    StatusObservation observation;
    if (pod.api.has_status) {
      observation.status = render_pod_status(pod.api.status, pod.api.foreign, render_context(index));
    } else {
      observation.status.phase = to_string(pod.api.status.phase);
      observation.status.conditions = pod.api.foreign;
    }
    if (pod.api.deletion_grace) observation.deleting = pod.api.deletion_grace->count() / 1'000'000'000;
    return observation;
  });
  owned_pod_changed(index);
}

}  // namespace podlapse
