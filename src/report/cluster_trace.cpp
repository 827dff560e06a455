// Sightings of Pods and events to traces: which clock they are read by, and what is left open.
#include <algorithm>
#include <functional>
#include <utility>

#include "fields.hpp"
#include "pod_history.hpp"
#include "podlapse/report/cluster_recording.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/kube_events.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

using namespace fields;
using std::chrono::seconds;

/// What the API writes down is cut to the second.
constexpr SimDuration kSecond = seconds{1};
/// A watched event that is older than this when it arrives had happened before the watch began.
constexpr SimDuration kStale = seconds{3};

/// Calls `each(time)` for every instant up to its own writing that an object holds.
void for_each_stamp(const Value& pod, const std::function<void(WallTime)>& each) {
  const auto tell = [&each](const Value& object, const char* key) {
    const auto time = time_at(object, key);
    if (time && time->time_since_epoch() > SimDuration{}) each(*time);
  };
  const Value& metadata = object_at(pod, "metadata");
  const Value& status = object_at(pod, "status");
  tell(metadata, "creationTimestamp");
  for (const Value& manager : list_at(metadata, "managedFields")) tell(manager, "time");
  if (const auto asked = deletion_asked_at(pod)) each(*asked);
  tell(status, "startTime");
  for (const Value& condition : list_at(status, "conditions")) tell(condition, "lastTransitionTime");
  for (const char* list : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}) {
    for (const Value& container : list_at(status, list)) {
      for (const char* which : {"state", "lastState"}) {
        for (const char* state : {"running", "terminated"}) {
          const Value& held = object_at(object_at(container, which), state);
          tell(held, "startedAt");
          tell(held, "finishedAt");
        }
      }
    }
  }
}

std::optional<WallTime> newest_stamp(const Value& pod) {
  std::optional<WallTime> newest;
  for_each_stamp(pod, [&newest](WallTime time) { newest = std::max(newest.value_or(time), time); });
  return newest;
}

std::optional<WallTime> creation_of(const Value& pod) {
  const auto created = time_at(object_at(pod, "metadata"), "creationTimestamp");
  if (created) return created;
  std::optional<WallTime> oldest;
  for_each_stamp(pod, [&oldest](WallTime time) { oldest = std::min(oldest.value_or(time), time); });
  return oldest;
}

/// When an event first and last happened.
struct EventTimes {
  std::optional<WallTime> first, last;
};

EventTimes times_of(const Value& event) {
  const std::optional<WallTime> at = time_at(event, "eventTime");
  EventTimes times{time_at(event, "firstTimestamp"), time_at(event, "lastTimestamp")};
  const auto observed = time_at(object_at(event, "series"), "lastObservedTime");
  if (!times.first) times.first = at;
  if (observed) times.last = observed;
  if (!times.last) times.last = times.first;
  if (!times.first) times.first = times.last;
  return times;
}

KubeEvent event_from(const Value& event) {
  KubeEvent out;
  if (!text_at(event, "type").empty()) out.type = text_at(event, "type");
  out.reason = text_at(event, "reason");
  out.message = text_at(event, "message");
  const Value& object = object_at(event, "involvedObject");
  out.object_kind = text_at(object, "kind");
  out.field_path = text_at(object, "fieldPath");
  const std::size_t open = out.field_path.find('{'), close = out.field_path.find('}');
  if (open != std::string::npos && close != std::string::npos && close > open) {
    out.container = out.field_path.substr(open + 1, close - open - 1);
  }
  out.source = text_at(object_at(event, "source"), "component");
  if (out.source.empty()) out.source = text_at(event, "reportingComponent");
  if (out.source.empty()) out.source = "kubelet";
  const auto series = int_at(object_at(event, "series"), "count");
  out.count = static_cast<std::int32_t>(std::max<std::int64_t>(1, series.value_or(int_at(event, "count").value_or(1))));
  const EventTimes times = times_of(event);
  out.first_timestamp = times.first.value_or(WallTime{});
  out.last_timestamp = times.last.value_or(WallTime{});
  return out;
}

/// A Pod in which nothing has started is seen from its beginning when it is not older than this.
constexpr SimDuration kFresh = seconds{2};

using Sightings = std::vector<const ClusterSighting*>;

