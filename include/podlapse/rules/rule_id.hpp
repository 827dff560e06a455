// The catalogue of rules: everything podlapse decides has a row here, a branch in the code and a named test. The rows
// live in one .def file a module; this header only numbers them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace podlapse {

enum class RuleId : std::uint16_t {
  None,
#define PODLAPSE_RULE(enumerator, id, text, source) enumerator,
#include "podlapse/rules/api.def"
#include "podlapse/rules/controller.def"
#include "podlapse/rules/expect.def"
#include "podlapse/rules/job.def"
#include "podlapse/rules/kubelet.def"
#include "podlapse/rules/loops.def"
#include "podlapse/rules/report.def"
#include "podlapse/rules/runtime.def"
#include "podlapse/rules/scenario.def"
#include "podlapse/rules/status.def"
#undef PODLAPSE_RULE
  Count,
};

/// One row: a stable id to grep and to print, one sentence, and where the rule comes from (upstream file and function, or
/// a documentation link).
struct Rule {
  std::string_view id, text, source;
};

/// The row of `id`; for RuleId::None a row with empty texts.
[[nodiscard]] const Rule& rule(RuleId id);

/// Every row but None, in catalogue order.
[[nodiscard]] std::vector<RuleId> all_rules();

/// The rule whose id is `text`, or RuleId::None.
[[nodiscard]] RuleId find_rule(std::string_view text);

/// A decision together with the rule it rests on.
template <typename T>
struct Decided {
  T value{};
  RuleId because = RuleId::None;
};

}  // namespace podlapse
