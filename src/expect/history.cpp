#include "history.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "podlapse/model/pod_status.hpp"
#include "podlapse/report/columns.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

constexpr std::int32_t kKilledBySigkill = 128 + 9;

/// True for records about a Pod, false for those about a Job or about the node.
bool is_about_pod(const TraceRecord& record) {
  if (std::holds_alternative<JobObservation>(record.observation)) return false;
  const auto* event = std::get_if<EventObservation>(&record.observation);
  return event == nullptr || event->event.object_kind == "Pod";
}

/// Whom a record is about: a Pod, or a Job by its own name where the record has it.
const std::string& subject_of(const TraceRecord& record) {
  const auto* job = std::get_if<JobObservation>(&record.observation);
  return job != nullptr && !job->name.empty() ? job->name : record.pod;
}

bool names_pod(const Term& term, const std::string& name) {
  if (term.pod.empty() || name.empty()) return true;
  if (!term.made_of_template) return name == term.pod;
  return name == term.pod || name.rfind(term.pod + "-", 0) == 0;
}

struct ProbeWord {
  ProbeKind kind;
  bool ok;
};

std::optional<ProbeWord> probe_word(Property property) {
  if (property == Property::StartupPassed) return ProbeWord{ProbeKind::Startup, true};
  if (property == Property::StartupFailed) return ProbeWord{ProbeKind::Startup, false};
  if (property == Property::ReadinessPassed) return ProbeWord{ProbeKind::Readiness, true};
  if (property == Property::ReadinessFailed) return ProbeWord{ProbeKind::Readiness, false};
  if (property == Property::LivenessPassed) return ProbeWord{ProbeKind::Liveness, true};
  if (property == Property::LivenessFailed) return ProbeWord{ProbeKind::Liveness, false};
  return std::nullopt;
}

struct HookWord {
  HookObservation::Hook hook;
  HookObservation::What what;
};

std::optional<HookWord> hook_word(Property property) {
  using Hook = HookObservation::Hook;
  using What = HookObservation::What;
  if (property == Property::PostStartStarted) return HookWord{Hook::PostStart, What::Start};
  if (property == Property::PostStartEnded) return HookWord{Hook::PostStart, What::End};
  if (property == Property::PreStopStarted) return HookWord{Hook::PreStop, What::Start};
  if (property == Property::PreStopEnded) return HookWord{Hook::PreStop, What::End};
  return std::nullopt;
}

bool is_moment_of(const Term& term, const ContainerObservation& seen) {
  if (!term.container.empty() && seen.container != term.container) return false;
  if (term.attempt && seen.attempt != *term.attempt) return false;
  const bool exited = seen.what == ContainerObservation::What::Exited;
  if (term.property == Property::Started) return seen.what == ContainerObservation::What::Started;
  if (term.property == Property::Restarted) return seen.what == ContainerObservation::What::Started && seen.attempt > 0;
  if (term.property == Property::Exited) return exited && (!term.exit_code || seen.exit_code == term.exit_code);
  if (term.property == Property::Sigterm) return seen.what == ContainerObservation::What::Term;
  if (term.property == Property::Sigkill) return exited && seen.exit_code == kKilledBySigkill;
  return false;
}

/// True when `record` is itself what `term`, a moment, means.
bool is_moment(const Term& term, const TraceRecord& record) {
  if (const auto* seen = std::get_if<ContainerObservation>(&record.observation)) return is_moment_of(term, *seen);
  if (const auto* seen = std::get_if<ProbeObservation>(&record.observation)) {
    const auto word = probe_word(term.property);
    return word && word->kind == seen->probe && word->ok == seen->ok && (term.container.empty() || seen->container == term.container);
  }
  if (const auto* seen = std::get_if<HookObservation>(&record.observation)) {
    const auto word = hook_word(term.property);
    return word && word->hook == seen->hook && word->what == seen->what && (term.container.empty() || seen->container == term.container);
  }
  if (const auto* seen = std::get_if<EventObservation>(&record.observation)) {
    return term.property == Property::Event && seen->event.reason == term.argument &&
           (term.container.empty() || seen->event.container == term.container);
  }
  return false;
}

