#include "podlapse/report/conformance.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "conformance_paths.hpp"
#include "conformance_run.hpp"
#include "podlapse/base/check.hpp"

namespace podlapse {
namespace {

using namespace conformance;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SimDuration kMargin = seconds{2};         ///< before the end of the observation, where nothing is judged
constexpr SimDuration kClearlyBefore = milliseconds{750};
constexpr SimDuration kTolerance = milliseconds{1500};
constexpr std::int64_t kTolerancePart = 50;         ///< 2 % of the time that has passed
/// A time cut to the second, read in its middle, is half a second off at most; so is the clock it comes from, by the seconds
/// that are known of it.
constexpr SimDuration kSecondsCut = seconds{1};
constexpr SimDuration kBackoffWait = seconds{8};    ///< a longer wait for a restart is a back-off

/// Events whose number depends on when syncs, pulls or probes happened to fall.
constexpr std::array<std::string_view, 8> kLooselyCounted = {
    "BackOff", "Unhealthy", "ProbeWarning", "DeadlineExceeded", "Failed", "Pulling", "FailedCreatePodSandBox",
    "FailedKillPod"};

SimDuration tolerance_at(SimDuration time) { return kTolerance + time / kTolerancePart; }

bool within(SimDuration time, const TimeRange& range, SimDuration tolerance) {
  return range.least - tolerance <= time && time <= range.most + tolerance;
}

void extend(std::optional<TimeRange>& range, SimDuration time) {
  if (!range) range = TimeRange{time, time};
  range->least = std::min(range->least, time);
  range->most = std::max(range->most, time);
}

Disagreement::Side at(SimDuration time) { return {{}, TimeRange{time, time}}; }
Disagreement::Side at(const TimeRange& range) { return {{}, range}; }
Disagreement::Side shows(std::string text) { return {std::move(text), std::nullopt}; }

/// The value of `key`, or of its kind an empty one.
template <class Map>
typename Map::mapped_type value_or_empty(const Map& map, const typename Map::key_type& key) {
  const auto entry = map.find(key);
  return entry == map.end() ? typename Map::mapped_type{} : entry->second;
}

/// The keys of several maps.
template <class Map>
std::set<typename Map::key_type> keys_of(const Map& first, const std::vector<Map>& others) {
  std::set<typename Map::key_type> keys;
  for (const auto& [key, value] : first) keys.insert(key);
  for (const Map& map : others) {
    for (const auto& [key, value] : map) keys.insert(key);
  }
  return keys;
}

SimDuration end_of(const Trace& trace) {
  using namespace std::chrono;
  const SimDuration told = trace.header.observed_until;
  if (told == SimDuration{} && !trace.records.empty()) return time_of(trace.records.back());
  return round<milliseconds>(told);
}

bool shows_backoff(const Trace& trace) {
  return std::any_of(trace.records.begin(), trace.records.end(), [](const TraceRecord& record) {
    const auto* seen = std::get_if<EventObservation>(&record.observation);
    return seen != nullptr && seen->event.reason == "BackOff";
  });
}

/// A back-off that ends after `wait` at the earliest had at least this delay: a step of the kubelet's doubling.
SimDuration backoff_step(SimDuration wait) {
  SimDuration step{};
  for (const int delay : {10, 20, 40, 80, 160, 300}) {
    if (seconds{delay} <= wait + milliseconds{300}) step = seconds{delay};
  }
  return step;
}

class Comparison {
 public:
  Comparison(const Trace& simulated, const std::vector<Trace>& recorded) : simulated_(simulated), recorded_(recorded) {
    end_ = end_of(recorded.front());
    for (const Trace& trace : recorded) {
      end_ = std::min(end_, end_of(trace));
      backoff_ = backoff_ || shows_backoff(trace);
      agreement_.by_status = agreement_.by_status || trace.header.sight != Sight::Processes;
      agreement_.events_judged = agreement_.events_judged && trace.header.events_seen;
    }
    if (agreement_.by_status || !agreement_.events_judged) agreement_.limited_by = RuleId::ConformUnseen;
    for (const Trace& trace : recorded) {
      recorded_moments_.push_back(agreement_.by_status ? shown_moments_of(trace) : moments_of(trace.records));
    }
    moments_ = moments_of(simulated.records);
    own_waits_ = restart_waits(moments_, true);
    if (agreement_.by_status) keep_what_is_shown();
    for (const Trace& trace : recorded) recorded_paths_.push_back(paths_of(trace.records, end_));
    paths_ = paths_of(simulated.records, end_);
    find_spread();
  }

