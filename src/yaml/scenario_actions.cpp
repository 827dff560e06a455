#include "yaml/scenario_actions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "podlapse/api/pod_template.hpp"
#include "podlapse/api/validation.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"
#include "yaml/object_report.hpp"
#include "yaml/scenario_patch.hpp"

namespace podlapse::yaml {

namespace {

void not_modelled(const SourceSpan& place, const std::string& what, Diagnostics& out) {
  report(out, RuleId::ScenarioNotModelled, place, what + " is not modelled and has no effect", {}, Severity::Warning);
}

/// One entry of `actions` while it is read.
struct Entry {
  const Value& value;
  Scenario& scenario;
  PatchedPods& patched;
  Diagnostics& out;
  SimDuration at{};
  std::string pod;
  const Value* pod_value = nullptr;  ///< where it is named

  /// Looks up the names of `request` and adds the action.
  void add(const Value& place, ActionRequest request) {
    request.at = at;
    if (request.pod.empty()) request.pod = pod;
    Action action;
    if (const auto problem = resolve_action(scenario, request, action)) {
      const bool of_pod = problem->code == RuleId::ScenarioUnknownPod && pod_value != nullptr;
      report(out, problem->code, of_pod ? pod_value->span() : place.span(), problem->text, problem->help);
    } else {
      scenario.actions.push_back(std::move(action));
    }
  }
};

constexpr std::int64_t kGraceMost = 1'000'000'000;

// ---- the plain actions ------------------------------------------------------------------------------------

/// The value of an action that may be left empty: `delete:` is `delete: {}`.
Value or_empty(const Value& value) { return value.is_null() ? Value::object().set_span(value.span()) : value; }

void read_delete(const Value& value, Entry& entry) {
  const Value given = or_empty(value);
  Fields fields(given, FormatMapping::Delete, entry.out);
  ActionRequest request;
  request.what = DeletePod{fields.integer("gracePeriodSeconds")};
  fields.finish();
  entry.add(entry.value, std::move(request));
}

/// `app`, or `{container: app}`. Returns the value to point at.
const Value& read_victim(const Value& value, Fields* fields, ActionRequest& request, Diagnostics& out) {
  const Value* name = fields == nullptr ? &value : fields->find("container");
  if (name == nullptr) return value;
  request.container = read_text(*name, out);
  return *name;
}

void read_kill(const Value& value, Entry& entry) {
  ActionRequest request;
  request.what = KillContainer{};
  if (value.is_string()) {
    request.container = value.as_string();
    return entry.add(value, std::move(request));
  }
  Fields fields(value, FormatMapping::Kill, entry.out);
  const Value& place = read_victim(value, &fields, request, entry.out);
  if (fields.flag("sandbox").value_or(false)) request.what = KillSandbox{};
  if (const auto signal = fields.small_integer("signal")) {
    if (auto* kill = std::get_if<KillContainer>(&request.what)) kill->signal = *signal;
  }
  fields.finish();
  if (std::holds_alternative<KillContainer>(request.what) && request.container.empty()) {
    report(entry.out, RuleId::ScenarioMissing, value.span(), "kill what?",
           "write kill: {container: app} or kill: {sandbox: true}");
    return;
  }
  entry.add(place, std::move(request));
}

void read_oom(const Value& value, Entry& entry) {
  ActionRequest request;
  request.what = OomKillContainer{};
  if (value.is_string()) {
    request.container = value.as_string();
    return entry.add(value, std::move(request));
  }
  Fields fields(value, FormatMapping::Oom, entry.out);
  const Value& place = read_victim(value, &fields, request, entry.out);
  fields.finish();
  if (request.container.empty()) {
    report(entry.out, RuleId::ScenarioMissing, value.span(), "which container runs out of memory?",
           "write oom: {container: app}");
    return;
  }
  entry.add(place, std::move(request));
}

void read_evict(const Value& value, Entry& entry) {
  const Value given = or_empty(value);
  Fields fields(given, FormatMapping::Evict, entry.out);
  EvictPod evict;
  evict.message = fields.text("message").value_or("");
  evict.grace_period_seconds = fields.integer("gracePeriodSeconds");
  fields.finish();
  ActionRequest request;
  request.what = std::move(evict);
  entry.add(entry.value, std::move(request));
}

void read_restart(const Value& value, Entry& entry) {
  const Value given = or_empty(value);
  Fields fields(given, FormatMapping::RestartKubelet, entry.out);
  RestartKubelet restart;
  restart.down_for = fields.duration("down").value_or(restart.down_for);
  ActionRequest request;
  const Value* remove = fields.find("remove");
  if (remove != nullptr && remove->is_array()) {
    for (const Value& name : remove->items()) request.removed.push_back(read_text(name, entry.out));
  } else if (remove != nullptr) {
    request.removed.push_back(read_text(*remove, entry.out));
  }
  fields.finish();
  request.what = restart;
  entry.add(remove != nullptr ? *remove : entry.value, std::move(request));
}

/// What add_ephemeral_containers() has added comes at this time.
void read_debug(const Value& value, Entry& entry) {
  ActionRequest request;
  request.container = value.is_object() ? value.string_at("name") : std::string{};
  request.what = AddEphemeralContainer{};
  Action action;
  ActionRequest look_up = request;
  look_up.pod = entry.pod;
  if (resolve_action(entry.scenario, look_up, action)) return;  // told before: it could not be added
  entry.add(value, std::move(request));
}

void read_create(const Value& value, Entry& entry) {
  const std::string name = read_text(value, entry.out);
  const std::optional<PodIndex> pod = find_pod(entry.scenario, name);
  if (pod) {
    entry.scenario.created_at[entry.scenario.workloads[*pod].pod.name] = entry.at;
    return;
  }
  const std::string nearest = nearest_name(name, pod_names(entry.scenario));
  report(entry.out, RuleId::ScenarioUnknownPod, value.span(), "no Pod is called " + in_backticks(name),
         nearest.empty() ? std::string{"create names a Pod of this scenario"}
                         : "did you mean " + in_backticks(nearest) + "?");
}

/// What a patch asks that has an effect, and what of it has none.
struct PatchContents {
  ActionRequest request;
  PatchPod patch;
  Diagnostics without_effect;
};

/// `containers` or `initContainers` of a patch: a new image by name.
void read_patched_containers(const Value::Member& list, PatchContents& contents, Diagnostics& out) {
  if (!list.value.is_array()) return;
  for (const Value& item : list.value.items()) {
    const Value* name = item.find("name");
    const Value* image = item.find("image");
    if (name == nullptr) {
      report(out, RuleId::ScenarioMissing, item.span(), "a patched container has a name",
             "write {name: app, image: nginx:2}");
      continue;
    }
    if (image != nullptr) contents.request.images.emplace_back(read_text(*name, out), read_text(*image, out));
    for (const Value::Member& member : item.members()) {
      if (member.key != "name" && member.key != "image")
        not_modelled(member.key_span, "a patch of spec." + list.key + "." + member.key, contents.without_effect);
    }
  }
}

/// `metadata` of a patch: labels and annotations; null takes one away.
void read_patched_metadata(const Value::Member& metadata, PatchContents& contents, Diagnostics& out) {
  for (const Value::Member& field : named_members(metadata.value, "metadata", out)) {
    if (field.key != "labels" && field.key != "annotations") {
      not_modelled(field.key_span, "a patch of metadata." + field.key, contents.without_effect);
      continue;
    }
    auto& entries = field.key == "labels" ? contents.patch.labels : contents.patch.annotations;
    for (const Value::Member& entry : named_members(field.value, field.key.c_str(), out)) {
      entries.emplace_back(entry.key, entry.value.is_null() ? std::nullopt : std::optional{read_text(entry.value, out)});
    }
  }
}

/// Images, activeDeadlineSeconds, labels and annotations are modelled.
PatchContents read_patch_contents(const Value& body, Diagnostics& out) {
  PatchContents contents;
  for (const Value::Member& member : named_members(body, "a patch", out)) {
    if (member.key == "metadata") {
      read_patched_metadata(member, contents, out);
      continue;
    }
    if (member.key != "spec") {
      not_modelled(member.key_span, "a patch of " + member.key, contents.without_effect);
      continue;
    }
    for (const Value::Member& field : named_members(member.value, "spec", out)) {
      if (field.key == "activeDeadlineSeconds") {
        contents.patch.active_deadline = std::chrono::seconds{read_integer(field.value, 1, kGraceMost, out)};
      } else if (field.key == "containers" || field.key == "initContainers") {
        read_patched_containers(field, contents, out);
      } else {
        not_modelled(field.key_span, "a patch of spec." + field.key, contents.without_effect);
      }
    }
  }
  return contents;
}

/// A patch that names a container wrongly adds one, to the server; says so where it was refused. `first`: of the reports about it.
void help_with_names(const Value& body, const PodSpec& pod, std::size_t first, Diagnostics& out) {
  std::vector<std::string> names;
  for (const ContainerSpec& container : pod.containers) names.push_back(container.name);
  for (const char* list : {"spec.containers", "spec.initContainers"}) {
    const Value* patched = body.at_path(list);
    if (patched == nullptr || !patched->is_array()) continue;
    for (const Value& item : patched->items()) {
      const std::string& name = item.string_at("name");
      if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) continue;
      const std::string nearest = nearest_name(name, names);
      for (std::size_t i = first; i < out.size(); ++i) {
        if (!out[i].help.empty() || find_rule(out[i].code) != RuleId::UpdateContainers) continue;
        out[i].help = "no container is called " + in_backticks(name);
        if (!nearest.empty()) out[i].help += ": did you mean " + in_backticks(nearest) + "?";
      }
    }
  }
}

/// A patch or, without a type, a replacement of a Pod: what the server refuses is told in its words.
void patch_pod(const Value& body, std::optional<PatchType> type, Entry& entry) {
  ActionRequest whose;
  whose.what = PatchPod{};
  whose.pod = entry.pod;
  Action action;
  if (const auto problem = resolve_action(entry.scenario, whose, action)) {
    report(entry.out, problem->code, body.span(), problem->text, problem->help);
    return;
  }
  if (body.is_object()) {
    const std::size_t before = entry.out.size();
    const bool taken = type ? entry.patched.apply(action.pod, body, *type, entry.out)
                            : entry.patched.replace(action.pod, body, entry.out);
    if (!taken) return help_with_names(body, entry.scenario.workloads[action.pod].pod, before, entry.out);
  }
  PatchContents contents = read_patch_contents(body, entry.out);
  std::move(contents.without_effect.begin(), contents.without_effect.end(), std::back_inserter(entry.out));
  const PatchPod& patch = contents.patch;
  if (!patch.active_deadline && contents.request.images.empty() && patch.labels.empty() && patch.annotations.empty()) return;
  contents.request.what = std::move(contents.patch);
  entry.add(body, std::move(contents.request));
}

/// A patch of a Job's spec: suspend and parallelism are modelled. False when `body` is a patch of something else.
bool read_job_patch(const Value& body, Entry& entry) {
  const Value* spec = body.find("spec");
  const bool of_job = spec != nullptr && spec->is_object() && (spec->find("suspend") != nullptr || spec->find("parallelism") != nullptr);
  if (!of_job) return false;
  PatchJob patch;
  Fields fields(*spec, FormatMapping::JobPatch, entry.out);
  patch.suspend = fields.flag("suspend");
  patch.parallelism = fields.small_integer("parallelism");
  fields.finish();
  ActionRequest request;
  request.what = patch;
  entry.add(body, std::move(request));
  return true;
}

void read_patch(const Value& body, Entry& entry) {
  if (body.is_object() && read_job_patch(body, entry)) return;
  patch_pod(body, PatchType::Strategic, entry);
}

// ---- raw API calls ----------------------------------------------------------------------------------------

/// `/api/v1/namespaces/default/pods/web/status` taken apart.
struct ApiPath {
  std::string resource, name, subresource;
};

bool parse_path(std::string path, ApiPath& out) {
  path.erase(std::min(path.find('?'), path.size()));
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() < 5 || parts.size() > 7 || parts[0] != "api" || parts[1] != "v1" || parts[2] != "namespaces")
    return false;
  out.resource = parts[4];
  if (parts.size() > 5) out.name = parts[5];
  if (parts.size() > 6) out.subresource = parts[6];
  return true;
}

