#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

using Labels = std::map<std::string_view, std::string_view>;

Labels labels_of(const Value::Object& members) {
  Labels labels;
  for (const Value::Member& member : members) {
    if (member.value.is_string()) labels.emplace(member.key, member.value.as_string());
  }
  return labels;
}

/// One entry of matchExpressions against labels (labels.Requirement.Matches).
bool matches(const Value& expression, const Labels& labels) {
  const auto label = labels.find(expression.string_at("key"));
  const bool exists = label != labels.end();
  const Value::Array& values = list_at(expression, "values");
  const bool is_listed = exists && std::any_of(values.begin(), values.end(), [&label](const Value& value) {
                           return value.is_string() && value.as_string() == label->second;
                         });
  const std::string& op = expression.string_at("operator");
  if (op == "In") return is_listed;
  if (op == "NotIn") return !is_listed;
  return op == "Exists" ? exists : !exists;
}

}  // namespace

bool selects(const Value& selector, const Value::Object& members) {
  const Labels labels = labels_of(members);
  for (const auto& [key, value] : labels_of(map_at(selector, "matchLabels"))) {
    const auto label = labels.find(key);
    if (label == labels.end() || label->second != value) return false;
  }
  const Value::Array& expressions = list_at(selector, "matchExpressions");
  return std::all_of(expressions.begin(), expressions.end(),
                     [&labels](const Value& expression) { return matches(expression, labels); });
}

