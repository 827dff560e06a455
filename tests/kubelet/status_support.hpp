// The notation of the status tables: what the API shows of each container.
//
//   statuses   "X t0, A run, B w last=t1/Error count=2"    by container; one that is not named has no status
//              state    run | started (run, with started=true) | t<code>[/Reason] | w[/Reason] | RAC | empty
//              w(<code>)  waiting, with a last termination: w last=t<code>
//              RAC      waits as RestartingAllContainers, last 137 for the same reason
//              then     last=<state>  count=<restarts>  ready  id=<instance>
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kubelet/support.hpp"
#include "podlapse/kubelet/cached_status.hpp"

namespace podlapse::test {

/// Statuses by ContainerIndex. Throws std::invalid_argument for a word that is none of the notation.
[[nodiscard]] std::vector<CachedContainerStatus> make_statuses(const PodSpec& pod, std::string_view text);

/// "t0/Completed last=t1/Error count=2": state, last state, count when it is not 0; "missing" for no status.
[[nodiscard]] std::string to_text(const CachedContainerStatus& status);

/// "True", "False(PodCompleted)".
[[nodiscard]] std::string to_text(const CachedCondition& condition);

}  // namespace podlapse::test
