// getPhase: decision tables 10 and 11.59 to 11.62, row by row, then each rule.
#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"
#include "podlapse/kubelet/pod_status.hpp"

namespace podlapse::test {
namespace {

constexpr bool kTerm = true, kIni = true, kNo = false;
constexpr PodPhase kPending = PodPhase::Pending, kRunning = PodPhase::Running, kSucceeded = PodPhase::Succeeded,
                   kFailed = PodPhase::Failed;

struct Row {
  const char* id;
  const char* statuses;
  bool terminal, initialized;
  PodPhase expected;
};

void check_row(const char* id, const char* containers, RestartPolicy policy, const char* statuses, bool terminal,
               bool initialized, PodPhase expected) {
  INFO("row ", id);
  const PodSpec pod = make_pod(containers, policy);
  const Decided<PodPhase> phase = get_phase(pod, make_statuses(pod, statuses), terminal, initialized);
  CHECK_EQ(std::string{to_string(phase.value)}, to_string(expected));
}

void check_rows(const char* containers, RestartPolicy policy, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    check_row(row.id, containers, policy, row.statuses, row.terminal, row.initialized, row.expected);
  }
}

/// A row that holds for two policies.
struct TwoPolicies {
  const char* id;
  const char* statuses;
  PodPhase first, second;
};

void check_rows(const char* containers, RestartPolicy first, RestartPolicy second,
                const std::vector<TwoPolicies>& rows) {
  for (const TwoPolicies& row : rows) {
    check_row(row.id, containers, first, row.statuses, kNo, kNo, row.first);
    check_row(row.id, containers, second, row.statuses, kNo, kNo, row.second);
  }
}

/// A row with a Pod of its own.
struct OwnPod {
  const char* id;
  const char* containers;
  RestartPolicy policy;
  const char* statuses;
  PodPhase expected;
};

void check_initialized(const std::vector<OwnPod>& rows) {
  for (const OwnPod& row : rows) check_row(row.id, row.containers, row.policy, row.statuses, kNo, kIni, row.expected);
}

/// The rule behind one phase.
void check_rule(const char* containers, RestartPolicy policy, const char* statuses, bool terminal, RuleId expected) {
  const PodSpec pod = make_pod(containers, policy);
  check_because(get_phase(pod, make_statuses(pod, statuses), terminal, kIni).because, expected);
}

}  // namespace

