#include "podlapse/model/behavior.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {

const RunBehavior& ContainerBehavior::run_of(std::int32_t attempt) const {
  PODLAPSE_CHECK(!runs.empty() && attempt >= 0);
  return runs[std::min(static_cast<std::size_t>(attempt), runs.size() - 1)];
}

const ProbeBehavior& ContainerBehavior::probe(ProbeKind kind) const {
  switch (kind) {
    case ProbeKind::Startup: return startup;
    case ProbeKind::Readiness: return readiness;
    case ProbeKind::Liveness: return liveness;
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

}  // namespace podlapse
