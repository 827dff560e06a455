#include "cli/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace podlapse::cli {
namespace {

bool is_ideal(const Scenario& scenario, const SimulationOptions& options) {
  return (options.latency ? options.latency : scenario.latency) == Scenario::Latency::Ideal;
}

PodOutline outline_of(const PodInput& pod, const std::string& name) {
  PodOutline outline{name, {}};
  for (const ContainerSpec& container : pod.spec.containers) outline.containers.push_back({container.name, container.kind});
  return outline;
}

/// The Pods that are there from the start; controllers make theirs later, and call them what they like.
std::vector<PodOutline> outlines_of(const WorldInput& input) {
  std::vector<bool> made(input.pods.size(), false);
  for (const JobInput& job : input.jobs) made[job.pod] = true;
  for (const PodSetInput& set : input.pod_sets) made[set.pod] = true;
  for (const CronJobInput& cron_job : input.cron_jobs) made[cron_job.pod] = true;
  std::vector<PodOutline> outlines;
  for (PodIndex pod = 0; pod < input.pods.size(); ++pod) {
    if (!made[pod]) outlines.push_back(outline_of(input.pods[pod], input.pods[pod].spec.name));
  }
  return outlines;
}

/// "Deployment web", or the scenario's name where it says more than its only workload.
std::string title_of(const Scenario& scenario) {
  if (scenario.workloads.size() != 1) return scenario.name;
  const Workload& workload = scenario.workloads.front();
  const std::string title = std::string{to_string(workload.kind)} + " " + workload.name;
  return scenario.name.empty() || scenario.name == workload.name ? title : scenario.name + ": " + title;
}

RunNotes notes_of(const Scenario& scenario, std::vector<Assumption> assumptions, WallTime start) {
  RunNotes notes;
  notes.title = title_of(scenario);
  notes.what = scenario.what;
  notes.release = release_note(scenario.cluster.version).value;
  notes.assumptions = std::move(assumptions);
  notes.controllers = controller_notes(scenario, start);
  for (const Workload& workload : scenario.workloads) {
    for (const std::string& field : workload.not_modelled) {
      const bool known =
          std::find(notes.not_modelled.begin(), notes.not_modelled.end(), field) != notes.not_modelled.end();
      if (!known) notes.not_modelled.push_back(field);
    }
  }
  return notes;
}

}  // namespace

void add_made_pods(Simulation& simulation) {
  std::vector<PodOutline>& outlines = simulation.header.pods;
  outlines.clear();
  const World& world = simulation.world;
  for (PodIndex pod = 0; pod < world.pod_count(); ++pod) {
    const std::string& name = world.pod_name(pod);
    const bool known = std::any_of(outlines.begin(), outlines.end(), [&name](const PodOutline& outline) { return outline.name == name; });
    const bool made = pod >= simulation.input->pods.size() || world.was_created(pod) || !world.is_template(pod);
    if (made && !known) outlines.push_back(outline_of(simulation.input->pods[world.pod_source(pod)], name));
  }
}

WallTime default_start_time() {
  using namespace std::chrono;
  return sys_days{year{2026} / January / 1};
}

Simulation prepare(const Scenario& scenario, const SimulationOptions& options) {
  const auto seed = options.seed ? options.seed : scenario.seed;
  const WallTime start = options.start_time.value_or(default_start_time());
  const WallClock clock{first_instant(scenario, start)};
  const bool ideal = is_ideal(scenario, options);
  KubeletConfig config = ideal ? KubeletConfig::ideal_profile() : KubeletConfig::kubelet_profile();
  config.gates = scenario.cluster.gates;
  if (const auto& period = scenario.cluster.max_container_restart_period) config.constants.crash_loop_back_off_max = *period;
  config.constants.single_process_oom_kill = scenario.cluster.single_process_oom_kill;
  std::vector<Assumption> assumptions;
  auto input = std::make_shared<const WorldInput>(
      make_world_input(scenario, config, Chance{seed}, clock, assumptions));
  TraceHeader header;
  header.version = to_string(scenario.cluster.version);
  header.feature_gates = scenario.cluster.settings;
  header.case_name = scenario.name;
  if (header.case_name.empty() && !scenario.workloads.empty()) header.case_name = scenario.workloads.front().name;
  header.group = scenario.group;
  header.seed = seed;
  header.ideal_latency = ideal;
  header.pods = outlines_of(*input);
  header.makes_pods = header.pods.size() < input->pods.size();
  return {input, World{input}, make_run_limits(scenario, options.until), std::move(header),
          notes_of(scenario, std::move(assumptions), start)};
}

}  // namespace podlapse::cli
