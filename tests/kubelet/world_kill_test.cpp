// Rules of killing (rules/loops.def), as a run shows them. Times in tables: world_termination_test.cpp.
#include <doctest/doctest.h>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

/// "m s": the containers that the records of `id` are about.
std::string containers_of(const Story& story, RuleId id) {
  std::string text;
  for (const TraceRecord& record : records_of(story, id)) text += (text.empty() ? "" : " ") + container_of(record);
  return text;
}

}  // namespace

TEST_SUITE("kubelet/world kill") {
  TEST_CASE("kill/begins: every container's kill begins at once, a sidecar's too") {
    const Story story = WorldCase{"s:sc m", kAlways, "m term=3"}.remove_at(5).run(60);
    const auto found = records_of(story, RuleId::KillBegins);
    REQUIRE_EQ(found.size(), 2);
    for (const TraceRecord& record : found) {
      const KubeEvent& event = std::get<EventObservation>(record.observation).event;
      CHECK(close(seconds(record), 5));
      CHECK_EQ(event.reason, "Killing");
      CHECK_EQ(event.message, "Stopping container " + event.container);
    }
  }

  TEST_CASE("kill/pre-stop: the hook runs before the stop signal and uses up the grace period") {
    const Story story = WorldCase{"m", kAlways, "m prestop=4 term=never"}.remove_at(5, 10).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::KillPreStop)), "5 9");
    CHECK(close(story.signalled("m"), 9));
    CHECK(close(story.exited("m"), 15));
    CHECK_EQ(story.events("FailedPreStopHook"), 0);
  }

  TEST_CASE("kill/pre-stop-failed: a hook that fails does not hold up the stop") {
    const Story story = WorldCase{"m", kAlways, "m prestop=2:1 term=1"}.remove_at(5, 10).run(60);
    const TraceRecord found = records_of(story, RuleId::KillPreStopFailed).at(0);
    CHECK(close(seconds(found), 7));
    CHECK_EQ(std::get<EventObservation>(found.observation).event.reason, "FailedPreStopHook");
    CHECK(close(story.signalled("m"), 7));
    CHECK(close(story.exited("m"), 8));
  }

  TEST_CASE("kill/pre-stop-overrun: a hook that outlasts the grace period is abandoned, and 2 s are left") {
    const Story story = WorldCase{"m", kAlways, "m prestop=ever term=never"}.remove_at(5, 3).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::KillPreStopOverrun)), "8");
    CHECK(close(story.signalled("m"), 8));
    CHECK(close(story.exited("m"), 10));
    CHECK_EQ(story.events("FailedPreStopHook"), 1);  // its command dies with the container
  }

  TEST_CASE("kill/hook-time-given-back: before 1.28 a hook that hangs and a process that ignores SIGTERM take the grace period twice") {
    WorldCase pod{"m", kAlways, "m prestop=ever term=never"};
    pod.input.config.gates = FeatureGates{KubernetesVersion{27, {}}};
    const Story doubled = pod.remove_at(5, 10).run(60);
    CHECK_EQ(tenths(instants_of(doubled, RuleId::KillHookTimeGivenBack)), "15");
    CHECK(close(doubled.signalled("m"), 15));
    CHECK(close(doubled.exited("m"), 25));
    pod.input.config.gates = FeatureGates{KubernetesVersion{28, 0}};
    const Story mended = pod.run(60);
    CHECK(close(mended.exited("m"), 17));
  }

  TEST_CASE("kill/waits-for-turn: a sidecar's stop signal waits for the mains and the sidecars after it") {
    const Story story = WorldCase{"s1:sc s2:sc m", kAlways, "m term=2, s2 term=3"}.remove_at(5).run(60);
    CHECK_EQ(containers_of(story, RuleId::KillWaitsForTurn), "s1 s2");
    CHECK_EQ(tenths(instants_of(story, RuleId::KillWaitsForTurn)), "5 5");
    CHECK(close(story.signalled("s2"), 7));
    CHECK(close(story.signalled("s1"), 10));
  }

  TEST_CASE("kill/turn-timed-out: when the grace period ends, everyone who still waits is stopped") {
    const Story story = WorldCase{"s1:sc s2:sc m", kAlways, "m term=never, s1 term=never"}.remove_at(5, 4).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::KillTurnTimedOut)), "9 9");
    CHECK(close(story.signalled("s1"), 9));
    CHECK(close(story.signalled("s2"), 9));
    CHECK(close(story.exited("s1"), 11));
  }

  TEST_CASE("kill/stop-signal: from the stop signal on a container has what is left, at least 2 s") {
    const auto lifetime = [](std::int64_t grace) {
      const Story story = WorldCase{"m", kAlways, "m term=never"}.remove_at(5, grace).run(60);
      const auto found = records_of(story, RuleId::KillStopSignal);
      REQUIRE_EQ(found.size(), 2);  // the kubelet's call, and the signal
      CHECK_EQ(seconds(found[1]), story.signalled("m"));
      return story.exited("m") - story.signalled("m");
    };
    CHECK(lifetime(7) == doctest::Approx(7));
    CHECK(lifetime(1) == doctest::Approx(2));
  }

  TEST_CASE("kill/already-exited: a container that exits during its preStop hook counts as stopped") {
    const Story story = WorldCase{"s:sc m", kAlways, "m run=6 sleep=3"}.remove_at(5).run(60);
    CHECK_EQ(containers_of(story, RuleId::KillAlreadyExited), "m");
    CHECK_EQ(tenths(instants_of(story, RuleId::KillAlreadyExited)), "8");
    CHECK(story.signalled("m") < 0);
    CHECK(close(story.signalled("s"), 8));
  }
}

}  // namespace podlapse::test
