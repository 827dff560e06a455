// What a real kube-apiserver v1.36.2 answered (tests/api/data): every row is asked again here, and the answers are
// compared. Rows that differ are listed with the reason; a listed row that agrees fails the test too.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "podlapse/api/defaults.hpp"
#include "podlapse/api/status.hpp"
#include "podlapse/api/validation.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "support/row_notes.hpp"
#include "support/rule_coverage.hpp"
#include "yaml/server_answer.hpp"
#include "yaml/text.hpp"

using namespace podlapse;

namespace {

using LeftOut = std::map<std::string, std::string>;

/// Calls `use` with each line of a file of rows.
template <typename Use>
void for_each_row(const std::string& name, Use&& use) {
  std::ifstream file{std::string{PODLAPSE_SOURCE_DIR} + "/tests/api/data/" + name};
  REQUIRE(file.good());
  for (std::string line; std::getline(file, line);) {
    std::vector<Diagnostic> problems;
    const std::vector<Value> documents = yaml::read_documents(line, 0, {}, problems);
    REQUIRE_EQ(problems.size(), 0);
    REQUIRE_EQ(documents.size(), 1);
    use(documents.front(), line);
  }
}

/// The kind that the row's path serves.
const WorkloadKindInfo* kind_of(const Value& row) {
  for (const WorkloadKindInfo& info : workload_kinds()) {
    if (row.string_at("path").find(std::string{"/"} + info.resource) != std::string::npos) return &info;
  }
  return nullptr;
}

FieldValidation validation_of(const Value& row) {
  const std::string& mode = row.string_at("fieldValidation");
  if (mode == "Strict") return FieldValidation::Strict;
  return mode == "Ignore" ? FieldValidation::Ignore : FieldValidation::Warn;
}

/// The tree at `path` of `root`, made where it is missing; the last step is returned apart.
Value* parent_of(Value& root, std::string path, std::string& last) {
  const std::size_t dot = path.rfind('.');
  last = dot == std::string::npos ? path : path.substr(dot + 1);
  if (dot == std::string::npos) return &root;
  path.resize(dot);
  Value* at = &root;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t stop = std::min(path.find_first_of(".[", begin), path.size());
    if (stop > begin) at = &(*at)[path.substr(begin, stop - begin)];
    begin = stop + 1;
    if (stop < path.size() && path[stop] == '[') {
      const std::size_t close = path.find(']', stop);
      at = &at->items().at(std::stoul(path.substr(stop + 1, close - stop - 1)));
      begin = close + 2;
    }
  }
  return at;
}

void apply_change(Value& object, const std::string& path, const Value& value) {
  std::string last;
  Value* parent = parent_of(object, path, last);
  if (const std::size_t bracket = last.find('['); bracket != std::string::npos) {
    const std::size_t index = std::stoul(last.substr(bracket + 1));
    Value& list = (*parent)[last.substr(0, bracket)];
    list.items().at(index) = value;
  } else if (value.is_null()) {
    parent->erase(last);
  } else {
    parent->set(last, value);
  }
}

/// A PUT of the stored object with the row's changes.
ApiStatus answer_update(const Value& row, const WorkloadKindInfo& kind) {
  const CheckedObject old = check_object(*row.find("old"), kind.type);
  REQUIRE(old.errors.empty());
  Value changed = old.object;
  for (const Value::Member& change : row.find("changes")->members()) apply_change(changed, change.key, change.value);
  const CheckedObject checked = row.string_at("op") == "ephemeralcontainers"
                                    ? check_ephemeral_update(changed, old.object)
                                    : check_update(changed, old.object, kind.type);
  for (const FieldError& error : checked.errors) test::reach(error.rule);
  return answer(yaml::api_kind(kind), checked, validation_of(row));
}

