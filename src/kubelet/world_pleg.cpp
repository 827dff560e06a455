// The PLEG, the kubelet's cache, and the sync loop's tick. Polling instants are computed from a phase and a period, so that
// nothing is scheduled while there is nothing to see.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

namespace {

/// The first instant of a series origin, origin + period, ... that is later than `after`.
SimTime next_of(SimTime origin, SimDuration period, SimTime after) {
  if (after < origin) return origin;
  return origin + period * ((after - origin) / period + 1);
}

/// The last such instant not later than `at`; before the first one, the one before it.
SimTime last_of(SimTime origin, SimDuration period, SimTime at) { return next_of(origin, period, at) - period; }

}  // namespace

SimTime World::State::next_relist_start(SimTime after) const { return next_of(relist_origin, relist_interval, after); }
SimTime World::State::last_relist_start(SimTime at) const { return last_of(relist_origin, relist_interval, at); }
SimTime World::State::next_tick(SimTime after) const { return next_of(tick_origin, constants().sync_ticker_period, after); }
SimTime World::State::next_status_sync(SimTime after) const {
  return next_of(status_sync_origin, constants().status_sync_period, after);
}
SimTime World::State::last_housekeeping(SimTime at) const {
  return last_of(housekeeping_origin, constants().housekeeping_period, at);
}

void World::State::ensure_relist(SimTime start) {
  const SimTime due = start + relist_takes;
  if (kubelet_down || (queue.pending(relist) && relist_due <= due)) return;
  cancel(relist);
  relist_due = due;
  relist = push_at(due, {.kind = EventKind::Relist});
}

void World::State::ensure_relist_for_waiter() {
  // A relist that is under way does, if it began late enough.
  const SimTime last = last_relist_start(now);
  ensure_relist(last >= relist_origin && last + relist_takes > now ? last : next_relist_start(now));
}

void World::State::runtime_changed(PodIndex index, RecordSeq cause) {
  if (!pods[index].unseen_since) pods[index].unseen_since = now;
  pods[index].runtime_cause = cause;
  changed(index);
  ensure_relist(next_relist_start(now));  // one that is under way has listed what there was
}

void World::State::fill_snapshot(PodIndex index, RuntimePodStatus& out) const {
  const Pod& pod = pods[index];
  out.sandboxes.clear();
  out.containers.clear();
  for (auto sandbox = pod.sandboxes.rbegin(); sandbox != pod.sandboxes.rend(); ++sandbox) {
    out.sandboxes.push_back(sandbox->record);
  }
  for (auto instance = pod.instances.rbegin(); instance != pod.instances.rend(); ++instance) {
    if (!instance->removed) out.containers.push_back(instance->record);
  }
  out.observed_at = now;
}

bool World::State::cache_newer_than(PodIndex index, SimTime min_time) const {
  if (pods[index].in_cache && pods[index].cache.observed_at > min_time) return true;
  const SimTime last = last_relist_start(now - relist_takes);
  return last > min_time && last >= relist_origin;
}

bool World::State::update_cache(PodIndex index, bool on_demand, RecordSeq cause) {
  Pod& pod = pods[index];
  bool started = false;
  bool died = false;
  std::size_t events = 0;
  const auto look = [&](std::uint32_t id, bool sandbox, RuntimeState state, bool removed) {
    const auto known = std::find_if(pod.pleg.begin(), pod.pleg.end(),
                                    [&](const PlegEntry& entry) { return entry.index == id && entry.sandbox == sandbox; });
    if (known == pod.pleg.end()) {
      if (removed || state == RuntimeState::Created) return;
      pod.pleg.push_back({id, sandbox, state});
    } else if (removed) {
      if (known->state != RuntimeState::Exited) died = true, ++events;
      pod.pleg.erase(known);
      return;
    } else if (known->state == state) {
      return;
    } else {
      known->state = state;
    }
    ++events;
    (state == RuntimeState::Running ? started : died) = true;
  };
  for (std::uint32_t i = 0; i < pod.instances.size(); ++i) {
    look(i, false, pod.instances[i].record.state, pod.instances[i].removed);
  }
  for (std::uint32_t i = 0; i < pod.sandboxes.size(); ++i) {
    look(i, true, pod.sandboxes[i].record.ready ? RuntimeState::Running : RuntimeState::Exited, false);
  }
  fill_snapshot(index, pod.cache);
  pod.in_cache = true;
  pod.unseen_since.reset();
  if (events == 0) return false;
  const RecordSeq seen = step_record(index, on_demand ? RuleId::PlegOnDemand : RuleId::PlegRelist, cause, "relist", kNoContainer,
                                     started && died ? "containers started and died"
                                     : started       ? "a container or sandbox started"
                                                     : "a container or sandbox died");
  if (died) prune_dead(index, seen);
  // The events of one relist come faster than the worker takes them up and make one update, except behind a death, after
  // which the sync loop first cleans up (syncLoopIteration): what follows is another one.
  update_pod(index, RuleId::WorkerPlegEvent, seen);
  if (died && events > 1) {
    push(2 * latencies().worker_pick_up, {.kind = EventKind::LateUpdate, .essential = true, .pod = index, .cause = seen});
  }
  return true;
}