struct ApiCall {
  const Value& value;
  std::string method, content;
  ApiPath path;
  const Value* body = nullptr;
  const Value* method_value = nullptr;
  const Value* path_value = nullptr;
};

void read_api_delete(const ApiCall& call, Entry& entry) {
  ActionRequest request;
  DeletePod what;
  const Value* options = call.body;
  if (call.path.subresource == "eviction" && options != nullptr) options = options->find("deleteOptions");
  const Value* grace = options == nullptr ? nullptr : options->find("gracePeriodSeconds");
  if (grace != nullptr) what.grace_period_seconds = read_integer(*grace, 0, kGraceMost, entry.out);
  request.what = what;
  entry.add(call.value, std::move(request));
}

void read_api_conditions(const ApiCall& call, Entry& entry) {
  PatchConditions patch;
  const Value* status = call.body == nullptr ? nullptr : call.body->find("status");
  const Value* conditions = status == nullptr ? nullptr : status->find("conditions");
  if (status != nullptr && status->is_object()) {
    for (const Value::Member& member : status->members()) {
      if (member.key != "conditions") not_modelled(member.key_span, "a patch of status." + member.key, entry.out);
    }
  }
  if (conditions == nullptr || !conditions->is_array()) {
    report(entry.out, RuleId::ScenarioMissing, call.value.span(), "this call changes no condition",
           "write body: {status: {conditions: [{type: example.com/lb, status: 'True'}]}}");
    return;
  }
  for (const Value& item : conditions->items()) {
    PodCondition condition;
    condition.type = item.string_at("type");
    condition.status = item.string_at("status");
    condition.reason = item.string_at("reason");
    condition.message = item.string_at("message");
    if (condition.type.empty() ||
        (condition.status != "True" && condition.status != "False" && condition.status != "Unknown")) {
      report(entry.out, RuleId::ScenarioBadValue, item.span(),
             "a condition has a type, and a status 'True', 'False' or 'Unknown'", "the status is a text: quote it");
      continue;
    }
    patch.conditions.push_back(std::move(condition));
  }
  ActionRequest request;
  request.what = std::move(patch);
  entry.add(call.value, std::move(request));
}

