#include <doctest/doctest.h>

#include "podlapse/base/check.hpp"
#include "podlapse/model/behavior.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/model/pod_status.hpp"

using namespace podlapse;

namespace {

ContainerSpec container(const char* name, ContainerKind kind) {
  ContainerSpec spec;
  spec.name = name;
  spec.kind = kind;
  return spec;
}

ContainerStatus status_of(const char* name) {
  ContainerStatus status;
  status.name = name;
  return status;
}

}  // namespace

TEST_SUITE("model/pod_spec") {
  TEST_CASE("a container is found by name, whatever its kind") {
    PodSpec pod;
    pod.containers = {container("setup", ContainerKind::Init), container("proxy", ContainerKind::Sidecar),
                      container("app", ContainerKind::Main)};
    CHECK(pod.find("setup") == 0);
    CHECK(pod.find("app") == 2);
    CHECK(pod.find("none") == kNoContainer);
  }

  TEST_CASE("sidecars are init containers, plain init containers are no sidecars") {
    PodSpec pod;
    pod.containers = {container("app", ContainerKind::Main), container("debug", ContainerKind::Ephemeral)};
    CHECK_FALSE(pod.has_init_containers());
    CHECK_FALSE(pod.has_sidecars());
    pod.containers.push_back(container("setup", ContainerKind::Init));
    CHECK(pod.has_init_containers());
    CHECK_FALSE(pod.has_sidecars());
    pod.containers.back().kind = ContainerKind::Sidecar;
    CHECK(pod.has_init_containers());
    CHECK(pod.has_sidecars());
  }

  TEST_CASE("a probe is looked up by its kind") {
    ContainerSpec spec;
    spec.startup_probe.emplace().failure_threshold = 1;
    spec.readiness_probe.emplace().failure_threshold = 2;
    spec.liveness_probe.emplace().failure_threshold = 4;
    CHECK(spec.probe(ProbeKind::Startup)->failure_threshold == 1);
    CHECK(spec.probe(ProbeKind::Readiness)->failure_threshold == 2);
    CHECK(spec.probe(ProbeKind::Liveness)->failure_threshold == 4);
    CHECK_FALSE(ContainerSpec{}.probe(ProbeKind::Startup));
  }

  TEST_CASE("enumerations have the API's words") {
    CHECK(std::string{to_string(RestartPolicy::Always)} == "Always");
    CHECK(std::string{to_string(RestartPolicy::OnFailure)} == "OnFailure");
    CHECK(std::string{to_string(RestartPolicy::Never)} == "Never");
    CHECK(std::string{to_string(PullPolicy::Always)} == "Always");
    CHECK(std::string{to_string(PullPolicy::IfNotPresent)} == "IfNotPresent");
    CHECK(std::string{to_string(PullPolicy::Never)} == "Never");
    CHECK(std::string{to_string(ContainerKind::Init)} == "init");
    CHECK(std::string{to_string(ContainerKind::Sidecar)} == "sidecar");
    CHECK(std::string{to_string(ContainerKind::Main)} == "main");
    CHECK(std::string{to_string(ContainerKind::Ephemeral)} == "ephemeral");
    CHECK(std::string{to_string(ProbeKind::Startup)} == "startup");
    CHECK(std::string{to_string(ProbeKind::Readiness)} == "readiness");
    CHECK(std::string{to_string(ProbeKind::Liveness)} == "liveness");
  }
}

TEST_SUITE("model/pod_status") {
  TEST_CASE("a container's status is found in each of the three lists") {
    PodStatus status;
    status.init_container_statuses = {status_of("setup")};
    status.container_statuses = {status_of("app"), status_of("web")};
    status.ephemeral_container_statuses = {status_of("debug")};
    CHECK(find_container_status(status, "setup") == &status.init_container_statuses[0]);
    CHECK(find_container_status(status, "web") == &status.container_statuses[1]);
    CHECK(find_container_status(status, "debug") == &status.ephemeral_container_statuses[0]);
    CHECK(find_container_status(status, "none") == nullptr);
  }

  TEST_CASE("a condition is found by its type") {
    PodStatus status;
    status.conditions.resize(2);
    status.conditions[1].type = "Ready";
    CHECK(find_condition(status, "Ready") == &status.conditions[1]);
    CHECK(find_condition(status, "Initialized") == nullptr);
  }
}

TEST_SUITE("model/behavior") {
  TEST_CASE("the last run of a behaviour repeats") {
    ContainerBehavior behavior;
    behavior.runs.resize(2);
    CHECK(&behavior.run_of(0) == &behavior.runs[0]);
    CHECK(&behavior.run_of(1) == &behavior.runs[1]);
    CHECK(&behavior.run_of(7) == &behavior.runs[1]);
  }

  TEST_CASE("a behaviour without runs, or a run before the first, is a fault") {
    ContainerBehavior behavior;
    CHECK_THROWS_AS((void)behavior.run_of(0), InternalFault);
    behavior.runs.resize(1);
    CHECK_THROWS_AS((void)behavior.run_of(-1), InternalFault);
  }

  TEST_CASE("the answers to a probe are looked up by its kind") {
    const ContainerBehavior behavior;
    CHECK(&behavior.probe(ProbeKind::Startup) == &behavior.startup);
    CHECK(&behavior.probe(ProbeKind::Readiness) == &behavior.readiness);
    CHECK(&behavior.probe(ProbeKind::Liveness) == &behavior.liveness);
  }
}
