// Traces put together by hand, and sentences judged against them.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "podlapse/expect/judge.hpp"
#include "podlapse/expect/read.hpp"
#include "podlapse/trace/record.hpp"
#include "support/rule_coverage.hpp"

namespace podlapse::test {

inline SimTime at(double seconds) {
  return kTimeZero + std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000 + 0.5)};
}

/// One container as a status shows it.
inline ContainerStatus shown(std::string name, ContainerState::Kind kind, std::string reason = {}, bool ready = false,
                             std::int32_t restarts = 0) {
  ContainerStatus status;
  status.name = std::move(name);
  status.state.kind = kind;
  status.state.reason = std::move(reason);
  status.ready = ready;
  status.restart_count = restarts;
  return status;
}

class Story {
 public:
  explicit Story(double end, std::vector<PodOutline> pods = {{"web", {{"proxy", ContainerKind::Sidecar}, {"app", ContainerKind::Main}}}}) {
    trace_.header.pods = std::move(pods);
    trace_.header.observed_until = at(end).time_since_epoch();
  }

  Story& started(double when, std::string container, std::int32_t attempt = 0, std::string pod = "web") {
    return add(when, pod, ContainerObservation{std::move(container), attempt, ContainerObservation::What::Started, {}, {}});
  }
  Story& term(double when, std::string container, std::string pod = "web") {
    return add(when, pod, ContainerObservation{std::move(container), 0, ContainerObservation::What::Term, {}, 15});
  }
  Story& exited(double when, std::string container, std::int32_t code, std::int32_t attempt = 0, std::string pod = "web") {
    return add(when, pod, ContainerObservation{std::move(container), attempt, ContainerObservation::What::Exited, code, {}});
  }
  Story& event(double when, std::string reason, std::string container = {}, std::string kind = "Pod") {
    KubeEvent event;
    event.reason = std::move(reason);
    event.container = std::move(container);
    event.object_kind = std::move(kind);
    return add(when, "web", EventObservation{std::move(event)});
  }
  Story& probe(double when, std::string container, ProbeKind kind, bool ok) {
    return add(when, "web", ProbeObservation{std::move(container), 0, kind, ok, {}});
  }
  Story& hook(double when, std::string container, HookObservation::Hook hook, HookObservation::What what) {
    return add(when, "web", HookObservation{std::move(container), 0, hook, what});
  }
  Story& status(double when, std::string phase, std::vector<ContainerStatus> containers = {}, bool ready = false,
                std::optional<std::int64_t> deleting = {}, std::string pod = "web") {
    StatusObservation seen;
    seen.status.phase = std::move(phase);
    seen.status.conditions.push_back({"Ready", ready ? "True" : "False", {}, {}, {}, {}});
    seen.status.container_statuses = std::move(containers);
    seen.deleting = deleting;
    return add(when, pod, std::move(seen));
  }
  Story& action(double when, std::string what, std::string target) {
    ActionObservation action;
    action.action = std::move(what);
    return add(when, target, std::move(action));
  }
  Story& gone(double when) { return add(when, "web", DeletedObservation{}); }
  Story& job(double when, std::int32_t active, std::int32_t failed, std::string condition = {}, std::string name = {}) {
    JobObservation job;
    job.name = std::move(name);
    job.active = active;
    job.failed = failed;
    if (!condition.empty()) job.conditions.push_back({std::move(condition), "True", {}, {}, {}, {}});
    return add(when, "batch", std::move(job));
  }

  [[nodiscard]] const Trace& trace() const { return trace_; }

 private:
  Story& add(double when, const std::string& pod, Observation observation) {
    TraceRecord record;
    record.seq = trace_.records.size() + 1;
    record.at = at(when);
    record.pod = pod;
    record.rule = "rule/" + std::to_string(record.seq);
    record.observation = std::move(observation);
    trace_.records.push_back(std::move(record));
    return *this;
  }

  Trace trace_;
};

inline Verdict judged(const std::string& sentence, const Story& story, bool cut = false) {
  Expectation expectation;
  SentenceProblem problem;
  const bool parsed = parse_sentence(sentence, expectation, problem);
  REQUIRE_MESSAGE(parsed, sentence << ": " << problem.text);
  const Verdict verdict = judge(expectation, story.trace(), cut);
  reach(verdict.because);
  return verdict;
}

/// "held", or what happened instead.
inline std::string verdict_on(const std::string& sentence, const Story& story, bool cut = false) {
  const Verdict verdict = judged(sentence, story, cut);
  return verdict.held ? "held" : verdict.text;
}

}  // namespace podlapse::test