void read_api_pod(const ApiCall& call, Entry& entry) {
  const bool patches = call.method == "PATCH" || call.method == "PUT";
  if (call.path.name != "{pod}") entry.pod = call.path.name;
  if ((call.method == "DELETE" && call.path.subresource.empty()) ||
      (call.method == "POST" && call.path.subresource == "eviction")) {
    return read_api_delete(call, entry);
  }
  if (patches && call.path.subresource == "status") return read_api_conditions(call, entry);
  if (patches && call.path.subresource.empty() && call.body != nullptr && call.body->is_object()) {
    if (call.method == "PUT") return patch_pod(*call.body, std::nullopt, entry);
    const bool merges = call.content == "application/merge-patch+json";
    return patch_pod(*call.body, merges ? PatchType::Merge : PatchType::Strategic, entry);
  }
  not_modelled(call.value.span(), call.method + " on this path", entry.out);
}

/// The keys a ConfigMap or Secret in a request has.
std::vector<std::string> keys_of(const Value& object) {
  std::vector<std::string> keys;
  for (const char* field : {"data", "binaryData", "stringData"}) {
    const Value* data = object.find(field);
    if (data == nullptr || !data->is_object()) continue;
    for (const Value::Member& member : data->members()) keys.push_back(member.key);
  }
  return keys;
}

