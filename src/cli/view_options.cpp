#include "cli/view_options.hpp"

#include <CLI/App.hpp>

#include "cli/options.hpp"
#include "cli/terminal.hpp"

namespace podlapse::cli {

void add_view_options(CLI::App& command, ViewOptions& options) {
  add_integer(command, "--width", options.width, kNarrowestTimeline, 1000,
              "columns to print on (default: the terminal's, else 100)");
  command.add_flag("--no-lanes", options.no_lanes, "leave out the lanes, list only what happens");
  command.add_flag("--events", options.events, "list the Kubernetes events too");
  command.add_flag("-v,--verbose", options.verbose, "list every probe, condition and step of the mechanism");
}

TimelineOptions timeline_options(const ViewOptions& options, const GlobalOptions& global) {
  TimelineOptions how;
  how.width = options.width.value_or(output_width());
  how.lanes = !options.no_lanes;
  how.events = options.events;
  how.verbose = options.verbose;
  how.color = use_color(global.color, Stream::Output);
  return how;
}

}  // namespace podlapse::cli
