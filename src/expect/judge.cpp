#include "podlapse/expect/judge.hpp"

#include <algorithm>
#include <utility>

#include "history.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/report/columns.hpp"

namespace podlapse {

namespace {

/// "2.310s"
std::string text_of(SimDuration span) { return format_seconds(span, 3) + "s"; }
std::string text_of(SimTime at) { return text_of(at.time_since_epoch()); }

/// The term without its first, last or every: what one instant is called.
std::string name_of(Term term) {
  term.pick = Term::Pick::First;
  return to_string(term);
}

class Judge {
 public:
  Judge(const Trace& trace, bool cut) : history_(trace), cut_(cut) {}

  Verdict operator()(const OrderExpectation& order);
  Verdict operator()(const SpanExpectation& span);
  Verdict operator()(const CountExpectation& count);
  Verdict operator()(const NeverExpectation& never);
  Verdict operator()(const AlwaysExpectation& always);
  Verdict operator()(const EventuallyExpectation& eventually);
  Verdict operator()(const WhileExpectation& given);
  Verdict operator()(const CoversExpectation& covers);
  Verdict operator()(const StateExpectation& state);

 private:
  [[nodiscard]] Verdict held() { return {true, RuleId::None, {}, std::move(sightings_)}; }
  [[nodiscard]] Verdict failed(std::string text) { return {false, RuleId::None, std::move(text), std::move(sightings_)}; }
  /// "by the end of the run at 12.3s", and whether it was cut.
  [[nodiscard]] std::string by_the_end() const {
    return "until the run " + std::string{cut_ ? "was cut" : "ended"} + " at " + text_of(history_.end());
  }
  void see(const Instant& at, std::string text) {
    const std::vector<TraceRecord>& records = history_.trace().records;
    if (at.index >= records.size()) return;
    const TraceRecord& record = records[at.index];
    sightings_.push_back({at.at, std::move(text), record.rule, record.seq});
  }
  void see_all(const Term& term, const std::vector<Instant>& instants);

  [[nodiscard]] Verdict judge_step(const Term& before, const Term& after);
  [[nodiscard]] Verdict judge_since_creation(const SpanExpectation& span);
  [[nodiscard]] Verdict judge_between(const SpanExpectation& span);
  /// The first instant at which `given` holds and `then` does not; for `always`, `given` holds from the creation on.
  [[nodiscard]] std::optional<Interval> first_gap(const std::vector<Interval>& given, const Condition& then) const;
  [[nodiscard]] std::vector<Interval> life_of(const Condition& condition) const;
  [[nodiscard]] Verdict judge_condition_at(const Condition& condition, SimTime at);
  [[nodiscard]] Verdict judge_columns(const StateExpectation& state, SimTime at);