  Agreement compare() && {
    lifecycle();
    order();
    times();
    backoff_times();
    statuses();
    dwell();
    if (agreement_.events_judged) events();
    final_state();
    return std::move(agreement_);
  }

 private:
  /// Leaves those moments of the simulation that its own statuses show.
  void keep_what_is_shown() {
    const Moments shown = shown_moments_of(simulated_);
    for (auto moment = moments_.begin(); moment != moments_.end();) {
      moment = shown.count(moment->first) > 0 ? std::next(moment) : moments_.erase(moment);
    }
    seconds_ = kSecondsCut;
  }

  /// Two restarts between two statuses: what came before the last run was never shown. An end of which no status tells may have
  /// been overwritten by the next run at once (RestartAllContainers does that).
  [[nodiscard]] bool may_be_missed(const Moments& moments, const MomentKey& key) const {
    if (!agreement_.by_status) return false;
    const bool ended = key.what == MomentKey::What::Exited;
    const auto is_later = [&](const auto& moment) {
      const RunKey& run = moment.first.run;
      return run.pod == key.run.pod && run.container == key.run.container && run.attempt >= key.run.attempt + (ended ? 1 : 2);
    };
    const auto is_end = [&key](const auto& moment) {
      const RunKey& run = moment.first.run;
      return moment.first.what == MomentKey::What::Exited && !(run < key.run) && !(key.run < run);
    };
    const bool later = std::any_of(moments.begin(), moments.end(), is_later);
    return later && !(ended && std::any_of(moments.begin(), moments.end(), is_end));
  }

  /// When a moment came in the recorded runs that had it, and what their back-off adds to the tolerance.
  struct Spread {
    TimeRange range;
    std::size_t runs = 0;
    SimDuration slack{};
  };

  void find_spread() {
    for (const Moments& moments : recorded_moments_) {
      const std::vector<Waited> waits = backoff_ ? waits_in_all(moments) : std::vector<Waited>{};
      for (const auto& [key, time] : moments) {
        Spread& spread = spread_.try_emplace(key, Spread{{time, time}, 0, {}}).first->second;
        spread.range = {std::min(spread.range.least, time), std::max(spread.range.most, time)};
        spread.slack = std::max(spread.slack, waited_by(waits, key.run.pod, time) / 2);
        ++spread.runs;
        slack_most_ = std::max(slack_most_, spread.slack);
      }
    }
  }

  [[nodiscard]] bool in_every_run(const Spread& spread) const { return spread.runs == recorded_.size(); }

  void disagree(RuleId check, std::int32_t pod, std::string subject, Disagreement::Side simulated,
                Disagreement::Side recorded) {
    agreement_.disagreements.push_back({check, pod, std::move(subject), std::move(simulated), std::move(recorded)});
  }

  void lifecycle() {
    for (const auto& [key, spread] : spread_) {
      const bool judged = in_every_run(spread) && spread.range.most < end_ - kMargin - spread.slack - seconds_;
      if (!judged || moments_.count(key) > 0 || may_be_missed(moments_, key)) continue;
      disagree(RuleId::ConformLifecycle, key.run.pod, to_string(key), shows("never"), at(spread.range));
    }
    const std::vector<Waited> waits = backoff_ ? waits_in_all(moments_) : std::vector<Waited>{};
    for (const auto& [key, time] : moments_) {
      const SimDuration slack = waited_by(waits, key.run.pod, time) / 2;
      if (spread_.count(key) > 0 || time >= end_ - kMargin - slack - seconds_) continue;
      const auto missed = [this, &own = key](const Moments& moments) { return may_be_missed(moments, own); };
      if (std::any_of(recorded_moments_.begin(), recorded_moments_.end(), missed)) continue;
      disagree(RuleId::ConformLifecycle, key.run.pod, to_string(key), at(time), shows("never"));
    }
  }

  /// A moment that the simulation and all recorded runs have.
  struct Common {
    const MomentKey* key;
    const Spread* spread;
    SimDuration simulated;
    std::vector<SimDuration> recorded;
  };

  [[nodiscard]] std::vector<Common> common_moments() const {
    std::vector<Common> common;
    for (const auto& [key, spread] : spread_) {
      const auto mine = moments_.find(key);
      if (mine == moments_.end() || !in_every_run(spread)) continue;
      Common& moment = common.emplace_back(Common{&key, &spread, mine->second, {}});
      for (const Moments& moments : recorded_moments_) moment.recorded.push_back(moments.at(key));
    }
    return common;
  }

