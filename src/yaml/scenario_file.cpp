#include "yaml/scenario_file.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "podlapse/base/quote.hpp"
#include "podlapse/expect/read.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "podlapse/scenario/values.hpp"
#include "yaml/manifest.hpp"
#include "yaml/scenario_actions.hpp"
#include "yaml/scenario_behavior.hpp"
#include "yaml/scenario_fields.hpp"

namespace podlapse::yaml {

namespace {

constexpr const char* kSources[] = {"pod", "job", "workload", "manifest", "pods", "manifests"};

/// Reads the parts that make the workloads. The rest of the file speaks of them, so it comes later.
class SourceReader {
 public:
  SourceReader(const ScenarioSurroundings& around, Scenario& scenario, Diagnostics& out)
      : around_(around), scenario_(scenario), out_(out) {}

  /// False when the scenario names none.
  bool read(Fields& fields) {
    bool any = false;
    for (const char* key : kSources) {
      any = any || fields.find_present(key) != nullptr;
      if (const Value* value = fields.find(key)) read_source(key, *value);
    }
    return any;
  }

 private:
  void read_source(std::string_view key, const Value& value) {
    if (key == "pod") return read_inline(value, "Pod", "v1");
    if (key == "job") return read_inline(value, "Job", "batch/v1");
    if (key == "workload") return read_workload(value);
    if (key == "manifest") return read_file(value);
    if (!value.is_array()) {
      report(out_, RuleId::ScenarioBadValue, value.span(), std::string{key} + " is a list, not " + what_it_is(value),
             key == "pods" ? "for one Pod write pod:" : "for one file write manifest:");
      return;
    }
    if (value.items().empty()) report(out_, RuleId::ScenarioMissing, value.span(), std::string{key} + " names none");
    for (const Value& item : value.items()) {
      if (key == "manifests") {
        read_file(item);
      } else {
        read_inline(item, "Pod", "v1");
      }
    }
  }

  /// Any kind that has Pods; its apiVersion may be left out.
  void read_workload(const Value& value) {
    const std::string kind = value.is_object() ? value.string_at("kind") : std::string{};
    const WorkloadKindInfo* info = find_workload_kind(kind);
    if (info != nullptr) return read_inline(value, to_string(info->kind), info->api_version);
    report(out_, RuleId::ScenarioBadValue, value.span(), "expected an object with a Pod template, and its kind",
           "write workload: {kind: Deployment, metadata: ..., spec: ...}");
  }

  /// `pod:` and `job:` say what they hold, so kind and apiVersion may be left out.
  void read_inline(const Value& value, const char* kind, const char* version) {
    if (!value.is_object()) {
      report(out_, RuleId::ScenarioBadValue, value.span(),
             "expected an object of kind " + std::string{kind} + ", found " + what_it_is(value));
      return;
    }
    const std::string& given = value.string_at("kind");
    if (!given.empty() && given != kind) {
      report(out_, RuleId::ScenarioBadValue, value.find("kind")->span(),
             "expected kind " + std::string{kind} + ", found " + in_backticks(given),
             "put other kinds into a file and name it with manifest:");
      return;
    }
    Value object = value;
    const auto is_left_out = [&value](const char* key) { return value.find(key) == nullptr || value.find(key)->is_null(); };
    if (is_left_out("kind")) object.set("kind", Value{kind});
    if (is_left_out("apiVersion")) object.set("apiVersion", Value{version});
    Manifests read;
    read_manifest(object, FieldValidation::Strict, read, out_, scenario_.cluster.gates);
    add(std::move(read));
  }

