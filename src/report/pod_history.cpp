#include "pod_history.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "fields.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

using namespace fields;
using Kind = ContainerState::Kind;

/// A failed start has the beginning of 1970 for its times.
bool is_time(const std::optional<WallTime>& time) { return time && time->time_since_epoch() > SimDuration{}; }

struct Run {
  std::int32_t attempt = 0;
  SimTime start{};
  std::optional<SimTime> end;
  ContainerState state;
};

/// What is known of one container: its last runs, and how many came before them.
struct Past {
  const ContainerStatus* now = nullptr;
  ContainerKind kind = ContainerKind::Main;
  bool probed = false;
  std::vector<Run> runs;
  std::int32_t unknown_runs = 0;

  [[nodiscard]] bool is_running() const { return now->state.kind == Kind::Running; }
};

bool has_readiness(const Value& pod, const std::string& container) {
  for (const char* list : {"initContainers", "containers"}) {
    for (const Value& spec : list_at(object_at(pod, "spec"), list)) {
      if (spec.string_at("name") != container) continue;
      return spec.find("readinessProbe") != nullptr || spec.find("startupProbe") != nullptr;
    }
  }
  return false;
}

class History {
 public:
  History(const Value& pod, SimTime seen_at, const ClusterClock& clock)
      : pod_(pod), clock_(clock), seen_at_(seen_at), seen_(observed_status(pod)) {
    const PodOutline outline = outline_of(pod);
    name_ = outline.name;
    for (const auto& container : outline.containers) {
      const ContainerStatus* status = find_container_status(seen_.status, container.name);
      if (status != nullptr) pasts_.push_back(past_of(*status, container.kind));
    }
    if (const auto asked = deletion_asked_at(pod)) deletion_ = instant(*asked);
  }

  std::vector<TraceRecord> records() && {
    std::set<SimTime> instants{kTimeZero};
    if (deletion_) instants.insert(*deletion_);
    for (const PodCondition& condition : seen_.status.conditions) {
      if (is_time(condition.last_transition_time)) instants.insert(instant(*condition.last_transition_time));
    }
    for (const Past& past : pasts_) {
      add_processes(past);
      for (const Run& run : past.runs) {
        instants.insert(run.start);
        if (run.end) instants.insert(*run.end);
      }
    }
    for (const SimTime at : instants) {
      if (at < seen_at_) add(at, status_at(at));
    }
    return std::move(records_);
  }

 private:
  [[nodiscard]] SimTime instant(WallTime time) const { return std::clamp(clock_(time), kTimeZero, std::max(kTimeZero, seen_at_)); }

  void add(SimTime at, Observation observation) { records_.push_back({0, 0, at, name_, "", std::move(observation)}); }

  [[nodiscard]] std::optional<Run> run_of(const ContainerState& state, std::int32_t attempt) const {
    if (!is_time(state.started_at)) return std::nullopt;
    Run run{attempt, instant(*state.started_at), std::nullopt, state};
    if (is_time(state.finished_at)) run.end = instant(*state.finished_at);
    return run;
  }

  [[nodiscard]] Past past_of(const ContainerStatus& status, ContainerKind kind) const {
    Past past{&status, kind, has_readiness(pod_, status.name), {}, 0};
    const bool has_current = status.state.kind == Kind::Running || status.state.kind == Kind::Terminated;
    // A container that waits to be restarted counts the run that has ended; one that runs counts itself.
    const std::int32_t last = std::max(has_current ? status.restart_count - 1 : status.restart_count, 0);
    if (auto run = run_of(status.last_state, last); run && status.last_state.kind == Kind::Terminated) past.runs.push_back(*run);
    if (auto run = run_of(status.state, status.restart_count); run && has_current) past.runs.push_back(*run);
    const bool never_ran = !has_current && status.last_state.kind == Kind::None && status.restart_count == 0;
    past.unknown_runs = past.runs.empty() ? (never_ran ? 0 : status.restart_count + 1) : past.runs.front().attempt;
    return past;
  }

  static std::string runs_text(std::int32_t count) {
    return count == 1 ? "its first run" : "its runs 0 to " + std::to_string(count - 1);
  }

  void add_processes(const Past& past) {
    const std::string& name = past.now->name;
    if (past.unknown_runs > 0) add(kTimeZero, StepObservation{kUnknownStep, name, runs_text(past.unknown_runs)});
    for (const Run& run : past.runs) {
      add(run.start, ContainerObservation{name, run.attempt, ContainerObservation::What::Started, {}, {}});
      const bool judged = past.kind == ContainerKind::Init || ready_at(past, run, run.start).has_value();
      if (!judged) add(run.start, StepObservation{kUnknownStep, name, "when it was ready"});
      if (!run.end) continue;
      add(*run.end, ContainerObservation{name, run.attempt, ContainerObservation::What::Exited, run.state.exit_code, {}});
    }
  }

  /// Since when all containers are ready, or not all are, as the condition has it now.
  [[nodiscard]] std::optional<SimTime> readiness_changed_at() const {
    const PodCondition* condition = find_condition(seen_.status, "ContainersReady");
    if (condition == nullptr || !is_time(condition->last_transition_time)) return std::nullopt;
    return instant(*condition->last_transition_time);
  }

  /// Whether `run` was ready at `at`; nullopt where that is not known. Without a probe a container is ready while it runs.
  [[nodiscard]] std::optional<bool> ready_at(const Past& past, const Run& run, SimTime at) const {
    if (!past.probed) return true;
    const std::optional<SimTime> changed = readiness_changed_at();
    const bool is_current = past.is_running() && &run == &past.runs.back();
    if (!is_current || !changed) return std::nullopt;
    const bool only_one = std::count_if(pasts_.begin(), pasts_.end(), [](const Past& one) { return one.probed; }) <= 1;
    if (at >= *changed) return past.now->ready;
    // Before all were ready, the only one that can be unready was.
    return past.now->ready && only_one && *changed >= run.start ? std::optional{false} : std::nullopt;
  }

