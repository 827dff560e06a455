// A case that fails made smaller, as long as it fails: delta debugging over its structure.
#pragma once

#include <functional>

#include "kubelet/world_random.hpp"

namespace podlapse::test {

using Fails = std::function<bool(const RandomCase&)>;

/// Drops actions, Pods, containers, probes, hooks, runs and all that can be left out, and makes durations and numbers simple,
/// until no single such step leaves a case that fails. Requires: `fails(start)`.
[[nodiscard]] RandomCase shrink(RandomCase start, const Fails& fails);

}  // namespace podlapse::test
