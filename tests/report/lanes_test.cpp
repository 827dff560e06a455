#include "podlapse/report/lanes.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/report/outline.hpp"

namespace podlapse {
namespace {

using What = ContainerObservation::What;

SimTime at(int milliseconds) { return kTimeZero + std::chrono::milliseconds{milliseconds}; }

/// A trace of one Pod with one container `app`, built line by line.
class TraceOfOne {
 public:
  explicit TraceOfOne(ContainerKind kind = ContainerKind::Main) {
    trace_.header.pods = {{"web", {{"app", kind}}}};
    trace_.header.observed_until = std::chrono::seconds{100};
  }
  TraceOfOne& process(int ms, What what, std::int32_t attempt = 0, std::int32_t exit_code = 0) {
    return add(ms, ContainerObservation{
                       "app", attempt, what, what == What::Exited ? std::optional{exit_code} : std::nullopt, {}});
  }
  TraceOfOne& waiting(int ms, const std::string& reason, const std::string& phase = "Pending") {
    ContainerStatus app;
    app.state.kind = ContainerState::Kind::Waiting;
    app.state.reason = reason;
    return status(ms, phase, app);
  }
  TraceOfOne& running(int ms, bool ready, std::int32_t restarts = 0) {
    ContainerStatus app;
    app.state.kind = ContainerState::Kind::Running;
    app.ready = ready;
    app.restart_count = restarts;
    return status(ms, "Running", app);
  }
  TraceOfOne& terminated(int ms, std::int32_t exit_code, std::int32_t restarts, const std::string& phase) {
    ContainerStatus app;
    app.state.kind = ContainerState::Kind::Terminated;
    app.state.exit_code = exit_code;
    app.state.reason = exit_code == 0 ? "Completed" : "Error";
    app.restart_count = restarts;
    return status(ms, phase, app);
  }
  TraceOfOne& event(int ms, const std::string& reason) {
    KubeEvent event;
    event.reason = reason;
    event.container = "app";
    return add(ms, EventObservation{event});
  }
  TraceOfOne& add(int ms, Observation seen) {
    trace_.records.push_back({0, 0, at(ms), "web", "", std::move(seen)});
    return *this;
  }

  /// The segments as text: "waiting 0-500, ready 500-100000".
  [[nodiscard]] std::string lane() const {
    std::string text;
    const PodLanes drawn = pod();
    for (const LaneSegment& segment : drawn.containers.at(0).segments) {
      const auto ms = [](SimTime time) {
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
      };
      text += (text.empty() ? "" : ", ") + std::string{to_string(segment.state)} + " " + ms(segment.from) + "-" +
              ms(segment.to);
    }
    return text;
  }
  [[nodiscard]] PodLanes pod() const { return make_lanes(trace_).pods.at(0); }

 private:
  TraceOfOne& status(int ms, const std::string& phase, ContainerStatus app) {
    app.name = "app";
    StatusObservation seen;
    seen.status.phase = phase;
    const bool init = is_init_or_sidecar(trace_.header.pods[0].containers[0].kind);
    (init ? seen.status.init_container_statuses : seen.status.container_statuses) = {app};
    return add(ms, seen);
  }

  Trace trace_;
};

ContainerStatus state(const std::string& name, ContainerState::Kind kind, const std::string& reason = "",
                      bool ready = false, bool started = true) {
  ContainerStatus status;
  status.name = name;
  status.state.kind = kind;
  status.state.reason = reason;
  status.ready = ready;
  status.started = started;
  return status;
}

TraceRecord status_record(const std::string& initialized, std::vector<ContainerStatus> containers) {
  StatusObservation seen;
  seen.status.phase = "Pending";
  seen.status.conditions = {{"Initialized", initialized, "", "", {}, {}}};
  seen.status.container_statuses = std::move(containers);
  return {0, 0, kTimeZero, "", "", seen};
}

std::string roles(const std::vector<TraceRecord>& records) {
  std::string text;
  const std::vector<PodOutline> outlines = infer_outlines(records);
  for (const PodOutline::Container& container : outlines.at(0).containers) {
    text += (text.empty() ? "" : " ") + container.name + "=" + to_string(container.kind);
  }
  return text;
}

}  // namespace
}  // namespace podlapse

