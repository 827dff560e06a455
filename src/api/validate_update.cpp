// Updates: the new object by itself, and what may not change (pkg/apis/{core,apps,batch}/validation/validation.go and
// the strategies of pkg/registry).
#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "formats.hpp"
#include "podlapse/api/validation.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

bool same(const Value& now, const Value& before, std::string_view key) {
  const Value* a = now.find(key);
  const Value* b = before.find(key);
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

/// `key` of `from` in place of that of `to`; absent where it is absent there.
void restore(Value& to, const Value& from, std::string_view key) {
  if (const Value* value = from.find(key)) {
    to.set(key, *value);
  } else {
    to.erase(key);
  }
}

/// The paths at which two trees differ, the outermost that say it exactly.
void list_changes(const Value& now, const Value& before, const std::string& path, std::vector<std::string>& out) {
  if (now == before) return;
  if (now.is_object() && before.is_object()) {
    std::set<std::string> keys;
    for (const Value* side : {&now, &before}) {
      for (const Value::Member& member : side->members()) keys.insert(member.key);
    }
    for (const std::string& key : keys) {
      const Value* a = now.find(key);
      const Value* b = before.find(key);
      std::string at = path;
      at += "." + key;
      if (a != nullptr && b != nullptr) {
        list_changes(*a, *b, at, out);
      } else {
        out.push_back(at + (a == nullptr ? " removed" : " added"));
      }
    }
    return;
  }
  if (now.is_array() && before.is_array() && now.items().size() == before.items().size()) {
    for (std::size_t i = 0; i < now.items().size(); ++i) {
      list_changes(now.items()[i], before.items()[i], path + "[" + std::to_string(i) + "]", out);
    }
    return;
  }
  out.push_back(path + " changed");
}

/// The first line is the server's; a difference of Go structs follows there, and here the paths that changed.
std::string with_changes(std::string text, const Value& now, const Value& before, const std::string& path) {
  std::vector<std::string> changes;
  list_changes(now, before, path, changes);
  for (const std::string& change : changes) text += "\n" + change;
  return text;
}

/// ValidateContainerUpdates; false where the numbers differ, and nothing more can be said.
bool validate_container_updates(const Value& spec, const Value& old, const char* list, const Path& path,
                                Errors& errors) {
  constexpr RuleId kRule = RuleId::UpdateContainers;
  const Value::Array& containers = list_at(spec, list);
  const Path list_path = path.child(list);
  if (containers.size() != list_at(old, list).size()) {
    errors.forbidden(list_path, kRule, "pod updates may not add or remove containers");
    return false;
  }
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Path at = list_path.index(i);
    if (containers[i].string_at("image").empty()) errors.required(at.child("image"), kRule);
  }
  validate_images_of_pod(containers, list_path, errors);
  return true;
}

/// False where nothing more is said about the Pod.
bool validate_deadline_update(const Value& spec, const Value& old, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::UpdateDeadline;
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  const auto now = int_at(spec, "activeDeadlineSeconds"), before = int_at(old, "activeDeadlineSeconds");
  const Path at = path.child("activeDeadlineSeconds");
  if (!now) {
    if (before) errors.invalid_json(at, kRule, "null", "must not update from a positive integer to nil value");
    return true;
  }
  if (*now < 0 || *now > kMax) {
    errors.invalid(at, kRule, *now, formats::inclusive_range(0, kMax));
    return false;
  }
  if (!before || *before >= *now) return true;
  errors.invalid(at, kRule, *now, "must be less than or equal to previous value");
  return false;
}

/// validateOnlyAddedTolerations.
void validate_added_tolerations(const Value& spec, const Value& old, const Path& path, Errors& errors) {
  const Value::Array& now = list_at(spec, "tolerations");
  const auto without_seconds = [](Value toleration) {
    toleration.erase("tolerationSeconds");
    return toleration;
  };
  for (const Value& before : list_at(old, "tolerations")) {
    const Value wanted = without_seconds(before);
    const bool found =
        std::any_of(now.begin(), now.end(), [&](const Value& one) { return without_seconds(one) == wanted; });
    if (found) continue;
    return errors.forbidden(path, RuleId::UpdateTolerations,
                            "existing toleration can not be modified except its tolerationSeconds");
  }
  validate_tolerations(now, path, errors);
}

