#include "podlapse/report/story.hpp"

#include <utility>

#include "podlapse/report/columns.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

std::string quoted_reason(const std::string& reason, const std::string& message) {
  if (reason.empty()) return message;
  return message.empty() ? reason : reason + ": " + message;
}

bool is_first_wait(const ContainerState& state) {
  return state.reason == "PodInitializing" || state.reason == "ContainerCreating" || state.reason.empty();
}

/// The conditions a reader always wants to hear of; the others repeat what these and the containers say.
bool is_news(const PodCondition& condition) {
  return condition.type != "ContainersReady" && condition.type != "PodScheduled" &&
         condition.type != "PodReadyToStartContainers";
}

bool same_condition(const PodCondition* before, const PodCondition& now) {
  return before != nullptr && before->status == now.status && before->reason == now.reason;
}

/// Whether one of `lines` says already what STATUS `word` repeats: "waits: CrashLoopBackOff".
bool tells(const std::vector<StoryLine>& lines, const std::string& word) {
  const std::string reason = word.rfind("Init:", 0) == 0 ? word.substr(5) : word;
  for (const StoryLine& line : lines) {
    if (line.text.rfind("waits: " + reason, 0) == 0) return true;
  }
  return false;
}

/// "Ready False (PodFailed)"; a reason that only repeats the condition is left out.
std::string describe_condition(const PodCondition& condition) {
  const bool repeats = condition.reason == "ContainersNotReady" || condition.reason == "ContainersNotInitialized";
  const std::string reason = condition.reason.empty() || repeats ? "" : " (" + condition.reason + ")";
  return condition.type + " " + condition.status + reason;
}

}  // namespace

std::string signal_name(std::int32_t signal) {
  switch (signal) {
    case 1: return "SIGHUP";
    case 2: return "SIGINT";
    case 3: return "SIGQUIT";
    case 6: return "SIGABRT";
    case 9: return "SIGKILL";
    case 10: return "SIGUSR1";
    case 11: return "SIGSEGV";
    case 12: return "SIGUSR2";
    case 15: return "SIGTERM";
    default: return "signal " + std::to_string(signal);
  }
}

std::string describe_exit(std::int32_t exit_code) {
  std::string text = "exited " + std::to_string(exit_code);
  if (exit_code > 128 && exit_code <= 128 + 64) text += " (" + signal_name(exit_code - 128) + ")";
  return text;
}

/// The lines of one record, under construction.
class Storyteller::Telling {
 public:
  Telling(const TraceRecord& record, std::string rule, Pod& pod, std::map<std::string, std::string>& jobs, StoryOptions options)
      : record_(record), rule_(std::move(rule)), pod_(pod), jobs_(jobs), options_(options) {}

  std::vector<StoryLine> lines() {
    std::visit([this](const auto& seen) { on(seen); }, record_.observation);
    return std::move(lines_);
  }

 private:
  void say(News news, const std::string& container, std::string text) {
    add({record_.at, false, record_.pod, container, news, std::move(text), "", record_.seq, {}});
  }

  void say_of(const std::string& owner, News news, std::string text) {
    add({record_.at, false, record_.pod, {}, news, std::move(text), "", record_.seq, owner});
  }

  /// Time and rule stand on a record's first line.
  void add(StoryLine line) {
    line.goes_on = !lines_.empty();
    line.rule = line.goes_on ? "" : rule_;
    lines_.push_back(std::move(line));
  }

  void on(const ContainerObservation& seen) {
    Run& run = pod_.runs[seen.container];
    switch (seen.what) {
      case ContainerObservation::What::Started:
        run.seen = true;
        run.started = record_.at;
        run.attempt = seen.attempt;
        run.probes.clear();
        run.failures.clear();
        run.told_back_off = false;
        return say(News::Started, seen.container,
                   seen.attempt == 0 ? "starts" : "starts again, restart " + std::to_string(seen.attempt));
      case ContainerObservation::What::Term:
        return say(News::Ending, seen.container, "gets " + signal_name(seen.signal.value_or(15)));
      case ContainerObservation::What::Exited: {
        const std::int32_t code = seen.exit_code.value_or(0);
        run.ended = seen.attempt;
        const std::string age = run.seen ? " after " + format_span(record_.at - run.started) : "";
        return say(code == 0 ? News::EndedWell : News::EndedBadly, seen.container, describe_exit(code) + age);
      }
    }
  }

