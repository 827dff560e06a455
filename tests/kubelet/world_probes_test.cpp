// Rules of probe workers (rules/loops.def), as a run shows them. What a tick decides: probe_worker_test.cpp.
#include <doctest/doctest.h>

#include <algorithm>

#include "kubelet/world_rules.hpp"

namespace podlapse::test {
namespace {

WorldCase with_period(WorldCase pod, std::string_view container, ProbeKind kind, double period) {
  ContainerSpec& spec = pod.spec().containers[pod.index(container)];
  std::optional<ProbeSpec>& probe = kind == ProbeKind::Startup     ? spec.startup_probe
                                    : kind == ProbeKind::Readiness ? spec.readiness_probe
                                                                   : spec.liveness_probe;
  probe.value().period = secs(period);
  return pod;
}

}  // namespace

TEST_SUITE("kubelet/world probes") {
  TEST_CASE("probe/workers-added: probes tick from the mounting of the volumes on, whenever their container starts") {
    WorldCase pod = with_period({"m", kAlways, "m live=100"}, "m", ProbeKind::Liveness, 10);
    pod.spec().containers[0].image = "large:1";
    pod.input.images["large:1"].pull = secs(4);
    const Story story = pod.run(35);
    CHECK_EQ(tenths(instants_of(story, RuleId::ProbeWorkersAdded)), "0");
    CHECK(close(story.started("m"), 4));
    CHECK_EQ(tenths(story.probes("m", ProbeKind::Liveness)), "10 20 30");
    CHECK_FALSE(names(WorldCase{"m", kAlways, ""}.run(5), RuleId::ProbeWorkersAdded));
  }

  TEST_CASE("probe/manual-trigger: a started container that is not ready yet is probed for readiness at once") {
    const Story story = on_a_node(with_period({"m", kAlways, "m ready=0"}, "m", ProbeKind::Readiness, 60)).run(30);
    CHECK_EQ(container_of(records_of(story, RuleId::ProbeManualTrigger).at(0)), "m");
    REQUIRE_EQ(story.probes("m", ProbeKind::Readiness).size(), 1);
    CHECK(story.probes("m", ProbeKind::Readiness)[0] - story.started("m") < 0.1);
    CHECK_EQ(find_condition(story.status(), "Ready")->status, "True");
  }

  TEST_CASE("a verdict of readiness is shown at once, also while the worker is busy with a kill") {
    WorldCase pod = on_a_node({"m n", kAlways, "m ready=0, n live=3 term=8"});
    pod.behavior("m").readiness.fail_after = secs(6);
    pod.behavior("m").readiness.fail_between = {{secs(4), secs(5)}};
    const Story story = pod.run(11);
    std::vector<double> changes;
    bool ready = false;
    for (const TraceRecord& record : story.records()) {
      const auto* status = std::get_if<StatusObservation>(&record.observation);
      const ContainerStatus* m = status == nullptr ? nullptr : find_container_status(status->status, "m");
      if (m == nullptr || m->ready == ready) continue;
      ready = m->ready;
      changes.push_back(seconds(record));
    }
    // By then the kill of n, which ignores SIGTERM for 8 s, has the worker: what a sync would show is not there yet.
    REQUIRE_EQ(changes.size(), 4);
    for (const double change : {changes[1], changes[2], changes[3]}) {
      CHECK(change > story.signalled("n"));
      const std::vector<double> probes = story.probes("m", ProbeKind::Readiness);
      CHECK(std::any_of(probes.begin(), probes.end(), [&](double probe) { return change - probe > 0 && change - probe < 0.03; }));
    }
    CHECK(story.exited("n") < 0);
  }

  TEST_CASE("probe/timed-out: a probe that takes longer than timeoutSeconds has failed") {
    WorldCase pod{"m", kAlways, "m live=100"};
    pod.behavior("m").liveness.takes = secs(3);
    pod.spec().containers[0].liveness_probe->timeout = secs(2);
    const Story story = pod.run(6);
    const auto found = records_of(story, RuleId::ProbeTimedOut);
    CHECK_FALSE(std::get<ProbeObservation>(found[0].observation).ok);
    CHECK(close(seconds(found[0]), 1 + 2));
    CHECK_EQ(std::get<EventObservation>(found[1].observation).event.message,
             "Liveness probe failed: command timed out after 2s");
    pod.behavior("m").liveness.takes = secs(2);
    CHECK_FALSE(names(pod.run(6), RuleId::ProbeTimedOut));
  }

  TEST_CASE("probe/warned: a probe that is redirected elsewhere has succeeded, and an event says so") {
    WorldCase pod{"m", kAlways, "m live=100"};
    pod.behavior("m").liveness.warning = "Probe terminated redirects, Response body: moved";
    const Story story = pod.run(4);
    const auto found = records_of(story, RuleId::ProbeWarned);
    REQUIRE_FALSE(found.empty());
    CHECK_EQ(std::get<EventObservation>(found[0].observation).event.message,
             "Liveness probe warning: Probe terminated redirects, Response body: moved");
    CHECK_EQ(story.events("Unhealthy"), 0);
    pod.behavior("m").liveness.fail_after = SimDuration{};
    CHECK_FALSE(names(pod.run(4), RuleId::ProbeWarned));
  }

  TEST_CASE("a process that fails its probe on SIGTERM makes its Pod unready while it terminates") {
    WorldCase pod{"m", kAlways, "m ready=0 term=5"};
    pod.remove_at(3.5);
    const auto failures = [&pod] {
      std::size_t count = 0;
      const Story story = pod.run(60);
      for (const TraceRecord& record : story.records()) {
        const auto* probe = std::get_if<ProbeObservation>(&record.observation);
        if (probe != nullptr && !probe->ok) ++count;
      }
      return count;
    };
    CHECK_EQ(failures(), 0);
    pod.behavior("m").readiness.fail_on_term = true;
    CHECK_EQ(failures(), 5);
  }

  TEST_CASE("probe/stopped: termination stops the liveness probes of mains, not of sidecars, nor readiness probes") {
    const Story story = WorldCase{"s:sc m", kAlways, "m live=100 ready=0 term=5, s live=100"}.remove_at(3.5).run(60);
    const auto found = records_of(story, RuleId::ProbeStopped);
    REQUIRE_EQ(found.size(), 1);
    CHECK_EQ(container_of(found[0]), "m");
    CHECK(close(seconds(found[0]), 3.5));
    CHECK_EQ(tenths(story.probes("m", ProbeKind::Liveness)), "1 2 3");
    CHECK(story.probes("m", ProbeKind::Readiness).back() > 7.9);
    CHECK(story.probes("s", ProbeKind::Liveness).back() > 7.9);
  }
}

}  // namespace podlapse::test
