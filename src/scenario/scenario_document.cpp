#include "podlapse/scenario/scenario_document.hpp"

#include <string>
#include <utility>

#include "job_document.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

Value text_of(SimDuration span) {
  const bool whole = span % std::chrono::milliseconds{1} == SimDuration{};
  return Value{whole ? format_go_duration(span) : format_seconds(span, 9) + "s"};
}

Value number(std::int64_t number) {
  return Value{number};
}

/// Members that are there only where something is said.
void set_unless_empty(Value& object, std::string_view key, Value value) {
  const bool empty = value.is_null() || (value.is_object() && value.members().empty()) ||
                     (value.is_array() && value.items().empty()) || (value.is_string() && value.as_string().empty());
  if (!empty) object.set(key, std::move(value));
}

// ---- processes --------------------------------------------------------------------------------------------

Value document_of(const TermBehavior& term) {
  if (term.ignore) return Value{"ignore"};
  Value object = Value::object();
  if (term.after != SimDuration{}) object.set("after", text_of(term.after));
  if (term.exit_code != TermBehavior{}.exit_code) object.set("exit", number(term.exit_code));
  return object;
}

Value document_of(const Need& need) {
  const std::string moment = format_moment(need.needed);
  const std::size_t dot = moment.rfind('.');
  Value object = Value::object();
  object.set(moment.substr(0, dot), Value{moment.substr(dot + 1)});
  Value otherwise = Value::object();
  if (need.exit_code != Need{}.exit_code) otherwise.set("exit", number(need.exit_code));
  if (need.after != SimDuration{}) otherwise.set("after", text_of(need.after));
  set_unless_empty(object, "else", std::move(otherwise));
  return object;
}

Value document_of(const RunBehavior& run) {
  Value object = Value::object();
  const bool fails = !run.start_error.empty();
  if (run.run) {
    object.set("run", text_of(*run.run));
  } else if (!run.until && !fails) {
    object.set("run", Value{"forever"});
  }
  if (run.until) object.set("until", Value{format_moment(*run.until)});
  set_unless_empty(object, "startError", Value{run.start_error});
  if (run.start_takes) object.set("startTakes", text_of(*run.start_takes));
  if (run.exit_on) object.set("exitOn", Value{format_moment(*run.exit_on)});
  if (fails && run.start_error_exit_code != RunBehavior{}.start_error_exit_code) {
    object.set("exit", number(run.start_error_exit_code));
  }
  const bool ends = run.run || run.until || run.exit_on;
  if (!fails && ends && run.exit_code != 0) object.set("exit", number(run.exit_code));
  Value needs = Value::array();
  for (const Need& need : run.needs) needs.push_back(document_of(need));
  set_unless_empty(object, "needs", std::move(needs));
  set_unless_empty(object, "onTerm", document_of(run.on_term));
  if (run.allocate_bytes) object.set("allocMiB", number(*run.allocate_bytes / (std::int64_t{1024} * 1024)));
  if (run.allocated_by_child) object.set("allocBy", Value{"child"});
  set_unless_empty(object, "message", Value{run.message});
  set_unless_empty(object, "output", Value{run.output});
  return object;
}

Value document_of(const std::vector<RunBehavior>& runs) {
  if (runs.size() == 1) return document_of(runs.front());
  Value list = Value::array();
  for (const RunBehavior& run : runs) list.push_back(document_of(run));
  return list;
}

Value document_of(const ProbeBehavior& probe) {
  if (probe == ProbeBehavior{}) return Value{"ok"};
  Value object = Value::object();
  if (probe.ok_after != SimDuration{}) object.set("okAfter", text_of(probe.ok_after));
  if (probe.fail_after) object.set("failAfter", text_of(*probe.fail_after));
  Value windows = Value::array();
  for (const TimeWindow& window : probe.fail_between) {
    windows.push_back(Value{Value::Array{text_of(window.from), text_of(window.to)}});
  }
  set_unless_empty(object, "failBetween", std::move(windows));
  if (probe.fail_from_attempt) object.set("failFromAttempt", number(*probe.fail_from_attempt));
  if (probe.takes != SimDuration{}) object.set("takes", text_of(probe.takes));
  if (probe.ok_while) object.set("okWhile", Value{format_moment(*probe.ok_while)});
  if (probe.fail_on_term) object.set("failOnTerm", Value{true});
  set_unless_empty(object, "warning", Value{probe.warning});
  return object;
}

