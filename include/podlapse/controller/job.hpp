// The Job controller's decision: what one sync of a Job does, as a pure function (pkg/controller/job/job_controller.go
// syncJob). Whoever applies it creates and deletes Pods, writes the two statuses and asks again in time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/controller/owner_event.hpp"
#include "podlapse/model/job.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Names a Pod to its Job's controller.
enum class JobPodId : std::uint32_t {};

/// A Pod of the Job as the controller's cache shows it.
struct JobPod {
  JobPodId id{};
  std::string name;
  PodStatus status;
  bool deleting = false;
  bool tracked = true;               ///< has the finalizer batch.kubernetes.io/job-tracking: it is not counted yet
  WallTime created_at{};
  std::optional<WallTime> deleted_at;  ///< when deletion was asked for
  std::vector<std::string> sidecars;  ///< names: their end counts for the finish time
  std::optional<std::int32_t> index;  ///< batch.kubernetes.io/job-completion-index
  std::int32_t index_failures = 0;    ///< batch.kubernetes.io/job-index-failure-count: of the Pods it replaces
  std::int32_t index_ignored = 0;     ///< batch.kubernetes.io/job-index-ignored-failure-count
};

/// backoff_utils.go backoffRecord.
struct JobBackoff {
  std::int32_t failures_since_success = 0;
  std::optional<WallTime> last_failure;

  friend bool operator==(const JobBackoff&, const JobBackoff&) = default;
};

/// A Pod to be created.
struct JobPodCreation {
  std::optional<std::int32_t> index;
  std::int32_t index_failures = 0, index_ignored = 0;

  friend bool operator==(const JobPodCreation&, const JobPodCreation&) = default;
};

/// What the controller knows when it syncs.
struct JobView {
  const JobSpec& spec;
  const JobStatus& status;
  const std::vector<JobPod>& pods;  ///< those that the API has still
  const JobBackoff& backoff;
  WallTime now{};
  bool expectations_met = true;     ///< its cache has seen what it created and deleted itself
};

/// What a sync does, in this order: deletions and creations; `first` is written, if it says something new; the Pods in
/// `counted` lose their finalizer; `last` is written, if it differs from `first`; the events are sent.
struct JobSync {
  std::vector<JobPodId> deletions;        ///< each with an event SuccessfulDelete
  std::vector<JobPodId> released;         ///< of them, those that lose their finalizer first: they are never counted
  std::vector<JobPodCreation> creations;  ///< each with an event SuccessfulCreate
  JobStatus first, last;
  std::vector<JobPodId> counted;
  JobBackoff backoff;
  std::vector<OwnerEvent> events;
  std::optional<SimDuration> again_after;  ///< a deadline or a back-off ends then
  RuleId because = RuleId::None;
};

/// Requires: a Job that has not finished (job_finished), parallelism and indexes not negative.
[[nodiscard]] JobSync sync_job(const JobView& view);

/// It has the condition Complete or Failed.
[[nodiscard]] bool job_finished(const JobStatus& status);

/// Whether the controller counts the Pod as failed: its phase is Failed, or it is being deleted where that is enough.
[[nodiscard]] bool job_pod_failed(const JobSpec& spec, const JobPod& pod);

/// When the Pod ended, to the second: of its containers the last end, else since when it is not ready, else when it was deleted
/// or created (backoff_utils.go getFinishedTime).
[[nodiscard]] WallTime job_pod_finished_at(const JobPod& pod);

/// How long new Pods have to wait still: 10 s after the first failure, doubled with each, at most 10 min
/// (backoff_utils.go getRemainingTimeForFailuresCount).
[[nodiscard]] SimDuration job_back_off_left(std::int32_t failures, const std::optional<WallTime>& last_failure, WallTime now);

/// When ttlSecondsAfterFinished has passed since the Job's condition Complete or Failed; nullopt: it has not finished, or stays
/// (ttlafterfinished_controller.go getFinishAndExpireTime).
[[nodiscard]] std::optional<WallTime> job_expires_at(const JobSpec& spec, const JobStatus& status);

/// What a Job's podFailurePolicy makes of a failed Pod (pod_failure_policy.go matchPodFailurePolicy).
struct PodFailureMatch {
  std::optional<PodFailurePolicyRule::Action> action;
  bool counted = true;
  std::string fail_job_message;  ///< FailJob
};
[[nodiscard]] PodFailureMatch match_pod_failure_policy(const JobSpec& spec, const JobPod& pod);

}  // namespace podlapse
