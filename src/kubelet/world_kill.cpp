// Killing (kuberuntime_container.go killContainer, killContainersWithSyncResult): every container counts its own clock from
// the start of the kill; hooks run at once, stop signals in order, and whoever outlives the grace period gets SIGKILL.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

void World::State::begin_kill_pod(PodIndex index, std::optional<SimDuration> override_grace, RuleId because, RecordSeq cause) {
  Pod& pod = pods[index];
  pod.killing_pod = true;
  pod.kills.clear();
  const RuntimePodStatus& snapshot = pod.worker.snapshot;
  std::vector<bool> running(pod.spec->containers.size(), false);
  for (const ContainerRecord& record : snapshot.containers) {
    if (record.state == RuntimeState::Running) running[record.container] = true;
  }
  // One goroutine a container, newest first; the one made last runs first.
  std::vector<const ContainerRecord*> targets;
  for (const ContainerRecord& record : snapshot.containers) {
    if (record.state == RuntimeState::Running) targets.push_back(&record);
  }
  if (targets.size() > 1) std::rotate(targets.begin(), targets.end() - 1, targets.end());
  for (const ContainerRecord* record : targets) {
    begin_kill(index, record->container, record->id, KillReason::Unknown, false, override_grace, because, cause);
  }
  for (KillTask& task : pod.kills) {
    if (pod.worker.orphan) continue;  // the runtime does not say which container is a sidecar
    const auto prerequisites = termination_prerequisites(*pod.spec, running, task.container, config().gates);
    task.prerequisites = prerequisites.value;
    task.ordered = !task.prerequisites.empty();
  }
  if (pod.kills.empty()) kills_progressed(index);
}

void World::State::begin_kill(PodIndex index, ContainerIndex container, InstanceId id, KillReason reason, bool will_restart,
                              std::optional<SimDuration> override_grace, RuleId because, RecordSeq cause) {
  Pod& pod = pods[index];
  if (!pod.killing_pod) pod.kills.clear();
  const ContainerSpec& spec = pod.spec->containers[container];
  const std::optional<SimDuration> deletion = pod.worker.saw_deletion ? pod.api.deletion_grace : std::nullopt;
  const auto grace = termination_grace_period(*pod.spec, spec, reason, deletion, constants());
  KillTask task;
  task.container = container;
  task.reason = reason;
  if (config().gates.hook_time_given_back) task.asked = override_grace;
  task.grace = task.asked ? grace.value : override_grace.value_or(grace.value);
  task.stage_began = now;
  task.cause = step_record(index, because, cause, "kill", container, "is to be stopped");
  task.token = ++pod.worker.token;
  task.instance = kNoContainer;
  for (std::uint32_t i = 0; i < pod.instances.size(); ++i) {
    if (pod.instances[i].record.id == id) task.instance = i;
  }
  EventDraft draft;
  draft.reason = EventReason::Killing;
  draft.container = container;
  draft.probe = reason == KillReason::StartupProbe ? ProbeKind::Startup : ProbeKind::Liveness;
  draft.will_restart = will_restart;
  using Text = EventDraft::Text;
  switch (reason) {
    case KillReason::Unknown: draft.text = Text::StoppingContainer; break;
    case KillReason::StartupProbe:
    case KillReason::LivenessProbe: draft.text = Text::FailedProbe; break;
    case KillReason::FailedPostStartHook: draft.text = Text::KillingPostStart; break;
    case KillReason::RestartAllContainers: draft.text = Text::KillingAll; break;
    case KillReason::DefinitionChanged: draft.text = Text::DefinitionChanged; break;
  }
  kube_event(index, RuleId::KillBegins, task.cause, draft);
  task.timer = push(draw(index, Draw::KillSetup, latencies().kill_setup, container),
                    {.kind = EventKind::KillStage, .essential = true, .pod = index,
                     .index = static_cast<std::uint32_t>(pod.kills.size()), .token = task.token, .cause = task.cause});
  pod.kills.push_back(std::move(task));
}