/// validateOnlyDeletedSchedulingGates.
void validate_deleted_gates(const Value& spec, const Value& old, const Path& path, Errors& errors) {
  const Value::Array& now = list_at(spec, "schedulingGates");
  const Value::Array& before = list_at(old, "schedulingGates");
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (std::find(before.begin(), before.end(), now[i]) != before.end()) continue;
    const Path at = path.index(i);
    errors.forbidden(at.child("name"), RuleId::UpdateGates,
                     "only deletion is allowed, but found new scheduling gate '" + now[i].string_at("name") + "'");
  }
}

/// validateNodeSelectorTermHasOnlyAdditions.
bool only_adds(const Value& now, const Value& before) {
  const auto extends = [&](const char* list) {
    const Value::Array& a = list_at(now, list);
    const Value::Array& b = list_at(before, list);
    return a.size() >= b.size() && std::equal(b.begin(), b.end(), a.begin());
  };
  const auto is_empty = [](const Value& term) {
    return list_at(term, "matchExpressions").empty() && list_at(term, "matchFields").empty();
  };
  if (is_empty(before) && !is_empty(now)) return false;
  return extends("matchExpressions") && extends("matchFields");
}

/// validateNodeAffinityMutation.
void validate_affinity_update(const Value& now, const Value& before, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::UpdateNodeSelector;
  const Value& required = part_of(before, "requiredDuringSchedulingIgnoredDuringExecution");
  const Value::Array& old_terms = list_at(required, "nodeSelectorTerms");
  const Value::Array& terms =
      list_at(part_of(now, "requiredDuringSchedulingIgnoredDuringExecution"), "nodeSelectorTerms");
  const Path required_path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  const Path terms_path = required_path.child("nodeSelectorTerms");
  if (old_terms.empty()) return;
  if (old_terms.size() != terms.size()) {
    std::string list;
    for (const Value& term : terms)
      list += (list.empty() ? "[" : ",") + internal_json(term, SchemaType::NodeSelectorTerm);
    return errors.invalid_json(terms_path, kRule, list.empty() ? "null" : list + "]",
                               "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (only_adds(terms[i], old_terms[i])) continue;
    errors.invalid_json(terms_path.index(i), kRule, internal_json(terms[i], SchemaType::NodeSelectorTerm),
                        "only additions are allowed (no mutations or deletions)");
  }
}

/// What a Pod that is not to be scheduled yet may change besides; restored in `munged` once it is judged.
void validate_gated(Value& munged, const Value& old, const Path& path, Errors& errors) {
  if (list_at(old, "schedulingGates").empty()) return;
  if (!same(munged, old, "nodeSelector")) {
    const Value& now = part_of(munged, "nodeSelector");
    const Value::Object& labels = map_at(old, "nodeSelector");
    const bool narrows = std::all_of(labels.begin(), labels.end(), [&now](const Value::Member& label) {
      const Value* value = now.find(label.key);
      return value != nullptr && *value == label.value;
    });
    if (!narrows) {
      errors.invalid_json(path.child("nodeSelector"), RuleId::UpdateNodeSelector, go_json_map(&now),
                          "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
    }
    restore(munged, old, "nodeSelector");
  }
  const Value& before = part_of(old, "affinity");
  if (same(part_of(munged, "affinity"), before, "nodeAffinity")) return;
  const Path affinity_path = path.child("affinity");
  validate_affinity_update(part_of(part_of(munged, "affinity"), "nodeAffinity"), part_of(before, "nodeAffinity"),
                           affinity_path.child("nodeAffinity"), errors);
  Value affinity = part_of(munged, "affinity");
  restore(affinity, before, "nodeAffinity");
  if (affinity.members().empty()) {
    munged.erase("affinity");
  } else {
    munged.set("affinity", std::move(affinity));
  }
}

void restore_images(Value& spec, const Value& old, const char* list) {
  const Value::Array& before = list_at(old, list);
  Value* containers = spec.find(list);
  if (containers == nullptr || !containers->is_array()) return;
  for (std::size_t i = 0; i < before.size(); ++i) restore(containers->items()[i], before[i], "image");
}

/// ValidatePodUpdate beyond the new Pod by itself.
void validate_pod_update(const Value& pod, const Value& old_pod, Errors& errors) {
  const Value& spec = part_of(pod, "spec");
  const Value& old = part_of(old_pod, "spec");
  const Path path{"spec"};
  for (const char* list : {"containers", "initContainers"}) {
    if (!validate_container_updates(spec, old, list, path, errors)) return;
  }
  if (!validate_deadline_update(spec, old, path, errors)) return;
  validate_added_tolerations(spec, old, path.child("tolerations"), errors);
  validate_deleted_gates(spec, old, path.child("schedulingGates"), errors);
  if (spec == old) return;
  Value munged = spec;
  restore_images(munged, old, "containers");
  restore_images(munged, old, "initContainers");
  for (const char* field : {"activeDeadlineSeconds", "schedulingGates", "tolerations"}) restore(munged, old, field);
  const auto grace = int_at(munged, "terminationGracePeriodSeconds"),
             old_grace = int_at(old, "terminationGracePeriodSeconds");
  if (old_grace && *old_grace < 0 && grace && *grace == 1) restore(munged, old, "terminationGracePeriodSeconds");
  validate_gated(munged, old, path, errors);
  if (munged == old) return;
  errors.forbidden(
      path, RuleId::UpdatePodFields,
      with_changes("pod updates may not change fields other than `spec.containers[*].image`,"
                   "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
                   "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                   "previously negative)",
                   munged, old, "spec"));
}

/// ValidateImmutableField of a struct; an absent one prints as null.
void keep(const Value& spec, const Value& old, const char* field, SchemaType owner, const Path& path, Errors& errors) {
  if (same(spec, old, field)) return;
  const SchemaField* info = find_schema_field(owner, field);
  const Value* now = spec.find(field);
  const Path at = path.child(field);
  if (now != nullptr && now->is_string()) {
    errors.invalid(at, RuleId::UpdateImmutable, now->as_string(), "field is immutable");
  } else if (now != nullptr && now->is_int()) {
    errors.invalid(at, RuleId::UpdateImmutable, now->as_int(), "field is immutable");
  } else if (now != nullptr && info != nullptr && is_struct(info->type)) {
    errors.invalid_json(at, RuleId::UpdateImmutable, internal_json(*now, info->type), "field is immutable");
  } else {
    errors.invalid_json(at, RuleId::UpdateImmutable, now == nullptr ? "null" : go_json_map(now), "field is immutable");
  }
}

/// validateCompletions.
void validate_completions(const Value& spec, const Value& old, const Path& path, Errors& errors) {
  if (spec.string_at("completionMode") != "Indexed")
    return keep(spec, old, "completions", SchemaType::JobSpec, path, errors);
  const auto now = int_at(spec, "completions");
  if (same(spec, old, "completions") || !now || *now == int_at(spec, "parallelism").value_or(0)) return;
  errors.invalid(path.child("completions"), RuleId::UpdateCompletions, *now,
                 "can only be modified in tandem with spec.parallelism");
}

/// The template as it may be: that of a suspended Job that never ran can still be told where to run.
Value allowed_template(const Value& spec, const Value& old_job) {
  const Value& old = part_of(old_job, "spec");
  Value allowed = part_of(old, "template");
  const bool never_started = part_of(old_job, "status").find("startTime") == nullptr;
  if (!bool_at(old, "suspend") || !never_started) return allowed;
  const Value& now = part_of(spec, "template");
  Value meta = part_of(allowed, "metadata"), pod_spec = part_of(allowed, "spec");
  for (const char* field : {"labels", "annotations"}) restore(meta, part_of(now, "metadata"), field);
  for (const char* field : {"nodeSelector", "tolerations", "schedulingGates"})
    restore(pod_spec, part_of(now, "spec"), field);
  Value affinity = part_of(pod_spec, "affinity");
  restore(affinity, part_of(part_of(now, "spec"), "affinity"), "nodeAffinity");
  if (affinity.members().empty()) {
    pod_spec.erase("affinity");
  } else {
    pod_spec.set("affinity", std::move(affinity));
  }
  allowed.set("metadata", std::move(meta));
  allowed.set("spec", std::move(pod_spec));
  return allowed;
}

/// ValidateJobSpecUpdate.
void validate_job_update(const Value& job, const Value& old_job, Errors& errors) {
  const Value& spec = part_of(job, "spec");
  const Value& old = part_of(old_job, "spec");
  const Path path{"spec"};
  validate_completions(spec, old, path, errors);
  keep(spec, old, "selector", SchemaType::JobSpec, path, errors);
  Value allowed = Value::object(), now = Value::object();
  allowed.set("template", allowed_template(spec, old_job));
  now.set("template", part_of(spec, "template"));
  keep(now, allowed, "template", SchemaType::JobSpec, path, errors);
  for (const char* field :
       {"completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"}) {
    keep(spec, old, field, SchemaType::JobSpec, path, errors);
  }
}

/// ValidateStatefulSetUpdate.
void validate_stateful_set_update(const Value& object, const Value& old_object, Errors& errors) {
  const Value& old = part_of(old_object, "spec");
  Value spec = part_of(object, "spec");
  for (const char* field : {"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
                            "persistentVolumeClaimRetentionPolicy", "minReadySeconds"}) {
    restore(spec, old, field);
  }
  if (spec == old) return;
  const Path path{"spec"};
  errors.forbidden(
      path, RuleId::UpdateStatefulSet,
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
      "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
}

bool validates_twice(SchemaType kind) {
  return kind == SchemaType::Job || kind == SchemaType::DaemonSet || kind == SchemaType::ReplicaSet ||
         kind == SchemaType::ReplicationController;
}

}  // namespace
}  // namespace podlapse::validation