  void read_file(const Value& value) {
    const std::string path = read_text(value, out_);
    std::vector<Value> documents;
    if (path.empty()) return;
    const std::size_t before = out_.size();
    if (!around_.read_documents(path, documents, out_)) {
      const std::string nearest = around_.files_beside ? nearest_name(path, around_.files_beside(path)) : std::string{};
      report(out_, RuleId::ScenarioBadValue, value.span(), "no file " + in_backticks(path),
             nearest.empty() ? "the path is relative to the scenario file" : "did you mean " + in_backticks(nearest) + "?");
      return;
    }
    Manifests read;
    for (const Value& document : documents) read_manifest(document, FieldValidation::Strict, read, out_, scenario_.cluster.gates);
    if (read.workloads.empty() && out_.size() == before) {
      report(out_, RuleId::ScenarioMissing, value.span(), in_backticks(path) + " has no workload",
             "a workload is a Pod, a Job, a Deployment or another object with a Pod template");
    }
    add(std::move(read));
  }

  void add(Manifests read) {
    for (Workload& workload : read.workloads) {
      const bool twice = find_pod(scenario_, workload.pod.name).has_value();
      if (twice)
        report(out_, RuleId::ScenarioBadValue, workload.span,
               "there are two Pods called " + in_backticks(workload.pod.name), "give one of them another metadata.name");
      scenario_.workloads.push_back(std::move(workload));
    }
    std::move(read.existing_objects.begin(), read.existing_objects.end(), std::back_inserter(scenario_.existing_objects));
  }

  const ScenarioSurroundings& around_;
  Scenario& scenario_;
  Diagnostics& out_;
};

/// Every key of the object that some container asks for: an object that is only named has them all.
std::vector<std::string> keys_asked_for(const Scenario& scenario, ObjectReference::Kind kind, const std::string& name) {
  std::vector<std::string> keys;
  const auto collect = [&](const std::vector<ObjectReference>& references) {
    for (const ObjectReference& reference : references) {
      if (reference.kind == kind && reference.name == name && !reference.key.empty()) keys.push_back(reference.key);
    }
  };
  for (const Workload& workload : scenario.workloads) {
    for (const ContainerSpec& container : workload.pod.containers) collect(container.references);
    for (const Volume& volume : workload.pod.volumes) collect(volume.references);
  }
  return keys;
}

/// `[name, ...]`, or `{name: [key, ...]}`, or `{name: {key: value}}`.
void read_existing_objects(const Value& value, ObjectReference::Kind kind, Scenario& scenario, Diagnostics& out) {
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      const std::string name = read_text(item, out);
      scenario.existing_objects.push_back({kind, name, keys_asked_for(scenario, kind, name)});
    }
    return;
  }
  for (const Value::Member& member : named_members(value, "a list of objects", out)) {
    ExistingObject object{kind, member.key, {}};
    if (member.value.is_array()) {
      for (const Value& key : member.value.items()) object.keys.push_back(read_text(key, out));
    } else if (member.value.is_null()) {
      object.keys = keys_asked_for(scenario, kind, member.key);
    } else {
      for (const Value::Member& entry : named_members(member.value, "the data of an object", out))
        object.keys.push_back(entry.key);
    }
    scenario.existing_objects.push_back(std::move(object));
  }
}

void read_images(const Value& value, Scenario& scenario, Diagnostics& out) {
  for (const Value::Member& member : named_members(value, "images", out))
    scenario.images[member.key] = read_image(member.value, out);
}

void read_replicas(Fields& fields, Scenario& scenario, Diagnostics& out) {
  const Value* value = fields.find_present("replicas");
  const std::optional<std::int32_t> count = fields.small_integer("replicas");
  if (!count || scenario.workloads.empty()) return;
  if (const auto problem = set_replicas(scenario, *count)) report(out, problem->code, value->span(), problem->text, problem->help);
}

void read_gates(const Value& value, ClusterGiven& cluster, Diagnostics& out) {
  for (const Value::Member& member : named_members(value, "featureGates", out)) {
    cluster.gates.push_back({{member.key, read_flag(member.value, out)}, member.key_span});
  }
}

