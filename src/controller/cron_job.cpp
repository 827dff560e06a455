// One sync of a CronJob (pkg/controller/cronjob/cronjob_controllerv2.go, utils.go).
#include "podlapse/controller/cron_job.hpp"

#include <algorithm>

#include "podlapse/api/cron_next.hpp"

namespace podlapse {
namespace {

/// mostRecentScheduleTime: the last schedule time after `earliest` that has come.
std::optional<WallTime> most_recent(const CronJobSpec& spec, WallTime earliest, WallTime now) {
  std::optional<WallTime> recent;
  for (std::optional<WallTime> next = next_schedule(spec.schedule, earliest); next && *next <= now;
       next = next_schedule(spec.schedule, *next)) {
    recent = next;
  }
  return recent;
}

class Sync {
 public:
  explicit Sync(const CronJobView& view) : view_(view), spec_(view.spec) {}

  CronJobSync run() && {
    look_at_jobs();
    if (!spec_.suspend) look_at_schedule();
    clean("Complete", spec_.successful_jobs_history_limit);
    clean("Failed", spec_.failed_jobs_history_limit);
    if (out_.because == RuleId::None) out_.because = spec_.suspend ? RuleId::CronJobSuspend : RuleId::CronJobSchedule;
    return std::move(out_);
  }

 private:
  void look_at_jobs() {
    for (const CronJobRun& job : view_.jobs) {
      if (!job.active) continue;
      if (job.finished.empty()) {
        active_.push_back(&job);
        continue;
      }
      out_.seen_finished.push_back(job.id);
      out_.events.push_back({false, "SawCompletedJob", "Saw completed job: " + job.name + ", condition: " + job.finished});
    }
  }

  /// nextScheduleTimeDuration.
  void wait_for_next() {
    const WallTime earliest = view_.last_schedule.value_or(view_.created_at);
    const WallTime from = most_recent(spec_, earliest, view_.now).value_or(earliest);
    const std::optional<WallTime> next = next_schedule(spec_.schedule, from);
    if (next) out_.again_after = std::max(*next + kCronJobScheduleDelta - view_.now, SimDuration{});
  }

  void look_at_schedule() {
    wait_for_next();
    const WallTime since = view_.last_schedule.value_or(view_.created_at);
    std::optional<WallTime> due = most_recent(spec_, since, view_.now);
    if (due && spec_.starting_deadline && *due + *spec_.starting_deadline <= view_.now) {
      due.reset();
      out_.because = RuleId::CronJobMissed;
    }
    if (!due) return;
    if (spec_.concurrency_policy == CronJobSpec::ConcurrencyPolicy::Forbid && !active_.empty()) {
      out_.because = RuleId::CronJobForbid;
      return out_.events.push_back({false, "JobAlreadyActive",
                                    "Not starting job because prior execution is running and concurrency policy is Forbid"});
    }
    out_.because = RuleId::CronJobSchedule;
    if (spec_.concurrency_policy == CronJobSpec::ConcurrencyPolicy::Replace) {
      for (const CronJobRun* job : active_) replace(*job);
    }
    out_.start = due;
    out_.events.push_back({false, "SuccessfulCreate", "Created job " + cron_job_run_name(spec_, *due)});
  }

  void replace(const CronJobRun& job) {
    out_.replaced.push_back(job.id);
    out_.events.push_back({false, "SuccessfulDelete", "Deleted job " + job.name});
    out_.because = RuleId::CronJobReplace;
  }

  /// cleanupFinishedJobs: the oldest beyond the limit go.
  void clean(const char* condition, std::int32_t limit) {
    std::vector<const CronJobRun*> finished;
    for (const CronJobRun& job : view_.jobs) {
      if (job.finished == condition) finished.push_back(&job);
    }
    if (finished.size() <= static_cast<std::size_t>(limit)) return;
    std::stable_sort(finished.begin(), finished.end(),
                     [](const CronJobRun* a, const CronJobRun* b) { return a->started_at < b->started_at; });
    finished.resize(finished.size() - static_cast<std::size_t>(limit));
    for (const CronJobRun* job : finished) {
      out_.cleaned.push_back(job->id);
      out_.events.push_back({false, "SuccessfulDelete", "Deleted job " + job->name});
      if (out_.because == RuleId::None) out_.because = RuleId::CronJobHistory;
    }
  }

  const CronJobView& view_;
  const CronJobSpec& spec_;
  CronJobSync out_;
  std::vector<const CronJobRun*> active_;
};

}  // namespace

CronJobSync sync_cron_job(const CronJobView& view) { return Sync{view}.run(); }

std::string cron_job_run_name(const CronJobSpec& spec, WallTime scheduled) {
  return spec.name + "-" + std::to_string(std::chrono::floor<std::chrono::minutes>(scheduled).time_since_epoch().count());
}

}  // namespace podlapse
