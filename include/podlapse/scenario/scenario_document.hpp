// The way back: a scenario as the document that a scenario file holds. Format: scenarios/README.md.
#pragma once

#include "podlapse/api/value.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

/// `scenario` as a document; read again (yaml/scenario_file.hpp) it gives the same World's input. Pods stand in it as their
/// `pod_object` has them. What the format has no words for is left out: the name of a file it was read from, overrides of the
/// command line, behaviours of images beyond the keys of `images`.
/// Requires: workloads are Pods; the first one may be a Job's.
[[nodiscard]] Value scenario_document(const Scenario& scenario);

}  // namespace podlapse
