// One probe of one container: pkg/kubelet/prober/worker.go doProbe in two pure halves, before and after the probe runs.
#pragma once

#include <cstdint>
#include <optional>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/kubelet/probe_results.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// prober.worker's own state. last_result and result_run survive a change of container.
struct ProbeWorker {
  ContainerIndex container = kNoContainer;
  ProbeKind kind = ProbeKind::Startup;
  InstanceId container_id = InstanceId::None;
  bool on_hold = false;
  ProbeResult last_result = ProbeResult::Unknown;
  std::int32_t result_run = 0;
};

/// initialValue of a kind: readiness Failure, liveness Success, startup Unknown (worker.go newWorker).
[[nodiscard]] ProbeResult initial_probe_value(ProbeKind kind);

/// What a tick does before any probe runs.
struct ProbeTick {
  bool keep = true;                     ///< false: the worker ends
  bool run = false;                     ///< the probe is to be executed now
  std::optional<ProbeResult> store;     ///< a result to store at once (initial value, or Failure of a container that is not running)
  RuleId new_container = RuleId::None;  ///< set when the worker has just met a new instance (ProbeWorker::container_id)
};

/// What a tick looks at. `status` is the status manager's cached status (nullptr: none yet).
struct ProbeView {
  const PodSpec& pod;
  const CachedPodStatus* status = nullptr;
  bool deleting = false;               ///< the Pod has a deletion timestamp
  bool all_containers_restarting = false;  ///< some container's exit matches a RestartAllContainers rule
  SimTime now{};
  SimTime kubelet_started_at{};        ///< before t = 0 unless the kubelet restarted
  WallClock clock;                     ///< startedAt is truncated to the civil second
  bool restart_changes_status = false;  ///< the gate ChangeContainerStatusOnKubeletRestart: every instance is judged anew
};

/// worker.go doProbe up to the probe itself.
[[nodiscard]] Decided<ProbeTick> probe_tick(ProbeWorker& worker, const ProbeView& view, const KubeletConstants& constants);

/// worker.go doProbe after the probe: thresholds, hold. The result to store, or nullopt. `result` Unknown: the probe could not
/// be run (an error), which counts for nothing.
[[nodiscard]] Decided<std::optional<ProbeResult>> probe_verdict(ProbeWorker& worker, const ProbeSpec& probe, ProbeResult result);

}  // namespace podlapse
