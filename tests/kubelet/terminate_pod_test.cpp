// TerminatePod (decision table 15.6), mergePodStatus and checkContainerStateTransition.
#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"
#include "podlapse/kubelet/pod_status.hpp"

namespace podlapse::test {
namespace {

constexpr PodPhase kPending = PodPhase::Pending, kRunning = PodPhase::Running, kSucceeded = PodPhase::Succeeded,
                   kFailed = PodPhase::Failed;

CachedPodStatus make_status(const PodSpec& pod, PodPhase phase, std::string_view statuses) {
  CachedPodStatus status;
  status.phase = phase;
  status.containers = make_statuses(pod, statuses);
  return status;
}

std::string text_of(const CachedPodStatus& status) {
  std::string text;
  for (const CachedContainerStatus& each : status.containers) text += (text.empty() ? "" : "; ") + to_text(each);
  return text;
}

/// The statuses at the end of a Pod; "L" stands for "t137/ContainerStatusUnknown".
void check_end(const char* id, const char* containers, const char* statuses, std::string expected) {
  INFO("row ", id);
  const PodSpec pod = make_pod(containers);
  CachedPodStatus status = make_status(pod, kRunning, statuses);
  (void)terminate_pod_status(pod, status);
  for (auto at_lost = expected.find('L'); at_lost != std::string::npos; at_lost = expected.find('L')) {
    expected.replace(at_lost, 1, "t137/ContainerStatusUnknown");
  }
  CHECK_EQ(text_of(status), expected);
}

CachedCondition condition(ConditionType type, bool is_true) {
  CachedCondition out;
  out.type = type;
  out.is_true = is_true;
  return out;
}

std::string conditions_of(const CachedPodStatus& status) {
  std::string text;
  for (const CachedCondition& each : status.conditions) {
    text += (text.empty() ? "" : " ") + std::string{to_string(each.type)} + "=" + to_text(each);
  }
  return text;
}

/// What the kubelet sends when its cache says `phase`, ready and disrupted, and the API shows Running.
CachedPodStatus merged(PodPhase phase, bool could_run, RuleId* because = nullptr) {
  const PodSpec pod = make_pod("A");
  CachedPodStatus api = make_status(pod, kRunning, "A run");
  CachedPodStatus cached = make_status(pod, phase, "A t0");
  cached.reason = PodReason::Evicted;
  cached.message = "why";
  cached.conditions = {condition(ConditionType::DisruptionTarget, true), condition(ConditionType::Initialized, true),
                       condition(ConditionType::Ready, true), condition(ConditionType::ContainersReady, true)};
  CachedPodStatus out;
  const RuleId rule = merge_pod_status(api, cached, could_run, at(9), out);
  if (because) *because = rule;
  return out;
}

bool is_legal(const char* containers, RestartPolicy policy, const char* before, const char* after,
              RuleId* because = nullptr) {
  const PodSpec pod = make_pod(containers, policy);
  return is_transition_legal(pod, make_status(pod, kRunning, before), make_status(pod, kRunning, after), because);
}

}  // namespace

TEST_SUITE("kubelet/terminate_pod") {
  TEST_CASE("table 15.6: what has not ended when the Pod is over") {
    check_end("15.38", "M", "M w last=t2", "L last=t2");
    check_end("15.39", "M", "M w", "L");
    check_end("15.40", "I:init M", "I w, M w", "L; w");
    check_end("15.41", "I:init J:init M", "I w, J w, M w", "L; w; w");
    check_end("15.42", "I:init J:init K:init O:init M", "I w, J w, K t1, O w, M w", "L; L; t1; w; w");
    check_end("15.43", "I:init J:init K:init M", "I w, J w, K t1, M w", "L; L; t1; w");
    check_end("15.44", "I:init J:init K:init M", "I w, J w, K t0, M w", "L; L; t0; L");
    check_end("15.45", "I:init J:init K:init M", "I w, J w, K w last=t0, M w", "L; L; L last=t0; L");
    check_end("15.46", "I:init M", "I w, M run", "L; L");
    check_end("15.47", "I:init M", "I w, M t0", "L; t0");
    check_end("15.48", "I:init M", "I w, M w last=t0", "L; L last=t0");
  }

  TEST_CASE("a sidecar as the last init container counts as done while it has started") {
    check_end("sidecar", "S:sc M", "S started, M w", "L; L");
    check_end("sidecar", "S:sc M", "S run, M w", "L; w");
    check_end("sidecar", "S:sc M", "", "missing; missing");
  }

  TEST_CASE("an ephemeral container is left as it is") {
    check_end("ephemeral", "M D:eph", "M w, D run", "L; run");
  }

  TEST_CASE("phase/unfinished-failed: every phase but the terminal ones becomes Failed") {
    const PodSpec pod = make_pod("M");
    for (const PodPhase phase : {kPending, kRunning, PodPhase::Unknown}) {
      CachedPodStatus status = make_status(pod, phase, "M w");
      check_because(terminate_pod_status(pod, status), RuleId::PhaseUnfinishedFailed);
      CHECK(status.phase == kFailed);
    }
    for (const PodPhase phase : {kSucceeded, kFailed}) {
      CachedPodStatus status = make_status(pod, phase, "M t0");
      CHECK(terminate_pod_status(pod, status) == RuleId::None);
      CHECK(status.phase == phase);
    }
  }

  TEST_CASE("container-status/lost-at-end: with code 137 and the text that says so") {
    const PodSpec pod = make_pod("M");
    CachedPodStatus status = make_status(pod, kFailed, "M run");
    check_because(terminate_pod_status(pod, status), RuleId::ContainerStatusLostAtEnd);
    CHECK(status.containers[0].state.message.kind == StatusMessage::Kind::LostWhenTerminated);
  }

  TEST_CASE("phase/withheld: phase, reason, message and the disruption wait until nothing can run") {
    RuleId because = RuleId::None;
    const CachedPodStatus early = merged(kFailed, true, &because);
    check_because(because, RuleId::PhaseWithheld);
    CHECK(early.phase == kRunning);
    CHECK(early.reason == PodReason::None);
    CHECK_EQ(early.message, "");
    CHECK_EQ(conditions_of(early), "Initialized=True Ready=True ContainersReady=True");
  }

  TEST_CASE("condition/terminal-unready: a terminal phase goes out with Ready and ContainersReady False") {
    RuleId because = RuleId::None;
    const CachedPodStatus failed = merged(kFailed, false, &because);
    check_because(because, RuleId::ConditionTerminalUnready);
    CHECK(failed.phase == kFailed);
    CHECK_EQ(failed.message, "why");
    CHECK_EQ(conditions_of(failed),
             "DisruptionTarget=True Initialized=True Ready=False(PodFailed) ContainersReady=False(PodFailed)");
    CHECK(failed.find(ConditionType::Ready)->last_transition == at(9));
    CHECK(failed.find(ConditionType::DisruptionTarget)->last_transition == at(9));
    CHECK_EQ(to_text(*merged(kSucceeded, false).find(ConditionType::Ready)), "False(PodCompleted)");
  }

  TEST_CASE("the API's own disruption stays, and a phase that is no end passes as it is") {
    const PodSpec pod = make_pod("A");
    CachedPodStatus api = make_status(pod, kPending, "A w");
    api.conditions = {condition(ConditionType::DisruptionTarget, true), condition(ConditionType::Initialized, false)};
    CachedPodStatus cached = make_status(pod, kRunning, "A run");
    cached.conditions = {condition(ConditionType::Initialized, true)};
    RuleId because = RuleId::PhaseFailed;
    CachedPodStatus out;
    because = merge_pod_status(api, cached, true, at(9), out);
    CHECK(out.phase == kRunning);
    CHECK(because == RuleId::None);
    CHECK_EQ(conditions_of(out), "DisruptionTarget=True Initialized=True");
  }

  TEST_CASE("container-status/terminated-stays: judged by policy, rules and code") {
    RuleId because = RuleId::None;
    CHECK_FALSE(is_legal("A", kNever, "A t1", "A run", &because));
    check_because(because, RuleId::ContainerStatusTerminatedStays);
    CHECK_FALSE(is_legal("A", kOnFailure, "A t0", "A w"));
    CHECK_FALSE(is_legal("I:init A", kNever, "I t0", "I run"));
    CHECK(is_legal("A", kOnFailure, "A t1", "A run"));
    CHECK(is_legal("A", kAlways, "A t0", "A run"));
    CHECK(is_legal("A:onfailure", kNever, "A t1", "A run"));
    CHECK(is_legal("A:never,restart=3", kNever, "A t3", "A run"));
    CHECK(is_legal("S:sc A", kNever, "S t0, A run", "S run, A run"));
    CHECK(is_legal("A B:never,restart-all=42", kNever, "A t0, B t42", "A RAC, B RAC"));
    CHECK(is_legal("A", kNever, "A t1", "A t2"));
    CHECK(is_legal("A", kNever, "A run", "A w", &because));
    CHECK(because == RuleId::None);
  }
}

}  // namespace podlapse::test