void World::State::prune_dead(PodIndex index, RecordSeq cause) {
  // cleanUpContainersInPod: besides the one that has just died, the newest dead instance of a name stays.
  Pod& pod = pods[index];
  for (ContainerIndex container = 0; container < pod.spec->containers.size(); ++container) {
    int kept = 0;
    for (auto instance = pod.instances.rbegin(); instance != pod.instances.rend(); ++instance) {
      if (instance->removed || instance->record.container != container || instance->record.state != RuntimeState::Exited) continue;
      if (++kept <= 2) continue;
      instance->removed = true;
      if (!pod.unseen_since) pod.unseen_since = now;
      step_record(index, RuleId::PlegDeadPruned, cause, "remove", container, "an older dead instance is removed");
    }
  }
}

void World::State::relist_all(const WorldEvent&) {
  relist = {};
  const SimTime began = now - relist_takes;
  for (PodIndex index = 0; index < pods.size(); ++index) {
    Pod& pod = pods[index];
    if (pod.relist_requested && *pod.relist_requested <= began) pod.relist_requested.reset();  // served by this one
    if (pod.unseen_since && *pod.unseen_since < began) update_cache(index, false, pod.runtime_cause);
    release_waiter(index);
  }
  for (PodIndex index = 0; index < pods.size(); ++index) {
    if (pods[index].unseen_since) ensure_relist(next_relist_start(*pods[index].unseen_since));
    if (pods[index].worker.state == WorkerState::WaitingForCache) ensure_relist_for_waiter();
  }
}

void World::State::request_relist(PodIndex index, RecordSeq cause) {
  if (!config().gates.pleg_on_demand_relist) return;
  pods[index].relist_requested = now;
  push(relist_takes, {.kind = EventKind::PodRelist, .essential = true, .pod = index, .cause = cause});
}

void World::State::relist_pod(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  if (kubelet_down || !pod.relist_requested) return;
  pod.relist_requested.reset();
  update_cache(event.pod, true, event.cause);
  release_waiter(event.pod);
}

void World::State::release_waiter(PodIndex index) {
  Worker& worker = pods[index].worker;
  if (worker.state != WorkerState::WaitingForCache || !cache_newer_than(index, worker.last_sync)) return;
  begin_work(index);
}

void World::State::requeue(PodIndex index, SimTime at, bool essential, RecordSeq cause) {
  Pod& pod = pods[index];
  pod.requeue_at = at;
  cancel(pod.tick);
  pod.tick = push_at(next_tick(at), {.kind = EventKind::SyncTick, .essential = essential, .pod = index, .cause = cause});
}

void World::State::sync_tick(const WorldEvent& event) {
  if (kubelet_down) return;
  Pod& pod = pods[event.pod];
  if (event.aux == 0) {
    pod.tick = {};
    pod.requeue_at.reset();
    return update_pod(event.pod, RuleId::WorkerRequeued, event.cause);
  }
  // aux 1: the look at activeDeadlineSeconds
  if (event.token != pod.spec->generation || pod.worker.termination_requested) return;
  update_pod(event.pod, RuleId::DeadlineExceeded, event.cause);
}

void World::State::schedule_deadline(PodIndex index) {
  const Pod& pod = pods[index];
  if (!pod.spec->active_deadline || !pod.status.start_time || pod.worker.termination_requested) return;
  const SimTime due = truncate_to_second(*pod.status.start_time, input->clock) + *pod.spec->active_deadline;
  const SimTime tick = next_tick((due < now ? now : due) - SimDuration{1});
  push_at(tick, {.kind = EventKind::SyncTick, .essential = true, .aux = 1, .pod = index,
                 .token = static_cast<std::uint32_t>(pod.spec->generation)});
}

}  // namespace podlapse
