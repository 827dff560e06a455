// What a scenario says of the controllers that make its Pods, and what its reader should know of them.
#include <algorithm>

#include "podlapse/api/cron_next.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

using Notes = std::vector<std::pair<std::string, std::string>>;

std::string called(const Workload& workload) { return std::string{to_string(workload.kind)} + " " + workload.name; }

/// "1m40s" and the like, of whole seconds.
std::string span_text(SimDuration span) { return format_go_duration(span); }

std::string if_it_lasts(const CronJobSpec& cron_job) {
  switch (cron_job.concurrency_policy) {
    case CronJobSpec::ConcurrencyPolicy::Allow: return "the next runs beside it (concurrencyPolicy Allow)";
    case CronJobSpec::ConcurrencyPolicy::Forbid: {
      const std::string in_time = cron_job.starting_deadline
                                      ? ", unless that is more than " + span_text(*cron_job.starting_deadline) + " late"
                                      : std::string{};
      return "the next waits for its end" + in_time + " (concurrencyPolicy Forbid)";
    }
    case CronJobSpec::ConcurrencyPolicy::Replace: return "it is deleted for the next (concurrencyPolicy Replace)";
  }
  return {};
}

void add_cron_job(const Workload& workload, WallTime start, Notes& notes) {
  const CronJobSpec& cron_job = *workload.cron_job;
  if (cron_job.suspend) {
    notes.emplace_back("suspended", called(workload) + ": nothing runs until spec.suspend is false");
    return;
  }
  const std::optional<WallTime> first = next_schedule(cron_job.schedule, start);
  const std::optional<WallTime> second = first ? next_schedule(cron_job.schedule, *first) : std::nullopt;
  if (!first || !second) {
    notes.emplace_back("schedule", in_backticks(cron_job.schedule) + " does not fire within five years");
    return;
  }
  const std::string between = span_text(*second - *first);
  notes.emplace_back("schedule", in_backticks(cron_job.schedule) + " fires at " + format_rfc3339(*first) +
                                     ", which is 0s here, and " + between + " later, at " + format_rfc3339(*second));
  notes.emplace_back("", "if a Job lasts longer than " + between + ", " + if_it_lasts(cron_job));
  if (!cron_job.time_zone.empty() && cron_job.time_zone != "UTC" && cron_job.time_zone != "Etc/UTC") {
    notes.emplace_back("", "timeZone " + cron_job.time_zone + " is not known here: the schedule is taken as UTC");
  }
}

void add_ttl(const Workload& workload, Notes& notes) {
  if (!workload.job || !workload.job->ttl_after_finished) return;
  notes.emplace_back("ttl", "the Job and its Pods are deleted " + span_text(*workload.job->ttl_after_finished) +
                                " after it has finished (ttlSecondsAfterFinished)");
}

void add_replicas(const Workload& workload, Notes& notes) {
  if (!workload.pod_set || !workload.replicas || *workload.replicas == workload.pod_set->replicas) return;
  const std::string asked = std::to_string(*workload.replicas), simulated = std::to_string(workload.pod_set->replicas);
  const std::string all = *workload.replicas > 1 ? "; --replicas " + asked + " puts all on the node" : std::string{};
  notes.emplace_back("replicas", called(workload) + " asks for " + asked + ", " + simulated + " simulated" + all);
}

}  // namespace

std::optional<NameProblem> set_replicas(Scenario& scenario, std::int32_t count) {
  bool any = false;
  for (Workload& workload : scenario.workloads) {
    if (!workload.pod_set) continue;
    any = true;
    if (workload.kind == WorkloadKind::DaemonSet && count > 1) {
      return NameProblem{RuleId::ScenarioReplicas, "a DaemonSet has one Pod on a node, and there is one node",
                         "leave out the replicas of " + called(workload)};
    }
    workload.pod_set->replicas = count;
  }
  if (any) return std::nullopt;
  return NameProblem{RuleId::ScenarioReplicas, "nothing here has replicas",
                     "a Deployment, ReplicaSet, ReplicationController or StatefulSet has; a Job has parallelism"};
}

WallTime first_instant(const Scenario& scenario, WallTime start) {
  for (const Workload& workload : scenario.workloads) {
    if (!workload.cron_job || workload.cron_job->suspend) continue;
    return next_schedule(workload.cron_job->schedule, start).value_or(start);
  }
  return start;
}

Notes controller_notes(const Scenario& scenario, WallTime start) {
  Notes notes;
  for (const Workload& workload : scenario.workloads) {
    if (workload.cron_job) add_cron_job(workload, start, notes);
    add_ttl(workload, notes);
    add_replicas(workload, notes);
  }
  return notes;
}

}  // namespace podlapse
