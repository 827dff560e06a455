// The API server's part: objects are created, changed and removed, and changes reach the kubelet; and what the scenario
// does from outside.
#include <algorithm>

#include "podlapse/base/check.hpp"
#include "world_state.hpp"

namespace podlapse {

void World::State::pod_created(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  pod.api.created = true;
  pod.api.created_at = now;
  pod.api.status.phase = PodPhase::Pending;
  if (!pod.spec->scheduling_gates.empty()) {  // the server says so itself (registry/core/pod/strategy.go applySchedulingGatedCondition)
    pod.api.foreign.push_back({"PodScheduled", "False", "SchedulingGated",
                               "Scheduling is blocked due to non-empty scheduling gates", std::nullopt, std::nullopt});
  }
  RecordSeq made = event.cause;
  if (pod.owner) {
    made = emit(event.pod, pod.made_because, event.cause, [&] { return made_observation(event.pod); });
  }
  pod.api.cause = emit(event.pod, pod.made_because, made, [&] {
    StatusObservation observation;
    observation.status.phase = to_string(PodPhase::Pending);
    observation.status.conditions = pod.api.foreign;
    return observation;
  });
  changed(event.pod);
  owned_pod_changed(event.pod);
  if (!pod.spec->scheduling_gates.empty()) return;  // nothing binds it to the node
  push(draw(event.pod, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Add), .pod = event.pod,
        .cause = pod.api.cause});
}

void World::State::pod_delivered(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (kubelet_down) return;  // the kubelet lists all Pods when it comes up
  switch (static_cast<Delivery>(event.aux)) {
    case Delivery::Add:
      if (pod.api.deletion_grace) pod.api.kubelet_knows_deletion = true;
      if (pod.api.kubelet_knows_deletion || pod.api.gone) {
        request_termination(event.pod, RuleId::WorkerDeletion, event.cause, std::nullopt);
      }
      return update_pod(event.pod, RuleId::WorkerAdd, event.cause);
    case Delivery::Update:
    case Delivery::Remove:
      if (pod.worker.state == WorkerState::Unknown) return;  // what is not bound to the node, or comes with the Add still to come
      if (pod.api.deletion_grace) {
        pod.api.kubelet_knows_deletion = true;
        const RecordSeq seen = request_termination(event.pod, RuleId::WorkerDeletion, event.cause, std::nullopt);
        if (pod.worker.state == WorkerState::Finished) {  // its last status was written before the deletion came
          push_at(next_status_sync(now), {.kind = EventKind::StatusSync, .essential = true, .pod = event.pod, .cause = seen});
        }
        return update_pod(event.pod, RuleId::WorkerDeletion, seen);
      }
      schedule_deadline(event.pod);
      return update_pod(event.pod, RuleId::WorkerUpdate, event.cause);
    case Delivery::Orphan: {
      pod.worker.orphan = true;
      const RecordSeq seen = request_termination(event.pod, RuleId::WorkerOrphan, event.cause, constants().minimum_grace_period_override);
      return update_pod(event.pod, RuleId::WorkerOrphan, seen);
    }
  }
}

void World::State::action_due(const WorldEvent& event) {
  const ActionKind& what = input->actions[event.index].what;
  const char* request = std::holds_alternative<DeletePod>(what)          ? "delete"
                        : std::holds_alternative<PatchPod>(what)        ? "patch"
                        : std::holds_alternative<PatchConditions>(what) ? "api"
                        : std::holds_alternative<AddEphemeralContainer>(what) ? "debug"
                                                                              : nullptr;
  if (const auto* patch = std::get_if<PatchJob>(&what)) return apply(event.pod, *patch);
  const PodIndex pod = current_pod(event.pod, input->actions[event.index].made_pod);
  const bool exists = pods[pod].api.created && !pods[pod].api.gone;
  if (request != nullptr && !exists) {
    emit(pod, RuleId::ObjectAbsent, event.cause, [&] { return ActionObservation{.action = request, .http = 404}; });
    return;
  }
  changed(pod);
  std::visit([&](const auto& action) { apply(pod, action); }, what);
}

void World::State::apply(PodIndex index, const DeletePod& action) {
  const RecordSeq cause = emit(index, RuleId::ObjectDeletion, 0, [&] {
    return ActionObservation{.action = "delete", .grace_period_seconds = action.grace_period_seconds, .http = 200};
  });
  delete_pod(index, action.grace_period_seconds, cause);
}

