// A manifest object that has Pods, reduced to what a run needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/model/controller.hpp"
#include "podlapse/model/job.hpp"
#include "podlapse/model/pod_spec.hpp"

namespace podlapse {

enum class WorkloadKind : std::uint8_t {
  Pod, PodTemplate, Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob,
};
[[nodiscard]] const char* to_string(WorkloadKind kind);

struct Workload {
  WorkloadKind kind = WorkloadKind::Pod;
  std::string name;              ///< metadata.name of the object; the Pod's own name is in pod.name
  PodSpec pod;                   ///< defaults applied
  std::optional<JobSpec> job;            ///< of a Job
  std::optional<CronJobSpec> cron_job;   ///< of a CronJob
  std::optional<PodSetSpec> pod_set;     ///< of what keeps a number of Pods
  std::optional<std::int32_t> replicas;  ///< what its spec asks for; pod_set says how many are simulated
  SourceSpan span;               ///< where the object begins
  /// The Pod object (apiVersion, kind, metadata, spec), defaults applied, with the places of what was read. What a server
  /// sets beside (uid, creationTimestamp, status) is added by whoever prints it.
  Value pod_object;
  /// podlapse.dev/... annotations that override assumptions: key without prefix, value.
  std::vector<std::pair<std::string, std::string>> annotations;
  /// Init containers that were written as sidecars, in a cluster that knows none: their processes run on all the same.
  std::vector<std::string> former_sidecars;
  /// Paths of fields that are known to Kubernetes but not modelled ("spec.affinity"), once each.
  std::vector<std::string> not_modelled;
};

}  // namespace podlapse
