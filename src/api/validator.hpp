// What every validation function gets: where it is, what is allowed, and where to put errors.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/field_error.hpp"
#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::validation {

/// A path that is written only when something is wrong (field.Path). Each part refers to its parent, which must live
/// longer: keep them in local variables from the outermost in.
class Path {
 public:
  explicit Path(std::string_view name) : name_(name) {}
  [[nodiscard]] Path child(std::string_view name) const { return Path{this, Kind::Child, name, 0}; }
  [[nodiscard]] Path index(std::size_t index) const { return Path{this, Kind::Index, {}, index}; }
  [[nodiscard]] Path key(std::string_view name) const { return Path{this, Kind::Key, name, 0}; }
  [[nodiscard]] std::string text() const;

 private:
  enum class Kind : std::uint8_t { Child, Index, Key };
  Path(const Path* parent, Kind kind, std::string_view name, std::size_t index)
      : parent_(parent), name_(name), index_(index), kind_(kind) {}

  const Path* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  Kind kind_ = Kind::Child;
};

/// Where errors go, in the server's order; and what the server knows, which decides what is one.
class Errors {
 public:
  explicit Errors(const FeatureGates& gates) : gates_(gates) {}
  [[nodiscard]] const FeatureGates& gates() const { return gates_; }

  void required(const Path& path, RuleId rule, std::string detail = {});
  /// `value` printed as Go prints a string.
  void invalid(const Path& path, RuleId rule, std::string_view value, std::string detail);
  void invalid(const Path& path, RuleId rule, std::int64_t value, std::string detail);
  /// `json` is printed as it is; empty: no value is printed.
  void invalid_json(const Path& path, RuleId rule, std::string json, std::string detail);
  /// One error for each message about `value`.
  void invalid_each(const Path& path, RuleId rule, std::string_view value, const std::vector<std::string>& messages);
  void not_supported(const Path& path, RuleId rule, std::string_view value, std::initializer_list<std::string_view> supported);
  /// Likewise of a value that is no string: `json` is printed as it is.
  void not_supported_json(const Path& path, RuleId rule, std::string json, std::initializer_list<std::string_view> supported);
  void duplicate(const Path& path, RuleId rule, std::string_view value);
  void duplicate(const Path& path, RuleId rule, std::int64_t value);
  void not_found(const Path& path, RuleId rule, std::string_view value, std::string detail = {});
  void forbidden(const Path& path, RuleId rule, std::string detail);
  void too_long(const Path& path, RuleId rule, std::size_t max);
  void too_many(const Path& path, RuleId rule, std::size_t actual, std::size_t max);

  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] std::vector<FieldError> take() && { return std::move(list_); }
  /// Appends those of `other`.
  void append(Errors&& other);

 private:
  const FeatureGates& gates_;
  std::vector<FieldError> list_;
};

/// What depends on the object that is validated (PodValidationOptions).
struct Options {
  bool is_pod = false;        ///< a Pod itself, not a template
  std::string_view pod_name;  ///< of a Pod; empty in a template
  bool host_users = true;     ///< spec.hostUsers is not false
  std::int64_t grace = 30;    ///< spec.terminationGracePeriodSeconds
  bool has_grace = true;
  std::string_view restart_policy;  ///< spec.restartPolicy
  bool has_os = false;              ///< spec.os is given
  std::string_view os;              ///< spec.os.name
  std::set<std::string> claim_names;  ///< of spec.resourceClaims
};

// Reading decoded objects: absent members read as empty.
[[nodiscard]] const Value::Array& list_at(const Value& object, std::string_view key);
[[nodiscard]] const Value::Object& map_at(const Value& object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> int_at(const Value& object, std::string_view key);
[[nodiscard]] bool bool_at(const Value& object, std::string_view key);
/// `key` when it is an object.
[[nodiscard]] const Value* object_at(const Value& object, std::string_view key);
/// `key` when it is an object, else an empty one.
[[nodiscard]] const Value& part_of(const Value& object, std::string_view key);
[[nodiscard]] bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words);
/// A decoded struct as Go's encoding/json writes it: members in the order of the type's fields.
[[nodiscard]] std::string go_json(const Value& value, SchemaType type);
/// A decoded map likewise: members by name; "null" for an absent or empty one.
[[nodiscard]] std::string go_json_map(const Value* value);
/// A list of strings or numbers likewise; "null" for an absent one.
[[nodiscard]] std::string go_json_list(const Value* value);
/// A decoded struct as the server's internal type is written, which has no JSON names: every field in Go's spelling, what
/// is absent as null or zero (src/api/internal_json.cpp).
[[nodiscard]] std::string internal_json(const Value& value, SchemaType type);
/// `spec` is a struct that may be absent ("null").
[[nodiscard]] std::string internal_json(const Value* value, SchemaType type);

/// ValidateNonnegativeField of the integer `field` of `object`.
void require_nonnegative(const Value& object, std::string_view field, RuleId rule, const Path& path, Errors& errors);

}  // namespace podlapse::validation
