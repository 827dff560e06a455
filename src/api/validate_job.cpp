// Jobs and CronJobs (pkg/apis/batch/validation/validation.go).
#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <string_view>

#include "cron_schedule.hpp"
#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::int64_t kIndexedMax = 100'000, kManyCompletions = 100'000, kParallelismOfMany = 10'000,
                       kFailedOfMany = 10'000;

const Value& template_of(const Value& spec) {
  return part_of(spec, "template");
}

bool is_indexed(const Value& spec) {
  return spec.string_at("completionMode") == "Indexed";
}

/// IsDomainPrefixedPath.
void validate_managed_by(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateManagedBy;
  constexpr std::size_t kMax = 63;
  if (spec.find("managedBy") == nullptr) return;
  const std::string& text = spec.string_at("managedBy");
  const std::size_t slash = text.find('/');
  const std::string domain = text.substr(0, slash);
  const std::string rest = slash == std::string::npos ? "" : text.substr(slash + 1);
  if (text.empty()) {
    errors.required(path, kRule);
  } else if (slash == std::string::npos || domain.empty() || rest.empty()) {
    errors.invalid(path, kRule, text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
  } else if (const formats::Messages messages = formats::dns1123_subdomain(domain); !messages.empty()) {
    errors.invalid_each(path, kRule, domain, messages);
  } else {
    constexpr std::string_view kPathCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:@/%";
    if (rest.find_first_not_of(kPathCharacters) != std::string::npos) {
      errors.invalid(path, kRule, rest,
                     "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
    }
  }
  if (text.size() > kMax) errors.too_long(path, kRule, kMax);
}

/// What an Indexed Job of many completions may ask for.
void validate_many_indexes(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateIndexedJob;
  constexpr const char* kTail = " when completions are above 100000 and used with backoff limit per index";
  const auto failed = int_at(spec, "maxFailedIndexes"), parallelism = int_at(spec, "parallelism");
  if (!failed)
    errors.required(path.child("maxFailedIndexes"), kRule, "must be specified when completions is above 100000");
  if (parallelism && *parallelism > kParallelismOfMany) {
    errors.invalid(path.child("parallelism"), kRule, *parallelism,
                   std::string{"must be less than or equal to 10000"} + kTail);
  }
  if (failed && *failed > kFailedOfMany) {
    errors.invalid(path.child("maxFailedIndexes"), kRule, *failed,
                   std::string{"must be less than or equal to 10000"} + kTail);
  }
}

void validate_indexes(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateIndexedJob;
  const std::string& mode = spec.string_at("completionMode");
  const bool is_given = spec.find("completionMode") != nullptr;
  if (is_given && !is_one_of(mode, {"NonIndexed", "Indexed"})) {
    errors.not_supported(path.child("completionMode"), kRule, mode, {"NonIndexed", "Indexed"});
  }
  const auto failed = int_at(spec, "maxFailedIndexes"), completions = int_at(spec, "completions");
  if (is_indexed(spec)) {
    const auto parallelism = int_at(spec, "parallelism");
    if (!completions) errors.required(path.child("completions"), kRule, "when completion mode is Indexed");
    if (parallelism && *parallelism > kIndexedMax) {
      errors.invalid(path.child("parallelism"), kRule, *parallelism,
                     "must be less than or equal to 100000 when completion mode is Indexed");
    }
    if (completions && failed && *failed > *completions) {
      errors.invalid(path.child("maxFailedIndexes"), kRule, *failed, "must be less than or equal to completions");
    }
    if (failed && *failed > kIndexedMax) {
      errors.invalid(path.child("maxFailedIndexes"), kRule, *failed, "must be less than or equal to 100000");
    }
    const bool is_many = completions && *completions > kManyCompletions && int_at(spec, "backoffLimitPerIndex");
    if (is_many) validate_many_indexes(spec, path, errors);
  }
  if (is_given && mode != "NonIndexed") return;
  for (const char* field : {"backoffLimitPerIndex", "maxFailedIndexes"}) {
    if (const auto number = int_at(spec, field))
      errors.invalid(path.child(field), kRule, *number, "requires indexed completion mode");
  }
}

/// validatePodFailurePolicyRuleOnExitCodes.
void validate_exit_codes(const Value& codes, const std::set<std::string>& names, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateFailurePolicy;
  constexpr std::size_t kMax = 255;
  const std::string& op = codes.string_at("operator");
  if (op.empty()) {
    errors.required(path.child("operator"), kRule, "valid values: [\"In\" \"NotIn\"]");
  } else if (!is_one_of(op, {"In", "NotIn"})) {
    errors.not_supported(path.child("operator"), kRule, op, {"In", "NotIn"});
  }
  const std::string& container = codes.string_at("containerName");
  if (codes.find("containerName") != nullptr && names.count(container) == 0) {
    errors.invalid(path.child("containerName"), kRule, container,
                   "must be one of the container or initContainer names in the pod template");
  }
  const Value::Array& values = list_at(codes, "values");
  const Path values_path = path.child("values");
  const Value list{values};
  if (values.empty()) {
    errors.invalid_json(values_path, kRule, "[]", "at least one value is required");
  } else if (values.size() > kMax) {
    errors.too_many(values_path, kRule, values.size(), kMax);
  }
  bool is_ordered = true;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t code = values[i].as_int();
    const Path at = values_path.index(i);
    if (op == "In" && code == 0) errors.invalid(at, kRule, code, "must not be 0 for the In operator");
    if (!seen.insert(code).second) errors.duplicate(at, kRule, code);
    is_ordered = is_ordered && (i == 0 || values[i - 1].as_int() <= code);
  }
  if (!is_ordered) errors.invalid_json(values_path, kRule, go_json_list(&list), "must be ordered");
}

/// validatePodFailurePolicyRuleOnPodConditions.
void validate_conditions(const Value::Array& patterns, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateFailurePolicy;
  constexpr std::size_t kMax = 20;
  if (patterns.size() > kMax) errors.too_many(path, kRule, patterns.size(), kMax);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const Path at = path.index(i);
    const std::string& type = patterns[i].string_at("type");
    const std::string& status = patterns[i].string_at("status");
    errors.invalid_each(at.child("type"), kRule, type, formats::qualified_name(type));
    if (status.empty()) {
      errors.required(at.child("status"), kRule, "valid values: [\"False\" \"True\" \"Unknown\"]");
    } else if (!is_one_of(status, {"False", "True", "Unknown"})) {
      errors.not_supported(at.child("status"), kRule, status, {"False", "True", "Unknown"});
    }
  }
}

