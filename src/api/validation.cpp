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

std::vector<FieldError> validate_object(const Value& object, SchemaType kind) {
  validation::Errors errors;
  if (kind == SchemaType::Pod) {
    validation::validate_pod(object, errors);
  } else {
    validation::validate_workload(object, kind, errors);
  }
  return std::move(errors).take();
}

bool CheckedObject::undecodable() const { return std::any_of(problems.begin(), problems.end(), is_fatal); }

CheckedObject check_object(const Value& raw, SchemaType kind) {
  DecodedObject decoded = decode_object(raw, kind);
  CheckedObject checked;
  checked.object = std::move(decoded.object);
  checked.problems = std::move(decoded.problems);
  checked.not_modelled = std::move(decoded.not_modelled);
  if (checked.undecodable()) return checked;
  generate_name(checked.object);
  set_defaults(checked.object, kind);
  const Value& meta = checked.object["metadata"];
  admit_object(checked.object, kind, make_uid(schema_type_name(kind), meta.string_at("namespace"), meta.string_at("name")));
  checked.errors = validate_object(checked.object, kind);
  return checked;
}

}  // namespace podlapse
