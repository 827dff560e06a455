#include "podlapse/api/decode.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "podlapse/api/quantity.hpp"
#include "podlapse/base/time.hpp"

namespace podlapse {
namespace {

/// One step from the root to the value that is being decoded.
struct Step {
  SchemaType owner = SchemaType::Any;  ///< the struct that has `field`
  const SchemaField* field = nullptr;
  std::size_t index = 0;               ///< of a list's item
  const std::string* key = nullptr;    ///< of a map's item
  bool has_index = false;
};

/// What JSON calls a value, as Go's messages name it.
std::string go_kind(const Value& value, bool with_number) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "bool";
    case Value::Kind::Int: return with_number ? "number " + std::to_string(value.as_int()) : "number";
    case Value::Kind::Number: return with_number ? "number " + value.number_text() : "number";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object: return "object";
  }
  return "";
}

/// What a field asks for, in plain words.
std::string wanted(const SchemaField& field, bool item) {
  if (!item && field.shape == SchemaShape::List) {
    return is_struct(field.type) ? "a list" : "a list of " + std::string{field.type == SchemaType::String ? "strings" : "numbers"};
  }
  if (!item && field.shape == SchemaShape::Map) return "a mapping";
  if (is_struct(field.type)) return "a mapping";
  if (field.type == SchemaType::String || field.type == SchemaType::Time || field.type == SchemaType::MicroTime) return "a string";
  if (field.type == SchemaType::Bool) return "true or false";
  if (field.type == SchemaType::Int32) return "a 32-bit integer";
  if (field.type == SchemaType::Int64) return "an integer";
  if (field.type == SchemaType::IntOrString) return "an integer or a name";
  return "a quantity";
}

std::string with_article(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Int: return "an integer";
    case Value::Kind::Array: return "a list";
    case Value::Kind::Bool:
    case Value::Kind::Number:
    case Value::Kind::String:
    case Value::Kind::Object: return std::string{"a "} + to_string(value.kind());
    case Value::Kind::Null: return "null";
  }
  return "";
}

std::string scalar_text(const Value& value) {
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_number()) return value.number_text();
  return value.is_string() ? value.as_string() : "";
}

/// A fix for a value of the wrong type, where one can be guessed.
std::string help_for(const SchemaField& field, bool item, const Value& value) {
  const bool list = !item && field.shape == SchemaShape::List;
  const bool scalar = value.is_bool() || value.is_int() || value.is_number();
  if (list && value.is_string() && field.type == SchemaType::String) return "write a list: [\"" + value.as_string() + "\"]";
  if (list && value.is_object()) return "begin its entries with `- `";
  if (list) return "";
  if (field.type == SchemaType::String && field.shape != SchemaShape::Map && value.is_bool()) {
    return "quote it: YAML reads y, n, yes, no, on and off as true or false";
  }
  if (field.type == SchemaType::String && scalar) return "quote it: \"" + scalar_text(value) + "\"";
  const bool number = field.type == SchemaType::Int32 || field.type == SchemaType::Int64;
  if (number && value.is_string() && !value.as_string().empty() &&
      value.as_string().find_first_not_of("0123456789") == std::string::npos) {
    return "remove the quotes";
  }
  if (field.type == SchemaType::Bool && value.is_string()) return "write true or false without quotes";
  if (is_struct(field.type) && value.is_string() && value.as_string().find(':') != std::string::npos) {
    return "a space is missing after a colon";
  }
  if (is_struct(field.type) && value.is_array()) return "remove the dashes: it is one mapping, not a list";
  return "";
}

bool is_empty(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return true;
    case Value::Kind::Bool: return !value.as_bool();
    case Value::Kind::Int: return value.as_int() == 0;
    case Value::Kind::Number: return false;
    case Value::Kind::String: return value.as_string().empty();
    case Value::Kind::Array: return value.items().empty();
    case Value::Kind::Object: return value.members().empty();
  }
  return true;
}

class Decoder {
 public:
  explicit Decoder(DecodedObject& out) : out_(out) {}

  Value structure(const Value& raw, SchemaType type) {
    Value result = Value::object();
    result.set_span(raw.span());
    if (raw.is_object()) members(raw.members(), type, result);
    for (const SchemaField& field : schema_fields(type)) {
      if (field.presence == SchemaPresence::Always && result.find(field.name) == nullptr) add_zero(result, field);
    }
    return result;
  }

