#include "podlapse/rules/feature_gates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace podlapse;

namespace {

FeatureGates at(std::int32_t minor) { return FeatureGates{KubernetesVersion{minor, {}}}; }
FeatureGates at(std::int32_t minor, std::int32_t patch) { return FeatureGates{KubernetesVersion{minor, patch}}; }

/// The gates with `settings`; a problem fails the test.
FeatureGates with(std::int32_t minor, const std::vector<FeatureGateSetting>& settings) {
  std::optional<FeatureGateProblem> problem;
  const FeatureGates gates = feature_gates_of({minor, {}}, settings, problem);
  CHECK_MESSAGE(!problem, problem->text);
  return gates;
}

FeatureGateProblem problem_of(std::int32_t minor, const std::vector<FeatureGateSetting>& settings) {
  std::optional<FeatureGateProblem> problem;
  (void)feature_gates_of({minor, {}}, settings, problem);
  REQUIRE(problem);
  return *problem;
}

/// "-" does not exist, "a" off, "b" on, "l" on and locked, for 1.27 to 1.36.
std::string history(std::string_view name) {
  std::string text;
  for (std::int32_t minor = kOldestVersion.minor; minor <= kNewestVersion.minor; ++minor) {
    const std::vector<FeatureGateInfo> gates = feature_gates_in({minor, {}});
    const auto gate = std::find_if(gates.begin(), gates.end(), [&](const FeatureGateInfo& info) { return info.name == name; });
    text += gate == gates.end() ? '-' : gate->locked ? 'l' : gate->on ? 'b' : 'a';
  }
  return text;
}

}  // namespace

