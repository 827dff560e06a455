#include "random/world_scenario.hpp"

#include <utility>

#include "podlapse/scenario/scenario_document.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"
#include "yaml/write.hpp"

namespace podlapse::test {
namespace {

Value seconds(SimDuration span) { return Value{std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(span).count()}}; }
Value number(std::int64_t value) { return Value{value}; }

Value port_of(const Handler& handler) { return number(std::stoi(handler.port)); }

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push_back(Value{text});
  return array;
}

/// The one member that says what a handler does.
void add_handler(const Handler& handler, Value& holder) {
  switch (handler.kind) {
    case HandlerKind::Exec: holder["exec"].set("command", texts(handler.command)); return;
    case HandlerKind::HttpGet:
      holder["httpGet"].set("path", Value{handler.path});
      holder["httpGet"].set("port", port_of(handler));
      return;
    case HandlerKind::TcpSocket: holder["tcpSocket"].set("port", port_of(handler)); return;
    case HandlerKind::Grpc: holder["grpc"].set("port", port_of(handler)); return;
    case HandlerKind::Sleep: holder["sleep"].set("seconds", seconds(handler.sleep)); return;
  }
}

void add_probe(const char* key, const std::optional<ProbeSpec>& probe, Value& container) {
  if (!probe) return;
  Value& object = container.set(key, Value::object());
  add_handler(probe->handler, object);
  const ProbeSpec usual;
  const auto set_unless_usual = [&object](const char* name, SimDuration span, SimDuration otherwise) {
    if (span != otherwise) object.set(name, seconds(span));
  };
  set_unless_usual("initialDelaySeconds", probe->initial_delay, usual.initial_delay);
  set_unless_usual("timeoutSeconds", probe->timeout, usual.timeout);
  set_unless_usual("periodSeconds", probe->period, usual.period);
  if (probe->success_threshold != usual.success_threshold) object.set("successThreshold", number(probe->success_threshold));
  if (probe->failure_threshold != usual.failure_threshold) object.set("failureThreshold", number(probe->failure_threshold));
  if (probe->termination_grace_period) object.set("terminationGracePeriodSeconds", seconds(*probe->termination_grace_period));
}

void add_rules(const ContainerSpec& spec, Value& container) {
  using Rule = ContainerRestartRule;
  if (spec.restart_policy) container.set("restartPolicy", Value{to_string(*spec.restart_policy)});
  for (const Rule& rule : spec.restart_policy_rules) {
    Value& object = container["restartPolicyRules"].push_back(Value::object());
    object.set("action", Value{rule.action == Rule::Action::Restart ? "Restart" : "RestartAllContainers"});
    Value& codes = object.set("exitCodes", Value::object());
    codes.set("operator", Value{rule.op == Rule::Operator::In ? "In" : "NotIn"});
    Value& values = codes.set("values", Value::array());
    for (const std::int32_t code : rule.exit_codes) values.push_back(number(code));
  }
}

Value container_object(const ContainerSpec& spec) {
  Value container = Value::object();
  container.set("name", Value{spec.name});
  container.set("image", Value{spec.image});
  if (spec.image_pull_policy != PullPolicy::IfNotPresent) container.set("imagePullPolicy", Value{to_string(spec.image_pull_policy)});
  add_rules(spec, container);
  add_probe("startupProbe", spec.startup_probe, container);
  add_probe("readinessProbe", spec.readiness_probe, container);
  add_probe("livenessProbe", spec.liveness_probe, container);
  if (spec.post_start) add_handler(*spec.post_start, container["lifecycle"]["postStart"]);
  if (spec.pre_stop) add_handler(*spec.pre_stop, container["lifecycle"]["preStop"]);
  if (spec.memory_limit_bytes) container["resources"]["limits"].set("memory", number(*spec.memory_limit_bytes));
  for (const ObjectReference& reference : spec.references) {
    container["envFrom"].push_back(Value::object())["configMapRef"].set("name", Value{reference.name});
  }
  return container;
}

Value pod_object(const PodSpec& pod) {
  Value object = Value::object();
  object["metadata"].set("name", Value{pod.name});
  Value& spec = object.set("spec", Value::object());
  spec.set("restartPolicy", Value{to_string(pod.restart_policy)});
  spec.set("terminationGracePeriodSeconds", seconds(pod.termination_grace_period));
  if (pod.active_deadline) spec.set("activeDeadlineSeconds", seconds(*pod.active_deadline));
  if (!pod.mounts_volumes) spec.set("automountServiceAccountToken", Value{false});
  for (const std::string& gate : pod.readiness_gates) {
    spec["readinessGates"].push_back(Value::object()).set("conditionType", Value{gate});
  }
  for (const ContainerSpec& container : pod.containers) {
    spec[is_init_or_sidecar(container.kind) ? "initContainers" : "containers"].push_back(container_object(container));
  }
  return object;
}

