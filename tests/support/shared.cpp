#include "support/shared.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/note_file.hpp"

namespace podlapse::test {
namespace {

std::string& skipped() {
  static std::string lines;
  return lines;
}

/// Keeps the name of the running test, and writes the skipped ones when the binary ends.
struct WriteSkipped : doctest::IReporter {
  explicit WriteSkipped(const doctest::ContextOptions&) {}
  static std::string& running() {
    static std::string name;
    return name;
  }
  void test_case_start(const doctest::TestCaseData& test) override { running() = test.m_name; }
  void test_run_end(const doctest::TestRunStats&) override { write_note("PODLAPSE_SKIPPED_DIR", skipped()); }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("skipped", 1, WriteSkipped);

std::filesystem::path shared_folder() {
  if (const char* folder = std::getenv("PODLAPSE_SHARED_DIR")) return folder;
  return std::filesystem::path{PODLAPSE_SOURCE_DIR} / ".." / "shared";
}

}  // namespace

std::optional<std::filesystem::path> shared_path(std::string_view relative) {
  const std::filesystem::path folder = shared_folder();
  if (std::filesystem::exists(folder)) {
    const std::filesystem::path path = folder / relative;
    // A folder that lacks what the test names is a mistake in the test, not a reason to skip it.
    REQUIRE_MESSAGE(std::filesystem::exists(path), path.string() << " is missing");
    return path;
  }
  std::printf("skipped: ../shared is not beside the project: %s\n", WriteSkipped::running().c_str());
  skipped() += WriteSkipped::running() + "\n";
  return std::nullopt;
}

}  // namespace podlapse::test
