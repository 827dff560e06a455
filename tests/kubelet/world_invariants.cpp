#include "kubelet/world_invariants.hpp"

#include <algorithm>
#include <chrono>

#include "kubelet/support.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/trace/digest.hpp"

namespace podlapse::test {
namespace {

using What = ContainerObservation::What;

/// More than the latencies of one kill (set-up, exec, two calls to the runtime) add up to.
constexpr SimDuration kLatencies = std::chrono::milliseconds{600};
constexpr SimDuration kFloor = std::chrono::seconds{2};

bool terminal(const std::string& phase) { return phase == "Succeeded" || phase == "Failed"; }

std::string text_of(SimTime time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time - kTimeZero).count();
  std::string rest = std::to_string(ms % 1000);
  rest.insert(0, 3 - rest.size(), '0');
  return std::to_string(ms / 1000) + "." + rest;
}

SimDuration whole_seconds(std::int64_t seconds) { return std::chrono::seconds{seconds}; }

bool is_true(const PodStatus& status, const char* type) {
  const PodCondition* condition = find_condition(status, type);
  return condition != nullptr && condition->status == "True";
}

RestartPolicy policy_of(const PodSpec& pod, const ContainerSpec& container) {
  return container.restart_policy.value_or(pod.restart_policy);
}

/// The kill of a whole Pod in its order; every other one is of one container, or of a Pod that only the runtime knows.
bool of_the_pod(const std::string& rule) {
  return rule == "worker/terminating" || rule == "actions/nothing-left" || rule.rfind("actions/sandbox-", 0) == 0 ||
         rule == "init/failed-for-good" || rule == "init/unknown-never";
}

/// The grace period of a kill of `container` that `rule` is the reason of, as long as it can be.
SimDuration longest_grace(const PodSpec& spec, const ContainerSpec& container, const std::string& rule) {
  if (rule == "reset/removes") return {};
  const bool startup = rule == "actions/startup-failed" || rule == "init/sidecar-startup-failed";
  const bool liveness = rule == "actions/liveness-failed" || rule == "init/sidecar-liveness-failed";
  const std::optional<ProbeSpec>* probe = startup ? &container.startup_probe : liveness ? &container.liveness_probe : nullptr;
  if (probe != nullptr && *probe && (*probe)->termination_grace_period) return *(*probe)->termination_grace_period;
  return spec.termination_grace_period;
}

/// Actions that concern `pod`; a Job's are those of the Pod that it is made of.
template <class Action, class Use>
void for_each_action(const WorldInput& input, PodIndex pod, Use use) {
  for (const podlapse::Action& action : input.actions) {
    const auto* what = std::get_if<Action>(&action.what);
    if (what != nullptr && action.pod == pod) use(*what);
  }
}

}  // namespace

const char* to_string(Invariant invariant) {
  switch (invariant) {
#define PODLAPSE_CASE(name, id, text) \
  case Invariant::name: return id;
    PODLAPSE_INVARIANTS(PODLAPSE_CASE)
#undef PODLAPSE_CASE
  }
  return "";
}

// ---- who there is ------------------------------------------------------------------------------------------------------

WorldInvariants::WorldInvariants(std::shared_ptr<const WorldInput> input) : input_(std::move(input)), from_outside_(1) {
  for (PodIndex source = 0; source < input_->pods.size(); ++source) pods_.push_back(make_pod(source, input_->pods[source].spec.name));
}

WorldInvariants::Pod WorldInvariants::make_pod(PodIndex source, std::string name) const {
  Pod pod;
  pod.source = source;
  pod.name = std::move(name);
  pod.spec = &input_->pods[source].spec;
  pod.containers.resize(pod.spec->containers.size());
  pod.shortest = pod.spec->termination_grace_period;
  for (const ContainerSpec& container : pod.spec->containers) {
    for (const ContainerRestartRule& rule : container.restart_policy_rules) {
      if (rule.action == ContainerRestartRule::Action::RestartAllContainers) pod.restarts_all = true;
    }
  }
  const auto shorten = [&pod](std::int64_t seconds) {
    pod.shortest = std::min(pod.shortest, whole_seconds(std::max<std::int64_t>(seconds, 1)));
  };
  for_each_action<DeletePod>(*input_, source, [&](const DeletePod& what) {
    if (what.grace_period_seconds) shorten(*what.grace_period_seconds);
  });
  for_each_action<EvictPod>(*input_, source, [&](const EvictPod& what) { shorten(what.grace_period_seconds.value_or(1)); });
  return pod;
}

