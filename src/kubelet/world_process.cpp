// The container runtime's processes: they start, play their behaviour, wait for each other, and end.
#include <algorithm>

#include "podlapse/kubelet/termination_message.hpp"
#include "world_state.hpp"

namespace podlapse {

const RunBehavior& World::State::run_behavior(PodIndex index, const Instance& instance) const {
  return behavior(index, instance.record.container).run_of(instance.record.attempt);
}

std::uint32_t World::State::running_instance(PodIndex index, ContainerIndex container) const {
  const std::vector<Instance>& instances = pods[index].instances;
  for (std::uint32_t i = static_cast<std::uint32_t>(instances.size()); i-- > 0;) {
    const ContainerRecord& record = instances[i].record;
    if (record.container == container && instances[i].alive) return i;
  }
  return kNoContainer;
}

std::uint32_t World::State::create_instance(PodIndex index, ContainerIndex container, SandboxId sandbox) {
  Pod& pod = pods[index];
  Instance instance;
  instance.record.container = container;
  instance.record.id = static_cast<InstanceId>(++last_instance);
  instance.record.sandbox = sandbox;
  instance.record.attempt = pod.next_attempt[container]++;
  instance.record.state = RuntimeState::Created;
  instance.record.hash = container_hash(pod.spec->containers[container]);
  instance.record.image = text_id(pod.spec->containers[container].image);
  instance.record.created_at = now;
  pod.instances.push_back(instance);
  return static_cast<std::uint32_t>(pod.instances.size() - 1);
}

bool World::State::start_process(PodIndex index, std::uint32_t number, RecordSeq cause) {
  Pod& pod = pods[index];
  Instance& instance = pod.instances[number];
  const RunBehavior& run = run_behavior(index, instance);
  const ContainerSpec& spec = pod.spec->containers[instance.record.container];
  if (!run.start_error.empty()) {
    instance.record.state = RuntimeState::Exited;
    instance.record.reason = ExitReason::StartError;
    instance.record.exit_code = run.start_error_exit_code;
    instance.record.message = text_id(run.start_error);
    instance.record.started_at = kTimeZero - input->clock.origin.time_since_epoch();  // containerd reports the epoch
    instance.record.finished_at = now;
    instance.cause = step_record(index, RuleId::StartFailed, cause, "start", instance.record.container, "could not be started");
    runtime_changed(index, instance.cause);
    return false;
  }
  instance.record.state = RuntimeState::Running;
  instance.alive = true;
  instance.needs.resize(run.needs.size());
  instance.record.started_at = now;
  instance.cause = emit(index, RuleId::StartStarted, cause, [&] {
    return ContainerObservation{spec.name, instance.record.attempt, ContainerObservation::What::Started, std::nullopt, std::nullopt};
  });
  const bool oom = run.allocate_bytes && spec.memory_limit_bytes && *run.allocate_bytes > *spec.memory_limit_bytes;
  const bool child_alone = run.allocated_by_child && constants().single_process_oom_kill;
  if (oom && child_alone) {
    step_record(index, RuleId::ProcessChildOomKilled, instance.cause, "oom", instance.record.container,
                "a child process is killed; the container runs on");
  } else if (oom) {
    instance.kills = push(draw(index, Draw::Oom, latencies().oom_kill, instance.record.container),
                          {.kind = EventKind::ForceKill, .essential = true, .aux = 1, .pod = index, .index = number,
                           .token = static_cast<std::uint32_t>(instance.record.id), .cause = instance.cause});
  }
  if (run.run) {
    instance.ends = push(*run.run, {.kind = EventKind::ProcessEnds, .essential = true, .pod = index, .index = number,
                                    .token = static_cast<std::uint32_t>(instance.record.id), .cause = instance.cause});
  }
  schedule_markers(index, number);
  runtime_changed(index, instance.cause);
  moments_changed(instance.cause);
  return true;
}

void World::State::schedule_markers(PodIndex index, std::uint32_t number) {
  Instance& instance = pods[index].instances[number];
  const ContainerSpec& spec = pods[index].spec->containers[instance.record.container];
  for (const ProbeKind kind : kProbeKinds) {
    const std::optional<ProbeSpec>& probe = spec.probe(kind);
    const ProbeBehavior& answers = behavior(index, instance.record.container).probe(kind);
    const bool asked_by_others = has_moments && kind != ProbeKind::Liveness;  // whether it serves
    if (!probe && !asked_by_others) continue;
    const auto mark = [&](SimDuration age) {
      instance.markers.push_back(push(age, {.kind = EventKind::Marker, .essential = true, .pod = index}));
    };
    if (answers.ok_after > SimDuration{}) mark(answers.ok_after);
    if (answers.fail_after) mark(*answers.fail_after);
    for (const TimeWindow& window : answers.fail_between) {
      mark(window.from);
      mark(window.to);
    }
  }
}

void World::State::exit_process(PodIndex index, std::uint32_t number, std::int32_t exit_code, ExitReason reason, RuleId because,
                                RecordSeq cause) {
  Pod& pod = pods[index];
  Instance& instance = pod.instances[number];
  if (!instance.alive) return;
  cancel(instance.ends);
  cancel(instance.stops);
  cancel(instance.kills);
  for (EventHandle& need : instance.needs) cancel(need);
  for (EventHandle& marker : instance.markers) cancel(marker);
  instance.alive = false;
  instance.record.exit_code = exit_code;
  instance.record.reason = reason;
  instance.record.finished_at = now;
  instance.record.message = text_id(termination_message(run_behavior(index, instance), pod.spec->containers[instance.record.container],
                                                        exit_code, pod.spec->containers.size()).value);
  instance.cause = emit(index, because, cause, [&] {
    return ContainerObservation{pod.spec->containers[instance.record.container].name, instance.record.attempt,
                                ContainerObservation::What::Exited, exit_code, std::nullopt};
  });
  const RecordSeq exited = instance.cause;
  if (has_moments) pod.exits.push_back({instance.record.container, instance.record.attempt, exit_code});
  changed(index);
  push(draw(index, Draw::ExitReport, latencies().exit_report, instance.record.container),
       {.kind = EventKind::ExitReported, .essential = true, .pod = index, .token = static_cast<std::uint32_t>(instance.record.id),
        .cause = exited});
  cut_hooks(index, number, exited);
  moments_changed(exited);
}

void World::State::exit_reported(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  Instance& instance = pods[event.pod].instances[number];
  if (instance.record.state != RuntimeState::Running) return;
  instance.record.state = RuntimeState::Exited;
  runtime_changed(event.pod, event.cause);
  exit_reported_for_kills(event.pod, number, event.cause);
}

namespace {
ExitReason reason_of(std::int32_t exit_code) { return exit_code == 0 ? ExitReason::Completed : ExitReason::Error; }
}  // namespace

void World::State::process_ends(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  if (number == kNoContainer) return;
  const std::int32_t code = run_behavior(event.pod, pods[event.pod].instances[number]).exit_code;
  const auto because = event.aux == 1 ? RuleId::ProcessUntil : event.aux == 2 ? RuleId::ProcessExitOn : RuleId::ProcessOwnEnd;
  exit_process(event.pod, number, code, reason_of(code), because, event.cause);
}

void World::State::signal_arrives(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  if (number == kNoContainer) return;
  Instance& instance = pods[event.pod].instances[number];
  if (!instance.alive) return;
  instance.cause = emit(event.pod, RuleId::KillStopSignal, event.cause, [&] {
    return ContainerObservation{pods[event.pod].spec->containers[instance.record.container].name, instance.record.attempt,
                                ContainerObservation::What::Term, std::nullopt, 15};
  });
  changed(event.pod);
  instance.signalled = true;
  if (has_moments) moments_changed(instance.cause);
  const TermBehavior& term = run_behavior(event.pod, instance).on_term;
  if (term.ignore || instance.stops.set()) return;
  instance.stops = push(term.after, {.kind = EventKind::ProcessStops, .essential = true, .pod = event.pod, .index = number,
                                     .token = static_cast<std::uint32_t>(instance.record.id), .cause = instance.cause});
}

void World::State::process_stops(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  if (number == kNoContainer) return;
  const std::int32_t code = run_behavior(event.pod, pods[event.pod].instances[number]).on_term.exit_code;
  exit_process(event.pod, number, code, reason_of(code), RuleId::ProcessTermAnswered, event.cause);
}

void World::State::force_kill(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  if (number == kNoContainer) return;
  const bool oom = event.aux == 1;
  exit_process(event.pod, number, 137, oom ? ExitReason::OOMKilled : ExitReason::Error,
               oom ? RuleId::ProcessOomKilled : RuleId::ProcessKilled, event.cause);
}

void World::State::need_unmet(const WorldEvent& event) {
  const std::uint32_t number = instance_of(event);
  if (number == kNoContainer) return;
  const std::int32_t code = run_behavior(event.pod, pods[event.pod].instances[number]).needs[event.aux].exit_code;
  exit_process(event.pod, number, code, reason_of(code), RuleId::ProcessNeedUnmet, event.cause);
}

std::uint32_t World::State::instance_of(const WorldEvent& event) const {
  const std::vector<Instance>& instances = pods[event.pod].instances;
  for (std::uint32_t i = 0; i < instances.size(); ++i) {
    if (static_cast<std::uint32_t>(instances[i].record.id) == event.token) return i;
  }
  return kNoContainer;
}

bool World::State::probe_answer(PodIndex index, std::uint32_t number, ProbeKind kind, SimDuration age, std::size_t nested) const {
  const Instance& instance = pods[index].instances[number];
  const ProbeBehavior& answers = behavior(index, instance.record.container).probe(kind);
  if (answers.fail_from_attempt && instance.record.attempt >= *answers.fail_from_attempt) return false;
  if (answers.fail_on_term && instance.signalled) return false;
  if (age < answers.ok_after) return false;
  if (answers.fail_after && age >= *answers.fail_after) return false;
  if (answers.ok_while && !holds(index, *answers.ok_while, nested + 1)) return false;
  return std::none_of(answers.fail_between.begin(), answers.fail_between.end(),
                      [&](const TimeWindow& window) { return age >= window.from && age < window.to; });
}

bool World::State::serving(PodIndex index, ContainerIndex container, std::size_t nested) const {
  const std::uint32_t number = running_instance(index, container);
  if (number == kNoContainer) return false;
  const SimDuration age = now - pods[index].instances[number].record.started_at;
  const ContainerSpec& spec = pods[index].spec->containers[container];
  const ProbeKind kind = !spec.readiness_probe && spec.startup_probe ? ProbeKind::Startup : ProbeKind::Readiness;
  return probe_answer(index, number, kind, age, nested);
}

bool World::State::holds(PodIndex asking, const Moment& moment, std::size_t nested) const {
  if (nested > container_count) return false;  // it has come round
  PodIndex index = asking;
  if (!moment.pod.empty()) {
    const auto found = std::find_if(input->pods.begin(), input->pods.end(),
                                    [&](const PodInput& pod) { return pod.spec.name == moment.pod; });
    if (found != input->pods.end()) {
      index = current_pod(static_cast<PodIndex>(found - input->pods.begin()), {});
    } else {
      const auto made = std::find_if(pods.rbegin(), pods.rend(), [&](const Pod& pod) { return pod.spec->name == moment.pod; });
      if (made == pods.rend()) return false;
      index = static_cast<PodIndex>(pods.rend() - made - 1);
    }
  }
  const Pod& pod = pods[index];
  const ContainerIndex container = pod.spec->find(moment.container);
  if (container == kNoContainer) return false;
  switch (moment.what) {
    case Moment::What::Started:
      return std::any_of(pod.instances.begin(), pod.instances.end(), [&](const Instance& instance) {
        const ContainerRecord& record = instance.record;
        return record.container == container && record.state != RuntimeState::Created && record.reason != ExitReason::StartError &&
               (!moment.attempt || *moment.attempt == record.attempt);
      });
    case Moment::What::Exited:
      return std::any_of(pod.exits.begin(), pod.exits.end(), [&](const PastExit& past) {
        return past.container == container && (!moment.attempt || *moment.attempt == past.attempt) &&
               (!moment.exit_code || *moment.exit_code == past.exit_code);
      });
    case Moment::What::Running: return running_instance(index, container) != kNoContainer;
    case Moment::What::Serving: return serving(index, container, nested);
    case Moment::What::Ready: {
      const CachedPodStatus& status = pod.status.cached ? *pod.status.cached : pod.api.status;  // of a kubelet that is down
      return status.containers.size() > container && status.containers[container].ready;
    }
  }
  return false;
}

void World::State::moments_changed(RecordSeq cause) {
  if (!has_moments) return;
  for (PodIndex index = 0; index < pods.size(); ++index) {
    for (std::uint32_t number = 0; number < pods[index].instances.size(); ++number) {
      if (pods[index].instances[number].alive) look_at_moments(index, number, cause);
    }
    look_at_hooks(index, cause);
  }
}

void World::State::look_at_moments(PodIndex index, std::uint32_t number, RecordSeq cause) {
  Instance& instance = pods[index].instances[number];
  const RunBehavior& run = run_behavior(index, instance);
  const auto id = static_cast<std::uint32_t>(instance.record.id);
  const bool until = run.until && holds(index, *run.until);
  const bool exit_on = run.exit_on && holds(index, *run.exit_on);
  if (until || exit_on) {
    push({}, {.kind = EventKind::ProcessEnds, .essential = true, .aux = until ? std::uint8_t{1} : std::uint8_t{2}, .pod = index,
              .index = number, .token = id, .cause = cause});
    return;
  }
  for (std::size_t i = 0; i < run.needs.size(); ++i) {
    if (holds(index, run.needs[i].needed)) {
      cancel(instance.needs[i]);
      continue;
    }
    if (queue.pending(instance.needs[i])) continue;
    instance.needs[i] = push(run.needs[i].after, {.kind = EventKind::NeedUnmet, .essential = true, .aux = static_cast<std::uint8_t>(i),
                                                  .pod = index, .index = number, .token = id, .cause = cause});
  }
}

void World::State::look_at_hooks(PodIndex index, RecordSeq cause) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  if (worker.hook_running && !worker.hook.set()) {
    const HookBehavior& hook = behavior(index, worker.steps[worker.step].container).post_start;
    if (hook.until && holds(index, *hook.until)) {
      worker.hook = push({}, {.kind = EventKind::HookEnds, .essential = true, .pod = index, .index = kPostStart, .token = worker.token,
                              .cause = cause});
    }
  }
  for (std::uint32_t number = 0; number < pod.kills.size(); ++number) {
    KillTask& task = pod.kills[number];
    if (!task.hook_running || task.hook.set()) continue;
    const HookBehavior& hook = behavior(index, task.container).pre_stop;
    if (!hook.until || !holds(index, *hook.until)) continue;
    task.hook = push({}, {.kind = EventKind::HookEnds, .essential = true, .pod = index, .index = number, .token = task.token,
                          .cause = cause});
  }
}

}  // namespace podlapse
