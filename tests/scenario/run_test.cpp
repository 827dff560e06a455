#include "podlapse/scenario/run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "podlapse/trace/sink.hpp"
#include "scenario/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using namespace podlapse::test;
using namespace std::chrono_literals;

namespace {

SimTime at(SimDuration since) {
  return kTimeZero + since;
}

struct Ran {
  RunResult result;
  std::vector<TraceRecord> records;
  PodProgress progress;
};

/// Runs a Pod with one container `app` whose process takes `run` (nullopt: for ever).
Ran run_app(RestartPolicy policy, std::optional<SimDuration> run, std::vector<Action> actions = {},
            std::optional<SimDuration> longest = std::nullopt, std::optional<SimDuration> user_until = std::nullopt) {
  Scenario scenario = scenario_of({workload("web", {container("app")})});
  scenario.workloads[0].pod.restart_policy = policy;
  RunBehavior behavior;
  behavior.run = run;
  scenario.behavior["app"].runs = {behavior};
  scenario.actions = std::move(actions);
  scenario.until = longest;
  World world(std::make_shared<const WorldInput>(input_of(scenario)));
  TraceLog log;
  Ran ran;
  ran.result = run_world(world, make_run_limits(scenario, user_until), &log);
  reach(ran.result.because);
  ran.records = log.take();
  ran.progress = world.progress(0);
  for (const TraceRecord& record : ran.records) CHECK(record.at <= ran.result.ended_at);
  return ran;
}

Action deletion(SimDuration when, std::int64_t grace) {
  Action action;
  action.at = when;
  action.what = DeletePod{grace};
  return action;
}

}  // namespace

