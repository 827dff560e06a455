// Where a Pod may run: tolerations, affinity, topology spread (pkg/apis/core/validation/validation.go).
#include <map>
#include <set>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::int64_t kWeightMax = 100;

void validate_label_name(const std::string& name, const Path& path, RuleId rule, Errors& errors) {
  errors.invalid_each(path, rule, name, formats::qualified_name(name));
}

/// ValidateNodeSelectorRequirement. Values of preferred terms may be no labels.
void validate_requirement(const Value& requirement, bool any_value, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateNodeAffinity;
  const std::string& op = requirement.string_at("operator");
  const Value::Array& values = list_at(requirement, "values");
  const Path values_path = path.child("values");
  if (is_one_of(op, {"In", "NotIn"})) {
    if (values.empty()) errors.required(values_path, kRule, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (is_one_of(op, {"Exists", "DoesNotExist"})) {
    if (!values.empty())
      errors.forbidden(values_path, kRule, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (is_one_of(op, {"Gt", "Lt"})) {
    if (values.size() != 1)
      errors.required(values_path, kRule, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    errors.invalid(path.child("operator"), kRule, op, "not a valid selector operator");
  }
  validate_label_name(requirement.string_at("key"), path.child("key"), kRule, errors);
  if (any_value) return;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& value = values[i].as_string();
    errors.invalid_each(values_path.index(i), kRule, value, formats::label_value(value));
  }
}

/// ValidateNodeFieldSelectorRequirement.
void validate_field_requirement(const Value& requirement, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateNodeAffinity;
  const std::string& op = requirement.string_at("operator");
  const std::string& key = requirement.string_at("key");
  const Value::Array& values = list_at(requirement, "values");
  const Path values_path = path.child("values");
  if (!is_one_of(op, {"In", "NotIn"})) {
    errors.invalid(path.child("operator"), kRule, op, "not a valid selector operator");
  } else if (values.size() != 1) {
    errors.required(values_path, kRule,
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  }
  if (key != "metadata.name") return errors.invalid(path.child("key"), kRule, key, "not a valid field selector key");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& value = values[i].as_string();
    errors.invalid_each(values_path.index(i), kRule, value, formats::dns1123_subdomain(value));
  }
}

/// ValidateNodeSelectorTerm.
void validate_node_term(const Value& term, bool any_value, const Path& path, Errors& errors) {
  const Value::Array& expressions = list_at(term, "matchExpressions");
  const Path expressions_path = path.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    validate_requirement(expressions[i], any_value, expressions_path.index(i), errors);
  }
  const Value::Array& fields = list_at(term, "matchFields");
  const Path fields_path = path.child("matchFields");
  for (std::size_t i = 0; i < fields.size(); ++i) validate_field_requirement(fields[i], fields_path.index(i), errors);
}

void validate_weight(const Value& term, RuleId rule, const Path& path, Errors& errors) {
  const std::int64_t weight = int_at(term, "weight").value_or(0);
  if (weight <= 0 || weight > kWeightMax)
    errors.invalid(path.child("weight"), rule, weight, "must be in the range 1-100");
}

/// validateNodeAffinity.
void validate_node_affinity(const Value& affinity, const Path& path, Errors& errors) {
  if (const Value* required = object_at(affinity, "requiredDuringSchedulingIgnoredDuringExecution")) {
    const Path required_path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
    const Path terms_path = required_path.child("nodeSelectorTerms");
    const Value::Array& terms = list_at(*required, "nodeSelectorTerms");
    if (terms.empty()) {
      errors.required(terms_path, RuleId::ValidateNodeAffinity, "must have at least one node selector term");
    }
    for (std::size_t i = 0; i < terms.size(); ++i) validate_node_term(terms[i], false, terms_path.index(i), errors);
  }
  const Value::Array& preferred = list_at(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
  const Path preferred_path = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    const Path at = preferred_path.index(i);
    validate_weight(preferred[i], RuleId::ValidateNodeAffinity, at, errors);
    validate_node_term(part_of(preferred[i], "preference"), true, at.child("preference"), errors);
  }
}

/// validateLabelKeys.
void validate_label_keys(const Value::Array& keys, bool has_selector, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePodAffinity;
  if (keys.empty()) return;
  if (!has_selector) return errors.forbidden(path, kRule, "must not be specified when labelSelector is not set");
  for (std::size_t i = 0; i < keys.size(); ++i) validate_label_name(keys[i].as_string(), path.index(i), kRule, errors);
}

/// validateMatchLabelKeysAndMismatchLabelKeys. The second check names the index without its list, as upstream.
void validate_matched_keys(const Value& term, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePodAffinity;
  const Value::Array& matched = list_at(term, "matchLabelKeys");
  const Value::Array& mismatched = list_at(term, "mismatchLabelKeys");
  const Value* selector = object_at(term, "labelSelector");
  const Path matched_path = path.child("matchLabelKeys");
  validate_label_keys(matched, selector != nullptr, matched_path, errors);
  validate_label_keys(mismatched, selector != nullptr, path.child("mismatchLabelKeys"), errors);
  if (selector != nullptr) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < matched.size(); ++i) places[matched[i].as_string()] = i;
    std::set<std::string> seen;
    for (const Value::Member& label : map_at(*selector, "matchLabels")) seen.insert(label.key);
    for (const Value& expression : list_at(*selector, "matchExpressions")) {
      const std::string& key = expression.string_at("key");
      const auto place = places.find(key);
      if (place != places.end() && seen.count(key) != 0) {
        errors.invalid(path.index(place->second), kRule, key, "exists in both matchLabelKeys and labelSelector");
      }
      seen.insert(key);
    }
  }
  for (std::size_t i = 0; i < matched.size(); ++i) {
    for (const Value& other : mismatched) {
      if (!(other == matched[i])) continue;
      errors.invalid(matched_path.index(i), kRule, matched[i].as_string(),
                     "exists in both matchLabelKeys and mismatchLabelKeys");
      break;
    }
  }
}

/// validatePodAffinityTerm.
void validate_pod_term(const Value& term, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePodAffinity;
  for (const char* selector : {"labelSelector", "namespaceSelector"}) {
    if (const Value* given = object_at(term, selector))
      (void)validate_label_selector(*given, path.child(selector), errors);
  }
  for (const Value& name : list_at(term, "namespaces")) {
    errors.invalid_each(path.child("namespace"), kRule, name.as_string(), formats::dns1123_label(name.as_string()));
  }
  validate_matched_keys(term, path, errors);
  const std::string& key = term.string_at("topologyKey");
  if (key.empty()) errors.required(path.child("topologyKey"), kRule, "can not be empty");
  validate_label_name(key, path.child("topologyKey"), kRule, errors);
}

/// validatePodAffinity and validatePodAntiAffinity.
void validate_pod_affinity(const Value& affinity, const Path& path, Errors& errors) {
  const Value::Array& required = list_at(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
  const Path required_path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  for (std::size_t i = 0; i < required.size(); ++i) validate_pod_term(required[i], required_path.index(i), errors);
  const Value::Array& preferred = list_at(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
  const Path preferred_path = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    const Path at = preferred_path.index(i);
    validate_weight(preferred[i], RuleId::ValidatePodAffinity, at, errors);
    validate_pod_term(part_of(preferred[i], "podAffinityTerm"), at.child("podAffinityTerm"), errors);
  }
}

/// What the operator of a toleration wants of its value.
void validate_toleration_value(const Value& toleration, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTolerations;
  const std::string& op = toleration.string_at("operator");
  const std::string& value = toleration.string_at("value");
  if (op.empty() || op == "Equal") {
    std::string joined;
    for (const std::string& message : formats::label_value(value)) joined += (joined.empty() ? "" : ";") + message;
    if (!joined.empty()) errors.invalid(path, kRule, value, joined);
  } else if (op == "Exists") {
    if (!value.empty()) errors.invalid(path, kRule, value, "value must be empty when `operator` is 'Exists'");
  } else {
    errors.not_supported(path, kRule, op, {"Equal", "Exists"});
  }
}

/// ValidateMatchLabelKeysInTopologySpread.
void validate_spread_keys(const Value& constraint, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTopologySpread;
  const Value::Array& keys = list_at(constraint, "matchLabelKeys");
  if (keys.empty()) return;
  const Value* selector = object_at(constraint, "labelSelector");
  std::set<std::string> selected;
  if (selector == nullptr) {
    errors.forbidden(path, kRule, "must not be specified when labelSelector is not set");
  } else {
    for (const Value::Member& label : map_at(*selector, "matchLabels")) selected.insert(label.key);
    for (const Value& expression : list_at(*selector, "matchExpressions")) selected.insert(expression.string_at("key"));
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string& key = keys[i].as_string();
    validate_label_name(key, path.index(i), kRule, errors);
    if (selected.count(key) != 0)
      errors.invalid(path.index(i), kRule, key, "exists in both matchLabelKeys and labelSelector");
  }
}

/// One entry of topologySpreadConstraints; `rest` are those behind it.
void validate_constraint(const Value& constraint, const Value::Array& all, std::size_t index, const Path& path,
                         Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTopologySpread;
  const std::int64_t skew = int_at(constraint, "maxSkew").value_or(0);
  const std::string& key = constraint.string_at("topologyKey");
  const std::string& action = constraint.string_at("whenUnsatisfiable");
  if (skew <= 0) errors.invalid(path.child("maxSkew"), kRule, skew, "must be greater than zero");
  if (key.empty()) errors.required(path.child("topologyKey"), kRule, "can not be empty");
  if (!is_one_of(action, {"DoNotSchedule", "ScheduleAnyway"})) {
    errors.not_supported(path.child("whenUnsatisfiable"), kRule, action, {"DoNotSchedule", "ScheduleAnyway"});
  }
  for (std::size_t i = index + 1; i < all.size(); ++i) {
    if (all[i].string_at("topologyKey") != key || all[i].string_at("whenUnsatisfiable") != action) continue;
    std::string pair = "{";
    pair.append(key).append(", ").append(action).append("}");
    errors.duplicate(path.child("{topologyKey, whenUnsatisfiable}"), kRule, pair);
    break;
  }
  if (const auto domains = int_at(constraint, "minDomains")) {
    const Path at = path.child("minDomains");
    if (*domains <= 0) errors.invalid(at, kRule, *domains, "must be greater than zero");
    if (action != "DoNotSchedule") {
      errors.invalid(at, kRule, *domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
    }
  }
  for (const char* policy : {"nodeAffinityPolicy", "nodeTaintsPolicy"}) {
    const std::string& text = constraint.string_at(policy);
    if (constraint.find(policy) == nullptr || is_one_of(text, {"Honor", "Ignore"})) continue;
    errors.not_supported(path.child(policy), kRule, text, {"Honor", "Ignore"});
  }
  validate_spread_keys(constraint, path.child("matchLabelKeys"), errors);
  if (const Value* selector = object_at(constraint, "labelSelector")) {
    (void)validate_label_selector(*selector, path.child("labelSelector"), errors);
  }
}

}  // namespace

void validate_affinity(const Value& affinity, const Path& path, Errors& errors) {
  if (const Value* node = object_at(affinity, "nodeAffinity"))
    validate_node_affinity(*node, path.child("nodeAffinity"), errors);
  for (const char* kind : {"podAffinity", "podAntiAffinity"}) {
    if (const Value* pods = object_at(affinity, kind)) validate_pod_affinity(*pods, path.child(kind), errors);
  }
}

void validate_tolerations(const Value::Array& tolerations, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTolerations;
  for (std::size_t i = 0; i < tolerations.size(); ++i) {
    const Value& toleration = tolerations[i];
    const Path at = path.index(i);
    const std::string& key = toleration.string_at("key");
    const std::string& op = toleration.string_at("operator");
    const std::string& effect = toleration.string_at("effect");
    if (!key.empty()) {
      validate_label_name(key, at.child("key"), kRule, errors);
    } else if (op != "Exists") {
      errors.invalid(at.child("operator"), kRule, op,
                     "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
    }
    if (toleration.find("tolerationSeconds") != nullptr && effect != "NoExecute") {
      errors.invalid(at.child("effect"), kRule, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    validate_toleration_value(toleration, at.child("operator"), errors);
    if (effect.empty() || is_one_of(effect, {"NoSchedule", "PreferNoSchedule", "NoExecute"})) continue;
    errors.not_supported(at.child("effect"), kRule, effect, {"NoSchedule", "PreferNoSchedule", "NoExecute"});
  }
}

void validate_topology_spread(const Value::Array& constraints, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    validate_constraint(constraints[i], constraints, i, path.index(i), errors);
  }
}

}  // namespace podlapse::validation
