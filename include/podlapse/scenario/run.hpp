// Running a scenario from its first event to the end that its watcher would choose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "podlapse/kubelet/world.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/trace/record.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse {

struct RunLimits {
  std::optional<SimDuration> until;    ///< exactly until then (the command line's --until), however the Pods end
  std::optional<SimDuration> longest;  ///< a scenario's `until`: no quiet end before it, but earlier after a terminal phase
  SimDuration not_before{};            ///< the last action of the scenario: no end by itself before it has been seen
  SimDuration after_terminal = std::chrono::seconds{4};
  SimDuration after_gone = std::chrono::milliseconds{2500};
  SimDuration after_quiet = std::chrono::seconds{10};     ///< after the last change that is not periodic
  SimDuration at_most = std::chrono::minutes{10};
  std::uint64_t events_max = 50'000'000;                  ///< a guard against endless loops at one instant
};

/// The limits of a scenario: its `until`, its last action, and the user's --until where there is one.
[[nodiscard]] RunLimits make_run_limits(const Scenario& scenario, std::optional<SimDuration> user_until = std::nullopt);

/// Why a run stopped.
///   Terminal     4 s after the last Pod of the World showed a terminal phase
///   Gone         2.5 s after the last object was gone and its processes had ended
///   Quiet        nothing but periodic things for 10 s, and nothing will come by itself
///   Until        `until` or `longest` was reached
///   AtMost       10 minutes were reached
///   Events       events_max was reached
///   Interrupted  `keep_going` said so
enum class RunEnd : std::uint8_t { Terminal, Gone, Quiet, Until, AtMost, Events, Interrupted };

struct RunResult {
  RunEnd end = RunEnd::Quiet;
  SimTime ended_at{};       ///< the trace's observedUntil
  bool cut = false;         ///< stopped before it would have ended by itself
  RuleId because = RuleId::None;
};

/// One line for the reader: "ended at 9.053s: the Pod has finished", "cut at 30s".
[[nodiscard]] std::string describe_end(const RunResult& result);

/// When a Pod's story is over for somebody who watches it; nullopt while something is known to come by itself.
struct PodEnd {
  RunEnd why = RunEnd::Quiet;
  SimTime at{};
};
[[nodiscard]] std::optional<PodEnd> pod_end(const PodProgress& progress, const RunLimits& limits);

/// Runs `world` to its end. Every record up to the end goes to `sink`. `keep_going` is asked before each event with its due
/// time (pacing, Ctrl-C); return false to stop. It may be empty.
RunResult run_world(World& world, const RunLimits& limits, TraceSink* sink, bool (*keep_going)(SimTime, void*) = nullptr,
                    void* context = nullptr);

}  // namespace podlapse
