// computeInitContainerActions: which init containers and sidecars start, and what keeps later ones waiting.
#include <doctest/doctest.h>

#include <algorithm>

#include "kubelet/support.hpp"
#include "podlapse/kubelet/pod_actions.hpp"

namespace podlapse::test {
namespace {

constexpr const char* kInitThenMain = "i:init m";
constexpr const char* kSidecarThenInit = "s:sc,startup,liveness i:init m";

/// Why the first init container or sidecar to start starts.
RuleId start_because(const char* containers, RestartPolicy policy, const char* state) {
  return actions_of({containers, policy, state}).init_to_start.at(0).because;
}

}  // namespace

TEST_SUITE("kubelet/init_scan") {
  TEST_CASE("isInitContainerFailed tells exits apart") {  // 9.22
    const auto failed = [](const char* state) {
      const PodCase pod{"i:init", kAlways, std::string{"i "} + state};
      return is_init_container_failed(*pod.status.newest(0));
    };
    INFO("row ", "9.22");
    CHECK(failed("X1"));
    CHECK(failed("U"));
    CHECK(failed("X0 oom"));
    CHECK_FALSE(failed("X0"));
    CHECK_FALSE(failed("R"));
    CHECK_FALSE(failed("C"));
  }

  TEST_CASE("of the dead records of an init container all but the newest are pruned") {
    INFO("row ", "8.8");
    const PodCase pod{"init1:init init2:init m", kAlways, "init1 X0/X1/U/X1, init2 X0/X0, m X1/X1"};
    std::vector<InstanceId> kept, pruned = init_records_to_prune(pod.spec, pod.status);
    CHECK_EQ(pruned.size(), 4);
    for (const ContainerRecord& record : pod.status.containers) {
      const bool is_pruned = std::find(pruned.begin(), pruned.end(), record.id) != pruned.end();
      const bool newest = &record == pod.status.newest(record.container);
      CHECK_EQ(is_pruned, !newest && record.container != pod.index("m"));
    }
  }

  TEST_CASE("a running instance of an init container does not use up the one dead record that is kept") {
    const PodCase pod{"s:sc m", kAlways, "s R/X1/X2"};
    const std::vector<InstanceId> pruned = init_records_to_prune(pod.spec, pod.status);
    REQUIRE_EQ(pruned.size(), 1);
    CHECK(pruned[0] == pod.status.containers.back().id);
  }

  TEST_CASE("inits start in the order of the spec, whatever the order of the scan") {
    const PodActions actions = actions_of({"a:sc i:init z:sc m", kAlways, "a X1, i X0"});
    REQUIRE_EQ(actions.init_to_start.size(), 2);
    CHECK(actions.init_to_start[0].because == RuleId::InitSidecarRestarts);
    CHECK(actions.init_to_start[1].because == RuleId::InitNextAfterSuccess);
  }

  TEST_CASE("a finished init container does not run again when a main restarts") {
    CHECK_EQ(to_text(actions_of({"i:init m n", kAlways, "i X0, m X1, n R"}), {"i:init m n", kAlways, ""}), "MS[0]");
  }

  TEST_CASE("an init container that failed does not run again beside a running main") {
    const PodCase pod{"i:init m", kAlways, "i X1, m R"};
    CHECK_EQ(to_text(actions_of(pod), pod), "nothing");
  }

  TEST_CASE("a main that was created proves that the init containers are done") {
    const PodCase pod{"i:init m", kAlways, "m C"};
    CHECK_EQ(to_text(actions_of(pod), pod), "MS[0]");
  }

  TEST_CASE("of two containers to wait for the later one is told") {
    CHECK(actions_of({kSidecarThenInit, kAlways, "s R start=?, i R"}).wait_because == RuleId::InitRunning);
  }

  TEST_CASE("what a container is made of is its name and image, not its command") {
    ContainerSpec container = make_pod("m").containers[0];
    const std::uint64_t hash = container_hash(container);
    container.command = {"sleep", "1"};
    CHECK(container_hash(container) == hash);
    container.image = "busybox:1.37";
    CHECK(container_hash(container) != hash);
  }

  TEST_CASE("with the restart rules gated off an init container's own policy does not decide") {
    FeatureGates gates;
    gates.container_restart_rules = false;
    const PodCase failed{"i:init,never m", kAlways, "i X1"};
    CHECK(actions_of(failed).kill_pod);
    CHECK_EQ(to_text(actions_of(failed, gates), failed), "IS[0]");
    const PodCase unknown{"i:init,never m", kAlways, "i U"};
    CHECK(actions_of(unknown).kill_pod);
    CHECK_EQ(to_text(actions_of(unknown, gates), unknown), "IS[0] K[i]");
    const PodCase sidecar{"s:sc m", kNever, "s U"};
    CHECK_EQ(to_text(actions_of(sidecar, gates), sidecar), "IS[0] K[s]");
  }
}

TEST_SUITE("kubelet/init_scan rules") {
  TEST_CASE("init/first: a ready sandbox without records starts the first init container") {
    check_because(start_because("i:init j:init m", kAlways, ""), RuleId::InitFirst);
  }
  TEST_CASE("init/exited-main-counts: in 1.28 a main of the sandbox before stands for init containers that have run") {
    const PodCase lost{"i:init j:init m", kAlways, "i X0, m X1"};
    CHECK_EQ(to_text(actions_of(lost), lost), "IS[1]");
    const PodActions actions = actions_of(lost, FeatureGates{KubernetesVersion{28, 1}});
    CHECK_EQ(to_text(actions, lost), "MS[0]");
    check_because(actions.mains_to_start.at(0).because, RuleId::InitExitedMainCounts);
    // From 1.28.2 on only where the gate SidecarContainers is on.
    FeatureGates mended{KubernetesVersion{28, 2}};
    CHECK_EQ(to_text(actions_of(lost, mended), lost), "IS[1]");
    mended.sidecar_containers = true;
    CHECK_EQ(to_text(actions_of(lost, mended), lost), "MS[0]");
    CHECK_EQ(to_text(actions_of(lost, FeatureGates{KubernetesVersion{29, 0}}), lost), "IS[1]");
  }
  TEST_CASE("init/created-main-counts: a main that was created in the sandbox before stands for init containers that have not run again") {
    PodCase rebooted{"i:init j:init m", kAlways, "i R, m C"};
    for (ContainerRecord& record : rebooted.status.containers) {
      if (record.container == rebooted.index("m")) record.sandbox = SandboxId{9};
    }
    const PodActions actions = actions_of(rebooted);
    CHECK_EQ(to_text(actions, rebooted), "MS[0]");
    check_because(actions.mains_to_start.at(0).because, RuleId::InitCreatedMainCounts);
    const PodCase within{"i:init j:init m", kAlways, "i X0, j X0, m C"};
    CHECK(actions_of(within).mains_to_start.at(0).because != RuleId::InitCreatedMainCounts);
  }
  TEST_CASE("init/next-after-success: exit code 0 of an init container starts the next one") {
    check_because(start_because("i:init j:init m", kAlways, "i X0"), RuleId::InitNextAfterSuccess);
  }
  TEST_CASE("init/next-after-sidecar: a sidecar that runs lets the next one start, and needs no readiness for that") {
    check_because(start_because("s:sc i:init m", kAlways, "s R"), RuleId::InitNextAfterSidecar);
    check_because(start_because(kSidecarThenInit, kAlways, "s R start=S"), RuleId::InitNextAfterSidecar);
  }
  TEST_CASE("init/created: an init container that never ran is started under every policy") {
    check_because(start_because(kInitThenMain, kNever, "i C"), RuleId::InitCreated);
  }
  TEST_CASE("init/running: a running init container is waited for") {
    const PodActions actions = actions_of({kInitThenMain, kAlways, "i R"});
    CHECK(actions.empty());
    check_because(actions.wait_because, RuleId::InitRunning);
  }
  TEST_CASE("init/sidecar-startup-pending: a sidecar whose startup probe has no verdict is waited for") {
    for (const char* state : {"s R", "s R start=?"}) {
      const PodActions actions = actions_of({kSidecarThenInit, kAlways, state});
      CHECK(actions.empty());
      check_because(actions.wait_because, RuleId::InitSidecarStartupPending);
    }
  }
  TEST_CASE("init/failed-for-good: an init container that fails under Never fails the Pod, sidecars and all") {
    const PodActions actions = actions_of({"s:sc i:init m", kNever, "s R, i X1"});
    CHECK(actions.kill_pod);
    CHECK(actions.init_to_start.empty());
    check_because(actions.kill_pod_because, RuleId::InitFailedForGood);
  }
  TEST_CASE("init/oom-killed: an OOM-killed init container failed although it exited 0") {
    const PodActions actions = actions_of({kInitThenMain, kOnFailure, "i X0 oom"});
    CHECK(actions.kill_pod);
    check_because(actions.kill_pod_because, RuleId::InitOomKilled);
  }
  TEST_CASE("init/unknown-never: an init container in unknown state under Never fails the Pod") {
    check_because(actions_of({kInitThenMain, kNever, "i U"}).kill_pod_because, RuleId::InitUnknownNever);
  }
  TEST_CASE("init/unknown-killed-first: one in unknown state is killed and started, a sidecar even under Never") {
    check_because(start_because(kInitThenMain, kOnFailure, "i U"), RuleId::InitUnknownKilledFirst);
    const PodActions actions = actions_of({kSidecarThenInit, kNever, "s U"});
    check_because(actions.to_kill.at(0).because, RuleId::InitUnknownKilledFirst);
    CHECK(actions.to_kill[0].reason == KillReason::Unknown);
  }
  TEST_CASE("init/sidecar-restarts: a sidecar restarts under Never and after exit code 0") {
    for (const char* state : {"s X0, m R", "s X1, m R"}) {
      check_because(start_because("s:sc m", kNever, state), RuleId::InitSidecarRestarts);
    }
  }
  TEST_CASE("init/sidecar-record-missing: a sidecar without a record starts beside a running main") {
    check_because(start_because("s:sc m", kAlways, "m R"), RuleId::InitSidecarRecordMissing);
  }
  TEST_CASE("init/sidecar-startup-failed: a failed startup probe restarts a sidecar and lets nothing later start") {
    const PodActions actions = actions_of({kSidecarThenInit, kNever, "s R start=F"});
    REQUIRE_EQ(actions.init_to_start.size(), 1);
    check_because(actions.init_to_start[0].because, RuleId::InitSidecarStartupFailed);
    CHECK(actions.to_kill.at(0).reason == KillReason::StartupProbe);
  }
  TEST_CASE("init/sidecar-liveness-failed: a failed liveness probe restarts a sidecar, and the next starts too") {
    const PodActions actions = actions_of({kSidecarThenInit, kNever, "s R start=S live=F"});
    REQUIRE_EQ(actions.init_to_start.size(), 2);
    check_because(actions.init_to_start[0].because, RuleId::InitSidecarLivenessFailed);
    CHECK(actions.init_to_start[1].because == RuleId::InitNextAfterSidecar);
    CHECK(actions.to_kill.at(0).reason == KillReason::LivenessProbe);
  }
  TEST_CASE("init/sidecar-definition-changed: a changed image restarts a started sidecar before liveness is asked") {
    const PodActions actions = actions_of({kSidecarThenInit, kAlways, "s R# start=S live=F"});
    check_because(actions.to_kill.at(0).because, RuleId::InitSidecarDefinitionChanged);
    CHECK(actions.to_kill[0].reason == KillReason::DefinitionChanged);
    CHECK_FALSE(actions.to_kill[0].will_restart);
  }
}

}  // namespace podlapse::test
