#include "podlapse/kubelet/events.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"
#include "podlapse/base/hash.hpp"

namespace podlapse {

namespace {

using Text = EventDraft::Text;

const char* capital_name(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::Startup: return "Startup";
    case ProbeKind::Readiness: return "Readiness";
    case ProbeKind::Liveness: return "Liveness";
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

/// What an event's words depend on besides its text and numbers.
enum class Mentions : std::uint8_t { Nothing, Image, Name };

Mentions mentions(Text text) {
  switch (text) {
    case Text::Pulling:
    case Text::PulledNow:
    case Text::AlreadyPresent:
    case Text::AlreadyPresentUnchecked:
    case Text::FailedToPull:
    case Text::BackOffPulling:
    case Text::NeverPull:
    case Text::InspectFailed:
    case Text::InvalidImageName: return Mentions::Image;
    case Text::BackOffRestarting:
    case Text::StoppingContainer:
    case Text::FailedProbe:
    case Text::DefinitionChanged: return Mentions::Name;
    case Text::ErrorReason:
    case Text::ContainerCreated:
    case Text::ContainerStarted:
    case Text::ErrorText:
    case Text::KillingPostStart:
    case Text::KillingAll:
    case Text::PostStartFailed:
    case Text::PreStopFailed:
    case Text::ProbeFailed:
    case Text::ProbeErrored:
    case Text::ProbeWarned:
    case Text::SandboxChanged:
    case Text::SandboxFailed:
    case Text::MountFailed:
    case Text::Evicted:
    case Text::Deadline:
    case Text::Plain: return Mentions::Nothing;
  }
  fail_check("EventDraft::Text", __FILE__, __LINE__);
}

/// Equal for drafts with equal words, without rendering them.
std::uint64_t message_key(const EventDraft& draft, const PodSpec* pod) {
  std::uint64_t hash = hash_word(kHashSeed, static_cast<std::uint64_t>(draft.text));
  hash = hash_word(hash, static_cast<std::uint64_t>(draft.state_reason));
  hash = hash_word(hash, static_cast<std::uint64_t>(draft.probe));
  hash = hash_word(hash, draft.will_restart ? 1 : 0);
  hash = hash_word(hash, draft.text_id);
  hash = hash_word(hash, static_cast<std::uint64_t>(draft.took.count()));
  hash = hash_word(hash, static_cast<std::uint64_t>(draft.waited.count()));
  hash = hash_word(hash, static_cast<std::uint64_t>(draft.size_bytes));
  switch (mentions(draft.text)) {
    case Mentions::Nothing: return hash;
    case Mentions::Name: return hash_word(hash, draft.container);
    case Mentions::Image:
      if (!pod) return hash_word(hash, draft.container);
      return hash_text(hash, pod->containers.at(draft.container).image);
  }
  fail_check("Mentions", __FILE__, __LINE__);
}

std::string milliseconds(SimDuration duration) {
  return format_go_duration(std::chrono::duration_cast<std::chrono::milliseconds>(duration));
}

std::string pulled_text(const EventDraft& draft, const std::string& image) {
  return "Successfully pulled image " + image + " in " + milliseconds(draft.took) + " (" + milliseconds(draft.waited) +
         " including waiting). Image size: " + std::to_string(draft.size_bytes) + " bytes.";
}

/// "Container c failed liveness probe, will be restarted"; sidecars have no such suffix.
std::string kill_text(const EventDraft& draft, const ContainerSpec& container, const std::string& why) {
  const bool is_init = is_init_or_sidecar(container.kind);
  return (is_init ? "Init container " : "Container ") + container.name + why +
         (draft.will_restart && !is_init ? ", will be restarted" : "");
}

}  // namespace

const char* to_string(EventReason reason) {
  switch (reason) {
    case EventReason::Pulling: return "Pulling";
    case EventReason::Pulled: return "Pulled";
    case EventReason::Failed: return "Failed";
    case EventReason::BackOff: return "BackOff";
    case EventReason::ErrImageNeverPull: return "ErrImageNeverPull";
    case EventReason::InspectFailed: return "InspectFailed";
    case EventReason::Created: return "Created";
    case EventReason::Started: return "Started";
    case EventReason::Killing: return "Killing";
    case EventReason::FailedPostStartHook: return "FailedPostStartHook";
    case EventReason::FailedPreStopHook: return "FailedPreStopHook";
    case EventReason::Unhealthy: return "Unhealthy";
    case EventReason::ProbeWarning: return "ProbeWarning";
    case EventReason::SandboxChanged: return "SandboxChanged";
    case EventReason::FailedCreatePodSandBox: return "FailedCreatePodSandBox";
    case EventReason::FailedKillPod: return "FailedKillPod";
    case EventReason::FailedMount: return "FailedMount";
    case EventReason::FailedSync: return "FailedSync";
    case EventReason::NetworkNotReady: return "NetworkNotReady";
    case EventReason::ExceededGracePeriod: return "ExceededGracePeriod";
    case EventReason::Evicted: return "Evicted";
    case EventReason::Preempting: return "Preempting";
    case EventReason::DeadlineExceeded: return "DeadlineExceeded";
    case EventReason::Scheduled: return "Scheduled";
    case EventReason::FailedScheduling: return "FailedScheduling";
    case EventReason::FailedToRetrieveImagePullSecret: return "FailedToRetrieveImagePullSecret";
  }
  fail_check("EventReason", __FILE__, __LINE__);
}

const char* event_type(const EventDraft& draft) {
  switch (draft.reason) {
    case EventReason::Pulling:
    case EventReason::Pulled:
    case EventReason::Created:
    case EventReason::Started:
    case EventReason::Killing:
    case EventReason::SandboxChanged:
    case EventReason::DeadlineExceeded:
    case EventReason::Scheduled: return "Normal";
    case EventReason::BackOff: return draft.text == Text::BackOffPulling ? "Normal" : "Warning";
    case EventReason::Failed:
    case EventReason::ErrImageNeverPull:
    case EventReason::InspectFailed:
    case EventReason::FailedPostStartHook:
    case EventReason::FailedPreStopHook:
    case EventReason::Unhealthy:
    case EventReason::ProbeWarning:
    case EventReason::FailedCreatePodSandBox:
    case EventReason::FailedKillPod:
    case EventReason::FailedMount:
    case EventReason::FailedSync:
    case EventReason::NetworkNotReady:
    case EventReason::ExceededGracePeriod:
    case EventReason::Evicted:
    case EventReason::Preempting:
    case EventReason::FailedScheduling:
    case EventReason::FailedToRetrieveImagePullSecret: return "Warning";
  }
  fail_check("EventReason", __FILE__, __LINE__);
}

std::string render_event_text(const EventDraft& draft, const RenderContext& context) {
  static const ContainerSpec kPod{};  // an event of the whole Pod names no container
  const ContainerSpec& container = draft.container == kNoContainer ? kPod : context.pod.containers.at(draft.container);
  const std::string& text = context.texts.at(draft.text_id);
  const std::string image = go_quote(container.image);
  const std::string probe = std::string{capital_name(draft.probe)} + " probe ";
  switch (draft.text) {
    case Text::Pulling: return "Pulling image " + image;
    case Text::PulledNow: return pulled_text(draft, image);
    case Text::AlreadyPresent:
      return "Container image " + image + " already present on machine and can be accessed by the pod";
    case Text::AlreadyPresentUnchecked: return "Container image " + image + " already present on machine";
    case Text::FailedToPull: return "Failed to pull image " + image + ": " + text;
    case Text::ErrorReason: return std::string{"Error: "} + to_string(draft.state_reason);
    case Text::BackOffPulling: return "Back-off pulling image " + image;
    case Text::NeverPull: return "Container image " + image + " is not present with pull policy of Never";
    case Text::InspectFailed: return "Failed to inspect image " + image + ": " + text;
    case Text::InvalidImageName: return "Failed to apply default image tag " + image + ": " + text;
    case Text::ContainerCreated: return "Container created";
    case Text::ContainerStarted: return "Container started";
    case Text::ErrorText: return "Error: " + text;
    case Text::BackOffRestarting:
      return "Back-off restarting failed container " + container.name + " in pod " + format_pod(context.pod);
    case Text::StoppingContainer: return "Stopping container " + container.name;
    case Text::FailedProbe:
      return kill_text(draft, container, std::string{" failed "} + to_string(draft.probe) + " probe");
    case Text::DefinitionChanged: return kill_text(draft, container, " definition changed");
    case Text::KillingPostStart: return "FailedPostStartHook";
    case Text::KillingAll: return "killing";
    case Text::PostStartFailed: return "PostStartHook failed";
    case Text::PreStopFailed: return "PreStopHook failed";
    case Text::ProbeFailed: return probe + "failed: " + text;
    case Text::ProbeErrored: return probe + "errored and resulted in unknown state: " + text;
    case Text::ProbeWarned: return probe + "warning: " + text;
    case Text::SandboxChanged: return "Pod sandbox changed, it will be killed and re-created.";
    case Text::SandboxFailed: return "Failed to create pod sandbox: " + text;
    case Text::MountFailed: return "Unable to attach or mount volumes: " + text;
    case Text::Deadline: return "Pod was active on the node longer than the specified deadline";
    case Text::Evicted:
    case Text::Plain: return text;
  }
  fail_check("EventDraft::Text", __FILE__, __LINE__);
}

EventCorrelator::EventCorrelator(const KubeletConstants& constants)
    : refill_(constants.event_refill),
      window_(constants.event_similar_window),
      burst_(constants.event_burst),
      similar_max_(constants.event_similar_max) {}

/// EventAggregate: from the tenth distinct message on, events of a group become one. Upstream then forgets some message
/// of the set (a Go map's any); here it is the oldest, so that runs can be repeated.
bool EventCorrelator::combine(EventReason reason, bool warning, std::uint64_t message, SimTime now) {
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [&](const Group& each) { return each.reason == reason && each.warning == warning; });
  if (group == groups_.end()) {
    group = groups_.insert(group, Group{reason, warning, {}, now});
  } else if (now - group->last > window_) {
    group->messages.clear();
  }
  group->last = now;
  std::vector<std::uint64_t>& messages = group->messages;
  if (std::find(messages.begin(), messages.end(), message) == messages.end()) messages.push_back(message);
  if (messages.size() < static_cast<std::size_t>(similar_max_)) return false;
  messages.erase(messages.begin());
  return true;
}

/// eventObserve: counts an event that has been seen, else begins its series.
EventCorrelator::Series& EventCorrelator::observe(Series key, SimTime now) {
  for (Series& each : series_) {
    if (each.reason != key.reason || each.warning != key.warning || each.combined != key.combined) continue;
    if (!key.combined && (each.container != key.container || each.message != key.message)) continue;
    ++each.count;
    return each;
  }
  key.count = 1;
  key.first = now;
  return series_.emplace_back(key);
}

/// EventSourceObjectSpamFilter: a token bucket, counted in time.
bool EventCorrelator::take_token(bool warning, SimTime now) {
  const SimDuration full = refill_ * burst_;
  auto bucket =
      std::find_if(buckets_.begin(), buckets_.end(), [&](const Bucket& each) { return each.warning == warning; });
  if (bucket == buckets_.end()) bucket = buckets_.insert(bucket, Bucket{warning, full, now});
  bucket->credit = std::min(full, bucket->credit + (now - bucket->refilled));
  bucket->refilled = now;
  if (bucket->credit < refill_) return false;
  bucket->credit -= refill_;
  return true;
}

EventCorrelator::Outcome EventCorrelator::correlate(const EventDraft& draft, SimTime now, const PodSpec* pod) {
  const bool warning = event_type(draft)[0] == 'W';
  const std::uint64_t message = message_key(draft, pod);
  Outcome outcome;
  outcome.combined = combine(draft.reason, warning, message, now);
  const Series& series = observe({draft.reason, warning, outcome.combined, draft.container, message, 0, now}, now);
  outcome.count = series.count;
  outcome.first = series.first;
  outcome.dropped = !take_token(warning, now);
  if (outcome.dropped) {
    outcome.because = RuleId::EventDropped;
  } else if (outcome.combined) {
    outcome.because = RuleId::EventCombined;
  } else {
    outcome.because = outcome.count > 1 ? RuleId::EventCounted : RuleId::EventNew;
  }
  return outcome;
}

}  // namespace podlapse
