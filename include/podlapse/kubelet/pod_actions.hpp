// What one sync of a Pod is to do: kuberuntime_manager.go computePodActions as a pure function that only returns data.
#pragma once

#include <cstdint>
#include <vector>

#include "podlapse/kubelet/probe_results.hpp"
#include "podlapse/kubelet/runtime_status.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// containerKillReason, and with it the Killing event's message.
enum class KillReason : std::uint8_t { Unknown, StartupProbe, LivenessProbe, FailedPostStartHook, RestartAllContainers, DefinitionChanged };

struct StartDecision {
  ContainerIndex container = kNoContainer;
  RuleId because = RuleId::None;
  friend bool operator==(const StartDecision& a, const StartDecision& b) { return a.container == b.container; }
};

struct KillDecision {
  ContainerIndex container = kNoContainer;
  InstanceId instance = InstanceId::None;
  KillReason reason = KillReason::Unknown;
  bool will_restart = false;  ///< the message ends in ", will be restarted" (mains only)
  RuleId because = RuleId::None;
};

/// One container record to be removed by RestartAllContainers; killed first when it still runs.
struct ResetDecision {
  ContainerIndex container = kNoContainer;
  InstanceId instance = InstanceId::None;
  bool kill_first = false;
  RuleId because = RuleId::None;
};

/// podActions. Lists are in the order in which they are carried out. Reused between syncs: clear() keeps the capacity.
struct PodActions {
  bool kill_pod = false;
  bool create_sandbox = false;
  RuleId initialized_because = RuleId::None;  ///< a main of the sandbox before stands for the init containers
  std::uint32_t attempt = 0;          ///< of the sandbox to create
  SandboxId sandbox = SandboxId::None;  ///< of the sandbox to kill or to start in
  std::vector<StartDecision> init_to_start, mains_to_start, ephemeral_to_start;
  std::vector<KillDecision> to_kill;  ///< in spec order; the kubelet's own order is that of a Go map
  std::vector<ResetDecision> to_reset;
  RuleId kill_pod_because = RuleId::None;
  RuleId sandbox_because = RuleId::None;
  RuleId wait_because = RuleId::None;  ///< when nothing is done: what is waited for (None: all is as it should be)

  void clear();
  [[nodiscard]] bool empty() const;
};

/// What computePodActions looks at.
struct PodView {
  const PodSpec& pod;
  const RuntimePodStatus& status;
  const PodProbeResults& probes;
  bool deleting = false;
  bool restart_all = false;  ///< condition AllContainersRestarting is True
};

/// kuberuntime_util.go PodSandboxChanged.
struct SandboxChange {
  bool changed = false;
  std::uint32_t attempt = 0;
  SandboxId sandbox = SandboxId::None;
};
[[nodiscard]] Decided<SandboxChange> pod_sandbox_changed(const PodSpec& pod, const RuntimePodStatus& status);

/// kuberuntime_container.go computeInitContainerActions: scans init containers and sidecars from last to first, adds what
/// is to start and to kill to `out` (init_to_start ends up in spec order), sets out.kill_pod when an init failed for good.
/// True when mains may be looked at.
[[nodiscard]] bool scan_init_containers(const PodView& view, PodActions& out, const FeatureGates& gates = {});

/// The restart policy that counts for `container`: its own where the gate lets it have one, else the Pod's.
[[nodiscard]] RestartPolicy effective_restart_policy(const ContainerSpec& container, RestartPolicy pod_policy,
                                                     const FeatureGates& gates);

/// kuberuntime_manager.go computePodActions. `out` is cleared first.
void compute_pod_actions(const PodView& view, const FeatureGates& gates, PodActions& out);

/// kuberuntime_manager.go getContainersToReset: other mains, other inits and sidecars, triggering mains, triggering inits.
void containers_to_reset(const PodSpec& pod, const RuntimePodStatus& status, std::vector<ResetDecision>& out);

/// helpers.go isInitContainerFailed: exited non-zero, unknown, or OOMKilled whatever the code.
[[nodiscard]] bool is_init_container_failed(const ContainerRecord& record);

/// kuberuntime_manager.go pruneInitContainersBeforeStart: dead records of init containers beyond the newest of each name.
[[nodiscard]] std::vector<InstanceId> init_records_to_prune(const PodSpec& pod, const RuntimePodStatus& status);

}  // namespace podlapse
