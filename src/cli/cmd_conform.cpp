// podlapse conform CASE... --trace RUN.jsonl...: simulates each case and holds it against recorded runs of it.
#include <algorithm>
#include <map>
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
#include "cli/pace.hpp"
#include "cli/simulation.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_files.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/report/scoreboard.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Text, Json, Junit };

struct ConformOptions {
  InputOptions input;
  SimulationOptionsGiven simulation;
  std::vector<std::string> traces;
  std::optional<std::size_t> format;
  std::optional<int> width;
  bool summary = false, verbose = false;
};

std::string name_of(const Scenario& scenario) {
  return scenario.name.empty() && !scenario.workloads.empty() ? scenario.workloads.front().name : scenario.name;
}

/// A case with the recorded runs of it.
struct Recorded {
  const Scenario* scenario;
  std::vector<Trace> runs;
};

/// Finds the recorded runs of each case: those given with --trace, or those beside it.
class Finder {
 public:
  Finder(const ConformOptions& options, Input& input) : options_(options), input_(input) {}

  /// The cases that have recorded runs. What is wrong goes to the input's problems.
  std::vector<Recorded> find() {
    if (!options_.traces.empty()) given_ = read_trace_files(options_.traces, input_.files, input_.problems);
    std::vector<Recorded> cases;
    std::string without;
    for (const Scenario& scenario : input_.scenarios) {
      std::vector<Trace> runs = options_.traces.empty() ? beside(scenario) : given(scenario);
      if (runs.empty()) without += (without.empty() ? "" : ", ") + name_of(scenario);
      if (!runs.empty()) cases.push_back({&scenario, std::move(runs)});
    }
    if (!without.empty()) complain_of_missing(without, cases.empty());
    for (const Recorded& one : cases) refuse_concluded(one);
    note_other_releases(cases);
    return cases;
  }

 private:
  std::vector<Trace> beside(const Scenario& scenario) {
    return read_trace_files(recordings_beside(scenario.origin, name_of(scenario)), input_.files, input_.problems);
  }

  /// Traces name their case; that of a single case is told already.
  [[nodiscard]] std::vector<Trace> given(const Scenario& scenario) const {
    if (input_.scenarios.size() == 1) return given_;
    std::vector<Trace> runs;
    for (const Trace& trace : given_) {
      if (trace.header.case_name == name_of(scenario)) runs.push_back(trace);
    }
    return runs;
  }

  /// Of states alone, or of a Pod that was followed from the middle of its life, most is concluded.
  void refuse_concluded(const Recorded& one) {
    const auto is_concluded = [](const Trace& trace) { return trace.header.sight == Sight::State; };
    if (std::none_of(one.runs.begin(), one.runs.end(), is_concluded)) return;
    Diagnostic problem;
    problem.code = rule(RuleId::ConformOneState).id;
    problem.span.file = kNoFile;
    problem.text = "a recorded run of " + name_of(*one.scenario) +
                   " has states without times of arrival, or does not show the Pod's life from its beginning";
    problem.help = "tools/record watches a Pod from its creation on";
    input_.problems.push_back(std::move(problem));
  }

  /// What a cluster of another release does differently is no disagreement with the model of it.
  void note_other_releases(const std::vector<Recorded>& cases) {
    std::map<std::string, std::pair<KubernetesVersion, std::string>> others;  // by what was recorded: simulated as, case
    for (const Recorded& one : cases) {
      const KubernetesVersion& simulated = one.scenario->cluster.version;
      for (const Trace& run : one.runs) {
        KubernetesVersion recorded;
        std::string unknown;
        const bool same = parse_kubernetes_version(run.header.version, recorded, unknown) && recorded.minor == simulated.minor;
        if (!same && !run.header.version.empty()) others.emplace(run.header.version, std::pair{simulated, name_of(*one.scenario)});
      }
    }
    for (const auto& [recorded, how] : others) {
      Diagnostic note;
      note.severity = Severity::Note;
      note.code = rule(RuleId::ConformOtherRelease).id;
      note.span.file = kNoFile;
      note.text = how.second + " was recorded on " + recorded + ", and is simulated as " + to_string(how.first);
      note.help = "--kubernetes-version says which release to simulate";
      input_.problems.push_back(std::move(note));
    }
  }

