// What a real kube-apiserver v1.36.2 answered to the workloads of real manifests (../shared/api/real.jsonl).
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "podlapse/api/validation.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "support/row_notes.hpp"
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

}  // namespace

TEST_SUITE("api/rows") {
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
    test::note_rows({"real.jsonl",
                     "verdict, message, QoS class",
                     static_cast<std::size_t>(rows),
                     static_cast<std::size_t>(messages),
                     {}});
    std::printf("real.jsonl: %d of %d verdicts, %d messages; %d of %d QoS classes\n", verdicts, rows, messages, classes,
                with_class);
    CHECK_GT(rows, 100);
  }
}
