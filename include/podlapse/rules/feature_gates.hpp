// Kubernetes releases and feature gates as data: which release is modelled, and what is on in it. Nothing else in podlapse asks for
// a release's number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// A release, 1.minor[.patch]. Without a patch: the newest patch of that minor release.
struct KubernetesVersion {
  std::int32_t minor = 36;
  std::optional<std::int32_t> patch;

  friend bool operator==(const KubernetesVersion&, const KubernetesVersion&) = default;
};

/// The releases that are modelled. The newest one was measured on a real kubelet; the others are read from source and release notes.
inline constexpr KubernetesVersion kOldestVersion{27, {}}, kNewestVersion{36, {}};

/// "v1.36", "v1.30.4".
[[nodiscard]] std::string to_string(const KubernetesVersion& version);

/// Reads 1.30, v1.30 or 1.30.4. False with `problem` set where it is no release, or one that is not modelled.
[[nodiscard]] bool parse_kubernetes_version(std::string_view text, KubernetesVersion& out, std::string& problem);

/// What is on, and what else differs by release (feature_gates.def). By default as in the newest release.
struct FeatureGates {
#define PODLAPSE_FEATURE_GATE(member, name, since, on_since, locked_since, before, text) bool member = before;
#define PODLAPSE_GATE_NEEDS(member, needed)
#define PODLAPSE_RELEASE_BEHAVIOR(member, text) bool member = false;
#define PODLAPSE_RELEASE_RANGE(member, from_minor, from_patch, until_minor, until_patch)
#include "podlapse/rules/feature_gates.def"
#undef PODLAPSE_FEATURE_GATE
#undef PODLAPSE_GATE_NEEDS
#undef PODLAPSE_RELEASE_BEHAVIOR
#undef PODLAPSE_RELEASE_RANGE

  FeatureGates() : FeatureGates(kNewestVersion) {}
  /// With every gate at its default.
  explicit FeatureGates(const KubernetesVersion& version);

  friend bool operator==(const FeatureGates&, const FeatureGates&) = default;
};

/// `Name=true` of --feature-gates or of a scenario.
struct FeatureGateSetting {
  std::string name;
  bool value = false;

  friend bool operator==(const FeatureGateSetting&, const FeatureGateSetting&) = default;
};

/// Why a setting is refused, in the components' words (component-base/featuregate/feature_gate.go).
struct FeatureGateProblem {
  RuleId code = RuleId::None;
  std::size_t setting = 0;  ///< index of the setting; of the last one where no single one is at fault
  std::string text, help;
};

/// The gates of `version` with `settings`, where a later one of the same name wins. nullopt `problem` when all of it is allowed.
[[nodiscard]] FeatureGates feature_gates_of(const KubernetesVersion& version, const std::vector<FeatureGateSetting>& settings,
                                            std::optional<FeatureGateProblem>& problem);

/// Reads "A=true,B=false". False with `problem` set, in the components' words.
[[nodiscard]] bool parse_feature_gates(std::string_view text, std::vector<FeatureGateSetting>& out, std::string& problem);

/// One gate as a release has it.
struct FeatureGateInfo {
  std::string_view name, text;
  bool on = false, locked = false, alpha = false;
};

/// The gates that exist in `version`, sorted by name.
[[nodiscard]] std::vector<FeatureGateInfo> feature_gates_in(const KubernetesVersion& version);

}  // namespace podlapse
