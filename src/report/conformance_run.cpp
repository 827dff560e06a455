#include "conformance_run.hpp"

#include <algorithm>

#include "podlapse/report/conformance.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse::conformance {
namespace {

/// Numbers Pods in the order in which something is seen of them.
class PodNumbers {
 public:
  std::int32_t of(const std::string& pod) {
    return numbers_.emplace(pod, static_cast<std::int32_t>(numbers_.size())).first->second;
  }

 private:
  std::map<std::string, std::int32_t> numbers_;
};

/// " Error exit 1"
std::string outcome(const ContainerState& state) {
  std::string text = state.reason.empty() ? "" : " " + state.reason;
  if (state.kind == ContainerState::Kind::Terminated) text += " exit " + std::to_string(state.exit_code);
  return text;
}

std::string state_text(const ContainerStatus& status) {
  std::string text = state_word(status.state.kind) + outcome(status.state);
  if (status.restart_count != 0) text += " restarts " + std::to_string(status.restart_count);
  return text;
}

std::string state_and_last(const ContainerStatus& status) {
  const bool had_last = status.last_state.kind != ContainerState::Kind::None;
  return state_text(status) + (had_last ? ", last" + outcome(status.last_state) : "");
}

std::string phase_text(const PodStatus& status) {
  return status.reason.empty() ? status.phase : status.phase + " " + status.reason;
}

/// Calls `each(status)` for the init, main and ephemeral containers.
template <class Each>
void for_each_container(const PodStatus& status, Each each) {
  for (const auto* list :
       {&status.init_container_statuses, &status.container_statuses, &status.ephemeral_container_statuses}) {
    for (const ContainerStatus& container : *list) each(container);
  }
}

/// Calls `each(record, seen)` for the records of one type up to `end`.
template <class Seen, class Each>
void for_each_seen(const std::vector<TraceRecord>& records, SimDuration end, Each each) {
  for (const TraceRecord& record : records) {
    const auto* seen = std::get_if<Seen>(&record.observation);
    if (seen != nullptr && time_of(record) <= end) each(record, *seen);
  }
}

MomentKey::What moment_of(ContainerObservation::What what) {
  switch (what) {
    case ContainerObservation::What::Started: return MomentKey::What::Started;
    case ContainerObservation::What::Term: return MomentKey::What::Term;
    case ContainerObservation::What::Exited: return MomentKey::What::Exited;
  }
  return MomentKey::What::Started;
}

/// What `status` shows, by the names of Subject.
std::map<std::string, std::string> shown(const PodStatus& status) {
  std::map<std::string, std::string> values{{"phase", phase_text(status)}};
  for (const PodCondition& condition : status.conditions) {
    const std::string reason = condition.reason.empty() ? "" : "(" + condition.reason + ")";
    values["condition " + condition.type] = condition.status + reason;
  }
  for_each_container(status, [&values](const ContainerStatus& container) {
    const bool ready = container.state.kind == ContainerState::Kind::Running && container.ready;
    values["container " + container.name] = state_text(container);
    values["ready " + container.name] = ready ? "true" : "false";
  });
  return values;
}

std::string job_text(const JobObservation& job) {
  std::vector<std::string> held;
  for (const PodCondition& condition : job.conditions) {
    if (condition.status.rfind("True", 0) == 0) held.push_back(condition.type);
  }
  std::sort(held.begin(), held.end());
  std::string text = std::to_string(job.succeeded) + " succeeded, " + std::to_string(job.failed) + " failed";
  for (const std::string& condition : held) text += ", " + condition;
  return text;
}

std::map<RunKey, SimDuration> first_exits(const Moments& moments) {
  std::map<RunKey, SimDuration> exits;
  for (const auto& [key, at] : moments) {
    if (key.what != MomentKey::What::Exited) continue;
    const auto entry = exits.emplace(key.run, at).first;
    entry->second = std::min(entry->second, at);
  }
  return exits;
}

}  // namespace

SimDuration time_of(const TraceRecord& record) {
  using namespace std::chrono;
  const nanoseconds time = record.at.time_since_epoch();
  const nanoseconds half = microseconds{time < nanoseconds{} ? -500 : 500};
  return duration_cast<milliseconds>(time + half);
}

std::string to_string(const MomentKey& key) {
  std::string run = key.run.container + "[" + std::to_string(key.run.attempt) + "].";
  switch (key.what) {
    case MomentKey::What::Started: return run + "started";
    case MomentKey::What::Term: return run + "term";
    case MomentKey::What::Exited:
      return run + "exited" + (key.exit_code ? "(" + std::to_string(*key.exit_code) + ")" : "");
    case MomentKey::What::Deleted: return "deleted";
  }
  return run;
}

