// Resources of containers and Pods, and the claims they name (pkg/apis/core/validation/validation.go).
#include <algorithm>
#include <set>
#include <string>

#include "formats.hpp"
#include "resources.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

using resources::Amounts;
using resources::is_hugepages;

/// IsNativeResource.
bool is_native(std::string_view name) {
  return name.find('/') == std::string_view::npos || name.find("kubernetes.io/") != std::string_view::npos;
}

bool is_container_resource(std::string_view name) {
  return is_one_of(name, {"cpu", "memory", "ephemeral-storage"}) || is_hugepages(name);
}

/// validateResourceName; true when there was nothing to say.
bool validate_resource_name(const std::string& name, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceName;
  const formats::Messages messages = formats::qualified_name(name);
  errors.invalid_each(path, kRule, name, messages);
  if (!messages.empty()) return false;
  const bool is_standard =
      is_container_resource(name) ||
      is_one_of(name, {"requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
                       "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers",
                       "secrets", "configmaps", "persistentvolumeclaims", "storage", "requests.storage",
                       "services.nodeports", "services.loadbalancers"});
  if (is_standard || name.find('/') != std::string::npos) return true;
  errors.invalid(path, kRule, name, "must be a standard resource type or fully qualified");
  return false;
}

/// validateContainerResourceName.
void validate_container_resource(const std::string& name, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceName;
  validate_resource_name(name, path, errors);
  if (name.find('/') == std::string::npos) {
    if (!is_container_resource(name)) errors.invalid(path, kRule, name, "must be a standard resource for containers");
  } else if (!is_native(name) &&
             (name.rfind("requests.", 0) == 0 || !formats::qualified_name("requests." + name).empty())) {
    errors.invalid(path, kRule, name, "doesn't follow extended resource name standard");
  }
}

/// validatePodResourceName.
void validate_pod_resource(const std::string& name, const Path& path, Errors& errors) {
  if (!validate_resource_name(name, path, errors) || resources::is_pod_level(name)) return;
  errors.not_supported(path, RuleId::ValidatePodResources, name, {"cpu", "hugepages-", "memory"});
}

/// IsHugePageResourceValueDivisible.
bool is_divisible(const std::string& name, const Quantity& amount) {
  constexpr QuantityAmount kUnit = 1'000'000'000;
  Quantity page;
  std::string unused;
  if (!parse_quantity(name.substr(name.find('-') + 1), page, unused)) return false;
  return amount.nano > 0 && amount.nano % kUnit == 0 && page.nano != 0 && amount.nano % page.nano == 0;
}

/// ValidateResourceQuantityValue and validateResourceQuantityHugePageValue.
void validate_amount(const std::string& name, const Quantity& amount, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceAmount;
  constexpr QuantityAmount kUnit = 1'000'000'000;
  if (amount.nano < 0) errors.invalid(path, kRule, amount.to_string(), "must be greater than or equal to 0");
  if (!is_native(name) && amount.nano % kUnit != 0)
    errors.invalid(path, kRule, amount.to_string(), "must be an integer");
}

void validate_pages(const std::string& name, const Quantity& amount, const Path& path, Errors& errors) {
  if (!is_hugepages(name) || is_divisible(name, amount)) return;
  errors.invalid(path, RuleId::ValidateResourceAmount, amount.to_string(),
                 amount.to_string() + " is not positive integer multiple of " + name);
}

using NameCheck = void (*)(const std::string& name, const Path& path, Errors& errors);

void validate_request(const std::string& name, const Quantity& request, const Amounts& limits, const Path& path,
                      Errors& errors) {
  const bool overcommit = is_native(name) && !is_hugepages(name);
  const Path requests_path = path.child("requests");
  const auto limit = limits.find(name);
  if (limit == limits.end()) {
    if (overcommit) return;
    return errors.required(path.child("limits"), RuleId::ValidateRequestLimit,
                           "Limit must be set for non overcommitable resources");
  }
  if (request.nano != limit->second.nano && !overcommit) {
    errors.invalid(requests_path, RuleId::ValidateRequestLimit, request.to_string(),
                   "must be equal to " + name + " limit of " + limit->second.to_string());
  } else if (request.nano > limit->second.nano) {
    errors.invalid(requests_path, RuleId::ValidateRequestLimit, request.to_string(),
                   "must be less than or equal to " + name + " limit of " + limit->second.to_string());
  }
}

/// validateResourceRequirements. Maps are walked by name: the server's order is chance.
void validate_requirements(const Value& given, NameCheck check_name, const Path& path, Errors& errors) {
  const Amounts limits = resources::amounts_at(given, "limits");
  const Amounts requests = resources::amounts_at(given, "requests");
  const Path limits_path = path.child("limits"), requests_path = path.child("requests");
  for (const auto& [name, amount] : limits) {
    const Path at = limits_path.key(name);
    check_name(name, at, errors);
    validate_amount(name, amount, at, errors);
    validate_pages(name, amount, at, errors);
  }
  for (const auto& [name, amount] : requests) {
    const Path at = requests_path.key(name);
    check_name(name, at, errors);
    validate_amount(name, amount, at, errors);
    validate_request(name, amount, limits, path, errors);
    validate_pages(name, amount, at, errors);
  }
  const auto any = [&limits, &requests](auto&& matches) {
    const auto among = [&](const Amounts& amounts) {
      return std::any_of(amounts.begin(), amounts.end(), [&](const auto& entry) { return matches(entry.first); });
    };
    return among(limits) || among(requests);
  };
  const auto is_compute = [](const std::string& name) { return name == "cpu" || name == "memory"; };
  if (any([](const std::string& name) { return is_hugepages(name); }) && !any(is_compute)) {
    errors.forbidden(path, RuleId::ValidateResourceName, "HugePages require cpu or memory");
  }
}

