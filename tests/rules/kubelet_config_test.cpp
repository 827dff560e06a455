#include "podlapse/rules/kubelet_config.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

struct NamedLatency {
  const char* name;
  Latency latency;
};

std::vector<NamedLatency> all_of(const Latencies& latencies) {
  static_assert(sizeof(Latencies) == 24 * sizeof(Latency) + sizeof(SimDuration), "a latency is missing below");
  return {{"pod_delivery", latencies.pod_delivery},
          {"status_write", latencies.status_write},
          {"event_write", latencies.event_write},
          {"volume_mount", latencies.volume_mount},
          {"sandbox_create", latencies.sandbox_create},
          {"sandbox_stop", latencies.sandbox_stop},
          {"image_check", latencies.image_check},
          {"container_create", latencies.container_create},
          {"container_start", latencies.container_start},
          {"start_report", latencies.start_report},
          {"stop_call", latencies.stop_call},
          {"exit_report", latencies.exit_report},
          {"stop_report", latencies.stop_report},
          {"kill_setup", latencies.kill_setup},
          {"exec", latencies.exec},
          {"relist", latencies.relist},
          {"pleg_phase", latencies.pleg_phase},
          {"sync_ticker_phase", latencies.sync_ticker_phase},
          {"housekeeping_phase", latencies.housekeeping_phase},
          {"terminated_cleanup", latencies.terminated_cleanup},
          {"object_removal", latencies.object_removal},
          {"job_sync", latencies.job_sync},
          {"job_write", latencies.job_write},
          {"oom_kill", latencies.oom_kill}};
}

}  // namespace

TEST_SUITE("rules/kubelet_config") {
  TEST_CASE("the kubelet profile has a latency everywhere, with quantiles in order") {
    for (const NamedLatency& named : all_of(KubeletConfig::kubelet_profile().latencies)) {
      CAPTURE(named.name);
      CHECK(named.latency.min >= 0ns);
      CHECK(named.latency.min <= named.latency.p10);
      CHECK(named.latency.p10 <= named.latency.median);
      CHECK(named.latency.median <= named.latency.p90);
      CHECK(named.latency.p90 <= named.latency.max);
      CHECK(named.latency.median > 0ns);
    }
  }

  TEST_CASE("polling phases are uniform over their period") {
    const KubeletConfig config = KubeletConfig::kubelet_profile();
    CHECK(config.latencies.pleg_phase == Latency::uniform(0s, 1s));
    CHECK(config.latencies.sync_ticker_phase == Latency::uniform(0s, 1s));
    CHECK(config.latencies.housekeeping_phase == Latency::uniform(0s, 2s));
  }

  TEST_CASE("without a seed the polling loops stand within their first period, and not all at one instant") {
    const KubeletConfig config = KubeletConfig::kubelet_profile();
    CHECK(config.fixed_phases.pleg >= 0s);
    CHECK(config.fixed_phases.pleg < config.constants.pleg_relist_period);
    CHECK(config.fixed_phases.sync_ticker >= 0s);
    CHECK(config.fixed_phases.sync_ticker < config.constants.sync_ticker_period);
    CHECK(config.fixed_phases.housekeeping >= 0s);
    CHECK(config.fixed_phases.housekeeping < config.constants.housekeeping_period);
    CHECK(config.fixed_phases.pleg != config.fixed_phases.sync_ticker);
  }

  TEST_CASE("the typical latencies add up to what was measured between creation and the first start") {
    const Latencies latencies = KubeletConfig::kubelet_profile().latencies;
    const SimDuration pulled = latencies.pod_delivery.median + latencies.volume_mount.median +
                               latencies.sandbox_create.median + latencies.image_check.median;
    CHECK(pulled > 440ms);  // creation -> sandbox started: 0.45 (0.42-0.56)
    CHECK(pulled < 480ms);
    const SimDuration started = pulled + latencies.container_create.median + latencies.container_start.median;
    CHECK(started > 530ms);  // creation -> first container started: 0.56 (0.50-0.69)
    CHECK(started < 590ms);
  }

  TEST_CASE("the ideal profile takes no time, and polls at once") {
    const KubeletConfig config = KubeletConfig::ideal_profile();
    for (const NamedLatency& named : all_of(config.latencies)) {
      CAPTURE(named.name);
      CHECK(named.latency == Latency::exactly(0ns));
    }
    CHECK(config.latencies.worker_pick_up == 0ns);
    CHECK(config.constants.pleg_relist_period == 1ms);
    CHECK(config.constants.sync_ticker_period == 1ms);
    CHECK(config.constants.housekeeping_period == 1ms);
    CHECK(config.constants.volume_poll_period == 1ms);
    CHECK(config.constants.volume_cleanup_poll_period == 1ms);
  }

  TEST_CASE("the ideal profile keeps what Kubernetes promises: back-off, grace and the gates") {
    const KubeletConfig ideal = KubeletConfig::ideal_profile(), real = KubeletConfig::kubelet_profile();
    CHECK(ideal.gates == real.gates);
    CHECK(ideal.constants.crash_loop_back_off_initial == real.constants.crash_loop_back_off_initial);
    CHECK(ideal.constants.minimum_grace_period == real.constants.minimum_grace_period);
    CHECK(ideal.constants.back_off_period == real.constants.back_off_period);
  }
}
