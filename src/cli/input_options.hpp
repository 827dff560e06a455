// What is simulated, and how: the options that `run` and `get` share.
#pragma once

#include <cstddef>
#include <optional>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/simulation.hpp"

namespace podlapse::cli {

/// SimulationOptions as the parser leaves them.
struct SimulationOptionsGiven {
  std::optional<SimDuration> until;
  std::optional<std::uint64_t> seed;
  std::optional<std::size_t> latency;
  std::optional<WallTime> start_time;
};

/// FILE..., --select, and one option for each kind of override. Where `instant` is given, `--at` takes it too: 12s is
/// the instant, 8s=kill:app an action.
void add_input_options(CLI::App& command, InputOptions& options, std::optional<SimDuration>* instant = nullptr);

/// --kubernetes-version and --feature-gates.
void add_cluster_options(CLI::App& command, ClusterOptions& options);

/// --until (where `with_until`), --seed, --latency, --start-time.
void add_simulation_options(CLI::App& command, SimulationOptionsGiven& options, bool with_until = true);

[[nodiscard]] SimulationOptions simulation_options(const SimulationOptionsGiven& given);

}  // namespace podlapse::cli