/// Learns of the Pods that a controller has made, and what they are called.
void WorldInvariants::meet_pods() {
  if (world_ == nullptr) return;
  for (PodIndex index = 0; index < world_->pod_count(); ++index) {
    if (index >= pods_.size()) pods_.push_back(make_pod(world_->pod_source(index), {}));
    pods_[index].name = world_->pod_name(index);
  }
}

WorldInvariants::Pod* WorldInvariants::find_pod(const std::string& name) {
  for (int look = 0; look < 2; ++look) {
    const auto found = std::find_if(pods_.begin(), pods_.end(), [&](const Pod& pod) { return pod.name == name; });
    if (found != pods_.end()) return &*found;
    meet_pods();
  }
  return nullptr;
}

void WorldInvariants::fail(Invariant invariant, const Pod& pod, ContainerIndex index, std::string text) {
  const std::string name = index == kNoContainer ? pod.name : pod.name + "/" + pod.spec->containers[index].name;
  breaches_.push_back({invariant, "T+" + text_of(now_) + " record " + std::to_string(seq_) + " " + name, std::move(text)});
}

void WorldInvariants::add(Invariant invariant, std::string text) { fail(invariant, pods_.front(), kNoContainer, std::move(text)); }

// ---- what the records say ----------------------------------------------------------------------------------------------

void WorldInvariants::on_record(const TraceRecord& record) {
  time_goes_on(record);
  now_ = record.at;
  records_are_numbered(record);
  seq_ = record.seq;
  causes_come_first(record);
  rules_are_known(record);
  from_outside_.resize(seq_ + 1);
  if (std::holds_alternative<JobObservation>(record.observation)) return;  // has no name, as in recorded traces
  const bool of_a_job = std::any_of(input_->jobs.begin(), input_->jobs.end(),
                                    [&record](const JobInput& job) { return job.spec.name == record.pod; });
  if (of_a_job) return;
  Pod* const found = find_pod(record.pod);
  if (found == nullptr) return add(Invariant::NamesAreKnown, "no Pod and no Job is called " + record.pod);
  Pod& pod = *found;
  if (const auto* seen = std::get_if<ContainerObservation>(&record.observation)) on_container(pod, record, *seen);
  if (const auto* seen = std::get_if<StatusObservation>(&record.observation)) on_status(pod, *seen);
  if (const auto* seen = std::get_if<ProbeObservation>(&record.observation)) on_probe(pod, *seen);
  if (const auto* seen = std::get_if<HookObservation>(&record.observation)) on_hook(pod, *seen);
  if (const auto* seen = std::get_if<ActionObservation>(&record.observation)) on_action(pod, record, *seen);
  if (const auto* seen = std::get_if<StepObservation>(&record.observation)) {
    if (seen->step == "kill" && seen->text == "is to be stopped") on_kill(pod, record, pod.spec->find(seen->container));
    if (seen->step == "terminate" && record.rule == "eviction/kills") on_eviction(pod);
  }
  if (std::holds_alternative<DeletedObservation>(record.observation)) on_gone(pod);
}

void WorldInvariants::on_container(Pod& pod, const TraceRecord& record, const ContainerObservation& seen) {
  const ContainerIndex index = pod.spec->find(seen.container);
  if (index == kNoContainer) return fail(Invariant::NamesAreKnown, pod, kNoContainer, "no such container: " + seen.container);
  only_the_living_act(pod, index, seen);
  switch (seen.what) {
    case What::Started: return on_started(pod, index, seen);
    case What::Term: return on_term(pod, index, record);
    case What::Exited: return on_exited(pod, index, record, seen);
  }
}

void WorldInvariants::on_started(Pod& pod, ContainerIndex index, const ContainerObservation& seen) {
  one_live_instance(pod, index);
  attempts_rise(pod, index, seen);
  nothing_starts_after_the_end(pod, index);
  first_starts_in_order(pod, index);
  never_means_never(pod, index);
  Container& container = pod.containers[index];
  const ContainerSpec& spec = pod.spec->containers[index];
  ++container.starts;
  container.alive = true;
  container.attempt = seen.attempt;
  container.term.reset();
  container.stopping.reset();
  container.hook = false;
  if (spec.kind == ContainerKind::Sidecar && !spec.startup_probe) container.passed = true;
  pod.last_process = now_;
}

