// Everything a run starts from: Pods, what their processes do, images, and what happens from outside. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "podlapse/base/chance.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/model/behavior.hpp"
#include "podlapse/model/controller.hpp"
#include "podlapse/model/job.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/model/pod_status.hpp"
#include "podlapse/rules/kubelet_config.hpp"

namespace podlapse {

/// Index into WorldInput::pods.
using PodIndex = std::uint32_t;

/// A Pod that is bound to the node when it is created.
struct PodInput {
  PodSpec spec;
  std::vector<ContainerBehavior> behavior;  ///< by ContainerIndex; Requires: as many as spec.containers
  SimDuration created_at{};                 ///< after t = 0
  /// Those of Pods that a controller makes which do otherwise: by their number, which is the completion index of an Indexed Job's
  /// Pod, a StatefulSet's ordinal counted from its first, else the place in the order of creation, from 0.
  std::map<std::uint32_t, std::vector<ContainerBehavior>> behavior_of{};

  friend bool operator==(const PodInput&, const PodInput&) = default;
};

/// DELETE of the object; nullopt: the spec's grace period.
struct DeletePod {
  std::optional<std::int64_t> grace_period_seconds;
  friend bool operator==(const DeletePod&, const DeletePod&) = default;
};
/// A signal to a container's process from outside (SIGKILL unless said otherwise).
struct KillContainer {
  ContainerIndex container = kNoContainer;
  std::int32_t signal = 9;
  friend bool operator==(const KillContainer&, const KillContainer&) = default;
};
/// The kernel's OOM killer hits a container.
struct OomKillContainer {
  ContainerIndex container = kNoContainer;
  friend bool operator==(const OomKillContainer&, const OomKillContainer&) = default;
};
/// The pause process dies. The containers run on until the kubelet sees that their sandbox is not ready.
struct KillSandbox {
  friend bool operator==(const KillSandbox&, const KillSandbox&) = default;
};
/// PATCH of the Pod: a container's image, activeDeadlineSeconds, labels and annotations.
struct PatchPod {
  std::vector<std::pair<ContainerIndex, std::string>> images;
  std::optional<SimDuration> active_deadline;
  std::vector<std::pair<std::string, std::optional<std::string>>> labels{}, annotations{};  ///< nullopt: taken away
  friend bool operator==(const PatchPod&, const PatchPod&) = default;
};
/// PATCH of the spec of the Job that makes the Pod.
struct PatchJob {
  std::optional<bool> suspend;
  std::optional<std::int32_t> parallelism;
  friend bool operator==(const PatchJob&, const PatchJob&) = default;
};
/// PATCH of status conditions by somebody else (readiness gates).
struct PatchConditions {
  std::vector<PodCondition> conditions;
  friend bool operator==(const PatchConditions&, const PatchConditions&) = default;
};
/// The kubelet evicts the Pod; nullopt grace: a hard eviction (1 s).
struct EvictPod {
  std::string message;
  std::optional<std::int64_t> grace_period_seconds;
  friend bool operator==(const EvictPod&, const EvictPod&) = default;
};
/// The kubelet process restarts; containers run on.
struct RestartKubelet {
  SimDuration down_for = std::chrono::seconds{1};
  /// Whose dead instances somebody removes from the runtime meanwhile (`crictl rm`).
  std::vector<std::pair<PodIndex, ContainerIndex>> removed{};
  friend bool operator==(const RestartKubelet&, const RestartKubelet&) = default;
};
/// An ephemeral container is added to a running Pod (`kubectl debug`); until then the Pod's spec does not have it.
struct AddEphemeralContainer {
  ContainerIndex container = kNoContainer;
  friend bool operator==(const AddEphemeralContainer&, const AddEphemeralContainer&) = default;
};
/// A ConfigMap or Secret appears, changes or vanishes.
struct PutObject {
  ObjectReference::Kind kind = ObjectReference::Kind::ConfigMap;
  std::string name;
  std::vector<std::string> keys;
  bool remove = false;

  friend bool operator==(const PutObject&, const PutObject&) = default;
};

using ActionKind = std::variant<DeletePod, KillContainer, OomKillContainer, KillSandbox, PatchPod, PatchJob, PatchConditions,
                                EvictPod, RestartKubelet, PutObject, AddEphemeralContainer>;

struct Action {
  SimDuration at{};       ///< after t = 0
  PodIndex pod = 0;
  ActionKind what;
  std::string made_pod{};  ///< the Pod of this name that a controller has made of `pod`; empty: see World::State::current_pod

  friend bool operator==(const Action&, const Action&) = default;
};

/// A ConfigMap or Secret that exists.
struct ExistingObject {
  ObjectReference::Kind kind = ObjectReference::Kind::ConfigMap;
  std::string name;
  std::vector<std::string> keys;

  friend bool operator==(const ExistingObject&, const ExistingObject&) = default;
};

/// A Job. Its Pods are made of `pods[pod]`, which names its first one; that one is not created by itself.
struct JobInput {
  JobSpec spec;
  PodIndex pod = 0;
  friend bool operator==(const JobInput&, const JobInput&) = default;
};

/// What keeps a number of Pods, each made of `pods[pod]`, which is not created by itself.
struct PodSetInput {
  PodSetSpec spec;
  PodIndex pod = 0;
  friend bool operator==(const PodSetInput&, const PodSetInput&) = default;
};

/// A CronJob. The Pods of its Jobs are made of `pods[pod]`, which is not created by itself.
struct CronJobInput {
  CronJobSpec spec;
  PodIndex pod = 0;
  friend bool operator==(const CronJobInput&, const CronJobInput&) = default;
};

struct WorldInput {
  KubeletConfig config;
  Chance chance;
  WallClock clock;
  std::vector<PodInput> pods;
  std::vector<JobInput> jobs;
  std::vector<PodSetInput> pod_sets;
  std::vector<CronJobInput> cron_jobs;
  std::map<std::string, ImageBehavior> images;   ///< by the name containers use; unlisted ones are pulled in 2 s
  std::vector<ExistingObject> existing_objects;
  bool missing_objects_exist = false;         ///< a bare manifest: references outside the given files do not stop it
  std::vector<Action> actions;
};

}  // namespace podlapse
