// podlapse validate: what the API server would say, for people and for programs.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "support/process.hpp"

using podlapse::test::ProcessOptions;
using podlapse::test::ProcessResult;
using podlapse::test::run_podlapse;

namespace {

namespace json = boost::json;

const std::string kFine =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: c, image: i}\n";
const std::string kBad =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  restartPolicy: always\n  containers:\n  - {name: c}\n";

ProcessResult validate(const std::string& text, std::vector<std::string> arguments = {}) {
  ProcessOptions options;
  options.input = text;
  arguments.insert(arguments.begin(), {"validate", "-"});
  return run_podlapse(arguments, options);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("cli/validate") {
  TEST_CASE("each object that is accepted has a line on standard output") {
    const ProcessResult result =
        validate(kFine + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n---\n" +
                 "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n"
                 "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n"
                 "    spec:\n      containers:\n      - {name: c, image: i}\n");
    CHECK_EQ(result.status, 0);
    CHECK_EQ(result.output, "pod/web is valid\ndeployment.apps/d is valid\n");
    CHECK(contains(result.error, "passed over, since they have no Pods: ConfigMap"));
  }

  TEST_CASE("each cause is told at its place, with a fix where one is known") {
    const ProcessResult result = validate(kBad);
    CHECK_EQ(result.status, 2);
    CHECK(result.output.empty());
    CHECK(contains(result.error,
                   ":5:18: error[validate/restart-policy]: spec.restartPolicy: Unsupported value: \"always\""));
    CHECK(contains(result.error, "help: did you mean `Always`?"));
    CHECK(contains(result.error, ":7:5: error[validate/image]: spec.containers[0].image: Required value"));
  }

  TEST_CASE("-o json is the server's Status object") {
    const ProcessResult refused = validate(kBad, {"-o", "json"});
    CHECK_EQ(refused.status, 2);
    const json::object status = json::parse(refused.output).as_object();
    CHECK_EQ(status.at("kind"), "Status");
    CHECK_EQ(status.at("code"), 422);
    CHECK_EQ(status.at("reason"), "Invalid");
    CHECK_EQ(status.at("message"),
             "Pod \"web\" is invalid: [spec.containers[0].image: Required value, spec.restartPolicy: Unsupported "
             "value: \"always\": "
             "supported values: \"Always\", \"OnFailure\", \"Never\"]");
    const json::object& details = status.at("details").as_object();
    CHECK_EQ(details.at("name"), "web");
    CHECK_EQ(details.at("kind"), "Pod");
    CHECK_EQ(details.at("causes").as_array().at(0).as_object().at("field"), "spec.containers[0].image");
    const ProcessResult accepted = validate(kFine, {"-o", "json"});
    CHECK_EQ(accepted.status, 0);
    CHECK_EQ(json::parse(accepted.output).as_object().at("status"), "Success");
  }

  TEST_CASE("-o yaml is the object with its defaults") {
    const ProcessResult result = validate(kFine, {"-o", "yaml"});
    CHECK_EQ(result.status, 0);
    CHECK(contains(result.output, "  terminationGracePeriodSeconds: 30\n"));
    CHECK(contains(result.output, "    terminationMessagePath: /dev/termination-log\n"));
    CHECK(contains(result.output, "  qosClass: BestEffort\n"));
    CHECK_EQ(validate(kBad, {"-o", "yaml"}).output, "");
  }

  TEST_CASE("--field-validation says what unknown fields and duplicate keys are") {
    const std::string text = kFine + "  foo: 1\n  foo: 2\n";
    const ProcessResult strict = validate(text);
    CHECK_EQ(strict.status, 2);
    CHECK(contains(strict.error, "error[api/unknown-field]"));
    CHECK(contains(strict.error, "error[yaml/duplicate-key]"));
    const ProcessResult warn = validate(text, {"--field-validation", "warn"});
    CHECK_EQ(warn.status, 0);
    CHECK_EQ(warn.output, "pod/web is valid\n");
    CHECK(contains(warn.error, "warning[api/unknown-field]"));
    CHECK(contains(warn.error, "warning[yaml/duplicate-key]"));
    const ProcessResult ignore = validate(text, {"--field-validation", "ignore"});
    CHECK_EQ(ignore.status, 0);
    CHECK(ignore.error.empty());
  }

  TEST_CASE("keys that a merge brings count as given, as the server has it when it is sent YAML") {
    const std::string text = kFine + "  - &c {name: d, image: i}\n  - <<: *c\n    name: e\n";
    const ProcessResult strict = validate(text, {"-o", "json"});
    CHECK_EQ(strict.status, 2);
    CHECK(contains(strict.output, "line 9: key \\\"name\\\" already set in map"));
    CHECK(contains(strict.error, "kubectl sends JSON"));
    CHECK_EQ(validate(text, {"--field-validation", "warn"}).status, 0);
  }

  TEST_CASE("--select keeps some objects, and must name one") {
    const std::string two =
        kFine + "---\n" + kBad.substr(0, kBad.find("web")) + "other" + kBad.substr(kBad.find("web") + 3);
    CHECK_EQ(validate(two, {"--select", "pod/web"}).output, "pod/web is valid\n");
    CHECK_EQ(validate(two, {"--select", "pod/web"}).status, 0);
    CHECK_EQ(validate(two, {"--select", "other"}).status, 2);
    const ProcessResult none = validate(two, {"--select", "nobody"});
    CHECK_EQ(none.status, 2);
    CHECK(contains(none.error, "names no object"));
  }

  TEST_CASE("what is no manifest is refused") {
    CHECK_EQ(validate("").status, 2);
    CHECK(contains(validate("").error, "nothing to validate"));
    CHECK_EQ(validate("hello\n").status, 2);
    CHECK_EQ(validate("metadata: {name: p}\n").status, 2);
    CHECK_EQ(run_podlapse({"validate", "no-such-file.yaml"}).status, 2);
    const ProcessResult tab = validate("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: p\n", {"-o", "json"});
    CHECK_EQ(tab.status, 2);
    CHECK(contains(tab.output, "yaml: line 4: found character that cannot start any token"));
  }

  TEST_CASE("recorded refusals come out of the program as they came from the server") {
    std::ifstream rows{std::string{PODLAPSE_SOURCE_DIR} + "/tests/api/data/validation.jsonl"};
    std::string text;
    std::vector<std::string> messages;
    for (std::string line; std::getline(rows, line);) {
      const json::object row = json::parse(line).as_object();
      const bool is_plain = row.at("op") == "create" && row.contains("manifest") && row.at("reason") == "Invalid" &&
                            row.at("fieldValidation") == "Strict" && line.find("generateName") == std::string::npos &&
                            line.find("controller-uid") == std::string::npos;
      if (!is_plain) continue;
      text += json::serialize(row.at("manifest")) + "\n---\n";
      messages.emplace_back(row.at("message").as_string());
    }
    REQUIRE_GT(messages.size(), 250);
    const ProcessResult result = validate("---\n" + text, {"-o", "json"});
    CHECK_EQ(result.status, 2);
    const json::array items = json::parse(result.output).as_object().at("items").as_array();
    REQUIRE_EQ(items.size(), messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i)
      CHECK_EQ(items[i].as_object().at("message").as_string(), messages[i]);
  }
}
