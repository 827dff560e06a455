// The `expect:` list: entries of all forms, names that are looked up, and expectations that could never fail.
#include "support.hpp"

#include "podlapse/api/value.hpp"
#include "support/golden.hpp"

using namespace podlapse;

namespace {

ContainerSpec container(std::string name, ContainerKind kind = ContainerKind::Main) {
  ContainerSpec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  return spec;
}

/// A Pod `web` with sidecar `proxy` (a startup probe) and main `app` (a preStop hook).
Scenario web() {
  Workload workload;
  workload.name = workload.pod.name = "web";
  workload.pod.containers = {container("proxy", ContainerKind::Sidecar), container("app")};
  workload.pod.containers[0].startup_probe = ProbeSpec{};
  workload.pod.containers[1].pre_stop = Handler{};
  Scenario scenario;
  scenario.workloads = {workload};
  return scenario;
}

Scenario web_and_db() {
  Scenario scenario = web();
  Workload db;
  db.name = db.pod.name = "db";
  db.pod.containers = {container("postgres"), container("app")};
  scenario.workloads.push_back(db);
  return scenario;
}

Value list_of(Value item) {
  Value list = Value::array();
  list.push_back(std::move(item));
  return list;
}

Value mapping(std::string_view key, Value value) {
  Value object = Value::object();
  object.set(key, std::move(value));
  return list_of(std::move(object));
}

/// The first problem of a list: "[rule] text (help)"; "none: N" where N expectations were read.
std::string problem_of(const Value& list, const Scenario& scenario = web()) {
  std::vector<Diagnostic> problems;
  const std::vector<Expectation> read = read_expectations(list, scenario, problems);
  if (problems.empty()) return "none: " + std::to_string(read.size());
  test::reach(find_rule(problems.front().code));
  return "[" + problems.front().code + "] " + problems.front().text +
         (problems.front().help.empty() ? "" : " (" + problems.front().help + ")");
}
std::string problem_of(const char* sentence, const Scenario& scenario = web()) {
  return problem_of(list_of(Value{sentence}), scenario);
}

}  // namespace

