// One sync of a Job (pkg/controller/job/job_controller.go syncJob, manageJob, trackJobStatusAndRemoveFinalizers).
#include <algorithm>
#include <array>
#include <utility>

#include "job_indexes.hpp"
#include "podlapse/controller/job.hpp"

namespace podlapse {
namespace {

using std::chrono::seconds;

constexpr std::size_t kCreationsMax = 500;  ///< MaxPodCreateDeletePerSync

bool is_terminal(const JobPod& pod) { return pod.status.phase == "Succeeded" || pod.status.phase == "Failed"; }
bool is_active(const JobPod& pod) { return !is_terminal(pod) && !pod.deleting; }

bool is_ready(const JobPod& pod) {
  const PodCondition* ready = find_condition(pod.status, "Ready");
  return ready != nullptr && ready->status == "True";
}

std::int32_t restarts_of(const JobPod& pod) {
  std::int32_t sum = 0;
  for (const ContainerStatus& status : pod.status.init_container_statuses) sum += status.restart_count;
  for (const ContainerStatus& status : pod.status.container_statuses) sum += status.restart_count;
  return sum;
}

/// How far a Pod that is not wanted has come: those that have come least far go first (controller_utils.go ActivePods).
std::array<int, 3> progress_of(const JobPod& pod) {
  return {pod.status.phase == "Pending" ? 0 : 1, is_ready(pod) ? 1 : 0, restarts_of(pod) > 0 ? 0 : 1};
}

class Sync {
 public:
  explicit Sync(const JobView& view) : view_(view), spec_(view.spec), status_(view.status) {}

  JobSync run() && {
    look_at_pods();
    if (!status_.start_time && !spec_.suspend) status_.start_time = view_.now;
    renew_back_off();
    look_for_an_end();
    if (spec_.indexed) look_at_indexes();
    if (end_) {
      delete_active();
    } else {
      manage();
    }
    status_.active = active_;
    status_.ready = ready_;
    status_.terminating = terminating_;
    track();
    if (out_.because == RuleId::None) out_.because = RuleId::JobCounts;
    return std::move(out_);
  }

 private:
  void look_at_pods() {
    for (const JobPod& pod : view_.pods) {
      if (is_active(pod)) {
        active_pods_.push_back(&pod);
        ready_ += is_ready(pod) ? 1 : 0;
      }
      if (!is_terminal(pod) && pod.deleting) ++terminating_;
      if (!pod.tracked || !has_valid_index(pod)) continue;
      if (pod.status.phase == "Succeeded") new_succeeded_.push_back(&pod);
      if (job_pod_failed(spec_, pod)) new_failed_.push_back(&pod);
    }
    active_ = static_cast<std::int32_t>(active_pods_.size());
    const auto counted = std::count_if(new_failed_.begin(), new_failed_.end(), [this](const JobPod* pod) {
      return match_pod_failure_policy(spec_, *pod).counted;
    });
    succeeded_ = status_.succeeded + static_cast<std::int32_t>(new_succeeded_.size());
    failed_ = status_.failed + static_cast<std::int32_t>(counted);
  }

  [[nodiscard]] bool has_valid_index(const JobPod& pod) const {
    return !spec_.indexed || (pod.index && *pod.index < *spec_.completions);
  }

  /// backoff_utils.go newBackoffRecord: a success resets; of failures beside a success those after it count.
  void renew_back_off() {
    out_.backoff = view_.backoff;
    if (new_succeeded_.empty() && new_failed_.empty()) return;
    std::vector<WallTime> failures;
    for (const JobPod* pod : new_failed_) failures.push_back(job_pod_finished_at(*pod));
    std::sort(failures.begin(), failures.end());
    if (!new_succeeded_.empty()) {
      WallTime success = job_pod_finished_at(*new_succeeded_.front());
      for (const JobPod* pod : new_succeeded_) success = std::max(success, job_pod_finished_at(*pod));
      failures.erase(failures.begin(), std::upper_bound(failures.begin(), failures.end(), success));
      out_.backoff = {};
    }
    out_.backoff.failures_since_success += static_cast<std::int32_t>(failures.size());
    if (!failures.empty()) out_.backoff.last_failure = failures.back();
  }

  void end(const char* type, std::string reason, std::string message, RuleId because) {
    end_ = PodCondition{type, "True", std::move(reason), std::move(message), view_.now, {}};
    out_.because = because;
  }