/// The kubelet's configuration, in its own words (KubeletConfiguration of kubelet.config.k8s.io/v1beta1).
void read_kubelet(const Value& value, ClusterGiven& cluster, Diagnostics& out) {
  Fields fields(value, FormatMapping::Kubelet, out);
  const Value* back_off = fields.find("crashLoopBackOff");
  cluster.single_process_oom_kill = fields.flag("singleProcessOOMKill").value_or(false);
  fields.finish();
  if (back_off == nullptr) return;
  Fields inner(*back_off, FormatMapping::CrashLoopBackOff, out);
  if (const Value* period = inner.find("maxContainerRestartPeriod")) {
    cluster.max_container_restart_period = ClusterGiven::Period{read_span(*period, out), period->span()};
  }
  inner.finish();
}

/// Without quotes 1.30 is a number, which is 1.3 to YAML; no such release is modelled, so that it can only be 1.30.
std::string version_text(const Value& value, Diagnostics& out) {
  std::string text = read_text(value, out);
  const bool lost_a_zero = value.kind() == Value::Kind::Number && text.size() == 3;
  return lost_a_zero ? text + "0" : text;
}

Cluster read_cluster(Fields& fields, const ClusterGiven& command_line, Diagnostics& out) {
  ClusterGiven cluster;
  if (const Value* version = fields.find("kubernetesVersion")) {
    const std::string text = version_text(*version, out);
    if (scalar_text(*version)) read_cluster_version(text, version->span(), cluster, out);
  }
  if (const Value* gates = fields.find("featureGates")) read_gates(*gates, cluster, out);
  if (const Value* kubelet = fields.find("kubelet")) read_kubelet(*kubelet, cluster, out);
  return make_cluster(cluster, command_line, out);
}

/// A list of addresses; one needs no list.
void read_threads(const Value& value, Scenario& scenario, Diagnostics& out) {
  const auto add = [&](const Value& item) {
    std::string address = read_text(item, out);
    const bool is_address = address.rfind("https://", 0) == 0 || address.rfind("http://", 0) == 0;
    if (scalar_text(item) && !is_address) {
      report(out, RuleId::ScenarioBadValue, item.span(), in_backticks(address) + " is no address", "write https://...");
    }
    if (is_address) scenario.threads.push_back(std::move(address));
  };
  if (!value.is_array()) return add(value);
  for (const Value& item : value.items()) add(item);
}

void read_head(Fields& fields, Scenario& scenario, Diagnostics& out) {
  scenario.name = fields.text("name").value_or("");
  scenario.group = fields.text("group").value_or("");
  scenario.what = fields.text("what").value_or("");
  scenario.question = fields.text("question").value_or("");
  scenario.lesson = fields.text("lesson").value_or("");
  if (const Value* threads = fields.find("threads")) read_threads(*threads, scenario, out);
  scenario.until = fields.duration("until");
  if (const auto latency = fields.word("latency")) {
    scenario.latency = *latency == 0 ? Scenario::Latency::Kubelet : Scenario::Latency::Ideal;
  }
  if (const auto seed = fields.integer("seed")) scenario.seed = static_cast<std::uint64_t>(*seed);
}

/// The parts that speak of the workloads by name.
struct Parts {
  const Value *behavior, *probes, *hooks, *actions, *expect;
};

void read_parts(const Parts& parts, Scenario& scenario, Diagnostics& out) {
  if (parts.actions != nullptr) add_ephemeral_containers(*parts.actions, scenario, out);
  if (parts.behavior != nullptr) read_behavior(*parts.behavior, scenario, out);
  if (parts.probes != nullptr) read_probes(*parts.probes, scenario, out);
  if (parts.hooks != nullptr) read_hooks(*parts.hooks, scenario, out);
  if (parts.actions != nullptr) read_actions(*parts.actions, scenario, out);
  if (parts.expect != nullptr) {
    scenario.expect = *parts.expect;
    (void)read_expectations(scenario.expect, scenario, out);  // for the problems: whoever judges reads it anew
  }
}

