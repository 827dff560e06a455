// The message of a container that has ended: what it left in a file, or else the end of its log.
#pragma once

#include <cstddef>
#include <string>

#include "podlapse/model/behavior.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// kuberuntime_container.go getTerminationMessage, and status_manager.go normalizeStatus, which has the containers of a Pod
/// (`containers` of them) share 12 KiB. Of the file the last 4096 bytes count, of the log the last 80 lines, 2048 bytes at most.
[[nodiscard]] Decided<std::string> termination_message(const RunBehavior& run, const ContainerSpec& container, std::int32_t exit_code,
                                                       std::size_t containers);

}  // namespace podlapse