using namespace podlapse;

TEST_SUITE("report/lanes") {
  TEST_CASE("a container waits, pulls, runs, becomes ready, terminates and is done") {
    TraceOfOne trace;
    trace.waiting(0, "ContainerCreating").event(1000, "Pulling").event(3000, "Pulled");
    trace.process(4000, What::Started).running(4100, false).running(6000, true);
    trace.process(8000, What::Term).process(9000, What::Exited);
    CHECK(trace.lane() ==
          "waiting 0-1000, pulling 1000-3000, waiting 3000-4000, not ready 4000-6000, running 6000-8000, "
          "terminating 8000-9000, done 9000-100000");
  }

  TEST_CASE("an init container's process counts as running at once") {
    TraceOfOne trace{ContainerKind::Init};
    trace.waiting(0, "PodInitializing")
        .process(1000, What::Started)
        .running(1100, false)
        .process(2000, What::Exited, 0, 0);
    CHECK(trace.lane() == "waiting 0-1000, running 1000-2000, done 2000-100000");
  }

  TEST_CASE("readiness that flips shows") {
    TraceOfOne trace;
    trace.process(0, What::Started).running(0, true).running(5000, false).running(7000, true);
    CHECK(trace.lane() == "running 0-5000, not ready 5000-7000, running 7000-100000");
  }

  TEST_CASE("a back-off begins when the run ended, not when the API shows it") {
    TraceOfOne trace;
    trace.process(0, What::Started).running(0, true).process(1000, What::Exited, 0, 1);
    trace.terminated(1200, 1, 0, "Running")
        .waiting(11000, "CrashLoopBackOff", "Running")
        .process(11100, What::Started, 1);
    CHECK(trace.lane() == "running 0-1000, back-off 1000-11100, not ready 11100-100000");
    const PodLanes pod = trace.pod();
    REQUIRE(pod.containers[0].marks.size() == 3);
    CHECK(pod.containers[0].marks[1].exit_code == 1);
    CHECK(pod.containers[0].marks[2].attempt == 1);
  }

  TEST_CASE("a container that starts again within 3 s was not done in between") {
    TraceOfOne trace;
    trace.process(0, What::Started).process(1000, What::Exited, 0, 0).process(1700, What::Started, 1);
    CHECK(trace.lane() == "not ready 0-1000, back-off 1000-1700, not ready 1700-100000");
  }

  TEST_CASE("a container that ended stays done until another reason starts it again much later") {
    TraceOfOne trace{ContainerKind::Init};
    trace.process(0, What::Started).process(1000, What::Exited).process(20000, What::Started, 1);
    CHECK(trace.lane() == "running 0-1000, done 1000-20000, running 20000-100000");
  }

  TEST_CASE("a back-off that the end of the Pod cuts short has failed") {
    TraceOfOne trace;
    trace.process(0, What::Started).process(1000, What::Exited, 0, 1).waiting(2000, "CrashLoopBackOff", "Running");
    trace.waiting(5000, "CrashLoopBackOff", "Failed");
    CHECK(trace.lane() == "not ready 0-1000, back-off 1000-5000, failed 5000-100000");
  }

  TEST_CASE("a pull that fails cannot start, then backs off") {
    TraceOfOne trace;
    trace.waiting(0, "ContainerCreating").event(500, "Pulling").event(900, "Failed").waiting(1000, "ErrImagePull");
    trace.waiting(12000, "ImagePullBackOff");
    CHECK(trace.lane() == "waiting 0-500, pulling 500-900, cannot start 900-12000, back-off 12000-100000");
  }

  TEST_CASE("a start that fails leaves no process, only the status tells of it") {
    TraceOfOne trace;
    trace.waiting(0, "ContainerCreating")
        .terminated(1000, 128, 0, "Running")
        .waiting(3000, "CrashLoopBackOff", "Running");
    trace.terminated(15000, 128, 1, "Failed");
    CHECK(trace.lane() == "waiting 0-1000, back-off 1000-15000, failed 15000-100000");
    CHECK(trace.pod().containers[0].marks.size() == 2);
  }

  TEST_CASE("a stale status of the run before does not end the next") {
    TraceOfOne trace;
    trace.process(0, What::Started).running(0, true).process(1000, What::Exited, 0, 1).process(1100, What::Started, 1);
    trace.terminated(1150, 1, 0, "Running").running(1200, true, 1);
    CHECK(trace.lane() == "running 0-1000, back-off 1000-1100, not ready 1100-1200, running 1200-100000");
  }

  TEST_CASE("with grace 0 the object goes first, and its process is seen to the end") {
    TraceOfOne trace;
    trace.process(0, What::Started).running(0, true).add(5000, DeletedObservation{});
    trace.process(5100, What::Term).process(7100, What::Exited, 0, 137);
    CHECK(trace.lane() == "running 0-5100, terminating 5100-7100");
    CHECK(trace.pod().gone == at(5000));
    CHECK(trace.pod().phase.back().to == at(5000));
  }

  TEST_CASE("a preStop hook begins the end of a run") {
    TraceOfOne trace;
    trace.process(0, What::Started).running(0, true);
    trace.add(2000, HookObservation{"app", 0, HookObservation::Hook::PreStop, HookObservation::What::Start});
    trace.running(2500, false).process(4000, What::Term).process(4100, What::Exited);
    CHECK(trace.lane() == "running 0-2000, terminating 2000-4100, done 4100-100000");
  }

  TEST_CASE("phase and STATUS are words that last until the next") {
    TraceOfOne trace;
    trace.waiting(0, "ContainerCreating").running(1000, true).terminated(5000, 1, 0, "Failed");
    const PodLanes pod = trace.pod();
    REQUIRE(pod.phase.size() == 3);
    CHECK(pod.phase[1].word == "Running");
    CHECK(pod.phase[1].to == at(5000));
    CHECK(pod.status[0].word == "ContainerCreating");
    CHECK(pod.status[2].word == "Error");
    CHECK(pod.status[2].to == at(100000));
  }
}

