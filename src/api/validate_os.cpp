// What a Pod's operating system has a say in (pkg/apis/core/validation/validation.go).
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::size_t kDomainMax = 256, kUserMax = 104, kSpecMax = std::size_t{64} << 10;

/// VisitContainersWithPath.
void visit_containers(const Value& spec, const Path& path,
                      const std::function<void(const Value&, const Path&)>& visit) {
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const Value::Array& containers = list_at(spec, list);
    const Path list_path = path.child(list);
    for (std::size_t i = 0; i < containers.size(); ++i) visit(containers[i], list_path.index(i));
  }
}

/// ^[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}$
bool is_netbios(std::string_view domain) {
  constexpr std::size_t kMax = 15;
  return !domain.empty() && domain.size() <= kMax && domain.front() != '.' &&
         domain.find_first_of("\\/:*?\"<>|") == std::string_view::npos;
}

/// Labels of at most 63 letters, digits and inner dashes.
bool is_dns_domain(std::string_view domain) {
  constexpr std::size_t kMax = 63;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  while (true) {
    const std::size_t dot = domain.find('.');
    const std::string_view label = domain.substr(0, dot);
    const bool fits = !label.empty() && label.size() <= kMax && letter(label.front()) && letter(label.back()) &&
                      std::all_of(label.begin(), label.end(), [&](char c) { return letter(c) || c == '-'; });
    if (!fits) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

/// The messages about runAsUserName, "DOMAIN\user".
formats::Messages user_name_problems(const std::string& name) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; };
  if (name.empty()) return {"runAsUserName cannot be an empty string"};
  if (std::any_of(name.begin(), name.end(), is_control)) return {"runAsUserName cannot contain control characters"};
  if (std::count(name.begin(), name.end(), '\\') > 1) return {"runAsUserName cannot contain more than one backslash"};
  const std::size_t slash = name.find('\\');
  const std::string domain = slash == std::string::npos ? "" : name.substr(0, slash);
  const std::string user = slash == std::string::npos ? name : name.substr(slash + 1);
  formats::Messages messages;
  if (domain.size() >= kDomainMax) messages.emplace_back("runAsUserName's Domain length must be under 256 characters");
  if (slash != std::string::npos && !is_netbios(domain) && !is_dns_domain(domain)) {
    messages.emplace_back("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user.empty()) {
    messages.emplace_back("runAsUserName's User cannot be empty");
  } else if (user.size() > kUserMax) {
    messages.emplace_back("runAsUserName's User length must not be longer than 104 characters");
  }
  if (!user.empty() && user.find_first_not_of(". ") == std::string::npos) {
    messages.emplace_back("runAsUserName's User cannot contain only periods or spaces");
  }
  if (user.find_first_of("\"/\\:;|=,+*?<>@[]") != std::string::npos) {
    messages.emplace_back("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
  }
  return messages;
}

void forbid(const Value& holder, std::initializer_list<const char*> fields, const char* detail, const Path& path,
            Errors& errors) {
  for (const char* field : fields) {
    const Value* value = holder.find(field);
    const bool is_set = value != nullptr && !(value->is_array() && value->items().empty());
    if (is_set) errors.forbidden(path.child(field), RuleId::ValidateOsFields, detail);
  }
}

/// validateWindows.
void validate_windows(const Value& spec, const Path& path, Errors& errors) {
  constexpr const char* kDetail = "cannot be set for a windows pod";
  const Value& context = part_of(spec, "securityContext");
  const Path context_path = path.child("securityContext");
  forbid(context, {"appArmorProfile", "seLinuxOptions"}, kDetail, context_path, errors);
  forbid(spec, {"hostUsers"}, kDetail, path, errors);
  for (const char* flag : {"hostPID", "hostIPC"}) {
    if (bool_at(spec, flag)) errors.forbidden(path.child(flag), RuleId::ValidateOsFields, kDetail);
  }
  forbid(context, {"seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"}, kDetail, context_path, errors);
  forbid(spec, {"shareProcessNamespace"}, kDetail, path, errors);
  forbid(context, {"runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy"},
         kDetail, context_path, errors);
  visit_containers(spec, path, [&errors](const Value& container, const Path& at) {
    forbid(part_of(container, "securityContext"),
           {"appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem",
            "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"},
           kDetail, at.child("securityContext"), errors);
  });
}

/// validateLinux.
void validate_linux(const Value& spec, const Path& path, Errors& errors) {
  constexpr const char* kDetail = "windows options cannot be set for a linux pod";
  forbid(part_of(spec, "securityContext"), {"windowsOptions"}, kDetail, path.child("securityContext"), errors);
  visit_containers(spec, path, [&errors](const Value& container, const Path& at) {
    forbid(part_of(container, "securityContext"), {"windowsOptions"}, kDetail, at.child("securityContext"), errors);
  });
}

std::optional<bool> host_process_of(const Value& holder) {
  const Value* flag = part_of(part_of(holder, "securityContext"), "windowsOptions").find("hostProcess");
  return flag == nullptr ? std::nullopt : std::optional{flag->as_bool()};
}

}  // namespace

void validate_windows_options(const Value* options, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateWindowsOptions;
  if (options == nullptr) return;
  if (const Value* name = options->find("gmsaCredentialSpecName")) {
    errors.invalid_each(path.child("gmsaCredentialSpecName"), kRule, name->as_string(),
                        formats::dns1123_subdomain(name->as_string()));
  }
  if (const Value* credential = options->find("gmsaCredentialSpec")) {
    const std::string& text = credential->as_string();
    const Path at = path.child("gmsaCredentialSpec");
    if (text.empty()) errors.invalid(at, kRule, text, "gmsaCredentialSpec cannot be an empty string");
    if (text.size() > kSpecMax) errors.invalid(at, kRule, text, "gmsaCredentialSpec size must be under 64 KiB");
  }
  if (const Value* user = options->find("runAsUserName")) {
    errors.invalid_each(path.child("runAsUserName"), kRule, user->as_string(), user_name_problems(user->as_string()));
  }
}

void validate_host_process(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateHostProcess;
  const std::optional<bool> of_pod = host_process_of(spec);
  std::size_t containers = 0, with_host_process = 0;
  visit_containers(spec, path, [&](const Value& container, const Path& at) {
    const std::optional<bool> own = host_process_of(container);
    ++containers;
    if (of_pod && own && *of_pod != *own) {
      const Path context_path = at.child("securityContext");
      const Path options_path = context_path.child("windowsOptions");
      errors.invalid_json(options_path.child("hostProcess"), kRule, *own ? "true" : "false",
                          std::string{"pod hostProcess value must be identical if both are specified, was "} +
                              (*of_pod ? "true" : "false"));
    }
    if (own.value_or(of_pod.value_or(false))) ++with_host_process;
  });
  if (with_host_process == 0) return;
  if (with_host_process != containers) {
    errors.invalid(path, kRule, "",
                   "If pod contains any hostProcess containers then all containers must be HostProcess containers");
  }
  if (!bool_at(spec, "hostNetwork")) {
    errors.invalid_json(path.child("hostNetwork"), kRule, "false",
                        "hostNetwork must be true if pod contains any hostProcess containers");
  }
}

void validate_host_users(const Value& spec, const Path& path, Errors& errors) {
  constexpr const char* kDetail = "when `pod.Spec.HostUsers` is false";
  const Value* own_users = spec.find("hostUsers");
  if (own_users == nullptr || own_users->as_bool()) return;
  if (bool_at(spec, "hostNetwork")) errors.forbidden(path.child("hostNetwork"), RuleId::ValidateHostUsers, kDetail);
  if (bool_at(spec, "hostPID")) errors.forbidden(path.child("HostPID"), RuleId::ValidateHostUsers, kDetail);
  if (bool_at(spec, "hostIPC")) errors.forbidden(path.child("HostIPC"), RuleId::ValidateHostUsers, kDetail);
}

void validate_os(const Value& spec, const Path& path, Errors& errors) {
  const Value* os = object_at(spec, "os");
  if (os == nullptr) return;
  const std::string& name = os->string_at("name");
  const Path os_path = path.child("os");
  if (name.empty()) return errors.required(os_path.child("name"), RuleId::ValidateOs, "cannot be empty");
  if (name == "linux") return validate_linux(spec, path, errors);
  if (name == "windows") return validate_windows(spec, path, errors);
  errors.not_supported(os_path, RuleId::ValidateOs, name, {"linux", "windows"});
}

}  // namespace podlapse::validation
