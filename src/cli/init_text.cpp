#include "cli/init_text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "cli/simulation.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "podlapse/scenario/scenario_document.hpp"
#include "podlapse/scenario/values.hpp"
#include "yaml/write.hpp"

namespace podlapse::cli {
namespace {

/// True for a text that YAML reads as itself without quotes, also within braces.
bool is_plain(const std::string& text) {
  static const std::set<std::string> kOther = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"};
  constexpr const char* kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
  SimDuration unused{};
  if (text.empty() || text.find_first_not_of(kWord) != std::string::npos) return false;
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool path = lower.front() == '/' || lower.rfind("../", 0) == 0 || lower.rfind("./", 0) == 0;
  const bool letter = path || (lower.front() >= 'a' && lower.front() <= 'z');
  const bool duration = lower.back() >= 'a' && parse_duration(text, unused);
  return (letter && kOther.count(lower) == 0) || duration;
}

std::string flow_text(const std::string& text) {
  if (is_plain(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// A value in one line: `{run: 2s, exit: 1}`.
std::string flow(const Value& value) {
  std::string text;
  switch (value.kind()) {
    case Value::Kind::Null:
      return "null";
    case Value::Kind::Bool:
      return value.as_bool() ? "true" : "false";
    case Value::Kind::Int:
      return std::to_string(value.as_int());
    case Value::Kind::Number:
      return value.number_text();
    case Value::Kind::String:
      return flow_text(value.as_string());
    case Value::Kind::Array:
      for (const Value& item : value.items()) text += (text.empty() ? "" : ", ") + flow(item);
      return "[" + text + "]";
    case Value::Kind::Object:
      for (const Value::Member& member : value.members()) {
        text += (text.empty() ? "" : ", ") + flow_text(member.key) + ": " + flow(member.value);
      }
      return "{" + text + "}";
  }
  return text;
}

/// `text` with `blanks` before each line that is not empty.
std::string indented(const std::string& text, const std::string& blanks) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) out += blanks + text.substr(begin, end - begin);
    out += '\n';
    begin = end + 1;
  }
  return out;
}

/// Why a process is taken to do what the scenario says it does.
const char* reason_of(RuleId because) {
  if (because == RuleId::AssumeCommand) return "its command says so";
  if (because == RuleId::AssumeInit) return "assumed of an init container";
  if (because == RuleId::AssumeSidecar) return "assumed of a sidecar";
  if (because == RuleId::AssumeJobMain) return "assumed of the work of a Job";
  if (because == RuleId::AssumeMain) return "assumed: it runs on, and shuts down quickly";
  return "an annotation of the manifest says so";
}

/// What is known of one container, and where from.
struct Told {
  std::string key;
  BehaviorGiven given;
  std::string run_reason, probe_reason, hook_reason;
};

bool is_told_by_spec(const Handler& handler) {
  return handler.kind != HandlerKind::Exec && handler.kind != HandlerKind::HttpGet;
}

/// Where the answers of a container's probes, or those of its hooks, come from.
struct Sources {
  bool assumed = false, command = false, annotation = false;

