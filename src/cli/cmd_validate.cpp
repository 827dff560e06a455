// podlapse validate FILE: what the API server would say of a manifest.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/input_options.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/text.hpp"
#include "yaml/validate_documents.hpp"
#include "yaml/write.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;
using yaml::ValidatedObject;

enum class Form : std::uint8_t { Text, Json, Yaml };

struct ValidateOptions {
  std::vector<std::string> paths, select;
  std::optional<std::size_t> form, field_validation;
  ClusterOptions cluster;
};

/// The files of a folder that can be manifests, sorted; a path that is no folder by itself.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) return {path};
  std::vector<std::string> found;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator{path, fs::directory_options::skip_permission_denied, error}) {
    const std::string extension = entry.path().extension().string();
    const bool fits = extension == ".yaml" || extension == ".yml" || extension == ".json";
    if (fits && entry.is_regular_file(error)) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// "deployment.apps/web", as kubectl names what it has created.
std::string full_name(const ValidatedObject& object) {
  std::string kind = object.kind.kind;
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return kind + (object.kind.group.empty() ? "" : "." + object.kind.group) + "/" + object.name;
}

bool selects(const std::string& selection, const ValidatedObject& object) {
  const std::size_t slash = selection.find('/');
  if (slash == std::string::npos) return selection == object.name;
  const WorkloadKindInfo* kind = find_workload_alias(selection.substr(0, slash));
  return kind != nullptr && object.kind.kind == to_string(kind->kind) && selection.substr(slash + 1) == object.name;
}

/// Keeps what one of `selections` names; false after an error where one names nothing.
bool keep_selected(const std::vector<std::string>& selections, std::vector<ValidatedObject>& objects) {
  if (selections.empty()) return true;
  for (const std::string& selection : selections) {
    const bool found = std::any_of(objects.begin(), objects.end(),
                                   [&](const ValidatedObject& object) { return selects(selection, object); });
    if (found) continue;
    log_error("--select " + selection + " names no object");
    return false;
  }
  std::erase_if(objects, [&selections](const ValidatedObject& object) {
    return std::none_of(selections.begin(), selections.end(),
                        [&](const std::string& one) { return selects(one, object); });
  });
  return true;
}

std::string document(Value::Array values, Form form) {
  const bool one = values.size() == 1;
  if (form == Form::Json) return write_json(one ? std::move(values.front()) : object_list(std::move(values)));
  return yaml::write_yaml(by_name(one ? std::move(values.front()) : object_list(std::move(values))));
}

/// `text`: the lines of objects that are not kept.
void print(const std::vector<ValidatedObject>& objects, Form form, std::string text) {
  Value::Array values;
  for (const ValidatedObject& object : objects) {
    if (form == Form::Json) values.push_back(object.status.to_value());
    if (!object.status.accepted()) continue;
    if (form == Form::Yaml) values.push_back(object.object);
    if (form == Form::Text) text += full_name(object) + " is valid\n";
  }
  write_output(values.empty() ? text : document(std::move(values), form));
}

void note_skipped(const std::map<std::string, std::size_t>& skipped) {
  std::string list;
  for (const auto& [kind, count] : skipped) {
    list += (list.empty() ? "" : ", ") + (count > 1 ? std::to_string(count) + " " : std::string{}) + kind;
  }
  if (!list.empty()) log_note("passed over, since they have no Pods: " + list);
}

/// Thousands of manifests are no burden: only what is to be printed is kept. Gets the lines of accepted objects.
void forget_accepted(std::vector<ValidatedObject>& objects, std::string& lines) {
  for (const ValidatedObject& object : objects) {
    if (object.status.accepted()) lines += full_name(object) + " is valid\n";
  }
  std::erase_if(objects, [](const ValidatedObject& object) { return object.status.accepted(); });
}

ExitCode validate(const ValidateOptions& options, const GlobalOptions& global) {
  const auto form = static_cast<Form>(options.form.value_or(0));
  const auto fields = static_cast<FieldValidation>(options.field_validation.value_or(0));
  SourceFiles files;
  std::vector<Diagnostic> problems;
  const Cluster cluster = make_cluster({}, read_cluster(options.cluster, files, problems), problems);
  if (has_errors(problems)) {
    (void)report_problems(files, problems, use_color(global.color, Stream::Error));
    return ExitCode::BadInput;
  }
  yaml::ValidatedObjects validated;
  std::string lines;
  const yaml::ReadLimits limits;
  for (const std::string& path : options.paths) {
    for (const std::string& name : files_of(path)) {
      std::string text, problem;
      const std::size_t problems_before = problems.size();
      const auto number = static_cast<std::uint32_t>(files.size());
      if (!read_file(name, limits.bytes + 1, text, problem)) {
        problems.push_back(unreadable(number, problem));
      } else {
        yaml::validate_text(text, number, fields, validated, problems, cluster.gates);
      }
      if (problems.size() == problems_before) text = {};
      if (form == Form::Text && options.select.empty()) forget_accepted(validated.objects, lines);
      files.push_back({name, std::move(text)});
    }
  }
  const bool without_errors = report_problems(files, problems, use_color(global.color, Stream::Error));
  note_skipped(validated.skipped);
  if (const std::string release = release_note(cluster.version).value; !release.empty()) log_note(release);
  if (!keep_selected(options.select, validated.objects)) return ExitCode::BadInput;
  if (validated.objects.empty() && lines.empty() && without_errors) {
    log_error("nothing to validate: no Pod and no workload with a pod template");
    return ExitCode::BadInput;
  }
  print(validated.objects, form, std::move(lines));
  const bool all_accepted = std::all_of(validated.objects.begin(), validated.objects.end(),
                                        [](const ValidatedObject& object) { return object.status.accepted(); });
  return all_accepted && (without_errors || !options.select.empty()) ? ExitCode::Ok : ExitCode::BadInput;
}

}  // namespace

void add_validate_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("validate", "say what the API server would say of a manifest");
  const auto options = std::make_shared<ValidateOptions>();
  command->add_option("FILE", options->paths, "manifests, folders of them, `-` for standard input")
      ->required()
      ->type_name("");
  add_choice(*command, "-o,--output", {"text", "json", "yaml"}, options->form, "FORMAT",
             "text (default), json: the server's Status objects, yaml: the objects with all defaults");
  add_choice(*command, "--field-validation", {"strict", "warn", "ignore"}, options->field_validation, "MODE",
             "what unknown fields and duplicate keys are: strict (default) refuses them");
  command->add_option("--select", options->select, "only this object, e.g. deployment/web; may be repeated")
      ->type_name("KIND/NAME")
      ->expected(1);
  add_cluster_options(*command, options->cluster);
  command->footer(
      "examples:\n"
      "  podlapse validate deployment.yaml\n"
      "  podlapse validate pod.yaml -o json        the answer a client of the API would get\n"
      "exit status: 0 all accepted, 2 something refused");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return validate(*options, global); }; });
}

}  // namespace podlapse::cli
