#include "podlapse/api/job_template.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "validator.hpp"

namespace podlapse {
namespace {

using validation::bool_at;
using validation::int_at;
using validation::list_at;
using validation::object_at;

std::optional<std::int32_t> number_at(const Value& object, std::string_view key) {
  const std::optional<std::int64_t> number = int_at(object, key);
  if (!number) return std::nullopt;
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(*number, Limits::min(), Limits::max()));
}

std::optional<SimDuration> seconds_at(const Value& object, std::string_view key) {
  constexpr std::int64_t kMost = 9'000'000'000;  // what fits into a SimDuration
  const std::optional<std::int64_t> seconds = int_at(object, key);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, kMost)};
}

PodFailurePolicyRule failure_rule(const Value& value) {
  using Action = PodFailurePolicyRule::Action;
  PodFailurePolicyRule rule;
  for (const Action action : {Action::FailJob, Action::FailIndex, Action::Ignore, Action::Count}) {
    if (value.string_at("action") == to_string(action)) rule.action = action;
  }
  if (const Value* codes = object_at(value, "onExitCodes")) {
    PodFailurePolicyRule::OnExitCodes required;
    required.container_name = codes->string_at("containerName");
    if (codes->string_at("operator") == "NotIn") required.op = PodFailurePolicyRule::Operator::NotIn;
    for (const Value& code : list_at(*codes, "values")) {
      if (code.is_int()) required.values.push_back(static_cast<std::int32_t>(code.as_int()));
    }
    rule.on_exit_codes = std::move(required);
  }
  for (const Value& pattern : list_at(value, "onPodConditions")) {
    const std::string& status = pattern.string_at("status");
    rule.on_pod_conditions.push_back({pattern.string_at("type"), status.empty() ? "True" : status});
  }
  return rule;
}

SuccessPolicyRule success_rule(const Value& value, std::int32_t completions) {
  SuccessPolicyRule rule;
  const std::string& indexes = value.string_at("succeededIndexes");
  JobIndexes read;
  if (!indexes.empty() && parse_job_indexes(indexes, completions, read)) rule.succeeded_indexes = std::move(read);
  rule.succeeded_count = number_at(value, "succeededCount");
  return rule;
}

RestartPolicy restart_policy_of(const Value& spec) {
  const Value* policy = spec.at_path("template.spec.restartPolicy");
  const bool on_failure = policy != nullptr && policy->is_string() && policy->as_string() == to_string(RestartPolicy::OnFailure);
  return on_failure ? RestartPolicy::OnFailure : RestartPolicy::Never;
}

}  // namespace

JobSpec to_job_spec(const std::string& name, const std::string& namespace_name, const Value& spec) {
  JobSpec job;
  job.name = name;
  job.namespace_name = namespace_name;
  job.parallelism = number_at(spec, "parallelism").value_or(1);
  job.completions = number_at(spec, "completions");
  job.backoff_limit = number_at(spec, "backoffLimit").value_or(6);
  job.active_deadline = seconds_at(spec, "activeDeadlineSeconds");
  job.ttl_after_finished = seconds_at(spec, "ttlSecondsAfterFinished");
  job.suspend = bool_at(spec, "suspend");
  job.indexed = spec.string_at("completionMode") == "Indexed";
  job.restart_policy = restart_policy_of(spec);
  if (spec.string_at("podReplacementPolicy") == "Failed") job.pod_replacement_policy = JobSpec::PodReplacementPolicy::Failed;
  job.backoff_limit_per_index = number_at(spec, "backoffLimitPerIndex");
  job.max_failed_indexes = number_at(spec, "maxFailedIndexes");
  if (const Value* policy = object_at(spec, "podFailurePolicy")) {
    job.pod_failure_policy.emplace();
    for (const Value& rule : list_at(*policy, "rules")) job.pod_failure_policy->push_back(failure_rule(rule));
  }
  if (const Value* policy = object_at(spec, "successPolicy")) {
    job.success_policy.emplace();
    for (const Value& rule : list_at(*policy, "rules")) job.success_policy->push_back(success_rule(rule, job.completions.value_or(0)));
  }
  return job;
}

}  // namespace podlapse
