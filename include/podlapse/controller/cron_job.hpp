// The CronJob controller's decision: what one sync of a CronJob does, as a pure function (pkg/controller/cronjob).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/controller/owner_event.hpp"
#include "podlapse/model/controller.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// nextScheduleDelta: the controller's timer is set that much later than a schedule time.
inline constexpr SimDuration kCronJobScheduleDelta = std::chrono::milliseconds{100};

/// Names a Job to its CronJob's controller.
enum class CronJobRunId : std::uint32_t {};

/// A Job of the CronJob as the controller's cache shows it.
struct CronJobRun {
  CronJobRunId id{};
  std::string name;
  bool active = true;     ///< in the CronJob's status.active
  std::string finished;   ///< "Complete", "Failed"; empty: it has not
  WallTime started_at{};  ///< status.startTime, else when it was created
};

/// What the controller knows when it syncs.
struct CronJobView {
  const CronJobSpec& spec;
  const std::vector<CronJobRun>& jobs;     ///< those that the API has still
  std::optional<WallTime> last_schedule;   ///< status.lastScheduleTime
  WallTime created_at{};
  WallTime now{};
};

/// What a sync does, in this order: Jobs in `seen_finished` leave the active list, those in `replaced` are deleted, one is
/// created for the schedule time `start`, those in `cleaned` are deleted.
struct CronJobSync {
  std::vector<CronJobRunId> seen_finished, replaced, cleaned;
  std::optional<WallTime> start;
  std::vector<OwnerEvent> events;
  std::optional<SimDuration> again_after;  ///< the next schedule time
  RuleId because = RuleId::None;
};

/// cronjob_controllerv2.go syncCronJob, cleanupFinishedJobs. Schedules are reckoned in UTC.
[[nodiscard]] CronJobSync sync_cron_job(const CronJobView& view);

/// "web-29453765": a Job is named after the minute of its schedule time (cronjob utils getJobName).
[[nodiscard]] std::string cron_job_run_name(const CronJobSpec& spec, WallTime scheduled);

}  // namespace podlapse
