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
KubeletConfig KubeletConfig::kubelet_profile() {
  KubeletConfig config;
  Latencies& latencies = config.latencies;
  // Creation acknowledged -> first status of the kubelet: 10/16/38, less one status_write.
  latencies.pod_delivery = ms(1, 3, 5, 20, 100);
  // A startup or readiness probe passes -> started or ready in the API: 15/22/32, less the end of the exec.
  latencies.status_write = ms(3, 6, 10, 18, 60);
  // A probe fails -> its Unhealthy event: 12/20/44, less the end of the exec.
  latencies.event_write = ms(3, 5, 8, 15, 60);
  // Every Pod with a volume waited for exactly one poll; the two runs without any volume did not wait.
  latencies.volume_mount = Latency::exactly(std::chrono::milliseconds{300});
  // First status -> first Pulled event: 417/448/538, less the volume poll, image_check and event_write.
  latencies.sandbox_create = ms(90, 115, 148, 235, 600);
  // Last exit -> terminal status of a deleted Pod: 121/157/259, less exit_report, stop_report and status_write.
  latencies.sandbox_stop = ms(50, 65, 95, 170, 300);
  // No span shows it alone: the least that fits an exit -> Pulled event of 40/56/77 less exit_report and event_write.
  latencies.image_check = ms(1, 2, 3, 6, 50);
  // Pulled event -> Created event: 12/24/58.
  latencies.container_create = ms(5, 12, 24, 58, 350);
  // Created event -> process started: 42/57/103, and the event_write by which the event is late.
  latencies.container_start = ms(25, 50, 65, 111, 400);
  // Process started -> Started event: 8/13/25, less event_write.
  latencies.start_report = ms(1, 3, 5, 10, 100);
  // End of a preStop hook -> SIGTERM: 14/22/86; Killing event -> SIGTERM: -2/10/25, and event_write.
  latencies.stop_call = ms(6, 10, 18, 30, 80);
  // A sidecar's exit -> SIGTERM of the one before it: 37/62/144, less stop_call. Any exit -> terminated in the API: 161 to
  // 1030, of which a second is the wait for a relist, and the least 70.
  latencies.exit_report = ms(20, 28, 45, 110, 350);
  // No span shows it alone: it is the return of a call within the node.
  latencies.stop_report = ms(1, 2, 3, 8, 20);
  // Delete request -> Killing event: 19/28/48, less the request itself (8), pod_delivery and event_write.
  latencies.kill_setup = ms(1, 3, 7, 15, 40);
  // Process started -> postStart hook started: 31/33/39, less start_report; Killing event -> preStop hook: 17/42/118.
  latencies.exec = ms(15, 25, 32, 70, 130);
  // Process started -> running in the API: 19/29/91, less start_report and status_write.
  latencies.relist = ms(3, 5, 10, 25, 80);
  latencies.pleg_phase = Latency::uniform(SimDuration{}, config.constants.pleg_relist_period);
  latencies.sync_ticker_phase = Latency::uniform(SimDuration{}, config.constants.sync_ticker_period);
  latencies.housekeeping_phase = Latency::uniform(SimDuration{}, config.constants.housekeeping_period);
  // Terminal status -> object gone: 313/516/934, less the wait for a relist (uniform up to 1 s) and object_removal.
  latencies.terminated_cleanup = ms(5, 15, 30, 80, 200);
  // Delete of a Pod that has ended -> object gone: 16 to 26 in 3 runs, less the request and pod_delivery.
  latencies.object_removal = ms(3, 5, 8, 15, 50);
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