BehaviorGiven given_of(const ContainerSpec& spec, const ContainerBehavior& behavior) {
  BehaviorGiven given;
  given.runs = behavior.runs;
  if (spec.startup_probe) given.startup = behavior.startup;
  if (spec.readiness_probe) given.readiness = behavior.readiness;
  if (spec.liveness_probe) given.liveness = behavior.liveness;
  if (spec.post_start) given.post_start = behavior.post_start;
  if (spec.pre_stop) given.pre_stop = behavior.pre_stop;
  return given;
}

}  // namespace

Scenario to_scenario(const RandomCase& random) {
  const WorldInput& input = random.input;
  Scenario scenario;
  scenario.from_file = true;
  for (const PodInput& pod : input.pods) {
    Workload& workload = scenario.workloads.emplace_back();
    workload.name = pod.spec.name;
    workload.pod = pod.spec;
    workload.pod_object = pod_object(pod.spec);
    if (pod.created_at != SimDuration{}) scenario.created_at[pod.spec.name] = pod.created_at;
  }
  for (const JobInput& job : input.jobs) {
    scenario.workloads[job.pod].name = job.spec.name;
    scenario.workloads[job.pod].kind = WorkloadKind::Job;
    scenario.workloads[job.pod].job = job.spec;
  }
  const bool several = input.pods.size() > 1;
  for (PodIndex pod = 0; pod < input.pods.size(); ++pod) {
    for (ContainerIndex index = 0; index < input.pods[pod].spec.containers.size(); ++index) {
      const ContainerSpec& spec = input.pods[pod].spec.containers[index];
      const std::string name = several ? scenario.workloads[pod].name + "/" + spec.name : spec.name;
      scenario.behavior[name] = given_of(spec, input.pods[pod].behavior[index]);
    }
  }
  scenario.images = input.images;
  scenario.existing_objects = input.existing_objects;
  scenario.actions = input.actions;
  scenario.until = random.until;
  scenario.seed = random.seed;
  if (random.ideal) scenario.latency = Scenario::Latency::Ideal;
  return scenario;
}

std::string scenario_text(const RandomCase& random) {
  return yaml::write_yaml(scenario_document(to_scenario(random)));
}

RandomCase read_back(const std::string& text, std::string& problems) {
  SourceFiles files = {{"random.yaml", text}};
  std::vector<Diagnostic> found;
  RandomCase read;
  for (const Value& document : yaml::read_documents(text, 0, {}, found)) {
    const Scenario scenario = yaml::read_scenario(document, {}, files, found);
    read.seed = scenario.seed;
    read.ideal = scenario.latency == Scenario::Latency::Ideal;
    read.until = scenario.until.value_or(SimDuration{});
    const KubeletConfig config = read.ideal ? KubeletConfig::ideal_profile() : KubeletConfig::kubelet_profile();
    std::vector<Assumption> assumptions;
    read.input = make_world_input(scenario, config, Chance{scenario.seed}, {}, assumptions);
    for (PodInput& pod : read.input.pods) pod.spec.labels.clear();  // those that a Job's controller gives
    for (const Assumption& assumption : assumptions) problems += assumption.container + " " + assumption.text + "\n";
  }
  for (const Diagnostic& problem : found) {
    if (problem.severity != Severity::Note) problems += render_diagnostic(problem, files, false);  // a hint is no problem
  }
  return read;
}

std::string difference(const RandomCase& a, const RandomCase& b) {
  std::string parts;
  const auto compare = [&parts](bool same, const char* part) {
    if (!same) parts += (parts.empty() ? "" : " ") + std::string{part};
  };
  compare(a.input.pods == b.input.pods, "pods");
  compare(a.input.jobs == b.input.jobs, "jobs");
  compare(a.input.images == b.input.images, "images");
  compare(a.input.existing_objects == b.input.existing_objects, "objects");
  compare(a.input.missing_objects_exist == b.input.missing_objects_exist, "missing");
  compare(a.input.actions == b.input.actions, "actions");
  compare(a.seed == b.seed, "seed");
  compare(a.ideal == b.ideal, "latency");
  compare(a.until == b.until, "until");
  return parts;
}

}  // namespace podlapse::test
