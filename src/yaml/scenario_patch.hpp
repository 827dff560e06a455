// Patches in scenario files: what the API server would say of them.
#pragma once

#include <map>
#include <string>

#include "podlapse/api/patch.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "yaml/scenario_fields.hpp"

namespace podlapse::yaml {

/// The Pods of a scenario as its patches, in the order of the file, have left them.
class PatchedPods {
 public:
  explicit PatchedPods(const Scenario& scenario) : scenario_(scenario) {}

  /// Applies `patch` to Pod number `pod`. False where the server refuses it, after a report of each cause.
  bool apply(PodIndex pod, const Value& patch, PatchType type, Diagnostics& out);
  /// The same for a PUT.
  bool replace(PodIndex pod, const Value& object, Diagnostics& out);

 private:
  [[nodiscard]] const Value& current(PodIndex pod) const;

  const Scenario& scenario_;
  std::map<PodIndex, Value> changed_;
};

}  // namespace podlapse::yaml
