// What syncs of a Pod do to the runtime over time: SyncPod, kills and restarts in one sync, the Pod worker, the PLEG
// (decision tables 8, 11.3, 14 and 17).
#include <doctest/doctest.h>

#include <algorithm>

#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

PatchPod deadline_of_an_hour() {
  PatchPod patch;
  patch.active_deadline = secs(3600);
  return patch;
}

bool has_step(const Story& story, std::string_view step, std::string_view text, std::string_view container = "") {
  return !story.steps(step, text, container).empty();
}

/// The syncs of a story in their order, repeats left out: "SyncPod SyncTerminatingPod SyncTerminatedPod".
std::string work_of(const Story& story) {
  std::string text, last;
  for (const TraceRecord& record : story.records()) {
    const auto* step = std::get_if<StepObservation>(&record.observation);
    if (step == nullptr || step->step != "sync" || step->text == last) continue;
    last = step->text;
    text += (text.empty() ? "" : " ") + last;
  }
  return text;
}

const std::string kWholeLife = "SyncPod SyncTerminatingPod SyncTerminatedPod";

}  // namespace

TEST_SUITE("kubelet/world sync") {
  TEST_CASE("a new Pod gets one sandbox, its images and its mains") {
    INFO("row ", "8.1");
    WorldCase pod{"m n", kAlways, ""};
    pod.spec().containers[0].image = "busybox:1";
    pod.spec().containers[1].image = "busybox:2";
    const Story story = pod.run(20);
    CHECK_EQ(story.steps("sandbox", "sandbox created").size(), 1);
    CHECK_EQ(story.order(), "+m +n");
    CHECK_EQ(story.events("Pulling"), 2);
    CHECK_EQ(story.state("m"), "Running");
    CHECK_EQ(story.state("n"), "Running");
  }

  TEST_CASE("init containers run before mains, again after the loss of the sandbox, and nothing twice at once") {
    WorldCase pod{"init1:init foo1 foo2", kAlways, "init1 run=10"};
    pod.at(5, deadline_of_an_hour()).at(20, KillSandbox{});
    {
      INFO("row ", "8.2");
      CHECK_EQ(pod.run(4).order(), "+init1");
    }
    {
      INFO("row ", "8.3");  // the patch at 5 s makes the kubelet sync again
      const Story story = pod.run(9);
      CHECK(std::any_of(story.records().begin(), story.records().end(), [](const TraceRecord& record) {
        const auto* step = std::get_if<StepObservation>(&record.observation);
        return step != nullptr && step->step == "sync" && record.at >= at(5) && record.at < at(6);
      }));
      CHECK_EQ(story.order(), "+init1");
    }
    {
      INFO("row ", "8.4");
      CHECK_EQ(pod.run(15).order(), "+init1 -init1:0 +foo1 +foo2");
    }
    INFO("row ", "8.5");
    const Story story = pod.run(25);
    CHECK(close(story.started("init1", 1), 20));
    CHECK(close(story.exited("foo1"), 20));
    CHECK(close(story.exited("foo2"), 20));
    CHECK(has_step(story, "remove", "records of init containers removed"));
    CHECK_EQ(story.starts("foo1"), 1);
  }

  TEST_CASE("a restart of all containers removes every record, then starts from the first init container") {
    const WorldCase pod{"init1:init foo1 foo2:never,restart-all=42", kAlways,
                        "init1 run=1, foo2 run=5 exit=42 / run=ever"};
    const Story story = pod.run(6.5);
    {
      INFO("row ", "8.6");
      for (const char* container : {"init1", "foo1", "foo2"})
        CHECK(has_step(story, "remove", "container removed", container));
    }
    INFO("row ", "8.7");
    CHECK(close(story.started("init1", 1), 6));
    CHECK_EQ(story.starts("foo1"), 1);
  }

  TEST_CASE("a killed Pod leaves dead containers and a stopped sandbox behind") {
    INFO("row ", "8.10");
    const Story story = WorldCase{"m n debug:eph", kAlways, ""}.at(2, AddEphemeralContainer{2}).remove_at(5).run(60);
    for (const char* container : {"m", "n", "debug"}) CHECK(close(story.exited(container), 5));
    CHECK(has_step(story, "sandbox", "sandbox stopped"));
    CHECK_FALSE(has_step(story, "remove", ""));
  }
}

