#include "podlapse/api/status.hpp"

#include <utility>

#include "validator.hpp"

namespace podlapse {
namespace {

std::string qualified(const ApiKind& kind) {
  return kind.group.empty() ? kind.kind : kind.kind + "." + kind.group;
}

std::string version_of(const std::string& api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string::npos ? api_version : api_version.substr(slash + 1);
}

ApiStatus bad_request(std::string message) {
  ApiStatus status;
  status.code = 400;
  status.reason = "BadRequest";
  status.message = std::move(message);
  return status;
}

std::string cannot_be_handled(const std::string& given_kind, const std::string& version, const ApiKind& expected,
                              const std::string& why) {
  return given_kind + " in version \"" + version + "\" cannot be handled as a " + expected.kind + ": " + why;
}

/// What strict decoding objects to: duplicate keys of the text, then unknown fields.
std::string strict_error(const KeyProblems& keys, const std::vector<DecodeProblem>& problems) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "yaml: unmarshal errors:\n  " : "\n  ") + key;
  for (const DecodeProblem& problem : problems) text += (text.empty() ? "" : ", ") + problem.server_text;
  return text.empty() ? text : "strict decoding error: " + text;
}

ApiStatus forbidden(const ApiKind& kind, const std::string& name, const AdmissionRefusal& refusal) {
  ApiStatus status;
  const std::string resource = kind.resource + (kind.group.empty() ? "" : "." + kind.group) + " \"" + name + "\"";
  status.code = refusal.is_conflict ? 409 : 403;
  status.reason = refusal.is_conflict ? "Conflict" : "Forbidden";
  status.message = refusal.is_conflict ? "Operation cannot be fulfilled on " + resource + ": " + refusal.text
                                       : resource + " is forbidden: " + refusal.text;
  status.name = name;
  status.group = kind.group;
  status.kind = kind.resource;
  return status;
}

ApiStatus invalid(const ApiKind& kind, const std::string& name, const std::vector<FieldError>& errors) {
  ApiStatus status;
  status.code = 422;
  status.reason = "Invalid";
  status.message = invalid_message(qualified(kind), name, errors);
  status.name = name;
  status.group = kind.group;
  status.kind = kind.kind;
  for (const FieldError& error : errors)
    status.causes.push_back({cause_reason(error.type), error_body(error), error.path});
  return status;
}

/// Kinds of the versions served here, which the scheme knows how to name but not how to make into another.
bool is_served_kind(const std::string& api_version, const std::string& kind) {
  using validation::is_one_of;
  if (api_version == "v1") {
    return is_one_of(kind, {"Pod",
                            "PodList",
                            "PodTemplate",
                            "PodTemplateList",
                            "ReplicationController",
                            "ReplicationControllerList",
                            "Service",
                            "ServiceList",
                            "ConfigMap",
                            "ConfigMapList",
                            "Secret",
                            "SecretList",
                            "Namespace",
                            "Node",
                            "ServiceAccount",
                            "PersistentVolume",
                            "PersistentVolumeClaim",
                            "Endpoints",
                            "Event",
                            "LimitRange",
                            "ResourceQuota",
                            "Binding",
                            "List",
                            "Status"});
  }
  if (api_version == "apps/v1") {
    return is_one_of(kind,
                     {"Deployment", "DeploymentList", "ReplicaSet", "ReplicaSetList", "StatefulSet", "StatefulSetList",
                      "DaemonSet", "DaemonSetList", "ControllerRevision", "ControllerRevisionList"});
  }
  return api_version == "batch/v1" && is_one_of(kind, {"Job", "JobList", "CronJob", "CronJobList"});
}

}  // namespace