/// validatePodFailurePolicyRule.
void validate_failure_rule(const Value& spec, const Value& rule, const std::set<std::string>& names, const Path& path,
                           Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateFailurePolicy;
  const std::string& action = rule.string_at("action");
  if (action.empty()) {
    errors.required(path.child("action"), kRule, "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
  } else if (action == "FailIndex") {
    if (!int_at(spec, "backoffLimitPerIndex")) {
      errors.invalid(path.child("action"), kRule, action, "requires the backoffLimitPerIndex to be set");
    }
  } else if (!is_one_of(action, {"Count", "FailJob", "Ignore"})) {
    errors.not_supported(path.child("action"), kRule, action, {"Count", "FailIndex", "FailJob", "Ignore"});
  }
  const Value* codes = object_at(rule, "onExitCodes");
  const Value::Array& conditions = list_at(rule, "onPodConditions");
  if (codes != nullptr) validate_exit_codes(*codes, names, path.child("onExitCodes"), errors);
  if (!conditions.empty()) validate_conditions(conditions, path.child("onPodConditions"), errors);
  if (codes != nullptr && !conditions.empty()) {
    errors.invalid_json(path, kRule, "", "specifying both OnExitCodes and OnPodConditions is not supported");
  } else if (codes == nullptr && conditions.empty()) {
    errors.invalid_json(path, kRule, "", "specifying one of OnExitCodes and OnPodConditions is required");
  }
}

/// validatePodFailurePolicy.
void validate_failure_policy(const Value& spec, const Value& policy, const Path& path, Errors& errors) {
  constexpr std::size_t kMax = 20;
  const Value::Array& rules = list_at(policy, "rules");
  const Path rules_path = path.child("rules");
  if (rules.size() > kMax) errors.too_many(rules_path, RuleId::ValidateFailurePolicy, rules.size(), kMax);
  std::set<std::string> names;
  const Value& pod_spec = part_of(template_of(spec), "spec");
  for (const char* list : {"containers", "initContainers"}) {
    for (const Value& container : list_at(pod_spec, list)) names.insert(container.string_at("name"));
  }
  for (std::size_t i = 0; i < rules.size(); ++i)
    validate_failure_rule(spec, rules[i], names, rules_path.index(i), errors);
}

/// An index as strconv.Atoi reads it.
bool read_index(std::string_view text, std::int64_t& index) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), index);
  return !text.empty() && parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