void WorldInvariants::on_term(Pod& pod, ContainerIndex index, const TraceRecord& record) {
  if (record.cause < from_outside_.size() && from_outside_[record.cause]) return;
  signals_have_a_cause(pod, index);
  Container& container = pod.containers[index];
  if (!container.stopping) return;
  container.term = now_;
  sidecars_outlive_mains(pod, index);
}

void WorldInvariants::on_exited(Pod& pod, ContainerIndex index, const TraceRecord& record, const ContainerObservation& seen) {
  kill_waits_for_the_floor(pod, index, record);
  grace_is_kept(pod, index);
  Container& container = pod.containers[index];
  container.alive = false;
  if (seen.exit_code == 0 && pod.spec->containers[index].kind == ContainerKind::Init) container.passed = true;
  pod.last_process = now_;
  container.hook = false;  // nobody tells of the end of a hook whose container is gone
  const std::optional<Handler>& post_start = pod.spec->containers[index].post_start;
  if (pod.post_start == index && post_start->kind == HandlerKind::Exec) pod.post_start = kNoContainer;
}

void WorldInvariants::on_kill(Pod& pod, const TraceRecord& record, ContainerIndex index) {
  Container& container = pod.containers[index];
  container.stopping = now_;
  container.alone = !of_the_pod(record.rule);
  container.grace = longest_grace(*pod.spec, pod.spec->containers[index], record.rule);
  if (record.rule == "worker/terminating" && (pod.deletion || pod.eviction)) container.grace = {};
  if (pod.deletion) container.grace = std::max(container.grace, *pod.deletion);
  if (pod.eviction) container.grace = std::max(container.grace, *pod.eviction);
}

void WorldInvariants::on_probe(Pod& pod, const ProbeObservation& seen) {
  const ContainerIndex index = pod.spec->find(seen.container);
  if (seen.probe == ProbeKind::Startup && seen.ok) pod.containers[index].passed = true;
}

void WorldInvariants::on_hook(Pod& pod, const HookObservation& seen) {
  const ContainerIndex index = pod.spec->find(seen.container);
  hooks_come_in_pairs(pod, index, seen);
  const bool begins = seen.what == HookObservation::What::Start;
  if (seen.hook == HookObservation::Hook::PostStart) {
    pod.post_start = begins ? index : kNoContainer;
  } else {
    pod.containers[index].hook = begins;
  }
}

void WorldInvariants::on_new_kubelet() {
  kubelet_restarted_ = now_;
  for (Pod& pod : pods_) {
    pod.post_start = kNoContainer;
    pod.eviction.reset();  // known to the old kubelet alone (eviction_manager.go evictPod, pod_workers.go podSyncStatuses)
    for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
      Container& container = pod.containers[index];
      container.hook = false;
      // It takes every sidecar that runs as started, until its probe workers are there (prober_manager.go isContainerStarted).
      const bool sidecar = pod.spec->containers[index].kind == ContainerKind::Sidecar;
      if (sidecar && container.alive) container.passed = true;
    }
  }
}

void WorldInvariants::on_eviction(Pod& pod) {
  SimDuration grace = whole_seconds(1);
  for_each_action<EvictPod>(*input_, pod.source, [&grace](const EvictPod& eviction) {
    grace = std::max(grace, whole_seconds(eviction.grace_period_seconds.value_or(1)));
  });
  pod.eviction = std::max(pod.eviction.value_or(SimDuration{}), grace);
}

void WorldInvariants::on_action(Pod& pod, const TraceRecord& record, const ActionObservation& seen) {
  from_outside_[record.seq] = true;
  if (seen.action == "patch") pod.images_change = true;
  if (seen.action == "kill" && seen.sandbox) pod.sandbox_lost = true;
  if (seen.action == "restartKubelet") on_new_kubelet();
  if (seen.action != "delete" || seen.http != 200) return;
  on_deletion(pod, seen.grace_period_seconds ? whole_seconds(*seen.grace_period_seconds) : pod.spec->termination_grace_period);
}

void WorldInvariants::on_deletion(Pod& pod, SimDuration grace) {
  pod.deletion = std::max(pod.deletion.value_or(whole_seconds(1)), grace);
  if (!pod.deleted_at) pod.deleted_at = now_;
}

void WorldInvariants::on_status(Pod& pod, const StatusObservation& seen) {
  const PodStatus& status = seen.status;
  gone_is_gone(pod);
  terminal_phase_stays(pod, status);
  terminal_phase_comes_last(pod, status);
  ready_means_all_ready(pod, status);
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    const ContainerStatus* shown = find_container_status(status, pod.spec->containers[index].name);
    if (shown == nullptr) continue;
    restart_counts_never_fall(pod, index, *shown);
    pod.containers[index].restart_count = shown->restart_count;
  }
  if (seen.deleting) on_deletion(pod, whole_seconds(*seen.deleting));
  pod.phase = status.phase;
  pod.status = status;
}