/// validateResourceClaimNames.
void validate_claim_names(const Value::Array& claims, const std::set<std::string>& known, const Path& path,
                          Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceClaims;
  std::set<std::string> names;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::string& name = claims[i].string_at("name");
    const std::string& request = claims[i].string_at("request");
    const Path at = path.index(i);
    if (name.empty()) {
      errors.required(at, kRule);
      continue;
    }
    std::string key = name;
    if (!request.empty()) key.append("/").append(request);
    const auto shares = [&name](const std::string& other) { return other.rfind(name + "/", 0) == 0; };
    if (names.count(name) != 0) {
      errors.duplicate(at, kRule, name);
    } else {
      if (!request.empty()) errors.invalid_each(at.child("request"), kRule, request, formats::dns1123_label(request));
      if (names.count(key) != 0) {
        errors.duplicate(at, kRule, key);
      } else if (request.empty() && std::any_of(names.begin(), names.end(), shares)) {
        errors.duplicate(at, kRule, name);
      }
      names.insert(key);
    }
    if (known.count(name) != 0) continue;
    std::string detail = "must be one of the names in pod.spec.resourceClaims";
    for (const std::string& other : known) detail += (other == *known.begin() ? ": " : ", ") + other;
    errors.not_found(at, kRule, name, known.empty() ? detail + " which is empty" : detail);
  }
}

/// validatePodResourceConsistency.
void validate_consistency(const Value& spec, const Value& own, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidatePodResources;
  const Amounts requests = resources::amounts_at(own, "requests"), limits = resources::amounts_at(own, "limits");
  const Path requests_path = path.child("requests"), containers_path = path.child("containers");
  for (const auto& [name, sum] : resources::aggregate(spec, "requests")) {
    const auto request = requests.find(name);
    const Quantity amount = request == requests.end() ? Quantity{} : request->second;
    if (sum.nano <= amount.nano) continue;
    errors.invalid(requests_path.key(name), kRule, amount.to_string(),
                   "must be greater than or equal to aggregate container requests of " + sum.to_string());
  }
  const Value::Array& containers = list_at(spec, "containers");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    for (const auto& [name, amount] : resources::amounts_at(part_of(containers[i], "resources"), "limits")) {
      const auto limit = limits.find(name);
      if (limit == limits.end() || amount.nano <= limit->second.nano) continue;
      const Path at = containers_path.index(i);
      const Path key_path = at.key(name);
      errors.invalid(key_path.child("limits"), kRule, amount.to_string(),
                     "must be less than or equal to pod limits of " + limit->second.to_string());
    }
  }
}

}  // namespace

void validate_resources(const Value& given, const Options& options, const Path& path, Errors& errors) {
  validate_requirements(given, validate_container_resource, path, errors);
  validate_claim_names(list_at(given, "claims"), options.claim_names, path.child("claims"), errors);
}

void validate_overhead(const Value& overhead, const Path& path, Errors& errors) {
  Value limits = Value::object();
  limits.set("limits", overhead);
  validate_requirements(limits, validate_container_resource, path, errors);
}

void validate_pod_resources(const Value& spec, const Options& options, const Path& path, Errors& errors) {
  const Value* own = object_at(spec, "resources");
  if (own == nullptr) return;
  const Value::Array& claims = list_at(*own, "claims");
  if (!claims.empty()) {
    errors.forbidden(path.child("claims"), RuleId::ValidatePodResources,
                     "claims cannot be set for Resources at pod-level");
  }
  validate_requirements(*own, validate_pod_resource, path, errors);
  validate_claim_names(claims, options.claim_names, path.child("claims"), errors);
  validate_consistency(spec, *own, path, errors);
}

std::set<std::string> validate_resource_claims(const Value::Array& claims, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateResourceClaims;
  std::set<std::string> names;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Value& claim = claims[i];
    const Path at = path.index(i);
    const std::string& name = claim.string_at("name");
    if (name.empty()) {
      errors.required(at.child("name"), kRule);
    } else if (!names.insert(name).second) {
      errors.duplicate(at.child("name"), kRule, name);
    } else {
      errors.invalid_each(at.child("name"), kRule, name, formats::dns1123_label(name));
    }
    const Value* own = claim.find("resourceClaimName");
    const Value* made = claim.find("resourceClaimTemplateName");
    if ((own == nullptr) == (made == nullptr)) {
      errors.invalid_json(at, kRule, internal_json(claim, SchemaType::PodResourceClaim),
                          own != nullptr
                              ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
                              : "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
    }
    for (const char* field : {"resourceClaimName", "resourceClaimTemplateName"}) {
      const Value* reference = claim.find(field);
      if (reference == nullptr) continue;
      errors.invalid_each(at.child(field), kRule, reference->as_string(),
                          formats::dns1123_subdomain(reference->as_string()));
    }
  }
  return names;
}

}  // namespace podlapse::validation
