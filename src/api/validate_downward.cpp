// References to a Pod's own fields and resources, in environment variables and in volumes
// (pkg/apis/core/validation/validation.go).
#include <algorithm>
#include <string>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

RuleId rule_of(DownwardUse use) {
  return use == DownwardUse::Volume ? RuleId::ValidateVolumeSource : RuleId::ValidateEnvSource;
}

/// What ConvertDownwardAPIFieldLabel knows, some of it in no place of use.
bool is_known_field(const std::string& field) {
  return is_one_of(
      field, {"metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
              "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase",
              "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", "spec.host"});
}

/// `metadata.labels['key']` of the maps that can be asked for one key.
void validate_subscript(const std::string& field, std::size_t bracket, RuleId rule, const Path& path, Errors& errors) {
  const std::string map = field.substr(0, bracket);
  std::string key = field.substr(bracket + 2, field.size() - bracket - 4);
  if (map != "metadata.annotations" && map != "metadata.labels") {
    return errors.invalid(path.child("fieldPath"), rule, field,
                          "error converting fieldPath: field label does not support subscript: " + field);
  }
  if (map == "metadata.annotations") {
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  errors.invalid_each(path, rule, key, formats::qualified_name(key));
}

/// validateContainerResourceDivisor; the value named is the resource.
void validate_divisor(const Value& ref, const std::string& resource, RuleId rule, const Path& path, Errors& errors) {
  const std::string& divisor = ref.string_at("divisor");
  if (divisor.empty() || divisor == "0") return;
  const Path at = path.child("divisor");
  if (is_one_of(resource, {"limits.cpu", "requests.cpu"})) {
    if (!is_one_of(divisor, {"1m", "1"})) {
      errors.invalid(at, rule, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    }
    return;
  }
  if (is_one_of(divisor, {"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"})) return;
  const char* what = nullptr;
  if (is_one_of(resource, {"limits.memory", "requests.memory"})) what = "memory";
  if (is_one_of(resource, {"limits.ephemeral-storage", "requests.ephemeral-storage"})) what = "local ephemeral storage";
  if (resource.find(".hugepages-") != std::string::npos) what = "hugepages";
  if (what == nullptr) return;
  errors.invalid(
      at, rule, resource,
      std::string{
          "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the "} +
          what + " resource");
}

}  // namespace

void validate_field_ref(const Value& ref, DownwardUse use, const Path& path, Errors& errors) {
  const RuleId rule = rule_of(use);
  const std::string& version = ref.string_at("apiVersion");
  const std::string& field = ref.string_at("fieldPath");
  const Path field_path = path.child("fieldPath");
  if (field.empty()) return errors.required(field_path, rule);
  if (!version.empty() && version != "v1") {
    return errors.invalid(field_path, rule, field, "error converting fieldPath: unsupported pod version: " + version);
  }
  const std::size_t bracket = field.find("['");
  const bool has_subscript = bracket != std::string::npos && bracket > 0 && field.size() >= bracket + 4 &&
                             field.compare(field.size() - 2, 2, "']") == 0;
  if (has_subscript) return validate_subscript(field, bracket, rule, path, errors);
  if (!is_known_field(field)) {
    return errors.invalid(field_path, rule, field, "error converting fieldPath: field label not supported: " + field);
  }
  const std::string known = field == "spec.host" ? "spec.nodeName" : field;
  if (use == DownwardUse::Volume) {
    const std::initializer_list<std::string_view> kFields = {"metadata.annotations", "metadata.labels", "metadata.name",
                                                             "metadata.namespace", "metadata.uid"};
    if (!is_one_of(known, kFields)) errors.not_supported(field_path, rule, known, kFields);
    return;
  }
  const std::initializer_list<std::string_view> kFields = {
      "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
      "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
  if (!is_one_of(known, kFields)) errors.not_supported(field_path, rule, known, kFields);
}

void validate_resource_ref(const Value& ref, DownwardUse use, const Path& path, Errors& errors) {
  const std::initializer_list<std::string_view> kResources = {
      "limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
      "requests.cpu", "requests.ephemeral-storage", "requests.memory"};
  const RuleId rule = rule_of(use);
  const std::string& resource = ref.string_at("resource");
  const bool is_hugepages =
      resource.rfind("requests.hugepages-", 0) == 0 || resource.rfind("limits.hugepages-", 0) == 0;
  if (use == DownwardUse::Volume && ref.string_at("containerName").empty()) {
    errors.required(path.child("containerName"), rule);
  } else if (resource.empty()) {
    errors.required(path.child("resource"), rule);
  } else if (!is_hugepages && !is_one_of(resource, kResources)) {
    errors.not_supported(path.child("resource"), rule, resource, kResources);
  }
  validate_divisor(ref, resource, rule, path, errors);
}

}  // namespace podlapse::validation
