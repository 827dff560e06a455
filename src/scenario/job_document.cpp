#include "job_document.hpp"

#include <utility>

namespace podlapse {

namespace {

void set_number(Value& object, const char* key, std::optional<std::int32_t> number) {
  if (number) object.set(key, Value{std::int64_t{*number}});
}

void set_seconds(Value& object, const char* key, std::optional<SimDuration> span) {
  if (span) object.set(key, Value{std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(*span).count()}});
}

Value document_of(const PodFailurePolicyRule& rule) {
  Value object = Value::object();
  object.set("action", Value{to_string(rule.action)});
  if (rule.on_exit_codes) {
    Value& codes = object.set("onExitCodes", Value::object());
    if (!rule.on_exit_codes->container_name.empty()) {
      codes.set("containerName", Value{rule.on_exit_codes->container_name});
    }
    codes.set("operator", Value{rule.on_exit_codes->op == PodFailurePolicyRule::Operator::In ? "In" : "NotIn"});
    Value& values = codes.set("values", Value::array());
    for (const std::int32_t value : rule.on_exit_codes->values) values.push_back(Value{std::int64_t{value}});
  }
  for (const PodFailurePolicyRule::OnPodCondition& condition : rule.on_pod_conditions) {
    Value& pattern = object["onPodConditions"].push_back(Value::object());
    pattern.set("type", Value{condition.type});
    pattern.set("status", Value{condition.status});
  }
  return object;
}

Value document_of(const SuccessPolicyRule& rule) {
  Value object = Value::object();
  if (rule.succeeded_indexes) object.set("succeededIndexes", Value{format_job_indexes(*rule.succeeded_indexes)});
  set_number(object, "succeededCount", rule.succeeded_count);
  return object;
}

}  // namespace

Value job_document(const JobSpec& job, const Value& pod_object) {
  Value object = Value::object();
  Value& meta = object.set("metadata", Value::object());
  meta.set("name", Value{job.name});
  if (job.namespace_name != JobSpec{}.namespace_name) meta.set("namespace", Value{job.namespace_name});
  Value& spec = object.set("spec", Value::object());
  set_number(spec, "parallelism", job.parallelism);
  set_number(spec, "completions", job.completions);
  if (job.indexed) spec.set("completionMode", Value{"Indexed"});
  set_number(spec, "backoffLimit", job.backoff_limit);
  set_number(spec, "backoffLimitPerIndex", job.backoff_limit_per_index);
  set_number(spec, "maxFailedIndexes", job.max_failed_indexes);
  set_seconds(spec, "activeDeadlineSeconds", job.active_deadline);
  set_seconds(spec, "ttlSecondsAfterFinished", job.ttl_after_finished);
  if (job.suspend) spec.set("suspend", Value{true});
  const bool failed = job.pod_replacement_policy == JobSpec::PodReplacementPolicy::Failed;
  spec.set("podReplacementPolicy", Value{failed ? "Failed" : "TerminatingOrFailed"});
  if (job.pod_failure_policy) {
    Value& rules = spec["podFailurePolicy"].set("rules", Value::array());
    for (const PodFailurePolicyRule& rule : *job.pod_failure_policy) rules.push_back(document_of(rule));
  }
  if (job.success_policy) {
    Value& rules = spec["successPolicy"].set("rules", Value::array());
    for (const SuccessPolicyRule& rule : *job.success_policy) rules.push_back(document_of(rule));
  }
  if (const Value* pod = pod_object.find("spec")) spec["template"].set("spec", *pod);
  return object;
}

}  // namespace podlapse
