// What the container runtime knows of a Pod at one instant: the kubelet's PodStatus (pkg/kubelet/container/runtime.go). The
// kubelet decides on such snapshots, taken by the PLEG, never on the runtime itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/model/pod_spec.hpp"

namespace podlapse {

/// One container or sandbox that exists or existed. Never reused within a World; 0 names none.
enum class InstanceId : std::uint32_t { None = 0 };
enum class SandboxId : std::uint32_t { None = 0 };

/// The runtime's word for how a container ended.
enum class ExitReason : std::uint8_t { None, Completed, Error, OOMKilled, StartError, ContainerCannotRun };

/// kubecontainer.State.
enum class RuntimeState : std::uint8_t { Created, Running, Exited, Unknown };

/// kubecontainer.Status of one instance of a container.
struct ContainerRecord {
  ContainerIndex container = kNoContainer;
  InstanceId id = InstanceId::None;
  SandboxId sandbox = SandboxId::None;
  std::int32_t attempt = 0;  ///< restart count
  RuntimeState state = RuntimeState::Created;
  ExitReason reason = ExitReason::None;
  std::int32_t exit_code = 0;
  std::uint32_t message = 0;        ///< text id of the runtime's message, 0 for none (see texts.hpp)
  std::uint64_t hash = 0;           ///< container_hash() of the spec it was created from
  std::uint32_t image = 0;          ///< text id of the image it was created from, 0 where it is the spec's
  SimTime created_at{}, started_at{}, finished_at{};

  friend bool operator==(const ContainerRecord&, const ContainerRecord&) = default;
};

struct SandboxRecord {
  SandboxId id = SandboxId::None;
  std::uint32_t attempt = 0;
  bool ready = false;
  bool has_ip = false;
  bool network_mode_changed = false;  ///< its network mode is not the spec's
  SimTime created_at{};

  friend bool operator==(const SandboxRecord&, const SandboxRecord&) = default;
};

/// The snapshot. Both lists are sorted newest first (pkg/kubelet/container/helpers.go, SortContainerStatusesByCreationTime).
struct RuntimePodStatus {
  std::vector<SandboxRecord> sandboxes;
  std::vector<ContainerRecord> containers;
  SimTime observed_at{};

  /// The newest record of `container`, or nullptr (PodStatus.FindContainerStatusByName).
  [[nodiscard]] const ContainerRecord* newest(ContainerIndex container) const;
  /// The newest record of `container` that has exited, or nullptr.
  [[nodiscard]] const ContainerRecord* newest_exited(ContainerIndex container) const;
};

/// Identity of what runs: name and image only (pkg/kubelet/container/helpers.go HashContainer).
[[nodiscard]] std::uint64_t container_hash(const ContainerSpec& container);

}  // namespace podlapse