bool has_condition(const std::vector<PodCondition>& conditions, std::string_view type) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [type](const PodCondition& one) { return one.type == type && one.status == "True"; });
}

bool shows(const Term& term, ContainerState::Kind kind, const ContainerState& state) {
  return state.kind == kind && (term.argument.empty() || state.reason == term.argument);
}

/// Whether `seen`, a Pod's status, shows the state `term`.
bool shows_state(const Term& term, const StatusObservation& seen, const PodOutline& outline) {
  const PodStatus& status = seen.status;
  switch (property_row(term.property).subject) {
    case Subject::Container: {
      const ContainerStatus* one = find_container_status(status, term.container);
      if (one == nullptr) return false;
      if (term.property == Property::Ready) return one->ready;
      if (term.property == Property::Image) return normalized_image(one->image) == normalized_image(term.argument);
      if (term.property == Property::ContainerMessage) return one->state.message == term.argument;
      if (term.property == Property::LastState) return shows(term, ContainerState::Kind::Terminated, one->last_state);
      const bool waiting = term.property == Property::Waiting;
      return shows(term, waiting ? ContainerState::Kind::Waiting : ContainerState::Kind::Terminated, one->state);
    }
    case Subject::Pod:
      if (term.property == Property::PodPhase) return status.phase == term.argument;
      if (term.property == Property::PodSucceeded) return status.phase == "Succeeded";
      if (term.property == Property::PodFailed) return status.phase == "Failed";
      if (term.property == Property::PodReason) return status.reason == term.argument;
      if (term.property == Property::PodCondition) return has_condition(status.conditions, term.argument);
      if (term.property == Property::PodReady) return has_condition(status.conditions, "Ready");
      if (term.property == Property::PodInitialized) return has_condition(status.conditions, "Initialized");
      if (term.property == Property::PodDeleting) return seen.deleting.has_value();
      if (term.property == Property::PodStatusColumn) {
        return status_column(outline, status, seen.deleting.has_value()).value == term.argument;
      }
      return false;
    case Subject::Job:
    case Subject::Event:
      return false;
  }
  return false;
}

bool shows_job_state(const Term& term, const JobObservation& job) {
  if (term.property == Property::JobComplete) return has_condition(job.conditions, "Complete");
  if (term.property == Property::JobHasFailed) return has_condition(job.conditions, "Failed");
  return has_condition(job.conditions, term.argument);
}

std::int64_t job_number(Property property, const JobObservation& job) {
  if (property == Property::JobActive) return job.active;
  if (property == Property::JobReady) return job.ready;
  if (property == Property::JobSucceeded) return job.succeeded;
  if (property == Property::JobFailed) return job.failed;
  return job.terminating;
}

std::int64_t restarts_in(const PodStatus& status) {
  std::int64_t sum = 0;
  for (const auto* list : {&status.init_container_statuses, &status.container_statuses}) {
    for (const ContainerStatus& one : *list) sum += one.restart_count;
  }
  return sum;
}

/// The spans in which something holds that is switched on and off.
class Switch {
 public:
  void set(bool on, Instant at) {
    if (on == on_) return;
    on_ = on;
    if (on) {
      spans_.push_back({at, std::nullopt});
    } else {
      spans_.back().end = at;
    }
  }
  [[nodiscard]] std::vector<Interval> take() { return std::move(spans_); }

 private:
  bool on_ = false;
  std::vector<Interval> spans_;
};

/// A moment: a span without length.
bool is_point(const Interval& span) { return span.end && !(span.begin < *span.end); }

bool contains(const Interval& span, const Instant& at) {
  if (at < span.begin) return false;
  return !span.end || at < *span.end || is_point(span);
}

bool ends_before(const std::optional<Instant>& a, const std::optional<Instant>& b) {
  if (!a) return false;
  return !b || *a < *b;
}

}  // namespace

