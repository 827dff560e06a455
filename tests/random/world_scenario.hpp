// A World's input as a scenario: what a scenario file would have to say for it.
#pragma once

#include <string>
#include <vector>

#include "kubelet/world_random.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse::test {

[[nodiscard]] Scenario to_scenario(const RandomCase& random);

/// The text of its scenario file.
[[nodiscard]] std::string scenario_text(const RandomCase& random);

/// What a run of the scenario file `text` starts from. `problems` gets what the reader complains about.
[[nodiscard]] RandomCase read_back(const std::string& text, std::string& problems);

/// What differs, by part ("pods actions"); empty when both are the same.
[[nodiscard]] std::string difference(const RandomCase& a, const RandomCase& b);

}  // namespace podlapse::test
