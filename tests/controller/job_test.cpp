// One sync of a Job, told in one line: what is deleted, created and counted, the two statuses, events, and when to look again.
#include "podlapse/controller/job.hpp"

#include <doctest/doctest.h>

#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

WallTime second(double at) {
  return WallTime{std::chrono::hours{24 * 365}} + SimDuration{static_cast<std::int64_t>(at * 1e9)};
}

ContainerStatus ended(const char* name, std::int32_t code, double at) {
  ContainerStatus status;
  status.name = name;
  status.state.kind = ContainerState::Kind::Terminated;
  status.state.exit_code = code;
  status.state.finished_at = second(at);
  return status;
}

/// A Job, its Pods and what its controller knows. Pods are numbered from 0.
struct JobCase {
  JobSpec spec;
  JobStatus status;
  std::vector<JobPod> pods;
  JobBackoff backoff;
  double now = 100;
  bool expectations_met = true;

  JobCase() {
    spec.name = "job";
    spec.completions = 1;
  }

  JobPod& pod(const char* phase, bool ready = false) {
    JobPod& made = pods.emplace_back();
    made.id = static_cast<JobPodId>(pods.size() - 1);
    made.name = "job-" + std::to_string(pods.size() - 1);
    made.status.phase = phase;
    made.created_at = second(50);
    made.status.conditions.push_back({"Ready", ready ? "True" : "False", "", "", second(50), {}});
    return made;
  }
  JobPod& running() { return pod("Running", true); }
  JobPod& failed(double at = 90, std::int32_t code = 1) {
    JobPod& made = pod("Failed");
    made.status.container_statuses = {ended("app", code, at)};
    return made;
  }
  JobPod& succeeded(double at = 90) {
    JobPod& made = pod("Succeeded");
    made.status.container_statuses = {ended("app", 0, at)};
    return made;
  }

  [[nodiscard]] JobSync sync() const {
    const JobSync result = sync_job({spec, status, pods, backoff, second(now), expectations_met});
    reach(result.because);
    return result;
  }
};

std::string conditions_of(const JobStatus& status) {
  std::string text;
  for (const PodCondition& condition : status.conditions) {
    text += " " + condition.type + "=" + condition.status + "(" + condition.reason + ")";
  }
  return text;
}

std::string counts_of(const JobStatus& status) {
  std::string text = "active " + std::to_string(status.active) + " ready " + std::to_string(status.ready);
  if (status.terminating > 0) text += " terminating " + std::to_string(status.terminating);
  if (status.succeeded > 0) text += " succeeded " + std::to_string(status.succeeded);
  if (status.failed > 0) text += " failed " + std::to_string(status.failed);
  if (!status.completed_indexes.empty()) text += " completed " + format_job_indexes(status.completed_indexes);
  if (!status.failed_indexes.empty()) text += " failed indexes " + format_job_indexes(status.failed_indexes);
  return text + conditions_of(status);
}

std::string ids_of(const std::vector<JobPodId>& ids) {
  std::string text;
  for (const JobPodId id : ids) text += " " + std::to_string(static_cast<std::uint32_t>(id));
  return text;
}

/// "delete 0; create 2; count 1; active ... -> active ...; Event: message; again 10s"
std::string told(const JobSync& sync) {
  std::string text;
  if (!sync.deletions.empty()) text += "delete" + ids_of(sync.deletions) + "; ";
  if (!sync.creations.empty()) {
    text += "create";
    for (const JobPodCreation& creation : sync.creations) {
      text += creation.index ? " #" + std::to_string(*creation.index) : " .";
      if (creation.index_failures + creation.index_ignored > 0) {
        text += "(" + std::to_string(creation.index_failures) + "," + std::to_string(creation.index_ignored) + ")";
      }
    }
    text += "; ";
  }
  if (!sync.counted.empty()) text += "count" + ids_of(sync.counted) + "; ";
  text += counts_of(sync.first);
  if (sync.last != sync.first) text += " -> " + counts_of(sync.last);
  for (const OwnerEvent& event : sync.events) text += "; " + event.reason + ": " + event.message;
  if (sync.again_after) text += "; again " + format_go_duration(*sync.again_after);
  return text;
}

bool contains_failure_target(const JobSync& sync) { return find_true_condition(sync.first, "FailureTarget") != nullptr; }

