// What Pods refer to: ConfigMaps, Secrets, claims and service accounts, and which of them nobody gives.
#include <algorithm>
#include <tuple>
#include <variant>

#include "podlapse/scenario/scenario.hpp"

namespace podlapse {
namespace {

std::vector<ObjectReference> references_of(const PodSpec& pod) {
  using Kind = ObjectReference::Kind;
  std::vector<ObjectReference> all;
  const auto add = [&all](const std::vector<ObjectReference>& references) {
    for (const ObjectReference& reference : references) all.push_back({reference.kind, reference.name, {}});
  };
  for (const ContainerSpec& container : pod.containers) add(container.references);
  for (const Volume& volume : pod.volumes) {
    if (volume.mounted) add(volume.references);
  }
  for (const std::string& secret : pod.image_pull_secrets) all.push_back({Kind::Secret, secret, {}});
  if (pod.service_account != "default") all.push_back({Kind::ServiceAccount, pod.service_account, {}});
  return all;
}

/// Some action makes it.
bool comes_later(const Scenario& scenario, const ObjectReference& reference) {
  return std::any_of(scenario.actions.begin(), scenario.actions.end(), [&](const Action& action) {
    const auto* put = std::get_if<PutObject>(&action.what);
    return put != nullptr && !put->remove && put->kind == reference.kind && put->name == reference.name;
  });
}

}  // namespace

std::vector<ExistingObject> objects_of(const Scenario& scenario) {
  std::vector<ExistingObject> objects = scenario.existing_objects;
  for (const Workload& workload : scenario.workloads) {
    if (!workload.pod_set) continue;
    for (std::int32_t i = 0; i < workload.pod_set->replicas; ++i) {
      const std::string pod = workload.pod_set->name + "-" + std::to_string(workload.pod_set->first_ordinal + i);
      for (const std::string& claim : workload.pod_set->claims) {
        objects.push_back({ObjectReference::Kind::PersistentVolumeClaim, claim + "-" + pod, {}});
      }
    }
  }
  return objects;
}

std::vector<ObjectReference> missing_references(const Scenario& scenario) {
  const std::vector<ExistingObject> objects = objects_of(scenario);
  std::vector<ObjectReference> missing;
  for (const Workload& workload : scenario.workloads) {
    for (ObjectReference& reference : references_of(workload.pod)) {
      const bool given = std::any_of(objects.begin(), objects.end(), [&](const ExistingObject& object) {
        return object.kind == reference.kind && object.name == reference.name;
      });
      if (!given && !comes_later(scenario, reference)) missing.push_back(std::move(reference));
    }
  }
  const auto key = [](const ObjectReference& reference) { return std::tie(reference.kind, reference.name); };
  std::sort(missing.begin(), missing.end(),
            [&key](const ObjectReference& a, const ObjectReference& b) { return key(a) < key(b); });
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace podlapse
