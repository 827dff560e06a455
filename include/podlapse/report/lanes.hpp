// What each container of a trace was doing at every instant: the content of a timeline, before anybody draws it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "podlapse/trace/record.hpp"

namespace podlapse {

/// What a container's lane shows. `Running` is what counts as up: an init container's process runs, any other is ready.
enum class LaneState : std::uint8_t {
  Absent,    ///< the Pod does not exist (yet, or any more)
  Waiting,   ///< for its turn, the sandbox, or its creation
  Pulling,   ///< its image is being pulled
  Blocked,   ///< it cannot be started: ErrImagePull, CreateContainerConfigError, ...
  NotReady,  ///< its process runs, but it is not ready
  Running,
  Terminating,  ///< its preStop hook runs, or it has had its signal, and the process still runs
  BackOff,      ///< it has ended, or its pull has failed, and it waits to be tried again
  Done,         ///< exited 0
  Failed,       ///< exited otherwise, or was never started
  Unknown,      ///< whoever observed it came too late to know
};

/// "waiting", "not ready", ...: the word of a legend.
[[nodiscard]] const char* to_string(LaneState state);

/// Lasts from `from` up to, not including, `to`.
struct LaneSegment {
  SimTime from{}, to{};
  LaneState state = LaneState::Absent;
};

/// The start or end of one run of a container.
struct LaneMark {
  enum class What : std::uint8_t { Start, End };
  SimTime at{};
  What what = What::Start;
  std::int32_t attempt = 0;
  std::int32_t exit_code = 0;  ///< of an end
};

struct ContainerLane {
  std::string name;
  ContainerKind kind = ContainerKind::Main;
  std::vector<LaneSegment> segments;  ///< in time order, without gaps; neighbours differ in state
  std::vector<LaneMark> marks;        ///< in time order
};

/// A word that held for a while: a phase, or kubectl's STATUS.
struct WordSegment {
  SimTime from{}, to{};
  std::string word;
};

/// Something that was done from outside: "delete", "kill app".
struct OutsideMark {
  SimTime at{};
  std::string text;
};

struct PodLanes {
  std::string pod;
  std::vector<ContainerLane> containers;  ///< in the order of the spec: init containers and sidecars, then mains
  std::vector<WordSegment> phase, status;
  std::vector<OutsideMark> outside;
  std::optional<SimTime> gone;  ///< when the object vanished
};

/// A Job over time.
struct JobLanes {
  std::string job;                 ///< its name; empty in a recorded trace
  /// "active 2"; "back-off" while it waits before it replaces what has failed; "terminating 1" while it waits for that Pod's end;
  /// "SuccessCriteriaMet", "FailureTarget" while its Pods end; "Complete", "Failed", "Suspended".
  std::vector<WordSegment> state;
  std::vector<WordSegment> ended;  ///< "✓1 ✗2": how many Pods have succeeded, and how many failed
  std::vector<OutsideMark> outside;
  JobObservation last;
  bool was_active = false;
  std::int32_t failed_before = 0;  ///< when it was active last
};

struct Lanes {
  SimTime from{}, to{};  ///< what the trace covers
  std::vector<JobLanes> jobs;
  std::vector<PodLanes> pods;
};

[[nodiscard]] Lanes make_lanes(const Trace& trace);

/// What an action was, in a few words: "delete, grace 5s".
[[nodiscard]] std::string describe_action(const ActionObservation& action);

}  // namespace podlapse
