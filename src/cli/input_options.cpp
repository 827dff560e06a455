#include "cli/input_options.hpp"

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/options.hpp"
#include "podlapse/scenario/overrides.hpp"

namespace podlapse::cli {

namespace {

/// Takes the texts without `=` for the instant; returns the others.
std::vector<std::string> take_instant(const std::vector<std::string>& texts, std::optional<SimDuration>& instant) {
  std::vector<std::string> actions;
  for (const std::string& text : texts) {
    if (text.find('=') != std::string::npos) {
      actions.push_back(text);
    } else if (instant) {
      throw CLI::ValidationError{"--at", "only one instant can be shown"};
    } else if (!parse_duration(text, instant.emplace())) {
      throw CLI::ValidationError{"--at", "`" + text + "` is no duration such as 10s, 1m30s or 250ms"};
    }
  }
  return actions;
}

}  // namespace

void add_input_options(CLI::App& command, InputOptions& options, std::optional<SimDuration>* instant) {
  command.add_option("FILE", options.paths, "manifests, scenarios, folders of them, names of shipped scenarios, `-` for standard input")
      ->required()
      ->type_name("");
  command.add_option("--select", options.select, "run only this workload, e.g. deployment/web; may be repeated")
      ->type_name("KIND/NAME")
      ->expected(1)
      ->allow_extra_args(false);
  add_integer(command, "--replicas", options.replicas, 1, 500,
              "Pods of a Deployment, ReplicaSet or StatefulSet on the node, 1 to 500 (default 1, whatever it asks for)");
  command.add_flag("--strict-refs", options.strict_references,
                   "ConfigMaps, Secrets, claims and service accounts that are not in the files do not exist");
  add_cluster_options(command, options.cluster);
  for (const OverrideSyntax& syntax : override_syntax()) {
    const OverrideKind kind = syntax.kind;
    const bool is_instant = instant != nullptr && kind == OverrideKind::At;
    const auto keep = [&options, kind, is_instant, instant](const std::vector<std::string>& given) {
      const std::vector<std::string> texts = is_instant ? take_instant(given, *instant) : given;
      for (const std::string& text : texts) options.overrides.emplace_back(kind, text);
    };
    const std::string help = std::string{syntax.help} + ", e.g. " + std::string{syntax.example};
    command.add_option_function<std::vector<std::string>>("--" + std::string{syntax.name}, keep, help)
        ->type_name(std::string{syntax.value})
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false)
        ->group("What containers do");
  }
}

void add_cluster_options(CLI::App& command, ClusterOptions& options) {
  command.add_option("--kubernetes-version", options.kubernetes_version, "behave as this release, 1.27 to 1.36 (default)")
      ->type_name("VERSION");
  command.add_option("--feature-gates", options.feature_gates, "feature gates to set, as the components take them: A=true,B=false")
      ->type_name("GATES");
}

void add_simulation_options(CLI::App& command, SimulationOptionsGiven& options, bool with_until) {
  if (with_until) add_duration(command, "--until", options.until, "simulate exactly that long");
  add_unsigned(command, "--seed", options.seed,
               "draw latencies from their distributions, instead of taking the medians");
  add_choice(command, "--latency", {"kubelet", "ideal"}, options.latency, "PROFILE",
             "kubelet (default): as measured on a node; ideal: none, to see the order alone");
  add_time(command, "--start-time", options.start_time, "civil time at 0s (default 2026-01-01T00:00:00Z)");
}

SimulationOptions simulation_options(const SimulationOptionsGiven& given) {
  SimulationOptions options;
  options.until = given.until;
  options.seed = given.seed;
  options.start_time = given.start_time;
  if (given.latency) options.latency = *given.latency == 1 ? Scenario::Latency::Ideal : Scenario::Latency::Kubelet;
  return options;
}

}  // namespace podlapse::cli
