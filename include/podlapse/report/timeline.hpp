// A trace as a timeline to read in a terminal: legend, one lane a container over a time axis, the Pod's phase and
// STATUS, the list of what happened with the rule behind each line, and one line that sums it up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "podlapse/report/story.hpp"
#include "podlapse/scenario/run.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/scenario/workload.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

inline constexpr int kNarrowestTimeline = 60;

struct TimelineOptions {
  int width = 100;  ///< columns; fewer than kNarrowestTimeline are not used
  bool lanes = true;
  bool events = false;   ///< list Kubernetes events too
  bool verbose = false;  ///< list every probe, condition and step of the mechanism
  bool color = false;

  [[nodiscard]] std::size_t columns() const { return static_cast<std::size_t>(std::max(width, kNarrowestTimeline)); }
};

/// What a trace does not hold, but its reader should know. Empty for a trace that was read from a file.
struct RunNotes {
  std::string title;  ///< "Pod web"; empty: made from the header
  std::string what;   ///< what the scenario shows, in one line
  std::vector<Assumption> assumptions;
  std::vector<std::string> not_modelled;  ///< paths of fields
  std::vector<std::pair<std::string, std::string>> controllers;  ///< a word and a line each: controller_notes()
  std::string release;                    ///< what is to be known of the release; see release_note
  std::optional<RunResult> result;
};

/// The whole timeline.
[[nodiscard]] std::string render_timeline(const Trace& trace, const RunNotes& notes, const TimelineOptions& options);

/// The line above everything: what is shown, and where it comes from.
[[nodiscard]] std::string render_title(const TraceHeader& header, const RunNotes& notes,
                                       const TimelineOptions& options);

/// Legend, axis and lanes. One block a Pod.
[[nodiscard]] std::string render_lanes(const Trace& trace, const TimelineOptions& options);

/// Several runs drawn on one scale, so that they can be compared by eye.
struct LaneSheet {
  std::string legend;               ///< of all of them
  std::vector<std::string> blocks;  ///< axis and lanes of each, in the order of the runs
};
[[nodiscard]] LaneSheet render_lane_sheet(const std::vector<Lanes>& runs, const TimelineOptions& options);

/// What follows the record list: how it ended, what was assumed and what was left out.
[[nodiscard]] std::string render_summary(const Trace& trace, const RunNotes& notes, const TimelineOptions& options);

/// The record list, line by line, so that it can be printed while a run goes on.
class RecordList {
 public:
  /// `several_jobs`: each is named; otherwise from the second on.
  RecordList(const TraceHeader& header, const TimelineOptions& options, bool several_jobs = false);
  /// The lines of `record`, with newlines; empty when it holds no news.
  [[nodiscard]] std::string lines_of(const TraceRecord& record);

 private:
  [[nodiscard]] std::string render(const StoryLine& line) const;

  void lay_out();

  Storyteller storyteller_;
  std::size_t widest_subject_ = 3;
  std::size_t width_, time_width_, subject_width_, text_width_, rules_end_;
  bool color_, several_pods_, several_jobs_;
  std::string first_job_;
};

}  // namespace podlapse