void World::State::delete_pod(PodIndex index, std::optional<std::int64_t> grace_period_seconds, RecordSeq cause) {
  using std::chrono::seconds;
  Pod& pod = pods[index];
  SimDuration grace = grace_period_seconds ? seconds{*grace_period_seconds} : pod.spec->termination_grace_period;
  if (grace < SimDuration{}) grace = seconds{1};
  if (!pod.api.deletion_grace) pod.api.deleted_at = now;
  if (!pod.api.deletion_grace) raise_generation(index);  // registry/rest/delete.go BeforeDelete
  const bool immediate = grace == SimDuration{} || is_terminal(pod.api.status.phase) || !pod.spec->scheduling_gates.empty();
  if (immediate) {
    pod.api.deletion_grace = SimDuration{};
    publish(index, RuleId::ObjectDeletionImmediate, cause);
    // registry/generic/registry/store.go Delete: what has a finalizer stays, marked as deleted, and the kubelet is told so.
    if (has_finalizer(index) && !is_terminal(pod.api.status.phase)) {
      push(draw(index, Draw::Delivery, latencies().pod_delivery),
           {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Update), .pod = index,
            .cause = cause});
    }
    return remove_object(index, RuleId::ObjectDeletionImmediate, cause);
  }
  const bool first = !pod.api.deletion_grace.has_value();
  if (!first && grace >= *pod.api.deletion_grace) return;
  pod.api.deletion_grace = grace;
  publish(index, first ? RuleId::ObjectDeletion : RuleId::ObjectDeletionShortened, cause);
  push(draw(index, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Update), .pod = index,
        .cause = cause});
}

void World::State::raise_generation(PodIndex index) {
  PodSpec spec = *pods[index].spec;
  ++spec.generation;
  pods[index].spec = std::make_shared<const PodSpec>(std::move(spec));
  if (!kubelet_down) schedule_deadline(index);  // the one that waits is of the old generation
}

void World::State::remove_object(PodIndex index, RuleId because, RecordSeq cause) {
  push(draw(index, Draw::Removal, latencies().object_removal),
       {.kind = EventKind::ObjectRemoved, .essential = true, .aux = because == RuleId::ObjectRemoved ? std::uint8_t{1} : std::uint8_t{0},
        .pod = index, .cause = cause});
}

void World::State::object_removed(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (pod.api.gone) return;
  const bool stays = has_finalizer(event.pod);
  if (event.aux == 1 && pod.api.deletion_grace != SimDuration{}) {  // the kubelet's DELETE has grace 0
    pod.api.deletion_grace = SimDuration{};
    publish(event.pod, stays ? RuleId::ObjectKept : RuleId::ObjectRemoved, event.cause);
  }
  if (stays) {
    pod.api.removal_waits = true;
    return;
  }
  pod.api.gone = true;
  pod.gone_since = now;
  const RuleId because = event.aux == 1 ? RuleId::ObjectRemoved : RuleId::ObjectDeletionImmediate;
  const RecordSeq cause = emit(event.pod, because, event.cause, [] { return DeletedObservation{}; });
  changed(event.pod);
  owned_pod_changed(event.pod);
  if (pod.worker.state == WorkerState::Finished) return;
  push(draw(event.pod, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Remove), .pod = event.pod,
        .cause = cause});
}

void World::State::apply(PodIndex index, const KillContainer& action) {
  const std::string& name = pods[index].spec->containers[action.container].name;
  const RecordSeq cause = emit(index, RuleId::ProcessSignalled, 0, [&] {
    return ActionObservation{.action = "kill", .container = name, .detail = "signal " + std::to_string(action.signal)};
  });
  const std::uint32_t instance = running_instance(index, action.container);
  if (instance == kNoContainer) return;
  if (action.signal == 15) {
    push({}, {.kind = EventKind::SignalArrives, .essential = true, .pod = index,
              .token = static_cast<std::uint32_t>(pods[index].instances[instance].record.id), .cause = cause});
    return;
  }
  exit_process(index, instance, 128 + action.signal, ExitReason::Error, RuleId::ProcessSignalled, cause);
}

