#include <set>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::size_t kRestartRulesMax = 20, kExitCodesMax = 255;
const std::initializer_list<std::string_view> kActions = {"Restart", "RestartAllContainers"};
const std::initializer_list<std::string_view> kActionsWithoutAll = {"Restart"};

/// Row 3.
void validate_name(const Value& container, const Path& path, Errors& errors) {
  const std::string& name = container.string_at("name");
  const Path name_path = path.child("name");
  if (name.empty()) {
    errors.required(name_path, RuleId::ValidateContainerNameGiven);
  } else {
    errors.invalid_each(name_path, RuleId::ValidateContainerName, name, formats::dns1123_label(name));
  }
}

void validate_pull_policy(const Value& container, const Path& path, Errors& errors) {
  const std::string& policy = container.string_at("imagePullPolicy");
  const Path policy_path = path.child("imagePullPolicy");
  if (policy.empty()) return errors.required(policy_path, RuleId::ValidateImagePullPolicy);
  if (is_one_of(policy, {"Always", "IfNotPresent", "Never"})) return;
  errors.not_supported(policy_path, RuleId::ValidateImagePullPolicy, policy, {"Always", "IfNotPresent", "Never"});
}

void validate_message_policy(const Value& container, const Path& path, Errors& errors) {
  const std::string& policy = container.string_at("terminationMessagePolicy");
  const Path policy_path = path.child("terminationMessagePolicy");
  if (policy.empty()) return errors.required(policy_path, RuleId::ValidateTerminationMessagePolicy);
  if (is_one_of(policy, {"File", "FallbackToLogsOnError"})) return;
  errors.not_supported(policy_path, RuleId::ValidateTerminationMessagePolicy, policy, {"File", "FallbackToLogsOnError"});
}

/// validateContainerCommon.
void validate_common(const Value& container, const VolumeNames& volumes, const Path& path, const Options& options, Errors& errors) {
  validate_name(container, path, errors);
  if (container.string_at("image").empty()) errors.required(path.child("image"), RuleId::ValidateImage);
  validate_message_policy(container, path, errors);
  validate_ports(list_at(container, "ports"), path.child("ports"), errors);
  validate_env(container, path, errors);
  validate_volume_mounts(container, volumes, path.child("volumeMounts"), errors);
  validate_volume_devices(container, volumes, path.child("volumeDevices"), errors);
  validate_pull_policy(container, path, errors);
  if (const Value* resources = object_at(container, "resources")) {
    validate_resources(*resources, options, path.child("resources"), errors);
  }
  validate_resize_policy(list_at(container, "resizePolicy"), path.child("resizePolicy"), options, errors);
  validate_security_context(container, path.child("securityContext"), options, errors);
}

/// One entry of restartPolicyRules (KEP-5307).
void validate_restart_rule(const Value& rule, const Path& path, Errors& errors) {
  const std::string& action = rule.string_at("action");
  const auto actions = errors.gates().restart_all_containers_on_container_exits ? kActions : kActionsWithoutAll;
  if (!is_one_of(action, actions)) {
    errors.not_supported(path.child("action"), RuleId::ValidateRestartRuleAction, action, actions);
  }
  const Path codes_path = path.child("exitCodes");
  const Value* codes = object_at(rule, "exitCodes");
  if (codes == nullptr) return errors.required(codes_path, RuleId::ValidateRestartRuleExitCodes, "must be specified");
  const std::string& op = codes->string_at("operator");
  if (!is_one_of(op, {"In", "NotIn"})) {
    errors.not_supported(codes_path.child("operator"), RuleId::ValidateRestartRuleOperator, op, {"In", "NotIn"});
  }
  const std::size_t count = list_at(*codes, "values").size();
  if (count > kExitCodesMax) {
    errors.too_many(codes_path.child("values"), RuleId::ValidateRestartRuleValues, count, kExitCodesMax);
  }
}

