// The Pod object that a controller makes of a template's: what differs from one Pod to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "podlapse/api/value.hpp"

namespace podlapse {

/// Which Pod it is.
struct PodIdentity {
  std::string owner_kind, owner;                 ///< "Job", "x-29453765"
  std::string name;
  std::optional<std::int32_t> completion_index;  ///< of an Indexed Job's
};

/// Gives `pod`, the object of another Pod of the same template, the name, labels, owner, host name and claims of the one that
/// `identity` names (job_controller.go newPodTemplate, addCompletionIndexAnnotation; stateful_set_utils.go updateIdentity,
/// updateStorage).
void give_identity(Value& pod, const PodIdentity& identity);

}  // namespace podlapse