/// Which instant of the trace an arrival and a time of the cluster's clock are.
class Clocks {
 public:
  Clocks(const ClusterRecording& recording, const Sightings& pods) {
    const WallTime created = creation_of(pods.front()->object).value_or(WallTime{});
    arrival_zero_ = origin_ = created;
    if (!pods.front()->arrived) return;
    // The cluster's clock is ahead of the recorder's by at least `least`: nothing arrives before it happens.
    std::optional<SimDuration> least;
    bool prompt = false;
    for (const ClusterSighting* pod : pods) {
      const std::optional<WallTime> stamp = newest_stamp(pod->object);
      if (!stamp || !pod->arrived) continue;
      least = std::max(least.value_or(*stamp - *pod->arrived), *stamp - *pod->arrived);
      prompt = prompt || pod->change == ClusterSighting::Change::Modified;
    }
    if (recording.created) {
      const SimDuration from = std::max(created - *recording.created, least.value_or(created - *recording.created));
      const SimDuration ahead = likely_offset(from, std::max(from, created + kSecond - *recording.created));
      arrival_zero_ = *recording.created;
      origin_ = arrival_zero_ + ahead;
      return;
    }
    // Where changes were watched, one of them arrived soon after its second.
    const SimDuration from = least.value_or(SimDuration{});
    const SimDuration ahead = prompt ? likely_offset(from, from + kSecond) : std::max(SimDuration{}, from);
    arrival_zero_ = created - ahead;
  }

  [[nodiscard]] SimTime of_arrival(WallTime time) const { return kTimeZero + (time - arrival_zero_); }
  [[nodiscard]] SimTime of_stamp(WallTime time) const { return std::max(kTimeZero, kTimeZero + (time - origin_)); }
  [[nodiscard]] WallTime origin() const { return origin_; }

 private:
  /// Between these: none where the clocks can agree, else the middle.
  static SimDuration likely_offset(SimDuration from, SimDuration to) {
    const bool can_agree = from <= SimDuration{} && SimDuration{} <= to;
    return can_agree ? SimDuration{} : from + (to - from) / 2;
  }

  WallTime arrival_zero_, origin_;
};

/// Puts the trace of one Pod together.
class PodTrace {
 public:
  PodTrace(const ClusterRecording& recording, Sightings pods, Sightings events)
      : recording_(recording), pods_(std::move(pods)), events_(std::move(events)), clocks_(recording, pods_) {}