void World::State::kill_stage(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (event.index >= pod.kills.size() || pod.kills[event.index].token != event.token) return;
  KillTask& task = pod.kills[event.index];
  task.timer = {};
  switch (task.stage) {
    case KillTask::Stage::Setup: return kill_setup_done(event.pod, event.index);
    case KillTask::Stage::PreStop:
      task.cause = step_record(event.pod, RuleId::KillPreStopOverrun, task.cause, "kill", task.container,
                               "the preStop hook outlasts the grace period");
      task.hook_abandoned = true;
      return pre_stop_done(event.pod, event.index);
    case KillTask::Stage::Ordering:
      task.cause = step_record(event.pod, RuleId::KillTurnTimedOut, task.cause, "kill", task.container, "the grace period is over");
      task.grace = remaining_grace(task.grace, now - task.stage_began);
      return begin_stop(event.pod, event.index);
    case KillTask::Stage::Stop: return;  // the process' exit goes on
    case KillTask::Stage::Report: return task_done(event.pod, event.index);
    case KillTask::Stage::Done: return;
  }
}

void World::State::kill_setup_done(PodIndex index, std::uint32_t number) {
  KillTask& task = pods[index].kills[number];
  const ContainerSpec& spec = pods[index].spec->containers[task.container];
  if (spec.pre_stop && !pods[index].worker.orphan && task.grace > SimDuration{}) return begin_pre_stop(index, number);
  begin_ordering(index, number);
}

void World::State::begin_pre_stop(PodIndex index, std::uint32_t number) {
  KillTask& task = pods[index].kills[number];
  task.stage = KillTask::Stage::PreStop;
  task.stage_began = now;
  const Handler& handler = *pods[index].spec->containers[task.container].pre_stop;
  const SimDuration until_it_runs =
      handler.kind == HandlerKind::Exec ? draw(index, Draw::Exec, latencies().exec, task.container) : SimDuration{};
  task.hook = push(until_it_runs, {.kind = EventKind::HookRuns, .essential = true, .pod = index, .index = number, .token = task.token,
                                   .cause = task.cause});
  task.timer = push(task.grace, {.kind = EventKind::KillStage, .essential = true, .pod = index, .index = number, .token = task.token});
}

void World::State::hook_runs(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (event.index == kPostStart) {
    if (event.token == pod.worker.token) post_start_runs(event.pod);
    return;
  }
  if (event.index >= pod.kills.size() || pod.kills[event.index].token != event.token) return;
  KillTask& task = pod.kills[event.index];
  task.hook = {};
  const ContainerSpec& spec = pod.spec->containers[task.container];
  const HookBehavior& hook = behavior(event.pod, task.container).pre_stop;
  const bool exec = spec.pre_stop->kind == HandlerKind::Exec;
  const bool running = task.instance != kNoContainer && pod.instances[task.instance].alive;
  if ((exec && !running) || spec.pre_stop->kind == HandlerKind::TcpSocket) {
    return end_pre_stop_hook(event.pod, event.index, true, task.cause);
  }
  task.hook_running = true;
  task.cause = emit(event.pod, RuleId::KillPreStop, event.cause, [&] {
    return HookObservation{spec.name, pod.instances[task.instance].record.attempt, HookObservation::Hook::PreStop,
                           HookObservation::What::Start};
  });
  changed(event.pod);
  std::optional<SimDuration> takes = hook.takes;
  if (spec.pre_stop->kind == HandlerKind::Sleep) {
    takes = spec.pre_stop->sleep;
  } else if (hook.until) {
    return moments_changed(task.cause);
  }
  if (!takes) return;
  task.hook = push(*takes, {.kind = EventKind::HookEnds, .essential = true, .pod = event.pod, .index = event.index, .token = task.token,
                            .cause = task.cause});
}

