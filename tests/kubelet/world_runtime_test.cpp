// Rules of what surrounds the kubelet (rules/runtime.def): the API server, the container runtime, the processes.
#include <doctest/doctest.h>

#include <algorithm>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

const StatusObservation& status_of(const TraceRecord& record) { return std::get<StatusObservation>(record.observation); }

/// What the answer to each request was: "200 404".
std::string answers(const Story& story) {
  std::string text;
  for (const TraceRecord& record : story.records()) {
    const auto* action = std::get_if<ActionObservation>(&record.observation);
    if (action == nullptr || !action->http) continue;
    text += (text.empty() ? "" : " ") + std::to_string(*action->http);
  }
  return text;
}

Moment moment(const char* container, Moment::What what) {
  Moment result;
  result.container = container;
  result.what = what;
  return result;
}

}  // namespace

TEST_SUITE("kubelet/world objects") {
  TEST_CASE("object/created: a Pod begins Pending, when it is created") {
    WorldCase pod{"m", kAlways, ""};
    pod.input.pods[0].created_at = secs(3);
    const Story story = pod.run(10);
    const auto found = records_of(story, RuleId::ObjectCreated);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(found[0].seq, 1);
    CHECK_EQ(seconds(found[0]), 3);
    CHECK_EQ(status_of(found[0]).status.phase, "Pending");
    CHECK(close(story.started("m"), 3));
  }

  TEST_CASE("object/deletion: DELETE sets the deletion timestamp, and the kubelet does the rest") {
    const Story story = WorldCase{"m", kAlways, "m term=2"}.grace(7).remove_at(5).run(60);
    const auto found = records_of(story, RuleId::ObjectDeletion);
    REQUIRE_EQ(found.size(), 2);  // the request, and the changed object
    CHECK_EQ(status_of(found[1]).deleting, 7);
    CHECK_EQ(status_of(found[1]).status.phase, "Running");
    CHECK(close(story.gone(), 7));
    CHECK_EQ(status_of(records_of(WorldCase{"m", kAlways, ""}.remove_at(5, 12).run(60), RuleId::ObjectDeletion)[1]).deleting, 12);
  }

  TEST_CASE("object/deletion-shortened: a later DELETE may only shorten the grace period") {
    const auto deleting = [](std::int64_t second) {
      const Story story = WorldCase{"m", kAlways, "m term=never"}.remove_at(5, 20).remove_at(6, second).run(10);
      std::int64_t last = 0;
      for (const TraceRecord& record : story.records()) {
        const auto* status = std::get_if<StatusObservation>(&record.observation);
        if (status != nullptr && status->deleting) last = *status->deleting;
      }
      if (second < 20) CHECK_EQ(tenths(instants_of(story, RuleId::ObjectDeletionShortened)), "6");
      else CHECK_FALSE(names(story, RuleId::ObjectDeletionShortened));
      return last;
    };
    CHECK_EQ(deleting(8), 8);
    CHECK_EQ(deleting(20), 20);
    CHECK_EQ(deleting(30), 20);
  }

  TEST_CASE("object/deletion-immediate: a Pod that is terminal, or deleted with grace 0, is gone at once") {
    const Story forced = WorldCase{"m", kAlways, "m term=never"}.remove_at(5, 0).run(60);
    CHECK(close(instants_of(forced, RuleId::ObjectDeletionImmediate).at(0), 5));
    CHECK(close(forced.gone(), 5));
    CHECK(close(forced.signalled("m"), 5));
    CHECK(close(forced.exited("m"), 7));  // the kubelet stops it nevertheless
    const Story terminal = WorldCase{"m", kNever, "m run=1"}.remove_at(5).run(60);
    CHECK(names(terminal, RuleId::ObjectDeletionImmediate));
    CHECK(close(terminal.gone(), 5));
    WorldCase gated{"m", kAlways, ""};
    gated.spec().scheduling_gates = {"example.com/wait"};
    const Story never_bound = gated.remove_at(5).run(60);
    CHECK(close(never_bound.gone(), 5));
    CHECK(names(never_bound, RuleId::ObjectDeletionImmediate));
    for (const TraceRecord& record : never_bound.records()) {
      CHECK_FALSE(std::holds_alternative<StepObservation>(record.observation));  // no kubelet has it
    }
  }

  TEST_CASE("object/created: the server says of a gated Pod that its scheduling is blocked") {
    WorldCase gated{"m", kAlways, ""};
    gated.spec().scheduling_gates = {"example.com/wait"};
    const Story story = gated.remove_at(5).run(60);
    for (const TraceRecord& record : story.records()) {
      const auto* status = std::get_if<StatusObservation>(&record.observation);
      if (status == nullptr) continue;
      const PodCondition* scheduled = find_condition(status->status, "PodScheduled");
      REQUIRE(scheduled != nullptr);
      CHECK_EQ(scheduled->status, "False");
      CHECK_EQ(scheduled->reason, "SchedulingGated");
    }
  }

  TEST_CASE("object/patched: a status shows the image that runs, not the one that waits") {
    const auto images = [](const Story& story) {
      std::string text;
      for (const TraceRecord& record : story.records()) {
        const auto* seen = std::get_if<StatusObservation>(&record.observation);
        if (seen == nullptr || seen->status.container_statuses.empty()) continue;
        const std::string& image = seen->status.container_statuses[0].image;
        if (text.size() < image.size() || text.compare(text.size() - image.size(), image.size(), image) != 0) text += " " + image;
      }
      return text;
    };
    WorldCase pod{"m", kNever, "m term=2"};
    pod.spec().containers[0].image = "app:1";
    CHECK_EQ(images(WorldCase{pod}.at(5, PatchPod{{{0, "app:2"}}, {}}).run(20)), " app:1 app:2");
    // One that has ended for good is not started for a new image.
    WorldCase done{"m n", kNever, "m run=1"};
    done.spec().containers[0].image = "app:1";
    CHECK_EQ(images(done.at(5, PatchPod{{{0, "app:2"}}, {}}).run(20)), " app:1");
  }

  TEST_CASE("object/deletion: the request raises the generation once, and the kubelet observes it") {
    const Story story = on_a_node({"m", kAlways, "m term=2"}).remove_at(5).remove_at(5.5, 20).run(60);
    std::int64_t before = 0, after = 0;
    for (const TraceRecord& record : story.records()) {
      const auto* status = std::get_if<StatusObservation>(&record.observation);
      if (status == nullptr || !status->status.observed_generation) continue;
      (status->deleting ? after : before) = *status->status.observed_generation;
    }
    CHECK_EQ(before, 1);
    CHECK_EQ(after, 2);
  }

  TEST_CASE("object/removed: the kubelet removes a deleted Pod when it is terminal and cleaned up") {
    const Story story = on_a_node({"m", kAlways, "m term=2"}).remove_at(5).run(60);
    const auto found = records_of(story, RuleId::ObjectRemoved);
    REQUIRE_EQ(found.size(), 2);  // the kubelet's DELETE with grace 0, and the end of the object
    CHECK_EQ(status_of(found[0]).deleting, 0);
    CHECK_EQ(seconds(found[1]), story.gone());
    CHECK(story.gone() > story.exited("m") + 0.1);
    CHECK(story.gone() < story.exited("m") + 1.5);
    CHECK(story.gone() > story.steps("sync", "SyncTerminatedPod").at(0));
  }

  TEST_CASE("object/kept: a deleted Pod that has finalizers stays, and shows how it ended") {
    WorldCase pod = on_a_node({"m", kAlways, "m term=2"});
    pod.spec().has_finalizers = true;
    const Story story = pod.remove_at(5).run(60);
    const auto found = records_of(story, RuleId::ObjectKept);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(status_of(found[0]).deleting, 0);
    CHECK(seconds(found[0]) > story.exited("m"));
    CHECK_EQ(story.gone(), -1);
    CHECK_EQ(story.phase(), "Succeeded");
    CHECK_EQ(story.state("m"), "Terminated Completed 0");
    // Grace 0 does not free it either: the kubelet stops it, and it stays.
    const Story forced = pod.remove_at(5, 0).run(60);
    CHECK_EQ(forced.gone(), -1);
    CHECK(forced.exited("m") > 5);
  }

  TEST_CASE("object/removed: a deletion that comes between the last status and its writing waits for the status manager's round") {
    // The API shows the terminal phase behind the request and before the kubelet has heard of it; by then the Pod's worker
    // is done, and nothing wakes it any more.
    WorldCase pod{"m", kNever, "m run=3"};
    pod.input.config.latencies.pod_delivery = Latency::exactly(secs(1));
    pod.input.config.latencies.status_write = Latency::exactly(secs(2));
    const Story story = pod.remove_at(5.5).run(60);
    CHECK(close(instants_of(story, RuleId::WorkerTerminated).at(0), 4));
    CHECK(close(instants_of(story, RuleId::PhaseKilledSucceeded).at(0), 6));
    CHECK(close(instants_of(story, RuleId::WorkerShorterGrace).at(0), 6.5));
    CHECK_EQ(story.phases(), "Pending Running Succeeded");
    CHECK_EQ(tenths({story.gone()}), "10");
  }

  TEST_CASE("object/absent: a request about a Pod that does not exist is answered with 404") {
    WorldCase pod{"m", kAlways, ""};
    pod.input.pods[0].created_at = secs(3);
    pod.remove_at(1).patch_image_at(2, "m").at(2, PatchConditions{}).remove_at(5, 0).remove_at(20).patch_image_at(20, "m");
    const Story story = pod.run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::ObjectAbsent)), "1 2 2 20 20");
    CHECK_EQ(answers(story), "404 404 404 200 404 404");
    CHECK_EQ(story.starts("m"), 1);
  }

  TEST_CASE("object/patched: a PATCH is answered, and changes what it names") {
    WorldCase pod{"m", kAlways, ""};
    pod.spec().readiness_gates = {"example.com/gate"};
    PatchConditions conditions;
    conditions.conditions = {{"example.com/gate", "True", "", "", {}, {}}};
    const Story story = pod.at(4, conditions).patch_image_at(6, "m").run(20);
    const auto found = records_of(story, RuleId::ObjectPatched);
    CHECK_EQ(tenths({seconds(found[0]), seconds(found.back())}), "4 6");
    CHECK_EQ(answers(story), "200 200");
    CHECK_EQ(find_condition(story.status(), "Ready")->status, "True");
    CHECK_EQ(story.starts("m"), 2);
  }

  TEST_CASE("config/changed: a ConfigMap that appears is found at the next try, one that vanishes harms nobody who runs") {
    WorldCase pod{"m", kAlways, "m run=20 exit=1"};
    pod.spec().containers[0].references = {{ObjectReference::Kind::ConfigMap, "settings", ""}};
    const auto put = [](bool remove) { return PutObject{ObjectReference::Kind::ConfigMap, "settings", {}, remove}; };
    const Story story = pod.at(5, put(false)).at(15, put(true)).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::ConfigChanged)), "5 15");
    CHECK(close(story.started("m"), 12.5));  // the sync that failed at 0 s is tried again after 10 s and a jitter
    CHECK(close(story.exited("m"), 32.5));
    CHECK_EQ(story.starts("m"), 1);
    CHECK_EQ(story.state("m"), "Waiting CreateContainerConfigError");
  }

  TEST_CASE("sandbox/lost: containers run on until the kubelet sees that their sandbox is gone") {
    const Story story = on_a_node({"m", kAlways, "m term=1"}).at(5, KillSandbox{}).run(20);
    const TraceRecord lost = records_of(story, RuleId::SandboxLost).at(0);
    CHECK_EQ(seconds(lost), 5);
    CHECK(std::get<ActionObservation>(lost.observation).sandbox);
    CHECK(story.signalled("m") > 5.05);
    CHECK(story.signalled("m") < 6.3);
    CHECK_EQ(story.starts("m"), 2);
  }
}

