#include "names.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "podlapse/base/quote.hpp"
#include "podlapse/kubelet/events.hpp"

namespace podlapse {

namespace {

constexpr std::string_view kPhases[] = {"Pending", "Running", "Succeeded", "Failed", "Unknown"};

/// Reasons of the events that controllers emit (pkg/controller/job/job_controller.go, pkg/controller/controller_utils.go).
constexpr std::string_view kControllerReasons[] = {
    "SuccessfulCreate", "SuccessfulDelete", "FailedCreate", "FailedDelete", "Completed", "Suspended", "Resumed",
    "BackoffLimitExceeded", "PodFailurePolicy", "FailedIndexes", "MaxFailedIndexesExceeded", "SuccessCriteriaMet", "SawCompletedJob",
    "SuccessfulUpdate", "FailedUpdate", "RecreatingFailedPod", "RecreatingTerminatedPod", "MissSchedule", "JobAlreadyActive",
    "TooManyMissedTimes", "UnexpectedJob", "FailedDaemonPod", "SucceededDaemonPod"};

std::vector<std::string> event_reasons() {
  std::vector<std::string> reasons;
  for (auto i = 0; i <= static_cast<int>(EventReason::FailedToRetrieveImagePullSecret); ++i) {
    reasons.emplace_back(to_string(static_cast<EventReason>(i)));
  }
  reasons.insert(reasons.end(), std::begin(kControllerReasons), std::end(kControllerReasons));
  return reasons;
}

std::string help_for(const std::string& word, const std::vector<std::string>& known, const char* what) {
  const std::string nearest = nearest_name(word, known);
  if (!nearest.empty()) return "did you mean " + in_backticks(nearest) + "?";
  std::string text = what;
  for (const std::string& one : known) text += (&one == &known.front() ? "" : ", ") + one;
  return text;
}

NameProblem never_applies(std::string text, std::string help = {}) {
  return {RuleId::ExpectNeverApplies, std::move(text), std::move(help)};
}

/// The Pods that a term means, as indices of workloads.
std::vector<PodIndex> workloads_of(const Term& term, const Scenario& scenario) {
  std::vector<PodIndex> found;
  const std::optional<PodIndex> only = term.pod.empty() ? std::nullopt : find_pod(scenario, term.pod);
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) {
    if (!only || *only == pod) found.push_back(pod);
  }
  return found;
}

bool makes_pods(const Workload& workload) { return workload.kind != WorkloadKind::Pod && workload.kind != WorkloadKind::PodTemplate; }

bool has_job(const Workload& workload) { return workload.job || workload.cron_job; }

std::optional<NameProblem> check_event(const Term& term) {
  const std::vector<std::string> known = event_reasons();
  if (std::find(known.begin(), known.end(), term.argument) != known.end()) return std::nullopt;
  return never_applies("no event has the reason " + in_backticks(term.argument), help_for(term.argument, known, "known: "));
}

/// Whether a container has the hook or probe that a property is about: the word before its dot.
std::optional<NameProblem> check_property(const Term& term, const ContainerSpec& container) {
  const std::string_view word = property_row(term.property).word;
  const std::string_view part = word.substr(0, word.find('.'));
  const auto lacks = [&](std::string_view name, bool there) { return part == name && part != word && !there; };
  if (lacks("postStart", container.post_start.has_value()) || lacks("preStop", container.pre_stop.has_value())) {
    return never_applies(in_backticks(container.name) + " has no " + std::string{part} + " hook");
  }
  if (lacks("startup", container.startup_probe.has_value()) || lacks("readiness", container.readiness_probe.has_value()) ||
      lacks("liveness", container.liveness_probe.has_value())) {
    return never_applies(in_backticks(container.name) + " has no " + std::string{part} + " probe");
  }
  return std::nullopt;
}

std::optional<NameProblem> check_container(const Term& term, const Scenario& scenario) {
  const std::vector<ContainerPlace> places = find_containers(scenario, {term.pod, term.container});
  if (places.empty()) {
    const std::string name = term.pod.empty() ? term.container : term.pod + "/" + term.container;
    return NameProblem{RuleId::ExpectUnknownName, "no container is called " + in_backticks(name),
                       help_for(name, container_names(scenario), "the containers are ")};
  }
  if (places.size() > 1) {
    const std::string& first = scenario.workloads[places.front().pod].name;
    return NameProblem{RuleId::ExpectUnknownName, in_backticks(term.container) + " is in several Pods",
                       "write " + in_backticks(first + "/" + term.container)};
  }
  const ContainerPlace& place = places.front();
  return check_property(term, scenario.workloads[place.pod].pod.containers[place.container]);
}

std::optional<NameProblem> check_pod(const Term& term, const Scenario& scenario) {
  if (term.property == Property::PodPhase &&
      std::find(std::begin(kPhases), std::end(kPhases), term.argument) == std::end(kPhases)) {
    return never_applies("there is no phase " + in_backticks(term.argument),
                         "the phases are Pending, Running, Succeeded, Failed; kubectl's STATUS is pod.status=" + term.argument);
  }
  if (term.pod.empty() && scenario.workloads.size() > 1) {
    return NameProblem{RuleId::ExpectUnknownName, "there are several Pods: say which one",
                       "write " + in_backticks(pod_names(scenario).front() + "/" + to_string(term))};
  }
  return std::nullopt;
}

std::optional<NameProblem> resolve(Term& term, const Scenario& scenario) {
  if (!term.pod.empty() && !find_pod(scenario, term.pod)) {
    return NameProblem{RuleId::ExpectUnknownName, "no Pod is called " + in_backticks(term.pod),
                       help_for(term.pod, pod_names(scenario), "the Pods are ")};
  }
  const std::vector<PodIndex> workloads = workloads_of(term, scenario);
  const auto any = [&](auto has) {
    return std::any_of(workloads.begin(), workloads.end(), [&](PodIndex pod) { return has(scenario.workloads[pod]); });
  };
  std::optional<NameProblem> problem;
  switch (property_row(term.property).subject) {
    case Subject::Container:
      if (!term.container.empty()) problem = check_container(term, scenario);
      break;
    case Subject::Pod:
      problem = check_pod(term, scenario);
      break;
    case Subject::Job:
      if (!any(has_job)) problem = never_applies("there is no Job here");
      break;
    case Subject::Event:
      problem = check_event(term);
      if (!problem && !term.container.empty()) problem = check_container(term, scenario);
      break;
  }
  if (!problem && term.pod_number && *term.pod_number > 0 && !any(makes_pods)) {
    problem = never_applies("there is one Pod, pod[0], and no controller that makes more");
  }
  if (!problem && !term.pod.empty()) {
    const Workload& workload = scenario.workloads[workloads.front()];
    term.made_of_template = makes_pods(workload);
    term.pod = term.made_of_template ? workload.name : workload.pod.name;
  }
  return problem;
}

/// Walks over every term of an expectation.
class Resolver {
 public:
  explicit Resolver(const Scenario& scenario) : scenario_(scenario) {}
  [[nodiscard]] std::optional<UnresolvedTerm> problem() const { return problem_; }

