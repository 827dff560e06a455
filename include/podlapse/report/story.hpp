// A trace in plain words: what happened, to whom, and by which rule, line after line.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "podlapse/report/lanes.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// What kind of news a line is; decides its sign and colour.
enum class News : std::uint8_t {
  Started,
  Ready,
  NotReady,
  EndedWell,
  EndedBadly,
  Waits,
  Pulls,
  Ending,
  Outside,
  Pod,
  Job,
  Detail,
};

struct StoryLine {
  SimTime at{};
  bool goes_on = false;  ///< about the same record as the line before
  std::string pod;
  std::string container;  ///< empty: the whole Pod
  News news = News::Detail;
  std::string text;
  std::string rule;  ///< the decision behind it; empty in a recorded trace and in lines that go on
  std::uint64_t seq = 0;
  std::string owner{};    ///< "Job/x": it is about what makes the Pods, and not about a Pod
};

struct StoryOptions {
  bool events = false;   ///< Kubernetes events as `kubectl describe` has them
  bool verbose = false;  ///< every probe, every condition, and the steps of the mechanism
};

/// Tells one record after the other. It remembers what was told, so that a status is reported by what changed in it.
class Storyteller {
 public:
  Storyteller(const TraceHeader& header, StoryOptions options);

  /// The lines of `record`; none when it holds no news. Requires: records in time order.
  [[nodiscard]] std::vector<StoryLine> tell(const TraceRecord& record);

 private:
  /// A step of the mechanism about a container, in case something observable follows from it.
  struct Step {
    std::uint64_t seq = 0, cause = 0;
    std::string pod, container, rule;
  };
  struct Run {
    bool seen = false;
    SimTime started{};
    std::int32_t attempt = 0, ended = -1;        ///< the last that started, and the last whose end was seen
    std::map<ProbeKind, bool> probes;            ///< the last answer
    std::map<ProbeKind, std::int32_t> failures;  ///< in a row
    SimTime hook_began{};
    std::string told_message;    ///< why it waits, as last told
    bool told_back_off = false;  ///< since it ended
  };
  struct Pod {
    PodOutline outline;
    StatusObservation status;
    std::string phase, status_word;
    bool has_status = false;
    std::map<std::string, Run> runs;
    bool processes_seen = true;  ///< starts and ends of processes have records of their own
  };
  class Telling;

  [[nodiscard]] std::string decision_behind(const TraceRecord& record) const;

  StoryOptions options_;
  std::vector<Step> steps_;  ///< in order of seq
  std::map<std::string, Pod> pods_;
  std::map<std::string, std::string> jobs_;  ///< what was told of each, by name
};

/// "exited 137 (SIGKILL)"; the signal is named where the code stands for one.
[[nodiscard]] std::string describe_exit(std::int32_t exit_code);
/// "SIGTERM" for 15; "signal 64" for one without a common name.
[[nodiscard]] std::string signal_name(std::int32_t signal);

}  // namespace podlapse