TEST_SUITE("scenario/run") {
  TEST_CASE("a Pod's story is over some time after its terminal phase, its removal, or its last change") {
    PodProgress progress;
    progress.last_change = at(3s);
    REQUIRE(pod_end(progress, {}));
    CHECK(pod_end(progress, {})->why == RunEnd::Quiet);
    CHECK(pod_end(progress, {})->at == at(13s));
    progress.waiting_for_timer = true;
    CHECK_FALSE(pod_end(progress, {}));
    progress.terminal_since = at(5s);
    CHECK(pod_end(progress, {})->why == RunEnd::Terminal);
    CHECK(pod_end(progress, {})->at == at(9s));
    progress.gone_since = at(6s);
    CHECK_FALSE(pod_end(progress, {}));  // its processes are still being stopped
    progress.waiting_for_timer = false;
    progress.last_change = at(7s);
    CHECK(pod_end(progress, {})->why == RunEnd::Gone);
    CHECK(pod_end(progress, {})->at == at(9500ms));
  }

  TEST_CASE("nothing ends before the last action has been seen") {
    PodProgress progress;
    progress.terminal_since = at(5s);
    RunLimits limits;
    limits.not_before = 20s;
    CHECK(pod_end(progress, limits)->at == at(24s));
  }

  TEST_CASE("the limits of a scenario are its own, and the user's") {
    Scenario scenario = web();
    scenario.until = 40s;
    Action action;
    action.at = 9s;
    scenario.actions = {action};
    scenario.created_at["web"] = 12s;
    const RunLimits limits = make_run_limits(scenario);
    CHECK(limits.longest == SimDuration{40s});
    CHECK_FALSE(limits.until);
    CHECK(limits.not_before == 12s);
    CHECK(make_run_limits(scenario, 7s).until == SimDuration{7s});
  }

  TEST_CASE("a reader is told how a run ended") {
    RunResult result;
    result.ended_at = at(9053182us);
    result.end = RunEnd::Terminal;
    CHECK(describe_end(result) == "ended at 9.053s: the Pod has finished");
    result.end = RunEnd::Until;
    CHECK(describe_end(result) == "ended at 9.053s");
    result.cut = true;
    CHECK(describe_end(result) == "cut at 9.053s");
    result.end = RunEnd::AtMost;
    CHECK(describe_end(result) == "cut at 9.053s: --until shows more");
  }

  TEST_CASE("run/end-terminal: a Pod that completes is watched 4 s longer") {
    const Ran ran = run_app(RestartPolicy::Never, 3s);
    CHECK(ran.result.end == RunEnd::Terminal);
    CHECK_FALSE(ran.result.cut);
    REQUIRE(ran.progress.terminal_since);
    CHECK(ran.result.ended_at == *ran.progress.terminal_since + 4s);
  }

  TEST_CASE("run/end-gone: a Pod that is deleted is watched until 2.5 s after it is gone") {
    const Ran ran = run_app(RestartPolicy::Always, std::nullopt, {deletion(20s, 5)});
    CHECK(ran.result.end == RunEnd::Gone);
    CHECK_FALSE(ran.result.cut);
    REQUIRE(ran.progress.gone_since);
    CHECK(*ran.progress.gone_since >= at(20s));
    CHECK(ran.result.ended_at >= *ran.progress.gone_since + 2500ms);
    CHECK(ran.result.ended_at < *ran.progress.gone_since + 6s);
  }

  TEST_CASE("run/end-quiet: a Pod that only runs on is watched 10 s after its last change") {
    const Ran ran = run_app(RestartPolicy::Always, std::nullopt);
    CHECK(ran.result.end == RunEnd::Quiet);
    CHECK_FALSE(ran.result.cut);
    CHECK(ran.result.ended_at == ran.progress.last_change + 10s);
  }

  TEST_CASE("a long run is waited for") {
    const Ran ran = run_app(RestartPolicy::Never, 5min);
    CHECK(ran.result.end == RunEnd::Terminal);
    CHECK(ran.result.ended_at > at(5min));
  }

  TEST_CASE("run/end-at-most: a Pod that crashes over and over is watched 10 minutes, and the result says so") {
    const Ran ran = run_app(RestartPolicy::Always, 1s);
    CHECK(ran.result.end == RunEnd::AtMost);
    CHECK(ran.result.cut);
    CHECK(ran.result.ended_at == at(10min));
  }

  TEST_CASE("run/end-until: the user's time is exact, a scenario's is the longest") {
    const Ran exact = run_app(RestartPolicy::Never, 3s, {}, std::nullopt, 60s);
    CHECK(exact.result.end == RunEnd::Until);
    CHECK(exact.result.ended_at == at(60s));
    CHECK_FALSE(exact.result.cut);
    const Ran cut = run_app(RestartPolicy::Never, 30s, {}, std::nullopt, 10s);
    CHECK(cut.result.cut);
    CHECK(run_app(RestartPolicy::Never, 1s, {}, std::nullopt, 500ms).result.ended_at == at(500ms));
    CHECK(run_app(RestartPolicy::Never, 3s, {}, 60s).result.end == RunEnd::Terminal);
    CHECK(run_app(RestartPolicy::Never, 30s, {}, 20s).result.ended_at == at(20s));
    const Ran quiet = run_app(RestartPolicy::Always, std::nullopt, {}, 60s);
    CHECK(quiet.result.ended_at == at(60s));
    CHECK_FALSE(quiet.result.cut);
  }

  TEST_CASE("an action after the end of the story is still seen") {
    const Ran ran = run_app(RestartPolicy::Never, 1s, {deletion(30s, 5)});
    CHECK(ran.result.end == RunEnd::Gone);
    CHECK(ran.result.ended_at > at(30s));
  }

  TEST_CASE("whoever watches can stop a run, and endless loops are cut") {
    World world(std::make_shared<const WorldInput>(input_of(scenario_of({workload("web", {container("app")})}))));
    SimTime last{};
    const auto until_two_seconds = [](SimTime due, void* context) {
      if (due > at(2s)) return false;
      *static_cast<SimTime*>(context) = due;
      return true;
    };
    World copy = world;
    const RunResult stopped = run_world(world, {}, nullptr, until_two_seconds, &last);
    CHECK(stopped.end == RunEnd::Interrupted);
    CHECK(stopped.ended_at == last);
    CHECK(stopped.cut);
    RunLimits limits;
    limits.events_max = 5;
    CHECK(run_world(copy, limits, nullptr).end == RunEnd::Events);
  }

  TEST_CASE("a World with several Pods ends with the last of them") {
    Scenario scenario = scenario_of({workload("short", {container("a")}), workload("long", {container("b")})});
    for (Workload& each : scenario.workloads) each.pod.restart_policy = RestartPolicy::Never;
    RunBehavior one_second, ten_seconds;
    one_second.run = 1s;
    ten_seconds.run = 10s;
    scenario.behavior["a"].runs = {one_second};
    scenario.behavior["b"].runs = {ten_seconds};
    World world(std::make_shared<const WorldInput>(input_of(scenario)));
    const RunResult result = run_world(world, make_run_limits(scenario), nullptr);
    CHECK(result.end == RunEnd::Terminal);
    CHECK(result.ended_at == *world.progress(1).terminal_since + 4s);
  }
}
