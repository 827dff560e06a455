#include "podlapse/base/check.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

namespace {

constexpr Rule kRules[] = {
    {},
#define PODLAPSE_RULE(enumerator, id, text, source) {id, text, source},
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
};

constexpr std::size_t kCount = static_cast<std::size_t>(RuleId::Count);
static_assert(sizeof(kRules) / sizeof(kRules[0]) == kCount, "the rows are read in the order of the enumerators");

}  // namespace

const Rule& rule(RuleId id) {
  PODLAPSE_CHECK(id < RuleId::Count);
  return kRules[static_cast<std::size_t>(id)];
}

std::vector<RuleId> all_rules() {
  std::vector<RuleId> ids;
  ids.reserve(kCount - 1);
  for (std::size_t i = 1; i < kCount; ++i) ids.push_back(static_cast<RuleId>(i));
  return ids;
}

RuleId find_rule(std::string_view text) {
  for (std::size_t i = 1; i < kCount; ++i) {
    if (kRules[i].id == text) return static_cast<RuleId>(i);
  }
  return RuleId::None;
}

}  // namespace podlapse
