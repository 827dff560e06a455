// The Job controller: when it looks at a Job, and what it does then. What a sync decides is sync_job (controller/job.hpp). And the
// TTL controller, which deletes Jobs that have finished.
#include <algorithm>
#include <utility>

#include "podlapse/api/pod_template.hpp"
#include "world_state.hpp"

namespace podlapse {

namespace {

constexpr std::size_t kSuffix = 5, kGeneratedBaseMax = 58;

/// Times in the API have whole seconds.
JobStatus as_stored(JobStatus status) {
  if (status.start_time) status.start_time = std::chrono::floor<std::chrono::seconds>(*status.start_time);
  if (status.completion_time) status.completion_time = std::chrono::floor<std::chrono::seconds>(*status.completion_time);
  return status;
}

/// The name of a Job's Pod number `number`, counted from 0 in the order of creation.
std::string name_of_pod(const JobSpec& job, std::uint32_t number, const std::optional<std::int32_t>& index) {
  const std::string base = job.name + "-" + (index ? std::to_string(*index) + "-" : "");
  const std::string seed = number == 0 && !index ? base : base + std::to_string(number);
  return base.substr(0, kGeneratedBaseMax) + name_suffix(seed, kSuffix);
}

}  // namespace

void World::State::create_job(std::uint32_t index) {
  JobState& job = std::get<JobState>(owners[index].state);
  job.created_at = now;
  for (const ContainerSpec& container : input->pods[owners[index].pod].spec.containers) {
    if (container.kind == ContainerKind::Sidecar) job.sidecars.push_back(container.name);
  }
  show_job(index, {}, RuleId::ObjectCreated);
  cancel(owners[index].wake);  // of its own making: nothing is to be batched
  enqueue_owner(index, {});
}

std::vector<JobPod> World::State::job_pods(std::uint32_t index) const {
  std::vector<JobPod> seen;
  for (const OwnedPod& child : owners[index].children) {
    const Pod& pod = pods[child.pod];
    if (!pod.api.created || pod.api.gone) continue;
    JobPod& view = seen.emplace_back();
    view.id = static_cast<JobPodId>(child.pod);
    view.name = pod.spec->name;
    if (pod.api.has_status) {
      view.status = render_pod_status(pod.api.status, pod.api.foreign, render_context(child.pod));
    } else {
      view.status.phase = to_string(pod.api.status.phase);
    }
    view.deleting = pod.api.deletion_grace.has_value();
    view.tracked = pod.api.is_tracked;
    view.created_at = input->clock.at(pod.api.created_at);
    if (pod.api.deleted_at) view.deleted_at = input->clock.at(*pod.api.deleted_at);
    view.sidecars = std::get<JobState>(owners[index].state).sidecars;
    view.index = child.created.index;
    view.index_failures = child.created.index_failures;
    view.index_ignored = child.created.index_ignored;
  }
  return seen;
}

void World::State::sync_job_of(std::uint32_t index) {
  const PodIndex place = owners[index].pod;
  JobState& job = std::get<JobState>(owners[index].state);
  const std::vector<JobPod> seen = job_pods(index);
  job.sync = sync_job({*job.spec, job.status, seen, job.backoff, input->clock.at(now), true});
  job.sync.first = as_stored(std::move(job.sync.first));
  job.sync.last = as_stored(std::move(job.sync.last));
  job.backoff = job.sync.backoff;
  const RuleId because = job.sync.because;
  for (const JobPodId id : job.sync.released) pods[static_cast<PodIndex>(id)].api.is_tracked = false;
  for (const JobPodId id : job.sync.deletions) {
    const auto pod = static_cast<PodIndex>(id);
    delete_pod(pod, std::nullopt, owners[index].cause);
    owner_event(index, {false, "SuccessfulDelete", "Deleted pod: " + pods[pod].spec->name}, because);
  }
  const std::vector<SimDuration> times = batch_times(index, slow_start_batches(job.sync.creations.size()));
  for (std::size_t i = 0; i < job.sync.creations.size(); ++i) {
    const JobPodCreation& creation = job.sync.creations[i];
    const std::uint32_t made = owners[index].made++;
    const std::uint32_t number = creation.index ? static_cast<std::uint32_t>(*creation.index) : made;
    std::string name = name_of_pod(*job.spec, made, creation.index);
    owner_event(index, {false, "SuccessfulCreate", "Created pod: " + name}, because, times[i]);
    make_pod(index, std::move(name), {0, creation, 0, number}, times[i],
             times[i] > SimDuration{} ? RuleId::ControllerSlowStart : because);
  }
  if (job.sync.again_after) enqueue_owner(index, *job.sync.again_after);
  push(times.back() + draw_for_owner(index, Draw::JobWrite, latencies().job_write),
       {.kind = EventKind::OwnerWritten, .essential = true, .aux = 0, .pod = place, .index = index});
}

void World::State::job_written(const WorldEvent& event) {
  Owner& owner = owners[event.index];
  if (owner.deleting) return;
  JobState& job = std::get<JobState>(owner.state);
  const bool counting = event.aux == 0;
  const JobStatus& status = counting ? job.sync.first : job.sync.last;
  if (status != job.status) show_job(event.index, JobStatus{status}, job.sync.because);
  if (counting) {
    for (const JobPodId id : job.sync.counted) {
      ApiObject& object = pods[static_cast<PodIndex>(id)].api;
      object.is_tracked = false;
      if (object.removal_waits) remove_object(static_cast<PodIndex>(id), RuleId::ObjectRemoved, owner.cause);
    }
    if (!job.sync.counted.empty() || job.sync.last != job.sync.first) {  // the Pods are patched, then the status is written again
      SimDuration patched{};
      if (!job.sync.counted.empty()) patched = draw_for_owner(event.index, Draw::JobWrite, latencies().job_write);
      push(patched + draw_for_owner(event.index, Draw::JobWrite, latencies().job_write),
           {.kind = EventKind::OwnerWritten, .essential = true, .aux = 1, .pod = event.pod, .index = event.index});
      return;
    }
  }
  for (OwnerEvent& told : job.sync.events) owner_event(event.index, std::move(told), job.sync.because);
  owner_rests(event.index);
}

void World::State::show_job(std::uint32_t index, const JobStatus& status, RuleId because) {
  Owner& owner = owners[index];
  JobState& job = std::get<JobState>(owner.state);
  job.status = status;
  owner.last_change = now;
  if (job_finished(status)) {
    job.finished_at = now;
    cancel(owner.wake);
    if (const std::optional<WallTime> expires = job_expires_at(*job.spec, status)) {
      const SimDuration left = std::max(*expires - input->clock.at(now), SimDuration{});
      job.expires_at = now + left;
      job.expires = push(left + draw_for_owner(index, Draw::JobSync, latencies().job_sync),
                         {.kind = EventKind::OwnerExpires, .pod = owner.pod, .index = index});
    }
  }
  tell_job(index, because);
  enqueue_owner(index, constants().job_batch_period);  // it watches its own writes, too
  if (job.cron_job) enqueue_owner(*job.cron_job, {}, false);
}

void World::State::tell_job(std::uint32_t index, RuleId because) {
  Owner& owner = owners[index];
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) {
    const JobStatus& status = std::get<JobState>(owner.state).status;
    JobObservation observation;
    observation.active = status.active;
    observation.ready = status.ready;
    observation.succeeded = status.succeeded;
    observation.failed = status.failed;
    observation.terminating = status.terminating;
    observation.conditions = status.conditions;
    observation.name = owner.name;
    observation.gone = owner.gone;
    record({}, because, record_seq, owner.cause, std::move(observation));
  }
  owner.cause = record_seq;
}

