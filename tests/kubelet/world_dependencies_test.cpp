// Processes that wait for or depend on others (model/behavior.hpp), within a Pod and between Pods, with exact times; and
// what happens to them when the node, the API or the kubelet interferes.
#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

using What = Moment::What;

Moment when(const char* container, What what, const char* pod = "") {
  Moment moment;
  moment.pod = pod;
  moment.container = container;
  moment.what = what;
  return moment;
}

RunBehavior& run_of(WorldCase& pod, const char* container, std::size_t attempt = 0) {
  return pod.behavior(container).runs.at(attempt);
}

/// Adds a second Pod, named `name`, to the node of `pods`.
void add_pod(WorldCase& pods, const char* name, const WorldCase& other, double created_at = 0) {
  pods.input.pods.push_back(other.input.pods[0]);
  pods.input.pods.back().spec.name = name;
  pods.input.pods.back().spec.uid = std::string("uid-") + name;
  pods.input.pods.back().created_at = secs(created_at);
}

/// What the records of one Pod tell.
Story of_pod(const Story& story, const char* name) {
  std::vector<TraceRecord> records;
  for (const TraceRecord& record : story.records()) {
    if (record.pod == name) records.push_back(record);
  }
  return Story{std::move(records)};
}

}  // namespace

TEST_SUITE("kubelet/world dependencies: hooks") {
  TEST_CASE("a postStart hook that waits for a container after it waits for ever") {
    for (const What what : {What::Started, What::Running, What::Serving, What::Ready}) {
      WorldCase pod{"s:sc m", kAlways, "s poststart=ever"};
      pod.behavior("s").post_start.until = when("m", what);
      const Story story = pod.run(600);
      CHECK_EQ(story.starts("m"), 0);
      CHECK(story.post_start_ended("s") < 0);
      CHECK_EQ(story.phase(), "Pending");
      CHECK_EQ(story.state("s"), "Waiting PodInitializing");  // though its process runs
    }
  }

  TEST_CASE("a postStart hook that waits for a container before it ends with what it waits for") {
    WorldCase pod{"s:sc m n", kAlways, "m poststart=ever"};
    pod.behavior("s").readiness.ok_after = secs(4);
    pod.behavior("m").post_start.until = when("s", What::Serving);
    const Story story = pod.run(60);
    CHECK(close(story.started("m"), 0));
    CHECK(close(story.post_start_ended("m"), 4));
    CHECK(close(story.started("n"), 4));
  }

  TEST_CASE("a deletion waits for a postStart hook, and the hook for its container's end") {
    WorldCase pod{"s:sc m", kAlways, "s poststart=ever"};
    pod.behavior("s").post_start.until = when("m", What::Started);
    const Story deleted = WorldCase{pod}.remove_at(5, 10).run(600);
    CHECK(deleted.gone() < 0);
    CHECK(deleted.signalled("s") < 0);
    const Story killed = WorldCase{pod}.remove_at(5, 10).at(20, KillContainer{pod.index("s"), 9}).run(600);
    CHECK(close(killed.gone(), 20));
    CHECK_EQ(killed.starts("m"), 0);
  }

  TEST_CASE("a preStop hook that waits for another container's end holds the stop signal back as long as there is grace") {
    WorldCase pod{"proxy app", kAlways, "app term=4, proxy prestop=ever"};
    pod.behavior("proxy").pre_stop.until = when("app", What::Exited);
    const Story drained = WorldCase{pod}.remove_at(10, 30).run(60);
    CHECK(close(drained.pre_stop_began("proxy"), 10));
    CHECK(close(drained.pre_stop_ended("proxy"), 14));
    CHECK(close(drained.signalled("proxy"), 14));
    const Story too_slow = WorldCase{pod}.remove_at(10, 3).run(60);
    CHECK(close(too_slow.signalled("proxy"), 13));
    CHECK(close(too_slow.exited("app"), 13));  // killed, at the same time
  }

  TEST_CASE("a preStop hook that waits for something after its own end lasts to the end of the grace period") {
    // A sidecar stops after the mains, so that a main's hook that waits for the sidecar's end waits in vain.
    WorldCase pod{"s:sc m", kAlways, "m prestop=ever"};
    pod.behavior("m").pre_stop.until = when("s", What::Exited);
    const Story story = pod.remove_at(10, 6).run(60);
    CHECK(close(story.signalled("m"), 16));
    CHECK(close(story.signalled("s"), 16));
  }
}

