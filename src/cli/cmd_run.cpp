// podlapse run FILE...: simulates each workload in a World of its own and prints its timeline or its trace.
#include <algorithm>
#include <memory>
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
#include "cli/view_options.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/report/timeline.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Text, Jsonl };

struct RunOptions {
  InputOptions input;
  SimulationOptionsGiven simulation;
  ViewOptions view;
  std::optional<std::size_t> format;
  std::optional<double> speed;
};

/// Prints records while a run goes on, and keeps them for the lanes.
class LiveSink final : public TraceSink {
 public:
  LiveSink(RecordList& list, std::vector<TraceRecord>& kept) : list_(list), kept_(kept) {}
  void on_record(const TraceRecord& record) override {
    write_output(list_.lines_of(record));
    kept_.push_back(record);
  }

 private:
  RecordList& list_;
  std::vector<TraceRecord>& kept_;
};

/// Runs one scenario after the other and prints them.
class Runner {
 public:
  Runner(const RunOptions& options, const GlobalOptions& global)
      : options_(options),
        how_(timeline_options(options.view, global)),
        pace_(options.speed ? real_time(*options.speed) : full_speed(log_says(LogLevel::Info))),
        jsonl_(options.format == std::size_t{1}) {}

  /// False when the user wants no more.
  bool run(const Scenario& scenario) {
    Simulation simulation = prepare(scenario, simulation_options(options_.simulation));
    tell_once(simulation.notes.not_modelled);
    if (jsonl_) tell_release(simulation.notes.release);
    if (options_.speed) return play(simulation);
    TraceLog log;
    const RunResult result = run_to_end(simulation, log);
    add_made_pods(simulation);
    Trace trace{simulation.header, log.take()};
    finish(trace, simulation.notes, result);
    if (jsonl_) {
      write_output(header_line(trace.header));
      const bool name_pod = lines_name_pod(trace.header);
      for (const TraceRecord& record : trace.records) write_output(record_line(record, name_pod));
    } else {
      write_output(next_separator() + render_timeline(trace, simulation.notes, how_));
    }
    return result.end != RunEnd::Interrupted;
  }

 private:
  /// As it happens: the records in their time, then the lanes.
  bool play(Simulation& simulation) {
    if (jsonl_) {
      JsonlSink sink{simulation.header, [](std::string_view line) { write_output(line); }};
      return run_to_end(simulation, sink).end != RunEnd::Interrupted;
    }
    write_output(next_separator() + render_title(simulation.header, simulation.notes, how_) + "\n");
    Trace trace{simulation.header, {}};
    RecordList list{simulation.header, how_};
    LiveSink sink{list, trace.records};
    const RunResult result = run_to_end(simulation, sink);
    add_made_pods(simulation);
    trace.header = simulation.header;
    finish(trace, simulation.notes, result);
    if (how_.lanes) write_output("\n" + render_lanes(trace, how_));
    write_output("\n" + render_summary(trace, simulation.notes, how_));
    return result.end != RunEnd::Interrupted;
  }

  RunResult run_to_end(Simulation& simulation, TraceSink& sink) {
    pace_->begin(simulation.header.case_name);
    const RunResult result = run_world(simulation.world, simulation.limits, &sink, ask_pace, pace_.get());
    pace_->end();
    return result;
  }

  static void finish(Trace& trace, RunNotes& notes, const RunResult& result) {
    trace.header.observed_until = result.ended_at.time_since_epoch();
    notes.result = result;
  }

  /// A field that is not modelled is named once a run, with the first workload that has it.
  void tell_once(std::vector<std::string>& fields) {
    const auto told = [this](const std::string& field) {
      return std::find(told_.begin(), told_.end(), field) != told_.end();
    };
    fields.erase(std::remove_if(fields.begin(), fields.end(), told), fields.end());
    told_.insert(told_.end(), fields.begin(), fields.end());
    if (!jsonl_ || fields.empty()) return;
    std::string list;
    for (const std::string& field : fields) list += (list.empty() ? "" : ", ") + field;
    log_note("not modelled: " + list);
  }

  void tell_release(const std::string& release) {
    if (!release.empty() && release != told_release_) log_note(release);
    told_release_ = release;
  }

  std::string next_separator() { return std::exchange(first_, false) ? "" : "\n"; }

  const RunOptions& options_;
  TimelineOptions how_;
  std::unique_ptr<Pace> pace_;
  bool jsonl_, first_ = true;
  std::vector<std::string> told_;
  std::string told_release_;
};

ExitCode run(const RunOptions& options, const GlobalOptions& global) {
  const Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  Runner runner{options, global};
  for (const Scenario& scenario : input.scenarios) {
    if (!runner.run(scenario)) return ExitCode::Interrupted;
  }
  return ExitCode::Ok;
}

}  // namespace

void add_run_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("run", "simulate manifests and scenarios, and print what happens");
  const auto options = std::make_shared<RunOptions>();
  add_input_options(*command, options->input);
  add_simulation_options(*command, options->simulation);
  add_choice(*command, "-o,--output", {"text", "jsonl"}, options->format, "FORMAT",
             "text (default), or jsonl: the trace");
  add_view_options(*command, options->view);
  add_factor(*command, "--speed", options->speed, "play it as it happens, FACTOR times as fast as life");
  command->footer(
      "examples:\n"
      "  podlapse run pod.yaml                                    what a manifest does\n"
      "  podlapse run deploy.yaml --run app=30s:exit=1            its app fails after 30 s, again and again\n"
      "  podlapse run job.yaml --delete-at 20s --speed 1          deleted after 20 s, played in real time\n"
      "  kubectl get deploy web -o yaml | podlapse run -          what is in a cluster");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return run(*options, global); }; });
}

}  // namespace podlapse::cli
