// When the things happened that expectations speak of: instants, spans and numbers over time, taken from a trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/expect/expectation.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

struct Instant {
  SimTime at{};
  std::uint64_t index = 0;  ///< of the record in the trace

  friend bool operator<(const Instant& a, const Instant& b) { return a.at != b.at ? a.at < b.at : a.index < b.index; }
};

/// From `begin` to `end`; without an end it held when the run ended.
struct Interval {
  Instant begin;
  std::optional<Instant> end;
};

/// The value of a number from `since` on.
struct Step {
  Instant since;
  std::int64_t value = 0;
};

class History {
 public:
  /// `trace` must outlive this.
  explicit History(const Trace& trace) : trace_(trace) {}

  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] SimTime end() const;

  /// When a moment happened, or when a state began, in the order of time.
  [[nodiscard]] std::vector<Instant> instants(const Term& term) const;
  /// When a state held in some Pod that the term means; a moment holds for spans without length.
  [[nodiscard]] std::vector<Interval> intervals(const Term& term) const;
  [[nodiscard]] std::vector<Interval> intervals(const Condition& condition) const;
  /// A number over time, added up over the Pods that the term means.
  [[nodiscard]] std::vector<Step> steps(const Term& term) const;

  /// The records that are about Pods (or the Job) that `term` means.
  [[nodiscard]] std::vector<std::uint64_t> records_of(const Term& term) const;
  /// When the first of these Pods was created.
  [[nodiscard]] SimTime created(const Term& term) const;

 private:
  [[nodiscard]] std::vector<Interval> intervals(const Atom& atom) const;

  const Trace& trace_;
};

[[nodiscard]] bool holds_at(const std::vector<Interval>& intervals, SimTime at);

// Spans as sets of instants. Arguments and results are in the order of time and do not overlap.
[[nodiscard]] std::vector<Interval> united(std::vector<Interval> a, const std::vector<Interval>& b);
[[nodiscard]] std::vector<Interval> common(const std::vector<Interval>& a, const std::vector<Interval>& b);
[[nodiscard]] std::vector<Interval> complement(const std::vector<Interval>& spans);

}  // namespace podlapse
