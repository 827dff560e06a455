// podlapse test: which files are tests, what is held and what is not, formats, exit status.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "podlapse/rules/rule_id.hpp"
#include "support/golden.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::ProcessResult;
using test::run_podlapse;

namespace {

/// podlapse test in a folder of its own.
class Folder : public test::Folder {
 public:
  [[nodiscard]] ProcessResult test(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), "test");
    podlapse::test::ProcessOptions options;
    options.folder = path();
    options.input = input;
    return run_podlapse(arguments, options);
  }
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kPod =
    "  metadata: {name: web}\n  spec:\n    restartPolicy: Never\n    containers: [{name: app, image: app}]\n";

/// A scenario called `name` whose container runs 3 s, with these expectations.
std::string scenario(const std::string& name, const std::vector<std::string>& expect) {
  std::string text = "name: " + name + "\npod:\n" + kPod + "behavior: {app: {run: 3s, exit: 0}}\n";
  if (!expect.empty()) text += "expect:\n";
  for (const std::string& one : expect) text += "- " + one + "\n";
  return text;
}

constexpr const char* kManifest =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec:\n  containers: [{name: app, image: app}]\n";
/// It does not hear SIGTERM, so that it is killed when the grace period is over.
constexpr const char* kKilled =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: deaf, annotations: {podlapse.dev/term.app: ignore}}\n"
    "spec:\n  terminationGracePeriodSeconds: 3\n  containers: [{name: app, image: app}]\n";

}  // namespace

