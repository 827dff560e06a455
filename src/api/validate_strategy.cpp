// How controllers replace Pods (pkg/apis/apps/validation/validation.go).
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "validate.hpp"

namespace podlapse::validation {
namespace {

/// IntOrString as JSON has it; 0 where it is absent.
std::string number_json(const Value* value) {
  if (value == nullptr) return "0";
  const Value list{Value::Array{*value}};
  const std::string text = go_json_list(&list);
  return text.substr(1, text.size() - 2);
}

/// getPercentValue: "25%" is 25.
std::optional<std::int64_t> percent_of(const Value* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const std::string& text = value->as_string();
  if (text.size() < 2 || text.back() != '%') return std::nullopt;
  std::int64_t percent = 0;
  const char* end = text.data() + text.size() - 1;
  const bool digits = std::all_of(text.data(), end, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::from_chars(text.data(), end, percent).ec != std::errc{}) return std::nullopt;
  return percent;
}

/// getIntOrPercentValue.
std::int64_t amount_of(const Value* value) {
  if (value == nullptr) return 0;
  if (const auto percent = percent_of(value)) return *percent;
  return value->is_int() ? value->as_int() : 0;
}

/// ValidatePositiveIntOrPercent.
void validate_number(const Value* value, RuleId rule, const Path& path, Errors& errors) {
  if (value == nullptr) return;
  if (value->is_string() && !percent_of(value)) {
    errors.invalid_json(
        path, rule, number_json(value),
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
        "used for validation is '[0-9]+%')");
  } else if (value->is_int() && value->as_int() < 0) {
    errors.invalid(path, rule, value->as_int(), "must be greater than or equal to 0");
  }
}

/// IsNotMoreThan100Percent.
void validate_at_most_all(const Value* value, RuleId rule, const Path& path, Errors& errors) {
  constexpr std::int64_t kAll = 100;
  const auto percent = percent_of(value);
  if (percent && *percent > kAll) errors.invalid_json(path, rule, number_json(value), "must not be greater than 100%");
}

/// A strategy as the internal type prints: its type and what rolls.
std::string strategy_json(const Value& strategy, std::initializer_list<const char*> fields) {
  std::string rolling = "null";
  if (const Value* update = object_at(strategy, "rollingUpdate")) {
    rolling = "{";
    for (const char* field : fields) {
      std::string name = field;
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
      rolling += (rolling.size() > 1 ? ",\"" : "\"") + name + "\":" + number_json(update->find(field));
    }
    rolling += "}";
  }
  const Value list{Value::Array{Value{strategy.string_at("type")}}};
  const std::string type = go_json_list(&list);
  return "{\"Type\":" + type.substr(1, type.size() - 2) + ",\"RollingUpdate\":" + rolling + "}";
}

void validate_retention(const Value& spec, const Path& path, Errors& errors) {
  const Value* policy = object_at(spec, "persistentVolumeClaimRetentionPolicy");
  if (policy == nullptr) return;
  for (const char* field : {"whenDeleted", "whenScaled"}) {
    const std::string& text = policy->string_at(field);
    if (is_one_of(text, {"Retain", "Delete"})) continue;
    errors.not_supported(path.child(field), RuleId::ValidateStatefulSetStrategy, text, {"Retain", "Delete"});
  }
}

}  // namespace

void validate_deployment_strategy(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateDeploymentStrategy;
  const Value& strategy = part_of(spec, "strategy");
  const Value* update = object_at(strategy, "rollingUpdate");
  const std::string& type = strategy.string_at("type");
  const Path strategy_path = path.child("strategy");
  const Path update_path = strategy_path.child("rollingUpdate");
  if (type == "Recreate") {
    if (update != nullptr)
      errors.forbidden(update_path, kRule, "may not be specified when strategy `type` is 'Recreate'");
    return;
  }
  if (type != "RollingUpdate") {
    return errors.not_supported_json(strategy_path, kRule, strategy_json(strategy, {"maxUnavailable", "maxSurge"}),
                                     {"Recreate", "RollingUpdate"});
  }
  if (update == nullptr) return errors.required(update_path, kRule, "this should be defaulted and never be nil");
  const Value* unavailable = update->find("maxUnavailable");
  const Value* surge = update->find("maxSurge");
  validate_number(unavailable, kRule, update_path.child("maxUnavailable"), errors);
  validate_number(surge, kRule, update_path.child("maxSurge"), errors);
  if (amount_of(unavailable) == 0 && amount_of(surge) == 0) {
    errors.invalid_json(update_path.child("maxUnavailable"), kRule, number_json(unavailable),
                        "may not be 0 when `maxSurge` is 0");
  }
  validate_at_most_all(unavailable, kRule, update_path.child("maxUnavailable"), errors);
}

void validate_stateful_set_strategy(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateStatefulSetStrategy;
  const std::string& management = spec.string_at("podManagementPolicy");
  if (management.empty()) {
    errors.required(path.child("podManagementPolicy"), kRule);
  } else if (!is_one_of(management, {"OrderedReady", "Parallel"})) {
    errors.invalid(path.child("podManagementPolicy"), kRule, management, "must be 'OrderedReady' or 'Parallel'");
  }
  const Value& strategy = part_of(spec, "updateStrategy");
  const Value* update = object_at(strategy, "rollingUpdate");
  const std::string& type = strategy.string_at("type");
  const Path strategy_path = path.child("updateStrategy");
  const Path update_path = strategy_path.child("rollingUpdate");
  if (type.empty()) {
    errors.required(strategy_path, kRule);
  } else if (type == "OnDelete") {
    if (update != nullptr) {
      const Value* unavailable = update->find("maxUnavailable");
      errors.invalid_json(update_path, kRule,
                          "{\"Partition\":" + number_json(update->find("partition")) + ",\"MaxUnavailable\":" +
                              (unavailable == nullptr ? "null" : number_json(unavailable)) + "}",
                          "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else if (type != "RollingUpdate") {
    errors.invalid_json(strategy_path, kRule, strategy_json(strategy, {"partition", "maxUnavailable"}),
                        "must be 'RollingUpdate' or 'OnDelete'");
  } else if (update != nullptr) {
    require_nonnegative(*update, "partition", kRule, update_path, errors);
    const Value* unavailable = update->find("maxUnavailable");
    const Path unavailable_path = update_path.child("maxUnavailable");
    validate_number(unavailable, kRule, unavailable_path, errors);
    if (unavailable != nullptr && amount_of(unavailable) == 0) {
      errors.invalid_json(unavailable_path, kRule, number_json(unavailable), "cannot be 0");
    }
    validate_at_most_all(unavailable, kRule, unavailable_path, errors);
  }
  validate_retention(spec, path.child("persistentVolumeClaimRetentionPolicy"), errors);
}

void validate_daemon_set_strategy(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateDaemonSetStrategy;
  const Value& strategy = part_of(spec, "updateStrategy");
  const std::string& type = strategy.string_at("type");
  const Path strategy_path = path.child("updateStrategy");
  const Path update_path = strategy_path.child("rollingUpdate");
  if (type == "OnDelete") return;
  if (type != "RollingUpdate") {
    return errors.not_supported_json(strategy_path, kRule, strategy_json(strategy, {"maxUnavailable", "maxSurge"}),
                                     {"RollingUpdate", "OnDelete"});
  }
  const Value* update = object_at(strategy, "rollingUpdate");
  if (update == nullptr) return errors.required(update_path, kRule);
  const Value* unavailable = update->find("maxUnavailable");
  const Value* surge = update->find("maxSurge");
  const Path unavailable_path = update_path.child("maxUnavailable"), surge_path = update_path.child("maxSurge");
  validate_number(unavailable, kRule, unavailable_path, errors);
  validate_number(surge, kRule, surge_path, errors);
  validate_at_most_all(unavailable, kRule, unavailable_path, errors);
  validate_at_most_all(surge, kRule, surge_path, errors);
  const bool has_unavailable = amount_of(unavailable) != 0, has_surge = amount_of(surge) != 0;
  if (has_unavailable && has_surge) {
    errors.invalid_json(surge_path, kRule, number_json(surge), "may not be set when maxUnavailable is non-zero");
  } else if (!has_unavailable && !has_surge) {
    errors.required(unavailable_path, kRule, "cannot be 0 when maxSurge is 0");
  }
}

}  // namespace podlapse::validation
