// The controllers of ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets: when they look at their Pods, and what they
// do then. What a sync decides is sync_pod_set (controller/pod_set.hpp).
#include <algorithm>
#include <utility>

#include "world_state.hpp"

namespace podlapse {

void World::State::create_pod_set(std::uint32_t index) {
  const PodSetSpec& spec = *std::get<PodSetState>(owners[index].state).spec;
  SimDuration before{};
  if (!spec.deployment.empty()) {  // one controller more: it makes the ReplicaSet
    before = draw_for_owner(index, Draw::JobSync, latencies().job_sync);
    event_of("Deployment", spec.deployment, index,
             {false, "ScalingReplicaSet", "Scaled up replica set " + spec.name + " from 0 to " + std::to_string(spec.replicas)},
             RuleId::ReplicaSetCreates, before);
  }
  enqueue_owner(index, before);
}

std::vector<PodSetPod> World::State::pod_set_pods(std::uint32_t index) const {
  std::vector<PodSetPod> seen;
  for (const OwnedPod& child : owners[index].children) {
    const Pod& pod = pods[child.pod];
    if (!pod.api.created || pod.api.gone) continue;
    PodSetPod& view = seen.emplace_back();
    view.id = static_cast<PodSetPodId>(child.pod);
    view.name = pod.spec->name;
    view.phase = to_string(pod.api.status.phase);
    view.deleting = pod.api.deletion_grace.has_value();
    view.ordinal = child.ordinal;
    for (const CachedCondition& condition : pod.api.status.conditions) {
      if (condition.type != ConditionType::Ready || !condition.is_true) continue;
      view.ready_since = std::chrono::floor<std::chrono::seconds>(input->clock.at(condition.last_transition));
    }
  }
  return seen;
}

void World::State::sync_pod_set_of(std::uint32_t index) {
  const PodIndex place = owners[index].pod;
  PodSetState& set = std::get<PodSetState>(owners[index].state);
  const PodSetSpec& spec = *set.spec;
  const std::vector<PodSetPod> seen = pod_set_pods(index);
  set.sync = sync_pod_set({spec, seen, set.backoff, input->clock.at(now), input->pods[place].spec.node_name});
  set.backoff = set.sync.backoff;
  const PodSetSync sync = set.sync;
  for (const OwnerEvent& told : sync.events) owner_event(index, told, sync.because);
  for (const PodSetPodId id : sync.deletions) {
    const auto pod = static_cast<PodIndex>(id);
    owner_event(index, pod_deleted_event(spec, pods[pod].spec->name), sync.because);
    delete_pod(pod, std::nullopt, owners[index].cause);
  }
  const std::vector<SimDuration> times = batch_times(index, sync.batches);
  for (std::size_t i = 0; i < sync.creations.size(); ++i) {
    const std::uint32_t made = owners[index].made++;
    const bool ordered = spec.kind == PodSetSpec::Kind::StatefulSet;
    const std::uint32_t number = ordered ? static_cast<std::uint32_t>(sync.creations[i] - spec.first_ordinal) : made;
    std::string name = pod_set_pod_name(spec, made, sync.creations[i]);
    for (const OwnerEvent& claim : claims_created_events(spec, name)) owner_event(index, claim, sync.because, times[i]);
    owner_event(index, pod_created_event(spec, name), sync.because, times[i]);
    make_pod(index, std::move(name), {0, {}, sync.creations[i], number}, times[i],
             times[i] > SimDuration{} && sync.because == RuleId::ReplicaSetCreates ? RuleId::ControllerSlowStart : sync.because);
  }
  if (sync.again_after) enqueue_owner(index, *sync.again_after);
  push(times.back() + draw_for_owner(index, Draw::JobWrite, latencies().job_write),
       {.kind = EventKind::OwnerWritten, .essential = true, .pod = place, .index = index});
}

}  // namespace podlapse
