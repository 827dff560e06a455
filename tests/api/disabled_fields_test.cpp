// What an API server of another release, or with other feature gates, makes of a Pod.
#include "podlapse/api/disabled_fields.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "api/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using podlapse::test::document;
using podlapse::test::pod_with;
using podlapse::test::pod_with_container;
using podlapse::test::Texts;

namespace {

FeatureGates release(std::int32_t minor) { return FeatureGates{KubernetesVersion{minor, {}}}; }

FeatureGates with(FeatureGates gates, bool FeatureGates::*gate, bool value) {
  gates.*gate = value;
  return gates;
}

/// "path" of each field that was dropped, and then the server's refusals.
Texts answer(const Value& object, const FeatureGates& gates, SchemaType kind = SchemaType::Pod) {
  const CheckedObject checked = check_object(object, kind, gates);
  Texts texts;
  for (const FieldNote& dropped : checked.dropped) {
    test::reach(dropped.rule);
    texts.push_back(dropped.path);
  }
  for (const FieldError& error : checked.errors) {
    test::reach(error.rule);
    texts.push_back(to_string(error));
  }
  return texts;
}

const char* const kMain = "'containers': [{'name': 'c', 'image': 'i'";

Value with_init(const std::string& members) {
  return pod_with("'initContainers': [{'name': 'p', 'image': 'i'" + members + "}], " + kMain + "}]");
}

const std::string kPolicy = "spec.containers[0].restartPolicy", kRules = "spec.containers[0].restartPolicyRules";
const std::string kInitPolicy = "spec.initContainers[0].restartPolicy", kInitRules = "spec.initContainers[0].restartPolicyRules";
const std::string kRule = "'restartPolicyRules': [{'action': 'Restart', 'exitCodes': {'operator': 'In', 'values': [42]}}]";
const std::string kRuleForAll =
    "'restartPolicyRules': [{'action': 'RestartAllContainers', 'exitCodes': {'operator': 'In', 'values': [42]}}]";

}  // namespace