  void on(const StatusObservation& seen) {
    std::vector<StoryLine> about_containers;
    for (const auto* list : {&seen.status.init_container_statuses, &seen.status.container_statuses,
                             &seen.status.ephemeral_container_statuses}) {
      for (const ContainerStatus& now : *list) {
        tell_container(find_container_status(pod_.status.status, now.name), now);
      }
    }
    about_containers.swap(lines_);
    tell_pod(seen, about_containers);
    for (StoryLine& line : about_containers) add(std::move(line));
    pod_.status = seen;
    pod_.has_status = true;
  }

  void tell_pod(const StatusObservation& seen, const std::vector<StoryLine>& about_containers) {
    const PodStatus& before = pod_.status.status;
    const std::string word = status_column(pod_.outline, seen.status, seen.deleting.has_value()).value;
    std::string text;
    const auto also = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    const bool phase_known = seen.status.phase != kUnknownWord;
    if (!pod_.has_status) {
      also(phase_known ? "created, phase " + seen.status.phase : "created");
    } else if (phase_known && seen.status.phase != pod_.phase) {
      also("phase " + (pod_.phase.empty() ? "" : pod_.phase + " → ") + seen.status.phase);
      if (!seen.status.reason.empty()) also(quoted_reason(seen.status.reason, seen.status.message));
    }
    // Just before it removes the object the API server sets the grace to 0, which nobody waits for.
    if (seen.deleting && (!pod_.status.deleting || options_.verbose) && seen.deleting != pod_.status.deleting) {
      also("marked for deletion, grace " + std::to_string(*seen.deleting) + "s");
    }
    if (phase_known && word != pod_.status_word && word != seen.status.phase && !tells(about_containers, word))
      also("kubectl shows " + word);
    if (phase_known) pod_.status_word = word;
    if (phase_known) pod_.phase = seen.status.phase;
    for (const PodCondition& now : seen.status.conditions) {
      const PodCondition* known = find_condition(before, now.type);
      // What a new Pod begins with is no news; what changes or comes up later is.
      if (now.status == kUnknownWord) continue;
      const bool news = is_news(now) && !before.conditions.empty();
      if (!same_condition(known, now) && (options_.verbose || news)) also(describe_condition(now));
    }
    if (!text.empty()) say(News::Pod, "", text);
  }

  void tell_container(const ContainerStatus* before, const ContainerStatus& now) {
    const bool same_kind = before != nullptr && before->state.kind == now.state.kind;
    if (now.state.kind == ContainerState::Kind::Waiting) {
      if (same_kind && before->state.reason == now.state.reason) return;
      if (is_first_wait(now.state) && (before == nullptr || same_kind) && !options_.verbose) return;
      say(News::Waits, now.name, "waits: " + why_it_waits(now));
    }
    if (now.state.kind == ContainerState::Kind::Running) {
      tell_seen_running(now);
      tell_ready(before, now);
    }
    if (now.state.kind == ContainerState::Kind::Terminated && !(same_kind && before->state == now.state)) tell_end(now);
  }

  /// The reason, with what its message adds to what was told before.
  std::string why_it_waits(const ContainerStatus& now) {
    const ContainerState& state = now.state;
    std::string& told = pod_.runs[now.name].told_message;
    if (options_.verbose) return quoted_reason(state.reason, state.message);
    if (state.reason == "ImagePullBackOff" || state.message == told) return state.reason;
    told = state.message;
    // "back-off 10s restarting failed container=app pod=...": the rest names what the line names already.
    if (state.reason == "CrashLoopBackOff")
      return quoted_reason(state.reason, state.message.substr(0, state.message.find('=')));
    return quoted_reason(state.reason, state.message);
  }

