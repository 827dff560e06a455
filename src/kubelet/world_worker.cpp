// The Pod worker: one method at a time, each on a fresh enough snapshot (pod_workers.go podWorkerLoop), and the three
// methods themselves (kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod).
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

void World::State::update_pod(PodIndex index, RuleId because, RecordSeq cause) {
  Worker& worker = pods[index].worker;
  if (kubelet_down || worker.state == WorkerState::Finished) return;
  const bool unknown_pod = worker.state == WorkerState::Unknown;
  if (unknown_pod && because == RuleId::WorkerPlegEvent) return;  // kubelet.go syncLoopIteration looks the Pod up first
  worker.pending = true;
  worker.pending_cause = cause;
  worker.pending_rule = because;
  if (unknown_pod) worker.state = WorkerState::Idle;
  if (worker.state != WorkerState::Idle) return;
  worker.state = WorkerState::Waking;
  push(latencies().worker_pick_up, {.kind = EventKind::WorkerWakes, .essential = true, .pod = index});
}

RecordSeq World::State::request_termination(PodIndex index, RuleId because, RecordSeq cause, std::optional<SimDuration> grace) {
  Worker& worker = pods[index].worker;
  if (grace && (!worker.grace_override || *grace < *worker.grace_override)) worker.grace_override = grace;
  if (because == RuleId::WorkerDeletion) worker.deleted = true;
  if (worker.termination_requested) {
    return step_record(index, RuleId::WorkerShorterGrace, cause, "terminate", kNoContainer, "termination is under way already");
  }
  worker.termination_requested = true;
  cancel_volume_wait(index);
  changed(index);
  const char* why = because == RuleId::WorkerTerminalPhase ? "the phase is terminal"
                    : because == RuleId::EvictionKills     ? "the Pod is evicted"
                    : because == RuleId::WorkerOrphan      ? "the API does not have the Pod"
                                                           : "the Pod is deleted";
  return step_record(index, because, cause, "terminate", kNoContainer, why);
}

SimDuration World::State::effective_grace(PodIndex index) const {
  const Pod& pod = pods[index];
  const std::optional<SimDuration> deletion = pod.api.kubelet_knows_deletion ? pod.api.deletion_grace : std::nullopt;
  return effective_grace_period(pod.spec->termination_grace_period, deletion, pod.worker.grace_override, constants()).value;
}

void World::State::start_next(PodIndex index) {
  Worker& worker = pods[index].worker;
  worker.state = WorkerState::Idle;
  if (!worker.pending) return;
  worker.pending = false;
  worker.work = worker.terminated_at            ? WorkType::Terminated
                : worker.termination_requested ? WorkType::Terminating
                                               : WorkType::Sync;
  worker.saw_deletion = pods[index].api.kubelet_knows_deletion;
  worker.cause = worker.pending_cause;
  worker.because = worker.pending_rule;
  if (worker.synced_once && !cache_newer_than(index, worker.last_sync)) {
    worker.state = WorkerState::WaitingForCache;
    worker.cause = step_record(index, RuleId::WorkerFresherCache, worker.cause, "wait", kNoContainer, "waits for the next relist");
    return ensure_relist_for_waiter();
  }
  begin_work(index);
}

void World::State::begin_work(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  worker.state = WorkerState::Busy;
  worker.synced_once = true;
  worker.snapshot = pod.cache;
  worker.steps.clear();
  worker.step = 0;
  worker.stage = StartStage::Begin;
  worker.acted = worker.abort = worker.removed = false;
  worker.volume_wait_began.reset();
  worker.outcome = {};
  switch (worker.work) {
    case WorkType::Sync: return sync_pod(index);
    case WorkType::Terminating: return sync_terminating_pod(index);
    case WorkType::Terminated: return sync_terminated_pod(index);
  }
}

void World::State::sync_pod(PodIndex index) {
  Worker& worker = pods[index].worker;
  worker.cause = step_record(index, worker.because, worker.cause, "sync", kNoContainer, "SyncPod");
  generate_status(index, worker.snapshot, false);
  GeneratedStatus& status = generated;
  worker.restart_all = status.restart_all;
  const bool terminal = is_terminal(status.status.phase);
  set_status(index, status.status, status.phase_because, worker.cause, false);
  schedule_deadline(index);
  if (terminal) {
    worker.last_sync = now;
    worker.cause = request_termination(index, RuleId::WorkerTerminalPhase, worker.cause, std::nullopt);
    return complete_work_item(index, true, worker.cause);
  }
  worker.steps.push_back({.kind = WorkerStep::Kind::WaitForVolumes});
  advance(index);
}

