// The last test: fails for a rule of the catalogue that no test reached, and for one that no test is named after.
// usage: check_rules <folder of reached rules> <tests folder> <test binary>...
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "podlapse/rules/rule_id.hpp"

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The ids that the given test binaries noted; complains about a binary that left no note.
std::set<std::string> reached_rules(const fs::path& folder, int count, char** binaries, bool& complete) {
  std::set<std::string> ids;
  for (int i = 0; i < count; ++i) {
    std::ifstream note{folder / (std::string{binaries[i]} + ".txt")};
    if (!note) {
      std::printf("no list of reached rules from %s\n", binaries[i]);
      complete = false;
    }
    for (std::string id; std::getline(note, id);) ids.insert(id);
  }
  return ids;
}

/// The first words of all test names: TEST_CASE("restart/on-failure-zero: ...").
std::set<std::string> named_rules(const fs::path& tests) {
  static const std::string marker = "TEST_CASE(\"";
  std::set<std::string> ids;
  for (const auto& entry : fs::recursive_directory_iterator{tests}) {
    if (entry.path().extension() != ".cpp" || entry.path().parent_path().filename() == "support") continue;
    const std::string text = contents(entry.path());
    for (auto at = text.find(marker); at != std::string::npos; at = text.find(marker, at)) {
      at += marker.size();
      ids.insert(text.substr(at, text.find_first_of(":\" ", at) - at));
    }
  }
  return ids;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  bool held = true;
  const std::set<std::string> reached = reached_rules(argv[1], argc - 3, argv + 3, held);
  const std::set<std::string> named = named_rules(argv[2]);
  int count = 0;
  for (const podlapse::RuleId id : podlapse::all_rules()) {
    const std::string name{podlapse::rule(id).id};
    ++count;
    if (reached.count(name) == 0) std::printf("%s: reached by no test\n", name.c_str());
    if (named.count(name) == 0) std::printf("%s: no TEST_CASE name begins with it\n", name.c_str());
    held = held && reached.count(name) != 0 && named.count(name) != 0;
  }
  std::printf("%d rules in the catalogue\n", count);
  return held && count > 0 ? 0 : 1;
}
