// doProbe in its two halves: decision table 18, then each rule in the order in which a tick asks.
#include "podlapse/kubelet/probe_worker.hpp"

#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"

namespace podlapse::test {
namespace {

constexpr KubeletConstants kConstants{};
constexpr InstanceId kInstance{7};

/// One tick of the worker of the first container. The kubelet started long ago.
struct TickCase {
  PodSpec pod;
  std::optional<CachedPodStatus> status;
  ProbeWorker worker;
  ProbeView view{pod, nullptr, false, false, at(100), at(-3600), {}};

  TickCase(const char* containers, RestartPolicy policy, ProbeKind kind, const char* state)
      : pod(make_pod(containers, policy)), status(CachedPodStatus{}) {
    status->phase = PodPhase::Running;
    status->containers = make_statuses(pod, state);
    worker.container = 0;
    worker.kind = kind;
    for (auto* probe :
         {&pod.containers[0].startup_probe, &pod.containers[0].readiness_probe, &pod.containers[0].liveness_probe}) {
      *probe = ProbeSpec{};
    }
  }

  Decided<ProbeTick> tick() {
    view.status = status ? &*status : nullptr;
    return probe_tick(worker, view, kConstants);
  }

  /// "keep" or "end", "run", and what is stored.
  std::string run() {
    const ProbeTick out = tick().value;
    std::string text = out.keep ? "keep" : "end";
    if (out.run) text += " run";
    if (out.store)
      text += *out.store == ProbeResult::Success   ? " Success"
              : *out.store == ProbeResult::Failure ? " Failure"
                                                   : " Unknown";
    return text;
  }

  void check(const char* expected, RuleId because) {
    const ProbeWorker before = worker;
    CHECK_EQ(run(), expected);
    worker = before;
    check_because(tick().because, because);
  }

