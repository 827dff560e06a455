#include "yaml/manifest.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "podlapse/api/validation.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/format.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/object_report.hpp"
#include "yaml/scenario_fields.hpp"

namespace podlapse::yaml {
namespace {

Diagnostic make(Severity severity, RuleId id, const SourceSpan& span, std::string text, std::string help = {}) {
  return {severity, std::string{rule(id).id}, span, std::move(text), std::move(help), {}};
}

/// Where the member `key` of `object` is, else the object itself.
SourceSpan place_of(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->span().known() ? value->span() : object.span();
}

/// An API version in which a kind of ours was once served.
struct OldVersion {
  std::string_view api_version, removed_in;
};
constexpr std::array<OldVersion, 6> kOldVersions = {{{"extensions/v1beta1", "1.16"},
                                                     {"apps/v1beta1", "1.16"},
                                                     {"apps/v1beta2", "1.16"},
                                                     {"batch/v1beta1", "1.25"},
                                                     {"batch/v2alpha1", "1.21"},
                                                     {"v1beta1", "1.6"}}};

/// Kinds of the groups that podlapse reads, without Pods of their own.
constexpr std::array<std::string_view, 17> kOtherKinds = {
    "Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume",
    "PersistentVolumeClaim", "ResourceQuota", "Secret", "Service", "ServiceAccount", "ControllerRevision", "Scale", "Status"};

/// What Pods may refer to.
constexpr std::array<ObjectReference::Kind, 4> kReferredKinds = {
    ObjectReference::Kind::ConfigMap, ObjectReference::Kind::Secret, ObjectReference::Kind::PersistentVolumeClaim,
    ObjectReference::Kind::ServiceAccount};

/// The init containers whose restartPolicy Always was dropped.
std::vector<std::string> former_sidecars(const Value& object, const CheckedObject& checked) {
  std::vector<std::string> names;
  for (const FieldNote& dropped : checked.dropped) {
    constexpr std::string_view kField = ".restartPolicy";
    const bool of_init = dropped.path.find(".initContainers[") != std::string::npos;
    if (!of_init || dropped.path.size() < kField.size() || dropped.path.substr(dropped.path.size() - kField.size()) != kField) continue;
    const Value* container = object.at_path(dropped.path.substr(0, dropped.path.size() - kField.size()));
    if (container != nullptr && container->string_at("restartPolicy") == "Always") names.push_back(container->string_at("name"));
  }
  return names;
}

/// True for an object with keys that no manifest has and scenarios have, or with an object where a scenario has one.
bool is_meant_as_scenario(const Value& object) {
  constexpr std::array<std::string_view, 5> kKeys = {"behavior", "expect", "pod", "job", "manifest"};
  if (!object.is_object()) return false;
  return std::any_of(object.members().begin(), object.members().end(), [&kKeys](const Value::Member& member) {
    const bool holds_object = member.value.find("metadata") != nullptr && member.value.find("spec") != nullptr;
    return holds_object || std::find(kKeys.begin(), kKeys.end(), member.key) != kKeys.end();
  });
}

class ManifestReader {
 public:
  ManifestReader(FieldValidation validation, Manifests& out, std::vector<Diagnostic>& diagnostics, const FeatureGates& gates)
      : validation_(validation), out_(out), diagnostics_(diagnostics), gates_(gates) {}

  void read(const Value& object) {
    if (!object.is_object()) {
      const bool of_scenarios = object.is_array() && std::any_of(object.items().begin(), object.items().end(), is_meant_as_scenario);
      error(RuleId::ManifestObject, object.span(),
            std::string{"an object with apiVersion and kind is expected, not "} + what_it_is(object),
            of_scenarios ? "a scenario is a mapping: remove the dash, and part several with ---" : "");
      return;
    }
    const std::string& kind = object.string_at("kind");
    const std::string& version = object.string_at("apiVersion");
    if (is_list(object, kind)) return read_list(object, kind, version);
    if (kind.empty() || version.empty()) return refuse_untyped(object, kind, version);
    const auto referred = std::find_if(std::begin(kReferredKinds), std::end(kReferredKinds),
                                       [&kind](ObjectReference::Kind candidate) { return kind == to_string(candidate); });
    if (version == "v1" && referred != std::end(kReferredKinds)) return add_existing(object, *referred);
    const WorkloadKindInfo* info = find_workload_kind(kind);
    if (info == nullptr) return skip(object, kind, version);
    if (version != info->api_version) return refuse_version(object, *info, version);
    add_workload(object, *info);
  }

 private:
  void error(RuleId id, const SourceSpan& span, std::string text, std::string help = {}) {
    diagnostics_.push_back(make(Severity::Error, id, span, std::move(text), std::move(help)));
  }

