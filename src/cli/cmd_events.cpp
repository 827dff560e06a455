// podlapse events FILE: what `kubectl events` would print of a simulated Pod, or of events that a cluster has printed.
#include <algorithm>
#include <cctype>
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
#include "podlapse/report/kube_events.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/scenario/make_workload.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Events, Get, GetWide, Json, Yaml };

/// The object that --for names.
struct Concerned {
  std::string kind, name;
};

struct EventsOptions {
  ObjectOptions objects;
  std::optional<std::size_t> format;
  std::optional<Concerned> concerned;
  std::vector<std::string> types;
  bool watch = false;
  bool no_headers = false;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// "pod/web" (any of kubectl's words for a kind).
Concerned parse_concerned(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || text.find('/', slash + 1) != std::string::npos) {
    throw CLI::ValidationError{"--for", "`" + text + "` is not in the form resource/name, such as pod/web"};
  }
  const WorkloadKindInfo* kind = find_workload_alias(text.substr(0, slash));
  if (kind == nullptr) throw CLI::ValidationError{"--for", "`" + text.substr(0, slash) + "` is no kind that has Pods"};
  return {to_string(kind->kind), text.substr(slash + 1)};
}

/// "Warning,Normal".
std::vector<std::string> parse_types(const std::string& text) {
  std::vector<std::string> types;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    types.push_back(lower(text.substr(at, end - at)));
    if (types.back() != "normal" && types.back() != "warning") {
      throw CLI::ValidationError{"--types", "`" + text.substr(at, end - at) + "` is neither Normal nor Warning"};
    }
    at = end + 1;
  }
  return types;
}

bool is_wanted(const EventsOptions& options, const Value& event) {
  if (!options.types.empty()) {
    const std::string type = lower(event.string_at("type"));
    if (std::find(options.types.begin(), options.types.end(), type) == options.types.end()) return false;
  }
  if (!options.concerned) return true;
  const Value* object = event.find("involvedObject");
  return object != nullptr && object->string_at("kind") == options.concerned->kind &&
         object->string_at("name") == options.concerned->name;
}

EventTable table_of(Format format) {
  switch (format) {
    case Format::Get: return EventTable::GetEvents;
    case Format::GetWide: return EventTable::GetEventsWide;
    case Format::Events:
    case Format::Json:
    case Format::Yaml: return EventTable::Events;
  }
  return EventTable::Events;
}

ExitCode watch(const EventsOptions& options, const GlobalOptions& global) {
  const auto format = static_cast<Format>(options.format.value_or(0));
  if (options.objects.now || !options.objects.event_files.empty()) {
    log_error("--watch needs a simulation, and --now and --events do without");
    return ExitCode::BadInput;
  }
  EventPrinter printer{table_of(format), !options.no_headers};
  bool first = true;
  const bool read = watch_objects(options.objects, global, [&](const ApiMoment& moment) {
    if (moment.change.what != ApiChange::What::Event) return;
    const Value event = moment.api.event(moment.change.index);
    if (!is_wanted(options, event)) return;
    if (format == Format::Json) return write_output(write_json(event));
    if (format != Format::Yaml) return write_output(printer.print({event}, moment.now));
    write_output((std::exchange(first, false) ? "" : "---\n") + document(event, Document::Yaml));
  });
  return read ? ExitCode::Ok : ExitCode::BadInput;
}

ExitCode events(const EventsOptions& options, const GlobalOptions& global) {
  if (options.objects.input.paths.empty() && options.objects.event_files.empty()) {
    log_error("FILE is missing");
    log_help("`podlapse events --help` tells the usage");
    return ExitCode::BadInput;
  }
  if (options.watch) return watch(options, global);
  const std::optional<ApiObjects> objects = read_objects(options.objects, global, WithoutInstant::RunToEnd);
  if (!objects) return ExitCode::BadInput;
  Value::Array wanted;
  for (const Value& event : objects->events) {
    if (is_wanted(options, event)) wanted.push_back(event);
  }
  if (wanted.empty()) {
    log_note("no events found");
    return ExitCode::Ok;
  }
  const auto format = static_cast<Format>(options.format.value_or(0));
  const bool as_get = format == Format::Get || format == Format::GetWide;
  if (!as_get) wanted = in_events_order(std::move(wanted));
  if (format == Format::Json) {
    write_output(write_json(event_list(std::move(wanted))));
  } else if (format == Format::Yaml) {
    write_output(document(event_list(std::move(wanted)), Document::Yaml));
  } else {
    EventPrinter printer{table_of(format), !options.no_headers};
    write_output(printer.print(wanted, objects->now));
  }
  return ExitCode::Ok;
}

}  // namespace

void add_events_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("events", "print what `kubectl events` would show");
  const auto options = std::make_shared<EventsOptions>();
  add_object_options(*command, options->objects, true);
  command->get_option("FILE")->required(false);
  add_choice(*command, "-o,--output", {"events", "get", "get-wide", "json", "yaml"}, options->format, "FORMAT",
             "events (default), the tables of `kubectl get events` (get, get-wide), json or yaml");
  command
      ->add_option_function<std::string>(
          "--for", [options](const std::string& text) { options->concerned = parse_concerned(text); },
          "only events of this object, e.g. pod/web")
      ->type_name("KIND/NAME");
  command
      ->add_option_function<std::string>(
          "--types", [options](const std::string& text) { options->types = parse_types(text); }, "only Normal or Warning events")
      ->type_name("TYPES");
  command->add_flag("-w,--watch", options->watch, "print events as they are written, up to --at or to the end of the run");
  command->add_flag("--no-headers", options->no_headers, "no head above the table");
  command->footer(
      "examples:\n"
      "  podlapse events pod.yaml                                  all that the run writes\n"
      "  podlapse events pod.yaml --at 60s --types Warning         what is there after 60 s\n"
      "  podlapse events --events events.json --now 2026-01-01T12:00:00Z --for pod/web\n"
      "                                                            what a cluster has printed as JSON");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return events(*options, global); }; });
}

}  // namespace podlapse::cli