void World::State::plan_sync(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  probe_results(index, worker.snapshot, worker.probes);
  compute_pod_actions({*pod.spec, worker.snapshot, worker.probes, worker.saw_deletion, worker.restart_all}, config().gates,
                      worker.actions);
  const PodActions& actions = worker.actions;
  using Kind = WorkerStep::Kind;
  if (actions.create_sandbox && actions.sandbox != SandboxId::None) {
    EventDraft draft;
    draft.reason = EventReason::SandboxChanged;
    draft.text = EventDraft::Text::SandboxChanged;
    kube_event(index, RuleId::SandboxChangedKilled, worker.cause, draft);
  }
  if (actions.kill_pod) {
    worker.steps.push_back({.kind = Kind::KillPod, .because = actions.kill_pod_because});
  } else {
    for (const KillDecision& kill : actions.to_kill) {
      worker.steps.push_back({.kind = Kind::KillContainer, .container = kill.container, .instance = kill.instance,
                              .reason = kill.reason, .flag = kill.will_restart, .because = kill.because});
    }
    for (const ResetDecision& reset : actions.to_reset) {
      worker.steps.push_back({.kind = Kind::ResetContainer, .container = reset.container, .instance = reset.instance,
                              .reason = KillReason::RestartAllContainers, .flag = reset.kill_first, .because = RuleId::ResetRemoves});
    }
  }
  if (actions.create_sandbox) {
    worker.steps.push_back({.kind = Kind::CreateSandbox, .because = actions.sandbox_because});
  } else if (actions.sandbox_because != RuleId::None) {
    step_record(index, actions.sandbox_because, worker.cause, "sandbox", kNoContainer, "no new sandbox is created");
  }
  const auto start = [&](const std::vector<StartDecision>& list, bool init) {
    for (const StartDecision& decision : list) {
      worker.steps.push_back({.kind = Kind::StartContainer, .container = decision.container, .flag = init, .because = decision.because});
    }
  };
  start(actions.ephemeral_to_start, false);
  start(actions.init_to_start, true);
  start(actions.mains_to_start, false);
  for (const InstanceId id : init_records_to_prune(*pod.spec, worker.snapshot)) {
    for (Instance& instance : pod.instances) {
      if (instance.record.id != id) continue;
      instance.removed = true;
      step_record(index, RuleId::StartInitPruned, worker.cause, "remove", instance.record.container, "an older dead instance is removed");
    }
  }
}

void World::State::advance(PodIndex index) {
  Worker& worker = pods[index].worker;
  while (worker.step < worker.steps.size() && !worker.abort) {
    WorkerStep step = worker.steps[worker.step];
    if (!run_step(index, step)) return;
    ++worker.step;
    worker.stage = StartStage::Begin;
  }
  switch (worker.work) {
    case WorkType::Sync: return finish_sync(index);
    case WorkType::Terminating: return finish_terminating(index);
    case WorkType::Terminated: return finish_terminated(index);
  }
}

