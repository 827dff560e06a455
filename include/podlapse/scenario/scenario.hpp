// A scenario: workloads, what their processes do, and what happens to them. Read from a file (shell module yaml) or made
// from a bare manifest. Format: scenarios/README.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/scenario/workload.hpp"

namespace podlapse {

/// What a scenario file says about one container's processes; what it leaves out is assumed.
struct BehaviorGiven {
  std::optional<std::vector<RunBehavior>> runs;
  std::optional<ProbeBehavior> startup, readiness, liveness;
  std::optional<HookBehavior> post_start, pre_stop;
};

/// A process, probe or hook behaviour that had to be assumed: container and one line for the reader ("runs 10s, exits 0").
struct Assumption {
  std::string pod, container, text;
};

struct Scenario {
  std::string name, group, what;
  std::vector<Workload> workloads;                              ///< one World
  std::map<std::string, ImageBehavior> images;
  std::map<std::string, BehaviorGiven> behavior;                ///< by container, or "pod/container" in a scenario with several Pods
  std::vector<Action> actions;
  std::optional<SimDuration> until;
  bool from_file = false;   ///< a scenario file: a probe whose answers are not given always succeeds, missing objects do not exist
  std::vector<ConfigObject> config_objects;
};

/// The World's input for `scenario`: behaviours given, else from annotations, else assumed from commands and roles.
/// `assumptions` gets a line for each thing assumed.
[[nodiscard]] WorldInput make_world_input(const Scenario& scenario, const KubeletConfig& config, const Chance& chance,
                                          const WallClock& clock, std::vector<Assumption>& assumptions);

/// What a container does when nobody says: a command that says what it does is believed, else its role decides (an init
/// container takes 2 s and exits 0; sidecars and mains run on; the main of a Job takes 10 s and exits 0; SIGTERM is answered
/// after 0.1 s with 0; probes pass 1 s after start).
[[nodiscard]] ContainerBehavior assume_behavior(const ContainerSpec& container, WorkloadKind kind, std::string& text);

}  // namespace podlapse
