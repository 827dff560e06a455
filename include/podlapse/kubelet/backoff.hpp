// Crash-loop and image-pull back-off: client-go util/flowcontrol/backoff.go and kuberuntime_manager.go doBackOff.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/runtime_status.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// flowcontrol.Backoff: per key the current delay and when it was last moved. A value.
class Backoff {
 public:
  /// `expiry`: an entry older than this counts as none (HasExpiredFunc; default 2 * max).
  Backoff(SimDuration initial, SimDuration max, SimDuration expiry) : initial_(initial), max_(max), expiry_(expiry) {}

  /// The delay of `key`, 0 when there is no entry (Get).
  [[nodiscard]] SimDuration get(std::uint64_t key) const;
  /// Moves `key` on: initial, or twice the last up to max; `now` becomes its last update (Next).
  void next(std::uint64_t key, SimTime now);
  /// As above; whether the entry has expired is judged at `event` (the exit), not at `now`.
  void next(std::uint64_t key, SimTime event, SimTime now);
  void reset(std::uint64_t key);
  /// True when `now` is less than the delay after `event` (IsInBackOffSince). False for an expired entry.
  [[nodiscard]] bool is_in_back_off_since(std::uint64_t key, SimTime event, SimTime now) const;
  /// As above, measured from the entry's last update (IsInBackOffSinceUpdate).
  [[nodiscard]] bool is_in_back_off_since_update(std::uint64_t key, SimTime now) const;
  /// True when there is an entry that has not expired at `event`.
  [[nodiscard]] bool has_entry_at(std::uint64_t key, SimTime event) const;
  /// Drops entries that have not moved for longer than the expiry (GC).
  void gc(SimTime now);
  /// Drops one entry (DeleteEntry).
  void erase(std::uint64_t key);

 private:
  struct Entry {
    std::uint64_t key = 0;
    SimDuration delay{};
    SimTime last_update{};
  };
  [[nodiscard]] const Entry* find(std::uint64_t key) const;
  [[nodiscard]] Entry* find(std::uint64_t key);

  SimDuration initial_, max_, expiry_;
  std::vector<Entry> entries_;
};

/// kubelet.go newCrashLoopBackOff: initial and maximum by gates and node configuration.
struct CrashLoopBackOffRange {
  SimDuration initial{}, max{};
};
[[nodiscard]] Decided<CrashLoopBackOffRange> crash_loop_back_off_range(const KubeletConstants& constants, const FeatureGates& gates);

/// helpers.go GetBackoffKey: Pod (name, namespace, UID), container name, image and resources.
[[nodiscard]] std::uint64_t back_off_key(const PodSpec& pod, const ContainerSpec& container);

/// kuberuntime_manager.go doBackOff for one container about to start: may it start, or until when must it wait? Moves the
/// entry on when it may. `status` is the snapshot taken before this sync.
struct BackOffDecision {
  bool in_back_off = false;
  SimDuration delay{};            ///< the delay in force ("back-off 10s ...")
  SimTime expires_at{};           ///< the start is allowed from here on
};
[[nodiscard]] Decided<BackOffDecision> do_back_off(Backoff& backoff, std::uint64_t key, const RuntimePodStatus& status,
                                                   ContainerIndex container, SimTime now);

}  // namespace podlapse
