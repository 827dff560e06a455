#include "podlapse/scenario/recording_plan.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "podlapse/model/behavior.hpp"

namespace podlapse {
namespace {

using std::chrono::milliseconds;

constexpr const char* kStateVolume = "podlapse-state";
constexpr const char* kStateFolder = "/podlapse";
constexpr const char* kCannotStart = "/podlapse-cannot-start";
constexpr const char* kAbsentImage = "podlapse.invalid/absent:1";  // RFC 6761: no such host exists
constexpr SimDuration kUntilUnlessSaid = std::chrono::seconds{60};
constexpr std::int64_t kForEver = 1'000'000;

/// Hundredths of a second: what /proc/uptime counts.
std::string hundredths(SimDuration time) { return std::to_string(time / milliseconds{10}); }

std::string sleep_text(SimDuration time) { return format_seconds(time, 2); }

Value shell_command(const std::string& script) {
  return Value{Value::Array{Value{"sh"}, Value{"-c"}, Value{script}}};
}

Value exec_handler(const std::string& script) {
  Value exec = Value::object();
  exec.set("command", shell_command(script));
  return exec;
}

/// What one run of the container does, as assignments of the shell.
std::string run_line(const std::string& pattern, const RunBehavior& run) {
  return pattern + ") run=" + (run.run ? hundredths(*run.run) : "-1") + " code=" + std::to_string(run.exit_code) +
         " after=" + (run.on_term.ignore ? "-1" : hundredths(run.on_term.after)) +
         " answer=" + std::to_string(run.on_term.exit_code) + ";;\n";
}

/// The process: it notes which run this is and when it began, then sleeps, and ends as the run says. A shell that is process 1 gets
/// no SIGKILL from inside its container, so SIGUSR2 stands for one.
std::string process_script(const std::string& container, const ContainerBehavior& behavior) {
  const std::string state = std::string{kStateFolder} + "/" + container;
  std::string script =
      "now() { read -r up rest </proc/uptime; up=${up%.*}${up#*.}; }\n"
      "nap() { [ $1 -le 0 ] && return; sleep $(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10)) & wait $!; }\n"
      "n=0; [ -f " + state + ".runs ] && read -r n <" + state + ".runs\n"
      "echo $((n + 1)) >" + state + ".runs\n"
      "now; began=$up; echo $n $began >" + state + ".age\n"
      "case $n in\n";
  for (std::size_t i = 0; i < behavior.runs.size(); ++i) {
    const bool last = i + 1 == behavior.runs.size();
    script += run_line(last ? "*" : std::to_string(i), behavior.runs[i]);
  }
  return script +
         "esac\n"
         "trap 'exit 137' USR2\n"
         "term() {\n"
         "  now; left=$((began + run - up))\n"
         "  if [ $run -ge 0 ] && [ $left -le $after ]; then nap $left; exit $code; fi\n"
         "  nap $after; exit $answer\n"
         "}\n"
         "if [ $after -ge 0 ]; then trap term TERM; else trap '' TERM; fi\n"
         "if [ $run -ge 0 ]; then now; nap $((began + run - up)); exit $code; fi\n"
         "while :; do sleep 3600 & wait $!; done\n";
}

std::string probe_script(const std::string& container, const ProbeBehavior& probe) {
  std::string script = "read -r n began <" + std::string{kStateFolder} + "/" + container +
                       ".age || exit 1; read -r up rest </proc/uptime; age=$((${up%.*}${up#*.} - began)); ";
  if (probe.takes > SimDuration{}) script += "sleep " + sleep_text(probe.takes) + "; ";
  script += "[ $age -ge " + hundredths(probe.ok_after) + " ]";
  if (probe.fail_after) script += " && [ $age -lt " + hundredths(*probe.fail_after) + " ]";
  for (const TimeWindow& window : probe.fail_between) {
    script += " && { [ $age -lt " + hundredths(window.from) + " ] || [ $age -ge " + hundredths(window.to) + " ]; }";
  }
  if (probe.fail_from_attempt) script += " && [ $n -lt " + std::to_string(*probe.fail_from_attempt) + " ]";
  return script;
}

std::string hook_script(const HookBehavior& hook) {
  return "sleep " + (hook.takes ? sleep_text(*hook.takes) : std::to_string(kForEver)) + "; exit " + std::to_string(hook.exit_code);
}

/// JSON in one line, for what is patched: objects, lists, strings without quotes in them, integers.
std::string one_line(const Value& value) {
  std::string text;
  if (value.is_string()) return "\"" + value.as_string() + "\"";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_array()) {
    for (const Value& item : value.items()) text += (text.empty() ? "" : ",") + one_line(item);
    return "[" + text + "]";
  }
  for (const Value::Member& member : value.members()) {
    text += (text.empty() ? "\"" : ",\"") + member.key + "\":" + one_line(member.value);
  }
  return "{" + text + "}";
}

class Planner {
 public:
  Planner(const Scenario& scenario, const WorldInput& input, const std::string& image) : scenario_(scenario), input_(input) {
    plan_.case_name = scenario.name;
    plan_.group = scenario.group;
    plan_.image = image;
    plan_.until = scenario.until.value_or(kUntilUnlessSaid);
  }

