#include "podlapse/report/cluster_recording.hpp"

#include <utility>

#include "fields.hpp"

namespace podlapse {
namespace {

using namespace fields;
using Change = ClusterSighting::Change;

bool ends_with_list(const std::string& kind) { return kind.size() >= 4 && kind.compare(kind.size() - 4, 4, "List") == 0; }

std::optional<Change> change_of(const std::string& type) {
  if (type == "ADDED") return Change::Added;
  if (type == "MODIFIED") return Change::Modified;
  if (type == "DELETED") return Change::Deleted;
  return std::nullopt;
}

bool is_watch_event(const Value& document) {
  const Value* object = document.find("object");
  return object != nullptr && object->is_object() && !document.string_at("type").empty();
}

/// Seconds since 1970 as text: a shell has no other numbers with fractions.
std::optional<WallTime> clock_time_of(const std::string& seconds) {
  SimDuration since_1970{};
  return parse_duration(seconds, since_1970) ? std::optional{WallTime{since_1970}} : std::nullopt;
}

/// Takes documents apart, down to Pods and events.
class Adder {
 public:
  explicit Adder(ClusterRecording& out) : out_(out) {}

  void add(const Value& document) {
    if (!document.is_object()) return;
    if (document.string_at("type") == "recording") return begin(document);
    if (!document.string_at("arrived").empty()) return add_line(document);
    if (is_watch_event(document)) return add_watch_event(document, std::nullopt);
    add_object(document, Change::State, std::nullopt, {});
  }

 private:
  /// The first line of tools/record.
  void begin(const Value& line) {
    out_.recorded = true;
    out_.case_name = line.string_at("case");
    out_.group = line.string_at("group");
    out_.run = static_cast<std::int32_t>(int_at(line, "run").value_or(1));
    out_.events_watched = bool_at(line, "events");
  }

  /// One of its later lines: when something came, and what.
  void add_line(const Value& line) {
    const std::optional<WallTime> arrived = clock_time_of(line.string_at("arrived"));
    if (const Value* watch = line.find("watch"); watch != nullptr && is_watch_event(*watch)) add_watch_event(*watch, arrived);
    if (bool_at(line, "created")) out_.created = arrived;
    if (bool_at(line, "ended")) out_.ended = arrived;
    if (bool_at(line, "eventsLost")) out_.events_watched = false;
    if (const Value* version = line.find("version")) {
      const std::string& server = object_at(*version, "serverVersion").string_at("gitVersion");
      if (out_.version.empty()) out_.version = server;
    }
    if (const Value* node = line.find("node")) {
      const Value& info = object_at(object_at(*node, "status"), "nodeInfo");
      if (!info.string_at("kubeletVersion").empty()) out_.version = info.string_at("kubeletVersion");
      out_.runtime = info.string_at("containerRuntimeVersion");
    }
    const Value* action = line.find("action");
    if (action == nullptr || !arrived) return;
    ActionObservation done;
    done.action = action->string_at("action");
    done.container = action->string_at("container");
    done.grace_period_seconds = int_at(*action, "gracePeriodSeconds");
    done.detail = action->string_at("detail");
    out_.actions.push_back({*arrived, std::move(done)});
  }

  void add_watch_event(const Value& event, std::optional<WallTime> arrived) {
    const std::optional<Change> change = change_of(event.string_at("type"));
    if (change) add_object(*event.find("object"), *change, arrived, {});
  }

  /// `kind`: what the List that holds the object says its items are.
  void add_object(const Value& object, Change change, std::optional<WallTime> arrived, const std::string& list_kind) {
    const std::string& own = object.string_at("kind");
    const std::string& kind = own.empty() ? list_kind : own;
    const Value* items = object.find("items");
    if (ends_with_list(kind) && items != nullptr && items->is_array()) {
      const std::string item_kind = kind == "List" ? "" : kind.substr(0, kind.size() - 4);
      for (const Value& item : items->items()) add_object(item, change, arrived, item_kind);
    } else if (kind == "Pod") {
      out_.pods.push_back({object, change, arrived});
    } else if (kind == "Event" && change != Change::Deleted) {
      out_.events.push_back({object, change, arrived});
    } else if (kind != "Event") {
      ++out_.passed_over[kind.empty() ? "an object without kind" : kind];
    }
  }

  ClusterRecording& out_;
};

}  // namespace

bool is_cluster_document(const Value& document) {
  if (!document.is_object()) return false;
  const std::string& type = document.string_at("type");
  return type == "recording" || !document.string_at("arrived").empty() || is_watch_event(document) ||
         !document.string_at("kind").empty();
}

void add_cluster_document(const Value& document, ClusterRecording& out) { Adder{out}.add(document); }

}  // namespace podlapse
