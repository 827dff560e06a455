// What a run of many scenarios found: plain data, which the formats of `podlapse test` are made of.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/expect/judge.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// A place in a file that a user gave, by its name.
struct NamedPlace {
  std::string file;          ///< as the user named it; "-": standard input
  std::uint32_t line = 0;    ///< from 1; 0: the whole file
  std::uint32_t column = 0;  ///< from 1
  std::uint32_t length = 1;  ///< characters
};

/// An expectation that did not hold.
struct FailedExpectation {
  NamedPlace place;
  std::string sentence;                ///< as written: "proxy.started before app.started"
  Verdict verdict;
  std::string source_line;             ///< the line of the file that `place` is on
  /// Lines of the timeline around it, without colours and newlines: "> " and what the verdict rests on, or two blanks.
  std::vector<std::string> excerpt;
  std::optional<std::uint64_t> seed;   ///< the first seed under which it failed; nullopt: without a seed
  std::size_t failed_runs = 1;         ///< in how many of the test's runs it failed
};

/// A problem that keeps a scenario from being judged: unreadable, refused, timed out.
struct TestProblem {
  NamedPlace place;
  std::string code;      ///< id of the rule: "expect/unknown-name"
  std::string text;      ///< one line
  std::string help;
  std::string rendered;  ///< the whole diagnostic with its source line, ending in a newline
};

/// A trace that differs from the stored one.
struct GoldenDifference {
  std::string file;                   ///< the stored trace
  bool missing = false;               ///< there is none
  std::optional<SimDuration> from;    ///< the moment at which the difference starts
  std::vector<std::string> diff;      ///< unified, without newlines
};

/// One scenario, or one manifest that was held to the default expectations.
struct TestResult {
  enum class Outcome : std::uint8_t {
    Passed,
    Failed,   ///< an expectation did not hold, or the stored trace differs
    Broken,   ///< it could not be judged
    Skipped,  ///< it states no expectation
  };
  Outcome outcome = Outcome::Passed;
  std::string name;                   ///< of the scenario; of a manifest KIND/NAME
  std::string group, what;            ///< the scenario's own words
  NamedPlace place;
  std::size_t expectations = 0;       ///< how many were judged
  std::vector<std::string> held;      ///< the sentences that held, where they are wanted (SuiteView::verbose)
  std::size_t runs = 0;               ///< simulations, one a seed
  std::vector<FailedExpectation> failures;
  std::vector<TestProblem> problems;
  std::optional<GoldenDifference> golden;
  std::string command;                ///< shows more: "podlapse run web.yaml --seed 7"
  SimDuration simulated{};            ///< simulated time, of all runs
  std::chrono::nanoseconds took{};    ///< real time; zero where times are not to be told
};

/// "passed", "failed", "broken", "skipped".
[[nodiscard]] const char* to_string(TestResult::Outcome outcome);

struct SuiteResult {
  std::vector<TestResult> tests;        ///< in the order in which the files were given or found
  std::chrono::nanoseconds took{};
  [[nodiscard]] std::size_t count(TestResult::Outcome outcome) const;
};

}  // namespace podlapse
