// The latest verdicts of probes, as the kubelet's results managers keep them (pkg/kubelet/prober/results).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "podlapse/model/pod_spec.hpp"

namespace podlapse {

enum class ProbeResult : std::uint8_t { Unknown, Success, Failure };

/// Verdicts on one container; nullopt where there is none (no probe, or none stored yet).
struct ContainerProbeResults {
  std::optional<ProbeResult> startup, readiness, liveness;

  [[nodiscard]] const std::optional<ProbeResult>& of(ProbeKind kind) const;
  [[nodiscard]] std::optional<ProbeResult>& of(ProbeKind kind);
  friend bool operator==(const ContainerProbeResults&, const ContainerProbeResults&) = default;
};

/// Indexed by ContainerIndex.
using PodProbeResults = std::vector<ContainerProbeResults>;

}  // namespace podlapse
