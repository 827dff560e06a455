// Rules of the Pod worker, the PLEG and the sandbox (rules/loops.def), as a run shows them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "kubelet/world_invariants.hpp"
#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

/// The text of a step's record, "" of any other.
std::string step_text(const TraceRecord& record) {
  const auto* step = std::get_if<StepObservation>(&record.observation);
  return step == nullptr ? "" : step->text;
}

const PodStatus& status_of(const TraceRecord& record) { return std::get<StatusObservation>(record.observation).status; }

}  // namespace

TEST_SUITE("kubelet/world worker") {
  TEST_CASE("worker/add: a Pod's first sync comes as soon as the kubelet has it") {
    const Story story = on_a_node({"m", kAlways, ""}).run(20);
    const auto found = records_of(story, RuleId::WorkerAdd);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(step_text(found[0]), "SyncPod");
    CHECK(seconds(found[0]) < 0.05);
    CHECK_EQ(story.steps("sync", "").front(), seconds(found[0]));
  }

  TEST_CASE("worker/update: a changed spec wakes the worker") {
    const Story story = WorldCase{"m", kAlways, ""}.patch_image_at(5, "m").run(20);
    const auto found = records_of(story, RuleId::WorkerUpdate);
    REQUIRE_EQ(found.size(), 1);
    CHECK(close(seconds(found[0]), 5));
    CHECK_EQ(rule_of_cause(story, found[0]), "object/patched");
    CHECK(close(story.started("m", 1), 5));
  }

  TEST_CASE("worker/pleg-event: an exit that the PLEG has seen wakes the worker") {
    const Story story = WorldCase{"m", kAlways, "m run=3 exit=1 / run=ever"}.run(20);
    const auto found = records_of(story, RuleId::WorkerPlegEvent);
    const auto woken = std::find_if(found.begin(), found.end(), [](const TraceRecord& record) { return seconds(record) >= 3; });
    REQUIRE(woken != found.end());
    CHECK(close(seconds(*woken), 3));
    CHECK_EQ(rule_of_cause(story, *woken), "pleg/relist");
    CHECK(close(story.started("m", 1), 3));
  }

  TEST_CASE("worker/probe-result: a changed verdict wakes the worker, a liveness verdict only when it is a failure") {
    CHECK_FALSE(names(WorldCase{"m", kAlways, "m live=100"}.run(20), RuleId::WorkerProbeResult));
    const Story failing = WorldCase{"m", kAlways, "m live=4"}.run(4.9);
    CHECK_EQ(tenths(instants_of(failing, RuleId::WorkerProbeResult)), "4");
    // A readiness verdict wakes it both times: not ready at first, ready from 2 s on.
    const Story ready = WorldCase{"m", kAlways, "m ready=2"}.run(20);
    CHECK_EQ(tenths(instants_of(ready, RuleId::WorkerProbeResult)), "0 2");
  }

  TEST_CASE("worker/requeued: a failed sync is tried again when its time in the work queue has come") {
    // 10 s and, without a seed, half of the jitter of 5 s.
    const Story story = WorldCase{"m", kAlways, ""}.bad_image("m").run(30);
    CHECK_EQ(tenths(instants_of(story, RuleId::WorkerRequeued)), "12.5 25");
  }

  TEST_CASE("worker/fresher-cache: SyncTerminatingPod waits for a relist after SyncPod") {
    WorldCase pod = on_a_node({"m", kNever, "m run=1"});
    pod.input.config.constants.pleg_relist_period = secs(4);
    const Story story = pod.run(30);
    const double ended = instants_of(story, RuleId::WorkerTerminalPhase).at(0);
    const TraceRecord waiting = records_of(story, RuleId::WorkerFresherCache).at(0);
    CHECK_EQ(seconds(waiting), ended);
    CHECK_EQ(rule_of_cause(story, waiting), "worker/terminal-phase");
    const double terminating = story.steps("sync", "SyncTerminatingPod").at(0);
    CHECK(terminating - ended > 3.9);  // the exit itself was seen at a relist, so that a whole period passes
    CHECK(terminating - ended < 4.1);
  }

  TEST_CASE("worker/terminal-phase: a Pod that is over is not synced any more but terminated") {
    const Story story = WorldCase{"m", kNever, "m run=2"}.run(200);
    CHECK_EQ(tenths(instants_of(story, RuleId::WorkerTerminalPhase)), "2");
    CHECK(story.steps("sync", "SyncPod").back() < 2.1);
    CHECK(close(story.steps("sync", "SyncTerminatingPod").at(0), 2));
    CHECK_FALSE(names(WorldCase{"m", kAlways, "m run=2"}.run(200), RuleId::WorkerTerminalPhase));
  }

  TEST_CASE("worker/deletion: a deletion timestamp makes the worker terminate the Pod") {
    const Story story = WorldCase{"m", kAlways, ""}.remove_at(5).run(60);
    const auto found = records_of(story, RuleId::WorkerDeletion);
    REQUIRE_EQ(found.size(), 1);
    CHECK(close(seconds(found[0]), 5));
    CHECK_EQ(rule_of_cause(story, found[0]), "object/deletion");
    CHECK(close(story.steps("sync", "SyncTerminatingPod").at(0), 5));
    CHECK(story.steps("sync", "SyncPod").back() < 5);
  }

  TEST_CASE("worker/terminating: every container is stopped before the final status is stored") {
    const Story story = WorldCase{"m n", kAlways, "m term=2, n term=3:1"}.remove_at(5).run(60);
    const auto found = records_of(story, RuleId::WorkerTerminating);
    CHECK_EQ(step_text(found.front()), "SyncTerminatingPod");
    CHECK_EQ(story.order(), "+m +n -m:0 -n:1");
    CHECK_EQ(story.phases(), "Pending Running Failed");
    for (const TraceRecord& record : story.records()) {
      if (!std::holds_alternative<StatusObservation>(record.observation)) continue;
      const bool over = status_of(record).phase == "Failed";
      CHECK_EQ(over, seconds(record) > 7.99);
    }
  }

  TEST_CASE("worker/terminated: cleaning up comes after the last container, once") {
    const Story story = WorldCase{"s:sc m", kNever, "m run=3, s term=2"}.run(60);
    const auto found = records_of(story, RuleId::WorkerTerminated);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(step_text(found[0]), "SyncTerminatedPod");
    CHECK(close(seconds(found[0]), 5));
    CHECK(close(story.exited("s"), 5));
  }

  TEST_CASE("worker/shorter-grace: a second DELETE shortens a kill that has not begun, and no other") {
    const Story begun = WorldCase{"m", kAlways, "m term=never"}.remove_at(5, 20).remove_at(6, 3).run(60);
    CHECK_EQ(tenths(instants_of(begun, RuleId::WorkerShorterGrace)), "6");
    CHECK(close(begun.exited("m"), 5 + 20));
    // The postStart hook holds the kill up until 10 s.
    const Story later = WorldCase{"m", kAlways, "m poststart=10 term=never"}.remove_at(5, 20).remove_at(6, 3).run(60);
    CHECK(close(later.signalled("m"), 10));
    CHECK(close(later.exited("m"), 10 + 3));
  }

  TEST_CASE("deadline/exceeded: a Pod older than activeDeadlineSeconds fails at the next tick") {
    WorldCase pod = on_a_node({"m", kAlways, "m term=1"});
    pod.spec().active_deadline = secs(4);
    const Story story = pod.run(60);
    const TraceRecord found = records_of(story, RuleId::DeadlineExceeded).at(0);
    CHECK_EQ(step_text(found), "SyncPod");
    CHECK(seconds(found) >= 4);
    CHECK(seconds(found) < 5.1);
    CHECK_EQ(story.phase(), "Failed");
    CHECK_EQ(story.status().reason, "DeadlineExceeded");
    CHECK(story.events("DeadlineExceeded") > 0);
    CHECK_EQ(story.starts("m"), 1);
  }

  TEST_CASE("eviction/kills: an evicted Pod fails, with a grace period of its own") {
    const auto evicted = [](std::optional<std::int64_t> grace) {
      return WorldCase{"m", kAlways, "m term=never"}.at(5, EvictPod{"The node was low on resource: memory.", grace}).run(60);
    };
    const Story soft = evicted(10);
    CHECK(close(instants_of(soft, RuleId::EvictionKills).at(0), 5));
    CHECK_EQ(step_text(records_of(soft, RuleId::EvictionKills).at(1)), "the Pod is evicted");
    CHECK(close(soft.exited("m"), 15));
    CHECK_EQ(soft.phase(), "Failed");
    CHECK_EQ(soft.status().reason, "Evicted");
    CHECK(close(evicted(std::nullopt).exited("m"), 7));  // 1 s, and 2 s at least
    // Mains that answer with 0 make it Succeeded all the same, and the reason is lost; the condition stays.
    const Story obedient = WorldCase{"m", kAlways, "m term=1"}.at(5, EvictPod{"The node was low.", 10}).run(60);
    CHECK_EQ(obedient.phases(), "Pending Running Succeeded");
    CHECK_EQ(obedient.status().reason, "");
    CHECK_EQ(find_condition(obedient.status(), "DisruptionTarget")->reason, "TerminationByKubelet");
  }

  TEST_CASE("worker/orphan: a restarted kubelet stops what runs of a Pod that was removed meanwhile, in 2 s and without its hooks") {
    WorldCase pod = on_a_node({"s:sc m", kAlways, "s term=never, m prestop=1 term=never"});
    const Story story = pod.at(10, RestartKubelet{secs(2)}).remove_at(11, 0).run(30);
    CHECK(story.gone() < 11.5);
    for (const char* container : {"s", "m"}) {
      CHECK(story.signalled(container) > 14);
      CHECK(story.signalled(container) < 14.5);
      CHECK(story.exited(container) - story.signalled(container) > 2);
      CHECK(story.exited(container) - story.signalled(container) < 2.5);
    }
    CHECK_EQ(story.pre_stop_began("m"), -1);
    CHECK_EQ(instants_of(story, RuleId::WorkerOrphan).size(), 3);  // the request, and one kill a container
  }

  TEST_CASE("kubelet/restarted: containers run on, back-off and start errors are forgotten") {
    WorldCase pod{"m n", kAlways, "m run=1 exit=1"};
    const double waited = pod.run(100).started("m", 3) - pod.run(100).exited("m", 2);
    CHECK(waited > 20);
    const double third = pod.run(100).exited("m", 2);
    const Story story = pod.at(third + 5, RestartKubelet{secs(2)}).run(third + 10);
    CHECK(close(instants_of(story, RuleId::KubeletRestarted).at(0), third + 5));
    CHECK(close(story.started("m", 3), third + 7));
    CHECK_EQ(story.starts("n"), 1);
    CHECK(story.exited("n") < 0);
    CHECK(close(story.steps("sync", "SyncPod").back(), third + 8));  // of the fourth end; none while the kubelet is down
    for (const double sync : story.steps("sync", "SyncPod")) CHECK((sync < third + 5 || sync > third + 6.99));
  }

  TEST_CASE("kubelet/restarted: the first sync comes with the Pod, not with what the first relist finds") {
    const Story story = on_a_node({"m", kAlways, ""}).at(5, RestartKubelet{secs(2)}).run(8);
    const auto added = records_of(story, RuleId::WorkerAdd);
    REQUIRE_EQ(added.size(), 2);
    std::vector<double> syncs;
    for (const double sync : story.steps("sync", "SyncPod")) {
      if (sync > 5) syncs.push_back(sync);
    }
    CHECK_EQ(tenths(syncs), "7");
    CHECK_EQ(syncs[0], seconds(added[1]));
  }

  TEST_CASE("kubelet/restarted: nothing that the old kubelet had begun is finished by the new one") {
    WorldCase pod = on_a_node({"i:init s:sc m", kAlways, "i run=1, s startup=2 live=9, m run=7 exit=1 ready=1 prestop=2"});
    pod.input.config.latencies.status_write = Latency::exactly(secs(0.04));
    const Story whole = pod.run(15);
    const auto invariants = [](const WorldCase& restarted) {
      return check_invariants(std::make_shared<const WorldInput>(restarted.input), at(40));
    };
    for (const TraceRecord& record : whole.records()) {
      INFO("just before record ", record.seq);
      for (const double earlier : {0.002, 0.015, 0.035}) {
        CHECK_EQ(invariants(WorldCase{pod}.at(std::max(seconds(record) - earlier, 0.0), RestartKubelet{secs(0)})), "");
      }
    }
    // The events of a new kubelet are counted anew.
    const auto counts = [](const Story& story) {
      std::string text;
      for (const TraceRecord& record : story.records()) {
        const auto* seen = std::get_if<EventObservation>(&record.observation);
        if (seen != nullptr && seen->event.reason == "Started") text += std::to_string(seen->event.count);
      }
      return text;
    };
    const WorldCase crashing{"m", kAlways, "m run=1 exit=1 / run=4 exit=1 / run=ever"};
    CHECK_EQ(counts(crashing.run(60)), "123");
    CHECK_EQ(counts(WorldCase{crashing}.at(3, RestartKubelet{}).run(60)), "121");
  }
}