SimTime History::end() const {
  const SimTime last = trace_.records.empty() ? kTimeZero : trace_.records.back().at;
  return std::max(last, SimTime{trace_.header.observed_until});
}

std::vector<std::uint64_t> History::records_of(const Term& term) const {
  const bool of_job = property_row(term.property).subject == Subject::Job;
  std::vector<std::uint64_t> indices;
  std::vector<std::string> pods;  // in the order of appearance
  for (std::uint64_t index = 0; index < trace_.records.size(); ++index) {
    const TraceRecord& record = trace_.records[index];
    const bool of_pod = is_about_pod(record);
    if (term.property == Property::Event && !of_pod && term.pod.empty() && !term.pod_number) indices.push_back(index);
    if (of_pod == of_job || !names_pod(term, subject_of(record))) continue;
    if (term.pod_number && !of_job) {
      auto known = std::find(pods.begin(), pods.end(), record.pod);
      const bool appears = known == pods.end() && std::holds_alternative<StatusObservation>(record.observation);
      if (appears) known = pods.insert(pods.end(), record.pod);
      if (known == pods.end() || known - pods.begin() != *term.pod_number) continue;
    }
    indices.push_back(index);
  }
  return indices;
}

SimTime History::created(const Term& term) const {
  for (const std::uint64_t index : records_of(term)) {
    const TraceRecord& record = trace_.records[index];
    const bool shown = std::holds_alternative<StatusObservation>(record.observation) ||
                       std::holds_alternative<JobObservation>(record.observation);
    if (shown) return record.at;
  }
  return kTimeZero;
}

std::vector<Instant> History::instants(const Term& term) const {
  std::vector<Instant> found;
  if (property_row(term.property).kind == PropertyRow::Kind::State) {
    for (const Interval& span : intervals(term)) found.push_back(span.begin);
    return found;
  }
  std::map<std::string, bool> created;
  for (const std::uint64_t index : records_of(term)) {
    const TraceRecord& record = trace_.records[index];
    const bool first_status = std::holds_alternative<StatusObservation>(record.observation) && !created[record.pod];
    if (first_status) created[record.pod] = true;
    if (term.property == Property::PodCreated ? first_status : is_moment(term, record)) found.push_back({record.at, index});
  }
  return found;
}

std::vector<Interval> History::intervals(const Term& term) const {
  if (property_row(term.property).kind == PropertyRow::Kind::Moment) {
    std::vector<Interval> spans;
    for (const Instant& at : instants(term)) spans.push_back({at, at});
    return spans;
  }
  const bool of_job = property_row(term.property).subject == Subject::Job;
  std::map<std::string, Switch> by_pod;
  for (const std::uint64_t index : records_of(term)) {
    const TraceRecord& record = trace_.records[index];
    const Instant at{record.at, index};
    Switch& state = by_pod[subject_of(record)];
    if (const auto* job = std::get_if<JobObservation>(&record.observation)) {
      if (of_job) state.set(shows_job_state(term, *job), at);
    } else if (const auto* seen = std::get_if<ContainerObservation>(&record.observation)) {
      const bool mine = term.property == Property::Running && (term.container.empty() || seen->container == term.container);
      if (mine && seen->what != ContainerObservation::What::Term) {
        state.set(seen->what == ContainerObservation::What::Started, at);
      }
    } else if (std::holds_alternative<DeletedObservation>(record.observation)) {
      if (term.property != Property::Running) state.set(term.property == Property::PodGone, at);
    } else if (const auto* status = std::get_if<StatusObservation>(&record.observation)) {
      if (term.property == Property::Running || term.property == Property::PodGone) continue;
      const auto outline = std::find_if(trace_.header.pods.begin(), trace_.header.pods.end(),
                                        [&](const PodOutline& one) { return one.name == record.pod; });
      const bool known = outline != trace_.header.pods.end();
      const PodOutline& pod = known ? *outline : trace_.header.pods.empty() ? PodOutline{} : trace_.header.pods.front();
      state.set(shows_state(term, *status, pod), at);
    }
  }
  std::vector<Interval> spans;
  for (auto& [pod, state] : by_pod) spans = united(std::move(spans), state.take());
  return spans;
}

