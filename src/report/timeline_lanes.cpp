#include <algorithm>
#include <array>

#include "podlapse/report/lanes.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/report/timeline.hpp"

namespace podlapse {
namespace {

constexpr std::size_t kNameWidest = 24;
constexpr std::size_t kCellsFewest = 20;
constexpr std::size_t kWordFewest = 4;  ///< cells of a word that is cut
constexpr std::size_t kTickRoom = 9;    ///< cells from tick to tick, at least: a label and two blanks

struct Glyph {
  const char* text;
  Style style;
};

Glyph glyph_of(LaneState state) {
  switch (state) {
    case LaneState::Absent: return {" ", Style::Plain};
    case LaneState::Waiting: return {"·", Style::Faint};
    case LaneState::Pulling: return {"░", Style::Outside};
    case LaneState::Blocked: return {"!", Style::Bad};
    case LaneState::NotReady: return {"▃", Style::Waiting};
    case LaneState::Running: return {"▇", Style::Good};
    case LaneState::Terminating: return {"▚", Style::Ending};
    case LaneState::BackOff: return {"╌", Style::Waiting};
    case LaneState::Done: return {"─", Style::Faint};
    case LaneState::Failed: return {"═", Style::Bad};
    case LaneState::Unknown: return {"?", Style::Faint};
  }
  return {" ", Style::Plain};
}

constexpr Glyph kTooShort{"┄", Style::Faint};
constexpr Glyph kEndedWell{"✓", Style::Good};
constexpr Glyph kEndedBadly{"✗", Style::Bad};

struct Cell {
  std::string text = " ";
  Style style = Style::Plain;
};
using Cells = std::vector<Cell>;

/// Maps time to cells.
class Scale {
 public:
  Scale(SimTime from, SimTime to, std::size_t cells)
      : from_(from), span_(std::max(to - from, SimDuration{1})), cells_(cells) {}

  [[nodiscard]] std::size_t cells() const { return cells_; }
  [[nodiscard]] SimDuration span() const { return span_; }
  /// The cell in which `time` lies; the last one for anything later.
  [[nodiscard]] std::size_t cell_of(SimTime time) const {
    if (time <= from_) return 0;
    return std::min(cells_ - 1, static_cast<std::size_t>(scaled((time - from_).count(), cells_, span_.count())));
  }
  /// The instant at which cell number `cell` begins.
  [[nodiscard]] SimTime begin_of(std::size_t cell) const {
    return from_ + SimDuration{scaled(span_.count(), cell, static_cast<std::int64_t>(cells_))};
  }

 private:
  /// a * b / c without overflow for spans of months and hundreds of cells.
  static std::int64_t scaled(std::int64_t a, std::size_t b, std::int64_t c) {
    const auto factor = static_cast<std::int64_t>(b);
    return a / c * factor + a % c * factor / c;
  }

  SimTime from_;
  SimDuration span_;
  std::size_t cells_;
};

void put(Cells& cells, std::size_t at, std::string_view text, Style style) {
  std::size_t bytes = 0;
  while (bytes < text.size() && at < cells.size()) {
    std::size_t next = bytes + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0U) == 0x80U) ++next;
    cells[at++] = {std::string{text.substr(bytes, next - bytes)}, style};
    bytes = next;
  }
}

/// Fills each cell with the state that lasted longest in it.
std::vector<LaneState> states_of(const ContainerLane& lane, const Scale& scale) {
  std::vector<LaneState> states(scale.cells(), LaneState::Absent);
  std::size_t first = 0;
  for (std::size_t cell = 0; cell < scale.cells(); ++cell) {
    const SimTime from = scale.begin_of(cell), to = scale.begin_of(cell + 1);
    SimDuration longest{};
    while (first < lane.segments.size() && lane.segments[first].to <= from) ++first;
    for (std::size_t i = first; i < lane.segments.size() && lane.segments[i].from < to; ++i) {
      const SimDuration overlap = std::min(to, lane.segments[i].to) - std::max(from, lane.segments[i].from);
      if (overlap >= longest) {
        longest = overlap;
        states[cell] = lane.segments[i].state;
      }
    }
  }
  return states;
}

/// Writes how long it lasted into a stretch of back-off that has room for it.
void label_back_offs(const ContainerLane& lane, const Scale& scale, Cells& cells) {
  for (const LaneSegment& segment : lane.segments) {
    if (segment.state != LaneState::BackOff) continue;
    const std::size_t from = scale.cell_of(segment.from) + 1, to = scale.cell_of(segment.to);
    const std::string label = " " + format_span(segment.to - segment.from) + " ";
    const std::size_t room = to > from ? to - from : 0;
    if (room < text_width(label) + 2) continue;
    put(cells, from + (room - text_width(label)) / 2, label, Style::Waiting);
  }
}

