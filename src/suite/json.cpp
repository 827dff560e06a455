#include <string>
#include <utility>

#include "document.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {

std::string write_json(const SuiteResult& suite) {
  Value tests = Value::array();
  for (const TestResult& test : suite.tests) tests.push_back(test_document(test));
  Value document = Value::object();
  document.set("tests", std::move(tests));
  document.set("summary", summary_document(suite));
  return pretty_json(document);
}

std::string write_json_line(const TestResult& test) {
  Value line = Value::object();
  line.set("test", test_document(test));
  return compact_json(line) + "\n";
}

std::string write_json_line(const SuiteResult& suite) {
  Value line = Value::object();
  line.set("summary", summary_document(suite));
  return compact_json(line) + "\n";
}

}  // namespace podlapse
