// The fields of a Pod's spec that a cluster takes no notice of, since a feature gate is off or the release does not have them yet.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// What podlapse says of a field where the server says nothing.
struct FieldNote {
  RuleId rule = RuleId::None;  ///< of a dropped field AdmitDisabledField, or AdmitUnknownField: the release's API has no such field
  std::string path;            ///< "spec.initContainers[0].restartPolicy"
  std::string text, help;      ///< ours, for a note
};

/// Takes out of a decoded object of type `kind` what the cluster drops on creation (pkg/api/pod/util.go dropDisabledFields), or on
/// an update of `old`, which keeps what was in use before. Fields that the release does not know go first, as its decoder drops
/// them where the client is not strict about it.
std::vector<FieldNote> drop_disabled_fields(Value& object, SchemaType kind, const FeatureGates& gates, const Value* old = nullptr);

/// Containers beside the init containers that have restartPolicy Always, where that is accepted: no sidecars came of them.
[[nodiscard]] std::vector<FieldNote> misplaced_sidecars(const Value& object, SchemaType kind);

}  // namespace podlapse