namespace podlapse {

using validation::Errors;
using validation::part_of;
using validation::Path;

std::vector<FieldError> validate_update(const Value& object, const Value& old, SchemaType kind, const FeatureGates& gates) {
  Errors errors{gates};
  const Path meta_path{"metadata"}, path{"spec"};
  const auto validate_meta = [&] {
    validation::validate_object_meta_update(part_of(object, "metadata"), part_of(old, "metadata"), meta_path, errors);
  };
  if (kind == SchemaType::Pod) {
    validate_meta();
    validation::validate_pod_parts(object, errors);
    validation::validate_pod_update(object, old, errors);
    return std::move(errors).take();
  }
  // Some strategies validate the new object and then the update, which validates its specification again.
  if (validation::validates_twice(kind)) validation::validate_workload(object, kind, errors);
  validate_meta();
  if (kind == SchemaType::CronJob) {
    const Value& old_spec = part_of(old, "spec");
    validation::validate_cron_job_spec(part_of(object, "spec"), &old_spec, path, errors);
  } else {
    validation::validate_workload_spec(object, kind, errors);
  }
  if (kind == SchemaType::Job) validation::validate_job_update(object, old, errors);
  if (kind == SchemaType::StatefulSet) validation::validate_stateful_set_update(object, old, errors);
  const bool keeps_selector =
      kind == SchemaType::Deployment || kind == SchemaType::ReplicaSet || kind == SchemaType::DaemonSet;
  if (keeps_selector) {
    validation::keep(part_of(object, "spec"), part_of(old, "spec"), "selector", SchemaType::DeploymentSpec, path,
                     errors);
  }
  return std::move(errors).take();
}

std::vector<FieldError> validate_ephemeral_update(const Value& pod, const Value& old, const FeatureGates& gates) {
  Errors errors{gates};
  const Path meta_path{"metadata"}, spec_path{"spec"};
  validation::validate_object_meta_update(part_of(pod, "metadata"), part_of(old, "metadata"), meta_path, errors);
  validation::validate_pod_parts(pod, errors);
  const Value::Array& now = validation::list_at(part_of(pod, "spec"), "ephemeralContainers");
  for (const Value& before : validation::list_at(part_of(old, "spec"), "ephemeralContainers")) {
    const std::string& name = before.string_at("name");
    const auto found =
        std::find_if(now.begin(), now.end(), [&name](const Value& one) { return one.string_at("name") == name; });
    const std::string text = "existing ephemeral containers " + formats::go_quote(name) + " may not be ";
    const Path path = spec_path.child("ephemeralContainers");
    if (found == now.end()) {
      errors.forbidden(path, RuleId::UpdateEphemeral, text + "removed\n");
    } else if (!(*found == before)) {
      errors.forbidden(path, RuleId::UpdateEphemeral, validation::with_changes(text + "changed", *found, before, name));
    }
  }
  return std::move(errors).take();
}

}  // namespace podlapse
