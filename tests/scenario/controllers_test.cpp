// What a scenario says of controllers: how many Pods, when the clock begins, what its reader is told, and one Pod among many.
#include <doctest/doctest.h>

#include "podlapse/controller/pod_set.hpp"
#include "scenario/support.hpp"
#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

Workload set_of(WorkloadKind kind, PodSetSpec::Kind set) {
  Workload made = workload("web", {container("app")}, kind);
  PodSetSpec spec;
  spec.kind = set;
  spec.name = "web";
  made.pod_set = spec;
  made.pod.name = pod_set_pod_name(spec, 0, 0);
  return made;
}

Workload cron_job(const char* schedule) {
  Workload made = workload("c", {container("app")}, WorkloadKind::CronJob);
  CronJobSpec spec;
  spec.name = "c";
  spec.schedule = schedule;
  made.cron_job = spec;
  return made;
}

WallTime instant(const char* text) {
  WallTime at{};
  REQUIRE(parse_rfc3339(text, at));
  return at;
}

std::string notes_of(const Scenario& scenario) {
  std::string text;
  for (const auto& [word, note] : controller_notes(scenario, instant("2026-01-01T00:00:00Z"))) text += word + ": " + note + "\n";
  return text;
}

}  // namespace

TEST_SUITE("scenario/controllers") {
  TEST_CASE("scenario/replicas: what keeps a number of Pods gets as many, a DaemonSet one, and others none") {
    Scenario scenario = scenario_of({set_of(WorkloadKind::Deployment, PodSetSpec::Kind::ReplicaSet), workload("p", {container("app")})});
    CHECK_FALSE(set_replicas(scenario, 3).has_value());
    CHECK_EQ(scenario.workloads[0].pod_set->replicas, 3);
    Scenario daemon = scenario_of({set_of(WorkloadKind::DaemonSet, PodSetSpec::Kind::DaemonSet)});
    CHECK_FALSE(set_replicas(daemon, 1).has_value());
    const auto refused = set_replicas(daemon, 2);
    REQUIRE(refused.has_value());
    CHECK(refused->code == RuleId::ScenarioReplicas);
    CHECK_EQ(refused->text, "a DaemonSet has one Pod on a node, and there is one node");
    Scenario bare = web();
    CHECK(set_replicas(bare, 2).has_value());
    reach(refused->code);
  }

  TEST_CASE("the run of a CronJob begins when its schedule fires") {
    const WallTime start = instant("2026-01-01T00:02:00Z");
    CHECK(first_instant(scenario_of({cron_job("*/5 * * * *")}), start) == instant("2026-01-01T00:05:00Z"));
    CHECK(first_instant(web(), start) == start);
    Scenario suspended = scenario_of({cron_job("*/5 * * * *")});
    suspended.workloads[0].cron_job->suspend = true;
    CHECK(first_instant(suspended, start) == start);
    CHECK_EQ(notes_of(suspended), "suspended: CronJob c: nothing runs until spec.suspend is false\n");
  }

  TEST_CASE("a reader is told when the schedule fires, and what happens to a Job that lasts longer") {
    Scenario scenario = scenario_of({cron_job("*/5 * * * *")});
    CHECK_EQ(notes_of(scenario),
             "schedule: `*/5 * * * *` fires at 2026-01-01T00:05:00Z, which is 0s here, and 5m0s later, at 2026-01-01T00:10:00Z\n"
             ": if a Job lasts longer than 5m0s, the next runs beside it (concurrencyPolicy Allow)\n");
    scenario.workloads[0].cron_job->concurrency_policy = CronJobSpec::ConcurrencyPolicy::Forbid;
    scenario.workloads[0].cron_job->starting_deadline = std::chrono::seconds{100};
    scenario.workloads[0].cron_job->time_zone = "Europe/Berlin";
    const std::string told = notes_of(scenario);
    CHECK(told.find("the next waits for its end, unless that is more than 1m40s late (concurrencyPolicy Forbid)") != std::string::npos);
    CHECK(told.find("timeZone Europe/Berlin is not known here") != std::string::npos);
  }

  TEST_CASE("a reader is told how many Pods were asked for, and how long a Job stays") {
    Scenario scenario = scenario_of({set_of(WorkloadKind::Deployment, PodSetSpec::Kind::ReplicaSet)});
    scenario.workloads[0].replicas = 3;
    CHECK_EQ(notes_of(scenario), "replicas: Deployment web asks for 3, 1 simulated; --replicas 3 puts all on the node\n");
    scenario.workloads[0].pod_set->replicas = 3;
    CHECK_EQ(notes_of(scenario), "");
    Scenario job = scenario_of({workload("w", {container("app")}, WorkloadKind::Job)});
    job.workloads[0].job = JobSpec{};
    job.workloads[0].job->ttl_after_finished = std::chrono::seconds{60};
    CHECK_EQ(notes_of(job), "ttl: the Job and its Pods are deleted 1m0s after it has finished (ttlSecondsAfterFinished)\n");
  }

  TEST_CASE("a Pod that a set makes at first is known by its name") {
    Scenario scenario = scenario_of({set_of(WorkloadKind::StatefulSet, PodSetSpec::Kind::StatefulSet)});
    scenario.workloads[0].pod_set->replicas = 2;
    CHECK(find_pod(scenario, "web-1") == PodIndex{0});
    CHECK_FALSE(find_pod(scenario, "web-2").has_value());
    ActionRequest request;
    request.pod = "web-1";
    request.what = DeletePod{};
    Action action;
    REQUIRE_FALSE(resolve_action(scenario, request, action).has_value());
    CHECK_EQ(action.made_pod, "web-1");
    request.pod = "web";
    REQUIRE_FALSE(resolve_action(scenario, request, action).has_value());
    CHECK_EQ(action.made_pod, "");
    request.what = PatchJob{true, {}};
    CHECK(resolve_action(scenario, request, action).has_value());
  }

  TEST_CASE("one Pod among those that a controller makes may do otherwise") {
    CHECK_EQ(parse_numbered_pod("work[12]").name, "work");
    CHECK(parse_numbered_pod("work[12]").number == 12U);
    CHECK_FALSE(parse_numbered_pod("work[x]").number.has_value());
    Scenario scenario = scenario_of({set_of(WorkloadKind::Deployment, PodSetSpec::Kind::ReplicaSet)});
    RunBehavior fails;
    fails.run = std::chrono::seconds{1};
    fails.exit_code = 3;
    scenario.behavior["web[1]/app"].runs = {fails};
    std::vector<Assumption> assumptions;
    const WorldInput input = make_world_input(scenario, KubeletConfig::ideal_profile(), Chance{}, WallClock{}, assumptions);
    REQUIRE_EQ(input.pods[0].behavior_of.size(), 1);
    CHECK_EQ(input.pods[0].behavior_of.at(1)[0].runs[0].exit_code, 3);
    CHECK_NE(input.pods[0].behavior[0].runs[0].exit_code, 3);
    CHECK_FALSE(find_pod(web(), "web[1]").has_value());  // a bare Pod is one
  }
}

}  // namespace podlapse::test
