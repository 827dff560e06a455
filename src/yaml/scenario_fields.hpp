// Typed access to the fields of a scenario file. Each function reports what is wrong with the place of the value, and then
// returns something harmless, so that reading goes on and all problems are found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/model/behavior.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/format.hpp"

namespace podlapse::yaml {

using Diagnostics = std::vector<Diagnostic>;

void report(Diagnostics& out, RuleId code, const SourceSpan& place, std::string text, std::string help = {},
            Severity severity = Severity::Error);

/// What a value is, in a sentence: "a list", "an integer", "nothing".
[[nodiscard]] std::string what_it_is(const Value& value);

/// A scalar as it would be typed ("3", "2s", "true"); nullopt for null, lists and mappings.
[[nodiscard]] std::optional<std::string> scalar_text(const Value& value);

[[nodiscard]] SimDuration read_span(const Value& value, Diagnostics& out);
[[nodiscard]] std::int64_t read_integer(const Value& value, std::int64_t least, std::int64_t most, Diagnostics& out);
[[nodiscard]] std::string read_text(const Value& value, Diagnostics& out);
[[nodiscard]] bool read_flag(const Value& value, Diagnostics& out);
[[nodiscard]] std::optional<Moment> read_moment(const Value& value, Diagnostics& out);
/// A duration, `forever`, or `until MOMENT`.
void read_length(const Value& value, std::optional<SimDuration>& span, std::optional<Moment>& until, Diagnostics& out);

/// The members of a mapping whose keys are in format.def. What stands there besides is reported by finish().
class Fields {
 public:
  /// Anything but a mapping is reported and has no fields.
  Fields(const Value& value, FormatMapping mapping, Diagnostics& out);

  // Requires of each: `key` is one of the mapping's, and of that type.
  /// The value of `key`; nullptr when it is absent, or null, which is reported.
  [[nodiscard]] const Value* find(std::string_view key);
  /// The same, with null as a value: `delete:` alone is a deletion.
  [[nodiscard]] const Value* find_present(std::string_view key);
  // The value read as its row of the table says; nullopt when it is absent. What is wrong is reported.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key);
  [[nodiscard]] std::optional<std::int32_t> small_integer(std::string_view key);
  [[nodiscard]] std::optional<SimDuration> duration(std::string_view key);
  [[nodiscard]] std::optional<Moment> moment(std::string_view key);
  /// A duration, `forever`, or `until MOMENT`. False when it is absent.
  bool length(std::string_view key, std::optional<SimDuration>& span, std::optional<Moment>& until);
  /// The word's place among the row's examples; nullopt also for a word that is not among them.
  [[nodiscard]] std::optional<std::size_t> word(std::string_view key);

  /// Reports every member that the format does not have, with the nearest name that it has.
  void finish();

 private:
  const Value* find(std::string_view key, FormatType type);
  void refuse(const Value::Member& member);

  const Value* value_ = nullptr;
  FormatMapping mapping_;
  Diagnostics& out_;
  std::vector<std::string_view> asked_;
};

/// The members of a mapping whose keys are names; a report and none for anything else.
[[nodiscard]] const Value::Object& named_members(const Value& value, std::string_view noun, Diagnostics& out);

}  // namespace podlapse::yaml
