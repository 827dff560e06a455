// Jitter: what differs between two real runs of one case is drawn from a seed here. The spans between neighbouring moments,
// of all recorded runs and of all cases simulated with several seeds each, must be distributed alike.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "podlapse/report/jsonl.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"

using namespace podlapse;

namespace {

namespace fs = std::filesystem;

const std::string kFolder = std::string{PODLAPSE_SOURCE_DIR} + "/tests/conformance";

/// Each case is simulated so many times, each time with a seed of its own: a seed shared by all cases would draw the
/// phases of the kubelet's loops only so many times in all.
constexpr int kSeedsPerCase = 3;

enum class Span : std::uint8_t {
  PulledToCreated,
  CreatedToStarted,
  StartedToRunning,
  ExitToTerminated,
  ExitToRestart,
  FirstBackOff,
  SecondBackOff,
  ThirdBackOff,
  ExitToTerminalPhase,
  DeletionToTerm,
  ExitToGone,
};

constexpr std::pair<Span, const char*> kSpans[] = {
    {Span::PulledToCreated, "event Pulled -> event Created"},
    {Span::CreatedToStarted, "event Created -> process started"},
    {Span::StartedToRunning, "process started -> running in the API"},
    {Span::ExitToTerminated, "process exited -> terminated in the API"},
    {Span::ExitToRestart, "first exit -> restart"},
    {Span::FirstBackOff, "second exit -> restart, 10 s back-off"},
    {Span::SecondBackOff, "third exit -> restart, 20 s back-off"},
    {Span::ThirdBackOff, "fourth exit -> restart, 40 s back-off"},
    {Span::ExitToTerminalPhase, "last exit of a Pod -> Succeeded or Failed"},
    {Span::DeletionToTerm, "deletion in the API -> first SIGTERM"},
    {Span::ExitToGone, "last exit of a deleted Pod -> object gone"},
};

/// Lengths of time in milliseconds, by span.
using Lengths = std::map<Span, std::vector<std::int64_t>>;

/// Walks through one trace and notes its spans.
class Walk {
 public:
  explicit Walk(Lengths& lengths) : lengths_(lengths) {}

  void take(const TraceRecord& record) {
    now_ = record.at;
    pod_ = record.pod;
    std::visit([this](const auto& observation) { observe(observation); }, record.observation);
  }

 private:
  /// The moments of one container: of its present process, and of what was said of it.
  struct Container {
    std::optional<SimTime> pulled, created, started, exited;
    bool shown_running = false, shown_terminated = false;
  };
  struct Pod {
    std::map<std::string, Container> containers;
    std::optional<SimTime> deleting, last_exit;
    bool terminal = false, signalled = false;
  };

  /// `from` is used up.
  void note(Span span, std::optional<SimTime>& from) {
    if (!from) return;
    lengths_[span].push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now_ - *from).count());
    from.reset();
  }
  void note_kept(Span span, std::optional<SimTime> from) { note(span, from); }

  void observe(const ContainerObservation& seen) {
    Pod& pod = pods_[pod_];
    Container& container = pod.containers[seen.container];
    switch (seen.what) {
      case ContainerObservation::What::Started:
        note(Span::CreatedToStarted, container.created);
        if (seen.attempt >= 1 && seen.attempt <= 4 && !pod.deleting) {
          constexpr Span kByAttempt[] = {Span::ExitToRestart, Span::FirstBackOff, Span::SecondBackOff, Span::ThirdBackOff};
          note_kept(kByAttempt[seen.attempt - 1], container.exited);
        }
        container = {.pulled = {}, .created = {}, .started = now_, .exited = {}};
        break;
      case ContainerObservation::What::Term:
        if (!pod.signalled && pod.deleting) note_kept(Span::DeletionToTerm, pod.deleting);
        pod.signalled = true;
        break;
      case ContainerObservation::What::Exited:
        container.exited = now_;
        container.shown_terminated = false;
        pod.last_exit = now_;
        break;
    }
  }

  void observe(const StatusObservation& seen) {
    Pod& pod = pods_[pod_];
    if (seen.deleting && *seen.deleting != 0 && !pod.deleting) pod.deleting = now_;
    for (const auto* statuses : {&seen.status.init_container_statuses, &seen.status.container_statuses}) {
      for (const ContainerStatus& status : *statuses) show(pod.containers[status.name], status.state.kind);
    }
    const bool terminal = seen.status.phase == "Succeeded" || seen.status.phase == "Failed";
    if (terminal && !pod.terminal && !pod.deleting) note_kept(Span::ExitToTerminalPhase, pod.last_exit);
    pod.terminal = terminal;
  }

  void show(Container& container, ContainerState::Kind kind) {
    if (kind == ContainerState::Kind::Running && !container.shown_running && !container.exited) {
      note_kept(Span::StartedToRunning, container.started);
      container.shown_running = true;
    }
    if (kind == ContainerState::Kind::Terminated && !container.shown_terminated) {
      note_kept(Span::ExitToTerminated, container.exited);
      container.shown_terminated = container.exited.has_value();
    }
  }

  void observe(const EventObservation& seen) {
    Container& container = pods_[pod_].containers[seen.event.container];
    if (seen.event.reason == "Pulled") container.pulled = now_;
    if (seen.event.reason == "Created") {
      note(Span::PulledToCreated, container.pulled);
      container.created = now_;
    }
  }

  void observe(const DeletedObservation&) { note_kept(Span::ExitToGone, pods_[pod_].last_exit); }

  template <class Other>
  void observe(const Other&) {}

  Lengths& lengths_;
  std::map<std::string, Pod> pods_;
  SimTime now_{};
  std::string pod_;
};

