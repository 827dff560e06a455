// podlapse run, show and get on files: what is read, what is printed, how it ends.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"
#include "support/rule_coverage.hpp"
#include "support/shared.hpp"

using namespace podlapse;
using test::ProcessOptions;
using test::Folder;
using test::ProcessResult;
using test::run_podlapse;

namespace {

namespace fs = std::filesystem;

const char* const kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  restartPolicy: Never\n  containers:\n"
    "  - {name: app, image: 'app:1', command: [sleep, '5']}\n";
const char* const kJob =
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: report}\nspec:\n  template:\n    spec:\n      restartPolicy: "
    "Never\n"
    "      containers:\n      - {name: main, image: 'app:1'}\n";
const char* const kService = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
const char* const kScenario =
    "name: crash\nwhat: a crash\nmanifest: parts/web.yaml\nbehavior:\n  app:\n  - {run: 2s, exit: 3}\n";

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
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

ProcessOptions with_input(const std::string& text) {
  ProcessOptions options;
  options.input = text;
  return options;
}

constexpr const char* kReferring = R"(apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {serviceAccountName: web, containers: [{name: app, image: "app:1", volumeMounts: [{name: cfg, mountPath: /c}]}],
  volumes: [{name: cfg, configMap: {name: settings}}]}
)";

/// Notes the rule that an error line names as reached: "error[input/nothing]: ...".
std::string error_code(const std::string& error) {
  const std::size_t open = error.find("error[");
  if (open == std::string::npos) return {};
  const std::string code = error.substr(open + 6, error.find(']', open) - open - 6);
  test::reach(find_rule(code));
  return code;
}

}  // namespace

