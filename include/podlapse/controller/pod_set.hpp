// What the controllers of ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets do in one sync, as pure functions. The
// number of Pods stays as it is: nothing is scaled, and no template changes. Whoever applies a sync creates and deletes Pods.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/controller/owner_event.hpp"
#include "podlapse/model/controller.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Names a Pod to its controller.
enum class PodSetPodId : std::uint32_t {};

/// A Pod of the set as the controller's cache shows it.
struct PodSetPod {
  PodSetPodId id{};
  std::string name;
  std::string phase;
  bool deleting = false;
  std::int32_t ordinal = 0;             ///< of a StatefulSet's
  std::optional<WallTime> ready_since;  ///< since when its condition Ready is True, in whole seconds; nullopt: it is not
};

/// daemon_controller.go failedPodsBackoff, of one DaemonSet and node.
struct FailedPodBackoff {
  SimDuration back_off{};               ///< after the last deletion; 0: there was none
  WallTime last{};

  friend bool operator==(const FailedPodBackoff&, const FailedPodBackoff&) = default;
};

/// What the controller knows when it syncs.
struct PodSetView {
  const PodSetSpec& spec;
  const std::vector<PodSetPod>& pods;   ///< those that the API has still
  const FailedPodBackoff& backoff;
  WallTime now{};
  std::string node_name{};
};

/// What a sync does: deletions, then creations, batch after batch; the requests of a batch are made side by side, the next
/// batch when all of them are done.
struct PodSetSync {
  std::vector<PodSetPodId> deletions;
  std::vector<std::int32_t> creations;  ///< ordinals
  std::vector<std::size_t> batches;     ///< how many creations each batch has
  std::vector<OwnerEvent> events;
  std::optional<SimDuration> again_after;
  FailedPodBackoff backoff;
  RuleId because = RuleId::None;
};

/// replica_set.go syncReplicaSet, manageReplicas; a ReplicationController's is the same.
[[nodiscard]] PodSetSync sync_replica_set(const PodSetView& view);
/// stateful_set_control.go updateStatefulSet, processReplica.
[[nodiscard]] PodSetSync sync_stateful_set(const PodSetView& view);
/// daemon_controller.go manage, podsShouldBeOnNode. Requires: one node, which the DaemonSet's Pods fit.
[[nodiscard]] PodSetSync sync_daemon_set(const PodSetView& view);
/// The one for the set's kind.
[[nodiscard]] PodSetSync sync_pod_set(const PodSetView& view);

/// 1, 2, 4, ...: how many of `count` requests are made side by side (controller utils slowStartBatch).
[[nodiscard]] std::vector<std::size_t> slow_start_batches(std::size_t count);

/// The event about a Pod that was created or deleted, in the words of the set's controller.
[[nodiscard]] OwnerEvent pod_created_event(const PodSetSpec& spec, const std::string& pod_name);
[[nodiscard]] OwnerEvent pod_deleted_event(const PodSetSpec& spec, const std::string& pod_name);

/// A StatefulSet's events about the claims of a Pod that are made before it (stateful_pod_control.go recordClaimEvent).
[[nodiscard]] std::vector<OwnerEvent> claims_created_events(const PodSetSpec& spec, const std::string& pod_name);

/// The name of the set's Pod number `number`, counted from 0 in the order of creation; a StatefulSet's goes by its ordinal.
[[nodiscard]] std::string pod_set_pod_name(const PodSetSpec& spec, std::uint32_t number, std::int32_t ordinal);

}  // namespace podlapse