/// validateContainerRestartPolicy.
void validate_restart_policy(const Value& container, const Path& path, Errors& errors) {
  const Value* policy = container.find("restartPolicy");
  const Value::Array& rules = list_at(container, "restartPolicyRules");
  const Path policy_path = path.child("restartPolicy"), rules_path = path.child("restartPolicyRules");
  if (policy != nullptr && policy->is_string() && !is_one_of(policy->as_string(), {"Always", "Never", "OnFailure"})) {
    errors.not_supported(policy_path, RuleId::ValidateContainerRestartPolicy, policy->as_string(),
                         {"Always", "Never", "OnFailure"});
  }
  if (rules.empty()) return;
  if (policy == nullptr) {
    errors.required(policy_path, RuleId::ValidateRestartRulesPolicy, "must specify restartPolicy when restart rules are used");
  }
  if (rules.size() > kRestartRulesMax) {
    errors.too_many(rules_path, RuleId::ValidateRestartRulesCount, rules.size(), kRestartRulesMax);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Path rule_path = rules_path.index(i);
    validate_restart_rule(rules[i], rule_path, errors);
  }
}

/// validateContainers: where the gate is off and the field was not dropped, the release knows it for init containers alone.
void validate_main_restart_policy(const Value& container, const Path& path, Errors& errors) {
  if (errors.gates().container_restart_rules) return validate_restart_policy(container, path, errors);
  if (container.find("restartPolicy") == nullptr) return;
  errors.forbidden(path.child("restartPolicy"), RuleId::ValidateMainRestartPolicy, "may not be set for non-init containers");
}

/// validateInitContainerRestartPolicy.
void validate_init_restart_policy(const Value& container, const Path& path, Errors& errors) {
  const FeatureGates& gates = errors.gates();
  const std::string& policy = container.string_at("restartPolicy");
  if (!gates.container_restart_rules) {
    if (container.find("restartPolicy") == nullptr || policy == "Always") return;
    return errors.not_supported(path.child("restartPolicy"), RuleId::ValidateInitRestartPolicy, policy, {"Always"});
  }
  if (policy != "Always" || gates.restart_all_containers_on_container_exits) return validate_restart_policy(container, path, errors);
  if (list_at(container, "restartPolicyRules").empty()) return;
  errors.forbidden(path.child("restartPolicyRules"), RuleId::ValidateSidecarRules,
                   "restartPolicyRules are not allowed for init containers with restart policy Always");
}

/// What an init container may not have unless it is a sidecar.
void forbid_for_init(const Value& container, const Path& path, Errors& errors) {
  struct Field {
    const char* name;
    RuleId rule;
  };
  constexpr Field kFields[] = {{"lifecycle", RuleId::ValidateInitLifecycle},
                               {"livenessProbe", RuleId::ValidateInitLiveness},
                               {"readinessProbe", RuleId::ValidateInitReadiness},
                               {"startupProbe", RuleId::ValidateInitStartup}};
  for (const Field& field : kFields) {
    if (object_at(container, field.name) == nullptr) continue;
    const bool knows_sidecars = errors.gates().container_restart_policy_field;
    errors.forbidden(path.child(field.name), field.rule,
                     std::string{"may not be set for init containers"} + (knows_sidecars ? " without restartPolicy=Always" : ""));
  }
}

using Names = std::set<std::string, std::less<>>;

void check_unique(const Value& container, const Path& path, Names& names, Errors& errors) {
  const std::string& name = container.string_at("name");
  if (!names.insert(name).second) errors.duplicate(path.child("name"), RuleId::ValidateContainerNameUnique, name);
}

Names names_of(const Value::Array& containers) {
  Names names;
  for (const Value& container : containers) names.insert(container.string_at("name"));
  return names;
}

/// validateContainerOnlyForPod.
void validate_image_blanks(const Value& container, const Path& path, Errors& errors) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::string& image = container.string_at("image");
  if (image.empty()) return;
  const bool is_padded =
      kBlanks.find(image.front()) != std::string_view::npos || kBlanks.find(image.back()) != std::string_view::npos;
  if (is_padded) errors.invalid(path.child("image"), RuleId::ValidateImageBlanks, image, "must not have leading or trailing whitespace");
}