TEST_SUITE("kubelet/world restarts in one sync") {
  TEST_CASE("a main whose liveness probe keeps failing restarts at once twice, then waits") {
    const Story story = WorldCase{"m", kAlways, "m live=0"}.run(60);
    const auto restarts_with_the_kill = [&](int attempt) {
      return close(story.started("m", attempt + 1), story.exited("m", attempt)) && story.exited("m", attempt) > 0;
    };
    {
      INFO("row ", "11.53");
      CHECK(restarts_with_the_kill(0));
    }
    {
      INFO("row ", "11.54");
      CHECK(restarts_with_the_kill(1));
    }
    INFO("row ", "11.55");
    CHECK(story.exited("m", 2) - story.exited("m", 1) < 10);
    CHECK_FALSE(restarts_with_the_kill(2));
    CHECK(story.events("BackOff", "m") > 0);
  }

  TEST_CASE("a restart of all containers knows no back-off") {
    INFO("row ", "11.56");
    const Story story =
        WorldCase{"m:never,restart-all=42", kAlways, "m run=1 exit=42 / run=1 exit=42 / run=1 exit=42 / run=ever"}.run(
            30);
    for (int round = 0; round < 3; ++round) CHECK(close(story.started("m", round + 1), story.exited("m", round)));
    CHECK_EQ(story.starts("m"), 4);
    CHECK_EQ(story.events("BackOff"), 0);
  }
}

TEST_SUITE("kubelet/world images") {
  TEST_CASE("what becomes of an image is told in events") {
    // The reasons of a Pod's first `count` events, for an image on the node (present) or not.
    const auto reasons = [](PullPolicy policy, const ImageBehavior& image, std::size_t count,
                            const char* name = "app:1") {
      WorldCase pod{"m", kNever, ""};
      pod.spec().containers[0].image = name;
      pod.spec().containers[0].image_pull_policy = policy;
      pod.input.images[name] = image;
      std::string text;
      const Story story = pod.run(30);
      for (const TraceRecord& record : story.records()) {
        const auto* seen = std::get_if<EventObservation>(&record.observation);
        if (seen == nullptr || count == 0) continue;
        text += (text.empty() ? "" : " ") + seen->event.reason;
        --count;
      }
      return text;
    };
    const ImageBehavior absent;
    ImageBehavior present, no_inspect, no_pull;
    present.present = true;
    no_inspect.inspect_error = "it is broken";
    no_pull.pull_error = "signature validation failed";
    {
      INFO("row ", "16.1");
      CHECK_EQ(reasons(PullPolicy::IfNotPresent, absent, 3), "Pulling Pulled Created");
    }
    {
      INFO("row ", "16.2");
      CHECK_EQ(reasons(PullPolicy::IfNotPresent, present, 2), "Pulled Created");
    }
    {
      INFO("row ", "16.3");
      CHECK_EQ(reasons(PullPolicy::Always, present, 3), "Pulling Pulled Created");
    }
    {
      INFO("row ", "16.4");
      CHECK_EQ(reasons(PullPolicy::Never, absent, 2), "ErrImageNeverPull Failed");
    }
    {
      INFO("row ", "16.5");
      CHECK_EQ(reasons(PullPolicy::IfNotPresent, no_inspect, 2), "InspectFailed Failed");
    }
    {
      INFO("row ", "16.6");
      CHECK_EQ(reasons(PullPolicy::IfNotPresent, no_pull, 5), "Pulling Failed Failed BackOff Failed");
    }
    INFO("row ", "16.8");
    CHECK_EQ(reasons(PullPolicy::Always, absent, 2, "FAILED_IMAGE"), "InspectFailed Failed");
  }

  TEST_CASE("in the back-off of a pull the last error is told") {
    INFO("row ", "16.9");
    WorldCase pod{"m", kNever, ""};
    pod.spec().containers[0].image = "typo_image";
    pod.input.images["typo_image"].pull_error = "SignatureValidationFailed";
    const Story story = pod.run(20);
    CHECK_EQ(story.state("m"), "Waiting ImagePullBackOff");
    CHECK_EQ(story.status().container_statuses.at(0).state.message,
             "Back-off pulling image \"typo_image\": SignatureValidationFailed: "
             "image pull failed for typo_image because the signature validation failed");
  }
}

