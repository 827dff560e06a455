#include <algorithm>
#include <limits>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

/// A name of another object, where one is given (ValidateServiceAccountName, ValidatePriorityClassName, ...).
void validate_reference(const Value& spec, const char* field, const Path& path, Errors& errors) {
  const std::string& name = spec.string_at(field);
  if (!name.empty()) {
    errors.invalid_each(path.child(field), RuleId::ValidateObjectReference, name, formats::dns1123_subdomain(name));
  }
}

void validate_host_label(const Value& spec, const char* field, const Path& path, Errors& errors) {
  const std::string& name = spec.string_at(field);
  if (!name.empty()) errors.invalid_each(path.child(field), RuleId::ValidateHostname, name, formats::dns1123_label(name));
}

/// validatePodHostNetworkDeps: in a template 0 is allowed, since the Pod's defaulting will set it.
void validate_host_network(const Value& spec, const Path& path, const Options& options, Errors& errors) {
  if (!bool_at(spec, "hostNetwork")) return;
  const Value::Array& containers = list_at(spec, "containers");
  const Path containers_path = path.child("containers");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value::Array& ports = list_at(containers[i], "ports");
    const Path at = containers_path.index(i);
    const Path ports_path = at.child("ports");
    for (std::size_t j = 0; j < ports.size(); ++j) {
      const std::int64_t host = int_at(ports[j], "hostPort").value_or(0);
      const std::int64_t own = int_at(ports[j], "containerPort").value_or(0);
      if ((!options.is_pod && host == 0) || host == own) continue;
      const Path port_path = ports_path.index(j);
      errors.invalid(port_path.child("hostPort"), RuleId::ValidateHostNetworkPort, host,
                     "must match `containerPort` when `hostNetwork` is true");
    }
  }
}

void validate_gates(const Value& spec, const Path& path, Errors& errors) {
  const Value::Array& readiness = list_at(spec, "readinessGates");
  const Path readiness_path = path.child("readinessGates");
  for (std::size_t i = 0; i < readiness.size(); ++i) {
    const std::string& type = readiness[i].string_at("conditionType");
    const Path at = readiness_path.index(i);
    errors.invalid_each(at.child("conditionType"), RuleId::ValidateGates, type, formats::qualified_name(type));
  }
  const Value::Array& scheduling = list_at(spec, "schedulingGates");
  const Path scheduling_path = path.child("schedulingGates");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < scheduling.size(); ++i) {
    const std::string& name = scheduling[i].string_at("name");
    const Path at = scheduling_path.index(i);
    errors.invalid_each(at, RuleId::ValidateGates, name, formats::qualified_name(name));
    if (!seen.insert(name).second) errors.duplicate(at, RuleId::ValidateGates, name);
  }
}