/// Where the number of a restart can stand: where the run began, else, beside the end that takes that cell, within the
/// run, else just before, in the back-off.
void mark_restart(const LaneMark& mark, const Scale& scale, const std::vector<LaneState>& states, Cells& cells) {
  const std::size_t at = scale.cell_of(mark.at);
  const std::string number = std::to_string(mark.attempt);
  const auto is_end = [&](std::size_t cell) {
    return cells[cell].text == kEndedWell.text || cells[cell].text == kEndedBadly.text;
  };
  const auto is_up = [&](std::size_t cell) {
    return states[cell] == LaneState::NotReady || states[cell] == LaneState::Running;
  };
  if (!is_end(at)) {
    put(cells, at, number, Style::Strong);
  } else if (at + 1 < cells.size() && is_up(at + 1) && !is_end(at + 1)) {
    put(cells, at + 1, number, Style::Strong);
  } else if (at >= number.size() && states[at - number.size()] == LaneState::BackOff && !is_end(at - number.size())) {
    put(cells, at - number.size(), number, Style::Strong);
  }
}

/// Marks ends (✓ ✗, with the code where there is room) and starts after the first (their number).
void mark_runs(const ContainerLane& lane, const Scale& scale, const std::vector<LaneState>& states, Cells& cells) {
  for (const LaneMark& mark : lane.marks) {
    if (mark.what == LaneMark::What::Start) continue;
    const std::size_t at = scale.cell_of(mark.at);
    const Glyph glyph = mark.exit_code == 0 ? kEndedWell : kEndedBadly;
    put(cells, at, glyph.text, glyph.style);
    const std::string label = " exit " + std::to_string(mark.exit_code) + " ";
    std::size_t room = 0;
    while (at + 1 + room < cells.size() && states[at + 1 + room] == LaneState::Failed) ++room;
    if (mark.exit_code != 0 && room > label.size()) put(cells, at + 1, label, Style::Bad);
  }
  for (const LaneMark& mark : lane.marks) {
    if (mark.what == LaneMark::What::Start && mark.attempt > 0) mark_restart(mark, scale, states, cells);
  }
}

Cells draw_container(const ContainerLane& lane, const Scale& scale) {
  const std::vector<LaneState> states = states_of(lane, scale);
  Cells cells;
  for (const LaneState state : states) cells.push_back({glyph_of(state).text, glyph_of(state).style});
  label_back_offs(lane, scale, cells);
  mark_runs(lane, scale, states, cells);
  return cells;
}

/// A stretch of cells with one word, or of words that are too short to print.
struct WordStretch {
  std::size_t from = 0, to = 0;
  std::string word;  ///< empty: several, none of which fits
};

/// Places the words; neighbours without room for their word are put together.
std::vector<WordStretch> place_words(const std::vector<WordSegment>& words, const Scale& scale) {
  std::vector<WordStretch> stretches;
  for (const WordSegment& word : words) {
    const bool lasts = &word == &words.back() && scale.cell_of(word.to) + 1 == scale.cells();
    const std::size_t from = scale.cell_of(word.from), to = lasts ? scale.cells() : scale.cell_of(word.to);
    const std::size_t room = to > from + 1 ? to - from - 1 : 0;
    const bool fits = room >= std::min(text_width(word.word), kWordFewest);
    if (!fits && !stretches.empty() && stretches.back().word.empty() && stretches.back().to == from) {
      stretches.back().to = to;
    } else if (to > from) {
      stretches.push_back({from, to, fits ? word.word : ""});
    }
  }
  return stretches;
}

Cells draw_words(const std::vector<WordSegment>& words, const Scale& scale) {
  Cells cells(scale.cells());
  std::size_t end = 0;
  for (const WordStretch& stretch : place_words(words, scale)) {
    put(cells, stretch.from, "│", Style::Faint);
    end = stretch.to;
    if (!stretch.word.empty()) {
      put(cells, stretch.from + 1, shortened(stretch.word, stretch.to - stretch.from - 1), Style::Plain);
      continue;
    }
    for (std::size_t cell = stretch.from + 1; cell < stretch.to; ++cell)
      put(cells, cell, kTooShort.text, kTooShort.style);
  }
  if (end < scale.cells()) put(cells, end, "│", Style::Faint);
  return cells;
}

/// Each with its words where there is room: to its right, else to its left.
Cells draw_outside(const std::vector<OutsideMark>& marks, const Scale& scale) {
  Cells cells(scale.cells());
  std::size_t taken = 0;  // cells before this one hold the marks before
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::size_t at = scale.cell_of(marks[i].at);
    const std::size_t next = i + 1 < marks.size() ? scale.cell_of(marks[i + 1].at) : scale.cells() + 1;
    const std::size_t width = text_width(marks[i].text);
    put(cells, at, "▼", Style::Outside);
    if (at + 2 + width < next) {
      put(cells, at + 2, marks[i].text, Style::Outside);
      taken = at + 3 + width;
    } else {
      if (at >= taken + width + 1) put(cells, at - width - 1, marks[i].text, Style::Outside);
      taken = at + 1;
    }
  }
  return cells;
}

