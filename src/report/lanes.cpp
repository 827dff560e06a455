#include "podlapse/report/lanes.hpp"

#include <algorithm>

#include "podlapse/report/columns.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

// A container that starts again this soon after its end was not held by a back-off that anybody could have seen.
constexpr SimDuration kRestartAtOnce = std::chrono::seconds{3};

bool is_pull_or_crash_back_off(const std::string& reason) {
  return reason == "CrashLoopBackOff" || reason == "ImagePullBackOff";
}

bool is_plain_wait(const std::string& reason) {
  return reason.empty() || reason == "PodInitializing" || reason == "ContainerCreating" ||
         reason == "RestartingAllContainers";
}

/// Follows one container through the records.
class ContainerTracker {
 public:
  explicit ContainerTracker(const PodOutline::Container& container) {
    lane_.name = container.name;
    lane_.kind = container.kind;
  }

  [[nodiscard]] const std::string& name() const { return lane_.name; }

  void on_process(const ContainerObservation& seen, SimTime at) {
    switch (seen.what) {
      case ContainerObservation::What::Started: return start(seen.attempt, at);
      case ContainerObservation::What::Term: return end_begins(at);
      case ContainerObservation::What::Exited: return end(seen.attempt, seen.exit_code.value_or(0), at);
    }
  }

  void on_hook(const HookObservation& seen, SimTime at) {
    if (seen.hook == HookObservation::Hook::PreStop && seen.what == HookObservation::What::Start) end_begins(at);
  }

  void on_unknown(SimTime at) { move_to(LaneState::Unknown, at); }

  void on_event(const KubeEvent& event, SimTime at) {
    if (alive_) return;
    if (event.reason == "Pulling") move_to(LaneState::Pulling, at);
    if (event.reason == "Pulled" && state_ == LaneState::Pulling) move_to(LaneState::Waiting, at);
    if (event.reason == "Failed" && state_ == LaneState::Pulling) move_to(LaneState::Blocked, at);
    if (event.reason == "BackOff" && has_ended()) move_to(LaneState::BackOff, at);
  }

  void on_status(const ContainerStatus& status, SimTime at) {
    if (alive_) {
      if (status.restart_count == attempt_) on_status_of_run(status, at);
      return;
    }
    const bool new_run = status.restart_count > ended_attempt_;
    switch (status.state.kind) {
      case ContainerState::Kind::None: return;
      case ContainerState::Kind::Waiting:
        // A start that failed leaves no process behind: only the status tells of it.
        if (status.state.reason == "CrashLoopBackOff" && new_run &&
            status.last_state.kind == ContainerState::Kind::Terminated) {
          end(status.restart_count, status.last_state.exit_code, at);
        }
        return on_waiting(status.state.reason, at);
      case ContainerState::Kind::Running:
        if (new_run) start(status.restart_count, at);
        if (new_run) on_status_of_run(status, at);
        return;
      case ContainerState::Kind::Terminated:
        if (new_run) end(status.restart_count, status.state.exit_code, at);
        return;
    }
  }

  /// The Pod has its final phase: nothing waits any more.
  void on_pod_ended(SimTime at) {
    if (!alive_ && (state_ == LaneState::BackOff || state_ == LaneState::Blocked)) move_to(LaneState::Failed, at);
  }

  void on_pod_gone(SimTime at) {
    gone_ = true;
    if (!alive_) move_to(LaneState::Absent, at);
  }

  /// Another Pod of that name comes.
  void on_pod_made(SimTime at) {
    move_to(LaneState::Absent, at);
    alive_ = ending_ = gone_ = false;
    attempt_ = 0;
    ended_attempt_ = -1;
  }

  ContainerLane finish(SimTime at) {
    move_to(LaneState::Absent, at);
    return std::move(lane_);
  }

 private:
  /// Init containers and ephemeral ones are never asked whether they are ready.
  [[nodiscard]] bool has_readiness() const { return lane_.kind == ContainerKind::Main || lane_.kind == ContainerKind::Sidecar; }
  [[nodiscard]] bool has_ended() const { return state_ == LaneState::Done || state_ == LaneState::Failed; }

  void start(std::int32_t attempt, SimTime at) {
    if (has_ended() && at - since_ < kRestartAtOnce) move_to(LaneState::BackOff, at);
    alive_ = true;
    ending_ = false;
    attempt_ = attempt;
    lane_.marks.push_back({at, LaneMark::What::Start, attempt, 0});
    move_to(has_readiness() ? LaneState::NotReady : LaneState::Running, at);
  }

  void end_begins(SimTime at) {
    if (!alive_) return;
    ending_ = true;
    move_to(LaneState::Terminating, at);
  }

