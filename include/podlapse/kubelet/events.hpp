// Kubelet events: reasons and texts, and the client's correlator that counts and drops them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/model/kube_event.hpp"
#include "podlapse/rules/kubelet_config.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Reasons the kubelet emits (pkg/kubelet/events/event.go).
enum class EventReason : std::uint8_t {
  Pulling, Pulled, Failed, BackOff, ErrImageNeverPull, InspectFailed, Created, Started, Killing, FailedPostStartHook,
  FailedPreStopHook, Unhealthy, ProbeWarning, SandboxChanged, FailedCreatePodSandBox, FailedKillPod, FailedMount, FailedSync,
  NetworkNotReady, ExceededGracePeriod, Evicted, Preempting, DeadlineExceeded, Scheduled, FailedScheduling,
  FailedToRetrieveImagePullSecret,
};

/// A kubelet event before it is words. Which fields a text uses is told by `render_event_text`.
struct EventDraft {
  enum class Text : std::uint8_t {
    Pulling, PulledNow, AlreadyPresent, AlreadyPresentUnchecked, FailedToPull, ErrorReason, BackOffPulling, NeverPull,
    InspectFailed, InvalidImageName,
    ContainerCreated, ContainerStarted, ErrorText, BackOffRestarting, StoppingContainer, FailedProbe, DefinitionChanged,
    KillingPostStart, KillingAll, PostStartFailed, PreStopFailed, ProbeFailed, ProbeErrored, ProbeWarned, SandboxChanged,
    SandboxFailed, MountFailed, Evicted, Deadline, Plain,
  };
  EventReason reason = EventReason::Created;
  Text text = Text::ContainerCreated;
  ContainerIndex container = kNoContainer;
  StateReason state_reason = StateReason::None;   ///< ErrorReason
  ProbeKind probe = ProbeKind::Startup;
  bool will_restart = false;                      ///< FailedProbe, DefinitionChanged
  std::uint32_t text_id = 0;                      ///< error texts
  SimDuration took{}, waited{};                   ///< PulledNow: pull alone, and including waiting
  std::int64_t size_bytes = 0;

  friend bool operator==(const EventDraft&, const EventDraft&) = default;
};

[[nodiscard]] const char* to_string(EventReason reason);
/// "Warning" or "Normal".
[[nodiscard]] const char* event_type(const EventDraft& draft);
[[nodiscard]] std::string render_event_text(const EventDraft& draft, const RenderContext& context);

/// client-go tools/record/events_cache.go: aggregates similar events, counts equal ones, drops what exceeds the rate. A
/// value; one per Pod and source is enough, since the spam filter's key is the object.
class EventCorrelator {
 public:
  explicit EventCorrelator(const KubeletConstants& constants);

  struct Outcome {
    bool dropped = false;         ///< over the rate: counted, but not written
    bool combined = false;        ///< "(combined from similar events): " goes before the message
    std::int32_t count = 1;
    SimTime first{};
    RuleId because = RuleId::None;
  };
  /// `pod`: tells containers with one image apart from containers with different ones; without it every container's image
  /// counts as its own.
  [[nodiscard]] Outcome correlate(const EventDraft& draft, SimTime now, const PodSpec* pod = nullptr);

 private:
  /// Events that are written as one: equal ones, or a whole group once it is combined (then without container and message).
  struct Series {
    EventReason reason;
    bool warning, combined;
    ContainerIndex container;
    std::uint64_t message;
    std::int32_t count;
    SimTime first;
  };
  /// Events of one reason and type, whatever their container: their distinct messages, oldest first.
  struct Group {
    EventReason reason;
    bool warning;
    std::vector<std::uint64_t> messages;
    SimTime last;
  };
  /// Spam filter of one type: credit in time, one event costs `refill_`.
  struct Bucket {
    bool warning;
    SimDuration credit;
    SimTime refilled;
  };
  bool combine(EventReason reason, bool warning, std::uint64_t message, SimTime now);
  Series& observe(Series key, SimTime now);
  bool take_token(bool warning, SimTime now);

  SimDuration refill_, window_;
  std::int32_t burst_, similar_max_;
  std::vector<Series> series_;
  std::vector<Group> groups_;
  std::vector<Bucket> buckets_;
};

}  // namespace podlapse
