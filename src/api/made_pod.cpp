#include "podlapse/api/made_pod.hpp"

#include <algorithm>

#include "podlapse/api/pod_template.hpp"

namespace podlapse {
namespace {

/// Sets the key in a mapping of the metadata.
void set_in(Value& metadata, const char* mapping, const std::string& key, const std::string& value) {
  Value& entries = metadata[mapping];
  if (!entries.is_object()) entries = Value::object();
  entries.set(key, Value{value});
}

void set_owner(Value& metadata, const PodIdentity& identity, const std::string& uid) {
  Value* owners = metadata.find("ownerReferences");
  if (owners == nullptr || !owners->is_array() || owners->items().empty()) return;
  owners->items().front().set("name", Value{identity.owner});
  owners->items().front().set("uid", Value{uid});
}

/// JOB_COMPLETION_INDEX, where the template does not have it (indexed_job_utils.go addCompletionIndexEnvVariable).
void add_index_variable(Value& spec) {
  for (const char* list : {"initContainers", "containers"}) {
    Value* containers = spec.find(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (Value& container : containers->items()) {
      Value& variables = container["env"];
      if (!variables.is_array()) variables = Value::array();
      const bool known = std::any_of(variables.items().begin(), variables.items().end(), [](const Value& variable) {
        return variable.string_at("name") == "JOB_COMPLETION_INDEX";
      });
      if (known) continue;
      Value variable = Value::object();
      variable.set("name", Value{"JOB_COMPLETION_INDEX"});
      Value& field = variable["valueFrom"]["fieldRef"];
      field.set("apiVersion", Value{"v1"});
      field.set("fieldPath", Value{"metadata.labels['batch.kubernetes.io/job-completion-index']"});
      variables.push_back(std::move(variable));
    }
  }
}

void identify_job_pod(Value& pod, const PodIdentity& identity, const std::string& uid) {
  Value& metadata = pod["metadata"];
  for (const char* prefix : {"batch.kubernetes.io/", ""}) {
    set_in(metadata, "labels", std::string{prefix} + "controller-uid", uid);
    set_in(metadata, "labels", std::string{prefix} + "job-name", identity.owner);
  }
  metadata.set("generateName", Value{identity.owner + "-"});
  if (!identity.completion_index) return;
  const std::string index = std::to_string(*identity.completion_index);
  constexpr const char* kIndex = "batch.kubernetes.io/job-completion-index";
  set_in(metadata, "annotations", kIndex, index);
  set_in(metadata, "labels", kIndex, index);
  metadata.set("generateName", Value{identity.owner + "-" + index + "-"});
  Value& spec = pod["spec"];
  spec.set("hostname", Value{identity.owner + "-" + index});
  add_index_variable(spec);
}

void identify_stateful_pod(Value& pod, const PodIdentity& identity, const std::string& from) {
  Value& metadata = pod["metadata"];
  set_in(metadata, "labels", "statefulset.kubernetes.io/pod-name", identity.name);
  set_in(metadata, "labels", "apps.kubernetes.io/pod-index", identity.name.substr(identity.owner.size() + 1));
  Value& spec = pod["spec"];
  spec.set("hostname", Value{identity.name});
  Value* volumes = spec.find("volumes");
  if (volumes == nullptr || !volumes->is_array()) return;
  for (Value& volume : volumes->items()) {
    Value* claim = volume.find("persistentVolumeClaim");
    if (claim == nullptr || !claim->is_object()) continue;
    if (claim->string_at("claimName") == volume.string_at("name") + "-" + from) {
      claim->set("claimName", Value{volume.string_at("name") + "-" + identity.name});
    }
  }
}

}  // namespace

void give_identity(Value& pod, const PodIdentity& identity) {
  Value& metadata = pod["metadata"];
  const std::string from = metadata.string_at("name");
  const std::string uid = make_uid(identity.owner_kind, metadata.string_at("namespace"), identity.owner);
  metadata.set("name", Value{identity.name});
  set_owner(metadata, identity, uid);
  if (identity.owner_kind == "Job") identify_job_pod(pod, identity, uid);
  if (identity.owner_kind == "StatefulSet") identify_stateful_pod(pod, identity, from);
}

}  // namespace podlapse
