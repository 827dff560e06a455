// Every lesson of scenarios/ has its timeline stored beside this file; those of kubernetes-e2e are held by what they expect alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/golden.hpp"
#include "support/process.hpp"

namespace {

namespace fs = std::filesystem;
using podlapse::test::check_golden;
using podlapse::test::ProcessResult;
using podlapse::test::run_podlapse;

/// A manifest that a lesson builds on is a part of that lesson.
bool is_lesson(const fs::path& path) { return path.extension() == ".yaml" && path.stem().extension() != ".pod"; }

/// The paths from scenarios/ on of the lessons that have a stored timeline, sorted.
std::vector<std::string> lessons() {
  const fs::path root = fs::path{PODLAPSE_SOURCE_DIR} / "scenarios";
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator{root}) {
    const std::string lesson = fs::relative(entry.path(), root).string();
    if (is_lesson(entry.path()) && lesson.rfind("kubernetes-e2e/", 0) != 0) found.push_back(lesson);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string golden_name(const std::string& lesson) {
  return "golden/" + fs::path{lesson}.replace_extension(".txt").string();
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("every lesson prints the timeline that is stored for it") {
    podlapse::test::ProcessOptions options;
    options.folder = PODLAPSE_SOURCE_DIR;
    for (const std::string& lesson : lessons()) {
      const ProcessResult result = run_podlapse({"run", "scenarios/" + lesson, "--width", "100"}, options);
      INFO(lesson << "\n" << result.error);
      CHECK(result.status == 0);
      // What a release drops, and what makes no sidecar, is told in notes.
      CHECK((result.error.empty() || result.error.find(": note[") != std::string::npos));
      CHECK(result.error.find("warning") == std::string::npos);
      check_golden(golden_name(lesson), result.output);
    }
    CHECK(lessons().size() >= 20);
  }

  TEST_CASE("every lesson says what it shows, and that holds, also under seeds") {
    podlapse::test::ProcessOptions options;
    options.folder = PODLAPSE_SOURCE_DIR;
    const ProcessResult result = run_podlapse({"test", "scenarios", "--quiet"}, options);
    INFO(result.output);
    CHECK(result.status == 0);
    CHECK(result.output.find("skipped") == std::string::npos);
    const ProcessResult under_seeds = run_podlapse({"test", "scenarios", "--quiet", "--seeds", "10"}, options);
    INFO(under_seeds.output);
    CHECK(under_seeds.status == 0);
  }

  TEST_CASE("no timeline is stored for a lesson that is gone") {
    const fs::path root = fs::path{PODLAPSE_SOURCE_DIR} / "tests";
    std::vector<std::string> expected;
    for (const std::string& lesson : lessons()) expected.push_back(golden_name(lesson));
    for (const auto& entry : fs::recursive_directory_iterator{root / "golden"}) {
      if (entry.path().extension() != ".txt") continue;
      const std::string name = fs::relative(entry.path(), root).string();
      CHECK_MESSAGE(std::find(expected.begin(), expected.end(), name) != expected.end(),
                    "tests/" << name << " has no lesson");
    }
  }
}