/// The smallest of a row of round steps that leaves room for labels.
SimDuration tick_step(const Scale& scale) {
  using namespace std::chrono;
  static constexpr std::array<SimDuration, 26> kSteps{
      milliseconds{100}, milliseconds{200}, milliseconds{500}, seconds{1}, seconds{2}, seconds{5},  seconds{10},
      seconds{20},       seconds{30},       minutes{1},        minutes{2}, minutes{5}, minutes{10}, minutes{20},
      minutes{30},       hours{1},          hours{2},          hours{3},   hours{6},   hours{12},   hours{24},
      hours{48},         hours{120},        hours{240},        hours{720}, hours{8760}};
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(scale.cells() / kTickRoom, 1));
  for (const SimDuration step : kSteps) {
    if (scale.span() / step <= most) return step;
  }
  return scale.span();
}

struct Axis {
  Cells labels, line;
};

Axis draw_axis(const Scale& scale, SimTime from) {
  Axis axis{Cells(scale.cells()), Cells(scale.cells(), {"─", Style::Faint})};
  const SimDuration step = tick_step(scale);
  for (SimTime at = kTimeZero; at <= from + scale.span(); at += step) {
    if (at < from) continue;
    const std::size_t cell = scale.cell_of(at);
    axis.line[cell] = {"┬", Style::Faint};
    const std::string label = format_span(at.time_since_epoch());
    if (cell + text_width(label) <= scale.cells()) put(axis.labels, cell, label, Style::Faint);
  }
  return axis;
}

void add_row(std::string& text, std::string_view role, std::string_view name, const Cells& cells,
             std::size_t label_width, const TimelineOptions& options) {
  Line line;
  line.add(role, Style::Faint).pad_to(9).add(shortened(name, label_width - 10), Style::Strong).pad_to(label_width);
  for (const Cell& cell : cells) line.add(cell.text, cell.style);
  text += line.finish(options.color);
}

void add_axis(std::string& text, const Scale& scale, SimTime from, std::size_t label_width, const TimelineOptions& options) {
  const Axis axis = draw_axis(scale, from);
  add_row(text, "", "", axis.labels, label_width, options);
  add_row(text, "", "", axis.line, label_width, options);
}

std::string draw_pod(const PodLanes& pod, const Scale& scale, SimTime from, std::size_t label_width,
                     const TimelineOptions& options) {
  std::string text;
  add_axis(text, scale, from, label_width, options);
  if (!pod.outside.empty()) add_row(text, "outside", "", draw_outside(pod.outside, scale), label_width, options);
  add_row(text, "phase", "", draw_words(pod.phase, scale), label_width, options);
  add_row(text, "STATUS", "", draw_words(pod.status, scale), label_width, options);
  const ContainerLane* before = nullptr;
  for (const ContainerLane& lane : pod.containers) {
    const bool same_role = before != nullptr && before->kind == lane.kind;
    const char* role = lane.kind == ContainerKind::Ephemeral ? "debug" : to_string(lane.kind);  // as the action that adds it
    add_row(text, same_role ? "" : role, lane.name, draw_container(lane, scale), label_width, options);
    before = &lane;
  }
  return text;
}

std::string draw_job(const JobLanes& job, const Scale& scale, SimTime from, std::size_t label_width,
                     const TimelineOptions& options) {
  std::string text;
  add_axis(text, scale, from, label_width, options);
  if (!job.outside.empty()) add_row(text, "outside", "", draw_outside(job.outside, scale), label_width, options);
  add_row(text, "Job", "", draw_words(job.state, scale), label_width, options);
  if (!job.ended.empty()) add_row(text, "Pods", "", draw_words(job.ended, scale), label_width, options);
  return text;
}

/// Which of the signs the lanes use.
struct Used {
  std::array<bool, 11> states{};
  bool ended_well = false, ended_badly = false, restarted = false;
};

void note_used(const Lanes& lanes, Used& used) {
  for (const PodLanes& pod : lanes.pods) {
    for (const ContainerLane& lane : pod.containers) {
      for (const LaneSegment& segment : lane.segments) used.states[static_cast<std::size_t>(segment.state)] = true;
      for (const LaneMark& mark : lane.marks) {
        if (mark.what == LaneMark::What::Start) used.restarted = used.restarted || mark.attempt > 0;
        if (mark.what == LaneMark::What::End) (mark.exit_code == 0 ? used.ended_well : used.ended_badly) = true;
      }
    }
  }
}

