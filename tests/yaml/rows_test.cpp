// What a real kube-apiserver v1.36.2 answered (../shared/api): the same message for each row that concerns what is
// implemented. Rows that wait for the rest of validation are listed by id; a listed row that agrees fails the test too.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "podlapse/api/defaults.hpp"
#include "podlapse/api/validation.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "support/rule_coverage.hpp"
#include "support/shared.hpp"
#include "yaml/manifest.hpp"
#include "yaml/text.hpp"

using namespace podlapse;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Calls `use` with each line of a file of rows.
template <typename Use>
void for_each_row(const std::filesystem::path& path, Use&& use) {
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    std::vector<Diagnostic> problems;
    const std::vector<Value> documents = yaml::read_documents(line, 0, {}, problems);
    REQUIRE_EQ(problems.size(), 0);
    REQUIRE_EQ(documents.size(), 1);
    use(documents.front());
  }
}

/// "Deployment.apps" as messages name a kind.
std::string qualified_kind(const std::string& kind) {
  if (kind == "Job" || kind == "CronJob") return kind + ".batch";
  return kind == "Pod" || kind == "ReplicationController" ? kind : kind + ".apps";
}

/// The server's message for an object of `kind`; empty when it takes it.
std::string message_for(const Value& manifest, const std::string& kind, bool strict) {
  const CheckedObject checked = check_object(manifest, find_workload_kind(kind)->type);
  const std::string head = kind + " in version \"v1\" cannot be handled as a " + kind + ": ";
  std::string unknown;
  for (const DecodeProblem& problem : checked.problems) {
    test::reach(problem.rule);
    if (is_fatal(problem)) return head + problem.server_text;
    unknown += (unknown.empty() ? "" : ", ") + problem.server_text;
  }
  if (strict && !unknown.empty()) return head + "strict decoding error: " + unknown;
  if (checked.errors.empty()) return "";
  return invalid_message(qualified_kind(kind), checked.object.find("metadata")->string_at("name"), checked.errors);
}

/// The kind that the row's path creates, if the manifest is of that kind.
std::string kind_of(const Value& row, const Value& manifest) {
  const WorkloadKindInfo* info = find_workload_kind(manifest.string_at("kind"));
  const std::string& path = row.string_at("path");
  return info != nullptr && path.substr(path.rfind('/') + 1) == info->resource ? to_string(info->kind) : "";
}

/// Rows that wait for: dnsConfig, os, claims and pod-level resources, topology spread, tolerations, affinity, security
/// contexts, owner references, strategies, indexed and failure-policy Jobs, schedules, plugins that look for other
/// objects, apiVersion checks of the URL, random names.
const std::set<std::string> kWaiting = {
    "v043", "v054", "v078", "v079", "v239", "v342", "v343", "v344", "v345", "v346", "v366", "v367", "v368",
    "v369", "v370", "v371", "v373", "v376", "v377", "v380", "v386", "v388", "v389", "v391", "v395", "v483",
    "v491", "v550", "v552", "v555", "v557", "v558", "v567", "v568", "v572", "v573", "v575", "v577", "v581",
    "v582", "v583", "v597", "v599", "v600", "v601", "v609", "v610", "v612", "v614", "v616", "v617", "v624",
    "v625", "v626", "v627", "v629", "v631", "v634", "v635", "v640", "v641", "v642", "v643", "v644", "v646",
    "v655", "v656", "v660", "v661", "v663", "v664", "v671", "v672", "v673", "v678", "v680",
};

}  // namespace