  void look_for_an_end() {
    if (const PodCondition* met = find_true_condition(status_, "SuccessCriteriaMet")) {
      return end("SuccessCriteriaMet", met->reason, met->message, RuleId::JobEndUnderWay);
    }
    if (const PodCondition* target = find_true_condition(status_, "FailureTarget")) {
      return end("Failed", target->reason, target->message, RuleId::JobEndUnderWay);
    }
    for (const JobPod& pod : view_.pods) {
      if (!job_pod_failed(spec_, pod)) continue;
      const PodFailureMatch match = match_pod_failure_policy(spec_, pod);
      if (!match.fail_job_message.empty()) {
        return end("FailureTarget", "PodFailurePolicy", match.fail_job_message, RuleId::JobFailJob);
      }
    }
    if (failed_ > spec_.backoff_limit || past_backoff_limit_on_failure()) {
      return end("FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit", RuleId::JobBackoffLimit);
    }
    look_at_deadline();
  }

  [[nodiscard]] bool past_backoff_limit_on_failure() const {
    if (spec_.restart_policy != RestartPolicy::OnFailure) return false;
    std::int32_t restarts = 0;
    for (const JobPod& pod : view_.pods) restarts += is_terminal(pod) ? 0 : restarts_of(pod);
    return spec_.backoff_limit == 0 ? restarts > 0 : restarts >= spec_.backoff_limit;
  }

  void look_at_deadline() {
    if (!spec_.active_deadline || spec_.suspend || !status_.start_time) return;
    const SimDuration left = *spec_.active_deadline - (view_.now - *status_.start_time);
    if (left > SimDuration{}) return again_after(left);
    end("FailureTarget", "DeadlineExceeded", "Job was active longer than specified deadline", RuleId::JobActiveDeadline);
  }

  void again_after(SimDuration span) { out_.again_after = out_.again_after ? std::min(*out_.again_after, span) : span; }

  void look_at_indexes() {
    succeeded_indexes_ = status_.completed_indexes;
    for (const JobPod* pod : new_succeeded_) add_index(succeeded_indexes_, *pod->index);
    succeeded_ = static_cast<std::int32_t>(succeeded_indexes_.size());
    if (spec_.backoff_limit_per_index) look_at_failed_indexes();
    if (!end_) look_at_success_policy();
  }

  void look_at_failed_indexes() {
    failed_indexes_ = status_.failed_indexes;
    for (const JobPod* pod : new_failed_) {
      const PodFailureMatch match = match_pod_failure_policy(spec_, *pod);
      const bool index_fails = match.action == PodFailurePolicyRule::Action::FailIndex ||
                               (match.counted && pod->index_failures >= *spec_.backoff_limit_per_index);
      if (index_fails && !has_index(succeeded_indexes_, *pod->index)) add_index(failed_indexes_, *pod->index);
    }
    const auto failed = static_cast<std::int32_t>(failed_indexes_.size());
    if (!end_ && spec_.max_failed_indexes && failed > *spec_.max_failed_indexes) {
      end("FailureTarget", "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes",
          RuleId::JobMaxFailedIndexes);
    } else if (!end_ && failed > 0 && failed + succeeded_ >= *spec_.completions) {
      end("FailureTarget", "FailedIndexes", "Job has failed indexes", RuleId::JobFailedIndexes);
    }
    find_awaiting();
  }

  /// The last failed Pod of each index that waits for a new one: it keeps its finalizer, since its counts go to its successor
  /// (indexed_job_utils.go getPodsWithDelayedDeletionPerIndex).
  void find_awaiting() {
    for (const JobPod* pod : new_failed_) {
      const std::int32_t index = *pod->index;
      const bool active = std::any_of(active_pods_.begin(), active_pods_.end(),
                                      [index](const JobPod* other) { return other->index == index; });
      if (active || has_index(succeeded_indexes_, index) || has_index(failed_indexes_, index)) continue;
      const auto known = std::find_if(awaiting_.begin(), awaiting_.end(),
                                      [index](const JobPod* other) { return other->index == index; });
      if (known == awaiting_.end()) {
        awaiting_.push_back(pod);
      } else if (failures_before(**known) <= failures_before(*pod) &&
                 job_pod_finished_at(*pod) >= job_pod_finished_at(**known)) {
        *known = pod;
      }
    }
  }

  static std::int32_t failures_before(const JobPod& pod) { return pod.index_failures + pod.index_ignored; }

  [[nodiscard]] const JobPod* awaiting(std::int32_t index) const {
    const auto found = std::find_if(awaiting_.begin(), awaiting_.end(),
                                    [index](const JobPod* pod) { return pod->index == index; });
    return found == awaiting_.end() ? nullptr : *found;
  }

