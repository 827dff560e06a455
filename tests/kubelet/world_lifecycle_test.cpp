// Whole lives of Pods, as the end-to-end suites of Kubernetes see them (decision table 19). Times are the tables' own.
#include <doctest/doctest.h>

#include <algorithm>

#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

const RestartPolicy kPolicies[] = {kNever, kOnFailure, kAlways};

/// The instants at which the runs of `container` began.
std::vector<double> start_times(const Story& story, const std::string& container) {
  std::vector<double> instants;
  for (int attempt = 0; attempt < story.starts(container); ++attempt)
    instants.push_back(story.started(container, attempt));
  return instants;
}

int probes_between(const Story& story, const char* container, ProbeKind kind, double from, double to) {
  const std::vector<double> instants = story.probes(container, kind);
  return static_cast<int>(
      std::count_if(instants.begin(), instants.end(), [&](double at) { return at > from && at < to; }));
}

std::string image_of(const Story& story, const std::string& container) {
  return find_container_status(story.status(), container)->image;
}

/// "m 137, s1 0": the exit codes of the last runs.
std::string codes(const Story& story, const char* containers) {
  std::string text;
  for (const std::string& name : split(containers, ' ')) {
    const int attempt = story.starts(name) - 1;
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(story.exit_code(name, attempt));
  }
  return text;
}

}  // namespace

