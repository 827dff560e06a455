// Rules of the start path (rules/loops.def): images, creation, start, postStart, restart of all containers.
#include <doctest/doctest.h>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

/// Gives `container` an image that takes `seconds` to pull.
WorldCase& pulled(WorldCase& pod, std::string_view container, const char* image, double seconds) {
  pod.spec().containers[pod.index(container)].image = image;
  pod.input.images[image].pull = secs(seconds);
  return pod;
}

WorldCase with_config_map(WorldCase pod, std::string_view container) {
  pod.spec().containers[pod.index(container)].references = {{ObjectReference::Kind::ConfigMap, "settings", "level"}};
  return pod;
}

WorldCase with_start_error(WorldCase pod, std::string_view container) {
  pod.behavior(container).runs.front().start_error = "exec: \"serve\": executable file not found in $PATH";
  return pod;
}

const KubeEvent& event_of(const TraceRecord& record) { return std::get<EventObservation>(record.observation).event; }

}  // namespace

TEST_SUITE("kubelet/world start") {
  TEST_CASE("start/pulled: pulls on a node run one after another, and each blocks its Pod's worker") {
    WorldCase pods{"m n", kAlways, ""};
    pulled(pods, "m", "web:1", 5);
    pods.input.pods.push_back(WorldCase{"m", kAlways, ""}.input.pods[0]);
    pods.input.pods[1].spec.name = "pod2";
    pods.input.pods[1].spec.containers[0].image = "db:1";
    pods.input.images["db:1"].pull = secs(3);
    const Story story = pods.run(20);
    std::vector<double> arrived;
    for (const TraceRecord& record : records_of(story, RuleId::StartPulled)) {
      if (std::holds_alternative<StepObservation>(record.observation)) arrived.push_back(seconds(record));
    }
    CHECK_EQ(tenths(arrived), "5 8");
    CHECK(close(story.started("n"), 5));
    pods.input.config.constants.serialize_image_pulls = false;
    std::vector<double> side_by_side;
    for (const TraceRecord& record : records_of(pods.run(20), RuleId::StartPulled)) {
      if (std::holds_alternative<StepObservation>(record.observation)) side_by_side.push_back(seconds(record));
    }
    CHECK_EQ(tenths(side_by_side), "3 5");
  }

  TEST_CASE("an image under policy Always is fetched once; later the registry is only asked") {
    WorldCase pod{"m", kAlways, "m run=2 exit=1 / run=ever"};
    pulled(pod, "m", "web:latest", 5);
    pod.spec().containers[0].image_pull_policy = PullPolicy::Always;
    const Story story = pod.run(20);
    CHECK(close(story.exited("m"), 7));
    CHECK(close(story.started("m", 1), 7.3));
  }

  TEST_CASE("start/pull-failed: a failed pull is tried again after a back-off of its own") {
    WorldCase pod{"m n", kAlways, ""};
    pod.spec().containers[0].image = "web:1";
    pod.input.images["web:1"].pull_error = "connection refused";
    pod.input.images["web:1"].pull_error_times = 1;
    pod.input.images["web:1"].pull = secs(1);
    const Story story = pod.run(40);
    CHECK_EQ(tenths(instants_of(story, RuleId::StartPullFailed)), "1 1 1");  // the step, and its two events
    CHECK_EQ(event_of(records_of(story, RuleId::StartPullFailed).back()).message, "Error: ErrImagePull");
    CHECK(close(story.started("n"), 1));
    CHECK(close(story.started("m"), 1 + 12.5 + 1));
    CHECK(story.events("BackOff", "m") > 0);
  }

  TEST_CASE("start/config-missing: a container whose ConfigMap is missing is not created") {
    const WorldCase pod = with_config_map({"m n", kNever, ""}, "m");
    const Story story = pod.run(20);
    const auto found = records_of(story, RuleId::StartConfigMissing);
    CHECK_EQ(event_of(found[0]).message, "Error: configmap \"settings\" not found");
    CHECK_EQ(story.state("m"), "Waiting CreateContainerConfigError");
    for (const TraceRecord& record : records_of(story, RuleId::StartCreated)) CHECK_EQ(container_of(record), "n");
    WorldCase all_exist = pod;
    all_exist.input.missing_objects_exist = true;
    CHECK(close(all_exist.run(20).started("m"), 0));
    WorldCase without_key = pod;
    without_key.input.existing_objects = {{ObjectReference::Kind::ConfigMap, "settings", {"colour"}}};
    CHECK_EQ(event_of(records_of(without_key.run(20), RuleId::StartConfigMissing)[0]).message,
             "Error: couldn't find key level in ConfigMap default/settings");
  }

  TEST_CASE("start/created: a container is created before its process starts") {
    const Story story = on_a_node({"m", kAlways, ""}).run(10);
    const TraceRecord created = records_of(story, RuleId::StartCreated).at(0);
    CHECK_EQ(container_of(created), "m");
    CHECK(story.started("m") - seconds(created) == doctest::Approx(0.065).epsilon(0.001));
    CHECK_EQ(story.events("Created", "m"), 1);
  }

  TEST_CASE("start/started: the process starts, then the event tells") {
    const Story story = on_a_node({"m", kAlways, ""}).run(10);
    const auto found = records_of(story, RuleId::StartStarted);
    REQUIRE_EQ(found.size(), 2);
    CHECK_EQ(seconds(found[0]), story.started("m"));
    CHECK_EQ(event_of(found[1]).reason, "Started");
    CHECK(seconds(found[1]) > seconds(found[0]));
  }

  TEST_CASE("start/started: a start that is told to take 20 s leaves the container created until then") {
    WorldCase pod{"m", kAlways, ""};
    pod.behavior("m").runs.front().start_takes = std::chrono::seconds{20};
    CHECK(close(pod.run(60).started("m"), 20));
    CHECK_EQ(pod.run(19).starts("m"), 0);
  }

  TEST_CASE("start/failed: a container that cannot be started has no run, but an attempt") {
    const WorldCase pod = with_start_error({"m", kNever, ""}, "m");
    const Story story = pod.run(60);
    CHECK_EQ(story.starts("m"), 0);
    CHECK_EQ(event_of(records_of(story, RuleId::StartFailed).back()).message,
             "Error: exec: \"serve\": executable file not found in $PATH");
    CHECK_EQ(story.state("m"), "Terminated StartError 128");
    CHECK_EQ(story.phase(), "Failed");
    WorldCase again = pod;
    again.spec().restart_policy = kAlways;
    again.behavior("m").runs.emplace_back();
    const Story second = again.run(60);
    CHECK(second.started("m", 1) > 0);
    CHECK_EQ(second.restarts("m"), 1);
  }

  TEST_CASE("start/init-aborts: an init container that cannot be started ends the sync, a sidecar does not") {
    const Story story = with_start_error({"i:init m", kAlways, ""}, "i").run(5);
    CHECK_EQ(container_of(records_of(story, RuleId::StartInitAborts).at(0)), "i");
    // The sidecar is in back-off when the init container behind it, which failed too, starts again.
    const WorldCase pod{"s:sc i:init m", kAlways, "s run=1 exit=1, i run=3 exit=1 / run=1"};
    const Story both = pod.run(60);
    CHECK_FALSE(names(both, RuleId::StartInitAborts));
    CHECK(close(both.started("i", 1), both.exited("i", 0)));
    CHECK(both.started("s", 2) > both.started("i", 1) + 5);
    CHECK(both.events("BackOff", "s") > 0);
  }

  TEST_CASE("start/init-pruned: before a sync starts anything, older dead instances of init containers go") {
    const Story story = WorldCase{"i:init m", kAlways, "i run=1 exit=1 / run=1 exit=1 / run=1"}.run(60);
    const auto found = records_of(story, RuleId::StartInitPruned);
    CHECK_EQ(container_of(found[0]), "i");
    CHECK(close(seconds(found[0]), story.exited("i", 1)));
    CHECK_EQ(story.order(), "+i -i:1 +i -i:1 +i -i:0 +m");
    CHECK_FALSE(names(WorldCase{"i:init m", kAlways, "i run=1, m run=2"}.run(60), RuleId::StartInitPruned));
  }

  TEST_CASE("post-start/runs: the hook runs after the start and holds up what starts after it") {
    const Story story = on_a_node({"m n", kAlways, "m poststart=3"}).run(20);
    const auto found = records_of(story, RuleId::PostStartRuns);
    REQUIRE_EQ(found.size(), 2);
    CHECK(seconds(found[0]) > story.started("m"));
    CHECK(seconds(found[0]) < story.started("m") + 0.1);
    CHECK(seconds(found[1]) - seconds(found[0]) == doctest::Approx(3));
    CHECK(story.started("n") > seconds(found[1]));
    CHECK(story.started("n") < seconds(found[1]) + 0.2);
  }

  TEST_CASE("post-start/failed: a container whose hook failed is killed, and its policy decides") {
    const char* behavior = "m poststart=2:1 term=1";
    const Story always = WorldCase{"m", kAlways, behavior}.run(6);
    CHECK_EQ(event_of(records_of(always, RuleId::PostStartFailed).at(1)).reason, "FailedPostStartHook");
    CHECK(close(always.signalled("m"), 2));
    CHECK(close(always.exited("m"), 3));
    CHECK(close(always.started("m", 1), 3));
    const Story never = WorldCase{"m", kNever, behavior}.run(60);
    CHECK_EQ(never.starts("m"), 1);
    CHECK_EQ(never.phase(), "Succeeded");
  }

  TEST_CASE("reset/removes: RestartAllContainers kills and removes every container, the sandbox stays") {
    const Story story =
        WorldCase{"i:init m n:never,restart-all=42", kAlways, "i run=1, m sleep=3 term=never, n run=5 exit=42 / run=ever"}.run(30);
    std::vector<double> removed;
    std::string containers;
    for (const TraceRecord& record : records_of(story, RuleId::ResetRemoves)) {
      if (std::get<StepObservation>(record.observation).step != "remove") continue;
      removed.push_back(seconds(record));
      containers += container_of(record) + " ";
    }
    CHECK_EQ(containers, "m i n ");
    CHECK_EQ(tenths(removed), "8 8 8");  // m ignores SIGTERM, and has 2 s and no preStop hook
    CHECK_EQ(story.steps("sandbox", "sandbox created").size(), 1);
    CHECK_EQ(story.order(), "+i -i:0 +m +n -n:42 -m:137 +i -i:0 +m +n");
    CHECK(story.pre_stop_began("m") < 0);
  }

  TEST_CASE("image/pull-refused: a private image is pulled with the Secret that it takes alone") {
    WorldCase pod{"m", kAlways, ""};
    pulled(pod, "m", "private:1", 2);
    pod.input.images["private:1"].secret = "registry";
    pod.input.existing_objects = {{ObjectReference::Kind::Secret, "registry", {}}};
    const Story refused = pod.run(8);
    CHECK_FALSE(records_of(refused, RuleId::ImagePullRefused).empty());
    CHECK_EQ(refused.starts("m"), 0);
    pod.spec().image_pull_secrets = {"registry"};
    const Story given = pod.run(8);
    CHECK_EQ(given.starts("m"), 1);
    CHECK_FALSE(names(given, RuleId::ImagePullRefused));
    pod.input.existing_objects.clear();
    CHECK_EQ(pod.run(8).starts("m"), 0);
    pod.input.missing_objects_exist = true;
    CHECK_EQ(pod.run(8).starts("m"), 1);
  }

  TEST_CASE("an ephemeral container starts when it is added, once, and ends with its Pod") {
    WorldCase pod{"m d:eph", kAlways, "m term=1, d run=3 exit=1"};
    pod.at(5, AddEphemeralContainer{1});
    const Story story = pod.run(30);
    CHECK(close(story.started("d"), 5));
    CHECK_EQ(story.order(), "+m +d -d:1");
    CHECK_EQ(story.phase(), "Running");
    CHECK_EQ(story.state("d"), "Terminated Error 1");
    pod.behavior("d").runs[0].run.reset();
    CHECK_EQ(pod.remove_at(20).run(60).order(), "+m +d -d:0 -m:0");
    CHECK_EQ(WorldCase{pod}.at(4, DeletePod{0}).run(30).starts("d"), 0);
  }

  TEST_CASE("a container whose subPathExpr cannot be made is created once the annotation it needs is there") {
    WorldCase pod{"m", kAlways, ""};
    ContainerSpec& m = pod.spec().containers[0];
    m.env = {{"WHERE", std::nullopt, "metadata.annotations['where']"}};
    m.volume_mounts = {{"work", "/work", "$(WHERE)"}};
    CHECK_EQ(pod.run(25).state("m"), "Waiting CreateContainerConfigError");
    PatchPod patch;
    patch.annotations = {{"where", "here"}};
    pod.at(5, patch);
    CHECK(close(pod.run(25).started("m"), 5));
    patch.annotations = {{"where", std::nullopt}};
    pod.at(4, patch).spec().annotations["where"] = "there";
    const Story story = pod.run(25);
    CHECK(close(story.started("m"), 0));
    CHECK_EQ(story.starts("m"), 1);
  }
}

}  // namespace podlapse::test
