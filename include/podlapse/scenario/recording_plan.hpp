// A case as it can be run on a cluster: the Pod with its processes written out as shell commands for a small image, and what has
// to be done to it when. tools/record carries it out.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

/// Words in RecordingPlan::pod that the recorder replaces.
inline constexpr const char* kPlanPodName = "@NAME@";
inline constexpr const char* kPlanNode = "@NODE@";

struct RecordingPlan {
  /// One thing to do: `text` is what tools/record reads ("delete 5", "kill app 9", "patch {...}").
  struct Step {
    SimDuration at{};
    std::string text;
  };
  std::string case_name, group, image;
  SimDuration until{};
  std::vector<std::string> objects;    ///< to be made beforehand: "configmap settings color size"
  std::vector<Step> steps;             ///< by time
  Value pod;
  std::vector<std::string> refusals;   ///< what cannot be made happen on a cluster; then nothing else counts
};

/// The plan for `scenario`, of whose `input` the behaviours are (make_world_input). `image` must have a POSIX shell and sleep; all
/// containers run it. A process counts its runs in a volume that the plan adds, answers SIGTERM by a trap, and plays a SIGKILL from
/// outside by exiting 137; probes and hooks are exec commands. What the case's Pod says of accounts, placement, resources, security
/// and ports is left out.
[[nodiscard]] RecordingPlan plan_recording(const Scenario& scenario, const WorldInput& input, const std::string& image);

/// The plan as tools/record reads it: one line a thing, then the Pod as JSON.
[[nodiscard]] std::string plan_head(const RecordingPlan& plan);

}  // namespace podlapse
