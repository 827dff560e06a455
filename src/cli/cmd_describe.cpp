// podlapse describe FILE --at 12s: what `kubectl describe pod` would have printed at that instant.
#include <memory>
#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/objects.hpp"
#include "cli/output.hpp"
#include "podlapse/report/describe.hpp"
#include "podlapse/report/kube_events.hpp"

namespace podlapse::cli {
namespace {

ExitCode describe(const ObjectOptions& options, const GlobalOptions& global) {
  const std::optional<ApiObjects> objects = read_objects(options, global, WithoutInstant::Refuse);
  if (!objects) return ExitCode::BadInput;
  if (objects->pods.empty()) log_note("no Pod exists at that time");
  std::string text;
  for (const Value& pod : objects->pods) {
    Value::Array events;
    for (const Value& event : objects->events) {
      if (event_concerns(event, pod)) events.push_back(event);
    }
    text += (text.empty() ? "" : "\n\n") + describe_pod(pod, events, objects->now);
  }
  write_output(text);
  return ExitCode::Ok;
}

}  // namespace

void add_describe_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("describe", "print what `kubectl describe pod` would show at one instant");
  const auto options = std::make_shared<ObjectOptions>();
  add_object_options(*command, *options, true);
  command->footer(
      "examples:\n"
      "  podlapse describe pod.yaml --at 12s                       simulated up to 12 s\n"
      "  podlapse describe pod.json --events events.json --now 2026-01-01T12:00:00Z\n"
      "                                                            what a cluster has printed as JSON\n"
      "A Pod that has a status is shown as it is now where neither --at nor --now is given.");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return describe(*options, global); }; });
}

}  // namespace podlapse::cli