  /// Where nobody saw the process start, the API's word for it is the news.
  void tell_seen_running(const ContainerStatus& now) {
    Run& run = pod_.runs[now.name];
    if (pod_.processes_seen || (run.seen && run.attempt >= now.restart_count)) return;
    run.seen = true;
    run.attempt = now.restart_count;
    run.started = record_.at;
    run.told_back_off = false;
    const std::string again = now.restart_count == 0 ? "" : " again, restart " + std::to_string(now.restart_count);
    say(News::Started, now.name, "is shown running" + again);
  }

  void tell_ready(const ContainerStatus* before, const ContainerStatus& now) {
    const bool was_ready = before != nullptr && before->state.kind == ContainerState::Kind::Running && before->ready;
    if (now.ready != was_ready) {
      say(now.ready ? News::Ready : News::NotReady, now.name, now.ready ? "is ready" : "is no longer ready");
    } else if (options_.verbose && (before == nullptr || before->state.kind != now.state.kind)) {
      say(News::Detail, now.name, "the API shows it running");
    }
  }

  /// The end of a process was told when it happened; what the API makes of it is news when it says more than the code.
  void tell_end(const ContainerStatus& now) {
    const Run& run = pod_.runs[now.name];
    const bool seen = (pod_.processes_seen && run.seen && run.attempt >= now.restart_count) || run.ended >= now.restart_count;
    const bool plain = now.state.reason == "Completed" || now.state.reason == "Error";
    if (seen && plain && !options_.verbose) return;
    const bool started = now.state.reason != "StartError" && now.state.reason != "ContainerCannotRun";
    const std::string reason = (started ? "terminated: " : "cannot start: ") + now.state.reason;
    std::string text = reason + ", exit code " + std::to_string(now.state.exit_code);
    if (!now.state.message.empty()) text += ": " + now.state.message;
    say(now.state.exit_code == 0 ? News::EndedWell : News::EndedBadly, now.name, text);
  }

  void on(const EventObservation& seen) {
    const KubeEvent& event = seen.event;
    if (!options_.events) {
      // No status shows these, and the Pod waits because of them.
      const bool only_here = event.reason == "FailedMount" || event.reason == "FailedToRetrieveImagePullSecret";
      if (only_here && event.count == 1) say(News::Waits, event.container, event.message);
      return;
    }
    const std::string times = event.count > 1 ? " (x" + std::to_string(event.count) + ")" : "";
    const std::string warning = event.type == "Warning" ? "Warning " : "";
    const std::string text = "event " + warning + event.reason + ": " + event.message + times;
    if (event.object_kind != "Pod") return say_of(event.object_kind + "/" + record_.pod, News::Detail, text);
    say(News::Detail, event.container, text);
  }

  void on(const ProbeObservation& seen) {
    Run& run = pod_.runs[seen.container];
    const auto last = run.probes.find(seen.probe);
    const bool changed = last == run.probes.end() || last->second != seen.ok;
    std::int32_t& failures = run.failures[seen.probe];
    std::string text = std::string{to_string(seen.probe)} + " probe " + (seen.ok ? "passes" : "fails");
    if (seen.ok && failures > 0) text += " after " + counted(failures, "failure");
    failures = seen.ok ? 0 : failures + 1;
    if (!seen.ok && failures > 1) text += ", " + std::to_string(failures) + " in a row";
    run.probes[seen.probe] = seen.ok;
    // A failing liveness probe leads to a kill: each failure counts.
    const bool counts = !seen.ok && seen.probe == ProbeKind::Liveness;
    if (changed || counts || options_.verbose) say(seen.ok ? News::Detail : News::NotReady, seen.container, text);
  }

