// The completion script knows what the program knows.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/golden.hpp"
#include "support/process.hpp"

using podlapse::test::contents_of;
using podlapse::test::run_podlapse;
using podlapse::test::run_process;

namespace {

const std::string kScript = std::string{PODLAPSE_SOURCE_DIR} + "/tools/completions/podlapse.bash";

/// The long options in a help text: the words that begin with two dashes, up to the first other character.
std::vector<std::string> long_options(const std::string& help) {
  std::vector<std::string> options;
  for (std::size_t at = 0; (at = help.find("--", at)) != std::string::npos;) {
    const std::size_t end = help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at);
    if (at > 0 && (help[at - 1] == ' ' || help[at - 1] == ',')) options.push_back(help.substr(at, end - at));
    at = end;
  }
  return options;
}

/// What bash offers for a command line whose last word is to be completed.
std::string offered(const std::vector<std::string>& words) {
  std::string line = "source '" + kScript + "'; COMP_WORDS=(";
  for (const std::string& word : words) line += "'" + word + "' ";
  line += "); COMP_CWORD=" + std::to_string(words.size() - 1) + "; _podlapse; echo \"${COMPREPLY[*]}\"";
  return run_process("/bin/bash", {"-c", line}).output;
}

}  // namespace

TEST_SUITE("cli/completion") {
  TEST_CASE("every command and every option of the help texts is completed") {
    for (const std::string command : {"run", "show", "get", "describe", "events", "validate", "conform", "plan", "test",
                                      "scenarios", "quiz", "schema", "init", "rules"}) {
      CHECK(offered({"podlapse", ""}).find(command) != std::string::npos);
      const std::string all = " " + offered({"podlapse", command, "--"});
      for (const std::string& option : long_options(run_podlapse({command, "--help"}).output)) {
        INFO("podlapse " << command << " " << option);
        CHECK((all.find(" " + option + " ") != std::string::npos || all.find(" " + option + "\n") != std::string::npos));
      }
    }
    CHECK(long_options(run_podlapse({"run", "--help"}).output).size() > 15);
  }

  TEST_CASE("values are completed, and files are left to bash") {
    CHECK(offered({"podlapse", "run", "--latency", ""}) == "kubelet ideal\n");
    CHECK(offered({"podlapse", "get", "-o", "j"}) == "json\n");
    CHECK(offered({"podlapse", "events", "-o", "g"}) == "get get-wide\n");
    CHECK(offered({"podlapse", "schema", "-o", ""}) == "json\n");
    CHECK(offered({"podlapse", "events", "--types", "W"}) == "Warning\n");
    CHECK(offered({"podlapse", "run", "sce"}) == "\n");
  }
}