PodFailurePolicyRule on_exit(PodFailurePolicyRule::Action action, std::vector<std::int32_t> values,
                             PodFailurePolicyRule::Operator op = PodFailurePolicyRule::Operator::In) {
  PodFailurePolicyRule rule;
  rule.action = action;
  rule.on_exit_codes = PodFailurePolicyRule::OnExitCodes{"", op, std::move(values)};
  return rule;
}

using Action = PodFailurePolicyRule::Action;

}  // namespace

TEST_SUITE("controller/job") {
  TEST_CASE("job/creates-pods: as many Pods as completions are missing, at most parallelism at a time") {
    JobCase job;
    CHECK_EQ(told(job.sync()), "create .; active 1 ready 0");
    job.spec.completions = 5;
    job.spec.parallelism = 3;
    CHECK_EQ(told(job.sync()), "create . . .; active 3 ready 0");
    job.running();
    job.status.succeeded = 3;
    CHECK_EQ(told(job.sync()), "create .; active 2 ready 1 succeeded 3");
    job.expectations_met = false;
    CHECK_EQ(told(job.sync()), "active 1 ready 1 succeeded 3");
  }

  TEST_CASE("without completions parallelism Pods run until the first has succeeded") {
    JobCase job;
    job.spec.completions.reset();
    job.spec.parallelism = 2;
    CHECK_EQ(told(job.sync()), "create . .; active 2 ready 0");
    job.running();
    job.succeeded();
    CHECK_EQ(told(job.sync()), "count 1; active 1 ready 1 -> active 1 ready 1 succeeded 1");
    job.pods.erase(job.pods.begin());
    CHECK_EQ(told(job.sync()),
             "count 1; active 0 ready 0 SuccessCriteriaMet=True(CompletionsReached) -> active 0 ready 0 succeeded 1 "
             "SuccessCriteriaMet=True(CompletionsReached) Complete=True(CompletionsReached); Completed: Job completed");
  }

  TEST_CASE("job/counts: where nothing else is to be done, the status follows the Pods") {
    JobCase job;
    job.running();
    CHECK(job.sync().because == RuleId::JobCounts);
    CHECK_EQ(told(job.sync()), "active 1 ready 1");
    job.pods.clear();
    CHECK(job.sync().because == RuleId::JobCreatesPods);
  }

  TEST_CASE("job/complete: enough Pods have succeeded and none is active") {
    JobCase job;
    job.spec.completions = 2;
    job.status.succeeded = 1;
    job.succeeded();
    const JobSync sync = job.sync();
    CHECK_EQ(told(sync),
             "count 0; active 0 ready 0 succeeded 1 SuccessCriteriaMet=True(CompletionsReached) -> active 0 ready 0 succeeded 2 "
             "SuccessCriteriaMet=True(CompletionsReached) Complete=True(CompletionsReached); Completed: Job completed");
    CHECK(job_finished(sync.last));
    CHECK_FALSE(job_finished(sync.first));
    CHECK(sync.last.completion_time == second(100));
    CHECK(sync.last.conditions.back().message == "Reached expected number of succeeded pods");
  }

  TEST_CASE("a Pod that was counted before is not counted again") {
    JobCase job;
    job.spec.completions = 2;
    job.status.succeeded = 1;
    job.succeeded().tracked = false;
    CHECK_EQ(told(job.sync()), "create .; active 1 ready 0 succeeded 1");
  }

  TEST_CASE("superfluous Pods go: pending ones first, then those that are not ready") {
    JobCase job;
    job.spec.completions = 3;
    job.spec.parallelism = 1;
    job.running();
    job.pod("Running");
    job.pod("Pending");
    CHECK_EQ(told(job.sync()), "delete 2 1; active 1 ready 1 terminating 2");
  }

  TEST_CASE("job/back-off: 10 s after the first failure, doubled with each, at most 10 min; a success resets") {
    JobCase job;
    job.failed(96.7);  // Kubernetes' times are whole seconds
    JobSync sync = job.sync();
    CHECK_EQ(told(sync), "count 0; active 0 ready 0 -> active 0 ready 0 failed 1; again 6s");
    CHECK(sync.backoff == JobBackoff{1, second(96)});
    job.pods.clear();
    job.backoff = sync.backoff;
    job.status = sync.last;
    job.now = 105.9;
    CHECK_EQ(told(job.sync()), "active 0 ready 0 failed 1; again 100ms");
    job.now = 106;
    CHECK_EQ(told(job.sync()), "create .; active 1 ready 0 failed 1");
    CHECK(job_back_off_left(2, second(100), second(100)) == std::chrono::seconds{20});
    CHECK(job_back_off_left(6, second(100), second(100)) == std::chrono::seconds{320});
    CHECK(job_back_off_left(7, second(100), second(100)) == std::chrono::minutes{10});
    CHECK(job_back_off_left(70, second(100), second(150)) == std::chrono::seconds{550});
    job.spec.completions = 3;
    job.succeeded(98);
    job.failed(97);
    CHECK(job.sync().backoff == JobBackoff{});
    job.failed(99);
    CHECK(job.sync().backoff == JobBackoff{1, second(99)});
  }

  TEST_CASE("job/backoff-limit: more failed Pods than allowed; what runs still is deleted") {
    JobCase job;
    job.spec.backoff_limit = 1;
    job.spec.completions = 2;
    job.spec.parallelism = 2;
    job.status.failed = 1;
    job.failed();
    job.running();
    JobSync sync = job.sync();
    CHECK_EQ(told(sync),
             "delete 1; count 0 1; active 0 ready 0 terminating 1 failed 1 FailureTarget=True(BackoffLimitExceeded) -> active 0 ready "
             "0 terminating 1 failed 3 FailureTarget=True(BackoffLimitExceeded)");
    CHECK(sync.first.conditions[0].message == "Job has reached the specified backoff limit");
    job.status = sync.last;
    job.pods.clear();
    CHECK_EQ(told(job.sync()),
             "active 0 ready 0 failed 3 FailureTarget=True(BackoffLimitExceeded) -> active 0 ready 0 failed 3 "
             "FailureTarget=True(BackoffLimitExceeded) Failed=True(BackoffLimitExceeded); BackoffLimitExceeded: Job has reached the "
             "specified backoff limit");
  }

  TEST_CASE("with OnFailure the restarts of all containers count, once the Pod runs") {
    JobCase job;
    job.spec.restart_policy = RestartPolicy::OnFailure;
    job.spec.backoff_limit = 3;
    ContainerStatus sidecar, app;
    sidecar.restart_count = 2;
    app.restart_count = 1;
    JobPod& pod = job.running();
    pod.status.init_container_statuses = {sidecar};
    pod.status.container_statuses = {app};
    CHECK(contains_failure_target(job.sync()));
    job.spec.backoff_limit = 4;
    CHECK_FALSE(contains_failure_target(job.sync()));
    job.spec.backoff_limit = 0;
    CHECK(contains_failure_target(job.sync()));
    job.spec.restart_policy = RestartPolicy::Never;
    CHECK_FALSE(contains_failure_target(job.sync()));
  }

  TEST_CASE("job/active-deadline: a Job may be active for so long") {
    JobCase job;
    job.spec.active_deadline = std::chrono::seconds{6};
    job.status.start_time = second(95);
    job.running();
    CHECK_EQ(told(job.sync()), "active 1 ready 1; again 1s");
    job.now = 101;
    CHECK_EQ(told(job.sync()),
             "delete 0; count 0; active 0 ready 0 terminating 1 FailureTarget=True(DeadlineExceeded) -> active 0 ready 0 terminating "
             "1 failed 1 FailureTarget=True(DeadlineExceeded)");
  }

  TEST_CASE("a Pod that is being deleted counts as failed and is replaced, unless only failed Pods are") {
    JobCase job;
    job.running().deleting = true;
    job.pods[0].deleted_at = second(95);
    CHECK_EQ(told(job.sync()), "count 0; active 0 ready 0 terminating 1 -> active 0 ready 0 terminating 1 failed 1; again 5s");
    job.now = 105;
    CHECK_EQ(told(job.sync()), "create .; count 0; active 1 ready 0 terminating 1 -> active 1 ready 0 terminating 1 failed 1");
    job.spec.pod_replacement_policy = JobSpec::PodReplacementPolicy::Failed;
    CHECK_EQ(told(job.sync()), "active 0 ready 0 terminating 1");
  }

  TEST_CASE("job/fail-job: the first rule that matches decides; FailJob ends the Job at once") {
    JobCase job;
    PodFailurePolicyRule on_disruption;
    on_disruption.action = Action::Ignore;
    on_disruption.on_pod_conditions = {{"DisruptionTarget", "True"}};
    job.spec.pod_failure_policy = {on_disruption, on_exit(Action::FailJob, {42})};
    job.failed(90, 42);
    const JobSync sync = job.sync();
    CHECK_EQ(told(sync),
             "count 0; active 0 ready 0 FailureTarget=True(PodFailurePolicy) -> active 0 ready 0 failed 1 "
             "FailureTarget=True(PodFailurePolicy) Failed=True(PodFailurePolicy); PodFailurePolicy: Container app for pod "
             "default/job-0 failed with exit code 42 matching FailJob rule at index 1");
    job.pods[0].status.conditions.push_back({"DisruptionTarget", "True", "", "", {}, {}});
    const PodFailureMatch ignored = match_pod_failure_policy(job.spec, job.pods[0]);
    CHECK(ignored.action == Action::Ignore);
    CHECK_FALSE(ignored.counted);
    CHECK_EQ(told(job.sync()), "create .; count 0; active 1 ready 0");  // not counted, but it was waited for
  }

  TEST_CASE("exit codes: of mains first, then of init containers; 0 never matches; NotIn; a named container") {
    JobCase job;
    job.spec.pod_failure_policy = {on_exit(Action::Count, {3}, PodFailurePolicyRule::Operator::NotIn)};
    const auto action_of = [&job] { return match_pod_failure_policy(job.spec, job.pods[0]).action; };
    job.failed(90, 0);
    CHECK_FALSE(action_of().has_value());
    job.pods[0].status.init_container_statuses = {ended("setup", 5, 80)};
    CHECK(action_of() == Action::Count);
    job.pods[0].status.init_container_statuses[0].state.exit_code = 3;
    CHECK_FALSE(action_of().has_value());
    job.spec.pod_failure_policy = {on_exit(Action::Count, {3})};
    CHECK(action_of() == Action::Count);
    job.spec.pod_failure_policy->front().on_exit_codes->container_name = "app";
    CHECK_FALSE(action_of().has_value());
  }

  TEST_CASE("job/success-policy: the indexes asked for have succeeded; the rest is deleted and not counted as failed") {
    JobCase job;
    job.spec.indexed = true;
    job.spec.completions = 4;
    job.spec.parallelism = 4;
    job.spec.success_policy = {{{JobIndexes{0, 2}, {}}}};
    job.succeeded().index = 0;
    job.running().index = 1;
    job.running().index = 2;
    job.running().index = 3;
    CHECK_EQ(told(job.sync()), "count 0; active 3 ready 3 succeeded 1 completed 0");
    job.pods[2].status.phase = "Succeeded";
    const JobSync sync = job.sync();
    CHECK_EQ(told(sync),
             "delete 1 3; count 0 1 2 3; active 0 ready 0 terminating 2 succeeded 2 completed 0,2 "
             "SuccessCriteriaMet=True(SuccessPolicy)");
    CHECK(sync.first.conditions[0].message == "Matched rules at index 0");
    job.spec.success_policy = {{{JobIndexes{1, 3}, {}}, {{}, 2}}};
    CHECK(job.sync().first.conditions[0].message == "Matched rules at index 1");
    job.spec.success_policy = {{{JobIndexes{0, 1, 3}, 1}}};
    CHECK(job.sync().first.conditions[0].message == "Matched rules at index 0");
  }

  TEST_CASE("an Indexed Job creates its first missing indexes, and removes a second Pod of one") {
    JobCase job;
    job.spec.indexed = true;
    job.spec.completions = 5;
    job.spec.parallelism = 3;
    job.status.completed_indexes = {1};
    job.status.succeeded = 1;
    job.running().index = 0;
    CHECK_EQ(told(job.sync()), "create #2 #3; active 3 ready 1 succeeded 1 completed 1");
    job.running().index = 0;
    CHECK_EQ(told(job.sync()), "delete 1; active 1 ready 1 terminating 1 succeeded 1 completed 1");
  }

  TEST_CASE("job/failed-indexes: an index fails when it failed more often than backoffLimitPerIndex; the Job when all have ended") {
    JobCase job;
    job.spec.indexed = true;
    job.spec.completions = 2;
    job.spec.parallelism = 2;
    job.spec.backoff_limit = 2147483647;
    job.spec.backoff_limit_per_index = 1;
    job.failed(60).index = 0;
    job.running().index = 1;
    CHECK_EQ(told(job.sync()), "create #0(1,0); active 2 ready 1");  // the failed Pod waits until its successor is there
    job.pods[0].index_failures = 1;
    CHECK_EQ(told(job.sync()), "count 0; active 1 ready 1 failed indexes 0 -> active 1 ready 1 failed 1 failed indexes 0");
    job.pods[1].status.phase = "Succeeded";
    CHECK_EQ(told(job.sync()),
             "count 0 1; active 0 ready 0 succeeded 1 completed 1 failed indexes 0 FailureTarget=True(FailedIndexes) -> active 0 "
             "ready 0 succeeded 1 failed 1 completed 1 failed indexes 0 FailureTarget=True(FailedIndexes) "
             "Failed=True(FailedIndexes); FailedIndexes: Job has failed indexes");
  }

  TEST_CASE("each index has a back-off of its own; ignored failures lengthen it and are not counted") {
    JobCase job;
    job.spec.indexed = true;
    job.spec.backoff_limit_per_index = 5;
    job.spec.pod_failure_policy = {on_exit(Action::Ignore, {7})};
    job.failed(80, 7).index = 0;
    job.pods[0].index_ignored = 1;
    job.now = 90;
    CHECK_EQ(told(job.sync()), "active 0 ready 0; again 10s");
    job.now = 100;
    CHECK_EQ(told(job.sync()), "create #0(0,2); active 1 ready 0");
  }

  TEST_CASE("job/max-failed-indexes: more failed indexes than maxFailedIndexes fail the Job; FailIndex fails one at once") {
    JobCase job;
    job.spec.indexed = true;
    job.spec.completions = 3;
    job.spec.backoff_limit_per_index = 9;
    job.spec.max_failed_indexes = 0;
    job.spec.pod_failure_policy = {on_exit(Action::FailIndex, {4})};
    job.failed(90, 4).index = 1;
    const JobSync sync = job.sync();
    CHECK(sync.first.conditions[0].reason == "MaxFailedIndexesExceeded");
    CHECK(sync.last.failed_indexes == JobIndexes{1});
  }

  TEST_CASE("job/suspend: a suspended Job has no active Pods; resumed, it starts anew") {
    JobCase job;
    job.spec.suspend = true;
    CHECK_FALSE(job.sync().first.start_time.has_value());
    job.running();
    JobSync sync = job.sync();
    CHECK_EQ(told(sync), "delete 0; active 0 ready 0 terminating 1 Suspended=True(JobSuspended); Suspended: Job suspended");
    job.status = sync.last;
    job.pods.clear();
    CHECK_EQ(told(job.sync()), "active 0 ready 0 Suspended=True(JobSuspended)");
    job.spec.suspend = false;
    job.now = 130;
    sync = job.sync();
    CHECK_EQ(told(sync), "create .; active 1 ready 0 Suspended=False(JobResumed); Resumed: Job resumed");
    CHECK(sync.first.start_time == second(130));
  }

  TEST_CASE("job/end-under-way: the end is said once no Pod is terminating") {
    JobCase job;
    job.status.conditions = {{"FailureTarget", "True", "DeadlineExceeded", "late", second(99), {}}};
    job.running().deleting = true;
    job.pods[0].tracked = false;
    CHECK_EQ(told(job.sync()), "active 0 ready 0 terminating 1 FailureTarget=True(DeadlineExceeded)");
    job.pods.clear();
    CHECK_EQ(told(job.sync()),
             "active 0 ready 0 FailureTarget=True(DeadlineExceeded) -> active 0 ready 0 FailureTarget=True(DeadlineExceeded) "
             "Failed=True(DeadlineExceeded); DeadlineExceeded: late");
  }

  TEST_CASE("a Pod's end: its last container's, sidecars among them; else since when it is not ready; else its deletion") {
    JobCase job;
    JobPod& pod = job.failed(90.9);
    CHECK(job_pod_finished_at(pod) == second(90));
    pod.status.init_container_statuses = {ended("setup", 0, 95), ended("proxy", 0, 93)};
    pod.sidecars = {"proxy"};
    CHECK(job_pod_finished_at(pod) == second(93));
    pod.status.init_container_statuses[1].state = {};
    CHECK(job_pod_finished_at(pod) == second(50));
    pod.status.conditions.clear();
    pod.deleted_at = second(70.5);
    CHECK(job_pod_finished_at(pod) == second(70));
  }

  TEST_CASE("indexes are written as ranges, and read back") {
    CHECK_EQ(format_job_indexes({}), "");
    CHECK_EQ(format_job_indexes({0, 1, 2, 5, 7, 8}), "0-2,5,7,8");
    JobIndexes read;
    CHECK(parse_job_indexes("0-2,5,7,8", 8, read));
    CHECK(read == JobIndexes{0, 1, 2, 5, 7});
    for (const char* bad : {"1-", "-1", "a", "3,1", "1,,2", "2-1", "1,"}) {
      INFO(std::string{bad});
      CHECK_FALSE(parse_job_indexes(bad, 10, read));
    }
  }
}

}  // namespace podlapse::test