  void operator()(OrderExpectation& order) {
    for (Term& term : order.chain) visit(term);
  }
  void operator()(SpanExpectation& span) {
    if (span.from) visit(*span.from);
    visit(span.to);
  }
  void operator()(CountExpectation& count) { visit(count.term); }
  void operator()(NeverExpectation& never) { visit(never.what); }
  void operator()(AlwaysExpectation& always) { visit(always.what); }
  void operator()(EventuallyExpectation& eventually) { visit(eventually.what); }
  void operator()(WhileExpectation& given) {
    visit(given.given);
    if (problem_) problem_->is_given = true;
    visit(given.then);
  }
  void operator()(CoversExpectation& covers) {
    visit(covers.cover);
    visit(covers.covered);
  }
  void operator()(StateExpectation& state) {
    if (state.condition) visit(*state.condition);
    if (state.columns.empty()) return;
    Term pod;
    pod.property = Property::PodReady;
    pod.pod = state.pod;
    visit(pod);
    state.pod = pod.pod;
    state.made_of_template = pod.made_of_template;
  }

 private:
  void visit(Term& term) {
    if (problem_) return;
    if (auto problem = resolve(term, scenario_)) problem_ = UnresolvedTerm{*std::move(problem), term, false};
  }
  void visit(Condition& condition) {
    for (std::vector<Atom>& all_of : condition.any_of) {
      for (Atom& atom : all_of) visit(atom.term);
    }
  }

  const Scenario& scenario_;
  std::optional<UnresolvedTerm> problem_;
};

}  // namespace

std::optional<UnresolvedTerm> resolve_names(Expectation& expectation, const Scenario& scenario) {
  Resolver resolver{scenario};
  std::visit(resolver, expectation.what);
  return resolver.problem();
}

}  // namespace podlapse