 private:
  void members(const Value::Object& raw, SchemaType type, Value& result) {
    std::vector<const Value::Member*> sorted(raw.size());
    std::transform(raw.begin(), raw.end(), sorted.begin(), [](const Value::Member& member) { return &member; });
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
    result.members().reserve(raw.size() + 2);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i + 1 < sorted.size() && sorted[i]->key == sorted[i + 1]->key) continue;  // the last of several wins
      member(*sorted[i], type, result);
    }
  }

  void member(const Value::Member& member, SchemaType type, Value& result) {
    const SchemaField* field = find_schema_field(type, member.key);
    if (field == nullptr) return unknown(member, type);
    if (member.value.is_null()) return;
    path_.push_back({type, field, 0, nullptr, false});
    if (!field->modelled) note_not_modelled();
    std::optional<Value> value = whole(member.value, *field);
    path_.pop_back();
    if (!value || (field->presence == SchemaPresence::OmitEmpty && is_empty(*value))) return;
    result.members().push_back({member.key, member.key_span, *std::move(value)});
  }

  static void add_zero(Value& result, const SchemaField& field) {
    if (field.shape != SchemaShape::One) return;  // Go writes null: the same as nothing
    if (is_struct(field.type)) {
      DecodedObject unused;
      result.set(field.name, Decoder{unused}.structure(Value::object(), field.type));
    } else if (field.type == SchemaType::String) {
      result.set(field.name, Value{""});
    } else if (field.type == SchemaType::Bool) {
      result.set(field.name, Value{false});
    } else if (field.type == SchemaType::Quantity) {
      result.set(field.name, Value{"0"});
    } else if (field.type != SchemaType::Time && field.type != SchemaType::MicroTime && field.type != SchemaType::Any) {
      result.set(field.name, Value{0});
    }
  }

  std::optional<Value> whole(const Value& raw, const SchemaField& field) {
    if (field.shape == SchemaShape::One || field.type == SchemaType::Any) return item(raw, field);
    if (field.shape == SchemaShape::List) {
      if (!raw.is_array()) return wrong_type(raw, field, false);
      Value list = Value::array();
      list.set_span(raw.span());
      list.items().reserve(raw.items().size());
      path_.back().has_index = true;
      for (const Value& entry : raw.items()) {
        std::optional<Value> value = item(entry, field);
        ++path_.back().index;
        if (value) list.items().push_back(*std::move(value));
      }
      path_.back().has_index = false;
      return list;
    }
    if (!raw.is_object()) return wrong_type(raw, field, false);
    Value map = Value::object();
    map.set_span(raw.span());
    for (const Value::Member& entry : raw.members()) {
      path_.back().key = &entry.key;
      std::optional<Value> value = item(entry.value, field);
      if (!value) continue;
      map.members().push_back({entry.key, entry.key_span, *std::move(value)});
    }
    path_.back().key = nullptr;
    return map;
  }

  std::optional<Value> item(const Value& raw, const SchemaField& field) {
    if (field.type == SchemaType::Any) return raw;
    if (is_struct(field.type)) {
      if (!raw.is_object() && !raw.is_null()) return wrong_type(raw, field, true);
      return structure(raw, field.type);
    }
    if (raw.is_null()) return null_item(field);
    if (field.type == SchemaType::String) return raw.is_string() ? std::optional{raw} : wrong_type(raw, field, true);
    if (field.type == SchemaType::Bool) return raw.is_bool() ? std::optional{raw} : wrong_type(raw, field, true);
    if (field.type == SchemaType::Quantity) return quantity(raw, field);
    if (field.type == SchemaType::Time || field.type == SchemaType::MicroTime) return time(raw, field);
    if (field.type == SchemaType::IntOrString && raw.is_string()) return raw;
    return integer(raw, field);
  }

  /// null in a list or map is the type's zero.
  static std::optional<Value> null_item(const SchemaField& field) {
    if (field.type == SchemaType::String) return Value{""};
    if (field.type == SchemaType::Quantity) return Value{"0"};
    if (field.type == SchemaType::Bool) return Value{false};
    return Value{0};
  }

  std::optional<Value> integer(const Value& raw, const SchemaField& field) {
    const bool is_32 = field.type != SchemaType::Int64;
    if (!raw.is_int() && !raw.is_number()) return wrong_type(raw, field, true);
    constexpr std::int64_t kLow = std::numeric_limits<std::int32_t>::min(), kHigh = std::numeric_limits<std::int32_t>::max();
    if (raw.is_number() || (is_32 && (raw.as_int() < kLow || raw.as_int() > kHigh))) return wrong_type(raw, field, true, true);
    return raw;
  }

  std::optional<Value> quantity(const Value& raw, const SchemaField& field) {
    Quantity parsed;
    std::string error;
    std::string text = scalar_text(raw);
    const std::size_t first = text.find_first_not_of(" \t\n\r");
    text = first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1);
    if (!parse_quantity(text, parsed, error)) {
      problem(RuleId::ApiQuantity, raw.span(), error,
              raw.is_string() ? "`" + raw.as_string() + "` is no quantity" : wanted(field, true) + " is wanted, not " + with_article(raw),
              "a quantity is a number with a suffix: 500m, 2, 64Mi, 1.5Gi");
      return std::nullopt;
    }
    if (field.go_type == "v1.ResourceList") parsed.round_up_to_milli();
    return Value{parsed.to_string()}.set_span(raw.span());
  }

  std::optional<Value> time(const Value& raw, const SchemaField& field) {
    if (!raw.is_string()) return wrong_type(raw, field, true);
    WallTime unused;
    if (parse_rfc3339(raw.as_string(), unused)) return raw;
    problem(RuleId::ApiTime, raw.span(),
            "parsing time \"" + raw.as_string() + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + raw.as_string() +
                "\" as \"2006\"",
            "`" + raw.as_string() + "` is no time", "write it like 2026-01-31T12:00:00Z");
    return std::nullopt;
  }

  void unknown(const Value::Member& member, SchemaType type) {
    const std::string path = join(api_path(), member.key);
    constexpr std::size_t kHelpsMax = 200;  // looking for a near name costs more than all the rest
    std::string help;
    if (out_.problems.size() < kHelpsMax) help = help_for_unknown(member.key, type);
    out_.problems.push_back({RuleId::ApiUnknownField, path, member.key_span, "unknown field \"" + path + "\"",
                             "unknown field `" + member.key + "` in " + std::string{schema_type_name(type)}, std::move(help)});
  }

  [[nodiscard]] std::string help_for_unknown(const std::string& name, SchemaType type) const {
    if (const std::string nearest = nearest_schema_field(type, name); !nearest.empty()) return "did you mean `" + nearest + "`?";
    if (type == SchemaType::ContainerRestartRule || type == SchemaType::ContainerRestartRuleOnExitCodes) {
      return "a rule is {action: Restart, exitCodes: {operator: In, values: [42]}}";  // there are many inventions about
    }
    const std::string place = elsewhere(name, type);
    return place.empty() ? "" : "a " + place + " has such a field: is the indentation right?";
  }

  /// A struct above or below that has the field: misindentation moves fields there.
  [[nodiscard]] std::string elsewhere(std::string_view name, SchemaType type) const {
    for (auto step = path_.rbegin(); step != path_.rend(); ++step) {
      if (find_schema_field(step->owner, name) != nullptr) return std::string{schema_type_name(step->owner)};
    }
    for (const SchemaField& field : schema_fields(type)) {
      if (find_schema_field(field.type, name) != nullptr) return std::string{schema_type_name(field.type)};
    }
    return {};
  }

  /// Value: not of the type the field wants. With `number`, it is a number that does not fit, and Go's message has it.
  std::optional<Value> wrong_type(const Value& raw, const SchemaField& field, bool is_item, bool number = false) {
    const bool one = is_item || field.shape == SchemaShape::One;
    std::string type = schema_go_type(field, one);
    if (field.type == SchemaType::IntOrString && one) type = "int32";
    if (field.type == SchemaType::Time && one) type = "string";
    problem(RuleId::ApiFieldType, raw.span(),
            "json: cannot unmarshal " + go_kind(raw, number) + " into Go struct field " + go_path() + " of type " + type,
            wanted(field, one) + " is wanted for `" + last_part() + "`, not " +
                (number ? scalar_text(raw) : with_article(raw)),
            help_for(field, one, raw));
    return std::nullopt;
  }

  void problem(RuleId rule, const SourceSpan& span, std::string server_text, std::string text, std::string help) {
    out_.problems.push_back({rule, api_path(), span, std::move(server_text), std::move(text), std::move(help)});
  }

  static std::string join(std::string path, std::string_view name) {
    if (!path.empty()) path += '.';
    return path.append(name);
  }

  /// "spec.containers[0].name"
  [[nodiscard]] std::string api_path() const {
    std::string path;
    for (const Step& step : path_) {
      path = join(std::move(path), step.field->name);
      if (step.has_index) path += "[" + std::to_string(step.index) + "]";
      if (step.key != nullptr) path += "[" + *step.key + "]";
    }
    return path;
  }

  /// "args[0]", "labels[app]"
  [[nodiscard]] std::string last_part() const {
    const std::string path = api_path();
    return path.substr(path.rfind(path_.back().field->name));
  }

  /// "Container.spec.containers.name": the struct that has the field, and the fields that lead to it.
  [[nodiscard]] std::string go_path() const {
    std::string path{schema_type_name(path_.back().owner)};
    for (const Step& step : path_) {
      if (!step.field->embedded.empty()) path = join(std::move(path), step.field->embedded);
      path = join(std::move(path), step.field->name);
    }
    return path;
  }

  void note_not_modelled() {
    std::string path;
    for (const Step& step : path_) path = join(std::move(path), step.field->name);
    if (std::find(out_.not_modelled.begin(), out_.not_modelled.end(), path) == out_.not_modelled.end()) {
      out_.not_modelled.push_back(std::move(path));
    }
  }

  DecodedObject& out_;
  std::vector<Step> path_;
};

}  // namespace

DecodedObject decode_object(const Value& raw, SchemaType type) {
  DecodedObject out;
  out.object = Decoder{out}.structure(raw, type);
  return out;
}

}  // namespace podlapse
