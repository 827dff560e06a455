// podlapse quiz: the question, the answers, what is right, and why the others are not. And the beliefs behind the wrong ones.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "podlapse/quiz/quiz.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"
#include "yaml/text.hpp"
#include "yaml/write.hpp"

using namespace podlapse;
using test::ProcessResult;
using test::run_podlapse;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kScenario =
    "name: gate\n"
    "what: it gates\n"
    "question: When does the app start?\n"
    "lesson: >-\n"
    "  Once the probe\n"
    "  has passed.\n"
    "threads: [https://a.example/1]\n"
    "# about the file\n"
    "pod:\n"
    "  metadata: {name: web}\n"
    "  spec:\n"
    "    initContainers:\n"
    "    - {name: proxy, image: envoy, restartPolicy: Always, startupProbe: {tcpSocket: {port: 1}, periodSeconds: 1,\n"
    "       failureThreshold: 9}}\n"
    "    containers: [{name: app, image: nginx}]\n"
    "images: {envoy: {present: true}, nginx: {present: true}}\n"
    "probes: {proxy: {startup: {okAfter: 5s}}}\n"
    "expect: [proxy.startup.passed before app.started]\n";

class Folder : public test::Folder {
 public:
  Folder() { write("gate.yaml", kScenario); }
  [[nodiscard]] ProcessResult quiz(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "quiz");
    test::ProcessOptions options;
    options.folder = path();
    return run_podlapse(arguments, options);
  }
};

const Belief& belief(const std::string& id) {
  for (const Belief& one : beliefs()) {
    if (id == one.id) return one;
  }
  FAIL("no belief " << id);
  return beliefs().front();
}

/// `text` as it is if the belief holds.
Value changed(const std::string& id, const std::string& text) {
  std::vector<Diagnostic> problems;
  Value document = yaml::read_documents(text, 0, {}, problems).front();
  belief(id).apply(document);
  return document;
}

/// The letter of the answer that is right.
std::string right_letter(const ProcessResult& solution) {
  const std::size_t at = solution.output.find("  is what happens");
  REQUIRE(at != std::string::npos);
  return solution.output.substr(at - 1, 1);
}

}  // namespace