  /// success_policy.go matchSuccessPolicy.
  void look_at_success_policy() {
    if (!spec_.success_policy) return;
    for (std::size_t i = 0; i < spec_.success_policy->size(); ++i) {
      const SuccessPolicyRule& rule = (*spec_.success_policy)[i];
      std::size_t matched = succeeded_indexes_.size();
      std::size_t required = 0;
      if (rule.succeeded_indexes) {
        required = rule.succeeded_indexes->size();
        matched = static_cast<std::size_t>(
            std::count_if(rule.succeeded_indexes->begin(), rule.succeeded_indexes->end(),
                          [this](std::int32_t index) { return has_index(succeeded_indexes_, index); }));
      }
      if (rule.succeeded_count) required = static_cast<std::size_t>(*rule.succeeded_count);
      if (matched < required) continue;
      return end("SuccessCriteriaMet", "SuccessPolicy", "Matched rules at index " + std::to_string(i), RuleId::JobSuccessPolicy);
    }
  }

  /// The Job ends: what runs still is deleted. While not all Pods are known, nothing is said yet.
  void delete_active() {
    for (const JobPod* pod : active_pods_) remove(*pod);
    if (!view_.expectations_met) end_.reset();
  }

  void remove(const JobPod& pod) {
    out_.deletions.push_back(pod.id);
    --active_;
    ++terminating_;
    if (is_ready(pod)) --ready_;
  }

  /// Not wanted any more, though the Job goes on: it does not count as failed (deleteJobPods).
  void release(const JobPod& pod) {
    remove(pod);
    if (pod.tracked) out_.released.push_back(pod.id);
  }

  void manage() {
    if (view_.expectations_met) manage_pods();
    const bool complete = spec_.completions ? succeeded_ >= *spec_.completions && active_ == 0 : succeeded_ > 0 && active_ == 0;
    if (complete) return end("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", RuleId::JobComplete);
    if (view_.expectations_met) look_at_suspension();
  }

  void manage_pods() {
    if (spec_.suspend) {
      for (const JobPod* pod : active_pods_) release(*pod);
      return;
    }
    const std::int32_t wanted = wanted_active();
    if (active_ > wanted || has_superfluous_index()) return remove_superfluous(wanted);
    const bool waits_for_terminating =
        spec_.pod_replacement_policy == JobSpec::PodReplacementPolicy::Failed || spec_.pod_failure_policy;
    const std::int32_t missing = wanted - active_ - (waits_for_terminating ? terminating_ : 0);
    if (missing > 0) create(std::min(static_cast<std::size_t>(missing), kCreationsMax));
  }

  [[nodiscard]] std::int32_t wanted_active() const {
    if (!spec_.completions) return succeeded_ > 0 ? active_ : spec_.parallelism;
    return std::clamp(*spec_.completions - succeeded_, 0, spec_.parallelism);
  }

  [[nodiscard]] bool is_superfluous(std::size_t at) const {
    const JobPod& pod = *active_pods_[at];
    if (!spec_.indexed) return false;
    if (!pod.index || *pod.index >= *spec_.completions) return true;
    return std::any_of(active_pods_.begin(), active_pods_.begin() + static_cast<std::ptrdiff_t>(at),
                       [&pod](const JobPod* other) { return other->index == pod.index; });
  }

  [[nodiscard]] bool has_superfluous_index() const {
    for (std::size_t i = 0; i < active_pods_.size(); ++i) {
      if (is_superfluous(i)) return true;
    }
    return false;
  }

  void remove_superfluous(std::int32_t wanted) {
    std::vector<const JobPod*> left;
    for (std::size_t i = 0; i < active_pods_.size(); ++i) {
      if (is_superfluous(i)) {
        release(*active_pods_[i]);
      } else {
        left.push_back(active_pods_[i]);
      }
    }
    std::stable_sort(left.begin(), left.end(), [](const JobPod* a, const JobPod* b) { return progress_of(*a) < progress_of(*b); });
    for (const JobPod* pod : left) {
      if (active_ <= wanted) return;
      release(*pod);
    }
  }

  void create(std::size_t missing) {
    if (!spec_.backoff_limit_per_index) {
      const SimDuration left = job_back_off_left(out_.backoff.failures_since_success, out_.backoff.last_failure, view_.now);
      if (left > SimDuration{}) {
        again_after(left);
        active_ = 0;  // what the controller says while it waits, whatever runs
        out_.because = RuleId::JobBackOff;
        return;
      }
    }
    if (!spec_.indexed) {
      out_.creations.resize(missing);
    } else {
      create_indexes(missing);
    }
    active_ += static_cast<std::int32_t>(out_.creations.size());
    if (!out_.creations.empty()) out_.because = RuleId::JobCreatesPods;
  }

