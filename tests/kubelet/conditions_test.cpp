// The conditions (decision tables 12.4 and 15.7), then generateAPIPodStatus as a whole (table 15.5).
#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"
#include "podlapse/kubelet/pod_status.hpp"

namespace podlapse::test {
namespace {

constexpr PodPhase kPending = PodPhase::Pending, kRunning = PodPhase::Running, kSucceeded = PodPhase::Succeeded,
                   kFailed = PodPhase::Failed;

struct Case {
  PodSpec pod;
  std::vector<CachedContainerStatus> statuses;
  PodPhase phase = kRunning;
  bool nil = false;
  const CachedPodStatus* old_status = nullptr;
  std::vector<PodCondition> foreign;

  Case(const char* containers, const char* text, PodPhase phase_of_pod = kRunning)
      : pod(make_pod(containers)), statuses(make_statuses(pod, text)), phase(phase_of_pod) {}

  [[nodiscard]] ConditionInput input() const { return {pod, statuses, nil, phase, old_status, foreign}; }
};

/// A status in which `type` is True.
CachedPodStatus with_true(ConditionType type) {
  CachedPodStatus status;
  status.conditions.emplace_back();
  status.conditions.back().type = type;
  status.conditions.back().is_true = true;
  return status;
}

std::string message_of(const CachedCondition& condition, const PodSpec& pod) {
  return render_condition_message(condition, pod);
}

void check_initialized(const char* id, const Case& each, const char* expected) {
  INFO("row ", id);
  CHECK_EQ(to_text(generate_pod_initialized_condition(each.input()).value), expected);
}

void check_rule(const Decided<CachedCondition>& condition, const char* expected, RuleId because) {
  CHECK_EQ(to_text(condition.value), expected);
  check_because(condition.because, because);
}

Decided<CachedCondition> initialized(const Case& each) {
  return generate_pod_initialized_condition(each.input());
}
Decided<CachedCondition> containers_ready(const Case& each) {
  return generate_containers_ready_condition(each.input());
}
Decided<CachedCondition> ready(const Case& each) {
  return generate_pod_ready_condition(each.input(), containers_ready(each).value);
}

/// AllContainersRestarting of a Pod whose container `trigger` has the rule for 42.
std::string restarting(const char* state, PodPhase phase, const CachedPodStatus* old_status = nullptr,
                       RuleId* because = nullptr) {
  const PodCase pod{"other trigger:never,restart-all=42", kAlways, state};
  const auto condition = generate_all_containers_restarting_condition(pod.spec, pod.status, phase, old_status);
  if (!condition) return "none";
  if (because) *because = condition->because;
  return to_text(condition->value) + (condition->value.message.empty() ? "" : " " + condition->value.message);
}

}  // namespace

TEST_SUITE("kubelet/conditions") {
  TEST_CASE("table 12.4: AllContainersRestarting") {
    const CachedPodStatus before = with_true(ConditionType::AllContainersRestarting);
    const char* started = "True(RestartAllContainersStarted) container exited with restart policy rule";
    CHECK_MESSAGE(restarting("", kPending) == "False", "row 12.25");
    CHECK_MESSAGE(restarting("", kFailed) == "False(PodFailed)", "row 12.26");
    CHECK_MESSAGE(restarting("", kSucceeded) == "False(PodCompleted)", "row 12.27");
    CHECK_MESSAGE(restarting("trigger X42, other R", kRunning) == started, "row 12.28");
    CHECK_MESSAGE(restarting("trigger X42, other X0", kRunning, &before) == started, "row 12.29");
    CHECK_MESSAGE(restarting("", kPending, &before) == "False", "row 12.30");
  }

  TEST_CASE("table 15.7: Initialized") {
    Case nil{"i:init j:init A", ""};
    nil.nil = true;
    check_initialized("15.49", nil, "False(UnknownContainerStatuses)");
    check_initialized("15.50", {"A", ""}, "True");
    check_initialized("15.51", {"i:init A", ""}, "False(ContainersNotInitialized)");
    check_initialized("15.52", {"i:init j:init A", "i t0 ready, j t0 ready"}, "True");
    check_initialized("15.53", {"i:init j:init A", "i t0 ready"}, "False(ContainersNotInitialized)");
    check_initialized("15.53", {"i:init j:init A", "i t0 ready, j run"}, "False(ContainersNotInitialized)");
    check_initialized("15.54", {"i:init A", "i t0 ready", kSucceeded}, "True(PodCompleted)");
    check_initialized("15.55", {"s:sc A", "s run", kPending}, "False(ContainersNotInitialized)");
    check_initialized("15.56", {"s:sc A", "s started"}, "True");
    check_initialized("15.57", {"s:sc A", "s run, A run"}, "True");
    check_initialized("15.58", {"i:init A", "i w, A t0"}, "True");
  }

  TEST_CASE("condition/initialized-no-statuses: only when there are init containers") {
    Case nil{"i:init A", ""};
    nil.nil = true;
    check_rule(initialized(nil), "False(UnknownContainerStatuses)", RuleId::ConditionInitializedNoStatuses);
    Case plain{"A", ""};
    plain.nil = true;
    CHECK_EQ(to_text(initialized(plain).value), "True");
  }

  TEST_CASE("condition/initialized-completed: not while an init container is unknown") {
    check_rule(initialized({"i:init A", "i w, A t0", kSucceeded}), "True(PodCompleted)",
               RuleId::ConditionInitializedCompleted);
    CHECK_EQ(to_text(initialized({"i:init A", "A t0", kSucceeded}).value), "True");
  }

  TEST_CASE("condition/initialized-main-started: a restarting sidecar takes nothing back") {
    check_rule(initialized({"s:sc A", "s w/CrashLoopBackOff, A run"}), "True", RuleId::ConditionInitializedMainStarted);
  }

  TEST_CASE("condition/initialized: every init container done and every sidecar started") {
    check_rule(initialized({"i:init s:sc A", "i t0 ready, s started, A w"}), "True", RuleId::ConditionInitialized);
  }

  TEST_CASE("condition/initialized-kept: not even while init containers run again") {
    const CachedPodStatus before = with_true(ConditionType::Initialized);
    Case again{"i:init A", "i run, A w"};
    again.old_status = &before;
    check_rule(initialized(again), "True", RuleId::ConditionInitializedKept);
    CHECK_EQ(message_of(initialized(again).value, again.pod), "");
  }

  TEST_CASE("condition/initialized-incomplete: the message names unknown and incomplete containers") {
    const Case each{"i:init j:init s:sc A", "j run, s run, A w", kPending};
    const Decided<CachedCondition> condition = initialized(each);
    check_rule(condition, "False(ContainersNotInitialized)", RuleId::ConditionInitializedIncomplete);
    CHECK_EQ(message_of(condition.value, each.pod),
             "containers with unknown status: [i], containers with incomplete status: [j s]");
  }

  TEST_CASE("condition/containers-ready-no-statuses: nothing is known") {
    Case nil{"A", ""};
    nil.nil = true;
    check_rule(containers_ready(nil), "False(UnknownContainerStatuses)", RuleId::ConditionContainersReadyNoStatuses);
  }

  TEST_CASE("condition/containers-ready-completed: not while a container is unknown") {
    check_rule(containers_ready({"A", "A t0", kSucceeded}), "False(PodCompleted)",
               RuleId::ConditionContainersReadyCompleted);
    CHECK_EQ(to_text(containers_ready({"A B", "A t0", kSucceeded}).value), "False(ContainersNotReady)");
  }

  TEST_CASE("condition/containers-ready-failed: even with ready containers") {
    check_rule(containers_ready({"A", "A run ready", kFailed}), "False(PodFailed)",
               RuleId::ConditionContainersReadyFailed);
  }

  TEST_CASE("condition/containers-not-ready: the message names sidecars and mains, not init containers") {
    const Case each{"i:init s:sc A B C D:eph", "i run, s run, A run, C run ready"};
    const Decided<CachedCondition> condition = containers_ready(each);
    check_rule(condition, "False(ContainersNotReady)", RuleId::ConditionContainersNotReady);
    CHECK_EQ(message_of(condition.value, each.pod),
             "containers with unknown status: [B], containers with unready status: [s A]");
  }

  TEST_CASE("condition/containers-ready: every sidecar and main") {
    check_rule(containers_ready({"i:init s:sc A", "i t0, s run ready, A run ready"}), "True",
               RuleId::ConditionContainersReady);
  }

  TEST_CASE("condition/ready-as-containers: reason and message are those of ContainersReady") {
    const Case each{"A B", "A run"};
    check_rule(ready(each), "False(ContainersNotReady)", RuleId::ConditionReadyAsContainers);
    CHECK_EQ(message_of(ready(each).value, each.pod), message_of(containers_ready(each).value, each.pod));
  }

  TEST_CASE("condition/ready-gates: the message names each gate that does not hold") {
    Case each{"A", "A run ready"};
    each.pod.readiness_gates = {"lb", "cdn", "dns"};
    each.foreign = {{"cdn", "False", {}, {}, {}, {}}, {"dns", "True", {}, {}, {}, {}}};
    check_rule(ready(each), "False(ReadinessGatesNotReady)", RuleId::ConditionReadyGates);
    CHECK_EQ(message_of(ready(each).value, each.pod),
             "corresponding condition of pod readiness gate \"lb\" does not exist., "
             "the status of pod readiness gate \"cdn\" is not \"True\", but False");
  }

  TEST_CASE("condition/ready: containers and gates") {
    Case each{"A", "A run ready"};
    each.pod.readiness_gates = {"lb"};
    each.foreign = {{"lb", "True", {}, {}, {}, {}}};
    check_rule(ready(each), "True", RuleId::ConditionReady);
  }

  TEST_CASE("condition/sandbox-ready: a ready sandbox with an address") {
    const PodCase pod{"A", kAlways, ""};
    check_rule(generate_pod_ready_to_start_containers_condition(pod.spec, pod.status), "True",
               RuleId::ConditionSandboxReady);
  }

  TEST_CASE("condition/sandbox-not-ready: none, not ready, or without an address") {
    for (const char* state : {"sandbox none", "sandbox NR", "sandbox no-ip"}) {
      const PodCase pod{"A", kAlways, state};
      check_rule(generate_pod_ready_to_start_containers_condition(pod.spec, pod.status), "False",
                 RuleId::ConditionSandboxNotReady);
    }
  }

  TEST_CASE("condition/restart-all-pod-ended: whatever the containers did") {
    RuleId because = RuleId::None;
    CHECK_EQ(restarting("trigger X42", kSucceeded, nullptr, &because), "False(PodCompleted)");
    check_because(because, RuleId::ConditionRestartAllPodEnded);
  }

  TEST_CASE("condition/restart-all-not-asked: another exit code, or no rule at all") {
    RuleId because = RuleId::None;
    CHECK_EQ(restarting("trigger X1", kRunning, nullptr, &because), "False");
    check_because(because, RuleId::ConditionRestartAllNotAsked);
    const PodCase plain{"A", kAlways, "A X42"};
    CHECK_FALSE(generate_all_containers_restarting_condition(plain.spec, plain.status, kRunning, nullptr).has_value());
  }

  TEST_CASE("condition/restart-all-started: by a matching exit") {
    RuleId because = RuleId::None;
    (void)restarting("trigger X42, other R", kRunning, nullptr, &because);
    check_because(because, RuleId::ConditionRestartAllStarted);
  }

  TEST_CASE("condition/restart-all-cleaned-up: no record is left") {
    const CachedPodStatus before = with_true(ConditionType::AllContainersRestarting);
    RuleId because = RuleId::None;
    (void)restarting("", kPending, &before, &because);
    check_because(because, RuleId::ConditionRestartAllCleanedUp);
  }
}

namespace {

/// generateAPIPodStatus on a Pod; `before` is the status manager's cache, `api` what the API shows.
struct Generation {
  PodCase pod;
  std::optional<CachedPodStatus> before, api;
  std::vector<PodCondition> foreign;
  std::vector<std::optional<FailedStart>> failed_starts;
  std::vector<ProbeWorkerPresence> workers;
  std::optional<ForcedFailure> forced;
  bool deleting = false, terminal = false;
  SimTime now = at(10);
  GeneratedStatus out;