Moments moments_of(const std::vector<TraceRecord>& records) {
  PodNumbers pods;
  Moments moments;
  for (const TraceRecord& record : records) {
    if (std::holds_alternative<DeletedObservation>(record.observation)) {
      moments[{{pods.of(record.pod), {}, 0}, MomentKey::What::Deleted, {}}] = time_of(record);
    } else if (const auto* seen = std::get_if<ContainerObservation>(&record.observation)) {
      const bool exited = seen->what == ContainerObservation::What::Exited;
      const RunKey run{pods.of(record.pod), seen->container, seen->attempt};
      moments.emplace(MomentKey{run, moment_of(seen->what), exited ? seen->exit_code : std::nullopt}, time_of(record));
    }
  }
  return moments;
}

namespace {

/// Adds the run that one state tells of.
void add_shown_run(const RunKey& run, const ContainerState& state, const TraceRecord& record, const std::optional<WallTime>& origin,
                   Moments& moments) {
  const auto instant = [&](const std::optional<WallTime>& time) {
    constexpr SimDuration kHalfSecond = std::chrono::milliseconds{500};
    return origin ? std::min(*time - *origin + kHalfSecond, time_of(record)) : time_of(record);
  };
  const auto is_time = [](const std::optional<WallTime>& time) { return time && time->time_since_epoch() > SimDuration{}; };
  if (!is_time(state.started_at)) return;  // a failed start is no process
  moments.emplace(MomentKey{run, MomentKey::What::Started, {}}, instant(state.started_at));
  if (state.kind != ContainerState::Kind::Terminated || !is_time(state.finished_at)) return;
  moments.emplace(MomentKey{run, MomentKey::What::Exited, state.exit_code}, instant(state.finished_at));
}

}  // namespace

Moments shown_moments_of(const Trace& trace) {
  PodNumbers pods;
  Moments moments;
  for (const TraceRecord& record : trace.records) {
    if (std::holds_alternative<DeletedObservation>(record.observation)) {
      moments[{{pods.of(record.pod), {}, 0}, MomentKey::What::Deleted, {}}] = time_of(record);
    }
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr) continue;
    const std::int32_t pod = pods.of(record.pod);
    for_each_container(seen->status, [&](const ContainerStatus& container) {
      // A container that waits to be restarted counts the run that has ended; one that runs counts itself.
      const bool waits = container.state.kind == ContainerState::Kind::Waiting || container.state.kind == ContainerState::Kind::None;
      const std::int32_t last = std::max(waits ? container.restart_count : container.restart_count - 1, 0);
      add_shown_run({pod, container.name, last}, container.last_state, record, trace.header.origin, moments);
      if (!waits) add_shown_run({pod, container.name, container.restart_count}, container.state, record, trace.header.origin, moments);
    });
  }
  return moments;
}

std::map<RunKey, SimDuration> restart_waits(const Moments& moments, bool by_itself) {
  const std::map<RunKey, SimDuration> exits = first_exits(moments);
  std::map<RunKey, SimDuration> waits;
  for (const auto& [key, at] : moments) {
    if (key.what != MomentKey::What::Started) continue;
    const RunKey before{key.run.pod, key.run.container, key.run.attempt - 1};
    const auto exit = exits.find(before);
    if (exit == exits.end()) continue;
    if (by_itself && moments.count({before, MomentKey::What::Term, {}}) > 0) continue;
    waits[key.run] = at - exit->second;
  }
  return waits;
}

std::vector<Waited> waits_in_all(const Moments& moments) {
  const std::map<RunKey, SimDuration> waits = restart_waits(moments, false);
  std::vector<Waited> sums;
  RunKey last;
  SimDuration in_all{};
  for (const auto& [key, at] : moments) {  // the runs of a container follow each other
    if (key.what != MomentKey::What::Started) continue;
    if (key.run.pod != last.pod || key.run.container != last.container) in_all = {};
    last = key.run;
    const auto wait = waits.find(key.run);
    if (wait != waits.end()) in_all += std::max(SimDuration{}, wait->second);
    sums.push_back({key.run.pod, at, in_all});
  }
  return sums;
}

SimDuration waited_by(const std::vector<Waited>& waits, std::int32_t pod, SimDuration at) {
  SimDuration longest{};
  for (const Waited& wait : waits) {
    if (wait.pod == pod && wait.at <= at) longest = std::max(longest, wait.in_all);
  }
  return longest;
}

