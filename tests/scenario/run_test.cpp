#include "podlapse/scenario/run.hpp"

#include <doctest/doctest.h>

#include "scenario/support.hpp"

using namespace podlapse;
using namespace podlapse::test;
using namespace std::chrono_literals;

namespace {

SimTime at(SimDuration since) { return kTimeZero + since; }

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
}
