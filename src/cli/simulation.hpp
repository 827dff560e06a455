// From a scenario to a World that is ready to run, and what goes with it into every output.
#pragma once

#include <cstdint>
#include <optional>

#include "podlapse/kubelet/world.hpp"
#include "podlapse/report/timeline.hpp"
#include "podlapse/scenario/run.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse::cli {

/// What the command line says about a run; where it says nothing the scenario does.
struct SimulationOptions {
  std::optional<SimDuration> until;
  std::optional<std::uint64_t> seed;
  std::optional<Scenario::Latency> latency;
  std::optional<WallTime> start_time;  ///< civil time at t = 0
};

/// Civil time at t = 0 where nobody says. A fixed one, so that the same input gives the same bytes.
[[nodiscard]] WallTime default_start_time();

struct Simulation {
  std::shared_ptr<const WorldInput> input;
  World world;
  RunLimits limits;
  TraceHeader header;
  RunNotes notes;
};

/// Adds the Pods that controllers have made so far to the header.
void add_made_pods(Simulation& simulation);

[[nodiscard]] Simulation prepare(const Scenario& scenario, const SimulationOptions& options);

}  // namespace podlapse::cli
