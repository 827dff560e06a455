// What kubectl 1.36.4 printed for manifests (tests/api/data/kubectl_errors.jsonl): made of the server's answers here.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "support/row_notes.hpp"
#include "yaml/text.hpp"
#include "yaml/validate_documents.hpp"

using namespace podlapse;

namespace {

/// kubectl's lines for the answers to the objects of one file (pkg/cmd/util CheckErr, and the resource builder's
/// words).
std::string kubectl_text(const yaml::ValidatedObjects& validated) {
  std::string text;
  for (const yaml::ValidatedObject& object : validated.objects) {
    const ApiStatus& status = object.status;
    const std::size_t syntax = status.message.find("yaml: line ");
    if (status.accepted()) continue;
    if (status.reason == "BadRequest" && syntax != std::string::npos &&
        status.message.rfind("the object provided", 0) == 0) {
      const std::string problem = status.message.substr(syntax, status.message.rfind(" (") - syntax);
      text += "error: error parsing pod.yaml: error converting YAML to JSON: " + problem + "\n";
    } else if (status.reason != "Invalid") {
      text += "Error from server (" + status.reason + "): error when creating \"pod.yaml\": " + status.message + "\n";
    } else {
      text += "The " + object.kind.kind + " \"" + status.name + "\" is invalid: ";
      const bool several = status.causes.size() > 1;
      for (const StatusCause& cause : status.causes) {
        const std::string line = cause.field + ": " + cause.message;
        text += several ? "\n* " + line : line;
      }
      text += "\n";
    }
  }
  return text;
}

constexpr const char* kClient = "said by kubectl before it asks the server, in words of its own";
constexpr const char* kWarning = "a warning about an accepted object";
constexpr const char* kCluster = "classes and namespaces of a cluster are not known";
const std::map<std::string, std::string> kLeftOut = {
    {"kind missing", kClient},
    {"both missing", kClient},
    {"kind unknown", kClient},
    {"old apiVersion", kClient},
    {"scalar", kClient},
    {"apiVersion wrong group", kClient},
    {"name number", kClient},
    {"list", kClient},
    {"only comment", kClient},
    {"warning", kWarning},
    {"namespace missing on server", kCluster},
    {"priority class unknown", kCluster},
};

}  // namespace

TEST_SUITE("api/rows") {
  TEST_CASE("kubectl_errors.jsonl: the answers are what kubectl tells") {
    std::ifstream file{std::string{PODLAPSE_SOURCE_DIR} + "/tests/api/data/kubectl_errors.jsonl"};
    test::RowCount count{"kubectl_errors.jsonl", "what `kubectl create` says of the manifest", 0, 0, {}};
    for (std::string line; std::getline(file, line);) {
      std::vector<Diagnostic> problems;
      const Value row = yaml::read_documents(line, 0, {}, problems).at(0);
      REQUIRE(problems.empty());
      const std::string& what = row.string_at("what");
      const std::string& server = row.find("create")->string_at("stderr");
      // kubectl sends JSON: of keys given twice it has kept the last.
      yaml::ValidatedObjects validated;
      yaml::validate_text(row.string_at("yaml"), 0, FieldValidation::Strict, validated, problems);
      yaml::ValidatedObjects as_json;
      for (yaml::ValidatedObject& object : validated.objects) {
        const bool only_keys = object.status.message.find("already set in map") != std::string::npos &&
                               object.status.message.find("unknown field") == std::string::npos;
        if (only_keys) continue;
        const std::size_t keys = object.status.message.find("yaml: unmarshal errors:");
        if (keys != std::string::npos)
          object.status.message.erase(keys, object.status.message.find("unknown field") - keys);
        as_json.objects.push_back(std::move(object));
      }
      const std::string text = kubectl_text(as_json);
      const bool agrees = text == server;
      const auto left_out = kLeftOut.find(what);
      ++count.rows;
      count.equal += agrees ? 1 : 0;
      if (left_out != kLeftOut.end()) count.left_out.insert(*left_out);
      INFO(what << "\nkubectl: " << server << "\nours:    " << text);
      CHECK_EQ(agrees, left_out == kLeftOut.end());
    }
    std::printf("kubectl_errors.jsonl: %zu of %zu texts are equal\n", count.equal, count.rows);
    test::note_rows(count);
  }
}
