// What is wrong in a test, in the one form that every output format tells in its own words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/suite/result.hpp"

namespace podlapse {

struct Finding {
  NamedPlace place;         ///< of the sentence; "--default-expect" where it stands in no file
  NamedPlace in_file;       ///< of the same in a file of the user: what other tools can show
  std::string rule;         ///< id: "expect/order", "golden/differs"; of a problem its code
  std::string expected;     ///< the sentence that should hold; empty: it is no expectation
  std::string text;         ///< what is wrong, in one line: what happened instead
  std::string condition;    ///< "under seed 7, in 3 of 20 runs"; empty: in the only run
  std::string source_line;  ///< empty: not known
  const FailedExpectation* failure = nullptr;
  const TestProblem* problem = nullptr;
  const GoldenDifference* golden = nullptr;

  /// "app.ready within 5s: app.ready came at 12s (under seed 7)"
  [[nodiscard]] std::string message() const;
};

/// Of a test that failed or is broken: all that is wrong, in the order in which it is told. They point into `test`.
[[nodiscard]] std::vector<Finding> findings_of(const TestResult& test);

/// A line of an excerpt, with the rule of what was seen there.
struct ExcerptRow {
  std::string text;      ///< without the mark
  std::string rule;      ///< empty: none is known
  bool marked = false;   ///< the verdict rests on it
};
[[nodiscard]] std::vector<ExcerptRow> excerpt_rows(const FailedExpectation& failure);

/// The sightings that no line of the excerpt shows.
[[nodiscard]] std::vector<Sighting> unshown_sightings(const FailedExpectation& failure);

/// The sentence about the rule `id`, and where it comes from; empty for a rule that is not known.
[[nodiscard]] Rule rule_text(std::string_view id);

/// "web.yaml:12:3", as far as it is known; standard input is "<stdin>".
[[nodiscard]] std::string place_text(const NamedPlace& place);

/// The file's name, for people: standard input is "<stdin>".
[[nodiscard]] std::string file_text(const NamedPlace& place);

}  // namespace podlapse
