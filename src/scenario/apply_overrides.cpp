// Overrides meet the Pods they speak of: names are looked up, actions get their indices.
#include <algorithm>
#include <utility>

#include "podlapse/scenario/overrides.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

Diagnostic diagnostic_of(const NameProblem& problem, const SourceSpan& place) {
  return {Severity::Error, std::string{rule(problem.code).id}, place, problem.text, problem.help, {}};
}

std::optional<NameProblem> check_container(const Scenario& scenario, const ContainerRef& ref) {
  if (!find_containers(scenario, ref).empty()) return std::nullopt;
  ActionRequest request;  // the look-up of a kill knows how to explain what is missing
  request.pod = ref.pod;
  request.container = ref.container;
  request.what = KillContainer{};
  Action ignored;
  return resolve_action(scenario, request, ignored);
}

/// The first name of an override that `scenario` does not have.
struct FindProblem {
  const Scenario& scenario;

  [[nodiscard]] std::optional<NameProblem> moments(const ContainerRef& target,
                                                   const std::vector<const Moment*>& list) const {
    for (const ContainerPlace& place : find_containers(scenario, target)) {
      for (const Moment* moment : list) {
        if (auto problem = check_moment(scenario, *moment, place.pod)) return problem;
      }
    }
    return std::nullopt;
  }

  std::optional<NameProblem> operator()(const RunOverride& over) const {
    if (auto problem = check_container(scenario, over.target)) return problem;
    std::vector<const Moment*> list;
    for (const RunOverride::Run& run : over.runs) {
      if (run.behavior.until) list.push_back(&*run.behavior.until);
      if (run.behavior.exit_on) list.push_back(&*run.behavior.exit_on);
      for (const Need& need : run.behavior.needs) list.push_back(&need.needed);
    }
    return moments(over.target, list);
  }
  std::optional<NameProblem> operator()(const SetTerm& over) const { return check_container(scenario, over.target); }
  std::optional<NameProblem> operator()(const ProbeOverride& over) const {
    if (auto problem = check_container(scenario, over.target)) return problem;
    for (const ContainerPlace& place : find_containers(scenario, over.target)) {
      if (scenario.workloads[place.pod].pod.containers[place.container].probe(over.probe)) {
        return over.behavior.ok_while ? moments(over.target, {&*over.behavior.ok_while}) : std::nullopt;
      }
    }
    return NameProblem{RuleId::ScenarioUnknownContainer,
                       "`" + over.target.container + "` has no " + to_string(over.probe) + " probe",
                       "the manifest decides which probes there are"};
  }
  std::optional<NameProblem> operator()(const HookOverride& over) const {
    if (auto problem = check_container(scenario, over.target)) return problem;
    const bool post_start = over.hook == HookOverride::Hook::PostStart;
    for (const ContainerPlace& place : find_containers(scenario, over.target)) {
      const ContainerSpec& spec = scenario.workloads[place.pod].pod.containers[place.container];
      if (post_start ? spec.post_start.has_value() : spec.pre_stop.has_value()) {
        return over.behavior.until ? moments(over.target, {&*over.behavior.until}) : std::nullopt;
      }
    }
    return NameProblem{RuleId::ScenarioUnknownContainer,
                       "`" + over.target.container + "` has no " + (post_start ? "postStart" : "preStop") + " hook",
                       "the manifest decides which hooks there are"};
  }
  std::optional<NameProblem> operator()(const ImageOverride& over) const {
    if (over.image.empty()) return check_container(scenario, over.used_by);
    std::string all;
    for (const Workload& workload : scenario.workloads) {
      for (const ContainerSpec& container : workload.pod.containers) {
        if (normalized_image(container.image) == normalized_image(over.image)) return std::nullopt;
        if (all.find(container.image) == std::string::npos) all += (all.empty() ? "" : ", ") + container.image;
      }
    }
    return NameProblem{RuleId::ScenarioUnknownContainer, "no container uses the image `" + over.image + "`",
                       "the images are " + all};
  }
  std::optional<NameProblem> operator()(const ActionOverride& over) const {
    for (const ActionRequest& request : over.actions) {
      Action ignored;
      if (auto problem = resolve_action(scenario, request, ignored)) return problem;
    }
    return std::nullopt;
  }
};

/// Requires: no name is missing.
void lay(Scenario& scenario, const Override& over, std::vector<Override>& layer) {
  const auto* actions = std::get_if<ActionOverride>(&over.what);
  if (actions == nullptr) {
    layer.push_back(over);
    return;
  }
  for (const ActionRequest& request : actions->actions) {
    Action action;
    if (!resolve_action(scenario, request, action)) scenario.actions.push_back(std::move(action));
  }
}

/// An annotation speaks of its own Pod alone.
struct SetPod {
  const std::string& pod;

  void set(ContainerRef& ref) const {
    if (ref.pod.empty()) ref.pod = pod;
  }
  void operator()(RunOverride& over) const { set(over.target); }
  void operator()(SetTerm& over) const { set(over.target); }
  void operator()(ProbeOverride& over) const { set(over.target); }
  void operator()(HookOverride& over) const { set(over.target); }
  void operator()(ImageOverride& over) const { set(over.used_by); }
  void operator()(ActionOverride& over) const {
    for (ActionRequest& request : over.actions) {
      if (request.pod.empty()) request.pod = pod;
    }
  }
};

}  // namespace

std::vector<Diagnostic> apply_overrides(std::vector<Scenario>& scenarios, const std::vector<Override>& overrides) {
  std::vector<Diagnostic> problems;
  for (const Override& over : overrides) {
    std::optional<NameProblem> first;
    bool fits = scenarios.empty();
    for (Scenario& scenario : scenarios) {
      const std::optional<NameProblem> problem = std::visit(FindProblem{scenario}, over.what);
      if (!problem) {
        lay(scenario, over, scenario.overrides);
        fits = true;
      } else if (!first) {
        first = problem;
      }
    }
    if (!fits) problems.push_back(diagnostic_of(*first, over.place));
  }
  return problems;
}

std::vector<Diagnostic> apply_annotations(Scenario& scenario, SourceFiles& files) {
  std::vector<Diagnostic> problems;
  for (const Workload& workload : scenario.workloads) {
    for (const auto& [key, value] : workload.annotations) {
      const auto file = static_cast<std::uint32_t>(files.size());
      files.push_back({"podlapse.dev/" + key, value});
      Override over;
      if (!parse_annotation(key, value, file, over, problems)) continue;
      std::visit(SetPod{workload.pod.name}, over.what);
      if (const std::optional<NameProblem> problem = std::visit(FindProblem{scenario}, over.what)) {
        problems.push_back(diagnostic_of(*problem, over.place));
      } else {
        lay(scenario, over, scenario.annotations);
      }
    }
  }
  return problems;
}

}  // namespace podlapse
