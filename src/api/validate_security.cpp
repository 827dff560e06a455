// Security contexts of Pods and containers (pkg/apis/core/validation/validation.go).
#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::int64_t kIdMax = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kSysctlMax = 253, kProfileMax = 4095;

/// IsValidUserID and IsValidGroupID.
void validate_id(std::int64_t id, RuleId rule, const Path& path, Errors& errors) {
  if (id < 0 || id > kIdMax) errors.invalid(path, rule, id, formats::inclusive_range(0, kIdMax));
}

void validate_ids(const Value& context, RuleId rule, const Path& path, Errors& errors) {
  for (const char* field : {"runAsUser", "runAsGroup"}) {
    if (const auto id = int_at(context, field)) validate_id(*id, rule, path.child(field), errors);
  }
}

/// A pointer to a word of `known`.
void validate_word(const Value& context, const char* field, RuleId rule, std::initializer_list<std::string_view> known,
                   const Path& path, Errors& errors) {
  const Value* value = context.find(field);
  if (value == nullptr || is_one_of(value->as_string(), known)) return;
  errors.not_supported(path.child(field), rule, value->as_string(), known);
}

/// ([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?
bool is_sysctl_name(std::string_view name) {
  const auto edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.size() > kSysctlMax) return false;
  while (true) {
    const std::size_t stop = name.find_first_of("./");
    const std::string_view part = name.substr(0, stop);
    const bool fits = !part.empty() && edge(part.front()) && edge(part.back()) &&
                      std::all_of(part.begin(), part.end(), [&](char c) { return edge(c) || c == '-' || c == '_'; });
    if (!fits) return false;
    if (stop == std::string_view::npos) return true;
    name.remove_prefix(stop + 1);
  }
}

/// GetNamespace of component-helpers/node/util/sysctl: whether a sysctl is one of the network's or of IPC.
bool is_net_sysctl(std::string_view name) {
  return name.substr(0, 4) == "net." || name.substr(0, 4) == "net/";
}
bool is_ipc_sysctl(std::string_view name) {
  if (name.substr(0, 10) == "fs.mqueue." || name.substr(0, 10) == "fs/mqueue/") return true;
  constexpr std::string_view kKernel = "kernel";
  if (name.substr(0, kKernel.size()) != kKernel || name.size() <= kKernel.size()) return false;
  const std::string_view rest = name.substr(kKernel.size() + 1);
  return rest == "sem" || rest.substr(0, 3) == "shm" || rest.substr(0, 3) == "msg";
}

/// validateSysctls.
void validate_sysctls(const Value& context, const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSysctls;
  const Value::Array& sysctls = list_at(context, "sysctls");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < sysctls.size(); ++i) {
    const std::string& name = sysctls[i].string_at("name");
    const Path at = path.index(i);
    const Path name_path = at.child("name");
    if (name.empty()) {
      errors.required(name_path, kRule);
    } else if (!is_sysctl_name(name)) {
      errors.invalid(name_path, kRule, name,
                     "must have at most 253 characters and match regex "
                     "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
    } else if (seen.count(name) != 0) {
      errors.duplicate(name_path, kRule, name);
    }
    if (bool_at(spec, "hostNetwork") && is_net_sysctl(name)) {
      errors.invalid(name_path, kRule, name, "may not be specified when 'hostNetwork' is true");
    } else if (bool_at(spec, "hostIPC") && is_ipc_sysctl(name)) {
      errors.invalid(name_path, kRule, name, "may not be specified when 'hostIPC' is true");
    }
    seen.insert(name);
  }
}

/// validateSeccompProfileField.
void validate_seccomp(const Value& context, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSeccomp;
  const Value* profile = object_at(context, "seccompProfile");
  if (profile == nullptr) return;
  const std::string& type = profile->string_at("type");
  const Value* local = profile->find("localhostProfile");
  if (type.empty()) {
    errors.required(path.child("type"), kRule, "type is required when seccompProfile is set");
  } else if (!is_one_of(type, {"Localhost", "RuntimeDefault", "Unconfined"})) {
    errors.not_supported(path.child("type"), kRule, type, {"Localhost", "RuntimeDefault", "Unconfined"});
  }
  const Path local_path = path.child("localhostProfile");
  if (type == "Localhost") {
    if (local == nullptr) {
      errors.required(local_path, kRule, "must be set when seccomp type is Localhost");
    } else {
      validate_local_path(local->as_string(), local_path, kRule, errors);
    }
  } else if (local != nullptr) {
    errors.invalid_json(local_path, kRule, internal_json(*profile, SchemaType::SeccompProfile),
                        "can only be set when seccomp type is Localhost");
  }
}

