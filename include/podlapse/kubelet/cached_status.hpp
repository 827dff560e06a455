// The typed Pod status that the kubelet computes and its status manager caches. Enums and ids instead of strings: a sync
// costs no allocation for words that nobody reads. Turned into the API's form by render_pod_status() when it is published
// to somebody who listens.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/runtime_status.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/model/pod_status.hpp"

namespace podlapse {

enum class PodPhase : std::uint8_t { Pending, Running, Succeeded, Failed, Unknown };

/// status.reason of a Pod; None is the usual one.
enum class PodReason : std::uint8_t { None, Evicted, DeadlineExceeded, Preempting, Terminated, NodeShutdown };

/// Waiting and Terminated reasons of containers, in the API's words.
enum class StateReason : std::uint8_t {
  None,
  // waiting
  ContainerCreating, PodInitializing, CrashLoopBackOff, ErrImagePull, ImagePullBackOff, ErrImageNeverPull, InvalidImageName,
  ImageInspectError, RegistryUnavailable, SignatureValidationFailed, CreateContainerConfigError, CreateContainerError,
  PreCreateHookError, PreStartHookError, PostStartHookError, RunContainerError,
  // waiting and terminated
  RestartingAllContainers,
  // terminated
  Completed, Error, OOMKilled, StartError, ContainerCannotRun, ContainerStatusUnknown,
};

/// A message that is rendered only when somebody listens. `text` is an id in the World's table of texts.
struct StatusMessage {
  enum class Kind : std::uint8_t {
    None,
    Text,                     ///< the text itself
    CrashLoopBackOff,         ///< back-off <duration> restarting failed container=<c> pod=<name>_<ns>(<uid>)
    BackOffPullingImage,      ///< Back-off pulling image "<i>": <inner>: <text>
    ImageNeverPresent,        ///< Container image "<i>" is not present with pull policy of Never
    InvalidImageName,         ///< Failed to apply default image tag "<i>": <text>
    ImageInspect,             ///< Failed to inspect image "<i>": <text>
    PostStartHook,            ///< ... hook ([...]) for Container "<c>" in Pod "<pod>" failed - error: <text>
    LostWhenTerminated,       ///< The container could not be located when the pod was terminated
    LostWhenDeleted,          ///< The container could not be located when the pod was deleted.  The container used to be Running
    InitStatusUnavailable,    ///< Unable to get init container status from container runtime and pod has been initialized, ...
    RemovedByRestartAll,      ///< The container is removed because RestartAllContainers in place
  };
  Kind kind = Kind::None;
  StateReason inner = StateReason::None;
  std::uint32_t text = 0;
  SimDuration duration{};

  friend bool operator==(const StatusMessage&, const StatusMessage&) = default;
};

struct CachedContainerState {
  ContainerState::Kind kind = ContainerState::Kind::None;
  StateReason reason = StateReason::None;
  StatusMessage message;
  std::int32_t exit_code = 0;
  std::optional<SimTime> started_at, finished_at;
  InstanceId instance = InstanceId::None;

  friend bool operator==(const CachedContainerState&, const CachedContainerState&) = default;
};

/// Status of one container. `present` false: the status has no entry for it.
struct CachedContainerStatus {
  bool present = false;
  CachedContainerState state, last_state;
  bool ready = false;
  std::optional<bool> started;
  std::int32_t restart_count = 0;
  InstanceId instance = InstanceId::None;  ///< containerID
  std::uint32_t image = 0;                 ///< text id of what the instance was created from; 0: the spec's