  RecordingPlan plan() && {
    if (input_.pods.size() != 1 || !input_.jobs.empty()) {
      refuse("several Pods or a Job: one Pod is recorded at a time");
      return std::move(plan_);
    }
    if (plan_.case_name.empty()) plan_.case_name = input_.pods.front().spec.name;
    for (const ExistingObject& object : scenario_.existing_objects) make_object(object);
    for (const Action& action : input_.actions) std::visit([&](const auto& what) { act(action.at, what); }, action.what);
    std::stable_sort(plan_.steps.begin(), plan_.steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    make_pod();
    return std::move(plan_);
  }

 private:
  void refuse(std::string why) { plan_.refusals.push_back(std::move(why)); }
  void step(SimDuration at, std::string text) { plan_.steps.push_back({at, std::move(text)}); }

  [[nodiscard]] const std::string& name_of(ContainerIndex container) const {
    return input_.pods.front().spec.containers[container].name;
  }

  /// "configmap settings color size"; empty, and refused, where a recorder should not make such a thing.
  std::string object_words(ObjectReference::Kind kind, const std::string& name, const std::vector<std::string>& keys) {
    const bool config_map = kind == ObjectReference::Kind::ConfigMap;
    if (!config_map && kind != ObjectReference::Kind::Secret) {
      refuse(std::string{to_string(kind)} + " " + name + ": only ConfigMaps and Secrets are made");
      return {};
    }
    std::string words = (config_map ? "configmap " : "secret ") + name;
    for (const std::string& key : keys) words += " " + key;
    return words;
  }

  void make_object(const ExistingObject& object) {
    plan_.objects.push_back(object_words(object.kind, object.name, object.keys));
  }

  void act(SimDuration at, const DeletePod& what) {
    step(at, what.grace_period_seconds ? "delete " + std::to_string(*what.grace_period_seconds) : "delete");
  }
  void act(SimDuration at, const KillContainer& what) {
    if (what.signal != 9 && what.signal != 15) {
      const std::string signal = " with signal " + std::to_string(what.signal);
      return refuse("kill " + name_of(what.container) + signal + ": SIGKILL and SIGTERM can be sent");
    }
    step(at, "kill " + name_of(what.container) + " " + std::to_string(what.signal));
  }
  void act(SimDuration, const OomKillContainer& what) { refuse("oom " + name_of(what.container) + ": the kernel decides on that"); }
  void act(SimDuration, const KillSandbox&) { refuse("kill of the sandbox: its process cannot be reached through the API"); }
  void act(SimDuration at, const PatchPod& what) {
    if (!what.images.empty()) return refuse("patch of an image: all containers run one image");
    if (!what.labels.empty() || !what.annotations.empty()) return refuse("patch of metadata: a recorded Pod has labels of its own");
    if (!what.active_deadline) return;
    const auto deadline = std::chrono::duration_cast<std::chrono::seconds>(*what.active_deadline).count();
    step(at, "patch {\"spec\":{\"activeDeadlineSeconds\":" + std::to_string(deadline) + "}}");
  }
  void act(SimDuration, const PatchJob&) { refuse("a patch of a Job: a bare Pod is recorded"); }
  void act(SimDuration at, const PatchConditions& what) {
    Value list = Value::array();
    for (const PodCondition& condition : what.conditions) {
      Value& entry = list.push_back(Value::object());
      entry.set("type", Value{condition.type});
      entry.set("status", Value{condition.status});
    }
    step(at, "status {\"status\":{\"conditions\":" + one_line(list) + "}}");
  }
  void act(SimDuration, const EvictPod&) { refuse("evict: the kubelet decides on that by the state of its node"); }
  void act(SimDuration, const RestartKubelet&) { refuse("restartKubelet: a node's kubelet cannot be reached through the API"); }
  void act(SimDuration, const AddEphemeralContainer& what) {
    refuse("debug " + name_of(what.container) + ": what it runs is not the recorded containers' program");
  }
  void act(SimDuration at, const PutObject& what) {
    const std::string words = object_words(what.kind, what.name, what.keys);
    step(at, (what.remove ? "remove " : "make ") + words);
  }

  void check_runs(const std::string& name, const std::vector<RunBehavior>& runs) {
    const bool fails = std::any_of(runs.begin(), runs.end(), [](const RunBehavior& run) { return !run.start_error.empty(); });
    for (const RunBehavior& run : runs) {
      if (run.until || run.exit_on || !run.needs.empty()) return refuse(name + ": a process that watches another container");
      if (run.start_takes) return refuse(name + ": startTakes: the runtime starts it as fast as it can");
      if (run.allocate_bytes) return refuse(name + ": allocMiB: the kernel decides whom it kills");
      if (!run.message.empty() || !run.output.empty()) return refuse(name + ": message, output: recorded processes say nothing");
      if (fails && run.start_error.empty()) return refuse(name + ": a start that fails in some runs alone");
      if (fails && run.start_error_exit_code != 128) return refuse(name + ": a start error's exit code other than 128");
    }
  }

  void check_image(const ContainerSpec& container) {
    const auto known = input_.images.find(container.image);
    const ImageBehavior image = known == input_.images.end() ? ImageBehavior{} : known->second;
    if (!image.secret.empty()) return refuse(container.image + ": a private registry");
    if (image.pull_error_times || !image.inspect_error.empty()) return refuse(container.image + ": a registry that fails for a while");
    if (image.present || image.absent || !image.pull_error.empty()) return;
    refuse(container.image + ": how long a pull takes cannot be told; give the image as {present: true}");
  }

  [[nodiscard]] bool is_missing_image(const std::string& name) const {
    const auto known = input_.images.find(name);
    return known != input_.images.end() && (known->second.absent || !known->second.pull_error.empty());
  }

  void make_pod() {
    const PodInput& pod = input_.pods.front();
    plan_.pod = scenario_.workloads.front().pod_object;
    Value metadata = Value::object(), label = Value::object();
    label.set("podlapse.dev/recording", Value{"true"});
    metadata.set("name", Value{kPlanPodName});
    metadata.set("labels", std::move(label));
    plan_.pod.set("metadata", std::move(metadata));
    Value& spec = plan_.pod["spec"];
    for (const char* key : {"serviceAccountName", "serviceAccount", "imagePullSecrets", "nodeSelector", "affinity", "tolerations",
                            "topologySpreadConstraints", "priorityClassName", "priority", "preemptionPolicy", "schedulerName",
                            "schedulingGates", "runtimeClassName", "hostNetwork", "hostPID", "hostIPC", "securityContext",
                            "resources", "resourceClaims"}) {
      (void)spec.erase(key);
    }
    spec.set("automountServiceAccountToken", Value{false});
    spec.set("nodeName", Value{kPlanNode});
    std::size_t index = 0;
    for (const char* list : {"initContainers", "containers"}) {
      Value* containers = spec.find(list);
      if (containers == nullptr) continue;
      for (Value& container : containers->items()) {
        make_container(pod.spec.containers[index], pod.behavior[index], container);
        ++index;
      }
    }
    Value volume = Value::object();
    volume.set("name", Value{kStateVolume});
    volume.set("emptyDir", Value::object());
    spec["volumes"].push_back(std::move(volume));
  }

  void make_container(const ContainerSpec& container, const ContainerBehavior& behavior, Value& out) {
    check_runs(container.name, behavior.runs);
    for (const ProbeKind kind : kProbeKinds) {
      const ProbeBehavior& answers = behavior.probe(kind);
      if (answers.fail_on_term) refuse(container.name + ": failOnTerm: recorded probes answer by the time alone");
      if (!answers.warning.empty()) refuse(container.name + ": warning: recorded probes run a command");
    }
    check_image(container);
    for (const char* key : {"args", "ports", "resources", "resizePolicy", "securityContext", "workingDir", "volumeDevices"}) {
      (void)out.erase(key);
    }
    out.set("image", Value{is_missing_image(container.image) ? std::string{kAbsentImage} : plan_.image});
    const bool starts = behavior.runs.front().start_error.empty();
    out.set("command", starts ? shell_command(process_script(container.name, behavior)) : Value{Value::Array{Value{kCannotStart}}});
    Value mount = Value::object();
    mount.set("name", Value{kStateVolume});
    mount.set("mountPath", Value{kStateFolder});
    out["volumeMounts"].push_back(std::move(mount));
    constexpr const char* kProbes[] = {"startupProbe", "readinessProbe", "livenessProbe"};
    for (std::size_t i = 0; i < 3; ++i) {
      if (Value* probe = out.find(kProbes[i])) make_probe(container.name, behavior.probe(kProbeKinds[i]), *probe);
    }
    Value* lifecycle = out.find("lifecycle");
    if (lifecycle == nullptr) return;
    make_hook(container.name, behavior.post_start, lifecycle->find("postStart"));
    make_hook(container.name, behavior.pre_stop, lifecycle->find("preStop"));
  }

  void make_probe(const std::string& name, const ProbeBehavior& behavior, Value& probe) {
    if (behavior.ok_while) refuse(name + ": a probe that watches another container");
    for (const char* handler : {"httpGet", "tcpSocket", "grpc"}) (void)probe.erase(handler);
    probe.set("exec", exec_handler(probe_script(name, behavior)));
  }

  void make_hook(const std::string& name, const HookBehavior& behavior, Value* hook) {
    if (hook == nullptr || hook->find("sleep") != nullptr) return;
    if (behavior.until) refuse(name + ": a hook that watches another container");
    *hook = Value::object();
    hook->set("exec", exec_handler(hook_script(behavior)));
  }

  const Scenario& scenario_;
  const WorldInput& input_;
  RecordingPlan plan_;
};

}  // namespace

RecordingPlan plan_recording(const Scenario& scenario, const WorldInput& input, const std::string& image) {
  return Planner{scenario, input, image}.plan();
}

std::string plan_head(const RecordingPlan& plan) {
  std::string text = "podlapse-plan/1\ncase " + plan.case_name + "\n";
  if (!plan.group.empty()) text += "group " + plan.group + "\n";
  text += "image " + plan.image + "\nuntil " + format_seconds(plan.until, 3) + "\n";
  for (const std::string& object : plan.objects) text += "object " + object + "\n";
  for (const RecordingPlan::Step& step : plan.steps) text += "at " + format_seconds(step.at, 3) + " " + step.text + "\n";
  return text + "pod\n";
}

}  // namespace podlapse
