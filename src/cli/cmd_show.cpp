// podlapse show TRACE.jsonl: the timeline of a trace, simulated or recorded on a cluster.
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/trace_files.hpp"
#include "cli/view_options.hpp"
#include "podlapse/report/timeline.hpp"

namespace podlapse::cli {
namespace {

struct ShowOptions {
  std::vector<std::string> paths;
  ViewOptions view;
};

ExitCode show(const ShowOptions& options, const GlobalOptions& global) {
  SourceFiles files;
  std::vector<Diagnostic> problems;
  const std::vector<Trace> traces = read_trace_files(options.paths, files, problems);
  if (!report_problems(files, problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
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
  CLI::App* command = app.add_subcommand("show", "draw the timeline of a recorded trace");
  const auto options = std::make_shared<ShowOptions>();
  command->add_option("TRACE", options->paths, "traces in JSON Lines, `-` for standard input")
      ->required()
      ->type_name("");
  add_view_options(*command, options->view);
  command->footer("example: podlapse run pod.yaml -o jsonl | podlapse show -");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return show(*options, global); }; });
}

}  // namespace podlapse::cli
