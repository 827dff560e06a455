// The parts of a scenario file that say what processes do: behavior, probes, hooks, images.
#pragma once

#include <string>
#include <vector>

#include "podlapse/scenario/scenario.hpp"
#include "yaml/scenario_fields.hpp"

namespace podlapse::yaml {

/// The runs of one container: a list of runs, or one run.
[[nodiscard]] std::vector<RunBehavior> read_runs(const Value& value, Diagnostics& out);
[[nodiscard]] ProbeBehavior read_probe(const Value& value, Diagnostics& out);
[[nodiscard]] HookBehavior read_hook(const Value& value, Diagnostics& out);
[[nodiscard]] ImageBehavior read_image(const Value& value, Diagnostics& out);

/// Requires: the workloads of `scenario` are known. Names that no container has are reported.
void read_behavior(const Value& value, Scenario& scenario, Diagnostics& out);
void read_probes(const Value& value, Scenario& scenario, Diagnostics& out);
void read_hooks(const Value& value, Scenario& scenario, Diagnostics& out);

}  // namespace podlapse::yaml
