// podlapse show FILE: the timeline of a trace, simulated or recorded on a cluster, and of what kubectl printed.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/trace_files.hpp"
#include "cli/view_options.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/timeline.hpp"

namespace podlapse::cli {
namespace {

struct ShowOptions {
  std::vector<std::string> paths;
  std::optional<std::size_t> format;
  std::optional<WallTime> now;
  ViewOptions view;
};

void write_trace(const Trace& trace) {
  write_output(header_line(trace.header));
  const bool name_pod = lines_name_pod(trace.header);
  for (const TraceRecord& record : trace.records) write_output(record_line(record, name_pod));
}

ExitCode show(const ShowOptions& options, const GlobalOptions& global) {
  SourceFiles files;
  std::vector<Diagnostic> problems;
  const std::vector<Trace> traces = read_trace_files(options.paths, files, problems, options.now);
  if (!report_problems(files, problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  if (options.format.value_or(0) == 1) {
    for (const Trace& trace : traces) write_trace(trace);
    return ExitCode::Ok;
  }
  const TimelineOptions how = timeline_options(options.view, global);
  bool first = true;
  for (const Trace& trace : traces) {
    write_output((first ? "" : "\n") + render_timeline(trace, {}, how));
    first = false;
  }
  return ExitCode::Ok;
}

}  // namespace

void add_show_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("show", "draw the timeline of a trace, or of what kubectl printed");
  const auto options = std::make_shared<ShowOptions>();
  command->add_option("FILE", options->paths,
                      "traces, recordings, or what `kubectl get pod -o json` (or yaml, or -w) and `kubectl get events -o json` "
                      "print; `-` for standard input")
      ->required()
      ->type_name("");
  add_choice(*command, "-o,--output", {"text", "jsonl"}, options->format, "FORMAT", "text (default), or jsonl: the trace");
  add_time(*command, "--now", options->now, "when kubectl printed it; without it the last time in it counts");
  add_view_options(*command, options->view);
  command->footer(
      "examples:\n"
      "  podlapse run pod.yaml -o jsonl | podlapse show -\n"
      "  kubectl get pod web -o yaml | podlapse show -             what one state tells of the time before\n"
      "  (kubectl get pod web -o json; kubectl get events -o json) | podlapse show --events -\n"
      "  kubectl get pod web -w -o json >web.json; podlapse show web.json");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return show(*options, global); }; });
}

}  // namespace podlapse::cli