void World::State::hook_ends(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (event.index == kPostStart) {
    if (event.token != pod.worker.token) return;
    pod.worker.hook = {};
    const ContainerIndex container = pod.worker.steps[pod.worker.step].container;
    return post_start_ends(event.pod, behavior(event.pod, container).post_start.exit_code, event.cause);
  }
  if (event.index >= pod.kills.size() || pod.kills[event.index].token != event.token) return;
  KillTask& task = pod.kills[event.index];
  task.hook = {};
  const Handler& handler = *pod.spec->containers[task.container].pre_stop;
  // An HTTP hook succeeds whatever the status code (lifecycle/handlers.go runHTTPHandler).
  const bool failed = handler.kind == HandlerKind::Exec && behavior(event.pod, task.container).pre_stop.exit_code != 0;
  end_pre_stop_hook(event.pod, event.index, failed, event.cause);
}

void World::State::end_pre_stop_hook(PodIndex index, std::uint32_t number, bool failed, RecordSeq cause) {
  Pod& pod = pods[index];
  KillTask& task = pod.kills[number];
  cancel(task.hook);
  if (!task.hook_abandoned) cancel(task.timer);
  const bool alive = task.instance != kNoContainer && pod.instances[task.instance].alive;
  if (task.hook_running && alive) {
    task.cause = emit(index, RuleId::KillPreStop, cause, [&] {
      return HookObservation{pod.spec->containers[task.container].name, pod.instances[task.instance].record.attempt,
                             HookObservation::Hook::PreStop, HookObservation::What::End};
    });
  }
  task.hook_running = false;
  changed(index);
  if (failed) {
    EventDraft draft;
    draft.reason = EventReason::FailedPreStopHook;
    draft.text = EventDraft::Text::PreStopFailed;
    draft.container = task.container;
    kube_event(index, RuleId::KillPreStopFailed, task.cause, draft);
  }
  if (!task.hook_abandoned) pre_stop_done(index, number);
}

void World::State::pre_stop_done(PodIndex index, std::uint32_t number) {
  KillTask& task = pods[index].kills[number];
  task.grace = remaining_grace(task.grace, now - task.stage_began);
  begin_ordering(index, number);
}

bool World::State::prerequisites_done(PodIndex index, std::uint32_t number) const {
  const std::vector<KillTask>& kills = pods[index].kills;
  return std::all_of(kills[number].prerequisites.begin(), kills[number].prerequisites.end(), [&](ContainerIndex container) {
    return std::any_of(kills.begin(), kills.end(), [&](const KillTask& other) {
      return other.container == container && other.stage == KillTask::Stage::Done;
    });
  });
}

void World::State::begin_ordering(PodIndex index, std::uint32_t number) {
  KillTask& task = pods[index].kills[number];
  if (task.asked) {
    if (task.stage == KillTask::Stage::PreStop) {
      task.cause = step_record(index, RuleId::KillHookTimeGivenBack, task.cause, "kill", task.container, "the grace period begins again");
    }
    task.grace = *task.asked;
  }
  task.stage = KillTask::Stage::Ordering;
  task.stage_began = now;
  if (!task.ordered || task.grace <= SimDuration{} || prerequisites_done(index, number)) return begin_stop(index, number);
  task.cause = step_record(index, RuleId::KillWaitsForTurn, task.cause, "kill", task.container, "waits for its turn");
  task.timer = push(task.grace, {.kind = EventKind::KillStage, .essential = true, .pod = index, .index = number, .token = task.token});
}

void World::State::begin_stop(PodIndex index, std::uint32_t number) {
  Pod& pod = pods[index];
  KillTask& task = pod.kills[number];
  cancel(task.timer);
  task.stage = KillTask::Stage::Stop;
  task.stage_began = now;
  const Decided<SimDuration> timeout = stop_timeout(task.grace, constants());
  const bool running = task.instance != kNoContainer && pod.instances[task.instance].record.state == RuntimeState::Running;
  if (!running) {
    task.cause = step_record(index, RuleId::KillAlreadyExited, task.cause, "kill", task.container, "has exited already");
    task.stage = KillTask::Stage::Report;
    task.timer = push({}, {.kind = EventKind::KillStage, .essential = true, .pod = index, .index = number, .token = task.token});
    return;
  }
  task.cause = step_record(index, RuleId::KillStopSignal, task.cause, "kill", task.container, "the stop signal is sent");
  Instance& instance = pod.instances[task.instance];
  // The runtime counts the timeout from its signal, and SIGKILL takes as long to arrive.
  const SimDuration call = draw(index, Draw::StopCall, latencies().stop_call, task.container);
  push(call, {.kind = EventKind::SignalArrives, .essential = true, .pod = index, .token = static_cast<std::uint32_t>(instance.record.id),
        .cause = task.cause});
  cancel(instance.kills);
  instance.kills = push(call + timeout.value + call, {.kind = EventKind::ForceKill, .essential = true, .pod = index,
                                        .token = static_cast<std::uint32_t>(instance.record.id), .cause = task.cause});
}

