// Sets of Pods and CronJobs in a running World: their controllers make Pods, and others in place of those that go. What one of
// their syncs decides: tests/controller.
#include <doctest/doctest.h>

#include <memory>

#include "kubelet/world_rules.hpp"
#include "podlapse/controller/pod_set.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::test {
namespace {

using Kind = PodSetSpec::Kind;

/// The Pod of `pod` as the template of a set.
WorldCase set_of(WorldCase pod, Kind kind, std::int32_t replicas = 1) {
  PodSetSpec spec;
  spec.kind = kind;
  spec.name = "web";
  spec.replicas = replicas;
  pod.input.pods[0].spec.name = pod_set_pod_name(spec, 0, 0);
  pod.input.pod_sets = {{spec, 0}};
  return pod;
}

/// The template of a CronJob that fires each minute, from t = 0 on; the Jobs wait at most `backoff_limit` failures.
WorldCase cron_job_of(WorldCase pod, CronJobSpec::ConcurrencyPolicy policy) {
  CronJobSpec spec;
  spec.name = "c";
  spec.schedule = "* * * * *";
  spec.concurrency_policy = policy;
  spec.job.completions = 1;
  spec.job.restart_policy = pod.spec().restart_policy;
  pod.input.cron_jobs = {{spec, 0}};
  return pod;
}

WorldCase job_of(WorldCase pod) {
  JobSpec spec;
  spec.name = "work";
  spec.completions = 1;
  spec.restart_policy = pod.spec().restart_policy;
  pod.input.jobs = {{spec, 0}};
  return pod;
}

/// "0 web-0, 3.1 web-1": when each Pod was created.
std::string creations_of(const Story& story, bool names = true) {
  std::string text;
  for (const TraceRecord& record : story.records()) {
    if (!std::holds_alternative<PodMadeObservation>(record.observation)) continue;
    text += (text.empty() ? "" : ", ") + tenths({seconds(record)}) + (names ? " " + record.pod : "");
  }
  return text;
}

/// "0 Reason, 3.1 Reason": the events of objects that are no Pods.
std::string events_of(const Story& story, const char* kind) {
  std::string text;
  for (const TraceRecord& record : story.records()) {
    const auto* event = std::get_if<EventObservation>(&record.observation);
    if (event == nullptr || event->event.object_kind != kind) continue;
    text += (text.empty() ? "" : ", ") + tenths({seconds(record)}) + " " + event->event.reason;
  }
  return text;
}

std::vector<double> instants_of_gone(const Story& story) {
  std::vector<double> instants;
  for (const TraceRecord& record : story.records()) {
    if (std::holds_alternative<DeletedObservation>(record.observation)) instants.push_back(seconds(record));
  }
  return instants;
}

}  // namespace