void World::State::apply(PodIndex index, const OomKillContainer& action) {
  const std::string& name = pods[index].spec->containers[action.container].name;
  const RecordSeq cause = emit(index, RuleId::ProcessOomKilled, 0, [&] { return ActionObservation{.action = "oom", .container = name}; });
  const std::uint32_t instance = running_instance(index, action.container);
  if (instance != kNoContainer) exit_process(index, instance, 137, ExitReason::OOMKilled, RuleId::ProcessOomKilled, cause);
}

void World::State::apply(PodIndex index, const KillSandbox&) {
  const RecordSeq cause =
      emit(index, RuleId::SandboxLost, 0, [] { return ActionObservation{.action = "kill", .sandbox = true}; });
  const SandboxId sandbox = ready_sandbox(index);
  for (Sandbox& candidate : pods[index].sandboxes) {
    if (candidate.record.id == sandbox) candidate.record.ready = false;
  }
  runtime_changed(index, cause);
}

namespace {
using PatchedEntries = std::vector<std::pair<std::string, std::optional<std::string>>>;

void apply_entries(const PatchedEntries& patched, std::map<std::string, std::string>& entries) {
  for (const auto& [key, value] : patched) {
    if (value) {
      entries[key] = *value;
    } else {
      entries.erase(key);
    }
  }
}
}  // namespace

void World::State::apply(PodIndex index, const PatchPod& action) {
  Pod& pod = pods[index];
  PodSpec spec = *pod.spec;
  for (const auto& [container, image] : action.images) spec.containers[container].image = image;
  if (action.active_deadline) spec.active_deadline = action.active_deadline;
  apply_entries(action.labels, spec.labels);
  apply_entries(action.annotations, spec.annotations);
  if (action.active_deadline || !action.images.empty()) ++spec.generation;
  pod.spec = std::make_shared<const PodSpec>(std::move(spec));
  const RecordSeq cause =
      emit(index, RuleId::ObjectPatched, 0, [] { return ActionObservation{.action = "patch", .http = 200}; });
  push(draw(index, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Update), .pod = index,
        .cause = cause});
}

void World::State::apply(PodIndex index, const AddEphemeralContainer& action) {
  const ContainerSpec& added = input->pods[pods[index].source].spec.containers[action.container];
  PodSpec spec = *pods[index].spec;
  PODLAPSE_CHECK(spec.containers.size() == action.container);
  spec.containers.push_back(added);
  ++spec.generation;
  pods[index].spec = std::make_shared<const PodSpec>(std::move(spec));
  const RecordSeq cause = emit(index, RuleId::ObjectPatched, 0, [&] {
    return ActionObservation{.action = "debug", .container = added.name, .http = 200};
  });
  push(draw(index, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Update), .pod = index,
        .cause = cause});
}

void World::State::apply(PodIndex index, const PatchConditions& action) {
  Pod& pod = pods[index];
  const RecordSeq cause =
      emit(index, RuleId::ObjectPatched, 0, [] { return ActionObservation{.action = "api", .http = 200}; });
  for (PodCondition condition : action.conditions) {
    condition.last_transition_time = input->clock.at(now);
    const auto same = std::find_if(pod.api.foreign.begin(), pod.api.foreign.end(),
                                   [&](const PodCondition& other) { return other.type == condition.type; });
    if (same == pod.api.foreign.end()) {
      pod.api.foreign.push_back(std::move(condition));
    } else {
      *same = std::move(condition);
    }
  }
  publish(index, RuleId::ObjectPatched, cause);
  if (pod.spec->readiness_gates.empty()) return;  // kubelet.go HandlePodReconcile looks at readiness gates only
  push(draw(index, Draw::Delivery, latencies().pod_delivery),
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Update), .pod = index,
        .cause = cause});
}

void World::State::apply(PodIndex index, const EvictPod& action) {
  Pod& pod = pods[index];
  const RecordSeq cause =
      emit(index, RuleId::EvictionKills, 0, [&] { return ActionObservation{.action = "evict", .detail = action.message}; });
  const bool known = pod.worker.state != WorkerState::Unknown;  // the eviction manager looks at Pods that the kubelet has
  if (!known || pod.worker.termination_requested || is_terminal(pod.api.status.phase)) return;
  EventDraft draft;
  draft.reason = EventReason::Evicted;
  draft.text = EventDraft::Text::Plain;
  draft.text_id = text_id(action.message);
  kube_event(index, RuleId::EvictionKills, cause, draft);
  pod.forced = ForcedFailure{PodReason::Evicted, action.message};
  pod.worker.evicted = true;
  const SimDuration grace = action.grace_period_seconds ? SimDuration{std::chrono::seconds{*action.grace_period_seconds}}
                                                        : constants().eviction_grace_period;
  update_pod(index, RuleId::EvictionKills, request_termination(index, RuleId::EvictionKills, cause, grace));
}

