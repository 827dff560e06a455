// What `podlapse conform` prints: each case's disagreements side by side, and a scoreboard by group.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/report/conformance.hpp"

namespace podlapse {

/// A case that was compared.
struct ConformanceCase {
  std::string name, group;
  std::size_t recorded_runs = 0;
  Agreement agreement;
};

struct ConformanceView {
  int width = 100;    ///< columns; fewer than 60 are not used
  bool color = false;
  bool all = false;   ///< every disagreement, instead of the first six of each check
};

/// The case as a head line and a table of what the simulation shows and what the recorded runs do.
[[nodiscard]] std::string render_case(const ConformanceCase& one, const ConformanceView& view);

/// How many cases of each group agree, and how many disagree by which check.
[[nodiscard]] std::string render_scoreboard(const std::vector<ConformanceCase>& cases, const ConformanceView& view);

/// Cases, groups and checks as a document: {cases: [{case, group, recordedRuns, agrees, disagreements: [{check, pod or job,
/// subject, simulated, recorded}]}], groups: [{group, cases, agree}], checks: {...}, total: {cases, agree}}. A side is a
/// text, or {from, to} in seconds.
[[nodiscard]] Value conformance_document(const std::vector<ConformanceCase>& cases);

/// JUnit's XML: a suite for each group, a test case for each case, which fails with the text of render_case().
[[nodiscard]] std::string conformance_junit(const std::vector<ConformanceCase>& cases);

}  // namespace podlapse
