#include <algorithm>
#include <map>

#include "formats.hpp"
#include "podlapse/api/quantity.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::int64_t kPortMax = 65535;

void validate_port_number(std::int64_t port, const Path& path, Errors& errors) {
  if (port >= 1 && port <= kPortMax) return;
  errors.invalid(path, RuleId::ValidateContainerPort, port, formats::inclusive_range(1, kPortMax));
}

/// A reference by name and key: configMapKeyRef, secretKeyRef.
void validate_key_ref(const Value& ref, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateEnvSource;
  const std::string& name = ref.string_at("name");
  const std::string& key = ref.string_at("key");
  errors.invalid_each(path.child("name"), kRule, name, formats::dns1123_subdomain(name));
  if (key.empty()) {
    errors.required(path.child("key"), kRule);
  } else {
    errors.invalid_each(path.child("key"), kRule, key, formats::config_map_key(key));
  }
}

/// validateObjectFieldSelector for environment variables.
void validate_field_ref(const Value& ref, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateEnvSource;
  const std::string& field = ref.string_at("fieldPath");
  const Path field_path = path.child("fieldPath");
  if (field.empty()) return errors.required(field_path, kRule);
  if (const std::size_t bracket = field.find("['"); bracket != std::string::npos && field.size() > bracket + 3 &&
                                                    field.compare(field.size() - 2, 2, "']") == 0) {
    std::string key = field.substr(bracket + 2, field.size() - bracket - 4);
    const std::string map = field.substr(0, bracket);
    if (map == "metadata.annotations" || map == "metadata.labels") {
      errors.invalid_each(path, kRule, key, formats::qualified_name(key));
    } else {
      errors.invalid(field_path, kRule, field, "error converting fieldPath: field label does not support subscript");
    }
    return;
  }
  if (is_one_of(field, {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
                        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"})) {
    return;
  }
  if (is_one_of(field, {"metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase",
                        "spec.hostNetwork", "status.nominatedNodeName"})) {
    errors.not_supported(field_path, kRule, field,
                         {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
                          "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"});
    return;
  }
  errors.invalid(field_path, kRule, field, "error converting fieldPath: field label not supported: " + field);
}

void validate_resource_ref(const Value& ref, const Path& path, Errors& errors) {
  const std::string& resource = ref.string_at("resource");
  const Path resource_path = path.child("resource");
  if (resource.empty()) return errors.required(resource_path, RuleId::ValidateEnvSource);
  const bool is_hugepages = resource.rfind("requests.hugepages-", 0) == 0 || resource.rfind("limits.hugepages-", 0) == 0;
  if (is_hugepages || is_one_of(resource, {"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
                                           "requests.ephemeral-storage", "requests.memory"})) {
    return;
  }
  errors.not_supported(resource_path, RuleId::ValidateEnvSource, resource,
                       {"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
                        "requests.ephemeral-storage", "requests.memory"});
}

/// validateEnvVarValueFrom.
void validate_value_from(const Value& variable, const Path& path, Errors& errors) {
  const Value* from = object_at(variable, "valueFrom");
  if (from == nullptr) return;
  int sources = 0;
  const auto source = [&](const char* name, void (*check)(const Value&, const Path&, Errors&)) {
    const Value* ref = object_at(*from, name);
    if (ref == nullptr) return;
    ++sources;
    if (check != nullptr) check(*ref, path.child(name), errors);
  };
  source("fieldRef", validate_field_ref);
  source("resourceFieldRef", validate_resource_ref);
  source("configMapKeyRef", validate_key_ref);
  source("secretKeyRef", validate_key_ref);
  source("fileKeyRef", nullptr);
  const char* complaint = nullptr;
  if (sources == 0) {
    complaint = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
  } else if (!variable.string_at("value").empty()) {
    complaint = "may not be specified when `value` is not empty";
  } else if (sources > 1) {
    complaint = "may not have more than one field specified at a time";
  }
  if (complaint != nullptr) errors.invalid(path, RuleId::ValidateEnvSource, "", complaint);
}

/// ValidateEnvFrom. Errors about the number of sources name the whole list.
void validate_env_from(const Value::Array& list, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateEnvSource;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Path at = path.index(i);
    const std::string& prefix = list[i].string_at("prefix");
    if (!prefix.empty()) errors.invalid_each(at.child("prefix"), kRule, prefix, formats::env_var_name(prefix));
    int sources = 0;
    for (const char* kind : {"configMapRef", "secretRef"}) {
      const Value* ref = object_at(list[i], kind);
      if (ref == nullptr) continue;
      ++sources;
      const Path ref_path = at.child(kind);
      const std::string& name = ref->string_at("name");
      if (name.empty()) {
        errors.required(ref_path.child("name"), kRule);
      } else {
        errors.invalid_each(ref_path.child("name"), kRule, name, formats::dns1123_subdomain(name, true));
      }
    }
    if (sources == 0) errors.invalid(path, kRule, "", "must specify one of: `configMapRef` or `secretRef`");
    if (sources > 1) errors.invalid(path, kRule, "", "may not have more than one field specified at a time");
  }
}

bool is_hugepages(std::string_view name) { return name.substr(0, 10) == "hugepages-"; }

/// IsNativeResource.
bool is_native(std::string_view name) {
  return name.find('/') == std::string_view::npos || name.find("kubernetes.io/") != std::string_view::npos;
}

/// validateContainerResourceName.
void validate_resource_name(const std::string& name, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceName;
  const formats::Messages messages = formats::qualified_name(name);
  errors.invalid_each(path, kRule, name, messages);
  const bool is_short = name.find('/') == std::string::npos;
  const bool is_container_resource = is_one_of(name, {"cpu", "memory", "ephemeral-storage"}) || is_hugepages(name);
  const bool is_standard =
      is_container_resource || is_one_of(name, {"requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu",
                                                "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services",
                                                "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
                                                "storage", "requests.storage", "services.nodeports", "services.loadbalancers"});
  if (messages.empty() && is_short && !is_standard) {
    errors.invalid(path, kRule, name, "must be a standard resource type or fully qualified");
  }
  if (is_short && !is_container_resource) {
    errors.invalid(path, kRule, name, "must be a standard resource for containers");
  } else if (!is_native(name) && (name.rfind("requests.", 0) == 0 || !formats::qualified_name("requests." + name).empty())) {
    errors.invalid(path, kRule, name, "doesn't follow extended resource name standard");
  }
}

/// ValidateResourceQuantityValue.
void validate_amount(const std::string& name, const Quantity& amount, const Path& path, Errors& errors) {
  constexpr QuantityAmount kUnit = 1'000'000'000;
  if (amount.nano < 0) {
    errors.invalid(path, RuleId::ValidateResourceAmount, amount.to_string(), "must be greater than or equal to 0");
  }
  if (!is_native(name) && amount.nano % kUnit != 0) {
    errors.invalid(path, RuleId::ValidateResourceAmount, amount.to_string(), "must be an integer");
  }
}

using Amounts = std::map<std::string, Quantity, std::less<>>;

/// The quantities of limits or requests, by name; each validated.
Amounts validate_amounts(const Value& resources, const char* which, const Path& path, Errors& errors) {
  Amounts amounts;
  for (const Value::Member& member : map_at(resources, which)) {
    Quantity amount;
    std::string unused;
    if (member.value.is_string() && parse_quantity(member.value.as_string(), amount, unused)) amounts.emplace(member.key, amount);
  }
  const Path list_path = path.child(which);
  for (const auto& [name, amount] : amounts) {
    const Path at = list_path.key(name);
    validate_resource_name(name, at, errors);
    validate_amount(name, amount, at, errors);
  }
  return amounts;
}

}  // namespace

