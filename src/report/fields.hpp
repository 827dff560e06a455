// Reading members of API objects that nobody has validated: what is absent or has another type counts as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"

namespace podlapse::fields {

[[nodiscard]] inline bool bool_at(const Value& object, std::string_view key) {
  const Value* member = object.find(key);
  return member && member->is_bool() && member->as_bool();
}

[[nodiscard]] inline std::optional<std::int64_t> int_at(const Value& object, std::string_view key) {
  const Value* member = object.find(key);
  return member && member->is_int() ? std::optional{member->as_int()} : std::nullopt;
}

[[nodiscard]] inline std::optional<WallTime> time_at(const Value& object, std::string_view key) {
  WallTime time;
  return parse_rfc3339(object.string_at(key), time) ? std::optional{time} : std::nullopt;
}

/// The member `key` when it is an object, else an empty one.
[[nodiscard]] inline const Value& object_at(const Value& object, std::string_view key) {
  static const Value kEmpty = Value::object();
  const Value* member = object.find(key);
  return member && member->is_object() ? *member : kEmpty;
}

/// The items of the list `key`; none when it is no list.
[[nodiscard]] inline const Value::Array& list_at(const Value& object, std::string_view key) {
  static const Value::Array kEmpty;
  const Value* member = object.find(key);
  return member && member->is_array() ? member->items() : kEmpty;
}

/// The members of the object `key`; none when it is no object.
[[nodiscard]] inline const Value::Object& members_at(const Value& object, std::string_view key) {
  return object_at(object, key).members();
}

/// A scalar as text: strings as they are, numbers and booleans as they are written; empty for anything else.
[[nodiscard]] inline std::string scalar_text(const Value* value) {
  if (value == nullptr) return {};
  if (value->is_string()) return value->as_string();
  if (value->is_int()) return std::to_string(value->as_int());
  if (value->is_number()) return value->number_text();
  if (value->is_bool()) return value->as_bool() ? "true" : "false";
  return {};
}

[[nodiscard]] inline std::string text_at(const Value& object, std::string_view key) {
  return scalar_text(object.find(key));
}

}  // namespace podlapse::fields
