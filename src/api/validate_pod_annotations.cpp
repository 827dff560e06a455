// Annotations that say something about a Pod (pkg/apis/core/validation/validation.go).
#include <charconv>
#include <string>
#include <string_view>

#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr RuleId kRule = RuleId::ValidatePodAnnotations;
constexpr std::string_view kSeccompPod = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view kSeccompContainer = "container.seccomp.security.alpha.kubernetes.io/";
constexpr std::string_view kAppArmor = "container.apparmor.security.beta.kubernetes.io/";
constexpr std::string_view kMirror = "kubernetes.io/config.mirror";
constexpr std::string_view kDeletionCost = "controller.kubernetes.io/pod-deletion-cost";
constexpr std::string_view kLocal = "localhost/";

bool begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// A 32-bit integer as strconv.ParseInt takes it, without leading zeros or plus.
bool is_cost(std::string_view text) {
  if (text.size() > 1 && (text[0] == '0' || begins(text, "-0"))) return false;
  std::int32_t unused = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), unused);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

/// ValidateSeccompProfile.
void validate_seccomp_text(const std::string& profile, const Path& path, Errors& errors) {
  if (is_one_of(profile, {"runtime/default", "docker/default", "unconfined"})) return;
  if (begins(profile, kLocal))
    return validate_local_path(std::string_view{profile}.substr(kLocal.size()), path, kRule, errors);
  errors.invalid(path, kRule, profile, "must be a valid seccomp profile");
}

bool has_container(const Value& spec, std::string_view name) {
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    for (const Value& container : list_at(spec, list)) {
      if (container.string_at("name") == name) return true;
    }
  }
  return false;
}

/// ValidateAppArmorPodAnnotations.
void validate_apparmor_text(const std::string& key, const std::string& profile, const Value& spec, const Path& path,
                            Errors& errors) {
  const std::string_view container = std::string_view{key}.substr(kAppArmor.size());
  if (!has_container(spec, container)) errors.invalid(path.key(key), kRule, container, "container not found");
  const bool is_known = is_one_of(profile, {"", "runtime/default", "unconfined"}) || begins(profile, kLocal);
  if (!is_known) errors.invalid(path.key(key), kRule, profile, "invalid AppArmor profile name: \"" + profile + "\"");
}

/// One profile of a field against the annotation for the same: "seccomp", with its older word for the default, or
/// "apparmor".
void match_profile(const Value* profile, const std::string* text, const char* what, const Path& path, Errors& errors) {
  if (profile == nullptr || text == nullptr) return;
  const std::string& type = profile->string_at("type");
  const bool is_seccomp = what == std::string_view{"seccomp"};
  bool same = true;
  if (type == "Unconfined") same = *text == "unconfined";
  if (type == "RuntimeDefault") same = *text == "runtime/default" || (is_seccomp && *text == "docker/default");
  if (type == "Localhost") same = begins(*text, kLocal);
  if (!same) {
    errors.forbidden(path.child("type"), RuleId::ValidateProfileAnnotations,
                     std::string{what} + " type in annotation and field must match");
  } else if (type == "Localhost" && text->substr(kLocal.size()) != profile->string_at("localhostProfile")) {
    errors.forbidden(path.child("localhostProfile"), RuleId::ValidateProfileAnnotations,
                     std::string{what} + " profile in annotation and field must match");
  }
}

const std::string* annotation(const Value& pod, const std::string& key) {
  const Value* value = part_of(part_of(pod, "metadata"), "annotations").find(key);
  return value == nullptr || !value->is_string() ? nullptr : &value->as_string();
}

/// The profiles of each container, in VisitContainersWithPath's order; one that has none of its own has the Pod's
/// `inherited`.
void match_containers(const Value& pod, const char* field, std::string_view prefix, const Value* inherited,
                      const char* what, Errors& errors) {
  const Path path{"spec"};
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    const Value::Array& containers = list_at(part_of(pod, "spec"), list);
    const Path list_path = path.child(list);
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const Value* own = object_at(part_of(containers[i], "securityContext"), field);
      const std::string key = std::string{prefix} + containers[i].string_at("name");
      const Path at = list_path.index(i);
      const Path context_path = at.child("securityContext");
      match_profile(own != nullptr ? own : inherited, annotation(pod, key), what, context_path.child(field), errors);
    }
  }
}

}  // namespace

void validate_pod_annotations(const Value::Object& annotations, const Value& spec, const Path& path, Errors& errors) {
  const auto each = [&annotations](auto&& use) {
    for (const Value::Member& member : annotations) {
      if (member.value.is_string()) use(member.key, member.value.as_string());
    }
  };
  each([&](const std::string& key, const std::string& text) {
    if (key != kMirror || !spec.string_at("nodeName").empty()) return;
    errors.invalid(path.key(key), kRule, text, "must set spec.nodeName if mirror pod annotation is set");
  });
  each([&](const std::string& key, const std::string& text) {
    if (key == kDeletionCost && !is_cost(text)) errors.invalid(path.key(key), kRule, text, "must be a 32bit integer");
  });
  each([&](const std::string& key, const std::string& text) {
    if (key == kSeccompPod || begins(key, kSeccompContainer)) validate_seccomp_text(text, path.child(key), errors);
  });
  each([&](const std::string& key, const std::string& text) {
    if (begins(key, kAppArmor)) validate_apparmor_text(key, text, spec, path, errors);
  });
}

void validate_profile_annotations(const Value& pod, Errors& errors) {
  const Value& spec = part_of(pod, "spec");
  const Value& context = part_of(spec, "securityContext");
  const Path path{"spec"};
  const Path context_path = path.child("securityContext");
  match_profile(object_at(context, "seccompProfile"), annotation(pod, std::string{kSeccompPod}), "seccomp",
                context_path.child("seccompProfile"), errors);
  match_containers(pod, "seccompProfile", kSeccompContainer, nullptr, "seccomp", errors);
  if (part_of(spec, "os").string_at("name") == "windows") return;
  match_containers(pod, "appArmorProfile", kAppArmor, object_at(context, "appArmorProfile"), "apparmor", errors);
}

}  // namespace podlapse::validation
