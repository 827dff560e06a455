// What the API server would say of an object: the checks of pkg/apis/{core,apps,batch}/validation over the decoded and
// defaulted tree. Pure: the same tree gives the same errors, in the server's order.
#pragma once

#include <vector>

#include "podlapse/api/field_error.hpp"
#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse {

/// The causes for which the server would refuse to create `object`, which decode_object and set_defaults have passed.
/// `kind` is one of Pod, PodTemplate, Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job, CronJob.
[[nodiscard]] std::vector<FieldError> validate_object(const Value& object, SchemaType kind);

}  // namespace podlapse
