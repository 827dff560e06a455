// Every scenario that is about: those of scenarios/, the blocks of its README, and the cases of the reference.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "support/shared.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"

using namespace podlapse;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> files_below(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Checked {
  std::vector<Scenario> scenarios;
  std::string shown;  ///< errors and warnings as a user sees them
  std::string notes;
};

/// Reads the scenarios of `text`; paths in it are relative to `folder`.
Checked check(const std::string& name, const std::string& text, const fs::path& folder) {
  Checked checked;
  SourceFiles files = {{name, text}};
  std::vector<Diagnostic> problems;
  yaml::ScenarioSurroundings around;
  around.read_documents = [&](const std::string& path, std::vector<Value>& documents, std::vector<Diagnostic>& out) {
    if (!fs::is_regular_file(folder / path)) return false;
    files.push_back({path, text_of(folder / path)});
    documents = yaml::read_documents(files.back().text, static_cast<std::uint32_t>(files.size() - 1), {}, out);
    return true;
  };
  for (const Value& document : yaml::read_documents(text, 0, {}, problems)) {
    if (yaml::is_scenario(document))
      checked.scenarios.push_back(yaml::read_scenario(document, around, files, problems));
  }
  for (const Diagnostic& problem : problems) {
    (problem.severity == Severity::Note ? checked.notes : checked.shown) += render_diagnostic(problem, files, false);
  }
  return checked;
}

/// The YAML blocks of a Markdown text.
std::vector<std::string> yaml_blocks(const std::string& text) {
  std::vector<std::string> blocks;
  const std::string fence = "```yaml\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    const std::size_t end = text.find("```", at);
    blocks.push_back(text.substr(at, end - at));
  }
  return blocks;
}

const fs::path kScenarios = fs::path{PODLAPSE_SOURCE_DIR} / "scenarios";

}  // namespace

TEST_SUITE("yaml/scenario_library") {
  TEST_CASE("every scenario of the library is read without a word, says what it shows, and is called as its file") {
    int count = 0;
    for (const fs::path& path : files_below(kScenarios, ".yaml")) {
      CAPTURE(path.string());
      const Checked checked = check(path.filename().string(), text_of(path), path.parent_path());
      CHECK(checked.shown == "");
      // What a release drops is told, and a sidecar that stands in the wrong list.
      const bool told = checked.notes.find("note[admit/") != std::string::npos || checked.notes.find("note[hint/") != std::string::npos;
      CHECK((told || checked.notes.empty()));
      if (checked.scenarios.empty()) continue;  // a manifest
      ++count;
      const Scenario& scenario = checked.scenarios.front();
      CHECK_FALSE(scenario.what.empty());
      CHECK_FALSE(scenario.workloads.empty());
      const std::string file = path.stem().string(), folder = path.parent_path().filename().string();
      CHECK_MESSAGE((scenario.name == file || scenario.name == folder + "-" + file), scenario.name);
    }
    CHECK(count >= 40);
  }

  TEST_CASE("every scenario of the library stands in the README of its folder") {
    for (const fs::path& path : files_below(kScenarios, ".yaml")) {
      CAPTURE(path.string());
      if (path.parent_path().parent_path().filename() == "kubernetes-e2e") continue;  // one table, held by tests/docs
      const std::string readme = text_of(path.parent_path() / "README.md");
      CHECK(readme.find(path.filename().string()) != std::string::npos);
    }
  }

  TEST_CASE("every block of the format's specification is read without a word") {
    // Parts of scenarios speak of these containers.
    const std::string pod =
        "pod:\n"
        "  metadata: {name: web}\n"
        "  spec:\n"
        "    initContainers:\n"
        "    - name: proxy\n"
        "      image: envoyproxy/envoy\n"
        "      restartPolicy: Always\n"
        "      startupProbe: {tcpSocket: {port: 80}}\n"
        "      lifecycle: {postStart: {exec: {command: [wait]}}}\n"
        "    containers:\n"
        "    - name: app\n"
        "      image: nginx\n"
        "      readinessProbe: {tcpSocket: {port: 80}}\n"
        "      lifecycle: {preStop: {exec: {command: [drain]}}}\n";
    const std::vector<std::string> blocks = yaml_blocks(text_of(kScenarios / "README.md"));
    CHECK(blocks.size() >= 8);
    for (const std::string& block : blocks) {
      CAPTURE(block);
      const Checked whole = check("README.md", block, kScenarios);
      const Checked checked = whole.scenarios.empty() ? check("README.md", block + pod, kScenarios) : whole;
      CHECK(checked.shown == "");
      CHECK(checked.scenarios.size() == 1);
    }
  }

  TEST_CASE("every case of the reference is read as it stands") {
    const auto cases = test::shared_path("oracle/cases");
    if (!cases) return;
    const std::vector<fs::path> files = files_below(*cases, ".yaml");
    CHECK(files.size() >= 180);
    for (const fs::path& path : files) {
      CAPTURE(path.string());
      const Checked checked = check(path.filename().string(), text_of(path), path.parent_path());
      CHECK(checked.shown == "");
      REQUIRE(checked.scenarios.size() == 1);
      const Scenario& scenario = checked.scenarios.front();
      CHECK(scenario.name == path.stem().string());
      CHECK(scenario.until.has_value());
      CHECK(scenario.workloads.size() == 1);
      std::vector<Assumption> assumptions;
      const WorldInput input =
          make_world_input(scenario, KubeletConfig::kubelet_profile(), Chance{}, WallClock{}, assumptions);
      CHECK(input.pods.size() == 1);
    }
  }
}
