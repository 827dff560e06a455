// A scenario: workloads, what their processes do, and what happens to them. Read from a file (shell module yaml) or made
// from a bare manifest. Format: scenarios/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/cluster.hpp"
#include "podlapse/scenario/overrides.hpp"
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
  RuleId because = RuleId::None;
};

/// The first name in `request` that `scenario` does not have, or that could mean several, and what to write instead.
struct NameProblem {
  RuleId code = RuleId::None;
  std::string text, help;
};

struct Scenario {
  /// Which set of latencies a run takes; the command line may say otherwise.
  enum class Latency : std::uint8_t { Kubelet, Ideal };

  std::string name, group, what;
  std::string question, lesson;                                 ///< for teaching: what a reader asks, and the answer with its reason
  std::vector<std::string> threads;                             ///< addresses at which people asked that
  std::string origin;                                           ///< the file it was read from, as the user named it; "-": standard input
  Cluster cluster;                                              ///< what it runs on
  std::vector<Workload> workloads;                              ///< one World
  std::map<std::string, SimDuration> created_at;                ///< by Pod name; others are created at t = 0
  std::map<std::string, ImageBehavior> images;                  ///< as written; `nginx` is docker.io/library/nginx:latest
  std::map<std::string, BehaviorGiven> behavior;                ///< by container, or "pod/container" in a scenario with several Pods
  std::vector<Override> annotations;                            ///< of the workloads: below `behavior`, above assumptions
  std::vector<Override> overrides;                              ///< of the command line: above everything
  std::vector<Action> actions;
  std::optional<SimDuration> until;
  std::optional<std::uint64_t> seed;
  std::optional<Latency> latency;
  bool from_file = false;   ///< a scenario file: a probe whose answers are not given always succeeds, missing objects do not exist
  bool strict_references = false;  ///< of a bare manifest: what is not in the files given does not exist
  std::vector<ExistingObject> existing_objects;
  Value expect;  ///< the list of what must hold, as written; null: none. read_expectations() understands it
};

/// What exists in `scenario` that Pods may refer to: what was given, and the claims that StatefulSets make.
[[nodiscard]] std::vector<ExistingObject> objects_of(const Scenario& scenario);

/// The objects (not their keys) that Pods of `scenario` refer to, that no file gives and no action makes; each once, by kind
/// and name. The service account `default` is in every namespace. Objects are told apart by name alone.
[[nodiscard]] std::vector<ObjectReference> missing_references(const Scenario& scenario);

/// The World's input for `scenario`. What is known of a process is laid in four layers, the later above the earlier:
/// assumptions, annotations of the manifest, the scenario file, the command line.
/// `assumptions` gets a line for each thing assumed.
[[nodiscard]] WorldInput make_world_input(const Scenario& scenario, const KubeletConfig& config, const Chance& chance,
                                          const WallClock& clock, std::vector<Assumption>& assumptions);

/// What was assumed of a container, one short line about its run, and the rule.
struct AssumedBehavior {
  ContainerBehavior behavior;
  std::string text;
  RuleId because = RuleId::None;
};

/// What a container does when nobody says: a command that says what it does is believed, else its role decides (an init
/// container takes 2 s and exits 0; sidecars and mains run on; the main of a Job takes 10 s and exits 0). SIGTERM is answered
/// after 0.1 s with 0; probes pass 1 s after start; hooks take no time; exec hooks and probes are believed like commands.
/// `role` is that of the container as it was written, which may be one that the cluster does not know.
[[nodiscard]] AssumedBehavior assume_behavior(const ContainerSpec& container, WorkloadKind kind,
                                              std::optional<ContainerKind> role = std::nullopt);

/// True when the answers of this probe had to be assumed: its command does not say them.
[[nodiscard]] bool probe_is_assumed(const ProbeSpec& spec);

/// True when it had to be assumed that this hook ends at once.
[[nodiscard]] bool hook_is_assumed(const Handler& handler);

/// `image` as the container runtime names it: registry, repository and tag written out (docker.io/library/nginx:latest).
[[nodiscard]] std::string normalized_image(std::string_view image);

/// The Pod called `name`, or the Pod of the object called `name` (a Deployment's), or what the Pod called `name` will be made of.
[[nodiscard]] std::optional<PodIndex> find_pod(const Scenario& scenario, std::string_view name);

/// `name`, where it is that of one Pod among those that the workload's controller makes at first; else empty.
[[nodiscard]] std::string made_pod_name(const Workload& workload, std::string_view name);

/// Has `count` Pods of each workload made. The first workload that cannot have that many, and why; nullopt when all can.
[[nodiscard]] std::optional<NameProblem> set_replicas(Scenario& scenario, std::int32_t count);

/// Civil time at t = 0: `start`, or in a scenario with a CronJob the first time behind it at which that fires.
[[nodiscard]] WallTime first_instant(const Scenario& scenario, WallTime start);

/// What a reader should know of the workloads' controllers, that no record tells: a word and a line each.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> controller_notes(const Scenario& scenario, WallTime start);

/// One container of a scenario.
struct ContainerPlace {
  PodIndex pod = 0;
  ContainerIndex container = kNoContainer;
};

/// Every container that `ref` names; empty when there is none.
[[nodiscard]] std::vector<ContainerPlace> find_containers(const Scenario& scenario, const ContainerRef& ref);

/// "work[1]": the Pod number 1 of those that the workload's controller makes (PodInput::behavior_of).
struct NumberedPod {
  std::string_view name;
  std::optional<std::uint32_t> number;  ///< none: all of them
};
[[nodiscard]] NumberedPod parse_numbered_pod(std::string_view text);

/// "pod/container" or "container" taken apart.
[[nodiscard]] ContainerRef parse_container_ref(std::string_view text);

/// The names a reader can use: "app", or "pod/app" where there are several Pods.
[[nodiscard]] std::vector<std::string> container_names(const Scenario& scenario);
[[nodiscard]] std::vector<std::string> pod_names(const Scenario& scenario);

/// Replaces names by indices. nullopt when all went well.
[[nodiscard]] std::optional<NameProblem> resolve_action(const Scenario& scenario, const ActionRequest& request, Action& out);

/// Looks up a moment that a process of `asking` (a Pod) waits for. nullopt when it exists.
[[nodiscard]] std::optional<NameProblem> check_moment(const Scenario& scenario, const Moment& moment, PodIndex asking);

}  // namespace podlapse
