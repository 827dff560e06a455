// What people believe of a Pod's life, and what would have to be written for it to be so. A scenario changed that way and
// simulated is a wrong answer that looks like a right one.
#pragma once

#include <vector>

#include "podlapse/api/value.hpp"

namespace podlapse {

/// A belief that is wrong for some scenarios.
struct Belief {
  const char* id;
  const char* if_so;  ///< what it says, behind "that would be so if": "nothing waited for a startup probe"
  /// Changes a document (a scenario, or a manifest that a scenario names) so that what really happens then is what the
  /// belief says. What it does not concern is left as it is.
  void (*apply)(Value& document);
};

/// All of them, those that concern few scenarios before those that concern most.
[[nodiscard]] const std::vector<Belief>& beliefs();

}  // namespace podlapse