TEST_SUITE("kubelet/world owners") {
  TEST_CASE("replicaset/creates: a ReplicaSet's Pods come in batches, each a request behind the one before") {
    WorldCase set = on_a_node(set_of({"m", kAlways, "m run=ever"}, Kind::ReplicaSet, 4));
    const Story story = set.run(20);
    std::vector<double> instants;
    for (const TraceRecord& record : story.records()) {
      if (std::holds_alternative<PodMadeObservation>(record.observation)) instants.push_back(seconds(record));
    }
    REQUIRE_EQ(instants.size(), 4);
    CHECK(instants[0] < instants[1]);
    CHECK(instants[1] == instants[2]);
    CHECK(instants[2] < instants[3]);
    CHECK_EQ(events_of(story, "ReplicaSet"), "0 SuccessfulCreate, 0 SuccessfulCreate, 0 SuccessfulCreate, 0 SuccessfulCreate");
  }

  TEST_CASE("controller/slow-start: the Pods of a later batch name it") {
    const Story story = on_a_node(set_of({"m", kAlways, "m run=ever"}, Kind::ReplicaSet, 3)).run(5);
    std::size_t made = 0;
    for (const TraceRecord& record : records_of(story, RuleId::ControllerSlowStart)) {
      made += std::holds_alternative<PodMadeObservation>(record.observation) ? 1 : 0;
    }
    CHECK_EQ(made, 2);
  }

  TEST_CASE("replicaset/replaces: the next Pod comes as soon as one is being deleted") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=3"}, Kind::ReplicaSet);
    const Story story = set.remove_at(5).run(20);
    CHECK_EQ(creations_of(story, false), "0, 5");
    CHECK(close(story.signalled("m"), 5));
    CHECK(names(story, RuleId::ReplicaSetReplaces));
  }

  TEST_CASE("replicaset/replaces: a Pod that was evicted stays, and another one runs") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=0:1"}, Kind::ReplicaSet);
    const Story story = set.at(5, EvictPod{"low on memory", std::nullopt}).run(20);
    CHECK_EQ(creations_of(story, false), "0, 5");
    CHECK(instants_of_gone(story).empty());
  }

  TEST_CASE("an action on a set's Pod concerns the oldest that runs, or the one it names") {
    WorldCase set = set_of({"m", kAlways, "m run=ever"}, Kind::ReplicaSet, 2);
    const std::string second = pod_set_pod_name(set.input.pod_sets[0].spec, 1, 1);
    const auto deleted = [](const Story& story) {
      std::string pods;
      for (const TraceRecord& record : story.records()) {
        if (std::holds_alternative<ActionObservation>(record.observation)) pods += " " + record.pod;
      }
      return pods;
    };
    WorldCase named = set;
    CHECK_EQ(deleted(set.remove_at(5).run(8)), " " + pod_set_pod_name(set.input.pod_sets[0].spec, 0, 0));
    named.remove_at(5);
    named.input.actions[0].made_pod = second;
    CHECK_EQ(deleted(named.run(8)), " " + second);
  }

  TEST_CASE("statefulset/ordered: each Pod waits until the one before it is ready") {
    WorldCase set = set_of({"m", kAlways, "m run=ever ready=3"}, Kind::StatefulSet, 3);
    const Story story = set.run(30);
    CHECK_EQ(creations_of(story), "0 web-0, 3 web-1, 6 web-2");
    set.input.pod_sets[0].spec.min_ready = secs(2);
    CHECK_EQ(creations_of(set.run(30)), "0 web-0, 5 web-1, 10 web-2");
  }

  TEST_CASE("statefulset/recreates: the next Pod of that name comes when the object is gone") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=3:0"}, Kind::StatefulSet, 2);
    const Story story = set.remove_at(5).run(30);
    const std::vector<double> gone = instants_of_gone(story);
    REQUIRE_EQ(gone.size(), 1);
    CHECK(gone[0] > 8);
    CHECK_EQ(creations_of(story), "0 web-0, 0 web-1, " + tenths(gone) + " web-0");
    CHECK_EQ(events_of(story, "StatefulSet"), "0 SuccessfulCreate, 0 SuccessfulCreate, " + tenths(gone) + " SuccessfulCreate");
  }

  TEST_CASE("statefulset/recreates: a Pod that was evicted is deleted and comes again") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=0:1"}, Kind::StatefulSet);
    const Story story = set.at(5, EvictPod{"low on memory", std::nullopt}).run(30);
    REQUIRE_EQ(instants_of_gone(story).size(), 1);
    CHECK_EQ(creations_of(story), "0 web-0, " + tenths(instants_of_gone(story)) + " web-0");
    CHECK(names(story, RuleId::StatefulSetOrdered));
  }

  TEST_CASE("daemonset/creates: the next Pod comes when the one that is deleted has ended") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=3:0"}, Kind::DaemonSet);
    const Story story = set.remove_at(5).run(30);
    CHECK_EQ(creations_of(story, false), "0, 8");
  }

  TEST_CASE("daemonset/failed-pod: a Pod that was evicted is deleted and replaced") {
    WorldCase set = set_of({"m", kAlways, "m run=ever term=0:1"}, Kind::DaemonSet);
    const Story story = set.at(5, EvictPod{"low on memory", std::nullopt}).run(30);
    CHECK_EQ(creations_of(story, false), "0, 5");
    CHECK_EQ(instants_of_gone(story).size(), 1);
    CHECK_EQ(events_of(story, "DaemonSet"), "0 SuccessfulCreate, 5 FailedDaemonPod, 5 SuccessfulDelete, 5 SuccessfulCreate");
  }

  TEST_CASE("a bare Pod is never recreated") {
    const Story story = WorldCase{"m", kAlways, "m run=ever"}.remove_at(5).run(30);
    CHECK_EQ(creations_of(story), "");
    CHECK(close(story.gone(), 5));
  }

  TEST_CASE("a Deployment tells of its ReplicaSet") {
    WorldCase set = set_of({"m", kAlways, "m run=ever"}, Kind::ReplicaSet, 2);
    set.input.pod_sets[0].spec.deployment = "web";
    CHECK_EQ(events_of(set.run(5), "Deployment"), "0 ScalingReplicaSet");
  }

  TEST_CASE("cronjob/schedule: each Job of a CronJob has Pods of its own") {
    const Story story = cron_job_of({"m", kNever, "m run=20"}, CronJobSpec::ConcurrencyPolicy::Allow).run(150);
    CHECK_EQ(creations_of(story, false), "0.1, 60.1, 120.1");
    CHECK_EQ(events_of(story, "CronJob"),
             "0.1 SuccessfulCreate, 21.1 SawCompletedJob, 60.1 SuccessfulCreate, 81.1 SawCompletedJob, "
             "120.1 SuccessfulCreate, 141.1 SawCompletedJob");
  }

  TEST_CASE("cronjob/forbid: the Job that had to wait starts when the one before has ended") {
    const Story story = cron_job_of({"m", kNever, "m run=70"}, CronJobSpec::ConcurrencyPolicy::Forbid).run(100);
    CHECK_EQ(creations_of(story, false), "0.1, 71.1");
    // Each change of the Job has its controller look again while a schedule time is still to be made up for.
    CHECK_EQ(events_of(story, "CronJob"),
             "0.1 SuccessfulCreate, 60.1 JobAlreadyActive, 71.1 JobAlreadyActive, 71.1 SawCompletedJob, 71.1 SuccessfulCreate");
  }

  TEST_CASE("cronjob/replace: the Job before is deleted, and its Pod behind it") {
    const Story story = cron_job_of({"m", kNever, "m run=ever term=2"}, CronJobSpec::ConcurrencyPolicy::Replace).run(100);
    CHECK_EQ(creations_of(story, false), "0.1, 60.1");
    CHECK(close(story.signalled("m"), 60.1));
    REQUIRE_EQ(instants_of_gone(story).size(), 1);
    CHECK(close(instants_of_gone(story)[0], 62.1));
  }

  TEST_CASE("cronjob/history: of the Jobs that have ended the oldest go with their Pods") {
    WorldCase cron = cron_job_of({"m", kNever, "m run=1"}, CronJobSpec::ConcurrencyPolicy::Allow);
    cron.input.cron_jobs[0].spec.successful_jobs_history_limit = 1;
    const Story story = cron.run(170);
    CHECK_EQ(tenths(instants_of_gone(story)), "62.1 122.1");
  }

  TEST_CASE("cronjob/suspend: a suspended CronJob makes nothing") {
    WorldCase cron = cron_job_of({"m", kNever, "m run=1"}, CronJobSpec::ConcurrencyPolicy::Allow);
    cron.input.cron_jobs[0].spec.suspend = true;
    CHECK(cron.run(170).records().empty());
  }

  TEST_CASE("job/ttl: a Job that has finished is deleted after its time, and its Pods before it") {
    WorldCase job = job_of({"m", kNever, "m run=3"});
    job.input.jobs[0].spec.ttl_after_finished = secs(10);
    const Story story = job.run(40);
    CHECK_EQ(tenths(instants_of_gone(story)), "14");  // Complete in the second 4
    REQUIRE_EQ(instants_of(story, RuleId::JobTtl).size(), 1);
    CHECK(instants_of(story, RuleId::JobTtl)[0] <= instants_of_gone(story)[0]);
    const JobObservation* last = nullptr;
    for (const TraceRecord& record : story.records()) {
      if (const auto* seen = std::get_if<JobObservation>(&record.observation)) last = seen;
    }
    REQUIRE(last != nullptr);
    CHECK(last->gone);
    CHECK_EQ(last->name, "work");
  }

  TEST_CASE("controller/garbage: the Job goes behind the last of its Pods") {
    WorldCase job = job_of({"m", kNever, "m run=3"});
    job.input.jobs[0].spec.ttl_after_finished = secs(0);
    const Story story = job.run(40);
    const std::vector<double> job_gone = instants_of(story, RuleId::ControllerGarbage);
    REQUIRE_EQ(instants_of_gone(story).size(), 1);
    CHECK(job_gone.back() >= instants_of_gone(story)[0]);
  }

  TEST_CASE("job/suspend: a Job that is suspended deletes its Pod, and makes another when it is resumed") {
    WorldCase job = job_of({"m", kNever, "m run=10 term=1:1"});
    const Story story = job.at(3, PatchJob{true, {}}).at(8, PatchJob{false, {}}).run(60);
    CHECK(close(story.signalled("m"), 3));
    std::string text;
    for (const TraceRecord& record : story.records()) {
      const auto* seen = std::get_if<JobObservation>(&record.observation);
      if (seen == nullptr) continue;
      for (const PodCondition& condition : seen->conditions) {
        if (condition.type == "Suspended" && text.rfind(condition.status) == std::string::npos) text += condition.status + " ";
      }
    }
    CHECK_EQ(text, "True False ");
    CHECK_EQ(creations_of(story, false), "0, 8");  // what it deleted itself is no failure, and is not waited for
    for (const TraceRecord& record : story.records()) {
      if (const auto* seen = std::get_if<JobObservation>(&record.observation)) CHECK_EQ(seen->failed, 0);
    }
  }

  TEST_CASE("a World with sets and CronJobs is a value, too") {
    WorldCase pod = cron_job_of({"m", kNever, "m run=20"}, CronJobSpec::ConcurrencyPolicy::Allow);
    pod.input.config = KubeletConfig::kubelet_profile();
    pod.input.chance = Chance{5};
    World world{std::make_shared<const WorldInput>(pod.input)};
    world.run_until(at(70), nullptr);
    World copy = world;
    TraceLog rest, rest_of_copy;
    world.run_until(at(200), &rest);
    copy.run_until(at(200), &rest_of_copy);
    REQUIRE_EQ(rest.records().size(), rest_of_copy.records().size());
    for (std::size_t i = 0; i < rest.records().size(); ++i) {
      CHECK_EQ(rest.records()[i].pod, rest_of_copy.records()[i].pod);
      CHECK(rest.records()[i].at == rest_of_copy.records()[i].at);
    }
    CHECK(rest.records().size() > 20);
  }
}

}  // namespace podlapse::test
