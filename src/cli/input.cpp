#include "cli/input.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "cli/library.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "yaml/manifest.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;

/// A file to read. One that was found in a folder may turn out to belong to a scenario beside it.
struct Source {
  std::string path;
  bool from_folder = false;
};

bool is_input_name(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

/// The manifests in the folder that `path` means in the scenario at `scenario`, as that would name them.
std::vector<std::string> files_beside(const std::string& scenario, const std::string& path) {
  const fs::path folder = fs::path{path}.parent_path();
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = fs::directory_iterator{fs::absolute(scenario, error).parent_path() / folder, error};
       !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    if (is_input_name(entry->path())) names.push_back((folder / entry->path().filename()).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Reader {
 public:
  explicit Reader(const InputOptions& options) : options_(options) {}

  Input read() && {
    given_cluster_ = read_cluster(options_.cluster, input_.files, input_.problems);
    cluster_ = make_cluster({}, given_cluster_, input_.problems);
    if (has_errors(input_.problems)) return std::move(input_);
    for (const std::string& path : options_.paths) add_path(path);
    for (const Source& source : sources_) read_source(source);
    collect();
    select();
    if (input_.scenarios.empty() && !has_errors(input_.problems)) {
      complain(RuleId::InputNothing, {}, "nothing to simulate: no Pod, no workload with a pod template, no scenario");
    }
    if (options_.replicas) have_replicas(*options_.replicas);
    for (Scenario& scenario : input_.scenarios) {
      if (!scenario.from_file) append(apply_annotations(scenario, input_.files));
    }
    override_scenarios();
    look_at_references();
    input_.parts.assign(parts_of_scenarios_.begin(), parts_of_scenarios_.end());
    return std::move(input_);
  }

 private:
  /// What one document gave, in the order of the documents: a scenario, or workloads of a manifest.
  struct Found {
    Source source;
    std::variant<Scenario, std::vector<Workload>> what;
  };

  void complain(RuleId code, SourceSpan span, std::string text, std::string help = {}) {
    Diagnostic problem;
    problem.code = rule(code).id;
    problem.span = span;
    problem.text = std::move(text);
    problem.help = std::move(help);
    input_.problems.push_back(std::move(problem));
  }

  void append(const std::vector<Diagnostic>& problems) {
    input_.problems.insert(input_.problems.end(), problems.begin(), problems.end());
  }

  void add_path(const std::string& path) {
    std::error_code error;
    if (path == "-" || fs::is_regular_file(path, error)) return sources_.push_back({path, false});
    if (!fs::exists(path, error)) return add_name(path);
    if (!fs::is_directory(path, error)) return sources_.push_back({path, false});
    std::vector<std::string> found = input_files_in(path);
    if (found.empty()) {
      complain(RuleId::InputUnreadable, {}, "the folder `" + path + "` holds no .yaml, .yml or .json file");
    }
    for (std::string& file : found) sources_.push_back({std::move(file), true});
  }

  /// What is no file may be a scenario that is shipped.
  void add_name(const std::string& name) {
    const std::vector<LibraryScenario> all = library_scenarios();
    const std::vector<LibraryScenario> found = called(name, all);
    if (found.size() == 1) return sources_.push_back({found.front().path, false});
    if (found.empty()) {
      nearest_names_[name] = nearest_scenario(name, all);
      return sources_.push_back({name, false});
    }
    std::string ids;
    for (const LibraryScenario& scenario : found) ids += (ids.empty() ? "`" : ", `") + scenario.id + "`";
    complain(RuleId::InputUnreadable, {.file = kNoFile}, "`" + name + "` is no file, and several shipped scenarios are called so",
             "write " + ids);
  }

  /// The documents of a file, which gets the next number in `files`. False when it cannot be read.
  bool read_documents(const std::string& path, std::vector<Value>& documents) {
    const yaml::ReadLimits limits;
    SourceFile file{path, {}};
    std::string problem;
    // One byte more than is allowed, so that the reader of the text refuses it with its own words.
    const bool readable = read_file(path, limits.bytes + 1, file.text, problem);
    const auto number = static_cast<std::uint32_t>(input_.files.size());
    input_.files.push_back(std::move(file));
    if (!readable) {
      input_.problems.push_back(unreadable(number, problem));
      const std::string& nearest = nearest_names_[path];
      if (!nearest.empty()) input_.problems.back().help = "did you mean the shipped scenario `" + nearest + "`?";
      return false;
    }
    documents = yaml::read_documents(input_.files.back().text, number, limits, input_.problems);
    if (options_.alter) std::for_each(documents.begin(), documents.end(), options_.alter);
    return true;
  }

  void read_source(const Source& source) {
    std::vector<Value> documents;
    if (!read_documents(source.path, documents)) return;
    for (const Value& document : documents) {
      if (yaml::is_scenario(document)) {
        found_.push_back({source, read_scenario(source, document)});
        continue;
      }
      yaml::Manifests& manifests = source.from_folder ? in_folders_[canonical_path(source.path)] : manifests_;
      const std::size_t before = manifests.workloads.size();
      yaml::read_manifest(document, yaml::FieldValidation::Strict, manifests, input_.problems, cluster_.gates);
      const auto first = manifests.workloads.begin() + static_cast<std::ptrdiff_t>(before);
      found_.push_back({source, std::vector<Workload>{first, manifests.workloads.end()}});
    }
  }

  Scenario read_scenario(const Source& source, const Value& document) {
    yaml::ScenarioSurroundings around;
    around.cluster = given_cluster_;
    around.read_documents = [this, &source](const std::string& path, std::vector<Value>& documents,
                                            std::vector<Diagnostic>&) {
      const fs::path whole = fs::path{source.path}.parent_path() / path;
      std::error_code error;
      if (!fs::is_regular_file(whole, error)) return false;
      parts_of_scenarios_.insert(canonical_path(whole.string()));
      return read_documents(whole.string(), documents);
    };
    around.files_beside = [&source](const std::string& path) { return files_beside(source.path, path); };
    return yaml::read_scenario(document, around, input_.files, input_.problems);
  }

  /// A folder's manifest that a scenario builds on is a part of that scenario, and is not run by itself.
  [[nodiscard]] bool is_part(const Source& source) const {
    return source.from_folder && parts_of_scenarios_.count(canonical_path(source.path)) > 0;
  }

  /// Makes scenarios of the workloads.
  void collect() {
    for (auto& [path, manifests] : in_folders_) {
      if (parts_of_scenarios_.count(path) > 0) continue;
      std::move(manifests.existing_objects.begin(), manifests.existing_objects.end(),
                std::back_inserter(manifests_.existing_objects));
      for (const auto& [kind, count] : manifests.skipped) manifests_.skipped[kind] += count;
    }
    append(yaml::skipped_kinds(manifests_));
    for (Found& found : found_) {
      if (auto* scenario = std::get_if<Scenario>(&found.what)) {
        scenario->origin = found.source.path;
        input_.scenarios.push_back(std::move(*scenario));
      } else if (!is_part(found.source)) {
        for (Workload& workload : std::get<std::vector<Workload>>(found.what)) {
          Scenario& made = input_.scenarios.emplace_back();
          made.origin = found.source.path;
          made.cluster = cluster_;
          made.workloads.push_back(std::move(workload));
          made.existing_objects = manifests_.existing_objects;
        }
      }
    }
  }

  void select() {
    if (options_.select.empty()) return;
    std::vector<Workload> all;
    for (const Scenario& scenario : input_.scenarios)
      all.insert(all.end(), scenario.workloads.begin(), scenario.workloads.end());
    const std::vector<Workload> chosen = yaml::select_workloads(std::move(all), options_.select, input_.problems);
    const auto is_chosen = [&chosen](const Workload& workload) {
      return std::any_of(chosen.begin(), chosen.end(), [&](const Workload& other) {
        return other.kind == workload.kind && other.name == workload.name && other.span == workload.span;
      });
    };
    auto& scenarios = input_.scenarios;
    scenarios.erase(std::remove_if(scenarios.begin(), scenarios.end(),
                                   [&](const Scenario& scenario) {
                                     return std::none_of(scenario.workloads.begin(), scenario.workloads.end(),
                                                         is_chosen);
                                   }),
                    scenarios.end());
  }

  /// A problem, unless some scenario can have them; a DaemonSet is refused in any case.
  void have_replicas(int count) {
    bool any = false;
    std::optional<NameProblem> problem;
    for (Scenario& scenario : input_.scenarios) {
      const bool keeps_pods = std::any_of(scenario.workloads.begin(), scenario.workloads.end(),
                                          [](const Workload& workload) { return workload.pod_set.has_value(); });
      const std::optional<NameProblem> found = set_replicas(scenario, count);
      any = any || !found;
      if (found && (keeps_pods || !problem)) problem = found;
      if (found && keeps_pods) any = false;
      if (found && keeps_pods) break;
    }
    if (!any && problem) complain(problem->code, {.file = kNoFile}, "--replicas: " + problem->text, problem->help);
  }

  void override_scenarios() {
    std::vector<Override> overrides;
    for (const auto& [kind, text] : options_.overrides) {
      for (const OverrideSyntax& syntax : override_syntax()) {
        if (syntax.kind != kind) continue;
        const auto number = static_cast<std::uint32_t>(input_.files.size());
        input_.files.push_back({"--" + std::string{syntax.name}, text});
        Override parsed;
        if (parse_override(kind, text, number, parsed, input_.problems)) overrides.push_back(std::move(parsed));
      }
    }
    if (!overrides.empty() && !has_errors(input_.problems)) append(apply_overrides(input_.scenarios, overrides));
  }

  /// What is referred to and not given: named once; with --strict-refs a Pod whose service account is missing is refused.
  void look_at_references() {
    std::vector<ObjectReference> assumed, missing;
    for (Scenario& scenario : input_.scenarios) {
      scenario.strict_references = options_.strict_references;
      std::vector<ObjectReference> found = missing_references(scenario);
      if (options_.strict_references) refuse_service_accounts(scenario, found);
      const bool exists = !scenario.from_file && !options_.strict_references;
      std::vector<ObjectReference>& list = exists ? assumed : missing;
      std::move(found.begin(), found.end(), std::back_inserter(list));
    }
    note_references("assumed to exist: ", assumed);
    note_references("does not exist: ", missing);
  }

  void note_references(const std::string& what, const std::vector<ObjectReference>& references) {
    std::vector<std::string> names;
    for (const ObjectReference& reference : references) {
      const std::string name = std::string{to_string(reference.kind)} + " " + reference.name;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    if (list.empty()) return;
    complain(RuleId::InputReferences, {.file = kNoFile}, what + list);
    input_.problems.back().severity = Severity::Note;
  }

  /// The admission plugin ServiceAccount refuses such a Pod; takes its words.
  void refuse_service_accounts(const Scenario& scenario, std::vector<ObjectReference>& missing) {
    const auto is_account = [](const ObjectReference& reference) {
      return reference.kind == ObjectReference::Kind::ServiceAccount;
    };
    for (const ObjectReference& account : missing) {
      if (!is_account(account)) continue;
      for (const Workload& workload : scenario.workloads) {
        const PodSpec& pod = workload.pod;
        if (pod.service_account != account.name) continue;
        const Value* place = workload.pod_object.at_path("spec.serviceAccountName");
        complain(RuleId::InputServiceAccount, place != nullptr && place->span().known() ? place->span() : workload.span,
                 "pods \"" + pod.name + "\" is forbidden: error looking up service account " + pod.namespace_name + "/" +
                     account.name + ": serviceaccount \"" + account.name + "\" not found",
                 "give a ServiceAccount " + account.name + " in the same files, or leave out --strict-refs");
      }
    }
    missing.erase(std::remove_if(missing.begin(), missing.end(), is_account), missing.end());
  }

  const InputOptions& options_;
  ClusterGiven given_cluster_;  ///< what the command line says
  Cluster cluster_;             ///< of manifests; a scenario may say otherwise
  Input input_;
  std::vector<Source> sources_;
  std::map<std::string, std::string> nearest_names_;  ///< for paths that are no files: the shipped scenario called most like it
  std::vector<Found> found_;
  yaml::Manifests manifests_;                          ///< of files that were named
  std::map<std::string, yaml::Manifests> in_folders_;  ///< of files found in folders, by canonical path
  std::set<std::string> parts_of_scenarios_;           ///< canonical paths of the manifests that scenarios name
};

}  // namespace

ClusterGiven read_cluster(const ClusterOptions& options, SourceFiles& files, std::vector<Diagnostic>& problems) {
  ClusterGiven given;
  const auto add_file = [&files](const char* name, const std::string& text) {
    files.push_back({name, text});
    return static_cast<std::uint32_t>(files.size() - 1);
  };
  if (!options.kubernetes_version.empty()) {
    const std::uint32_t file = add_file("--kubernetes-version", options.kubernetes_version);
    const SourceSpan span{file, 1, 1, static_cast<std::uint32_t>(options.kubernetes_version.size())};
    read_cluster_version(options.kubernetes_version, span, given, problems);
  }
  if (!options.feature_gates.empty()) {
    read_cluster_gates(options.feature_gates, add_file("--feature-gates", options.feature_gates), given, problems);
  }
  return given;
}

std::vector<std::string> input_files_in(const std::string& path) {
  std::vector<std::string> found;
  std::error_code error;
  auto entry = fs::recursive_directory_iterator{path, fs::directory_options::skip_permission_denied, error};
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    const bool is_hidden = entry->path().filename().string().front() == '.';  // .git, .github, what tools keep
    if (is_hidden && entry->is_directory(error)) entry.disable_recursion_pending();
    if (entry->is_regular_file(error) && is_input_name(entry->path())) found.push_back(entry->path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string canonical_path(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path : canonical.string();
}

Input read_input(const InputOptions& options) { return Reader{options}.read(); }

}  // namespace podlapse::cli
