// A Pod's status as the API shows it: core/v1 names and words as strings, because any Pod object, also one that came from
// a cluster, must fit. The kubelet's own typed status (kubelet/container_status.hpp) is turned into this when it is
// published; kubectl's columns, renderers and traces know only this form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// core/v1 ContainerState: at most one of the three is set; none means the API's empty state.
struct ContainerState {
  enum class Kind : std::uint8_t { None, Waiting, Running, Terminated };
  Kind kind = Kind::None;
  std::string reason, message;               ///< Waiting, Terminated
  std::int32_t exit_code = 0, signal = 0;    ///< Terminated
  std::optional<WallTime> started_at;        ///< Running, Terminated
  std::optional<WallTime> finished_at;       ///< Terminated
  std::string container_id;                  ///< Terminated

  friend bool operator==(const ContainerState&, const ContainerState&) = default;
};

struct ContainerStatus {
  std::string name;
  ContainerState state, last_state;
  bool ready = false;
  std::optional<bool> started;
  std::int32_t restart_count = 0;
  std::string image, image_id, container_id;

  friend bool operator==(const ContainerStatus&, const ContainerStatus&) = default;
};

struct PodCondition {
  std::string type, status, reason, message;
  std::optional<WallTime> last_transition_time;
  std::optional<std::int64_t> observed_generation;

  friend bool operator==(const PodCondition&, const PodCondition&) = default;
};

struct PodStatus {
  std::string phase, reason, message;
  std::vector<PodCondition> conditions;
  std::vector<ContainerStatus> init_container_statuses;
  std::vector<ContainerStatus> container_statuses;
  std::vector<ContainerStatus> ephemeral_container_statuses;
  std::optional<WallTime> start_time;
  std::string host_ip, pod_ip, qos_class, nominated_node_name;
  std::optional<std::int64_t> observed_generation;

  friend bool operator==(const PodStatus&, const PodStatus&) = default;
};

/// The status called `name` among init, main and ephemeral statuses, or nullptr.
[[nodiscard]] const ContainerStatus* find_container_status(const PodStatus& status, const std::string& name);
[[nodiscard]] const PodCondition* find_condition(const PodStatus& status, const std::string& type);

}  // namespace podlapse
