// Controllers that keep a number of Pods (pkg/controller: replicaset, statefulset, daemon; controller_utils.go).
#include "podlapse/controller/pod_set.hpp"

#include <algorithm>

#include "podlapse/api/pod_template.hpp"
#include "podlapse/base/check.hpp"

namespace podlapse {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBurst = 500;                     ///< BurstReplicas
constexpr SimDuration kFailedPodFirst = 1s, kFailedPodMost = 15min;  ///< failedPodsBackoff
constexpr std::size_t kSuffix = 5, kGeneratedBaseMax = 58;

bool is_terminal(const PodSetPod& pod) { return pod.phase == "Succeeded" || pod.phase == "Failed"; }

/// Running and ready for minReadySeconds (pod utils IsPodAvailable); `left` is what lacks of them.
bool is_available(const PodSetSpec& spec, const PodSetPod& pod, WallTime now, SimDuration& left) {
  left = {};
  if (pod.phase != "Running" || !pod.ready_since) return false;
  if (spec.min_ready == SimDuration{}) return true;
  left = *pod.ready_since + spec.min_ready - now;
  return left <= SimDuration{};
}

const PodSetPod* find_ordinal(const std::vector<PodSetPod>& pods, std::int32_t ordinal) {
  const auto found = std::find_if(pods.begin(), pods.end(), [ordinal](const PodSetPod& pod) { return pod.ordinal == ordinal; });
  return found == pods.end() ? nullptr : &*found;
}

/// processReplica for one ordinal. True when the ordinals behind it may be looked at, too.
bool process_replica(const PodSetView& view, std::int32_t ordinal, PodSetSync& sync) {
  const bool ordered = !view.spec.parallel;
  const PodSetPod* pod = find_ordinal(view.pods, ordinal);
  if (pod == nullptr) {
    sync.creations.push_back(ordinal);
    sync.because = ordered ? RuleId::StatefulSetOrdered : RuleId::StatefulSetParallel;
    return !ordered;
  }
  if (is_terminal(*pod)) {  // its successor comes once it is gone
    if (!pod->deleting) {
      sync.deletions.push_back(pod->id);
      sync.because = RuleId::StatefulSetRecreates;
    }
    return !ordered;
  }
  if (!ordered) return true;
  SimDuration left{};
  if (!pod->deleting && is_available(view.spec, *pod, view.now, left)) return true;
  if (left > SimDuration{}) sync.again_after = left;
  return false;
}

}  // namespace

std::vector<std::size_t> slow_start_batches(std::size_t count) {
  std::vector<std::size_t> batches;
  for (std::size_t batch = 1; count > 0; batch = 2 * batch) {
    batches.push_back(std::min(batch, count));
    count -= batches.back();
  }
  return batches;
}

PodSetSync sync_replica_set(const PodSetView& view) {
  PodSetSync sync;
  sync.backoff = view.backoff;
  const auto active = static_cast<std::int32_t>(std::count_if(view.pods.begin(), view.pods.end(), [](const PodSetPod& pod) {
    return !is_terminal(pod) && !pod.deleting;
  }));
  if (active >= view.spec.replicas) return sync;
  sync.creations.resize(std::min(static_cast<std::size_t>(view.spec.replicas - active), kBurst));
  sync.batches = slow_start_batches(sync.creations.size());
  sync.because = view.pods.empty() ? RuleId::ReplicaSetCreates : RuleId::ReplicaSetReplaces;
  return sync;
}

PodSetSync sync_stateful_set(const PodSetView& view) {
  PodSetSync sync;
  sync.backoff = view.backoff;
  const std::int32_t first = view.spec.first_ordinal;
  for (std::int32_t ordinal = first; ordinal < first + view.spec.replicas; ++ordinal) {
    if (!process_replica(view, ordinal, sync)) break;
  }
  sync.batches = slow_start_batches(sync.creations.size());
  return sync;
}

PodSetSync sync_daemon_set(const PodSetView& view) {
  PodSetSync sync;
  sync.backoff = view.backoff;
  FailedPodBackoff& backoff = sync.backoff;
  bool exists = false;
  for (const PodSetPod& pod : view.pods) {
    if (is_terminal(pod) && pod.deleting) continue;
    exists = true;
    if (!is_terminal(pod) || pod.deleting) continue;
    const std::string where = " daemon pod " + view.spec.namespace_name + "/" + pod.name + " on node " + view.node_name;
    if (pod.phase == "Succeeded") {
      sync.events.push_back({false, "SucceededDaemonPod", "Found succeeded" + where + ", will try to delete it"});
    } else {
      const SimDuration since = view.now - backoff.last;
      if (backoff.back_off > SimDuration{} && since < backoff.back_off) {
        sync.again_after = backoff.back_off;
        sync.because = RuleId::DaemonSetFailedPod;
        continue;
      }
      const bool forgotten = backoff.back_off == SimDuration{} || since > 2 * kFailedPodMost;
      backoff = {forgotten ? kFailedPodFirst : std::min(2 * backoff.back_off, kFailedPodMost), view.now};
      sync.events.push_back({true, "FailedDaemonPod", "Found failed" + where + ", will try to kill it"});
    }
    sync.deletions.push_back(pod.id);
    sync.because = RuleId::DaemonSetFailedPod;
  }
  if (exists) return sync;
  sync.creations.push_back(0);
  sync.batches = {1};
  sync.because = RuleId::DaemonSetCreates;
  return sync;
}

PodSetSync sync_pod_set(const PodSetView& view) {
  switch (view.spec.kind) {
    case PodSetSpec::Kind::ReplicaSet:
    case PodSetSpec::Kind::ReplicationController: return sync_replica_set(view);
    case PodSetSpec::Kind::StatefulSet: return sync_stateful_set(view);
    case PodSetSpec::Kind::DaemonSet: return sync_daemon_set(view);
  }
  fail_check("PodSetSpec::Kind", __FILE__, __LINE__);
}

OwnerEvent pod_created_event(const PodSetSpec& spec, const std::string& pod_name) {
  if (spec.kind != PodSetSpec::Kind::StatefulSet) return {false, "SuccessfulCreate", "Created pod: " + pod_name};
  return {false, "SuccessfulCreate", "create Pod " + pod_name + " in StatefulSet " + spec.name + " successful"};
}

OwnerEvent pod_deleted_event(const PodSetSpec& spec, const std::string& pod_name) {
  if (spec.kind != PodSetSpec::Kind::StatefulSet) return {false, "SuccessfulDelete", "Deleted pod: " + pod_name};
  return {false, "SuccessfulDelete", "delete Pod " + pod_name + " in StatefulSet " + spec.name + " successful"};
}

std::vector<OwnerEvent> claims_created_events(const PodSetSpec& spec, const std::string& pod_name) {
  std::vector<OwnerEvent> events;
  for (const std::string& claim : spec.claims) {
    events.push_back({false, "SuccessfulCreate", "create Claim " + claim + "-" + pod_name + " Pod " + pod_name +
                                                     " in StatefulSet " + spec.name + " success"});
  }
  return events;
}

std::string pod_set_pod_name(const PodSetSpec& spec, std::uint32_t number, std::int32_t ordinal) {
  const std::string base = spec.name + "-";
  if (spec.kind == PodSetSpec::Kind::StatefulSet) return base + std::to_string(ordinal);
  const std::string seed = number == 0 ? base : base + std::to_string(number);
  return base.substr(0, kGeneratedBaseMax) + name_suffix(seed, kSuffix);
}

}  // namespace podlapse