  friend bool operator==(const CachedContainerStatus&, const CachedContainerStatus&) = default;
};

enum class ConditionType : std::uint8_t {
  DisruptionTarget, PodReadyToStartContainers, Initialized, Ready, ContainersReady, PodScheduled, AllContainersRestarting,
};
enum class ConditionReason : std::uint8_t {
  None, UnknownContainerStatuses, PodCompleted, PodFailed, ContainersNotInitialized, ContainersNotReady, ReadinessGatesNotReady,
  RestartAllContainersStarted, TerminationByKubelet, PreemptionByScheduler, DeletionByTaintManager, EvictionByEvictionAPI,
  DeletionByPodGC, SchedulingGated,
};

/// Some containers of a Pod, named in a condition's message. Bits, since a status is copied at every sync.
/// Requires: indices below kContainersMax.
class ContainerSet {
 public:
  ContainerSet() = default;
  ContainerSet(std::initializer_list<ContainerIndex> containers) {
    for (const ContainerIndex container : containers) insert(container);
  }
  void insert(ContainerIndex container) { words_[container / 64] |= std::uint64_t{1} << (container % 64); }
  void clear() { words_ = {}; }
  [[nodiscard]] bool contains(ContainerIndex container) const { return (words_[container / 64] >> (container % 64) & 1) != 0; }
  [[nodiscard]] bool empty() const { return words_ == decltype(words_){}; }
  friend bool operator==(const ContainerSet&, const ContainerSet&) = default;

 private:
  std::array<std::uint64_t, kContainersMax / 64> words_{};
};

/// A condition the kubelet (or a simulated controller) sets. `unknown` and `unready` name containers for the message.
struct CachedCondition {
  ConditionType type = ConditionType::Ready;
  bool is_true = false;
  ConditionReason reason = ConditionReason::None;
  ContainerSet unknown, unready;
  std::string message;   ///< where the message is not a list of containers (readiness gates, disruption)
  SimTime last_transition{};
};

/// v1.PodStatus, typed. `containers` is indexed by ContainerIndex.
struct CachedPodStatus {
  PodPhase phase = PodPhase::Pending;
  PodReason reason = PodReason::None;
  std::string message;
  std::vector<CachedContainerStatus> containers;
  std::vector<CachedCondition> conditions;  ///< in the order they are written
  std::optional<SimTime> start_time;
  bool has_ip = false;

  [[nodiscard]] const CachedCondition* find(ConditionType type) const;
};

[[nodiscard]] constexpr bool is_terminal(PodPhase phase) { return phase == PodPhase::Succeeded || phase == PodPhase::Failed; }

[[nodiscard]] const char* to_string(PodPhase phase);
[[nodiscard]] const char* to_string(PodReason reason);      ///< "" for None
[[nodiscard]] const char* to_string(StateReason reason);    ///< "" for None
[[nodiscard]] const char* to_string(ConditionType type);
[[nodiscard]] const char* to_string(ConditionReason reason);  ///< "" for None
[[nodiscard]] StateReason state_reason(ExitReason reason);

/// Same for an observer of the API: everything but last_transition of conditions (isPodStatusByKubeletEqual).
[[nodiscard]] bool same_status(const CachedPodStatus& a, const CachedPodStatus& b);

/// What is needed to turn ids into words.
struct RenderContext {
  const PodSpec& pod;
  const std::vector<std::string>& texts;   ///< by text id; texts[0] is empty
  WallClock clock;
  const char* host_ip = "192.0.2.1";       ///< made up: nothing decides on addresses
  const char* pod_ip = "192.0.2.10";       ///< likewise; of a Pod with host network it is the host's
};

/// Go's %q: in double quotes, with escapes.
[[nodiscard]] std::string go_quote(const std::string& text);

/// pkg/kubelet/util/format Pod: "name_namespace(uid)".
[[nodiscard]] std::string format_pod(const PodSpec& pod);

[[nodiscard]] std::string render_message(const StatusMessage& message, ContainerIndex container, const RenderContext& context);

/// The API's words for a condition's message.
[[nodiscard]] std::string render_condition_message(const CachedCondition& condition, const PodSpec& pod);

/// The API's form: containers named, main statuses sorted by name, init statuses in spec order, timestamps on the civil clock.
/// `foreign`: conditions of others, written first.
[[nodiscard]] PodStatus render_pod_status(const CachedPodStatus& status, const std::vector<PodCondition>& foreign,
                                          const RenderContext& context);

}  // namespace podlapse
