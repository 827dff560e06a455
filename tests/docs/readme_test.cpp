// What the READMEs show is what the binary prints: each console block with output is run and compared.
//
//     ```console
//     $ tools/podlapse get scenarios/x.yaml --at 12s
//     NAME   READY   STATUS
//     ```
//
// A line of three dots stands for any lines. A command shown without output has to end with 0. A command that starts
// with neither tools/podlapse nor podlapse is not run. With UPDATE_GOLDEN=1 in the environment, output that is shown in
// full is written anew (look at `git diff` before you keep it).
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/golden.hpp"
#include "support/process.hpp"

namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

struct Example {
  std::string command;  ///< as shown, without "$ "
  std::size_t line = 0; ///< of the command, from 0; its output follows
  Lines output;
};

/// The commands of all console blocks of a document, with the output shown.
std::vector<Example> examples_of(const Lines& document) {
  std::vector<Example> examples;
  bool inside = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const std::string& line = document[i];
    if (line.rfind("```", 0) == 0) {
      inside = line == "```console";
    } else if (inside && line.rfind("$ ", 0) == 0) {
      examples.push_back({line.substr(2), i, {}});
    } else if (inside && !examples.empty()) {
      examples.back().output.push_back(line);
    }
  }
  return examples;
}

/// Whether `shown`, where "..." stands for any lines, is what was printed.
bool agrees(const Lines& shown, std::size_t i, const Lines& printed, std::size_t j) {
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

/// Puts what was printed in place of what `document` shows.
void replace_output(const fs::path& document, const Example& example, const Lines& printed) {
  Lines lines = lines_of(podlapse::test::contents_of(document.string()));
  const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(example.line + 1);
  const auto at = lines.erase(begin, begin + static_cast<std::ptrdiff_t>(example.output.size()));
  lines.insert(at, printed.begin(), printed.end());
  std::ofstream file{document};
  for (const std::string& line : lines) file << line << '\n';
}

/// Runs one example from the project's root.
void check_example(const fs::path& document, const Example& example) {
  const std::string command = with_binary(example.command);
  if (command.empty()) return;
  podlapse::test::ProcessOptions options;
  options.folder = PODLAPSE_SOURCE_DIR;
  const auto ended = podlapse::test::run_process("/bin/sh", {"-c", command + " 2>&1"}, options);
  const Lines printed = lines_of(ended.output);
  const bool elided = std::find(example.output.begin(), example.output.end(), "...") != example.output.end();
  const char* update = std::getenv("UPDATE_GOLDEN");
  const bool agreed = example.output.empty() ? ended.status == 0 : agrees(example.output, 0, printed, 0);
  if (!agreed && !example.output.empty() && !elided && update != nullptr && std::string{update} == "1") {
    replace_output(document, example, printed);
    return;
  }
  CHECK_MESSAGE(agreed, document.string() << ":" << example.line + 1 << ": " << example.command << "\nends with "
                                          << ended.status << " and prints\n" << ended.output);
}

}  // namespace

TEST_SUITE("docs/readme") {
  TEST_CASE("three dots stand for any lines, and every other line must be printed as shown") {
    const Lines printed{"a", "b", "c"};
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
    std::size_t examples_seen = 0;
    for (const fs::path& document : documents) {
      // From the last to the first: rewriting one leaves the places of those before it.
      std::vector<Example> examples = examples_of(lines_of(podlapse::test::contents_of(document.string())));
      std::reverse(examples.begin(), examples.end());
      for (const Example& example : examples) check_example(document, example);
      examples_seen += examples.size();
    }
    CHECK(examples_seen > 0);
  }
}
