// Four layers of what is known of each process: assumptions, annotations, the scenario file, the command line.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

/// One container's behaviour while the layers are laid, and what of it is still assumed.
struct Layers {
  const Scenario& scenario;
  ContainerPlace place;
  ContainerBehavior behavior;
  std::optional<std::uint32_t> number{};  ///< of one Pod among those that a controller makes
  bool run_assumed = true;
  bool probe_assumed[3] = {true, true, true};  ///< by ProbeKind
  bool post_start_assumed = true, pre_stop_assumed = true;
};

void lay_term(TermBehavior& term, const TermOverride& over) {
  if (over.ignore) term.ignore = *over.ignore;
  if (over.after) {
    term.after = *over.after;
    term.ignore = over.ignore.value_or(false);
  }
  if (over.exit_code) term.exit_code = *over.exit_code;
}

ProbeBehavior& probe_of(ContainerBehavior& behavior, ProbeKind kind) {
  switch (kind) {
    case ProbeKind::Startup:
      return behavior.startup;
    case ProbeKind::Readiness:
      return behavior.readiness;
    case ProbeKind::Liveness:
      return behavior.liveness;
  }
  return behavior.startup;
}

void set_probe(Layers& layers, ProbeKind kind, const ProbeBehavior& probe) {
  probe_of(layers.behavior, kind) = probe;
  layers.probe_assumed[static_cast<std::size_t>(kind)] = false;
}

bool concerns(const Layers& layers, const ContainerRef& target) {
  const std::optional<std::uint32_t> number = parse_numbered_pod(target.pod).number;
  if (number && number != layers.number) return false;
  const std::vector<ContainerPlace> places = find_containers(layers.scenario, target);
  return std::any_of(places.begin(), places.end(), [&layers](const ContainerPlace& place) {
    return place.pod == layers.place.pod && place.container == layers.place.container;
  });
}

/// Lays one override over the container, if it concerns it. Images and actions concern no process.
struct LayOverride {
  Layers& layers;

  void operator()(const RunOverride& over) const {
    if (!concerns(layers, over.target)) return;
    std::vector<RunBehavior> runs;
    for (std::size_t i = 0; i < over.runs.size(); ++i) {
      RunBehavior run = over.runs[i].behavior;
      run.on_term = layers.behavior.run_of(static_cast<std::int32_t>(i)).on_term;
      lay_term(run.on_term, over.runs[i].term);
      runs.push_back(std::move(run));
    }
    layers.behavior.runs = std::move(runs);
    layers.run_assumed = false;
  }
  void operator()(const SetTerm& over) const {
    if (!concerns(layers, over.target)) return;
    for (RunBehavior& run : layers.behavior.runs) lay_term(run.on_term, over.term);
  }
  void operator()(const ProbeOverride& over) const {
    if (concerns(layers, over.target)) set_probe(layers, over.probe, over.behavior);
  }
  void operator()(const HookOverride& over) const {
    if (!concerns(layers, over.target)) return;
    const bool post_start = over.hook == HookOverride::Hook::PostStart;
    (post_start ? layers.behavior.post_start : layers.behavior.pre_stop) = over.behavior;
    (post_start ? layers.post_start_assumed : layers.pre_stop_assumed) = false;
  }
  void operator()(const ImageOverride&) const {}
  void operator()(const ActionOverride&) const {}
};

void lay_given(Layers& layers, const BehaviorGiven& given) {
  if (given.runs) {
    layers.behavior.runs = *given.runs;
    layers.run_assumed = false;
  }
  if (given.startup) set_probe(layers, ProbeKind::Startup, *given.startup);
  if (given.readiness) set_probe(layers, ProbeKind::Readiness, *given.readiness);
  if (given.liveness) set_probe(layers, ProbeKind::Liveness, *given.liveness);
  if (given.post_start) {
    layers.behavior.post_start = *given.post_start;
    layers.post_start_assumed = false;
  }
  if (given.pre_stop) {
    layers.behavior.pre_stop = *given.pre_stop;
    layers.pre_stop_assumed = false;
  }
}

/// A moment names a Pod as people do; the World knows it by its own name.
void name_pod(const Scenario& scenario, Moment& moment) {
  if (moment.pod.empty()) return;
  const std::optional<PodIndex> pod = find_pod(scenario, moment.pod);
  if (pod && made_pod_name(scenario.workloads[*pod], moment.pod).empty()) moment.pod = scenario.workloads[*pod].pod.name;
}