TEST_SUITE("expect/read") {
  TEST_CASE("entries are sentences or mappings with one key, whose value may be a list") {
    CHECK(problem_of("app.started") == "none: 1");
    CHECK(problem_of(mapping("never", Value{"app.SIGKILL"})) == "none: 1");
    CHECK(problem_of(mapping("always", Value{Value::Array{Value{"app.restarts < 2"}, Value{"not pod.failed"}}})) == "none: 2");
    CHECK(problem_of(mapping("while app.running", Value{"proxy.running"})) == "none: 1");
    CHECK(problem_of(mapping("at 20s", Value{"app.ready and not pod.failed"})) == "none: 1");
    Value columns = Value::object();
    columns.set("status", Value{"Running"});
    columns.set("restarts", Value{0});
    columns.set("app", Value{"running"});
    CHECK(problem_of(mapping("at 20s", columns)) == "none: 1");
    CHECK(problem_of(mapping("finally", columns)) == "none: 1");
  }

  TEST_CASE("the page on expectations names everything that they can speak of") {
    const std::string page = test::contents_of(std::string{PODLAPSE_SOURCE_DIR} + "/scenarios/README.md");
    const std::size_t begin = page.find("### Expectations"), end = page.find("### When a run ends");
    REQUIRE(end != std::string::npos);
    const std::string section = page.substr(begin, end - begin);
    for (const PropertyRow& row : property_rows()) {
      const std::string word{row.word};
      INFO(word);
      const bool named = section.find("`" + word) != std::string::npos;
      CHECK(named);
    }
  }

  TEST_CASE("a sentence over several lines is one of one line") {
    std::vector<Diagnostic> problems;
    Value list = list_of(Value{"app.started before\nproxy.started\n"});
    list.push_back(mapping("while app.running", Value{"not\nproxy.ready\n"}).items().front());
    const std::vector<Expectation> read = read_expectations(list, web(), problems);
    REQUIRE(read.size() == 2);
    CHECK(read[0].sentence == "app.started before proxy.started");
    CHECK(read[1].sentence == "while app.running: not proxy.ready");
  }

  TEST_CASE("expect/syntax: anything else is named") {
    CHECK(problem_of(Value{"app.started"}) ==
          "[expect/syntax] expect is a list, not a string (write one expectation a line, each behind `- `)");
    CHECK(problem_of(mapping("sometimes", Value{"app.ready"})).rfind("[expect/syntax] unknown expectation `sometimes`", 0) == 0);
    CHECK(problem_of(list_of(Value{3})).rfind("[expect/syntax] expected an expectation, found an integer", 0) == 0);
    CHECK(problem_of(mapping("at soon", Value{"app.ready"})) == "[expect/syntax] `soon` is no duration (2s, 250ms, 1m30s, 1h)");
    Value wrong = Value::object();
    wrong.set("sidecar", Value{"running"});
    CHECK(problem_of(mapping("finally", wrong)) ==
          "[expect/syntax] `sidecar` is neither a column nor a container (columns: status, ready, restarts, phase, reason, and pod to "
          "say which Pod)");
    CHECK(problem_of(mapping("finally", Value::object())).rfind("[expect/syntax] nothing is expected here", 0) == 0);
  }

  TEST_CASE("expect/unknown-name: names that the scenario does not have, or has several times, are errors") {
    CHECK(problem_of("ap.started") == "[expect/unknown-name] no container is called `ap` (did you mean `app`?)");
    CHECK(problem_of("proxy.started before sidecar.started") ==
          "[expect/unknown-name] no container is called `sidecar` (the containers are proxy, app)");
    CHECK(problem_of("event BackOff sidecar") ==
          "[expect/unknown-name] no container is called `sidecar` (the containers are proxy, app)");
    CHECK(problem_of("cache/pod.ready", web_and_db()) == "[expect/unknown-name] no Pod is called `cache` (the Pods are web, db)");
    CHECK(problem_of("app.started", web_and_db()) == "[expect/unknown-name] `app` is in several Pods (write `web/app`)");
    CHECK(problem_of("postgres.started", web_and_db()) == "none: 1");
    CHECK(problem_of("pod.ready", web_and_db()) ==
          "[expect/unknown-name] there are several Pods: say which one (write `web/pod.ready`)");
    CHECK(problem_of("db/app covers web/app", web_and_db()) == "none: 1");
    CHECK(problem_of("covered covers app") == "[expect/unknown-name] no container is called `covered` (the containers are proxy, app)");
  }

  TEST_CASE("expect/never-applies: what the scenario cannot bring is an error, not a pass") {
    CHECK(problem_of("no app.preStop.ended") == "none: 1");
    CHECK(problem_of("no proxy.preStop.ended") == "[expect/never-applies] `proxy` has no preStop hook");
    CHECK(problem_of("never app.postStart.started") == "[expect/never-applies] `app` has no postStart hook");
    CHECK(problem_of("never app.startup.failed") == "[expect/never-applies] `app` has no startup probe");
    CHECK(problem_of("never proxy.startup.failed") == "none: 1");
    CHECK(problem_of("never proxy.liveness.failed") == "[expect/never-applies] `proxy` has no liveness probe");
    CHECK(problem_of("never job.failed") == "[expect/never-applies] there is no Job here");
    CHECK(problem_of("no event Bakoff") == "[expect/never-applies] no event has the reason `Bakoff` (did you mean `BackOff`?)");
    CHECK(problem_of("never pod.phase=Completed") ==
          "[expect/never-applies] there is no phase `Completed` (the phases are Pending, Running, Succeeded, Failed; kubectl's STATUS "
          "is pod.status=Completed)");
    CHECK(problem_of("pod[1].ready") == "[expect/never-applies] there is one Pod, pod[0], and no controller that makes more");
  }

  TEST_CASE("expect/state: columns are kubectl's, at an instant or at the end") {
    using namespace podlapse::test;
    using Kind = ContainerState::Kind;
    const Story story = Story{9}
                            .status(1, "Pending", {shown("app", Kind::Waiting, "CrashLoopBackOff", false, 3)})
                            .status(5, "Running", {shown("app", Kind::Running, {}, true, 4)}, true);
    const auto verdict_of = [&](std::string_view key, const char* column, const char* value, bool cut = false) {
      Value columns = Value::object();
      columns.set(column, Value{value});
      std::vector<Diagnostic> problems;
      const std::vector<Expectation> read = read_expectations(mapping(key, columns), web(), problems);
      REQUIRE(problems.empty());
      const Verdict verdict = judge(read.front(), story.trace(), cut);
      reach(verdict.because);
      return verdict.held ? std::string{"held"} : verdict.text;
    };
    CHECK(verdict_of("at 2s", "status", "CrashLoopBackOff") == "held");
    CHECK(verdict_of("at 2s", "status", "Running") == "status was CrashLoopBackOff at 2.000s");
    CHECK(verdict_of("finally", "restarts", "4") == "held");
    CHECK(verdict_of("finally", "phase", "Failed") == "phase was Running at 9.000s");
    CHECK(verdict_of("at 0.5s", "phase", "Failed") == "there was no Pod yet at 0.500s");
    CHECK(verdict_of("at 20s", "phase", "Running") == "held");  // the run ended by itself: nothing was to come
    CHECK(verdict_of("at 20s", "phase", "Running", true) == "the run was cut at 9.000s, before 20.000s");
  }
}
