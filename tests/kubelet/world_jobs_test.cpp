// Jobs in a running World: their controller makes Pods, sees what becomes of them, and says how the Job ends. What one of
// its syncs decides: tests/controller.
#include <doctest/doctest.h>

#include <memory>

#include "kubelet/world_rules.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::test {
namespace {

/// The Pod of `pod` as the template of a Job.
WorldCase job_of(WorldCase pod, std::int32_t completions = 1, std::int32_t parallelism = 1) {
  JobSpec spec;
  spec.name = "work";
  spec.completions = completions;
  spec.parallelism = parallelism;
  spec.restart_policy = pod.spec().restart_policy;
  pod.input.jobs = {{spec, 0}};
  return pod;
}

/// "0.0 active 1; 3.0 active 0 succeeded 1 Complete": each status of the Job, with its instant.
std::string statuses_of(const Story& story) {
  std::string text;
  for (const TraceRecord& record : story.records()) {
    const auto* seen = std::get_if<JobObservation>(&record.observation);
    if (seen == nullptr) continue;
    text += (text.empty() ? "" : "; ") + format_seconds(record.at.time_since_epoch(), 1) + " active " + std::to_string(seen->active);
    if (seen->terminating > 0) text += " terminating " + std::to_string(seen->terminating);
    if (seen->succeeded > 0) text += " succeeded " + std::to_string(seen->succeeded);
    if (seen->failed > 0) text += " failed " + std::to_string(seen->failed);
    for (const PodCondition& condition : seen->conditions) text += " " + condition.type;
  }
  return text;
}

/// When Pods were created, in tenths of seconds.
std::string creations_of(const Story& story) {
  std::vector<double> instants;
  for (const TraceRecord& record : story.records()) {
    const auto* event = std::get_if<EventObservation>(&record.observation);
    if (event != nullptr && event->event.reason == "SuccessfulCreate") instants.push_back(seconds(record));
  }
  return tenths(instants);
}

}  // namespace

TEST_SUITE("kubelet/world jobs") {
  TEST_CASE("a Pod that its Job still tracks is stopped although it was deleted with grace 0, and goes when it has been counted") {
    WorldCase pod = job_of({"m", kNever, "m term=1"});
    pod.input.jobs[0].spec.pod_replacement_policy = JobSpec::PodReplacementPolicy::Failed;
    const Story story = pod.remove_at(5, 0).run(30);
    CHECK(close(story.signalled("m"), 5));
    CHECK(close(story.exited("m"), 6));
    CHECK(story.gone() > 6);
  }

  // A status a second after another one says how many Pods are ready.
  TEST_CASE("a Job runs as many Pods as it wants completions, side by side as parallelism allows") {
    const Story story = job_of({"m", kNever, "m run=3"}, 3, 2).run(30);
    CHECK_EQ(creations_of(story), "0 0 4");  // Pods that have ended are seen a second later
    CHECK_EQ(statuses_of(story),
             "0.0 active 0; 0.0 active 2; 1.0 active 2; 4.0 active 1; 4.0 active 1 succeeded 2; 5.0 active 1 succeeded 2; "
             "8.0 active 0 succeeded 2 SuccessCriteriaMet; "
             "8.0 active 0 succeeded 3 SuccessCriteriaMet Complete");
  }

  TEST_CASE("after failures a Job waits 10 s, 20 s, 40 s, counted from the second in which the Pod ended") {
    WorldCase pod = job_of({"m", kNever, "m run=1 exit=1"});
    pod.input.jobs[0].spec.backoff_limit = 3;
    const Story story = pod.run(120);
    CHECK_EQ(creations_of(story), "0 11 32 73");
    CHECK(statuses_of(story).ends_with("failed 4 FailureTarget Failed"));
  }

  TEST_CASE("each Pod of a Job has a name, attempts and a behaviour of its own") {
    WorldCase pod = job_of({"m", kNever, "m run=1 exit=1"});
    const Story story = pod.run(14);
    std::vector<std::string> names;
    for (const TraceRecord& record : story.records()) {
      const auto* seen = std::get_if<ContainerObservation>(&record.observation);
      if (seen == nullptr || seen->what != ContainerObservation::What::Started) continue;
      CHECK_EQ(seen->attempt, 0);
      names.push_back(record.pod);
    }
    REQUIRE_EQ(names.size(), 2);
    CHECK_NE(names[0], names[1]);
    CHECK(names[1].starts_with("work-"));
  }

  TEST_CASE("a Job past its deadline deletes its Pod, and is Failed once that has ended") {
    WorldCase pod = job_of({"m", kNever, "m run=ever term=2"});
    pod.input.jobs[0].spec.active_deadline = secs(6);
    const Story story = pod.run(40);
    CHECK(close(story.signalled("m"), 6));
    CHECK(close(story.exited("m"), 8));
    CHECK_EQ(statuses_of(story),
             "0.0 active 0; 0.0 active 1; 1.0 active 1; 6.0 active 0 terminating 1 FailureTarget; "
             "6.0 active 0 terminating 1 failed 1 FailureTarget; "
             "9.0 active 0 failed 1 FailureTarget; 9.0 active 0 failed 1 FailureTarget Failed");
  }

  TEST_CASE("a Pod that somebody deletes stays until its Job has counted it, and is replaced") {
    WorldCase pod = job_of({"m", kNever, "m run=ever term=0:1"});
    const Story story = pod.remove_at(5, 9).run(30);
    CHECK(close(story.exited("m"), 5));
    CHECK(close(story.gone(), 6));
    CHECK_EQ(creations_of(story), "0 15");
  }

  TEST_CASE("an action on a Job's Pod concerns the newest") {
    WorldCase pod = job_of({"m", kNever, "m run=1 exit=1 / run=ever"});
    const Story story = pod.remove_at(12.5).run(30);
    CHECK(story.gone() > 12.5);
  }

  TEST_CASE("a suspended Job makes no Pod") {
    WorldCase pod = job_of({"m", kNever, ""});
    pod.input.jobs[0].spec.suspend = true;
    const Story story = pod.run(30);
    CHECK_EQ(creations_of(story), "");
    CHECK_EQ(statuses_of(story), "0.0 active 0; 0.0 active 0 Suspended");
  }

  TEST_CASE("a World with a Job is a value, too") {
    WorldCase pod = job_of({"m", kNever, "m run=1 exit=1"}, 2, 2);
    pod.input.config = KubeletConfig::kubelet_profile();
    pod.input.chance = Chance{5};
    const auto input = std::make_shared<const WorldInput>(pod.input);
    World world{input};
    world.run_until(at(12), nullptr);
    World copy = world;
    TraceLog rest, rest_of_copy;
    world.run_until(at(60), &rest);
    copy.run_until(at(60), &rest_of_copy);
    REQUIRE_EQ(rest.records().size(), rest_of_copy.records().size());
    for (std::size_t i = 0; i < rest.records().size(); ++i) {
      CHECK_EQ(rest.records()[i].pod, rest_of_copy.records()[i].pod);
      CHECK(rest.records()[i].at == rest_of_copy.records()[i].at);
    }
    CHECK(rest.records().size() > 20);
  }
}

}  // namespace podlapse::test
