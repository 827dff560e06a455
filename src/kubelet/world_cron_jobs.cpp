// The CronJob controller: when it looks at a CronJob, and what it does then. What a sync decides is sync_cron_job
// (controller/cron_job.hpp). Its schedule goes on for ever, so that nothing of it keeps a run from ending.
#include <algorithm>
#include <utility>

#include "world_state.hpp"

namespace podlapse {

void World::State::create_cron_job(std::uint32_t index) {
  const CronJobState& cron_job = std::get<CronJobState>(owners[index].state);
  if (cron_job.spec->suspend) return;
  enqueue_owner(index, kCronJobScheduleDelta, false);  // t = 0 is a schedule time: first_instant()
}

std::vector<CronJobRun> World::State::cron_job_runs(std::uint32_t index) const {
  const CronJobState& cron_job = std::get<CronJobState>(owners[index].state);
  std::vector<CronJobRun> seen;
  for (const std::uint32_t id : cron_job.jobs) {
    const Owner& owner = owners[id];
    if (owner.gone) continue;
    const JobState& job = std::get<JobState>(owner.state);
    CronJobRun& run = seen.emplace_back();
    run.id = static_cast<CronJobRunId>(id);
    run.name = owner.name;
    run.active = std::find(cron_job.active.begin(), cron_job.active.end(), id) != cron_job.active.end();
    for (const char* type : {"Complete", "Failed"}) {
      if (find_true_condition(job.status, type) != nullptr) run.finished = type;
    }
    run.started_at = job.status.start_time.value_or(input->clock.at(job.created_at));
  }
  return seen;
}

void World::State::sync_cron_job_of(std::uint32_t index) {
  const PodIndex place = owners[index].pod;
  CronJobState& cron_job = std::get<CronJobState>(owners[index].state);
  const std::vector<CronJobRun> seen = cron_job_runs(index);
  // The run begins at a schedule time (first_instant): what lies before is not known here.
  const WallTime created_at = input->clock.at(kTimeZero) - std::chrono::seconds{1};
  const CronJobSync sync = sync_cron_job({*cron_job.spec, seen, cron_job.last_schedule, created_at, input->clock.at(now)});
  const auto leave = [&cron_job](CronJobRunId id) { std::erase(cron_job.active, static_cast<std::uint32_t>(id)); };
  for (const CronJobRunId id : sync.seen_finished) leave(id);
  for (const CronJobRunId id : sync.replaced) {
    leave(id);
    delete_owner(static_cast<std::uint32_t>(id), false, sync.because);
  }
  for (const CronJobRunId id : sync.cleaned) delete_owner(static_cast<std::uint32_t>(id), false, RuleId::CronJobHistory);
  for (const OwnerEvent& told : sync.events) owner_event(index, told, sync.because);
  if (sync.start) {
    cron_job.last_schedule = sync.start;
    start_job(index, *sync.start);
  }
  if (sync.again_after) enqueue_owner(index, *sync.again_after, false);
  push(draw_for_owner(index, Draw::JobWrite, latencies().job_write),
       {.kind = EventKind::OwnerWritten, .pod = place, .index = index});
}

void World::State::start_job(std::uint32_t cron_job, WallTime scheduled) {
  const CronJobSpec& spec = *std::get<CronJobState>(owners[cron_job].state).spec;
  auto job_spec = std::make_shared<JobSpec>(spec.job);
  job_spec->name = cron_job_run_name(spec, scheduled);
  const auto index = static_cast<std::uint32_t>(owners.size());
  JobState state;
  state.spec = job_spec;
  state.cron_job = cron_job;
  Owner job;
  job.kind = "Job";
  job.name = job_spec->name;
  job.pod = owners[cron_job].pod;
  job.draws.stream = stream_id(job.name, stream_id("job/" + job_spec->namespace_name));
  job.state = std::move(state);
  owners.push_back(std::move(job));
  CronJobState& made_by = std::get<CronJobState>(owners[cron_job].state);
  made_by.jobs.push_back(index);
  made_by.active.push_back(index);
  push({}, {.kind = EventKind::OwnerCreated, .essential = true, .pod = owners[index].pod, .index = index});
}

}  // namespace podlapse