Value document_of(const HookBehavior& hook) {
  Value object = Value::object();
  if (hook.until) {
    object.set("until", Value{format_moment(*hook.until)});
  } else {
    object.set("takes", hook.takes ? text_of(*hook.takes) : Value{"forever"});
  }
  if (hook.exit_code != 0) object.set("exit", number(hook.exit_code));
  return object;
}

Value document_of(const ImageBehavior& image) {
  Value object = Value::object();
  if (image.present) object.set("present", Value{true});
  if (image.absent) object.set("absent", Value{true});
  if (image.pull != (image.present ? kPullOfPresent : ImageBehavior{}.pull)) object.set("pull", text_of(image.pull));
  set_unless_empty(object, "secret", Value{image.secret});
  set_unless_empty(object, "error", Value{image.pull_error});
  if (image.pull_error_times) object.set("times", number(*image.pull_error_times));
  return object;
}

void add_behavior(const Scenario& scenario, Value& document) {
  Value runs = Value::object(), probes = Value::object(), hooks = Value::object();
  for (const auto& [container, given] : scenario.behavior) {
    if (given.runs) runs.set(container, document_of(*given.runs));
    Value of_probes = Value::object(), of_hooks = Value::object();
    if (given.startup) of_probes.set("startup", document_of(*given.startup));
    if (given.readiness) of_probes.set("readiness", document_of(*given.readiness));
    if (given.liveness) of_probes.set("liveness", document_of(*given.liveness));
    if (given.post_start) of_hooks.set("postStart", document_of(*given.post_start));
    if (given.pre_stop) of_hooks.set("preStop", document_of(*given.pre_stop));
    set_unless_empty(probes, container, std::move(of_probes));
    set_unless_empty(hooks, container, std::move(of_hooks));
  }
  set_unless_empty(document, "behavior", std::move(runs));
  set_unless_empty(document, "probes", std::move(probes));
  set_unless_empty(document, "hooks", std::move(hooks));
}

// ---- objects ----------------------------------------------------------------------------------------------

void add_objects(const Scenario& scenario, Value& document) {
  using Kind = ObjectReference::Kind;
  constexpr std::pair<Kind, const char*> kKeys[] = {
      {Kind::ConfigMap, "configMaps"}, {Kind::Secret, "secrets"}, {Kind::PersistentVolumeClaim, "persistentVolumeClaims"}};
  for (const auto& [kind, key] : kKeys) {
    Value objects = Value::object();
    for (const ExistingObject& object : scenario.existing_objects) {
      if (object.kind != kind) continue;
      Value names = Value::array();
      for (const std::string& name : object.keys) names.push_back(Value{name});
      objects.set(object.name, std::move(names));
    }
    set_unless_empty(document, key, std::move(objects));
  }
}

/// The Pod without what its key in the scenario says.
Value inline_pod(const Workload& workload) {
  Value pod = workload.pod_object;
  pod.erase("apiVersion");
  pod.erase("kind");
  pod["spec"].erase("ephemeralContainers");  // a Pod is not created with them: they are actions
  return pod;
}

void add_workloads(const Scenario& scenario, Value& document) {
  Value pods = Value::array();
  for (const Workload& workload : scenario.workloads) {
    if (workload.job) {
      document.set("job", job_document(*workload.job, workload.pod_object));
    } else {
      pods.push_back(inline_pod(workload));
    }
  }
  if (scenario.workloads.size() == 1 && pods.items().size() == 1) {
    document.set("pod", std::move(pods.items().front()));
  } else {
    set_unless_empty(document, "pods", std::move(pods));
  }
}

