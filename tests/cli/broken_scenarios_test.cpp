// What is said of scenario files that somebody broke: tests/yaml/data/broken, one file for each kind of mistake.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"

using namespace podlapse::test;

namespace {

namespace fs = std::filesystem;

const std::string kBroken = std::string{PODLAPSE_SOURCE_DIR} + "/tests/yaml/data/broken/";

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{kBroken + folder}) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// What `podlapse run` says of a text, in a file called s.yaml.
std::string said_of(const std::string& text) {
  const Folder folder;
  folder.write("s.yaml", text);
  ProcessOptions options;
  options.folder = folder.path();
  const ProcessResult result = run_podlapse({"run", "s.yaml"}, options);
  CHECK(result.status == 2);
  return result.error;
}

constexpr const char* kPod = "pod: {metadata: {name: web}, spec: {containers: [{name: app, image: nginx}]}}\n";

}  // namespace

TEST_SUITE("cli/broken_scenarios") {
  TEST_CASE("every mistake is told at its place, with the line, a caret, and what was expected") {
    std::size_t count = 0;
    for (const std::string folder : {"schema", "reader", "text"}) {
      std::string all;
      for (const std::string& name : files_in(folder)) {
        CAPTURE(name);
        ProcessOptions options;
        options.folder = kBroken + folder;
        const ProcessResult result = run_podlapse({"run", name}, options);
        CHECK(result.status == 2);
        CHECK(result.output.empty());
        CHECK(result.error.rfind(name + ":", 0) == 0);
        const std::size_t after = name.size() + 1;
        CHECK(result.error.find_first_not_of("0123456789:", after) == result.error.find(" error[", after));
        CHECK(result.error.find("^") != std::string::npos);
        all += "# " + name + "\n" + result.error + "\n";
        ++count;
      }
      check_golden("yaml/data/broken/" + folder + ".txt", all);
    }
    CHECK(count > 90);
  }

  TEST_CASE("line ends of Windows and a byte order mark move no place") {
    const std::string text = std::string{kPod} + "until: soon\n";
    const std::string expected =
        "s.yaml:2:8: error[scenario/bad-value]: `soon` is no duration (2s, 250ms, 1m30s, 1h)\n"
        "  2 | until: soon\n"
        "    |        ^^^^\n";
    CHECK(said_of(text) == expected);
    std::string windows = text;
    for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) windows.insert(at, "\r");
    CHECK(said_of(windows) == expected);
    CHECK(said_of("\xef\xbb\xbf" + text) == expected);
  }

  TEST_CASE("a file without anything is told by its name") {
    CHECK(said_of("") == "s.yaml: error[input/nothing]: nothing to simulate: no Pod, no workload with a pod template, no scenario\n");
    CHECK(said_of("# nothing\n").rfind("s.yaml: error[input/nothing]", 0) == 0);
  }

  TEST_CASE("a file in a folder that is meant as a scenario is not passed over") {
    const Folder folder;
    folder.write("s.yaml", "pdo: {metadata: {name: web}, spec: {containers: [{name: app, image: nginx}]}}\nexpect: [app.started]\n");
    folder.write("other.yaml", "some: thing\n");
    ProcessOptions options;
    options.folder = folder.path();
    const ProcessResult result = run_podlapse({"test", "."}, options);
    CHECK(result.status == 2);
    CHECK(result.output.find("did you mean `pod`?") != std::string::npos);
    CHECK(result.output.find("other.yaml") == std::string::npos);
  }
}
