// One sync of a ReplicaSet, StatefulSet or DaemonSet, told in one line: what is deleted and created, events, and when to look again.
#include "podlapse/controller/pod_set.hpp"

#include <doctest/doctest.h>

#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

using namespace std::chrono_literals;

WallTime second(double at) {
  return WallTime{std::chrono::hours{24 * 365}} + SimDuration{static_cast<std::int64_t>(at * 1e9)};
}

/// A set, its Pods and what its controller knows. Pods are numbered from 0; of a StatefulSet's, the number is the ordinal, too.
struct SetCase {
  PodSetSpec spec;
  std::vector<PodSetPod> pods;
  FailedPodBackoff backoff;
  double now = 100;

  SetCase(PodSetSpec::Kind kind, std::int32_t replicas) {
    spec.kind = kind;
    spec.name = "web";
    spec.replicas = replicas;
  }

  PodSetPod& pod(const char* phase) {
    PodSetPod& made = pods.emplace_back();
    const auto number = static_cast<std::int32_t>(pods.size() - 1);
    made.id = static_cast<PodSetPodId>(number);
    made.name = "web-" + std::to_string(number);
    made.phase = phase;
    made.ordinal = number;
    return made;
  }
  SetCase& ready(double since = 50) {
    pod("Running").ready_since = second(since);
    return *this;
  }

  [[nodiscard]] PodSetSync sync() const {
    PodSetSync result = sync_pod_set({spec, pods, backoff, second(now), "node"});
    reach(result.because);
    return result;
  }
  /// "delete 0; create 1 2; Reason: message; again 1s"
  [[nodiscard]] std::string told() const {
    const PodSetSync result = sync();
    std::string text;
    const auto part = [&text](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
    std::string list;
    for (const PodSetPodId id : result.deletions) list += " " + std::to_string(static_cast<std::uint32_t>(id));
    if (!list.empty()) part("delete" + list);
    list.clear();
    for (const std::int32_t ordinal : result.creations) list += " " + std::to_string(ordinal);
    if (!list.empty()) part("create" + list);
    for (const OwnerEvent& event : result.events) part(event.reason + ": " + event.message);
    if (result.again_after) part("again " + format_go_duration(*result.again_after));
    return text;
  }
};

using Kind = PodSetSpec::Kind;

}  // namespace

