// What scenarios/README.md says of moments, played by a World without latencies.
#include <doctest/doctest.h>

#include <memory>

#include "podlapse/scenario/run.hpp"
#include "podlapse/scenario/values.hpp"
#include "podlapse/trace/sink.hpp"
#include "scenario/support.hpp"

using namespace podlapse;
using namespace podlapse::test;
using namespace std::chrono_literals;

namespace {

Moment moment(const std::string& text) {
  Moment parsed;
  std::string problem;
  REQUIRE(parse_moment(text, parsed, problem));
  return parsed;
}

RunBehavior run_for(std::optional<SimDuration> run, std::int32_t exit_code = 0) {
  RunBehavior behavior;
  behavior.run = run;
  behavior.exit_code = exit_code;
  return behavior;
}

/// A Pod `web` with two ordinary containers, `first` and `second`, that is never restarted.
Scenario pair() {
  Scenario scenario = scenario_of({workload("web", {container("first"), container("second")})});
  scenario.from_file = true;
  scenario.workloads[0].pod.restart_policy = RestartPolicy::Never;
  scenario.images["first:1"].present = scenario.images["second:1"].present = true;
  scenario.behavior["first"].runs = {run_for(std::nullopt)};
  scenario.behavior["second"].runs = {run_for(std::nullopt)};
  return scenario;
}

/// When and how the `attempt`-th run of a container ended, to a tenth of a second: "5.0s exit 1"; "-" when it did not.
struct Played {
  std::vector<TraceRecord> records;

  [[nodiscard]] std::string end_of(const std::string& name, std::int32_t attempt = 0) const {
    for (const TraceRecord& record : records) {
      const auto* seen = std::get_if<ContainerObservation>(&record.observation);
      if (seen == nullptr || seen->what != ContainerObservation::What::Exited || seen->container != name) continue;
      if (seen->attempt == attempt) {
        return format_seconds(record.at.time_since_epoch(), 1) + "s exit " + std::to_string(seen->exit_code.value_or(-1));
      }
    }
    return "-";
  }
  [[nodiscard]] std::string start_of(const std::string& name) const {
    for (const TraceRecord& record : records) {
      const auto* seen = std::get_if<ContainerObservation>(&record.observation);
      if (seen != nullptr && seen->what == ContainerObservation::What::Started && seen->container == name) {
        return format_seconds(record.at.time_since_epoch(), 1) + "s";
      }
    }
    return "-";
  }
};

Played play(const Scenario& scenario, SimDuration until = 60s) {
  World world(std::make_shared<const WorldInput>(input_of(scenario)));
  TraceLog log;
  run_world(world, make_run_limits(scenario, until), &log);
  return {log.take()};
}

}  // namespace

