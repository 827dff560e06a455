#include "podlapse/report/jsonl.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "podlapse/rules/rule_id.hpp"
#include "podlapse/trace/digest.hpp"
#include "support/rule_coverage.hpp"
#include "support/shared.hpp"

namespace podlapse {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string written(const Trace& trace) {
  const bool name_pod = lines_name_pod(trace.header);
  std::string text = header_line(trace.header);
  for (const TraceRecord& record : trace.records) text += record_line(record, name_pod);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

const std::string kHeader = R"({"type": "header", "format": "podlapse-trace/1", "source": "kubelet", "run": 1})"
                            "\n";

/// The only problem of a trace of the header and `line`, and its rule noted as reached.
Diagnostic problem_of(const std::string& text) {
  const TracesRead read = read_traces(text, 0);
  REQUIRE(read.problems.size() == 1);
  test::reach(find_rule(read.problems[0].code));
  return read.problems[0];
}

}  // namespace
}  // namespace podlapse

using namespace podlapse;

TEST_SUITE("report/jsonl") {
  TEST_CASE("a simulated trace is read back as it was written") {
    Trace trace;
    trace.header.version = "v1.36";
    trace.header.feature_gates = {{"PLEGOnDemandRelist", false}, {"ReduceDefaultCrashLoopBackOffDecay", true}};
    trace.header.runtime = "simulated";
    trace.header.case_name = "web";
    trace.header.seed = 7;
    trace.header.ideal_latency = true;
    trace.header.observed_until = std::chrono::milliseconds{2500};
    trace.header.pods = {
        {"web",
         {{"fetch \"it\"", ContainerKind::Init}, {"log", ContainerKind::Sidecar}, {"app", ContainerKind::Main}}}};
    const auto at = [](int ms) { return kTimeZero + std::chrono::milliseconds{ms}; };
    const auto add = [&](int ms, std::uint64_t cause, const char* because, Observation seen) {
      trace.records.push_back({trace.records.size() + 1, cause, at(ms), "web", because, std::move(seen)});
    };
    StatusObservation status;
    status.status.phase = "Running";
    status.status.conditions = {{"Ready", "False", "ContainersNotReady", "", {}, {}},
                                {"PodScheduled", "True", "", "", {}, {}}};
    ContainerStatus log, app, fetch;
    fetch.name = "fetch \"it\"";
    fetch.state.kind = ContainerState::Kind::Terminated;
    fetch.state.reason = "Completed";
    REQUIRE(parse_rfc3339("2026-01-01T00:00:02Z", fetch.state.started_at.emplace()));
    REQUIRE(parse_rfc3339("2026-01-01T00:00:03Z", fetch.state.finished_at.emplace()));
    fetch.ready = true;
    fetch.started = false;
    log.name = "log";
    log.state.kind = ContainerState::Kind::Running;
    log.started = true;
    app.name = "app";
    app.state.kind = ContainerState::Kind::Waiting;
    app.state.reason = "CrashLoopBackOff";
    app.state.message = "back-off 10s restarting failed container=app\ttab";
    app.last_state.kind = ContainerState::Kind::Terminated;
    app.last_state.reason = "Error";
    app.last_state.exit_code = 137;
    app.last_state.signal = 9;
    app.restart_count = 3;
    status.status.init_container_statuses = {fetch, log};
    status.status.container_statuses = {app};
    status.deleting = 30;
    add(0, 0, "status/phase-running", status);
    add(4, 1, "runtime/start", ContainerObservation{"app", 2, ContainerObservation::What::Started, {}, {}});
    add(5, 1, "", ContainerObservation{"app", 2, ContainerObservation::What::Term, {}, 15});
    add(6, 3, "", ContainerObservation{"app", 2, ContainerObservation::What::Exited, 143, {}});
    KubeEvent event;
    event.type = "Warning";
    event.reason = "BackOff";
    event.message = "Back-off restarting failed container";
    event.container = "app";
    event.count = 4;
    add(1000, 0, "", EventObservation{event});
    add(1250, 0, "", ProbeObservation{"app", 2, ProbeKind::Liveness, true, std::chrono::milliseconds{804}});
    add(1251, 0, "", HookObservation{"app", 2, HookObservation::Hook::PreStop, HookObservation::What::End});
    add(1300, 0, "", ActionObservation{"delete", "app", 5, true, 200, "why"});
    add(1400, 0, "", StepObservation{"sync", "app", "syncs the Pod"});
    add(2000, 0, "", DeletedObservation{});

    const TracesRead read = read_traces(written(trace), 0);
    REQUIRE(read.problems.empty());
    REQUIRE(read.traces.size() == 1);
    CHECK(read.traces[0].header.pods == trace.header.pods);
    CHECK(read.traces[0].header.seed == trace.header.seed);
    CHECK(read.traces[0].header.ideal_latency);
    CHECK(read.traces[0].header.observed_until == trace.header.observed_until);
    CHECK(trace_digest(read.traces[0].records) == trace_digest(trace.records));
    CHECK(written(read.traces[0]) == written(trace));
  }

  TEST_CASE("several Pods are told apart by name, and several traces by their headers") {
    Trace trace;
    trace.header.pods = {{"a", {{"app", ContainerKind::Main}}}, {"b", {{"app", ContainerKind::Main}}}};
    trace.records.push_back(
        {1, 0, kTimeZero, "b", "", ContainerObservation{"app", 0, ContainerObservation::What::Started, {}, {}}});
    CHECK(
        record_line(trace.records[0], true) ==
        R"({"t": 0.0, "type": "container", "pod": "b", "container": "app", "attempt": 0, "what": "started", "seq": 1})"
        "\n");
    const TracesRead read = read_traces(written(trace) + "\n" + written(trace), 0);
    CHECK(read.problems.empty());
    REQUIRE(read.traces.size() == 2);
    CHECK(trace_digest(read.traces[1].records) == trace_digest(trace.records));
  }

  TEST_CASE("unknown fields and unknown types of lines are passed over") {
    const TracesRead read = read_traces(kHeader + R"({"t": 1, "type": "weather", "sky": [1, {"a": null}]})"
                                                  "\n"
                                                  R"({"t": 1.5, "type": "deleted", "by": "somebody"})",
                                        0);
    CHECK(read.problems.empty());
    REQUIRE(read.traces.size() == 1);
    REQUIRE(read.traces[0].records.size() == 1);
    CHECK(read.traces[0].records[0].at == kTimeZero + std::chrono::milliseconds{1500});
  }

  TEST_CASE("trace/not-json: a line that is no JSON object is named with line and column") {
    const Diagnostic cut = problem_of(kHeader + R"({"t": 1, "type": )");
    CHECK(cut.code == "trace/not-json");
    CHECK(cut.span.line == 2);
    const Diagnostic bad = problem_of(kHeader + "{\"t\": 1, \xC3\xA4}");
    CHECK(bad.span.column == 10);
    CHECK(problem_of(kHeader + "[1]").text == "a line of a trace must be a JSON object");
  }

  TEST_CASE("trace/field: a field that is absent or has the wrong form is named where it stands") {
    const Diagnostic wrong =
        problem_of(kHeader + R"({"t": 1, "type": "container", "container": "app", "what": "sleeps"})");
    CHECK(wrong.code == "trace/field");
    CHECK(wrong.text == "`what` must be started, term or exited");
    CHECK(wrong.span.line == 2);
    CHECK(wrong.span.column == 51);
    CHECK(problem_of(kHeader + R"({"type": "deleted"})").text == "`t` must be a number of seconds");
    CHECK(problem_of(kHeader + R"({"t": 1e300, "type": "deleted"})").text == "`t` must be a number of seconds");
    CHECK(problem_of(kHeader + R"({"t": 1, "type": 5})").text == "`type` must be a string");
    CHECK(problem_of(R"({"type": "header", "format": "other/2"})").text == "`format` must be podlapse-trace/1");
    CHECK(problem_of(kHeader + R"({"t": 1, "type": "event", "reason": "x", "count": 1e12})").text ==
          "`count` must be an integer of at most 32 bits");
    CHECK(problem_of(kHeader + R"({"t": 1, "type": "status", "phase": "Running", "containers": {"a": {}}})").text ==
          "`state` must be waiting, running or terminated");
  }

  TEST_CASE("trace/no-header: observations need the header before them") {
    CHECK(problem_of(R"({"t": 1, "type": "deleted"})").code == "trace/no-header");
    CHECK(problem_of("").text == "the file holds no trace");
  }

  TEST_CASE("recorded traces are read whole, and written again line for line") {
    const auto folder = test::shared_path("oracle/traces");
    if (!folder) return;
    int files = 0;
    std::size_t same = 0, all = 0;
    for (const auto& entry : std::filesystem::directory_iterator{*folder}) {
      const std::string text = contents(entry.path());
      INFO(entry.path().filename().string());
      const TracesRead read = read_traces(text, 0);
      REQUIRE(read.problems.empty());
      REQUIRE(read.traces.size() == 1);
      ++files;
      std::string again = header_line(read.traces[0].header);
      for (const TraceRecord& record : read.traces[0].records) again += record_line(record, !record.pod.empty());
      const std::vector<std::string> before = lines_of(text), after = lines_of(again);
      REQUIRE(before.size() == after.size());
      for (std::size_t i = 0; i < before.size(); ++i) {
        ++all;
        if (before[i] == after[i]) {
          ++same;
          continue;
        }
        // What a trace tells about the recording itself is not kept; a Job's zeroes are written out.
        const bool known = before[i].find("\"source\": \"containerd\"") != std::string::npos ||
                           before[i].find("\"type\": \"action\"") != std::string::npos ||
                           before[i].find("\"type\": \"job\"") != std::string::npos ||
                           before[i].find("{\"t\": -0.0") == 0;
        CHECK_MESSAGE(known, before[i] << "\nbecame\n" << after[i]);
      }
    }
    CHECK(files > 100);
    MESSAGE(same << " of " << all << " recorded lines are written byte for byte");
    CHECK(same * 100 > all * 98);
  }
}
