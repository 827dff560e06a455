// What the API server fills in: defaulting (pkg/apis/{core,apps,batch}/v1/defaults.go, and the defaults declared beside the
// fields), and what creation and the admission plugins that are on by default add to a Pod.
#pragma once

#include <string>
#include <string_view>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Fills in defaults of a decoded object of type `kind`. What is filled in has no place (its span is unknown).
void set_defaults(Value& object, SchemaType kind);

/// What stands against an object before it is validated: an admission plugin (`pods "p" is forbidden: <text>`), or that it
/// is not the object that is there (`Operation cannot be fulfilled on pods "p": <text>`).
struct AdmissionRefusal {
  RuleId rule = RuleId::None;  ///< None: nothing
  std::string path, text;
  bool is_conflict = false;
};

/// What creating a defaulted object adds before it is validated: namespace and generation; to a Pod a grace of 1 s where it
/// is negative, its priority (plugin Priority), tolerations of unreachable nodes (plugin DefaultTolerationSeconds), and a new
/// status with phase and qosClass (podStrategy). A Job gets its selector, made from `uid`. Fields of features that are off are gone
/// before (disabled_fields.hpp).
AdmissionRefusal admit_object(Value& object, SchemaType kind, const std::string& uid);

/// What replacing `old` by a defaulted object adds: what the server keeps of metadata and status, and tolerations as above.
void admit_update(Value& object, const Value& old, SchemaType kind);

/// The tag of an image reference: "latest" where neither tag nor digest is given, empty for a digest alone or a text that is
/// no reference (pkg/util/parsers ParseImageName).
[[nodiscard]] std::string image_tag(std::string_view image);

/// "Guaranteed", "Burstable" or "BestEffort" of a defaulted Pod's spec (core/v1/helper/qos ComputePodQOS).
[[nodiscard]] const char* qos_class(const Value& pod_spec);

}  // namespace podlapse
