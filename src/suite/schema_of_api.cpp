#include <limits>

#include "podlapse/api/schema_help.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "schema_parts.hpp"

namespace podlapse {
namespace {

constexpr const char* kQuantity = R"(\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?\s*)";
constexpr const char* kTime = R"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))";

/// Kubernetes takes null for absence, and kubectl writes it.
Value or_null(const char* type) {
  return object_of({{"type", list_of({Value{type}, Value{"null"}})}});
}

template <class Integer>
Value integer_schema() {
  Value schema = or_null("integer");
  schema.set("minimum", Value{static_cast<std::int64_t>(std::numeric_limits<Integer>::min())});
  schema.set("maximum", Value{static_cast<std::int64_t>(std::numeric_limits<Integer>::max())});
  return schema;
}

Value scalar_schema(SchemaType type) {
  if (type == SchemaType::String) return or_null("string");
  if (type == SchemaType::Bool) return or_null("boolean");
  if (type == SchemaType::Int32) return integer_schema<std::int32_t>();
  if (type == SchemaType::Int64) return or_null("integer");
  if (type == SchemaType::IntOrString) return any_of({integer_schema<std::int32_t>(), typed("string")});
  if (type == SchemaType::Quantity) return any_of({text_like(kQuantity), or_null("number")});
  if (type == SchemaType::Time || type == SchemaType::MicroTime) return any_of({text_like(kTime), typed("null")});
  return Value::object();  // anything
}

Value words_schema(std::string_view words) {
  Value list = Value::array();
  for (const std::string_view word : split_words(words)) list.push_back(Value{word});
  return object_of({{"type", Value{"string"}}, {"enum", std::move(list)}});
}

/// One of the field's values, without regard to lists and maps.
Value item_schema(const SchemaField& field, const FieldHelp* help, Value& definitions) {
  if (is_struct(field.type)) return reference_to(define_api_type(field.type, definitions));
  if (help != nullptr && !help->values.empty()) return words_schema(help->values);
  return scalar_schema(field.type);
}

Value field_schema(const SchemaField& field, const FieldHelp* help, Value& definitions) {
  Value schema = item_schema(field, help, definitions);
  const char* type = field.shape == SchemaShape::List ? "array" : "object";
  const bool free = field.shape == SchemaShape::One || field.type == SchemaType::Any;
  if (!free) {
    Value whole = help != nullptr && help->required ? typed(type) : or_null(type);
    whole.set(field.shape == SchemaShape::List ? "items" : "additionalProperties", std::move(schema));
    schema = std::move(whole);
  }
  std::string text{help == nullptr ? std::string_view{} : help->text};
  if (!field.modelled) text += (text.empty() ? "" : ". ") + std::string{"podlapse takes no notice of it"};
  schema = described(text, std::move(schema));
  if (help != nullptr && !help->default_text.empty()) {
    schema.set("default", typed_text(help->default_text, field.type == SchemaType::String));
  }
  return schema;
}

const WorkloadKindInfo* workload_kind_of(SchemaType type) {
  for (const WorkloadKindInfo& info : workload_kinds()) {
    if (info.type == type) return &info;
  }
  return nullptr;
}

}  // namespace

std::string define_api_type(SchemaType type, Value& definitions) {
  std::string name = "kubernetes." + std::string{schema_type_name(type)};
  if (definitions.find(name) != nullptr) return name;
  definitions.set(name, Value::object());  // before its fields, which may hold it again
  Value properties = Value::object(), required = Value::array();
  const WorkloadKindInfo* kind = workload_kind_of(type);
  for (const SchemaField& field : schema_fields(type)) {
    const FieldHelp* help = find_field_help(type, field.name);
    Value schema = field_schema(field, help, definitions);
    if (kind != nullptr && field.name == "kind") schema = words_schema(to_string(kind->kind));
    if (kind != nullptr && field.name == "apiVersion") schema = words_schema(kind->api_version);
    properties.set(field.name, std::move(schema));
    const bool is_spec = kind != nullptr && field.name == "spec";
    if (is_spec || (help != nullptr && help->required)) required.push_back(Value{field.name});
  }
  // A workload says what it is; what is within one may be left empty.
  Value definition = object_of({{"title", Value{schema_type_name(type)}}});
  definition.set("type", kind != nullptr ? Value{"object"} : list_of({Value{"object"}, Value{"null"}}));
  definition.set("properties", std::move(properties));
  if (!required.items().empty()) definition.set("required", std::move(required));
  definition.set("additionalProperties", Value{false});
  definitions.set(name, std::move(definition));
  return name;
}

}  // namespace podlapse
