#include "yaml/field_help.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/quote.hpp"

namespace podlapse::yaml {
namespace {

/// The text of a printed string value: "x" without its quotes.
std::string unquoted(const std::string& printed) {
  const bool has_quotes = printed.size() >= 2 && printed.front() == '"' && printed.back() == '"';
  return has_quotes ? printed.substr(1, printed.size() - 2) : printed;
}

/// The words of `supported values: "A", "B"`.
std::vector<std::string> supported_values(const std::string& detail) {
  std::vector<std::string> words;
  for (std::size_t open = detail.find('"'); open != std::string::npos; open = detail.find('"', open)) {
    const std::size_t close = detail.find('"', open + 1);
    if (close == std::string::npos) break;
    words.push_back(detail.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return words;
}

/// The volumes of the Pod in which `path` lies.
std::vector<std::string> volume_names(const Value& object, const std::string& path) {
  std::size_t end = path.find(".containers[");
  if (end == std::string::npos) end = path.find(".initContainers[");
  const Value* spec = object.at_path(path.substr(0, end));
  const Value* volumes = spec == nullptr ? nullptr : spec->find("volumes");
  std::vector<std::string> names;
  if (volumes == nullptr || !volumes->is_array()) return names;
  for (const Value& volume : volumes->items()) names.push_back(volume.string_at("name"));
  return names;
}

std::string help_for_volume(const FieldError& error, const Value& object) {
  const std::string wanted = unquoted(error.bad_value);
  const std::vector<std::string> names = volume_names(object, error.path);
  if (const std::string nearest = nearest_name(wanted, names); !nearest.empty() && nearest != wanted) {
    return "did you mean the volume " + in_backticks(nearest) + "?";
  }
  for (const std::string& name : names) {
    if (name == wanted) return "the volume " + in_backticks(name) + " has an error of its own";
  }
  return "add it to the Pod's volumes, e.g. - {name: " + wanted + ", emptyDir: {}}";
}

std::string help_for_name(const std::string& printed) {
  const std::string text = unquoted(printed);
  std::string fixed;
  for (const char c : text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && !fixed.empty());
    if (is_upper) fixed += static_cast<char>(c + ('a' - 'A'));
    if (is_fine) fixed += c;
    if (!is_upper && !is_fine && !fixed.empty()) fixed += '-';
  }
  while (!fixed.empty() && fixed.back() == '-') fixed.pop_back();
  return fixed.empty() || fixed == text ? "" : "for example " + in_backticks(fixed);
}

}  // namespace

std::string field_help(const FieldError& error, const Value& object) {
  if (error.type == FieldErrorType::NotSupported) {
    const std::string nearest = nearest_name(unquoted(error.bad_value), supported_values(error.detail));
    if (!nearest.empty()) return "did you mean " + in_backticks(nearest) + "?";
    const bool of_rule = error.rule == RuleId::ValidateRestartRuleAction;
    return of_rule ? "rules only restart; for a code that no rule matches the container's own restartPolicy decides" : "";
  }
  if (error.rule == RuleId::ValidateMountVolume && error.type == FieldErrorType::NotFound) return help_for_volume(error, object);
  if (error.rule == RuleId::ValidateContainerName || error.rule == RuleId::ValidateVolumeName ||
      error.rule == RuleId::ValidateObjectName) {
    return error.type == FieldErrorType::Invalid ? help_for_name(error.bad_value) : "";
  }
  if (error.rule == RuleId::ValidateInitLifecycle || error.rule == RuleId::ValidateInitLiveness ||
      error.rule == RuleId::ValidateInitReadiness || error.rule == RuleId::ValidateInitStartup) {
    return "a sidecar may have it: add restartPolicy: Always to the init container";
  }
  if (error.rule == RuleId::ValidateTemplateRestartPolicy && error.type == FieldErrorType::Required) {
    return "a Job's Pods must end: add restartPolicy: Never, or OnFailure, to the template's spec";
  }
  if (error.rule == RuleId::ValidateMainRestartPolicy) return "a sidecar stands under initContainers";
  if (error.rule == RuleId::ValidateRestartRuleExitCodes && error.type == FieldErrorType::Required) {
    return "say for which codes: exitCodes: {operator: In, values: [42]}";
  }
  if (error.rule == RuleId::ValidateRestartRulesPolicy) return "add restartPolicy: Never beside the rules";
  return "";
}

}  // namespace podlapse::yaml
