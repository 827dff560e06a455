// What the checks of conformance look at in one trace: the moments of its processes, the paths of what the API shows, its
// events and its end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "podlapse/base/time.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse::conformance {

/// One run of a container.
struct RunKey {
  std::int32_t pod = 0;
  std::string container;
  std::int32_t attempt = 0;
  friend bool operator<(const RunKey& a, const RunKey& b) {
    return std::tie(a.pod, a.container, a.attempt) < std::tie(b.pod, b.container, b.attempt);
  }
};

/// What happened to a run, or that the Pod's object vanished (then the run has only its Pod).
struct MomentKey {
  enum class What : std::uint8_t { Started, Term, Exited, Deleted };
  RunKey run;
  What what = What::Started;
  std::optional<std::int32_t> exit_code;  ///< Exited
  friend bool operator<(const MomentKey& a, const MomentKey& b) {
    return std::tie(a.run, a.what, a.exit_code) < std::tie(b.run, b.what, b.exit_code);
  }
};

/// "app[0].exited(1)", as scenarios name moments; "deleted" for the object.
[[nodiscard]] std::string to_string(const MomentKey& key);

using Moments = std::map<MomentKey, SimDuration>;

/// When each happened first; an object that vanished, last.
[[nodiscard]] Moments moments_of(const std::vector<TraceRecord>& records);

/// The same as the API shows it: starts and exits of the runs in each status, and the end of the object. Times are in the middle
/// of their second where the header has an `origin`, else those of the status; there are no signals.
[[nodiscard]] Moments shown_moments_of(const Trace& trace);

/// How long each run waited since the run before it ended. `by_itself`: only where that end was no answer to SIGTERM.
[[nodiscard]] std::map<RunKey, SimDuration> restart_waits(const Moments& moments, bool by_itself);

/// A run that began when its container had waited `in_all` for its restarts so far.
struct Waited {
  std::int32_t pod = 0;
  SimDuration at{}, in_all{};
};
[[nodiscard]] std::vector<Waited> waits_in_all(const Moments& moments);

/// The longest that a container of that Pod had waited by then: the jitter of its back-off moves the others too.
[[nodiscard]] SimDuration waited_by(const std::vector<Waited>& waits, std::int32_t pod, SimDuration at);

/// What the API shows of a Pod, each a thing that takes one value after the other: "phase", "condition Ready",
/// "container app", "ready app".
struct Subject {
  std::int32_t pod = 0;
  std::string name;
  friend bool operator<(const Subject& a, const Subject& b) {
    return std::tie(a.pod, a.name) < std::tie(b.pod, b.name);
  }
};

/// A value and how long it was shown.
struct Stay {
  std::string value;
  SimDuration length{};
};
using Path = std::vector<Stay>;
using Paths = std::map<Subject, Path>;

/// The paths of a trace up to `end`, when the last values are cut off.
[[nodiscard]] Paths paths_of(const std::vector<TraceRecord>& records, SimDuration end);

/// "Pending 0.6s > Running 7.6s"; "nothing".
[[nodiscard]] std::string to_string(const Path& path);

/// How long each value of each subject was shown in all.
using Dwell = std::map<std::pair<Subject, std::string>, SimDuration>;
[[nodiscard]] Dwell dwell_of(const Paths& paths);

/// Events that are counted together. Messages differ by chance, as names of Pods do.
struct EventKey {
  std::int32_t pod = 0;  ///< kJobItself for a Job's
  std::string reason, container;
  friend bool operator<(const EventKey& a, const EventKey& b) {
    return std::tie(a.pod, a.reason, a.container) < std::tie(b.pod, b.reason, b.container);
  }
};

/// How often each was emitted up to `end`: the highest count of each message. Events of others than the kubelet (and, of Jobs,
/// their controller) are left out: what schedules a Pod is not modelled.
[[nodiscard]] std::map<EventKey, std::int64_t> events_of(const std::vector<TraceRecord>& records, SimDuration end);

/// What is shown last of each Pod and of the Job up to `end`: "phase", "deleting", "gone", "job", and each container by
/// its name with its last state.
using FinalKey = std::pair<std::int32_t, std::string>;
[[nodiscard]] std::map<FinalKey, std::string> final_of(const std::vector<TraceRecord>& records, SimDuration end);

/// When the final value called `key` last changed, in whichever Pod; nullopt where nothing was shown up to `end`.
[[nodiscard]] std::optional<SimDuration> last_change(const std::vector<TraceRecord>& records, SimDuration end,
                                                     const std::string& key);

/// The record's time as a trace has it, to the millisecond.
[[nodiscard]] SimDuration time_of(const TraceRecord& record);

}  // namespace podlapse::conformance