void validate_ports(const Value::Array& ports, const Path& path, Errors& errors) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Value& port = ports[i];
    const Path at = path.index(i);
    const std::string& name = port.string_at("name");
    if (!name.empty()) {
      const formats::Messages messages = formats::port_name(name);
      errors.invalid_each(at.child("name"), RuleId::ValidatePortName, name, messages);
      if (messages.empty() && !names.insert(name).second) {
        errors.duplicate(at.child("name"), RuleId::ValidatePortUnique, name);
      }
    }
    const std::int64_t number = int_at(port, "containerPort").value_or(0);
    if (number == 0) {
      errors.required(at.child("containerPort"), RuleId::ValidateContainerPort);
    } else {
      validate_port_number(number, at.child("containerPort"), errors);
    }
    const std::int64_t host_port = int_at(port, "hostPort").value_or(0);
    if (host_port != 0) validate_port_number(host_port, at.child("hostPort"), errors);
    const std::string& protocol = port.string_at("protocol");
    if (protocol.empty()) {
      errors.required(at.child("protocol"), RuleId::ValidateProtocol);
    } else if (!is_one_of(protocol, {"SCTP", "TCP", "UDP"})) {
      errors.not_supported(at.child("protocol"), RuleId::ValidateProtocol, protocol, {"SCTP", "TCP", "UDP"});
    }
  }
}

