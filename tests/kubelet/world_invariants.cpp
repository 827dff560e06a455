#include "kubelet/world_invariants.hpp"

#include <algorithm>
#include <chrono>

#include "kubelet/support.hpp"
#include "podlapse/rules/rule_id.hpp"

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

/// The kill of a whole Pod; every other one is of one container.
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

}  // namespace

WorldInvariants::WorldInvariants(std::shared_ptr<const WorldInput> input) : input_(std::move(input)), from_outside_(1) {
  pods_.resize(input_->pods.size());
  for (std::size_t i = 0; i < pods_.size(); ++i) {
    Pod& pod = pods_[i];
    pod.input = &input_->pods[i];
    pod.containers.resize(pod.input->spec.containers.size());
    pod.shortest = pod.input->spec.termination_grace_period;
    for (const ContainerSpec& container : pod.input->spec.containers) {
      for (const ContainerRestartRule& rule : container.restart_policy_rules) {
        if (rule.action == ContainerRestartRule::Action::RestartAllContainers) pod.restarts_all = true;
      }
    }
  }
  for (const Action& action : input_->actions) {
    Pod& pod = pods_[action.pod];
    std::optional<std::int64_t> grace;
    if (const auto* deletion = std::get_if<DeletePod>(&action.what)) grace = deletion->grace_period_seconds;
    if (const auto* eviction = std::get_if<EvictPod>(&action.what)) grace = eviction->grace_period_seconds.value_or(1);
    if (grace) pod.shortest = std::min(pod.shortest, whole_seconds(std::max<std::int64_t>(*grace, 1)));
  }
}

void WorldInvariants::fail(const Pod& pod, ContainerIndex index, const std::string& what) {
  const PodSpec& spec = pod.input->spec;
  const std::string name = index == kNoContainer ? spec.name : spec.name + "/" + spec.containers[index].name;
  broken_.push_back("T+" + text_of(now_) + " record " + std::to_string(seq_) + " " + name + ": " + what);
}

WorldInvariants::Pod& WorldInvariants::pod_of(const TraceRecord& record) {
  const auto found = std::find_if(pods_.begin(), pods_.end(), [&](const Pod& pod) { return pod.input->spec.name == record.pod; });
  return found == pods_.end() ? pods_.front() : *found;
}

void WorldInvariants::on_record(const TraceRecord& record) {
  Pod& pod = pod_of(record);
  if (record.at < now_) fail(pod, kNoContainer, "time goes back to " + text_of(record.at));
  now_ = record.at;
  if (record.seq != seq_ + 1) fail(pod, kNoContainer, "is numbered " + std::to_string(record.seq));
  seq_ = record.seq;
  if (record.cause >= record.seq) fail(pod, kNoContainer, "follows from record " + std::to_string(record.cause));
  if (find_rule(record.rule) == RuleId::None) fail(pod, kNoContainer, "rests on no rule: \"" + record.rule + "\"");
  from_outside_.resize(seq_ + 1);
  if (const auto* seen = std::get_if<ContainerObservation>(&record.observation)) on_container(pod, record, *seen);
  if (const auto* seen = std::get_if<StatusObservation>(&record.observation)) on_status(pod, *seen);
  if (const auto* seen = std::get_if<ProbeObservation>(&record.observation)) on_probe(pod, *seen);
  if (const auto* seen = std::get_if<HookObservation>(&record.observation)) on_hook(pod, *seen);
  if (const auto* seen = std::get_if<ActionObservation>(&record.observation)) on_action(pod, record, *seen);
  if (const auto* seen = std::get_if<StepObservation>(&record.observation)) {
    if (seen->step == "kill" && seen->text == "is to be stopped") on_kill(pod, record, pod.input->spec.find(seen->container));
    if (seen->step == "terminate" && record.rule == "eviction/kills") on_eviction(pod);
  }
  if (!std::holds_alternative<DeletedObservation>(record.observation)) return;
  if (pod.gone) fail(pod, kNoContainer, "vanishes a second time");
  pod.gone = true;
}