void name_pods(const Scenario& scenario, ContainerBehavior& behavior) {
  const auto name = [&scenario](std::optional<Moment>& moment) {
    if (moment) name_pod(scenario, *moment);
  };
  for (RunBehavior& run : behavior.runs) {
    name(run.until);
    name(run.exit_on);
    for (Need& need : run.needs) name_pod(scenario, need.needed);
  }
  for (const ProbeKind kind : kProbeKinds) name(probe_of(behavior, kind).ok_while);
  name(behavior.post_start.until);
  name(behavior.pre_stop.until);
}

/// "readiness probe passes", "startup, readiness probes pass"; empty when none had to be assumed.
std::string assumed_probes(const Layers& layers, const ContainerSpec& spec) {
  std::string kinds;
  int count = 0;
  for (const ProbeKind kind : kProbeKinds) {
    const std::optional<ProbeSpec>& probe = spec.probe(kind);
    if (!probe || !layers.probe_assumed[static_cast<std::size_t>(kind)] || !probe_is_assumed(*probe)) continue;
    kinds += (count++ == 0 ? "" : ", ") + std::string{to_string(kind)};
  }
  if (count == 0) return {};
  return kinds + (count == 1 ? " probe passes" : " probes pass");
}

void list_assumptions(const Layers& layers, const ContainerSpec& spec, const AssumedBehavior& assumed,
                      std::vector<Assumption>& out) {
  const Workload& workload = layers.scenario.workloads[layers.place.pod];
  const bool many = workload.job || workload.cron_job || workload.pod_set;  // Pods, which all do the same
  const std::string& pod = many ? workload.name : workload.pod.name;
  if (layers.run_assumed) out.push_back({pod, spec.name, assumed.text, assumed.because});
  const std::string probes = layers.scenario.from_file ? std::string{} : assumed_probes(layers, spec);
  if (!probes.empty()) out.push_back({pod, spec.name, probes + " from 1s on", RuleId::AssumeProbe});
  if (spec.post_start && layers.post_start_assumed && hook_is_assumed(*spec.post_start)) {
    out.push_back({pod, spec.name, "postStart ends at once", RuleId::AssumeHook});
  }
  if (spec.pre_stop && layers.pre_stop_assumed && hook_is_assumed(*spec.pre_stop)) {
    out.push_back({pod, spec.name, "preStop ends at once", RuleId::AssumeHook});
  }
}

/// Lays what the scenario file says of one container: under its bare name, then under "pod/container", then of one Pod among
/// many.
void lay_file(Layers& layers) {
  const Workload& workload = layers.scenario.workloads[layers.place.pod];
  const std::string& container = workload.pod.containers[layers.place.container].name;
  std::vector<std::string> keys = {container, workload.name + "/" + container};
  if (workload.pod.name != workload.name) keys.push_back(workload.pod.name + "/" + container);
  if (layers.number) keys.push_back(workload.name + "[" + std::to_string(*layers.number) + "]/" + container);
  for (const std::string& key : keys) {
    const auto found = layers.scenario.behavior.find(key);
    if (found != layers.scenario.behavior.end()) lay_given(layers, found->second);
  }
}

/// What the container was written as.
ContainerKind role_of(const Workload& workload, const ContainerSpec& spec) {
  const auto& former = workload.former_sidecars;
  return std::find(former.begin(), former.end(), spec.name) == former.end() ? spec.kind : ContainerKind::Sidecar;
}

ContainerBehavior behavior_of(const Scenario& scenario, const ContainerPlace& place, std::optional<std::uint32_t> number,
                              std::vector<Assumption>& assumptions) {
  const Workload& workload = scenario.workloads[place.pod];
  const ContainerSpec& spec = workload.pod.containers[place.container];
  AssumedBehavior assumed = assume_behavior(spec, workload.kind, role_of(workload, spec));
  Layers layers{scenario, place, assumed.behavior, number};
  if (scenario.from_file)
    layers.behavior.startup = layers.behavior.readiness = layers.behavior.liveness = ProbeBehavior{};
  for (const Override& over : scenario.annotations) std::visit(LayOverride{layers}, over.what);
  lay_file(layers);
  for (const Override& over : scenario.overrides) std::visit(LayOverride{layers}, over.what);
  name_pods(scenario, layers.behavior);
  if (!number) list_assumptions(layers, spec, assumed, assumptions);
  return std::move(layers.behavior);
}