void World::State::apply(PodIndex index, const PutObject& action) {
  emit(index, RuleId::ConfigChanged, 0, [&] { return ActionObservation{.action = "api", .http = 200, .detail = action.name}; });
  std::erase_if(existing_objects, [&](const ExistingObject& object) { return object.kind == action.kind && object.name == action.name; });
  if (!action.remove) existing_objects.push_back({action.kind, action.name, action.keys});
  if (action.kind == ObjectReference::Kind::PersistentVolumeClaim) claims_changed();
}

void World::State::apply(PodIndex index, const RestartKubelet& action) {
  const RecordSeq cause =
      emit(index, RuleId::KubeletRestarted, 0, [] { return ActionObservation{.action = "restartKubelet"}; });
  kubelet_down = true;
  cancel(relist);
  for (PodIndex each = 0; each < pods.size(); ++each) {
    Pod& pod = pods[each];
    remove_probes(each);
    for (KillTask& task : pod.kills) {
      cancel(task.timer);
      cancel(task.hook);
    }
    pod.kills.clear();
    pod.killing_pod = false;
    cancel(pod.worker.timer);
    cancel(pod.worker.hook);
    cancel(pod.tick);
    const std::uint32_t token = pod.worker.token + 1;
    pod.worker = Worker{};
    pod.worker.token = token;
    cancel(pod.status.write);
    pod.status = StatusManager{};
    pod.correlator.emplace(constants());
    pod.results.assign(pod.results.size(), {});
    pod.failed_starts.assign(pod.failed_starts.size(), std::nullopt);
    pod.image_failures.assign(pod.image_failures.size(), std::nullopt);
    const CrashLoopBackOffRange range = crash_loop_back_off_range(constants(), config().gates).value;
    pod.crash_backoff = Backoff(range.initial, range.max, constants().crash_loop_back_off_expiry);
    pod.image_backoff = Backoff(constants().image_back_off_initial, constants().image_back_off_max, 2 * constants().image_back_off_max);
    pod.cache = {};
    pod.in_cache = false;
    pod.pleg.clear();
    pod.forced.reset();
    pod.requeue_at.reset();
    pod.volumes_asked_at.reset();
    pod.volumes_mounted_at.reset();
    pod.unmounted.clear();
    ++pod.volumes_token;
  }
  pulls.clear();
  for (const auto& [pod, container] : action.removed) remove_dead(current_pod(pod, {}), container, cause);
  push(action.down_for, {.kind = EventKind::KubeletUp, .essential = true, .pod = index, .cause = cause});
}

void World::State::remove_dead(PodIndex index, ContainerIndex container, RecordSeq cause) {
  for (Instance& instance : pods[index].instances) {
    if (instance.removed || instance.alive || instance.record.container != container) continue;
    instance.removed = true;
    step_record(index, RuleId::ProcessRemoved, cause, "remove", container, "a dead instance is removed from outside");
  }
}

/// kubelet_pods.go HandlePodCleanups: the first housekeeping finds what runs of a Pod that no worker knows.
void World::State::find_orphan(PodIndex index) {
  const std::vector<Instance>& instances = pods[index].instances;
  if (std::none_of(instances.begin(), instances.end(), [](const Instance& instance) { return instance.alive; })) return;
  push(constants().housekeeping_period,
       {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Orphan), .pod = index});
}

void World::State::kubelet_up() {
  kubelet_down = false;
  kubelet_started_at = now;
  relist_origin = now;
  for (PodIndex each = 0; each < pods.size(); ++each) {
    Pod& pod = pods[each];
    if (!pod.api.created) continue;
    update_cache(each, false, 0);  // the first relist comes before the first sync
    if (pod.api.gone) {
      find_orphan(each);
      continue;
    }
    push(draw(each, Draw::Delivery, latencies().pod_delivery),
         {.kind = EventKind::PodDelivered, .essential = true, .aux = static_cast<std::uint8_t>(Delivery::Add), .pod = each});
  }
}

}  // namespace podlapse
