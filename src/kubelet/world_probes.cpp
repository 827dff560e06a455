// Probe workers (pkg/kubelet/prober): one for each probe of mains and sidecars, ticking from the moment the Pod's volumes are
// mounted, whether or not its container exists yet.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

namespace {

constexpr std::uint32_t kKinds = 3;

std::uint32_t probe_number(ContainerIndex container, ProbeKind kind) {
  return container * kKinds + static_cast<std::uint32_t>(kind);
}

}  // namespace

void World::State::add_probes(PodIndex index) {
  Pod& pod = pods[index];
  if (pod.probes_added) return;
  pod.probes_added = true;
  bool any = false;
  for (ContainerIndex container = 0; container < pod.spec->containers.size(); ++container) {
    const ContainerSpec& spec = pod.spec->containers[container];
    if (spec.kind != ContainerKind::Main && spec.kind != ContainerKind::Sidecar) continue;
    for (const ProbeKind kind : kProbeKinds) {
      const std::optional<ProbeSpec>& probe = spec.probe(kind);
      if (!probe) continue;
      ProbeState& state = pod.probes[probe_number(container, kind)];
      state = ProbeState{};
      state.worker.container = container;
      state.worker.kind = kind;
      state.exists = true;
      any = true;
      // prober/worker.go run: a kubelet that has just started spreads its probes over a period.
      const bool fresh_kubelet = now - kubelet_started_at < probe->period;
      const SimDuration wait = fresh_kubelet ? draw(index, Draw::Requeue, Latency::uniform({}, probe->period), container) : SimDuration{};
      schedule_probe_tick(index, probe_number(container, kind), wait);
    }
  }
  if (any) step_record(index, RuleId::ProbeWorkersAdded, pod.worker.cause, "probe", kNoContainer, "probe workers start");
}

void World::State::schedule_probe_tick(PodIndex index, std::uint32_t number, SimDuration after) {
  ProbeState& state = pods[index].probes[number];
  cancel(state.tick);
  state.tick = push(after, {.kind = EventKind::ProbeTick, .pod = index, .index = number, .token = ++state.token});
}

void World::State::stop_liveness_and_startup(PodIndex index) {
  Pod& pod = pods[index];
  for (ProbeState& state : pod.probes) {
    if (!state.exists || state.worker.kind == ProbeKind::Readiness) continue;
    if (pod.spec->containers[state.worker.container].kind != ContainerKind::Main) continue;
    state.exists = false;
    cancel(state.tick);
    step_record(index, RuleId::ProbeStopped, pod.worker.cause, "probe", state.worker.container, "the probe worker stops");
  }
}

void World::State::remove_probes(PodIndex index) {
  for (ProbeState& state : pods[index].probes) {
    state.exists = false;
    state.running = false;
    ++state.token;
    cancel(state.tick);
    cancel(state.run);
  }
  pods[index].probes_added = false;
}

void World::State::probe_tick_event(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  ProbeState& state = pod.probes[event.index];
  if (event.token != state.token || !state.exists || kubelet_down) return;
  state.tick = {};
  if (state.running) {  // the worker's goroutine is busy; its ticker holds one tick
    state.again = true;
    return;
  }
  const ProbeSpec& probe = *pod.spec->containers[state.worker.container].probe(state.worker.kind);
  schedule_probe_tick(event.pod, event.index, probe.period);
  probe_now(event.pod, event.index);
}

