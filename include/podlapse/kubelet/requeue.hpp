// When a Pod worker looks at its Pod again: pkg/kubelet/pod_workers.go completeWork.
#pragma once

#include <optional>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// What a sync returned, as far as the requeue looks at it.
struct SyncError {
  enum class Kind : std::uint8_t { Generic, Backoff, NetworkNotReady };
  Kind kind = Kind::Generic;
  SimTime expires_at{};  ///< Backoff: when the wait is over
};

struct SyncOutcome {
  bool phase_transition = false;   ///< the worker moves to its next state
  std::vector<SyncError> errors;   ///< empty: success
};

/// When to look again: `delay` from now, stretched by a factor in [1, 1.5] when `jittered`.
struct Requeue {
  SimDuration delay{};
  bool jittered = false;
};

/// container/sync_result.go MinBackoffExpiration: the earliest expiry among back-off errors.
[[nodiscard]] std::optional<SimTime> min_back_off_expiration(const std::vector<SyncError>& errors);

/// pod_workers.go completeWork.
[[nodiscard]] Decided<Requeue> complete_work(const SyncOutcome& outcome, SimTime now, const KubeletConstants& constants);

}  // namespace podlapse