/// validateIndexesFormat: how many indexes "1,3-5" names; with a complaint, 0.
std::int64_t count_indexes(std::string_view text, std::int64_t completions, std::string& complaint) {
  std::int64_t last = -1, total = 0;
  bool first = true;
  while (!text.empty() || !first) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const std::string from{part.substr(0, dash)},
        to{dash == std::string_view::npos ? part.substr(0, dash) : part.substr(dash + 1)};
    std::int64_t low = 0, high = 0;
    if (to.find('-') != std::string::npos) {
      complaint = "the fragment " + formats::go_quote(part) +
                  " violates the requirement that an index interval can have at most two parts separated by '-'";
      return 0;
    }
    for (const auto& [limit, number] : {std::pair{&from, &low}, std::pair{&to, &high}}) {
      if (!read_index(*limit, *number))
        complaint = "cannot convert string to integer for index: " + formats::go_quote(*limit);
      if (complaint.empty() && *number >= completions) complaint = "too large index: " + formats::go_quote(*limit);
      if (!complaint.empty()) return 0;
    }
    if (dash != std::string_view::npos && low >= high) {
      complaint = "non-increasing order, previous: " + std::to_string(low) + ", current: " + std::to_string(high);
    } else if (!first && last >= low) {
      complaint = "non-increasing order, previous: " + std::to_string(last) + ", current: " + std::to_string(low);
    }
    if (!complaint.empty()) return 0;
    total += high - low + 1;
    last = high;
    first = false;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return total;
}

/// validateSuccessPolicyRule.
void validate_success_rule(const Value& rule, std::int64_t completions, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSuccessPolicy;
  constexpr std::size_t kTextMax = std::size_t{64} << 10;
  const auto count = int_at(rule, "succeededCount");
  const Value* indexes = rule.find("succeededIndexes");
  std::int64_t total = 0;
  if (!count && indexes == nullptr) {
    errors.required(path, kRule, "at least one of succeededCount or succeededIndexes must be specified");
  }
  if (indexes != nullptr) {
    const Path at = path.child("succeededIndexes");
    const std::string& text = indexes->as_string();
    std::string complaint;
    if (text.size() > kTextMax) errors.too_long(at, kRule, kTextMax);
    total = count_indexes(text, completions, complaint);
    if (!complaint.empty()) errors.invalid(at, kRule, text, "error parsing succeededIndexes: " + complaint);
  }
  if (!count) return;
  const Path at = path.child("succeededCount");
  require_nonnegative(rule, "succeededCount", kRule, path, errors);
  if (*count > completions) {
    errors.invalid(
        at, kRule, *count,
        "must be less than or equal to " + std::to_string(completions) + " (the number of specified completions)");
  }
  if (indexes != nullptr && *count > total) {
    errors.invalid(at, kRule, *count,
                   "must be less than or equal to " + std::to_string(total) +
                       " (the number of indexes in the specified succeededIndexes field)");
  }
}

/// validateSuccessPolicy.
void validate_success_policy(const Value& spec, const Value& policy, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSuccessPolicy;
  constexpr std::size_t kMax = 20;
  if (!is_indexed(spec)) {
    return errors.invalid_json(path, kRule, internal_json(policy, SchemaType::SuccessPolicy),
                               "requires indexed completion mode");
  }
  const Value::Array& rules = list_at(policy, "rules");
  const Path rules_path = path.child("rules");
  if (rules.empty()) {
    errors.required(rules_path, kRule, "at least one rules must be specified when the successPolicy is specified");
  }
  if (rules.size() > kMax) errors.too_many(rules_path, kRule, rules.size(), kMax);
  const std::int64_t completions = int_at(spec, "completions").value_or(0);
  for (std::size_t i = 0; i < rules.size(); ++i)
    validate_success_rule(rules[i], completions, rules_path.index(i), errors);
}

