// Pods, containers and images by the names that people write.
#include <algorithm>
#include <charconv>
#include <chrono>

#include "podlapse/api/validation.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/controller/pod_set.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string help_for(const std::string& word, const std::vector<std::string>& known, const char* what) {
  const std::string nearest = nearest_name(word, known);
  if (!nearest.empty()) return "did you mean " + in_backticks(nearest) + "?";
  return std::string{what} + list_of(known);
}

NameProblem unknown_pod(const Scenario& scenario, const std::string& name) {
  return {RuleId::ScenarioUnknownPod, "no Pod is called " + in_backticks(name),
          help_for(name, pod_names(scenario), "the Pods are ")};
}

NameProblem unknown_container(const Scenario& scenario, const std::string& name) {
  return {RuleId::ScenarioUnknownContainer, "no container is called " + in_backticks(name),
          help_for(name, container_names(scenario), "the containers are ")};
}

/// How a reader would call the Pod: a Deployment's by the name of the Deployment.
std::string display_name(const Scenario& scenario, PodIndex pod) {
  const Workload& workload = scenario.workloads[pod];
  return !workload.name.empty() && find_pod(scenario, workload.name) == pod ? workload.name : workload.pod.name;
}

/// The one Pod an action is about; a problem when the scenario has several and none is named.
std::optional<NameProblem> pod_of(const Scenario& scenario, const std::string& name, PodIndex& out) {
  if (name.empty()) {
    out = 0;
    if (scenario.workloads.size() == 1) return std::nullopt;
    if (scenario.workloads.empty()) return NameProblem{RuleId::ScenarioUnknownPod, "there is no Pod", {}};
    return NameProblem{RuleId::ScenarioUnknownPod, "there are several Pods: say which one",
                       "add pod: " + pod_names(scenario).front()};
  }
  const std::optional<PodIndex> found = find_pod(scenario, name);
  if (!found) return unknown_pod(scenario, name);
  out = *found;
  return std::nullopt;
}

std::optional<NameProblem> container_of(const Scenario& scenario, std::string_view text, const std::string& pod,
                                        ContainerPlace& out) {
  ContainerRef ref = parse_container_ref(text);
  if (ref.pod.empty()) ref.pod = pod;
  if (!ref.pod.empty() && !find_pod(scenario, ref.pod)) return unknown_pod(scenario, ref.pod);
  const std::vector<ContainerPlace> places = find_containers(scenario, ref);
  if (places.empty()) return unknown_container(scenario, std::string{text});
  if (places.size() > 1) {
    return NameProblem{RuleId::ScenarioUnknownContainer, in_backticks(text) + " is in several Pods",
                       "write " + in_backticks(display_name(scenario, places.front().pod) + "/" + ref.container)};
  }
  out = places.front();
  return std::nullopt;
}

/// What the API server has against `patch`, in its words.
std::optional<NameProblem> refusal_of(const Workload& workload, const PatchPod& patch, const FeatureGates& gates) {
  if (!workload.pod_object.is_object()) return std::nullopt;
  Value object = workload.pod_object;
  const std::vector<ContainerSpec>& containers = workload.pod.containers;
  for (const auto& [container, image] : patch.images) {
    for (const char* list : {"containers", "initContainers"}) {
      Value* items = object["spec"].find(list);
      if (items == nullptr || !items->is_array()) continue;
      for (Value& item : items->items()) {
        if (item.string_at("name") == containers[container].name) item.set("image", Value{image});
      }
    }
  }
  if (patch.active_deadline) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*patch.active_deadline).count();
    object["spec"].set("activeDeadlineSeconds", Value{std::int64_t{seconds}});
  }
  const CheckedObject checked = check_update(object, workload.pod_object, SchemaType::Pod, gates);
  if (checked.errors.empty()) return std::nullopt;
  const std::string text = to_string(checked.errors.front());
  return NameProblem{checked.errors.front().rule, text.substr(0, text.find('\n')), {}};
}

std::optional<NameProblem> resolve_patch(const Scenario& scenario, const ActionRequest& request, Action& action) {
  PatchPod& patch = std::get<PatchPod>(action.what);
  for (const auto& [name, image] : request.images) {
    ContainerPlace place;
    if (auto problem = container_of(scenario, name, scenario.workloads[action.pod].pod.name, place)) return problem;
    patch.images.emplace_back(place.container, image);
  }
  return refusal_of(scenario.workloads[action.pod], patch, scenario.cluster.gates);
}

}  // namespace

ContainerRef parse_container_ref(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return {{}, std::string{text}};
  return {std::string{text.substr(0, slash)}, std::string{text.substr(slash + 1)}};
}