TEST_SUITE("kubelet/world dependencies: within a Pod") {
  TEST_CASE("a helper that is told to quit lets the Pod complete, one that is not keeps it running") {
    WorldCase pod{"app proxy", kNever, "app run=5"};
    const Story kept = pod.run(600);
    CHECK_EQ(kept.phase(), "Running");
    CHECK(kept.exited("proxy") < 0);
    run_of(pod, "proxy").exit_on = when("app", What::Exited);
    const Story quit = pod.run(600);
    CHECK(close(quit.exited("proxy"), 5));
    CHECK_EQ(quit.phase(), "Succeeded");
    // Under OnFailure a failing app is started again, and its helper has gone with the first run.
    WorldCase failing{"app proxy", kOnFailure, "app run=5 exit=1 / run=5"};
    run_of(failing, "proxy").exit_on = when("app", What::Exited);
    CHECK_EQ(failing.run(600).order(), "+app +proxy -app:1 -proxy:0 +app -app:0");
    // Told only after success, it stays for the second run.
    run_of(failing, "proxy").exit_on->exit_code = 0;
    CHECK_EQ(failing.run(600).order(), "+app +proxy -app:1 +app -app:0 -proxy:0");
  }

  TEST_CASE("an app that cannot live without its proxy dies when the proxy stays away too long") {
    WorldCase pod{"app proxy", kNever, "proxy run=4"};
    run_of(pod, "app").needs = {{when("proxy", What::Running), secs(3), 9}};
    const Story story = pod.run(60);
    CHECK(close(story.exited("app"), 7));
    CHECK_EQ(story.exit_code("app"), 9);
    // A proxy that is back after a second is soon enough: it is started again with its third run after a back-off of 10 s.
    WorldCase restarted{"app proxy", kAlways, "proxy run=4 exit=1"};
    run_of(restarted, "app").needs = {{when("proxy", What::Running), secs(3), 9}};
    const Story survives = restarted.run(30);
    CHECK(close(survives.started("proxy", 1), 4));
    CHECK(close(survives.exited("proxy", 1), 8));
    CHECK(close(survives.exited("app"), 11));
  }

  TEST_CASE("with no patience an app dies at the very instant, and counts from its own start") {
    WorldCase pod{"app proxy", kNever, "proxy run=4"};
    run_of(pod, "app").needs = {{when("proxy", What::Running), secs(0.5), 1}};
    CHECK(close(pod.run(60).exited("app"), 4.5));
    // The proxy's image arrives after 6 s; the app runs since 0 s.
    WorldCase late{"app proxy", kNever, ""};
    late.spec().containers[1].image = "proxy:1";
    late.input.images["proxy:1"].pull = secs(6);
    run_of(late, "app").needs = {{when("proxy", What::Running), secs(2), 1}};
    CHECK(close(late.run(60).exited("app"), 2));
    run_of(late, "app").needs[0].after = secs(7);
    CHECK(late.run(60).exited("app") < 0);
    run_of(late, "app").needs[0].after = {};
    CHECK_EQ(late.run(60).exited("app"), late.run(60).started("app"));
  }

  TEST_CASE("each need has a patience of its own") {
    WorldCase pod{"app a b", kNever, "a run=2, b run=3"};
    run_of(pod, "app").needs = {{when("a", What::Running), secs(10), 21}, {when("b", What::Running), secs(1), 22}};
    const Story second = pod.run(60);
    CHECK(close(second.exited("app"), 4));
    CHECK_EQ(second.exit_code("app"), 22);
    run_of(pod, "app").needs[1].after = secs(30);
    const Story first = pod.run(60);
    CHECK(close(first.exited("app"), 12));
    CHECK_EQ(first.exit_code("app"), 21);
    // `a` comes back in time, `b` does not.
    WorldCase back{"app a b:never", kAlways, "a run=2, b run=3"};
    run_of(back, "app").needs = {{when("a", What::Running), secs(3), 21}, {when("b", What::Running), secs(3), 22}};
    const Story other = back.run(6.5);
    CHECK(close(other.exited("app"), 6));
    CHECK_EQ(other.exit_code("app"), 22);
  }

  TEST_CASE("an init container waits for what a sidecar before it serves") {
    WorldCase pod{"vault:sc fetch:init app", kNever, "app run=1"};
    pod.behavior("vault").readiness.ok_after = secs(3);
    run_of(pod, "fetch").until = when("vault", What::Serving);
    const Story story = pod.run(60);
    CHECK(close(story.started("fetch"), 0));
    CHECK(close(story.exited("fetch"), 3));
    CHECK(close(story.started("app"), 3));
    CHECK_EQ(story.phase(), "Succeeded");
  }

  TEST_CASE("an init container that waits for a main waits for ever") {
    WorldCase pod{"wait:init app", kAlways, ""};
    run_of(pod, "wait").until = when("app", What::Running);
    const Story story = pod.run(600);
    CHECK_EQ(story.starts("app"), 0);
    CHECK_EQ(story.phase(), "Pending");
  }

  TEST_CASE("a certain run and a certain exit code can be waited for") {
    WorldCase pod{"a b c d", kAlways, "a run=3 exit=1 / run=2 exit=7 / run=ever"};
    Moment third = when("a", What::Started), seventh = when("a", What::Exited), second = when("a", What::Exited);
    third.attempt = 2;
    seventh.exit_code = 7;
    second.attempt = 1;
    run_of(pod, "b").until = third;
    run_of(pod, "c").until = seventh;
    run_of(pod, "d").exit_on = second;
    const Story story = pod.run(60);
    CHECK_EQ(story.exited("b"), story.started("a", 2));
    CHECK(close(story.exited("c"), 5));
    CHECK(close(story.exited("d"), 5));
    CHECK(story.started("a", 2) > 14);  // the second restart waits for 10 s
  }

  TEST_CASE("serving follows the answers of the readiness probe, else of the startup probe, asked or not") {
    WorldCase pod{"a b c", kNever, ""};
    pod.behavior("a").readiness.ok_after = secs(2);
    pod.behavior("a").readiness.fail_after = secs(6);
    run_of(pod, "b").until = when("a", What::Serving);
    run_of(pod, "c").needs = {{when("a", What::Serving), secs(3), 1}};
    const Story unasked = pod.run(60);
    CHECK(close(unasked.exited("b"), 2));
    CHECK(close(unasked.exited("c"), 9));
    WorldCase startup{"a b", kNever, "a startup=5"};
    run_of(startup, "b").until = when("a", What::Serving);
    CHECK(close(startup.run(60).exited("b"), 5));
  }

  TEST_CASE("ready is what the kubelet holds, and comes with the probe's next run") {
    WorldCase pod{"a b", kNever, "a ready=2"};
    pod.spec().containers[0].readiness_probe->period = secs(5);
    run_of(pod, "b").until = when("a", What::Ready);
    CHECK(close(pod.run(60).exited("b"), 5));
    // A kubelet that is down takes nothing back: what the API shows stays.
    WorldCase down{"a b c", kNever, "a ready=0, c run=22"};
    run_of(down, "b").needs = {{when("a", What::Ready), secs(2), 1}};
    const Story story = down.at(20, RestartKubelet{secs(8)}).run(60);
    CHECK_EQ(story.starts("b"), 1);
    CHECK(story.exited("b") < 0);
  }

  TEST_CASE("two that serve only while the other does, never serve") {
    WorldCase pod{"a b c", kAlways, "a ready=0, b ready=0"};
    pod.behavior("a").readiness.ok_while = when("b", What::Serving);
    pod.behavior("b").readiness.ok_while = when("a", What::Serving);
    run_of(pod, "c").until = when("a", What::Serving);
    const Story story = pod.run(30);
    CHECK(story.exited("c") < 0);
    CHECK_EQ(find_condition(story.status(), "Ready")->status, "False");
    // Through a third that serves by itself, they do.
    pod.behavior("b").readiness.ok_while = when("c", What::Serving);
    run_of(pod, "c").until.reset();
    CHECK_EQ(find_condition(pod.run(30).status(), "Ready")->status, "True");
  }
}

