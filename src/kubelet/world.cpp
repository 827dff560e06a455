#include "podlapse/kubelet/world.hpp"

#include <algorithm>
#include <utility>

#include "world_state.hpp"

namespace podlapse {

namespace {

/// The first instant of a polling loop: a phase of its own, in [0, period).
SimTime phase_of(const WorldInput& input, const Latency& phase, SimDuration fixed, const char* name) {
  return kTimeZero + (input.chance.seeded() ? input.chance.draw(phase, stream_id(name), 0) : fixed);
}

/// Does any process of a container wait for or depend on another one?
bool uses_moments(const ContainerBehavior& behavior) {
  const auto probe = [](const ProbeBehavior& answers) { return answers.ok_while.has_value(); };
  return std::any_of(behavior.runs.begin(), behavior.runs.end(),
                     [](const RunBehavior& run) { return run.until || run.exit_on || !run.needs.empty(); }) ||
         probe(behavior.startup) || probe(behavior.readiness) || probe(behavior.liveness) || behavior.post_start.until ||
         behavior.pre_stop.until;
}

/// The spec before ephemeral containers are added: it cannot be created with them.
std::shared_ptr<const PodSpec> without_ephemeral(std::shared_ptr<const PodSpec> spec) {
  if (spec->containers.empty() || spec->containers.back().kind != ContainerKind::Ephemeral) return spec;
  PodSpec created = *spec;
  std::erase_if(created.containers, [](const ContainerSpec& container) { return container.kind == ContainerKind::Ephemeral; });
  return std::make_shared<const PodSpec>(std::move(created));
}

}  // namespace

World::State::State(std::shared_ptr<const WorldInput> world_input) : input(std::move(world_input)) {
  const KubeletConfig& configuration = input->config;
  const FixedPhases& fixed = configuration.fixed_phases;
  relist_takes = input->chance.draw(configuration.latencies.relist, stream_id("pleg/relist"), 0);
  relist_interval = configuration.constants.pleg_relist_period + relist_takes;
  relist_origin = phase_of(*input, configuration.latencies.pleg_phase, fixed.pleg, "pleg/phase");
  tick_origin = phase_of(*input, configuration.latencies.sync_ticker_phase, fixed.sync_ticker, "sync/phase");
  housekeeping_origin = phase_of(*input, configuration.latencies.housekeeping_phase, fixed.housekeeping, "housekeeping/phase");
  status_sync_origin = phase_of(*input, Latency::uniform({}, configuration.constants.status_sync_period), {}, "status/phase");
  kubelet_started_at = kTimeZero - std::chrono::hours{1};
  texts.emplace_back();
  existing_objects = input->existing_objects;

  pods.resize(input->pods.size());
  for (PodIndex index = 0; index < pods.size(); ++index) {
    const PodInput& pod_input = input->pods[index];
    PODLAPSE_CHECK(pod_input.behavior.size() == pod_input.spec.containers.size());
    PODLAPSE_CHECK(pod_input.spec.containers.size() <= kContainersMax);
    for (const ContainerBehavior& behavior : pod_input.behavior) has_moments = has_moments || uses_moments(behavior);
    for (const auto& [number, own] : pod_input.behavior_of) {
      PODLAPSE_CHECK(own.size() == pod_input.spec.containers.size());
      for (const ContainerBehavior& behavior : own) has_moments = has_moments || uses_moments(behavior);
    }
    init_pod(index, index, std::shared_ptr<const PodSpec>(input, &pod_input.spec));
  }
  template_taken.assign(pods.size(), false);
  add_owners();
  std::vector<bool> is_made(pods.size(), false);  // by a controller
  for (const Owner& owner : owners) is_made[owner.pod] = true;
  for (PodIndex index = 0; index < pods.size(); ++index) {
    if (is_made[index]) continue;
    push_at(kTimeZero + input->pods[index].created_at, {.kind = EventKind::PodCreated, .essential = true, .pod = index});
  }
  for (std::uint32_t index = 0; index < input->actions.size(); ++index) {
    const Action& action = input->actions[index];
    PODLAPSE_CHECK(action.pod < pods.size());
    push_at(kTimeZero + action.at, {.kind = EventKind::ActionDue, .essential = true, .pod = action.pod, .index = index});
  }
}

void World::State::init_pod(PodIndex index, PodIndex source, std::shared_ptr<const PodSpec> spec, std::size_t before) {
  const KubeletConstants& values = constants();
  Pod& pod = pods[index];
  pod.source = source;
  pod.spec = without_ephemeral(std::move(spec));
  const std::vector<ContainerSpec>& all = input->pods[source].spec.containers;  // with those that are added later
  const std::size_t containers = all.size();
  container_count += containers;
  pod.next_attempt.assign(containers, 0);
  pod.failed_starts.resize(containers);
  pod.image_failures.resize(containers);
  pod.probes.resize(containers * 3);
  pod.results.resize(containers * 3);
  const CrashLoopBackOffRange range = crash_loop_back_off_range(values, config().gates).value;
  pod.crash_backoff = Backoff(range.initial, range.max, values.crash_loop_back_off_expiry);
  pod.image_backoff = Backoff(values.image_back_off_initial, values.image_back_off_max, 2 * values.image_back_off_max);
  pod.correlator.emplace(values);
  const StreamId named = stream_id(pod.spec->name, stream_id(pod.spec->namespace_name));
  const StreamId stream = before == 0 ? named : stream_id("again/" + std::to_string(before), named);
  for (const ContainerSpec& container : all) pod.draws.push_back({stream_id("/" + container.name, stream), {}});
  pod.draws.push_back({stream, {}});
}

EventHandle World::State::push(SimDuration after, WorldEvent event) { return push_at(now + after, event); }

EventHandle World::State::push_at(SimTime at, WorldEvent event) {
  if (event.essential) ++pods[event.pod].essential;
  return queue.push(at < now ? now : at, event);
}

void World::State::cancel(EventHandle& handle) {
  if (!handle.set()) return;
  if (queue.pending(handle)) {
    const WorldEvent& event = queue.at(handle);
    if (event.essential) --pods[event.pod].essential;
    queue.cancel(handle);
  }
  handle = {};
}

SimDuration World::State::draw(PodIndex pod, Draw kind, const Latency& latency, ContainerIndex container) {
  std::vector<DrawStream>& draws = pods[pod].draws;
  return draw_from(container == kNoContainer ? draws.back() : draws[container], kind, latency);
}

SimDuration World::State::draw_from(DrawStream& from, Draw kind, const Latency& latency) {
  const auto stream = StreamId{static_cast<std::uint64_t>(from.stream) + static_cast<std::uint64_t>(kind) * 0x9e3779b97f4a7c15ULL};
  return input->chance.draw(latency, stream, from.drawn[static_cast<std::size_t>(kind)]++);
}

void World::State::dispatch(const WorldEvent& event) {
  switch (event.kind) {
    case EventKind::PodCreated: return pod_created(event);
    case EventKind::PodDelivered: return pod_delivered(event);
    case EventKind::ActionDue: return action_due(event);
    case EventKind::Relist: return relist_all(event);
    case EventKind::PodRelist: return relist_pod(event);
    case EventKind::SyncTick: return sync_tick(event);
    case EventKind::WorkerWakes:
      if (pods[event.pod].worker.state == WorkerState::Waking) start_next(event.pod);
      return;
    case EventKind::LateUpdate: return update_pod(event.pod, RuleId::WorkerPlegEvent, event.cause);
    case EventKind::WorkerStep: return worker_step(event);
    case EventKind::KillStage: return kill_stage(event);
    case EventKind::SandboxStopped: return sandbox_stopped(event);
    case EventKind::SetUpVolume: return set_up_volume(event);
    case EventKind::PullDone: return pull_done(event);
    case EventKind::ProbeTick: return probe_tick_event(event);
    case EventKind::ProbeRun: return probe_run(event);
    case EventKind::ProbeDone: return probe_done(event);
    case EventKind::HookRuns: return hook_runs(event);
    case EventKind::HookEnds: return hook_ends(event);
    case EventKind::ProcessEnds: return process_ends(event);
    case EventKind::ProcessStops: return process_stops(event);
    case EventKind::SignalArrives: return signal_arrives(event);
    case EventKind::ForceKill: return force_kill(event);
    case EventKind::NeedUnmet: return need_unmet(event);
    case EventKind::ExitReported: return exit_reported(event);
    case EventKind::StatusFlush: return status_flush(event);
    case EventKind::StatusWritten: return status_written(event);
    case EventKind::StatusSync: return remove_when_finished(event.pod, event.cause);
    case EventKind::EventWritten: return event_written(event);
    case EventKind::ObjectRemoved: return object_removed(event);
    case EventKind::KubeletUp: return kubelet_up();
    case EventKind::OwnerCreated: return owner_created(event);
    case EventKind::OwnerSyncs: return owner_syncs(event);
    case EventKind::OwnerWritten: return owner_written(event);
    case EventKind::OwnerExpires: return job_expires(event);
    case EventKind::OwnerDeleted: return owner_deleted(event);
    case EventKind::OwnerCollected: return owner_collected(event);
    case EventKind::Marker:
      changed(event.pod);
      return moments_changed(event.cause);
  }
}

World::World(std::shared_ptr<const WorldInput> input) : state_(std::make_unique<State>(std::move(input))) {}
World::World(const World& other) : state_(std::make_unique<State>(*other.state_)) {}
World& World::operator=(const World& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

SimTime World::now() const { return state_->now; }

std::optional<SimTime> World::next_due() const { return state_->queue.next_due(); }

bool World::step(TraceSink* sink) {
  State& state = *state_;
  if (state.queue.empty()) return false;
  const auto entry = state.queue.pop();
  PODLAPSE_CHECK(entry.key.due >= state.now);
  state.now = entry.key.due;
  if (entry.event.essential) --state.pods[entry.event.pod].essential;
  state.sink = sink;
  state.dispatch(entry.event);
  state.sink = nullptr;
  return true;
}

void World::run_until(SimTime until, TraceSink* sink) {
  for (auto due = next_due(); due && *due <= until; due = next_due()) step(sink);
}

std::size_t World::pod_count() const { return state_->pods.size(); }

const std::string& World::pod_name(PodIndex pod) const { return state_->pods[pod].spec->name; }

PodIndex World::pod_source(PodIndex pod) const { return state_->pods[pod].source; }

bool World::was_created(PodIndex pod) const { return state_->pods[pod].api.created; }

bool World::is_template(PodIndex pod) const {
  const std::vector<Owner>& owners = state_->owners;
  return !state_->pods[pod].owner && std::any_of(owners.begin(), owners.end(), [pod](const Owner& owner) { return owner.pod == pod; });
}

namespace {

/// A CronJob's second Job, or a later one; and the CronJob itself once it has made the first.
bool is_later_run(const std::vector<Owner>& owners, std::uint32_t index) {
  if (const auto* cron_job = std::get_if<CronJobState>(&owners[index].state)) return !cron_job->jobs.empty();
  const auto* job = std::get_if<JobState>(&owners[index].state);
  if (job == nullptr || !job->cron_job) return false;
  return std::get<CronJobState>(owners[*job->cron_job].state).jobs.front() != index;
}

}  // namespace

std::vector<OwnerProgress> World::owner_progress() const {
  std::vector<OwnerProgress> all;
  for (std::uint32_t index = 0; index < state_->owners.size(); ++index) {
    const Owner& owner = state_->owners[index];
    OwnerProgress& progress = all.emplace_back();
    progress.gone = owner.gone;
    progress.last_change = owner.last_change;
    const auto* cron_job = std::get_if<CronJobState>(&owner.state);
    progress.fires_again = cron_job != nullptr && !cron_job->spec->suspend;
    progress.waiting_for_timer = cron_job == nullptr && (owner.wake.set() || owner.busy || (owner.deleting && !owner.gone));
    progress.of_later_run = is_later_run(state_->owners, index);
    if (const auto* job = std::get_if<JobState>(&owner.state)) {
      progress.finished_at = job->finished_at;
      progress.expires_at = job->expires_at;
    }
  }
  return all;
}

PodProgress World::progress(PodIndex pod) const {
  const Pod& from = state_->pods[pod];
  PodProgress progress;
  progress.gone = from.api.gone;
  progress.phase = from.api.status.phase;
  progress.terminal_since = from.terminal_since;
  progress.gone_since = from.gone_since;
  progress.last_change = from.last_change;
  progress.waiting_for_timer = from.essential > 0 || state_->probes_unsettled(pod);
  progress.of_later_run = from.owner && is_later_run(state_->owners, *from.owner);
  return progress;
}

}  // namespace podlapse
