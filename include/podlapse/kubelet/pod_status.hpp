// How the kubelet derives a Pod's status from spec, snapshot, probe results and its own memory. Pure functions, one per
// upstream function.
#pragma once

#include <optional>
#include <vector>

#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/kubelet/pod_actions.hpp"
#include "podlapse/kubelet/probe_results.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// kubelet_pods.go getPhase. `pod_is_terminal`: every container has been killed (second pass of SyncTerminatingPod);
/// `initialized`: a main container exists in the current sandbox. `is_static`: a static Pod.
[[nodiscard]] Decided<PodPhase> get_phase(const PodSpec& pod, const std::vector<CachedContainerStatus>& statuses,
                                          bool pod_is_terminal, bool initialized, bool is_static = false);

/// container/helpers.go HasAnyActiveRegularContainerStarted: has a main a record in the newest ready sandbox?
[[nodiscard]] bool has_any_active_regular_container_started(const PodSpec& pod, const RuntimePodStatus& status);

/// podutil HasAnyRegularContainerStarted over API statuses: is any main Running or Terminated?
[[nodiscard]] bool has_any_regular_container_started(const PodSpec& pod, const std::vector<CachedContainerStatus>& statuses);

/// A start that failed, as the reason cache keeps it (pkg/kubelet/reason_cache.go).
struct FailedStart {
  StateReason reason = StateReason::None;
  StatusMessage message;
};

/// kubelet_pods.go convertToAPIContainerStatuses for inits, mains and ephemeral containers at once, then
/// prober_manager.go UpdatePodStatus is separate (update_readiness).
struct ContainerStatusInput {
  const PodSpec& pod;
  const RuntimePodStatus& runtime;
  const std::vector<CachedContainerStatus>& old_statuses;       ///< of the cached (else API) status; may be empty
  const std::vector<std::optional<FailedStart>>& failed_starts;  ///< reason cache, by ContainerIndex; may be empty
  bool deleting = false;
  bool all_containers_restarting = false;
};
/// `out` must not be `old_statuses`. `because`, if given, gets the rule behind each status, by ContainerIndex.
void convert_to_api_container_statuses(const ContainerStatusInput& input, std::vector<CachedContainerStatus>& out,
                                       std::vector<RuleId>* because = nullptr);

/// prober_manager.go UpdatePodStatus: sets `started` and `ready` of every status. `has_worker(container, kind)` tells whether
/// a probe worker exists. Containers for which a readiness probe is to run at once are added to `probe_now`.
struct ProbeWorkerPresence {
  bool startup = false, readiness = false, liveness = false;
};
/// What a restarted kubelet takes over: unless the gate ChangeContainerStatusOnKubeletRestart is on, what ran before it is neither
/// taken for not started nor, in a Pod that was ready, for not ready before it has been probed.
struct KubeletRestart {
  bool changes_status = false;      ///< the gate
  SimTime older_than = kTimeZero;   ///< an instance that was started before this ran before the kubelet
  bool pod_was_ready = false;       ///< the condition Ready as the API has it
};
void update_readiness(const PodSpec& pod, const PodProbeResults& results, const std::vector<ProbeWorkerPresence>& workers,
                      const std::vector<CachedContainerStatus>& old_statuses, std::vector<CachedContainerStatus>& statuses,
                      std::vector<ContainerIndex>& probe_now, const KubeletRestart& restart = {});

/// status/generate.go: each returns the condition without its transition time.
struct ConditionInput {
  const PodSpec& pod;
  const std::vector<CachedContainerStatus>& statuses;
  bool no_statuses = false;      ///< the status has no container statuses at all (nil)
  PodPhase phase = PodPhase::Pending;
  const CachedPodStatus* old_status = nullptr;        ///< the status before, for what must not go back
  const std::vector<PodCondition>& foreign;           ///< conditions of others, for readiness gates
};
[[nodiscard]] Decided<CachedCondition> generate_pod_initialized_condition(const ConditionInput& input);
[[nodiscard]] Decided<CachedCondition> generate_containers_ready_condition(const ConditionInput& input);
[[nodiscard]] Decided<CachedCondition> generate_pod_ready_condition(const ConditionInput& input, const CachedCondition& containers_ready);
[[nodiscard]] Decided<CachedCondition> generate_pod_ready_to_start_containers_condition(const PodSpec& pod,
                                                                                        const RuntimePodStatus& runtime);
