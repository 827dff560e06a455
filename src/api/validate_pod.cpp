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

void validate_preemption(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePreemptionPolicy;
  if (spec.find("preemptionPolicy") == nullptr) return;
  const std::string& policy = spec.string_at("preemptionPolicy");
  const Path at = path.child("preemptionPolicy");
  if (policy.empty()) return errors.required(at, kRule);
  if (is_one_of(policy, {"PreemptLowerPriority", "Never"})) return;
  errors.not_supported(at, kRule, policy, {"PreemptLowerPriority", "Never"});
}

/// The fields of a Pod's spec that stand behind the checks of its parts, in ValidatePodSpec's order.
void validate_scalars(const Value& spec, const Path& path, Errors& errors) {
  validate_reference(spec, "serviceAccountName", path, errors);
  validate_reference(spec, "nodeName", path, errors);
  constexpr std::int64_t kDeadlineMax = std::numeric_limits<std::int32_t>::max();
  if (const auto deadline = int_at(spec, "activeDeadlineSeconds"); deadline && (*deadline < 1 || *deadline > kDeadlineMax)) {
    errors.invalid(path.child("activeDeadlineSeconds"), RuleId::ValidateActiveDeadline, *deadline,
                   formats::inclusive_range(1, kDeadlineMax));
  }
  validate_host_label(spec, "hostname", path, errors);
  validate_host_label(spec, "subdomain", path, errors);
  validate_tolerations(list_at(spec, "tolerations"), path.child("tolerations"), errors);
  validate_host_aliases(list_at(spec, "hostAliases"), path.child("hostAliases"), errors);
  validate_reference(spec, "priorityClassName", path, errors);
  validate_reference(spec, "runtimeClassName", path, errors);
  validate_preemption(spec, path, errors);
  if (const Value* overhead = object_at(spec, "overhead")) validate_overhead(*overhead, path.child("overhead"), errors);
  validate_os(spec, path, errors);
}

}  // namespace

void validate_pod_spec(const Value& spec, const Path& path, Options options, Errors& errors) {
  const std::optional<std::int64_t> grace = int_at(spec, "terminationGracePeriodSeconds");
  if (!grace) errors.required(path.child("terminationGracePeriodSeconds"), RuleId::ValidateGracePeriod);
  options.has_grace = grace.has_value();
  options.grace = grace.value_or(0);
  options.restart_policy = spec.string_at("restartPolicy");
  options.has_os = object_at(spec, "os") != nullptr;
  options.os = part_of(spec, "os").string_at("name");
  options.host_users = spec.find("hostUsers") == nullptr || bool_at(spec, "hostUsers");
  const VolumeNames volumes = validate_volumes(list_at(spec, "volumes"), options, path.child("volumes"), errors);
  options.claim_names = validate_resource_claims(list_at(spec, "resourceClaims"), path.child("resourceClaims"), errors);
  validate_containers(spec, volumes, path.child("containers"), options, errors);
  validate_init_containers(spec, volumes, path.child("initContainers"), options, errors);
  validate_ephemeral_containers(spec, volumes, path.child("ephemeralContainers"), options, errors);
  validate_pod_resources(spec, options, path.child("resources"), errors);
  validate_host_network(spec, path, options, errors);
  validate_policies(spec, path, errors);
  validate_labels(map_at(spec, "nodeSelector"), path.child("nodeSelector"), errors);
  validate_pod_security_context(spec, path.child("securityContext"), errors);
  if (const Value* affinity = object_at(spec, "affinity")) validate_affinity(*affinity, path.child("affinity"), errors);
  validate_dns_config(spec, path.child("dnsConfig"), errors);
  validate_gates(spec, path, errors);
  validate_topology_spread(list_at(spec, "topologySpreadConstraints"), path.child("topologySpreadConstraints"), errors);
  validate_host_process(spec, path, errors);
  validate_host_users(spec, path, errors);
  validate_scalars(spec, path, errors);
}

void validate_pod_parts(const Value& pod, Errors& errors) {
  const Value& meta = part_of(pod, "metadata");
  const Value& spec = part_of(pod, "spec");
  const Path meta_path{"metadata"}, path{"spec"};
  Options options;
  options.is_pod = true;
  options.pod_name = meta.string_at("name");
  validate_object_meta(meta, meta_path, errors);
  validate_pod_annotations(map_at(meta, "annotations"), spec, meta_path.child("annotations"), errors);
  validate_pod_spec(spec, path, options, errors);
  validate_images_of_pod(list_at(spec, "containers"), path.child("containers"), errors);
  validate_images_of_pod(list_at(spec, "initContainers"), path.child("initContainers"), errors);
}

void validate_pod(const Value& pod, Errors& errors) {
  const Value& spec = part_of(pod, "spec");
  const Path path{"spec"};
  validate_pod_parts(pod, errors);
  if (!list_at(spec, "ephemeralContainers").empty()) {
    errors.forbidden(path.child("ephemeralContainers"), RuleId::ValidateNoEphemeral, "cannot be set on create");
  }
  if (!spec.string_at("nodeName").empty() && !list_at(spec, "schedulingGates").empty()) {
    errors.forbidden(path.child("nodeName"), RuleId::ValidateGatedNode, "cannot be set until all schedulingGates have been cleared");
  }
  validate_profile_annotations(pod, errors);
}

}  // namespace podlapse::validation