void read_api_config(const ApiCall& call, ObjectReference::Kind kind, Entry& entry) {
  PutObject put;
  put.kind = kind;
  put.name = call.path.name;
  put.remove = call.method == "DELETE";
  if (call.body != nullptr && call.method != "DELETE") {
    put.keys = keys_of(*call.body);
    const Value* metadata = call.body->find("metadata");
    if (put.name.empty() && metadata != nullptr) put.name = metadata->string_at("name");
  }
  if (call.method == "PATCH") {  // what the object had stays
    for (const ExistingObject& object : entry.scenario.existing_objects) {
      if (object.kind == kind && object.name == put.name)
        put.keys.insert(put.keys.end(), object.keys.begin(), object.keys.end());
    }
  }
  const bool known = call.method == "POST" || call.method == "PUT" || call.method == "PATCH" || call.method == "DELETE";
  if (!known) return not_modelled(call.value.span(), call.method + " on this path", entry.out);
  if (put.name.empty()) {
    report(entry.out, RuleId::ScenarioMissing, call.value.span(), "this call names no object",
           "write metadata: {name: ...} in its body");
    return;
  }
  ActionRequest request;
  request.what = std::move(put);
  entry.add(call.value, std::move(request));
}

void read_api(const Value& value, Entry& entry) {
  Fields fields(value, FormatMapping::Api, entry.out);
  const Value* method = fields.find("method");
  const Value* path = fields.find("path");
  const Value* type = fields.find("type");
  ApiCall call{value, {}, {}, {}, fields.find("body"), method, path};
  if (call.body != nullptr && !call.body->is_object()) (void)named_members(*call.body, "the body of a request", entry.out);
  fields.finish();
  if (method == nullptr || path == nullptr) {
    report(entry.out, RuleId::ScenarioMissing, value.span(), "an API call has a method and a path");
    return;
  }
  call.method = read_text(*method, entry.out);
  const std::string text = read_text(*path, entry.out);
  if (type != nullptr) call.content = read_text(*type, entry.out);
  if (!parse_path(text, call.path)) return not_modelled(path->span(), "the path " + in_backticks(text), entry.out);
  if (call.content == "application/json-patch+json") return not_modelled(type->span(), "a JSON patch", entry.out);
  if (call.path.resource == "pods" && !call.path.name.empty()) return read_api_pod(call, entry);
  if (call.path.resource == "configmaps") return read_api_config(call, ObjectReference::Kind::ConfigMap, entry);
  if (call.path.resource == "secrets") return read_api_config(call, ObjectReference::Kind::Secret, entry);
  if (call.path.resource == "persistentvolumeclaims")
    return read_api_config(call, ObjectReference::Kind::PersistentVolumeClaim, entry);
  not_modelled(value.span(), call.method + " " + text, entry.out);
}