TEST_SUITE("kubelet/world lifecycle: mains and init containers") {
  TEST_CASE("init containers run one after another, then the main") {
    INFO("row ", "19.1");
    WorldCase pod{"i1:init i2:init i3:init main", kNever, "i1 run=1, i2 run=1, i3 run=1, main run=10 startup=5"};
    const std::string expected = "+i1 -i1:0 +i2 -i2:0 +i3 -i3:0 +main -main:0";
    CHECK_EQ(pod.run(60).order(), expected);
    pod.input.config = KubeletConfig::kubelet_profile();
    const Story story = pod.run(60);
    CHECK_EQ(story.order(), expected);
    for (const auto& [before, after] : {std::pair{"i1", "i2"}, {"i2", "i3"}, {"i3", "main"}}) {
      const double gap = story.started(after) - story.exited(before);
      CHECK(gap > 0.1);
      CHECK(gap < 1.3);  // a relist each second, and the start itself
    }
  }

  TEST_CASE("an init container that fails under Never fails the Pod before its main starts") {
    INFO("row ", "19.2");
    const Story story = WorldCase{"i:init m", kNever, "i run=1 exit=1"}.run(60);
    CHECK_EQ(story.order(), "+i -i:1");
    CHECK_EQ(story.phase(), "Failed");
  }

  TEST_CASE("a main that keeps crashing has restarted three times within two minutes") {
    INFO("row ", "19.3");
    WorldCase pod{"m", kAlways, "m run=1 exit=1"};
    pod.input.config = KubeletConfig::kubelet_profile();
    CHECK(pod.run(120).restarts("m") >= 3);
  }

  TEST_CASE("the next main starts when the postStart hook of the one before has ended") {
    INFO("row ", "19.4");
    const Story story = WorldCase{"a b", kAlways, "a poststart=1"}.run(10);
    CHECK(close(story.post_start_ended("a"), story.started("a") + 1));
    CHECK(story.started("b") >= story.post_start_ended("a"));
  }

  TEST_CASE("an init container or sidecar without an image keeps the Pod waiting, and does not fail it") {
    INFO("row ", "19.5");
    for (const char* containers : {"x:init m", "x:sc m"}) {
      const Story story = WorldCase{containers, kNever, ""}.bad_image("x").run(20);
      CHECK_EQ(story.order(), "");
      CHECK_EQ(story.phases(), "Pending");
      CHECK_EQ(story.state("x"), "Waiting ImagePullBackOff");
    }
  }

  TEST_CASE("init containers do not run again when a main crashes") {
    INFO("row ", "19.6");
    const Story story =
        WorldCase{"i1:init i2:init i3:init m", kAlways, "i1 run=1, i2 run=1, i3 run=1, m run=1 exit=1"}.run(120);
    CHECK(story.starts("m") >= 4);
    for (const char* init : {"i1", "i2", "i3"}) CHECK_EQ(story.starts(init), 1);
  }

  TEST_CASE("a main that ignores SIGTERM is gone within a minute, whatever its preStop hook does") {
    INFO("row ", "19.7");
    for (const char* behavior : {"m term=never", "m term=never prestop=ever"}) {
      const Story story = WorldCase{"m", kAlways, behavior}.grace(30).remove_at(5).run(100);
      CHECK_EQ(story.exit_code("m"), 137);
      CHECK(story.gone() > 5 + 30);
      CHECK(story.gone() < 5 + 60);
    }
  }

  TEST_CASE("a probe's kill runs the preStop hook while the main still runs") {
    INFO("row ", "19.8");
    for (const char* behavior : {"m startup=never prestop=1 term=15", "m live=10 prestop=1 term=15"}) {
      const Story story = WorldCase{"m", kNever, behavior}.run(100);
      CHECK(story.pre_stop_began("m") >= 0);
      CHECK(story.signalled("m") >= story.pre_stop_began("m") + 1);
      CHECK(close(story.exited("m"), story.signalled("m") + 15));
      CHECK(story.phase() == "Succeeded");
    }
  }

  TEST_CASE("while a preStop hook runs readiness is probed, and liveness is not") {
    INFO("row ", "19.9");
    const Story story = WorldCase{"m", kNever, "m live=10 ready=0 prestop=10 term=15"}.grace(100).run(100);
    const double from = story.pre_stop_began("m"), to = story.pre_stop_ended("m");
    CHECK(close(to - from, 10));
    CHECK(probes_between(story, "m", ProbeKind::Readiness, from, to) >= 9);
    CHECK_EQ(probes_between(story, "m", ProbeKind::Liveness, from, to), 0);
  }

  TEST_CASE("a sidecar is neither probed nor restarted while the Pod is killed") {
    INFO("row ", "19.10");
    const Story story =
        WorldCase{"s:sc m", kNever, "s live=1 term=1, m live=10 prestop=50 term=15"}.grace(100).run(200);
    const double from = story.pre_stop_began("m");
    REQUIRE(from > 0);
    CHECK_EQ(probes_between(story, "s", ProbeKind::Liveness, from, 200), 0);
    CHECK(start_times(story, "s").back() < from);
  }

  TEST_CASE("a main's new image restarts that main alone") {
    INFO("row ", "19.11");
    for (const RestartPolicy policy : kPolicies) {
      const Story story = WorldCase{"m n", policy, ""}.patch_image_at(10, "m").run(30);
      CHECK_EQ(story.starts("m"), 2);
      CHECK_EQ(story.starts("n"), 1);
      CHECK_EQ(image_of(story, "m"), "busybox:1.37");
    }
  }

  TEST_CASE("a main's new image during init is used from its first start") {
    INFO("row ", "19.12");
    for (const RestartPolicy policy : kPolicies) {
      const Story story = WorldCase{"i:init m", policy, "i run=20"}.patch_image_at(10, "m").run(30);
      CHECK_EQ(story.starts("m"), 1);
      CHECK_EQ(image_of(story, "m"), "busybox:1.37");
    }
  }

  TEST_CASE("a new image during termination restarts nothing") {
    INFO("row ", "19.13");
    for (const char* patched : {"m", "s", "i"}) {
      const Story story = WorldCase{"i:init s:sc m", kAlways, "i run=1, s term=5, m term=20"}
                              .remove_at(10)
                              .patch_image_at(15, patched)
                              .run(60);
      CHECK_EQ(story.order(), "+i -i:0 +s +m -m:0 -s:0");
    }
  }

  TEST_CASE("a new image for an init container that runs or has run restarts nothing") {
    INFO("row ", "19.14");
    for (const double patched_at : {5.0, 15.0}) {
      const Story story = WorldCase{"i:init m", kAlways, "i run=10"}.patch_image_at(patched_at, "i").run(30);
      CHECK_EQ(story.order(), "+i -i:0 +m");
    }
  }
}