TEST_SUITE("report/outline") {
  using Kind = ContainerState::Kind;

  TEST_CASE("a Pod that is Initialized from the start has no init containers") {
    CHECK(roles({status_record("True", {state("a", Kind::Waiting, "ContainerCreating"),
                                        state("b", Kind::Waiting, "ContainerCreating")})}) == "a=main b=main");
  }

  TEST_CASE("what ran before Initialized was an init container, or a sidecar when it was ready or starting up") {
    const auto first = status_record("False", {state("i", Kind::Running), state("s", Kind::Waiting, "PodInitializing"),
                                               state("m", Kind::Waiting, "PodInitializing")});
    const auto second = status_record(
        "False", {state("i", Kind::Terminated, "Completed", true, false), state("s", Kind::Running, "", false, false),
                  state("m", Kind::Waiting, "PodInitializing")});
    const auto third =
        status_record("True", {state("i", Kind::Terminated, "Completed", true, false),
                               state("s", Kind::Running, "", true), state("m", Kind::Waiting, "PodInitializing")});
    CHECK(roles({first, second, third}) == "i=init s=sidecar m=main");
  }

  TEST_CASE("while a Pod is not Initialized its last container is taken for the main") {
    CHECK(roles({status_record("False",
                               {state("a", Kind::Terminated, "Error"), state("b", Kind::Waiting, "PodInitializing"),
                                state("c", Kind::Waiting, "PodInitializing")})}) == "a=init b=init c=main");
  }

  TEST_CASE("the states go where the API has them") {
    std::vector<TraceRecord> records{
        status_record("False", {state("i", Kind::Running), state("m", Kind::Waiting, "PodInitializing")})};
    split_by_role(infer_outlines(records), records);
    const auto& seen = std::get<StatusObservation>(records[0].observation);
    REQUIRE(seen.status.init_container_statuses.size() == 1);
    CHECK(seen.status.init_container_statuses[0].name == "i");
    REQUIRE(seen.status.container_statuses.size() == 1);
    CHECK(seen.status.container_statuses[0].name == "m");
  }
}