void add_lengths(const std::string& text, Lengths& lengths) {
  const TracesRead read = read_traces(text, 0);
  REQUIRE(read.problems.empty());
  for (const Trace& trace : read.traces) {
    Walk walk{lengths};
    for (const TraceRecord& record : trace.records) walk.take(record);
  }
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::int64_t quantile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  return sorted.at((sorted.size() - 1) * percent / 100);
}

void print_quantiles(std::ostream& out, const std::vector<std::int64_t>& sorted) {
  out << std::setw(9) << sorted.size();
  for (const std::size_t percent : {10U, 50U, 90U}) out << std::setw(8) << static_cast<double>(quantile(sorted, percent)) / 1000;
}

/// How far the simulation may be from a recorded length, in milliseconds: there are a dozen lengths of the rarest span.
std::int64_t allowed(std::int64_t recorded) { return 25 + recorded / 4; }

}  // namespace

TEST_SUITE("conformance/jitter") {
  TEST_CASE("spans that differ between real runs are distributed alike when they are drawn from a seed") {
    Lengths recorded, simulated;
    for (const fs::path& trace : files_of(kFolder + "/traces")) add_lengths(test::contents_of(trace.string()), recorded);
    int seed = 0;
    for (const fs::path& one : files_of(kFolder + "/cases")) {
      for (int i = 0; i < kSeedsPerCase; ++i) {
        const auto run = test::run_podlapse({"run", one.string(), "-o", "jsonl", "--seed", std::to_string(++seed)});
        add_lengths(run.output, simulated);
      }
    }
    std::ostringstream table;
    table << std::fixed << std::setprecision(3) << std::left << std::setw(42) << "" << std::right << std::setw(9) << "recorded"
          << std::setw(34) << "simulated\n" << std::left << std::setw(42) << "span, in seconds" << std::right;
    for (int side = 0; side < 2; ++side) {
      table << std::setw(9) << "number" << std::setw(8) << "p10" << std::setw(8) << "p50" << std::setw(8) << "p90";
    }
    table << "\n";
    for (const auto& [span, name] : kSpans) {
      std::vector<std::int64_t>&real = recorded[span], &ours = simulated[span];
      std::sort(real.begin(), real.end());
      std::sort(ours.begin(), ours.end());
      INFO(std::string{name});
      REQUIRE(real.size() >= 5);
      REQUIRE(ours.size() >= 5);
      table << std::left << std::setw(42) << name << std::right;
      print_quantiles(table, real);
      print_quantiles(table, ours);
      table << "\n";
      CHECK(quantile(ours, 10) >= real.front() - allowed(real.front()));
      CHECK(quantile(ours, 90) <= real.back() + allowed(real.back()));
      CHECK(std::abs(quantile(ours, 50) - quantile(real, 50)) <= allowed(quantile(real, 50)));
    }
    test::check_golden("conformance/jitter.txt", table.str());
  }
}