TEST_SUITE("kubelet/phase") {
  TEST_CASE("table 10.1: mains under Always") {
    check_rows("A B", kAlways,
               {{"10.1", "", kNo, kNo, kPending},
                {"10.2", "A run, B run", kNo, kNo, kRunning},
                {"10.3", "A t0, B t0", kNo, kNo, kRunning},
                {"10.4", "A t0, B t0", kTerm, kNo, kSucceeded},
                {"10.5", "A t0, B t-1", kTerm, kNo, kFailed},
                {"10.6", "A run, B t0", kNo, kNo, kRunning},
                {"10.7", "A run", kNo, kNo, kPending},
                {"10.8", "A run, B w", kNo, kNo, kPending},
                {"10.9", "A run, B w(0)", kNo, kNo, kRunning}});
  }

  TEST_CASE("table 10.2: an init container and mains under Always and Never") {
    check_rows("X:init A B", kAlways, kNever,
               {{"10.10", "", kPending, kPending},
                {"10.11", "X run", kPending, kPending},
                {"10.12", "X t-1", kPending, kFailed},
                {"10.13", "X w(0)", kPending, kPending},
                {"10.14", "X w(-1)", kPending, kFailed},
                {"10.15", "X w", kPending, kPending},
                {"10.16", "X t0, A run, B run", kRunning, kRunning}});
  }

  TEST_CASE("table 10.3: a sidecar and mains under Always") {
    check_rows("X:sc A B", kAlways,
               {{"10.17", "", kNo, kNo, kPending},
                {"10.18", "X run", kNo, kNo, kPending},
                {"10.19", "X t0", kNo, kNo, kPending},
                {"10.20", "X w(0)", kNo, kNo, kPending},
                {"10.21", "X w(-1)", kNo, kNo, kPending},
                {"10.22", "X w", kNo, kNo, kPending},
                {"10.23", "X started, A run", kNo, kIni, kPending},
                {"10.24", "X started, A run, B run", kNo, kIni, kRunning},
                {"10.25", "X run, A run, B run", kNo, kIni, kRunning},
                {"10.26", "X t0, A run, B run", kNo, kIni, kRunning},
                {"10.27", "X w(0), A run, B run", kNo, kIni, kRunning},
                {"10.28", "X t-1, A t0, B t0", kTerm, kIni, kSucceeded},
                {"10.29", "X t0, A t0, B t0", kTerm, kIni, kSucceeded},
                {"10.30", "X run, A run, B run", kNo, kNo, kPending}});
  }

  TEST_CASE("table 10.4: an init container, a sidecar and a main under Always") {
    check_rows("X:init Y:sc A", kAlways,
               {{"10.31", "X run, Y run, A run", kNo, kNo, kPending},
                {"10.32", "X run, Y run, A t0", kNo, kNo, kPending},
                {"10.33", "X t0, Y run, A t0", kNo, kNo, kPending},
                {"10.34", "X t0, Y run, A t0", kNo, kIni, kRunning},
                {"10.35", "X t0, Y run, A run", kNo, kIni, kRunning}});
  }

  TEST_CASE("table 10.5: mains under Never and OnFailure") {
    check_rows("A B", kNever, kOnFailure,
               {{"10.36", "", kPending, kPending},
                {"10.37", "A run, B run", kRunning, kRunning},
                {"10.38", "A t0, B t0", kSucceeded, kSucceeded},
                {"10.39", "A t-1, B t-1", kFailed, kRunning},
                {"10.40", "A run, B t0", kRunning, kRunning},
                {"10.41", "A run", kPending, kPending},
                {"10.42", "A run, B w", kPending, kPending}});
    check_row("10.43", "A B", kOnFailure, "A run, B w(0)", kNo, kNo, kRunning);  // Never: not in the table
  }

  TEST_CASE("table 10.6: a sidecar and mains under Never") {
    check_rows("X:sc A B", kNever,
               {{"10.44", "", kNo, kNo, kPending},
                {"10.45", "X run", kNo, kNo, kPending},
                {"10.46", "X t0", kNo, kNo, kPending},
                {"10.47", "X w(0)", kNo, kNo, kPending},
                {"10.48", "X w(-1)", kNo, kNo, kPending},
                {"10.49", "X w", kNo, kNo, kPending},
                {"10.50", "X started, A run", kNo, kIni, kPending},
                {"10.51", "X started, A t0, B t0", kNo, kIni, kRunning},
                {"10.52", "X run, A t0, B t0", kNo, kIni, kRunning},
                {"10.53", "X t0, A t0, B t0", kNo, kIni, kSucceeded},
                {"10.54", "X t-1, A t0, B t0", kNo, kIni, kSucceeded},
                {"10.55", "X w(0), A t0, B t0", kNo, kIni, kSucceeded},
                {"10.56", "X w(-1), A t0, B t0", kNo, kIni, kSucceeded}});
  }

  TEST_CASE("table 10.7: restart policies of containers") {
    check_initialized({{"10.57", "A:never", kAlways, "A t-1", kFailed},
                       {"10.58", "A:onfailure", kAlways, "A t-1", kRunning},
                       {"10.59", "A:always", kAlways, "A t-1", kRunning},
                       {"10.60", "A:always B", kNever, "A t0, B t-1", kRunning},
                       {"10.61", "A:never B:onfailure", kAlways, "A t-1, B t0", kFailed},
                       {"10.62", "A:never B:onfailure", kAlways, "A t0, B t0", kSucceeded},
                       {"10.63", "I:init,never A", kAlways, "I t-1", kFailed},
                       {"10.64", "I:init,onfailure A", kNever, "I t-1", kPending},
                       {"10.65", "I:sc A", kNever, "I t-1", kPending}});
  }

  TEST_CASE("table 10.8: RestartAllContainers under Never") {
    check_initialized({{"10.66", "M:never,restart-all=42", kNever, "M t42", kRunning},
                       {"10.67", "I:init,never,restart-all=42 D:eph", kNever, "I t42, D w", kPending},
                       {"10.68", "S:sc,restart-all=42 M", kNever, "S t42, M w", kPending},
                       {"10.69", "S:sc,restart-all=42 I:init M", kNever, "S t42, I w, M w", kPending},
                       {"10.70", "M:never,restart-all=42", kNever, "M RAC", kRunning},
                       {"10.71", "I:init,never,restart-all=42", kNever, "I RAC", kPending},
                       {"10.72", "S:sc,restart-all=42 M", kNever, "S RAC, M w", kPending},
                       {"10.73", "S:sc,restart-all=42 I:init M", kNever, "S RAC, M w", kPending},
                       {"10.74", "I:init M:never,restart-all=42", kNever, "I t0, M RAC", kRunning},
                       {"10.75", "I:init M:never,restart-all=42", kNever, "I t-1, M RAC", kFailed},
                       {"10.76", "I:init,never,restart-all=42 M", kNever, "I t42, M w", kPending},
                       {"10.77", "I:init,never,restart-all=42 M", kNever, "I t0, M w", kPending},
                       {"10.78", "S:sc,restart-all=42 M", kNever, "S RAC, M RAC", kRunning},
                       {"10.79", "S:sc,restart-all=42 M", kNever, "S run, M RAC", kRunning},
                       {"10.80", "S:sc,restart-all=42 I:init M", kNever, "S run, M w", kPending}});
  }

  TEST_CASE("table 10.9: only a main's record in the newest ready sandbox makes the Pod initialized") {
    const auto started = [](const PodCase& pod) {
      return has_any_active_regular_container_started(pod.spec, pod.status);
    };
    CHECK_MESSAGE(!started({"I:init M", kAlways, "sandbox NR, I X0, M R"}), "row 10.81");
    CHECK_MESSAGE(!started({"I:init M", kAlways, "sandbox none"}), "no sandbox");
    CHECK_MESSAGE(!started({"I:init M", kAlways, "I R"}), "row 10.82");
    CHECK_MESSAGE(started({"I:init M", kAlways, "I X0, M R"}), "row 10.83");
    PodCase moved{"I:init M", kAlways, "sandbox twice, I R, M X0"};
    for (ContainerRecord& record : moved.status.containers) record.sandbox = SandboxId{record.container == 0 ? 2U : 1U};
    CHECK_MESSAGE(!started(moved), "row 10.84");
  }

  TEST_CASE("table 10.9: the Initialized condition asks for a main that runs or has ended in the API") {
    const PodSpec pod = make_pod("I:init S:sc A B D:eph");
    const auto started = [&](const char* text) {
      return has_any_regular_container_started(pod, make_statuses(pod, text));
    };
    CHECK_FALSE(has_any_regular_container_started(pod, {}));
    CHECK_FALSE(started("I run, S run"));
    CHECK(started("A run"));
    CHECK(started("A t1"));
    CHECK_FALSE(started("A w"));
    CHECK_FALSE(started("D run"));
    CHECK(started("A w, B run"));
  }

  TEST_CASE("table 11.4: rows of the real function on new inputs") {
    check_row("11.59", "I:init S:sc M", kNever, "I t3, S run, M w", kNo, kNo, kFailed);
    check_row("11.60", "M:always", kNever, "M t-1", kNo, kIni, kRunning);
    check_row("11.61", "M N", kNever, "M t0, N w/ErrImagePull", kNo, kIni, kPending);
    check_row("11.61", "M N", kNever, "M t0, N w/ErrImagePull", kTerm, kIni, kPending);
    check_row("11.62", "M", kAlways, "M t143", kTerm, kIni, kFailed);
  }

  TEST_CASE("phase/init-failed: a failed init container ends the Pod even while a sidecar runs") {
    check_rule("I:init S:sc M", kNever, "I t3, S started, M w", kNo, RuleId::PhaseInitFailed);
  }

  TEST_CASE("phase/initializing: an init container that is not done keeps the Pod pending") {
    check_rule("I:init M", kAlways, "I run, M w", kNo, RuleId::PhaseInitializing);
    check_rule("I:init M", kAlways, "I empty, M w", kNo, RuleId::PhaseInitializing);
  }

  TEST_CASE("phase/waiting: a main that was never started keeps the Pod pending beside one that runs") {
    check_rule("A B", kAlways, "A run, B w", kNo, RuleId::PhaseWaiting);
    check_rule("S:sc A", kAlways, "S w, A run", kNo, RuleId::PhaseWaiting);
  }

  TEST_CASE("phase/running: one container that runs is enough once all are known") {
    check_rule("S:sc A", kNever, "S started, A t0", kNo, RuleId::PhaseRunning);
  }

  TEST_CASE("phase/restarting: a crashed main that will restart keeps the Pod running") {
    check_rule("A B", kOnFailure, "A t1, B t0", kNo, RuleId::PhaseRestarting);
    check_rule("A", kOnFailure, "A w/CrashLoopBackOff last=t1", kNo, RuleId::PhaseRestarting);
  }

  TEST_CASE("phase/succeeded: sidecars' exit codes do not count") {
    check_rule("S:sc A", kNever, "S t137, A t0", kNo, RuleId::PhaseSucceeded);
  }

  TEST_CASE("phase/failed: one main that failed for good is enough") {
    check_rule("A B", kNever, "A t0, B t1", kNo, RuleId::PhaseFailed);
    check_rule("A", kNever, "A w last=t0", kNo, RuleId::PhaseFailed);
  }

  TEST_CASE("phase/killed-succeeded: killed mains that exited 0 succeed under Always too") {
    check_rule("A", kAlways, "A t0", kTerm, RuleId::PhaseKilledSucceeded);
  }

  TEST_CASE("phase/killed-failed: a killed main that did not exit 0 fails the Pod") {
    check_rule("A B", kAlways, "A t0, B t143", kTerm, RuleId::PhaseKilledFailed);
  }

  TEST_CASE("phase/unknown-containers: a main without a status keeps the Pod pending") {
    check_rule("A B", kAlways, "A run", kNo, RuleId::PhaseUnknownContainers);
    check_rule("S:sc A", kAlways, "S empty, A run", kNo, RuleId::PhaseUnknownContainers);
  }

  TEST_CASE("a static Pod's phase does not end because its containers were killed") {
    const PodSpec pod = make_pod("A");
    CHECK(get_phase(pod, make_statuses(pod, "A t0"), kTerm, kIni, true).value == kRunning);
  }
}

}  // namespace podlapse::test
