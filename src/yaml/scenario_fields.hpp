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

namespace podlapse::yaml {

using Diagnostics = std::vector<Diagnostic>;

void report(Diagnostics& out, RuleId code, const SourceSpan& place, std::string text, std::string help = {},
            Severity severity = Severity::Error);

/// A scalar as it would be typed ("3", "2s", "true"); nullopt for null, lists and mappings.
[[nodiscard]] std::optional<std::string> scalar_text(const Value& value);

[[nodiscard]] SimDuration read_span(const Value& value, Diagnostics& out);
[[nodiscard]] std::int64_t read_integer(const Value& value, std::int64_t least, std::int64_t most, Diagnostics& out);
[[nodiscard]] std::int32_t read_exit_code(const Value& value, Diagnostics& out);
[[nodiscard]] std::string read_text(const Value& value, Diagnostics& out);
[[nodiscard]] bool read_flag(const Value& value, Diagnostics& out);
[[nodiscard]] std::optional<Moment> read_moment(const Value& value, Diagnostics& out);
/// A duration, `forever`, or `until MOMENT`.
void read_length(const Value& value, std::optional<SimDuration>& span, std::optional<Moment>& until, Diagnostics& out);

/// The members of a mapping by name. What nobody asked for is reported by finish().
class Fields {
 public:
  /// `noun` names the mapping in messages: "a run", "the scenario". Anything but a mapping is reported and has no fields.
  Fields(const Value& value, std::string_view noun, Diagnostics& out);

  /// The value of `key`, or nullptr when it is absent or null.
  [[nodiscard]] const Value* find(std::string_view key);
  /// The same, with null as a value: `delete:` alone is a deletion.
  [[nodiscard]] const Value* find_present(std::string_view key);

  /// Reports every member that was not asked for, with the nearest name that was.
  void finish();

 private:
  const Value* value_ = nullptr;
  std::string noun_;
  Diagnostics& out_;
  std::vector<std::string> asked_;
};

/// The members of a mapping whose keys are names; a report and none for anything else. Null has none.
[[nodiscard]] const Value::Object& named_members(const Value& value, std::string_view noun, Diagnostics& out);

}  // namespace podlapse::yaml
