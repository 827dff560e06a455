#include "podlapse/scenario/run.hpp"

#include <algorithm>

namespace podlapse {

namespace {

RuleId rule_of(RunEnd end) {
  switch (end) {
    case RunEnd::Terminal:
      return RuleId::RunEndTerminal;
    case RunEnd::Gone:
      return RuleId::RunEndGone;
    case RunEnd::Quiet:
      return RuleId::RunEndQuiet;
    case RunEnd::Until:
      return RuleId::RunEndUntil;
    case RunEnd::AtMost:
      return RuleId::RunEndAtMost;
    case RunEnd::Events:
    case RunEnd::Interrupted:
      return RuleId::None;
  }
  return RuleId::None;
}

/// A Job that will be deleted is waited for where the reader watches that long, else only as long as one that stays.
std::optional<PodEnd> owner_end(const OwnerProgress& owner, const RunLimits& limits) {
  const auto after = [&limits](SimTime since, SimDuration wait) { return std::max(since, kTimeZero + limits.not_before) + wait; };
  if (owner.gone) return PodEnd{RunEnd::Gone, after(owner.last_change, limits.after_gone)};
  const bool expires_in_sight = owner.expires_at && limits.longest && *owner.expires_at <= kTimeZero + *limits.longest;
  if (owner.waiting_for_timer || expires_in_sight) return std::nullopt;
  if (owner.finished_at) return PodEnd{RunEnd::Terminal, after(*owner.finished_at, limits.after_terminal)};
  return PodEnd{RunEnd::Quiet, after(owner.last_change, limits.after_quiet)};
}

/// When the whole World's story is over: when the last of its Pods' is. nullopt while something is known to come.
std::optional<PodEnd> world_end(const World& world, const RunLimits& limits) {
  std::optional<PodEnd> last;
  const auto take = [&last](const std::optional<PodEnd>& end) {
    if (end && (!last || end->at > last->at)) last = end;
    return end.has_value();
  };
  for (PodIndex pod = 0; pod < world.pod_count(); ++pod) {
    const PodProgress progress = world.progress(pod);
    if (!progress.of_later_run && !take(pod_end(progress, limits))) return std::nullopt;
  }
  for (const OwnerProgress& owner : world.owner_progress()) {
    if (owner.fires_again && limits.longest) return std::nullopt;  // who says how long to watch wants to see the next ones
    if (!owner.of_later_run && !take(owner_end(owner, limits))) return std::nullopt;
  }
  return last;
}

/// The end as it stands now; later events may move it.
PodEnd current_end(const World& world, const RunLimits& limits) {
  if (limits.until) return {RunEnd::Until, kTimeZero + *limits.until};
  const PodEnd latest = limits.longest ? PodEnd{RunEnd::Until, kTimeZero + *limits.longest}
                                       : PodEnd{RunEnd::AtMost, kTimeZero + limits.at_most};
  const std::optional<PodEnd> natural = world_end(world, limits);
  if (!natural || natural->at > latest.at) return latest;
  // A scenario that says how long to watch wants to see that nothing happens, too.
  return limits.longest && natural->why == RunEnd::Quiet ? latest : *natural;
}

}  // namespace

std::optional<PodEnd> pod_end(const PodProgress& progress, const RunLimits& limits) {
  const auto after = [&limits](SimTime since, SimDuration wait) {
    return std::max(since, kTimeZero + limits.not_before) + wait;
  };
  if (progress.gone_since) {
    // With grace 0 the object goes first; its processes are stopped afterwards.
    if (progress.waiting_for_timer) return std::nullopt;
    return PodEnd{RunEnd::Gone, after(std::max(*progress.gone_since, progress.last_change), limits.after_gone)};
  }
  if (progress.terminal_since) return PodEnd{RunEnd::Terminal, after(*progress.terminal_since, limits.after_terminal)};
  if (progress.waiting_for_timer) return std::nullopt;
  return PodEnd{RunEnd::Quiet, after(progress.last_change, limits.after_quiet)};
}

RunLimits make_run_limits(const Scenario& scenario, std::optional<SimDuration> user_until) {
  RunLimits limits;
  limits.until = user_until;
  limits.longest = scenario.until;
  for (const Action& action : scenario.actions) limits.not_before = std::max(limits.not_before, action.at);
  for (const auto& [pod, at] : scenario.created_at) limits.not_before = std::max(limits.not_before, at);
  return limits;
}

RunResult run_world(World& world, const RunLimits& limits, TraceSink* sink, bool (*keep_going)(SimTime, void*),
                    void* context) {
  RunResult result;
  std::uint64_t events = 0;
  for (;;) {
    const PodEnd end = current_end(world, limits);
    const std::optional<SimTime> due = world.next_due();
    result.end = end.why;
    result.ended_at = end.at;
    if (!due || *due > end.at) break;
    if (keep_going != nullptr && !keep_going(*due, context)) {
      result.end = RunEnd::Interrupted;
      result.ended_at = world.now();
      break;
    }
    if (++events > limits.events_max) {
      result.end = RunEnd::Events;
      result.ended_at = world.now();
      break;
    }
    world.step(sink);
  }
  const std::optional<PodEnd> natural = world_end(world, limits);
  result.cut = !natural || natural->at > result.ended_at;
  result.because = rule_of(result.end);
  return result;
}

std::string describe_end(const RunResult& result) {
  const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(result.ended_at.time_since_epoch());
  const std::string at = format_go_duration(milliseconds);
  switch (result.end) {
    case RunEnd::Terminal:
      return "ended at " + at + ": the Pod has finished";
    case RunEnd::Gone:
      return "ended at " + at + ": the object is gone";
    case RunEnd::Quiet:
      return "ended at " + at + ": nothing more happens by itself";
    case RunEnd::Until:
      return (result.cut ? "cut at " : "ended at ") + at;
    case RunEnd::AtMost:
      return "cut at " + at + ": --until shows more";
    case RunEnd::Events:
      return "cut at " + at + ": too many events";
    case RunEnd::Interrupted:
      return "interrupted at " + at;
  }
  return {};
}

}  // namespace podlapse