// ---- actions ----------------------------------------------------------------------------------------------

Value with_grace(const std::optional<std::int64_t>& grace) {
  Value object = Value::object();
  if (grace) object.set("gracePeriodSeconds", number(*grace));
  return object;
}

/// Puts one action into its entry.
struct AddAction {
  const Scenario& scenario;
  const PodSpec& pod;
  Value& entry;

  [[nodiscard]] Value container(ContainerIndex index) const { return Value{pod.containers[index].name}; }

  /// A request to the API server about `resource`.
  Value& call(const char* method, const std::string& resource) const {
    Value& api = entry.set("api", Value::object());
    api.set("method", Value{method});
    api.set("path", Value{"/api/v1/namespaces/" + pod.namespace_name + "/" + resource});
    return api;
  }

  void operator()(const DeletePod& action) const { entry.set("delete", with_grace(action.grace_period_seconds)); }
  void operator()(const KillContainer& action) const {
    Value kill = Value::object();
    kill.set("container", container(action.container));
    if (action.signal != KillContainer{}.signal) kill.set("signal", number(action.signal));
    entry.set("kill", std::move(kill));
  }
  void operator()(const OomKillContainer& action) const {
    entry.set("oom", Value::object()).set("container", container(action.container));
  }
  void operator()(const KillSandbox&) const { entry.set("kill", Value::object()).set("sandbox", Value{true}); }
  void operator()(const PatchPod& action) const {
    Value spec = Value::object(), metadata = Value::object();
    for (const auto& [name, entries] : {std::pair{"labels", &action.labels}, std::pair{"annotations", &action.annotations}}) {
      for (const auto& [key, value] : *entries) metadata[name].set(key, value ? Value{*value} : Value{});
    }
    if (action.active_deadline) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*action.active_deadline).count();
      spec.set("activeDeadlineSeconds", number(seconds));
    }
    for (const auto& [index, image] : action.images) {
      const bool init = is_init_or_sidecar(pod.containers[index].kind);
      Value& patched = spec[init ? "initContainers" : "containers"].push_back(Value::object());
      patched.set("name", container(index));
      patched.set("image", Value{image});
    }
    Value& patch = entry.set("patch", Value::object());
    set_unless_empty(patch, "metadata", std::move(metadata));
    set_unless_empty(patch, "spec", std::move(spec));
  }
  void operator()(const PatchJob& action) const {
    Value spec = Value::object();
    if (action.suspend) spec.set("suspend", Value{*action.suspend});
    if (action.parallelism) spec.set("parallelism", number(*action.parallelism));
    entry.set("patch", Value::object()).set("spec", std::move(spec));
  }
  void operator()(const PatchConditions& action) const {
    Value conditions = Value::array();
    for (const PodCondition& condition : action.conditions) {
      Value& item = conditions.push_back(Value::object());
      item.set("type", Value{condition.type});
      item.set("status", Value{condition.status});
      set_unless_empty(item, "reason", Value{condition.reason});
      set_unless_empty(item, "message", Value{condition.message});
    }
    call("PATCH", "pods/{pod}/status")["body"]["status"].set("conditions", std::move(conditions));
  }
  void operator()(const EvictPod& action) const {
    Value evict = with_grace(action.grace_period_seconds);
    set_unless_empty(evict, "message", Value{action.message});
    entry.set("evict", std::move(evict));
  }
  void operator()(const RestartKubelet& action) const {
    Value& restart = entry.set("restartKubelet", Value::object());
    restart.set("down", text_of(action.down_for));
    Value removed = Value::array();
    for (const auto& [index, container] : action.removed) {
      const Workload& workload = scenario.workloads[index];
      const std::string prefix = scenario.workloads.size() > 1 ? workload.name + "/" : std::string{};
      removed.push_back(Value{prefix + workload.pod.containers[container].name});
    }
    set_unless_empty(restart, "remove", std::move(removed));
  }
  void operator()(const AddEphemeralContainer& action) const {
    for (const Workload& workload : scenario.workloads) {
      const Value* added = workload.pod_object.at_path("spec.ephemeralContainers");
      if (&workload.pod != &pod || added == nullptr) continue;
      for (const Value& each : added->items()) {
        if (each.string_at("name") == pod.containers[action.container].name) entry.set("debug", each);
      }
    }
  }
  void operator()(const PutObject& action) const {
    const char* resource = action.kind == ObjectReference::Kind::ConfigMap ? "configmaps/"
                           : action.kind == ObjectReference::Kind::Secret  ? "secrets/"
                                                                           : "persistentvolumeclaims/";
    Value& api = call(action.remove ? "DELETE" : "PUT", resource + action.name);
    if (action.keys.empty()) return;
    Value& data = api["body"].set("data", Value::object());
    for (const std::string& key : action.keys) data.set(key, Value{""});
  }
};

