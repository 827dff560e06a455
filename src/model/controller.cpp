#include "podlapse/model/controller.hpp"

#include "podlapse/base/check.hpp"

namespace podlapse {

const char* to_string(PodSetSpec::Kind kind) {
  switch (kind) {
    case PodSetSpec::Kind::ReplicaSet: return "ReplicaSet";
    case PodSetSpec::Kind::ReplicationController: return "ReplicationController";
    case PodSetSpec::Kind::StatefulSet: return "StatefulSet";
    case PodSetSpec::Kind::DaemonSet: return "DaemonSet";
  }
  fail_check("PodSetSpec::Kind", __FILE__, __LINE__);
}

const char* to_string(CronJobSpec::ConcurrencyPolicy policy) {
  switch (policy) {
    case CronJobSpec::ConcurrencyPolicy::Allow: return "Allow";
    case CronJobSpec::ConcurrencyPolicy::Forbid: return "Forbid";
    case CronJobSpec::ConcurrencyPolicy::Replace: return "Replace";
  }
  fail_check("CronJobSpec::ConcurrencyPolicy", __FILE__, __LINE__);
}

}  // namespace podlapse
