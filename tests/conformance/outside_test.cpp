// What an observer outside sees of a run leads to no disagreement that whoever saw the processes would not find.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/input.hpp"
#include "cli/simulation.hpp"
#include "podlapse/report/api_view.hpp"
#include "podlapse/report/cluster_recording.hpp"
#include "podlapse/report/conformance.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/scoreboard.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/run.hpp"
#include "support/golden.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

const fs::path kFolder = fs::path{PODLAPSE_SOURCE_DIR} / "tests/conformance";

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

Scenario scenario_of(const fs::path& file) {
  cli::InputOptions options;
  options.paths = {file.string()};
  cli::Input input = cli::read_input(options);
  REQUIRE(input.scenarios.size() == 1);
  return std::move(input.scenarios.front());
}

/// Writes down what a recorder would: each change of the API with its arrival by a clock that is `ahead` of the cluster's.
class Recorder final : public TraceSink {
 public:
  Recorder(const cli::Simulation& simulation, const Scenario& scenario, SimDuration ahead)
      : api_(simulation.input, {scenario.workloads.front().pod_object}),
        zero_(simulation.input->clock.at(kTimeZero) + ahead) {
    out.recorded = true;
    out.events_watched = true;
    out.created = zero_;
  }

  void on_record(const TraceRecord& record) override {
    const ApiChange change = api_.observe(record);
    const WallTime arrived = zero_ + record.at.time_since_epoch();
    using Change = ClusterSighting::Change;
    if (change.what == ApiChange::What::Event) out.events.push_back({api_.event(change.index), Change::Added, arrived});
    if (change.what == ApiChange::What::Pod) {
      const Change what = out.pods.empty() ? Change::Added : Change::Modified;
      out.pods.push_back({api_.pod(change.index), what, arrived});
    }
    if (change.what == ApiChange::What::PodGone) out.pods.push_back({out.pods.back().object, Change::Deleted, arrived});
  }

  ClusterRecording out;

 private:
  ApiView api_;
  WallTime zero_;
};

/// One simulation, seen by its processes and from outside.
struct TwoViews {
  Trace inside, outside;
};

TwoViews simulate(const Scenario& scenario, std::uint64_t seed, SimDuration ahead) {
  cli::SimulationOptions options;
  options.seed = seed;
  options.start_time = cli::default_start_time() + milliseconds{437};  // no whole second
  cli::Simulation simulation = cli::prepare(scenario, options);
  Recorder recorder{simulation, scenario, ahead};
  TraceLog log;
  const RunResult result = run_world(simulation.world, simulation.limits, &log);
  for (const TraceRecord& record : log.records()) recorder.on_record(record);
  simulation.header.observed_until = result.ended_at.time_since_epoch();
  recorder.out.ended = *recorder.out.created + result.ended_at.time_since_epoch();
  std::vector<Trace> traces = traces_of(recorder.out);
  REQUIRE(traces.size() == 1);
  return {Trace{simulation.header, log.take()}, std::move(traces.front())};
}

std::string told(const Agreement& agreement, const std::string& name) {
  ConformanceView view;
  view.all = true;
  return render_case({name, "", 1, agreement}, view);
}

/// The recorded trace without its processes, and with the clock that its statuses were written by.
Trace from_outside(const Trace& trace) {
  std::optional<WallTime> least, most;  // of t = 0
  std::map<std::pair<std::string, std::int32_t>, SimTime> started;
  for (const TraceRecord& record : trace.records) {
    const auto* process = std::get_if<ContainerObservation>(&record.observation);
    if (process != nullptr && process->what == ContainerObservation::What::Started) {
      started[{process->container, process->attempt}] = record.at;
    }
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr) continue;
    for (const auto* list : {&seen->status.init_container_statuses, &seen->status.container_statuses}) {
      for (const ContainerStatus& container : *list) {
        const auto start = started.find({container.name, container.restart_count});
        if (container.state.kind != ContainerState::Kind::Running || start == started.end()) continue;
        const WallTime from = *container.state.started_at - start->second.time_since_epoch();
        least = std::max(least.value_or(from), from);
        most = std::min(most.value_or(from + std::chrono::seconds{1}), from + std::chrono::seconds{1});
      }
    }
  }
  Trace outside{trace.header, {}};
  outside.header.sight = Sight::Watch;
  if (least) outside.header.origin = *least + (*most - *least) / 2;
  for (const TraceRecord& record : trace.records) {
    const bool process = std::holds_alternative<ContainerObservation>(record.observation) ||
                         std::holds_alternative<ProbeObservation>(record.observation) ||
                         std::holds_alternative<HookObservation>(record.observation);
    if (!process) outside.records.push_back(record);
  }
  return outside;
}

}  // namespace