/// What allowedEphemeralContainerFields leaves out, in the order of the struct, and paths within volumes.
void forbid_for_ephemeral(const Value& container, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateEphemeralFields;
  constexpr const char* kDetail = "cannot be set for an Ephemeral Container";
  for (const char* field : {"ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe",
                            "readinessProbe", "startupProbe", "lifecycle"}) {
    const Value* value = container.find(field);
    const bool is_unset = value == nullptr || (value->is_object() && value->members().empty() && field == std::string_view{"resources"});
    if (!is_unset) errors.forbidden(path.child(field), kRule, kDetail);
  }
  const Value::Array& mounts = list_at(container, "volumeMounts");
  const Path mounts_path = path.child("volumeMounts");
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Path at = mounts_path.index(i);
    for (const char* field : {"subPath", "subPathExpr"}) {
      if (!mounts[i].string_at(field).empty()) errors.forbidden(at.child(field), kRule, kDetail);
    }
  }
}

}  // namespace

void validate_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options, Errors& errors) {
  const Value::Array& containers = list_at(spec, "containers");
  if (containers.empty()) return errors.required(path, RuleId::ValidateContainers);
  Names names;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value& container = containers[i];
    const Path at = path.index(i);
    validate_common(container, volumes, at, options, errors);
    check_unique(container, at, names, errors);
    if (const Value* lifecycle = object_at(container, "lifecycle")) {
      validate_lifecycle(*lifecycle, at.child("lifecycle"), options, errors);
    }
    validate_probes(container, at, options, errors);
    validate_main_restart_policy(container, at, errors);
  }
  std::set<std::string> host_ports;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Path at = path.index(i);
    check_host_ports(containers[i], at.child("ports"), host_ports, errors);
  }
}

void validate_init_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options,
                              Errors& errors) {
  const Value::Array& containers = list_at(spec, "initContainers");
  Names names = names_of(list_at(spec, "containers"));
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value& container = containers[i];
    const Path at = path.index(i);
    validate_common(container, volumes, at, options, errors);
    validate_init_restart_policy(container, at, errors);
    const bool is_nameless = container.string_at("name").empty();
    if (!is_nameless || names.count("") != 0) check_unique(container, at, names, errors);
    // Each init container by itself (they run one after another), under a path that lacks the init container's own index.
    std::set<std::string> host_ports;
    const Path first = path.index(0);
    check_host_ports(container, first.child("ports"), host_ports, errors);
    if (container.string_at("restartPolicy") != "Always") {
      forbid_for_init(container, at, errors);
      continue;
    }
    if (const Value* lifecycle = object_at(container, "lifecycle")) {
      validate_lifecycle(*lifecycle, at.child("lifecycle"), options, errors);
    }
    validate_probes(container, at, options, errors);
  }
}

void validate_ephemeral_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options,
                                   Errors& errors) {
  const Value::Array& containers = list_at(spec, "ephemeralContainers");
  Names others = names_of(list_at(spec, "containers"));
  others.merge(names_of(list_at(spec, "initContainers")));
  Names names = others;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value& container = containers[i];
    const Path at = path.index(i);
    validate_common(container, volumes, at, options, errors);
    validate_image_blanks(container, at, errors);
    check_unique(container, at, names, errors);
    const std::string& target = container.string_at("targetContainerName");
    if (!target.empty() && others.count(target) == 0) {
      errors.not_found(at.child("targetContainerName"), RuleId::ValidateEphemeralTarget, target);
    }
    forbid_for_ephemeral(container, at, errors);
  }
}

void validate_images_of_pod(const Value::Array& containers, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < containers.size(); ++i) validate_image_blanks(containers[i], path.index(i), errors);
}

}  // namespace podlapse::validation
