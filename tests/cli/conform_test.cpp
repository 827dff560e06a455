// podlapse conform: which recorded runs it finds, what it prints, how it ends.
#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <string>
#include <vector>

#include "podlapse/rules/rule_id.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::Folder;
using test::ProcessResult;
using test::run_podlapse;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A scenario of one container that exits with `code` after 3 s.
std::string scenario(const std::string& name, int code) {
  return "name: " + name +
         "\ngroup: T\npod:\n  metadata: {name: web}\n  spec: {restartPolicy: Never, containers: [{name: app, image: 'app:1'}]}\n"
         "behavior: {app: {run: 3s, exit: " +
         std::to_string(code) + "}}\n";
}

std::string trace_of(const std::string& path) { return run_podlapse({"run", path, "-o", "jsonl"}).output; }

/// Notes the rule that an error names as reached.
bool names_rule(const std::string& error, const std::string& id) {
  const std::size_t open = error.find('[');
  if (open == std::string::npos || error.compare(open + 1, id.size() + 1, id + "]") != 0) return false;
  test::reach(find_rule(error.substr(open + 1, id.size())));
  return true;
}

}  // namespace

TEST_SUITE("cli/conform") {
  TEST_CASE("runs beside a case are found: in its folder, in traces, in traces next to its folder") {
    for (const std::string place : {"all/cases/one.2.jsonl", "all/cases/traces/one.1.jsonl", "all/traces/one.10.jsonl"}) {
      INFO(place);
      const Folder folder;
      const std::string file = folder.write("all/cases/case.yaml", scenario("one", 0));
      const std::string text = trace_of(file);
      static_cast<void>(folder.write(place, text));
      static_cast<void>(folder.write("all/traces/one.x.jsonl", "no trace"));
      static_cast<void>(folder.write("all/traces/one.1.2.jsonl", "no trace"));
      const ProcessResult result = run_podlapse({"conform", folder.path() + "/all", "-v"});
      CHECK(result.status == 0);
      CHECK(result.error.empty());
      CHECK(contains(result.output, "one  T  agrees with 1 recorded run\n"));
      CHECK(contains(result.output, "\nall        1      1  100.0 %\n"));
    }
  }

  TEST_CASE("a case that disagrees ends it with 1, in text, JSON and JUnit's XML") {
    const Folder folder;
    const std::string good = folder.write("good.yaml", scenario("good", 0)), bad = folder.write("bad.yaml", scenario("bad", 1));
    static_cast<void>(folder.write("traces/good.1.jsonl", trace_of(good)));
    static_cast<void>(folder.write("traces/bad.1.jsonl", trace_of(good)));
    const ProcessResult text = run_podlapse({"conform", folder.path()});
    CHECK(text.status == 1);
    CHECK(text.output.rfind("bad  T  disagrees with 1 recorded run\n  check ", 0) == 0);
    CHECK(contains(text.output, "  lifecycle  app[0].exited(1) "));
    CHECK_FALSE(contains(text.output, "good"));
    CHECK(contains(text.output, "\n\ngroup  cases  agree\nT          2      1   50.0 %\n"));
    const ProcessResult summary = run_podlapse({"conform", folder.path(), "--summary"});
    CHECK(summary.status == 1);
    CHECK(summary.output.rfind("group  cases", 0) == 0);
    const ProcessResult json = run_podlapse({"conform", folder.path(), "-o", "json"});
    CHECK(json.status == 1);
    CHECK(boost::json::parse(json.output).at("total").at("agree").as_int64() == 1);
    const ProcessResult junit = run_podlapse({"conform", folder.path(), "-o", "junit"});
    CHECK(junit.status == 1);
    CHECK(contains(junit.output, "<testsuite name=\"T\" tests=\"2\" failures=\"1\" errors=\"0\">"));
  }

  TEST_CASE("--trace gives the runs: all of a single case, of several cases by the case they name") {
    const Folder folder;
    const std::string one = folder.write("one.yaml", scenario("one", 0)), two = folder.write("two.yaml", scenario("two", 1));
    const std::string runs = folder.write("runs.jsonl", trace_of(two) + trace_of(one));
    CHECK(run_podlapse({"conform", one, two, "--trace", runs}).status == 0);
    CHECK(run_podlapse({"conform", one, "--trace", folder.write("other.jsonl", trace_of(one)), "--seed", "3"}).status == 0);
    const ProcessResult both = run_podlapse({"conform", two, "-v", "--trace", folder.write("2.jsonl", trace_of(two)), runs});
    CHECK(contains(both.output, "two  T  agrees with 3 recorded runs\n"));
    CHECK(run_podlapse({"conform", one, "--run", "app=3s:exit=4", "--trace", runs}).status == 1);
    const ProcessResult ideal = run_podlapse({"conform", one, "--latency", "ideal", "--trace", folder.path() + "/other.jsonl"});
    CHECK(ideal.status == 1);
    CHECK(contains(ideal.output, "phase = Succeeded"));
  }

  TEST_CASE("conform/no-recording: a case without recorded runs is named, and refused when there is no other") {
    const Folder folder;
    const std::string one = folder.write("one.yaml", scenario("one", 0));
    const ProcessResult alone = run_podlapse({"conform", one});
    CHECK(alone.status == 2);
    CHECK(alone.output.empty());
    CHECK(names_rule(alone.error, "conform/no-recording"));
    CHECK(contains(alone.error, "no recorded run of one\nhelp: give them with --trace"));
    static_cast<void>(folder.write("two.yaml", scenario("two", 0)));
    static_cast<void>(folder.write("one.1.jsonl", trace_of(one)));
    const ProcessResult both = run_podlapse({"conform", folder.path()});
    CHECK(both.status == 0);
    CHECK(contains(both.error, "note[conform/no-recording]: no recorded run of two\n"));
  }

  TEST_CASE("conform/other-release: a recording of another release than the simulated one is named") {
    const Folder folder;
    const std::string one = folder.write("one.yaml", scenario("one", 0));
    std::string recorded = trace_of(one);
    const std::size_t at = recorded.find("v1.36");
    REQUIRE(at != std::string::npos);
    recorded.replace(at, 5, "v1.31.4");
    const std::string trace = folder.write("one.1.jsonl", recorded);
    const ProcessResult other = run_podlapse({"conform", one, "--trace", trace});
    CHECK(other.status == 0);
    CHECK(contains(other.error, "one was recorded on v1.31.4, and is simulated as v1.36"));
    CHECK(names_rule(other.error, "conform/other-release"));
    CHECK(!contains(run_podlapse({"conform", one, "--kubernetes-version", "1.31", "--trace", trace}).error, "was recorded on"));
  }

  TEST_CASE("what is no trace, no case or cannot be read is refused") {
    const Folder folder;
    const std::string one = folder.write("one.yaml", scenario("one", 0));
    const ProcessResult absent = run_podlapse({"conform", one, "--trace", folder.path() + "/none.jsonl"});
    CHECK(absent.status == 2);
    CHECK(contains(absent.error, "none.jsonl: error[input/unreadable]"));
    CHECK_FALSE(contains(absent.error, "conform/no-recording"));
    const ProcessResult text = run_podlapse({"conform", one, "--trace", one});
    CHECK(text.status == 2);
    CHECK(contains(text.error, "one.yaml:1:1: error[trace/not-json]"));
    CHECK(run_podlapse({"conform", folder.path() + "/none.yaml"}).status == 2);
  }
}
