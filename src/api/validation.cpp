#include "podlapse/api/validation.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/api/defaults.hpp"
#include "podlapse/api/pod_template.hpp"
#include "validate.hpp"

namespace podlapse {
namespace {

/// rest.FillObjectMetaSystemFields and names.SimpleNameGenerator: the base is cut so that the name fits into a label.
void generate_name(Value& object) {
  constexpr std::size_t kSuffix = 5, kBaseMax = 58;
  Value* meta = object.find("metadata");
  if (meta == nullptr || !meta->string_at("name").empty()) return;
  const std::string base = meta->string_at("generateName").substr(0, kBaseMax);
  if (!base.empty()) meta->set("name", Value{base + name_suffix(base, kSuffix)});
}

}  // namespace

std::vector<FieldError> validate_object(const Value& object, SchemaType kind, const FeatureGates& gates) {
  validation::Errors errors{gates};
  if (kind == SchemaType::Pod) {
    validation::validate_pod(object, errors);
  } else {
    validation::validate_workload(object, kind, errors);
  }
  return std::move(errors).take();
}

bool CheckedObject::undecodable() const { return std::any_of(problems.begin(), problems.end(), is_fatal); }

namespace {

/// "spec.containers.lifecycle" of "spec.containers[0].lifecycle".
std::string without_indices(const std::string& path) {
  std::string plain;
  bool in_index = false;
  for (const char c : path) {
    in_index = in_index || c == '[';
    if (!in_index) plain += c;
    in_index = in_index && c != ']';
  }
  return plain;
}

CheckedObject decode(const Value& raw, SchemaType kind) {
  DecodedObject decoded = decode_object(raw, kind);
  CheckedObject checked;
  checked.object = std::move(decoded.object);
  checked.problems = std::move(decoded.problems);
  checked.not_modelled = std::move(decoded.not_modelled);
  return checked;
}

/// Drops what the cluster takes no notice of; what is gone needs no word about not being modelled.
void drop_disabled(CheckedObject& checked, SchemaType kind, const FeatureGates& gates, const Value* old) {
  checked.dropped = drop_disabled_fields(checked.object, kind, gates, old);
  std::erase_if(checked.not_modelled, [&checked](const std::string& field) {
    return std::any_of(checked.dropped.begin(), checked.dropped.end(),
                       [&field](const FieldNote& dropped) { return without_indices(dropped.path) == field; });
  });
}

/// An update names the object by its uid too; another is that of another object.
AdmissionRefusal uid_conflict(const Value& object, const Value& old) {
  const Value& meta = validation::part_of(object, "metadata");
  const Value& before = validation::part_of(old, "metadata");
  const std::string uid = meta.string_at("uid");
  std::string own = before.string_at("uid");
  if (own.empty()) own = make_uid(object.string_at("kind"), before.string_at("namespace"), before.string_at("name"));
  if (uid.empty() || uid == own) return {};
  return {RuleId::UpdateMetadata, "metadata.uid",
          "StorageError: invalid object, Code: 4, Key: /pods/" + before.string_at("namespace") + "/" + before.string_at("name") +
              ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + uid +
              ", UID in object meta: " + own,
          true};
}

}  // namespace

CheckedObject check_object(const Value& raw, SchemaType kind, const FeatureGates& gates) {
  CheckedObject checked = decode(raw, kind);
  if (checked.undecodable()) return checked;
  generate_name(checked.object);
  drop_disabled(checked, kind, gates, nullptr);
  set_defaults(checked.object, kind);
  const Value& meta = checked.object["metadata"];
  const std::string uid = make_uid(schema_type_name(kind), meta.string_at("namespace"), meta.string_at("name"));
  checked.refusal = admit_object(checked.object, kind, uid);
  if (checked.refusal.rule == RuleId::None) checked.errors = validate_object(checked.object, kind, gates);
  if (gates.container_restart_rules) checked.hints = misplaced_sidecars(checked.object, kind);
  return checked;
}

CheckedObject check_update(const Value& raw, const Value& old, SchemaType kind, const FeatureGates& gates) {
  CheckedObject checked = decode(raw, kind);
  if (checked.undecodable()) return checked;
  drop_disabled(checked, kind, gates, &old);
  set_defaults(checked.object, kind);
  admit_update(checked.object, old, kind);
  checked.refusal = uid_conflict(checked.object, old);
  if (checked.refusal.rule == RuleId::None) checked.errors = validate_update(checked.object, old, kind, gates);
  return checked;
}

CheckedObject check_ephemeral_update(const Value& raw, const Value& old, const FeatureGates& gates) {
  CheckedObject checked = decode(raw, SchemaType::Pod);
  if (checked.undecodable()) return checked;
  set_defaults(checked.object, SchemaType::Pod);
  Value pod = old;
  const Value* containers = validation::part_of(checked.object, "spec").find("ephemeralContainers");
  if (containers != nullptr) {
    pod["spec"].set("ephemeralContainers", *containers);
  } else {
    pod["spec"].erase("ephemeralContainers");
  }
  checked.object = std::move(pod);
  checked.errors = validate_ephemeral_update(checked.object, old, gates);
  return checked;
}

}  // namespace podlapse