void WorldInvariants::on_container(Pod& pod, const TraceRecord& record, const ContainerObservation& seen) {
  const ContainerIndex index = pod.input->spec.find(seen.container);
  if (index == kNoContainer) return fail(pod, kNoContainer, "no such container: " + seen.container);
  const Container& container = pod.containers[index];
  if (seen.what != What::Started && (!container.alive || container.attempt != seen.attempt)) {
    fail(pod, index, "run " + std::to_string(seen.attempt) + " does not live");
  }
  switch (seen.what) {
    case What::Started: return on_started(pod, index, seen);
    case What::Term: return on_term(pod, index, record);
    case What::Exited: return on_exited(pod, index, record, seen);
  }
}

void WorldInvariants::on_started(Pod& pod, ContainerIndex index, const ContainerObservation& seen) {
  Container& container = pod.containers[index];
  const ContainerSpec& spec = pod.input->spec.containers[index];
  if (container.alive) fail(pod, index, "starts while it runs");
  if (seen.attempt <= container.attempt) fail(pod, index, "attempts do not rise");
  if (terminal(pod.phase)) fail(pod, index, "starts in a Pod that has ended");
  if (container.starts == 0 && spec.kind != ContainerKind::Ephemeral) check_first_start(pod, index);
  const bool once = spec.kind == ContainerKind::Ephemeral || (spec.kind != ContainerKind::Sidecar && spec.restart_policy_rules.empty() &&
                                                              policy_of(pod.input->spec, spec) == RestartPolicy::Never);
  if (once && container.starts > 0 && !pod.restarts_all && !pod.images_change && !pod.sandbox_lost) {
    fail(pod, index, "starts again although it never restarts");
  }
  ++container.starts;
  container.alive = true;
  container.attempt = seen.attempt;
  container.term.reset();
  container.stopping.reset();
  container.hook = false;
  if (spec.kind == ContainerKind::Sidecar && !spec.startup_probe) container.passed = true;
  pod.last_process = now_;
}

void WorldInvariants::check_first_start(const Pod& pod, ContainerIndex index) {
  for (ContainerIndex before = 0; before < index; ++before) {
    const bool waited_for = is_init_or_sidecar(pod.input->spec.containers[before].kind);
    if (!waited_for || pod.containers[before].passed) continue;
    fail(pod, index, "starts before " + pod.input->spec.containers[before].name + " is done");
  }
}

void WorldInvariants::on_term(Pod& pod, ContainerIndex index, const TraceRecord& record) {
  Container& container = pod.containers[index];
  if (from_outside_[record.cause]) return;
  if (!container.stopping) return fail(pod, index, "gets SIGTERM though nobody stops it");
  container.term = now_;
  if (pod.input->spec.containers[index].kind != ContainerKind::Sidecar || container.alone) return;
  if (now_ - *container.stopping >= pod.shortest) return;
  for (ContainerIndex main = 0; main < pod.containers.size(); ++main) {
    const bool runs = pod.input->spec.containers[main].kind == ContainerKind::Main && pod.containers[main].alive;
    if (runs) fail(pod, index, "gets SIGTERM while " + pod.input->spec.containers[main].name + " runs");
  }
}

void WorldInvariants::on_exited(Pod& pod, ContainerIndex index, const TraceRecord& record, const ContainerObservation& seen) {
  Container& container = pod.containers[index];
  container.alive = false;
  if (seen.exit_code == 0 && pod.input->spec.containers[index].kind == ContainerKind::Init) container.passed = true;
  pod.last_process = now_;
  container.hook = false;  // nobody tells of the end of a hook whose container is gone
  const std::optional<Handler>& post_start = pod.input->spec.containers[index].post_start;
  if (pod.post_start == index && post_start->kind == HandlerKind::Exec) pod.post_start = kNoContainer;
  if (!container.stopping || !container.term) return;
  const bool killed = record.rule == "process/killed";
  if (killed && now_ - *container.term < kFloor) fail(pod, index, "gets SIGKILL too early");
  if (now_ - *container.term > std::max(container.grace, kFloor) + kLatencies) fail(pod, index, "outlives its grace period");
  // A preStop hook and the wait for a turn count whole seconds only, so that each may add most of a second.
  if (now_ - *container.stopping > container.grace + 2 * std::chrono::seconds{1} + kFloor + kLatencies) {
    fail(pod, index, "ends too late after its kill began");
  }
}

