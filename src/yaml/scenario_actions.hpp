// The part of a scenario file that says what happens from outside: actions, and raw API calls among them.
#pragma once

#include "podlapse/scenario/scenario.hpp"
#include "yaml/scenario_fields.hpp"

namespace podlapse::yaml {

/// Adds the containers of the actions `debug` to the Pods of `scenario`, in the order of their times, so that the rest of the file can
/// speak of them. Requires: its workloads are known.
void add_ephemeral_containers(const Value& actions, Scenario& scenario, Diagnostics& out);

/// Requires: the workloads and configuration objects of `scenario` are known. Fills its actions and created_at.
void read_actions(const Value& value, Scenario& scenario, Diagnostics& out);

}  // namespace podlapse::yaml
