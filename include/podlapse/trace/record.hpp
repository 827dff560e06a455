// One observation of a run: what was simulated and what was recorded on a real cluster have this one form, so that every
// renderer, difference and check works on both. Its JSON Lines form is described in scenarios/README.md ("The trace").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/model/kube_event.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/model/pod_status.hpp"
#include "podlapse/rules/feature_gates.hpp"

namespace podlapse {

/// The life of one process: started | term (a signal arrived) | exited.
struct ContainerObservation {
  enum class What : std::uint8_t { Started, Term, Exited };
  std::string container;
  std::int32_t attempt = 0;
  What what = What::Started;
  std::optional<std::int32_t> exit_code, signal;
};

/// The API object's status changed.
struct StatusObservation {
  PodStatus status;
  std::optional<std::int64_t> deleting;  ///< metadata.deletionGracePeriodSeconds once deletion was asked for
};

struct EventObservation {
  KubeEvent event;
};

/// A probe ended. `age` is that of the container's run when the probe began.
struct ProbeObservation {
  std::string container;
  std::int32_t attempt = 0;
  ProbeKind probe = ProbeKind::Startup;
  bool ok = false;
  SimDuration age{};
};

struct HookObservation {
  enum class Hook : std::uint8_t { PostStart, PreStop };
  enum class What : std::uint8_t { Start, End };
  std::string container;
  std::int32_t attempt = 0;
  Hook hook = Hook::PostStart;
  What what = What::Start;
};

/// What the scenario did from outside: "delete", "kill", "patch", "api", "evict" ...
struct ActionObservation {
  std::string action{};
  std::string container{};
  std::optional<std::int64_t> grace_period_seconds{};
  bool sandbox = false;
  std::optional<std::int32_t> http{};
  std::string detail{};
};

/// The API object vanished.
struct DeletedObservation {};

/// A Job's status changed, or its object vanished.
struct JobObservation {
  std::int32_t active = 0, ready = 0, succeeded = 0, failed = 0, terminating = 0;
  std::vector<PodCondition> conditions{};
  std::string name{};
  bool gone = false;
};

/// A step of the mechanism itself, which an API observer cannot see: a sync, a relist, a decision, a back-off. `text` is
/// one line for a reader; `step` is a stable word ("sync", "relist", "start", "kill", "backoff", "pull", "sandbox" ...).
struct StepObservation {
  std::string step, container, text;
};

/// What a Pod is made of: the names and roles of its containers, in the order of the spec. A trace records states, not
/// specs, and a reader needs the roles to tell an init container from a main one.
struct PodOutline {
  struct Container {
    std::string name;
    ContainerKind kind = ContainerKind::Main;
    friend bool operator==(const Container&, const Container&) = default;
  };
  std::string name;
  std::vector<Container> containers;
  friend bool operator==(const PodOutline&, const PodOutline&) = default;
};

/// A controller makes a Pod: whose it is, and what it is made of. Its first status follows.
struct PodMadeObservation {
  std::string owner_kind, owner;                 ///< "ReplicaSet", "web-5d9c7b8f6d"
  std::optional<std::int32_t> completion_index;  ///< of an Indexed Job's
  PodOutline pod;
};

using Observation = std::variant<ContainerObservation, StatusObservation, EventObservation, ProbeObservation, HookObservation,
                                 ActionObservation, DeletedObservation, JobObservation, StepObservation, PodMadeObservation>;

/// One line of a trace. `seq` counts from 1; `cause` is the seq of the record it followed from, 0 for none. `rule` is the
/// catalogue id of the rule that caused it (empty in recorded traces). `pod` names the Pod (or Job) concerned.
struct TraceRecord {
  std::uint64_t seq = 0, cause = 0;
  SimTime at{};
  std::string pod;
  std::string rule;
  Observation observation;
};

/// How much of a run its observer saw.
enum class Sight : std::uint8_t {
  Processes,  ///< the processes themselves, and all that the API showed
  Watch,      ///< what the API showed from the Pod's creation on, as it changed
  State,      ///< states: what was before the first, or when they came, is concluded from them
};

/// The first line of a trace.
struct TraceHeader {
  std::string format = "podlapse-trace/1";
  std::string source = "podlapse";  ///< "kubelet" for a recorded one
  std::string version, runtime, case_name, group;
  std::vector<FeatureGateSetting> feature_gates;  ///< those that were set, by name
  std::int32_t run = 1;
  std::optional<std::uint64_t> seed;
  bool ideal_latency = false;  ///< simulated without latencies, to show the order alone
  SimDuration observed_until{};
  bool makes_pods = false;          ///< a controller makes Pods: how many there will be is not known at the start
  std::vector<PodOutline> pods;     ///< in the order in which they are made; a recorded trace does not have them
  bool pods_inferred = false;       ///< `pods` was concluded from the states, and is not a part of the trace
  Sight sight = Sight::Processes;
  bool events_seen = true;
  std::optional<WallTime> origin;   ///< t = 0 by the cluster's clock, where statuses are to be read by it
  std::vector<std::string> limits;  ///< what cannot be known from this trace, for its reader
};

struct Trace {
  TraceHeader header;
  std::vector<TraceRecord> records;
};

}  // namespace podlapse