TEST_SUITE("kubelet/world lifecycle: sidecars") {
  TEST_CASE("init containers and sidecars start in their order, and sidecars stay") {
    INFO("row ", "19.15");
    const Story story = WorldCase{"i1:init s1:sc i2:init s2:sc i3:init m", kNever,
                                  "i1 run=1, i2 run=1, i3 run=1, m run=1"}.run(60);
    CHECK_EQ(story.order(), "+i1 -i1:0 +s1 +i2 -i2:0 +s2 +i3 -i3:0 +m -m:0 -s2:0 -s1:0");
    CHECK_EQ(story.phases(), "Pending Running Succeeded");
  }

  TEST_CASE("a sidecar's new image restarts it while a later init container runs") {
    const auto pod_under = [](RestartPolicy policy, const char* init) {
      return WorldCase{"i1:init s1:sc i2:init s2:sc m", policy, std::string{"i1 run=1, s1 term=5, i2 "} + init}
          .patch_image_at(10, "s1");
    };
    for (const RestartPolicy policy : kPolicies) {
      INFO("row ", "19.16");
      const Story story = pod_under(policy, "run=600").run(60);
      CHECK_EQ(story.order(), "+i1 -i1:0 +s1 +i2 -s1:0 +s1");
      CHECK_EQ(image_of(story, "s1"), "busybox:1.37");
    }
    INFO("row ", "19.17");
    const Story story = pod_under(kNever, "run=30 exit=1").run(60);
    CHECK_EQ(story.order(), "+i1 -i1:0 +s1 +i2 -s1:0 +s1 -i2:1 -s1:0");
    CHECK_EQ(story.phase(), "Failed");
  }

  TEST_CASE("a sidecar that runs on does not keep a finished Pod from success") {
    INFO("row ", "19.18");
    for (const RestartPolicy policy : {kNever, kOnFailure}) {
      const Story story = WorldCase{"s:sc m", policy, "m run=1"}.run(60);
      CHECK_EQ(story.order(), "+s +m -m:0 -s:0");
      CHECK_EQ(story.phase(), "Succeeded");
    }
  }

  TEST_CASE("a sidecar that keeps ending restarts before and after the main starts") {
    INFO("row ", "19.19");
    for (const RestartPolicy policy : {kNever, kOnFailure}) {
      for (const char* code : {"0", "1"}) {
        const Story story =
            WorldCase{"s:sc i:init m", policy, std::string{"i run=5, m run=60, s run=5 exit="} + code}.run(200);
        const std::vector<double> starts = start_times(story, "s");
        CHECK(starts.front() < story.started("m"));
        CHECK(starts.back() > story.started("m"));
        CHECK_EQ(story.phase(), "Succeeded");
      }
    }
  }

  TEST_CASE("an init container that fails for good fails a Pod with sidecars before or after it") {
    {
      INFO("row ", "19.20");
      const Story story = WorldCase{"i:init s:sc m", kNever, "i run=1 exit=1"}.run(60);
      CHECK_EQ(story.order(), "+i -i:1");
      CHECK_EQ(story.phase(), "Failed");
    }
    {
      INFO("row ", "19.21");
      const Story story = WorldCase{"s:sc i:init m", kNever, "i run=1 exit=1"}.run(60);
      CHECK_EQ(story.order(), "+s +i -i:1 -s:0");
      CHECK_EQ(story.phase(), "Failed");
    }
    INFO("row ", "19.22");
    for (const RestartPolicy policy : {kOnFailure, kAlways}) {
      for (const char* containers : {"i:init s:sc m", "s:sc i:init m"}) {
        const Story story = WorldCase{containers, policy, "i run=1 exit=1"}.run(60);
        CHECK_EQ(story.phases(), "Pending");
        CHECK(story.restarts("i") > 0);
        CHECK_EQ(story.starts("m"), 0);
      }
    }
  }

  TEST_CASE("under Always a main that ends restarts beside its sidecar") {
    INFO("row ", "19.23");
    const Story story = WorldCase{"s:sc m", kAlways, "m run=1"}.run(60);
    CHECK(story.starts("m") >= 3);
    CHECK_EQ(story.starts("s"), 1);
  }

  TEST_CASE("each container starts when the startup probe of the sidecar before it has passed") {
    INFO("row ", "19.24");
    const Story story = WorldCase{"s1:sc s2:sc m", kAlways, "s1 startup=10, s2 startup=10"}.run(60);
    CHECK_EQ(story.order(), "+s1 +s2 +m");
    CHECK(story.started("s2") >= story.started("s1") + 10);
    CHECK(story.started("m") >= story.started("s2") + 10);
  }

  TEST_CASE("a sidecar whose startup probe fails restarts for ever, and nothing later starts") {
    INFO("row ", "19.25");
    const Story story = WorldCase{"s:sc m", kAlways, "s startup=never prestop=1"}.run(60);
    CHECK(story.pre_stop_began("s") > 0);
    CHECK(story.restarts("s") >= 2);
    CHECK_EQ(story.phases(), "Pending");
    CHECK_EQ(story.starts("m"), 0);
  }

  TEST_CASE("a sidecar whose liveness probe fails restarts, and the main does so independently") {
    INFO("row ", "19.26");
    const Story story = WorldCase{"s:sc m", kAlways, "s live=0, m run=5"}.run(60);
    CHECK(story.restarts("s") >= 2);
    CHECK(story.restarts("m") >= 1);
  }

  TEST_CASE("a sidecar that fails once restarts, and then the main starts") {
    INFO("row ", "19.27");
    const Story story = WorldCase{"s:sc m", kNever, "s startup=3 run=1 exit=1 / run=ever"}.run(60);
    CHECK_EQ(story.order(), "+s -s:1 +s +m");
    CHECK(story.started("m") >= story.started("s", 1) + 3);
  }
}

