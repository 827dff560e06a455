// What the command line takes and refuses, and the exit statuses.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cli/guard.hpp"
#include "cli/version.hpp"
#include "podlapse/base/check.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"

using namespace podlapse;
using test::ProcessResult;
using test::run_podlapse;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The command line is refused with status 2, nothing on standard output, and `error` as the first line.
void check_refused(const std::vector<std::string>& arguments, const std::string& error, const std::string& help = "") {
  const ProcessResult result = run_podlapse(arguments);
  std::string command;
  for (const std::string& argument : arguments) command += " " + argument;
  INFO("podlapse" << command << "\n" << result.error);
  CHECK(result.status == 2);
  CHECK(result.output.empty());
  CHECK(result.error.substr(0, result.error.find('\n')) == "error: " + error);
  if (!help.empty()) CHECK(contains(result.error, "  help: " + help + "\n"));
}

}  // namespace

TEST_SUITE("cli/usage") {
  TEST_CASE("--version names the project's version and the Kubernetes version") {
    const ProcessResult result = run_podlapse({"--version"});
    CHECK(result.status == 0);
    CHECK(result.output == std::string{"podlapse "} + cli::kVersion + ", models Kubernetes v1.36\n");
    const std::string lists = test::contents_of(std::string{PODLAPSE_SOURCE_DIR} + "/CMakeLists.txt");
    CHECK(contains(lists, std::string{"project(podlapse VERSION "} + cli::kVersion + " "));
  }

  TEST_CASE("--help tells the usage of podlapse and of each command, on standard output") {
    for (const std::string command : {"", "run", "show", "get", "describe", "events", "validate", "conform", "schema", "init", "rules"}) {
      const ProcessResult result = run_podlapse(command.empty() ? std::vector<std::string>{"--help"}
                                                                : std::vector<std::string>{command, "--help"});
      CHECK(result.status == 0);
      CHECK(contains(result.output, command.empty() ? "Usage: podlapse" : "Usage: podlapse " + command));
      CHECK(result.error.empty());
    }
  }

  TEST_CASE("what is misspelt is refused with the nearest name") {
    check_refused({"rnu", "x.yaml"}, "`rnu` is no command", "did you mean `run`?");
    check_refused({"xyzzy"}, "`xyzzy` is no command", "`podlapse --help` lists them");
    check_refused({"--color", "never", "shwo"}, "`shwo` is no command", "did you mean `show`?");
    check_refused({"run", "x.yaml", "--unti", "3s"}, "`--unti` is no option of `podlapse run`",
                  "did you mean `--until`?");
    check_refused({"run", "x.yaml", "--unti=3s"}, "`--unti` is no option of `podlapse run`", "did you mean `--until`?");
    check_refused({"rules", "a/b", "c"}, "`c` is no argument of `podlapse rules`",
                  "`podlapse rules --help` tells the usage");
    check_refused({"rules", "restart/alway"}, "`restart/alway` is no rule", "did you mean `restart/always`?");
  }

  TEST_CASE("an option takes one value, also before several files") {
    const std::string cases = std::string{PODLAPSE_SOURCE_DIR} + "/tests/conformance/cases/";
    const std::string a = cases + "single-main-ok.yaml", b = cases + "single-main-fails.yaml";
    CHECK(contains(run_podlapse({"test", "-o", "json", a, b}).output, "\"tests\": 2"));
    CHECK(contains(run_podlapse({"test", "--default-expect", "none", a, b}).output, "2 skipped"));
    CHECK(run_podlapse({"run", "--run", "app=2s", a, b}).status == 0);
    CHECK(run_podlapse({"run", "--select", "pod", "--select", "web", a, b}).status == 2);
  }

  TEST_CASE("schema prints the format of scenarios as JSON, and its help says how an editor finds it") {
    const ProcessResult result = run_podlapse({"schema"});
    CHECK(result.status == 0);
    CHECK(contains(result.output, "\"$schema\": \"http://json-schema.org/draft-07/schema#\""));
    CHECK(contains(result.output, "\"startupProbe\""));
    CHECK(run_podlapse({"schema", "-o", "json"}).output == result.output);
    CHECK(contains(run_podlapse({"schema", "--help"}).output, "# yaml-language-server: $schema="));
    check_refused({"schema", "-o", "yaml"}, "-o,--output: `yaml` is none of json", "");
  }

  TEST_CASE("what is missing is named") {
    check_refused({}, "a command is missing", "`podlapse --help` lists them");
    check_refused({"run"}, "FILE is missing", "`podlapse run --help` tells the usage");
    const std::string scenario = std::string{PODLAPSE_SOURCE_DIR} + "/scenarios/proxy/job-native.yaml";
    check_refused({"get", scenario}, "--at is missing",
                  "only a Pod that has a status, as a cluster prints it, is shown as it is; others are simulated up to --at");
    check_refused({"describe", scenario}, "--at is missing");
    check_refused({"get", std::string{PODLAPSE_SOURCE_DIR} + "/tests/cli/data/refused.yaml"}, "--at is missing");
    CHECK(contains(run_podlapse({"get", "no-such-file"}).error, "error[input/unreadable]"));
    check_refused({"events"}, "FILE is missing", "`podlapse events --help` tells the usage");
    check_refused({"run", "x.yaml", "--until"}, "--until: 1 required DURATION missing");
  }

  TEST_CASE("values of options are checked") {
    check_refused({"run", "x", "--seed", "-1"}, "--seed: `-1` is no number from 0 to 18446744073709551615");
    check_refused({"run", "x", "--seed=18446744073709551616"},
                  "--seed: `18446744073709551616` is no number from 0 to 18446744073709551615");
    check_refused({"run", "x", "--until", "soon"}, "--until: `soon` is no duration such as 10s, 1m30s or 250ms");
    check_refused({"run", "x", "--until=-3s"}, "--until: `-3s` is no duration such as 10s, 1m30s or 250ms");
    check_refused({"run", "x", "--width", "12"}, "--width: `12` is no number from 60 to 1000");
    check_refused({"run", "x", "--speed", "0"}, "--speed: `0` is no factor above 0 and at most 1000000");
    check_refused({"run", "x", "--speed", "nan"}, "--speed: `nan` is no factor above 0 and at most 1000000");
    check_refused({"run", "x", "--latency", "real"}, "--latency: `real` is none of kubelet or ideal");
    check_refused({"run", "x", "-o", "xml"}, "-o,--output: `xml` is none of text or jsonl");
    check_refused({"run", "x", "--start-time", "today"},
                  "--start-time: `today` is no time such as 2026-01-01T00:00:00Z");
    check_refused({"get", "x", "--at", "now"}, "--at: `now` is no duration such as 10s, 1m30s or 250ms");
    check_refused({"get", "x", "--at", "1s", "--at", "2s"}, "--at: only one instant can be shown");
    check_refused({"get", "x", "--now", "noon"}, "--now: `noon` is no time such as 2026-01-01T00:00:00Z");
    check_refused({"get", "x", "--now", "2026-01-01T00:00:00Z", "--at", "1s"}, "--at excludes --now");
    check_refused({"get", "x", "--now", "2026-01-01T00:00:00Z", "--every-change"},
                  "--every-change needs a simulation, and --now does without");
    check_refused({"events", "x", "--now", "2026-01-01T00:00:00Z", "-w"},
                  "--watch needs a simulation, and --now and --events do without");
    check_refused({"events", "x", "--for", "web"}, "--for: `web` is not in the form resource/name, such as pod/web");
    check_refused({"events", "x", "--for", "node/a"}, "--for: `node` is no kind that has Pods");
    check_refused({"events", "x", "--types", "Warning,Odd"}, "--types: `Odd` is neither Normal nor Warning");
    check_refused({"--color", "red", "rules"}, "--color: `red` is none of auto, always or never");
  }

  TEST_CASE("rules lists the catalogue, and explains one rule with its source") {
    const ProcessResult all = run_podlapse({"rules"});
    CHECK(all.status == 0);
    for (const RuleId id : all_rules()) CHECK(contains(all.output, std::string{rule(id).id} + " "));
    const ProcessResult one = run_podlapse({"rules", "restart/always"});
    CHECK(one.status == 0);
    const Rule& row = rule(find_rule("restart/always"));
    CHECK(one.output == "restart/always\n  " + std::string{row.text} + "\n  source: " + std::string{row.source} + "\n");
  }

  TEST_CASE("rules lists those of a topic") {
    check_refused({"rules", "restrat"}, "`restrat` is no rule", "did you mean `restart`?");
    const ProcessResult topic = run_podlapse({"rules", "restart"});
    CHECK(topic.status == 0);
    CHECK(topic.output.rfind("restart/", 0) == 0);
    CHECK_FALSE(contains(topic.output, "\nbackoff/"));
  }

  TEST_CASE("a fault of podlapse itself ends with 3 and says how to report it; a reader that left is no fault") {
    CHECK(cli::run_guarded([] { return cli::ExitCode::Problem; }) == 1);
    CHECK(cli::run_guarded([]() -> cli::ExitCode { throw InternalFault{"seen in a test"}; }) == 3);
    CHECK(cli::run_guarded([]() -> cli::ExitCode { throw std::bad_alloc{}; }) == 3);
  }

  TEST_CASE("output that cannot be written is said, a reader that has left is not") {
    test::ProcessOptions full;
    full.output_path = "/dev/full";
    const ProcessResult unwritable = run_podlapse({"rules"}, full);
    CHECK(unwritable.status == 2);
    CHECK(contains(unwritable.error, "error: cannot write standard output: No space left on device"));
    test::ProcessOptions closed;
    closed.close_output_early = true;
    const ProcessResult left = run_podlapse({"rules"}, closed);
    CHECK(left.status == 0);
    CHECK(left.error.empty());
  }
}
