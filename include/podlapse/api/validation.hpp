// What the API server would say of an object: the checks of pkg/apis/{core,apps,batch}/validation over the decoded and
// defaulted tree. Pure: the same tree gives the same errors, in the server's order.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/decode.hpp"
#include "podlapse/api/defaults.hpp"
#include "podlapse/api/disabled_fields.hpp"
#include "podlapse/api/field_error.hpp"
#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse {

/// The causes for which the server would refuse to create `object`, which decode_object, set_defaults and admit_object have
/// passed. `kind` is one of Pod, PodTemplate, Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job,
/// CronJob. `gates`: what the server knows.
[[nodiscard]] std::vector<FieldError> validate_object(const Value& object, SchemaType kind, const FeatureGates& gates = {});

/// The causes for which the server would refuse to replace `old` by `object`: those of the new object by itself, then what
/// may not change. Both have passed decoding, defaulting and admission.
[[nodiscard]] std::vector<FieldError> validate_update(const Value& object, const Value& old, SchemaType kind,
                                                      const FeatureGates& gates = {});

/// Likewise of an update through a Pod's subresource `ephemeralcontainers`, of which nothing but them counts.
[[nodiscard]] std::vector<FieldError> validate_ephemeral_update(const Value& pod, const Value& old, const FeatureGates& gates = {});

/// Everything the server finds out about an object it is asked to create or to replace.
struct CheckedObject {
  Value object;                           ///< decoded, defaulted, admitted; as far as it came
  std::vector<DecodeProblem> problems;    ///< what the decoder objects to
  std::vector<FieldError> errors;         ///< what validation refuses; empty where the decoder already gave up
  AdmissionRefusal refusal;               ///< what an admission plugin refuses; then nothing is validated
  std::vector<FieldNote> dropped;      ///< what the server took no notice of
  std::vector<FieldNote> hints;           ///< what was accepted, but is hardly meant so
  std::vector<std::string> not_modelled;  ///< see DecodedObject

  /// True when a field has a value it cannot have: the decoder stopped, and nothing was validated.
  [[nodiscard]] bool undecodable() const;
};

/// Decodes and defaults `raw` as a PUT in place of `old` would, which was admitted before; then validate_update().
[[nodiscard]] CheckedObject check_update(const Value& raw, const Value& old, SchemaType kind, const FeatureGates& gates = {});

/// Likewise a PUT of the subresource `ephemeralcontainers`.
[[nodiscard]] CheckedObject check_ephemeral_update(const Value& raw, const Value& old, const FeatureGates& gates = {});

/// Decodes, names (generateName), defaults, admits and validates `raw`, as a POST would. Unknown fields are reported, and
/// the rest is validated as if they were not there: the caller decides whether it is strict.
[[nodiscard]] CheckedObject check_object(const Value& raw, SchemaType kind, const FeatureGates& gates = {});

}  // namespace podlapse