TEST_SUITE("cli/run") {
  TEST_CASE("a manifest on standard input becomes a timeline; it ends with 0 however the Pod does") {
    const ProcessResult result = run_podlapse({"run", "-", "--run", "app=5s:exit=1"}, with_input(kPod));
    CHECK(result.status == 0);
    CHECK(result.error.empty());
    CHECK(contains(result.output, "Pod web  simulated, Kubernetes v1.36\n"));
    CHECK(contains(result.output, "main     app "));
    CHECK(contains(result.output, "exited 1 after 5s"));
    CHECK(contains(result.output, "[restart/never]") == false);
    CHECK(contains(result.output, "\nFailed after "));
  }

  TEST_CASE("files, folders, JSON, several documents: each workload has its own timeline and its own header") {
    const Folder folder;
    const std::string both = folder.write("both.yaml", std::string{kPod} + "---\n" + kService + "---\n" + kJob);
    folder.write("more/c.json", R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "json"},
      "spec": {"containers": [{"name": "app", "image": "app:1"}]}})");
    folder.write("more/notes.txt", "nothing of podlapse's");
    const ProcessResult files = run_podlapse({"run", both});
    CHECK(files.status == 0);
    CHECK(count(files.output, "simulated, Kubernetes") == 2);
    CHECK(contains(files.output, "Pod web  simulated"));
    CHECK(contains(files.output, "Job report  simulated"));
    CHECK(contains(files.output, "\nthe Job is Complete: 1 succeeded\n"));
    CHECK(contains(files.error, "Service"));
    const ProcessResult everything = run_podlapse({"run", folder.path(), "-o", "jsonl", "-q"});
    CHECK(everything.status == 0);
    CHECK(count(everything.output, "\"type\": \"header\"") == 3);
    const TracesRead read = read_traces(everything.output, 0);
    CHECK(read.problems.empty());
    REQUIRE(read.traces.size() == 3);
    CHECK(read.traces[2].header.pods.at(0).name == "json");
    CHECK(read.traces[2].header.observed_until > SimDuration{});
  }

  TEST_CASE("no line is wider than asked for") {
    for (const int width : {60, 72, 80, 100, 160}) {
      const ProcessResult result =
          run_podlapse({"run", "-", "--width", std::to_string(width), "--events"}, with_input(kPod));
      CHECK(widest_line(result.output) <= static_cast<std::size_t>(width));
      CHECK(widest_line(result.output) + 1 >= static_cast<std::size_t>(width));
    }
  }

  TEST_CASE("a scenario may build on a manifest beside it, which a folder then does not run by itself") {
    const Folder folder;
    const std::string scenario = folder.write("crash.yaml", kScenario);
    folder.write("parts/web.yaml", kPod);
    const ProcessResult result = run_podlapse({"run", folder.path()});
    CHECK(result.status == 0);
    CHECK(count(result.output, "simulated, Kubernetes") == 1);
    CHECK(contains(result.output, "crash: Pod web  simulated, Kubernetes v1.36\na crash\n"));
    CHECK(contains(result.output, "exited 3 after 2s"));
    CHECK(count(run_podlapse({"run", scenario, folder.path() + "/parts/web.yaml"}).output, "simulated, Kubernetes") ==
          2);
  }

  TEST_CASE("--select picks workloads, and names what there is when nothing fits") {
    const std::string both = std::string{kPod} + "---\n" + kJob;
    const ProcessResult job = run_podlapse({"run", "-", "--select", "job/report", "--no-lanes"}, with_input(both));
    CHECK(job.status == 0);
    CHECK(contains(job.output, "Job report"));
    CHECK_FALSE(contains(job.output, "Pod web  "));
    const ProcessResult nothing = run_podlapse({"run", "-", "--select", "pod/other"}, with_input(both));
    CHECK(nothing.status == 2);
    CHECK(nothing.output.empty());
  }

  TEST_CASE("nothing is printed when one of several inputs is refused, and every problem is") {
    const Folder folder;
    const std::string good = folder.write("good.yaml", kPod);
    const std::string bad = folder.write("bad.yaml", std::string{kPod} + "  restartPolice: Always\n");
    const ProcessResult result = run_podlapse({"run", good, bad, folder.path() + "/missing.yaml"});
    CHECK(result.status == 2);
    CHECK(result.output.empty());
    CHECK(contains(result.error, "bad.yaml:8:3: error["));
    CHECK(contains(result.error, "restartPolicy"));
    CHECK(contains(result.error,
                   "missing.yaml: error[input/unreadable]: cannot read this file: No such file or directory"));
  }

  TEST_CASE("input/unreadable: a file that cannot be read and a folder without files are errors") {
    const Folder folder;
    const ProcessResult missing = run_podlapse({"run", folder.path() + "/missing.yaml"});
    CHECK(missing.status == 2);
    CHECK(error_code(missing.error) == "input/unreadable");
    const ProcessResult empty = run_podlapse({"run", folder.path()});
    CHECK(empty.status == 2);
    CHECK(contains(empty.error, "holds no .yaml, .yml or .json file"));
  }

  TEST_CASE("input/references: of a bare manifest, what no file gives is assumed to exist, and named once") {
    const Folder folder;
    const std::string pods = folder.write("pods.yaml", std::string{kReferring} + "---\n" + kReferring);
    const ProcessResult assumed = run_podlapse({"run", pods});
    CHECK(assumed.status == 0);
    CHECK(count(assumed.error, "note[input/references]: assumed to exist: ConfigMap settings, ServiceAccount web\n") == 1);
    CHECK(contains(assumed.output, "phase Pending → Running"));
    test::reach(RuleId::InputReferences);
    const std::string given = folder.write("given.yaml",
                                           "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n---\n"
                                           "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}\n");
    const ProcessResult all = run_podlapse({"run", pods, given, "--strict-refs"});
    CHECK(all.error.empty());
    CHECK(contains(all.output, "phase Pending → Running"));
  }

  TEST_CASE("input/service-account: with --strict-refs a Pod whose service account is missing is refused, another waits") {
    const ProcessResult refused = run_podlapse({"run", "-", "--strict-refs"}, with_input(kReferring));
    CHECK(refused.status == 2);
    CHECK(error_code(refused.error) == "input/service-account");
    CHECK(contains(refused.error,
                   "<stdin>:4:28: error[input/service-account]: pods \"web\" is forbidden: error looking up service account "
                   "default/web: serviceaccount \"web\" not found"));
    std::string plain = kReferring;
    plain.replace(plain.find("serviceAccountName: web, "), 25, "");
    const ProcessResult waits = run_podlapse({"run", "-", "--strict-refs", "--until", "60s"}, with_input(plain));
    CHECK(waits.status == 0);
    CHECK(contains(waits.error, "note[input/references]: does not exist: ConfigMap settings\n"));
    CHECK(contains(waits.output, "MountVolume.SetUp failed for volume \"cfg\" : configmap"));
    CHECK(contains(waits.output, "still Pending at 1m"));
  }

  TEST_CASE("input/nothing: an input without a Pod is an error") {
    const ProcessResult result = run_podlapse({"run", "-"}, with_input(kService));
    CHECK(result.status == 2);
    CHECK(result.output.empty());
    CHECK(error_code(result.error) == "input/nothing");
  }

  TEST_CASE("an override that fits nothing is refused, with the option as its place") {
    const ProcessResult result = run_podlapse({"run", "-", "--run", "ap=5s"}, with_input(kPod));
    CHECK(result.status == 2);
    CHECK(result.output.empty());
    CHECK(contains(result.error, "--run:1:"));
    CHECK(contains(result.error, "`app`"));
  }

  TEST_CASE("show draws what run traced, with the same lanes and records") {
    const ProcessResult text = run_podlapse({"run", "-", "--width", "90"}, with_input(kPod));
    const ProcessResult trace = run_podlapse({"run", "-", "-o", "jsonl"}, with_input(kPod));
    const ProcessResult shown = run_podlapse({"show", "-", "--width", "90"}, with_input(trace.output));
    CHECK(shown.status == 0);
    const std::size_t end = text.output.find("\nSucceeded after");
    REQUIRE(end != std::string::npos);
    CHECK(shown.output.substr(0, end) == text.output.substr(0, end));
  }

  TEST_CASE("show refuses what is no trace, with file, line and column") {
    const ProcessResult result = run_podlapse({"show", "-"}, with_input("{\"type\": \"header\"\n"));
    CHECK(result.status == 2);
    CHECK(result.output.empty());
    CHECK(contains(result.error, "<stdin>:1:18: "));
    CHECK(contains(result.error, "error[trace/not-json]"));
  }

  TEST_CASE("the same seed gives the same bytes, another one others") {
    const auto run = [](const std::string& seed) {
      return run_podlapse({"run", "-", "-o", "jsonl", "--seed", seed}, with_input(kPod)).output;
    };
    CHECK(run("7") == run("7"));
    CHECK(run("7") != run("8"));
    CHECK(contains(run("18446744073709551615"), "\"seed\": 18446744073709551615"));
  }

  TEST_CASE("--latency ideal takes all latency away, --until cuts and says so, --start-time moves the clock") {
    const ProcessResult ideal =
        run_podlapse({"run", "-", "--latency", "ideal", "--image", "app:1=present"}, with_input(kPod));
    CHECK(contains(ideal.output, "   0.000s  app  ▸ starts"));
    CHECK(contains(ideal.output, "Pod web  simulated, Kubernetes v1.36, without latencies\n"));
    const ProcessResult cut = run_podlapse({"run", "-", "--until", "4s"}, with_input(kPod));
    CHECK(contains(cut.output, "\ncut at 4s\n"));
    const ProcessResult late =
        run_podlapse({"run", "-", "-o", "jsonl", "--start-time", "2030-05-06T07:08:00Z"}, with_input(kPod));
    CHECK(contains(late.output, "\"startedAt\": \"2030-05-06T07:08:0"));
  }

  TEST_CASE("a field that is not modelled is named once a run") {
    const std::string pod = std::string{kPod} + "  priorityClassName: high\n  nodeSelector: {disk: ssd}\n";
    const std::string other =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec:\n  nodeSelector: {disk: ssd}\n"
        "  containers:\n  - {name: app, image: 'app:1'}\n";
    const ProcessResult result = run_podlapse({"run", "-"}, with_input(pod + "---\n" + other));
    CHECK(result.status == 0);
    CHECK(count(result.output, "nodeSelector") == 1);
  }
}

