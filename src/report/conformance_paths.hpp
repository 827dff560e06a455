// Whether what the API showed in two runs is the same, but for what jitter can add or hide.
#pragma once

#include "conformance_run.hpp"

namespace podlapse::conformance {

/// The same values in the same order. A value shown for less than 1.2 s may be seen in one run and missed in the other;
/// where it is left out the value before it may follow itself.
[[nodiscard]] bool same_path(const Path& a, const Path& b);

/// The same but for a tail that lasted less than `margin` in the run, or in both, that have one.
[[nodiscard]] bool same_but_for_tail(const Path& a, const Path& b, SimDuration margin);

/// A terminal phase was left. Requires: the path of a phase.
[[nodiscard]] bool leaves_terminal_phase(const Path& phase);

}  // namespace podlapse::conformance
