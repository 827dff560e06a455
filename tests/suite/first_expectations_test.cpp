#include "podlapse/suite/first_expectations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "podlapse/api/validation.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "podlapse/scenario/run.hpp"
#include "podlapse/trace/sink.hpp"

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

/// A Pod with a sidecar and a container.
Scenario scenario() {
  const auto container = [](const char* name) {
    Value value = Value::object();
    value.set("name", Value{name});
    value.set("image", Value{name});
    return value;
  };
  Value sidecar = container("proxy");
  sidecar.set("restartPolicy", Value{"Always"});
  Value pod = Value::object();
  pod.set("apiVersion", Value{"v1"});
  pod.set("kind", Value{"Pod"});
  pod["metadata"].set("name", Value{"web"});
  pod["spec"]["initContainers"].push_back(sidecar);
  pod["spec"]["containers"].push_back(container("app"));
  const CheckedObject checked = check_object(pod, SchemaType::Pod);
  REQUIRE(checked.errors.empty());
  Scenario made;
  made.from_file = true;
  made.workloads.push_back(make_workload(*find_workload_kind("Pod"), checked.object));
  return made;
}

JudgedRun run(const Scenario& given) {
  std::vector<Assumption> unused;
  auto input =
      std::make_shared<const WorldInput>(make_world_input(given, KubeletConfig::kubelet_profile(), Chance{}, WallClock{}, unused));
  World world{input};
  TraceLog log;
  const RunResult ended = run_world(world, make_run_limits(given), &log);
  TraceHeader header;
  header.pods.push_back({"web", {{"proxy", ContainerKind::Sidecar}, {"app", ContainerKind::Main}}});
  header.observed_until = ended.ended_at.time_since_epoch();
  return {{header, log.take()}, ended.cut};
}

std::vector<std::string> sentences(const Scenario& given, const std::vector<JudgedRun>& runs) {
  std::vector<std::string> all;
  for (const FirstExpectation& one : first_expectations(given, runs)) all.push_back(one.sentence);
  return all;
}

bool has(const std::vector<std::string>& all, const std::string& sentence) {
  return std::find(all.begin(), all.end(), sentence) != all.end();
}

}  // namespace

TEST_SUITE("suite/first_expectations") {
  TEST_CASE("what holds is said, with round bounds") {
    const Scenario given = scenario();
    const std::vector<std::string> all = sentences(given, {run(given)});
    CHECK(has(all, "proxy.started before app.started"));
    CHECK(has(all, "pod.ready within 10s"));
    CHECK(has(all, "proxy covers app"));
    CHECK(has(all, "never pod.failed"));
    CHECK(has(all, "no restarted"));
    CHECK_FALSE(has(all, "app.exited before proxy.SIGTERM"));
    CHECK(happens_within("pod.ready", given, std::vector<JudgedRun>{run(given)}) == 5s);
    CHECK(happens_within("pod.gone", given, std::vector<JudgedRun>{run(given)}) == std::nullopt);
  }

  TEST_CASE("what does not hold in every run is left out") {
    const Scenario given = scenario();
    Scenario crashes = given;
    RunBehavior first;
    first.run = 3s;
    first.exit_code = 1;
    crashes.behavior["proxy"].runs = {first, RunBehavior{}};
    const std::vector<std::string> all = sentences(given, {run(given), run(crashes)});
    CHECK(has(all, "proxy.started before app.started"));
    CHECK_FALSE(has(all, "no restarted"));
    CHECK_FALSE(has(all, "proxy covers app"));
    CHECK(has(sentences(given, {run(given)}), "no restarted"));
  }

  TEST_CASE("durations are written as people write them") {
    CHECK(short_duration(45s) == "45s");
    CHECK(short_duration(60s) == "1m");
    CHECK(short_duration(90s) == "1m30s");
    CHECK(short_duration(1h) == "1h");
    CHECK(short_duration(0s) == "0s");
    CHECK(short_duration(10min) == "10m");
  }
}
