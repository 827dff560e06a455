#include "podlapse/rules/kubelet_config.hpp"

namespace podlapse {

namespace {

/// Quantiles in milliseconds, the unit in which they were measured.
Latency ms(std::int64_t min, std::int64_t p10, std::int64_t median, std::int64_t p90, std::int64_t max) {
  using std::chrono::milliseconds;
  return {milliseconds{min}, milliseconds{p10}, milliseconds{median}, milliseconds{p90}, milliseconds{max}};
}

}  // namespace

// Measured on 446 recorded runs of single Pods on one node (kubelet v1.36.2, containerd 2.1.9, runc 1.1.5, etcd on the same
// machine). A trace shows spans of several latencies at once; behind each line stands the span that its quantiles were
// taken from, as p10/median/p90 in milliseconds, and what was subtracted. Spans share their parts, so the parts are chosen
// such that the sum of their medians is within 10 ms of each span's; only preStop hooks began 20 ms later than this says.
// Where parts add up each is taken a little narrower than the span, as independent draws widen the sum, and `max` is set
// where a straight tail meets the span's 95th percentile: the slowest one in a hundred was up to three times as slow.
KubeletConfig KubeletConfig::kubelet_profile() {
  KubeletConfig config;
  Latencies& latencies = config.latencies;
  // Creation acknowledged -> first status of the kubelet: 10/16/38, less one status_write.
  latencies.pod_delivery = ms(1, 2, 4, 12, 30);
  // A startup or readiness probe passes -> started or ready in the API: 15/22/32, less the end of the exec.
  latencies.status_write = ms(3, 6, 10, 16, 35);
  // A probe fails -> its Unhealthy event: 12/20/44, less the end of the exec.
  latencies.event_write = ms(3, 5, 8, 13, 25);
  // Every Pod with a volume waited for exactly one poll; the two runs without any volume did not wait.
  latencies.volume_mount = Latency::exactly(std::chrono::milliseconds{300});
  // First status -> first Pulled event: 417/448/538, less the volume poll, image_check and event_write.
  latencies.sandbox_create = ms(95, 118, 147, 225, 350);
  // Last exit -> terminal status of a deleted Pod: 121/157/259, less exit_report, stop_report and status_write.
  latencies.sandbox_stop = ms(50, 68, 95, 150, 230);
  // No span shows it alone: the least that fits an exit -> Pulled event of 40/56/77 less exit_report and event_write.
  latencies.image_check = ms(1, 2, 3, 5, 15);
  // Pulled event -> Created event: 12/24/58.
  latencies.container_create = ms(6, 13, 22, 45, 95);
  // Created event -> process started: 42/57/103, and the event_write by which the event is late.
  latencies.container_start = ms(28, 52, 64, 100, 160);
  // Process started -> Started event: 8/13/25, less event_write.
  latencies.start_report = ms(1, 3, 5, 8, 20);
  // End of a preStop hook -> SIGTERM: 14/22/86, less the end of the exec.
  latencies.stop_call = ms(5, 9, 15, 25, 55);
  // A sidecar's exit -> SIGTERM of the one before it: 37/62/144, less stop_call. Any exit -> terminated in the API: 161 to
  // 1030, of which a second is the wait for a relist, and the least 70.
  latencies.exit_report = ms(18, 28, 44, 105, 190);
  // No span shows it alone: it is the return of a call within the node.
  latencies.stop_report = ms(1, 2, 3, 6, 12);
  // Killing event -> SIGTERM: -2/10/25, and the event_write by which the event is late, less stop_call.
  latencies.kill_setup = ms(1, 2, 3, 6, 12);
  // Process started -> postStart hook started: 31/33/39, less start_report; Killing event -> preStop hook: 17/42/118.
  latencies.exec = ms(15, 26, 32, 60, 110);
  // Process started -> running in the API: 19/29/91, less start_report and status_write.
  latencies.relist = ms(3, 5, 10, 22, 50);
  latencies.pleg_phase = Latency::uniform(SimDuration{}, config.constants.pleg_relist_period);
  latencies.sync_ticker_phase = Latency::uniform(SimDuration{}, config.constants.sync_ticker_period);
  latencies.housekeeping_phase = Latency::uniform(SimDuration{}, config.constants.housekeeping_period);
  // Terminal status -> object gone: 313/516/934, less the wait for a relist (uniform up to 1 s) and object_removal.
  latencies.terminated_cleanup = ms(5, 15, 30, 60, 120);
  // Delete of a Pod that has ended -> object gone: 16 to 26 in 3 runs, less the request and pod_delivery.
  latencies.object_removal = ms(3, 5, 8, 14, 25);
  // Job created -> its first Pod: 3/6/11, 14 runs.
  latencies.job_sync = ms(1, 3, 6, 11, 15);
  // Job status before finalizers are removed -> after: 10/19/47, 22 times, two requests.
  latencies.job_write = ms(3, 5, 9, 20, 45);
  // Process started -> exit reported by the runtime: 37/49/77, 13 runs.
  latencies.oom_kill = ms(36, 37, 49, 77, 111);
  // A goroutine's wake-up; only which updates it makes one matters.
  latencies.worker_pick_up = std::chrono::microseconds{200};
  using std::chrono::milliseconds;
  config.fixed_phases = {milliseconds{100}, milliseconds{500}, milliseconds{1000}};
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