void World::State::probe_now(PodIndex index, std::uint32_t number) {
  Pod& pod = pods[index];
  ProbeState& state = pod.probes[number];
  const ProbeSpec& probe = *pod.spec->containers[state.worker.container].probe(state.worker.kind);
  const ProbeView view{*pod.spec,
                       pod.status.cached ? &*pod.status.cached : nullptr,
                       false,  // a probe worker keeps the Pod it was made for, and none is made in a Pod that is deleted
                       pod.worker.restart_all,
                       now,
                       kubelet_started_at,
                       input->clock,
                       config().gates.change_container_status_on_kubelet_restart};
  const Decided<ProbeTick> tick = probe_tick(state.worker, view, constants());
  if (tick.value.store) {
    const bool judged = tick.because == RuleId::ProbeNotRunning || tick.because == RuleId::ProbeNeverAgain;
    store_result(index, state.worker.container, state.worker.kind, state.worker.container_id, *tick.value.store,
                 judged ? tick.because : tick.value.new_container, 0);
  }
  if (!tick.value.keep) {
    state.exists = false;
    cancel(state.tick);
    return;
  }
  if (!tick.value.run) return;
  state.running = true;
  const SimDuration until_it_runs =
      probe.handler.kind == HandlerKind::Exec ? draw(index, Draw::Exec, latencies().exec, state.worker.container) : SimDuration{};
  state.run = push(until_it_runs, {.kind = EventKind::ProbeRun, .pod = index, .index = number,
                                   .token = static_cast<std::uint32_t>(state.worker.container_id)});
}

void World::State::probe_run(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  ProbeState& state = pod.probes[event.index];
  if (!state.running) return;
  const std::uint32_t number = instance_of(event);
  const WorldEvent done{.kind = EventKind::ProbeDone, .pod = event.pod, .index = event.index, .token = event.token};
  state.errored = number == kNoContainer || !pod.instances[number].alive;
  state.timed_out = false;
  if (state.errored) {
    state.run = push({}, done);
    return;
  }
  const ProbeSpec& probe = *pod.spec->containers[state.worker.container].probe(state.worker.kind);
  state.age = now - pod.instances[number].record.started_at;
  state.ok = probe_answer(event.pod, number, state.worker.kind, state.age);
  const SimDuration takes = behavior(event.pod, state.worker.container).probe(state.worker.kind).takes;
  state.timed_out = takes > probe.timeout;
  if (state.timed_out) state.ok = false;
  state.run = push(std::min(takes, probe.timeout), done);
}

void World::State::probe_done(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  ProbeState& state = pod.probes[event.index];
  if (!state.running) return;
  state.running = false;
  const ContainerIndex container = state.worker.container;
  const ContainerSpec& spec = pod.spec->containers[container];
  const ProbeSpec& probe = *spec.probe(state.worker.kind);
  const ProbeResult result = state.errored ? ProbeResult::Unknown : state.ok ? ProbeResult::Success : ProbeResult::Failure;
  const Decided<std::optional<ProbeResult>> verdict =
      state.exists ? probe_verdict(state.worker, probe, result)
                   : Decided<std::optional<ProbeResult>>{std::nullopt, RuleId::ProbeStopped};
  const std::string& warning = behavior(event.pod, container).probe(state.worker.kind).warning;
  const bool warned = state.ok && !state.errored && !warning.empty();
  const RuleId because = state.errored     ? RuleId::ProbeError
                         : state.timed_out ? RuleId::ProbeTimedOut
                                           : verdict.because;
  RecordSeq cause = 0;
  if (!state.errored) {
    const std::uint32_t number = instance_of(event);
    cause = emit(event.pod, because, 0, [&] {
      const std::int32_t attempt = number == kNoContainer ? 0 : pod.instances[number].record.attempt;
      return ProbeObservation{spec.name, attempt, state.worker.kind, state.ok, state.age};
    });
  }
  if (warned) {
    EventDraft draft;
    draft.reason = EventReason::ProbeWarning;
    draft.text = EventDraft::Text::ProbeWarned;
    draft.container = container;
    draft.probe = state.worker.kind;
    draft.text_id = text_id(warning);
    kube_event(event.pod, RuleId::ProbeWarned, cause, draft);
  }
  if (!state.ok || state.errored) {
    EventDraft draft;
    draft.reason = EventReason::Unhealthy;
    draft.text = state.errored ? EventDraft::Text::ProbeErrored : EventDraft::Text::ProbeFailed;
    draft.container = container;
    draft.probe = state.worker.kind;
    if (state.timed_out) {
      draft.text_id = text_id("command timed out after " + format_go_duration(probe.timeout));
    } else if (state.errored) {
      draft.text_id = text_id("rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state");
    }
    kube_event(event.pod, because, cause, draft);
  }
  if (verdict.value) {
    store_result(event.pod, container, state.worker.kind, state.worker.container_id, *verdict.value, verdict.because, cause);
  }
  if (!state.again || !state.exists) return;
  state.again = false;
  schedule_probe_tick(event.pod, event.index, SimDuration{});
}