/// validatePodReplacementPolicy.
void validate_replacement(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateReplacementPolicy;
  if (spec.find("podReplacementPolicy") == nullptr) return;
  const std::string& policy = spec.string_at("podReplacementPolicy");
  if (object_at(spec, "podFailurePolicy") != nullptr) {
    if (policy != "Failed") errors.not_supported(path, kRule, policy, {"Failed"});
  } else if (!is_one_of(policy, {"Failed", "TerminatingOrFailed"})) {
    errors.not_supported(path, kRule, policy, {"Failed", "TerminatingOrFailed"});
  }
}

/// The restartPolicy of a Job's template, which no default may choose.
void validate_restart(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTemplateRestartPolicy;
  const std::string& policy = part_of(template_of(spec), "spec").string_at("restartPolicy");
  const Path template_path = path.child("template");
  const Path spec_path = template_path.child("spec");
  const Path policy_path = spec_path.child("restartPolicy");
  if (policy.empty() || policy == "Always") {
    errors.required(policy_path, kRule, "valid values: \"OnFailure\", \"Never\"");
  } else if (!is_one_of(policy, {"OnFailure", "Never"})) {
    errors.not_supported(policy_path, kRule, policy, {"OnFailure", "Never"});
  } else if (object_at(spec, "podFailurePolicy") != nullptr && policy != "Never") {
    errors.invalid(policy_path, kRule, policy, "only \"Never\" is supported when podFailurePolicy is specified");
  }
}

/// validateGeneratedSelector: the selector a Job was given by its own uid.
void validate_generated(const Value& job, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateJobSelector;
  const Value& spec = part_of(job, "spec");
  const Value* selector = object_at(spec, "selector");
  if (bool_at(spec, "manualSelector") || selector == nullptr) return;
  const std::string& name = part_of(job, "metadata").string_at("name");
  const Value& labels = part_of(part_of(template_of(spec), "metadata"), "labels");
  // The uid is the server's; what admission wrote into the selector is it.
  const std::string& uid = part_of(*selector, "matchLabels").string_at("batch.kubernetes.io/controller-uid");
  const Path spec_path{"spec"};
  const Path template_path = spec_path.child("template");
  const Path meta_path = template_path.child("metadata");
  const Path labels_path = meta_path.child("labels");
  Value expected = Value::object();
  for (const char* prefix : {"", "batch.kubernetes.io/"}) {
    expected.set(std::string{prefix} + "controller-uid", Value{uid});
    expected.set(std::string{prefix} + "job-name", Value{name});
  }
  for (const Value::Member& label : expected.members()) {
    const Value* actual = labels.find(label.key);
    const std::string wanted = "must be '" + label.value.as_string() + "'";
    if (actual == nullptr) {
      errors.required(labels_path.key(label.key), kRule, wanted);
    } else if (!(*actual == label.value)) {
      errors.invalid_json(labels_path.key(label.key), kRule, go_json_map(&labels), wanted);
    }
  }
  if (!selects(*selector, expected.members())) {
    errors.invalid_json(spec_path.child("selector"), kRule, go_json(*selector, SchemaType::LabelSelector),
                        "`selector` not auto-generated");
  }
}

/// The Pods of an Indexed Job are called after it.
void validate_hostname(const Value& job, Errors& errors) {
  const Value& spec = part_of(job, "spec");
  const std::int64_t completions = int_at(spec, "completions").value_or(0);
  const std::string& name = part_of(job, "metadata").string_at("name");
  if (!is_indexed(spec) || completions <= 0) return;
  const std::string hostname = name + "-" + std::to_string(completions - 1);
  if (formats::dns1123_label(hostname).empty()) return;
  const Path path{"metadata"};
  errors.invalid(path.child("name"), RuleId::ValidateIndexedJob, name,
                 "will not able to create pod with invalid DNS label: " + hostname);
}

void validate_time_zone(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateTimeZone;
  if (spec.find("timeZone") == nullptr) return;
  const std::string& zone = spec.string_at("timeZone");
  if (zone.empty()) return errors.invalid(path, kRule, zone, "timeZone must be nil or non-empty string");
  if (!formats::has_zone_form(zone)) return errors.invalid(path, kRule, zone, "unknown time zone " + zone);
  std::string lower = zone;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "local") {
    errors.invalid(path, kRule, zone,
                   "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
  }
  if (zone != "Local" && !formats::is_time_zone(zone)) errors.invalid(path, kRule, zone, "unknown time zone " + zone);
}

