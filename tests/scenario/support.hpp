// Small scenarios for the tests of this folder.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "podlapse/scenario/scenario.hpp"

namespace podlapse::test {

inline ContainerSpec container(std::string name, ContainerKind kind = ContainerKind::Main,
                               std::vector<std::string> command = {}) {
  ContainerSpec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  spec.image = spec.name + ":1";
  spec.command = std::move(command);
  return spec;
}

inline Workload workload(std::string name, std::vector<ContainerSpec> containers,
                         WorkloadKind kind = WorkloadKind::Pod) {
  Workload made;
  made.kind = kind;
  made.name = name;
  made.pod.name = kind == WorkloadKind::Pod ? name : name + "-x7k2p";
  made.pod.containers = std::move(containers);
  return made;
}

inline Scenario scenario_of(std::vector<Workload> workloads) {
  Scenario scenario;
  scenario.workloads = std::move(workloads);
  return scenario;
}

/// A Pod `web` with a sidecar `proxy` (startup and readiness probes) and a main `app` (readiness probe, both hooks).
inline Scenario web() {
  ContainerSpec proxy = container("proxy", ContainerKind::Sidecar), app = container("app");
  proxy.startup_probe = proxy.readiness_probe = app.readiness_probe = ProbeSpec{};
  app.post_start = app.pre_stop = Handler{};
  return scenario_of({workload("web", {proxy, app})});
}

inline WorldInput input_of(const Scenario& scenario) {
  std::vector<Assumption> assumptions;
  return make_world_input(scenario, KubeletConfig::ideal_profile(), Chance{}, WallClock{}, assumptions);
}

}  // namespace podlapse::test
