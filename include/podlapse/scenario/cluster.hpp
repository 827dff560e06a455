// The cluster that a scenario runs on: its release, its feature gates, and what its kubelet is configured to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// What a scenario file or the command line says of the cluster, each with its place.
struct ClusterGiven {
  struct Version {
    KubernetesVersion version;
    SourceSpan span;
  };
  struct Gate {
    FeatureGateSetting setting;
    SourceSpan span;
  };
  struct Period {
    SimDuration period{};
    SourceSpan span;
  };
  std::optional<Version> version;
  std::vector<Gate> gates;
  std::optional<Period> max_container_restart_period;
  bool single_process_oom_kill = false;
};

struct Cluster {
  KubernetesVersion version;
  std::vector<FeatureGateSetting> settings;  ///< the gates that were set, each once, by name
  FeatureGates gates;
  std::optional<SimDuration> max_container_restart_period;  ///< crashLoopBackOff.maxContainerRestartPeriod
  bool single_process_oom_kill = false;                     ///< singleProcessOOMKill

  /// Release, gates and settings as one line for a reader: "v1.34, ContainerRestartRules=true".
  [[nodiscard]] std::string text() const;
};

/// The cluster of `file`, with what `command_line` says above it. What its components would refuse becomes a diagnostic, in their
/// words, and what podlapse does not model too.
[[nodiscard]] Cluster make_cluster(const ClusterGiven& file, const ClusterGiven& command_line, std::vector<Diagnostic>& problems);

/// Reads the texts of --kubernetes-version and --feature-gates, file number `file`.
void read_cluster_version(const std::string& text, const SourceSpan& span, ClusterGiven& out, std::vector<Diagnostic>& problems);
void read_cluster_gates(const std::string& text, std::uint32_t file, ClusterGiven& out, std::vector<Diagnostic>& problems);

/// What a reader of a run on another release than the newest is told; empty for the newest.
[[nodiscard]] Decided<std::string> release_note(const KubernetesVersion& version);

}  // namespace podlapse