/// validateScheduleFormat.
void validate_schedule(const std::string& schedule, const Value& spec, const Value* old, const Path& path,
                       Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateScheduleFormat;
  const std::string problem = formats::cron_problem(schedule);
  if (!problem.empty()) errors.invalid(path, kRule, schedule, problem);
  const auto names_zone = [](const std::string& text) { return text.find("TZ") != std::string::npos; };
  if (!names_zone(schedule)) return;
  const bool was_allowed = old != nullptr && names_zone(old->string_at("schedule"));
  if (!was_allowed) {
    errors.invalid(path, kRule, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  } else if (spec.find("timeZone") != nullptr) {
    errors.invalid(path, kRule, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
  }
}

}  // namespace

void validate_job_spec(const Value& spec, const Path& path, Errors& errors) {
  for (const char* field : {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
                            "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"}) {
    require_nonnegative(spec, field, RuleId::ValidateJobNumbers, path, errors);
  }
  if (int_at(spec, "maxFailedIndexes") && !int_at(spec, "backoffLimitPerIndex")) {
    errors.required(path.child("backoffLimitPerIndex"), RuleId::ValidateIndexedJob,
                    "when maxFailedIndexes is specified");
  }
  validate_managed_by(spec, path.child("managedBy"), errors);
  validate_indexes(spec, path, errors);
  if (const Value* policy = object_at(spec, "podFailurePolicy")) {
    validate_failure_policy(spec, *policy, path.child("podFailurePolicy"), errors);
  }
  if (const Value* policy = object_at(spec, "successPolicy")) {
    validate_success_policy(spec, *policy, path.child("successPolicy"), errors);
  }
  validate_replacement(spec, path.child("podReplacementPolicy"), errors);
  validate_template(template_of(spec), path.child("template"), errors);
  validate_restart(spec, path, errors);
}

void validate_job(const Value& job, Errors& errors) {
  const Value& spec = part_of(job, "spec");
  const Path path{"spec"};
  validate_generated(job, errors);
  validate_job_spec(spec, path, errors);
  const Value* selector = object_at(spec, "selector");
  const Path selector_path = path.child("selector");
  bool is_valid = true;
  if (selector == nullptr) {
    errors.required(selector_path, RuleId::ValidateJobSelector);
  } else {
    is_valid = validate_label_selector(*selector, selector_path, errors);
  }
  if (is_valid) check_labels(selector, template_of(spec), path.child("template"), errors);
  validate_hostname(job, errors);
}

void validate_cron_job_spec(const Value& spec, const Value* old, const Path& path, Errors& errors) {
  const std::string& schedule = spec.string_at("schedule");
  if (schedule.empty()) {
    errors.required(path.child("schedule"), RuleId::ValidateSchedule);
  } else {
    validate_schedule(schedule, spec, old, path.child("schedule"), errors);
  }
  require_nonnegative(spec, "startingDeadlineSeconds", RuleId::ValidateJobNumbers, path, errors);
  const bool same_zone = old != nullptr && old->string_at("timeZone") == spec.string_at("timeZone");
  if (!same_zone) validate_time_zone(spec, path.child("timeZone"), errors);
  const std::string& concurrency = spec.string_at("concurrencyPolicy");
  if (!is_one_of(concurrency, {"Allow", "Forbid", "Replace"})) {
    errors.not_supported(path.child("concurrencyPolicy"), RuleId::ValidateConcurrencyPolicy, concurrency,
                         {"Allow", "Forbid", "Replace"});
  }
  const Path job_path = path.child("jobTemplate");
  const Path job_spec_path = job_path.child("spec");
  const Value& job_spec = part_of(part_of(spec, "jobTemplate"), "spec");
  validate_job_spec(job_spec, job_spec_path, errors);
  if (const Value* selector = object_at(job_spec, "selector")) {
    errors.invalid_json(job_spec_path.child("selector"), RuleId::ValidateJobSelector,
                        go_json(*selector, SchemaType::LabelSelector), "`selector` will be auto-generated");
  }
  if (bool_at(job_spec, "manualSelector")) {
    errors.not_supported_json(job_spec_path.child("manualSelector"), RuleId::ValidateJobSelector, "true",
                              {"nil", "false"});
  }
  require_nonnegative(spec, "successfulJobsHistoryLimit", RuleId::ValidateJobNumbers, path, errors);
  require_nonnegative(spec, "failedJobsHistoryLimit", RuleId::ValidateJobNumbers, path, errors);
}

}  // namespace podlapse::validation