  void order() {
    const std::vector<Common> common = common_moments();
    for (const Common& first : common) {
      for (const Common& second : common) {
        if (first.simulated <= second.simulated || second.spread->range.most >= end_ - kMargin) continue;
        SimDuration apart = second.recorded.front() - first.recorded.front();
        for (std::size_t i = 0; i < first.recorded.size(); ++i) {
          apart = std::min(apart, second.recorded[i] - first.recorded[i]);
        }
        if (apart < kClearlyBefore + seconds_ || apart <= std::max(first.spread->slack, second.spread->slack)) continue;
        disagree(RuleId::ConformOrder, first.key->run.pod, to_string(*first.key) + " before " + to_string(*second.key),
                 shows(both_times(first.simulated, second.simulated)),
                 shows(both_times(first.recorded.front(), second.recorded.front())));
      }
    }
  }

  static std::string both_times(SimDuration first, SimDuration second) {
    return format_seconds(first, 2) + "s, " + format_seconds(second, 2) + "s";
  }

  void times() {
    for (const auto& [key, spread] : spread_) {
      const auto mine = moments_.find(key);
      const SimDuration tolerance = tolerance_at(spread.range.most) + spread.slack + seconds_;
      if (mine == moments_.end() || within(mine->second, spread.range, tolerance)) continue;
      disagree(RuleId::ConformTime, key.run.pod, to_string(key), at(mine->second), at(spread.range));
    }
  }

  /// A wait that is a back-off in every recorded run is one here: not shorter than its step, not much longer.
  void backoff_times() {
    std::vector<std::map<RunKey, SimDuration>> recorded;
    for (const Moments& moments : recorded_moments_) recorded.push_back(restart_waits(moments, true));
    for (const auto& [run, wait] : own_waits_) {
      std::optional<TimeRange> waits;
      std::size_t runs = 0;
      for (const auto& theirs : recorded) {
        const auto entry = theirs.find(run);
        if (entry == theirs.end()) continue;
        extend(waits, entry->second);
        ++runs;
      }
      if (runs < recorded.size() || waits->least <= kBackoffWait) continue;
      const SimDuration step = backoff_step(waits->least + seconds_);
      const SimDuration most = std::max(waits->most, step * 3 / 2) + seconds{2} + step / kTolerancePart;
      if (step - milliseconds{500} - seconds_ <= wait && wait <= most + seconds_) continue;
      const std::string subject = "wait for " + to_string(MomentKey{run, MomentKey::What::Started, {}});
      disagree(RuleId::ConformTime, run.pod, subject, at(wait), at(*waits));
    }
  }

  void statuses() {
    for (const Subject& subject : keys_of(paths_, recorded_paths_)) {
      const Path mine = value_or_empty(paths_, subject);
      const bool agrees = std::any_of(recorded_paths_.begin(), recorded_paths_.end(), [&](const Paths& paths) {
        const Path theirs = value_or_empty(paths, subject);
        return same_path(theirs, mine) || same_but_for_tail(theirs, mine, kMargin + slack_most_);
      });
      const Path theirs = value_or_empty(recorded_paths_.front(), subject);
      if (!agrees) disagree_on_path(subject, mine, to_string(theirs));
    }
    for (const auto& [subject, path] : paths_) {
      const bool broken = subject.name == "phase" && leaves_terminal_phase(path);
      if (broken) disagree_on_path(subject, path, "a terminal phase is never left");
    }
  }

  void disagree_on_path(const Subject& subject, const Path& mine, std::string theirs) {
    disagree(RuleId::ConformStatus, subject.pod, subject.name, shows(to_string(mine)), shows(std::move(theirs)));
  }

  void dwell() {
    const Dwell mine = dwell_of(paths_);
    std::vector<Dwell> recorded;
    for (const Paths& paths : recorded_paths_) recorded.push_back(dwell_of(paths));
    for (const auto& key : keys_of(mine, recorded)) {
      std::optional<TimeRange> theirs;
      for (const Dwell& one : recorded) extend(theirs, value_or_empty(one, key));
      const SimDuration shown = value_or_empty(mine, key);
      if (within(shown, *theirs, tolerance_at(end_) + slack_most_)) continue;
      const auto& [subject, value] = key;
      disagree(RuleId::ConformDwell, subject.pod, subject.name + " = " + value, at(shown), at(*theirs));
    }
  }

