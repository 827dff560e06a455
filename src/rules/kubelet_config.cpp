#include "podlapse/rules/kubelet_config.hpp"

namespace podlapse {

namespace {

/// Quantiles in milliseconds, the unit in which they were measured.
Latency ms(std::int64_t min, std::int64_t p10, std::int64_t median, std::int64_t p90, std::int64_t max) {
  using std::chrono::milliseconds;
  return {milliseconds{min}, milliseconds{p10}, milliseconds{median}, milliseconds{p90}, milliseconds{max}};
}

}  // namespace

KubeletConfig KubeletConfig::kubelet_profile() {
  KubeletConfig config;
  Latencies& latencies = config.latencies;
  latencies.pod_delivery = ms(5, 15, 25, 35, 60);
  latencies.status_write = ms(3, 5, 10, 20, 60);
  latencies.event_write = ms(1, 2, 3, 8, 30);
  latencies.volume_mount = Latency::exactly(std::chrono::milliseconds{300});
  latencies.sandbox_create = ms(70, 90, 120, 220, 400);
  latencies.sandbox_stop = ms(20, 50, 100, 200, 400);
  latencies.image_check = ms(1, 2, 3, 8, 30);
  latencies.container_create = ms(10, 15, 22, 60, 150);
  latencies.container_start = ms(25, 35, 50, 80, 200);
  latencies.start_report = ms(5, 8, 12, 25, 80);
  latencies.stop_call = ms(2, 4, 8, 15, 60);
  latencies.stop_report = ms(15, 25, 40, 80, 200);
  latencies.kill_setup = ms(2, 5, 10, 20, 60);
  latencies.exec = ms(20, 35, 50, 80, 200);
  latencies.relist = ms(1, 2, 4, 8, 30);
  latencies.pleg_phase = Latency::uniform(SimDuration{}, config.constants.pleg_relist_period);
  latencies.sync_ticker_phase = Latency::uniform(SimDuration{}, config.constants.sync_ticker_period);
  latencies.housekeeping_phase = Latency::uniform(SimDuration{}, config.constants.housekeeping_period);
  latencies.terminated_cleanup = ms(20, 50, 100, 200, 400);
  latencies.object_removal = ms(3, 5, 10, 20, 60);
  latencies.oom_kill = ms(5, 10, 20, 50, 100);
  return config;
}

KubeletConfig KubeletConfig::ideal_profile() {
  KubeletConfig config;
  // A member initialiser has set every latency to zero. What is left between an event and what follows it is polling:
  // with these periods it is seen within a millisecond, while waits that Kubernetes promises (back-off, probe periods,
  // grace) keep their length.
  constexpr SimDuration kAtOnce = std::chrono::milliseconds{1};
  KubeletConstants& constants = config.constants;
  constants.pleg_relist_period = kAtOnce;
  constants.sync_ticker_period = kAtOnce;
  constants.housekeeping_period = kAtOnce;
  constants.volume_poll_period = kAtOnce;
  constants.volume_cleanup_poll_period = kAtOnce;
  return config;
}

}  // namespace podlapse