std::vector<Step> History::steps(const Term& term) const {
  std::map<std::string, std::int64_t> by_pod;
  std::vector<Step> steps;
  for (const std::uint64_t index : records_of(term)) {
    const TraceRecord& record = trace_.records[index];
    std::optional<std::int64_t> value;
    if (const auto* job = std::get_if<JobObservation>(&record.observation)) {
      value = job_number(term.property, *job);
    } else if (const auto* seen = std::get_if<StatusObservation>(&record.observation)) {
      if (term.property == Property::PodRestarts) value = restarts_in(seen->status);
      const ContainerStatus* one = find_container_status(seen->status, term.container);
      if (term.property == Property::Restarts) value = one != nullptr ? one->restart_count : 0;
    } else if (const auto* ended = std::get_if<ContainerObservation>(&record.observation)) {
      const bool mine = ended->what == ContainerObservation::What::Exited && ended->container == term.container;
      if (term.property == Property::ExitCode && mine) value = ended->exit_code;
    }
    if (!value) continue;
    by_pod[subject_of(record)] = *value;
    std::int64_t sum = 0;
    for (const auto& [pod, one] : by_pod) sum += one;
    if (term.property == Property::ExitCode) sum = *value;
    if (steps.empty() || steps.back().value != sum) steps.push_back({{record.at, index}, sum});
  }
  return steps;
}

std::vector<Interval> History::intervals(const Atom& atom) const {
  std::vector<Interval> spans;
  if (!atom.comparison) {
    spans = intervals(atom.term);
  } else {
    Switch state;
    for (const Step& step : steps(atom.term)) state.set(holds(step.value, *atom.comparison, atom.number), step.since);
    spans = state.take();
  }
  return atom.negated ? complement(spans) : spans;
}

std::vector<Interval> History::intervals(const Condition& condition) const {
  std::vector<Interval> any;
  for (const std::vector<Atom>& all_of : condition.any_of) {
    std::vector<Interval> all{{Instant{}, std::nullopt}};
    for (const Atom& atom : all_of) all = common(all, intervals(atom));
    any = united(std::move(any), all);
  }
  return any;
}

bool holds_at(const std::vector<Interval>& intervals, SimTime at) {
  return std::any_of(intervals.begin(), intervals.end(), [at](const Interval& span) {
    return span.begin.at <= at && (!span.end || at < span.end->at || span.end->at == span.begin.at);
  });
}

std::vector<Interval> united(std::vector<Interval> a, const std::vector<Interval>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end(), [](const Interval& x, const Interval& y) { return x.begin < y.begin; });
  std::vector<Interval> result;
  for (const Interval& span : a) {
    const bool touches = !result.empty() && (!result.back().end || !(*result.back().end < span.begin));
    if (!touches) {
      result.push_back(span);
    } else if (ends_before(result.back().end, span.end)) {
      result.back().end = span.end;
    }
  }
  return result;
}

std::vector<Interval> common(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> result;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Instant begin = a[i].begin < b[j].begin ? b[j].begin : a[i].begin;
    const bool first_ends = ends_before(a[i].end, b[j].end);
    const std::optional<Instant>& end = first_ends ? a[i].end : b[j].end;
    const bool has_length = !end || begin < *end;
    if (has_length || (is_point(a[i]) && contains(b[j], begin)) || (is_point(b[j]) && contains(a[i], begin))) {
      result.push_back({begin, end});
    }
    ++(first_ends ? i : j);
  }
  return result;
}

std::vector<Interval> complement(const std::vector<Interval>& spans) {
  std::vector<Interval> result;
  std::optional<Instant> from = Instant{};
  for (const Interval& span : spans) {
    if (from && *from < span.begin) result.push_back({*from, span.begin});
    from = span.end;
    if (!from) break;
  }
  if (from) result.push_back({*from, std::nullopt});
  return result;
}

}  // namespace podlapse
