#include "cli/library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "cli/input.hpp"
#include "podlapse/base/diagnostic.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// A manifest that scenarios build on: x.pod.yaml.
bool is_part(const fs::path& path) { return path.stem().extension() == ".pod"; }

}  // namespace

std::string library_folder() {
  if (const char* given = std::getenv("PODLAPSE_SCENARIOS"); given != nullptr && *given != '\0') return given;
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path installed = binary.parent_path().parent_path() / "share" / "podlapse" / "scenarios";
  if (is_folder(installed)) return installed.string();
  constexpr int kDeepestBuildFolder = 3;
  fs::path folder = binary.parent_path();
  for (int i = 0; i < kDeepestBuildFolder; ++i, folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / "CMakeLists.txt", error) && is_folder(folder / "scenarios")) return (folder / "scenarios").string();
  }
  return {};
}

std::vector<LibraryScenario> library_scenarios() {
  std::vector<LibraryScenario> scenarios;
  const std::string folder = library_folder();
  if (folder.empty()) return scenarios;
  for (const std::string& path : input_files_in(folder)) {
    if (is_part(path)) continue;
    const fs::path below = fs::path{path}.lexically_relative(folder);
    scenarios.push_back({(below.parent_path() / below.stem()).generic_string(), path});
  }
  std::sort(scenarios.begin(), scenarios.end(), [](const LibraryScenario& a, const LibraryScenario& b) { return a.id < b.id; });
  return scenarios;
}

std::string short_name(const std::string& id) { return id.substr(id.rfind('/') + 1); }

std::vector<LibraryScenario> called(const std::string& name, const std::vector<LibraryScenario>& scenarios) {
  std::vector<LibraryScenario> found;
  const auto with_hyphens = [](std::string id) {
    std::replace(id.begin(), id.end(), '/', '-');
    return id;
  };
  for (const LibraryScenario& scenario : scenarios) {
    if (scenario.id == name) return {scenario};
    const std::string end = "/" + name;
    const bool ends = scenario.id.size() > end.size() && scenario.id.compare(scenario.id.size() - end.size(), end.size(), end) == 0;
    if (ends || with_hyphens(scenario.id) == name) found.push_back(scenario);
  }
  return found;
}

std::string nearest_scenario(const std::string& name, const std::vector<LibraryScenario>& scenarios) {
  std::vector<std::string> names;
  for (const LibraryScenario& scenario : scenarios) {
    names.push_back(short_name(scenario.id));
    names.push_back(scenario.id);
  }
  return nearest_name(name, names);
}

}  // namespace podlapse::cli