TEST_SUITE("rules/feature_gates") {
  TEST_CASE("each gate appears, is turned on and is locked in the releases of kube_features.go") {
    //                                                                 27...... 36
    CHECK(history("SidecarContainers") == "-abbbbllll");
    CHECK(history("PLEGOnDemandRelist") == "---------b");
    CHECK(history("EventedPLEG") == "aaaaaaaaaa");
    CHECK(history("ContainerRestartRules") == "-------abb");
    CHECK(history("RestartAllContainersOnContainerExits") == "--------ab");
    CHECK(history("NodeDeclaredFeatures") == "--------ab");
    CHECK(history("KubeletCrashLoopBackOffMax") == "-----aaabb");
    CHECK(history("ReduceDefaultCrashLoopBackOffDecay") == "------aaaa");
    CHECK(history("ContainerStopSignals") == "------aaaa");
    CHECK(history("KubeletEnsureSecretPulledImages") == "------aabb");
    CHECK(history("PodLifecycleSleepAction") == "--abbbblll");
    CHECK(history("PodLifecycleSleepActionAllowZero") == "-----ablll");
    CHECK(history("PodReadyToStartContainersCondition") == "-abbbbbbbb");
    CHECK(history("ChangeContainerStatusOnKubeletRestart") == "--------aa");
  }

  TEST_CASE("the default is the newest release, and a gate that does not exist yet counts as its release behaved") {
    CHECK(FeatureGates{} == at(36));
    CHECK(FeatureGates{}.pleg_on_demand_relist);
    CHECK_FALSE(at(35).pleg_on_demand_relist);
    CHECK(at(34).change_container_status_on_kubelet_restart);
    CHECK_FALSE(at(35).change_container_status_on_kubelet_restart);
    CHECK_FALSE(at(27).sidecar_containers);
  }

  TEST_CASE("what no gate changes follows the release, and bugs their patches") {
    CHECK_FALSE(at(27).container_restart_policy_field);
    CHECK(at(28).container_restart_policy_field);
    CHECK_FALSE(at(33).restart_policy_rules_field);
    CHECK(at(34).restart_policy_rules_field);
    CHECK_FALSE(at(28).sleep_field);
    CHECK(at(29).sleep_field);
    CHECK_FALSE(at(28).sidecars_stop_last);
    CHECK(at(29).sidecars_stop_last);
    CHECK(at(28, 0).exited_main_counts_as_initialized);
    CHECK(at(28, 1).exited_main_counts_as_initialized);
    CHECK_FALSE(at(28, 2).exited_main_counts_as_initialized);
    CHECK_FALSE(at(28).exited_main_counts_as_initialized);
    CHECK(at(28).exited_main_counts_with_sidecars);
    CHECK_FALSE(at(29, 0).exited_main_counts_with_sidecars);
    CHECK(at(29, 7).absent_sidecar_is_awaited);
    CHECK_FALSE(at(29, 8).absent_sidecar_is_awaited);
    CHECK(at(30, 3).absent_sidecar_is_awaited);
    CHECK_FALSE(at(30, 4).absent_sidecar_is_awaited);
    CHECK_FALSE(at(30).absent_sidecar_is_awaited);
    CHECK_FALSE(at(28).absent_sidecar_is_awaited);
    CHECK_FALSE(at(31, 0).absent_sidecar_is_awaited);
    CHECK(at(27).hook_time_given_back);
    CHECK_FALSE(at(28, 0).hook_time_given_back);
  }

  TEST_CASE("cluster/version: releases are written 1.30, v1.30 or 1.30.4, and 1.27 to 1.36 are modelled") {
    KubernetesVersion version;
    std::string problem;
    CHECK(parse_kubernetes_version("1.30", version, problem));
    CHECK(version == KubernetesVersion{30, {}});
    CHECK(parse_kubernetes_version("v1.27", version, problem));
    CHECK(version == kOldestVersion);
    CHECK(parse_kubernetes_version("1.30.4", version, problem));
    CHECK(version == KubernetesVersion{30, 4});
    CHECK(to_string(version) == "v1.30.4");
    for (const char* wrong : {"", "1", "1.", "1.30.", "1.x", "v", "1.30.4.1", "1.-3", " 1.30", "1.99999999999"}) {
      CAPTURE(wrong);
      CHECK_FALSE(parse_kubernetes_version(wrong, version, problem));
      CHECK(problem == "`" + std::string{wrong} + "` is no release such as 1.30, v1.30 or 1.30.4");
    }
    for (const char* other : {"1.26", "1.37", "2.30", "0.30"}) {
      CHECK_FALSE(parse_kubernetes_version(other, version, problem));
      CHECK(problem == "Kubernetes " + std::string{other} + " is not modelled: v1.27 to v1.36 are");
    }
    CHECK(version == KubernetesVersion{30, 4});
  }

  TEST_CASE("gates/syntax: gates are Name=bool, separated by commas, as Go reads a bool") {
    std::vector<FeatureGateSetting> gates;
    std::string problem;
    CHECK(parse_feature_gates("A=true,B=false, C = T,,D=0", gates, problem));
    CHECK(gates == std::vector<FeatureGateSetting>{{"A", true}, {"B", false}, {"C", true}, {"D", false}});
    CHECK_FALSE(parse_feature_gates("A", gates, problem));
    CHECK(problem == "missing bool value for A");
    CHECK_FALSE(parse_feature_gates("A=yes", gates, problem));
    CHECK(problem == "invalid value of A=yes, err: strconv.ParseBool: parsing \"yes\": invalid syntax");
  }

  TEST_CASE("gates/unknown: a gate that the release does not have is refused") {
    CHECK(problem_of(36, {{"Sidecars", true}}).text == "unrecognized feature gate: Sidecars");
    CHECK(problem_of(36, {{"Sidecars", true}}).code == RuleId::GateUnknown);
    const FeatureGateProblem problem = problem_of(33, {{"SidecarContainers", true}, {"ContainerRestartRules", true}});
    CHECK(problem.text == "unrecognized feature gate: ContainerRestartRules");
    CHECK(problem.help == "it exists since 1.34, and this is v1.33");
    CHECK(problem.setting == 1);
  }

  TEST_CASE("gates/locked: a gate that is locked can only be set to what it is") {
    CHECK(problem_of(33, {{"SidecarContainers", false}}).text ==
          "cannot set feature gate SidecarContainers to false, feature is locked to true");
    CHECK(problem_of(33, {{"SidecarContainers", false}}).code == RuleId::GateLocked);
    CHECK(with(33, {{"SidecarContainers", true}}).sidecar_containers);
    CHECK_FALSE(with(32, {{"SidecarContainers", false}}).sidecar_containers);
  }

  TEST_CASE("gates/needs: a gate cannot be on while one that it depends on is off") {
    CHECK(problem_of(36, {{"ContainerRestartRules", false}}).text ==
          "RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: [ContainerRestartRules]");
    CHECK(problem_of(36, {{"ContainerRestartRules", false}}).code == RuleId::GateNeeds);
    CHECK(problem_of(35, {{"RestartAllContainersOnContainerExits", true}}).text ==
          "RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: [NodeDeclaredFeatures]");
    const FeatureGates both = with(36, {{"ContainerRestartRules", false}, {"RestartAllContainersOnContainerExits", false}});
    CHECK_FALSE(both.container_restart_rules);
    CHECK(with(35, {{"RestartAllContainersOnContainerExits", true}, {"NodeDeclaredFeatures", true}})
              .restart_all_containers_on_container_exits);
    // In 1.34 nothing depends on it yet.
    CHECK_FALSE(with(34, {{"ContainerRestartRules", false}}).container_restart_rules);
  }

  TEST_CASE("a later setting of a gate wins") {
    CHECK_FALSE(with(36, {{"PLEGOnDemandRelist", true}, {"PLEGOnDemandRelist", false}}).pleg_on_demand_relist);
  }
}
