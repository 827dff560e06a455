// --kubernetes-version and --feature-gates, as a user meets them.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/process.hpp"

using podlapse::test::ProcessOptions;
using podlapse::test::ProcessResult;
using podlapse::test::run_podlapse;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

ProcessResult run(std::vector<std::string> arguments) {
  ProcessOptions options;
  options.folder = PODLAPSE_SOURCE_DIR;
  return run_podlapse(std::move(arguments), options);
}

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// When runs with several seeds end with `word` ("Failed after 4.2s"), in seconds.
double mean_end(const std::vector<std::string>& arguments, const std::string& word) {
  constexpr int kSeeds = 8;
  double sum = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const std::string output = run(joined(arguments, {"--seed", std::to_string(seed)})).output;
    const std::string head = "\n" + word + " after ";
    const std::size_t at = output.find(head);
    REQUIRE(at != std::string::npos);
    sum += std::stod(output.substr(at + head.size()));
  }
  return sum / kSeeds;
}

const std::string kFolder = "scenarios/versions/";
const std::string kRules = "scenarios/restart-rules/";
const std::string kWrongList = "scenarios/start-order/sidecar-in-wrong-list.yaml";
const std::string kNotMeasured = "modelled from source and release notes, not verified on a real kubelet";

}  // namespace