void WorldInvariants::on_kill(Pod& pod, const TraceRecord& record, ContainerIndex index) {
  Container& container = pod.containers[index];
  container.stopping = now_;
  container.alone = !of_the_pod(record.rule);
  container.grace = longest_grace(pod.input->spec, pod.input->spec.containers[index], record.rule);
  if (record.rule == "worker/terminating" && (pod.deletion || pod.eviction)) container.grace = {};
  if (pod.deletion) container.grace = std::max(container.grace, *pod.deletion);
  if (pod.eviction) container.grace = std::max(container.grace, *pod.eviction);
}

void WorldInvariants::on_probe(Pod& pod, const ProbeObservation& seen) {
  const ContainerIndex index = pod.input->spec.find(seen.container);
  if (seen.probe == ProbeKind::Startup && seen.ok) pod.containers[index].passed = true;
}

void WorldInvariants::on_hook(Pod& pod, const HookObservation& seen) {
  const ContainerIndex index = pod.input->spec.find(seen.container);
  Container& container = pod.containers[index];
  const bool begins = seen.what == HookObservation::What::Start;
  if (seen.hook == HookObservation::Hook::PostStart) {
    if ((pod.post_start == kNoContainer) != begins) fail(pod, index, begins ? "a second postStart hook begins" : "no postStart hook runs");
    pod.post_start = begins ? index : kNoContainer;
    return;
  }
  const bool exec = pod.input->spec.containers[index].pre_stop->kind == HandlerKind::Exec;
  if (exec && begins && !container.alive) fail(pod, index, "its preStop hook runs though it does not");
  if (container.hook == begins) fail(pod, index, begins ? "a second preStop hook begins" : "no preStop hook runs");
  if (!container.stopping) fail(pod, index, "its preStop hook runs though nobody stops it");
  container.hook = begins;
}

void WorldInvariants::on_new_kubelet(Pod& pod) {
  pod.post_start = kNoContainer;
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    Container& container = pod.containers[index];
    container.hook = false;
    // It takes every sidecar that runs as started, until its probe workers are there (prober_manager.go isContainerStarted).
    const bool sidecar = pod.input->spec.containers[index].kind == ContainerKind::Sidecar;
    if (sidecar && container.alive) container.passed = true;
  }
}

void WorldInvariants::on_eviction(Pod& pod) {
  SimDuration grace = whole_seconds(1);
  for (const Action& action : input_->actions) {
    const auto* eviction = std::get_if<EvictPod>(&action.what);
    if (eviction == nullptr || &pods_[action.pod] != &pod) continue;
    grace = std::max(grace, whole_seconds(eviction->grace_period_seconds.value_or(1)));
  }
  pod.eviction = std::max(pod.eviction.value_or(SimDuration{}), grace);
}

void WorldInvariants::on_action(Pod& pod, const TraceRecord& record, const ActionObservation& seen) {
  from_outside_[record.seq] = true;
  if (seen.action == "patch") pod.images_change = true;
  if (seen.action == "kill" && seen.sandbox) pod.sandbox_lost = true;
  if (seen.action == "restartKubelet") {
    for (Pod& each : pods_) on_new_kubelet(each);
  }
  if (seen.action != "delete" || seen.http != 200) return;
  const SimDuration grace = seen.grace_period_seconds ? whole_seconds(std::max<std::int64_t>(*seen.grace_period_seconds, 1))
                                                      : pod.input->spec.termination_grace_period;
  pod.deletion = std::max(pod.deletion.value_or(whole_seconds(1)), grace);
}