  static bool is_list(const Value& object, const std::string& kind) {
    const bool is_named_so = kind.size() >= 4 && kind.compare(kind.size() - 4, 4, "List") == 0;
    const Value* items = object.find("items");
    return is_named_so && (items == nullptr || items->is_array() || items->is_null());
  }

  /// `kind: List`, and the lists the server hands out, whose items need not repeat their kind.
  void read_list(const Value& list, const std::string& kind, const std::string& version) {
    const Value* items = list.find("items");
    if (items == nullptr || !items->is_array()) return;
    const std::string item_kind = kind.substr(0, kind.size() - 4);
    for (const Value& item : items->items()) {
      if (item_kind.empty() || !item.is_object() || !item.string_at("kind").empty()) {
        read(item);
        continue;
      }
      Value typed = item;
      typed.set("kind", Value{item_kind}).set_span(item.span());
      if (typed.string_at("apiVersion").empty()) typed.set("apiVersion", Value{version}).set_span(item.span());
      read(typed);
    }
  }

  /// kubectl's words: "apiVersion not set", "kind not set".
  void refuse_untyped(const Value& object, const std::string& kind, const std::string& version) {
    std::string missing = version.empty() ? "apiVersion not set" : "";
    if (kind.empty()) missing += missing.empty() ? "kind not set" : ", kind not set";
    std::string help;
    if (is_meant_as_scenario(object)) return refuse_scenario(object);
    if (const WorkloadKindInfo* info = find_workload_kind(kind)) {
      help = "add apiVersion: " + std::string{info->api_version};
    } else if (object.find("containers") != nullptr || object.find("initContainers") != nullptr) {
      help = "this is part of a Pod's spec: put it under spec: of an object with apiVersion: v1, kind: Pod and metadata";
    } else if (object.find("spec") != nullptr) {
      help = "begin with apiVersion: v1 and kind: Pod, or another kind that has Pods";
    }
    error(RuleId::ManifestObject, object.span(), missing, help);
  }

  /// It has keys of a scenario, and names no Pod, or a kind.
  void refuse_scenario(const Value& object) {
    if (const Value::Member* kind = object.find_member("kind")) {
      return error(RuleId::ScenarioUnknownKey, kind->key_span, "a scenario has no kind", "remove it, or what is of a scenario");
    }
    for (const Value::Member& member : object.members()) {
      const std::string nearest = nearest_name(member.key, {"pod", "job", "workload", "manifest", "pods", "manifests"});
      if (nearest.empty() || find_format_key(FormatMapping::Scenario, member.key) != nullptr) continue;
      return error(RuleId::ScenarioUnknownKey, member.key_span, in_backticks(member.key) + " is no key of a scenario",
                   "did you mean " + in_backticks(nearest) + "?");
    }
    error(RuleId::ScenarioMissing, object.span(), "this scenario is about no Pod", "give it a pod:, a job: or a manifest:");
  }

  void refuse_version(const Value& object, const WorkloadKindInfo& info, const std::string& version) {
    const auto old = std::find_if(kOldVersions.begin(), kOldVersions.end(),
                                  [&version](const OldVersion& known) { return known.api_version == version; });
    const SourceSpan span = place_of(object, "apiVersion");
    const std::string kind = to_string(info.kind);
    const std::string help = "write apiVersion: " + std::string{info.api_version};
    if (old != kOldVersions.end() && version != "v1beta1") {
      error(RuleId::ManifestOldVersion, span,
            kind + " in " + in_backticks(version) + " is not served any more (since Kubernetes " +
                std::string{old->removed_in} + ")",
            help);
    } else {
      error(RuleId::ManifestKind, span, "no matches for kind \"" + kind + "\" in version \"" + version + "\"", help);
    }
  }

  /// A kind without Pods; a misspelt one of ours is an error.
  void skip(const Value& object, const std::string& kind, const std::string& version) {
    const bool ours = version == "v1" || version == "apps/v1" || version == "batch/v1";
    if (ours && std::find(kOtherKinds.begin(), kOtherKinds.end(), kind) == kOtherKinds.end()) {
      std::vector<std::string> names(kOtherKinds.begin(), kOtherKinds.end());
      for (const WorkloadKindInfo& info : workload_kinds()) names.emplace_back(to_string(info.kind));
      const std::string nearest = nearest_name(kind, names);
      error(RuleId::ManifestKind, place_of(object, "kind"),
            "no matches for kind \"" + kind + "\" in version \"" + version + "\"",
            nearest.empty() ? "" : "did you mean " + in_backticks(nearest) + "?");
      return;
    }
    ++out_.skipped[kind];
  }

