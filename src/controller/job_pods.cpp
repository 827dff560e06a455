// What the Job controller reads off one Pod: whether it has failed, when it ended, and what a podFailurePolicy makes of it
// (pkg/controller/job: job_controller.go isPodFailed, backoff_utils.go, pod_failure_policy.go).
#include <algorithm>

#include "podlapse/controller/job.hpp"

namespace podlapse {
namespace {

WallTime to_second(WallTime time) { return std::chrono::floor<std::chrono::seconds>(time); }

/// The latest end among `statuses`; nullopt when one of them has not ended. `latest` goes in, and is what is known so far.
bool latest_end(const std::vector<ContainerStatus>& statuses, const std::vector<std::string>* only,
                std::optional<WallTime>& latest) {
  for (const ContainerStatus& status : statuses) {
    if (only != nullptr && std::find(only->begin(), only->end(), status.name) == only->end()) continue;
    if (status.state.kind != ContainerState::Kind::Terminated || !status.state.finished_at) return false;
    latest = latest ? std::max(*latest, *status.state.finished_at) : *status.state.finished_at;
  }
  return true;
}

bool matches(const PodFailurePolicyRule::OnExitCodes& required, std::int32_t exit_code) {
  const bool listed = std::find(required.values.begin(), required.values.end(), exit_code) != required.values.end();
  return listed == (required.op == PodFailurePolicyRule::Operator::In);
}

const ContainerStatus* find_exit(const std::vector<ContainerStatus>& statuses,
                                 const PodFailurePolicyRule::OnExitCodes& required) {
  const auto found = std::find_if(statuses.begin(), statuses.end(), [&required](const ContainerStatus& status) {
    const bool failed = status.state.kind == ContainerState::Kind::Terminated && status.state.exit_code != 0;
    const bool named = required.container_name.empty() || required.container_name == status.name;
    return failed && named && matches(required, status.state.exit_code);
  });
  return found == statuses.end() ? nullptr : &*found;
}

/// "Container c ... failed with exit code 3", "Pod ... has condition DisruptionTarget"; empty: the rule does not match.
std::string what_matches(const PodFailurePolicyRule& rule, const JobSpec& spec, const JobPod& pod) {
  const std::string name = spec.namespace_name + "/" + pod.name;
  if (rule.on_exit_codes) {
    const ContainerStatus* ended = find_exit(pod.status.container_statuses, *rule.on_exit_codes);
    if (ended == nullptr) ended = find_exit(pod.status.init_container_statuses, *rule.on_exit_codes);
    if (ended == nullptr) return {};
    return "Container " + ended->name + " for pod " + name + " failed with exit code " + std::to_string(ended->state.exit_code);
  }
  for (const PodFailurePolicyRule::OnPodCondition& pattern : rule.on_pod_conditions) {
    const PodCondition* condition = find_condition(pod.status, pattern.type);
    if (condition != nullptr && condition->status == pattern.status) {
      return "Pod " + name + " has condition " + pattern.type;
    }
  }
  return {};
}

}  // namespace

bool job_pod_failed(const JobSpec& spec, const JobPod& pod) {
  if (pod.status.phase == "Failed") return true;
  const bool only_failed = spec.pod_replacement_policy == JobSpec::PodReplacementPolicy::Failed || spec.pod_failure_policy;
  return !only_failed && pod.deleting && pod.status.phase != "Succeeded";
}

WallTime job_pod_finished_at(const JobPod& pod) {
  std::optional<WallTime> latest;
  const bool all_ended = latest_end(pod.status.container_statuses, nullptr, latest) &&
                         latest_end(pod.status.init_container_statuses, &pod.sidecars, latest);
  if (all_ended && latest) return to_second(*latest);
  const PodCondition* ready = find_condition(pod.status, "Ready");
  if (ready != nullptr && ready->status == "False" && ready->last_transition_time) return to_second(*ready->last_transition_time);
  return to_second(pod.deleted_at.value_or(pod.created_at));
}

PodFailureMatch match_pod_failure_policy(const JobSpec& spec, const JobPod& pod) {
  using Action = PodFailurePolicyRule::Action;
  if (!spec.pod_failure_policy) return {};
  for (std::size_t i = 0; i < spec.pod_failure_policy->size(); ++i) {
    const PodFailurePolicyRule& rule = (*spec.pod_failure_policy)[i];
    if (rule.action == Action::FailIndex && !spec.backoff_limit_per_index) continue;
    const std::string what = what_matches(rule, spec, pod);
    if (what.empty()) continue;
    PodFailureMatch match;
    match.action = rule.action;
    match.counted = rule.action != Action::Ignore;
    if (rule.action == Action::FailJob) match.fail_job_message = what + " matching FailJob rule at index " + std::to_string(i);
    return match;
  }
  return {};
}

SimDuration job_back_off_left(std::int32_t failures, const std::optional<WallTime>& last_failure, WallTime now) {
  using namespace std::chrono_literals;
  constexpr SimDuration kFirst = 10s, kMost = 10min;
  if (failures == 0 || !last_failure) return {};
  SimDuration back_off = kFirst;
  for (std::int32_t i = 1; i < failures && back_off < kMost; ++i) back_off = std::min(2 * back_off, kMost);
  return std::max(back_off - (now - *last_failure), SimDuration{});
}

}  // namespace podlapse
