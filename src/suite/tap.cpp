#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "document.hpp"
#include "findings.hpp"
#include "podlapse/base/utf8.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {
namespace {

using Outcome = TestResult::Outcome;

/// A description: in one line, and with no mark that would begin a directive.
std::string description(std::string_view text) {
  std::string out;
  for (const char byte : printable(text)) {
    if (byte == '\\' || byte == '#') out += '\\';
    out += byte == '\n' || byte == '\r' || byte == '\t' ? ' ' : byte;
  }
  return out;
}

std::string name_of(const TestResult& test) {
  if (test.name.empty() || test.place.file.empty()) return test.name + test.place.file;
  return file_text(test.place) + ": " + test.name;
}

/// The YAML block behind a test that is not ok.
std::string diagnostics(const TestResult& test) {
  const std::vector<Finding> findings = findings_of(test);
  Value value = Value::object();
  if (!findings.empty()) value.set("message", Value{findings.front().message()});
  value.set("severity", Value{test.outcome == Outcome::Broken ? "error" : "fail"});
  const Value whole = test_document(test);
  for (const Value::Member& member : whole.members()) {
    if (member.key != "name" && member.key != "outcome") value.set(member.key, member.value);
  }
  return "  ---\n" + yaml_block(value, "  ") + "  ...\n";
}

}  // namespace

std::string write_tap(const SuiteResult& suite) {
  std::string text = "TAP version 14\n1.." + std::to_string(suite.tests.size()) + (suite.tests.empty() ? " # no tests\n" : "\n");
  for (std::size_t i = 0; i < suite.tests.size(); ++i) {
    const TestResult& test = suite.tests[i];
    const bool ok = test.outcome == Outcome::Passed || test.outcome == Outcome::Skipped;
    text += (ok ? "ok " : "not ok ") + std::to_string(i + 1) + " - " + description(name_of(test));
    text += test.outcome == Outcome::Skipped ? " # SKIP states no expectations\n" : "\n";
    if (!ok) text += diagnostics(test);
  }
  return text;
}

}  // namespace podlapse