TEST_SUITE("scenario/dependencies") {
  TEST_CASE("run: until exits when the moment holds, with its exit code") {
    Scenario scenario = pair();
    scenario.behavior["first"].runs = {run_for(4s)};
    RunBehavior waits;
    waits.until = moment("first.exited");
    waits.exit_code = 3;
    scenario.behavior["second"].runs = {waits};
    const Played played = play(scenario);
    CHECK(played.end_of("first") == "4.0s exit 0");
    CHECK(played.end_of("second") == "4.0s exit 3");
  }

  TEST_CASE("exitOn ends a run before its time, and another exit code than the one waited for does not") {
    Scenario scenario = pair();
    scenario.behavior["first"].runs = {run_for(4s, 1)};
    RunBehavior proxy = run_for(20s, 7);
    proxy.exit_on = moment("first.exited(1)");
    scenario.behavior["second"].runs = {proxy};
    CHECK(play(scenario).end_of("second") == "4.0s exit 7");
    scenario.behavior["second"].runs->front().exit_on = moment("first.exited(0)");
    CHECK(play(scenario).end_of("second") == "20.0s exit 7");
  }

  TEST_CASE("a need that does not hold from the start ends the run, at once or after a while") {
    Scenario scenario = pair();
    scenario.behavior["first"].runs->front().needs = {{moment("second.exited"), 0s, 5}};
    CHECK(play(scenario).end_of("first") == "0.0s exit 5");
    scenario.behavior["first"].runs->front().needs = {{moment("second.exited"), 2s, 5}};
    CHECK(play(scenario).end_of("first") == "2.0s exit 5");
  }

  TEST_CASE("a need that ceases to hold ends the run after a while without it") {
    Scenario scenario = pair();
    scenario.behavior["second"].runs = {run_for(6s)};
    scenario.behavior["first"].runs->front().needs = {{moment("second.running"), 1s, 9}};
    CHECK(play(scenario).end_of("first") == "7.0s exit 9");
  }

  TEST_CASE("a need that holds again in time ends nothing") {
    Scenario scenario = pair();
    scenario.workloads[0].pod.restart_policy = RestartPolicy::Always;
    scenario.behavior["second"].runs = {run_for(6s, 1), run_for(std::nullopt)};
    scenario.behavior["first"].runs->front().needs = {{moment("second.running"), 3s, 9}};
    CHECK(play(scenario).end_of("first") == "-");
  }

  TEST_CASE("of several needs each has its own patience") {
    Scenario scenario = pair();
    scenario.behavior["first"].runs->front().needs = {{moment("second.exited"), 8s, 1}, {moment("second.exited(4)"), 3s, 2}};
    CHECK(play(scenario).end_of("first") == "3.0s exit 2");
  }

  TEST_CASE("an attempt is told from the others") {
    Scenario scenario = pair();
    scenario.workloads[0].pod.restart_policy = RestartPolicy::Always;
    scenario.behavior["second"].runs = {run_for(3s, 1)};
    RunBehavior waits;
    waits.until = moment("second[1].exited");
    scenario.behavior["first"].runs = {waits};
    const Played played = play(scenario);
    CHECK(played.end_of("second", 0) == "3.0s exit 1");
    CHECK(played.end_of("second", 1) != "-");
    CHECK(played.end_of("first") == played.end_of("second", 1).substr(0, played.end_of("second", 1).find(' ')) + " exit 0");
  }

  TEST_CASE("serving is what the process would answer, ready what the kubelet knows") {
    Scenario scenario = pair();
    scenario.workloads[0].pod.containers[1].readiness_probe = ProbeSpec{};  // every 10 s
    ProbeBehavior after;
    after.ok_after = 3s;
    scenario.behavior["second"].readiness = after;
    RunBehavior waits;
    waits.until = moment("second.serving");
    scenario.behavior["first"].runs = {waits};
    CHECK(play(scenario).end_of("first") == "3.0s exit 0");
    scenario.behavior["first"].runs->front().until = moment("second.ready");
    const std::string ready = play(scenario).end_of("first");
    CHECK(ready != "-");
    CHECK(ready != "3.0s exit 0");
  }

  TEST_CASE("a hook's until holds back the next container until the moment holds") {
    Scenario scenario = pair();
    scenario.workloads[0].pod.containers[0].post_start = Handler{};
    scenario.workloads[0].pod.containers[0].readiness_probe = ProbeSpec{};
    ProbeBehavior after;
    after.ok_after = 4s;
    scenario.behavior["first"].readiness = after;
    HookBehavior waits;
    waits.takes.reset();
    waits.until = moment("first.serving");
    scenario.behavior["first"].post_start = waits;
    CHECK(play(scenario).start_of("second") == "4.0s");
    scenario.behavior["first"].post_start->until = moment("second.started");
    CHECK(play(scenario).start_of("second") == "-");
  }

  TEST_CASE("a probe's okWhile makes it fail while the moment does not hold") {
    Scenario scenario = pair();
    ProbeSpec every_second;
    every_second.period = 1s;
    every_second.failure_threshold = 1;
    scenario.workloads[0].pod.containers[0].liveness_probe = every_second;
    ProbeBehavior while_running;
    while_running.ok_while = moment("second.running");
    scenario.behavior["first"].liveness = while_running;
    scenario.behavior["second"].runs = {run_for(5s)};
    const std::string end = play(scenario).end_of("first");
    CHECK(end.find(" exit 143") != std::string::npos);
    CHECK((end.rfind("5.", 0) == 0 || end.rfind("6.", 0) == 0));
    scenario.behavior["second"].runs = {run_for(std::nullopt)};
    CHECK(play(scenario).end_of("first") == "-");
  }

  TEST_CASE("a process waits for one of another Pod that is created later") {
    Scenario scenario = scenario_of({workload("web", {container("wait", ContainerKind::Init), container("app")}),
                                     workload("db", {container("postgres")}, WorkloadKind::Deployment)});
    scenario.from_file = true;
    scenario.created_at["db-x7k2p"] = 3s;
    for (const char* image : {"wait:1", "app:1", "postgres:1"}) scenario.images[image].present = true;
    RunBehavior waits;
    waits.until = moment("db/postgres.started");
    scenario.behavior["wait"].runs = {waits};
    CHECK(play(scenario).end_of("wait") == "3.0s exit 0");
  }
}
