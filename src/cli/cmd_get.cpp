// podlapse get FILE --at 12s: what `kubectl get pod` would have printed at that instant.
#include <algorithm>
#include <array>
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
#include "cli/simulation.hpp"
#include "podlapse/report/columns.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Table, Wide, Json, Yaml, Name };

struct GetOptions {
  InputOptions input;
  SimulationOptionsGiven simulation;
  std::optional<SimDuration> at;
  std::optional<std::size_t> format;
};

/// Keeps what the API shows last of each Pod.
class LatestStatus final : public TraceSink {
 public:
  struct Pod {
    StatusObservation seen;
    bool gone = false;
    SimTime gone_at{};
  };

  void on_record(const TraceRecord& record) override {
    if (const auto* status = std::get_if<StatusObservation>(&record.observation)) pods_[record.pod].seen = *status;
    if (std::holds_alternative<DeletedObservation>(record.observation)) {
      pods_[record.pod].gone = true;
      pods_[record.pod].gone_at = record.at;
    }
  }
  [[nodiscard]] const Pod* find(const std::string& name) const {
    const auto pod = pods_.find(name);
    return pod == pods_.end() ? nullptr : &pod->second;
  }

 private:
  std::map<std::string, Pod> pods_;
};

/// Rows as kubectl aligns them (k8s.io/cli-runtime printers.GetNewTabWriter: cells at least 6 wide, 3 blanks between).
std::string align(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max({widths[i], std::size_t{6}, text_width(row[i]) + 3});
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - text_width(row[i]), ' ');
    }
    text += '\n';
  }
  return text;
}

std::vector<std::string> cells_of(const PodColumns& columns, bool wide) {
  std::vector<std::string> cells{columns.name, columns.ready, columns.status, columns.restarts, columns.age};
  if (wide) cells.insert(cells.end(), {columns.ip, columns.node, columns.nominated_node, columns.readiness_gates});
  return cells;
}

/// Collects the Pods of all scenarios as they are at one instant.
class Snapshot {
 public:
  Snapshot(SimDuration at, Format format) : at_(at), format_(format) {}

  void add(const Scenario& scenario, const SimulationOptions& options) {
    Simulation simulation = prepare(scenario, options);
    LatestStatus latest;
    simulation.world.run_until(kTimeZero + at_, &latest);
    for (std::size_t i = 0; i < simulation.input->pods.size(); ++i) {
      const PodInput& pod = simulation.input->pods[i];
      const LatestStatus::Pod* known = latest.find(pod.spec.name);
      if (known == nullptr || known->gone) {
        const std::string since = known == nullptr ? "is not created yet" : "is gone since " + format_span(known->gone_at.time_since_epoch());
        log_note("pod \"" + pod.spec.name + "\" " + since);
        continue;
      }
      add_pod(simulation, i, known->seen);
    }
  }

  ExitCode print() const {
    if (rows_.empty()) {
      log_note("no Pod exists at " + format_span(at_));
      return ExitCode::Ok;
    }
    std::vector<std::vector<std::string>> rows;
    if (format_ != Format::Name) {
      rows.push_back({"NAME", "READY", "STATUS", "RESTARTS", "AGE"});
      if (format_ == Format::Wide) {
        rows.front().insert(rows.front().end(), {"IP", "NODE", "NOMINATED NODE", "READINESS GATES"});
      }
    }
    rows.insert(rows.end(), rows_.begin(), rows_.end());
    write_output(align(rows));
    return ExitCode::Ok;
  }

 private:
  void add_pod(const Simulation& simulation, std::size_t index, const StatusObservation& seen) {
    const PodInput& pod = simulation.input->pods[index];
    if (format_ == Format::Name) return rows_.push_back({"pod/" + pod.spec.name});
    const WallClock& clock = simulation.input->clock;
    PodRow row;
    row.pod = simulation.header.pods[index];
    row.status = seen.status;
    row.deleting = seen.deleting.has_value();
    row.created_at = clock.at(kTimeZero + pod.created_at);
    row.node_name = pod.spec.node_name;
    row.readiness_gates = pod.spec.readiness_gates;
    rows_.push_back(cells_of(columns(row, clock.at(kTimeZero + at_)), format_ == Format::Wide));
  }

  SimDuration at_;
  Format format_;
  std::vector<std::vector<std::string>> rows_;
};

ExitCode get(const GetOptions& options, const GlobalOptions& global) {
  const Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  Snapshot snapshot{*options.at, static_cast<Format>(options.format.value_or(0))};
  for (const Scenario& scenario : input.scenarios) snapshot.add(scenario, simulation_options(options.simulation));
  return snapshot.print();
}

}  // namespace

void add_get_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("get", "print what `kubectl get pod` would show at one instant");
  const auto options = std::make_shared<GetOptions>();
  add_input_options(*command, options->input, &options->at);
  command->get_option("--at")
      ->required()
      ->group("Options")
      ->type_name("INSTANT")
      ->description("when to look; TIME=ACTION is an action, as with `podlapse run`");
  command->footer("example: podlapse get pod.yaml --at 12s -o wide");
  add_choice(*command, "-o,--output", {"table", "wide", "json", "yaml", "name"}, options->format, "FORMAT",
             "wide, name, or the whole Pod as json or yaml");
  add_simulation_options(*command, options->simulation, false);
  command->callback([options, &chosen] {
    chosen = [options](const GlobalOptions& global) { return get(*options, global); };
  });
}

}  // namespace podlapse::cli