TEST_SUITE("conformance/outside") {
  TEST_CASE("conform/unseen: a run that agrees agrees as well when it was watched from outside, whatever the recorder's clock says") {
    std::size_t compared = 0, disagreed = 0;
    for (const fs::path& file : sorted_files(kFolder / "cases")) {
      const Scenario scenario = scenario_of(file);
      if (scenario.workloads.front().job) continue;
      const SimDuration ahead = std::chrono::seconds{static_cast<int>(compared % 3) * 40 - 40};
      const Trace mine = simulate(scenario, 1, {}).inside;
      const TwoViews other = simulate(scenario, 2, ahead);
      const Agreement outside = compare_traces(mine, {other.outside});
      CHECK(outside.by_status);
      CHECK(outside.events_judged);
      test::reach(outside.limited_by);
      const bool agrees = compare_traces(mine, {other.inside}).agrees();
      disagreed += agrees ? 0 : 1;
      ++compared;
      CHECK_MESSAGE((outside.agrees() || !agrees), told(outside, file.stem().string()));
    }
    CHECK(compared > 170);
    CHECK(disagreed * 10 < compared);
  }

  TEST_CASE("the recorded runs of a real kubelet give no other disagreement when their processes are not looked at") {
    std::map<std::string, std::vector<Trace>> runs;
    for (const fs::path& file : sorted_files(kFolder / "traces")) {
      TracesRead read = read_traces(test::contents_of(file.string()), 0);
      REQUIRE(read.traces.size() == 1);
      runs[file.stem().stem().string()].push_back(std::move(read.traces.front()));
    }
    for (const auto& [name, traces] : runs) {
      const Scenario scenario = scenario_of(kFolder / "cases" / (name + ".yaml"));
      if (scenario.workloads.front().job) continue;
      const Trace mine = simulate(scenario, 1, {}).inside;
      if (!compare_traces(mine, traces).agrees()) continue;
      std::vector<Trace> outside;
      for (const Trace& trace : traces) outside.push_back(from_outside(trace));
      const Agreement agreement = compare_traces(mine, outside);
      const std::string report = told(agreement, name);
      CHECK_MESSAGE(agreement.agrees(), report);
    }
  }

  TEST_CASE("what differs is found from outside too: another exit code, another time, one run more") {
    const Scenario scenario = scenario_of(kFolder / "cases/single-main-fails.yaml");
    const Trace mine = simulate(scenario, 1, {}).inside;
    for (const auto& [change, check] : {std::pair{"exit", RuleId::ConformLifecycle}, {"late", RuleId::ConformTime},
                                        {"often", RuleId::ConformLifecycle}}) {
      Scenario other = scenario;
      RunBehavior& run = other.behavior.at("app").runs->front();
      const std::string what = change;
      if (what == "exit") run.exit_code = 77;
      if (what == "late") run.run = *run.run + std::chrono::seconds{6};
      if (what == "often") other.workloads.front().pod.restart_policy = RestartPolicy::OnFailure;
      const Agreement agreement = compare_traces(mine, {simulate(other, 2, {}).outside});
      CHECK_MESSAGE(agreement.count(check) > 0, told(agreement, what));
    }
  }

  TEST_CASE("events of the scheduler are in a recording, and are not judged; those of the kubelet are") {
    const Scenario scenario = scenario_of(kFolder / "cases/single-main-ok.yaml");
    const Trace mine = simulate(scenario, 1, {}).inside;
    Trace outside = simulate(scenario, 2, {}).outside;
    KubeEvent event;
    event.reason = "Scheduled";
    event.source = "default-scheduler";
    outside.records.insert(outside.records.begin(), {0, 0, kTimeZero, outside.records.front().pod, "", EventObservation{event}});
    const TracesRead read = read_traces(header_line(outside.header) + record_line(outside.records.front(), false), 0);
    CHECK(std::get<EventObservation>(read.traces.at(0).records.at(0).observation).event.source == "default-scheduler");
    CHECK(compare_traces(mine, {outside}).agrees());
    std::get<EventObservation>(outside.records.front().observation).event.source = "kubelet";
    CHECK(compare_traces(mine, {outside}).count(RuleId::ConformEvents) == 1);
  }

  TEST_CASE("where no events were watched the others are judged, and it is said so") {
    const Scenario scenario = scenario_of(kFolder / "cases/single-main-ok.yaml");
    TwoViews two = simulate(scenario, 2, {});
    auto& records = two.outside.records;
    records.erase(std::remove_if(records.begin(), records.end(),
                                 [](const TraceRecord& one) { return std::holds_alternative<EventObservation>(one.observation); }),
                  records.end());
    const Trace mine = simulate(scenario, 1, {}).inside;
    CHECK_FALSE(compare_traces(mine, {two.outside}).agrees());
    two.outside.header.events_seen = false;
    const Agreement agreement = compare_traces(mine, {two.outside});
    CHECK(agreement.agrees());
    CHECK_FALSE(agreement.events_judged);
    CHECK(told(agreement, "x") ==
          "x  agrees with 1 recorded run\n"
          "  seen from outside: lifecycle, order and time by the seconds that statuses have, without signals;\n"
          "  events are not judged: the recording has none [conform/unseen]\n");
  }
}
