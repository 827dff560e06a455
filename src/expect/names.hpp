// Looks up what an expectation speaks of in its scenario.
#pragma once

#include <optional>

#include "podlapse/expect/expectation.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

/// A term that cannot be judged.
struct UnresolvedTerm {
  NameProblem problem;
  Term term;
  bool is_given = false;  ///< of `while`: it is in the state that is looked for
};

/// Replaces names of workloads by those of their Pods, in every term of `expectation`. The first thing that `scenario` does
/// not have, or that can never happen in it; nullopt when all is well.
[[nodiscard]] std::optional<UnresolvedTerm> resolve_names(Expectation& expectation, const Scenario& scenario);

}  // namespace podlapse
