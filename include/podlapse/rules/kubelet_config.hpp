// Every number the model uses: the kubelet's constants, its feature gates, and the latencies of the container runtime, the
// API server and the node. Behaviour that differs between Kubernetes releases is a field of FeatureGates, never an `if` on a version.
#pragma once

#include <cstdint>

#include "podlapse/base/chance.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/rules/feature_gates.hpp"

namespace podlapse {

/// The kubelet's constants (pkg/kubelet/kubelet.go, pod_workers.go, apis/config/v1beta1/defaults.go unless noted).
struct KubeletConstants {
  SimDuration pleg_relist_period = std::chrono::seconds{1};
  SimDuration sync_ticker_period = std::chrono::seconds{1};
  SimDuration housekeeping_period = std::chrono::seconds{2};
  SimDuration sync_frequency = std::chrono::seconds{60};
  SimDuration back_off_period = std::chrono::seconds{10};
  SimDuration back_off_on_transient_error_period = std::chrono::seconds{1};
  SimDuration crash_loop_back_off_initial = std::chrono::seconds{10};
  SimDuration crash_loop_back_off_max = std::chrono::seconds{300};  // crashLoopBackOff.maxContainerRestartPeriod
  SimDuration crash_loop_back_off_default_max = std::chrono::seconds{300};
  SimDuration reduced_crash_loop_back_off_initial = std::chrono::seconds{1};
  SimDuration reduced_crash_loop_back_off_max = std::chrono::seconds{60};
  SimDuration crash_loop_back_off_expiry = std::chrono::seconds{600};
  SimDuration image_back_off_initial = std::chrono::seconds{10};
  SimDuration image_back_off_max = std::chrono::seconds{300};
  SimDuration minimum_grace_period = std::chrono::seconds{2};       // kuberuntime_manager.go
  SimDuration minimum_grace_period_override = std::chrono::seconds{1};  // pod_workers.go calculateEffectiveGracePeriod
  SimDuration default_termination_grace_period = std::chrono::seconds{30};
  SimDuration eviction_grace_period = std::chrono::seconds{1};      // eviction/eviction_manager.go
  SimDuration volume_poll_period = std::chrono::milliseconds{300};  // volumemanager/volume_manager.go
  SimDuration volume_timeout = std::chrono::seconds{123};           // volumemanager/volume_manager.go
  SimDuration volume_claim_period = std::chrono::milliseconds{100}; // populator/desired_state_of_world_populator.go
  SimDuration mount_back_off_initial = std::chrono::milliseconds{500};  // goroutinemap/exponentialbackoff
  SimDuration mount_back_off_max = std::chrono::seconds{122};
  SimDuration volume_cleanup_poll_period = std::chrono::milliseconds{100};  // kubelet.go SyncTerminatedPod
  SimDuration container_gc_period = std::chrono::seconds{60};
  SimDuration status_sync_period = std::chrono::seconds{10};        // status/status_manager.go
  SimDuration eviction_monitoring_period = std::chrono::seconds{10};
  SimDuration probe_restart_grace = std::chrono::seconds{10};       // prober/worker.go
  std::int32_t event_burst = 25;                                    // client-go tools/record/events_cache.go
  SimDuration event_refill = std::chrono::seconds{300};
  std::int32_t event_similar_max = 10;                              // distinct messages before they are combined
  SimDuration event_similar_window = std::chrono::seconds{600};
  SimDuration job_batch_period = std::chrono::seconds{1};           // controller/job/job_controller.go
  bool serialize_image_pulls = true;
  bool single_process_oom_kill = false;   ///< singleProcessOOMKill; without it cgroup v2 kills the container as a whole

  friend bool operator==(const KubeletConstants&, const KubeletConstants&) = default;
};

/// How long the things around the kubelet take. In profile `kubelet` as measured on a real node; in `ideal` zero.
struct Latencies {
  Latency pod_delivery;        ///< object created or changed -> the kubelet's config loop has it
  Latency status_write;        ///< status cached -> visible in the API
  Latency event_write;         ///< event recorded -> visible in the API
  Latency volume_mount;        ///< first look -> volumes mounted (the kubelet polls each volume_poll_period)
  Latency sandbox_create;      ///< RunPodSandbox
  Latency sandbox_stop;        ///< StopPodSandbox once its containers are gone
  Latency image_check;         ///< inspect of a present image
  Latency container_create;    ///< CreateContainer
  Latency container_start;     ///< StartContainer until the process runs
  Latency start_report;        ///< process runs -> StartContainer has returned
  Latency stop_call;           ///< StopContainer called -> the process has the signal
  Latency exit_report;         ///< process gone -> the runtime says so
  Latency stop_report;         ///< the runtime knows that the process is gone -> StopContainer has returned
  Latency kill_setup;          ///< killPod called -> hooks and signals begin
  Latency exec;                ///< exec of a hook or probe: call -> the command runs
  Latency relist;              ///< one PLEG relist
  Latency pleg_phase;          ///< first relist after t = 0
  Latency sync_ticker_phase;   ///< first tick of the sync loop after t = 0
  Latency housekeeping_phase;  ///< first housekeeping after t = 0
  Latency terminated_cleanup;  ///< SyncTerminatedPod: volumes unmounted, cgroups removed
  Latency object_removal;      ///< final DELETE sent -> object gone
  Latency job_sync;            ///< a Job or one of its Pods changed -> its controller looks at it (beside job_batch_period)
  Latency job_write;           ///< the Job controller's request sent -> done
  Latency oom_kill;            ///< allocation beyond the limit -> process gone
  SimDuration worker_pick_up{};  ///< update queued -> its worker takes it up; what comes in between is the same update
};

/// Where the polling loops stand at t = 0 in a run without a seed, where nothing is drawn. The typical case: no relist falls
/// into the first sync, and a container that runs whole seconds is seen to have ended half a period later.
struct FixedPhases {
  SimDuration pleg{}, sync_ticker{}, housekeeping{};
};

struct KubeletConfig {
  KubeletConstants constants;
  FeatureGates gates;
  Latencies latencies;
  FixedPhases fixed_phases;

  /// What a real node shows (the default).
  [[nodiscard]] static KubeletConfig kubelet_profile();
  /// All latencies zero and no polling delay: the order alone, for teaching.
  [[nodiscard]] static KubeletConfig ideal_profile();
};

}  // namespace podlapse