TEST_SUITE("cli/version") {
  TEST_CASE("the release and the gates that were set stand in the head of a timeline and of a trace") {
    const std::string file = kFolder + "sidecar.pod.yaml";
    const ProcessResult text = run({"run", file, "--kubernetes-version", "1.30", "--feature-gates", "SidecarContainers=false"});
    CHECK(text.status == 0);
    CHECK(contains(text.output, "simulated, Kubernetes v1.30, SidecarContainers=false"));
    CHECK(contains(text.output, "v1.30 is " + kNotMeasured));
    CHECK(contains(text.error, "sidecar.pod.yaml:8:67: note[admit/disabled-field]: spec.initContainers[0].restartPolicy: dropped, in "
                               "silence: the feature gate SidecarContainers is off"));
    const ProcessResult trace =
        run({"run", file, "--kubernetes-version", "1.30", "--feature-gates", "SidecarContainers=false", "-o", "jsonl"});
    CHECK(contains(trace.output, "\"version\": \"v1.30\", \"featureGates\": {\"SidecarContainers\": false}"));
    CHECK(contains(trace.error, kNotMeasured));
  }

  TEST_CASE("the newest release is not excused, and every command takes the options") {
    CHECK_FALSE(contains(run({"run", kFolder + "sidecar.pod.yaml"}).output, kNotMeasured));
    for (const char* command : {"get", "describe"}) {
      const ProcessResult result = run({command, kFolder + "stop-order.pod.yaml", "--at", "4s", "--kubernetes-version", "1.29"});
      CHECK(result.status == 0);
      CHECK(contains(result.error, kNotMeasured));
    }
    const ProcessResult events = run({"events", kFolder + "stop-order.pod.yaml", "--at", "9s", "--kubernetes-version", "1.29"});
    CHECK(events.status == 0);
    CHECK(contains(events.error, kNotMeasured));
    const ProcessResult blocked = run({"get", kFolder + "sidecar.pod.yaml", "--at", "1m", "--kubernetes-version", "1.28"});
    CHECK(contains(blocked.output, "Init:0/1"));
  }

  TEST_CASE("what the components would refuse ends with 2, in their words") {
    const auto refusal = [](const std::vector<std::string>& options) {
      std::vector<std::string> arguments = {"run", kFolder + "sidecar.pod.yaml"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const ProcessResult result = run(arguments);
      CHECK(result.status == 2);
      CHECK(result.output.empty());
      return result.error;
    };
    CHECK(contains(refusal({"--kubernetes-version", "1.20"}), "Kubernetes 1.20 is not modelled: v1.27 to v1.36 are"));
    CHECK(contains(refusal({"--feature-gates", "Sidecars=true"}), "unrecognized feature gate: Sidecars"));
    CHECK(contains(refusal({"--feature-gates", "SidecarContainers=false"}),
                   "cannot set feature gate SidecarContainers to false, feature is locked to true"));
    CHECK(contains(refusal({"--kubernetes-version", "1.33", "--feature-gates", "ContainerRestartRules=true"}),
                   "unrecognized feature gate: ContainerRestartRules"));
    CHECK(contains(refusal({"--feature-gates", "ContainerRestartRules=false"}), "but depends on features that are disabled"));
    CHECK(contains(refusal({"--feature-gates", "EventedPLEG=true"}), "podlapse does not model EventedPLEG=true"));
    CHECK(run({"run", kRules + "rule-restart-all-containers.yaml", "--kubernetes-version", "1.35"}).status == 2);
    CHECK(run({"run", kWrongList, "--kubernetes-version", "1.33"}).status == 2);
  }

  TEST_CASE("validate answers as the release would: a field that it does not have is unknown") {
    const std::string file = kFolder + "sidecar.pod.yaml";
    const ProcessResult strict = run({"validate", file, "--kubernetes-version", "v1.27"});
    CHECK(strict.status == 2);
    CHECK(contains(strict.error, "unknown field \"spec.initContainers[0].restartPolicy\""));
    const ProcessResult warned = run({"validate", file, "--kubernetes-version", "1.27", "--field-validation", "warn"});
    CHECK(warned.status == 0);
    CHECK(contains(warned.error, "warning"));
    CHECK(run({"validate", file, "--kubernetes-version", "1.28"}).status == 0);
    const ProcessResult slip = run({"run", kWrongList, "--kubernetes-version", "1.33"});
    CHECK(slip.status == 2);
    CHECK(contains(slip.error, "spec.template.spec.containers[1].restartPolicy: Forbidden: may not be set for non-init containers"));
    CHECK(contains(slip.error, "a sidecar stands under initContainers"));
  }

  TEST_CASE("two releases differ in each lesson that compares them") {
    const std::vector<std::vector<std::string>> rows = {
        {"versions/sidecar-1.28", "versions/sidecar-1.29"},
        {"versions/stop-order-1.28", "versions/stop-order-1.29"},
        {"termination/delete-during-init", "termination/delete-during-init-1.30.4"},
        {"init-containers/reboot-1.28-parallel", "init-containers/sandbox-lost-init-reruns"},
        {"start-order/sidecar-in-wrong-list", "start-order/sidecar-in-wrong-list-1.34"},
        {"restart-rules/rule-restart-on-42-in-never-pod", "restart-rules/rule-restart-on-42-in-never-pod-1.34"},
        {"restart-rules/rule-restart-all-containers", "restart-rules/rule-restart-all-containers-off"},
        {"back-off/crashloop-timeline", "back-off/crashloop-max-1.35"},
        {"versions/crash-loop-default", "versions/crash-loop-reduced"},
        {"versions/sleep-on", "versions/sleep-off"},
        {"versions/relist-1.35", "versions/relist-1.36"},
        {"versions/kubelet-restart-1.34", "versions/kubelet-restart-1.35"}};
    const auto lanes = [](const std::string& name) {
      const std::string output = run({"run", "scenarios/" + name + ".yaml"}).output;
      const std::size_t from = output.find("created, phase Pending");
      REQUIRE(from != std::string::npos);
      return output.substr(from, output.find("\nrelease") - from);
    };
    for (const std::vector<std::string>& row : rows) {
      INFO(row[0] << " and " << row[1]);
      CHECK(lanes(row[0]) != lanes(row[1]));
    }
  }

  TEST_CASE("without the restart rules exit 42 ends a Never Pod, and an init container with Never loops in an Always Pod") {
    // On a real kubelet: Failed at 4.2 s, with the rules Succeeded at 20.7 s after two restarts; with them the second Pod Failed at 2.8 s.
    const std::vector<std::string> off = {"--feature-gates",
                                          "ContainerRestartRules=false,RestartAllContainersOnContainerExits=false"};
    const std::vector<std::string> train = {"run",   kRules + "rule-restart-on-42-in-never-pod.yaml",
                                            "--run", "train=2s:exit=42,2s:exit=42,2s", "--until", "40s"};
    const std::vector<std::string> init = {"run", "tests/conformance/cases/init-never-in-always-pod.yaml"};
    const double without = mean_end(joined(train, off), "Failed");
    CHECK(without > 3.5);
    CHECK(without < 4.9);
    const double with_rules = mean_end(train, "Succeeded");
    CHECK(with_rules > 18.5);
    CHECK(with_rules < 24.5);
    const double of_init = mean_end(init, "Failed");
    CHECK(of_init > 2.2);
    CHECK(of_init < 3.6);
    const ProcessResult loops = run(joined(init, off));
    CHECK_FALSE(contains(loops.output, "\nFailed after"));
    CHECK(contains(loops.output, "restart 2"));
    CHECK(contains(loops.error, "spec.initContainers[0].restartPolicy: dropped"));
  }

  TEST_CASE("rules --feature-gates lists what can be set in a release") {
    const ProcessResult listed = run({"rules", "--feature-gates", "--kubernetes-version", "1.28"});
    CHECK(listed.status == 0);
    CHECK(contains(listed.output, "SidecarContainers"));
    CHECK_FALSE(contains(listed.output, "ContainerRestartRules"));
    CHECK(run({"rules", "--feature-gates", "--kubernetes-version", "0.9"}).status == 2);
  }
}
