#include "support/rule_coverage.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "support/note_file.hpp"

namespace podlapse::test {
namespace {

using Reached = std::array<bool, static_cast<std::size_t>(RuleId::Count)>;

Reached& reached() {
  static Reached marks{};
  return marks;
}

/// Writes the ids when the binary ends, for check_rules to read.
struct WriteReached : doctest::IReporter {
  explicit WriteReached(const doctest::ContextOptions&) {}
  void test_run_end(const doctest::TestRunStats&) override {
    std::string lines;
    for (const RuleId id : all_rules()) {
      if (!reached()[static_cast<std::size_t>(id)]) continue;
      lines += rule(id).id;
      lines += '\n';
    }
    write_note("PODLAPSE_RULES_REACHED_DIR", lines);
  }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("rules_reached", 1, WriteReached);

}  // namespace

void reach(RuleId id) {
  if (id != RuleId::None) reached().at(static_cast<std::size_t>(id)) = true;
}

}  // namespace podlapse::test
