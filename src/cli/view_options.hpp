// How a timeline is shown: the options that `run` and `show` share.
#pragma once

#include <optional>

#include "cli/command.hpp"
#include "podlapse/report/timeline.hpp"

namespace podlapse::cli {

struct ViewOptions {
  std::optional<int> width;
  bool no_lanes = false, events = false, verbose = false;
};

void add_view_options(CLI::App& command, ViewOptions& options);

[[nodiscard]] TimelineOptions timeline_options(const ViewOptions& options, const GlobalOptions& global);

}  // namespace podlapse::cli