TEST_SUITE("cli/test") {
  TEST_CASE("a scenario whose expectations hold passes, and one of which one does not fails and tells what happened instead") {
    const Folder folder;
    folder.write("good.yaml", scenario("good", {"app.exited(0) before pod.succeeded", "no SIGKILL"}));
    folder.write("bad.yaml", scenario("bad", {"app.started", "app.exited within 2s", "app.restarts == 0"}));
    const ProcessResult good = folder.test({"good.yaml"});
    CHECK(good.status == 0);
    CHECK(contains(good.output, "good.yaml"));
    CHECK(contains(good.output, "1 passed"));
    const ProcessResult bad = folder.test({"bad.yaml", "--width", "100"});
    CHECK(bad.status == 1);
    CHECK(contains(bad.output, "bad.yaml:10:3"));
    CHECK(contains(bad.output, "app.exited within 2s"));
    CHECK(contains(bad.output, "app.exited came at 5."));
    CHECK(contains(bad.output, "process/own-end"));
    CHECK(contains(bad.output, "podlapse run bad.yaml"));
    CHECK(!contains(bad.output, "app.restarts == 0"));  // what held is not told
    CHECK(contains(folder.test({"bad.yaml", "-v"}).output, "app.restarts == 0"));
  }

  TEST_CASE("what a manifest is held to without being told so is shown by other tools at its object") {
    const Folder folder;
    folder.write("pods.yaml", std::string{kManifest} + "---\n" + kKilled);
    const std::string annotations = folder.test({"pods.yaml", "-o", "github"}).output;
    CHECK(annotations.find("::error file=pods.yaml,line=7,") == 0);
    CHECK(contains(annotations, "expect/never::no SIGKILL"));
    CHECK(contains(folder.test({"pods.yaml"}).output, "--default-expect:4:1: error[expect/never]"));
  }

  TEST_CASE("what cannot be read in a folder is broken if it could be ours; a template is named, and anything else is passed over") {
    const Folder folder;
    folder.write("good.yaml", scenario("good", {"app.started"}));
    folder.write("tsconfig.json", "{\"compilerOptions\": {} // none\n}\n");
    folder.write("chart/templates/deploy.yaml", "kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n");
    const ProcessResult passed = folder.test({"."});
    CHECK(passed.status == 0);
    CHECK(contains(passed.output, "1 passed, 0 failed"));
    CHECK(contains(passed.error, "passed over: 1 template; render first"));
    CHECK(folder.test({"chart/templates/deploy.yaml"}).status == 2);
    CHECK(folder.test({"tsconfig.json"}).status == 2);
    folder.write(".cache/pod.yaml", "kind: Pod\nmetadata: [\n");
    CHECK(folder.test({"."}).status == 0);
    CHECK(folder.test({".cache"}).status == 2);
    folder.write("pod.yaml", "kind: Pod\nmetadata: [\n");
    const ProcessResult broken = folder.test({"."});
    CHECK(broken.status == 2);
    CHECK(contains(broken.output, "1 passed, 0 failed, 1 broken"));
  }

  TEST_CASE("--watch runs what has changed again, and a manifest's scenario with it, until it is interrupted") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"app.started"}));
    folder.write("web.pod.yaml", kManifest);
    folder.write("b.yaml", "name: b\nmanifest: web.pod.yaml\nbehavior: {app: {run: 3s}}\nuntil: 20s\nexpect: [app.exited]\n");
    std::atomic<bool> done = false;
    // Somebody who edits, again and again: the first edit may come before the watch has begun.
    std::thread editor{[&] {
      for (int edit = 0; !done; ++edit) {
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        std::string manifest = kManifest;
        manifest.replace(manifest.find("bare"), 4, "bar" + std::to_string(edit % 2));
        folder.write("web.pod.yaml", manifest);
        folder.write("b.yaml", "name: b\nmanifest: web.pod.yaml\nbehavior: {app: {run: forever}}\nuntil: 20s\nexpect: [app.exited]\n");
      }
    }};
    podlapse::test::ProcessOptions options;
    options.folder = folder.path();
    options.interrupt_after = "0 passed, 1 failed";  // a.yaml is not run again
    const ProcessResult watched = run_podlapse({"test", ".", "--watch"}, options);
    done = true;
    editor.join();
    CHECK(contains(watched.output, "2 passed, 0 failed"));
    CHECK(contains(watched.output, "0 passed, 1 failed"));
    CHECK(watched.status == 130);
  }

  TEST_CASE("a folder is searched; what is no manifest there is passed over, and one that a scenario builds on is a part of it") {
    const Folder folder;
    folder.write("a/one.yaml", scenario("one", {"app.started"}));
    folder.write("a/two.yaml", "name: two\nmanifest: two.pod.yaml\nexpect: [app.started]\n");
    folder.write("a/two.pod.yaml", kManifest);
    folder.write("b/values.yaml", "replicas: 3\n");
    folder.write("b/bare.yaml", kManifest);
    const ProcessResult listed = folder.test({".", "--list"});
    CHECK(listed.status == 0);
    CHECK(contains(listed.output, "one.yaml  one\n"));
    CHECK(contains(listed.output, "two.yaml  two\n"));
    CHECK(contains(listed.output, "bare.yaml  Pod/bare\n"));
    CHECK(!contains(listed.output, "two.pod.yaml"));
    CHECK(!contains(listed.output, "values"));
    CHECK(folder.test({"."}).status == 0);
    CHECK(contains(folder.test({".", "-k", "two", "--list"}).output, "two\n"));
    CHECK(!contains(folder.test({".", "-k", "two", "--list"}).output, "one\n"));
    CHECK(contains(folder.test({"a/*o.yaml", "--list"}).output, "two\n"));
  }

  TEST_CASE("a manifest without a scenario is held to what every Pod should keep, or to what the command line says") {
    const Folder folder;
    folder.write("bare.yaml", kManifest);
    folder.write("killed.yaml", kKilled);
    CHECK(folder.test({"bare.yaml"}).status == 0);
    const ProcessResult killed = folder.test({"killed.yaml"});
    CHECK(killed.status == 1);
    CHECK(contains(killed.output, "no SIGKILL"));
    CHECK(contains(killed.output, "any.SIGKILL at 303."));
    CHECK(folder.test({"killed.yaml", "--default-expect", "pod.ready within 10s"}).status == 0);
    CHECK(folder.test({"killed.yaml", "--default-expect", "pod.ready within 1s"}).status == 1);
    CHECK(folder.test({"killed.yaml", "--default-expect", "none"}).status == 2);
    CHECK(folder.test({"-"}, kKilled).status == 1);
  }

  TEST_CASE("test/nothing: a run that finds no test exits 2") {
    const Folder folder;
    folder.write("values.yaml", "replicas: 3\n");
    folder.write("one.yaml", scenario("one", {"app.started"}));
    const ProcessResult none = folder.test({".", "-k", "nobody"});
    CHECK(none.status == 2);
    CHECK(contains(none.error, "test/nothing"));
    test::reach(contains(none.error, "test/nothing") ? RuleId::TestNothing : RuleId::None);
    CHECK(folder.test({"values.yaml"}).status == 2);
    CHECK(folder.test({"missing.yaml"}).status == 2);
  }

  TEST_CASE("a scenario that cannot be judged is broken: exit 2, and the others are still run") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"ap.started"}));
    folder.write("b.yaml", scenario("b", {"app.started"}));
    const ProcessResult result = folder.test({"a.yaml", "b.yaml"});
    CHECK(result.status == 2);
    CHECK(contains(result.output, "expect/unknown-name"));
    CHECK(contains(result.output, "did you mean `app`?"));
    CHECK(contains(result.output, "b.yaml"));
    CHECK(contains(result.output, "1 passed"));
  }

  TEST_CASE("--fail-fast stops at the first failure") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"app.exited(1)"}));
    folder.write("b.yaml", scenario("b", {"app.started"}));
    CHECK(contains(folder.test({"a.yaml", "b.yaml"}).output, "b.yaml"));
    const ProcessResult stopped = folder.test({"a.yaml", "b.yaml", "--fail-fast"});
    CHECK(stopped.status == 1);
    CHECK(!contains(stopped.output, "b.yaml"));
  }

  TEST_CASE("--seeds runs each test under seeds 1 to N, and names the first that fails so that --seed replays it") {
    const Folder folder;
    // A second that the phases of the kubelet's loops decide about.
    folder.write("phase.yaml", scenario("phase", {"from app.exited to pod.succeeded < 1.9s"}));
    const ProcessResult many = folder.test({"phase.yaml", "--seeds", "20"});
    CHECK(many.status == 1);
    const std::size_t at = many.output.find("--seed ");
    REQUIRE(at != std::string::npos);
    const std::string seed = std::to_string(std::stoi(many.output.substr(at + 7)));
    CHECK(folder.test({"phase.yaml", "--seed", seed}).status == 1);
  }

  TEST_CASE("--repeat: the same test run again gives the same trace") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"app.started"}));
    CHECK(folder.test({"a.yaml", "--repeat", "5", "--seed", "3"}).status == 0);
  }

  TEST_CASE("test/timeout: a test that takes too long is broken") {
    const Folder folder;
    std::string slow = scenario("slow", {"app.started"});
    slow.replace(slow.find("{run: 3s, exit: 0}"), 18, "{run: 1s, exit: 1}");
    slow.replace(slow.find("Never"), 5, "Always");
    folder.write("slow.yaml", slow + "until: 87600h\n");
    const ProcessResult result = folder.test({"slow.yaml", "--timeout", "100ms"});
    CHECK(result.status == 2);
    CHECK(contains(result.output, "test/timeout"));
    test::reach(contains(result.output, "test/timeout") ? RuleId::TestTimeout : RuleId::None);
  }

  TEST_CASE("test/golden: a timeline is stored, compared, and told from the moment at which it differs") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"app.started"}));
    CHECK(folder.test({"a.yaml", "--golden", "stored"}).status == 1);  // there is none
    CHECK(folder.test({"a.yaml", "--golden", "stored", "--update"}).status == 0);
    REQUIRE(folder.has("stored/a.txt"));
    CHECK(contains(folder.read("stored/a.txt"), "s  app  exited 0 after 3s\n"));
    CHECK(folder.test({"a.yaml", "--golden", "stored"}).status == 0);
    std::string longer = scenario("a", {"app.started"});
    longer.replace(longer.find("3s"), 2, "4s");
    folder.write("a.yaml", longer);
    const ProcessResult differs = folder.test({"a.yaml", "--golden", "stored"});
    CHECK(differs.status == 1);
    CHECK(contains(differs.output, "exited 0 after 3s"));
    CHECK(contains(differs.output, "exited 0 after 4s"));
    folder.write("blocked", "a file where a folder should be");
    const ProcessResult blocked = folder.test({"a.yaml", "--golden", "blocked", "--update"});
    CHECK(blocked.status == 2);
    CHECK(contains(blocked.output, "test/golden"));
    test::reach(contains(blocked.output, "test/golden") ? RuleId::TestGolden : RuleId::None);
  }

  TEST_CASE("several formats are written at once, files whole") {
    const Folder folder;
    folder.write("a.yaml", scenario("a", {"app.started"}));
    folder.write("b.yaml", scenario("b", {"app.exited(1)"}));
    const ProcessResult result =
        folder.test({".", "-o", "tap", "-o", "junit=out/report.xml", "-o", "json=report.json", "-o", "human=x.txt"});
    CHECK(result.status == 1);
    CHECK(result.output.rfind("TAP version 14\n", 0) == 0);
    CHECK(contains(folder.read("out/report.xml"), "<testsuite"));
    CHECK(contains(folder.test({".", "-o", "junit=/dev/stdout"}).output, "<testsuite"));  // no file to be replaced
    CHECK(contains(folder.read("report.json"), "\"failed\""));
    CHECK(contains(folder.read("x.txt"), "1 passed"));
    CHECK(!folder.has("report.json.part"));
    CHECK(folder.test({".", "-o", "tap", "-o", "json"}).status == 2);
    CHECK(folder.test({".", "-o", "toml"}).status == 2);
    const ProcessResult lines = folder.test({".", "-o", "jsonl"});
    std::istringstream stream{lines.output};
    int count = 0;
    for (std::string line; std::getline(stream, line); ++count) CHECK(line.front() == '{');
    CHECK(count == 3);
  }

  TEST_CASE("the order of the output does not depend on the number of threads") {
    const Folder folder;
    for (int i = 0; i < 30; ++i) folder.write("t" + std::to_string(i) + ".yaml", scenario("t" + std::to_string(i), {"app.started"}));
    const std::string one = folder.test({".", "--jobs", "1", "-o", "tap"}).output;
    CHECK(folder.test({".", "--jobs", "8", "-o", "tap"}).output == one);
  }
}