void World::State::store_result(PodIndex index, ContainerIndex container, ProbeKind kind, InstanceId id, ProbeResult result,
                                RuleId because, RecordSeq cause) {
  StoredResult& stored = pods[index].results[probe_number(container, kind)];
  if (stored.id == id && stored.result == result) return;
  stored = {id, result};
  const RecordSeq verdict = emit(index, because, cause, [&] {
    const char* words = result == ProbeResult::Success   ? " probe: success"
                        : result == ProbeResult::Failure ? " probe: failure"
                                                         : " probe: unknown";
    return StepObservation{"verdict", pods[index].spec->containers[container].name, to_string(kind) + std::string(words)};
  });
  switch (kind) {
    case ProbeKind::Liveness:
      if (result != ProbeResult::Failure) return;
      break;
    case ProbeKind::Readiness:
      set_container_readiness(index, container, result == ProbeResult::Success, because, verdict);
      break;
    case ProbeKind::Startup:
      set_container_started(index, container, result == ProbeResult::Success, because, verdict);
      break;
  }
  update_pod(index, RuleId::WorkerProbeResult, verdict);
}

void World::State::trigger_readiness(PodIndex index, ContainerIndex container) {
  const std::uint32_t number = probe_number(container, ProbeKind::Readiness);
  ProbeState& state = pods[index].probes[number];
  if (!state.exists) return;
  if (state.running) {
    state.again = true;
    return;
  }
  step_record(index, RuleId::ProbeManualTrigger, pods[index].worker.cause, "probe", container, "readiness is probed at once");
  schedule_probe_tick(index, number, SimDuration{});
}

bool World::State::probes_unsettled(PodIndex index) const {
  const Pod& pod = pods[index];
  return std::any_of(pod.probes.begin(), pod.probes.end(), [&](const ProbeState& state) {
    if (!state.exists || state.worker.on_hold) return false;
    const std::uint32_t number = running_instance(index, state.worker.container);
    if (number == kNoContainer) return false;
    const ContainerRecord& record = pod.instances[number].record;
    const ProbeSpec& probe = *pod.spec->containers[state.worker.container].probe(state.worker.kind);
    const bool in_time = behavior(index, state.worker.container).probe(state.worker.kind).takes <= probe.timeout;
    const bool ok = in_time && probe_answer(index, number, state.worker.kind, now - record.started_at);
    const StoredResult& stored = pod.results[probe_number(state.worker.container, state.worker.kind)];
    return stored.id != record.id || stored.result != (ok ? ProbeResult::Success : ProbeResult::Failure);
  });
}

void World::State::probe_results(PodIndex index, const RuntimePodStatus& snapshot, PodProbeResults& out) const {
  const Pod& pod = pods[index];
  out.assign(pod.spec->containers.size(), {});
  for (ContainerIndex container = 0; container < out.size(); ++container) {
    const ContainerRecord* record = snapshot.newest(container);
    if (record == nullptr) continue;
    for (const ProbeKind kind : kProbeKinds) {
      const StoredResult& stored = pod.results[probe_number(container, kind)];
      if (stored.id == record->id) out[container].of(kind) = stored.result;
    }
  }
}

void World::State::probe_presence(PodIndex index, std::vector<ProbeWorkerPresence>& out) const {
  const Pod& pod = pods[index];
  out.assign(pod.spec->containers.size(), {});
  for (const ProbeState& state : pod.probes) {
    if (!state.exists) continue;
    ProbeWorkerPresence& presence = out[state.worker.container];
    switch (state.worker.kind) {
      case ProbeKind::Startup: presence.startup = true; break;
      case ProbeKind::Readiness: presence.readiness = true; break;
      case ProbeKind::Liveness: presence.liveness = true; break;
    }
  }
}

}  // namespace podlapse
