#include "podlapse/suite/formats.hpp"

#include <doctest/doctest.h>

#include <string>

#include "suite/samples.hpp"
#include "support/golden.hpp"

using namespace podlapse;
using namespace podlapse::test;

namespace {

SuiteView view_of(int width, bool color = false) {
  SuiteView view;
  view.width = width;
  view.color = color;
  view.version = "1.2.3";
  return view;
}

std::string human(const SuiteView& view) {
  std::string text;
  for (const TestResult& test : samples().tests) text += render_test(test, view);
  return text + render_summary(samples(), view);
}

std::string json_lines() {
  std::string text;
  for (const TestResult& test : samples().tests) text += write_json_line(test);
  return text + write_json_line(samples());
}

}  // namespace

// Looked at as people see them, and read by other people's programs: tests/consumers.
TEST_SUITE("suite/formats") {
  TEST_CASE("for people, in 80 and 200 columns, with and without colours") {
    check_golden("suite/data/human-80.txt", human(view_of(80)));
    check_golden("suite/data/human-200.txt", human(view_of(200)));
    check_golden("suite/data/human-colors.txt", human(view_of(100, true)));
    SuiteView verbose = view_of(80);
    verbose.verbose = true;
    check_golden("suite/data/human-verbose.txt", human(verbose));
  }

  TEST_CASE("for other tools") {
    check_golden("suite/data/samples.junit.xml", write_junit(samples()));
    check_golden("suite/data/samples.tap", write_tap(samples()));
    check_golden("suite/data/samples.sarif", write_sarif(samples(), view_of(80)));
    check_golden("suite/data/samples.github.txt", write_github(samples()));
    check_golden("suite/data/samples.json", write_json(samples()));
    check_golden("suite/data/samples.jsonl", json_lines());
  }

  TEST_CASE("for other tools, of no test at all") {
    check_golden("suite/data/empty.junit.xml", write_junit({}));
    check_golden("suite/data/empty.tap", write_tap({}));
    check_golden("suite/data/empty.sarif", write_sarif({}, {}));
    check_golden("suite/data/empty.github.txt", write_github({}));
    check_golden("suite/data/empty.json", write_json({}));
    check_golden("suite/data/empty.jsonl", write_json_line(SuiteResult{}));
  }
}
