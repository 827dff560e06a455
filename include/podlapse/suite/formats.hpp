// What `podlapse test` found, in the forms that people and other tools read.
#pragma once

#include <string>

#include "podlapse/suite/result.hpp"

namespace podlapse {

/// Columns that render_test() puts before a line of FailedExpectation::excerpt: the excerpt is made that much narrower.
inline constexpr int kExcerptIndent = 2;

struct SuiteView {
  int width = 100;
  bool color = false;
  bool verbose = false;     ///< what held too, and whole differences
  std::string version;      ///< of podlapse, for formats that name the tool
};

/// One line for a test, and behind it whatever did not hold; with newlines.
[[nodiscard]] std::string render_test(const TestResult& test, const SuiteView& view);
/// The last lines: "12 passed, 1 failed, 0 broken in 0.12s".
[[nodiscard]] std::string render_summary(const SuiteResult& suite, const SuiteView& view);

/// JUnit's XML as the Jenkins plugin's schema has it. https://github.com/jenkinsci/xunit-plugin (junit-10.xsd)
[[nodiscard]] std::string write_junit(const SuiteResult& suite);
/// TAP version 14. https://testanything.org/tap-version-14-specification.html
[[nodiscard]] std::string write_tap(const SuiteResult& suite);
/// SARIF 2.1.0. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
[[nodiscard]] std::string write_sarif(const SuiteResult& suite, const SuiteView& view);
/// Workflow commands: one `::error file=...` a failure.
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
[[nodiscard]] std::string write_github(const SuiteResult& suite);
/// One document.
[[nodiscard]] std::string write_json(const SuiteResult& suite);
/// One line a test, and a last one for the whole.
[[nodiscard]] std::string write_json_line(const TestResult& test);
[[nodiscard]] std::string write_json_line(const SuiteResult& suite);

}  // namespace podlapse
