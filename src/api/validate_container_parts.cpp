#include <algorithm>

#include "formats.hpp"
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

/// validateFileKeySelector.
void validate_file_ref(const Value& ref, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateEnvSource;
  for (const char* field : {"volumeName", "path", "key"}) {
    if (ref.string_at(field).empty()) errors.required(path.child(field), kRule);
  }
  validate_local_path(ref.string_at("path"), path.child("path"), kRule, errors);
}

void validate_env_field(const Value& ref, const Path& path, Errors& errors) {
  validate_field_ref(ref, DownwardUse::Environment, path, errors);
}

void validate_env_resource(const Value& ref, const Path& path, Errors& errors) {
  validate_resource_ref(ref, DownwardUse::Environment, path, errors);
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
    check(*ref, path.child(name), errors);
  };
  source("fieldRef", validate_env_field);
  source("resourceFieldRef", validate_env_resource);
  source("configMapKeyRef", validate_key_ref);
  source("secretKeyRef", validate_key_ref);
  source("fileKeyRef", validate_file_ref);
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
