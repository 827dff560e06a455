// Which rules of the catalogue the tests reach. The ctest `rules_reached` fails for a rule that none does.
#pragma once

#include "podlapse/rules/rule_id.hpp"

namespace podlapse::test {

/// Notes that the running test made the code take this rule's branch. RuleId::None is ignored, so that a decision's
/// `because` can be passed as it is. Call it with what the code returned, never with a constant.
void reach(RuleId id);

}  // namespace podlapse::test