  Generation(const char* containers, RestartPolicy policy, const char* state) : pod(containers, policy, state) {}

  const GeneratedStatus& run() {
    const PodStatusInput input{pod.spec,
                               pod.status,
                               before ? &*before : nullptr,
                               api ? &*api : nullptr,
                               foreign,
                               failed_starts,
                               pod.probes,
                               workers,
                               forced,
                               deleting,
                               terminal,
                               now};
    generate_api_pod_status(input, out);
    return out;
  }
  [[nodiscard]] std::string condition(ConditionType type) const {
    const CachedCondition* found = out.status.find(type);
    return found ? to_text(*found) : "none";
  }
};

CachedPodStatus status_with(const PodSpec& pod, PodPhase phase, const char* statuses) {
  CachedPodStatus status;
  status.phase = phase;
  status.containers = make_statuses(pod, statuses);
  return status;
}

std::string phase_of(const GeneratedStatus& generated) {
  return to_string(generated.status.phase);
}

}  // namespace

TEST_SUITE("kubelet/pod_status") {
  TEST_CASE("table 15.5, row 15.29: killed and gone, the disruption stays") {
    Generation row{"A B", kAlways, ""};
    row.before = status_with(row.pod.spec, kRunning, "A run, B run");
    row.before->conditions = with_true(ConditionType::DisruptionTarget).conditions;
    row.deleting = row.terminal = true;
    CHECK_EQ(phase_of(row.run()), "Failed");
    CHECK_EQ(row.condition(ConditionType::DisruptionTarget), "True");
    CHECK_EQ(row.condition(ConditionType::Ready), "False(PodFailed)");
  }

  TEST_CASE("table 15.5, rows 15.30 and 15.31: gone before it was killed") {
    Generation row{"A B", kAlways, ""};
    row.before = status_with(row.pod.spec, kRunning, "A run, B run");
    row.deleting = true;
    CHECK_EQ(phase_of(row.run()), "Running");
    CHECK(row.out.status.containers[0].restart_count == 0);
    row.deleting = false;
    CHECK_EQ(phase_of(row.run()), "Running");
    CHECK(row.out.status.containers[0].restart_count == 1);
    CHECK(row.out.status.containers[1].restart_count == 1);
  }

  TEST_CASE("table 15.5, row 15.32: the API's terminal phase") {
    Generation row{"A B", kAlways, ""};
    row.api = status_with(row.pod.spec, kSucceeded, "A run, B run");
    CHECK_EQ(phase_of(row.run()), "Succeeded");
    CHECK_EQ(row.condition(ConditionType::Ready), "False(PodCompleted)");
  }

  TEST_CASE("table 15.5, rows 15.33 and 15.34: the cached terminal phase with its reason") {
    for (const RestartPolicy policy : {kAlways, kNever}) {
      Generation row{"A B", policy, ""};
      row.before = status_with(row.pod.spec, kSucceeded, policy == kAlways ? "A run, B run" : "A t0, B t0");
      row.before->reason = PodReason::Terminated;
      row.before->message = "why";
      row.api = status_with(row.pod.spec, kRunning, "A run, B run");
      CHECK_EQ(phase_of(row.run()), "Succeeded");
      CHECK(row.out.status.reason == PodReason::Terminated);
      CHECK_EQ(row.out.status.message, "why");
    }
  }

  TEST_CASE("table 15.5, row 15.35: Running may go back to Pending") {
    Generation row{"A B", kAlways, ""};
    row.before = status_with(row.pod.spec, kRunning, "A w, B w");
    row.api = row.before;
    CHECK_EQ(phase_of(row.run()), "Pending");
    CHECK_EQ(row.condition(ConditionType::PodReadyToStartContainers), "True");
  }

  TEST_CASE("table 15.5, rows 15.36 and 15.37: reason and message go with the phase") {
    Generation row{"A", kAlways, ""};
    row.before = status_with(row.pod.spec, kPending, "A w");
    row.before->reason = PodReason::Preempting;
    row.before->message = "why";
    (void)row.run();
    CHECK(row.out.status.reason == PodReason::Preempting);
    CHECK_EQ(row.out.status.message, "why");
    Generation running{"A", kAlways, "A R"};
    running.before = row.before;
    CHECK_EQ(phase_of(running.run()), "Running");
    CHECK(running.out.status.reason == PodReason::None);
    CHECK_EQ(running.out.status.message, "");
  }

  TEST_CASE("reason and message come from the API where the cache has none") {
    Generation row{"A", kAlways, ""};
    row.before = status_with(row.pod.spec, kPending, "A w");
    row.api = status_with(row.pod.spec, kPending, "A w");
    row.api->reason = PodReason::NodeShutdown;
    row.api->message = "text";
    (void)row.run();
    CHECK(row.out.status.reason == PodReason::NodeShutdown);
    CHECK_EQ(row.out.status.message, "text");
  }

  TEST_CASE("phase/terminal-kept: cached or shown, whatever the containers do") {
    Generation cached{"A", kAlways, "A R"};
    cached.before = status_with(cached.pod.spec, kFailed, "A run");
    CHECK_EQ(phase_of(cached.run()), "Failed");
    check_because(cached.out.phase_because, RuleId::PhaseTerminalKept);
    Generation shown{"A", kNever, "A X1"};
    shown.before = status_with(shown.pod.spec, kRunning, "A run");
    shown.api = status_with(shown.pod.spec, kSucceeded, "A run");
    CHECK_EQ(phase_of(shown.run()), "Succeeded");
    check_because(shown.out.phase_because, RuleId::PhaseTerminalKept);
  }

  TEST_CASE("a reason that belonged to the phase before does not go over to the API's terminal phase") {
    Generation row{"A", kAlways, "A R"};
    row.before = status_with(row.pod.spec, kRunning, "A run");
    row.before->reason = PodReason::Preempting;
    row.api = status_with(row.pod.spec, kSucceeded, "A run");
    CHECK_EQ(phase_of(row.run()), "Succeeded");
    CHECK(row.out.status.reason == PodReason::None);
  }

  TEST_CASE("the phase rests on the started flag of the same instance") {
    Generation row{"S:sc,startup A", kAlways, "S R, A R"};
    row.before = status_with(row.pod.spec, kRunning, "S started, A run");
    row.before->containers[0].instance = row.pod.status.newest(0)->id;
    for (ContainerRecord& record : row.pod.status.containers) {
      if (record.container == 1) record.sandbox = SandboxId{9};
    }
    CHECK_EQ(phase_of(row.run()), "Running");
    row.before->containers[0].instance = InstanceId{1};
    CHECK_EQ(phase_of(row.run()), "Pending");
  }

  TEST_CASE("phase/forced-failed: with reason and message, also while containers run") {
    Generation row{"A", kAlways, "A R"};
    row.forced = ForcedFailure{PodReason::DeadlineExceeded, "too long"};
    CHECK_EQ(phase_of(row.run()), "Failed");
    CHECK(row.out.status.reason == PodReason::DeadlineExceeded);
    CHECK_EQ(row.out.status.message, "too long");
    check_because(row.out.phase_because, RuleId::PhaseForcedFailed);
  }

  TEST_CASE("condition/pod-scheduled: and the conditions stand in the order in which the kubelet writes them") {
    Generation row{"A B:never,restart-all=42", kAlways, "A R, B R"};
    row.before = status_with(row.pod.spec, kPending, "");
    row.before->conditions = with_true(ConditionType::DisruptionTarget).conditions;
    (void)row.run();
    std::string order;
    for (const CachedCondition& condition : row.out.status.conditions)
      order += std::string{to_string(condition.type)} + " ";
    CHECK_EQ(order,
             "DisruptionTarget PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled "
             "AllContainersRestarting ");
    CHECK_EQ(row.condition(ConditionType::PodScheduled), "True");
    REQUIRE(row.out.conditions_because.size() == 7);
    check_because(row.out.conditions_because[5], RuleId::ConditionPodScheduled);
    CHECK(row.out.conditions_because[0] == RuleId::None);
  }

  TEST_CASE("a status computed again into the same place is the same") {
    Generation row{"i:init A B", kAlways, "i X0, A R"};
    row.failed_starts = {std::nullopt, std::nullopt, FailedStart{StateReason::ErrImagePull, {}}};
    const CachedPodStatus first = row.run().status;
    const void* const places[] = {row.out.status.containers.data(), row.out.status.conditions.data()};
    (void)row.run();
    CHECK(same_status(row.out.status, first));
    CHECK_MESSAGE(row.out.status.containers.data() == places[0], "no new memory");
    CHECK_MESSAGE(row.out.status.conditions.data() == places[1], "no new memory");
    row.before = first;
    row.now = at(20);
    (void)row.run();
    CHECK(same_status(row.out.status, first));
    CHECK(row.out.status.find(ConditionType::Ready)->last_transition == at(10));
    CHECK(row.out.status.start_time == at(10));
  }

  TEST_CASE("a transition time changes with the condition's status alone") {
    Generation row{"A", kAlways, ""};
    row.before = row.run().status;
    Generation running{"A", kAlways, "A R"};
    running.before = row.before;
    running.now = at(20);
    (void)running.run();
    CHECK(running.out.status.find(ConditionType::Ready)->last_transition == at(20));
    CHECK(running.out.status.find(ConditionType::Initialized)->last_transition == at(10));
  }

  TEST_CASE("an address stays known after its sandbox is gone") {
    Generation row{"A", kAlways, "A R"};
    CHECK(row.run().status.has_ip);
    Generation gone{"A", kAlways, "sandbox none"};
    CHECK_FALSE(gone.run().status.has_ip);
    gone.before = row.out.status;
    CHECK(gone.run().status.has_ip);
  }

  TEST_CASE("a RestartAllContainers exit is reported to the sync, and what it removes shows it") {
    Generation row{"A:never,restart-all=42", kAlways, "A X42"};
    row.before = status_with(row.pod.spec, kRunning, "A run");
    CHECK(row.run().restart_all);
    Generation removed{"A:never,restart-all=42", kAlways, ""};
    removed.before = row.out.status;
    CHECK_FALSE(removed.run().restart_all);
    CHECK_EQ(to_text(removed.out.status.containers[0]),
             "w/RestartingAllContainers last=t137/RestartingAllContainers count=1");
    CHECK_EQ(phase_of(removed.out), "Running");
  }

  TEST_CASE("readiness probes that are to run at once are listed") {
    Generation row{"A", kAlways, "A R"};
    row.workers = {ProbeWorkerPresence{false, true, false}};
    CHECK(row.run().probe_now == std::vector<ContainerIndex>{0});
    CHECK(row.run().probe_now.size() == 1);
  }
}

}  // namespace podlapse::test
