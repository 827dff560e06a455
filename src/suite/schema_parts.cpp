#include "schema_parts.hpp"

#include <algorithm>
#include <charconv>

namespace podlapse {

Value object_of(std::initializer_list<std::pair<std::string_view, Value>> members) {
  Value object = Value::object();
  for (const auto& [key, value] : members) object.set(key, value);
  return object;
}

Value list_of(std::initializer_list<Value> items) {
  return Value{Value::Array{items}};
}

Value typed(std::string_view name) {
  return object_of({{"type", Value{name}}});
}

Value text_like(const std::string& pattern) {
  return object_of({{"type", Value{"string"}}, {"pattern", Value{"^(?:" + pattern + ")$"}}});
}

Value any_of(std::initializer_list<Value> alternatives) {
  return object_of({{"anyOf", list_of(alternatives)}});
}

Value list_schema(Value items, int least) {
  Value list = object_of({{"type", Value{"array"}}, {"items", std::move(items)}});
  if (least > 0) list.set("minItems", Value{least});
  return list;
}

Value reference_to(std::string_view name) {
  return object_of({{"$ref", Value{"#/definitions/" + std::string{name}}}});
}

Value described(std::string_view text, Value schema) {
  if (text.empty()) return schema;
  Value out = object_of({{"description", Value{text}}});
  if (schema.find("$ref") != nullptr) {
    out.set("allOf", list_of({std::move(schema)}));
    return out;
  }
  for (Value::Member& member : schema.members()) out.set(member.key, std::move(member.value));
  return out;
}

Value with_examples(Value schema, std::initializer_list<Value> examples) {
  schema.set("examples", list_of(examples));
  return schema;
}

Value typed_text(std::string_view text, bool is_text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  if (!is_text && whole) return Value{number};
  if (!is_text && (text == "true" || text == "false")) return Value{text == "true"};
  return Value{text};
}

}  // namespace podlapse