/// ValidateAppArmorProfileField.
void validate_apparmor(const Value& context, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateAppArmor;
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const Value* profile = object_at(context, "appArmorProfile");
  if (profile == nullptr) return;
  const std::string& type = profile->string_at("type");
  const Value* local = profile->find("localhostProfile");
  const Path local_path = path.child("localhostProfile");
  if (type == "Localhost") {
    const std::string& text = profile->string_at("localhostProfile");
    if (!text.empty() &&
        (kBlanks.find(text.front()) != std::string_view::npos || kBlanks.find(text.back()) != std::string_view::npos)) {
      errors.invalid(local_path, kRule, text, "must not be padded with whitespace");
    } else if (text.empty()) {
      errors.required(local_path, kRule, "must be set when AppArmor type is Localhost");
    }
    if (text.size() > kProfileMax) errors.too_long(local_path, kRule, kProfileMax);
  } else if (type == "RuntimeDefault" || type == "Unconfined") {
    if (local != nullptr)
      errors.invalid(local_path, kRule, local->as_string(), "can only be set when AppArmor type is Localhost");
  } else if (type.empty()) {
    errors.required(path.child("type"), kRule, "type is required when appArmorProfile is set");
  } else {
    errors.not_supported(path.child("type"), kRule, type, {"Localhost", "RuntimeDefault", "Unconfined"});
  }
}

void validate_profiles(const Value& context, const Path& path, Errors& errors) {
  validate_windows_options(object_at(context, "windowsOptions"), path.child("windowsOptions"), errors);
  validate_apparmor(context, path.child("appArmorProfile"), errors);
}

}  // namespace

void validate_pod_security_context(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePodSecurityContext;
  const Value& context = part_of(spec, "securityContext");
  if (const auto group = int_at(context, "fsGroup")) validate_id(*group, kRule, path.child("fsGroup"), errors);
  validate_ids(context, kRule, path, errors);
  const Value::Array& groups = list_at(context, "supplementalGroups");
  const Path groups_path = path.child("supplementalGroups");
  for (std::size_t i = 0; i < groups.size(); ++i) validate_id(groups[i].as_int(), kRule, groups_path.index(i), errors);
  if (bool_at(spec, "shareProcessNamespace") && bool_at(spec, "hostPID")) {
    errors.invalid_json(path.child("shareProcessNamespace"), kRule, "true",
                        "ShareProcessNamespace and HostPID cannot both be enabled");
  }
  validate_sysctls(context, spec, path.child("sysctls"), errors);
  validate_word(context, "fsGroupChangePolicy", kRule, {"Always", "OnRootMismatch"}, path, errors);
  validate_seccomp(context, path.child("seccompProfile"), errors);
  validate_profiles(context, path, errors);
  validate_word(context, "supplementalGroupsPolicy", kRule, {"Merge", "Strict"}, path, errors);
  validate_word(context, "seLinuxChangePolicy", kRule, {"MountOption", "Recursive"}, path, errors);
}

void validate_security_context(const Value& container, const Path& path, const Options& options, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSecurityContext;
  const Value* context = object_at(container, "securityContext");
  if (context == nullptr) return;
  validate_ids(*context, kRule, path, errors);
  validate_word(*context, "procMount", kRule, {"Default", "Unmasked"}, path, errors);
  if (options.host_users && context->string_at("procMount") == "Unmasked") {
    errors.invalid(path.child("procMount"), kRule, "Unmasked", "`hostUsers` must be false to use `Unmasked`");
  }
  validate_seccomp(*context, path.child("seccompProfile"), errors);
  const Value* escalation = context->find("allowPrivilegeEscalation");
  if (escalation != nullptr && !escalation->as_bool()) {
    const std::string text = internal_json(*context, SchemaType::SecurityContext);
    if (bool_at(*context, "privileged")) {
      errors.invalid_json(path, kRule, text, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
    for (const Value& capability : list_at(part_of(*context, "capabilities"), "add")) {
      if (capability.as_string() != "CAP_SYS_ADMIN") continue;
      errors.invalid_json(path, kRule, text,
                          "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }
  }
  validate_profiles(*context, path, errors);
}

}  // namespace podlapse::validation