// ---- entries ----------------------------------------------------------------------------------------------

struct ActionReader {
  const char* name;
  void (*read)(const Value&, Entry&);
};

constexpr ActionReader kActions[] = {
    {"delete", read_delete},          {"kill", read_kill},   {"oom", read_oom},       {"evict", read_evict},
    {"restartKubelet", read_restart}, {"patch", read_patch}, {"create", read_create}, {"api", read_api},
    {"debug", read_debug}};

void add_ephemeral_container(const Value& container, Workload& workload, const FeatureGates& gates, Diagnostics& out) {
  Value changed = workload.pod_object;
  Value& list = changed["spec"]["ephemeralContainers"];
  if (!list.is_array()) list = Value::array();
  list.push_back(container);
  CheckedObject checked = check_ephemeral_update(changed, workload.pod_object, gates);
  if (report_object(changed, checked, FieldValidation::Strict, out)) return;
  workload.pod_object = std::move(checked.object);
  workload.pod = to_pod_spec(workload.pod_object);
}

void read_entry(const Value& value, Scenario& scenario, PatchedPods& patched, Diagnostics& out) {
  if (value.is_null()) return report(out, RuleId::ScenarioMissing, value.span(), "this action is empty");
  Fields fields(value, FormatMapping::Action, out);
  if (!value.is_object()) return;
  Entry entry{value, scenario, patched, out, {}, {}, nullptr};
  const Value* at = fields.find("at");
  if (at == nullptr) {
    report(out, RuleId::ScenarioMissing, value.span(), "when does this happen?", "write at: 10s");
  } else {
    entry.at = read_span(*at, out);
  }
  entry.pod = fields.text("pod").value_or("");
  entry.pod_value = value.find("pod");
  bool any = false;
  for (const ActionReader& action : kActions) {
    const Value* what = fields.find_present(action.name);
    if (what == nullptr) continue;
    if (any)
      report(out, RuleId::ScenarioBadValue, what->span(), "an entry has one action",
             "write two entries with the same at");
    any = true;
    action.read(*what, entry);
  }
  const std::size_t before = out.size();
  fields.finish();
  if (!any && out.size() == before) {
    report(out, RuleId::ScenarioMissing, value.span(), "what happens then?",
           "the actions are delete, kill, oom, evict, restartKubelet, patch, create, api, debug");
  }
}

}  // namespace