TEST_SUITE("kubelet/world lifecycle: termination") {
  TEST_CASE("when the main is done sidecars end in reverse order") {
    const char* containers = "s1:sc s2:sc s3:sc m";
    const char* in_order = "+s1 +s2 +s3 +m -m:0 -s3:0 -s2:0 -s1:0";
    {
      INFO("row ", "19.28");
      const Story story = WorldCase{containers, kNever, "m run=5, s1 term=5, s2 term=5, s3 term=5"}.run(60);
      CHECK_EQ(story.order(), in_order);
      for (const char* name : {"m", "s1", "s2", "s3"}) CHECK_EQ(story.state(name), "Terminated Completed 0");
    }
    {
      INFO("row ", "19.29");
      const Story story = WorldCase{containers, kNever,
                                    "m run=5, s1 term=5 prestop=ever, s2 term=5 prestop=ever, s3 term=5 prestop=ever"}
                              .grace(30)
                              .run(100);
      for (const char* name : {"s1", "s2", "s3"}) {
        CHECK(close(story.pre_stop_began(name), story.exited("m")));
        CHECK(close(story.exited(name), story.pre_stop_began(name) + 32));
        CHECK_EQ(story.state(name), "Terminated Error 137");
      }
    }
    INFO("row ", "19.30");
    const Story story =
        WorldCase{containers, kNever, "m run=5, s1 term=5 prestop=1, s2 term=5 prestop=1, s3 term=5 prestop=1"}.run(60);
    CHECK_EQ(story.order(), in_order);
    for (const char* name : {"s1", "s2", "s3"}) CHECK(close(story.pre_stop_began(name), story.exited("m")));
  }

  TEST_CASE("a Pod that is deleted during init does not wait for what never started") {
    {
      INFO("row ", "19.31");
      const Story story = WorldCase{"i:init s1:sc s2:sc m", kNever, "i run=300"}.remove_at(10, 3).run(60);
      CHECK_EQ(story.order(), "+i -i:0");
      CHECK(story.gone() > 10);
      CHECK(story.gone() < 10 + 5);
    }
    INFO("row ", "19.32");
    const Story story = WorldCase{"s1:sc s2:sc m", kNever, "s1 startup=100"}.remove_at(10, 180).run(300);
    CHECK_EQ(story.order(), "+s1 -s1:0");
    CHECK(story.gone() < 10 + 30);
  }

  TEST_CASE("what becomes of a deleted Pod is decided by its mains") {
    const char* containers = "s1:sc s2:sc s3:sc m";
    const auto deleted = [&](int grace, const char* behavior) {
      return WorldCase{containers, kNever, behavior}.remove_at(10, grace).run(100);
    };
    {
      INFO("row ", "19.33");
      const Story story = deleted(30, "s2 term=0:1");
      CHECK_EQ(story.phase(), "Succeeded");
      CHECK_EQ(story.state("s2"), "Terminated Error 1");
    }
    {
      INFO("row ", "19.34");
      const Story story = deleted(30, "s2 prestop=1:1");
      CHECK_EQ(story.phase(), "Succeeded");
      CHECK_EQ(codes(story, "m s1 s2 s3"), "m 0, s1 0, s2 0, s3 0");
    }
    {
      INFO("row ", "19.35");
      const Story story = deleted(5, "m term=20, s1 term=20, s2 term=1, s3 term=20");
      CHECK_EQ(story.phase(), "Failed");
      CHECK_EQ(codes(story, "m s1 s2 s3"), "m 137, s1 137, s2 0, s3 137");
    }
    {
      INFO("row ", "19.36");
      const Story story = deleted(5, "m term=1, s1 term=1, s2 term=20, s3 term=1");
      CHECK_EQ(story.phase(), "Succeeded");
      CHECK_EQ(codes(story, "m s1 s2 s3"), "m 0, s1 0, s2 137, s3 0");
    }
    {
      INFO("row ", "19.37");
      const Story story = deleted(5, "m prestop=20 term=20, s1 term=1, s2 term=20, s3 term=1");
      CHECK_EQ(story.phase(), "Failed");
      CHECK_EQ(codes(story, "m s1 s2 s3"), "m 137, s1 0, s2 137, s3 0");
    }
    INFO("row ", "19.38");
    const Story story = deleted(5, "m term=1, s1 prestop=1 term=1, s2 prestop=30 term=20, s3 prestop=1 term=1");
    CHECK_EQ(story.phase(), "Succeeded");
    CHECK_EQ(codes(story, "m s1 s2 s3"), "m 0, s1 0, s2 137, s3 0");
  }

  TEST_CASE("a preStop sleep takes its time, but not more than the grace period") {
    INFO("row ", "19.49");
    CHECK(close(WorldCase{"m", kAlways, "m sleep=50"}.grace(60).remove_at(5).run(100).exited("m"), 5 + 50));
    CHECK(close(WorldCase{"m", kAlways, "m sleep=50"}.grace(60).remove_at(5, 30).run(100).exited("m"), 5 + 30));
    const Story ended = WorldCase{"m", kNever, "m run=5 sleep=50"}.grace(60).remove_at(10).run(100);
    CHECK(ended.pre_stop_began("m") < 0);
    CHECK(ended.gone() < 15);
    INFO("row ", "19.50");
    CHECK(close(WorldCase{"m", kAlways, "m sleep=0"}.remove_at(5).run(100).exited("m"), 5));
  }
}

