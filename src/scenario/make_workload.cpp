#include "podlapse/scenario/make_workload.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "podlapse/api/controller_template.hpp"
#include "podlapse/api/defaults.hpp"
#include "podlapse/api/job_template.hpp"
#include "podlapse/api/pod_template.hpp"

namespace podlapse {
namespace {

constexpr std::size_t kSuffix = 5, kHash = 10, kGeneratedBaseMax = 58;
/// Minutes since 1970 in the name of a CronJob's Job; any will do, since the clock of a run is not known here (give_identity).
constexpr const char* kScheduledMinute = "29453760";

const Value& at(const Value& object, std::string_view path) {
  static const Value none = Value::object();
  const Value* found = object.at_path(path);
  return found != nullptr && found->is_object() ? *found : none;
}

/// Who made the Pod, and what the Pod is called.
struct Controller {
  std::string api_version, kind, name;  ///< the owner in the Pod's metadata
  std::string generate_name;            ///< empty: the Pod's name is made otherwise
  std::string pod_name;
};

/// spec.ordinals.start of a StatefulSet.
std::int64_t first_ordinal(const Value& spec) {
  const Value* start = spec.at_path("ordinals.start");
  return start != nullptr && start->is_int() ? start->as_int() : 0;
}

std::string generated(const std::string& base) { return base.substr(0, kGeneratedBaseMax) + name_suffix(base, kSuffix); }

Controller controller_of(const WorkloadKindInfo& kind, const std::string& name, const Value& spec) {
  Controller made{kind.api_version, to_string(kind.kind), name, name + "-", {}};
  switch (kind.kind) {
    case WorkloadKind::Pod:
    case WorkloadKind::PodTemplate: return {{}, {}, {}, {}, name};
    case WorkloadKind::StatefulSet:
      made.generate_name = name + "-";
      made.pod_name = name + "-" + std::to_string(first_ordinal(spec));
      return made;
    case WorkloadKind::Deployment:
      made.kind = "ReplicaSet";
      made.name = name + "-" + name_suffix(name, kHash);
      made.generate_name = made.name + "-";
      break;
    case WorkloadKind::CronJob:
      made.kind = "Job";
      made.name = name + "-" + kScheduledMinute;
      made.generate_name = made.name + "-";
      break;
    case WorkloadKind::ReplicaSet:
    case WorkloadKind::ReplicationController:
    case WorkloadKind::DaemonSet:
    case WorkloadKind::Job: break;
  }
  made.pod_name = generated(made.generate_name);
  return made;
}

const Value& template_of(const WorkloadKindInfo& kind, const Value& object) {
  if (kind.kind == WorkloadKind::PodTemplate) return at(object, "template");
  return at(object, kind.kind == WorkloadKind::CronJob ? "spec.jobTemplate.spec.template" : "spec.template");
}

/// The labels a controller adds to its Pods.
void add_labels(const WorkloadKindInfo& kind, const Controller& controller, Value& labels) {
  const std::string hash = name_suffix(controller.name, kHash);
  if (kind.kind == WorkloadKind::Deployment) {
    labels.set("pod-template-hash", Value{controller.name.substr(controller.name.size() - kHash)});
  } else if (kind.kind == WorkloadKind::StatefulSet) {
    labels.set("apps.kubernetes.io/pod-index", Value{controller.pod_name.substr(controller.name.size() + 1)});
    labels.set("controller-revision-hash", Value{controller.name + "-" + hash});
    labels.set("statefulset.kubernetes.io/pod-name", Value{controller.pod_name});
  } else if (kind.kind == WorkloadKind::DaemonSet) {
    labels.set("controller-revision-hash", Value{hash});
    labels.set("pod-template-generation", Value{"1"});
  } else if (kind.kind == WorkloadKind::CronJob) {
    const std::string uid = make_uid("Job", "default", controller.name);
    for (const char* prefix : {"batch.kubernetes.io/", ""}) {
      labels.set(std::string{prefix} + "controller-uid", Value{uid});
      labels.set(std::string{prefix} + "job-name", Value{controller.name});
    }
  }
}

Value metadata_of(const WorkloadKindInfo& kind, const Controller& controller, const Value& object, const Value& pod_template) {
  Value meta = at(pod_template, "metadata");
  meta.set("name", Value{controller.pod_name});
  const std::string& space = at(object, "metadata").string_at("namespace");
  meta.set("namespace", Value{space.empty() ? "default" : space});
  if (controller.kind.empty()) return meta;
  meta.set("generateName", Value{controller.generate_name});
  Value labels = at(meta, "labels");
  add_labels(kind, controller, labels);
  if (!labels.members().empty()) meta.set("labels", std::move(labels));
  Value owner = Value::object();
  owner.set("apiVersion", Value{controller.api_version});
  owner.set("kind", Value{controller.kind});
  owner.set("name", Value{controller.name});
  owner.set("uid", Value{make_uid(controller.kind, meta.string_at("namespace"), controller.name)});
  owner.set("controller", Value{true});
  owner.set("blockOwnerDeletion", Value{true});
  meta.set("ownerReferences", Value{Value::Array{std::move(owner)}});
  return meta;
}

std::set<std::string> claim_templates(const Value& object) {
  std::set<std::string> names;
  const Value* claims = at(object, "spec").find("volumeClaimTemplates");
  if (claims == nullptr || !claims->is_array()) return names;
  for (const Value& claim : claims->items()) names.insert(at(claim, "metadata").string_at("name"));
  return names;
}

/// stateful_set_utils.go updateStorage and updateIdentity: claims become volumes, and the Pod gets its host name.
void add_identity(const Controller& controller, const Value& object, Value& spec) {
  const std::set<std::string> names = claim_templates(object);
  if (!names.empty()) {
    Value& volumes = spec["volumes"];
    if (!volumes.is_array()) volumes = Value::array();
    std::erase_if(volumes.items(), [&names](const Value& volume) { return names.count(volume.string_at("name")) != 0; });
    for (const std::string& name : names) {
      Value volume = Value::object();
      volume.set("name", Value{name});
      volume["persistentVolumeClaim"].set("claimName", Value{name + "-" + controller.pod_name});
      volumes.push_back(std::move(volume));
    }
  }
  spec.set("hostname", Value{controller.pod_name});
  const std::string& service = at(object, "spec").string_at("serviceName");
  if (!service.empty()) spec.set("subdomain", Value{service});
}

Value pod_of(const WorkloadKindInfo& kind, const Value& object) {
  Value pod = Value::object();
  if (kind.kind == WorkloadKind::Pod) {
    pod = object;
  } else {
    const Value& pod_template = template_of(kind, object);
    const Controller controller = controller_of(kind, at(object, "metadata").string_at("name"), at(object, "spec"));
    pod.set("metadata", metadata_of(kind, controller, object, pod_template));
    pod.set("spec", at(pod_template, "spec"));
    if (kind.kind == WorkloadKind::StatefulSet) add_identity(controller, object, pod["spec"]);
    set_defaults(pod, SchemaType::Pod);
    admit_object(pod, SchemaType::Pod, {});
    pod.set_span(object.span());
  }
  pod.erase("status");
  // First, as every reader expects them.
  Value::Object members = {{"apiVersion", {}, Value{"v1"}}, {"kind", {}, Value{"Pod"}}};
  for (Value::Member& member : pod.members()) {
    if (member.key != "apiVersion" && member.key != "kind") members.push_back(std::move(member));
  }
  return Value{std::move(members)}.set_span(pod.span());
}

/// podlapse.dev/KEY of the Pod, then those of its controller's object that the Pod does not have.
void add_annotations(const Value& holder, std::vector<std::pair<std::string, std::string>>& annotations) {
  constexpr std::string_view kPrefix = "podlapse.dev/";
  for (const Value::Member& member : at(holder, "metadata.annotations").members()) {
    if (member.key.compare(0, kPrefix.size(), kPrefix) != 0 || !member.value.is_string()) continue;
    const std::string key = member.key.substr(kPrefix.size());
    const bool known = std::any_of(annotations.begin(), annotations.end(), [&key](const auto& other) { return other.first == key; });
    if (!known) annotations.emplace_back(key, member.value.as_string());
  }
}

std::optional<PodSetSpec::Kind> pod_set_kind(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::Deployment:
    case WorkloadKind::ReplicaSet: return PodSetSpec::Kind::ReplicaSet;
    case WorkloadKind::ReplicationController: return PodSetSpec::Kind::ReplicationController;
    case WorkloadKind::StatefulSet: return PodSetSpec::Kind::StatefulSet;
    case WorkloadKind::DaemonSet: return PodSetSpec::Kind::DaemonSet;
    case WorkloadKind::Pod:
    case WorkloadKind::PodTemplate:
    case WorkloadKind::Job:
    case WorkloadKind::CronJob: return std::nullopt;
  }
  return std::nullopt;
}

/// What makes the Pod, as its controller sees it.
void add_controller(const WorkloadKindInfo& kind, const Value& spec, Workload& workload) {
  const std::string& space = workload.pod.namespace_name;
  if (kind.kind == WorkloadKind::Job) workload.job = to_job_spec(workload.name, space, spec);
  if (kind.kind == WorkloadKind::CronJob) workload.cron_job = to_cron_job_spec(workload.name, space, spec);
  const std::optional<PodSetSpec::Kind> set = pod_set_kind(kind.kind);
  if (!set) return;
  workload.pod_set = to_pod_set_spec(*set, controller_of(kind, workload.name, spec).name, space, spec);
  if (kind.kind == WorkloadKind::Deployment) workload.pod_set->deployment = workload.name;
  const Value* replicas = spec.find("replicas");
  if (replicas != nullptr && replicas->is_int()) workload.replicas = static_cast<std::int32_t>(replicas->as_int());
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

const std::vector<WorkloadKindInfo>& workload_kinds() {
  static const std::vector<WorkloadKindInfo> kinds = {
      {WorkloadKind::Pod, SchemaType::Pod, "v1", "pods", "po"},
      {WorkloadKind::PodTemplate, SchemaType::PodTemplate, "v1", "podtemplates", nullptr},
      {WorkloadKind::ReplicationController, SchemaType::ReplicationController, "v1", "replicationcontrollers", "rc"},
      {WorkloadKind::Deployment, SchemaType::Deployment, "apps/v1", "deployments", "deploy"},
      {WorkloadKind::ReplicaSet, SchemaType::ReplicaSet, "apps/v1", "replicasets", "rs"},
      {WorkloadKind::StatefulSet, SchemaType::StatefulSet, "apps/v1", "statefulsets", "sts"},
      {WorkloadKind::DaemonSet, SchemaType::DaemonSet, "apps/v1", "daemonsets", "ds"},
      {WorkloadKind::Job, SchemaType::Job, "batch/v1", "jobs", nullptr},
      {WorkloadKind::CronJob, SchemaType::CronJob, "batch/v1", "cronjobs", "cj"},
  };
  return kinds;
}

const WorkloadKindInfo* find_workload_kind(std::string_view name) {
  for (const WorkloadKindInfo& info : workload_kinds()) {
    if (name == to_string(info.kind)) return &info;
  }
  return nullptr;
}

const WorkloadKindInfo* find_workload_alias(std::string_view word) {
  std::string lower{word};
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  for (const WorkloadKindInfo& info : workload_kinds()) {
    const std::string_view plural = info.resource;
    if (lower == plural || lower == plural.substr(0, plural.size() - 1)) return &info;
    if (info.short_name != nullptr && lower == info.short_name) return &info;
  }
  return nullptr;
}

Workload make_workload(const WorkloadKindInfo& kind, const Value& object) {
  Workload workload;
  workload.kind = kind.kind;
  workload.name = at(object, "metadata").string_at("name");
  workload.span = object.span();
  workload.pod_object = pod_of(kind, object);
  workload.pod = to_pod_spec(workload.pod_object);
  add_annotations(workload.pod_object, workload.annotations);
  add_annotations(object, workload.annotations);
  add_controller(kind, at(object, "spec"), workload);
  return workload;
}

}  // namespace podlapse
