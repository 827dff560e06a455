// Where `get`, `describe` and `events` take their objects from: a simulation, looked at in one instant, or files that hold
// what a cluster printed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/input_options.hpp"
#include "podlapse/report/api_view.hpp"

namespace podlapse::cli {

struct ObjectOptions {
  InputOptions input;
  SimulationOptionsGiven simulation;
  std::optional<SimDuration> at;        ///< simulate, and look at this instant
  std::optional<WallTime> now;          ///< do not simulate: print what the files hold, at this time
  std::vector<std::string> event_files; ///< events that go with the files' Pods
};

/// FILE..., --at, --now, --select, the overrides and the options of a simulation; --events where `with_events`.
void add_object_options(CLI::App& command, ObjectOptions& options, bool with_events);

/// The API at one instant.
struct ApiObjects {
  Value::Array pods, events;  ///< events as the API lists them
  WallTime now{};
  bool in_list = false;       ///< the files held a List of Pods
};

/// What is to be done when neither --at nor --now is given and the Pods have no status of their own.
enum class WithoutInstant : std::uint8_t {
  Refuse,   ///< --at is missing
  RunToEnd, ///< simulate to the end of the run
};

/// The objects that the options ask for; nullopt after the problems have been reported. Pods that do not exist at that instant
/// are noted. Without --at and --now, Pods that have a status are printed as they are at the clock's time, as kubectl would.
[[nodiscard]] std::optional<ApiObjects> read_objects(const ObjectOptions& options, const GlobalOptions& global,
                                                     WithoutInstant without_instant);

/// What the API shows at a moment of a run.
struct ApiMoment {
  const ApiView& api;
  ApiChange change;
  WallTime now;
};

/// Simulates up to --at, or to the end of the run, and calls `on_change` after every change of what the API shows. False when
/// the input was refused.
[[nodiscard]] bool watch_objects(const ObjectOptions& options, const GlobalOptions& global,
                                 const std::function<void(const ApiMoment&)>& on_change);

enum class Document : std::uint8_t { Json, Yaml };

/// An object as kubectl prints one that it does not know as a Go type: members sorted.
[[nodiscard]] std::string document(Value object, Document form);

/// Pods as `kubectl get -o json` or yaml prints them: one object, or a List of several (and always where `list`).
[[nodiscard]] std::string pods_document(Value::Array pods, bool list, Document form);

}  // namespace podlapse::cli
