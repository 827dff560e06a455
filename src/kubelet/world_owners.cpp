// What all controllers have in common: an object whose Pods are made of a template. Its controller is woken by the object, by its
// Pods and by the clock, decides in a pure function (module controller), and asks for what it decided; while its requests are
// under way it does not look again. How long that takes was measured of the Job controller alone (Latencies::job_sync, job_write);
// the others have the same informers, work queues and client, and are given its times.
#include <algorithm>
#include <utility>

#include "podlapse/api/pod_template.hpp"
#include "world_state.hpp"

namespace podlapse {

namespace {

/// What an object's controller calls itself in events.
const char* component_of(const std::string& kind) {
  static constexpr std::pair<const char*, const char*> kComponents[] = {
      {"Job", "job-controller"},
      {"CronJob", "cronjob-controller"},
      {"Deployment", "deployment-controller"},
      {"ReplicaSet", "replicaset-controller"},
      {"ReplicationController", "replication-controller"},
      {"StatefulSet", "statefulset-controller"},
      {"DaemonSet", "daemonset-controller"},
  };
  for (const auto& [of, component] : kComponents) {
    if (kind == of) return component;
  }
  return "";
}

/// A StatefulSet's claims are each Pod's own.
void rename_claims(PodSpec& spec, const PodSetSpec& set, const std::string& from) {
  for (Volume& volume : spec.volumes) {
    for (ObjectReference& reference : volume.references) {
      for (const std::string& claim : set.claims) {
        const std::string prefix = claim + "-";
        if (reference.name == prefix + from) reference.name = prefix + spec.name;
      }
    }
  }
}

bool is_active(const ApiObject& object) {
  return object.created && !object.gone && !object.deletion_grace && !is_terminal(object.status.phase);
}

}  // namespace

void World::State::add_owners() {
  const auto add = [this](std::string kind, const std::string& name, const std::string& space, PodIndex pod, auto state) {
    PODLAPSE_CHECK(pod < pods.size());
    Owner& owner = owners.emplace_back();
    owner.draws.stream = stream_id(name, stream_id((kind == "Job" ? "job" : kind) + "/" + space));
    owner.kind = std::move(kind);
    owner.name = name;
    owner.pod = pod;
    owner.state = std::move(state);
    push_at(kTimeZero + input->pods[pod].created_at,
            {.kind = EventKind::OwnerCreated, .essential = true, .pod = pod, .index = static_cast<std::uint32_t>(owners.size() - 1)});
  };
  for (const JobInput& job : input->jobs) {
    JobState state;
    state.spec = std::shared_ptr<const JobSpec>(input, &job.spec);
    add("Job", job.spec.name, job.spec.namespace_name, job.pod, std::move(state));
  }
  for (const PodSetInput& set : input->pod_sets) {
    PodSetState state;
    state.spec = &set.spec;
    add(to_string(set.spec.kind), set.spec.name, set.spec.namespace_name, set.pod, std::move(state));
  }
  for (const CronJobInput& cron_job : input->cron_jobs) {
    CronJobState state;
    state.spec = &cron_job.spec;
    add("CronJob", cron_job.spec.name, cron_job.spec.namespace_name, cron_job.pod, std::move(state));
  }
}

SimDuration World::State::draw_for_owner(std::uint32_t owner, Draw kind, const Latency& latency) {
  return draw_from(owners[owner].draws, kind, latency);
}

std::vector<SimDuration> World::State::batch_times(std::uint32_t owner, const std::vector<std::size_t>& batches) {
  std::vector<SimDuration> times;
  SimDuration at{};
  for (std::size_t batch = 0; batch < batches.size(); ++batch) {
    if (batch > 0) at += draw_for_owner(owner, Draw::JobWrite, latencies().job_write);
    times.insert(times.end(), batches[batch], at);
  }
  times.push_back(at);
  return times;
}

PodIndex World::State::current_pod(PodIndex source, const std::string& name) const {
  std::optional<PodIndex> newest;
  for (PodIndex index = 0; index < pods.size(); ++index) {
    const Pod& pod = pods[index];
    if (pod.source != source || (!name.empty() && pod.spec->name != name)) continue;
    const bool of_set = pod.owner && std::holds_alternative<PodSetState>(owners[*pod.owner].state);
    if (of_set && is_active(pod.api)) return index;
    newest = index;
  }
  return newest.value_or(source);
}

void World::State::owner_created(const WorldEvent& event) {
  Owner& owner = owners[event.index];
  owner.last_change = now;
  if (std::holds_alternative<JobState>(owner.state)) return create_job(event.index);
  if (std::holds_alternative<PodSetState>(owner.state)) return create_pod_set(event.index);
  create_cron_job(event.index);
}

void World::State::enqueue_owner(std::uint32_t index, SimDuration after, bool essential) {
  Owner& owner = owners[index];
  const auto* job = std::get_if<JobState>(&owner.state);
  if (owner.deleting || (job != nullptr && job->finished_at)) return;
  const SimTime at = now + after;
  if (owner.wake.set() && owner.wake_at <= at) return;
  cancel(owner.wake);
  owner.wake_at = at;
  owner.wake = push(after + draw_for_owner(index, Draw::JobSync, latencies().job_sync),
                    {.kind = EventKind::OwnerSyncs, .essential = essential, .pod = owner.pod, .index = index});
}

void World::State::owner_syncs(const WorldEvent& event) {
  Owner& owner = owners[event.index];
  owner.wake = {};
  const auto* job = std::get_if<JobState>(&owner.state);
  if (owner.deleting || (job != nullptr && job->finished_at)) return;
  if (owner.busy) {
    owner.wanted = true;
    return;
  }
  owner.busy = true;
  if (job != nullptr) return sync_job_of(event.index);
  if (std::holds_alternative<PodSetState>(owner.state)) return sync_pod_set_of(event.index);
  sync_cron_job_of(event.index);
}

void World::State::owner_written(const WorldEvent& event) {
  if (std::holds_alternative<JobState>(owners[event.index].state)) return job_written(event);
  owner_rests(event.index);
}

void World::State::owner_rests(std::uint32_t index) {
  Owner& owner = owners[index];
  owner.busy = false;
  owner.last_change = now;
  const bool cron_job = std::holds_alternative<CronJobState>(owner.state);
  if (std::exchange(owner.wanted, false)) enqueue_owner(index, {}, !cron_job);
}

void World::State::owned_pod_changed(PodIndex pod) {
  if (!pods[pod].owner) return;
  const std::uint32_t index = *pods[pod].owner;
  Owner& owner = owners[index];
  if (owner.gone) return;
  if (owner.deleting) {  // in the foreground: it goes behind its last Pod
    const bool any = std::any_of(owner.children.begin(), owner.children.end(),
                                 [this](const OwnedPod& child) { return !pods[child.pod].api.gone; });
    if (!any) owner_gone(index, RuleId::ControllerGarbage);
    return;
  }
  enqueue_owner(index, std::holds_alternative<JobState>(owner.state) ? constants().job_batch_period : SimDuration{});
}

void World::State::make_pod(std::uint32_t index, std::string name, OwnedPod about, SimDuration after, RuleId because) {
  Owner& owner = owners[index];
  const PodIndex source = owner.pod;
  const auto before = static_cast<std::size_t>(std::count_if(
      owner.children.begin(), owner.children.end(), [&](const OwnedPod& child) { return pods[child.pod].spec->name == name; }));
  std::shared_ptr<const PodSpec> spec = spec_of_made(owner, name, about, before);
  about.pod = source;
  if (template_taken[source]) {
    about.pod = static_cast<PodIndex>(pods.size());
    pods.emplace_back();
    init_pod(about.pod, source, std::move(spec), before);
  } else {
    template_taken[source] = true;
    if (name != pods[source].spec->name) pods[source].spec = std::move(spec);
  }
  Pod& pod = pods[about.pod];
  pod.owner = index;
  pod.made_because = because;
  pod.number = about.number;
  pod.api.is_tracked = std::holds_alternative<JobState>(owner.state);
  owner.children.push_back(about);
  push(after, {.kind = EventKind::PodCreated, .essential = true, .pod = about.pod, .cause = owner.cause});
}

std::shared_ptr<const PodSpec> World::State::spec_of_made(const Owner& owner, const std::string& name, const OwnedPod&,
                                                          std::size_t before) const {
  auto spec = std::make_shared<PodSpec>(input->pods[owner.pod].spec);
  const std::string from = std::exchange(spec->name, name);
  spec->uid = make_uid("Pod", spec->namespace_name, before == 0 ? name : name + "/" + std::to_string(before));
  const auto* set = std::get_if<PodSetState>(&owner.state);
  if (set != nullptr) rename_claims(*spec, *set->spec, from);
  return spec;
}

PodMadeObservation World::State::made_observation(PodIndex index) const {
  const Pod& pod = pods[index];
  const Owner& owner = owners[*pod.owner];
  PodMadeObservation made{owner.kind, owner.name, {}, {pod.spec->name, {}}};
  for (const ContainerSpec& container : pod.spec->containers) made.pod.containers.push_back({container.name, container.kind});
  for (const OwnedPod& child : owner.children) {
    if (child.pod == index) made.completion_index = child.created.index;
  }
  return made;
}

void World::State::delete_owner(std::uint32_t index, bool foreground, RuleId because) {
  Owner& owner = owners[index];
  if (owner.deleting) return;
  owner.deleting = true;
  cancel(owner.wake);
  if (auto* job = std::get_if<JobState>(&owner.state)) cancel(job->expires);
  const std::uint8_t how = foreground ? 1 : 0;
  push(draw_for_owner(index, Draw::JobWrite, latencies().job_write),
       {.kind = EventKind::OwnerDeleted, .essential = true, .aux = how, .pod = owner.pod, .index = index,
        .token = static_cast<std::uint32_t>(because)});
}

void World::State::owner_deleted(const WorldEvent& event) {
  const RuleId because = static_cast<RuleId>(event.token);
  if (event.aux == 0) {
    owner_gone(event.index, because);
  } else {
    tell_job(event.index, because);  // marked for deletion: its Pods go first
  }
  // The garbage collector has informers and a queue of its own; its delay is not measured.
  push(draw_for_owner(event.index, Draw::JobSync, latencies().job_sync),
       {.kind = EventKind::OwnerCollected, .essential = true, .pod = event.pod, .index = event.index});
}

void World::State::owner_collected(const WorldEvent& event) {
  bool any = false;
  const std::vector<OwnedPod> children = owners[event.index].children;
  for (const OwnedPod& child : children) {
    ApiObject& object = pods[child.pod].api;
    if (!object.created || object.gone) continue;
    any = true;
    object.is_tracked = false;  // nobody counts it any more (job_controller.go syncOrphanPod)
    if (object.removal_waits) {
      remove_object(child.pod, RuleId::ObjectRemoved, owners[event.index].cause);
    } else if (!object.deletion_grace) {
      delete_pod(child.pod, std::nullopt, owners[event.index].cause);
    }
  }
  if (!any && !owners[event.index].gone) owner_gone(event.index, RuleId::ControllerGarbage);
}

void World::State::owner_gone(std::uint32_t index, RuleId because) {
  Owner& owner = owners[index];
  owner.gone = true;
  owner.busy = owner.wanted = false;
  owner.last_change = now;
  const auto* job = std::get_if<JobState>(&owner.state);
  if (job == nullptr) return;
  tell_job(index, because);
  if (job->cron_job) enqueue_owner(*job->cron_job, {}, false);
}

void World::State::owner_event(std::uint32_t index, OwnerEvent event, RuleId because, SimDuration after) {
  event_of(owners[index].kind, owners[index].name, index, std::move(event), because, after);
}

void World::State::event_of(const std::string& kind, const std::string& name, std::uint32_t index, OwnerEvent event, RuleId because,
                            SimDuration after) {
  const std::uint32_t slot = take_event_slot(because);
  PendingEvent& pending = pending_events[slot];
  pending.at += after;
  pending.owner_kind = kind;
  pending.owner = name;
  std::vector<OwnerEventSeries>& known = owners[index].events;
  auto series = std::find_if(known.begin(), known.end(), [&event](const OwnerEventSeries& other) { return other.event == event; });
  if (series == known.end()) series = known.insert(known.end(), {event, pending.at, 0});
  pending.owner_event_first = series->first;
  pending.owner_event_count = ++series->count;
  pending.owner_event = std::move(event);
  push(after + draw_for_owner(index, Draw::EventWrite, latencies().event_write),
       {.kind = EventKind::EventWritten, .essential = true, .pod = owners[index].pod, .index = slot, .cause = owners[index].cause});
}

void World::State::owner_event_written(const WorldEvent& event, PendingEvent& pending) {
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) {
    KubeEvent told;
    told.type = pending.owner_event.warning ? "Warning" : "Normal";
    told.reason = pending.owner_event.reason;
    told.message = pending.owner_event.message;
    told.source = component_of(pending.owner_kind);
    told.object_kind = pending.owner_kind;
    told.count = pending.owner_event_count;
    told.first_timestamp = input->clock.at(pending.owner_event_first);
    told.last_timestamp = input->clock.at(pending.at);
    record(pending.owner, pending.because, record_seq, event.cause, EventObservation{std::move(told)});
  }
  pending.used = false;
}

}  // namespace podlapse
