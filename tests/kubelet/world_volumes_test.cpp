// Rules of volumes and of the objects that a Pod refers to (rules/loops.def).
#include <doctest/doctest.h>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

const KubeEvent& event_of(const TraceRecord& record) { return std::get<EventObservation>(record.observation).event; }

/// Gives the Pod a volume `name` that shows `reference`.
WorldCase& with_volume(WorldCase& pod, const char* name, ObjectReference reference) {
  pod.spec().volumes.push_back({name, "", true, {std::move(reference)}});
  return pod;
}

constexpr auto kConfigMap = ObjectReference::Kind::ConfigMap;
constexpr auto kSecret = ObjectReference::Kind::Secret;
constexpr auto kClaim = ObjectReference::Kind::PersistentVolumeClaim;

}  // namespace

TEST_SUITE("kubelet/world volumes") {
  TEST_CASE("volume/set-up-failed: a volume whose ConfigMap is missing is tried again, each time after twice as long") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", {}});
    const Story story = pod.run(700);
    CHECK_EQ(tenths(instants_of(story, RuleId::VolumeSetUpFailed)), "0 0.5 1.5 3.5 7.5 15.5 31.5 63.5 127.5 249.5 371.5 493.5 615.5");
    const KubeEvent event = event_of(records_of(story, RuleId::VolumeSetUpFailed).back());
    CHECK_EQ(event.reason + ": " + event.message,
             "FailedMount: MountVolume.SetUp failed for volume \"settings\" : configmap \"app\" not found");
    CHECK_EQ(event.type, "Warning");
    CHECK_EQ(event.count, 13);
    CHECK_EQ(story.state("m"), "Waiting ContainerCreating");
    WorldCase all_exist = pod;
    all_exist.input.missing_objects_exist = true;
    CHECK(close(all_exist.run(5).started("m"), 0));
  }

  TEST_CASE("a volume is mounted by the first attempt after its object has appeared") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", {}});
    pod.at(10, PutObject{kConfigMap, "app", {}, false});
    CHECK(close(pod.run(30).started("m"), 15.5));
  }

  TEST_CASE("a volume needs the keys that its items name") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", "level"});
    with_volume(pod, "password", {kSecret, "login", "word"});
    pod.input.existing_objects = {{kConfigMap, "app", {"colour"}}, {kSecret, "login", {}}};
    const Story story = pod.run(0.4);
    const auto failed = records_of(story, RuleId::VolumeSetUpFailed);
    REQUIRE_EQ(failed.size(), 2);
    CHECK_EQ(event_of(failed[0]).message,
             "MountVolume.SetUp failed for volume \"settings\" : configmap references non-existent config key: level");
    CHECK_EQ(event_of(failed[1]).message,
             "MountVolume.SetUp failed for volume \"password\" : references non-existent secret key: word");
    pod.input.existing_objects = {{kConfigMap, "app", {"level"}}, {kSecret, "login", {"word"}}};
    CHECK(close(pod.run(5).started("m"), 0));
  }

  TEST_CASE("volume/wait-timeout: after 123 s a sync ends with an error, and the next waits again") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", {}});
    const Story story = pod.run(300);
    CHECK_EQ(tenths(instants_of(story, RuleId::VolumeWaitTimeout)), "123 258.5");  // 12.5 s between: the requeue's median
  }

  TEST_CASE("volume/claim-missing: a claim that does not exist ends the wait with an error, each 10 s or so") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", {}});
    with_volume(pod, "data", {kClaim, "disk", {}});
    const Story story = pod.run(30);
    const auto failed = records_of(story, RuleId::VolumeClaimMissing);
    REQUIRE_FALSE(failed.empty());
    CHECK_EQ(event_of(failed.back()).message,
             "Unable to attach or mount volumes: unmounted volumes=[data settings], unattached volumes=[], failed to process "
             "volumes=[data]: error processing PVC default/disk: failed to fetch PVC from API server: "
             "persistentvolumeclaims \"disk\" not found");
    CHECK_EQ(tenths(instants_of(story, RuleId::WorkerRequeued)), "12.5 25");
    WorldCase made = pod;
    made.input.existing_objects = {{kConfigMap, "app", {}}};
    made.at(20, PutObject{kClaim, "disk", {}, false});
    CHECK(close(made.run(40).started("m"), 25));
  }

  TEST_CASE("volume/wait-cancelled: a Pod that is deleted does not wait for its volumes any more") {
    WorldCase pod{"m", kAlways, ""};
    with_volume(pod, "settings", {kConfigMap, "app", {}});
    const Story story = pod.remove_at(20).run(60);
    CHECK_EQ(tenths(instants_of(story, RuleId::VolumeWaitCancelled)), "20");
    CHECK(story.gone() > 20);
    CHECK(story.gone() < 25);
    for (const double instant : instants_of(story, RuleId::VolumeSetUpFailed)) CHECK(instant < 20);
  }

  TEST_CASE("start/pull-secret-missing: a missing imagePullSecret is told of, and stops nothing") {
    WorldCase pod{"m", kAlways, ""};
    pod.spec().image_pull_secrets = {"registry", "other"};
    pod.input.existing_objects = {{kSecret, "other", {}}};
    const Story story = pod.run(5);
    const auto told = records_of(story, RuleId::StartPullSecretMissing);
    REQUIRE_FALSE(told.empty());
    CHECK_EQ(event_of(told[0]).message,
             "Unable to retrieve some image pull secrets (registry); attempting to pull the image may not succeed.");
    CHECK(close(story.started("m"), 0));
  }
}

}  // namespace podlapse::test