TEST_SUITE("kubelet/world lifecycle: restarts") {
  TEST_CASE("after the loss of its sandbox a Pod runs through its init containers again") {
    INFO("row ", "19.39");
    const Story story = WorldCase{"i1:init i2:init m", kAlways, "i1 run=5, i2 run=5"}.at(20, KillSandbox{}).run(60);
    CHECK_EQ(story.order(), "+i1 -i1:0 +i2 -i2:0 +m -m:0 +i1 -i1:0 +i2 -i2:0 +m");
    const Story with_sidecar = WorldCase{"s:sc i:init m", kAlways, "i run=5"}.at(20, KillSandbox{}).run(60);
    CHECK_EQ(with_sidecar.phases(), "Pending Running Pending Running");
    CHECK(with_sidecar.starts("i") == 2);
  }

  TEST_CASE("a container's own policy and rules decide its restart") {
    const auto restarts = [](const char* containers, RestartPolicy policy, const char* behavior) {
      return WorldCase{containers, policy, behavior}.run(30).starts("m") - 1;
    };
    {
      INFO("row ", "19.40");
      CHECK_EQ(restarts("m:never,restart=42", kAlways, "m run=5 exit=42 / run=ever"), 1);
    }
    {
      INFO("row ", "19.41");
      const Story story = WorldCase{"m:never,restart=42", kAlways, "m run=5 exit=1"}.run(30);
      CHECK_EQ(story.restarts("m"), 0);
      CHECK_EQ(story.phase(), "Failed");
    }
    {
      INFO("row ", "19.42");
      const Story story = WorldCase{"m:never", kAlways, "m run=5 exit=1"}.run(30);
      CHECK_EQ(story.restarts("m"), 0);
      CHECK_EQ(story.phase(), "Failed");
    }
    INFO("row ", "19.43");
    CHECK_EQ(restarts("m:always", kNever, "m run=5 exit=1 / run=ever"), 1);
  }

  TEST_CASE("RestartAllContainers restarts what had started, whoever asked for it") {
    const char* once = " run=5 exit=42 / run=ever";
    const auto story_of = [&](const char* containers, const char* trigger) {
      return WorldCase{containers, kNever, std::string{trigger} + once}.run(60);
    };
    {
      INFO("row ", "19.44");
      for (const Story& story :
           {story_of("s:sc m n:never,restart-all=42", "n"), story_of("s:sc,restart-all=42 m n", "s")}) {
        for (const char* name : {"s", "m", "n"}) {
          CHECK_EQ(story.state(name), "Running");
          CHECK(story.restarts(name) > 0);
          CHECK(find_container_status(story.status(), name)->last_state.kind == ContainerState::Kind::Terminated);
        }
      }
      const Story by_init =
          WorldCase{"s:sc i:init,never,restart-all=42 m", kNever, "i run=5 exit=42 / run=5"}.run(60);
      CHECK_EQ(by_init.state("m"), "Running");
      CHECK(by_init.restarts("s") > 0);
      CHECK(by_init.restarts("i") > 0);
    }
    {
      INFO("row ", "19.45");
      const Story story = story_of("m:never,restart-all=42 n:never,restart-all=42", "n");
      CHECK_EQ(story.starts("m"), 2);
      CHECK_EQ(story.starts("n"), 2);
    }
    INFO("row ", "19.46");
    const Story story =
        WorldCase{"m:never,restart=1,restart-all=42 n", kNever, "m run=5 exit=1 / run=5 exit=42 / run=ever"}.run(60);
    CHECK_EQ(story.starts("m"), 3);
    CHECK_EQ(story.starts("n"), 2);
    CHECK(story.started("n", 1) > story.exited("m", 1));
  }

  TEST_CASE("a crash loop restarts at 0, 0, 10, 30, 70, 150, 310 seconds at the earliest, and soon after") {
    INFO("row ", "19.47");
    const auto check = [](int max, const std::vector<double>& earliest) {
      WorldCase pod{"m", kAlways, "m run=0 exit=1"};
      pod.input.config.constants.crash_loop_back_off_max = secs(max);
      const Story story = pod.run(1000);
      const std::vector<double> starts = start_times(story, "m");
      REQUIRE(starts.size() >= earliest.size());
      for (std::size_t i = 1; i < earliest.size(); ++i) {
        const double delay = earliest[i] - earliest[i - 1];
        const double waited = starts[i] - starts[i - 1];
        CHECK(waited >= delay);
        CHECK(waited <= std::max(delay * 1.5, delay + 1));  // the worker's jitter, and its tick
      }
    };
    check(300, {0, 0, 10, 30, 70, 150, 310});
    check(30, {0, 0, 10, 30, 60, 90, 120});
    check(1, {0, 0, 1, 2, 3});
  }

  TEST_CASE("a new image ends a crash loop's back-off") {
    INFO("row ", "19.48");
    const Story story = WorldCase{"m", kAlways, "m run=1 exit=1"}.patch_image_at(100, "m").run(130);
    const std::vector<double> starts = start_times(story, "m");
    const auto first_after = std::find_if(starts.begin(), starts.end(), [](double at) { return at >= 100; });
    REQUIRE(first_after != starts.end());
    CHECK(close(*first_after, 100));
    REQUIRE(first_after + 1 != starts.end());
    const double waited = *(first_after + 1) - (*first_after + 1);  // since the exit, a second after the start
    CHECK(waited >= 10);  // the delay begins anew
    CHECK(waited <= 15);
  }
}

}  // namespace podlapse::test