bool validate_label_selector(const Value& selector, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSelector;
  const std::size_t before = errors.size();
  validate_labels(map_at(selector, "matchLabels"), path.child("matchLabels"), errors);
  const Value::Array& expressions = list_at(selector, "matchExpressions");
  const Path list_path = path.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const Path at = list_path.index(i);
    const std::string& op = expressions[i].string_at("operator");
    const std::string& key = expressions[i].string_at("key");
    const Value::Array& values = list_at(expressions[i], "values");
    if (is_one_of(op, {"In", "NotIn"})) {
      if (values.empty()) errors.required(at.child("values"), kRule, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (is_one_of(op, {"Exists", "DoesNotExist"})) {
      constexpr const char* kText = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      if (!values.empty()) errors.forbidden(at.child("values"), kRule, kText);
    } else {
      errors.invalid(at.child("operator"), kRule, op, "not a valid selector operator");
    }
    errors.invalid_each(at.child("key"), kRule, key, formats::qualified_name(key));
    const Path values_path = at.child("values");
    for (std::size_t j = 0; j < values.size(); ++j) {
      const std::string& value = values[j].as_string();
      errors.invalid_each(values_path.index(j), kRule, value, formats::label_value(value));
    }
  }
  return errors.size() == before;
}

void validate_template(const Value& pod_template, const Path& path, Errors& errors) {
  const Value& meta = part_of(pod_template, "metadata");
  const Value& spec = part_of(pod_template, "spec");
  validate_labels(map_at(meta, "labels"), path.child("labels"), errors);
  validate_annotations(map_at(meta, "annotations"), path.child("annotations"), errors);
  validate_pod_annotations(map_at(meta, "annotations"), spec, path.child("annotations"), errors);
  const Path spec_path = path.child("spec");
  validate_pod_spec(spec, spec_path, Options{}, errors);
  if (list_at(spec, "ephemeralContainers").empty()) return;
  errors.forbidden(spec_path.child("ephemeralContainers"), RuleId::ValidateNoEphemeral,
                   "ephemeral containers not allowed in pod template");
}

void check_labels(const Value* selector, const Value& pod_template, const Path& path, Errors& errors) {
  const Value& meta = part_of(pod_template, "metadata");
  if (selector != nullptr && selects(*selector, map_at(meta, "labels"))) return;
  const Path meta_path = path.child("metadata");
  errors.invalid_json(meta_path.child("labels"), RuleId::ValidateSelector, go_json_map(meta.find("labels")),
                      "`selector` does not match template `labels`");
}

namespace {

const Value& template_of(const Value& spec) { return part_of(spec, "template"); }

/// What is the same for all who keep their Pods running. `owner` is the word in the upstream text.
void validate_lasting(const Value& pod_template, const char* owner, const Path& path, Errors& errors) {
  const Value& spec = part_of(pod_template, "spec");
  const Path spec_path = path.child("spec");
  const std::string& policy = spec.string_at("restartPolicy");
  if (policy != "Always") {
    errors.not_supported(spec_path.child("restartPolicy"), RuleId::ValidateTemplateRestartPolicy, policy, {"Always"});
  }
  if (int_at(spec, "activeDeadlineSeconds")) {
    errors.forbidden(spec_path.child("activeDeadlineSeconds"), RuleId::ValidateTemplateDeadline,
                     std::string{"activeDeadlineSeconds in "} + owner + " is not Supported");
  }
}

/// Deployment, ReplicaSet, StatefulSet: a selector of their own, then the template.
void validate_selected(const Value& spec, const char* kind, const char* owner, const Path& path, Errors& errors) {
  const Value* selector = object_at(spec, "selector");
  const Path selector_path = path.child("selector"), template_path = path.child("template");
  if (selector == nullptr) {
    errors.required(selector_path, RuleId::ValidateSelector);
  } else {
    const bool is_valid = validate_label_selector(*selector, selector_path, errors);
    if (map_at(*selector, "matchLabels").empty() && list_at(*selector, "matchExpressions").empty()) {
      errors.invalid_json(selector_path, RuleId::ValidateSelector, go_json(*selector, SchemaType::LabelSelector),
                          std::string{"empty selector is invalid for "} + kind);
    }
    if (!is_valid) {
      const bool is_stateful = std::string_view{kind} == "statefulset";
      errors.invalid_json(selector_path, RuleId::ValidateSelector, go_json(*selector, SchemaType::LabelSelector),
                          is_stateful ? "" : "invalid label selector");
      if (is_stateful) validate_lasting(template_of(spec), owner, template_path, errors);
      return;
    }
  }
  check_labels(selector, template_of(spec), template_path, errors);
  validate_template(template_of(spec), template_path, errors);
  validate_lasting(template_of(spec), owner, template_path, errors);
}

/// The end of ValidateDeploymentSpec.
void validate_progress(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateProgressDeadline;
  const auto deadline = int_at(spec, "progressDeadlineSeconds");
  if (!deadline) return;
  require_nonnegative(spec, "progressDeadlineSeconds", kRule, path, errors);
  if (*deadline > int_at(spec, "minReadySeconds").value_or(0)) return;
  errors.invalid(path.child("progressDeadlineSeconds"), kRule, *deadline, "must be greater than minReadySeconds");
}

void validate_deployment(const Value& spec, const Path& path, Errors& errors) {
  require_nonnegative(spec, "replicas", RuleId::ValidateReplicas, path, errors);
  validate_selected(spec, "deployment", "ReplicaSet", path, errors);
  validate_deployment_strategy(spec, path, errors);
  require_nonnegative(spec, "minReadySeconds", RuleId::ValidateReplicas, path, errors);
  require_nonnegative(spec, "revisionHistoryLimit", RuleId::ValidateReplicas, path, errors);
  validate_progress(spec, path, errors);
}

void validate_replica_set(const Value& spec, const Path& path, Errors& errors) {
  require_nonnegative(spec, "replicas", RuleId::ValidateReplicas, path, errors);
  require_nonnegative(spec, "minReadySeconds", RuleId::ValidateReplicas, path, errors);
  validate_selected(spec, "deployment", "ReplicaSet", path, errors);
}

/// The volumes that volumeClaimTemplates will make, in place of those of the same name.
Value with_claims(const Value& spec) {
  std::set<std::string_view> names;
  for (const Value& claim : list_at(spec, "volumeClaimTemplates")) names.insert(part_of(claim, "metadata").string_at("name"));
  Value copy = spec;
  Value* pod_template = copy.find("template");
  Value* pod_spec = pod_template == nullptr ? nullptr : pod_template->find("spec");
  if (pod_spec == nullptr || names.empty()) return copy;
  Value& volumes = (*pod_spec)["volumes"];
  if (!volumes.is_array()) volumes = Value::array();
  std::erase_if(volumes.items(), [&names](const Value& volume) { return names.count(volume.string_at("name")) != 0; });
  for (const std::string_view name : names) {
    Value volume = Value::object();
    volume.set("name", Value{name});
    volume["persistentVolumeClaim"].set("claimName", Value{name});
    volumes.push_back(std::move(volume));
  }
  return copy;
}

/// What of a StatefulSet only its creation is asked for, since there may be older ones.
void validate_new_stateful_set(const Value& spec, const Path& path, Errors& errors) {
  const std::string& service = spec.string_at("serviceName");
  if (service.empty()) return;
  errors.invalid_each(path.child("serviceName"), RuleId::ValidateServiceName, service, formats::dns1123_label(service));
}

void validate_claim_templates(const Value& spec, const Path& path, Errors& errors) {
  const Value::Array& claims = list_at(spec, "volumeClaimTemplates");
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Path list_path = path.child("volumeClaimTemplates");
    const Path claim_path = list_path.index(i);
    validate_claim_spec(part_of(claims[i], "spec"), claim_path.child("spec"), errors);
  }
}

void validate_stateful_set(const Value& given, bool is_new, const Path& path, Errors& errors) {
  const Value spec = with_claims(given);
  validate_stateful_set_strategy(spec, path, errors);
  require_nonnegative(spec, "replicas", RuleId::ValidateReplicas, path, errors);
  require_nonnegative(spec, "minReadySeconds", RuleId::ValidateReplicas, path, errors);
  if (is_new) require_nonnegative(spec, "revisionHistoryLimit", RuleId::ValidateReplicas, path, errors);
  const Value* ordinals = object_at(spec, "ordinals");
  if (ordinals != nullptr && int_at(*ordinals, "start").value_or(0) < 0) {
    errors.invalid(path.child("ordinals.start"), RuleId::ValidateReplicas, *int_at(*ordinals, "start"),
                   "must be greater than or equal to 0");
  }
  if (is_new) validate_new_stateful_set(spec, path, errors);
  validate_selected(spec, "statefulset", "StatefulSet", path, errors);
  if (is_new) validate_claim_templates(spec, path, errors);
}

void validate_daemon_set(const Value& spec, const Path& path, Errors& errors) {
  const Value* selector = object_at(spec, "selector");
  const Path selector_path = path.child("selector"), template_path = path.child("template");
  const bool is_valid = selector == nullptr || validate_label_selector(*selector, selector_path, errors);
  if (is_valid) check_labels(selector, template_of(spec), template_path, errors);
  if (selector != nullptr && map_at(*selector, "matchLabels").empty() && list_at(*selector, "matchExpressions").empty()) {
    errors.invalid_json(selector_path, RuleId::ValidateSelector, go_json(*selector, SchemaType::LabelSelector),
                        "empty selector is invalid for daemonset");
  }
  validate_template(template_of(spec), template_path, errors);
  validate_lasting(template_of(spec), "DaemonSet", template_path, errors);
  require_nonnegative(spec, "minReadySeconds", RuleId::ValidateReplicas, path, errors);
  validate_daemon_set_strategy(spec, path, errors);
  require_nonnegative(spec, "revisionHistoryLimit", RuleId::ValidateReplicas, path, errors);
}

void validate_replication_controller(const Value& spec, const Path& path, Errors& errors) {
  require_nonnegative(spec, "minReadySeconds", RuleId::ValidateReplicas, path, errors);
  const Value::Object& selector = map_at(spec, "selector");
  const Path template_path = path.child("template");
  const bool has_template = object_at(spec, "template") != nullptr;
  if (selector.empty() && has_template) errors.required(path.child("selector"), RuleId::ValidateSelector);
  require_nonnegative(spec, "replicas", RuleId::ValidateReplicas, path, errors);
  if (!has_template) return errors.required(template_path, RuleId::ValidateContainers);
  Value wanted = Value::object();
  wanted.set("matchLabels", Value{selector});
  if (!selector.empty()) check_labels(&wanted, template_of(spec), template_path, errors);
  validate_template(template_of(spec), template_path, errors);
  validate_lasting(template_of(spec), "ReplicationController", template_path, errors);
}

}  // namespace

