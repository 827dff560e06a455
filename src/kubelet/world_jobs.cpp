// The Job controller: when it looks at a Job, and what it does then. What a sync decides is sync_job (controller/job.hpp).
#include <algorithm>
#include <utility>

#include "podlapse/api/pod_template.hpp"
#include "world_state.hpp"

namespace podlapse {

namespace {

constexpr std::size_t kSuffix = 5;

/// Times in the API have whole seconds.
JobStatus as_stored(JobStatus status) {
  if (status.start_time) status.start_time = std::chrono::floor<std::chrono::seconds>(*status.start_time);
  if (status.completion_time) status.completion_time = std::chrono::floor<std::chrono::seconds>(*status.completion_time);
  return status;
}

}  // namespace

SimDuration World::State::draw_for_job(std::uint32_t job, Draw kind, const Latency& latency) {
  return draw_from(jobs[job].draws, kind, latency);
}

PodIndex World::State::current_pod(PodIndex source) const {
  for (PodIndex index = static_cast<PodIndex>(pods.size()); index-- > input->pods.size();) {
    if (pods[index].source == source) return index;
  }
  return source;
}

void World::State::job_created(const WorldEvent& event) {
  show_job(event.index, {}, RuleId::ObjectCreated);
  cancel(jobs[event.index].wake);  // of its own making: nothing is to be batched
  enqueue_job(event.index, {});
}

void World::State::enqueue_job(std::uint32_t index, SimDuration after) {
  Job& job = jobs[index];
  if (job.finished_at) return;
  const SimTime at = now + after;
  if (job.wake.set() && job.wake_at <= at) return;
  cancel(job.wake);
  job.wake_at = at;
  job.wake = push(after + draw_for_job(index, Draw::JobSync, latencies().job_sync),
                  {.kind = EventKind::JobSyncs, .essential = true, .pod = input->jobs[index].pod, .index = index});
}

void World::State::job_pod_changed(PodIndex pod) {
  if (pods[pod].job) enqueue_job(*pods[pod].job, constants().job_batch_period);
}

std::vector<JobPod> World::State::job_pods(std::uint32_t index) const {
  std::vector<JobPod> seen;
  for (const JobChild& child : jobs[index].children) {
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
    view.tracked = pod.api.has_finalizer;
    view.created_at = input->clock.at(pod.api.created_at);
    if (pod.api.deleted_at) view.deleted_at = input->clock.at(*pod.api.deleted_at);
    view.sidecars = jobs[index].sidecars;
    view.index = child.created.index;
    view.index_failures = child.created.index_failures;
    view.index_ignored = child.created.index_ignored;
  }
  return seen;
}

void World::State::job_syncs(const WorldEvent& event) {
  Job& job = jobs[event.index];
  job.wake = {};
  if (job.finished_at) return;
  if (job.busy) {
    job.wanted = true;
    return;
  }
  const std::vector<JobPod> seen = job_pods(event.index);
  job.sync = sync_job({input->jobs[event.index].spec, job.status, seen, job.backoff, input->clock.at(now), true});
  job.sync.first = as_stored(std::move(job.sync.first));
  job.sync.last = as_stored(std::move(job.sync.last));
  job.backoff = job.sync.backoff;
  job.busy = true;
  for (const JobPodId id : job.sync.deletions) {
    const auto pod = static_cast<PodIndex>(id);
    delete_pod(pod, std::nullopt, job.cause);
    job_event(event.index, {false, "SuccessfulDelete", "Deleted pod: " + pods[pod].spec->name}, job.sync.because);
  }
  for (const JobPodCreation& creation : job.sync.creations) create_job_pod(event.index, creation);
  if (job.sync.again_after) enqueue_job(event.index, *job.sync.again_after);
  push(draw_for_job(event.index, Draw::JobWrite, latencies().job_write),
       {.kind = EventKind::JobWritten, .essential = true, .aux = 0, .pod = event.pod, .index = event.index});
}

void World::State::create_job_pod(std::uint32_t index, const JobPodCreation& creation) {
  const JobInput& made_by = input->jobs[index];
  Job& job = jobs[index];
  const std::uint32_t number = job.created++;
  PodIndex pod = made_by.pod;
  if (number > 0 || creation.index) {
    auto spec = std::make_shared<PodSpec>(input->pods[made_by.pod].spec);
    const std::string base = made_by.spec.name + "-" + (creation.index ? std::to_string(*creation.index) + "-" : "");
    spec->name = base + name_suffix(base + std::to_string(number), kSuffix);
    spec->uid = make_uid("Pod", spec->namespace_name, spec->name);
    if (number > 0) {
      pod = static_cast<PodIndex>(pods.size());
      pods.emplace_back();
      init_pod(pod, made_by.pod, std::move(spec));
    } else {
      pods[pod].spec = std::move(spec);
    }
  }
  pods[pod].job = index;
  pods[pod].api.has_finalizer = true;
  job.children.push_back({pod, creation});
  push({}, {.kind = EventKind::PodCreated, .essential = true, .pod = pod, .cause = job.cause});
  job_event(index, {false, "SuccessfulCreate", "Created pod: " + pods[pod].spec->name}, job.sync.because);
}

void World::State::job_written(const WorldEvent& event) {
  Job& job = jobs[event.index];
  const bool counting = event.aux == 0;
  const JobStatus& status = counting ? job.sync.first : job.sync.last;
  if (status != job.status) show_job(event.index, status, job.sync.because);
  if (counting) {
    for (const JobPodId id : job.sync.counted) {
      ApiObject& object = pods[static_cast<PodIndex>(id)].api;
      object.has_finalizer = false;
      if (object.removal_waits) remove_object(static_cast<PodIndex>(id), RuleId::ObjectRemoved, job.cause);
    }
    if (!job.sync.counted.empty() || job.sync.last != job.sync.first) {  // the Pods are patched, then the status is written again
      SimDuration patched{};
      if (!job.sync.counted.empty()) patched = draw_for_job(event.index, Draw::JobWrite, latencies().job_write);
      push(patched + draw_for_job(event.index, Draw::JobWrite, latencies().job_write),
           {.kind = EventKind::JobWritten, .essential = true, .aux = 1, .pod = event.pod, .index = event.index});
      return;
    }
  }
  for (JobEvent& told : job.sync.events) job_event(event.index, std::move(told), job.sync.because);
  job.busy = false;
  if (std::exchange(job.wanted, false)) enqueue_job(event.index, {});
}

void World::State::show_job(std::uint32_t index, const JobStatus& status, RuleId because) {
  Job& job = jobs[index];
  job.status = status;
  job.last_change = now;
  if (job_finished(status)) {
    job.finished_at = now;
    cancel(job.wake);
  }
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) {
    JobObservation observation;
    observation.active = status.active;
    observation.ready = status.ready;
    observation.succeeded = status.succeeded;
    observation.failed = status.failed;
    observation.terminating = status.terminating;
    observation.conditions = status.conditions;
    record({}, because, record_seq, job.cause, std::move(observation));
  }
  job.cause = record_seq;
  enqueue_job(index, constants().job_batch_period);  // it watches its own writes, too
}

void World::State::job_event(std::uint32_t index, JobEvent event, RuleId because) {
  const std::uint32_t slot = take_event_slot(because);
  PendingEvent& pending = pending_events[slot];
  pending.job = input->jobs[index].spec.name;
  pending.job_event = std::move(event);
  push(draw_for_job(index, Draw::EventWrite, latencies().event_write),
       {.kind = EventKind::EventWritten, .essential = true, .pod = input->jobs[index].pod, .index = slot, .cause = jobs[index].cause});
}

void World::State::job_event_written(const WorldEvent& event, PendingEvent& pending) {
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) {
    KubeEvent told;
    told.type = pending.job_event.warning ? "Warning" : "Normal";
    told.reason = pending.job_event.reason;
    told.message = pending.job_event.message;
    told.source = "job-controller";
    told.object_kind = "Job";
    told.first_timestamp = told.last_timestamp = input->clock.at(pending.at);
    record(pending.job, pending.because, record_seq, event.cause, EventObservation{std::move(told)});
  }
  pending.used = false;
}

}  // namespace podlapse