void World::State::exit_reported_for_kills(PodIndex index, std::uint32_t gone, RecordSeq cause) {
  Pod& pod = pods[index];
  for (std::uint32_t number = 0; number < pod.kills.size(); ++number) {
    KillTask& task = pod.kills[number];
    if (task.instance != gone || task.stage != KillTask::Stage::Stop) continue;
    task.cause = cause;
    task.stage = KillTask::Stage::Report;
    task.timer = push(draw(index, Draw::StopReport, latencies().stop_report, task.container),
                      {.kind = EventKind::KillStage, .essential = true, .pod = index, .index = number, .token = task.token});
  }
}

void World::State::cut_hooks(PodIndex index, std::uint32_t gone, RecordSeq cause) {
  // A hook's command runs in its container and dies with it.
  Pod& pod = pods[index];
  for (std::uint32_t number = 0; number < pod.kills.size(); ++number) {
    const KillTask& task = pod.kills[number];
    if (task.instance == gone && task.hook_running &&
        pod.spec->containers[task.container].pre_stop->kind == HandlerKind::Exec) {
      end_pre_stop_hook(index, number, true, cause);
    }
  }
  Worker& worker = pod.worker;
  if (worker.hook_running && worker.stage_instance == gone &&
      pod.spec->containers[worker.steps[worker.step].container].post_start->kind == HandlerKind::Exec) {
    worker.hook_running = false;
    cancel(worker.hook);
    worker.hook = push({}, {.kind = EventKind::HookRuns, .essential = true, .pod = index, .index = kPostStart, .token = worker.token,
                            .cause = cause});
  }
}

void World::State::task_done(PodIndex index, std::uint32_t number) {
  Pod& pod = pods[index];
  pod.kills[number].stage = KillTask::Stage::Done;
  for (std::uint32_t other = 0; other < pod.kills.size(); ++other) {
    KillTask& task = pod.kills[other];
    if (task.stage != KillTask::Stage::Ordering || !prerequisites_done(index, other)) continue;
    task.grace = remaining_grace(task.grace, now - task.stage_began);
    task.cause = pod.kills[number].cause;
    begin_stop(index, other);
  }
  kills_progressed(index);
}

bool World::State::kills_done(PodIndex index) const {
  const std::vector<KillTask>& kills = pods[index].kills;
  return std::all_of(kills.begin(), kills.end(), [](const KillTask& task) { return task.stage == KillTask::Stage::Done; });
}

void World::State::kills_progressed(PodIndex index) {
  Pod& pod = pods[index];
  if (!kills_done(index)) return;
  if (!pod.killing_pod) return advance(index);
  const bool sandbox = ready_sandbox(index) != SandboxId::None;
  push(sandbox ? draw(index, Draw::SandboxStop, latencies().sandbox_stop) : SimDuration{},
       {.kind = EventKind::SandboxStopped, .essential = true, .pod = index, .token = ++pod.worker.token, .cause = pod.worker.cause});
}

void World::State::sandbox_stopped(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (event.token != pod.worker.token || !pod.killing_pod) return;
  pod.killing_pod = false;
  for (Sandbox& sandbox : pod.sandboxes) {
    if (!sandbox.record.ready) continue;
    sandbox.record.ready = false;
    const RecordSeq stopped = step_record(event.pod, RuleId::SandboxStopped, event.cause, "sandbox", kNoContainer, "sandbox stopped");
    runtime_changed(event.pod, stopped);
  }
  pod.kills.clear();
  advance(event.pod);
}

}  // namespace podlapse