  void add(bool is_assumed, bool is_default) {
    assumed = assumed || (is_default && is_assumed);
    command = command || (is_default && !is_assumed);
    annotation = annotation || !is_default;
  }
  [[nodiscard]] std::string text(const char* assumption) const {
    std::string all = assumed ? assumption : "";
    if (command) all += std::string{all.empty() ? "" : "; "} + "a command says so";
    if (annotation) all += std::string{all.empty() ? "" : "; "} + "an annotation of the manifest says so";
    return all;
  }
};

/// The answers of the probes and hooks that the container has.
void add_answers(const ContainerSpec& spec, const ContainerBehavior& behavior, Told& told) {
  const ContainerBehavior by_default = assume_behavior(spec, WorkloadKind::Pod).behavior;
  Sources of_probes, of_hooks;
  for (const ProbeKind kind : kProbeKinds) {
    const std::optional<ProbeSpec>& probe = spec.probe(kind);
    if (!probe) continue;
    const ProbeBehavior& answers = behavior.probe(kind);
    (kind == ProbeKind::Startup     ? told.given.startup
     : kind == ProbeKind::Readiness ? told.given.readiness
                                    : told.given.liveness) = answers;
    of_probes.add(probe_is_assumed(*probe), answers == by_default.probe(kind));
  }
  const auto add_hook = [&](const std::optional<Handler>& hook, const HookBehavior& now, const HookBehavior& before,
                            std::optional<HookBehavior>& out) {
    if (!hook || is_told_by_spec(*hook)) return;
    out = now;
    of_hooks.add(hook_is_assumed(*hook), now == before);
  };
  add_hook(spec.post_start, behavior.post_start, by_default.post_start, told.given.post_start);
  add_hook(spec.pre_stop, behavior.pre_stop, by_default.pre_stop, told.given.pre_stop);
  told.probe_reason = of_probes.text("assumed: passes from 1 s on");
  told.hook_reason = of_hooks.text("assumed: ends at once");
}

std::vector<Told> told_of(const Scenario& given, const Simulation& simulation) {
  std::vector<Told> all;
  for (PodIndex pod = 0; pod < given.workloads.size(); ++pod) {
    const Workload& workload = given.workloads[pod];
    for (ContainerIndex index = 0; index < workload.pod.containers.size(); ++index) {
      const ContainerSpec& spec = workload.pod.containers[index];
      const ContainerBehavior& behavior = simulation.input->pods[pod].behavior[index];
      Told told;
      told.key = name_prefix(given, workload) + spec.name;
      told.given.runs = behavior.runs;
      RuleId because = RuleId::None;
      for (const Assumption& assumption : simulation.notes.assumptions) {
        const bool of_run = assumption.because != RuleId::AssumeProbe && assumption.because != RuleId::AssumeHook;
        const bool of_this = assumption.container == spec.name &&
                             (assumption.pod == workload.name || assumption.pod == workload.pod.name);
        if (of_run && of_this) because = assumption.because;
      }
      told.run_reason = reason_of(because);
      add_answers(spec, behavior, told);
      all.push_back(std::move(told));
    }
  }
  return all;
}

/// One section of a scenario_document() whose members are told one a line, with a comment.
std::string section(const Value& document, const char* key, const std::string& comment,
                    const std::map<std::string, std::string>& reasons) {
  const Value* members = document.find(key);
  if (members == nullptr) return {};
  std::string text = "\n# " + comment + "\n" + key + ":\n";
  for (const Value::Member& member : members->members()) {
    text += "  " + flow_text(member.key) + ": " + flow(member.value);
    const auto reason = reasons.find(member.key);
    text += (reason == reasons.end() ? "" : "  # " + reason->second) + "\n";
  }
  return text;
}

/// Behaviour, probes and hooks, in the order of the containers.
std::string processes(const std::vector<Told>& all) {
  Value document = Value::object();
  std::map<std::string, std::string> runs, probes, hooks;
  for (const Told& told : all) {
    Scenario one;
    one.behavior[told.key] = told.given;
    const Value part = scenario_document(one);
    for (const Value::Member& member : part.members()) {
      if (const Value* of_this = member.value.find(told.key)) document[member.key].set(told.key, *of_this);
    }
    runs[told.key] = told.run_reason;
    probes[told.key] = told.probe_reason;
    hooks[told.key] = told.hook_reason;
  }
  return section(document, "behavior", "What each process does from its start to its end, and how it answers SIGTERM.",
                 runs) +
         section(document, "probes", "What probes answer, by the age of the run that they ask.", probes) +
         section(document, "hooks", "How long hooks take.", hooks);
}

std::string images(const Scenario& given, const Simulation& simulation) {
  Scenario one;
  std::map<std::string, std::string> reasons;
  for (const Workload& workload : given.workloads) {
    for (const ContainerSpec& container : workload.pod.containers) {
      const auto known = simulation.input->images.find(container.image);
      const bool is_known = known != simulation.input->images.end();
      one.images[container.image] = is_known ? known->second : ImageBehavior{};
      reasons[container.image] = is_known ? "an annotation of the manifest says so" : "assumed";
    }
  }
  Value document = scenario_document(one);
  for (const auto& [name, image] : one.images) {
    if (image == ImageBehavior{}) document["images"][name].set("pull", Value{format_go_duration(image.pull)});
  }
  return section(document, "images", "How long the first pull takes, or `present: true`, `absent: true`.", reasons);
}

/// What Pods refer to and the manifest does not have.
std::string objects(const Scenario& given) {
  std::string text;
  const std::vector<ObjectReference> missing = missing_references(given);
  constexpr std::pair<ObjectReference::Kind, const char*> kKinds[] = {
      {ObjectReference::Kind::ConfigMap, "configMaps"},
      {ObjectReference::Kind::Secret, "secrets"},
      {ObjectReference::Kind::PersistentVolumeClaim, "persistentVolumeClaims"}};
  for (const auto& [kind, key] : kKinds) {
    Value names = Value::array();
    for (const ObjectReference& reference : missing) {
      if (reference.kind == kind) names.push_back(Value{reference.name});
    }
    if (!names.items().empty()) text += std::string{key} + ": " + flow(names) + "\n";
  }
  return text.empty() ? text : "\n# Assumed to exist. Without one of them the Pod waits.\n" + text;
}

/// The objects themselves.
std::string inline_objects(const std::vector<Value>& all) {
  const auto blocks = [](const Value& value, const std::string& blanks) {
    return indented(yaml::write_yaml(value), blanks);
  };
  if (all.size() == 1) {
    const std::string& kind = all.front().string_at("kind");
    const char* key = kind == "Pod" ? "pod" : kind == "Job" ? "job" : "workload";
    return std::string{key} + ":\n" + blocks(all.front(), "  ");
  }
  return "pods:\n" + blocks(Value{all}, "");
}

}  // namespace

std::string describe_assumptions(const InitSource& source, const Scenario& given) {
  const Simulation simulation = prepare(given, {});
  const std::string of = source.path.empty() ? "the objects below" : source.path;
  std::string text;
  if (!source.schema.empty()) text += "# yaml-language-server: $schema=" + source.schema + "\n";
  text += "# What podlapse assumes of " + of + ", written out: change it to what your processes do.\n";
  text +=
      "# `podlapse run` on this file draws the timeline, `podlapse test` holds the expectations. The format: "
      "scenarios/README.md of podlapse.\n";
  const Workload& first = given.workloads.front();
  text += "name: " + flow_text(given.workloads.size() == 1 ? first.name : first.name + "-and-more") + "\n";
  Scenario cluster;
  cluster.cluster = given.cluster;
  const Value release = scenario_document(cluster);
  for (const Value::Member& member : release.members()) text += member.key + ": " + flow(member.value) + "\n";
  text += source.path.empty() ? inline_objects(source.objects) : "manifest: " + flow_text(source.path) + "\n";
  return text + objects(given) + images(given, simulation) + processes(told_of(given, simulation));
}

std::string describe_deletion(const Scenario& given, const Workload& workload, SimDuration at, bool first) {
  std::string text = first ? "\n# What happens from outside.\nactions:\n" : "";
  text += "- {at: " + short_duration(at);
  if (given.workloads.size() > 1) text += ", pod: " + flow_text(workload.name);
  return text + ", delete: {}}\n";
}

std::string describe_expectations(const std::vector<FirstExpectation>& expectations) {
  std::string text = "\n# What must hold. These do now, under the assumptions above.\nexpect:\n";
  for (const FirstExpectation& one : expectations)
    text += "- " + one.sentence + (one.why.empty() ? "" : "  # " + one.why) + "\n";
  return text;
}

}  // namespace podlapse::cli
