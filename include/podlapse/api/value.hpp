// A document as it was read: an ordered tree like JSON's in which every value and every key remembers its place. Manifests,
// scenario files and the Pod objects that podlapse prints are such trees; everything that is decided about them (defaults,
// validation, conversion) is a pure function over them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "podlapse/base/diagnostic.hpp"

namespace podlapse {

/// One value with its place. A regular value: copies share nothing. Equality compares contents, not places, and does not
/// look at the order of an object's members.
class Value {
 public:
  enum class Kind : std::uint8_t { Null, Bool, Int, Number, String, Array, Object };
  struct Member;
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  Value() noexcept;  ///< null
  ~Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  explicit Value(bool value);
  explicit Value(int value);
  explicit Value(std::int64_t value);
  explicit Value(std::string value);
  explicit Value(std::string_view value);
  explicit Value(const char* value);
  explicit Value(Array items);
  explicit Value(Object members);
  /// A number that is no 64-bit integer ("0.5", "1e400"), kept as its JSON text: nothing is computed with it.
  [[nodiscard]] static Value number(std::string text);
  [[nodiscard]] static Value object();
  [[nodiscard]] static Value array();

  [[nodiscard]] Kind kind() const { return static_cast<Kind>(content_.index()); }
  [[nodiscard]] bool is_null() const { return kind() == Kind::Null; }
  [[nodiscard]] bool is_bool() const { return kind() == Kind::Bool; }
  [[nodiscard]] bool is_int() const { return kind() == Kind::Int; }
  [[nodiscard]] bool is_number() const { return kind() == Kind::Number; }  ///< one that is no 64-bit integer
  [[nodiscard]] bool is_string() const { return kind() == Kind::String; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::Array; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::Object; }

  // Requires: the kind fits (InternalFault otherwise).
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const std::string& number_text() const;
  [[nodiscard]] const Array& items() const;
  [[nodiscard]] Array& items();
  [[nodiscard]] const Object& members() const;
  [[nodiscard]] Object& members();

  /// The member called `key`; nullptr when there is none or this is no object.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  [[nodiscard]] const Member* find_member(std::string_view key) const;
  /// The text of the member `key` when it is a string, else empty.
  [[nodiscard]] const std::string& string_at(std::string_view key) const;

  /// Sets member `key` (in its place, else at the end) and returns it. Requires: an object or null (which becomes one).
  Value& set(std::string_view key, Value value);
  /// The member `key`, made null at the end where it is absent. Requires: an object or null (which becomes one).
  Value& operator[](std::string_view key);
  /// Removes member `key`; false when there is none.
  bool erase(std::string_view key);
  /// Appends to an array. Requires: an array or null (which becomes one).
  Value& push_back(Value value);

  /// The value at a path as API messages write it ("spec.containers[0].name", "metadata.labels[a/b]"); nullptr if absent.
  /// The empty path is this value.
  [[nodiscard]] const Value* at_path(std::string_view path) const;

  [[nodiscard]] const SourceSpan& span() const { return span_; }
  Value& set_span(const SourceSpan& span) {
    span_ = span;
    return *this;
  }

  friend bool operator==(const Value& a, const Value& b);

 private:
  struct NumberText {
    std::string text;
  };
  std::variant<std::monostate, bool, std::int64_t, NumberText, std::string, Array, Object> content_;
  SourceSpan span_;
};

struct Value::Member {
  std::string key;
  SourceSpan key_span;
  Value value;
};

inline Value::Value() noexcept = default;
inline Value::~Value() = default;
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::Value(bool value) : content_(value) {}
inline Value::Value(int value) : content_(std::int64_t{value}) {}
inline Value::Value(std::int64_t value) : content_(value) {}
inline Value::Value(std::string value) : content_(std::move(value)) {}
inline Value::Value(std::string_view value) : content_(std::string{value}) {}
inline Value::Value(const char* value) : content_(std::string{value}) {}
inline Value::Value(Array items) : content_(std::move(items)) {}
inline Value::Value(Object members) : content_(std::move(members)) {}
inline Value Value::object() { return Value{Object{}}; }
inline Value Value::array() { return Value{Array{}}; }

/// What a value is, as messages name it: "null", "boolean", "integer", "number", "string", "list", "mapping".
[[nodiscard]] const char* to_string(Value::Kind kind);

}  // namespace podlapse
