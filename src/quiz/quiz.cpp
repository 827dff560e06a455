#include "podlapse/quiz/quiz.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/report/lanes.hpp"
#include "podlapse/report/story.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

namespace {

constexpr std::int64_t kVisible = 25;  ///< a difference is seen that lasts longer than this part of the whole
constexpr std::size_t kIndent = 3;

/// Gives `lanes` the roles and the order of containers that they have in `truth`: they would tell which answer is wrong.
void hide_roles(Lanes& lanes, const Lanes& truth) {
  for (std::size_t pod = 0; pod < lanes.pods.size() && !truth.pods.empty(); ++pod) {
    const std::vector<ContainerLane>& model = truth.pods[std::min(pod, truth.pods.size() - 1)].containers;
    const auto place = [&model](const ContainerLane& lane) {
      return std::find_if(model.begin(), model.end(), [&lane](const ContainerLane& other) { return other.name == lane.name; });
    };
    std::vector<ContainerLane>& drawn = lanes.pods[pod].containers;
    std::stable_sort(drawn.begin(), drawn.end(),
                     [&place](const ContainerLane& a, const ContainerLane& b) { return place(a) < place(b); });
    for (ContainerLane& lane : drawn) {
      if (place(lane) != model.end()) lane.kind = place(lane)->kind;
    }
  }
}

/// How long two rows of segments are not the same. `same` compares two segments.
template <typename Segment, typename Same>
SimDuration difference(const std::vector<Segment>& a, const std::vector<Segment>& b, const Same& same) {
  SimDuration common{}, length_a{}, length_b{};
  for (const Segment& one : a) {
    length_a += one.to - one.from;
    for (const Segment& other : b) {
      const SimDuration overlap = std::min(one.to, other.to) - std::max(one.from, other.from);
      if (overlap > SimDuration{} && same(one, other)) common += overlap;
    }
  }
  for (const Segment& other : b) length_b += other.to - other.from;
  return std::max(length_a, length_b) - common;
}

bool same_word(const WordSegment& a, const WordSegment& b) { return a.word == b.word; }
bool same_state(const LaneSegment& a, const LaneSegment& b) { return a.state == b.state; }

bool look_different(const PodLanes& a, const PodLanes& b, SimDuration least) {
  if (a.containers.size() != b.containers.size()) return true;
  if (difference(a.phase, b.phase, same_word) > least || difference(a.status, b.status, same_word) > least) return true;
  for (std::size_t i = 0; i < a.containers.size(); ++i) {
    if (difference(a.containers[i].segments, b.containers[i].segments, same_state) > least) return true;
  }
  return false;
}

/// Whether a reader sees at a glance that these are two runs. Requires: hide_roles().
bool look_different(const Lanes& a, const Lanes& b) {
  if (a.pods.size() != b.pods.size() || a.jobs.size() != b.jobs.size()) return true;
  const SimDuration least = (std::max(a.to, b.to) - std::min(a.from, b.from)) / kVisible;
  for (std::size_t i = 0; i < a.jobs.size(); ++i) {
    if (difference(a.jobs[i].state, b.jobs[i].state, same_word) > least) return true;
  }
  for (std::size_t i = 0; i < a.pods.size(); ++i) {
    if (look_different(a.pods[i], b.pods[i], least)) return true;
  }
  return false;
}

/// The lanes of traces, all with the roles of the first.
std::vector<Lanes> lanes_of(const std::vector<const Trace*>& traces) {
  std::vector<Lanes> runs;
  for (const Trace* trace : traces) {
    runs.push_back(make_lanes(*trace));
    if (runs.size() > 1) hide_roles(runs.back(), runs.front());
  }
  return runs;
}

/// A place for the truth that a reader cannot guess, and that is the same in every run.
std::size_t place_of(const std::string& name, std::size_t answers) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash % answers;
}

std::vector<StoryLine> story_of(const Trace& trace) {
  Storyteller storyteller{trace.header, {}};
  std::vector<StoryLine> lines;
  for (const TraceRecord& record : trace.records) {
    for (StoryLine& line : storyteller.tell(record)) lines.push_back(std::move(line));
  }
  return lines;
}

/// How much a line says by itself: what a process does, then what is seen of it, then the rest.
int weight_of(const StoryLine& line) {
  switch (line.news) {
    case News::Started:
    case News::EndedWell:
    case News::EndedBadly:
    case News::Ending: return 2;
    case News::Ready:
    case News::NotReady:
    case News::Job: return 1;
    case News::Waits:
    case News::Pulls:
    case News::Outside:
    case News::Pod:
    case News::Detail: return 0;
  }
  return 0;
}

bool is_about_same(const StoryLine& a, const StoryLine& b) { return a.container == b.container && a.text == b.text && a.owner == b.owner; }

/// Text indented and wrapped.
void add_wrapped(std::string& text, const std::string& words, const TimelineOptions& options, Style style = Style::Plain) {
  for (const std::string& row : wrapped(words, options.columns() - kIndent)) {
    text += Line{}.pad_to(kIndent).add(row, style).finish(options.color);
  }
}