  History history_;
  bool cut_;
  std::vector<Sighting> sightings_;
};

/// Those of `all` that the term's first, last or every means.
std::vector<Instant> picked(const Term& term, const std::vector<Instant>& all) {
  if (all.empty() || term.pick == Term::Pick::Every) return all;
  return {term.pick == Term::Pick::Last ? all.back() : all.front()};
}

void Judge::see_all(const Term& term, const std::vector<Instant>& instants) {
  constexpr std::size_t kMost = 6;  // of one kind: enough to see what goes on
  for (std::size_t i = 0; i < std::min(instants.size(), kMost); ++i) see(instants[i], name_of(term));
}

Verdict Judge::judge_step(const Term& before, const Term& after) {
  const std::vector<Instant> all_before = history_.instants(before), all_after = history_.instants(after);
  const std::vector<Instant> first = picked(before, all_before), second = picked(after, all_after);
  see_all(before, first);
  see_all(after, second);
  if (all_before.empty()) return failed(name_of(before) + " did not happen " + by_the_end());
  if (all_after.empty()) return failed(name_of(after) + " did not happen " + by_the_end());
  // Every one of them: the latest of those before, and the earliest of those after.
  if (first.back() < second.front()) return held();
  const bool together = first.back().at == second.front().at;
  const std::string how_far = together ? "together with " : text_of(first.back().at - second.front().at) + " after ";
  return failed(name_of(before) + " came at " + text_of(first.back().at) + ", " + how_far + name_of(after) +
                (together ? "" : " at " + text_of(second.front().at)));
}

Verdict Judge::operator()(const OrderExpectation& order) {
  for (std::size_t i = 0; i + 1 < order.chain.size(); ++i) {
    Verdict verdict = judge_step(order.chain[i], order.chain[i + 1]);
    if (!verdict.held) return verdict;
    if (i + 2 == order.chain.size()) return verdict;
    sightings_.clear();
  }
  return held();
}

Verdict Judge::judge_since_creation(const SpanExpectation& span) {
  const std::vector<Instant> all = history_.instants(span.to), instants = picked(span.to, all);
  const SimTime created = history_.created(span.to);
  see_all(span.to, instants);
  if (all.empty()) return failed(name_of(span.to) + " did not happen " + by_the_end());
  for (const Instant& at : instants) {
    if (span.bounds.contains(at.at - created)) continue;
    return failed(name_of(span.to) + " came at " + text_of(at.at) +
                  (created == kTimeZero ? "" : ", " + text_of(at.at - created) + " after its Pod's creation"));
  }
  return held();
}

Verdict Judge::judge_between(const SpanExpectation& span) {
  const std::vector<Instant> all_from = history_.instants(*span.from), all_to = history_.instants(span.to);
  const std::vector<Instant> from = picked(*span.from, all_from);
  see_all(*span.from, from);
  if (all_from.empty()) return failed(name_of(*span.from) + " did not happen " + by_the_end());
  for (const Instant& begin : from) {
    const auto next = std::find_if(all_to.begin(), all_to.end(), [&](const Instant& at) { return begin < at; });
    if (next == all_to.end()) {
      see_all(span.to, picked(span.to, all_to));
      return failed(name_of(span.to) + " did not happen after " + name_of(*span.from) + " at " + text_of(begin.at) + ", " +
                    by_the_end());
    }
    const Instant& end = span.to.pick == Term::Pick::Last ? all_to.back() : *next;
    see(end, name_of(span.to));
    if (!span.bounds.contains(end.at - begin.at)) {
      return failed("from " + name_of(*span.from) + " at " + text_of(begin.at) + " to " + name_of(span.to) + " at " +
                    text_of(end.at) + " it took " + text_of(end.at - begin.at));
    }
  }
  return held();
}

Verdict Judge::operator()(const SpanExpectation& span) {
  return span.from ? judge_between(span) : judge_since_creation(span);
}

Verdict Judge::operator()(const CountExpectation& count) {
  const std::vector<Instant> all = history_.instants(count.term);
  const auto times = static_cast<std::int64_t>(all.size());
  see_all(count.term, all);
  const bool few = times < count.least, many = count.most && times > *count.most;
  if (!few && !many) return held();
  const std::string often = times == 1 ? "once" : std::to_string(times) + " times";
  return failed(name_of(count.term) + " happened " + often + " " + by_the_end());
}

Verdict Judge::operator()(const NeverExpectation& never) {
  const std::vector<Interval> spans = history_.intervals(never.what);
  const std::vector<Interval> seen = common(spans, life_of(never.what));
  if (seen.empty()) return held();
  see(seen.front().begin, to_string(never.what));
  return failed(to_string(never.what) + " at " + text_of(seen.front().begin.at));
}

/// From the creation of what a condition speaks of to the end of the run.
std::vector<Interval> Judge::life_of(const Condition& condition) const {
  const std::vector<TraceRecord>& records = history_.trace().records;
  std::vector<Interval> life;
  for (const std::vector<Atom>& all_of : condition.any_of) {
    for (const Atom& atom : all_of) {
      const std::vector<std::uint64_t> mine = history_.records_of(atom.term);
      const auto shown = std::find_if(mine.begin(), mine.end(), [&](std::uint64_t index) {
        return std::holds_alternative<StatusObservation>(records[index].observation) ||
               std::holds_alternative<JobObservation>(records[index].observation);
      });
      if (shown != mine.end()) life = united(std::move(life), {{{records[*shown].at, *shown}, std::nullopt}});
    }
  }
  return life;
}

std::optional<Interval> Judge::first_gap(const std::vector<Interval>& given, const Condition& then) const {
  const std::vector<Interval> gaps = common(given, complement(history_.intervals(then)));
  for (const Interval& gap : gaps) {
    // Two things of one instant are not apart: what follows from the other comes in the next record.
    if (!gap.end || gap.end->at > gap.begin.at) return gap;
  }
  return std::nullopt;
}

Verdict Judge::operator()(const AlwaysExpectation& always) {
  const auto gap = first_gap(life_of(always.what), always.what);
  if (!gap) return held();
  see(gap->begin, "not: " + to_string(always.what));
  return failed("it did not hold from " + text_of(gap->begin.at) +
                (gap->end ? " to " + text_of(gap->end->at) : " on, " + by_the_end()));
}

Verdict Judge::operator()(const EventuallyExpectation& eventually) {
  const std::vector<Interval> seen = common(history_.intervals(eventually.what), life_of(eventually.what));
  if (seen.empty()) return failed("it did not come to that " + by_the_end());
  see(seen.front().begin, to_string(eventually.what));
  return held();
}

Verdict Judge::operator()(const WhileExpectation& given) {
  const std::vector<Interval> spans = common(history_.intervals(given.given), life_of(given.given));
  if (spans.empty()) return failed(to_string(given.given) + " never held, so this says nothing");
  const auto gap = first_gap(spans, given.then);
  see(spans.front().begin, to_string(given.given));
  if (!gap) return held();
  see(gap->begin, "not: " + to_string(given.then));
  return failed(to_string(given.then) + " did not hold from " + text_of(gap->begin.at) +
                (gap->end ? " to " + text_of(gap->end->at) : " on, " + by_the_end()));
}

Verdict Judge::operator()(const CoversExpectation& covers) {
  const std::vector<Interval> covered = history_.intervals(covers.covered);
  if (covered.empty()) return failed(covers.covered.container + " never ran, so this says nothing");
  const std::vector<Interval> gaps = common(covered, complement(history_.intervals(covers.cover)));
  SimDuration uncovered{};
  for (const Interval& gap : gaps) uncovered += (gap.end ? gap.end->at : history_.end()) - gap.begin.at;
  if (uncovered <= covers.except) return held();
  const Interval* longest = nullptr;
  for (const Interval& gap : gaps) {
    see(gap.begin, covers.covered.container + " runs without " + covers.cover.container);
    const auto length = [this](const Interval& one) { return (one.end ? one.end->at : history_.end()) - one.begin.at; };
    if (longest == nullptr || length(gap) > length(*longest)) longest = &gap;
  }
  return failed(covers.covered.container + " ran without " + covers.cover.container + " for " + text_of(uncovered) +
                (gaps.size() == 1 ? ", from " : ", the longest from ") + text_of(longest->begin.at) + " to " +
                text_of(longest->end ? longest->end->at : history_.end()));
}

Verdict Judge::judge_condition_at(const Condition& condition, SimTime at) {
  if (holds_at(history_.intervals(condition), at)) return held();
  std::string values;
  for (const std::vector<Atom>& all_of : condition.any_of) {
    for (const Atom& atom : all_of) {
      std::int64_t value = 0;
      bool known = false;
      if (!atom.comparison) continue;
      for (const Step& step : history_.steps(atom.term)) {
        if (step.since.at > at) break;
        value = step.value;
        known = true;
        sightings_.clear();
        see(step.since, name_of(atom.term) + " becomes " + std::to_string(value));
      }
      values += (values.empty() ? "" : ", ") + name_of(atom.term) + " was " + (known ? std::to_string(value) : "not known");
    }
  }
  return failed((values.empty() ? "it did not hold" : values) + " at " + text_of(at));
}

/// What `kubectl get pods` shows of a status, by the names of columns.
std::string column_of(const std::string& name, const PodRow& row, WallTime now) {
  const PodColumns cells = columns(row, now);
  if (name == "status") return cells.status;
  if (name == "ready") return cells.ready;
  if (name == "restarts") return cells.restarts.substr(0, cells.restarts.find(' '));
  if (name == "phase") return row.status.phase;
  return row.status.reason;
}

Verdict Judge::judge_columns(const StateExpectation& state, SimTime at) {
  Term pod;
  pod.property = Property::PodPhase;
  pod.pod = state.pod;
  pod.made_of_template = state.made_of_template;
  const Trace& trace = history_.trace();
  const TraceRecord* shown = nullptr;
  bool gone = false;
  for (const std::uint64_t index : history_.records_of(pod)) {
    const TraceRecord& record = trace.records[index];
    if (record.at > at) break;
    if (std::holds_alternative<StatusObservation>(record.observation)) shown = &record;
    if (std::holds_alternative<DeletedObservation>(record.observation)) gone = true;
  }
  if (shown == nullptr) return failed("there was no Pod yet at " + text_of(at));
  const auto& seen = std::get<StatusObservation>(shown->observation);
  PodRow row;
  for (const PodOutline& one : trace.header.pods) {
    if (one.name == shown->pod || row.pod.containers.empty()) row.pod = one;
  }
  row.status = seen.status;
  row.deleting = seen.deleting.has_value();
  sightings_.push_back({shown->at, "the status shown then", shown->rule, shown->seq});
  // A Pod that is gone is shown by nobody; what its last status was can be asked for at the end alone.
  if (gone && state.at) return failed("the Pod was gone at " + text_of(at));
  std::string differing;
  for (const StateExpectation::Column& column : state.columns) {
    const std::string value = column_of(column.name, row, WallTime{});
    if (value != column.value) differing += (differing.empty() ? "" : ", ") + column.name + " was " + (value.empty() ? "empty" : value);
  }
  return differing.empty() ? held() : failed(differing + " at " + text_of(at));
}

Verdict Judge::operator()(const StateExpectation& state) {
  const SimTime at = state.at ? SimTime{*state.at} : history_.end();
  if (at > history_.end() && cut_) {
    return failed("the run was cut at " + text_of(history_.end()) + ", before " + text_of(at));
  }
  const SimTime seen_at = std::min(at, history_.end());
  if (state.condition) {
    Verdict verdict = judge_condition_at(*state.condition, seen_at);
    if (!verdict.held || state.columns.empty()) return verdict;
  }
  return judge_columns(state, seen_at);
}

}  // namespace

Verdict judge(const Expectation& expectation, const Trace& trace, bool cut) {
  Verdict verdict = std::visit(Judge{trace, cut}, expectation.what);
  verdict.because = rule_of(expectation);
  std::stable_sort(verdict.sightings.begin(), verdict.sightings.end(),
                   [](const Sighting& a, const Sighting& b) { return a.at != b.at ? a.at < b.at : a.seq < b.seq; });
  return verdict;
}

}  // namespace podlapse