void WorldInvariants::on_status(Pod& pod, const StatusObservation& seen) {
  const PodStatus& status = seen.status;
  if (pod.gone) fail(pod, kNoContainer, "an object that is gone changes");
  if (terminal(pod.phase) && status.phase != pod.phase) fail(pod, kNoContainer, pod.phase + " becomes " + status.phase);
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    Container& container = pod.containers[index];
    if (terminal(status.phase) && container.alive) fail(pod, index, "runs in a Pod that shows " + status.phase);
    const ContainerStatus* shown = find_container_status(status, pod.input->spec.containers[index].name);
    if (shown == nullptr) continue;
    if (shown->restart_count < container.restart_count) fail(pod, index, "its restart count falls");
    container.restart_count = shown->restart_count;
  }
  on_ready(pod, status);
  pod.phase = status.phase;
  pod.status = status;
}

void WorldInvariants::on_ready(const Pod& pod, const PodStatus& status) {
  if (!is_true(status, "Ready")) return;
  if (!is_true(status, "ContainersReady")) fail(pod, kNoContainer, "is ready without ContainersReady");
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    const ContainerSpec& spec = pod.input->spec.containers[index];
    if (spec.kind != ContainerKind::Main && spec.kind != ContainerKind::Sidecar) continue;
    const ContainerStatus* shown = find_container_status(status, spec.name);
    if (shown == nullptr || !shown->ready) fail(pod, index, "is not ready in a Pod that is");
  }
}

void WorldInvariants::after_step(const World& world) {
  for (PodIndex index = 0; index < pods_.size(); ++index) {
    const PodProgress progress = world.progress(index);
    Pod& pod = pods_[index];
    if (progress.gone != pod.gone) fail(pod, kNoContainer, "is gone for the World only, or for its records only");
    if (!pod.phase.empty() && to_string(progress.phase) != pod.phase) fail(pod, kNoContainer, "has two phases");
    if (progress.terminal_since.has_value() != terminal(pod.phase)) fail(pod, kNoContainer, "the World knows no end, or one too many");
  }
  if (world.next_due() && *world.next_due() < world.now()) fail(pods_.front(), kNoContainer, "something is due in the past");
}

void WorldInvariants::at_end(SimTime until) {
  now_ = until;
  for (Pod& pod : pods_) {
    for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
      const Container& container = pod.containers[index];
      if (!container.alive || !container.term) continue;
      if (now_ - *container.term > std::max(container.grace, kFloor) + kLatencies) fail(pod, index, "outlives its grace period");
    }
    check_settled(pod);
  }
}

void WorldInvariants::check_settled(const Pod& pod) {
  // A kill or a postStart hook blocks the worker; a pull is over within 15 s, a kubelet up again within as long.
  const bool killing = std::any_of(pod.containers.begin(), pod.containers.end(),
                                   [&](const Container& container) { return container.alive && container.stopping; });
  // An init container that runs again in a new sandbox although it had ended for good makes the status manager drop every
  // update (status_manager.go checkContainerStateTransition).
  const bool stuck = pod.sandbox_lost && pod.input->spec.restart_policy != RestartPolicy::Always;
  if (pod.gone || killing || stuck || pod.post_start != kNoContainer || now_ - pod.last_process < std::chrono::seconds{20}) return;
  for (ContainerIndex index = 0; index < pod.containers.size(); ++index) {
    const ContainerStatus* shown = find_container_status(pod.status, pod.input->spec.containers[index].name);
    const bool runs = shown != nullptr && shown->state.kind == ContainerState::Kind::Running;
    if (runs && !pod.containers[index].alive) fail(pod, index, "shows as running, and does not run");
    if (!runs && pod.containers[index].alive) fail(pod, index, "runs, and does not show as running");
  }
}

std::string check_invariants(std::shared_ptr<const WorldInput> input, SimTime until) {
  WorldInvariants invariants{input};
  World world{std::move(input)};
  while (world.next_due() && *world.next_due() <= until) {
    world.step(&invariants);
    invariants.after_step(world);
  }
  invariants.at_end(until);
  std::string text;
  for (const std::string& line : invariants.broken()) text += line + "\n";
  return text;
}

}  // namespace podlapse::test