NumberedPod parse_numbered_pod(std::string_view text) {
  const std::size_t open = text.rfind('[');
  if (open == std::string_view::npos || text.back() != ']') return {text, std::nullopt};
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto parsed = std::from_chars(text.data() + open + 1, end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return {text, std::nullopt};
  return {text.substr(0, open), number};
}

std::optional<PodIndex> find_pod(const Scenario& scenario, std::string_view text) {
  const NumberedPod numbered = parse_numbered_pod(text);
  const std::string_view name = numbered.name;
  if (numbered.number) {
    const std::optional<PodIndex> found = find_pod(scenario, name);
    if (!found) return found;
    const Workload& workload = scenario.workloads[*found];
    const bool many = workload.job || workload.cron_job || workload.pod_set;
    return many ? found : std::nullopt;
  }
  const auto index_where = [&scenario](auto matches) -> std::optional<PodIndex> {
    const auto at = std::find_if(scenario.workloads.begin(), scenario.workloads.end(), matches);
    if (at == scenario.workloads.end()) return std::nullopt;
    return static_cast<PodIndex>(at - scenario.workloads.begin());
  };
  const auto by_pod = index_where([name](const Workload& workload) { return workload.pod.name == name; });
  if (by_pod) return by_pod;
  const auto by_workload = index_where([name](const Workload& workload) { return workload.name == name; });
  if (by_workload) return by_workload;
  return index_where([name](const Workload& workload) { return !made_pod_name(workload, name).empty(); });
}

std::string made_pod_name(const Workload& workload, std::string_view name) {
  if (!workload.pod_set || name == workload.name) return {};
  for (std::int32_t i = 0; i < workload.pod_set->replicas; ++i) {
    std::string made = pod_set_pod_name(*workload.pod_set, static_cast<std::uint32_t>(i), workload.pod_set->first_ordinal + i);
    if (made == name) return made;
  }
  return {};
}

std::vector<ContainerPlace> find_containers(const Scenario& scenario, const ContainerRef& ref) {
  std::vector<ContainerPlace> places;
  const std::optional<PodIndex> only = ref.pod.empty() ? std::nullopt : find_pod(scenario, ref.pod);
  if (!ref.pod.empty() && !only) return places;
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) {
    if (only && *only != pod) continue;
    const ContainerIndex container = scenario.workloads[pod].pod.find(ref.container);
    if (container != kNoContainer) places.push_back({pod, container});
  }
  return places;
}

std::vector<std::string> container_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) {
    const std::string prefix = scenario.workloads.size() == 1 ? std::string{} : display_name(scenario, pod) + "/";
    for (const ContainerSpec& container : scenario.workloads[pod].pod.containers)
      names.push_back(prefix + container.name);
  }
  return names;
}

std::vector<std::string> pod_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) names.push_back(display_name(scenario, pod));
  return names;
}

std::optional<NameProblem> resolve_action(const Scenario& scenario, const ActionRequest& request, Action& out) {
  Action action;
  action.at = request.at;
  action.what = request.what;
  const bool kill = std::holds_alternative<KillContainer>(action.what),
             oom = std::holds_alternative<OomKillContainer>(action.what),
             debug = std::holds_alternative<AddEphemeralContainer>(action.what);
  const bool of_node =
      std::holds_alternative<RestartKubelet>(action.what) || std::holds_alternative<PutObject>(action.what);
  if (kill || oom || debug) {
    ContainerPlace place;
    if (auto problem = container_of(scenario, request.container, request.pod, place)) return problem;
    action.pod = place.pod;
    if (kill) std::get<KillContainer>(action.what).container = place.container;
    if (oom) std::get<OomKillContainer>(action.what).container = place.container;
    if (debug) std::get<AddEphemeralContainer>(action.what).container = place.container;
  } else if (!of_node) {
    if (auto problem = pod_of(scenario, request.pod, action.pod)) return problem;
  }
  if (!of_node) {
    const std::string named = kill || oom || debug ? parse_container_ref(request.container).pod : std::string{};
    action.made_pod = made_pod_name(scenario.workloads[action.pod], named.empty() ? request.pod : named);
  }
  if (std::holds_alternative<PatchJob>(action.what) && !scenario.workloads[action.pod].job) {
    return NameProblem{RuleId::ScenarioBadValue, "only a Job can be suspended and resumed", {}};
  }
  for (const std::string& removed : request.removed) {
    ContainerPlace place;
    if (auto problem = container_of(scenario, removed, request.pod, place)) return problem;
    std::get<RestartKubelet>(action.what).removed.emplace_back(place.pod, place.container);
  }
  if (std::holds_alternative<PatchPod>(action.what)) {
    if (auto problem = resolve_patch(scenario, request, action)) return problem;
  }
  out = std::move(action);
  return std::nullopt;
}

std::optional<NameProblem> check_moment(const Scenario& scenario, const Moment& moment, PodIndex asking) {
  if (!moment.pod.empty() && !find_pod(scenario, moment.pod)) return unknown_pod(scenario, moment.pod);
  const std::string pod = moment.pod.empty() ? scenario.workloads[asking].pod.name : moment.pod;
  if (!find_containers(scenario, {pod, moment.container}).empty()) return std::nullopt;
  const std::string name = moment.pod.empty() ? moment.container : moment.pod + "/" + moment.container;
  NameProblem problem = unknown_container(scenario, name);
  const std::vector<ContainerPlace> elsewhere = find_containers(scenario, {{}, moment.container});
  if (!elsewhere.empty()) {
    problem.text = "Pod " + in_backticks(pod) + " has no container " + in_backticks(moment.container);
    problem.help = "write " + in_backticks(display_name(scenario, elsewhere.front().pod) + "/" + moment.container);
  }
  return problem;
}

std::string normalized_image(std::string_view image) {
  const std::size_t at = image.find('@');
  std::string_view name = image.substr(0, at);
  const std::string_view digest = at == std::string_view::npos ? std::string_view{} : image.substr(at);
  std::string_view tag;
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    tag = name.substr(colon);
    name = name.substr(0, colon);
  }
  const std::size_t slash = name.find('/');
  std::string_view registry = slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
  const bool has_registry = registry == "localhost" || registry.find_first_of(".:") != std::string_view::npos;
  std::string_view path = has_registry ? name.substr(slash + 1) : name;
  if (!has_registry || registry == "index.docker.io") registry = "docker.io";
  std::string result{registry};
  result += '/';
  if (registry == "docker.io" && path.find('/') == std::string_view::npos) result += "library/";
  result += path;
  result += tag.empty() && digest.empty() ? std::string_view{":latest"} : tag;
  result += digest;
  return result;
}

}  // namespace podlapse