void WorldInvariants::on_gone(Pod& pod) {
  gone_is_gone(pod);
  pod.gone = true;
}

void WorldInvariants::after_step(const World& world) {
  meet_pods();
  if (world.next_due() && *world.next_due() < world.now()) add(Invariant::TimeGoesOn, "something is due in the past");
  for (PodIndex index = 0; index < pods_.size(); ++index) world_says_what_it_told(world, index);
}

void WorldInvariants::at_end(SimTime until) {
  now_ = until;
  for (const Pod& pod : pods_) {
    for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
      if (pod.containers[index].alive) grace_is_kept(pod, index);
    }
    everything_ends(pod);
    status_settles(pod);
  }
}

// ---- the invariants ----------------------------------------------------------------------------------------------------

void WorldInvariants::time_goes_on(const TraceRecord& record) {
  if (record.at < now_) add(Invariant::TimeGoesOn, "time goes back to " + text_of(record.at));
}

void WorldInvariants::records_are_numbered(const TraceRecord& record) {
  if (record.seq != seq_ + 1) add(Invariant::RecordsAreNumbered, "is numbered " + std::to_string(record.seq));
}

void WorldInvariants::causes_come_first(const TraceRecord& record) {
  if (record.cause >= record.seq) add(Invariant::CausesComeFirst, "follows from record " + std::to_string(record.cause));
}

void WorldInvariants::rules_are_known(const TraceRecord& record) {
  if (find_rule(record.rule) == RuleId::None) add(Invariant::RulesAreKnown, "rests on no rule: \"" + record.rule + "\"");
}

void WorldInvariants::one_live_instance(const Pod& pod, ContainerIndex index) {
  if (pod.containers[index].alive) fail(Invariant::OneLiveInstance, pod, index, "starts while it runs");
}

void WorldInvariants::attempts_rise(const Pod& pod, ContainerIndex index, const ContainerObservation& seen) {
  if (seen.attempt <= pod.containers[index].attempt) fail(Invariant::AttemptsRise, pod, index, "attempts do not rise");
}

void WorldInvariants::only_the_living_act(const Pod& pod, ContainerIndex index, const ContainerObservation& seen) {
  const Container& container = pod.containers[index];
  if (seen.what == What::Started || (container.alive && container.attempt == seen.attempt)) return;
  fail(Invariant::OnlyTheLivingAct, pod, index, "run " + std::to_string(seen.attempt) + " does not live");
}

void WorldInvariants::first_starts_in_order(const Pod& pod, ContainerIndex index) {
  if (pod.containers[index].starts > 0 || pod.spec->containers[index].kind == ContainerKind::Ephemeral) return;
  for (ContainerIndex before = 0; before < index; ++before) {
    const bool waited_for = is_init_or_sidecar(pod.spec->containers[before].kind);
    if (!waited_for || pod.containers[before].passed) continue;
    fail(Invariant::FirstStartsInOrder, pod, index, "starts before " + pod.spec->containers[before].name + " is done");
  }
}

void WorldInvariants::never_means_never(const Pod& pod, ContainerIndex index) {
  const ContainerSpec& spec = pod.spec->containers[index];
  const bool once = spec.kind == ContainerKind::Ephemeral || (spec.kind != ContainerKind::Sidecar && spec.restart_policy_rules.empty() &&
                                                              policy_of(*pod.spec, spec) == RestartPolicy::Never);
  if (!once || pod.containers[index].starts == 0 || pod.restarts_all || pod.images_change || pod.sandbox_lost) return;
  fail(Invariant::NeverMeansNever, pod, index, "starts again although it never restarts");
}

void WorldInvariants::nothing_starts_after_the_end(const Pod& pod, ContainerIndex index) {
  if (terminal(pod.phase)) fail(Invariant::NothingStartsAfterTheEnd, pod, index, "starts in a Pod that has ended");
}

void WorldInvariants::signals_have_a_cause(const Pod& pod, ContainerIndex index) {
  if (!pod.containers[index].stopping) fail(Invariant::SignalsHaveACause, pod, index, "gets SIGTERM though nobody stops it");
}