TEST_SUITE("cli/quiz") {
  TEST_CASE("a quiz shows the scenario without what would tell the answer, the question, and a timeline for each answer") {
    const Folder folder;
    const ProcessResult asked = folder.quiz({"gate.yaml"});
    CHECK(asked.status == 0);
    CHECK(asked.output.find("pod:\n  metadata: {name: web}") == 0);
    CHECK(contains(asked.output, "probes: {proxy: {startup: {okAfter: 5s}}}"));
    for (const char* telling : {"expect", "it gates", "has passed", "a.example", "about the file", "is right"}) {
      CHECK_FALSE(contains(asked.output, telling));
    }
    CHECK(contains(asked.output, "When does the app start?"));
    for (const char* letter : {"\na)\n", "\nb)\n", "\nc)\n"}) CHECK(contains(asked.output, letter));
    CHECK(contains(asked.error, "--answer"));
    CHECK(folder.quiz({"gate.yaml"}).output == asked.output);
  }

  TEST_CASE("the right answer exits 0 and a wrong one 1, each with the lesson and what the other answers would need") {
    const Folder folder;
    const ProcessResult solution = folder.quiz({"gate.yaml", "--solution"});
    CHECK(solution.status == 0);
    const std::string right = right_letter(solution);
    const ProcessResult answered = folder.quiz({"gate.yaml", "--answer", right});
    CHECK(answered.status == 0);
    CHECK(contains(answered.output, right + "  is right"));
    CHECK(contains(answered.output, "Once the probe has passed."));
    CHECK(contains(answered.output, "would be so if nothing waited for a sidecar's startup probe"));
    CHECK(contains(answered.output, "app starts"));
    CHECK(contains(answered.output, "[restart/no-record]"));
    CHECK(contains(answered.output, "asked at\n   https://a.example/1\n"));
    const ProcessResult wrong = folder.quiz({"gate.yaml", "--answer", right == "a" ? "B" : "A"});
    CHECK(wrong.status == 1);
    CHECK(contains(wrong.output, "is wrong: what happens is " + right));
  }

  TEST_CASE("an answer that is none, a number of choices that is none, and two scenarios are refused") {
    const Folder folder;
    CHECK(folder.quiz({"gate.yaml", "--answer", "x"}).status == 2);
    CHECK(folder.quiz({"gate.yaml", "--choices", "1"}).status == 2);
    CHECK(folder.quiz({"missing"}).status == 2);
    folder.write("two.yaml", std::string{kScenario} + "---\n" + kScenario);
    CHECK(folder.quiz({"two.yaml"}).status == 2);
  }

  TEST_CASE("--choices says how many answers there are, where so many look different") {
    const Folder folder;
    CHECK_FALSE(contains(folder.quiz({"gate.yaml", "--choices", "2"}).output, "\nc)\n"));
    CHECK(contains(folder.quiz({"gate.yaml", "--choices", "4"}).output, "\nd)\n"));
  }

  TEST_CASE("a scenario in braces and a manifest are asked about, too") {
    const Folder folder;
    folder.write("braces.yaml",
                 "{name: x, what: secret, expect: [app.started],\n job: {metadata: {name: work}, spec: {backoffLimit: 0, template: {spec: "
                 "{restartPolicy: Never,\n containers: [{name: app, image: app}, {name: helper, image: helper}]}}}},\n"
                 " behavior: {app: {run: 5s}, helper: {run: forever}}}\n");
    const ProcessResult braces = folder.quiz({"braces.yaml"});
    CHECK(braces.status == 0);
    CHECK_FALSE(contains(braces.output, "secret"));
    CHECK(contains(braces.output, "backoffLimit: 0"));
    folder.write("pod.yaml",
                 "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
                 "spec:\n  containers: [{name: app, image: app, command: [sleep, '5']}]\n");
    CHECK(contains(folder.quiz({"pod.yaml"}).output, "What happens?"));
  }

  TEST_CASE("a belief changes the manifest, and what is answered to its probes and signals") {
    const Value ready = changed("readiness-gates",
                                "pod: {spec: {initContainers: [{name: s, restartPolicy: Always, readinessProbe: {periodSeconds: 1, "
                                "successThreshold: 2}}], containers: []}}\nprobes: {s: {readiness: {okAfter: 5s}}}\n");
    CHECK(ready.at_path("pod.spec.initContainers[0].startupProbe.periodSeconds")->as_int() == 1);
    CHECK(ready.at_path("pod.spec.initContainers[0].startupProbe.successThreshold") == nullptr);
    CHECK(ready.at_path("probes.s.startup.okAfter")->as_string() == "5s");
    const Value turn =
        changed("pre-stop-in-turn",
                "pod: {spec: {containers: [], initContainers: [{name: s, restartPolicy: Always, lifecycle: {preStop: {}}}]}}\n"
                "behavior: {s: {run: forever, onTerm: {after: 1s}}}\nhooks: {s: {preStop: {takes: 2s}}}\n");
    CHECK(turn.at_path("behavior.s.onTerm.after")->as_string() == "3s");
    CHECK(turn.at_path("pod.spec.initContainers[0].lifecycle.preStop") == nullptr);
    const Value ordinary =
        changed("sidecars-are-ordinary",
                "kind: Deployment\nspec: {template: {spec: {initContainers: [{name: i}, {name: s, restartPolicy: Always}], "
                "containers: [{name: app}]}}}\n");
    CHECK(ordinary.at_path("spec.template.spec.containers")->items().size() == 2);
    CHECK(ordinary.at_path("spec.template.spec.containers[1].name")->as_string() == "s");
    CHECK(ordinary.at_path("spec.template.spec.containers[1].restartPolicy") == nullptr);
    CHECK(ordinary.at_path("spec.template.spec.initContainers")->items().size() == 1);
    const Value grace = changed("grace-does-not-cut",
                                "pod: {spec: {containers: []}}\nactions: [{at: 1s, delete: {gracePeriodSeconds: 5}}]\n");
    CHECK(grace.at_path("actions[0].delete.gracePeriodSeconds")->as_int() == 3600);
  }

  TEST_CASE("no belief touches what happens from outside, but those that say so") {
    const std::string text =
        "pod: {spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}}\n"
        "actions: [{at: 1s, patch: {spec: {containers: [{name: a, image: b}]}}}]\n";
    std::vector<Diagnostic> problems;
    const Value before = yaml::read_documents(text, 0, {}, problems).front();
    for (const Belief& one : beliefs()) {
      CAPTURE(one.id);
      Value after = before;
      one.apply(after);
      const bool may = std::string{one.id} == "nothing-happens";
      CHECK((may || *after.find("actions") == *before.find("actions")));
    }
    CHECK(changed("nothing-happens", text).find("actions")->items().empty());
  }

  TEST_CASE("every belief makes a wrong answer to some question of the library") {
    std::string told;
    for (const char* name :
         {"auth/job", "sidecar-crashloop-while-app-healthy", "init-fail-never", "ambassador", "liveness-probe-grace-override",
          "sidecar-prestop-runs-early", "rule-restart-all-containers", "cache/native", "cron-forbid", "job-ttl",
          "job-podfailurepolicy-exit-42", "job-webhook-dropped-restartpolicy", "poststart-deadlock"}) {
      const ProcessResult result = run_podlapse({"quiz", name, "--solution", "--choices", "6", "--width", "100"});
      CAPTURE(name);
      CHECK(result.status == 0);
      CHECK(result.error.empty());
      told += result.output;
    }
    for (const Belief& one : beliefs()) {
      CAPTURE(one.id);
      CHECK(contains(told, std::string{"would be so if "} + one.if_so + "\n"));
    }
  }

  TEST_CASE("every belief has an id and words of its own") {
    std::set<std::string> ids, words;
    for (const Belief& one : beliefs()) {
      ids.insert(one.id);
      words.insert(one.if_so);
    }
    CHECK(ids.size() == beliefs().size());
    CHECK(words.size() == beliefs().size());
  }
}
