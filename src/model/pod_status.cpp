#include "podlapse/model/pod_status.hpp"

namespace podlapse {

const ContainerStatus* find_container_status(const PodStatus& status, const std::string& name) {
  for (const auto* statuses :
       {&status.init_container_statuses, &status.container_statuses, &status.ephemeral_container_statuses}) {
    for (const ContainerStatus& container : *statuses) {
      if (container.name == name) return &container;
    }
  }
  return nullptr;
}

const PodCondition* find_condition(const PodStatus& status, const std::string& type) {
  for (const PodCondition& condition : status.conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

}  // namespace podlapse