Paths paths_of(const std::vector<TraceRecord>& records, SimDuration end) {
  PodNumbers pods;
  Paths paths;
  std::map<Subject, SimDuration> since;
  for_each_seen<StatusObservation>(records, end, [&](const TraceRecord& record, const StatusObservation& seen) {
    const std::int32_t pod = pods.of(record.pod);
    for (auto& [name, value] : shown(seen.status)) {
      const Subject subject{pod, name};
      Path& path = paths[subject];
      if (!path.empty() && path.back().value == value) continue;
      if (!path.empty()) path.back().length = time_of(record) - since[subject];
      since[subject] = time_of(record);
      path.push_back({value, {}});
    }
  });
  for (auto& [subject, path] : paths) path.back().length = std::max(SimDuration{}, end - since[subject]);
  return paths;
}

std::string to_string(const Path& path) {
  std::string text;
  for (const Stay& stay : path) {
    text += (text.empty() ? "" : " > ") + stay.value + " " + format_seconds(stay.length, 1) + "s";
  }
  return text.empty() ? "nothing" : text;
}

Dwell dwell_of(const Paths& paths) {
  Dwell dwell;
  for (const auto& [subject, path] : paths) {
    for (const Stay& stay : path) dwell[{subject, stay.value}] += stay.length;
  }
  return dwell;
}

std::map<EventKey, std::int64_t> events_of(const std::vector<TraceRecord>& records, SimDuration end) {
  PodNumbers pods;
  std::map<EventKey, std::map<std::string, std::int64_t>> counts;
  for_each_seen<EventObservation>(records, end, [&](const TraceRecord& record, const EventObservation& seen) {
    const KubeEvent& event = seen.event;
    if (event.object_kind == "Pod" && event.source != "kubelet") return;
    const std::int32_t pod = event.object_kind == "Job" ? kJobItself : pods.of(record.pod);
    std::int64_t& count = counts[{pod, event.reason, event.container}][event.message];
    count = std::max<std::int64_t>({count, event.count, 1});
  });
  std::map<EventKey, std::int64_t> sums;
  for (const auto& [key, by_message] : counts) {
    for (const auto& [message, count] : by_message) sums[key] += count;
  }
  return sums;
}

namespace {

/// Forgets what was shown of a Pod.
void forget(std::map<FinalKey, std::string>& values, std::int32_t pod) {
  values.erase(values.lower_bound({pod, {}}), values.lower_bound({pod + 1, {}}));
}

/// The value called `key` in one status; empty where it shows none.
std::string final_value(const StatusObservation& seen, const std::string& key) {
  if (key == "phase") return phase_text(seen.status);
  if (key == "deleting") return seen.deleting ? std::to_string(*seen.deleting) : "";
  const ContainerStatus* container = find_container_status(seen.status, key);
  return container != nullptr ? state_and_last(*container) : "";
}

}  // namespace

std::map<FinalKey, std::string> final_of(const std::vector<TraceRecord>& records, SimDuration end) {
  PodNumbers pods;
  std::map<FinalKey, std::string> values;
  for (const TraceRecord& record : records) {
    if (time_of(record) > end) continue;
    if (const auto* job = std::get_if<JobObservation>(&record.observation)) {
      values[{kJobItself, "job"}] = job_text(*job);
    } else if (std::holds_alternative<DeletedObservation>(record.observation)) {
      values[{pods.of(record.pod), "gone"}] = "yes";
    } else if (const auto* seen = std::get_if<StatusObservation>(&record.observation)) {
      const std::int32_t pod = pods.of(record.pod);
      forget(values, pod);
      values[{pod, "phase"}] = final_value(*seen, "phase");
      if (seen->deleting) values[{pod, "deleting"}] = final_value(*seen, "deleting");
      for_each_container(seen->status, [&values, pod](const ContainerStatus& container) {
        values[{pod, container.name}] = state_and_last(container);
      });
    }
  }
  return values;
}

std::optional<SimDuration> last_change(const std::vector<TraceRecord>& records, SimDuration end,
                                       const std::string& key) {
  std::optional<SimDuration> changed;
  std::string value;
  for (const TraceRecord& record : records) {
    if (key == "gone" && std::holds_alternative<DeletedObservation>(record.observation)) return time_of(record);
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr || time_of(record) > end) continue;
    std::string now = final_value(*seen, key);
    if (changed && now == value) continue;
    value = std::move(now);
    changed = time_of(record);
  }
  return changed;
}

}  // namespace podlapse::conformance
