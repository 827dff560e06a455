// What a cluster has printed of Pods and their events, and what tools/record wrote down of a watch, as traces: one state
// (`kubectl get pod -o yaml`), a List, a stream of states (`-w -o json`, with or without --output-watch-events), events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// One object as it was seen.
struct ClusterSighting {
  enum class Change : std::uint8_t { State, Added, Modified, Deleted };  ///< State: nobody said what had happened
  Value object;                     ///< a v1 Pod or Event
  Change change = Change::State;
  std::optional<WallTime> arrived;  ///< by the recorder's clock
};

/// Everything that was seen, and what a recorder says of itself. Times are by its own clock.
struct ClusterRecording {
  struct Done {
    WallTime at{};
    ActionObservation action;
  };
  std::vector<ClusterSighting> pods, events;  ///< each in the order in which they were seen
  bool recorded = false;                      ///< tools/record wrote it
  bool events_watched = false;
  std::string case_name, group, version, runtime;
  std::int32_t run = 1;
  std::optional<WallTime> created, ended;     ///< when the creation was acknowledged, and when watching ended
  std::vector<Done> actions;
  std::map<std::string, std::size_t> passed_over;  ///< kinds of other objects, and how many
};

/// True for what add_cluster_document() takes: an API object with its kind, an event of a watch, a line of tools/record.
[[nodiscard]] bool is_cluster_document(const Value& document);

/// Adds the Pods and events of `document` to `out`; other objects are counted.
void add_cluster_document(const Value& document, ClusterRecording& out);

/// A trace for each Pod that has a status, in the order in which they were first seen; of events alone, for each Pod that they
/// are about. `now`: until when the last state held; else a trace ends with the last instant that is known.
/// Where the objects did not arrive at known times, a change is put at the newest time in the object. t = 0 is the creation,
/// and TraceHeader::limits says what the trace cannot tell.
[[nodiscard]] std::vector<Trace> traces_of(const ClusterRecording& recording, std::optional<WallTime> now = std::nullopt);

/// The JSON documents of `text`, one after the other, as `kubectl -w -o json` prints them. A text that is no such thing gives one
/// problem (trace/not-json) with its place in file number `file`.
struct JsonDocuments {
  std::vector<Value> documents;
  std::vector<Diagnostic> problems;
};
[[nodiscard]] JsonDocuments read_json_documents(std::string_view text, std::uint32_t file);

}  // namespace podlapse
