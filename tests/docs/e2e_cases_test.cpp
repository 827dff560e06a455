// The tables of scenarios/kubernetes-e2e/README.md name every case of e2e_cases.txt with its number of tests, and every file
// of the folder.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/golden.hpp"

namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

Lines lines_of(const fs::path& path) {
  Lines lines;
  std::istringstream text{podlapse::test::contents_of(path.string())};
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// The parts of a line between `separator`s, without the spaces around them.
Lines parts_of(const std::string& line, char separator) {
  Lines parts;
  std::istringstream text{line};
  for (std::string part; std::getline(text, part, separator);) {
    const std::size_t first = part.find_first_not_of(' ');
    parts.push_back(first == std::string::npos ? "" : part.substr(first, part.find_last_not_of(' ') - first + 1));
  }
  return parts;
}

struct Row {
  std::string id;
  Lines files;  ///< from the folder on; empty where the case is not expressed
  int tests = 0;
};

const fs::path& folder() {
  static const fs::path path = fs::path{PODLAPSE_SOURCE_DIR} / "scenarios/kubernetes-e2e";
  return path;
}

/// The rows of the README: under "## FOLDER/" they are `| id | files | tests | asserts |`, under "## Not expressed"
/// `| id | tests | why |`.
std::vector<Row> rows_of_readme() {
  std::vector<Row> rows;
  std::string heading;
  for (const std::string& line : lines_of(folder() / "README.md")) {
    if (line.rfind("## ", 0) == 0) heading = line.substr(3);
    const Lines cells = line.rfind("| ", 0) == 0 ? parts_of(line.substr(1), '|') : Lines{};
    if (cells.empty() || cells.front() == "id") continue;
    const bool expressed = !heading.empty() && heading.back() == '/';
    INFO(line);
    REQUIRE(cells.size() == (expressed ? 4 : 3));
    Row row{cells[0], {}, std::stoi(cells[expressed ? 2 : 1])};
    if (expressed) {
      for (const std::string& name : parts_of(cells[1], ',')) row.files.push_back(heading + name + ".yaml");
    }
    CHECK(row.files.empty() != expressed);
    CHECK(!cells.back().empty());
    rows.push_back(row);
  }
  return rows;
}

std::map<std::string, int> known_cases() {
  std::map<std::string, int> cases;
  for (const std::string& line : lines_of(fs::path{PODLAPSE_SOURCE_DIR} / "tests/docs/e2e_cases.txt")) {
    if (line.front() == '#') continue;
    const Lines words = parts_of(line, ' ');
    REQUIRE(words.size() == 2);
    CHECK(cases.emplace(words[0], std::stoi(words[1])).second);
  }
  return cases;
}

}  // namespace

TEST_SUITE("docs/kubernetes-e2e") {
  TEST_CASE("every case of Kubernetes' end-to-end tests is a scenario, or it is said why not") {
    std::map<std::string, int> left = known_cases();
    int of_container_lifecycle = 0;
    for (const auto& [id, tests] : left) of_container_lifecycle += id.front() == 'A' ? tests : 0;
    CHECK(of_container_lifecycle == 150);

    for (const Row& row : rows_of_readme()) {
      INFO(row.id);
      REQUIRE(left.count(row.id) == 1);  // and not named before with all its tests
      CHECK(row.tests >= 1);
      left[row.id] -= row.tests;
      CHECK(left[row.id] >= 0);
      if (left[row.id] <= 0) left.erase(row.id);
    }
    for (const auto& [id, tests] : left) FAIL_CHECK(id << ": " << tests << " tests are not in the README");
  }

  TEST_CASE("each scenario of the end-to-end tests is in the table, and has its file's name") {
    std::set<std::string> named;
    for (const Row& row : rows_of_readme()) {
      for (const std::string& file : row.files) {
        INFO(row.id << ": " << file);
        CHECK(named.insert(file).second);
        CHECK(fs::exists(folder() / file));
        CHECK(fs::path{file}.filename().string().front() == row.id.front());
      }
    }
    for (const auto& entry : fs::recursive_directory_iterator{folder()}) {
      const fs::path& path = entry.path();
      if (path.extension() != ".yaml" || path.stem().extension() == ".pod") continue;
      const std::string file = fs::relative(path, folder()).string();
      INFO(file);
      CHECK(named.count(file) == 1);
      const Lines lines = lines_of(path);
      const std::string name = "name: " + path.stem().string();
      CHECK(std::find(lines.begin(), lines.end(), name) != lines.end());
    }
  }
}
