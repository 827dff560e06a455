#include <doctest/doctest.h>

#include "kubelet/support.hpp"
#include "podlapse/kubelet/sub_path.hpp"

namespace podlapse::test {
namespace {

/// A Pod whose only container has these variables and mounts a volume under `expression`.
PodSpec mounting(std::string expression, std::vector<EnvVar> env) {
  PodSpec pod;
  pod.name = "web";
  pod.namespace_name = "shop";
  pod.labels = {{"app", "front"}};
  ContainerSpec& container = pod.containers.emplace_back();
  container.env = std::move(env);
  container.volume_mounts = {{"work", "/work", std::move(expression)}};
  return pod;
}

Decided<std::string> problem(const PodSpec& pod) { return sub_path_problem(pod, pod.containers[0]); }

EnvVar field(const char* path) { return {"F", std::nullopt, path}; }

}  // namespace

TEST_SUITE("kubelet/sub_path") {
  TEST_CASE("sub-path/made: fields of the Pod, values, and values made of earlier ones") {
    for (const char* path : {"metadata.name", "metadata.namespace", "metadata.labels['app']", "spec.nodeName"}) {
      CAPTURE(path);
      const auto made = problem(mounting("logs/$(F)", {field(path)}));
      check_because(made.because, RuleId::SubPathMade);
      CHECK_EQ(made.value, "");
    }
    CHECK_EQ(problem(mounting("$(B)", {{"A", "/x", {}}, {"B", "in$(A)", {}}})).value, "");
    CHECK_EQ(problem(mounting("a$$(B)/c..d/...", {})).value, "");
  }
  TEST_CASE("sub-path/missing-value: a variable that is not there, or is empty") {
    const auto missing = problem(mounting("$(Z)/$(F)", {field("metadata.annotations['none']")}));
    check_because(missing.because, RuleId::SubPathMissingValue);
    CHECK_EQ(missing.value, "missing value for F, Z");
  }
  TEST_CASE("sub-path/absolute: a path from the root") {
    const auto absolute = problem(mounting("$(A)", {{"A", "/tmp", {}}}));
    check_because(absolute.because, RuleId::SubPathAbsolute);
    CHECK_EQ(absolute.value, "error SubPath `/tmp` must not be an absolute path");
  }
  TEST_CASE("sub-path/backsteps: a path that leads out of the volume") {
    const auto back = problem(mounting("a/$(A)", {{"A", "..", {}}}));
    check_because(back.because, RuleId::SubPathBacksteps);
    CHECK_EQ(back.value, "unable to provision SubPath `a/..`: must not contain '..'");
  }
  TEST_CASE("sub-path/unknown: the values of ConfigMaps and Secrets are not known, and taken to be right") {
    check_because(problem(mounting("$(A)/..", {{"A", std::nullopt, {}}})).because, RuleId::SubPathUnknown);
    check_because(problem(mounting("$(B)", {{"A", std::nullopt, {}}, {"B", "/$(A)", {}}})).because, RuleId::SubPathUnknown);
    PodSpec pod = mounting("$(A)", {});
    CHECK_EQ(problem(pod).value, "missing value for A");
    pod.containers[0].env_from = true;
    check_because(problem(pod).because, RuleId::SubPathUnknown);
  }
}

}  // namespace podlapse::test