TEST_SUITE("kubelet/world dependencies: between Pods") {
  TEST_CASE("an init container waits for a service of another Pod") {
    WorldCase pods{"wait:init app", kAlways, ""};
    run_of(pods, "wait").until = when("db", What::Serving, "store");
    WorldCase store{"db", kAlways, ""};
    store.behavior("db").readiness.ok_after = secs(3);
    add_pod(pods, "store", store, 5);
    const Story story = of_pod(pods.run(60), "pod");
    CHECK(close(story.exited("wait"), 8));
    CHECK(close(story.started("app"), 8));
    CHECK_EQ(story.phases(), "Pending Running");
  }

  TEST_CASE("a Pod is unready while a service of another Pod is away, and ready again with it") {
    WorldCase pods{"app", kAlways, "app ready=0"};
    pods.behavior("app").readiness.ok_while = when("db", What::Running, "store");
    add_pod(pods, "store", WorldCase{"db", kAlways, "db run=10.5 exit=1 / run=5 exit=1 / run=ever"});
    const Story whole = pods.run(60);
    const Story story = of_pod(whole, "pod"), store = of_pod(whole, "store");
    std::vector<double> changes;
    std::string last = "False";
    for (const TraceRecord& record : story.records()) {
      const auto* status = std::get_if<StatusObservation>(&record.observation);
      const PodCondition* ready = status == nullptr ? nullptr : find_condition(status->status, "Ready");
      if (ready == nullptr || ready->status == last) continue;
      last = ready->status;
      changes.push_back(seconds(record));
    }
    // The first restart is immediate; the second waits for 10 s, and the probe sees what it finds each second.
    CHECK_EQ(tenths({store.exited("db", 0), store.started("db", 1), store.exited("db", 1)}), "10.5 10.5 15.5");
    REQUIRE_EQ(changes.size(), 3);
    CHECK(close(changes[1], 16));
    CHECK(close(changes[2], std::ceil(store.started("db", 2))));
  }

  TEST_CASE("an evicted Pod takes those along who cannot do without it") {
    WorldCase pods{"app", kAlways, ""};
    run_of(pods, "app").needs = {{when("db", What::Running, "store"), secs(4), 1}};
    add_pod(pods, "store", WorldCase{"db", kAlways, "db term=3:143"});
    pods.input.actions.push_back({secs(10), 1, EvictPod{"The node was low on resource: memory.", 5}});
    const Story whole = pods.run(18);
    CHECK(close(of_pod(whole, "store").exited("db"), 13));
    CHECK_EQ(of_pod(whole, "store").phase(), "Failed");
    CHECK(close(of_pod(whole, "pod").exited("app"), 17));
    CHECK(close(of_pod(whole, "pod").started("app", 1), 17));
  }

  TEST_CASE("a container that is OOM-killed, or lost with a signal, has exited for everyone who watches it") {
    for (const ActionKind& end : {ActionKind{OomKillContainer{0}}, ActionKind{KillContainer{0, 9}}}) {
      WorldCase pods{"app", kNever, "app run=30"};
      Moment killed = when("db", What::Exited, "store");
      killed.exit_code = 137;
      run_of(pods, "app").exit_on = killed;
      add_pod(pods, "store", WorldCase{"db", kNever, ""});
      pods.input.actions.push_back({secs(6), 1, end});
      CHECK(close(of_pod(pods.run(60), "pod").exited("app"), 6));
    }
  }

  TEST_CASE("images are pulled one after another, in the order in which the Pods asked") {
    WorldCase pods{"m", kAlways, ""};
    for (const char* image : {"first:1", "second:1", "third:1"}) pods.input.images[image].pull = secs(4);
    pods.spec().containers[0].image = "third:1";
    pods.input.pods[0].created_at = secs(3);
    WorldCase other{"m", kAlways, ""};
    other.spec().containers[0].image = "first:1";
    add_pod(pods, "one", other, 1);
    other.spec().containers[0].image = "second:1";
    add_pod(pods, "two", other, 2);
    const Story story = pods.run(60);
    CHECK_EQ(tenths({of_pod(story, "one").started("m"), of_pod(story, "two").started("m"), of_pod(story, "pod").started("m")}),
             "5 9 13");
    // What one Pod has pulled is there for the next.
    WorldCase same{"m", kAlways, ""};
    same.input.images["first:1"].pull = secs(4);
    same.spec().containers[0].image = "first:1";
    WorldCase again = same;
    add_pod(same, "later", again, 10);
    CHECK_EQ(tenths({of_pod(same.run(60), "later").started("m")}), "10");
  }
}

