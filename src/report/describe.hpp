// The parts of `kubectl describe pod` (describe.cpp puts them together), and how they write.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/report/tab_writer.hpp"

namespace podlapse::describing {

/// Writes text at a level of indentation, two blanks a level. What is nested in something else begins further right
/// (describe.go PrefixWriter, nestedPrefixWriter).
class Writer {
 public:
  explicit Writer(TabWriter& out, std::size_t nested = 0) : out_(&out), nested_(nested) {}

  /// Writes `text` with the blanks of `level` before it, wherever in a line that is.
  void put(std::size_t level, std::string_view text) const {
    out_->write(std::string(2 * (level + nested_), ' ') + escape_terminal(text));
  }
  /// "label<tab>value", and the end of the line. The label has its colon.
  void field(std::size_t level, std::string_view label, std::string_view value) const {
    put(level, std::string{label} + '\t' + std::string{value} + '\n');
  }
  /// The rest of a line. (A nested writer puts blanks before it all the same.)
  void put_line(std::string_view text) const { put(0, std::string{text} + '\n'); }
  void flush() const { out_->flush(); }
  [[nodiscard]] Writer nested(std::size_t levels) const { return Writer{*out_, nested_ + levels}; }

 private:
  TabWriter* out_;
  std::size_t nested_;
};

/// The members of the object `holder[key]` as "key", "text", sorted by key.
struct Pair {
  std::string key, value;
};
[[nodiscard]] std::vector<Pair> sorted_pairs(const Value& holder, std::string_view key);

/// printLabelsMultiline: "Labels:<tab>a=b", one pair a line, or <none>.
void put_labels(const Writer& out, std::string_view title, const Value& holder, std::string_view key);
/// printAnnotationsMultiline. Long and broken values get lines of their own; what kubectl apply remembers is not shown.
void put_annotations(const Writer& out, const Value& holder);
/// describeResources: limits and requests.
void put_resources(const Writer& out, std::size_t level, const Value& resources);
/// describeContainers.
void put_containers(const Writer& out, std::string_view label, const Value::Array& containers, const Value::Array& statuses,
                    const Value& pod);
/// describeVolumes.
void put_volumes(const Writer& out, const Value::Array& volumes);
/// DescribeEvents.
void put_events(const Writer& out, const Value::Array& events, WallTime now);

/// A quantity as the server would write it ("1000m" is "1"); text that is none stays as it is.
[[nodiscard]] std::string quantity_text(const Value* quantity);
/// Go's time.RFC1123Z, UTC: "Sat, 21 Nov 2026 18:07:54 +0000". A time that is not set is the zero time.
[[nodiscard]] std::string rfc1123_at(const Value& holder, std::string_view key);

}  // namespace podlapse::describing