TEST_SUITE("api/rows") {
  TEST_CASE("validation.jsonl: a create gets the server's message") {
    const auto path = test::shared_path("api/validation.jsonl");
    if (!path) return;
    int rows = 0, equal = 0;
    for_each_row(*path, [&](const Value& row) {
      if (row.string_at("op") != "create" || row.find("manifest") == nullptr) return;
      const Value& manifest = *row.find("manifest");
      const std::string kind = kind_of(row, manifest);
      if (kind.empty()) return;
      const std::string& id = row.string_at("id");
      const std::string message = message_for(manifest, kind, row.string_at("fieldValidation") == "Strict");
      const bool agrees = message == row.string_at("message");
      ++rows;
      equal += agrees ? 1 : 0;
      INFO(id << ": " << row.string_at("what"));
      INFO("server: " << row.string_at("message"));
      INFO("ours:   " << message);
      CHECK_EQ(agrees, kWaiting.count(id) == 0);
    });
    std::printf("validation.jsonl: %d of %d creates get the server's message\n", equal, rows);
    CHECK_GT(equal, 390);
  }

  TEST_CASE("validation.jsonl: YAML texts get the server's verdict") {
    const auto path = test::shared_path("api/validation.jsonl");
    if (!path) return;
    // A merged key that is given again is a duplicate to the server, but not to kubectl, nor to us.
    const std::set<std::string> different = {"v697"};
    int rows = 0;
    for_each_row(*path, [&](const Value& row) {
      const Value* text = row.find("yaml");
      if (text == nullptr || row.string_at("op") != "create" || row.string_at("fieldValidation") != "Strict") return;
      std::vector<Diagnostic> problems;
      std::vector<Value> documents = yaml::read_documents(text->as_string(), 0, {}, problems);
      if (documents.size() > 1) documents.resize(1);  // the server reads the first
      yaml::Manifests manifests;
      for (const Value& document : documents)
        yaml::read_manifest(document, yaml::FieldValidation::Strict, manifests, problems);
      const bool accepted = manifests.workloads.size() == 1 && !has_errors(problems);
      const std::string& id = row.string_at("id");
      ++rows;
      INFO(id << ": " << row.string_at("what"));
      CHECK_EQ(accepted == (row.find("code")->as_int() == 201), different.count(id) == 0);
    });
    CHECK_GT(rows, 30);
  }

  TEST_CASE("real.jsonl: workloads of real manifests get the server's verdict, and its message") {
    const auto path = test::shared_path("api/real.jsonl");
    const auto folder = test::shared_path("manifests");
    if (!path || !folder) return;
    int rows = 0, verdicts = 0, messages = 0, classes = 0, with_class = 0;
    for_each_row(*path, [&](const Value& row) {
      const std::string& file = row.string_at("file");
      std::vector<Diagnostic> problems;
      const std::vector<Value> documents = yaml::read_documents(read_file(*folder / file), 0, {}, problems);
      const auto index = static_cast<std::size_t>(row.find("document")->as_int());
      REQUIRE_LT(index, documents.size());
      const Value* item = row.find("item");
      const Value& document = documents[index];
      const Value& object =
          item->is_int() ? document.find("items")->items().at(static_cast<std::size_t>(item->as_int())) : document;
      yaml::Manifests manifests;
      yaml::read_manifest(object, yaml::FieldValidation::Strict, manifests, problems);
      const bool accepted = manifests.workloads.size() == 1 && !has_errors(problems);
      const std::int64_t code = row.find("code")->as_int();
      const bool served = code != 404 && row.string_at("message").find("yaml: ") == std::string::npos;
      const std::string message = served ? message_for(object, row.string_at("kind"), true) : row.string_at("message");
      const std::string& qos = row.string_at("qosClass");
      ++rows;
      verdicts += accepted == (code == 201) ? 1 : 0;
      messages += message == row.string_at("message") ? 1 : 0;
      INFO(file << " " << index << ": " << row.string_at("message"));
      INFO("ours: " << message);
      CHECK_EQ(accepted, code == 201);
      CHECK_EQ(message, row.string_at("message"));
      if (!accepted || qos.empty()) return;
      ++with_class;
      classes += manifests.workloads.front().pod.qos_class == qos ? 1 : 0;
      CHECK_EQ(manifests.workloads.front().pod.qos_class, qos);
    });
    std::printf("real.jsonl: %d of %d verdicts, %d messages; %d of %d QoS classes\n", verdicts, rows, messages, classes,
                with_class);
    CHECK_GT(rows, 100);
  }

  TEST_CASE("defaults.jsonl: a created object gets the server's defaults") {
    const auto path = test::shared_path("api/defaults.jsonl");
    if (!path) return;
    // Pod-level resources, the time of a condition, a random name.
    const std::set<std::string> waiting = {"d051", "d052", "d060", "d069"};
    int rows = 0, equal = 0;
    for_each_row(*path, [&](const Value& row) {
      const Value& manifest = *row.find("manifest");
      const Value& expected = *row.find("result");
      const SchemaType type = find_workload_kind(manifest.string_at("kind"))->type;
      // A Job's uid is the server's; ours takes its place.
      const Value* uid = expected.at_path("spec.selector.matchLabels[batch.kubernetes.io/controller-uid]");
      const std::string own = uid == nullptr ? "" : uid->as_string();
      DecodedObject decoded = decode_object(manifest, type);
      set_defaults(decoded.object, type);
      admit_object(decoded.object, type, own);
      const bool agrees = decoded.problems.empty() && decoded.object == expected;
      const std::string& id = row.string_at("id");
      ++rows;
      equal += agrees ? 1 : 0;
      INFO(id << ": " << row.string_at("what"));
      CHECK_EQ(agrees, waiting.count(id) == 0);
    });
    std::printf("defaults.jsonl: %d of %d objects are equal\n", equal, rows);
    CHECK_EQ(equal + static_cast<int>(waiting.size()), rows);
  }
}