TEST_SUITE("kubelet/world dependencies: changes from outside") {
  TEST_CASE("a new image restarts its container, and with it who waits for the second run") {
    WorldCase pod{"web watcher", kAlways, "web term=2"};
    Moment second = when("web", What::Started);
    second.attempt = 1;
    run_of(pod, "watcher").exit_on = second;
    const Story story = pod.patch_image_at(6, "web").run(8.5);
    CHECK(close(story.signalled("web"), 6));
    CHECK(close(story.started("web", 1), 8));
    CHECK_EQ(story.exited("watcher"), story.started("web", 1));
    CHECK_EQ(find_container_status(story.status(), "web")->image, "busybox:1.37");
  }

  TEST_CASE("a deadline that is set late, or later than the age, counts from the start of the Pod") {
    const auto failed_at = [](std::optional<double> first, double patched_at, double patched) {
      WorldCase pod{"m", kAlways, "m term=1"};
      if (first) pod.spec().active_deadline = secs(*first);
      PatchPod patch;
      patch.active_deadline = secs(patched);
      const Story story = pod.at(patched_at, patch).run(60);
      CHECK_EQ(story.status().reason, "DeadlineExceeded");
      return tenths({story.signalled("m")});
    };
    CHECK_EQ(failed_at(std::nullopt, 4, 10), "10");
    CHECK_EQ(failed_at(std::nullopt, 14, 10), "14");
    CHECK_EQ(failed_at(20, 4, 10), "10");
  }

  TEST_CASE("a ConfigMap that appears lets an init container start at the next try, and the mains after it") {
    WorldCase pod{"i:init m", kAlways, "i run=2"};
    pod.spec().containers[0].references = {{ObjectReference::Kind::Secret, "token", "value"}};
    pod.at(20, PutObject{ObjectReference::Kind::Secret, "token", {"value"}, false});
    const Story story = pod.run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::StartInitAborts)), "0 0 12.5");  // the second when the sandbox is seen
    CHECK(close(story.started("i"), 25));
    CHECK(close(story.started("m"), 27));
  }
}

}  // namespace podlapse::test