  Trace build(std::optional<WallTime> now) && {
    SimTime before = kTimeZero;
    for (const ClusterSighting* pod : pods_) {
      const SimTime at = instant_of(*pod, before);
      if (pod == pods_.front() && !from_start()) add_history(pod->object, at);
      add_status(at, pod->object);
      if (pod->change == ClusterSighting::Change::Deleted) add(at, DeletedObservation{});
      before = at;
    }
    for (const ClusterSighting* event : events_) add_event(*event);
    for (const auto& [at, action] : recording_.actions) add(clocks_.of_arrival(at), action);
    std::stable_sort(records_.begin(), records_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    Trace trace{header(), drop_repeated_statuses()};
    SimTime end = trace.records.empty() ? kTimeZero : trace.records.back().at;
    if (recording_.ended) end = std::max(end, clocks_.of_arrival(*recording_.ended));
    if (now) end = std::max(end, clocks_.of_stamp(*now));
    trace.header.observed_until = end.time_since_epoch();
    return trace;
  }

 private:
  [[nodiscard]] bool arrived() const { return pods_.front()->arrived.has_value(); }

  /// Nothing had happened yet when the Pod was first seen.
  [[nodiscard]] bool from_start() const {
    if (recording_.created) return true;
    const ClusterSighting& first = *pods_.front();
    const PodStatus status = observed_status(first.object).status;
    const auto untouched = [](const ContainerStatus& container) {
      return container.state.kind == ContainerState::Kind::Waiting && container.restart_count == 0 &&
             container.last_state.kind == ContainerState::Kind::None;
    };
    for (const auto* list : {&status.init_container_statuses, &status.container_statuses}) {
      if (!std::all_of(list->begin(), list->end(), untouched)) return false;
    }
    return pods_.size() > 1 && status.phase == "Pending" && instant_of(first, kTimeZero) < kTimeZero + kFresh;
  }

  [[nodiscard]] SimTime instant_of(const ClusterSighting& pod, SimTime before) const {
    if (pod.arrived) return std::max(before, clocks_.of_arrival(*pod.arrived));
    const std::optional<WallTime> newest = newest_stamp(pod.object);
    return newest ? std::max(before, clocks_.of_stamp(*newest)) : before;
  }

  void add(SimTime at, Observation observation) {
    records_.push_back({0, 0, at, name(), "", std::move(observation)});
  }
  [[nodiscard]] std::string name() const { return outline_of(pods_.back()->object).name; }

  void add_history(const Value& pod, SimTime seen_at) {
    const ClusterClock clock = [this](WallTime time) { return clocks_.of_stamp(time); };
    for (TraceRecord& record : history_of(pod, seen_at, clock)) records_.push_back(std::move(record));
  }

  void add_status(SimTime at, const Value& pod) { add(at, observed_status(pod)); }

  void add_event(const ClusterSighting& sighting) {
    const EventTimes times = times_of(sighting.object);
    KubeEvent event = event_from(sighting.object);
    if (!times.last) return;
    const SimTime first = clocks_.of_stamp(*times.first), last = clocks_.of_stamp(*times.last);
    const bool news = sighting.arrived && clocks_.of_arrival(*sighting.arrived) - last < kStale;
    if (news) return add(clocks_.of_arrival(*sighting.arrived), EventObservation{std::move(event)});
    if (event.count > 1 && first < last) {
      KubeEvent begun = event;
      begun.count = 1;
      begun.last_timestamp = begun.first_timestamp;
      add(first, EventObservation{std::move(begun)});
    }
    add(last, EventObservation{std::move(event)});
  }

  /// A write that changes nothing that a trace has is no observation.
  std::vector<TraceRecord> drop_repeated_statuses() {
    std::vector<TraceRecord> kept;
    std::string shown;
    for (TraceRecord& record : records_) {
      if (std::holds_alternative<StatusObservation>(record.observation)) {
        TraceRecord same = record;
        same.at = kTimeZero;
        std::string text = record_line(same, false);
        if (text == shown) continue;
        shown = std::move(text);
      }
      kept.push_back(std::move(record));
    }
    return kept;
  }

  [[nodiscard]] TraceHeader header() const {
    TraceHeader header;
    header.source = recording_.recorded ? "kubelet" : "kubectl";
    header.version = recording_.version;
    header.runtime = recording_.runtime;
    header.case_name = recording_.case_name;
    header.group = recording_.group;
    header.run = recording_.run;
    header.pods.push_back(outline_of(pods_.back()->object));
    header.sight = arrived() && from_start() ? Sight::Watch : Sight::State;
    header.events_seen = recording_.events_watched || !recording_.events.empty();
    header.origin = clocks_.origin();
    header.limits = limits(header.events_seen);
    return header;
  }

  [[nodiscard]] std::vector<std::string> limits(bool events_seen) const {
    std::vector<std::string> texts;
    if (pods_.size() == 1 && !arrived()) {
      texts.emplace_back("one state: only the last two runs of each container are in it, and when a condition last changed");
    } else if (!from_start()) {
      texts.emplace_back("what was before the first state, but for the last two runs of each container");
    }
    if (!arrived()) texts.emplace_back("parts of a second: times are those that the objects hold");
    const bool says_what = pods_.back()->change != ClusterSighting::Change::State;
    if (pods_.size() > 1 && !says_what) {
      texts.emplace_back("whether the Pod was removed: `--output-watch-events` would tell");
    }
    texts.emplace_back("signals, probes and hooks: the API shows what follows from them");
    if (!events_seen) texts.emplace_back("events: give those of `kubectl get events -o json` too");
    return texts;
  }

  const ClusterRecording& recording_;
  Sightings pods_, events_;
  Clocks clocks_;
  std::vector<TraceRecord> records_;
};

/// The trace of a Pod of which events alone were given.
Trace trace_of_events(const std::string& name, const Sightings& events) {
  Trace trace;
  trace.header.source = "kubectl";
  trace.header.sight = Sight::State;
  trace.header.limits = {"the Pod's states: give `kubectl get pod -o json` too", "parts of a second",
                         "repeated events but for the first and the last"};
  PodOutline outline{name, {}};
  std::optional<WallTime> begin;
  for (const ClusterSighting* event : events) {
    const EventTimes times = times_of(event->object);
    if (times.first) begin = std::min(begin.value_or(*times.first), *times.first);
  }
  const auto instant = [&begin](WallTime time) { return kTimeZero + (time - *begin); };
  for (const ClusterSighting* sighting : events) {
    const EventTimes times = times_of(sighting->object);
    if (!times.first) continue;
    KubeEvent event = event_from(sighting->object);
    const auto known = [&event](const PodOutline::Container& one) { return one.name == event.container; };
    const bool is_init = event.field_path.rfind("spec.initContainers", 0) == 0;
    auto& containers = outline.containers;
    if (!event.container.empty() && std::none_of(containers.begin(), containers.end(), known)) {
      const auto end = std::find_if(containers.begin(), containers.end(),
                                    [](const auto& one) { return one.kind == ContainerKind::Main; });
      containers.insert(is_init ? end : containers.end(), {event.container, is_init ? ContainerKind::Init : ContainerKind::Main});
    }
    const SimTime first = instant(*times.first), last = instant(*times.last);
    const bool started = event.reason == "Started";
    const std::string container = event.container;
    if (first < last) {
      KubeEvent begun = event;
      begun.count = 1;
      begun.last_timestamp = begun.first_timestamp;
      trace.records.push_back({0, 0, first, name, "", EventObservation{std::move(begun)}});
      if (started) trace.records.push_back({0, 0, first, name, "", StepObservation{kUnknownStep, container, "what became of it"}});
    }
    trace.records.push_back({0, 0, last, name, "", EventObservation{std::move(event)}});
    if (started) trace.records.push_back({0, 0, last, name, "", StepObservation{kUnknownStep, container, "what became of it"}});
  }
  std::stable_sort(trace.records.begin(), trace.records.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  if (!trace.records.empty()) trace.header.observed_until = trace.records.back().at.time_since_epoch();
  if (begin) trace.header.origin = *begin;
  trace.header.pods.push_back(std::move(outline));
  return trace;
}

std::string identity_of(const Value& metadata) {
  return metadata.string_at("uid").empty() ? metadata.string_at("namespace") + "/" + metadata.string_at("name")
                                           : metadata.string_at("uid");
}

/// Groups by `key`, in the order in which the keys appear.
template <class Key>
std::vector<std::pair<std::string, Sightings>> grouped(const std::vector<ClusterSighting>& all, Key key) {
  std::vector<std::pair<std::string, Sightings>> groups;
  for (const ClusterSighting& one : all) {
    const std::string of = key(one.object);
    auto group = std::find_if(groups.begin(), groups.end(), [&of](const auto& known) { return known.first == of; });
    if (group == groups.end()) group = groups.insert(groups.end(), {of, {}});
    group->second.push_back(&one);
  }
  return groups;
}

bool has_status(const ClusterSighting& pod) { return !object_at(pod.object, "status").string_at("phase").empty(); }

}  // namespace

std::vector<Trace> traces_of(const ClusterRecording& recording, std::optional<WallTime> now) {
  std::vector<Trace> traces;
  const auto by_pod = [](const Value& pod) { return identity_of(object_at(pod, "metadata")); };
  for (auto& [uid, pods] : grouped(recording.pods, by_pod)) {
    pods.erase(std::remove_if(pods.begin(), pods.end(), [](const auto* pod) { return !has_status(*pod); }), pods.end());
    if (pods.empty()) continue;
    Sightings events;
    for (const ClusterSighting& event : recording.events) {
      if (event_concerns(event.object, pods.back()->object)) events.push_back(&event);
    }
    traces.push_back(PodTrace{recording, std::move(pods), std::move(events)}.build(now));
  }
  if (!recording.pods.empty()) return traces;
  const auto by_object = [](const Value& event) {
    const Value& object = object_at(event, "involvedObject");
    return object.string_at("kind") == "Pod" ? object.string_at("name") : std::string{};
  };
  for (const auto& [name, events] : grouped(recording.events, by_object)) {
    if (!name.empty()) traces.push_back(trace_of_events(name, events));
  }
  return traces;
}

}  // namespace podlapse