  void complain_of_missing(const std::string& names, bool all) {
    if (has_errors(input_.problems)) return;
    Diagnostic problem;
    problem.severity = all ? Severity::Error : Severity::Note;
    problem.code = rule(RuleId::ConformNoRecording).id;
    problem.span.file = kNoFile;
    problem.text = "no recorded run of " + names;
    problem.help = "give them with --trace, or put them beside the case as traces/CASE.1.jsonl";
    input_.problems.push_back(std::move(problem));
  }

  const ConformOptions& options_;
  Input& input_;
  std::vector<Trace> given_;
};

ConformanceView view_of(const ConformOptions& options, const GlobalOptions& global) {
  ConformanceView view;
  view.width = options.width.value_or(output_width());
  view.color = use_color(global.color, Stream::Output);
  view.all = options.verbose;
  return view;
}

/// The trace of a simulation; nullopt when the user wants no more.
std::optional<Trace> simulate(const Scenario& scenario, const SimulationOptions& options, Pace& pace) {
  Simulation simulation = prepare(scenario, options);
  TraceLog log;
  pace.begin(simulation.header.case_name);
  const RunResult result = run_world(simulation.world, simulation.limits, &log, ask_pace, &pace);
  pace.end();
  if (result.end == RunEnd::Interrupted) return std::nullopt;
  simulation.header.observed_until = result.ended_at.time_since_epoch();
  return Trace{std::move(simulation.header), log.take()};
}

void write_result(const std::vector<ConformanceCase>& cases, Format format, const ConformanceView& view) {
  switch (format) {
    case Format::Text: return write_output(render_scoreboard(cases, view));
    case Format::Json: return write_output(write_json(conformance_document(cases)));
    case Format::Junit: return write_output(conformance_junit(cases));
  }
}

ExitCode conform(const ConformOptions& options, const GlobalOptions& global) {
  Input input = read_input(options.input);
  std::vector<Recorded> cases;
  if (!has_errors(input.problems)) cases = Finder{options, input}.find();
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  const auto format = static_cast<Format>(options.format.value_or(0));
  const ConformanceView view = view_of(options, global);
  const std::unique_ptr<Pace> pace = full_speed(log_says(LogLevel::Info));
  std::vector<ConformanceCase> compared;
  for (const Recorded& one : cases) {
    const auto trace = simulate(*one.scenario, simulation_options(options.simulation), *pace);
    if (!trace) return ExitCode::Interrupted;
    compared.push_back({trace->header.case_name, trace->header.group, one.runs.size(), compare_traces(*trace, one.runs)});
    const ConformanceCase& last = compared.back();
    const Agreement& found = last.agreement;
    const bool news = !found.agrees() || found.by_status || !found.events_judged;
    const bool shown = format == Format::Text && !options.summary && (options.verbose || news);
    if (shown) write_output(render_case(last, view) + "\n");
  }
  write_result(compared, format, view);
  const bool all_agree = std::all_of(compared.begin(), compared.end(),
                                     [](const ConformanceCase& one) { return one.agreement.agrees(); });
  return all_agree ? ExitCode::Ok : ExitCode::Problem;
}

}  // namespace

void add_conform_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("conform", "compare simulations with recorded runs of a real kubelet");
  const auto options = std::make_shared<ConformOptions>();
  add_input_options(*command, options->input);
  command
      ->add_option("--trace", options->traces,
                   "recorded runs, such as tools/record makes; without it CASE.RUN.jsonl in `traces` beside each case")
      ->type_name("RUN.jsonl")
      ->expected(1, -1);
  add_simulation_options(*command, options->simulation, false);
  add_choice(*command, "-o,--output", {"text", "json", "junit"}, options->format, "FORMAT",
             "text (default), json, or junit: JUnit's XML");
  command->add_flag("--summary", options->summary, "print the scoreboard alone");
  command->add_flag("-v,--verbose", options->verbose, "print every disagreement, and the cases that agree");
  add_integer(*command, "--width", options->width, 60, 1000,
              "columns to print on (default: the terminal's, else 100)");
  command->footer(
      "examples:\n"
      "  podlapse conform tests/conformance                        all cases of a folder, with the runs beside them\n"
      "  podlapse conform pod.yaml --trace run1.jsonl run2.jsonl   one case; --trace comes last\n"
      "exit status: 0 all agree, 1 some disagree");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return conform(*options, global); }; });
}

}  // namespace podlapse::cli