TEST_SUITE("kubelet/world pleg") {
  TEST_CASE("pleg/relist: an exit is seen by the relist of the second") {
    WorldCase pod = on_a_node({"m", kNever, "m run=2.2"});
    const Story story = pod.run(10);
    const TraceRecord seen = records_of(story, RuleId::PlegRelist).at(0);
    CHECK_EQ(rule_of_cause(story, seen), "process/own-end");
    const double wait = seconds(seen) - story.exited("m");
    CHECK(wait > 0.05);
    CHECK(wait < 1.1);
    // Relists begin at 0.1 s and take 10 ms; the next begins a second after one has ended.
    const double period = 1.01;
    const double rounds = (seconds(seen) - 0.11) / period;
    CHECK(std::abs(rounds - std::round(rounds)) < 1e-6);
  }

  TEST_CASE("pleg/relist: a relist sees what changed before it began, and lets those go on who have waited for one") {
    // Relists go from 0 s to 0.4 s, from 1.4 s to 1.8 s, from 2.8 s to 3.2 s, ...
    WorldCase pod{"m", kAlways, "m run=1.6 exit=1 / run=ever"};
    pod.input.config.constants.pleg_relist_period = secs(1);
    pod.input.config.latencies.relist = Latency::exactly(secs(0.4));
    CHECK_EQ("T+" + tenths({pod.run(10).started("m", 1)}), "T+3.2");  // it ended while a relist was under way
    pod.behavior("m").runs[0].run = secs(1.3);
    CHECK_EQ("T+" + tenths({pod.run(10).started("m", 1)}), "T+1.8");
    // A sync at 12.4 s; deleted at 12.9 s, the worker waits for the end of the relist that began at 12.6 s.
    PatchPod deadline;
    deadline.active_deadline = secs(3600);
    const Story deleted = pod.at(12.4, deadline).remove_at(12.9).run(30);
    CHECK_EQ("T+" + tenths({instants_of(deleted, RuleId::WorkerUpdate).at(0)}), "T+12.4");
    CHECK_EQ(tenths({deleted.steps("sync", "SyncTerminatingPod").at(0)}), "13");
  }

  TEST_CASE("pleg/on-demand: a sync that did something has its Pod listed at once") {
    const auto seen_after = [](bool gate) {
      WorldCase pod = on_a_node({"s:sc m", kAlways, ""});
      pod.input.config.gates.pleg_on_demand_relist = gate;
      const Story story = pod.run(10);
      if (gate) CHECK_EQ(rule_of_cause(story, records_of(story, RuleId::PlegOnDemand).at(0)), "start/started");
      else CHECK_FALSE(names(story, RuleId::PlegOnDemand));
      return story.started("m") - story.started("s");
    };
    CHECK(seen_after(true) < 0.15);
    CHECK(seen_after(false) > 0.15);
  }

  TEST_CASE("pleg/dead-pruned: a container that has died a third time leaves two dead instances") {
    const Story story = WorldCase{"m", kAlways, "m run=1 exit=1"}.run(60);
    const auto found = records_of(story, RuleId::PlegDeadPruned);
    CHECK_EQ(container_of(found[0]), "m");
    CHECK(close(seconds(found[0]), story.exited("m", 2)));
    CHECK_EQ(static_cast<int>(found.size()), story.starts("m") - 2);
  }
}