TEST_SUITE("cli/terminal") {
  TEST_CASE("a terminal gets colour and its own width, a pipe neither") {
    ProcessOptions terminal = with_input(kPod);
    terminal.terminal_columns = 72;
    terminal.environment = {{"NO_COLOR", ""}, {"TERM", "xterm-256color"}, {"CLICOLOR", ""}, {"CLICOLOR_FORCE", ""}};
    const ProcessResult shown = run_podlapse({"run", "-"}, terminal);
    CHECK(shown.status == 0);
    CHECK(contains(shown.output, "\x1b[32m"));
    std::string plain;
    for (std::size_t i = 0; i < shown.output.size(); ++i) {
      if (shown.output[i] == '\x1b')
        i = shown.output.find('m', i);
      else if (shown.output[i] != '\r')
        plain += shown.output[i];
    }
    CHECK(widest_line(plain) == 72);
    const ProcessResult piped = run_podlapse({"run", "-"}, with_input(kPod));
    CHECK_FALSE(contains(piped.output, "\x1b["));
  }

  TEST_CASE("colour follows --color, then NO_COLOR, CLICOLOR_FORCE and CLICOLOR") {
    struct Row {
      const char* option;
      const char* no_color;
      const char* force;
      const char* clicolor;
      bool terminal, colored;
    };
    const Row rows[] = {
        {"always", "1", "", "", false, true}, {"never", "", "1", "", true, false}, {"auto", "1", "", "", true, false},
        {"auto", "", "1", "", false, true},   {"auto", "1", "1", "", true, false}, {"auto", "", "", "0", true, false},
        {"auto", "", "0", "", false, false},  {"auto", "", "", "", true, true},
    };
    for (const Row& row : rows) {
      INFO("--color " << row.option << " NO_COLOR=" << row.no_color << " CLICOLOR_FORCE=" << row.force
                      << " CLICOLOR=" << row.clicolor << (row.terminal ? " on a terminal" : " in a pipe"));
      ProcessOptions options = with_input(kPod);
      if (row.terminal) options.terminal_columns = 80;
      options.environment = {
          {"NO_COLOR", row.no_color}, {"CLICOLOR_FORCE", row.force}, {"CLICOLOR", row.clicolor}, {"TERM", "xterm"}};
      CHECK(contains(run_podlapse({"run", "-", "--color", row.option}, options).output, "\x1b[") == row.colored);
    }
  }

  TEST_CASE("--speed plays records in their time") {
    const auto before = std::chrono::steady_clock::now();
    const ProcessResult result =
        run_podlapse({"run", "-", "--speed", "20", "--until", "8s", "--no-lanes"}, with_input(kPod));
    const auto took = std::chrono::steady_clock::now() - before;
    CHECK(result.status == 0);
    CHECK(contains(result.output, "exited 0 after 5s"));
    CHECK(took >= std::chrono::milliseconds{350});  // the last event within 8 s is at about 7.5 s
  }

  TEST_CASE("Ctrl-C ends a played run with the timeline so far and 130") {
    ProcessOptions options = with_input(kPod);
    options.interrupt_after = "starts";
    const ProcessResult result = run_podlapse({"run", "-", "--speed", "4"}, options);
    CHECK(result.status == 130);
    CHECK(contains(result.output, "main     app "));
    CHECK(contains(result.output, "\ninterrupted at "));
    CHECK_FALSE(contains(result.output, "exited"));
  }

  TEST_CASE("Ctrl-C ends a long run at full speed with what was simulated so far") {
    const Folder folder;
    const std::string short_one = folder.write("a.yaml", kPod);
    const std::string endless =
        folder.write("b.yaml",
                     "name: b\npod:\n  metadata: {name: b}\n  spec:\n    containers:\n"
                     "    - {name: app, image: 'app:1'}\nbehavior:\n  app: [{run: 1s, exit: 1}]\n");
    ProcessOptions options;
    options.terminal_columns = 80;
    options.interrupt_after = "Succeeded after";
    const ProcessResult result =
        run_podlapse({"run", short_one, endless, "--until", "1000000h", "--no-lanes"}, options);
    INFO(result.error);
    CHECK(result.status == 130);
    CHECK(contains(result.output, "\ninterrupted at "));
  }
}

