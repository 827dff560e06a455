// What the API server would say of an object: the checks of pkg/apis/{core,apps,batch}/validation over the decoded and
// defaulted tree. Pure: the same tree gives the same errors, in the server's order.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/decode.hpp"
#include "podlapse/api/field_error.hpp"
#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse {

/// The causes for which the server would refuse to create `object`, which decode_object, set_defaults and admit_object have
/// passed. `kind` is one of Pod, PodTemplate, Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job,
/// CronJob.
[[nodiscard]] std::vector<FieldError> validate_object(const Value& object, SchemaType kind);

/// Everything the server finds out about an object it is asked to create.
struct CheckedObject {
  Value object;                           ///< decoded, defaulted, admitted; as far as it came
  std::vector<DecodeProblem> problems;    ///< what the decoder objects to
  std::vector<FieldError> errors;         ///< what validation refuses; empty where the decoder already gave up
  std::vector<std::string> not_modelled;  ///< see DecodedObject

  /// True when a field has a value it cannot have: the decoder stopped, and nothing was validated.
  [[nodiscard]] bool undecodable() const;
};

/// Decodes, names (generateName), defaults, admits and validates `raw`, as a POST would. Unknown fields are reported, and
/// the rest is validated as if they were not there: the caller decides whether it is strict.
[[nodiscard]] CheckedObject check_object(const Value& raw, SchemaType kind);

}  // namespace podlapse