/// kuberuntime_termination_order.go: a sidecar waits for the mains, until the grace period is over.
void WorldInvariants::sidecars_outlive_mains(const Pod& pod, ContainerIndex index) {
  const Container& container = pod.containers[index];
  if (pod.spec->containers[index].kind != ContainerKind::Sidecar || container.alone) return;
  if (now_ - *container.stopping >= pod.shortest) return;
  for (ContainerIndex main = 0; main < pod.containers.size(); ++main) {
    if (pod.spec->containers[main].kind != ContainerKind::Main || !pod.containers[main].alive) continue;
    fail(Invariant::SidecarsOutliveMains, pod, index, "gets SIGTERM while " + pod.spec->containers[main].name + " runs");
  }
}

void WorldInvariants::grace_is_kept(const Pod& pod, ContainerIndex index) {
  const Container& container = pod.containers[index];
  if (!container.stopping || !container.term) return;
  if (now_ - *container.term > std::max(container.grace, kFloor) + kLatencies) {
    fail(Invariant::GraceIsKept, pod, index, "outlives its grace period");
  }
  // A preStop hook and the wait for a turn count whole seconds only, so that each may add most of a second.
  if (now_ - *container.stopping > container.grace + 2 * std::chrono::seconds{1} + kFloor + kLatencies) {
    fail(Invariant::GraceIsKept, pod, index, "ends too late after its kill began");
  }
}

void WorldInvariants::kill_waits_for_the_floor(const Pod& pod, ContainerIndex index, const TraceRecord& record) {
  const Container& container = pod.containers[index];
  if (!container.stopping || !container.term || record.rule != "process/killed") return;
  if (now_ - *container.term < kFloor) fail(Invariant::KillWaitsForTheFloor, pod, index, "gets SIGKILL too early");
}

void WorldInvariants::everything_ends(const Pod& pod) {
  if (!pod.deleted_at || pod.post_start != kNoContainer) return;  // a postStart hook that never ends blocks the worker
  // A kill that is under way goes on with its own grace period; a kubelet that restarts begins anew.
  const SimDuration patience = pod.spec->termination_grace_period + *pod.deletion + std::chrono::seconds{45};
  if (now_ - std::max(*pod.deleted_at, kubelet_restarted_) < patience) return;
  if (!pod.gone) fail(Invariant::EverythingEnds, pod, kNoContainer, "was deleted and is there still");
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    if (pod.containers[index].alive) fail(Invariant::EverythingEnds, pod, index, "runs long after its Pod was deleted");
  }
}

void WorldInvariants::hooks_come_in_pairs(const Pod& pod, ContainerIndex index, const HookObservation& seen) {
  const Container& container = pod.containers[index];
  const bool begins = seen.what == HookObservation::What::Start;
  const auto object = [&](const char* text) { fail(Invariant::HooksComeInPairs, pod, index, text); };
  if (seen.hook == HookObservation::Hook::PostStart) {
    if ((pod.post_start == kNoContainer) != begins) object(begins ? "a second postStart hook begins" : "no postStart hook runs");
    return;
  }
  const bool exec = pod.spec->containers[index].pre_stop->kind == HandlerKind::Exec;
  if (exec && begins && !container.alive) object("its preStop hook runs though it does not");
  if (container.hook == begins) object(begins ? "a second preStop hook begins" : "no preStop hook runs");
  if (!container.stopping) object("its preStop hook runs though nobody stops it");
}

void WorldInvariants::restart_counts_never_fall(const Pod& pod, ContainerIndex index, const ContainerStatus& shown) {
  if (shown.restart_count >= pod.containers[index].restart_count) return;
  fail(Invariant::RestartCountsNeverFall, pod, index, "its restart count falls");
}

void WorldInvariants::terminal_phase_stays(const Pod& pod, const PodStatus& status) {
  if (!terminal(pod.phase) || status.phase == pod.phase) return;
  fail(Invariant::TerminalPhaseStays, pod, kNoContainer, pod.phase + " becomes " + status.phase);
}

void WorldInvariants::terminal_phase_comes_last(const Pod& pod, const PodStatus& status) {
  if (!terminal(status.phase)) return;
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    if (pod.containers[index].alive) fail(Invariant::TerminalPhaseComesLast, pod, index, "runs in a Pod that shows " + status.phase);
  }
}

