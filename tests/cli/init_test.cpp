// podlapse init: a first scenario for a manifest, which reads back, and expects what holds.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"
#include "support/shared.hpp"

using namespace podlapse::test;

namespace {

namespace fs = std::filesystem;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

ProcessResult run_in(const Folder& folder, const std::vector<std::string>& arguments, const std::string& input = {}) {
  ProcessOptions options;
  options.folder = folder.path();
  options.input = input;
  return run_podlapse(arguments, options);
}

constexpr const char* kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {podlapse.dev/image.app: present}
    spec:
      initContainers:
      - {name: migrate, image: "migrate:1", command: [sleep, "3"]}
      - name: proxy
        image: envoy
        restartPolicy: Always
        startupProbe: {httpGet: {path: /ready, port: 9901}, periodSeconds: 1}
      containers:
      - name: app
        image: registry.example:5000/shop/web:1.2
        envFrom: [{configMapRef: {name: settings}}]
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}
        lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
)";
constexpr const char* kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: app, image: nginx}]}\n";
constexpr const char* kJob =
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: work}\nspec: {template: {spec: {restartPolicy: Never, "
    "containers: [{name: "
    "main, image: busybox}]}}}\n";

std::string pod(const std::string& name) {
  std::string text = kPod;
  return text.replace(text.find("NAME"), 4, name);
}

/// Writes a scenario for `manifest`, and holds it to what it expects: with the medians, and under seeds that init did
/// not see. True where the manifest was taken; one that init refuses must be one that cannot be run either.
bool try_manifest(const Folder& folder, const std::string& manifest) {
  CAPTURE(manifest);
  const ProcessResult written = run_in(folder, {"-q", "init", manifest, "-o", "first.yaml", "--force"});
  if (written.status != 0) {
    CHECK(written.status == 2);
    CHECK(run_podlapse({"-q", "run", manifest}).status == 2);
    return false;
  }
  const ProcessResult tested = run_in(folder, {"test", "first.yaml"});
  CAPTURE(tested.output);
  CHECK(tested.status == 0);
  CHECK(contains(tested.output, "1 passed"));
  CHECK(run_in(folder, {"test", "first.yaml", "--seeds", "8"}).status == 0);
  return true;
}

}  // namespace

TEST_SUITE("cli/init") {
  TEST_CASE("a scenario says what is assumed of a manifest, and where from, and expects what holds") {
    const Folder folder;
    folder.write("deploy/web.yaml", kDeployment);
    const ProcessResult printed = run_in(folder, {"init", "deploy/web.yaml", "--schema", "scenario.schema.json"});
    CHECK(printed.status == 0);
    CHECK(printed.error.empty());
    check_golden("cli/data/init.yaml", printed.output);
    CHECK(try_manifest(folder, folder.path() + "/deploy/web.yaml"));
  }

  TEST_CASE(
      "the manifest is named from the folder of the file that is written, which is not overwritten without --force") {
    const Folder folder;
    folder.write("deploy/web.yaml", kDeployment);
    folder.write("tests/kept.yaml", "mine\n");
    CHECK(run_in(folder, {"init", "deploy/web.yaml", "-o", "tests/web.yaml"}).output.empty());
    CHECK(contains(folder.read("tests/web.yaml"), "\nmanifest: ../deploy/web.yaml\n"));
    CHECK(run_in(folder, {"test", "tests/web.yaml"}).status == 0);
    const ProcessResult refused = run_in(folder, {"init", "deploy/web.yaml", "-o", "tests/kept.yaml"});
    CHECK(refused.status == 2);
    CHECK(refused.error == "error: `tests/kept.yaml` exists\n  help: --force writes over it\n");
    CHECK(folder.read("tests/kept.yaml") == "mine\n");
    CHECK(run_in(folder, {"init", "deploy/web.yaml", "-o", "new/folder/web.yaml"}).status == 0);
    CHECK(contains(folder.read("new/folder/web.yaml"), "\nmanifest: ../../deploy/web.yaml\n"));
    CHECK(run_in(folder, {"init", "deploy/web.yaml", "-o", "tests/kept.yaml", "--force"}).status == 0);
    CHECK(contains(folder.read("tests/kept.yaml"), "manifest:"));
  }

  TEST_CASE("standard input becomes a part of the scenario") {
    const Folder folder;
    const auto try_input = [&folder](const std::string& manifest, const std::string& key) {
      const ProcessResult written = run_in(folder, {"init", "-"}, manifest);
      CHECK(written.status == 0);
      CHECK(contains(written.output, "\n" + key + ":\n"));
      CHECK(run_in(folder, {"test", "-"}, written.output).status == 0);
      return written.output;
    };
    (void)try_input(pod("web"), "pod");
    CHECK(contains(try_input(kJob, "job"), "- job.complete within "));
    (void)try_input(kDeployment, "workload");
    const std::string both = try_input(pod("web") + "---\n" + pod("db"), "pods");
    CHECK(contains(both, "- {at: 1m, pod: db, delete: {}}"));
    CHECK(contains(both, "- web/pod.ready within "));
    const ProcessResult refused = run_in(folder, {"init", "-"}, pod("web") + "---\n" + kJob);
    CHECK(refused.status == 2);
    CHECK(contains(refused.error, "a scenario holds one workload, or several Pods, and these are 2 objects"));
  }

  TEST_CASE("a release and its gates are written down, and what is no manifest is refused") {
    const Folder folder;
    folder.write("web.yaml", kDeployment);
    const ProcessResult old = run_in(
        folder, {"-q", "init", "web.yaml", "--kubernetes-version", "1.30", "--feature-gates", "EventedPLEG=false"});
    CHECK(contains(old.output, "\nkubernetesVersion: v1.30\nfeatureGates: {EventedPLEG: false}\n"));
    CHECK(run_in(folder, {"test", "-"}, old.output).status == 0);
    folder.write("first.yaml", old.output);
    CHECK(contains(run_in(folder, {"init", "first.yaml"}).error,
                   "error: `first.yaml` is a scenario\n  help: init takes a manifest\n"));
    CHECK(run_in(folder, {"init", "none.yaml"}).status == 2);
    folder.write("twice.yaml", pod("web") + "---\n" + pod("web"));
    CHECK(contains(run_in(folder, {"init", "twice.yaml"}).error, "there are two Pods called `web`"));
  }

  TEST_CASE("a Pod that never comes to anything is held to that") {
    const Folder folder;
    const char* crashing = "podlapse.dev/run.app: 1s:exit=1";
    folder.write("web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {" + std::string{crashing} +
                                 "}}\nspec: {containers: [{name: app, image: nginx}]}\n");
    const ProcessResult written = run_in(folder, {"init", "web.yaml"});
    CHECK(contains(
        written.output,
        "  app: {run: 1s, exit: 1, onTerm: {after: 100ms, exit: 0}}  # an annotation of the manifest says so\n"));
    CHECK_FALSE(contains(written.output, "no restarted"));
    CHECK(try_manifest(folder, folder.path() + "/web.yaml"));
  }

  TEST_CASE("every manifest of the scenarios has a first scenario that holds") {
    const Folder folder;
    std::size_t taken = 0;
    for (const auto& entry : fs::recursive_directory_iterator{std::string{PODLAPSE_SOURCE_DIR} + "/scenarios"}) {
      const std::string path = entry.path().string();
      if (path.size() > 9 && path.substr(path.size() - 9) == ".pod.yaml") taken += try_manifest(folder, path) ? 1 : 0;
    }
    CHECK(taken >= 10);
  }

  TEST_CASE("other people's manifests have a first scenario that holds, where they can be run") {
    const auto manifests = shared_path("manifests");
    if (!manifests) return;
    const Folder folder;
    std::size_t taken = 0, all = 0;
    for (const auto& entry : fs::directory_iterator{*manifests}) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".yaml" && extension != ".yml" && extension != ".json") continue;
      ++all;
      taken += try_manifest(folder, entry.path().string()) ? 1 : 0;
    }
    MESSAGE(taken << " of " << all << " manifests");
    CHECK(taken * 10 > all * 8);
  }
}
