// podlapse get FILE --at 12s: what `kubectl get pod` would have printed at that instant; and of objects that have a status,
// what it prints at a time.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/objects.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "podlapse/report/columns.hpp"
#include "podlapse/report/tab_writer.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Table, Wide, Json, Yaml, Name };

struct GetOptions {
  ObjectOptions objects;
  std::optional<std::size_t> format;
  bool every_change = false;
  bool no_headers = false;
};

/// Prints Pods in one of the forms of `kubectl get`. Printing again goes on where it was, as with --watch: the head comes
/// once, and documents are separated.
class PodPrinter {
 public:
  PodPrinter(Format format, bool heads) : format_(format), heads_(heads) {}

  [[nodiscard]] std::string print(Value::Array pods, bool list, WallTime now) {
    switch (format_) {
      case Format::Table:
      case Format::Wide: return table(pods, now);
      case Format::Json: return pods_document(std::move(pods), list, Document::Json);
      case Format::Yaml: {
        const std::string document = pods_document(std::move(pods), list, Document::Yaml);
        return (std::exchange(documents_, true) ? "---\n" : "") + document;
      }
      case Format::Name: return names(pods);
    }
    return {};
  }

 private:
  std::string table(const Value::Array& pods, WallTime now) {
    const bool wide = format_ == Format::Wide;
    if (std::exchange(heads_, false)) tabs_.write(table_line(column_heads(wide)));
    for (const Value& pod : pods) tabs_.write(table_line(column_cells(columns(pod_row_from(pod), now), wide)));
    return tabs_.take();
  }

  static std::string names(const Value::Array& pods) {
    std::string text;
    for (const Value& pod : pods) text += "pod/" + pod_row_from(pod).pod.name + "\n";
    return text;
  }

  Format format_;
  bool heads_, documents_ = false;
  TabWriter tabs_{kTableTabs};
};

bool is_table(Format format) { return format != Format::Json && format != Format::Yaml; }

ExitCode get_every_change(const GetOptions& options, const GlobalOptions& global, PodPrinter printer) {
  if (options.objects.now) {
    log_error("--every-change needs a simulation, and --now does without");
    return ExitCode::BadInput;
  }
  const bool read = watch_objects(options.objects, global, [&printer](const ApiMoment& moment) {
    if (moment.change.what == ApiChange::What::Event) return;
    write_output(printer.print({moment.api.pod(moment.change.index)}, false, moment.now));
  });
  return read ? ExitCode::Ok : ExitCode::BadInput;
}

ExitCode get(const GetOptions& options, const GlobalOptions& global) {
  const auto format = static_cast<Format>(options.format.value_or(0));
  PodPrinter printer{format, !options.no_headers};
  if (options.every_change) return get_every_change(options, global, std::move(printer));
  std::optional<ApiObjects> objects = read_objects(options.objects, global, WithoutInstant::Refuse);
  if (!objects) return ExitCode::BadInput;
  if (objects->pods.empty() && is_table(format)) {
    log_note("no Pod exists at that time");
    return ExitCode::Ok;
  }
  write_output(printer.print(std::move(objects->pods), objects->in_list, objects->now));
  return ExitCode::Ok;
}

}  // namespace

void add_get_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("get", "print what `kubectl get pod` would show at one instant");
  const auto options = std::make_shared<GetOptions>();
  add_object_options(*command, options->objects, false);
  command->footer(
      "examples:\n"
      "  podlapse get pod.yaml --at 12s -o wide                    the table at 12 s\n"
      "  podlapse get pod.yaml --at 12s -o yaml                    the whole Pod with its status, as a fixture\n"
      "  podlapse get pod.yaml --every-change                      a row for each change, as with `kubectl get -w`\n"
      "  podlapse get pod.json --now 2026-01-01T12:00:00Z          the status that pod.json holds\n"
      "A Pod that has a status is shown as it is now where neither --at nor --now is given.");
  add_choice(*command, "-o,--output", {"table", "wide", "json", "yaml", "name"}, options->format, "FORMAT",
             "wide, name, or the whole Pod as json or yaml");
  command->add_flag("--every-change", options->every_change,
                    "print each change up to --at, or to the end of the run, as `kubectl get -w` does");
  command->add_flag("--no-headers", options->no_headers, "no head above the table");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return get(*options, global); }; });
}

}  // namespace podlapse::cli
