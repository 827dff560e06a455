#include "podlapse/api/pod_template.hpp"

#include <doctest/doctest.h>

#include <string>

#include "api/support.hpp"

using namespace podlapse;
using test::pod_with;
using test::pod_with_container;

namespace {

PodSpec spec_of(const Value& raw) {
  return to_pod_spec(check_object(raw, SchemaType::Pod).object);
}

}  // namespace

TEST_SUITE("api/pod template") {
  TEST_CASE("containers keep their order: init containers and sidecars, then the others") {
    const PodSpec pod = spec_of(pod_with(
        "'initContainers': [{'name': 'a', 'image': 'i'}, {'name': 'b', 'image': 'i', 'restartPolicy': 'Always'}], "
        "'containers': [{'name': 'c', 'image': 'i', 'command': ['x'], 'args': ['y', 'z'], 'restartPolicy': 'Never'}]"));
    REQUIRE_EQ(pod.containers.size(), 3);
    CHECK_EQ(pod.containers[0].kind, ContainerKind::Init);
    CHECK_EQ(pod.containers[1].kind, ContainerKind::Sidecar);
    CHECK_EQ(pod.containers[2].kind, ContainerKind::Main);
    CHECK_EQ(pod.containers[2].restart_policy, RestartPolicy::Never);
    CHECK_EQ(pod.containers[2].command, std::vector<std::string>{"x"});
    CHECK_EQ(pod.containers[2].args, std::vector<std::string>{"y", "z"});
  }

  TEST_CASE("probes and hooks with their handlers") {
    const PodSpec pod = spec_of(pod_with_container(
        "'startupProbe': {'exec': {'command': ['a', 'b']}, 'failureThreshold': 30, 'terminationGracePeriodSeconds': 7},"
        "'readinessProbe': {'httpGet': {'port': 'http', 'path': '/r', 'host': 'h'}, 'initialDelaySeconds': 2, "
        "'successThreshold': 2},"
        "'livenessProbe': {'grpc': {'port': 90, 'service': 's'}, 'timeoutSeconds': 3, 'periodSeconds': 4},"
        "'lifecycle': {'postStart': {'tcpSocket': {'port': 5}}, 'preStop': {'sleep': {'seconds': 6}}}"));
    const ContainerSpec& container = pod.containers.at(0);
    CHECK_EQ(container.startup_probe->handler.command, std::vector<std::string>{"a", "b"});
    CHECK_EQ(container.startup_probe->failure_threshold, 30);
    CHECK_EQ(*container.startup_probe->termination_grace_period, std::chrono::seconds{7});
    CHECK_EQ(container.readiness_probe->handler.kind, HandlerKind::HttpGet);
    CHECK_EQ(container.readiness_probe->handler.port, "http");
    CHECK_EQ(container.readiness_probe->handler.scheme, "HTTP");
    CHECK_EQ(container.readiness_probe->initial_delay, std::chrono::seconds{2});
    CHECK_EQ(container.readiness_probe->success_threshold, 2);
    CHECK_EQ(container.liveness_probe->handler.kind, HandlerKind::Grpc);
    CHECK_EQ(container.liveness_probe->handler.port, "90");
    CHECK_EQ(container.liveness_probe->handler.service, "s");
    CHECK_EQ(container.liveness_probe->timeout, std::chrono::seconds{3});
    CHECK_EQ(container.liveness_probe->period, std::chrono::seconds{4});
    CHECK_EQ(container.post_start->kind, HandlerKind::TcpSocket);
    CHECK_EQ(container.pre_stop->sleep, std::chrono::seconds{6});
  }

  TEST_CASE("restart rules") {
    const PodSpec pod =
        spec_of(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': "
                                   "'RestartAllContainers', 'exitCodes': {'operator': 'NotIn', 'values': [0, 88]}}]"));
    REQUIRE_EQ(pod.containers.at(0).restart_policy_rules.size(), 1);
    const ContainerRestartRule& rule = pod.containers[0].restart_policy_rules[0];
    CHECK(rule.action == ContainerRestartRule::Action::RestartAllContainers);
    CHECK(rule.op == ContainerRestartRule::Operator::NotIn);
    CHECK_EQ(rule.exit_codes, std::vector<std::int32_t>{0, 88});
  }

  TEST_CASE("references that a container cannot start without; optional ones are left out") {
    const PodSpec pod = spec_of(
        pod_with_container("'env': [{'name': 'A', 'valueFrom': {'configMapKeyRef': {'name': 'm', 'key': 'k'}}},"
                           "{'name': 'B', 'valueFrom': {'secretKeyRef': {'name': 's', 'key': 'k', 'optional': true}}}],"
                           "'envFrom': [{'secretRef': {'name': 'all'}}]"));
    const auto& references = pod.containers.at(0).references;
    REQUIRE_EQ(references.size(), 2);
    CHECK(references[0].kind == ObjectReference::Kind::Secret);
    CHECK_EQ(references[0].name, "all");
    CHECK_EQ(references[0].key, "");
    CHECK(references[1].kind == ObjectReference::Kind::ConfigMap);
    CHECK_EQ(references[1].key, "k");
  }

  TEST_CASE("references that a volume cannot be mounted without, of volumes that some container mounts") {
    const PodSpec pod = spec_of(pod_with(
        "'containers': [{'name': 'c', 'image': 'i', 'volumeMounts': [{'name': 'a', 'mountPath': '/a'}, {'name': 'b', "
        "'mountPath': '/b'}], 'volumeDevices': [{'name': 'd', 'devicePath': '/dev/d'}]}], 'volumes': ["
        "{'name': 'a', 'configMap': {'name': 'm', 'items': [{'key': 'k', 'path': 'p'}]}},"
        "{'name': 'b', 'projected': {'sources': [{'secret': {'name': 's'}}, {'configMap': {'name': 'o', 'optional': "
        "true}}]}},"
        "{'name': 'd', 'persistentVolumeClaim': {'claimName': 'disk'}}, {'name': 'e', 'secret': {'secretName': 'u'}}]"));
    using Kind = ObjectReference::Kind;
    REQUIRE_EQ(pod.volumes.size(), 4);
    CHECK(pod.volumes[0].references ==
          std::vector<ObjectReference>{{Kind::ConfigMap, "m", ""}, {Kind::ConfigMap, "m", "k"}});
    CHECK(pod.volumes[1].references == std::vector<ObjectReference>{{Kind::Secret, "s", ""}});
    CHECK(pod.volumes[2].references == std::vector<ObjectReference>{{Kind::PersistentVolumeClaim, "disk", ""}});
    CHECK(pod.volumes[2].mounted);
    CHECK_FALSE(pod.volumes[3].mounted);
  }

  TEST_CASE("the Pod's own fields") {
    const PodSpec pod =
        spec_of(pod_with("'restartPolicy': 'OnFailure', 'terminationGracePeriodSeconds': 5, 'activeDeadlineSeconds': "
                         "9, 'hostNetwork': true, "
                         "'readinessGates': [{'conditionType': 'x.io/y'}], 'volumes': [{'name': 'v'}, {'name': 'm', "
                         "'configMap': {'name': 'm'}}], "
                         "'containers': [{'name': 'c', 'image': 'i', 'resources': {'limits': {'memory': '64Mi'}}, "
                         "'volumeMounts': [{'name': 'v', 'mountPath': '/d'}]}]"));
    CHECK_EQ(pod.restart_policy, RestartPolicy::OnFailure);
    CHECK_EQ(pod.termination_grace_period, std::chrono::seconds{5});
    CHECK_EQ(*pod.active_deadline, std::chrono::seconds{9});
    CHECK(pod.host_network);
    CHECK_EQ(pod.readiness_gates, std::vector<std::string>{"x.io/y"});
    CHECK_EQ(pod.volumes.at(0).source, "emptyDir");
    CHECK_EQ(pod.volumes.at(1).source, "configMap");
    CHECK_EQ(pod.containers.at(0).memory_limit_bytes, 67108864);
    CHECK_EQ(pod.containers.at(0).volume_mounts.at(0).mount_path, "/d");
    CHECK_EQ(pod.qos_class, "Burstable");
    CHECK_EQ(pod.node_name, "node");
    CHECK_FALSE(pod.containers.at(0).liveness_probe.has_value());
  }

  TEST_CASE("a Pod mounts the service account's token unless it says otherwise") {
    CHECK(spec_of(pod_with("")).mounts_volumes);
    CHECK_FALSE(spec_of(pod_with("'automountServiceAccountToken': false")).mounts_volumes);
    const std::string volume = "'automountServiceAccountToken': false, 'volumes': [{'name': 'v'}]";
    CHECK_FALSE(spec_of(pod_with(volume)).mounts_volumes);
    CHECK(spec_of(pod_with(volume + ", 'containers': [{'name': 'c', 'image': 'i', 'volumeMounts': [{'name': 'v', "
                                    "'mountPath': '/v'}]}]"))
              .mounts_volumes);
  }

  TEST_CASE("times that fit into no clock are cut, not wrapped") {
    const PodSpec pod = spec_of(pod_with("'terminationGracePeriodSeconds': 9223372036854775807"));
    CHECK_GT(pod.termination_grace_period, std::chrono::hours{24});
  }

  TEST_CASE("uids and suffixes are always the same for the same object") {
    const std::string uid = make_uid("Pod", "default", "p");
    CHECK_EQ(uid, make_uid("Pod", "default", "p"));
    CHECK_NE(uid, make_uid("Pod", "default", "q"));
    CHECK_NE(uid, make_uid("Pod", "other", "p"));
    CHECK_EQ(uid.size(), 36);
    CHECK_EQ(uid[14], '4');
    CHECK_EQ(name_suffix("web", 5), name_suffix("web", 5));
    CHECK_EQ(name_suffix("web", 10).size(), 10);
  }
}