  void create_indexes(std::size_t missing) {
    std::optional<SimDuration> earliest;
    std::size_t chosen = 0;
    for (std::int32_t index = 0; index < *spec_.completions && chosen < missing; ++index) {
      if (is_settled(index)) continue;
      ++chosen;
      JobPodCreation creation{index, 0, 0};
      const JobPod* before = awaiting(index);
      if (before != nullptr) {
        const SimDuration left = job_back_off_left(failures_before(*before) + 1, job_pod_finished_at(*before), view_.now);
        if (left > SimDuration{}) {
          earliest = earliest ? std::min(*earliest, left) : left;
          continue;
        }
        const bool counted = match_pod_failure_policy(spec_, *before).counted;
        creation.index_failures = before->index_failures + (counted ? 1 : 0);
        creation.index_ignored = before->index_ignored + (counted ? 0 : 1);
      }
      out_.creations.push_back(creation);
    }
    if (!out_.creations.empty() || !earliest) return;
    again_after(*earliest);
    active_ = 0;
    out_.because = RuleId::JobBackOff;
  }

  [[nodiscard]] bool is_settled(std::int32_t index) const {
    return has_index(succeeded_indexes_, index) || has_index(failed_indexes_, index) ||
           std::any_of(active_pods_.begin(), active_pods_.end(), [index](const JobPod* pod) { return pod->index == index; });
  }

  void look_at_suspension() {
    const auto known = std::find_if(status_.conditions.begin(), status_.conditions.end(),
                                    [](const PodCondition& condition) { return condition.type == "Suspended"; });
    const bool was_suspended = known != status_.conditions.end() && known->status == "True";
    if (spec_.suspend == was_suspended) return;
    const PodCondition now = spec_.suspend ? PodCondition{"Suspended", "True", "JobSuspended", "Job suspended", view_.now, {}}
                                           : PodCondition{"Suspended", "False", "JobResumed", "Job resumed", view_.now, {}};
    if (known == status_.conditions.end()) {
      status_.conditions.push_back(now);
    } else {
      *known = now;
    }
    out_.events.push_back({false, spec_.suspend ? "Suspended" : "Resumed", now.message});
    if (!spec_.suspend) status_.start_time = view_.now;
    out_.because = RuleId::JobSuspend;
  }

  /// Counts what has ended: `first` says that the Job is about to end, `last` how many have ended and, if so, that it has.
  void track() {
    if (spec_.indexed) {
      status_.completed_indexes = succeeded_indexes_;
      status_.failed_indexes = failed_indexes_;
      status_.succeeded = static_cast<std::int32_t>(succeeded_indexes_.size());
    }
    const bool fails = end_ && end_->type != "SuccessCriteriaMet";
    if (end_ && end_->type != "Failed" && find_true_condition(status_, end_->type) == nullptr) status_.conditions.push_back(*end_);
    out_.first = out_.last = status_;
    for (const JobPod& pod : view_.pods) count(pod, fails);
    if (!end_ || terminating_ > 0) return;
    end_->type = fails ? "Failed" : "Complete";
    out_.last.conditions.push_back(*end_);
    if (!fails) out_.last.completion_time = view_.now;
    out_.events.push_back(fails ? OwnerEvent{true, end_->reason, end_->message} : OwnerEvent{false, "Completed", "Job completed"});
  }

  void count(const JobPod& pod, bool job_fails) {
    if (!pod.tracked || std::find(out_.released.begin(), out_.released.end(), pod.id) != out_.released.end()) return;
    const bool failed = job_pod_failed(spec_, pod);
    const bool succeeded = pod.status.phase == "Succeeded";
    const bool awaited = std::find(awaiting_.begin(), awaiting_.end(), &pod) != awaiting_.end();
    if (!end_ && !succeeded && (!failed || awaited)) return;
    out_.counted.push_back(pod.id);
    if (!has_valid_index(pod)) return;
    if (succeeded) {
      if (!spec_.indexed) ++out_.last.succeeded;
    } else if ((failed || job_fails) && match_pod_failure_policy(spec_, pod).counted) {
      ++out_.last.failed;
    }
  }

  const JobView& view_;
  const JobSpec& spec_;
  JobStatus status_;
  JobSync out_;
  std::vector<const JobPod*> active_pods_, new_succeeded_, new_failed_, awaiting_;
  std::int32_t active_ = 0, ready_ = 0, terminating_ = 0, succeeded_ = 0, failed_ = 0;
  JobIndexes succeeded_indexes_, failed_indexes_;
  std::optional<PodCondition> end_;
};

}  // namespace

JobSync sync_job(const JobView& view) { return Sync{view}.run(); }

bool job_finished(const JobStatus& status) {
  return find_true_condition(status, "Complete") != nullptr || find_true_condition(status, "Failed") != nullptr;
}

std::optional<WallTime> job_expires_at(const JobSpec& spec, const JobStatus& status) {
  if (!spec.ttl_after_finished) return std::nullopt;
  for (const char* type : {"Complete", "Failed"}) {
    const PodCondition* finished = find_true_condition(status, type);
    if (finished == nullptr || !finished->last_transition_time) continue;
    return std::chrono::floor<seconds>(*finished->last_transition_time) + *spec.ttl_after_finished;
  }
  return std::nullopt;
}

}  // namespace podlapse
