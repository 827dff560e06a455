// Sets of Pods and CronJobs as their controllers want them, read off an accepted object.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"
#include "podlapse/model/controller.hpp"

namespace podlapse {

/// One Pod of what `spec` keeps. Requires: `spec` is the spec of an object of that kind (of a ReplicaSet's Deployment, too) that
/// was accepted, with its defaults.
[[nodiscard]] PodSetSpec to_pod_set_spec(PodSetSpec::Kind kind, const std::string& name, const std::string& namespace_name,
                                         const Value& spec);

/// Requires: `spec` is a batch/v1 CronJobSpec that was accepted, with its defaults.
[[nodiscard]] CronJobSpec to_cron_job_spec(const std::string& name, const std::string& namespace_name, const Value& spec);

}  // namespace podlapse
