// Only what both the old and the new schema of Jenkins know (junit-4.xsd and junit-10.xsd): one failure or error a test,
// and no place of a test, which is told in the text.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "findings.hpp"
#include "podlapse/report/xml.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {
namespace {

using Outcome = TestResult::Outcome;

/// The tests of one file, in their order.
struct FileSuite {
  std::string name;
  std::vector<const TestResult*> tests;
};

std::vector<FileSuite> by_file(const SuiteResult& suite) {
  std::vector<FileSuite> files;
  std::map<std::string, std::size_t> index;
  for (const TestResult& test : suite.tests) {
    const auto [found, is_new] = index.emplace(file_text(test.place), files.size());
    if (is_new) files.push_back({found->first, {}});
    files[found->second].tests.push_back(&test);
  }
  return files;
}

std::size_t count(const std::vector<const TestResult*>& tests, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [&](const TestResult* test) { return test->outcome == outcome; }));
}

std::string attribute(std::string_view name, std::size_t number) { return xml_attribute(name, std::to_string(number)); }

/// The schema allows three decimals.
std::string time_attribute(std::chrono::nanoseconds time) {
  return time.count() == 0 ? "" : xml_attribute("time", format_seconds(time, 3));
}

/// "scenarios.proxy.native" of "./scenarios/proxy/native.yaml": readers take the part up to the last dot for a package.
std::string class_name(const NamedPlace& place) {
  std::string name = place.file == "-" ? "stdin" : place.file;
  name.erase(0, std::min(name.find_first_not_of("./"), name.size()));
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos && name.find('/', dot) == std::string::npos) name.resize(dot);
  std::replace(name.begin(), name.end(), '.', '-');
  std::replace(name.begin(), name.end(), '/', '.');
  return name.empty() ? "podlapse" : name;
}

/// <failure> or <error>, with all that is wrong as its text.
std::string trouble(const TestResult& test) {
  const std::vector<Finding> findings = findings_of(test);
  std::string message = findings.empty() ? to_string(test.outcome) : findings.front().message();
  if (findings.size() > 1) message += " (and " + std::to_string(findings.size() - 1) + " more)";
  SuiteView view;
  view.width = 120;
  const std::string type = findings.empty() ? "" : findings.front().rule;
  const std::string tag = test.outcome == Outcome::Broken ? "error" : "failure";
  return "      <" + tag + (type.empty() ? "" : xml_attribute("type", type)) +
         xml_attribute("message", message) + ">" + xml_text(render_test(test, view)) + "</" + tag + ">\n";
}

std::string test_case(const TestResult& test) {
  const std::string name = test.name.empty() ? file_text(test.place) : test.name;
  const std::string head = "    <testcase" + xml_attribute("classname", class_name(test.place)) + xml_attribute("name", name) +
                           time_attribute(test.took);
  switch (test.outcome) {
    case Outcome::Passed: return head + "/>\n";
    case Outcome::Skipped: return head + ">\n      <skipped>states no expectations</skipped>\n    </testcase>\n";
    case Outcome::Failed:
    case Outcome::Broken: break;
  }
  return head + ">\n" + trouble(test) + "    </testcase>\n";
}

}  // namespace

std::string write_junit(const SuiteResult& suite) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + xml_attribute("name", "podlapse test") +
                     attribute("tests", suite.tests.size()) + attribute("failures", suite.count(Outcome::Failed)) +
                     attribute("errors", suite.count(Outcome::Broken)) + time_attribute(suite.took) + ">\n";
  for (const FileSuite& file : by_file(suite)) {
    std::chrono::nanoseconds took{};
    for (const TestResult* test : file.tests) took += test->took;
    text += "  <testsuite" + xml_attribute("name", file.name) + attribute("tests", file.tests.size()) +
            attribute("failures", count(file.tests, Outcome::Failed)) + attribute("errors", count(file.tests, Outcome::Broken)) +
            attribute("skipped", count(file.tests, Outcome::Skipped)) + time_attribute(took) + ">\n";
    for (const TestResult* test : file.tests) text += test_case(*test);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace podlapse
