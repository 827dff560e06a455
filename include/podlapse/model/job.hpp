// A Job: what batch/v1 says of it, as far as its controller looks at it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/model/pod_status.hpp"

namespace podlapse {

/// batch/v1 PodFailurePolicyRule. One of the two requirements is set.
struct PodFailurePolicyRule {
  enum class Action : std::uint8_t { FailJob, FailIndex, Ignore, Count };
  enum class Operator : std::uint8_t { In, NotIn };
  /// batch/v1 PodFailurePolicyOnExitCodesRequirement.
  struct OnExitCodes {
    std::string container_name;  ///< empty: any
    Operator op = Operator::In;
    std::vector<std::int32_t> values;

    friend bool operator==(const OnExitCodes&, const OnExitCodes&) = default;
  };
  /// batch/v1 PodFailurePolicyOnPodConditionsPattern.
  struct OnPodCondition {
    std::string type, status;
    friend bool operator==(const OnPodCondition&, const OnPodCondition&) = default;
  };
  Action action = Action::Count;
  std::optional<OnExitCodes> on_exit_codes;
  std::vector<OnPodCondition> on_pod_conditions;

  friend bool operator==(const PodFailurePolicyRule&, const PodFailurePolicyRule&) = default;
};

/// "FailJob", "FailIndex", "Ignore", "Count".
[[nodiscard]] const char* to_string(PodFailurePolicyRule::Action action);

/// Completion indexes, in rising order, each once.
using JobIndexes = std::vector<std::int32_t>;

/// "0-2,5": how indexes are written (indexed_job_utils.go orderedIntervals.String).
[[nodiscard]] std::string format_job_indexes(const JobIndexes& indexes);
/// Reads that form; indexes from `completions` on are left out. False where the text is none.
[[nodiscard]] bool parse_job_indexes(const std::string& text, std::int32_t completions, JobIndexes& out);

/// batch/v1 SuccessPolicyRule.
struct SuccessPolicyRule {
  std::optional<JobIndexes> succeeded_indexes;
  std::optional<std::int32_t> succeeded_count;
  friend bool operator==(const SuccessPolicyRule&, const SuccessPolicyRule&) = default;
};

/// batch/v1 JobSpec, defaults applied.
struct JobSpec {
  enum class PodReplacementPolicy : std::uint8_t { TerminatingOrFailed, Failed };
  std::string name, namespace_name = "default";
  std::int32_t parallelism = 1;
  std::optional<std::int32_t> completions;  ///< none: done once one Pod has succeeded and none is active
  std::int32_t backoff_limit = 6;
  std::optional<SimDuration> active_deadline;
  std::optional<SimDuration> ttl_after_finished;
  bool suspend = false;
  bool indexed = false;                     ///< completionMode Indexed; then completions is set
  RestartPolicy restart_policy = RestartPolicy::Never;  ///< of the template
  PodReplacementPolicy pod_replacement_policy = PodReplacementPolicy::TerminatingOrFailed;
  std::optional<std::vector<PodFailurePolicyRule>> pod_failure_policy;
  std::optional<std::vector<SuccessPolicyRule>> success_policy;
  std::optional<std::int32_t> backoff_limit_per_index, max_failed_indexes;

  friend bool operator==(const JobSpec&, const JobSpec&) = default;
};


/// batch/v1 JobStatus. There is no uncountedTerminatedPods: whoever applies a sync counts in the same step.
struct JobStatus {
  std::int32_t active = 0, ready = 0, terminating = 0, succeeded = 0, failed = 0;
  std::optional<WallTime> start_time, completion_time;
  std::vector<PodCondition> conditions;
  JobIndexes completed_indexes, failed_indexes;

  friend bool operator==(const JobStatus&, const JobStatus&) = default;
};

/// The condition `type` that is True, or nullptr.
[[nodiscard]] const PodCondition* find_true_condition(const JobStatus& status, const std::string& type);

}  // namespace podlapse
