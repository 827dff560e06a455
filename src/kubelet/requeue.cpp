#include "podlapse/kubelet/requeue.hpp"

#include <algorithm>

namespace podlapse {

std::optional<SimTime> min_back_off_expiration(const std::vector<SyncError>& errors) {
  std::optional<SimTime> earliest;
  for (const SyncError& error : errors) {
    if (error.kind != SyncError::Kind::Backoff) continue;
    earliest = earliest ? std::min(*earliest, error.expires_at) : error.expires_at;
  }
  return earliest;
}

Decided<Requeue> complete_work(const SyncOutcome& outcome, SimTime now, const KubeletConstants& constants) {
  const auto& errors = outcome.errors;
  if (outcome.phase_transition) return {{SimDuration{}, false}, RuleId::RequeueTransition};
  if (errors.empty()) return {{constants.sync_frequency, true}, RuleId::RequeueSuccess};
  const bool network_not_ready = std::any_of(errors.begin(), errors.end(), [](const SyncError& error) {
    return error.kind == SyncError::Kind::NetworkNotReady;
  });
  if (network_not_ready) return {{constants.back_off_on_transient_error_period, true}, RuleId::RequeueNetworkNotReady};
  const std::optional<SimTime> expiry = min_back_off_expiration(errors);
  if (!expiry) return {{constants.back_off_period, true}, RuleId::RequeueError};
  const SimDuration delay = std::clamp(*expiry - now, SimDuration{}, constants.sync_frequency);
  return {{delay, true}, RuleId::RequeueBackoff};
}

}  // namespace podlapse