void add_wrong_answer(std::string& text, const Quiz& quiz, std::size_t index, const TimelineOptions& options) {
  const Answer& answer = quiz.answers[index];
  const std::string condition = std::string{"would be so if "} + answer.belief->if_so;
  text += "\n" + Line{}.add(letter_of(index), Style::Strong).pad_to(kIndent).add(condition).finish(options.color);
  const std::optional<Parting> parting = find_parting(quiz.answers[quiz.right].trace, answer.trace);
  if (!parting) return;
  add_wrapped(text, "but at " + format_instant(parting->at) + " " + parting->subject + " " + parting->text, options);
  const RuleId id = find_rule(parting->rule);
  if (id != RuleId::None) add_wrapped(text, "[" + parting->rule + "] " + std::string{rule(id).text}, options, Style::Faint);
}

}  // namespace

Quiz make_quiz(Trace truth, std::vector<Answer> wrong, std::size_t most) {
  std::vector<const Trace*> traces = {&truth};
  for (const Answer& answer : wrong) traces.push_back(&answer.trace);
  const std::vector<Lanes> runs = lanes_of(traces);
  std::vector<std::size_t> taken = {0};
  for (std::size_t i = 1; i < runs.size() && taken.size() <= most; ++i) {
    const bool is_new = std::all_of(taken.begin(), taken.end(), [&](std::size_t other) { return look_different(runs[i], runs[other]); });
    if (is_new) taken.push_back(i);
  }
  Quiz quiz;
  for (std::size_t i = 1; i < taken.size(); ++i) quiz.answers.push_back(std::move(wrong[taken[i] - 1]));
  quiz.right = place_of(truth.header.case_name, taken.size());
  quiz.answers.insert(quiz.answers.begin() + static_cast<std::ptrdiff_t>(quiz.right), Answer{nullptr, std::move(truth)});
  return quiz;
}

std::string letter_of(std::size_t answer) { return std::string(1, static_cast<char>('a' + answer)); }

std::optional<std::size_t> answer_called(const std::string& letter, const Quiz& quiz) {
  for (std::size_t i = 0; i < quiz.answers.size(); ++i) {
    if (letter == letter_of(i) || letter == std::string(1, static_cast<char>('A' + i))) return i;
  }
  return std::nullopt;
}

std::string render_answers(const Quiz& quiz, const TimelineOptions& options) {
  std::vector<const Trace*> traces = {&quiz.answers[quiz.right].trace};
  for (const Answer& answer : quiz.answers) traces.push_back(&answer.trace);
  std::vector<Lanes> runs = lanes_of(traces);
  runs.erase(runs.begin());
  const LaneSheet sheet = render_lane_sheet(runs, options);
  std::string text = sheet.legend;
  for (std::size_t i = 0; i < quiz.answers.size(); ++i) {
    std::string block = sheet.blocks[i];
    block.erase(0, block.find_first_not_of('\n'));
    text += "\n" + Line{}.add(letter_of(i) + ")", Style::Strong).finish(options.color) + block;
  }
  return text;
}

std::optional<Parting> find_parting(const Trace& truth, const Trace& wrong) {
  constexpr std::int64_t kParts = 50;
  const SimDuration near = std::max<SimDuration>(truth.header.observed_until / kParts, std::chrono::milliseconds{300});
  const std::vector<StoryLine> theirs = story_of(wrong);
  std::optional<StoryLine> first;
  for (StoryLine& line : story_of(truth)) {
    const bool same = std::any_of(theirs.begin(), theirs.end(), [&](const StoryLine& other) {
      return is_about_same(line, other) && other.at - line.at <= near && line.at - other.at <= near;
    });
    if (!same && (!first || weight_of(line) > weight_of(*first))) first = std::move(line);
  }
  if (!first) return std::nullopt;
  const std::string subject = !first->container.empty() ? first->container : !first->owner.empty() ? first->owner : "Pod";
  return Parting{first->at, subject, first->text, first->rule};
}

std::string render_solution(const Quiz& quiz, std::optional<std::size_t> chosen, const LessonText& lesson, const TimelineOptions& options) {
  const std::string right = letter_of(quiz.right);
  const auto head = [&options](const std::string& letter, const std::string& words, Style style) {
    return Line{}.add(letter, style).pad_to(kIndent).add(words, style).finish(options.color);
  };
  std::string text;
  if (!chosen) {
    text = head(right, "is what happens", Style::Good);
  } else if (*chosen == quiz.right) {
    text = head(right, "is right", Style::Good);
  } else {
    text = head(letter_of(*chosen), "is wrong: what happens is " + right, Style::Bad);
  }
  if (!lesson.lesson.empty()) add_wrapped(text, lesson.lesson, options);
  for (std::size_t i = 0; i < quiz.answers.size(); ++i) {
    if (i != quiz.right) add_wrong_answer(text, quiz, i, options);
  }
  if (!lesson.threads.empty()) text += "\nasked at\n";
  for (const std::string& thread : lesson.threads) add_wrapped(text, thread, options);
  return text;
}

}  // namespace podlapse
