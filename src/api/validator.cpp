#include "validator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "formats.hpp"

namespace podlapse::validation {

std::string Path::text() const {
  std::string text = parent_ == nullptr ? std::string{} : parent_->text();
  switch (kind_) {
    case Kind::Child:
      if (!text.empty()) text += '.';
      return text.append(name_);
    case Kind::Index: return text + "[" + std::to_string(index_) + "]";
    case Kind::Key: return text.append("[").append(name_).append("]");
  }
  return text;
}

void Errors::required(const Path& path, RuleId rule, std::string detail) {
  list_.push_back({FieldErrorType::Required, path.text(), {}, std::move(detail), rule});
}

void Errors::invalid(const Path& path, RuleId rule, std::string_view value, std::string detail) {
  list_.push_back({FieldErrorType::Invalid, path.text(), formats::go_quote(value), std::move(detail), rule});
}

void Errors::invalid(const Path& path, RuleId rule, std::int64_t value, std::string detail) {
  list_.push_back({FieldErrorType::Invalid, path.text(), std::to_string(value), std::move(detail), rule});
}

void Errors::invalid_json(const Path& path, RuleId rule, std::string json, std::string detail) {
  list_.push_back({FieldErrorType::Invalid, path.text(), std::move(json), std::move(detail), rule});
}

void Errors::invalid_each(const Path& path, RuleId rule, std::string_view value, const std::vector<std::string>& messages) {
  for (const std::string& message : messages) invalid(path, rule, value, message);
}

void Errors::not_supported(const Path& path, RuleId rule, std::string_view value,
                           std::initializer_list<std::string_view> supported) {
  not_supported_json(path, rule, formats::go_json_quote(value), supported);
}

void Errors::not_supported_json(const Path& path, RuleId rule, std::string json,
                                std::initializer_list<std::string_view> supported) {
  std::string detail = "supported values: ";
  bool first = true;
  for (const std::string_view word : supported) {
    if (!first) detail += ", ";
    first = false;
    detail += formats::go_quote(word);
  }
  list_.push_back({FieldErrorType::NotSupported, path.text(), std::move(json), std::move(detail), rule});
}

void Errors::duplicate(const Path& path, RuleId rule, std::string_view value) {
  list_.push_back({FieldErrorType::Duplicate, path.text(), formats::go_quote(value), {}, rule});
}

void Errors::duplicate(const Path& path, RuleId rule, std::int64_t value) {
  list_.push_back({FieldErrorType::Duplicate, path.text(), std::to_string(value), {}, rule});
}

void Errors::not_found(const Path& path, RuleId rule, std::string_view value, std::string detail) {
  list_.push_back({FieldErrorType::NotFound, path.text(), formats::go_quote(value), std::move(detail), rule});
}

void Errors::forbidden(const Path& path, RuleId rule, std::string detail) {
  list_.push_back({FieldErrorType::Forbidden, path.text(), {}, std::move(detail), rule});
}

void Errors::too_long(const Path& path, RuleId rule, std::size_t max) {
  list_.push_back({FieldErrorType::TooLong, path.text(), {}, "may not be more than " + std::to_string(max) + " bytes", rule});
}

void Errors::too_many(const Path& path, RuleId rule, std::size_t actual, std::size_t max) {
  list_.push_back({FieldErrorType::TooMany, path.text(), std::to_string(actual),
                   "must have at most " + std::to_string(max) + (max == 1 ? " item" : " items"), rule});
}

void Errors::append(Errors&& other) {
  std::move(other.list_.begin(), other.list_.end(), std::back_inserter(list_));
}

const Value::Array& list_at(const Value& object, std::string_view key) {
  static const Value::Array none;
  const Value* value = object.find(key);
  return value != nullptr && value->is_array() ? value->items() : none;
}

const Value::Object& map_at(const Value& object, std::string_view key) {
  static const Value::Object none;
  const Value* value = object.find(key);
  return value != nullptr && value->is_object() ? value->members() : none;
}

std::optional<std::int64_t> int_at(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->is_int() ? std::optional{value->as_int()} : std::nullopt;
}

bool bool_at(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

const Value* object_at(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->is_object() ? value : nullptr;
}

const Value& part_of(const Value& object, std::string_view key) {
  static const Value none = Value::object();
  const Value* found = object_at(object, key);
  return found != nullptr ? *found : none;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

namespace {

std::string go_json_item(const Value& value, SchemaType type) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return value.as_bool() ? "true" : "false";
    case Value::Kind::Int: return std::to_string(value.as_int());
    case Value::Kind::Number: return value.number_text();
    case Value::Kind::String: return formats::go_json_quote(value.as_string());
    case Value::Kind::Object: return is_struct(type) ? go_json(value, type) : go_json_map(&value);
    case Value::Kind::Array: break;
  }
  std::string text = "[";
  for (const Value& item : value.items()) text += (text.size() > 1 ? "," : "") + go_json_item(item, type);
  return text + "]";
}

}  // namespace

std::string go_json(const Value& value, SchemaType type) {
  std::string text = "{";
  for (const SchemaField& field : schema_fields(type)) {
    const Value* member = value.find(field.name);
    if (member == nullptr) continue;
    text += (text.size() > 1 ? "," : "") + formats::go_json_quote(field.name) + ":" + go_json_item(*member, field.type);
  }
  return text + "}";
}

std::string go_json_map(const Value* value) {
  if (value == nullptr || !value->is_object() || value->members().empty()) return "null";
  std::vector<const Value::Member*> sorted;
  for (const Value::Member& member : value->members()) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  std::string text = "{";
  for (const Value::Member* member : sorted) {
    text += (text.size() > 1 ? "," : "") + formats::go_json_quote(member->key) + ":" + go_json_item(member->value, SchemaType::Any);
  }
  return text + "}";
}

std::string go_json_list(const Value* value) {
  return value == nullptr || !value->is_array() ? "null" : go_json_item(*value, SchemaType::Any);
}

void require_nonnegative(const Value& object, std::string_view field, RuleId rule, const Path& path, Errors& errors) {
  const std::int64_t number = int_at(object, field).value_or(0);
  if (number < 0) errors.invalid(path.child(field), rule, number, "must be greater than or equal to 0");
}

}  // namespace podlapse::validation