  void on(const HookObservation& seen) {
    Run& run = pod_.runs[seen.container];
    const bool stop = seen.hook == HookObservation::Hook::PreStop;
    const std::string name = stop ? "preStop hook" : "postStart hook";
    if (seen.what == HookObservation::What::Start) {
      run.hook_began = record_.at;
      return say(stop ? News::Ending : News::Detail, seen.container, name + " begins");
    }
    say(stop ? News::Ending : News::Detail, seen.container,
        name + " ends after " + format_span(record_.at - run.hook_began));
  }

  void on(const ActionObservation& seen) {
    const std::string text = "from outside: " + describe_action(seen);
    if (jobs_.count(record_.pod) > 0) return say_of("Job/" + record_.pod, News::Outside, text);
    say(News::Outside, "", text);
  }

  void on(const DeletedObservation&) { say(News::Pod, "", "the Pod object is gone"); }

  void on(const JobObservation& seen) {
    std::string text = "active " + std::to_string(seen.active) + ", succeeded " + std::to_string(seen.succeeded) +
                       ", failed " + std::to_string(seen.failed);
    for (const PodCondition& condition : seen.conditions) text += "; " + describe_condition(condition);
    if (seen.gone) text = "the Job object is gone";
    std::string& told = jobs_[seen.name];
    if (text != told) say_of("Job/" + seen.name, News::Job, text);
    told = text;
  }

  /// Told by the Pod's first status, which follows; it begins anew where it has the name of one before it.
  void on(const PodMadeObservation& seen) {
    const bool processes_seen = pod_.processes_seen;
    pod_ = Pod{};
    pod_.processes_seen = processes_seen;
    pod_.outline = seen.pod;
    if (options_.verbose) say(News::Detail, "", "made by " + seen.owner_kind + " " + seen.owner);
  }

  void on(const StepObservation& seen) {
    if (seen.step == kUnknownStep) return say(News::Detail, seen.container, "not known: " + seen.text);
    if (options_.verbose) return say(News::Detail, seen.container, seen.step + ": " + seen.text);
    // The API shows a back-off late; that the kubelet waits is news at once.
    if (seen.step != "backoff") return;
    bool& told = pod_.runs[seen.container].told_back_off;
    if (!told) say(News::Waits, seen.container, "waits: " + seen.text);
    told = true;
  }

  const TraceRecord& record_;
  std::string rule_;
  Pod& pod_;
  std::map<std::string, std::string>& jobs_;
  StoryOptions options_;
  std::vector<StoryLine> lines_;
};

Storyteller::Storyteller(const TraceHeader& header, StoryOptions options) : options_(options) {
  for (const PodOutline& outline : header.pods) {
    pods_[outline.name].outline = outline;
    pods_[outline.name].processes_seen = header.sight == Sight::Processes;
  }
}

std::string Storyteller::decision_behind(const TraceRecord& record) const {
  const auto* process = std::get_if<ContainerObservation>(&record.observation);
  if (process == nullptr || process->what == ContainerObservation::What::Exited) return record.rule;
  // That a created container starts is no wonder; why it was to start is the first of the steps about it.
  std::string rule = record.rule;
  std::uint64_t cause = record.cause;
  for (auto step = steps_.rbegin(); step != steps_.rend() && step->seq >= cause && cause != 0; ++step) {
    if (step->seq != cause || step->pod != record.pod || step->container != process->container) continue;
    rule = step->rule;
    cause = step->cause;
  }
  return rule;
}

std::vector<StoryLine> Storyteller::tell(const TraceRecord& record) {
  const auto* step = std::get_if<StepObservation>(&record.observation);
  if (step != nullptr && !step->container.empty()) {
    steps_.push_back({record.seq, record.cause, record.pod, step->container, record.rule});
  }
  std::string rule = options_.verbose ? record.rule : decision_behind(record);
  return Telling{record, std::move(rule), pods_[record.pod], jobs_, options_}.lines();
}

}  // namespace podlapse
