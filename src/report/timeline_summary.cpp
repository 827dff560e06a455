#include <algorithm>

#include "podlapse/report/lanes.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/report/timeline.hpp"

namespace podlapse {
namespace {

/// Whoever saw no processes may have missed runs; their numbers tell.
std::int64_t restarts_of(const PodLanes& pod, Sight sight) {
  std::int64_t sum = 0;
  for (const ContainerLane& lane : pod.containers) {
    std::int64_t starts = 0, last = 0;
    for (const LaneMark& mark : lane.marks) {
      starts += mark.what == LaneMark::What::Start && mark.attempt > 0 ? 1 : 0;
      last = std::max<std::int64_t>(last, mark.attempt);
    }
    sum += sight == Sight::Processes ? starts : last;
  }
  return sum;
}

/// "Succeeded after 14.2s", "gone after 12.3s, last Running", "Running at 40s".
std::string describe_last(const PodLanes& pod, SimTime to, Sight sight) {
  if (pod.phase.empty()) return sight == Sight::Processes ? "never created" : "its states are not known";
  const WordSegment& last = pod.phase.back();
  if (pod.gone) return "gone after " + format_span(pod.gone->time_since_epoch()) + ", last phase " + last.word;
  if (last.word == "Succeeded" || last.word == "Failed") {
    return last.word + " after " + format_span(last.from.time_since_epoch());
  }
  return "still " + last.word + " at " + format_span(to.time_since_epoch());
}

/// Why the trace ends where it does; empty where that goes without saying.
std::string describe_cut(const RunResult& result) {
  const bool natural = result.end == RunEnd::Terminal || result.end == RunEnd::Gone;
  return natural || (result.end == RunEnd::Until && !result.cut) ? "" : describe_end(result);
}

/// A line of prose whose head is strong; on lines of its own where it is longer than the width. Nothing when it is
/// empty.
void add_sentence(std::string& out, std::string_view head, const std::string& rest, const TimelineOptions& options) {
  const std::size_t width = options.columns();
  if (head.empty() && rest.empty()) return;
  if (text_width(head) + text_width(rest) <= width) {
    out += Line{}.add(head, Style::Strong).add(rest).finish(options.color);
    return;
  }
  for (const std::string& row : wrapped(head, width)) out += Line{}.add(row, Style::Strong).finish(options.color);
  for (const std::string& row : wrapped(rest, width)) out += Line{}.add(row).finish(options.color);
}

/// "word  text", the text wrapped beside the word.
void add_note(std::string& out, std::string_view word, std::string_view note, const TimelineOptions& options) {
  const std::size_t width = options.columns();
  constexpr std::size_t kIndent = 14;
  bool first = true;
  for (const std::string& row : wrapped(note, width - kIndent)) {
    Line line;
    line.add(first ? word : "", Style::Faint).pad_to(kIndent).add(row);
    out += line.finish(options.color);
    first = false;
  }
}

bool has_inits(const TraceHeader& header) {
  for (const PodOutline& pod : header.pods) {
    for (const auto& container : pod.containers) {
      if (is_init_or_sidecar(container.kind)) return true;
    }
  }
  return false;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : between).append(part);
  return text;
}

/// One line a container: "app: runs on; probes pass 1s after start".
std::vector<std::string> assumption_lines(const std::vector<Assumption>& assumptions, bool several_pods) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_subject;
  for (const Assumption& assumption : assumptions) {
    std::string subject = assumption.container;
    if (several_pods && !assumption.pod.empty()) subject.insert(0, assumption.pod + (subject.empty() ? "" : "/"));
    auto known =
        std::find_if(by_subject.begin(), by_subject.end(), [&](const auto& entry) { return entry.first == subject; });
    if (known == by_subject.end()) known = by_subject.insert(by_subject.end(), {subject, {}});
    known->second.push_back(assumption.text);
  }
  std::vector<std::string> lines;
  for (const auto& [subject, texts] : by_subject)
    lines.push_back((subject.empty() ? "" : subject + ": ") + join(texts, "; "));
  return lines;
}

/// What became of a Job: "the Job is Complete: 3 succeeded".
std::string describe_job(const JobLanes& job, bool several) {
  const JobObservation& last = job.last;
  std::string counts;
  const auto add = [&counts](std::int32_t count, const char* what) {
    if (count > 0) counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(last.active, "active");
  add(last.terminating, "terminating");
  add(last.succeeded, "succeeded");
  add(last.failed, "failed");
  std::string state = last.gone ? "is gone" : "goes on";
  for (const PodCondition& condition : last.conditions) {
    if (condition.status != "True" || last.gone) continue;
    if (condition.type == "Complete") state = "is Complete";
    if (condition.type == "Failed") state = "is Failed (" + condition.reason + ")";
    if (condition.type == "Suspended") state = "is suspended";
  }
  return (several ? "Job " + job.job + " " : "the Job ") + state + (counts.empty() ? "" : ": " + counts);
}

}  // namespace

std::string render_summary(const Trace& trace, const RunNotes& notes, const TimelineOptions& options) {
  const Lanes lanes = make_lanes(trace);
  const bool several = lanes.pods.size() > 1;
  std::string text;
  for (const PodLanes& pod : lanes.pods) {
    std::string rest = counted(static_cast<std::int64_t>(pod.containers.size()), "container");
    rest += ", " + counted(restarts_of(pod, trace.header.sight), "restart");
    if (!notes.assumptions.empty() && !several) {
      rest += "; " + counted(static_cast<std::int64_t>(notes.assumptions.size()), "assumption");
    }
    add_sentence(text, (several ? pod.pod + ": " : "") + describe_last(pod, lanes.to, trace.header.sight) + ": ", rest, options);
  }
  for (const JobLanes& job : lanes.jobs) add_sentence(text, "", describe_job(job, lanes.jobs.size() > 1), options);
  if (notes.result) add_sentence(text, "", describe_cut(*notes.result), options);
  for (const auto& [about, note] : notes.controllers) add_note(text, about, note, options);
  std::string_view word = "assumed";
  for (const std::string& assumed : assumption_lines(notes.assumptions, several)) {
    add_note(text, word, assumed, options);
    word = "";
  }
  if (trace.header.pods_inferred && has_inits(trace.header)) {
    add_note(text, "inferred", "which containers are init containers and sidecars: the trace does not say", options);
  }
  word = "not known";
  for (const std::string& limit : trace.header.limits) {
    add_note(text, word, limit, options);
    word = "";
  }
  if (!notes.not_modelled.empty()) add_note(text, "not modelled", join(notes.not_modelled, ", "), options);
  if (!notes.release.empty()) add_note(text, "release", notes.release, options);
  return text;
}

}  // namespace podlapse