/// The server draws uids and the ends of generated names.
std::string normalized(std::string text, const std::string& generated) {
  static const std::regex uid{"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"};
  text = std::regex_replace(text, uid, "UID");
  for (std::size_t at = 0; !generated.empty() && (at = text.find(generated, at)) != std::string::npos;
       at += generated.size()) {
    const std::size_t end = at + generated.size();
    const bool is_name = end + 5 < text.size() && text[end + 5] == '"';
    if (is_name) text.replace(end, 5, "?????");
  }
  return text;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// "yaml: line 7: did not find expected key": up to the number.
std::string syntax_line(const std::string& message) {
  static const std::regex line{"yaml: line ([0-9]+):"};
  std::smatch found;
  return std::regex_search(message, found, line) ? found[1].str() : "";
}

struct Comparison {
  bool equal = true;
  std::string why;
};

void differ(Comparison& comparison, const std::string& what, const std::string& server, const std::string& ours) {
  if (server == ours) return;
  comparison.equal = false;
  comparison.why += what + "\n  server: " + server + "\n  ours:   " + ours + "\n";
}

std::string cause_list(const Value& row, const std::string& generated) {
  std::string list;
  for (const Value& cause : row.find("causes")->items()) {
    list += cause.string_at("field") + " " + cause.string_at("reason") + " " +
            first_line(normalized(cause.string_at("message"), generated)) + "\n  ";
  }
  return list;
}

std::string cause_list(const ApiStatus& status, const std::string& generated) {
  std::string list;
  for (const StatusCause& cause : status.causes) {
    list += cause.field + " " + cause.reason + " " + first_line(normalized(cause.message, generated)) + "\n  ";
  }
  return list;
}

Comparison compare(const Value& row, const ApiStatus& ours) {
  Comparison result;
  const Value* manifest = row.find("manifest");
  const Value* meta = manifest == nullptr ? nullptr : manifest->find("metadata");
  const std::string generated = meta == nullptr ? "" : meta->string_at("generateName");
  const std::int64_t code = row.find("code")->as_int();
  const std::string& message = row.string_at("message");
  const bool accepted = code < 300;
  differ(result, "verdict", accepted ? "accepted" : "refused", ours.accepted() ? "accepted" : "refused");
  const bool is_json_text = row.find("json") != nullptr && message.find("json parse error") != std::string::npos;
  if (accepted || is_json_text) return result;
  if (message.find("yaml: line ") != std::string::npos) {
    differ(result, "line", syntax_line(message), syntax_line(ours.message));
    return result;
  }
  const bool is_update = row.string_at("op") != "create";
  const std::string server = normalized(message, generated), own = normalized(ours.message, generated);
  differ(result, "code", std::to_string(code), std::to_string(ours.code));
  differ(result, "reason", row.string_at("reason"), ours.reason);
  differ(result, "message", is_update ? first_line(server) : server, is_update ? first_line(own) : own);
  differ(result, "causes", cause_list(row, generated), cause_list(ours, generated));
  return result;
}

/// What a request gets here.
yaml::ServerAnswer ask(const Value& row, const std::string& line, const WorkloadKindInfo& kind) {
  if (row.string_at("op") != "create") return {answer_update(row, kind), {}};
  if (const Value* text = row.find("yaml")) return yaml::answer_text(kind, text->as_string(), validation_of(row));
  if (const Value* text = row.find("json")) return yaml::answer_text(kind, text->as_string(), validation_of(row));
  constexpr std::string_view kManifest = "\"manifest\": ";
  const std::string body = line.substr(line.find(kManifest) + kManifest.size());  // its beginning, as it was sent
  return yaml::answer_object(kind, *row.find("manifest"), validation_of(row), {}, body);
}

/// The object without what the server draws: the end of a generated name, and the time.
Value without_chance(Value object) {
  Value& meta = object["metadata"];
  const std::string generated = meta.string_at("generateName");
  if (!generated.empty()) meta.set("name", Value{generated + "?????"});
  Value* status = object.find("status");
  Value* conditions = status == nullptr ? nullptr : status->find("conditions");
  if (conditions == nullptr) return object;
  for (Value& condition : conditions->items()) condition.set("lastTransitionTime", Value{"?"});
  return object;
}

constexpr const char* kClass = "classes of a cluster are not known: a Pod that names one is accepted";
const LeftOut kValidationLeftOut = {{"v380", kClass}, {"v391", kClass}};
const LeftOut kDefaultsLeftOut = {};

}  // namespace

TEST_SUITE("api/rows") {
  TEST_CASE("validation.jsonl: every request gets the server's answer") {
    test::RowCount count{"validation.jsonl", "code, message, causes in order", 0, 0, {}};
    std::map<bool, std::pair<int, int>> of_pods;
    for_each_row("validation.jsonl", [&](const Value& row, const std::string& line) {
      const WorkloadKindInfo* kind = kind_of(row);
      REQUIRE(kind != nullptr);
      const std::string& id = row.string_at("id");
      const yaml::ServerAnswer ours = ask(row, line, *kind);
      Comparison comparison = compare(row, ours.status);
      const Value* result = row.find("result");
      if (result != nullptr && comparison.equal && !(ours.object == *result)) {
        comparison.equal = false;
        comparison.why = "the object after defaulting";
      }
      const auto left_out = kValidationLeftOut.find(id);
      ++count.rows;
      count.equal += comparison.equal ? 1 : 0;
      if (left_out != kValidationLeftOut.end()) count.left_out.insert(*left_out);
      INFO(id << ": " << row.string_at("what"));
      INFO(comparison.why);
      CHECK_EQ(comparison.equal, left_out == kValidationLeftOut.end());
    });
    std::printf("validation.jsonl: %zu of %zu answers are equal\n", count.equal, count.rows);
    CHECK_GT(count.rows, 550);
    test::note_rows(count);
  }

  TEST_CASE("defaults.jsonl: a created object gets the server's defaults") {
    test::RowCount count{"defaults.jsonl", "the whole object", 0, 0, {}};
    for_each_row("defaults.jsonl", [&](const Value& row, const std::string&) {
      const Value& manifest = *row.find("manifest");
      const Value& expected = *row.find("result");
      const SchemaType type = find_workload_kind(manifest.string_at("kind"))->type;
      // A Job's uid is the server's; ours takes its place.
      const Value* uid = expected.at_path("spec.selector.matchLabels[batch.kubernetes.io/controller-uid]");
      DecodedObject decoded = decode_object(manifest, type);
      drop_disabled_fields(decoded.object, type, {});
      set_defaults(decoded.object, type);
      admit_object(decoded.object, type, uid == nullptr ? "" : uid->as_string());
      const bool agrees = decoded.problems.empty() && without_chance(decoded.object) == without_chance(expected);
      const std::string& id = row.string_at("id");
      const auto left_out = kDefaultsLeftOut.find(id);
      ++count.rows;
      count.equal += agrees ? 1 : 0;
      if (left_out != kDefaultsLeftOut.end()) count.left_out.insert(*left_out);
      INFO(id << ": " << row.string_at("what"));
      CHECK_EQ(agrees, left_out == kDefaultsLeftOut.end());
    });
    std::printf("defaults.jsonl: %zu of %zu objects are equal\n", count.equal, count.rows);
    CHECK_GT(count.rows, 90);
    test::note_rows(count);
  }
}