void World::State::job_expires(const WorldEvent& event) {
  std::get<JobState>(owners[event.index].state).expires = {};
  delete_owner(event.index, true, RuleId::JobTtl);
}

void World::State::apply(PodIndex source, const PatchJob& action) {
  const auto is_it = [source](const Owner& owner) { return owner.pod == source && std::holds_alternative<JobState>(owner.state); };
  const auto found = std::find_if(owners.begin(), owners.end(), is_it);
  if (found == owners.end()) return;
  JobState& job = std::get<JobState>(found->state);
  const bool exists = !found->gone;
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) {
    std::string what;
    if (action.suspend) what = std::string{"suspend "} + (*action.suspend ? "true" : "false");
    if (action.parallelism) what += (what.empty() ? "" : ", ") + ("parallelism " + std::to_string(*action.parallelism));
    record(found->name, exists ? RuleId::ObjectPatched : RuleId::ObjectAbsent, record_seq, 0,
           ActionObservation{.action = "patch", .http = exists ? 200 : 404, .detail = what});
  }
  if (!exists) return;
  found->cause = record_seq;
  auto spec = std::make_shared<JobSpec>(*job.spec);
  if (action.suspend) spec->suspend = *action.suspend;
  if (action.parallelism) spec->parallelism = *action.parallelism;
  job.spec = std::move(spec);
  enqueue_owner(static_cast<std::uint32_t>(found - owners.begin()), {});
}

}  // namespace podlapse
