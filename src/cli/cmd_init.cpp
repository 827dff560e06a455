// podlapse init MANIFEST: a first scenario for a manifest.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/golden_files.hpp"
#include "cli/init_text.hpp"
#include "cli/input.hpp"
#include "cli/input_options.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/simulation.hpp"
#include "podlapse/base/check.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "podlapse/suite/first_expectations.hpp"
#include "podlapse/trace/sink.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeeds = 5;  // that expectations hold under, beside the medians
constexpr SimDuration kLongest = std::chrono::minutes{10};

struct InitOptions {
  std::string manifest, output, schema;
  bool force = false;
  ClusterOptions cluster;
};

/// The path of the manifest as a scenario in the folder of `output` says it.
std::string path_from(const std::string& manifest, const std::string& output) {
  if (output.empty() || fs::path{manifest}.is_absolute()) return manifest;
  std::error_code error;
  const fs::path folder = fs::absolute(output, error).parent_path();
  const fs::path relative = fs::relative(fs::absolute(manifest, error), folder, error);
  return error || relative.empty() ? fs::absolute(manifest).string() : relative.string();
}

/// The objects with Pods in the documents of standard input.
void collect_objects(const Value& document, std::vector<Value>& out) {
  if (find_workload_kind(document.string_at("kind")) != nullptr) out.push_back(document);
  const Value* items = document.find("items");
  if (items == nullptr || !items->is_array()) return;
  for (const Value& item : items->items()) collect_objects(item, out);
}

/// All workloads of a manifest in one scenario.
Scenario joined(const std::vector<Scenario>& scenarios) {
  Scenario all = scenarios.front();
  for (auto one = scenarios.begin() + 1; one != scenarios.end(); ++one) {
    all.workloads.insert(all.workloads.end(), one->workloads.begin(), one->workloads.end());
    all.annotations.insert(all.annotations.end(), one->annotations.begin(), one->annotations.end());
  }
  return all;
}

/// What `text`, which was written for the folder of `output`, says. Problems are those of the manifest: everything else
/// was written here.
Scenario read_back(const std::string& text, const std::string& output, Input& input) {
  yaml::ScenarioSurroundings around;
  around.read_documents = [&](const std::string& path, std::vector<Value>& documents,
                              std::vector<Diagnostic>& problems) {
    const yaml::ReadLimits limits;
    const fs::path whole = (fs::path{output}.parent_path() / path).lexically_normal();  // its folder may not be there yet
    SourceFile file{whole.string(), {}};
    std::string problem;
    if (!read_file(file.name, limits.bytes + 1, file.text, problem)) return false;
    input.files.push_back(std::move(file));
    documents = yaml::read_documents(input.files.back().text, static_cast<std::uint32_t>(input.files.size() - 1),
                                     limits, problems);
    return true;
  };
  input.files.push_back({output.empty() ? "the scenario" : output, text});
  const auto number = static_cast<std::uint32_t>(input.files.size() - 1);
  const std::vector<Value> documents = yaml::read_documents(text, number, {}, input.problems);
  PODLAPSE_CHECK(documents.size() == 1);
  return yaml::read_scenario(documents.front(), around, input.files, input.problems);
}

/// Runs `scenario` with the medians, and under some seeds.
std::vector<JudgedRun> run_some(const Scenario& scenario) {
  std::vector<JudgedRun> runs;
  for (std::uint64_t seed = 0; seed <= kSeeds; ++seed) {
    SimulationOptions how;
    if (seed > 0) how.seed = seed;
    Simulation simulation = prepare(scenario, how);
    TraceLog log;
    const RunResult ended = run_world(simulation.world, simulation.limits, &log);
    add_made_pods(simulation);
    simulation.header.observed_until = ended.ended_at.time_since_epoch();
    runs.push_back({{std::move(simulation.header), log.take()}, ended.cut});
  }
  return runs;
}

/// When a workload is deleted, to see its shutdown: once it has settled. nullopt for what ends by itself.
std::optional<SimDuration> deletion_of(const Scenario& scenario, const Workload& workload,
                                       const std::vector<JudgedRun>& runs) {
  if (workload.job || workload.cron_job) return std::nullopt;
  const std::string pod = name_prefix(scenario, workload) + "pod";
  if (happens_within(pod + ".succeeded", scenario, runs) || happens_within(pod + ".failed", scenario, runs))
    return std::nullopt;
  const SimDuration ready = happens_within(pod + ".ready", scenario, runs).value_or(std::chrono::minutes{1});
  const SimDuration at = std::max<SimDuration>(2 * ready, std::chrono::minutes{1});
  return at < kLongest ? std::optional{at} : std::nullopt;
}

