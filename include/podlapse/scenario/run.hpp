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
  std::optional<SimDuration> until;                       ///< the user's --until or the scenario's
  SimDuration after_terminal = std::chrono::seconds{4};
  SimDuration after_gone = std::chrono::milliseconds{2500};
  SimDuration after_quiet = std::chrono::seconds{10};     ///< after the last change that is not periodic
  SimDuration at_most = std::chrono::minutes{10};
  std::uint64_t events_max = 50'000'000;                  ///< a guard against endless loops at one instant
};

/// Why a run stopped.
enum class RunEnd : std::uint8_t { Terminal, Gone, Quiet, Until, AtMost, Events, Interrupted };

struct RunResult {
  RunEnd end = RunEnd::Quiet;
  SimTime ended_at{};       ///< the trace's observedUntil
  bool cut = false;         ///< something was still to come
};

/// Runs `world` to its end. Every record up to the end goes to `sink`. `keep_going` is asked before each event with its due
/// time (pacing, Ctrl-C); return false to stop. It may be empty.
RunResult run_world(World& world, const RunLimits& limits, TraceSink* sink, bool (*keep_going)(SimTime, void*) = nullptr,
                    void* context = nullptr);

}  // namespace podlapse