bool is_of_a_pod(const ActionKind& what) {
  return !std::holds_alternative<RestartKubelet>(what) && !std::holds_alternative<PutObject>(what);
}

void add_actions(const Scenario& scenario, Value& document) {
  Value actions = Value::array();
  for (const auto& [pod, at] : scenario.created_at) {
    if (at == SimDuration{}) continue;
    Value& entry = actions.push_back(Value::object());
    entry.set("at", text_of(at));
    entry.set("create", Value{pod});
  }
  for (const Action& action : scenario.actions) {
    const Workload& workload = scenario.workloads[action.pod];
    Value& entry = actions.push_back(Value::object());
    entry.set("at", text_of(action.at));
    if (scenario.workloads.size() > 1 && is_of_a_pod(action.what)) entry.set("pod", Value{workload.name});
    std::visit(AddAction{scenario, workload.pod, entry}, action.what);
  }
  set_unless_empty(document, "actions", std::move(actions));
}

void add_cluster(const Cluster& cluster, Value& document) {
  if (!(cluster.version == kNewestVersion)) document.set("kubernetesVersion", Value{to_string(cluster.version)});
  for (const FeatureGateSetting& gate : cluster.settings) document["featureGates"].set(gate.name, Value{gate.value});
  if (cluster.single_process_oom_kill) document["kubelet"].set("singleProcessOOMKill", Value{true});
  if (!cluster.max_container_restart_period) return;
  document["kubelet"]["crashLoopBackOff"].set("maxContainerRestartPeriod", text_of(*cluster.max_container_restart_period));
}

}  // namespace

Value scenario_document(const Scenario& scenario) {
  Value document = Value::object();
  set_unless_empty(document, "name", Value{scenario.name});
  set_unless_empty(document, "group", Value{scenario.group});
  set_unless_empty(document, "what", Value{scenario.what});
  set_unless_empty(document, "question", Value{scenario.question});
  set_unless_empty(document, "lesson", Value{scenario.lesson});
  Value threads = Value::array();
  for (const std::string& address : scenario.threads) threads.push_back(Value{address});
  set_unless_empty(document, "threads", std::move(threads));
  add_cluster(scenario.cluster, document);
  add_workloads(scenario, document);
  add_objects(scenario, document);
  Value images = Value::object();
  for (const auto& [name, image] : scenario.images) images.set(name, document_of(image));
  set_unless_empty(document, "images", std::move(images));
  add_behavior(scenario, document);
  add_actions(scenario, document);
  if (scenario.until) document.set("until", text_of(*scenario.until));
  if (scenario.seed) document.set("seed", number(static_cast<std::int64_t>(*scenario.seed)));
  if (scenario.latency) document.set("latency", Value{*scenario.latency == Scenario::Latency::Ideal ? "ideal" : "kubelet"});
  return document;
}

}  // namespace podlapse