  [[nodiscard]] ContainerStatus container_at(const Past& past, SimTime at) const {
    ContainerStatus status;
    status.name = past.now->name;
    const auto after = std::find_if(past.runs.rbegin(), past.runs.rend(), [at](const Run& run) { return run.start <= at; });
    if (after == past.runs.rend()) {
      status.state.kind = past.unknown_runs > 0 ? Kind::None : Kind::Waiting;
      return status;
    }
    status.restart_count = after->attempt;
    if (after->end && *after->end <= at) {
      status.state = after->state;
      return status;
    }
    const std::optional<bool> ready = ready_at(past, *after, at);
    const bool shown = ready || past.kind == ContainerKind::Init;
    status.state.kind = shown ? Kind::Running : Kind::None;
    status.state.started_at = shown ? after->state.started_at : std::nullopt;
    status.ready = shown && past.kind != ContainerKind::Init && ready.value_or(false);
    return status;
  }

  /// The phase as far as it follows from what is known: a ready Pod is Running, one that initialises is Pending.
  [[nodiscard]] std::string phase_at(SimTime at) const {
    const PodCondition* ready = find_condition(seen_.status, "ContainersReady");
    const bool is_ready = ready != nullptr && ready->status == "True" && is_time(ready->last_transition_time);
    if (is_ready && instant(*ready->last_transition_time) <= at) return seen_.status.phase;
    const bool a_main_ran = std::any_of(pasts_.begin(), pasts_.end(), [at](const Past& past) {
      return past.kind == ContainerKind::Main && (past.unknown_runs > 0 || (!past.runs.empty() && past.runs.front().start <= at));
    });
    if (at == kTimeZero && !a_main_ran) return "Pending";
    const PodCondition* initialized = find_condition(seen_.status, "Initialized");
    const bool initialises = initialized != nullptr && is_time(initialized->last_transition_time) &&
                             (initialized->status != "True" || at < instant(*initialized->last_transition_time));
    return initialises && !a_main_ran && seen_.status.phase != "Failed" ? "Pending" : kUnknownWord;
  }

  [[nodiscard]] StatusObservation status_at(SimTime at) const {
    StatusObservation seen;
    seen.status.phase = phase_at(at);
    for (const PodCondition& now : seen_.status.conditions) {
      PodCondition condition;
      condition.type = now.type;
      condition.status = kUnknownWord;
      if (is_time(now.last_transition_time) && instant(*now.last_transition_time) <= at) condition = now;
      seen.status.conditions.push_back(std::move(condition));
    }
    for (const Past& past : pasts_) {
      auto& list = is_init_or_sidecar(past.kind) ? seen.status.init_container_statuses : seen.status.container_statuses;
      list.push_back(container_at(past, at));
    }
    if (deletion_ && *deletion_ <= at) seen.deleting = seen_.deleting;
    return seen;
  }

  const Value& pod_;
  const ClusterClock& clock_;
  SimTime seen_at_;
  StatusObservation seen_;
  std::string name_;
  std::vector<Past> pasts_;
  std::optional<SimTime> deletion_;
  std::vector<TraceRecord> records_;
};

}  // namespace

PodOutline outline_of(const Value& pod) {
  PodOutline outline{object_at(pod, "metadata").string_at("name"), {}};
  const auto add = [&outline](const Value& container, ContainerKind kind) {
    outline.containers.push_back({container.string_at("name"), kind});
  };
  const Value& spec = object_at(pod, "spec");
  for (const Value& container : list_at(spec, "initContainers")) {
    add(container, container.string_at("restartPolicy") == "Always" ? ContainerKind::Sidecar : ContainerKind::Init);
  }
  for (const Value& container : list_at(spec, "containers")) add(container, ContainerKind::Main);
  for (const Value& container : list_at(spec, "ephemeralContainers")) add(container, ContainerKind::Ephemeral);
  if (!outline.containers.empty()) return outline;
  const Value& status = object_at(pod, "status");
  for (const Value& container : list_at(status, "initContainerStatuses")) add(container, ContainerKind::Init);
  for (const Value& container : list_at(status, "containerStatuses")) add(container, ContainerKind::Main);
  for (const Value& container : list_at(status, "ephemeralContainerStatuses")) add(container, ContainerKind::Ephemeral);
  return outline;
}

StatusObservation observed_status(const Value& pod) {
  StatusObservation seen{pod_status_from(object_at(pod, "status")), std::nullopt};
  for (auto* list : {&seen.status.init_container_statuses, &seen.status.container_statuses,
                     &seen.status.ephemeral_container_statuses}) {
    for (ContainerStatus& container : *list) {
      if (container.state.kind == Kind::None) container.state.kind = Kind::Waiting;
    }
  }
  const Value& metadata = object_at(pod, "metadata");
  if (time_at(metadata, "deletionTimestamp")) seen.deleting = int_at(metadata, "deletionGracePeriodSeconds").value_or(0);
  return seen;
}

std::optional<WallTime> deletion_asked_at(const Value& pod) {
  const Value& metadata = object_at(pod, "metadata");
  const std::optional<WallTime> due = time_at(metadata, "deletionTimestamp");
  if (!due) return std::nullopt;
  return *due - std::chrono::seconds{int_at(metadata, "deletionGracePeriodSeconds").value_or(0)};
}

std::vector<TraceRecord> history_of(const Value& pod, SimTime seen_at, const ClusterClock& clock) {
  return History{pod, seen_at, clock}.records();
}

}  // namespace podlapse