TEST_SUITE("kubelet/world processes") {
  TEST_CASE("process/own-end: a process ends by itself, with its own code") {
    const Story story = WorldCase{"m", kNever, "m run=4 exit=3"}.run(20);
    const auto found = records_of(story, RuleId::ProcessOwnEnd);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(seconds(found[0]) - story.started("m"), doctest::Approx(4));
    CHECK_EQ(story.exit_code("m"), 3);
    CHECK_EQ(story.state("m"), "Terminated Error 3");
  }

  TEST_CASE("process/until: a process ends when what it waits for comes true") {
    WorldCase pod{"m n", kNever, "m run=4 exit=3, n exit=7"};
    pod.behavior("n").runs[0].until = moment("m", Moment::What::Exited);
    const Story story = pod.run(20);
    CHECK_EQ(container_of(records_of(story, RuleId::ProcessUntil).at(0)), "n");
    CHECK_EQ(story.exited("n"), story.exited("m"));
    CHECK_EQ(story.exit_code("n"), 7);
  }

  TEST_CASE("process/exit-on: a process ends when what it watches happens") {
    WorldCase pod{"m n", kNever, "m run=4, n run=20"};
    pod.behavior("n").runs[0].exit_on = moment("m", Moment::What::Exited);
    const Story story = pod.run(40);
    CHECK_EQ(container_of(records_of(story, RuleId::ProcessExitOn).at(0)), "n");
    CHECK_EQ(story.exited("n"), story.exited("m"));
  }

  TEST_CASE("process/need-unmet: a process ends when a container it needs has been away too long") {
    WorldCase pod{"m n", kNever, "m run=4"};
    pod.behavior("n").runs[0].needs = {{moment("m", Moment::What::Running), secs(3), 5}};
    const Story story = pod.run(40);
    CHECK_EQ(container_of(records_of(story, RuleId::ProcessNeedUnmet).at(0)), "n");
    CHECK(close(story.exited("n"), 7));
    CHECK_EQ(story.exit_code("n"), 5);
  }

  TEST_CASE("process/term-answered: a process answers SIGTERM in its own time, with its own code") {
    const Story story = WorldCase{"m", kAlways, "m term=2:4"}.remove_at(5).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::ProcessTermAnswered)), "7");
    CHECK_EQ(story.exit_code("m"), 4);
  }

  TEST_CASE("process/killed: a process that outlives the grace period gets SIGKILL and exits 137") {
    const Story story = WorldCase{"m n", kAlways, "m term=never, n term=9"}.remove_at(5, 4).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::ProcessKilled)), "9 9");
    CHECK_EQ(story.exit_code("m"), 137);
    CHECK_EQ(story.exit_code("n"), 137);
  }

  TEST_CASE("process/signalled: a signal from outside ends a process with 128 and its number") {
    const Story killed = WorldCase{"m", kNever, ""}.at(5, KillContainer{0, 11}).run(20);
    CHECK_EQ(tenths(instants_of(killed, RuleId::ProcessSignalled)), "5 5");  // what was done, and the exit
    CHECK_EQ(killed.exit_code("m"), 139);
    // SIGTERM is the one signal that a process answers.
    const Story asked = WorldCase{"m", kNever, "m term=2:4"}.at(5, KillContainer{0, 15}).run(20);
    CHECK(close(asked.exited("m"), 7));
    CHECK_EQ(asked.exit_code("m"), 4);
    CHECK(WorldCase{"m", kNever, "m term=never"}.at(5, KillContainer{0, 15}).run(60).exited("m") < 0);
  }

  TEST_CASE("process/removed: what is left of ended runs can be removed from the runtime while the kubelet is down") {
    const WorldCase pod{"i:init j:init m", kAlways, "i run=1, j run=1"};
    const Story story = WorldCase{pod}.at(10, RestartKubelet{secs(2), {{0, 0}, {0, 2}}}).run(40);
    CHECK_EQ(tenths(instants_of(story, RuleId::ProcessRemoved)), "10");  // m runs, and stays
    CHECK_EQ(story.order(), "+i -i:0 +j -j:0 +m");
    CHECK_EQ(story.state("i"), "Terminated Completed 0");
    CHECK_EQ(story.restarts("i"), 0);
  }

  TEST_CASE("process/oom-killed: a container above its memory limit is killed, 137, OOMKilled") {
    const Story from_outside = WorldCase{"m", kNever, ""}.at(5, OomKillContainer{0}).run(20);
    CHECK_EQ(tenths(instants_of(from_outside, RuleId::ProcessOomKilled)), "5 5");
    CHECK_EQ(from_outside.state("m"), "Terminated OOMKilled 137");
    WorldCase pod = on_a_node({"m", kNever, ""});
    pod.behavior("m").runs[0].allocate_bytes = 65;
    CHECK_FALSE(names(pod.run(20), RuleId::ProcessOomKilled));
    pod.spec().containers[0].memory_limit_bytes = 64;
    const Story own = pod.run(20);
    CHECK(own.exited("m") - own.started("m") == doctest::Approx(0.049).epsilon(0.001));
    CHECK_EQ(own.state("m"), "Terminated OOMKilled 137");
    pod.spec().containers[0].memory_limit_bytes = 65;
    CHECK_FALSE(names(pod.run(20), RuleId::ProcessOomKilled));
  }

  TEST_CASE("process/child-oom-killed: where one process is killed alone, a child's end is not the container's") {
    WorldCase pod{"m", kNever, "m run=9"};
    pod.behavior("m").runs[0].allocate_bytes = 65;
    pod.behavior("m").runs[0].allocated_by_child = true;
    pod.spec().containers[0].memory_limit_bytes = 64;
    CHECK_EQ(pod.run(20).state("m"), "Terminated OOMKilled 137");
    pod.input.config.constants.single_process_oom_kill = true;
    const Story story = pod.run(20);
    CHECK_EQ(instants_of(story, RuleId::ProcessChildOomKilled).size(), 1);
    CHECK_EQ(story.state("m"), "Terminated Completed 0");
    pod.behavior("m").runs[0].allocated_by_child = false;
    CHECK_EQ(pod.run(20).state("m"), "Terminated OOMKilled 137");
  }

  TEST_CASE("a container that has ended shows its termination message") {
    WorldCase pod{"m", kNever, "m run=2 exit=1"};
    pod.behavior("m").runs[0].message = "no disk";
    CHECK_EQ(pod.run(20).status().container_statuses.at(0).state.message, "no disk");
  }
}

}  // namespace podlapse::test
