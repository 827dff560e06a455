// Events as v1 objects, and the tables that `kubectl events` and `kubectl get events` make of them
// (k8s.io/kubectl/pkg/cmd/events; pkg/printers/internalversion/printers.go printEvent).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/model/kube_event.hpp"
#include "podlapse/report/tab_writer.hpp"

namespace podlapse {

/// What an event is about, and where it comes from.
struct EventOrigin {
  std::string namespace_name, name, uid;  ///< of the object concerned
  std::string resource_version;           ///< of that object when the event was first written
  std::string node_name;
  std::string api_version = "v1";         ///< of the object concerned
};

/// The v1 Event that the recorder's client would have written. It is named as client-go names them: after its object and
/// the nanosecond in which it first happened (client-go tools/record/event.go makeEvent).
[[nodiscard]] Value event_object(const KubeEvent& event, const EventOrigin& origin);

/// "5s (x5 over 6m4s)": the time since an event was last seen, how often, and the time since the first. `now` is when the command
/// was started: ages of times with microseconds are reckoned when a server would have answered, 50 ms later.
[[nodiscard]] std::string event_interval(const Value& event, WallTime now);

/// By the time they were last seen, as `kubectl describe` sorts: lastTimestamp alone counts, so that events with an eventTime
/// come first. Equal times keep their order (kubectl's sort is not stable beyond twelve events).
[[nodiscard]] Value::Array in_describe_order(Value::Array events);

/// The same as `kubectl events` sorts: by the series' last observation, lastTimestamp or eventTime, the first there is.
[[nodiscard]] Value::Array in_events_order(Value::Array events);

/// By namespace and name, as the API lists them.
[[nodiscard]] Value::Array in_list_order(Value::Array events);

/// True when `event` is about `pod`: same name, and the same namespace and uid where the Pod has one
/// (describe.go searchEvents; a mirror Pod is known by the uid in its annotation).
[[nodiscard]] bool event_concerns(const Value& event, const Value& pod);

enum class EventTable : std::uint8_t {
  Events,       ///< kubectl events
  GetEvents,    ///< kubectl get events
  GetEventsWide ///< kubectl get events -o wide
};

/// Prints events line by line; the head comes before the first. A printer that is used again keeps its columns at least as
/// wide, as with --watch.
class EventPrinter {
 public:
  explicit EventPrinter(EventTable table, bool head = true) : table_(table), head_due_(head) {}
  /// The lines of `events`, in the order given.
  [[nodiscard]] std::string print(const Value::Array& events, WallTime now);

 private:
  EventTable table_;
  bool head_due_;
  TabWriter tabs_{kTableTabs};
};

/// A v1 List of events, as `kubectl events -o json` has it.
[[nodiscard]] Value event_list(Value::Array events);

}  // namespace podlapse
