#include "podlapse/api/defaults.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "podlapse/api/quantity.hpp"
#include "resources.hpp"
#include "validator.hpp"

namespace podlapse {
namespace {

using validation::int_at;
using validation::map_at;
using validation::object_at;

/// Sets `key` where it is absent, or where it is given as what Go's zero would be.
void default_to(Value& object, std::string_view key, Value value) {
  const Value* given = object.find(key);
  const bool is_zero = given == nullptr || (given->is_string() && given->as_string().empty()) ||
                       (given->is_int() && given->as_int() == 0);
  if (is_zero) object.set(key, std::move(value));
}

/// Sets `key` where it is absent: for pointers, whose zero counts as given.
void default_pointer(Value& object, std::string_view key, Value value) {
  if (object.find(key) == nullptr) object.set(key, std::move(value));
}

Value declared_default(const SchemaField& field) {
  if (field.type == SchemaType::Bool) return Value{field.default_text == "true"};
  if (field.type == SchemaType::Int32 || field.type == SchemaType::Int64) {
    std::int64_t number = 0;
    std::from_chars(field.default_text.data(), field.default_text.data() + field.default_text.size(), number);
    return Value{number};
  }
  return Value{field.default_text == "empty" ? std::string_view{} : field.default_text};
}

const char* pull_policy(const Value& holder, std::string_view image_field) {
  return image_tag(holder.string_at(image_field)) == "latest" ? "Always" : "IfNotPresent";
}

void default_container(Value& container) {
  default_to(container, "imagePullPolicy", Value{pull_policy(container, "image")});
  default_to(container, "terminationMessagePath", Value{"/dev/termination-log"});
  default_to(container, "terminationMessagePolicy", Value{"File"});
}

/// A 0 counts as unset.
void default_probe(Value& probe) {
  default_to(probe, "timeoutSeconds", Value{1});
  default_to(probe, "periodSeconds", Value{10});
  default_to(probe, "successThreshold", Value{1});
  default_to(probe, "failureThreshold", Value{3});
}

void default_volume(Value& volume) {
  const bool has_source = std::any_of(volume.members().begin(), volume.members().end(),
                                      [](const Value::Member& member) { return member.key != "name"; });
  if (!has_source) volume.set("emptyDir", Value::object());
  if (Value* image = volume.find("image")) default_to(*image, "pullPolicy", Value{pull_policy(*image, "reference")});
}

void default_pod_spec(Value& spec) {
  default_to(spec, "dnsPolicy", Value{"ClusterFirst"});
  default_to(spec, "restartPolicy", Value{"Always"});
  default_pointer(spec, "securityContext", Value::object());
  default_pointer(spec, "terminationGracePeriodSeconds", Value{30});
  default_to(spec, "schedulerName", Value{"default-scheduler"});
  // The two names of one field (conversion.go).
  const bool named = !spec.string_at("serviceAccountName").empty();
  if (!named && spec.string_at("serviceAccount").empty()) return;
  const Value name = *spec.find(named ? "serviceAccountName" : "serviceAccount");  // with its place
  spec.set("serviceAccountName", name);
  spec.set("serviceAccount", name);
}

/// Requests that are not given are the limits.
void default_requests(Value& container) {
  Value* resources = container.find("resources");
  const Value* limits = resources == nullptr ? nullptr : object_at(*resources, "limits");
  if (limits == nullptr) return;
  const Value::Object given = limits->members();
  Value& requests = (*resources)["requests"];
  if (requests.is_null()) requests = Value::object();
  std::set<std::string_view> requested;
  for (const Value::Member& request : requests.members()) requested.insert(request.key);
  Value::Object added;
  for (const Value::Member& limit : given) {
    if (requested.count(limit.key) == 0) added.push_back({limit.key, {}, limit.value});
  }
  std::move(added.begin(), added.end(), std::back_inserter(requests.members()));
}

/// defaultHostNetworkPorts.
void default_host_ports(Value& container) {
  Value* ports = container.find("ports");
  if (ports == nullptr || !ports->is_array()) return;
  for (Value& port : ports->items()) {
    if (const auto number = int_at(port, "containerPort")) default_to(port, "hostPort", Value{*number});
  }
}

/// defaultHugePagePodLimits and defaultPodRequests: resources of the Pod as a whole, where some are given.
void default_pod_resources(Value& spec) {
  Value* own = spec.find("resources");
  if (own == nullptr || !own->is_object()) return;
  const bool has_limits = !map_at(*own, "limits").empty();
  if (!has_limits && map_at(*own, "requests").empty()) return;
  const auto fill = [own](const char* which, const std::string& name, const Value& amount) {
    Value& list = (*own)[which];
    if (list.is_null()) list = Value::object();
    if (list.find(name) == nullptr) list.set(name, amount);
  };
  for (const auto& [name, amount] : resources::aggregate(spec, "limits")) {
    if (resources::is_hugepages(name)) fill("limits", name, Value{amount.to_string()});
  }
  if (map_at(*own, "limits").empty()) return;
  for (const auto& [name, amount] : resources::aggregate(spec, "requests")) {
    if (resources::is_pod_level(name) && !resources::is_hugepages(name)) fill("requests", name, Value{amount.to_string()});
  }
  const Value::Object limits = map_at(*own, "limits");
  for (const Value::Member& limit : limits) {
    if (resources::is_pod_level(limit.key)) fill("requests", limit.key, limit.value);
  }
}

void default_pod(Value& pod) {
  Value* spec = pod.find("spec");
  if (spec == nullptr || !spec->is_object()) return;
  const bool host_network = validation::bool_at(*spec, "hostNetwork");
  for (const char* list : {"containers", "initContainers"}) {
    Value* containers = spec->find(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (Value& container : containers->items()) {
      default_requests(container);
      if (host_network) default_host_ports(container);
    }
  }
  default_pod_resources(*spec);
  default_pointer(*spec, "enableServiceLinks", Value{true});
}

/// Labels an object takes from its template when it has none.
void default_labels(Value& object, const Value& spec) {
  const Value* pod_template = object_at(spec, "template");
  const Value* meta = pod_template == nullptr ? nullptr : object_at(*pod_template, "metadata");
  const Value* labels = meta == nullptr ? nullptr : object_at(*meta, "labels");
  if (labels == nullptr || labels->members().empty()) return;
  const Value copy = *labels;
  Value& own = object["metadata"];
  if (map_at(own, "labels").empty()) own.set("labels", copy);
}

void default_replication_controller(Value& object) {
  Value& spec = object["spec"];
  default_labels(object, spec);
  const Value* pod_template = object_at(spec, "template");
  const Value* meta = pod_template == nullptr ? nullptr : object_at(*pod_template, "metadata");
  if (meta == nullptr || map_at(*meta, "labels").empty() || !map_at(spec, "selector").empty()) return;
  const Value labels = *meta->find("labels");
  spec.set("selector", labels);
}

void default_deployment(Value& spec) {
  default_pointer(spec, "replicas", Value{1});
  Value& strategy = spec["strategy"];
  default_to(strategy, "type", Value{"RollingUpdate"});
  if (strategy.string_at("type") == "RollingUpdate") {
    Value& update = strategy["rollingUpdate"];
    default_pointer(update, "maxUnavailable", Value{"25%"});
    default_pointer(update, "maxSurge", Value{"25%"});
  }
  default_pointer(spec, "revisionHistoryLimit", Value{10});
  default_pointer(spec, "progressDeadlineSeconds", Value{600});
}

void default_daemon_set(Value& spec) {
  Value& strategy = spec["updateStrategy"];
  default_to(strategy, "type", Value{"RollingUpdate"});
  if (strategy.string_at("type") == "RollingUpdate") {
    Value& update = strategy["rollingUpdate"];
    default_pointer(update, "maxUnavailable", Value{1});
    default_pointer(update, "maxSurge", Value{0});
  }
  default_pointer(spec, "revisionHistoryLimit", Value{10});
}

void default_stateful_set(Value& spec) {
  default_to(spec, "podManagementPolicy", Value{"OrderedReady"});
  Value& strategy = spec["updateStrategy"];
  if (strategy.is_null()) strategy = Value::object();
  if (strategy.string_at("type").empty()) {
    strategy.set("type", Value{"RollingUpdate"});
    if (strategy.find("rollingUpdate") == nullptr) strategy.set("rollingUpdate", Value::object());
  }
  Value* update = strategy.find("rollingUpdate");
  if (update != nullptr && strategy.string_at("type") == "RollingUpdate") default_pointer(*update, "partition", Value{0});
  Value& retention = spec["persistentVolumeClaimRetentionPolicy"];
  default_to(retention, "whenDeleted", Value{"Retain"});
  default_to(retention, "whenScaled", Value{"Retain"});
  default_pointer(spec, "replicas", Value{1});
  default_pointer(spec, "revisionHistoryLimit", Value{10});
  Value* claims = spec.find("volumeClaimTemplates");
  if (claims == nullptr || !claims->is_array()) return;
  for (Value& claim : claims->items()) {
    default_to(claim, "apiVersion", Value{"v1"});
    default_to(claim, "kind", Value{"PersistentVolumeClaim"});
  }
}

/// SetDefaults_Job, which the template in a CronJob does not get.
void default_job(Value& object) {
  constexpr std::int64_t kNoLimit = 2147483647;
  Value& spec = object["spec"];
  const bool neither = !int_at(spec, "completions") && !int_at(spec, "parallelism");
  if (neither) spec.set("completions", Value{1});
  default_pointer(spec, "parallelism", Value{1});
  default_pointer(spec, "backoffLimit", Value{int_at(spec, "backoffLimitPerIndex") ? kNoLimit : std::int64_t{6}});
  default_labels(object, spec);
  default_pointer(spec, "completionMode", Value{"NonIndexed"});
  default_pointer(spec, "suspend", Value{false});
  const bool has_policy = object_at(spec, "podFailurePolicy") != nullptr;
  default_pointer(spec, "podReplacementPolicy", Value{has_policy ? "Failed" : "TerminatingOrFailed"});
  default_pointer(spec, "manualSelector", Value{false});
}

void default_cron_job(Value& spec) {
  default_to(spec, "concurrencyPolicy", Value{"Allow"});
  default_pointer(spec, "suspend", Value{false});
  default_pointer(spec, "successfulJobsHistoryLimit", Value{3});
  default_pointer(spec, "failedJobsHistoryLimit", Value{1});
}

/// The defaulting function of one struct, after those of the structs in it.
void default_struct(Value& object, SchemaType type) {
  constexpr std::int64_t kFileMode = 0644, kHour = 3600;
  if (type == SchemaType::Container || type == SchemaType::EphemeralContainer) return default_container(object);
  if (type == SchemaType::Probe) return default_probe(object);
  if (type == SchemaType::Volume) return default_volume(object);
  if (type == SchemaType::PodSpec) return default_pod_spec(object);
  if (type == SchemaType::Pod) return default_pod(object);
  if (type == SchemaType::HTTPGetAction) {
    default_to(object, "path", Value{"/"});
    return default_to(object, "scheme", Value{"HTTP"});
  }
  if (type == SchemaType::SecretVolumeSource || type == SchemaType::ConfigMapVolumeSource ||
      type == SchemaType::DownwardAPIVolumeSource || type == SchemaType::ProjectedVolumeSource) {
    return default_pointer(object, "defaultMode", Value{kFileMode});
  }
  if (type == SchemaType::ServiceAccountTokenProjection) return default_pointer(object, "expirationSeconds", Value{kHour});
  if (type == SchemaType::HostPathVolumeSource) return default_pointer(object, "type", Value{""});
  if (type == SchemaType::ObjectFieldSelector) return default_to(object, "apiVersion", Value{"v1"});
  if (type == SchemaType::PersistentVolumeClaim) return default_to(object["status"], "phase", Value{"Pending"});
  if (type == SchemaType::PersistentVolumeClaimSpec) return default_pointer(object, "volumeMode", Value{"Filesystem"});
  if (type == SchemaType::PodFailurePolicyOnPodConditionsPattern) return default_to(object, "status", Value{"True"});
  if (type == SchemaType::ReplicationController) return default_replication_controller(object);
  if (type == SchemaType::DeploymentSpec) return default_deployment(object);
  if (type == SchemaType::DaemonSetSpec) return default_daemon_set(object);
  if (type == SchemaType::StatefulSetSpec) return default_stateful_set(object);
  if (type == SchemaType::ReplicaSetSpec) return default_pointer(object, "replicas", Value{1});
  if (type == SchemaType::Job) return default_job(object);
  if (type == SchemaType::CronJobSpec) return default_cron_job(object);
}

/// A Pod template's text: what ParseNormalizedNamed takes as repository, [a-z0-9]+ joined by ., _, __ or dashes.
bool is_repository(std::string_view text) {
  char previous = '/';
  int underscores = 0;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool after_separator = previous == '.' || previous == '_' || previous == '/' || previous == '-';
    if (!is_letter && c != '.' && c != '_' && c != '-' && c != '/') return false;
    underscores = c == '_' ? underscores + 1 : 0;
    const bool doubled = (c == '_' && previous == '_' && underscores == 2) || (c == '-' && previous == '-');
    if (!is_letter && after_separator && !doubled) return false;
    previous = c;
  }
  return !text.empty() && previous != '/' && previous != '.' && previous != '_' && previous != '-';
}

bool is_tag(std::string_view text) {
  constexpr std::size_t kTagMax = 128;
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= kTagMax && word(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return word(c) || c == '.' || c == '-'; });
}

/// "host:5000/" of a reference: a first part that looks like a host.
std::string_view without_domain(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return name;
  const std::string_view first = name.substr(0, slash);
  const bool has_upper = std::any_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return first.find_first_of(".:") != std::string_view::npos || first == "localhost" || has_upper ? name.substr(slash + 1) : name;
}

}  // namespace