TEST_SUITE("controller/pod set") {
  TEST_CASE("controller/slow-start: batches double, and the last has what is left") {
    using Sizes = std::vector<std::size_t>;
    CHECK_EQ(slow_start_batches(0), Sizes{});
    CHECK_EQ(slow_start_batches(1), Sizes{1});
    CHECK_EQ(slow_start_batches(3), Sizes{1, 2});
    CHECK_EQ(slow_start_batches(5), Sizes{1, 2, 2});
    CHECK_EQ(slow_start_batches(7), Sizes{1, 2, 4});
  }

  TEST_CASE("replicaset/creates: as many Pods as it has replicas, a ReplicationController likewise") {
    SetCase set{Kind::ReplicaSet, 3};
    CHECK_EQ(set.told(), "create 0 0 0");
    CHECK(set.sync().because == RuleId::ReplicaSetCreates);
    CHECK_EQ(set.sync().batches, std::vector<std::size_t>{1, 2});
    set.spec.kind = Kind::ReplicationController;
    CHECK_EQ(set.told(), "create 0 0 0");
    CHECK_EQ(set.ready().ready().ready().told(), "");
    CHECK_EQ(SetCase(Kind::ReplicaSet, 900).sync().creations.size(), 500);
  }

  TEST_CASE("replicaset/replaces: what is being deleted or has ended does not count, and what has ended stays") {
    SetCase set{Kind::ReplicaSet, 2};
    set.ready();
    set.pod("Running").deleting = true;
    CHECK_EQ(set.told(), "create 0");
    CHECK(set.sync().because == RuleId::ReplicaSetReplaces);
    SetCase failed{Kind::ReplicaSet, 1};
    failed.pod("Failed");
    CHECK_EQ(failed.told(), "create 0");
    SetCase pending{Kind::ReplicaSet, 1};
    pending.pod("Pending");
    CHECK_EQ(pending.told(), "");
  }

  TEST_CASE("statefulset/ordered: one Pod after the other, each when those before it are Running and Ready") {
    SetCase set{Kind::StatefulSet, 3};
    CHECK_EQ(set.told(), "create 0");
    CHECK_EQ(set.ready().told(), "create 1");
    set.pod("Running");
    CHECK_EQ(set.told(), "");  // not ready
    set.pods[1].ready_since = second(99);
    CHECK_EQ(set.told(), "create 2");
    set.pods[0].ready_since.reset();  // a predecessor that is not ready any more holds the rest back
    CHECK_EQ(set.told(), "");
    SetCase deleting{Kind::StatefulSet, 2};
    deleting.ready().pods[0].deleting = true;
    CHECK_EQ(deleting.told(), "");
  }

  TEST_CASE("statefulset/ordered: with minReadySeconds a Pod has to stay ready that long") {
    SetCase set{Kind::StatefulSet, 2};
    set.spec.min_ready = 5s;
    set.ready(97);
    CHECK_EQ(set.told(), "again 2s");
    set.now = 102;
    CHECK_EQ(set.told(), "create 1");
  }

  TEST_CASE("statefulset/ordered: ordinals begin where spec.ordinals.start says") {
    SetCase set{Kind::StatefulSet, 2};
    set.spec.first_ordinal = 5;
    CHECK_EQ(set.told(), "create 5");
    set.ready().pods[0].ordinal = 5;
    CHECK_EQ(set.told(), "create 6");
  }

  TEST_CASE("statefulset/parallel: all at once, in growing batches") {
    SetCase set{Kind::StatefulSet, 4};
    set.spec.parallel = true;
    CHECK_EQ(set.told(), "create 0 1 2 3");
    CHECK_EQ(set.sync().batches, std::vector<std::size_t>{1, 2, 1});
    CHECK(set.sync().because == RuleId::StatefulSetParallel);
    set.pod("Pending");
    CHECK_EQ(set.told(), "create 1 2 3");
  }

  TEST_CASE("statefulset/recreates: a Pod that has ended is deleted, and the next comes once it is gone") {
    for (const char* phase : {"Failed", "Succeeded"}) {
      INFO(phase);
      SetCase set{Kind::StatefulSet, 2};
      set.pod(phase);
      CHECK_EQ(set.told(), "delete 0");
      CHECK(set.sync().because == RuleId::StatefulSetRecreates);
      set.pods[0].deleting = true;
      CHECK_EQ(set.told(), "");
      set.pods.clear();
      CHECK_EQ(set.told(), "create 0");
    }
  }

  TEST_CASE("daemonset/creates: one Pod, and the next when it is gone, or has ended while it is deleted") {
    SetCase set{Kind::DaemonSet, 1};
    CHECK_EQ(set.told(), "create 0");
    CHECK_EQ(set.ready().told(), "");
    set.pods[0].deleting = true;
    CHECK_EQ(set.told(), "");
    set.pods[0].phase = "Succeeded";
    CHECK_EQ(set.told(), "create 0");
  }

  TEST_CASE("daemonset/failed-pod: a failed Pod is deleted, later and later if that happens again") {
    SetCase set{Kind::DaemonSet, 1};
    set.pod("Failed");
    CHECK_EQ(set.told(), "delete 0; FailedDaemonPod: Found failed daemon pod default/web-0 on node node, will try to kill it");
    CHECK(set.sync().backoff == FailedPodBackoff{1s, second(100)});
    set.backoff = {4s, second(97)};
    CHECK_EQ(set.told(), "again 4s");
    set.now = 101;
    CHECK(set.sync().backoff == FailedPodBackoff{8s, second(101)});
    set.backoff = {15min, second(101)};
    set.now = 101 + 15 * 60;
    CHECK(set.sync().backoff == FailedPodBackoff{15min, second(set.now)});
    set.now = 102 + 30 * 60;
    CHECK(set.sync().backoff == FailedPodBackoff{1s, second(set.now)});
    set.pods[0].phase = "Succeeded";
    CHECK_EQ(set.told(), "delete 0; SucceededDaemonPod: Found succeeded daemon pod default/web-0 on node node, will try to delete it");
  }

  TEST_CASE("events are in the words of each controller, and names as it makes them") {
    PodSetSpec spec;
    spec.name = "web";
    CHECK_EQ(pod_created_event(spec, "web-x").message, "Created pod: web-x");
    CHECK_EQ(pod_deleted_event(spec, "web-x").message, "Deleted pod: web-x");
    CHECK_NE(pod_set_pod_name(spec, 0, 0), pod_set_pod_name(spec, 1, 0));
    CHECK_EQ(pod_set_pod_name(spec, 3, 0).size(), std::string{"web-"}.size() + 5);
    spec.kind = Kind::StatefulSet;
    spec.claims = {"data"};
    CHECK_EQ(pod_set_pod_name(spec, 7, 2), "web-2");
    CHECK_EQ(pod_created_event(spec, "web-0").message, "create Pod web-0 in StatefulSet web successful");
    CHECK_EQ(pod_deleted_event(spec, "web-0").message, "delete Pod web-0 in StatefulSet web successful");
    CHECK_EQ(claims_created_events(spec, "web-0").front().message, "create Claim data-web-0 Pod web-0 in StatefulSet web success");
  }
}

}  // namespace podlapse::test