/// The container that an override is about; nothing for images and actions.
struct TargetOf {
  const ContainerRef* operator()(const RunOverride& over) const { return &over.target; }
  const ContainerRef* operator()(const SetTerm& over) const { return &over.target; }
  const ContainerRef* operator()(const ProbeOverride& over) const { return &over.target; }
  const ContainerRef* operator()(const HookOverride& over) const { return &over.target; }
  const ContainerRef* operator()(const ImageOverride&) const { return nullptr; }
  const ContainerRef* operator()(const ActionOverride&) const { return nullptr; }
};

/// The numbers by which the scenario speaks of single Pods of a workload.
std::set<std::uint32_t> numbers_of(const Scenario& scenario, PodIndex pod) {
  std::set<std::uint32_t> numbers;
  const auto take = [&](const std::string& name) {
    const NumberedPod numbered = parse_numbered_pod(name);
    if (numbered.number && find_pod(scenario, numbered.name) == pod) numbers.insert(*numbered.number);
  };
  for (const auto& [key, given] : scenario.behavior) take(parse_container_ref(key).pod);
  for (const Override& over : scenario.overrides) {
    if (const ContainerRef* target = std::visit(TargetOf{}, over.what)) take(target->pod);
  }
  return numbers;
}

/// Does `over` speak of `image`, which container `place` uses?
bool speaks_of(const Scenario& scenario, const ImageOverride& over, const std::string& image) {
  if (!over.image.empty()) return normalized_image(over.image) == normalized_image(image);
  for (const ContainerPlace& place : find_containers(scenario, over.used_by)) {
    if (scenario.workloads[place.pod].pod.containers[place.container].image == image) return true;
  }
  return false;
}

/// What is known of an image: the command line, the scenario file (as written, else normalised), annotations.
const ImageBehavior* known_image(const Scenario& scenario, const std::string& image) {
  const ImageBehavior* known = nullptr;
  const auto lay = [&](const std::vector<Override>& overrides) {
    for (const Override& over : overrides) {
      const auto* of_image = std::get_if<ImageOverride>(&over.what);
      if (of_image != nullptr && speaks_of(scenario, *of_image, image)) known = &of_image->behavior;
    }
  };
  lay(scenario.annotations);
  const auto exact = scenario.images.find(image);
  if (exact != scenario.images.end()) {
    known = &exact->second;
  } else {
    for (const auto& [name, behavior] : scenario.images) {
      if (normalized_image(name) == normalized_image(image)) known = &behavior;
    }
  }
  lay(scenario.overrides);
  return known;
}

void add_image(const Scenario& scenario, const std::string& image, WorldInput& input) {
  if (const ImageBehavior* known = known_image(scenario, image)) input.images.emplace(image, *known);
}

}  // namespace

WorldInput make_world_input(const Scenario& scenario, const KubeletConfig& config, const Chance& chance,
                            const WallClock& clock, std::vector<Assumption>& assumptions) {
  WorldInput input;
  input.config = config;
  input.chance = chance;
  input.clock = clock;
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) {
    PodInput entry;
    entry.spec = scenario.workloads[pod].pod;
    for (ContainerIndex index = 0; index < entry.spec.containers.size(); ++index) {
      entry.behavior.push_back(behavior_of(scenario, {pod, index}, std::nullopt, assumptions));
      add_image(scenario, entry.spec.containers[index].image, input);
    }
    for (const std::uint32_t number : numbers_of(scenario, pod)) {
      for (ContainerIndex index = 0; index < entry.spec.containers.size(); ++index) {
        entry.behavior_of[number].push_back(behavior_of(scenario, {pod, index}, number, assumptions));
      }
    }
    const auto created = scenario.created_at.find(entry.spec.name);
    if (created != scenario.created_at.end()) entry.created_at = created->second;
    const Workload& workload = scenario.workloads[pod];
    if (workload.job) input.jobs.push_back({*workload.job, pod});
    if (workload.cron_job) input.cron_jobs.push_back({*workload.cron_job, pod});
    if (workload.pod_set) input.pod_sets.push_back({*workload.pod_set, pod});
    input.pods.push_back(std::move(entry));
  }
  for (const Action& action : scenario.actions) {
    const auto* patch = std::get_if<PatchPod>(&action.what);
    if (patch == nullptr) continue;
    for (const auto& [container, image] : patch->images) add_image(scenario, image, input);
  }
  input.actions = scenario.actions;
  input.existing_objects = objects_of(scenario);
  input.missing_objects_exist = !scenario.from_file && !scenario.strict_references;
  return input;
}

}  // namespace podlapse