  void add_existing(const Value& object, ObjectReference::Kind kind) {
    ExistingObject existing;
    existing.kind = kind;
    if (const Value* meta = object.find("metadata")) existing.name = meta->string_at("name");
    for (const char* field : {"data", "binaryData", "stringData"}) {
      const Value* data = object.find(field);
      if (data == nullptr || !data->is_object()) continue;
      for (const Value::Member& member : data->members()) existing.keys.push_back(member.key);
    }
    out_.existing_objects.push_back(std::move(existing));
  }

  void add_workload(const Value& object, const WorkloadKindInfo& info) {
    const CheckedObject checked = check_object(object, info.type, gates_);
    if (report_object(object, checked, validation_, diagnostics_)) return;
    Workload workload = make_workload(info, checked.object);
    if (workload.pod.containers.size() > kContainersMax) {
      return error(RuleId::ManifestContainersMax, object.span(),
                   "the Pod has " + std::to_string(workload.pod.containers.size()) + " containers of all kinds",
                   "podlapse simulates at most " + std::to_string(kContainersMax) + " in a Pod");
    }
    workload.not_modelled = checked.not_modelled;
    workload.former_sidecars = former_sidecars(object, checked);
    if (info.kind != WorkloadKind::Pod && report_pod(object, workload)) return;
    out_.workloads.push_back(std::move(workload));
  }

  /// The Pod of an accepted template can be refused still: then its controller would try for ever.
  bool report_pod(const Value& object, const Workload& workload) {
    const std::vector<FieldError> errors = validate_object(workload.pod_object, SchemaType::Pod, gates_);
    for (const FieldError& field : errors) {
      SourceSpan span = locate(workload.pod_object, field);
      if (!span.known()) span = object.span();
      error(RuleId::ManifestPodRefused, span, "the template is accepted, but each of its Pods is refused: " + to_string(field));
    }
    return !errors.empty();
  }

  FieldValidation validation_;
  Manifests& out_;
  std::vector<Diagnostic>& diagnostics_;
  const FeatureGates& gates_;
};

bool names(const std::string& selection, const Workload& workload) {
  const std::size_t slash = selection.find('/');
  if (slash == std::string::npos) return selection == workload.name;
  const WorkloadKindInfo* info = find_workload_alias(selection.substr(0, slash));
  return info != nullptr && info->kind == workload.kind && selection.substr(slash + 1) == workload.name;
}

/// What there is to select, for a help line.
std::string list_of(const std::vector<Workload>& workloads) {
  constexpr std::size_t kMost = 10;
  std::string list;
  for (std::size_t i = 0; i < workloads.size() && i < kMost; ++i) {
    list += (i == 0 ? "" : ", ") + std::string{to_string(workloads[i].kind)} + "/" + workloads[i].name;
  }
  return list + (workloads.size() > kMost ? ", ..." : "");
}

}  // namespace

void read_manifest(const Value& document, FieldValidation validation, Manifests& out, std::vector<Diagnostic>& diagnostics,
                   const FeatureGates& gates) {
  ManifestReader{validation, out, diagnostics, gates}.read(document);
}

std::vector<Workload> to_workloads(const Value& object, std::vector<Diagnostic>& diagnostics) {
  Manifests manifests;
  read_manifest(object, FieldValidation::Strict, manifests, diagnostics);
  return std::move(manifests.workloads);
}

std::vector<Diagnostic> skipped_kinds(const Manifests& manifests) {
  if (manifests.skipped.empty()) return {};
  std::string list;
  for (const auto& [kind, count] : manifests.skipped) {
    list += (list.empty() ? "" : ", ") + (count > 1 ? std::to_string(count) + " " : std::string{}) + kind;
  }
  return {make(Severity::Note, RuleId::ManifestSkipped, {.file = kNoFile}, "skipped, since they have no Pods: " + list)};
}

std::vector<Workload> select_workloads(std::vector<Workload> workloads, const std::vector<std::string>& selections,
                                       std::vector<Diagnostic>& diagnostics) {
  if (selections.empty()) return workloads;
  std::vector<bool> chosen(workloads.size(), false);
  for (const std::string& selection : selections) {
    bool found = false;
    for (std::size_t i = 0; i < workloads.size(); ++i) {
      if (!names(selection, workloads[i])) continue;
      chosen[i] = found = true;
    }
    if (found) continue;
    const std::string list = list_of(workloads);
    diagnostics.push_back(make(Severity::Error, RuleId::ManifestSelect, {}, "--select " + selection + " names no workload",
                               list.empty() ? "" : "there is " + list));
  }
  std::vector<Workload> result;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    if (chosen[i]) result.push_back(std::move(workloads[i]));
  }
  return result;
}

}  // namespace podlapse::yaml
