#include "podlapse/suite/result.hpp"

#include <algorithm>

namespace podlapse {

const char* to_string(TestResult::Outcome outcome) {
  switch (outcome) {
    case TestResult::Outcome::Passed:
      return "passed";
    case TestResult::Outcome::Failed:
      return "failed";
    case TestResult::Outcome::Broken:
      return "broken";
    case TestResult::Outcome::Skipped:
      return "skipped";
  }
  return "";
}

std::size_t SuiteResult::count(TestResult::Outcome outcome) const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [outcome](const TestResult& one) { return one.outcome == outcome; }));
}

}  // namespace podlapse