TEST_SUITE("api/disabled_fields") {
  TEST_CASE("admit/unknown-field: a release that does not know sidecars drops their restartPolicy") {
    const Value sidecar = with_init(", 'restartPolicy': 'Always'");
    CHECK_EQ(answer(sidecar, release(27)), Texts{kInitPolicy});
    CHECK(check_object(sidecar, SchemaType::Pod, release(27)).dropped.at(0).rule == RuleId::AdmitUnknownField);
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Always', 'livenessProbe': {'exec': {'command': ['a']}}"), release(27)),
             Texts{kInitPolicy, "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers"});
  }

  TEST_CASE("admit/disabled-field: SidecarContainers is off in 1.28, and on since 1.29") {
    const Value sidecar = with_init(", 'restartPolicy': 'Always'");
    CHECK_EQ(answer(sidecar, release(28)), Texts{kInitPolicy});
    CHECK(check_object(sidecar, SchemaType::Pod, release(28)).dropped.at(0).rule == RuleId::AdmitDisabledField);
    CHECK_EQ(answer(sidecar, with(release(28), &FeatureGates::sidecar_containers, true)), Texts{});
    CHECK_EQ(answer(sidecar, with(release(32), &FeatureGates::sidecar_containers, false)), Texts{kInitPolicy});
    CHECK_EQ(answer(sidecar, release(29)), Texts{});
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Always', 'startupProbe': {'exec': {'command': ['a']}}"), release(28)),
             Texts{kInitPolicy,
                   "spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without "
                   "restartPolicy=Always"});
  }

  TEST_CASE("validate/main-restart-policy: restartPolicy Always under containers means three things") {
    const Value slip = pod_with_container("'restartPolicy': 'Always'");
    const Texts refused = {kPolicy + ": Forbidden: may not be set for non-init containers"};
    for (const std::int32_t minor : {28, 31, 33}) CHECK_EQ(answer(slip, release(minor)), refused);
    CHECK_EQ(answer(slip, release(34)), Texts{kPolicy});
    CHECK_EQ(answer(slip, release(35)), Texts{});
    CHECK_EQ(answer(slip, release(36)), Texts{});
  }

  TEST_CASE("hint/sidecar-under-containers: where it is accepted, podlapse says that it makes no sidecar") {
    const CheckedObject checked = check_object(pod_with_container("'restartPolicy': 'Always'"), SchemaType::Pod, release(35));
    REQUIRE(checked.hints.size() == 1);
    test::reach(checked.hints[0].rule);
    CHECK_EQ(checked.hints[0].path, kPolicy);
    CHECK(check_object(pod_with_container("'restartPolicy': 'Never'"), SchemaType::Pod).hints.empty());
    CHECK(check_object(with_init(", 'restartPolicy': 'Always'"), SchemaType::Pod).hints.empty());
    CHECK(check_object(pod_with_container("'restartPolicy': 'Always'"), SchemaType::Pod, release(34)).hints.empty());
  }

  TEST_CASE("validate/init-restart-policy: before 1.34 the restartPolicy of an init container can only be Always") {
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Never'"), release(33)),
             Texts{kInitPolicy + ": Unsupported value: \"Never\": supported values: \"Always\""});
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Never'"), release(34)), Texts{kInitPolicy});
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Never'"), release(35)), Texts{});
  }

  TEST_CASE("restart rules are unknown before 1.34, dropped in 1.34, and work since 1.35") {
    const Value pod = pod_with_container("'restartPolicy': 'Never', " + kRule);
    CHECK_EQ(answer(pod, release(33)), Texts{kRules, kPolicy + ": Forbidden: may not be set for non-init containers"});
    CHECK_EQ(answer(pod, release(34)), Texts{kPolicy, kRules});
    CHECK_EQ(answer(pod, with(release(34), &FeatureGates::container_restart_rules, true)), Texts{});
    CHECK_EQ(answer(pod, release(35)), Texts{});
    // A sidecar keeps what makes it one.
    CHECK_EQ(answer(with_init(", 'restartPolicy': 'Always', " + kRule), release(34)), Texts{kInitRules});
  }

  TEST_CASE("validate/sidecar-restart-rules: on sidecars they are refused in 1.35 and allowed in 1.36") {
    const Value pod = with_init(", 'restartPolicy': 'Always', " + kRule);
    CHECK_EQ(answer(pod, release(35)), Texts{kInitRules + ": Forbidden: restartPolicyRules are not allowed for init containers with "
                                                          "restart policy Always"});
    CHECK_EQ(answer(pod, release(36)), Texts{});
    CHECK_EQ(answer(pod, with({}, &FeatureGates::restart_all_containers_on_container_exits, false)).size(), 1);
  }

  TEST_CASE("RestartAllContainers is refused, not dropped, where its gate is off") {
    const Value pod = pod_with_container("'restartPolicy': 'Never', " + kRuleForAll);
    const Texts refused = {kRules + "[0].action: Unsupported value: \"RestartAllContainers\": supported values: \"Restart\""};
    CHECK_EQ(answer(pod, release(35)), refused);
    CHECK_EQ(answer(pod, with({}, &FeatureGates::restart_all_containers_on_container_exits, false)), refused);
    CHECK_EQ(answer(pod, release(36)), Texts{});
  }

  TEST_CASE("validate/stop-signal: with its gate a stop signal needs the name of an operating system that has it") {
    const FeatureGates on = with({}, &FeatureGates::container_stop_signals, true);
    const std::string path = "spec.containers[0].lifecycle.stopSignal";
    const auto pod = [](const std::string& os, const std::string& signal) {
      return pod_with(os + kMain + ", 'lifecycle': {'stopSignal': '" + signal + "'}}]");
    };
    const std::string linux_pod = "'os': {'name': 'linux'}, ", windows_pod = "'os': {'name': 'windows'}, ";
    CHECK_EQ(answer(pod(linux_pod, "SIGUSR1"), on), Texts{});
    CHECK_EQ(answer(pod("", "SIGUSR1"), on), Texts{path + ": Forbidden: may not be set for containers with empty `spec.os.name`"});
    CHECK_EQ(answer(pod(windows_pod, "SIGUSR1"), on),
             Texts{path + ": Unsupported value: \"SIGUSR1\": supported values: \"SIGKILL\", \"SIGTERM\""});
    const Texts unknown = answer(pod(linux_pod, "SIGNO"), on);
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].find(path + ": Unsupported value: \"SIGNO\": supported values: \"SIGABRT\", ") == 0);
    CHECK_EQ(answer(with_init(", 'lifecycle': {'stopSignal': 'SIGUSR1'}"), on),
             Texts{"spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always"});
    // Off: dropped in silence, unknown names too.
    CHECK_EQ(answer(pod("", "SIGNO"), {}), Texts{path});
    CHECK_EQ(answer(pod("", "SIGNO"), release(32)), Texts{path});
  }

  TEST_CASE("a sleep action is unknown before 1.29, and its hook goes with it where the gate is off since 1.30") {
    const Value pod = pod_with_container("'lifecycle': {'preStop': {'sleep': {'seconds': 5}}}");
    const std::string path = "spec.containers[0].lifecycle.preStop";
    const std::string no_handler = path + ": Required value: must specify a handler type";
    CHECK_EQ(answer(pod, release(28)), Texts{path + ".sleep", no_handler});
    CHECK_EQ(answer(pod, release(29)), Texts{path + ".sleep", no_handler});
    CHECK_EQ(answer(pod, with(release(30), &FeatureGates::pod_lifecycle_sleep_action, false)), Texts{path + ".sleep"});
    CHECK_EQ(answer(pod, release(30)), Texts{});
    const CheckedObject checked =
        check_object(pod, SchemaType::Pod, with(release(30), &FeatureGates::pod_lifecycle_sleep_action, false));
    CHECK(checked.object.at_path("spec.containers[0].lifecycle") == nullptr);
  }

  TEST_CASE("a sleep of 0 s is refused where PodLifecycleSleepActionAllowZero is off, in each release's words") {
    const Value pod = pod_with_container("'lifecycle': {'preStop': {'sleep': {'seconds': 0}}}");
    const std::string refusal =
        "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 0: must be greater than 0 and less than "
        "terminationGracePeriodSeconds (30)";
    CHECK_EQ(answer(pod, release(31)), Texts{refusal});
    CHECK_EQ(answer(pod, release(32)),
             Texts{refusal + ". Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."});
    CHECK_EQ(answer(pod, release(33)), Texts{});
  }

  TEST_CASE("templates are treated as Pods are") {
    const Value deployment = document(
        "{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'w'}, 'spec': {'selector': {'matchLabels': {'a': 'b'}}, "
        "'template': {'metadata': {'labels': {'a': 'b'}}, 'spec': {'containers': [{'name': 'c', 'image': 'i', 'restartPolicy': "
        "'Always'}]}}}}");
    CHECK_EQ(answer(deployment, release(34), SchemaType::Deployment), Texts{"spec.template.spec.containers[0].restartPolicy"});
  }

  TEST_CASE("an update keeps what was in use before") {
    const FeatureGates off = with({}, &FeatureGates::container_stop_signals, false);
    const FeatureGates on = with({}, &FeatureGates::container_stop_signals, true);
    const Value pod = pod_with("'os': {'name': 'linux'}, " + std::string{kMain} + ", 'lifecycle': {'stopSignal': 'SIGUSR1'}}]");
    const Value old = check_object(pod, SchemaType::Pod, on).object;
    CHECK(check_update(pod, old, SchemaType::Pod, off).dropped.empty());
    CHECK(check_update(pod, check_object(pod, SchemaType::Pod, off).object, SchemaType::Pod, off).dropped.size() == 1);
  }
}