  void end(std::int32_t attempt, std::int32_t exit_code, SimTime at) {
    alive_ = false;
    ended_attempt_ = std::max(ended_attempt_, attempt);
    lane_.marks.push_back({at, LaneMark::What::End, attempt, exit_code});
    move_to(gone_ ? LaneState::Absent : exit_code == 0 ? LaneState::Done : LaneState::Failed, at);
  }

  void on_status_of_run(const ContainerStatus& status, SimTime at) {
    if (status.state.kind == ContainerState::Kind::Terminated) return end(attempt_, status.state.exit_code, at);
    if (status.state.kind != ContainerState::Kind::Running || ending_ || !has_readiness()) return;
    move_to(status.ready ? LaneState::Running : LaneState::NotReady, at);
  }

  void on_waiting(const std::string& reason, SimTime at) {
    if (is_pull_or_crash_back_off(reason)) return move_to(LaneState::BackOff, at);
    if (!is_plain_wait(reason)) return move_to(LaneState::Blocked, at);
    if (state_ != LaneState::Pulling) move_to(LaneState::Waiting, at);
  }

  void move_to(LaneState state, SimTime at) {
    if (state == state_) return;
    // The status tells of a back-off only when the next sync looks at it, but it began when the run ended.
    const bool began_at_end = state == LaneState::BackOff && has_ended();
    if (!began_at_end) {
      if (state_ != LaneState::Absent && at > since_) append({since_, at, state_});
      since_ = at;
    }
    state_ = state;
  }

  void append(const LaneSegment& segment) {
    auto& segments = lane_.segments;
    if (!segments.empty() && segments.back().state == segment.state && segments.back().to == segment.from) {
      segments.back().to = segment.to;
    } else {
      segments.push_back(segment);
    }
  }

  ContainerLane lane_;
  LaneState state_ = LaneState::Absent;
  SimTime since_{};
  bool alive_ = false;   ///< its process runs
  bool ending_ = false;  ///< it was told to end
  bool gone_ = false;    ///< the Pod's object is gone
  std::int32_t attempt_ = 0;
  std::int32_t ended_attempt_ = -1;
};

/// Ends the last word and, unless it is empty, begins the next.
void say(std::vector<WordSegment>& words, const std::string& word, SimTime at) {
  const bool open = !words.empty() && words.back().to == SimTime::max();
  if (open && words.back().word == word) return;
  if (open) words.back().to = at;
  if (!word.empty()) words.push_back({at, SimTime::max(), word});
}

bool is_true(const JobObservation& job, const char* condition) {
  return std::any_of(job.conditions.begin(), job.conditions.end(), [condition](const PodCondition& known) {
    return known.type == condition && known.status == "True";
  });
}

std::string state_of(const JobObservation& seen, const JobLanes& job) {
  for (const char* condition : {"Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended"}) {
    if (is_true(seen, condition)) return condition;
  }
  // While it waits, the controller says that nothing is active.
  if (seen.active > 0 || !job.was_active) return "active " + std::to_string(seen.active);
  if (seen.terminating > 0 && seen.failed == job.failed_before) return "terminating " + std::to_string(seen.terminating);
  return "back-off";
}

void on_job(const JobObservation& seen, SimTime at, std::vector<JobLanes>& jobs) {
  auto job = std::find_if(jobs.begin(), jobs.end(), [&seen](const JobLanes& known) { return known.job == seen.name; });
  if (job == jobs.end()) {
    jobs.emplace_back();
    job = std::prev(jobs.end());
    job->job = seen.name;
  }
  job->last = seen;
  std::string ended = seen.succeeded > 0 ? "✓" + std::to_string(seen.succeeded) : "";
  if (seen.failed > 0) ended += (ended.empty() ? "✗" : " ✗") + std::to_string(seen.failed);
  say(job->state, seen.gone ? "" : state_of(seen, *job), at);
  say(job->ended, seen.gone ? "" : ended, at);
  if (seen.active == 0) return;
  job->was_active = true;
  job->failed_before = seen.failed;
}

/// Follows one Pod through the records.
class PodTracker {
 public:
  explicit PodTracker(const PodOutline& outline) : outline_(outline) {
    lanes_.pod = outline.name;
    for (const auto& container : outline.containers) containers_.emplace_back(container);
  }

  [[nodiscard]] const std::string& name() const { return lanes_.pod; }

  void on_record(const TraceRecord& record) {
    const SimTime at = record.at;
    std::visit([&](const auto& seen) { on(seen, at); }, record.observation);
  }

  PodLanes finish(SimTime at) {
    for (ContainerTracker& container : containers_) lanes_.containers.push_back(container.finish(at));
    say(lanes_.phase, {}, at);
    say(lanes_.status, {}, at);
    return std::move(lanes_);
  }