void validate_policies(const Value& spec, const Path& path, Errors& errors) {
  const std::string& restart = spec.string_at("restartPolicy");
  if (restart.empty()) {
    errors.required(path.child("restartPolicy"), RuleId::ValidateRestartPolicy);
  } else if (!is_one_of(restart, {"Always", "OnFailure", "Never"})) {
    errors.not_supported(path.child("restartPolicy"), RuleId::ValidateRestartPolicy, restart, {"Always", "OnFailure", "Never"});
  }
  const std::string& dns = spec.string_at("dnsPolicy");
  if (dns.empty()) {
    errors.required(path.child("dnsPolicy"), RuleId::ValidateDnsPolicy);
  } else if (!is_one_of(dns, {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"})) {
    errors.not_supported(path.child("dnsPolicy"), RuleId::ValidateDnsPolicy, dns,
                         {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"});
  }
}

/// IsStandardFinalizerName.
bool is_standard_finalizer(const std::string& name) {
  return is_one_of(name, {"kubernetes", "orphan", "foregroundDeletion"});
}

}  // namespace

void validate_labels(const Value::Object& labels, const Path& path, Errors& errors) {
  for (const Value::Member& label : labels) {
    errors.invalid_each(path, RuleId::ValidateLabels, label.key, formats::qualified_name(label.key));
    if (!label.value.is_string()) continue;
    const std::string& value = label.value.as_string();
    errors.invalid_each(path, RuleId::ValidateLabels, value, formats::label_value(value));
  }
}

void validate_annotations(const Value::Object& annotations, const Path& path, Errors& errors) {
  constexpr std::size_t kSizeMax = std::size_t{256} << 10;
  std::size_t size = 0;
  for (const Value::Member& annotation : annotations) {
    // Case does not matter in the keys of annotations.
    std::string key = annotation.key;
    std::transform(key.begin(), key.end(), key.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    errors.invalid_each(path, RuleId::ValidateAnnotations, annotation.key, formats::qualified_name(key));
    size += annotation.key.size() + (annotation.value.is_string() ? annotation.value.as_string().size() : 0);
  }
  if (size > kSizeMax) errors.too_long(path, RuleId::ValidateAnnotations, kSizeMax);
}

void validate_object_meta(const Value& meta, const Path& path, Errors& errors) {
  constexpr RuleId kName = RuleId::ValidateObjectName;
  const std::string& generate = meta.string_at("generateName");
  const std::string& name = meta.string_at("name");
  if (!generate.empty()) {
    errors.invalid_each(path.child("generateName"), kName, generate, formats::dns1123_subdomain(generate, true));
  }
  if (!name.empty()) {
    errors.invalid_each(path.child("name"), kName, name, formats::dns1123_subdomain(name));
  } else if (generate.empty()) {
    errors.required(path.child("name"), kName, "name or generateName is required");
  }
  const std::string& space = meta.string_at("namespace");
  if (!space.empty()) errors.invalid_each(path.child("namespace"), kName, space, formats::dns1123_label(space));
  validate_labels(map_at(meta, "labels"), path.child("labels"), errors);
  validate_annotations(map_at(meta, "annotations"), path.child("annotations"), errors);
  const Value::Array& finalizers = list_at(meta, "finalizers");
  const Path finalizers_path = path.child("finalizers");
  for (const Value& finalizer : finalizers) {
    const std::string& text = finalizer.as_string();
    errors.invalid_each(finalizers_path, RuleId::ValidateFinalizers, text, formats::qualified_name(text));
  }
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string& text = finalizers[i].as_string();
    if (text.find('/') != std::string::npos || is_standard_finalizer(text)) continue;
    errors.invalid(finalizers_path.index(i), RuleId::ValidateFinalizers, text,
                   "name is neither a standard finalizer name nor is it fully qualified");
  }
}

void validate_pod_spec(const Value& spec, const Path& path, Options options, Errors& errors) {
  const std::optional<std::int64_t> grace = int_at(spec, "terminationGracePeriodSeconds");
  if (!grace) errors.required(path.child("terminationGracePeriodSeconds"), RuleId::ValidateGracePeriod);
  options.has_grace = grace.has_value();
  options.grace = grace.value_or(0);
  options.restart_policy = spec.string_at("restartPolicy");
  const VolumeNames volumes = validate_volumes(list_at(spec, "volumes"), path.child("volumes"), errors);
  validate_containers(spec, volumes, path.child("containers"), options, errors);
  validate_init_containers(spec, volumes, path.child("initContainers"), options, errors);
  validate_ephemeral_containers(spec, volumes, path.child("ephemeralContainers"), options, errors);
  validate_host_network(spec, path, options, errors);
  validate_policies(spec, path, errors);
  validate_labels(map_at(spec, "nodeSelector"), path.child("nodeSelector"), errors);
  validate_gates(spec, path, errors);
  validate_reference(spec, "serviceAccountName", path, errors);
  validate_reference(spec, "nodeName", path, errors);
  constexpr std::int64_t kDeadlineMax = std::numeric_limits<std::int32_t>::max();
  if (const auto deadline = int_at(spec, "activeDeadlineSeconds"); deadline && (*deadline < 1 || *deadline > kDeadlineMax)) {
    errors.invalid(path.child("activeDeadlineSeconds"), RuleId::ValidateActiveDeadline, *deadline,
                   formats::inclusive_range(1, kDeadlineMax));
  }
  validate_host_label(spec, "hostname", path, errors);
  validate_host_label(spec, "subdomain", path, errors);
  validate_reference(spec, "priorityClassName", path, errors);
  validate_reference(spec, "runtimeClassName", path, errors);
}

void validate_pod(const Value& pod, Errors& errors) {
  const Value& spec = part_of(pod, "spec");
  Options options;
  options.is_pod = true;
  const Path meta_path{"metadata"}, path{"spec"};
  validate_object_meta(part_of(pod, "metadata"), meta_path, errors);
  validate_pod_spec(spec, path, options, errors);
  validate_images_of_pod(list_at(spec, "containers"), path.child("containers"), errors);
  validate_images_of_pod(list_at(spec, "initContainers"), path.child("initContainers"), errors);
  if (!list_at(spec, "ephemeralContainers").empty()) {
    errors.forbidden(path.child("ephemeralContainers"), RuleId::ValidateNoEphemeral, "cannot be set on create");
  }
  if (!spec.string_at("nodeName").empty() && !list_at(spec, "schedulingGates").empty()) {
    errors.forbidden(path.child("nodeName"), RuleId::ValidateGatedNode, "cannot be set until all schedulingGates have been cleared");
  }
}

}  // namespace podlapse::validation
