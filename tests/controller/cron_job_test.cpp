// One sync of a CronJob, told in one line. Instants are minutes and seconds after midnight.
#include "podlapse/controller/cron_job.hpp"

#include <doctest/doctest.h>

#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

using namespace std::chrono_literals;
using Policy = CronJobSpec::ConcurrencyPolicy;

const WallTime kMidnight{std::chrono::hours{24 * 365}};

/// Every five minutes, and the Jobs that there are.
struct CronCase {
  CronJobSpec spec;
  std::vector<CronJobRun> jobs;
  std::optional<SimDuration> last;  ///< the last schedule time that was made use of
  SimDuration now{};

  CronCase() {
    spec.name = "c";
    spec.schedule = "*/5 * * * *";
  }

  CronCase& job(const char* finished, bool active, SimDuration started = {}) {
    CronJobRun& run = jobs.emplace_back();
    run.id = static_cast<CronJobRunId>(jobs.size() - 1);
    run.name = "c-" + std::to_string(jobs.size() - 1);
    run.finished = finished;
    run.active = active;
    run.started_at = kMidnight + started;
    return *this;
  }
  CronCase& running() { return job("", true); }
  CronCase& at(SimDuration when) {
    now = when;
    return *this;
  }

  [[nodiscard]] CronJobSync sync() const {
    std::optional<WallTime> last_schedule;
    if (last) last_schedule = kMidnight + *last;
    CronJobSync result = sync_cron_job({spec, jobs, last_schedule, kMidnight + 1s, kMidnight + now});
    reach(result.because);
    return result;
  }
  /// "seen 0; replace 0; start 5m0s; clean 1; Reason: message; again 10s"
  [[nodiscard]] std::string told() const {
    const CronJobSync result = sync();
    std::string text;
    const auto part = [&text](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
    const auto list = [&part](const char* what, const std::vector<CronJobRunId>& ids) {
      std::string numbers;
      for (const CronJobRunId id : ids) numbers += " " + std::to_string(static_cast<std::uint32_t>(id));
      if (!numbers.empty()) part(what + numbers);
    };
    list("seen", result.seen_finished);
    list("replace", result.replaced);
    if (result.start) part("start " + format_go_duration(*result.start - kMidnight));
    list("clean", result.cleaned);
    for (const OwnerEvent& event : result.events) part(event.reason + ": " + event.message);
    if (result.again_after) part("again " + format_go_duration(*result.again_after));
    return text;
  }
};

}  // namespace

TEST_SUITE("controller/cron job") {
  TEST_CASE("cronjob/schedule: a Job is created when its time has come, and named after its minute") {
    CronCase cron;
    CHECK_EQ(cron.at(2min).told(), "again 3m0.1s");
    const std::string minute = std::to_string(24 * 365 * 60 + 5);
    CHECK_EQ(cron.at(5min + 100ms).told(), "start 5m0s; SuccessfulCreate: Created job c-" + minute + "; again 5m0s");
    CHECK(cron.sync().because == RuleId::CronJobSchedule);
    cron.last = 5min;
    CHECK_EQ(cron.at(5min + 200ms).told(), "again 4m59.9s");
  }

  TEST_CASE("a Job that has finished leaves the active list, and is told of") {
    CronCase cron;
    cron.last = 5min;
    cron.job("Complete", true).job("Failed", false);
    CHECK_EQ(cron.at(6min).told(), "seen 0; SawCompletedJob: Saw completed job: c-0, condition: Complete; again 4m0.1s");
  }

  TEST_CASE("with Allow the next Job runs beside the one before") {
    CronCase cron;
    cron.last = 5min;
    CHECK(cron.running().at(10min + 100ms).sync().start == kMidnight + 10min);
    CHECK(cron.sync().replaced.empty());
  }

  TEST_CASE("cronjob/forbid: none is started while one runs, and the last that was missed when it ends") {
    CronCase cron;
    cron.spec.concurrency_policy = Policy::Forbid;
    cron.last = 5min;
    CHECK_EQ(cron.running().at(10min + 100ms).told(),
             "JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid; again 5m0s");
    CHECK(cron.sync().because == RuleId::CronJobForbid);
    cron.jobs[0].finished = "Complete";
    CHECK(cron.at(17min).sync().start == kMidnight + 15min);
  }

  TEST_CASE("cronjob/replace: the Job that runs is deleted first") {
    CronCase cron;
    cron.spec.concurrency_policy = Policy::Replace;
    cron.last = 5min;
    const CronJobSync sync = cron.running().at(10min + 100ms).sync();
    CHECK(sync.because == RuleId::CronJobReplace);
    CHECK(sync.start == kMidnight + 10min);
    CHECK_EQ(sync.replaced.size(), 1);
    CHECK_EQ(sync.events.front().message, "Deleted job c-0");
  }

  TEST_CASE("cronjob/missed: what could not start within startingDeadlineSeconds does not start any more") {
    CronCase cron;
    cron.spec.concurrency_policy = Policy::Forbid;
    cron.spec.starting_deadline = 60s;
    cron.last = 5min;
    cron.job("Complete", true);
    CHECK(cron.at(10min + 59s).sync().start == kMidnight + 10min);
    CHECK_FALSE(cron.at(11min).sync().start.has_value());
    CHECK(cron.sync().because == RuleId::CronJobMissed);
  }

  TEST_CASE("cronjob/history: the oldest Jobs that have ended go, those that succeeded and those that failed") {
    CronCase cron;
    cron.last = 5min;
    cron.spec.successful_jobs_history_limit = 1;
    cron.job("Complete", false, 3min).job("Failed", false, 1min).job("Complete", false, 2min).job("Failed", false, 4min);
    CHECK_EQ(cron.at(6min).told(),
             "clean 2 1; SuccessfulDelete: Deleted job c-2; SuccessfulDelete: Deleted job c-1; again 4m0.1s");
    CHECK(cron.sync().because == RuleId::CronJobHistory);
  }

  TEST_CASE("a suspended CronJob starts nothing") {
    CronCase cron;
    cron.spec.suspend = true;
    CHECK_EQ(cron.at(10min).told(), "");
    CHECK(cron.sync().because == RuleId::CronJobSuspend);
  }
}

}  // namespace podlapse::test
