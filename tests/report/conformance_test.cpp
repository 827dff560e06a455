#include "podlapse/report/conformance.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;

namespace {

/// A trace that was observed for `until` seconds, with these lines.
Trace trace_of(const std::string& until, const std::vector<std::string>& lines) {
  std::string text = R"({"type": "header", "format": "podlapse-trace/1", "observedUntil": )" + until + "}\n";
  for (const std::string& line : lines) text += line + "\n";
  TracesRead read = read_traces(text, 0);
  for (const Diagnostic& problem : read.problems) MESSAGE(problem.text);
  REQUIRE(read.problems.empty());
  return std::move(read.traces.at(0));
}

/// `what` of a container's run 0 at `t`.
std::string process(const std::string& t, const std::string& container, const std::string& what, int attempt = 0) {
  const std::string code = what == "exited" ? R"(, "exitCode": 0)" : "";
  return R"({"type": "container", "t": )" + t + R"(, "container": ")" + container + R"(", "attempt": )" +
         std::to_string(attempt) + R"(, "what": ")" + what + "\"" + code + "}";
}

std::string status(const std::string& t, const std::string& phase, const std::string& more = "") {
  return R"({"type": "status", "t": )" + t + R"(, "phase": ")" + phase + "\"" + more + "}";
}

std::string event(const std::string& t, const std::string& reason, int count = 1) {
  return R"({"type": "event", "t": )" + t + R"(, "reason": ")" + reason +
         R"(", "container": "app", "message": "m", "count": )" + std::to_string(count) + "}";
}

std::string deleted(const std::string& t) { return R"({"type": "deleted", "t": )" + t + "}"; }

/// A container called app in a Running Pod.
std::string running(const std::string& t, const std::string& state) {
  return status(t, "Running", R"(, "containers": {"app": {"state": ")" + state + R"(", "restartCount": 0}})");
}

/// What the simulation has of `check` against one run that was recorded.
std::vector<Disagreement> found(RuleId check, const Trace& simulated, const std::vector<Trace>& recorded) {
  std::vector<Disagreement> of_check;
  for (const Disagreement& one : compare_traces(simulated, recorded).disagreements) {
    if (one.check != check) continue;
    test::reach(one.check);
    of_check.push_back(one);
  }
  return of_check;
}

TimeRange range(int least_ms, int most_ms) {
  return {std::chrono::milliseconds{least_ms}, std::chrono::milliseconds{most_ms}};
}

}  // namespace