/// Whether a lane of words has a stretch in which none of them fits.
bool has_short_words(const Lanes& lanes, const Scale& scale) {
  std::vector<const std::vector<WordSegment>*> all;
  for (const JobLanes& job : lanes.jobs) all.insert(all.end(), {&job.state, &job.ended});
  for (const PodLanes& pod : lanes.pods) all.insert(all.end(), {&pod.phase, &pod.status});
  for (const auto* words : all) {
    for (const WordStretch& stretch : place_words(*words, scale)) {
      if (stretch.word.empty() && stretch.to > stretch.from + 1) return true;
    }
  }
  return false;
}

std::string draw_legend(const std::vector<Lanes>& runs, const Scale& scale, const TimelineOptions& options, std::size_t width) {
  struct Item {
    Glyph glyph;
    std::string word;
  };
  Used used;
  for (const Lanes& lanes : runs) note_used(lanes, used);
  const bool short_words =
      std::any_of(runs.begin(), runs.end(), [&scale](const Lanes& lanes) { return has_short_words(lanes, scale); });
  std::vector<Item> items;
  for (const LaneState state : {LaneState::Waiting, LaneState::Pulling, LaneState::Blocked, LaneState::NotReady,
                                LaneState::Running, LaneState::Terminating, LaneState::BackOff, LaneState::Unknown}) {
    if (used.states[static_cast<std::size_t>(state)]) items.push_back({glyph_of(state), to_string(state)});
  }
  if (used.restarted) items.push_back({{"1", Style::Strong}, "restart number"});
  const bool done = used.states[static_cast<std::size_t>(LaneState::Done)];
  const bool failed = used.states[static_cast<std::size_t>(LaneState::Failed)];
  if (used.ended_well) items.push_back({{done ? "✓─" : "✓", kEndedWell.style}, "done"});
  if (used.ended_badly) items.push_back({{failed ? "✗═" : "✗", kEndedBadly.style}, "failed"});
  if (short_words) items.push_back({kTooShort, "too short to name"});
  std::string text;
  Line line;
  for (const Item& item : items) {
    const std::size_t needed = text_width(item.glyph.text) + 1 + text_width(item.word) + (line.width() == 0 ? 0 : 3);
    if (line.width() + needed > width) {
      text += line.finish(options.color);
      line = Line{};
    }
    if (line.width() > 0) line.add("   ");
    line.add(item.glyph.text, item.glyph.style).add(" ").add(item.word, Style::Faint);
  }
  return text + line.finish(options.color);
}

std::string draw_lanes(const Lanes& lanes, const Scale& scale, SimTime from, std::size_t label_width, const TimelineOptions& options) {
  std::string text;
  for (const JobLanes& job : lanes.jobs) {
    text += "\n" + Line{}.add(job.job.empty() ? "Job" : "Job/" + job.job, Style::Strong).finish(options.color);
    text += draw_job(job, scale, from, label_width, options);
  }
  for (const PodLanes& pod : lanes.pods) {
    text += "\n";
    if (lanes.pods.size() > 1 || !lanes.jobs.empty()) text += Line{}.add("Pod " + pod.pod, Style::Strong).finish(options.color);
    text += draw_pod(pod, scale, from, label_width, options);
  }
  return text;
}

std::size_t widest_name(const std::vector<Lanes>& runs) {
  std::size_t widest = 0;
  for (const Lanes& lanes : runs) {
    for (const PodLanes& pod : lanes.pods) {
      for (const ContainerLane& lane : pod.containers) widest = std::max(widest, text_width(lane.name));
    }
  }
  return widest;
}

}  // namespace

LaneSheet render_lane_sheet(const std::vector<Lanes>& runs, const TimelineOptions& options) {
  LaneSheet sheet;
  if (runs.empty()) return sheet;
  const std::size_t width = options.columns();
  const std::size_t label_width = 9 + std::min({widest_name(runs), kNameWidest, width / 5}) + 1;
  SimTime from = runs.front().from, to = runs.front().to;
  for (const Lanes& lanes : runs) {
    from = std::min(from, lanes.from);
    to = std::max(to, lanes.to);
  }
  const Scale scale{from, to, std::max(kCellsFewest, width - std::min(width, label_width))};
  sheet.legend = draw_legend(runs, scale, options, width);
  for (const Lanes& lanes : runs) sheet.blocks.push_back(draw_lanes(lanes, scale, from, label_width, options));
  return sheet;
}

std::string render_lanes(const Trace& trace, const TimelineOptions& options) {
  const LaneSheet sheet = render_lane_sheet({make_lanes(trace)}, options);
  return sheet.legend + sheet.blocks.front();
}

}  // namespace podlapse