  /// The worker has met the instance before.
  TickCase& met() {
    worker.container_id = kInstance;
    return *this;
  }
};

constexpr const char* kRunningState = "A run id=7";
constexpr const char* kStartedState = "A started id=7";

std::string tick_of(ProbeKind kind, const char* state, RestartPolicy policy = kAlways, const char* containers = "A") {
  return TickCase{containers, policy, kind, state}.met().run();
}

/// Whether the worker of a container that ended with `code` lives on, as the table's "yes" and "no".
std::string goes_on(const char* containers, int code, bool all_restarting = false) {
  TickCase each{containers, kAlways, ProbeKind::Liveness, "A w"};
  each.pod.restart_policy = kNever;
  each.status->containers = make_statuses(each.pod, "A t" + std::to_string(code) + " id=7");
  each.view.all_containers_restarting = all_restarting;
  return each.met().run() == "keep Failure" ? "yes" : "no";
}

/// What is stored after each of `answers` (S, F, or ? for an error), as S, F, or - for nothing.
std::string verdicts(ProbeWorker& worker, const ProbeSpec& probe, std::string_view answers) {
  std::string stored;
  for (const char answer : answers) {
    const ProbeResult result = answer == 'S'   ? ProbeResult::Success
                               : answer == 'F' ? ProbeResult::Failure
                                               : ProbeResult::Unknown;
    const auto verdict = probe_verdict(worker, probe, result);
    stored += !verdict.value ? '-' : *verdict.value == ProbeResult::Success ? 'S' : 'F';
  }
  return stored;
}

ProbeWorker worker_of(ProbeKind kind) {
  ProbeWorker worker;
  worker.container = 0;
  worker.kind = kind;
  return worker;
}

}  // namespace

TEST_SUITE("kubelet/probe_worker") {
  TEST_CASE("table 18: what a tick does, for each kind of probe") {
    for (const ProbeKind kind : kProbeKinds) {
      CAPTURE(to_string(kind));
      const char* probed = kind == ProbeKind::Startup ? kRunningState : kStartedState;
      TickCase no_status{"A", kAlways, kind, "A w"};
      no_status.status.reset();
      CHECK_MESSAGE(no_status.run() == "keep", "row 18.1");
      TickCase failed{"A", kAlways, kind, probed};
      failed.status->phase = PodPhase::Failed;
      CHECK_MESSAGE(failed.run() == "end", "row 18.2");
      TickCase deleted{"A", kAlways, kind, probed};
      deleted.view.deleting = true;
      const bool readiness = kind == ProbeKind::Readiness;
      CHECK_MESSAGE(deleted.met().run() == (readiness ? "keep run" : "end Success"), "row 18.3");
      CHECK_MESSAGE(tick_of(kind, "") == "keep", "row 18.4");
      CHECK_MESSAGE(tick_of(kind, "A w id=7") == "keep Failure", "row 18.5");
      CHECK_MESSAGE(tick_of(kind, "A t0 id=7", kNever) == "end Failure", "row 18.6");
      CHECK_MESSAGE(tick_of(kind, probed) == "keep run", "row 18.7");
      TickCase delayed{"A", kAlways, kind, probed};
      for (const ProbeKind each : kProbeKinds) {
        auto& spec = delayed.pod.containers[0];
        (each == ProbeKind::Startup     ? spec.startup_probe
         : each == ProbeKind::Readiness ? spec.readiness_probe
                                        : spec.liveness_probe)
            ->initial_delay = secs(30);
      }
      CHECK_MESSAGE(delayed.met().run() == "keep run", "row 18.8");
      ProbeWorker worker = worker_of(kind);
      CHECK_MESSAGE(verdicts(worker, ProbeSpec{}, "S") == "S", "rows 18.7 and 18.8");
    }
  }

  TEST_CASE("table 18: does the worker outlive the container's end?") {
    CHECK_MESSAGE(goes_on("A:onfailure", 1) == "yes", "row 18.9 failed");
    CHECK_MESSAGE(goes_on("A:onfailure", 0) == "no", "row 18.9 succeeded");
    CHECK_MESSAGE(goes_on("A:always", 1) == "yes", "row 18.10 failed");
    CHECK_MESSAGE(goes_on("A:always", 0) == "yes", "row 18.10 succeeded");
    CHECK_MESSAGE(goes_on("A:never", 1) == "no", "row 18.11 failed");
    CHECK_MESSAGE(goes_on("A:never", 0) == "no", "row 18.11 succeeded");
    CHECK_MESSAGE(goes_on("A:never,restart=1", 1) == "yes", "row 18.12 In[1]");
    CHECK_MESSAGE(goes_on("A:never,restart=99", 1) == "no", "row 18.12 In[99]");
    CHECK_MESSAGE(goes_on("A:never,restart-all=1", 1) == "yes", "row 18.13 own rule");
    CHECK_MESSAGE(goes_on("A:never B:never,restart-all=42", 1, true) == "yes", "row 18.13 another's rule");
  }

  TEST_CASE("probe/no-status: nothing to look at yet") {
    TickCase each{"A", kAlways, ProbeKind::Readiness, "A w"};
    each.status.reset();
    each.check("keep", RuleId::ProbeNoStatus);
  }

  TEST_CASE("probe/pod-ended: in either terminal phase") {
    for (const PodPhase phase : {PodPhase::Succeeded, PodPhase::Failed}) {
      TickCase each{"A", kAlways, ProbeKind::Liveness, kStartedState};
      each.status->phase = phase;
      each.check("end", RuleId::ProbePodEnded);
    }
  }

  TEST_CASE("probe/no-container: an instance must be named, a status alone is not enough") {
    TickCase{"A", kAlways, ProbeKind::Liveness, "A w"}.check("keep", RuleId::ProbeNoContainer);
    TickCase{"A", kAlways, ProbeKind::Liveness, ""}.check("keep", RuleId::ProbeNoContainer);
    TickCase empty{"A", kAlways, ProbeKind::Liveness, ""};
    empty.status->containers.clear();
    empty.check("keep", RuleId::ProbeNoContainer);
  }

  TEST_CASE("probe/new-container: each kind begins with its own value, and a hold ends") {
    const char* const expected[] = {"keep Unknown", "keep Failure", "keep Success"};
    for (const ProbeKind kind : kProbeKinds) {
      TickCase each{"A", kAlways, kind, kind == ProbeKind::Startup ? kStartedState : kRunningState};
      each.status->containers[0].state.started_at = at(99);
      each.worker.container_id = InstanceId{6};
      each.worker.on_hold = true;
      each.worker.result_run = 2;
      check_because(TickCase{each}.tick().value.new_container, RuleId::ProbeNewContainer);
      CHECK_EQ(each.run(), expected[static_cast<std::size_t>(kind)]);
      CHECK(each.worker.container_id == kInstance);
      CHECK_FALSE(each.worker.on_hold);
      CHECK_MESSAGE(each.worker.result_run == 2, "the run of equal results goes on over a restart");
      CHECK(each.tick().value.new_container == RuleId::None);
    }
  }

  TEST_CASE("probe/older-than-kubelet: more than ten seconds older, in whole seconds") {
    TickCase each{"A", kAlways, ProbeKind::Readiness, kStartedState};
    each.view.kubelet_started_at = at(90);
    each.status->containers[0].state.started_at = at(79.9);
    check_because(TickCase{each}.tick().value.new_container, RuleId::ProbeOlderThanKubelet);
    CHECK_EQ(TickCase{each}.run(), "keep run");
    each.status->containers[0].state.started_at = at(80.5);
    CHECK_EQ(each.run(), "keep run Failure");
    TickCase sidecar{"A:sc", kAlways, ProbeKind::Startup, kStartedState};
    sidecar.view.kubelet_started_at = at(90);
    CHECK_EQ(sidecar.run(), "keep Success");
    TickCase main{"A", kAlways, ProbeKind::Startup, kStartedState};
    main.view.kubelet_started_at = at(90);
    CHECK_EQ(main.run(), "keep");
  }

  TEST_CASE("probe/on-hold: even while the container does not run") {
    for (const char* state : {kStartedState, "A t1 id=7"}) {
      TickCase each{"A", kAlways, ProbeKind::Liveness, state};
      each.met().worker.on_hold = true;
      each.check("keep", RuleId::ProbeOnHold);
    }
  }

  TEST_CASE("probe/not-running: waiting, or ended and to be restarted") {
    TickCase{"A", kAlways, ProbeKind::Readiness, "A w/CrashLoopBackOff id=7"}.met().check("keep Failure",
                                                                                          RuleId::ProbeNotRunning);
    TickCase{"A", kAlways, ProbeKind::Readiness, "A t0 id=7"}.met().check("keep Failure", RuleId::ProbeNotRunning);
    TickCase all{"A", kNever, ProbeKind::Readiness, "A t0 id=7"};
    all.view.all_containers_restarting = true;
    all.met().check("keep Failure", RuleId::ProbeNotRunning);
  }

  TEST_CASE("probe/never-again: ended under Never") {
    TickCase{"A", kNever, ProbeKind::Readiness, "A t1 id=7"}.met().check("end Failure", RuleId::ProbeNeverAgain);
  }

  TEST_CASE("probe/deleting: readiness goes on") {
    TickCase liveness{"A", kAlways, ProbeKind::Liveness, kStartedState};
    liveness.view.deleting = true;
    liveness.met().check("end Success", RuleId::ProbeDeleting);
    TickCase startup{"A", kAlways, ProbeKind::Startup, kRunningState};
    startup.view.deleting = true;
    startup.met().check("end Success", RuleId::ProbeDeleting);
    TickCase readiness{"A", kAlways, ProbeKind::Readiness, kStartedState};
    readiness.view.deleting = true;
    readiness.met().check("keep run", RuleId::ProbeRun);
  }

  TEST_CASE("probe/initial-delay: counts whole seconds from the civil second of the start") {
    TickCase each{"A", kAlways, ProbeKind::Readiness, kStartedState};
    each.met().pod.containers[0].readiness_probe->initial_delay = secs(5);
    each.view.clock.origin = WallTime{std::chrono::milliseconds{400}};
    each.status->containers[0].state.started_at = at(1.3);  // 1.7 s on the clock: second 1, which began at 0.6
    each.view.now = at(5.5);
    each.check("keep", RuleId::ProbeInitialDelay);
    each.view.now = at(5.6);
    each.check("keep run", RuleId::ProbeRun);
  }

  TEST_CASE("probe/startup-done: it is there for the next instance") {
    TickCase{"A", kAlways, ProbeKind::Startup, kStartedState}.met().check("keep", RuleId::ProbeStartupDone);
  }

  TEST_CASE("probe/before-started: liveness and readiness wait") {
    TickCase{"A", kAlways, ProbeKind::Liveness, kRunningState}.met().check("keep", RuleId::ProbeBeforeStarted);
    TickCase{"A", kAlways, ProbeKind::Readiness, kRunningState}.met().check("keep", RuleId::ProbeBeforeStarted);
  }

  TEST_CASE("probe/run: startup before, the others after the start") {
    TickCase{"A", kAlways, ProbeKind::Startup, kRunningState}.met().check("keep run", RuleId::ProbeRun);
    TickCase{"A", kAlways, ProbeKind::Liveness, kStartedState}.met().check("keep run", RuleId::ProbeRun);
  }

  TEST_CASE("probe/error: neither counts nor breaks a row of equal results") {
    ProbeWorker worker = worker_of(ProbeKind::Liveness);
    CHECK_EQ(verdicts(worker, ProbeSpec{}, "FF?F"), "---F");
    check_because(probe_verdict(worker, ProbeSpec{}, ProbeResult::Unknown).because, RuleId::ProbeError);
  }

  TEST_CASE("probe/below-threshold: another result begins anew") {
    ProbeSpec probe;
    probe.success_threshold = 3;
    ProbeWorker worker = worker_of(ProbeKind::Readiness);
    CHECK_EQ(verdicts(worker, probe, "FFSFFFSS"), "-----F--");
    check_because(probe_verdict(worker, probe, ProbeResult::Failure).because, RuleId::ProbeBelowThreshold);
  }

  TEST_CASE("probe/verdict: a readiness result is stored at each probe beyond its threshold") {
    ProbeWorker worker = worker_of(ProbeKind::Readiness);
    CHECK_EQ(verdicts(worker, ProbeSpec{}, "SFFFFS"), "S--FFS");
    CHECK_FALSE(worker.on_hold);
    check_because(probe_verdict(worker, ProbeSpec{}, ProbeResult::Success).because, RuleId::ProbeVerdict);
    ProbeWorker liveness = worker_of(ProbeKind::Liveness);
    CHECK_EQ(verdicts(liveness, ProbeSpec{}, "SS"), "SS");
    CHECK_FALSE(liveness.on_hold);
  }

  TEST_CASE("probe/verdict-holds: a startup verdict of either kind, a failure of liveness") {
    for (const char* answers : {"S", "FFF"}) {
      ProbeWorker startup = worker_of(ProbeKind::Startup);
      (void)verdicts(startup, ProbeSpec{}, answers);
      CHECK(startup.on_hold);
      CHECK(startup.result_run == 0);
    }
    ProbeWorker liveness = worker_of(ProbeKind::Liveness);
    CHECK_EQ(verdicts(liveness, ProbeSpec{}, "FF"), "--");
    check_because(probe_verdict(liveness, ProbeSpec{}, ProbeResult::Failure).because, RuleId::ProbeVerdictHolds);
    CHECK(liveness.on_hold);
  }

  TEST_CASE("verdicts are found by kind") {
    ContainerProbeResults results;
    for (const ProbeKind kind : kProbeKinds) results.of(kind) = initial_probe_value(kind);
    const ContainerProbeResults& stored = results;
    CHECK(stored.of(ProbeKind::Startup) == ProbeResult::Unknown);
    CHECK(stored.of(ProbeKind::Readiness) == ProbeResult::Failure);
    CHECK(stored.of(ProbeKind::Liveness) == ProbeResult::Success);
    CHECK(stored.readiness == ProbeResult::Failure);
  }
}

}  // namespace podlapse::test
