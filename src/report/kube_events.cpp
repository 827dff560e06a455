#include "podlapse/report/kube_events.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <tuple>
#include <utility>

#include "describe.hpp"
#include "fields.hpp"
#include "podlapse/api/pod_template.hpp"
#include "podlapse/report/columns.hpp"

namespace podlapse {
namespace {

using namespace fields;

std::string since(const std::optional<WallTime>& time, WallTime now) {
  return time ? human_duration(now - *time) : "<unknown>";
}

/// Between the start of a kubectl command and the moment in which it reckons ages. It shows in times of microseconds alone:
/// anything from 33 to 103 ms agrees with all texts that kubectl printed (tests/report/data/describe.jsonl).
constexpr std::chrono::milliseconds kAnswerTakes{50};

/// The same of a metav1.MicroTime.
std::string since_micro(const std::optional<WallTime>& time, WallTime now) { return since(time, now + kAnswerTakes); }

const Value* series_of(const Value& event) {
  const Value* series = event.find("series");
  return series && series->is_object() ? series : nullptr;
}

/// strings.TrimSpace, of the blanks that a message can have.
std::string trimmed(const std::string& text) {
  constexpr const char* kBlanks = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string hexadecimal(std::int64_t number) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (auto rest = static_cast<std::uint64_t>(number); rest > 0; rest >>= 4) text.insert(text.begin(), kDigits[rest & 15]);
  return text.empty() ? "0" : text;
}

template <class Key>
Value::Array sorted(Value::Array events, Key key) {
  std::stable_sort(events.begin(), events.end(), [&key](const Value& a, const Value& b) { return key(a) < key(b); });
  return events;
}

/// formatEventSource: "kubelet, n1".
std::string source_text(const Value& event) {
  std::string component = text_at(object_at(event, "source"), "component");
  std::string host = text_at(object_at(event, "source"), "host");
  if (component.empty()) component = text_at(event, "reportingComponent");
  if (host.empty()) host = text_at(event, "reportingInstance");
  return host.empty() ? component : component + ", " + host;
}

/// A line of `kubectl events`: what is long or broken stays so.
std::string events_line(const Value& event, WallTime now) {
  const Value& object = object_at(event, "involvedObject");
  return event_interval(event, now) + '\t' + escape_terminal(text_at(event, "type")) + '\t' +
         escape_terminal(text_at(event, "reason")) + '\t' + escape_terminal(text_at(object, "kind")) + '/' +
         escape_terminal(text_at(object, "name")) + '\t' + escape_terminal(trimmed(text_at(event, "message"))) + '\n';
}

/// A line of `kubectl get events`.
std::string get_line(const Value& event, WallTime now, bool wide) {
  const Value& object = object_at(event, "involvedObject");
  const std::optional<WallTime> first = time_at(event, "firstTimestamp"), last = time_at(event, "lastTimestamp");
  const std::string first_seen = first ? since(first, now) : since_micro(time_at(event, "eventTime"), now);
  std::string last_seen = last ? since(last, now) : first_seen;
  std::int64_t count = int_at(event, "count").value_or(0);
  if (const Value* series = series_of(event)) {
    last_seen = since_micro(time_at(*series, "lastObservedTime"), now);
    count = int_at(*series, "count").value_or(0);
  } else if (count == 0) {
    count = 1;
  }
  const std::string name = text_at(object, "name"), kind = lower(text_at(object, "kind"));
  const std::string target = name.empty() ? kind : kind + "/" + name;
  const std::string message = trimmed(text_at(event, "message"));
  if (!wide) return table_line({last_seen, text_at(event, "type"), text_at(event, "reason"), target, message});
  return table_line({last_seen, text_at(event, "type"), text_at(event, "reason"), target, text_at(object, "fieldPath"),
                     source_text(event), message, first_seen, std::to_string(count),
                     text_at(object_at(event, "metadata"), "name")});
}

const char* head_of(EventTable table) {
  switch (table) {
    case EventTable::Events:
    case EventTable::GetEvents: return "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n";
    case EventTable::GetEventsWide:
      return "LAST SEEN\tTYPE\tREASON\tOBJECT\tSUBOBJECT\tSOURCE\tMESSAGE\tFIRST SEEN\tCOUNT\tNAME\n";
  }
  return "";
}

}  // namespace

Value event_object(const KubeEvent& event, const EventOrigin& origin) {
  Value out = Value::object();
  out.set("kind", Value{"Event"});
  out.set("apiVersion", Value{"v1"});
  const std::string name = origin.name + "." + hexadecimal(event.first_timestamp.time_since_epoch().count());
  Value& metadata = out["metadata"];
  metadata.set("name", Value{name});
  metadata.set("namespace", Value{origin.namespace_name});
  metadata.set("uid", Value{make_uid("Event", origin.namespace_name, name + event.reason + event.message)});
  metadata.set("resourceVersion", Value{origin.resource_version});
  metadata.set("creationTimestamp", Value{format_rfc3339(event.first_timestamp)});
  Value& object = out["involvedObject"];
  object.set("kind", Value{event.object_kind});
  object.set("namespace", Value{origin.namespace_name});
  object.set("name", Value{origin.name});
  object.set("uid", Value{origin.uid});
  object.set("apiVersion", Value{origin.api_version});
  object.set("resourceVersion", Value{origin.resource_version});
  if (!event.field_path.empty()) object.set("fieldPath", Value{event.field_path});
  out.set("reason", Value{event.reason});
  out.set("message", Value{event.message});
  Value& source = out["source"];
  source.set("component", Value{event.source});
  if (!origin.node_name.empty()) source.set("host", Value{origin.node_name});
  out.set("firstTimestamp", Value{format_rfc3339(event.first_timestamp)});
  out.set("lastTimestamp", Value{format_rfc3339(event.last_timestamp)});
  out.set("count", Value{event.count});
  out.set("type", Value{event.type});
  out.set("eventTime", Value{});
  out.set("reportingComponent", Value{event.source});
  out.set("reportingInstance", Value{origin.node_name});
  return out;
}

std::string event_interval(const Value& event, WallTime now) {
  const std::optional<WallTime> event_time = time_at(event, "eventTime");
  const std::string first = event_time ? since_micro(event_time, now) : since(time_at(event, "firstTimestamp"), now);
  const auto repeated = [&first](const std::string& last, std::int64_t count) {
    return last + " (x" + std::to_string(count) + " over " + first + ")";
  };
  if (const Value* series = series_of(event)) {
    return repeated(since_micro(time_at(*series, "lastObservedTime"), now), int_at(*series, "count").value_or(0));
  }
  const std::int64_t count = int_at(event, "count").value_or(0);
  return count > 1 ? repeated(since(time_at(event, "lastTimestamp"), now), count) : first;
}

Value::Array in_describe_order(Value::Array events) {
  return sorted(std::move(events), [](const Value& event) { return time_at(event, "lastTimestamp"); });
}

Value::Array in_events_order(Value::Array events) {
  return sorted(std::move(events), [](const Value& event) {
    if (const Value* series = series_of(event)) return time_at(*series, "lastObservedTime");
    const std::optional<WallTime> last = time_at(event, "lastTimestamp");
    return last ? last : time_at(event, "eventTime");
  });
}

Value::Array in_list_order(Value::Array events) {
  return sorted(std::move(events), [](const Value& event) {
    const Value& metadata = object_at(event, "metadata");
    return std::pair{text_at(metadata, "namespace"), text_at(metadata, "name")};
  });
}

bool event_concerns(const Value& event, const Value& pod) {
  const Value& metadata = object_at(pod, "metadata");
  const Value& object = object_at(event, "involvedObject");
  const auto agrees = [&object](const char* key, const std::string& wanted) {
    return wanted.empty() || text_at(object, key) == wanted;
  };
  const std::string mirror = text_at(object_at(metadata, "annotations"), "kubernetes.io/config.mirror");
  return agrees("name", text_at(metadata, "name")) && agrees("namespace", text_at(metadata, "namespace")) &&
         agrees("uid", mirror.empty() ? text_at(metadata, "uid") : mirror);
}

std::string EventPrinter::print(const Value::Array& events, WallTime now) {
  if (std::exchange(head_due_, false)) tabs_.write(head_of(table_));
  for (const Value& event : events) {
    tabs_.write(table_ == EventTable::Events ? events_line(event, now)
                                             : get_line(event, now, table_ == EventTable::GetEventsWide));
  }
  return tabs_.take();
}

Value event_list(Value::Array events) {
  Value out = Value::object();
  out.set("kind", Value{"EventList"});
  out.set("apiVersion", Value{"v1"});
  out.set("metadata", Value::object());
  out.set("items", Value{std::move(events)});
  return out;
}

namespace describing {

void put_events(const Writer& out, const Value::Array& events, WallTime now) {
  if (events.empty()) return out.field(0, "Events:", "<none>");
  out.flush();
  out.put(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
  out.put(1, "----\t------\t----\t----\t-------\n");
  for (const Value& event : in_describe_order(events)) {
    std::string source = text_at(object_at(event, "source"), "component");
    if (source.empty()) source = text_at(event, "reportingComponent");
    std::string message = trimmed(text_at(event, "message"));
    if (const std::string path = text_at(object_at(event, "involvedObject"), "fieldPath"); !path.empty()) {
      message.insert(0, path + ": ");
    }
    std::string line = text_at(event, "type");
    for (const std::string& cell : {text_at(event, "reason"), event_interval(event, now), source, message}) {
      line.append("\t").append(cell);
    }
    out.put(1, line + '\n');
  }
}

}  // namespace describing
}  // namespace podlapse
