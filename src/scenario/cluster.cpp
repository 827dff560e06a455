#include "podlapse/scenario/cluster.hpp"

#include <algorithm>
#include <utility>

namespace podlapse {

namespace {

void complain(RuleId code, const SourceSpan& span, std::string text, std::string help, std::vector<Diagnostic>& problems) {
  problems.push_back({Severity::Error, std::string{rule(code).id}, span, std::move(text), std::move(help), {}});
}

/// validation.go ValidateKubeletConfiguration.
void check_period(const ClusterGiven::Period& given, const FeatureGates& gates, std::vector<Diagnostic>& problems) {
  using std::chrono::seconds;
  constexpr SimDuration kLeast = seconds{1}, kMost = seconds{300};
  if (!gates.kubelet_crash_loop_back_off_max) {
    complain(RuleId::ClusterRestartPeriod, given.span,
             "invalid configuration: FeatureGate KubeletCrashLoopBackOffMax not enabled, "
             "CrashLoopBackOff.MaxContainerRestartPeriod must not be set",
             "the gate exists since 1.32 and is on since 1.35", problems);
  } else if (given.period < kLeast || given.period > kMost) {
    complain(RuleId::ClusterRestartPeriod, given.span,
             "invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod must be set between 1s and 300s", {}, problems);
  }
}

/// The settings by name, the last of each.
std::vector<FeatureGateSetting> settled(const std::vector<FeatureGateSetting>& settings) {
  std::vector<FeatureGateSetting> result;
  for (const FeatureGateSetting& setting : settings) {
    std::erase_if(result, [&setting](const FeatureGateSetting& other) { return other.name == setting.name; });
    result.push_back(setting);
  }
  std::sort(result.begin(), result.end(),
            [](const FeatureGateSetting& a, const FeatureGateSetting& b) { return a.name < b.name; });
  return result;
}

}  // namespace

std::string Cluster::text() const {
  std::string text = to_string(version);
  for (const FeatureGateSetting& setting : settings) text += ", " + setting.name + (setting.value ? "=true" : "=false");
  return text;
}

Cluster make_cluster(const ClusterGiven& file, const ClusterGiven& command_line, std::vector<Diagnostic>& problems) {
  Cluster cluster;
  if (file.version) cluster.version = file.version->version;
  if (command_line.version) cluster.version = command_line.version->version;
  std::vector<FeatureGateSetting> settings;
  std::vector<SourceSpan> spans;
  for (const ClusterGiven* given : {&file, &command_line}) {
    for (const ClusterGiven::Gate& gate : given->gates) {
      settings.push_back(gate.setting);
      spans.push_back(gate.span);
    }
  }
  std::optional<FeatureGateProblem> problem;
  cluster.gates = feature_gates_of(cluster.version, settings, problem);
  cluster.settings = settled(settings);
  if (problem) {
    SourceSpan span;
    span.file = kNoFile;
    complain(problem->code, problem->setting < spans.size() ? spans[problem->setting] : span, problem->text, problem->help, problems);
    return cluster;
  }
  if (cluster.gates.evented_pleg) {
    const auto set = std::find_if(settings.begin(), settings.end(), [](const auto& one) { return one.name == "EventedPLEG"; });
    complain(RuleId::GateNotModelled, spans[static_cast<std::size_t>(set - settings.begin())],
             "podlapse does not model EventedPLEG=true", "the runtime's events and the cache that waits for them are not simulated",
             problems);
  }
  cluster.single_process_oom_kill = file.single_process_oom_kill;
  const auto& period = command_line.max_container_restart_period ? command_line.max_container_restart_period
                                                                  : file.max_container_restart_period;
  if (!period) return cluster;
  check_period(*period, cluster.gates, problems);
  cluster.max_container_restart_period = period->period;
  return cluster;
}

void read_cluster_version(const std::string& text, const SourceSpan& span, ClusterGiven& out, std::vector<Diagnostic>& problems) {
  ClusterGiven::Version given{{}, span};
  std::string problem;
  if (parse_kubernetes_version(text, given.version, problem)) {
    out.version = given;
  } else {
    complain(RuleId::ClusterVersion, span, problem, {}, problems);
  }
}

void read_cluster_gates(const std::string& text, std::uint32_t file, ClusterGiven& out, std::vector<Diagnostic>& problems) {
  std::vector<FeatureGateSetting> settings;
  std::string problem;
  SourceSpan whole{file, 1, 1, static_cast<std::uint32_t>(std::max<std::size_t>(text.size(), 1))};
  if (!parse_feature_gates(text, settings, problem)) return complain(RuleId::GateSyntax, whole, problem, "write A=true,B=false", problems);
  std::size_t from = 0;
  for (FeatureGateSetting& setting : settings) {
    const std::size_t at = text.find(setting.name, from);
    const std::size_t end = std::min(text.find(',', at), text.size());
    from = end;
    SourceSpan span{file, 1, static_cast<std::uint32_t>(at + 1), static_cast<std::uint32_t>(end - at)};
    out.gates.push_back({std::move(setting), span});
  }
}

Decided<std::string> release_note(const KubernetesVersion& version) {
  if (version.minor == kNewestVersion.minor) return {};
  return {to_string(version) + " is modelled from source and release notes, not verified on a real kubelet", RuleId::ClusterOlder};
}

}  // namespace podlapse
