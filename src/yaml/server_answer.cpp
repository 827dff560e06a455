#include "yaml/server_answer.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/rules/rule_id.hpp"

namespace podlapse::yaml {
namespace {

KeyProblems key_problems(std::vector<RepeatedKey> keys) {
  std::stable_sort(keys.begin(), keys.end(),
                   [](const RepeatedKey& a, const RepeatedKey& b) { return a.line < b.line; });
  KeyProblems problems;
  for (const RepeatedKey& key : keys) {
    problems.push_back("line " + std::to_string(key.line) + ": key \"" + key.key + "\" already set in map");
  }
  return problems;
}

bool is_duplicate(const Diagnostic& problem) {
  return problem.code == rule(RuleId::YamlDuplicateKey).id;
}

/// The words of go-yaml for what it cannot read.
struct SyntaxWords {
  std::string text;
  bool of_scanner = false;  ///< its line counts from 1; a parser's from 0
  bool at_end = false;      ///< it names the end of the text
};

SyntaxWords go_words(const Diagnostic& problem, std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin != std::string_view::npos && line[begin] == '\t')
    return {"found character that cannot start any token", true};
  if (problem.text.find("never closed") != std::string::npos) return {"found unexpected end of stream", true, true};
  if (problem.text.find("colon") != std::string::npos) return {"could not find expected ':'", true};
  return {"did not find expected key", false};
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t i = 1; i < number; ++i) {
    const std::size_t stop = text.find('\n');
    if (stop == std::string_view::npos) return {};
    text.remove_prefix(stop + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// A type that JSON has where the server looks for kind and version.
const char* json_type(const Value& value) {
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_bool() ? "bool" : "number";
}

/// The server reads kind and apiVersion before all else, as strings.
ApiStatus answer_head(const ApiKind& kind, const Value& raw, std::string_view body) {
  constexpr const char* kUnreadable = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  if (!raw.is_object() && !raw.is_null()) {
    return answer_unreadable(
        kind,
        std::string{kUnreadable} + json_type(raw) +
            " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind "
            "string \"json:\\\"kind,omitempty\\\"\" }",
        body);
  }
  for (const char* field : {"apiVersion", "kind"}) {
    const Value* value = raw.find(field);
    if (value == nullptr || value->is_null() || value->is_string()) continue;
    return answer_unreadable(kind,
                             std::string{kUnreadable} + (value->is_object() ? "object" : json_type(*value)) +
                                 " into Go struct field ." + field + " of type string",
                             body);
  }
  return answer_type(kind, raw);
}

}  // namespace

ApiKind api_kind(const WorkloadKindInfo& info) {
  ApiKind kind;
  kind.kind = to_string(info.kind);
  kind.api_version = info.api_version;
  kind.resource = info.resource;
  const std::size_t slash = kind.api_version.find('/');
  if (slash != std::string::npos) kind.group = kind.api_version.substr(0, slash);
  return kind;
}

ServerAnswer answer_checked(const WorkloadKindInfo& expected, CheckedObject checked, FieldValidation validation,
                            const std::vector<RepeatedKey>& repeated_keys) {
  ServerAnswer result;
  result.status = answer(api_kind(expected), checked, validation, key_problems(repeated_keys));
  if (result.status.accepted()) result.object = std::move(checked.object);
  return result;
}

ServerAnswer answer_object(const WorkloadKindInfo& expected, const Value& raw, FieldValidation validation,
                           const std::vector<RepeatedKey>& repeated_keys, std::string_view body) {
  const ApiKind kind = api_kind(expected);
  ServerAnswer head{answer_head(kind, raw, body), {}};
  if (!head.status.accepted()) return head;
  Value object = raw.is_null() ? Value::object() : raw;
  if (object.string_at("kind").empty()) object.set("kind", Value{kind.kind});
  if (object.string_at("apiVersion").empty()) object.set("apiVersion", Value{kind.api_version});
  return answer_checked(expected, check_object(object, expected.type), validation, repeated_keys);
}

ServerAnswer answer_text(const WorkloadKindInfo& expected, const std::string& text, FieldValidation validation) {
  std::vector<Diagnostic> problems;
  std::vector<RepeatedKey> repeated_keys;
  const std::vector<Value> documents = read_documents(text, 0, {}, problems, &repeated_keys);
  const bool unreadable = std::any_of(problems.begin(), problems.end(), [](const Diagnostic& problem) {
    return problem.severity == Severity::Error && !is_duplicate(problem);
  });
  if (unreadable) return {answer_syntax(expected, problems, text), {}};
  std::erase_if(repeated_keys, [](const RepeatedKey& key) { return key.document != 0; });
  const Value raw = documents.empty() ? Value{} : documents.front();
  return answer_object(expected, raw, validation, repeated_keys, text);
}

ApiStatus answer_syntax(const WorkloadKindInfo& expected, const std::vector<Diagnostic>& problems,
                        const std::string& text) {
  const auto problem = std::find_if(problems.begin(), problems.end(), [](const Diagnostic& one) {
    return one.severity == Severity::Error && !is_duplicate(one);
  });
  if (problem == problems.end()) return {};
  const SyntaxWords words = go_words(*problem, line_of(text, problem->span.line));
  std::uint32_t line = problem->span.line - (words.of_scanner || problem->span.line == 0 ? 0 : 1);
  if (words.at_end) line = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const std::string where = line == 0 ? "" : "line " + std::to_string(line) + ": ";
  return answer_unreadable(api_kind(expected), "yaml: " + where + words.text, text);
}

}  // namespace podlapse::yaml