Value ApiStatus::to_value() const {
  Value status = Value::object();
  status.set("kind", Value{"Status"});
  status.set("apiVersion", Value{"v1"});
  status.set("metadata", Value::object());
  status.set("status", Value{accepted() ? "Success" : "Failure"});
  if (!message.empty()) status.set("message", Value{message});
  if (!reason.empty()) status.set("reason", Value{reason});
  Value details = Value::object();
  const auto add = [](Value& object, const char* key, const std::string& text) {
    if (!text.empty()) object.set(key, Value{text});
  };
  add(details, "name", name);
  add(details, "group", group);
  add(details, "kind", kind);
  for (const StatusCause& cause : causes) {
    Value item = Value::object();
    add(item, "reason", cause.reason);
    add(item, "message", cause.message);
    add(item, "field", cause.field);
    details["causes"].push_back(std::move(item));
  }
  if (!details.members().empty()) status.set("details", std::move(details));
  status.set("code", Value{code});
  return status;
}

ApiStatus answer(const ApiKind& kind, const CheckedObject& checked, FieldValidation validation,
                 const KeyProblems& duplicate_keys) {
  const std::string version = version_of(kind.api_version);
  std::vector<DecodeProblem> unknown;
  for (const DecodeProblem& problem : checked.problems) {
    if (is_fatal(problem)) return bad_request(cannot_be_handled(kind.kind, version, kind, problem.server_text));
    unknown.push_back(problem);
  }
  const std::string strict = strict_error(duplicate_keys, unknown);
  if (validation == FieldValidation::Strict && !strict.empty()) {
    return bad_request(cannot_be_handled(kind.kind, version, kind, strict));
  }
  const std::string& name = validation::part_of(checked.object, "metadata").string_at("name");
  ApiStatus status;
  if (checked.refusal.rule != RuleId::None) status = forbidden(kind, name, checked.refusal);
  if (!checked.errors.empty()) status = invalid(kind, name, checked.errors);
  if (validation == FieldValidation::Warn) {
    status.warnings = duplicate_keys;
    for (const DecodeProblem& problem : unknown) status.warnings.push_back(problem.server_text);
  }
  return status;
}

ApiStatus answer_type(const ApiKind& expected, const Value& raw) {
  const std::string& kind = raw.string_at("kind");
  const std::string& version = raw.string_at("apiVersion");
  const std::string given_kind = kind.empty() ? expected.kind : kind;
  const std::string given_version = version.empty() ? expected.api_version : version;
  if (given_kind == expected.kind && given_version == expected.api_version) return {};
  if (is_served_kind(given_version, given_kind)) {
    const std::string go_version = version_of(given_version);
    return bad_request(cannot_be_handled(given_kind, go_version, expected,
                                         "converting (" + go_version + "." + given_kind + ") to (" +
                                             (expected.group.empty() ? "core" : expected.group) + "." + expected.kind +
                                             "): unknown conversion"));
  }
  // A group that the server knows has no such kind; of another group only the version is compared.
  const std::size_t slash = given_version.find('/');
  const std::string group = slash == std::string::npos ? "" : given_version.substr(0, slash);
  if (group.empty() || group == "apps" || group == "batch") {
    return bad_request(cannot_be_handled(given_kind, version_of(given_version), expected,
                                         "no kind \"" + given_kind + "\" is registered for version \"" + given_version +
                                             "\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""));
  }
  return bad_request("the API version in the data (" + given_version + ") does not match the expected API version (" +
                     expected.api_version + ")");
}

ApiStatus answer_unreadable(const ApiKind& expected, std::string_view problem, std::string_view body) {
  constexpr std::size_t kShown = 30;
  std::string shown{body.substr(0, kShown)};
  const bool is_json = !body.empty() && (body.front() == '{' || body.front() == '"');
  if (!is_json) {
    shown.clear();
    for (const char c : body.substr(0, kShown)) {
      const auto byte = static_cast<unsigned char>(c);
      shown += "0123456789abcdef"[byte >> 4];
      shown += "0123456789abcdef"[byte & 0xFU];
    }
  }
  if (body.size() > kShown) shown += " ...";
  if (body.empty()) shown = "<empty>";
  return bad_request("the object provided is unrecognized (must be of type " + expected.kind +
                     "): " + std::string{problem} + " (" + shown + ")");
}

}  // namespace podlapse
