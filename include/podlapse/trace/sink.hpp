// Where records go. A World is told its sink at every step, so that a copy of a World stays a value.
#pragma once

#include <vector>

#include "podlapse/trace/record.hpp"

namespace podlapse {

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void on_record(const TraceRecord& record) = 0;
};

/// Keeps every record.
class TraceLog final : public TraceSink {
 public:
  void on_record(const TraceRecord& record) override { records_.push_back(record); }
  [[nodiscard]] const std::vector<TraceRecord>& records() const { return records_; }
  [[nodiscard]] std::vector<TraceRecord> take() { return std::move(records_); }

 private:
  std::vector<TraceRecord> records_;
};

}  // namespace podlapse