 private:
  ContainerTracker* find(const std::string& container) {
    for (ContainerTracker& known : containers_) {
      if (known.name() == container) return &known;
    }
    return nullptr;
  }

  void on(const ContainerObservation& seen, SimTime at) {
    if (ContainerTracker* container = find(seen.container)) container->on_process(seen, at);
  }
  void on(const HookObservation& seen, SimTime at) {
    if (ContainerTracker* container = find(seen.container)) container->on_hook(seen, at);
  }
  void on(const EventObservation& seen, SimTime at) {
    if (ContainerTracker* container = find(seen.event.container)) container->on_event(seen.event, at);
  }
  void on(const StatusObservation& seen, SimTime at) {
    const PodStatus& status = seen.status;
    for (const auto* list :
         {&status.init_container_statuses, &status.container_statuses, &status.ephemeral_container_statuses}) {
      for (const ContainerStatus& known : *list) {
        if (ContainerTracker* container = find(known.name)) container->on_status(known, at);
      }
    }
    if (status.phase == "Succeeded" || status.phase == "Failed") {
      for (ContainerTracker& container : containers_) container.on_pod_ended(at);
    }
    say(lanes_.phase, status.phase, at);
    const bool known = status.phase != kUnknownWord;
    say(lanes_.status, known ? status_column(outline_, status, seen.deleting.has_value()).value : kUnknownWord, at);
  }
  void on(const DeletedObservation&, SimTime at) {
    lanes_.gone = at;
    for (ContainerTracker& container : containers_) container.on_pod_gone(at);
    say(lanes_.phase, {}, at);
    say(lanes_.status, {}, at);
  }
  void on(const ActionObservation& seen, SimTime at) { lanes_.outside.push_back({at, describe_action(seen)}); }
  void on(const ProbeObservation&, SimTime) {}
  void on(const JobObservation&, SimTime) {}
  void on(const StepObservation& seen, SimTime at) {
    ContainerTracker* container = find(seen.container);
    if (seen.step == kUnknownStep && container != nullptr) container->on_unknown(at);
  }
  void on(const PodMadeObservation&, SimTime at) {
    lanes_.gone.reset();
    for (ContainerTracker& container : containers_) container.on_pod_made(at);
  }

  PodOutline outline_;
  PodLanes lanes_;
  std::vector<ContainerTracker> containers_;
};

}  // namespace

const char* to_string(LaneState state) {
  switch (state) {
    case LaneState::Absent: return "absent";
    case LaneState::Waiting: return "waiting";
    case LaneState::Pulling: return "pulling";
    case LaneState::Blocked: return "cannot start";
    case LaneState::NotReady: return "not ready";
    case LaneState::Running: return "running";
    case LaneState::Terminating: return "terminating";
    case LaneState::BackOff: return "back-off";
    case LaneState::Done: return "done";
    case LaneState::Failed: return "failed";
    case LaneState::Unknown: return "not known";
  }
  return "";
}

std::string describe_action(const ActionObservation& action) {
  std::string text = action.action;
  if (action.sandbox) text += " the sandbox";
  if (!action.container.empty()) text += " " + action.container;
  if (action.grace_period_seconds) text += ", grace " + std::to_string(*action.grace_period_seconds) + "s";
  if (!action.detail.empty()) text += ": " + action.detail;
  return text;
}

Lanes make_lanes(const Trace& trace) {
  Lanes lanes;
  std::vector<PodTracker> pods;
  for (const PodOutline& outline : trace.header.pods) pods.emplace_back(outline);
  lanes.to = kTimeZero + trace.header.observed_until;
  for (const TraceRecord& record : trace.records) {
    lanes.to = std::max(lanes.to, record.at);
    if (const auto* job = std::get_if<JobObservation>(&record.observation)) on_job(*job, record.at, lanes.jobs);
    if (const auto* action = std::get_if<ActionObservation>(&record.observation)) {
      for (JobLanes& job : lanes.jobs) {
        if (!job.job.empty() && job.job == record.pod) job.outside.push_back({record.at, describe_action(*action)});
      }
    }
    const bool only_one = pods.size() == 1 && record.pod.empty();
    for (PodTracker& pod : pods) {
      if (only_one || pod.name() == record.pod) pod.on_record(record);
    }
  }
  for (PodTracker& pod : pods) lanes.pods.push_back(pod.finish(lanes.to));
  for (JobLanes& job : lanes.jobs) {
    say(job.state, {}, lanes.to);
    say(job.ended, {}, lanes.to);
  }
  return lanes;
}

}  // namespace podlapse