TEST_SUITE("report/conformance") {
  TEST_CASE("a trace agrees with itself, and an empty one with an empty one") {
    const Trace trace = trace_of("20", {status("0", "Pending"), process("1", "app", "started"), status("1.1", "Running"),
                                        event("1.2", "Started"), process("9", "app", "exited"), status("11", "Succeeded")});
    CHECK(compare_traces(trace, {trace}).agrees());
    CHECK(compare_traces(trace_of("5", {}), {trace_of("5", {})}).agrees());
  }

  TEST_CASE("conform/lifecycle: what every recorded run has is missing, or what none has happens") {
    const Trace real = trace_of("20", {process("1", "app", "started"), process("5", "app", "exited")});
    const auto missing = found(RuleId::ConformLifecycle, trace_of("20", {process("1", "app", "started")}), {real});
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].subject == "app[0].exited(0)");
    CHECK(missing[0].simulated.text == "never");
    CHECK(missing[0].recorded.times == range(5000, 5000));
    const Trace more = trace_of("20", {process("1", "app", "started"), process("4.9", "app", "term"),
                                       process("5", "app", "exited")});
    const auto extra = found(RuleId::ConformLifecycle, more, {real});
    REQUIRE(extra.size() == 1);
    CHECK(extra[0].subject == "app[0].term");
    CHECK(extra[0].simulated.times == range(4900, 4900));
    CHECK(extra[0].recorded.text == "never");
  }

  TEST_CASE("what only some recorded runs have may be there or not, and so may what comes in the last 2 s") {
    const Trace with = trace_of("20", {process("1", "app", "started"), process("5", "app", "term")});
    const Trace without = trace_of("20", {process("1", "app", "started")});
    CHECK(compare_traces(with, {with, without}).agrees());
    CHECK(compare_traces(without, {with, without}).agrees());
    CHECK(compare_traces(without, {trace_of("6.9", {process("1", "app", "started"), process("5", "app", "term")})}).agrees());
    CHECK_FALSE(compare_traces(without, {trace_of("7.1", {process("1", "app", "started"), process("5", "app", "term")})}).agrees());
  }

  TEST_CASE("conform/order: what came 0.75 s before in every recorded run comes before") {
    const Trace wrong = trace_of("20", {process("3.5", "b", "started"), process("3.6", "a", "started")});
    const Trace apart = trace_of("20", {process("3", "a", "started"), process("3.75", "b", "started")});
    const auto order = found(RuleId::ConformOrder, wrong, {apart});
    REQUIRE(order.size() == 1);
    CHECK(order[0].subject == "a[0].started before b[0].started");
    CHECK(order[0].simulated.text == "3.60s, 3.50s");
    CHECK(order[0].recorded.text == "3.00s, 3.75s");
    const Trace near = trace_of("20", {process("3", "a", "started"), process("3.749", "b", "started")});
    CHECK(compare_traces(wrong, {near}).agrees());
    CHECK(compare_traces(wrong, {apart, near}).agrees());
  }

  TEST_CASE("conform/time: a moment may come 1.5 s and 2 % of the time away from the recorded ones") {
    const std::vector<Trace> real{trace_of("60", {process("20", "app", "started")}),
                                  trace_of("60", {process("21", "app", "started")})};
    for (const char* t : {"18.08", "20.5", "22.92"}) {
      INFO(t);
      CHECK(compare_traces(trace_of("60", {process(t, "app", "started")}), real).agrees());
    }
    for (const char* t : {"18.07", "22.93"}) {
      const auto late = found(RuleId::ConformTime, trace_of("60", {process(t, "app", "started")}), real);
      REQUIRE_MESSAGE(late.size() == 1, t);
      CHECK(late[0].subject == "app[0].started");
      CHECK(late[0].recorded.times == range(20000, 21000));
    }
  }

  TEST_CASE("half of the time spent in back-off widens the tolerance, and a back-off is at least as long as its step") {
    const auto crash = [](const std::string& again) {
      return trace_of("60", {process("1", "app", "started"), process("2", "app", "exited"), event("3", "BackOff"),
                             process(again, "app", "started", 1)});
    };
    CHECK(compare_traces(crash("17"), {crash("12.5")}).agrees());
    const auto early = found(RuleId::ConformTime, crash("11.4"), {crash("12.5")});  // 9.4 s, and the step is 10 s
    REQUIRE(early.size() == 1);
    CHECK(early[0].subject == "wait for app[1].started");
    CHECK(early[0].simulated.times == range(9400, 9400));
    CHECK(compare_traces(crash("11.5"), {crash("12.5")}).agrees());
    CHECK(compare_traces(crash("19.2"), {crash("12.5")}).agrees());  // 17.2 s = 1.5 * 10 s + 2.2 s
    CHECK_FALSE(compare_traces(crash("19.201"), {crash("12.5")}).agrees());
    CHECK(compare_traces(crash("18.9"), {crash("14.5")}).agrees());
  }

  TEST_CASE("conform/status: values come in the same order; those of less than 1.2 s may be missed") {
    const Trace real = trace_of("20", {status("0", "Pending"), status("5", "Running"), status("12", "Succeeded")});
    const auto path = found(RuleId::ConformStatus,
                            trace_of("20", {status("0", "Pending"), status("5", "Running"), status("12", "Failed")}), {real});
    REQUIRE(path.size() == 1);
    CHECK(path[0].subject == "phase");
    CHECK(path[0].simulated.text == "Pending 5.0s > Running 7.0s > Failed 8.0s");
    CHECK(path[0].recorded.text == "Pending 5.0s > Running 7.0s > Succeeded 8.0s");
    const auto flicker = [](const std::string& until) {
      return trace_of("20", {status("0", "Pending"), status("3", "Running"), status(until, "Pending"),
                             status("6", "Running"), status("12", "Succeeded")});
    };
    CHECK(compare_traces(flicker("4.199"), {real}).agrees());
    CHECK(found(RuleId::ConformStatus, flicker("4.2"), {real}).size() == 1);
  }

  TEST_CASE("a path may differ in a tail of less than 2 s") {
    const Trace real = trace_of("20", {status("0", "Pending"), status("5", "Running")});
    const auto ends = [](const std::string& t) {
      return trace_of("20", {status("0", "Pending"), status("5", "Running"), status(t, "Succeeded")});
    };
    CHECK(found(RuleId::ConformStatus, ends("18.1"), {real}).empty());
    CHECK(found(RuleId::ConformStatus, ends("18"), {real}).size() == 1);
  }

  TEST_CASE("a terminal phase that is left is wrong, even where it was recorded") {
    const Trace left = trace_of("20", {status("0", "Failed"), status("5", "Running")});
    const auto path = found(RuleId::ConformStatus, left, {left});
    REQUIRE(path.size() == 1);
    CHECK(path[0].recorded.text == "a terminal phase is never left");
  }

  TEST_CASE("conform/dwell: each value is shown as long in all, with the tolerance of times") {
    const Trace real = trace_of("20", {running("0", "waiting"), running("5", "running")});
    const auto shown = [](const std::string& t) { return trace_of("20", {running("0", "waiting"), running(t, "running")}); };
    CHECK(compare_traces(shown("6.9"), {real}).agrees());  // 1.5 s + 2 % of 20 s
    const auto dwell = found(RuleId::ConformDwell, shown("6.901"), {real});
    REQUIRE(dwell.size() == 2);  // as long as one is shown too long, another is too short
    CHECK(dwell[0].subject == "container app = running");
    CHECK(dwell[0].simulated.times == range(13099, 13099));
    CHECK(dwell[0].recorded.times == range(15000, 15000));
    CHECK(dwell[1].subject == "container app = waiting");
  }

  TEST_CASE("conform/events: the same events as often; those that depend on chance may differ by a third") {
    const auto events = [](const std::string& reason, int count) { return trace_of("20", {event("5", reason, count)}); };
    const auto differ = found(RuleId::ConformEvents, events("Started", 2), {events("Started", 1)});
    REQUIRE(differ.size() == 1);
    CHECK(differ[0].subject == "event Started of app");
    CHECK(differ[0].simulated.text == "2");
    CHECK(differ[0].recorded.text == "1");
    CHECK(compare_traces(events("Unhealthy", 12), {events("Unhealthy", 9)}).agrees());
    CHECK_FALSE(compare_traces(events("Unhealthy", 13), {events("Unhealthy", 9)}).agrees());
    CHECK_FALSE(compare_traces(trace_of("20", {}), {events("Unhealthy", 1)}).agrees());
    CHECK(compare_traces(trace_of("20", {event("18.5", "Started")}), {trace_of("20", {})}).agrees());
  }

  TEST_CASE("conform/final: what is shown at the end is the same, where the recorded runs agree on it") {
    const Trace stays = trace_of("20", {status("0", "Running")});
    const Trace gone = trace_of("20", {status("0", "Running"), deleted("8")});
    const auto end = found(RuleId::ConformFinal, stays, {gone});
    REQUIRE(end.size() == 1);
    CHECK(end[0].subject == "gone");
    CHECK(end[0].simulated.text == "nothing");
    CHECK(end[0].recorded.text == "yes");
    CHECK(found(RuleId::ConformFinal, stays, {gone, stays}).empty());
    const auto phases = found(RuleId::ConformFinal, stays, {trace_of("20", {status("0", "Pending")})});
    REQUIRE(phases.size() == 1);
    CHECK(phases[0].subject == "phase");
  }

  TEST_CASE("a Job's counts and conditions are its end; Pods are told apart by their order, not by their names") {
    const std::string started = R"("type": "container", "container": "main", "attempt": 0, "what": "started")";
    const auto job = [&](const std::string& one, const std::string& two, int failed) {
      return trace_of("20", {R"({"t": 1, "pod": ")" + one + "\", " + started + "}",
                             R"({"t": 9, "pod": ")" + two + "\", " + started + "}",
                             R"({"type": "job", "t": 12, "pod": "job", "succeeded": 1, "failed": )" + std::to_string(failed) +
                                 R"(, "conditions": {"Complete": "True", "Failed": "False"}})"});
    };
    CHECK(compare_traces(job("a", "b", 0), {job("y", "x", 0)}).agrees());
    const auto end = found(RuleId::ConformFinal, job("a", "b", 1), {job("a", "b", 0)});
    REQUIRE(end.size() == 1);
    CHECK(end[0].pod == kJobItself);
    CHECK(end[0].simulated.text == "1 succeeded, 1 failed, Complete");
  }
}