void validate_workload_spec(const Value& object, SchemaType kind, Errors& errors) {
  const Path path{"spec"};
  const Value& spec = part_of(object, "spec");
  if (kind == SchemaType::Deployment) return validate_deployment(spec, path, errors);
  if (kind == SchemaType::ReplicaSet) return validate_replica_set(spec, path, errors);
  if (kind == SchemaType::StatefulSet) return validate_stateful_set(spec, false, path, errors);
  if (kind == SchemaType::DaemonSet) return validate_daemon_set(spec, path, errors);
  if (kind == SchemaType::ReplicationController) return validate_replication_controller(spec, path, errors);
  if (kind == SchemaType::Job) return validate_job(object, errors);
  if (kind == SchemaType::CronJob) return validate_cron_job_spec(spec, nullptr, path, errors);
  const Path template_path{"template"};
  if (kind == SchemaType::PodTemplate) validate_template(part_of(object, "template"), template_path, errors);
}

void validate_workload(const Value& object, SchemaType kind, Errors& errors) {
  constexpr std::size_t kCronNameMax = 52;  // the Job's name is longer by 11
  const Path meta_path{"metadata"};
  const Value& meta = part_of(object, "metadata");
  validate_object_meta(meta, meta_path, errors, kind == SchemaType::StatefulSet);
  if (kind == SchemaType::StatefulSet) {
    validate_stateful_set(part_of(object, "spec"), true, Path{"spec"}, errors);
  } else {
    validate_workload_spec(object, kind, errors);
  }
  const std::string& name = meta.string_at("name");
  if (kind != SchemaType::CronJob || name.size() <= kCronNameMax) return;
  errors.invalid(meta_path.child("name"), RuleId::ValidateSchedule, name, "must be no more than 52 characters");
}

}  // namespace podlapse::validation
