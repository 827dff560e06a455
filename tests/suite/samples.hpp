// Results put together by hand: what the formats of `podlapse test` are tried on.
#pragma once

#include <string>

#include "podlapse/suite/result.hpp"

namespace podlapse::test {

[[nodiscard]] SimTime at_ms(int milliseconds);

/// Four expectations, all held.
[[nodiscard]] TestResult passed();
/// One of four expectations failed, under the second of its seeds; with an excerpt that shows what was seen.
[[nodiscard]] TestResult failed();
/// An expectation over several lines that failed, and what was seen is not in the excerpt.
[[nodiscard]] TestResult failed_state();
/// An expectation names a container that is not there.
[[nodiscard]] TestResult broken();
[[nodiscard]] TestResult skipped();
/// The trace differs from the stored one.
[[nodiscard]] TestResult other_trace();
/// Every text has marks that some format must quote, characters beyond ASCII, control characters, and bytes that are none.
[[nodiscard]] TestResult hostile();

/// All of them.
[[nodiscard]] SuiteResult samples();

}  // namespace podlapse::test
