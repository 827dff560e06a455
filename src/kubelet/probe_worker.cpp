#include "podlapse/kubelet/probe_worker.hpp"

#include "podlapse/base/check.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;

Decided<ProbeTick> wait(ProbeTick tick, RuleId because) {
  return {tick, because};
}

Decided<ProbeTick> end(ProbeTick tick, RuleId because) {
  tick.keep = false;
  return {tick, because};
}

/// What a new instance begins with. One that ran before the kubelet did is not judged anew, so that a restart of the
/// kubelet does not make it unready; a sidecar that had started counts as having passed its startup probe.
std::optional<ProbeResult> first_result(const ProbeWorker& worker, const CachedContainerStatus& status,
                                        ContainerKind kind, const ProbeView& view, const KubeletConstants& constants) {
  const bool older = status.state.kind == Kind::Running && status.state.started_at &&
                     truncate_to_second(*status.state.started_at, view.clock) <
                         view.kubelet_started_at - constants.probe_restart_grace;
  if (!older || view.restart_changes_status) return initial_probe_value(worker.kind);
  const bool started = status.started.value_or(false);
  if (kind == ContainerKind::Sidecar && worker.kind == ProbeKind::Startup && started) return ProbeResult::Success;
  return std::nullopt;
}

/// The container does not run: a failure, and the end of the worker when it will not run again.
Decided<ProbeTick> tick_of_stopped(ProbeTick tick, const ProbeWorker& worker, const CachedContainerStatus& status,
                                   const ProbeView& view) {
  tick.store = ProbeResult::Failure;
  if (status.state.kind != Kind::Terminated || view.all_containers_restarting) {
    return wait(tick, RuleId::ProbeNotRunning);
  }
  const ContainerSpec& container = view.pod.containers[worker.container];
  if (container_should_restart(container, view.pod.restart_policy, status.state.exit_code).value) {
    return wait(tick, RuleId::ProbeNotRunning);
  }
  return end(tick, RuleId::ProbeNeverAgain);
}

Decided<ProbeTick> tick_of_running(ProbeTick tick, const ProbeWorker& worker, const CachedContainerStatus& status,
                                   const ProbeView& view) {
  if (view.deleting && worker.kind != ProbeKind::Readiness) {
    tick.store = ProbeResult::Success;
    return end(tick, RuleId::ProbeDeleting);
  }
  const std::optional<ProbeSpec>& probe = view.pod.containers[worker.container].probe(worker.kind);
  PODLAPSE_CHECK(probe.has_value() && status.state.started_at.has_value());
  const SimTime started_at = truncate_to_second(*status.state.started_at, view.clock);
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(view.now - started_at);
  if (age < probe->initial_delay) return wait(tick, RuleId::ProbeInitialDelay);
  const bool started = status.started.value_or(false);
  if (worker.kind == ProbeKind::Startup && started) return wait(tick, RuleId::ProbeStartupDone);
  if (worker.kind != ProbeKind::Startup && !started) return wait(tick, RuleId::ProbeBeforeStarted);
  tick.run = true;
  return {tick, RuleId::ProbeRun};
}

}  // namespace

const std::optional<ProbeResult>& ContainerProbeResults::of(ProbeKind kind) const {
  switch (kind) {
    case ProbeKind::Startup: return startup;
    case ProbeKind::Readiness: return readiness;
    case ProbeKind::Liveness: return liveness;
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

std::optional<ProbeResult>& ContainerProbeResults::of(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::Startup: return startup;
    case ProbeKind::Readiness: return readiness;
    case ProbeKind::Liveness: return liveness;
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

ProbeResult initial_probe_value(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::Startup: return ProbeResult::Unknown;
    case ProbeKind::Readiness: return ProbeResult::Failure;
    case ProbeKind::Liveness: return ProbeResult::Success;
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

Decided<ProbeTick> probe_tick(ProbeWorker& worker, const ProbeView& view, const KubeletConstants& constants) {
  ProbeTick tick;
  if (!view.status) return wait(tick, RuleId::ProbeNoStatus);
  if (is_terminal(view.status->phase)) return end(tick, RuleId::ProbePodEnded);
  if (worker.container >= view.status->containers.size()) return wait(tick, RuleId::ProbeNoContainer);
  const CachedContainerStatus& status = view.status->containers[worker.container];
  if (!status.present || status.instance == InstanceId::None) return wait(tick, RuleId::ProbeNoContainer);
  if (worker.container_id != status.instance) {
    worker.container_id = status.instance;
    worker.on_hold = false;
    tick.store = first_result(worker, status, view.pod.containers[worker.container].kind, view, constants);
    tick.new_container =
        tick.store == initial_probe_value(worker.kind) ? RuleId::ProbeNewContainer : RuleId::ProbeOlderThanKubelet;
  }
  if (worker.on_hold) return wait(tick, RuleId::ProbeOnHold);
  return status.state.kind == Kind::Running ? tick_of_running(tick, worker, status, view)
                                            : tick_of_stopped(tick, worker, status, view);
}

Decided<std::optional<ProbeResult>> probe_verdict(ProbeWorker& worker, const ProbeSpec& probe, ProbeResult result) {
  if (result == ProbeResult::Unknown) return {std::nullopt, RuleId::ProbeError};
  worker.result_run = worker.last_result == result ? worker.result_run + 1 : 1;
  worker.last_result = result;
  const std::int32_t threshold = result == ProbeResult::Failure ? probe.failure_threshold : probe.success_threshold;
  if (worker.result_run < threshold) return {std::nullopt, RuleId::ProbeBelowThreshold};
  if (worker.kind == ProbeKind::Startup || (worker.kind == ProbeKind::Liveness && result == ProbeResult::Failure)) {
    worker.on_hold = true;
    worker.result_run = 0;
    return {result, RuleId::ProbeVerdictHolds};
  }
  return {result, RuleId::ProbeVerdict};
}

}  // namespace podlapse
