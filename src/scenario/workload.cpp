#include "podlapse/scenario/workload.hpp"

namespace podlapse {

const char* to_string(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::Pod: return "Pod";
    case WorkloadKind::PodTemplate: return "PodTemplate";
    case WorkloadKind::Deployment: return "Deployment";
    case WorkloadKind::ReplicaSet: return "ReplicaSet";
    case WorkloadKind::ReplicationController: return "ReplicationController";
    case WorkloadKind::StatefulSet: return "StatefulSet";
    case WorkloadKind::DaemonSet: return "DaemonSet";
    case WorkloadKind::Job: return "Job";
    case WorkloadKind::CronJob: return "CronJob";
  }
  return "";
}

}  // namespace podlapse