void add_ephemeral_containers(const Value& actions, Scenario& scenario, Diagnostics& out) {
  struct Added {
    SimDuration at;
    const Value* container;
    std::string pod;
  };
  std::vector<Added> all;
  Diagnostics ignored;  // what is wrong with an entry is told when it is read
  if (!actions.is_array()) return;
  for (const Value& item : actions.items()) {
    const Value* debug = item.is_object() ? item.find("debug") : nullptr;
    const Value* at = debug == nullptr ? nullptr : item.find("at");
    if (at != nullptr) all.push_back({read_span(*at, ignored), debug, item.string_at("pod")});
  }
  std::stable_sort(all.begin(), all.end(), [](const Added& a, const Added& b) { return a.at < b.at; });
  for (const Added& added : all) {
    const Value& container = *added.container;
    const bool only = added.pod.empty() && scenario.workloads.size() == 1;
    const std::optional<PodIndex> pod = only ? std::optional<PodIndex>{0} : find_pod(scenario, added.pod);
    if (!container.is_object() || container.string_at("name").empty()) {
      report(out, RuleId::ScenarioBadValue, container.span(), "expected an ephemeral container, with its name and image",
             "write debug: {name: debugger, image: busybox}");
    } else if (!pod) {
      report(out, RuleId::ScenarioUnknownPod, container.span(), "debug adds a container to one Pod: say which",
             "write pod: NAME beside it");
    } else if (scenario.workloads[*pod].kind != WorkloadKind::Pod) {
      report(out, RuleId::ScenarioNotModelled, container.span(), "debug is modelled for bare Pods, not for those that a controller makes");
    } else {
      add_ephemeral_container(container, scenario.workloads[*pod], scenario.cluster.gates, out);
    }
  }
}

void read_actions(const Value& value, Scenario& scenario, Diagnostics& out) {
  if (!value.is_array()) {
    report(out, RuleId::ScenarioBadValue, value.span(), "actions is a list, not " + what_it_is(value), "write - {at: 10s, delete: {}}");
    return;
  }
  PatchedPods patched{scenario};
  for (const Value& item : value.items()) read_entry(item, scenario, patched, out);
}

}  // namespace podlapse::yaml