  /// How often an event was emitted: surely (before the margin), and at most (at the end).
  struct Counts {
    std::map<EventKey, std::int64_t> surely, at_most;
  };
  [[nodiscard]] Counts counts_of(const Trace& trace) const {
    return {events_of(trace.records, end_ - kMargin), events_of(trace.records, end_)};
  }

  void events() {
    const Counts mine = counts_of(simulated_);
    std::vector<Counts> recorded;
    std::vector<std::map<EventKey, std::int64_t>> keys;
    for (const Trace& trace : recorded_) {
      recorded.push_back(counts_of(trace));
      keys.push_back(recorded.back().at_most);
    }
    for (const EventKey& key : keys_of(mine.at_most, keys)) {
      std::int64_t least = value_or_empty(recorded.front().surely, key), most = 0;
      for (const Counts& counts : recorded) {
        least = std::min(least, value_or_empty(counts.surely, key));
        most = std::max(most, value_or_empty(counts.at_most, key));
      }
      // What happened within the margin counts or not, as it suits.
      const std::int64_t count =
          std::min(std::max(least, value_or_empty(mine.surely, key)), value_or_empty(mine.at_most, key));
      if (!event_count_agrees(key, count, least, most)) disagree_on_event(key, count, least, most);
    }
  }

  [[nodiscard]] bool event_count_agrees(const EventKey& key, std::int64_t count, std::int64_t least,
                                        std::int64_t most) const {
    const bool loose = std::find(kLooselyCounted.begin(), kLooselyCounted.end(), key.reason) != kLooselyCounted.end();
    const std::int64_t room = loose ? std::max<std::int64_t>(1, most / 3) : backoff_ && most > 2 ? 1 : 0;
    if (least > 0 && count == 0) return false;
    if (most == 0) return count <= room;
    return least - room <= count && count <= most + room;
  }

  void disagree_on_event(const EventKey& key, std::int64_t count, std::int64_t least, std::int64_t most) {
    const std::string of = key.container.empty() ? "" : " of " + key.container;
    const std::string range = least == most ? std::to_string(most) : std::to_string(least) + " to " + std::to_string(most);
    disagree(RuleId::ConformEvents, key.pod, "event " + key.reason + of, shows(std::to_string(count)), shows(range));
  }

  void final_state() {
    const auto mine = final_of(simulated_.records, end_);
    std::vector<std::map<FinalKey, std::string>> recorded;
    for (const Trace& trace : recorded_) recorded.push_back(final_of(trace.records, end_));
    for (const FinalKey& key : keys_of(mine, recorded)) {
      const std::string value = value_or_empty(mine, key);
      std::set<std::string> theirs;
      for (const auto& one : recorded) theirs.insert(value_or_empty(one, key));
      // Where the recorded runs differ among themselves the moment of the last change decides, and that is chance.
      if (theirs.size() > 1 || theirs.count(value) > 0) continue;
      if (changes_late(recorded_.front(), key.second) || changes_late(simulated_, key.second)) continue;
      disagree(RuleId::ConformFinal, key.first, key.second, shows(value.empty() ? "nothing" : value),
               shows(theirs.begin()->empty() ? "nothing" : *theirs.begin()));
    }
  }

  /// The value last changed within the margin, where it may have been caught or missed.
  [[nodiscard]] bool changes_late(const Trace& trace, const std::string& key) const {
    const auto changed = last_change(trace.records, end_, key);
    return changed && *changed > end_ - kMargin;
  }

  const Trace& simulated_;
  const std::vector<Trace>& recorded_;
  Moments moments_;
  std::vector<Moments> recorded_moments_;
  Paths paths_;
  std::vector<Paths> recorded_paths_;
  SimDuration end_{};      ///< of the shortest recorded run
  bool backoff_ = false;   ///< a recorded run shows back-off
  std::map<MomentKey, Spread> spread_;
  SimDuration slack_most_{};
  std::map<RunKey, SimDuration> own_waits_;
  SimDuration seconds_{};  ///< what cutting to seconds adds to the tolerance of moments
  Agreement agreement_;
};

}  // namespace

std::size_t Agreement::count(RuleId check) const {
  const auto is_of_check = [check](const Disagreement& one) { return one.check == check; };
  return static_cast<std::size_t>(std::count_if(disagreements.begin(), disagreements.end(), is_of_check));
}

Agreement compare_traces(const Trace& simulated, const std::vector<Trace>& recorded) {
  PODLAPSE_CHECK(!recorded.empty());
  return Comparison{simulated, recorded}.compare();
}

}  // namespace podlapse
