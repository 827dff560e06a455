// What the READMEs show is what the binary prints: each console block with output is run and compared.
//
//     ```console
//     $ tools/podlapse get scenarios/x.yaml --at 12s
//     NAME   READY   STATUS
//     ```
//
// A line of three dots stands for any lines. Blocks without output are instructions, and are not run; nor is a command
// that starts with neither tools/podlapse nor podlapse.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Example {
  std::string place;    ///< README.md:12
  std::string command;  ///< as shown, without "$ "
  std::vector<std::string> output;
};

/// The commands of all console blocks of one document that are shown with their output.
std::vector<Example> examples_of(const fs::path& root, const fs::path& document) {
  std::vector<Example> examples;
  std::ifstream file{document};
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      inside = line == "```console";
    } else if (inside && line.rfind("$ ", 0) == 0) {
      examples.push_back({fs::relative(document, root).string() + ":" + std::to_string(number), line.substr(2), {}});
    } else if (inside && !examples.empty()) {
      examples.back().output.push_back(line);
    }
  }
  return examples;
}

std::string run(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1 </dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  pclose(pipe);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Whether `shown`, where "..." stands for any lines, is what was printed.
bool agrees(const std::vector<std::string>& shown, std::size_t i, const std::vector<std::string>& printed,
            std::size_t j) {
  for (; i < shown.size(); ++i, ++j) {
    if (shown[i] == "...") {
      for (std::size_t skip = j; skip <= printed.size(); ++skip) {
        if (agrees(shown, i + 1, printed, skip)) return true;
      }
      return false;
    }
    if (j >= printed.size() || shown[i] != printed[j]) return false;
  }
  return j == printed.size();
}

/// The command with the binary under test in place of podlapse's name; empty when it runs something else.
std::string with_binary(const std::string& command) {
  for (const std::string name : {"tools/podlapse ", "podlapse "}) {
    if (command.rfind(name, 0) == 0) return "'" PODLAPSE_BINARY "' " + command.substr(name.size());
  }
  return {};
}

}  // namespace

TEST_SUITE("docs/readme") {
  TEST_CASE("three dots stand for any lines, and every other line must be printed as shown") {
    const std::vector<std::string> printed{"a", "b", "c"};
    CHECK(agrees({"a", "b", "c"}, 0, printed, 0));
    CHECK(agrees({"a", "...", "c"}, 0, printed, 0));
    CHECK(agrees({"..."}, 0, printed, 0));
    CHECK_FALSE(agrees({"a", "b"}, 0, printed, 0));
    CHECK_FALSE(agrees({"a", "...", "d"}, 0, printed, 0));
    CHECK_FALSE(agrees({"a", "b", "c", "d"}, 0, printed, 0));
  }

  TEST_CASE("every console block shows what the binary prints") {
    const fs::path root{PODLAPSE_SOURCE_DIR};
    std::vector<fs::path> documents{root / "README.md"};
    for (const char* folder : {"scenarios", "src", "tests", "tools"}) {
      for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
        if (entry.path().extension() == ".md") documents.push_back(entry.path());
      }
    }
    int ran = 0;
    for (const fs::path& document : documents) {
      for (const Example& example : examples_of(root, document)) {
        const std::string command = with_binary(example.command);
        if (command.empty() || example.output.empty()) continue;
        const std::string printed = run("cd '" + root.string() + "' && " + command);
        INFO(example.place << ": " << example.command << "\nprints:\n" << printed);
        CHECK(agrees(example.output, 0, lines_of(printed), 0));
        ++ran;
      }
    }
    MESSAGE(ran << " examples ran");
    CHECK(ran > 0);
  }
}
