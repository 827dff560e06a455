#include "podlapse/api/controller_template.hpp"

#include <algorithm>

#include "podlapse/api/job_template.hpp"
#include "validator.hpp"

namespace podlapse {
namespace {

using validation::bool_at;
using validation::int_at;
using validation::list_at;
using validation::object_at;

std::int32_t number_at(const Value& object, std::string_view key, std::int32_t otherwise) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(int_at(object, key).value_or(otherwise), 0, INT32_MAX));
}

std::optional<SimDuration> seconds_at(const Value& object, std::string_view key) {
  const std::optional<std::int64_t> seconds = int_at(object, key);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, INT32_MAX)};
}

}  // namespace

PodSetSpec to_pod_set_spec(PodSetSpec::Kind kind, const std::string& name, const std::string& namespace_name, const Value& spec) {
  PodSetSpec set;
  set.kind = kind;
  set.name = name;
  set.namespace_name = namespace_name;
  set.min_ready = seconds_at(spec, "minReadySeconds").value_or(SimDuration{});
  if (kind != PodSetSpec::Kind::StatefulSet) return set;
  set.parallel = spec.string_at("podManagementPolicy") == "Parallel";
  if (const Value* ordinals = object_at(spec, "ordinals")) set.first_ordinal = number_at(*ordinals, "start", 0);
  for (const Value& claim : list_at(spec, "volumeClaimTemplates")) {
    const Value* metadata = object_at(claim, "metadata");
    if (metadata != nullptr) set.claims.push_back(metadata->string_at("name"));
  }
  return set;
}

CronJobSpec to_cron_job_spec(const std::string& name, const std::string& namespace_name, const Value& spec) {
  using Policy = CronJobSpec::ConcurrencyPolicy;
  CronJobSpec cron_job;
  cron_job.name = name;
  cron_job.namespace_name = namespace_name;
  cron_job.schedule = spec.string_at("schedule");
  cron_job.time_zone = spec.string_at("timeZone");
  cron_job.starting_deadline = seconds_at(spec, "startingDeadlineSeconds");
  for (const Policy policy : {Policy::Allow, Policy::Forbid, Policy::Replace}) {
    if (spec.string_at("concurrencyPolicy") == to_string(policy)) cron_job.concurrency_policy = policy;
  }
  cron_job.suspend = bool_at(spec, "suspend");
  cron_job.successful_jobs_history_limit = number_at(spec, "successfulJobsHistoryLimit", 3);
  cron_job.failed_jobs_history_limit = number_at(spec, "failedJobsHistoryLimit", 1);
  if (const Value* job = spec.at_path("jobTemplate.spec"); job != nullptr && job->is_object()) {
    cron_job.job = to_job_spec(name, namespace_name, *job);
  }
  return cron_job;
}

}  // namespace podlapse
