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
#include "podlapse/report/pod_object.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/trace/sink.hpp"
#include "yaml/write.hpp"

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
    std::optional<SimTime> deleting_since;
    bool gone = false;
    SimTime gone_at{};
  };

  void on_record(const TraceRecord& record) override {
    if (const auto* status = std::get_if<StatusObservation>(&record.observation)) {
      Pod& pod = pods_[record.pod];
      pod.seen = *status;
      if (status->deleting && !pod.deleting_since) pod.deleting_since = record.at;
    }
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
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max({widths[i], std::size_t{6}, text_width(row[i]) + 3});
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
      const std::string& name = simulation.input->pods[i].spec.name;
      const LatestStatus::Pod* known = latest.find(name);
      if (known == nullptr) {
        log_note("pod \"" + name + "\" is not created yet");
      } else if (known->gone) {
        log_note("pod \"" + name + "\" is gone since " + format_span(known->gone_at.time_since_epoch()));
      } else if (format_ == Format::Json || format_ == Format::Yaml) {
        objects_.push_back(object_of(simulation, i, scenario.workloads.at(i).pod_object, *known));
      } else {
        rows_.push_back(row_of(simulation, i, known->seen));
      }
    }
  }

  void print() && {
    if (format_ == Format::Json || format_ == Format::Yaml) return print_objects();
    if (rows_.empty()) return log_note("no Pod exists at " + format_span(at_));
    std::vector<std::string> head{"NAME", "READY", "STATUS", "RESTARTS", "AGE"};
    if (format_ == Format::Wide) head.insert(head.end(), {"IP", "NODE", "NOMINATED NODE", "READINESS GATES"});
    if (format_ != Format::Name) rows_.insert(rows_.begin(), std::move(head));
    write_output(align(rows_));
  }

 private:
  void print_objects() {
    Value all = objects_.size() == 1 ? std::move(objects_.front()) : object_list(std::move(objects_));
    all = by_name(all);
    write_output(format_ == Format::Json ? write_json(all) : yaml::write_yaml(all));
  }

  [[nodiscard]] std::vector<std::string> row_of(const Simulation& simulation, std::size_t index,
                                                const StatusObservation& seen) const {
    const PodInput& pod = simulation.input->pods[index];
    if (format_ == Format::Name) return {"pod/" + pod.spec.name};
    const WallClock& clock = simulation.input->clock;
    PodRow row;
    row.pod = simulation.header.pods[index];
    row.status = seen.status;
    row.deleting = seen.deleting.has_value();
    row.created_at = clock.at(kTimeZero + pod.created_at);
    row.node_name = pod.spec.node_name;
    row.readiness_gates = pod.spec.readiness_gates;
    return cells_of(columns(row, clock.at(kTimeZero + at_)), format_ == Format::Wide);
  }

  static Value object_of(const Simulation& simulation, std::size_t index, const Value& manifest,
                         const LatestStatus::Pod& known) {
    const PodInput& pod = simulation.input->pods[index];
    const WallClock& clock = simulation.input->clock;
    ServerFields fields;
    fields.name = pod.spec.name;
    fields.namespace_name = pod.spec.namespace_name;
    fields.uid = pod.spec.uid;
    fields.generation = pod.spec.generation;
    fields.creation_timestamp = clock.at(kTimeZero + pod.created_at);
    fields.node_name = pod.spec.node_name;
    if (known.deleting_since) {
      const std::int64_t grace = known.seen.deleting.value_or(0);
      fields.deletion_timestamp = clock.at(*known.deleting_since) + std::chrono::seconds{grace};
      fields.deletion_grace_period_seconds = grace;
    }
    return pod_object(manifest, fields, known.seen.status);
  }

  SimDuration at_;
  Format format_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<Value> objects_;
};

ExitCode get(const GetOptions& options, const GlobalOptions& global) {
  const Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  Snapshot snapshot{*options.at, static_cast<Format>(options.format.value_or(0))};
  for (const Scenario& scenario : input.scenarios) snapshot.add(scenario, simulation_options(options.simulation));
  std::move(snapshot).print();
  return ExitCode::Ok;
}

}  // namespace

void add_get_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("get", "print what `kubectl get pod` would show at one instant");
  const auto options = std::make_shared<GetOptions>();
  add_input_options(*command, options->input, &options->at);
  command->get_option("--at")->required()->group("Options")->type_name("INSTANT")->description(
      "when to look; TIME=ACTION is an action, as with `podlapse run`");
  command->footer("example: podlapse get pod.yaml --at 12s -o wide");
  add_choice(*command, "-o,--output", {"table", "wide", "json", "yaml", "name"}, options->format, "FORMAT",
             "wide, name, or the whole Pod as json or yaml");
  add_simulation_options(*command, options->simulation, false);
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return get(*options, global); }; });
}

}  // namespace podlapse::cli
