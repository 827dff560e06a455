#include "podlapse/report/timeline.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/text.hpp"
#include "support/golden.hpp"

namespace podlapse {
namespace {

Trace recorded(const std::string& name) {
  const std::string text =
      test::contents_of(std::string{PODLAPSE_SOURCE_DIR} + "/tests/report/data/" + name + ".jsonl");
  TracesRead read = read_traces(text, 0);
  REQUIRE(read.problems.empty());
  REQUIRE(read.traces.size() == 1);
  return read.traces.front();
}

TimelineOptions at_width(int width) {
  TimelineOptions options;
  options.width = width;
  return options;
}

SimTime at(int milliseconds) { return kTimeZero + std::chrono::milliseconds{milliseconds}; }

/// A Pod of one container that runs for the whole of `span`.
Trace running_for(SimDuration span) {
  Trace trace;
  trace.header.pods = {{"web", {{"app", ContainerKind::Main}}}};
  trace.header.observed_until = span;
  trace.records.push_back(
      {1, 0, at(0), "web", "", ContainerObservation{"app", 0, ContainerObservation::What::Started, {}, {}}});
  return trace;
}

std::string line_of(const std::string& text, std::size_t number) {
  std::size_t from = 0;
  for (; number > 0; --number) from = text.find('\n', from) + 1;
  return text.substr(from, text.find('\n', from) - from);
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    widest = std::max(widest, text_width(std::string_view{text}.substr(from, end - from)));
    from = end + 1;
  }
  return widest;
}

Trace with_status(const std::string& phase, std::int32_t restarts) {
  Trace trace;
  trace.header.pods = {{"web", {{"app", ContainerKind::Main}}}};
  StatusObservation seen;
  seen.status.phase = phase;
  ContainerStatus app;
  app.name = "app";
  app.restart_count = restarts;
  seen.status.container_statuses = {app};
  trace.records.push_back({1, 0, at(0), "web", "", seen});
  return trace;
}

}  // namespace
}  // namespace podlapse

using namespace podlapse;

TEST_SUITE("report/timeline") {
  TEST_CASE("recorded traces are drawn as they were found right, at 80 columns") {
    for (const std::string name :
         {"vault-agent", "liveness-back-off", "image-pull", "job", "bad-command", "delete-prestop"}) {
      INFO(name);
      const std::string text = render_timeline(recorded(name), {}, at_width(80));
      CHECK(widest_line(text) <= 80);
      test::check_golden("report/data/" + name + ".80.txt", text);
    }
  }

  TEST_CASE("a timeline of 200 columns uses them") {
    const std::string text = render_timeline(recorded("vault-agent"), {}, at_width(200));
    CHECK(widest_line(text) == 200);
    test::check_golden("report/data/vault-agent.200.txt", text);
  }

  TEST_CASE("events, every probe and every condition are listed when asked for, lanes are not when not") {
    TimelineOptions options = at_width(120);
    options.events = options.verbose = true;
    options.lanes = false;
    test::check_golden("report/data/bad-command.verbose.txt", render_timeline(recorded("bad-command"), {}, options));
  }

  TEST_CASE("colour changes nothing but escape sequences") {
    TimelineOptions options = at_width(80);
    const std::string plain = render_timeline(recorded("liveness-back-off"), {}, options);
    options.color = true;
    std::string colored = render_timeline(recorded("liveness-back-off"), {}, options);
    CHECK(colored != plain);
    CHECK(colored.find("\x1b[31m✗\x1b[0m") != std::string::npos);
    for (std::size_t from = 0; (from = colored.find('\x1b', from)) != std::string::npos;) {
      colored.erase(from, colored.find('m', from) - from + 1);
    }
    CHECK(colored == plain);
  }

  TEST_CASE("a name that holds an escape sequence does not reach the terminal") {
    Trace trace = running_for(std::chrono::seconds{2});
    trace.header.pods[0].containers[0].name = "a\x1b[2Jb";
    CHECK(render_timeline(trace, {}, at_width(80)).find('\x1b') == std::string::npos);
  }

  TEST_CASE("the axis has round ticks that do not run into each other, from 2 s to 2 h") {
    using namespace std::chrono_literals;
    for (const SimDuration span : std::vector<SimDuration>{2s, 3s, 15s, 47s, 90s, 10min, 25min, 1h, 2h}) {
      const std::string lanes = render_lanes(running_for(span), at_width(80));
      const std::string ticks = line_of(lanes, 3);
      INFO(lanes);
      std::size_t count = 0, closest = 80, last = 0;
      for (std::size_t from = 0; (from = ticks.find("┬", from)) != std::string::npos; ++from) {
        const std::size_t column = text_width(std::string_view{ticks}.substr(0, from));
        if (count > 0) closest = std::min(closest, column - last);
        last = column;
        ++count;
      }
      CHECK(count >= 3);
      CHECK(closest >= 8);
    }
    CHECK(line_of(render_lanes(running_for(2s), at_width(80)), 2) ==
          "             0s              0.5s             1s               1.5s");
    CHECK(line_of(render_lanes(running_for(2h), at_width(80)), 2) ==
          "             0s         20m        40m        1h         1h20m      1h40m");
  }

  TEST_CASE("the summary names what was assumed, what is not modelled, and why the run ended") {
    RunNotes notes;
    notes.title = "Deployment web";
    notes.what = "a lesson";
    notes.assumptions = {{"web", "app", "runs on", RuleId::None}, {"web", "app", "probes pass after 1s", RuleId::None}};
    notes.not_modelled = {"spec.affinity", "spec.tolerations"};
    RunResult result;
    result.end = RunEnd::Until;
    result.ended_at = at(2000);
    result.cut = true;
    notes.result = result;
    const std::string text = render_summary(with_status("Running", 0), notes, at_width(80));
    CHECK(text ==
          "still Running at 0s: 1 container, no restarts; 2 assumptions\n"
          "cut at 2s\n"
          "assumed       app: runs on; probes pass after 1s\n"
          "not modelled  spec.affinity, spec.tolerations\n");
    CHECK(render_title({}, notes, at_width(80)) == "Deployment web  simulated\na lesson\n");
  }

  TEST_CASE("what became of a Job is told from its last status") {
    const auto told = [](const JobObservation& seen) {
      Trace trace = with_status("Running", 0);
      TraceRecord record;
      record.observation = seen;
      trace.records.push_back(record);
      const std::string text = render_summary(trace, {}, at_width(80));
      const std::size_t at = text.find("the Job");
      return at == std::string::npos ? std::string{} : text.substr(at, text.find('\n', at) - at);
    };
    JobObservation job;
    CHECK(told(job) == "the Job goes on");
    job.active = 2;
    job.failed = 1;
    CHECK(told(job) == "the Job goes on: 2 active, 1 failed");
    job.conditions = {{"FailureTarget", "True", "DeadlineExceeded", "", {}, {}}, {"Failed", "True", "DeadlineExceeded", "", {}, {}}};
    CHECK(told(job) == "the Job is Failed (DeadlineExceeded): 2 active, 1 failed");
    job = {0, 0, 3, 0, 0, {{"Complete", "True", "", "", {}, {}}}};
    CHECK(told(job) == "the Job is Complete: 3 succeeded");
    job.conditions = {{"Suspended", "True", "", "", {}, {}}};
    CHECK(told(job) == "the Job is suspended: 3 succeeded");
    CHECK(render_summary(with_status("Running", 0), {}, at_width(80)).find("the Job") == std::string::npos);
  }
}
