// What the processes of a run do. Containers have no code here: a behaviour is data (run 30 s, exit 1, ignore SIGTERM)
// that the simulated runtime plays. Format: scenarios/README.md ("Behaviour").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/model/pod_spec.hpp"

namespace podlapse {

/// Something about a container that another process can wait for or depend on, within a Pod or between Pods.
///   started  its process runs, or has run (of `attempt`, if given)        - once true, stays true
///   exited   a run of it has ended (with `exit_code`, if given)           - once true, stays true
///   running  its process runs now
///   serving  it runs and would answer its readiness (else startup) probe now, whether or not the kubelet has asked yet
///   ready    the kubelet holds it ready
struct Moment {
  enum class What : std::uint8_t { Started, Exited, Running, Serving, Ready };
  std::string pod;          ///< empty: the Pod of the process that asks
  std::string container;
  What what = What::Started;
  std::optional<std::int32_t> attempt, exit_code;

  friend bool operator==(const Moment&, const Moment&) = default;
};

/// How a process answers SIGTERM.
struct TermBehavior {
  bool ignore = false;              ///< only SIGKILL ends it (exit code 137)
  SimDuration after{};
  std::int32_t exit_code = 143;

  friend bool operator==(const TermBehavior&, const TermBehavior&) = default;
};

/// A process that needs another container: once `needed` has not held for `after` without a break, counted from its own
/// start at the earliest, it exits with `exit_code`. With `after` zero it exits at the instant when `needed` ceases to hold.
struct Need {
  Moment needed;
  SimDuration after{};
  std::int32_t exit_code = 1;

  friend bool operator==(const Need&, const Need&) = default;
};

/// One run (attempt) of a container. It ends at the earliest of: its own end (`run`, or `until` has come true, or
/// `exit_on` has happened), an unmet need, the answer to a signal.
struct RunBehavior {
  std::optional<SimDuration> run;     ///< nullopt: for ever (or until `until`)
  std::optional<Moment> until;        ///< runs until this holds, then exits
  std::optional<Moment> exit_on;      ///< exits when this happens
  std::vector<Need> needs;
  std::int32_t exit_code = 0;
  TermBehavior on_term;
  std::string start_error;            ///< not empty: the runtime cannot start it, with this text
  std::int32_t start_error_exit_code = 128;
  std::optional<SimDuration> start_takes;  ///< how long the runtime takes from creating it to starting it; nullopt: as ever
  std::optional<std::int64_t> allocate_bytes;  ///< allocated at start; above the memory limit: OOM-killed
  bool allocated_by_child = false;    ///< by another process of the container than its first
  std::string message{};              ///< written to its termination message file before it ends
  std::string output{};               ///< the last lines of its log

  friend bool operator==(const RunBehavior&, const RunBehavior&) = default;
};

struct TimeWindow {
  SimDuration from{}, to{};

  friend bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

/// Answers of one probe of a container by the age of the run (seconds since it started).
struct ProbeBehavior {
  SimDuration ok_after{};                      ///< fails before this age
  std::optional<SimDuration> fail_after;       ///< fails from this age on
  std::vector<TimeWindow> fail_between;
  std::optional<std::int32_t> fail_from_attempt;  ///< from this run on it fails always
  SimDuration takes{};                         ///< how long each probe takes
  std::optional<Moment> ok_while;              ///< fails while this does not hold
  bool fail_on_term = false;                   ///< fails once the stop signal has arrived
  std::string warning{};                       ///< it succeeds, but not quite (a redirect to another host), with this text

  friend bool operator==(const ProbeBehavior&, const ProbeBehavior&) = default;
};

/// What an exec (or HTTP) hook does.
struct HookBehavior {
  std::optional<SimDuration> takes = SimDuration{};  ///< nullopt: for ever (or until `until`)
  std::optional<Moment> until;                       ///< ends when this holds
  std::int32_t exit_code = 0;

  friend bool operator==(const HookBehavior&, const HookBehavior&) = default;
};

/// Everything the processes of one container do. `runs` has one entry per attempt, the last repeats; never empty.
struct ContainerBehavior {
  std::vector<RunBehavior> runs;
  ProbeBehavior startup, readiness, liveness;
  HookBehavior post_start, pre_stop;

  [[nodiscard]] const RunBehavior& run_of(std::int32_t attempt) const;
  [[nodiscard]] const ProbeBehavior& probe(ProbeKind kind) const;

  friend bool operator==(const ContainerBehavior&, const ContainerBehavior&) = default;
};

/// A pull of an image that is on the node already: the registry is asked, nothing is fetched.
inline constexpr SimDuration kPullOfPresent = std::chrono::milliseconds{300};

/// What is known of an image on the node and in the registry.
struct ImageBehavior {
  bool present = false;                              ///< on the node already
  bool absent = false;                               ///< in no registry the node can reach
  SimDuration pull = std::chrono::seconds{2};        ///< the first pull; later ones take kPullOfPresent at most
  std::string pull_error;                            ///< each pull fails with this text ...
  std::optional<std::int32_t> pull_error_times;      ///< ... this many times only
  std::string secret{};                              ///< not empty: only Pods with this imagePullSecret may pull it
  std::string inspect_error;
  std::int64_t size_bytes = 0;

  friend bool operator==(const ImageBehavior&, const ImageBehavior&) = default;
};

}  // namespace podlapse
