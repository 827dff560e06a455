// The trace as JSON Lines: one header, then one observation a line, in time order. What is simulated and what was
// recorded on a real cluster have this one form (scenarios/README.md, "The trace").
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/trace/record.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse {

/// The header's line, with its newline. `observedUntil` is left out while it is zero: a stream does not know it yet.
[[nodiscard]] std::string header_line(const TraceHeader& header);

/// The record's line, with its newline. `name_pod` puts the Pod's name into lines that are not about a Job, as traces
/// with several Pods need.
[[nodiscard]] std::string record_line(const TraceRecord& record, bool name_pod);

/// Whether the lines of a trace with this header carry the name of their Pod.
[[nodiscard]] bool lines_name_pod(const TraceHeader& header);

/// Writes every record as it comes.
class JsonlSink final : public TraceSink {
 public:
  /// `write` gets whole lines, the header's at once.
  JsonlSink(const TraceHeader& header, std::function<void(std::string_view)> write);
  void on_record(const TraceRecord& record) override;

 private:
  std::function<void(std::string_view)> write_;
  bool name_pod_;
};

/// The traces of a text, each begun by its header. Fields and types that are not known are passed over; a line that is
/// no JSON (trace/not-json), lacks a header before it (trace/no-header) or has a field of the wrong form (trace/field)
/// is a problem. Where the header does not say so, init containers are told from main ones as infer_outlines() does.
struct TracesRead {
  std::vector<Trace> traces;
  std::vector<Diagnostic> problems;
};

/// Reads `text`, which is file number `file` of the caller's SourceFiles.
[[nodiscard]] TracesRead read_traces(std::string_view text, std::uint32_t file);

}  // namespace podlapse