/// nullopt when no container has a RestartAllContainers rule.
[[nodiscard]] std::optional<Decided<CachedCondition>> generate_all_containers_restarting_condition(
    const PodSpec& pod, const RuntimePodStatus& runtime, PodPhase phase, const CachedPodStatus* old_status);

/// A reason forced upon the Pod while it is computed (activeDeadlineSeconds, eviction).
struct ForcedFailure {
  PodReason reason = PodReason::None;
  std::string message;
};

/// What generateAPIPodStatus looks at.
struct PodStatusInput {
  const PodSpec& pod;
  const RuntimePodStatus& runtime;
  const CachedPodStatus* cached = nullptr;   ///< the status manager's, nullptr before the first
  const CachedPodStatus* api = nullptr;      ///< the API's as the kubelet last saw it
  const std::vector<PodCondition>& foreign;
  const std::vector<std::optional<FailedStart>>& failed_starts;
  const PodProbeResults& probes;
  const std::vector<ProbeWorkerPresence>& probe_workers;
  std::optional<ForcedFailure> forced;
  bool deleting = false;
  bool pod_is_terminal = false;
  SimTime now{};
  KubeletRestart restart{};             ///< `pod_was_ready` is taken from `api`
};
struct GeneratedStatus {
  CachedPodStatus status;
  RuleId phase_because = RuleId::None;
  std::vector<RuleId> containers_because;    ///< by ContainerIndex
  std::vector<RuleId> conditions_because;    ///< one for each of status.conditions; None where it was only carried over
  bool restart_all = false;                  ///< AllContainersRestarting came out True
  std::vector<ContainerIndex> probe_now;     ///< readiness probes to run at once
};
/// The conditions in the order in which they are written: DisruptionTarget (carried over), PodReadyToStartContainers,
/// Initialized, Ready, ContainersReady, PodScheduled, AllContainersRestarting. Requires: out.status has containers and phase.
void generate_conditions(const PodStatusInput& input, GeneratedStatus& out);

/// kubelet_pods.go generateAPIPodStatus. `out` is reused between syncs: its vectors keep their capacity. It must not hold what
/// `input` refers to. Transition times and the start time are set (update_last_transition).
void generate_api_pod_status(const PodStatusInput& input, GeneratedStatus& out);

/// status_manager.go updateConditions: keeps last_transition where a condition's status did not change.
void update_last_transition(CachedPodStatus& status, const CachedPodStatus* old_status, SimTime now);

/// status_manager.go TerminatePod: what has not ended becomes terminated, 137, ContainerStatusUnknown; an unfinished phase
/// becomes Failed. Returns the rule behind the phase, or behind the containers where the phase had ended already.
RuleId terminate_pod_status(const PodSpec& pod, CachedPodStatus& status);

/// status_manager.go mergePodStatus, the kubelet's part: withholds a terminal phase (with reason, message, DisruptionTarget)
/// while containers could be running; on a terminal phase Ready and ContainersReady become False.
/// `merged` keeps its capacity and must be neither of the two. Returns the rule that changed something, or None.
RuleId merge_pod_status(const CachedPodStatus& api, const CachedPodStatus& cached, bool could_have_running_containers, SimTime now,
                        CachedPodStatus& merged);

/// status_manager.go checkContainerStateTransition: false when a terminated container that may not restart would leave
/// that state.
/// `because`, if given, gets the rule when the answer is false.
[[nodiscard]] bool is_transition_legal(const PodSpec& pod, const CachedPodStatus& old_status, const CachedPodStatus& new_status,
                                       RuleId* because = nullptr);

}  // namespace podlapse
