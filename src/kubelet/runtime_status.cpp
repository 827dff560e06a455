#include "podlapse/kubelet/runtime_status.hpp"

#include "podlapse/base/hash.hpp"

namespace podlapse {

const ContainerRecord* RuntimePodStatus::newest(ContainerIndex container) const {
  for (const ContainerRecord& record : containers) {
    if (record.container == container) return &record;
  }
  return nullptr;
}

const ContainerRecord* RuntimePodStatus::newest_exited(ContainerIndex container) const {
  for (const ContainerRecord& record : containers) {
    if (record.container == container && record.state == RuntimeState::Exited) return &record;
  }
  return nullptr;
}

std::uint64_t container_hash(const ContainerSpec& container) {
  return hash_text(hash_text(kHashSeed, container.name), container.image);
}

}  // namespace podlapse