void check_host_ports(const Value& container, const Path& path, std::set<std::string>& taken, Errors& errors) {
  const Value::Array& ports = list_at(container, "ports");
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::int64_t host_port = int_at(ports[i], "hostPort").value_or(0);
    if (host_port == 0) continue;
    const std::string text =
        ports[i].string_at("protocol") + "/" + ports[i].string_at("hostIP") + "/" + std::to_string(host_port);
    const Path at = path.index(i);
    if (!taken.insert(text).second) errors.duplicate(at.child("hostPort"), RuleId::ValidatePortUnique, text);
  }
}

void validate_env(const Value& container, const Path& path, Errors& errors) {
  const Value::Array& variables = list_at(container, "env");
  const Path env_path = path.child("env");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Path at = env_path.index(i);
    const std::string& name = variables[i].string_at("name");
    if (name.empty()) {
      errors.required(at.child("name"), RuleId::ValidateEnvName);
    } else {
      errors.invalid_each(at.child("name"), RuleId::ValidateEnvName, name, formats::env_var_name(name));
    }
    validate_value_from(variables[i], at.child("valueFrom"), errors);
  }
  validate_env_from(list_at(container, "envFrom"), path.child("envFrom"), errors);
}

void validate_resources(const Value& resources, const Path& path, Errors& errors) {
  const Amounts limits = validate_amounts(resources, "limits", path, errors);
  Errors of_requests;
  const Amounts requests = validate_amounts(resources, "requests", path, of_requests);
  errors.append(std::move(of_requests));
  const Path requests_path = path.child("requests");
  for (const auto& [name, request] : requests) {
    const bool overcommit = is_native(name) && !is_hugepages(name);
    const auto limit = limits.find(name);
    if (limit == limits.end()) {
      if (!overcommit) {
        errors.required(path.child("limits"), RuleId::ValidateRequestLimit, "Limit must be set for non overcommitable resources");
      }
      continue;
    }
    const bool is_equal = request.nano == limit->second.nano;
    if (!is_equal && !overcommit) {
      errors.invalid(requests_path, RuleId::ValidateRequestLimit, request.to_string(),
                     "must be equal to " + name + " limit of " + limit->second.to_string());
    } else if (request.nano > limit->second.nano) {
      errors.invalid(requests_path, RuleId::ValidateRequestLimit, request.to_string(),
                     "must be less than or equal to " + name + " limit of " + limit->second.to_string());
    }
  }
  const auto has = [&](auto&& matches) {
    const auto any = [&](const Amounts& amounts) {
      return std::any_of(amounts.begin(), amounts.end(), [&](const auto& entry) { return matches(entry.first); });
    };
    return any(limits) || any(requests);
  };
  if (has([](const std::string& name) { return is_hugepages(name); }) &&
      !has([](const std::string& name) { return name == "cpu" || name == "memory"; })) {
    errors.forbidden(path, RuleId::ValidateResourceName, "HugePages require cpu or memory");
  }
}

void validate_resize_policy(const Value::Array& policies, const Path& path, const Options& options, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResizePolicy;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const std::string& resource = policies[i].string_at("resourceName");
    const std::string& policy = policies[i].string_at("restartPolicy");
    if (!seen.insert(resource).second) errors.duplicate(path.index(i), kRule, resource);
    if (resource.empty()) {
      errors.required(path, kRule);
    } else if (!is_one_of(resource, {"cpu", "memory"})) {
      errors.not_supported(path, kRule, resource, {"cpu", "memory"});
    }
    if (policy.empty()) {
      errors.required(path, kRule);
    } else if (!is_one_of(policy, {"NotRequired", "RestartContainer"})) {
      errors.not_supported(path, kRule, policy, {"NotRequired", "RestartContainer"});
    }
    if (options.restart_policy == "Never" && policy != "NotRequired") {
      errors.invalid(path, kRule, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

}  // namespace podlapse::validation
