#include "podlapse/report/timeline.hpp"

#include <algorithm>

#include "podlapse/report/text.hpp"

namespace podlapse {
namespace {

constexpr std::size_t kSubjectWidest = 24;
constexpr std::size_t kTextNarrowest = 24;
constexpr std::size_t kTextAndRuleWidest = 90;  ///< further apart, an eye does not find from one to the other

struct Sign {
  const char* glyph;
  Style style;
};

Sign sign_of(News news) {
  switch (news) {
    case News::Started: return {"▸", Style::Strong};
    case News::Ready: return {"●", Style::Good};
    case News::NotReady: return {"○", Style::Waiting};
    case News::EndedWell: return {"✓", Style::Good};
    case News::EndedBadly: return {"✗", Style::Bad};
    case News::Waits: return {"╌", Style::Waiting};
    case News::Pulls: return {"░", Style::Waiting};
    case News::Ending: return {"▾", Style::Ending};
    case News::Outside: return {"▼", Style::Outside};
    case News::Pod: return {"◆", Style::Strong};
    case News::Job: return {"◇", Style::Strong};
    case News::Detail: return {" ", Style::Faint};
  }
  return {" ", Style::Plain};
}

Style text_style(News news) {
  switch (news) {
    case News::EndedBadly: return Style::Bad;
    case News::Outside: return Style::Outside;
    case News::Detail: return Style::Faint;
    case News::Started:
    case News::Ready:
    case News::NotReady:
    case News::EndedWell:
    case News::Waits:
    case News::Pulls:
    case News::Ending:
    case News::Pod:
    case News::Job: return Style::Plain;
  }
  return Style::Plain;
}

std::string subject_of(const StoryLine& line, bool several_pods, bool several_jobs) {
  if (!line.owner.empty()) return line.owner.starts_with("Job/") && !several_jobs ? "Job" : line.owner;
  if (!several_pods) return line.container.empty() ? "Pod" : line.container;
  return line.container.empty() ? line.pod : line.pod + "/" + line.container;
}

std::size_t widest_subject(const PodOutline& pod, bool several_pods) {
  const std::size_t before = several_pods ? text_width(pod.name) + 1 : 0;
  std::size_t widest = before;
  for (const auto& container : pod.containers) widest = std::max(widest, before + text_width(container.name));
  return widest;
}

}  // namespace

RecordList::RecordList(const TraceHeader& header, const TimelineOptions& options, bool several_jobs)
    : storyteller_(header, {options.events, options.verbose}),
      width_(options.columns()),
      time_width_(std::max<std::size_t>(9, text_width(format_instant(kTimeZero + header.observed_until)))),
      subject_width_(0),
      text_width_(0),
      rules_end_(0),
      color_(options.color),
      several_pods_(header.pods.size() > 1 || (header.pods.empty() && header.makes_pods)),
      several_jobs_(several_jobs) {
  for (const PodOutline& pod : header.pods) widest_subject_ = std::max(widest_subject_, widest_subject(pod, several_pods_));
  lay_out();
}

void RecordList::lay_out() {
  subject_width_ = std::min({widest_subject_, kSubjectWidest, width_ / 4});
  const std::size_t before = time_width_ + 2 + subject_width_ + 2 + 2;
  text_width_ = std::max(width_ - std::min(width_, before), kTextNarrowest);
  rules_end_ = std::min(width_, before + kTextAndRuleWidest);
}

std::string RecordList::lines_of(const TraceRecord& record) {
  std::string text;
  if (const auto* made = std::get_if<PodMadeObservation>(&record.observation)) {  // one that the header may not know
    widest_subject_ = std::max(widest_subject_, widest_subject(made->pod, several_pods_));
    lay_out();
  }
  if (const auto* job = std::get_if<JobObservation>(&record.observation)) {
    if (first_job_.empty()) first_job_ = job->name;
    several_jobs_ = several_jobs_ || job->name != first_job_;
  }
  for (const StoryLine& line : storyteller_.tell(record)) text += render(line);
  return text;
}

std::string RecordList::render(const StoryLine& line) const {
  const std::size_t text_at = time_width_ + 2 + subject_width_ + 2 + 2;
  const std::string time = line.goes_on ? "" : format_instant(line.at);
  const Sign sign = sign_of(line.news);
  const std::string rule = line.rule.empty() ? "" : "[" + line.rule + "]";
  Line out;
  out.pad_to(time_width_ - std::min(time_width_, text_width(time))).add(time, Style::Faint).pad_to(time_width_ + 2);
  const std::string subject = subject_of(line, several_pods_, several_jobs_);
  out.add(several_pods_ ? shortened_front(subject, subject_width_) : shortened(subject, subject_width_));
  out.pad_to(time_width_ + 2 + subject_width_ + 2);
  out.add(sign.glyph, sign.style).pad_to(text_at);
  const std::vector<std::string> rows = wrapped(line.text, text_width_);
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) {
      text += out.finish(color_);
      out = Line{};
      out.pad_to(text_at);
    }
    out.add(rows[i], text_style(line.news));
  }
  if (rule.empty()) return text + out.finish(color_);
  // Rules end in one column, beside the text or on a line of their own.
  const std::size_t rule_width = text_width(rule);
  if (out.width() + 2 + rule_width > std::max(rules_end_, width_)) {
    text += out.finish(color_);
    out = Line{};
  } else {
    out.pad_to(out.width() + 2);
  }
  out.pad_to(rules_end_ - std::min(rules_end_, rule_width));
  return text + out.add(rule, Style::Faint).finish(color_);
}

