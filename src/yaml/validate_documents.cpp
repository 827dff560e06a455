#include "yaml/validate_documents.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/manifest.hpp"
#include "yaml/object_report.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/server_answer.hpp"
#include "yaml/text.hpp"

namespace podlapse::yaml {
namespace {

bool is_duplicate(const Diagnostic& problem) {
  return problem.code == rule(RuleId::YamlDuplicateKey).id;
}

Severity severity_of(FieldValidation validation) {
  return validation == FieldValidation::Strict ? Severity::Error : Severity::Warning;
}

/// Duplicate keys weigh as much as unknown fields. Those that come with `<<` are told too: the server, sent YAML,
/// counts them.
void weigh_duplicates(const std::vector<RepeatedKey>& keys, FieldValidation validation,
                      std::vector<Diagnostic>& problems) {
  if (validation == FieldValidation::Ignore) std::erase_if(problems, is_duplicate);
  for (Diagnostic& problem : problems) {
    if (is_duplicate(problem)) problem.severity = severity_of(validation);
  }
  if (validation == FieldValidation::Ignore) return;
  for (const RepeatedKey& key : keys) {
    if (!key.by_merge) continue;
    problems.push_back({severity_of(validation),
                        std::string{rule(RuleId::YamlDuplicateKey).id},
                        key.span,
                        "key `" + key.key + "` is given here and by `<<`",
                        "kubectl sends JSON, in which the last one has won",
                        {}});
  }
}

/// Fields that the release does not have are unknown ones, as --field-validation has them.
void refuse_unknown_fields(CheckedObject& checked, const Value& object) {
  for (const FieldNote& dropped : checked.dropped) {
    if (dropped.rule != RuleId::AdmitUnknownField) continue;
    FieldError place;
    place.path = dropped.path;
    const std::string text = "unknown field \"" + dropped.path + "\"";
    checked.problems.push_back(
        {RuleId::ApiUnknownField, dropped.path, locate(object, place), text, text, "this release does not have it yet"});
  }
  std::erase_if(checked.dropped, [](const FieldNote& dropped) { return dropped.rule == RuleId::AdmitUnknownField; });
}

/// The kind that a document claims to be, or that one of another version of which would be; a Pod where it says
/// nothing.
const WorkloadKindInfo& expected_kind(const Value& object) {
  const WorkloadKindInfo* info = find_workload_kind(object.string_at("kind"));
  return info != nullptr ? *info : workload_kinds().front();
}

class Validator {
 public:
  Validator(FieldValidation validation, const std::string& text, ValidatedObjects& out,
            std::vector<Diagnostic>& diagnostics, const FeatureGates& gates)
      : validation_(validation), text_(text), out_(out), diagnostics_(diagnostics), gates_(gates) {}

  void take(const Value& document, const std::vector<RepeatedKey>& keys) {
    const std::string& kind = document.string_at("kind");
    const Value* items = document.find("items");
    const bool is_list =
        kind.size() >= 4 && kind.compare(kind.size() - 4, 4, "List") == 0 && items != nullptr && items->is_array();
    if (!is_list) return take_object(document, keys);
    for (const Value& item : items->items()) {
      Value typed = item;
      if (typed.is_object() && typed.string_at("kind").empty() && kind != "List") {
        typed.set("kind", Value{kind.substr(0, kind.size() - 4)});
        if (typed.string_at("apiVersion").empty()) typed.set("apiVersion", Value{document.string_at("apiVersion")});
      }
      take_object(typed, {});
    }
  }

  /// A text that cannot be read is answered as one Pod.
  void take_unreadable(const std::vector<Diagnostic>& problems) {
    const WorkloadKindInfo& pod = workload_kinds().front();
    ValidatedObject unread{api_kind(pod), {}, answer_syntax(pod, problems, text_), {}};
    if (!unread.status.accepted()) out_.objects.push_back(std::move(unread));
  }

 private:
  void take_object(const Value& object, const std::vector<RepeatedKey>& keys) {
    const WorkloadKindInfo* info = find_workload_kind(object.string_at("kind"));
    const bool is_ours = info != nullptr && object.string_at("apiVersion") == info->api_version;
    if (!is_ours) return take_other(object);
    CheckedObject checked = check_object(object, info->type, gates_);
    refuse_unknown_fields(checked, object);
    (void)report_object(object, checked, validation_, diagnostics_);
    std::string name = name_of(checked.object);
    ServerAnswer answer = answer_checked(*info, std::move(checked), validation_, keys);
    out_.objects.push_back({api_kind(*info), std::move(name), std::move(answer.status), std::move(answer.object)});
  }

  static std::string name_of(const Value& object) {
    const Value* meta = object.find("metadata");
    return meta == nullptr ? "" : meta->string_at("name");
  }

  /// Another kind or version: passed over, or refused in the words of the reader of manifests.
  void take_other(const Value& object) {
    Manifests manifests;
    const std::size_t before = diagnostics_.size();
    read_manifest(object, validation_, manifests, diagnostics_, gates_);
    for (const auto& [kind, count] : manifests.skipped) out_.skipped[kind] += count;
    for (const ExistingObject& existing : manifests.existing_objects) ++out_.skipped[to_string(existing.kind)];
    const auto refusal = std::find_if(diagnostics_.begin() + static_cast<std::ptrdiff_t>(before), diagnostics_.end(),
                                      [](const Diagnostic& problem) { return problem.severity == Severity::Error; });
    if (refusal == diagnostics_.end()) return;
    const WorkloadKindInfo& expected = expected_kind(object);
    ApiStatus status = answer_object(expected, object, validation_, {}, text_).status;
    if (status.accepted()) {  // the server would know by the URL what kubectl has to be told
      status = ApiStatus{};
      status.code = 400;
      status.reason = "BadRequest";
      status.message = refusal->text;
    }
    out_.objects.push_back({api_kind(expected), name_of(object), std::move(status), {}});
  }

  FieldValidation validation_;
  const std::string& text_;
  ValidatedObjects& out_;
  std::vector<Diagnostic>& diagnostics_;
  const FeatureGates& gates_;
};

}  // namespace

void validate_text(const std::string& text, std::uint32_t file, FieldValidation validation, ValidatedObjects& out,
                   std::vector<Diagnostic>& diagnostics, const FeatureGates& gates) {
  std::vector<Diagnostic> problems;
  std::vector<RepeatedKey> keys;
  const std::vector<Value> documents = read_documents(text, file, {}, problems, &keys);
  weigh_duplicates(keys, validation, problems);
  const bool unreadable = std::any_of(problems.begin(), problems.end(), [](const Diagnostic& problem) {
    return problem.severity == Severity::Error && !is_duplicate(problem);
  });
  Validator validator{validation, text, out, diagnostics, gates};
  if (unreadable) validator.take_unreadable(problems);
  diagnostics.insert(diagnostics.end(), std::make_move_iterator(problems.begin()),
                     std::make_move_iterator(problems.end()));
  for (std::size_t i = 0; i < documents.size() && !unreadable; ++i) {
    if (is_scenario(documents[i])) {
      ++out.skipped["scenario"];
      continue;
    }
    std::vector<RepeatedKey> own;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(own),
                 [i](const RepeatedKey& key) { return key.document == i; });
    validator.take(documents[i], own);
  }
}

}  // namespace podlapse::yaml
