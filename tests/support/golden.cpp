#include "support/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "podlapse/base/diff.hpp"

namespace podlapse::test {

std::string contents_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE_MESSAGE(file.good(), path << " cannot be read");
  return {std::istreambuf_iterator<char>{file}, {}};
}

void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path{PODLAPSE_SOURCE_DIR} / "tests" / name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string{update} == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file{path, std::ios::binary};
    file << text;
    REQUIRE_MESSAGE(file.flush().good(), path.string() << " cannot be written");
    return;
  }
  if (!std::filesystem::exists(path)) {
    FAIL_CHECK("tests/" << name << " is missing: UPDATE_GOLDEN=1 writes it. It would hold:\n" << text);
    return;
  }
  const std::string stored = contents_of(path.string());
  CHECK_MESSAGE(stored == text, unified_diff(stored, text, "tests/" + name, "now"));
}

}  // namespace podlapse::test
