// Defaults and what creation adds, by the sentences of the specification; all rows of a real server:
// tests/yaml/rows_test.cpp.
#include "podlapse/api/defaults.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "api/support.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::pod_with_container;

namespace {

/// The Pod as it is stored.
Value created(const Value& raw) {
  return check_object(raw, SchemaType::Pod).object;
}

/// One member of the first container.
const Value* of_container(const Value& pod, std::string_view path) {
  static Value kept;
  kept = created(pod);
  return kept.at_path("spec.containers[0]." + std::string{path});
}

}  // namespace

TEST_SUITE("api/defaults") {
  TEST_CASE("a Pod's spec: Always, 30 s, ClusterFirst, the default scheduler, service links") {
    const Value pod = created(pod_with(""));
    const Value& spec = *pod.find("spec");
    CHECK_EQ(spec.string_at("restartPolicy"), "Always");
    CHECK_EQ(spec.find("terminationGracePeriodSeconds")->as_int(), 30);
    CHECK_EQ(spec.string_at("dnsPolicy"), "ClusterFirst");
    CHECK_EQ(spec.string_at("schedulerName"), "default-scheduler");
    CHECK(spec.find("enableServiceLinks")->as_bool());
    CHECK(*spec.find("securityContext") == Value::object());
  }

  TEST_CASE("imagePullPolicy follows the tag: Always for latest or none, IfNotPresent for others and for a digest") {
    for (const auto& row :
         {std::pair{"busybox", "latest"}, std::pair{"busybox:latest", "latest"}, std::pair{"busybox:1.36", "1.36"},
          std::pair{"localhost:5000/x", "latest"}, std::pair{"localhost:5000/x:1", "1"},
          std::pair{"reg.io/a/b:v1", "v1"}, std::pair{"a@sha256:0123", ""}, std::pair{"a:latest@sha256:0123", "latest"},
          std::pair{"Busy::x", ""}, std::pair{"", ""}, std::pair{"a__b--c.d", "latest"}, std::pair{"UPPER", ""}}) {
      CAPTURE(row.first);
      CHECK_EQ(image_tag(row.first), row.second);
    }
    CHECK_EQ(created(pod_with("'containers': [{'name': 'c', 'image': 'a'}]"))
                 .at_path("spec.containers[0]")
                 ->string_at("imagePullPolicy"),
             "Always");
    CHECK_EQ(created(pod_with("'containers': [{'name': 'c', 'image': 'a:1'}]"))
                 .at_path("spec.containers[0]")
                 ->string_at("imagePullPolicy"),
             "IfNotPresent");
  }

  TEST_CASE("probes: 1, 10, 1 and 3, where 0 counts as unset; httpGet: / and HTTP; grpc: no service") {
    const Value* probe = of_container(
        pod_with_container("'livenessProbe': {'httpGet': {'port': 80}, 'periodSeconds': 0, 'failureThreshold': 5}"),
        "livenessProbe");
    REQUIRE(probe != nullptr);
    CHECK(*probe ==
          document("{'httpGet': {'path': '/', 'port': 80, 'scheme': 'HTTP'}, 'timeoutSeconds': 1, 'periodSeconds': 10, "
                   "'successThreshold': 1, 'failureThreshold': 5}"));
    CHECK_EQ(of_container(pod_with_container("'livenessProbe': {'grpc': {'port': 80}}"), "livenessProbe.grpc")
                 ->string_at("service"),
             "");
    CHECK(of_container(pod_with_container("'lifecycle': {'preStop': {'httpGet': {'port': 1}}}"),
                       "lifecycle.preStop.httpGet.path")
              ->as_string() == "/");
  }

  TEST_CASE("ports are TCP; under hostNetwork a host port is the container's") {
    CHECK_EQ(of_container(pod_with_container("'ports': [{'containerPort': 1}]"), "ports[0]")->string_at("protocol"),
             "TCP");
    const Value pod = created(
        pod_with("'hostNetwork': true, 'containers': [{'name': 'c', 'image': 'i', 'ports': [{'containerPort': 7}]}]"));
    CHECK_EQ(pod.at_path("spec.containers[0].ports[0].hostPort")->as_int(), 7);
  }

  TEST_CASE("requests that are not given are the limits, in a Pod but not in a template") {
    const Value* resources = of_container(
        pod_with_container("'resources': {'limits': {'cpu': 1, 'memory': '1Gi'}, 'requests': {'cpu': '500m'}}"),
        "resources");
    CHECK(*resources->find("requests") == document("{'cpu': '500m', 'memory': '1Gi'}"));
    const Value raw = document(
        "{'kind': 'Deployment', 'metadata': {'name': 'd'}, 'spec': {'selector': {'matchLabels': {'a': 'b'}}, "
        "'template': {"
        "'metadata': {'labels': {'a': 'b'}}, 'spec': {'containers': [{'name': 'c', 'image': 'i', 'resources': "
        "{'limits': {'cpu': 1}}}]}}}}");
    const Value deployment = check_object(raw, SchemaType::Deployment).object;
    CHECK_EQ(deployment.at_path("spec.template.spec.containers[0].resources.requests"), nullptr);
    CHECK_EQ(deployment.at_path("spec.template.spec.enableServiceLinks"), nullptr);
  }

  TEST_CASE("a volume without a source is an emptyDir") {
    CHECK(*created(pod_with("'volumes': [{'name': 'v'}]")).at_path("spec.volumes[0]") ==
          document("{'name': 'v', 'emptyDir': {}}"));
  }

  TEST_CASE("a negative grace period becomes 1 s when a Pod is created") {
    CHECK_EQ(created(pod_with("'terminationGracePeriodSeconds': -5"))
                 .at_path("spec.terminationGracePeriodSeconds")
                 ->as_int(),
             1);
    CHECK_EQ(
        created(pod_with("'terminationGracePeriodSeconds': 0")).at_path("spec.terminationGracePeriodSeconds")->as_int(),
        0);
  }

  TEST_CASE("creation adds namespace, generation, priority, tolerations and status; stopSignal vanishes") {
    const Value pod = created(pod_with_container("'lifecycle': {'stopSignal': 'SIGUSR1'}"));
    CHECK_EQ(pod.at_path("metadata")->string_at("namespace"), "default");
    CHECK_EQ(pod.at_path("metadata.generation")->as_int(), 1);
    CHECK_EQ(pod.at_path("spec.priority")->as_int(), 0);
    CHECK_EQ(pod.at_path("spec.tolerations[1]")->string_at("key"), "node.kubernetes.io/unreachable");
    CHECK(*pod.find("status") == document("{'phase': 'Pending', 'qosClass': 'BestEffort'}"));
    CHECK_EQ(pod.at_path("spec.containers[0].lifecycle"), nullptr);
    const Value own =
        created(pod_with("'tolerations': [{'operator': 'Exists'}], 'priorityClassName': 'system-node-critical'"));
    CHECK_EQ(own.at_path("spec.tolerations")->items().size(), 1);
    CHECK_EQ(own.at_path("spec.priority")->as_int(), 2000001000);
  }

  TEST_CASE("quality of service: limits and requests over all init and ordinary containers") {
    const auto of = [](std::string_view containers) {
      return std::string{qos_class(*created(pod_with(containers)).find("spec"))};
    };
    const std::string full = "'resources': {'limits': {'cpu': 1, 'memory': '1Gi'}}";
    CHECK_EQ(of(""), "BestEffort");
    CHECK_EQ(of("'containers': [{'name': 'c', 'image': 'i', " + full + "}]"), "Guaranteed");
    CHECK_EQ(of("'containers': [{'name': 'c', 'image': 'i', " + full +
                "}], 'initContainers': [{'name': 'n', 'image': 'i'}]"),
             "Burstable");
    CHECK_EQ(of("'containers': [{'name': 'c', 'image': 'i', 'resources': {'requests': {'cpu': 1}}}]"), "Burstable");
    CHECK_EQ(of("'containers': [{'name': 'c', 'image': 'i', 'resources': {'requests': {'cpu': 0}}}]"), "BestEffort");
    CHECK_EQ(of("'containers': [{'name': 'c', 'image': 'i', 'resources': {'limits': {'ephemeral-storage': '1Gi'}}}]"),
             "BestEffort");
  }

  TEST_CASE("controllers: replicas 1, history 10, rolling updates; Jobs: 1, 6, TerminatingOrFailed") {
    const auto spec_of = [](const char* kind, const char* given) {
      const std::string text = std::string{"{'kind': '"} + kind + "', 'metadata': {'name': 'w'}, 'spec': {" + given +
                               "'template': {'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}";
      return *check_object(document(text), test::type_named(kind)).object.find("spec");
    };
    const Value deployment = spec_of("Deployment", "");
    CHECK_EQ(deployment.find("replicas")->as_int(), 1);
    CHECK_EQ(deployment.find("revisionHistoryLimit")->as_int(), 10);
    CHECK_EQ(deployment.find("progressDeadlineSeconds")->as_int(), 600);
    CHECK_EQ(deployment.at_path("strategy.rollingUpdate")->string_at("maxSurge"), "25%");
    CHECK_EQ(spec_of("StatefulSet", "").string_at("podManagementPolicy"), "OrderedReady");
    const Value job = spec_of("Job", "");
    CHECK_EQ(job.find("completions")->as_int(), 1);
    CHECK_EQ(job.find("backoffLimit")->as_int(), 6);
    CHECK_EQ(job.string_at("podReplacementPolicy"), "TerminatingOrFailed");
    CHECK_EQ(spec_of("Job", "'podFailurePolicy': {'rules': []}, ").string_at("podReplacementPolicy"), "Failed");
    CHECK_EQ(spec_of("Job", "'backoffLimitPerIndex': 1, ").find("backoffLimit")->as_int(), 2147483647);
    CHECK_EQ(spec_of("Job", "'parallelism': 3, ").find("completions"), nullptr);
  }
}