void WorldInvariants::ready_means_all_ready(const Pod& pod, const PodStatus& status) {
  if (!is_true(status, "Ready")) return;
  if (!is_true(status, "ContainersReady")) {
    fail(Invariant::ReadyMeansAllReady, pod, kNoContainer, "is ready without ContainersReady");
  }
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    const ContainerSpec& spec = pod.spec->containers[index];
    if (spec.kind != ContainerKind::Main && spec.kind != ContainerKind::Sidecar) continue;
    const ContainerStatus* shown = find_container_status(status, spec.name);
    if (shown == nullptr || !shown->ready) fail(Invariant::ReadyMeansAllReady, pod, index, "is not ready in a Pod that is");
  }
}

void WorldInvariants::gone_is_gone(const Pod& pod) {
  if (pod.gone) fail(Invariant::GoneIsGone, pod, kNoContainer, "an object that is gone changes");
}

void WorldInvariants::world_says_what_it_told(const World& world, PodIndex index) {
  const PodProgress progress = world.progress(index);
  const Pod& pod = pods_[index];
  const auto object = [&](const char* text) { fail(Invariant::WorldSaysWhatItTold, pod, kNoContainer, text); };
  if (progress.gone != pod.gone) object("is gone for the World only, or for its records only");
  if (!pod.phase.empty() && to_string(progress.phase) != pod.phase) object("has two phases");
  if (progress.terminal_since.has_value() != terminal(pod.phase)) object("the World knows no end, or one too many");
}

void WorldInvariants::status_settles(const Pod& pod) {
  // A kill or a postStart hook blocks the worker; a pull is over within 15 s, a kubelet up again within as long.
  const bool killing = std::any_of(pod.containers.begin(), pod.containers.end(),
                                   [&](const Container& container) { return container.alive && container.stopping; });
  // An init container that runs again in a new sandbox although it had ended for good makes the status manager drop every
  // update (status_manager.go checkContainerStateTransition).
  const bool stuck = pod.sandbox_lost && pod.spec->restart_policy != RestartPolicy::Always;
  if (pod.gone || killing || stuck || pod.post_start != kNoContainer || now_ - pod.last_process < std::chrono::seconds{20}) return;
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    const ContainerStatus* shown = find_container_status(pod.status, pod.spec->containers[index].name);
    const bool runs = shown != nullptr && shown->state.kind == ContainerState::Kind::Running;
    if (runs && !pod.containers[index].alive) fail(Invariant::StatusSettles, pod, index, "shows as running, and does not run");
    if (!runs && pod.containers[index].alive) fail(Invariant::StatusSettles, pod, index, "runs, and does not show as running");
  }
}

// ---- a whole run -------------------------------------------------------------------------------------------------------

namespace {

/// Hears one World and passes everything on; keeps what was said from some moment on.
class Tee final : public TraceSink {
 public:
  explicit Tee(TraceSink& next) : next_(next) {}
  void on_record(const TraceRecord& record) override {
    if (keeping) kept.push_back(record);
    next_.on_record(record);
  }
  bool keeping = false;
  std::vector<TraceRecord> kept;

 private:
  TraceSink& next_;
};

class Log final : public TraceSink {
 public:
  void on_record(const TraceRecord& record) override { records.push_back(record); }
  std::vector<TraceRecord> records;
};

bool tells(World& world, const std::vector<TraceRecord>& expected, SimTime until) {
  Log log;
  world.run_until(until, &log);
  return trace_digest(log.records) == trace_digest(expected);
}

}  // namespace

bool runs_alike(World& world, World& copy, SimTime until) {
  Log log;
  world.run_until(until, &log);
  return tells(copy, log.records, until);
}

std::vector<Breach> breaches_of(const std::shared_ptr<const WorldInput>& input, SimTime until, std::uint64_t copied_at) {
  WorldInvariants invariants{input};
  World world{input};
  invariants.watch(world);
  Tee tee{invariants};
  std::optional<World> copy;
  for (std::uint64_t steps = 0; world.next_due() && *world.next_due() <= until; ++steps) {
    if (steps == copied_at) {
      copy.emplace(world);
      tee.keeping = true;
    }
    world.step(&tee);
    invariants.after_step(world);
  }
  invariants.at_end(until);
  if (copy && !tells(*copy, tee.kept, until)) invariants.add(Invariant::CopiesRunAlike, "a copy runs otherwise");
  return invariants.breaches();
}

std::string to_text(const std::vector<Breach>& breaches) {
  std::string text;
  for (const Breach& breach : breaches) text += breach.where + ": " + to_string(breach.invariant) + ": " + breach.text + "\n";
  return text;
}

std::string check_invariants(const std::shared_ptr<const WorldInput>& input, SimTime until) { return to_text(breaches_of(input, until)); }

}  // namespace podlapse::test