void set_defaults(Value& object, SchemaType kind) {
  if (!object.is_object()) return;
  for (const SchemaField& field : schema_fields(kind)) {
    if (!field.default_text.empty()) {
      const bool is_pointer = field.presence == SchemaPresence::Pointer;
      is_pointer ? default_pointer(object, field.name, declared_default(field)) : default_to(object, field.name, declared_default(field));
    }
  }
  for (Value::Member& member : object.members()) {
    const bool is_block = member.value.is_object() || member.value.is_array();
    const SchemaField* field = is_block ? find_schema_field(kind, member.key) : nullptr;
    if (field == nullptr || !is_struct(field->type)) continue;
    if (member.value.is_object()) {
      set_defaults(member.value, field->type);
    } else {
      for (Value& item : member.value.items()) set_defaults(item, field->type);
    }
  }
  default_struct(object, kind);
}

std::string image_tag(std::string_view image) {
  std::string_view name = image;
  const std::size_t at = name.find('@');
  const bool has_digest = at != std::string_view::npos;
  name = name.substr(0, at);
  std::string_view path = without_domain(name);
  std::string tag;
  if (const std::size_t colon = path.find(':'); colon != std::string_view::npos) {
    if (!is_tag(path.substr(colon + 1))) return "";
    tag = path.substr(colon + 1);
    path = path.substr(0, colon);
  }
  if (!is_repository(path)) return "";
  return tag.empty() && !has_digest ? "latest" : tag;
}

}  // namespace podlapse
