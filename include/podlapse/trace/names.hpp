// The words a trace uses for what was observed, so that every reader and writer of traces spells them alike.
#pragma once

#include <optional>
#include <string_view>

#include "podlapse/trace/record.hpp"

namespace podlapse {

[[nodiscard]] const char* to_string(ContainerObservation::What what);  ///< "started", "term", "exited"
[[nodiscard]] const char* to_string(HookObservation::Hook hook);       ///< "postStart", "preStop"
[[nodiscard]] const char* to_string(HookObservation::What what);       ///< "start", "end"
[[nodiscard]] const char* to_string(Sight sight);                      ///< "processes", "watch", "state"

/// StepObservation::step of a moment from which on it is not known what a container did.
inline constexpr const char* kUnknownStep = "unknown";
/// Phase, or status of a condition, that an observer who came late could not know.
inline constexpr const char* kUnknownWord = "?";

/// "waiting", "running", "terminated"; the API's empty state means waiting.
[[nodiscard]] const char* state_word(ContainerState::Kind kind);

/// What the line is about, as its member `type` says: "container", "status", "event", "probe", "hook", "action",
/// "deleted", "job", "step".
[[nodiscard]] const char* type_name(const Observation& observation);

/// The inverse of the functions above; nullopt for any other word.
[[nodiscard]] std::optional<ContainerObservation::What> container_what(std::string_view word);
[[nodiscard]] std::optional<HookObservation::Hook> hook_of(std::string_view word);
[[nodiscard]] std::optional<HookObservation::What> hook_what(std::string_view word);
[[nodiscard]] std::optional<ProbeKind> probe_kind(std::string_view word);
[[nodiscard]] std::optional<Sight> sight_of(std::string_view word);

/// The container a record is about; empty for one about the whole Pod.
[[nodiscard]] std::string_view container_of(const Observation& observation);

}  // namespace podlapse