TEST_SUITE("kubelet/world sandbox") {
  TEST_CASE("volume/mounted: a Pod with volumes waits one poll of 0.3 s for them") {
    WorldCase pod = on_a_node({"m", kAlways, ""});
    const Story with = pod.run(10);
    const double looked = instants_of(with, RuleId::VolumesMounted).at(0);
    CHECK(with.steps("sandbox", "sandbox created").at(0) > looked + 0.3);
    pod.spec().mounts_volumes = false;
    const Story without = pod.run(10);
    CHECK_FALSE(names(without, RuleId::VolumesMounted));
    CHECK(with.started("m") - without.started("m") == doctest::Approx(0.3).epsilon(0.001));
  }

  TEST_CASE("sandbox/created: the sandbox is created before any container") {
    const Story story = WorldCase{"i:init m", kAlways, "i run=1"}.run(10);
    const auto found = records_of(story, RuleId::SandboxCreated);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(rule_of_cause(story, found[0]), "actions/sandbox-missing");
    for (const TraceRecord& record : records_of(story, RuleId::StartCreated)) CHECK(record.seq > found[0].seq);
  }

  TEST_CASE("sandbox/changed: a Pod whose sandbox is lost is killed and gets a new one") {
    const Story story = WorldCase{"m", kAlways, "m term=2"}.at(5, KillSandbox{}).run(20);
    const auto found = records_of(story, RuleId::SandboxChangedKilled);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(std::get<EventObservation>(found[0].observation).event.reason, "SandboxChanged");
    CHECK_EQ(tenths(story.steps("sandbox", "sandbox created")), "0 7");
    CHECK_EQ(story.order(), "+m -m:0 +m");
    CHECK(close(story.started("m", 1), 7));
  }

  TEST_CASE("sandbox/stopped: the sandbox is stopped after its last container") {
    const Story story = WorldCase{"s:sc m", kAlways, "m term=2, s term=1"}.remove_at(5).run(60);
    const auto found = records_of(story, RuleId::SandboxStopped);
    REQUIRE_EQ(found.size(), 1);
    CHECK(close(seconds(found[0]), 8));
    CHECK(seconds(found[0]) >= story.exited("s"));
  }

  TEST_CASE("sandbox/records-purged: after the loss of the sandbox all init containers run again") {
    const Story story = WorldCase{"i:init j:init m", kAlways, "i run=1, j run=1"}.at(5, KillSandbox{}).run(20);
    const auto found = records_of(story, RuleId::SandboxRecordsPurged);
    REQUIRE_EQ(found.size(), 1);
    CHECK(close(seconds(found[0]), 5));
    CHECK_EQ(story.order(), "+i -i:0 +j -j:0 +m -m:0 +i -i:0 +j -j:0 +m");
    CHECK_FALSE(names(WorldCase{"m", kAlways, ""}.at(5, KillSandbox{}).run(20), RuleId::SandboxRecordsPurged));
  }

  TEST_CASE("status/sandbox-ready: PodReadyToStartContainers is True while the first image is still pulled") {
    WorldCase pod{"m", kAlways, ""};
    pod.spec().containers[0].image = "large:1";
    pod.input.images["large:1"].pull = secs(8);
    const Story story = pod.run(20);
    const TraceRecord found = records_of(story, RuleId::StatusSandboxReady).at(0);
    CHECK(close(seconds(found), 0));
    CHECK_EQ(find_condition(status_of(found), "PodReadyToStartContainers")->status, "True");
    CHECK(close(story.started("m"), 8));
  }
}

}  // namespace podlapse::test
