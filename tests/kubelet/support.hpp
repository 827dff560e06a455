// The notation of the kubelet's decision tables, so that a row of a test reads like a row of the table.
//
//   containers  "i:init s:sc,startup,liveness m n:never,restart=0/5 debug:eph"   init containers first, as in a Pod
//               words after the colon: init | sc | eph, the container's own policy (always | onfailure | never), probes
//               (startup | liveness), rules (restart=42/50, restart-notin=0, restart-all=1; several codes with slashes)
//   state       "s R start=S live=F, m X137, n X0 oom, i C, j U, k -"            newest records, by container
//               R# runs with another image than the spec's; R/X99 has an older instance; "-" or unnamed: no record
//               probe verdicts S, F, ? (Unknown); unnamed: none stored
//               "sandbox NR" not ready, "sandbox NR2" with attempt 2, "sandbox none", "sandbox no-ip", ...
//               a later entry for the same name replaces an earlier one; "none" drops all containers' entries before it
//   actions     "KP CS att1 IS[0] MS[0,2] K[foo2] ES[0] RST[a! b b-old]"         in this order; "nothing"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/kubelet/pod_actions.hpp"
#include "podlapse/kubelet/runtime_status.hpp"

namespace podlapse::test {

/// A Pod and what the kubelet knows of it.
struct PodCase {
  PodSpec spec;
  RuntimePodStatus status;
  PodProbeResults probes;
  bool deleting = false;
  bool restart_all = false;

  PodCase(std::string_view containers, RestartPolicy policy, std::string_view state);

  [[nodiscard]] PodView view() const { return {spec, status, probes, deleting, restart_all}; }
  [[nodiscard]] ContainerSpec& container(std::string_view name);
  [[nodiscard]] ContainerIndex index(std::string_view name) const;
};

[[nodiscard]] PodSpec make_pod(std::string_view containers, RestartPolicy policy = RestartPolicy::Always);

/// Gates of Kubernetes 1.36.
inline const FeatureGates kGates{};

[[nodiscard]] PodActions actions_of(const PodCase& pod, const FeatureGates& gates = kGates);
[[nodiscard]] std::string to_text(const PodActions& actions, const PodCase& pod);

/// The ids of the rules in a decision, for messages: "restart/always".
[[nodiscard]] std::string id_of(RuleId id);

/// CHECKs that a decision rests on `expected`, and notes that the rule was reached.
void check_because(RuleId actual, RuleId expected);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// `seconds` after t = 0.
[[nodiscard]] inline SimTime at(double seconds) {
  return kTimeZero + SimDuration{static_cast<std::int64_t>(seconds * 1e9)};
}
[[nodiscard]] inline SimDuration secs(double seconds) { return at(seconds) - kTimeZero; }

inline constexpr RestartPolicy kAlways = RestartPolicy::Always;
inline constexpr RestartPolicy kOnFailure = RestartPolicy::OnFailure;
inline constexpr RestartPolicy kNever = RestartPolicy::Never;
inline constexpr RestartPolicy kUnset = RestartPolicy::Always;  ///< an empty policy behaves as Always

}  // namespace podlapse::test