/// The whole text; nullopt where the manifest cannot be one scenario, with the problems in `input`.
std::optional<std::string> write_scenario(const InitSource& source, const Scenario& given, const std::string& output,
                                          Input& input) {
  std::string text = describe_assumptions(source, given);
  Scenario scenario = read_back(text, output, input);
  if (has_errors(input.problems)) return std::nullopt;
  const std::vector<JudgedRun> undisturbed = run_some(scenario);
  bool first = true;
  for (const Workload& workload : scenario.workloads) {
    const std::optional<SimDuration> at = deletion_of(scenario, workload, undisturbed);
    if (!at) continue;
    text += describe_deletion(scenario, workload, *at, first);
    first = false;
  }
  if (!first) scenario = read_back(text, output, input);
  const std::vector<JudgedRun> runs = first ? undisturbed : run_some(scenario);
  text += describe_expectations(first_expectations(scenario, runs));
  (void)read_back(text, output, input);
  PODLAPSE_CHECK(!has_errors(input.problems));
  return text;
}

ExitCode refuse(const std::string& problem, const std::string& help) {
  log_error(problem);
  log_help(help);
  return ExitCode::BadInput;
}

ExitCode init(const InitOptions& options, const GlobalOptions& global) {
  const bool color = use_color(global.color, Stream::Error);
  std::error_code error;
  if (!options.output.empty() && !options.force && fs::exists(options.output, error)) {
    return refuse("`" + options.output + "` exists", "--force writes over it");
  }
  InputOptions paths;
  paths.paths = {options.manifest};
  paths.cluster = options.cluster;
  Input input = read_input(paths);
  input.problems.erase(std::remove_if(input.problems.begin(), input.problems.end(),
                                      [](const Diagnostic& problem) { return problem.severity == Severity::Note; }),
                       input.problems.end());
  if (!report_problems(input.files, input.problems, color)) return ExitCode::BadInput;
  if (input.scenarios.front().from_file)
    return refuse("`" + options.manifest + "` is a scenario", "init takes a manifest");
  InitSource source;
  source.schema = options.schema;
  if (options.manifest != "-") {
    source.path = path_from(options.manifest, options.output);
  } else {
    std::vector<Diagnostic> unused;
    for (const Value& document : yaml::read_documents(input.files.front().text, 0, {}, unused))
      collect_objects(document, source.objects);
    const bool pods = std::all_of(source.objects.begin(), source.objects.end(),
                                  [](const Value& object) { return object.string_at("kind") == "Pod"; });
    if (source.objects.size() > 1 && !pods) {
      return refuse("a scenario holds one workload, or several Pods, and these are " +
                        std::to_string(source.objects.size()) + " objects",
                    "write them to a file: the scenario names it");
    }
  }
  input.problems.clear();
  const std::optional<std::string> text = write_scenario(source, joined(input.scenarios), options.output, input);
  if (!text) {
    (void)report_problems(input.files, input.problems, color);
    return ExitCode::BadInput;
  }
  std::string problem;
  if (options.output.empty()) {
    write_output(*text);
  } else if (!write_file(options.output, *text, problem)) {
    log_error(problem);
    return ExitCode::BadInput;
  }
  return ExitCode::Ok;
}

}  // namespace

void add_init_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("init", "write a first scenario for a manifest");
  const auto options = std::make_shared<InitOptions>();
  command
      ->add_option("MANIFEST", options->manifest,
                   "a manifest, which the scenario will name; `-`: standard input, which it will hold")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", options->output, "the file to write (default: standard output)")
      ->type_name("FILE");
  command->add_flag("--force", options->force, "write over a file that exists");
  command
      ->add_option("--schema", options->schema,
                   "begin with a line that tells editors where the schema is, e.g. scenario.schema.json")
      ->type_name("ADDRESS");
  add_cluster_options(*command, options->cluster);
  command->footer(
      "examples:\n"
      "  podlapse init deploy/web.yaml -o tests/web.yaml\n"
      "  helm template . | podlapse init - > web.yaml\n"
      "The scenario says what podlapse assumes of each process, probe, hook and image, and expects what holds under "
      "it.");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return init(*options, global); }; });
}

}  // namespace podlapse::cli