TEST_SUITE("cli/get") {
  TEST_CASE("get prints kubectl's columns at an instant") {
    const auto get = [](const std::string& at, const std::vector<std::string>& more = {}) {
      std::vector<std::string> arguments{"get", "-", "--at", at};
      arguments.insert(arguments.end(), more.begin(), more.end());
      return run_podlapse(arguments, with_input(kPod));
    };
    CHECK(get("1s").output ==
          "NAME   READY   STATUS              RESTARTS   AGE\n"
          "web    0/1     ContainerCreating   0          1s\n");
    CHECK(get("5s").output ==
          "NAME   READY   STATUS    RESTARTS   AGE\n"
          "web    1/1     Running   0          5s\n");
    CHECK(get("60s").output ==
          "NAME   READY   STATUS      RESTARTS   AGE\n"
          "web    0/1     Completed   0          60s\n");
    CHECK(get("5s", {"-o", "name"}).output == "pod/web\n");
    CHECK(contains(get("5s", {"-o", "wide"}).output, "NOMINATED NODE"));
    CHECK(contains(get("3.05s", {"--at", "3s=delete"}).output, "Terminating"));
  }

  TEST_CASE("get -o json and yaml print the whole Pod with its status") {
    const ProcessResult json = run_podlapse({"get", "-", "--at", "5s", "-o", "json"}, with_input(kPod));
    CHECK(contains(json.output, "\"kind\": \"Pod\""));
    CHECK(contains(json.output, "\"phase\": \"Running\""));
    CHECK(contains(json.output, "\"creationTimestamp\": \"2026-01-01T00:00:00Z\""));
    const ProcessResult yaml = run_podlapse({"get", "-", "--at", "5s", "-o", "yaml"}, with_input(kPod));
    CHECK(contains(yaml.output, "\n  phase: Running\n"));
    const ProcessResult again = run_podlapse({"get", "-", "--at", "5s", "-o", "name"}, with_input(yaml.output));
    CHECK(again.output == "pod/web\n");
  }

  TEST_CASE("a Pod that is gone is not printed, but named") {
    const ProcessResult result = run_podlapse({"get", "-", "--at", "60s", "--delete-at", "4s"}, with_input(kPod));
    CHECK(result.status == 0);
    CHECK(result.output.empty());
    CHECK(contains(result.error, "pod \"web\" is gone since "));
  }
}

TEST_SUITE("cli/reference") {
  TEST_CASE("every case and every manifest of the reference runs, or is refused with an error that has a place") {
    const auto cases = test::shared_path("oracle/cases");
    const auto manifests = test::shared_path("manifests");
    if (!cases || !manifests) return;
    int ran = 0, refused = 0;
    for (const fs::path& folder : {*cases, *manifests}) {
      for (const auto& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() == ".tsv") continue;
        const ProcessResult result = run_podlapse({"run", entry.path().string(), "--no-lanes"});
        INFO(entry.path().filename().string() << "\n" << result.error);
        if (result.status == 2) {
          ++refused;
          CHECK(folder == *manifests);
          CHECK(result.output.empty());
          CHECK(contains(result.error, ": error["));
        } else {
          ++ran;
          CHECK(result.status == 0);
          CHECK_FALSE(result.output.empty());
        }
      }
    }
    MESSAGE(ran << " ran, " << refused << " were refused");
    CHECK(ran > 200);
    CHECK(refused < 20);
  }
}
