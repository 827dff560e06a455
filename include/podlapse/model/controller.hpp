// Workloads that keep a number of Pods, and CronJobs: what apps/v1 and batch/v1 say of them, as far as their controllers look at it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/model/job.hpp"

namespace podlapse {

/// What keeps a number of Pods on the node.
struct PodSetSpec {
  enum class Kind : std::uint8_t { ReplicaSet, ReplicationController, StatefulSet, DaemonSet };
  Kind kind = Kind::ReplicaSet;
  std::string name;                 ///< of a Deployment's: its ReplicaSet's
  std::string namespace_name = "default";
  std::string deployment;           ///< that makes this ReplicaSet; empty: none
  std::int32_t replicas = 1;        ///< that are simulated
  std::int32_t first_ordinal = 0;   ///< spec.ordinals.start
  bool parallel = false;            ///< podManagementPolicy Parallel, else OrderedReady
  SimDuration min_ready{};          ///< minReadySeconds
  std::vector<std::string> claims;  ///< names of volumeClaimTemplates

  friend bool operator==(const PodSetSpec&, const PodSetSpec&) = default;
};

/// "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet".
[[nodiscard]] const char* to_string(PodSetSpec::Kind kind);

/// batch/v1 CronJobSpec.
struct CronJobSpec {
  enum class ConcurrencyPolicy : std::uint8_t { Allow, Forbid, Replace };
  std::string name;
  std::string namespace_name = "default";
  std::string schedule;
  std::string time_zone;            ///< empty: that of the controller manager
  std::optional<SimDuration> starting_deadline;
  ConcurrencyPolicy concurrency_policy = ConcurrencyPolicy::Allow;
  bool suspend = false;
  std::int32_t successful_jobs_history_limit = 3, failed_jobs_history_limit = 1;
  JobSpec job;                      ///< of its Jobs; each is named after its schedule time

  friend bool operator==(const CronJobSpec&, const CronJobSpec&) = default;
};

/// "Allow", "Forbid", "Replace".
[[nodiscard]] const char* to_string(CronJobSpec::ConcurrencyPolicy policy);

}  // namespace podlapse