/// True for a problem that may only be there because a workload could not be read.
bool is_about_names(const Diagnostic& problem) {
  const RuleId code = find_rule(problem.code);
  return code == RuleId::ScenarioUnknownContainer || code == RuleId::ScenarioUnknownPod ||
         code == RuleId::ScenarioNoEffect || code == RuleId::ExpectUnknownName || code == RuleId::ExpectNeverApplies;
}

/// An anchor that is used twice has its problems once; and what stands where the text is broken is no news.
void drop_repeated(Diagnostics& all) {
  const auto is_repeated = [&all](const Diagnostic& problem) {
    const auto same_place = [&problem](const Diagnostic& other) {
      const SourceSpan &a = problem.span, &b = other.span;
      return a.known() && a.file == b.file && a.line == b.line && a.column == b.column;
    };
    for (const Diagnostic& other : all) {
      if (&other == &problem) return false;
      const bool broken_text = other.code.rfind("yaml/", 0) == 0 && problem.code.rfind("yaml/", 0) != 0;
      if (same_place(other) && (broken_text || (other.code == problem.code && other.text == problem.text))) return true;
    }
    return false;
  };
  Diagnostics kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), [&](const Diagnostic& problem) { return !is_repeated(problem); });
  all = std::move(kept);
}

}  // namespace

bool is_scenario(const Value& document) {
  if (document.find("kind") != nullptr) return false;
  return std::any_of(std::begin(kSources), std::end(kSources),
                     [&document](const char* key) { return document.find(key) != nullptr; });
}

Scenario read_scenario(const Value& document, const ScenarioSurroundings& around, SourceFiles& files,
                       std::vector<Diagnostic>& diagnostics) {
  Scenario scenario;
  scenario.from_file = true;
  Fields fields(document, FormatMapping::Scenario, diagnostics);
  read_head(fields, scenario, diagnostics);
  scenario.cluster = read_cluster(fields, around.cluster, diagnostics);
  Diagnostics of_sources;
  const bool any = SourceReader{around, scenario, of_sources}.read(fields);
  read_replicas(fields, scenario, diagnostics);
  const Value* images = fields.find("images");
  const Value* config_maps = fields.find("configMaps");
  const Value* secrets = fields.find("secrets");
  const Value* claims = fields.find("persistentVolumeClaims");
  const Parts parts{fields.find("behavior"), fields.find("probes"), fields.find("hooks"), fields.find("actions"),
                    fields.find("expect")};
  fields.finish();
  if (!any) {
    report(diagnostics, RuleId::ScenarioMissing, document.span(), "this scenario is about no Pod",
           "give it a pod:, a job: or a manifest:");
  }
  const bool names_known = !scenario.workloads.empty() && !has_errors(of_sources);
  diagnostics.insert(diagnostics.end(), of_sources.begin(), of_sources.end());
  if (images != nullptr) read_images(*images, scenario, diagnostics);
  if (config_maps != nullptr)
    read_existing_objects(*config_maps, ObjectReference::Kind::ConfigMap, scenario, diagnostics);
  if (secrets != nullptr) read_existing_objects(*secrets, ObjectReference::Kind::Secret, scenario, diagnostics);
  if (claims != nullptr)
    read_existing_objects(*claims, ObjectReference::Kind::PersistentVolumeClaim, scenario, diagnostics);
  if (scenario.name.empty() && !scenario.workloads.empty()) scenario.name = scenario.workloads.front().name;
  Diagnostics of_parts = apply_annotations(scenario, files);
  read_parts(parts, scenario, of_parts);
  std::copy_if(of_parts.begin(), of_parts.end(), std::back_inserter(diagnostics),
               [names_known](const Diagnostic& problem) { return names_known || !is_about_names(problem); });
  drop_repeated(diagnostics);
  return scenario;
}

}  // namespace podlapse::yaml
