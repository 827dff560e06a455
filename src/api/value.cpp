#include "podlapse/api/value.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "podlapse/base/check.hpp"

namespace podlapse {
namespace {

template <typename T, typename Variant>
auto& content_as(Variant& content) {
  auto* value = std::get_if<T>(&content);
  PODLAPSE_CHECK(value != nullptr);
  return *value;
}

bool same_members(const Value::Object& a, const Value& b) {
  return std::all_of(a.begin(), a.end(), [&b](const Value::Member& member) {
    const Value* other = b.find(member.key);
    return other != nullptr && *other == member.value;
  });
}

}  // namespace

Value Value::number(std::string text) {
  Value value;
  value.content_ = NumberText{std::move(text)};
  return value;
}

bool Value::as_bool() const { return content_as<bool>(content_); }
std::int64_t Value::as_int() const { return content_as<std::int64_t>(content_); }
const std::string& Value::as_string() const { return content_as<std::string>(content_); }
const std::string& Value::number_text() const { return content_as<NumberText>(content_).text; }
const Value::Array& Value::items() const { return content_as<Array>(content_); }
Value::Array& Value::items() { return content_as<Array>(content_); }
const Value::Object& Value::members() const { return content_as<Object>(content_); }
Value::Object& Value::members() { return content_as<Object>(content_); }

const Value::Member* Value::find_member(std::string_view key) const {
  const auto* object = std::get_if<Object>(&content_);
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

const Value* Value::find(std::string_view key) const {
  const Member* member = find_member(key);
  return member == nullptr ? nullptr : &member->value;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

const std::string& Value::string_at(std::string_view key) const {
  static const std::string empty;
  const Value* value = find(key);
  return value != nullptr && value->is_string() ? value->as_string() : empty;
}

Value& Value::operator[](std::string_view key) {
  if (is_null()) content_ = Object{};
  if (Value* present = find(key)) return *present;
  return members().emplace_back(Member{std::string{key}, {}, {}}).value;
}

Value& Value::set(std::string_view key, Value value) { return (*this)[key] = std::move(value); }

bool Value::erase(std::string_view key) {
  auto* object = std::get_if<Object>(&content_);
  if (object == nullptr) return false;
  return std::erase_if(*object, [key](const Member& member) { return member.key == key; }) != 0;
}

Value& Value::push_back(Value value) {
  if (is_null()) content_ = Array{};
  return items().emplace_back(std::move(value));
}

const Value* Value::at_path(std::string_view path) const {
  const Value* at = this;
  while (!path.empty() && at != nullptr) {
    if (path.front() == '[') {
      const std::size_t close = path.find(']');
      if (close == std::string_view::npos) return nullptr;
      const std::string_view inside = path.substr(1, close - 1);
      path.remove_prefix(close + 1);
      std::size_t index = 0;
      const auto parsed = std::from_chars(inside.data(), inside.data() + inside.size(), index);
      const bool is_index = at->is_array() && parsed.ec == std::errc{} && parsed.ptr == inside.data() + inside.size();
      if (is_index) {
        at = index < at->items().size() ? &at->items()[index] : nullptr;
      } else {
        at = at->find(inside);
      }
    } else {
      const std::size_t stop = path.find_first_of(".[");
      at = at->find(path.substr(0, stop));
      path.remove_prefix(std::min(stop, path.size()));
    }
    if (!path.empty() && path.front() == '.') path.remove_prefix(1);
  }
  return at;
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::Null: return true;
    case Value::Kind::Bool: return a.as_bool() == b.as_bool();
    case Value::Kind::Int: return a.as_int() == b.as_int();
    case Value::Kind::Number: return a.number_text() == b.number_text();
    case Value::Kind::String: return a.as_string() == b.as_string();
    case Value::Kind::Array: return a.items() == b.items();
    case Value::Kind::Object: return a.members().size() == b.members().size() && same_members(a.members(), b);
  }
  return false;
}

const char* to_string(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "boolean";
    case Value::Kind::Int: return "integer";
    case Value::Kind::Number: return "number";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "list";
    case Value::Kind::Object: return "mapping";
  }
  return "";
}

}  // namespace podlapse