bool World::State::run_step(PodIndex index, WorkerStep& step) {
  Worker& worker = pods[index].worker;
  const bool begins = worker.stage == StartStage::Begin;
  switch (step.kind) {
    case WorkerStep::Kind::WaitForVolumes:
      switch (wait_for_volumes(index)) {
        case VolumeWait::Waits: return false;
        case VolumeWait::GivenUp: volumes_given_up(index); return true;
        case VolumeWait::Mounted: break;
      }
      look_up_pull_secrets(index);
      add_probes(index);
      plan_sync(index);
      return true;
    case WorkerStep::Kind::KillPod:
      if (begins) {
        worker.stage = StartStage::Done;
        worker.acted = true;
        const std::optional<SimDuration> grace =
            worker.work == WorkType::Terminating ? std::optional<SimDuration>(effective_grace(index)) : std::nullopt;
        begin_kill_pod(index, grace, step.because, worker.cause);
        return false;
      }
      if (worker.work == WorkType::Sync && worker.actions.create_sandbox) purge_init_records(index);
      return true;
    case WorkerStep::Kind::KillContainer:
      if (!begins) return true;
      worker.stage = StartStage::Done;
      worker.acted = true;
      begin_kill(index, step.container, step.instance, step.reason, step.flag, std::nullopt, step.because, worker.cause);
      return false;
    case WorkerStep::Kind::ResetContainer: return reset_container(index, step);
    case WorkerStep::Kind::CreateSandbox: return create_sandbox(index, step);
    case WorkerStep::Kind::StartContainer: return start_container(index, step);
    case WorkerStep::Kind::CleanUp:
      if (!begins) return true;
      worker.stage = StartStage::Done;
      worker.timer = push(draw(index, Draw::Cleanup, latencies().terminated_cleanup),
                          {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
      return false;
  }
  return true;
}

bool World::State::reset_container(PodIndex index, const WorkerStep& step) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  worker.acted = true;
  if (step.flag && worker.stage == StartStage::Begin) {
    worker.stage = StartStage::Done;
    begin_kill(index, step.container, step.instance, step.reason, false, SimDuration{}, step.because, worker.cause);
    return false;
  }
  for (Instance& instance : pod.instances) {
    if (instance.record.id == step.instance) instance.removed = true;
  }
  worker.removed = true;
  const RecordSeq cause = step_record(index, RuleId::ResetRemoves, worker.cause, "remove", step.container, "container removed");
  runtime_changed(index, cause);
  return true;
}

void World::State::worker_step(const WorldEvent& event) {
  Worker& worker = pods[event.pod].worker;
  if (event.token != worker.token || worker.state != WorkerState::Busy) return;
  worker.timer = {};
  advance(event.pod);
}

void World::State::finish_sync(PodIndex index) {
  Worker& worker = pods[index].worker;
  worker.last_sync = now;
  const bool success = worker.outcome.errors.empty();
  if (success && worker.acted) request_relist(index, worker.cause);
  if (success && worker.removed && worker.restart_all) update_pod(index, RuleId::RestartAllUnderWay, worker.cause);
  complete_work_item(index, false, worker.cause);
}

void World::State::sync_terminating_pod(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  worker.cause = step_record(index, RuleId::WorkerTerminating, worker.cause, "sync", kNoContainer, "SyncTerminatingPod");
  generate_status(index, worker.snapshot, false);
  if (pod.forced) {
    CachedPodStatus& status = generated.status;
    status.phase = PodPhase::Failed;
    status.reason = pod.forced->reason;
    status.message = pod.forced->message;
    std::erase_if(status.conditions, [](const CachedCondition& c) { return c.type == ConditionType::DisruptionTarget; });
    CachedCondition disruption;
    disruption.type = ConditionType::DisruptionTarget;
    disruption.is_true = true;
    disruption.reason = ConditionReason::TerminationByKubelet;
    disruption.message = pod.forced->message;
    disruption.last_transition = now;
    status.conditions.insert(status.conditions.begin(), disruption);
    generated.phase_because = RuleId::EvictionKills;
  }
  set_status(index, generated.status, generated.phase_because, worker.cause, false);
  stop_liveness_and_startup(index);
  worker.steps.push_back({.kind = WorkerStep::Kind::KillPod, .because = worker.orphan ? RuleId::WorkerOrphan : RuleId::WorkerTerminating});
  advance(index);
}

void World::State::finish_terminating(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  remove_probes(index);
  fill_snapshot(index, worker.snapshot);
  generate_status(index, worker.snapshot, true);
  set_status(index, generated.status, generated.phase_because, worker.cause, false);
  worker.last_sync = now;
  worker.terminated_at = now;
  complete_work_item(index, true, worker.cause);
}

void World::State::sync_terminated_pod(PodIndex index) {
  Worker& worker = pods[index].worker;
  worker.cause = step_record(index, RuleId::WorkerTerminated, worker.cause, "sync", kNoContainer, "SyncTerminatedPod");
  generate_status(index, worker.snapshot, true);
  set_status(index, generated.status, generated.phase_because, worker.cause, false);
  worker.steps.push_back({.kind = WorkerStep::Kind::CleanUp});
  advance(index);
}

void World::State::finish_terminated(PodIndex index) {
  Worker& worker = pods[index].worker;
  worker.last_sync = now;
  terminate_pod(index, worker.cause);
  worker.state = WorkerState::Finished;
  worker.pending = false;
  cancel(pods[index].tick);
}

void World::State::complete_work_item(PodIndex index, bool transition, RecordSeq cause) {
  Worker& worker = pods[index].worker;
  worker.outcome.phase_transition = transition;
  if (transition) {
    // pod_workers.go requeueLastPodUpdate: the last update is replayed at once.
    if (!worker.pending) {
      worker.pending = true;
      worker.pending_cause = cause;
      worker.pending_rule = RuleId::RequeueTransition;
    }
  } else {
    const Decided<Requeue> next = complete_work(worker.outcome, now, constants());
    SimDuration delay = next.value.delay;
    if (next.value.jittered) delay = draw(index, Draw::Requeue, Latency::uniform(delay, delay + delay / 2));
    requeue(index, now + delay, !worker.outcome.errors.empty(), cause);
  }
  start_next(index);
}

}  // namespace podlapse