std::string render_title(const TraceHeader& header, const RunNotes& notes, const TimelineOptions& options) {
  const bool simulated = header.source == "podlapse";
  std::string title = notes.title;
  if (title.empty() && header.pods.size() == 1 && !header.pods.front().name.empty())
    title = "Pod " + header.pods.front().name;
  if (title.empty()) title = header.case_name.empty() ? "trace" : header.case_name;
  std::string origin = simulated ? "simulated" : "recorded from " + header.source;
  if (!header.version.empty()) origin += (simulated ? ", Kubernetes " : " ") + header.version;
  for (const FeatureGateSetting& gate : header.feature_gates) origin += ", " + gate.name + (gate.value ? "=true" : "=false");
  if (!simulated && !header.runtime.empty()) origin += ", " + header.runtime;
  if (header.ideal_latency) origin += ", without latencies";
  if (header.seed) origin += ", seed " + std::to_string(*header.seed);
  const std::size_t width = options.columns();
  Line line;
  line.add(title, Style::Strong);
  std::string text;
  if (line.width() + 2 + text_width(origin) > width) {
    text += line.finish(options.color);
    line = Line{};
  } else {
    line.add("  ");
  }
  text += line.add(origin, Style::Faint).finish(options.color);
  if (notes.what.empty()) return text;
  for (const std::string& row : wrapped(notes.what, width)) text += Line{}.add(row).finish(options.color);
  return text;
}

namespace {

bool has_several_jobs(const Trace& trace) {
  const std::string* first = nullptr;
  for (const TraceRecord& record : trace.records) {
    const auto* job = std::get_if<JobObservation>(&record.observation);
    if (job == nullptr) continue;
    if (first == nullptr) first = &job->name;
    if (*first != job->name) return true;
  }
  return false;
}

}  // namespace

std::string render_timeline(const Trace& trace, const RunNotes& notes, const TimelineOptions& options) {
  std::string text = render_title(trace.header, notes, options) + "\n";
  if (options.lanes) text += render_lanes(trace, options) + "\n";
  RecordList list{trace.header, options, has_several_jobs(trace)};
  for (const TraceRecord& record : trace.records) text += list.lines_of(record);
  return text + "\n" + render_summary(trace, notes, options);
}

}  // namespace podlapse
