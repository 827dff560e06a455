#include "cli/given.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "cli/input.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/text.hpp"

namespace podlapse::cli {
namespace {

/// All Pods of a large cluster fit; `kubectl get pod -A -o json` takes some 10 KiB a Pod.
constexpr yaml::ReadLimits kLimits{std::size_t{256} << 20, 100, 50'000'000};

bool ends_with_list(const std::string& kind) { return kind.size() >= 4 && kind.compare(kind.size() - 4, 4, "List") == 0; }

/// Whether "pod/web" or "web" means the Pod called `name`.
bool selects(const std::string& selection, const std::string& name) {
  const std::size_t slash = selection.find('/');
  if (slash == std::string::npos) return selection == name;
  const WorkloadKindInfo* kind = find_workload_alias(selection.substr(0, slash));
  return kind != nullptr && kind->kind == WorkloadKind::Pod && selection.substr(slash + 1) == name;
}

class GivenReader {
 public:
  GivenObjects read(const std::vector<std::string>& pod_paths, const std::vector<std::string>& event_paths,
                    const std::vector<std::string>& select) && {
    for (const std::string& path : pod_paths) read_file_of(path, "Pod");
    for (const std::string& path : event_paths) read_file_of(path, "Event");
    if (!select.empty()) keep(select);
    for (const auto& [kind, count] : skipped_) {
      const std::string times = count == 1 ? "" : " (" + std::to_string(count) + ")";
      std::string text = "passed over, since it is no Pod: ";
      text.append(kind).append(times);
      complain(Severity::Note, RuleId::ManifestSkipped, {}, std::move(text));
    }
    if (!pod_paths.empty() && out_.pods.empty() && !out_.in_list && !has_errors(out_.problems)) {
      complain(Severity::Error, RuleId::InputNothing, {}, "nothing to print: no Pod");
    }
    return std::move(out_);
  }

 private:
  void complain(Severity severity, RuleId code, SourceSpan span, std::string text) {
    out_.problems.push_back({severity, std::string{rule(code).id}, span, std::move(text), {}, {}});
  }

  /// `kind`: what an object is that does not say so.
  void read_file_of(const std::string& path, const std::string& kind) {
    SourceFile file{path, {}};
    std::string problem;
    const bool readable = read_file(path, kLimits.bytes, file.text, problem);
    const auto number = static_cast<std::uint32_t>(out_.files.size());
    out_.files.push_back(std::move(file));
    if (!readable) return out_.problems.push_back(unreadable(number, problem));
    for (Value& document : yaml::read_documents(out_.files.back().text, number, kLimits, out_.problems)) {
      if (document.is_array()) {
        for (Value& item : document.items()) take(std::move(item), kind);
      } else {
        take(std::move(document), kind);
      }
    }
  }

  void take(Value object, const std::string& assumed_kind) {
    if (!object.is_object()) {
      return complain(Severity::Error, RuleId::ManifestObject, object.span(),
                      std::string{"an object is expected, not a "} + to_string(object.kind()));
    }
    const std::string kind = object.string_at("kind").empty() ? assumed_kind : object.string_at("kind");
    Value* items = object.find("items");
    if (ends_with_list(kind) && items != nullptr && items->is_array()) {
      const std::string item_kind = kind == "List" ? assumed_kind : kind.substr(0, kind.size() - 4);
      out_.in_list = out_.in_list || item_kind == "Pod";
      for (Value& item : items->items()) take(std::move(item), item_kind);
      return;
    }
    if (kind != "Pod" && kind != "Event") {
      ++skipped_[kind];
      return;
    }
    if (object.string_at("kind").empty() && object.find("metadata") == nullptr) {
      return complain(Severity::Error, RuleId::ManifestObject, object.span(), "an object without kind and metadata is no " + kind);
    }
    object.set("kind", Value{kind});
    if (object.string_at("apiVersion").empty()) object.set("apiVersion", Value{"v1"});
    (kind == "Pod" ? out_.pods : out_.events).push_back(std::move(object));
  }

  void keep(const std::vector<std::string>& select) {
    Value::Array kept;
    for (const std::string& selection : select) {
      bool found = false;
      for (Value& pod : out_.pods) {
        const Value* metadata = pod.find("metadata");
        if (metadata == nullptr || !selects(selection, metadata->string_at("name"))) continue;
        kept.push_back(pod);
        found = true;
      }
      if (!found) {
        complain(Severity::Error, RuleId::ManifestSelect, {}, "--select " + in_backticks(selection) + " names no Pod of the files");
      }
    }
    out_.pods = std::move(kept);
  }

  GivenObjects out_;
  std::map<std::string, std::size_t> skipped_;
};

}  // namespace

GivenObjects read_given(const std::vector<std::string>& pod_paths, const std::vector<std::string>& event_paths,
                        const std::vector<std::string>& select) {
  return GivenReader{}.read(pod_paths, event_paths, select);
}

bool has_status(const Value& pod) {
  const Value* status = pod.find("status");
  return status != nullptr && !status->string_at("phase").empty();
}

}  // namespace podlapse::cli