TEST_SUITE("kubelet/world worker") {
  TEST_CASE("a worker begins with SyncPod and ends with the Pod") {
    {
      INFO("row ", "14.1");
      const Story story = WorldCase{"m", kAlways, ""}.run(5);
      CHECK_EQ(work_of(story), "SyncPod");
      CHECK_EQ(story.state("m"), "Running");
    }
    {
      INFO("row ", "14.4");
      const Story story = WorldCase{"m", kAlways, "m term=never"}.remove_at(5, 15).run(60);
      CHECK_EQ(work_of(story), kWholeLife);
      CHECK(close(story.exited("m"), 5 + 15));
      CHECK(story.gone() > 20);
    }
    {
      INFO("row ", "14.5");
      WorldCase pod{"m", kAlways, "m term=never"};
      const Story story = pod.at(5, EvictPod{"The node was low on resource: memory.", 30}).run(60);
      CHECK_EQ(work_of(story), kWholeLife);
      CHECK(close(story.exited("m"), 5 + 30));
      CHECK_EQ(story.phase(), "Failed");
      CHECK_EQ(story.status().reason, "Evicted");
    }
    INFO("row ", "14.11");
    const Story story = WorldCase{"m", kNever, "m run=5"}.run(60);
    CHECK_EQ(work_of(story), kWholeLife);
    CHECK_EQ(story.phases(), "Pending Running Succeeded");
  }

  TEST_CASE("a Pod that was killed is not revived by a later update") {
    INFO("row ", "14.10");
    WorldCase pod{"m", kAlways, "m term=0:143"};
    pod.at(0.0005, EvictPod{"", 30}).at(0.001, deadline_of_an_hour());
    const Story story = pod.run(60);
    CHECK(work_of(story).find("SyncTerminatingPod SyncTerminatedPod") != std::string::npos);
    CHECK_EQ(story.phase(), "Failed");
    CHECK_EQ(story.starts("m"), static_cast<int>(story.exited("m") >= 0));
    CHECK_EQ(work_of(story).rfind("SyncPod"), 0);
  }

  TEST_CASE("a finished Pod that a restarted kubelet meets runs nothing again") {
    WorldCase pod{"m", kNever, "m run=5"};
    const Story story = pod.at(20, RestartKubelet{}).run(60);
    CHECK_EQ(story.starts("m"), 1);
    CHECK_EQ(story.phases(), "Pending Running Succeeded");
    CHECK_EQ(story.steps("sync", "SyncTerminatedPod").size(), 2);
  }
}

TEST_SUITE("kubelet/world pleg") {
  TEST_CASE("a relist on demand serves the Pod that asked for it and no other") {
    INFO("row ", "17.3");
    // With a relist of all Pods each 100 s only those on demand come in between. The first Pod's sidecars start one after
    // another, a sync each. The second Pod, deleted before, goes on when all Pods are listed.
    WorldCase pods{"s1:sc s2:sc s3:sc m", kAlways, ""};
    pods.input.config.constants.pleg_relist_period = secs(100);
    pods.input.config.latencies.relist = Latency::exactly(secs(0.005));
    pods.input.pods[0].created_at = secs(10);
    pods.input.pods.push_back(WorldCase{"other", kNever, ""}.input.pods[0]);
    pods.input.pods[1].spec.name = "pod2";
    pods.input.actions.push_back({secs(5), 1, DeletePod{}});
    const Story story = pods.run(150);
    CHECK(close(story.started("s3"), 10));
    CHECK(close(story.started("m"), 10));
    CHECK(close(story.steps("sync", "SyncTerminatingPod").at(0), 100));
  }
}

}  // namespace podlapse::test
