// kubernetesVersion, featureGates and kubelet of a scenario file, and what they do to its Pod.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "podlapse/scenario/scenario_document.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

struct Read {
  Scenario scenario;
  std::string shown;
};

const char* const kPod =
    "pod:\n"
    "  metadata: {name: web}\n"
    "  spec:\n"
    "    initContainers:\n"
    "    - {name: proxy, image: envoy, restartPolicy: Always}\n"
    "    containers:\n"
    "    - {name: app, image: nginx}\n";

Read read(const std::string& head, const ClusterGiven& command_line = {}) {
  const std::string text = head + kPod;
  SourceFiles files = {{"s.yaml", text}};
  std::vector<Diagnostic> problems;
  const std::vector<Value> documents = yaml::read_documents(text, 0, {}, problems);
  REQUIRE(documents.size() == 1);
  yaml::ScenarioSurroundings around;
  around.cluster = command_line;
  Read result;
  result.scenario = yaml::read_scenario(documents.front(), around, files, problems);
  for (const Diagnostic& problem : problems) result.shown += render_diagnostic(problem, files, false);
  return result;
}

}  // namespace

TEST_SUITE("yaml/scenario_cluster") {
  TEST_CASE("a scenario names its release, with or without quotes, and its gates") {
    CHECK(read("").scenario.cluster.text() == "v1.36");
    CHECK(read("kubernetesVersion: \"1.30\"\n").scenario.cluster.text() == "v1.30");
    CHECK(read("kubernetesVersion: 1.30\n").scenario.cluster.text() == "v1.30");
    CHECK(read("kubernetesVersion: 1.29\n").scenario.cluster.text() == "v1.29");
    CHECK(read("kubernetesVersion: v1.30.3\nfeatureGates: {SidecarContainers: true}\n").scenario.cluster.text() ==
          "v1.30.3, SidecarContainers=true");
    const Read node = read("kubelet: {crashLoopBackOff: {maxContainerRestartPeriod: 20s}}\n");
    CHECK(node.shown == "");
    CHECK(node.scenario.cluster.max_container_restart_period == SimDuration{20s});
    CHECK_FALSE(node.scenario.cluster.single_process_oom_kill);
    CHECK(read("kubelet: {singleProcessOOMKill: true}\n").scenario.cluster.single_process_oom_kill);
  }

  TEST_CASE("what is wrong is told at its place") {
    CHECK(read("kubernetesVersion: 1.20\n").shown.find("s.yaml:1:20: error[cluster/version]: Kubernetes 1.20 is not modelled") == 0);
    const std::string unknown = "s.yaml:1:16: error[gates/unknown]: unrecognized feature gate: Sidecars";
    CHECK(read("featureGates: {Sidecars: true}\n").shown.find(unknown) == 0);
    CHECK(read("featureGates: {PLEGOnDemandRelist: off}\n").shown == "");
    CHECK(read("featureGates: {PLEGOnDemandRelist: maybe}\n").shown.find("expected true or false") != std::string::npos);
    CHECK(read("kubelet: {crashLoopBackoff: {}}\n").shown.find("did you mean `crashLoopBackOff`?") != std::string::npos);
    CHECK(read("kubelet: {crashLoopBackOff: {maxContainerRestartPeriod: 10m}}\n").shown.find("cluster/restart-period") !=
          std::string::npos);
  }

  TEST_CASE("the Pod is read as that release reads it, and a dropped sidecar's process runs on") {
    const Read old = read("kubernetesVersion: 1.28\n");
    CHECK(old.shown.find("s.yaml:6:50: note[admit/disabled-field]") == 0);
    const Workload& workload = old.scenario.workloads.at(0);
    CHECK(workload.pod.containers.at(0).kind == ContainerKind::Init);
    CHECK(workload.former_sidecars == std::vector<std::string>{"proxy"});
    CHECK(read("").scenario.workloads.at(0).pod.containers.at(0).kind == ContainerKind::Sidecar);
    CHECK(read("").scenario.workloads.at(0).former_sidecars.empty());
  }

  TEST_CASE("a scenario that is written down again names its cluster") {
    const std::string head =
        "kubernetesVersion: 1.35\nfeatureGates: {ContainerRestartRules: false}\n"
        "kubelet: {crashLoopBackOff: {maxContainerRestartPeriod: 20s}, singleProcessOOMKill: true}\n";
    const Value document = scenario_document(read(head).scenario);
    CHECK(document.string_at("kubernetesVersion") == "v1.35");
    CHECK(document.at_path("featureGates.ContainerRestartRules")->as_bool() == false);
    CHECK(document.at_path("kubelet.crashLoopBackOff.maxContainerRestartPeriod") != nullptr);
    CHECK(document.at_path("kubelet.singleProcessOOMKill") != nullptr);
    CHECK(scenario_document(read("").scenario).find("kubernetesVersion") == nullptr);
  }

  TEST_CASE("the command line stands above the file") {
    ClusterGiven command_line;
    command_line.version = ClusterGiven::Version{{28, {}}, {}};
    const Read above = read("kubernetesVersion: 1.36\n", command_line);
    CHECK(above.scenario.cluster.text() == "v1.28");
    CHECK(above.scenario.workloads.at(0).pod.containers.at(0).kind == ContainerKind::Init);
  }
}
