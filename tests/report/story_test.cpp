#include "podlapse/report/story.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/report/text.hpp"

namespace podlapse {
namespace {

using What = ContainerObservation::What;

SimTime at(int milliseconds) { return kTimeZero + std::chrono::milliseconds{milliseconds}; }

class Story {
 public:
  explicit Story(StoryOptions options = {}) : teller_(header(), options) {}

  /// The lines that one more record brings: "app: starts [rule]".
  std::string tell(int ms, Observation seen, std::string rule = "", std::uint64_t cause = 0) {
    std::string text;
    for (const StoryLine& line : teller_.tell({++seq_, cause, at(ms), "web", std::move(rule), std::move(seen)})) {
      text += (text.empty() ? "" : " | ") + (line.container.empty() ? "Pod" : line.container) + ": " + line.text;
      if (!line.rule.empty()) text += " [" + line.rule + "]";
    }
    return text;
  }

 private:
  static TraceHeader header() {
    TraceHeader header;
    header.pods = {{"web", {{"app", ContainerKind::Main}}}};
    return header;
  }

  Storyteller teller_;
  std::uint64_t seq_ = 0;
};

StatusObservation status(const std::string& phase, ContainerState::Kind kind, const std::string& reason = "",
                         const std::string& message = "", bool ready = false) {
  StatusObservation seen;
  seen.status.phase = phase;
  ContainerStatus app;
  app.name = "app";
  app.state.kind = kind;
  app.state.reason = reason;
  app.state.message = message;
  app.ready = ready;
  seen.status.container_statuses = {app};
  return seen;
}

ProbeObservation probe(ProbeKind kind, bool ok) { return {"app", 0, kind, ok, {}}; }

}  // namespace
}  // namespace podlapse

using namespace podlapse;

TEST_SUITE("report/story") {
  using Kind = ContainerState::Kind;

  TEST_CASE("a run is told from its start to its exit") {
    Story story;
    CHECK(story.tell(500, ContainerObservation{"app", 0, What::Started, {}, {}}) == "app: starts");
    CHECK(story.tell(2000, ContainerObservation{"app", 0, What::Term, {}, 15}) == "app: gets SIGTERM");
    CHECK(story.tell(2900, ContainerObservation{"app", 0, What::Exited, 143, {}}) ==
          "app: exited 143 (SIGTERM) after 2.4s");
    CHECK(story.tell(3000, ContainerObservation{"app", 1, What::Started, {}, {}}) == "app: starts again, restart 1");
  }

  TEST_CASE("a start shows the decision that led to it, all its steps being told only when asked for") {
    for (const bool verbose : {false, true}) {
      Story story{{false, verbose}};
      CHECK(story.tell(1, StepObservation{"sync", "", "syncs"}, "worker/sync") ==
            (verbose ? "Pod: sync: syncs [worker/sync]" : ""));
      (void)story.tell(2, StepObservation{"start", "other", "is to start"}, "restart/other", 1);
      (void)story.tell(3, StepObservation{"start", "app", "is to start"}, "restart/always", 2);
      (void)story.tell(4, StepObservation{"create", "app", "created"}, "start/created", 3);
      CHECK(
          story.tell(5, ContainerObservation{"app", 1, What::Started, {}, {}}, "start/started", 4) ==
          (verbose ? "app: starts again, restart 1 [start/started]" : "app: starts again, restart 1 [restart/always]"));
    }
  }

  TEST_CASE("a status is told by what changed in it") {
    Story story;
    CHECK(story.tell(0, status("Pending", Kind::Waiting, "ContainerCreating"), "object/created") ==
          "Pod: created, phase Pending; kubectl shows ContainerCreating [object/created]");
    CHECK(story.tell(1, status("Running", Kind::Running, "", "", true)) ==
          "Pod: phase Pending → Running | app: is ready");
    CHECK(story.tell(2, status("Running", Kind::Running, "", "", true)) == "");
    CHECK(story.tell(3, status("Running", Kind::Running)) == "app: is no longer ready");
    CHECK(story.tell(4, status("Running", Kind::Waiting, "CrashLoopBackOff",
                               "back-off 10s restarting failed container=app pod=x")) ==
          "app: waits: CrashLoopBackOff: back-off 10s restarting failed container");
    StatusObservation deleting = status("Running", Kind::Running);
    deleting.deleting = 30;
    CHECK(story.tell(5, deleting) == "Pod: marked for deletion, grace 30s; kubectl shows Terminating");
    deleting.deleting = 0;
    CHECK(story.tell(6, deleting) == "");
  }

  TEST_CASE("a message that was told is not told again") {
    Story story;
    (void)story.tell(0, status("Pending", Kind::Waiting, "ContainerCreating"));
    CHECK(story.tell(1, status("Pending", Kind::Waiting, "ErrImagePull", "no such host")) ==
          "app: waits: ErrImagePull: no such host");
    CHECK(story.tell(2, status("Pending", Kind::Waiting, "ImagePullBackOff", "Back-off: no such host")) ==
          "app: waits: ImagePullBackOff");
    CHECK(story.tell(3, status("Pending", Kind::Waiting, "ErrImagePull", "no such host")) ==
          "app: waits: ErrImagePull");
  }

  TEST_CASE("what the API says of an end is told when it says more than the process did") {
    Story story;
    (void)story.tell(0, status("Running", Kind::Running));
    (void)story.tell(1, ContainerObservation{"app", 0, What::Started, {}, {}});
    (void)story.tell(2, ContainerObservation{"app", 0, What::Exited, 0, {}});
    CHECK(story.tell(3, status("Running", Kind::Terminated, "Completed")) == "Pod: kubectl shows Completed");
    CHECK(story.tell(4, status("Running", Kind::Terminated, "OOMKilled")) ==
          "Pod: kubectl shows OOMKilled | app: terminated: OOMKilled, exit code 0");
    Story other;
    (void)other.tell(0, status("Pending", Kind::Waiting, "ContainerCreating"));
    CHECK(other.tell(1, status("Pending", Kind::Terminated, "StartError", "no such file")) ==
          "Pod: kubectl shows StartError | app: cannot start: StartError, exit code 0: no such file");
  }

  TEST_CASE("a probe is told when its answer changes; a liveness failure always") {
    Story story;
    CHECK(story.tell(0, probe(ProbeKind::Startup, false)) == "app: startup probe fails");
    CHECK(story.tell(1, probe(ProbeKind::Startup, false)) == "");
    CHECK(story.tell(2, probe(ProbeKind::Startup, true)) == "app: startup probe passes after 2 failures");
    CHECK(story.tell(3, probe(ProbeKind::Liveness, true)) == "app: liveness probe passes");
    CHECK(story.tell(4, probe(ProbeKind::Liveness, true)) == "");
    CHECK(story.tell(5, probe(ProbeKind::Liveness, false)) == "app: liveness probe fails");
    CHECK(story.tell(6, probe(ProbeKind::Liveness, false)) == "app: liveness probe fails, 2 in a row");
  }

  TEST_CASE("hooks, actions, the object's end and a back-off have their lines") {
    Story story;
    CHECK(story.tell(0, HookObservation{"app", 0, HookObservation::Hook::PreStop, HookObservation::What::Start}) ==
          "app: preStop hook begins");
    CHECK(story.tell(2000, HookObservation{"app", 0, HookObservation::Hook::PreStop, HookObservation::What::End}) ==
          "app: preStop hook ends after 2s");
    ActionObservation action;
    action.action = "delete";
    action.grace_period_seconds = 5;
    CHECK(story.tell(2001, action) == "Pod: from outside: delete, grace 5s");
    CHECK(story.tell(2002, DeletedObservation{}) == "Pod: the Pod object is gone");
    CHECK(story.tell(2003, StepObservation{"backoff", "app", "back-off is not over"}) ==
          "app: waits: back-off is not over");
    CHECK(story.tell(2004, StepObservation{"backoff", "app", "back-off is not over"}) == "");
  }

  TEST_CASE("events are told when asked for, with their count") {
    KubeEvent event;
    event.type = "Warning";
    event.reason = "BackOff";
    event.message = "Back-off restarting";
    event.container = "app";
    event.count = 4;
    Story story;
    CHECK(story.tell(0, EventObservation{event}) == "");
    Story with_events{{true, false}};
    CHECK(with_events.tell(0, EventObservation{event}) == "app: event Warning BackOff: Back-off restarting (x4)");
  }
}

TEST_SUITE("report/text") {
  TEST_CASE("texts are cut and wrapped by characters, not bytes") {
    CHECK(text_width("häß→") == 4);
    CHECK(shortened("häßlich", 4) == "häß…");
    CHECK(shortened("kurz", 4) == "kurz");
    CHECK(shortened_front("web-5d4f-x7k2p/app", 10) == "…x7k2p/app");
    CHECK(shortened_front("web", 10) == "web");
    CHECK(wrapped("one two  three\nfour", 8) == std::vector<std::string>{"one two", "three", "four"});
    CHECK(wrapped("", 8) == std::vector<std::string>{""});
    CHECK(wrapped("unbreakable", 4) == std::vector<std::string>{"unbreakable"});
  }

  TEST_CASE("instants have milliseconds, spans what a reader needs") {
    using namespace std::chrono_literals;
    CHECK(format_instant(kTimeZero) == "0.000s");
    CHECK(format_instant(kTimeZero + 12345ms) == "12.345s");
    CHECK(format_instant(kTimeZero + 62003ms) == "1m02.003s");
    CHECK(format_instant(kTimeZero + 3600s + 5s) == "1h00m05.000s");
    CHECK(format_instant(kTimeZero - 5ms) == "-0.005s");
    CHECK(format_instant(kTimeZero + 59999999us) == "1m00.000s");
    CHECK(format_span(0s) == "0s");
    CHECK(format_span(24ms) == "24ms");
    CHECK(format_span(440ms) == "0.4s");
    CHECK(format_span(3s) == "3s");
    CHECK(format_span(12340ms) == "12.3s");
    CHECK(format_span(59990ms) == "1m");
    CHECK(format_span(60s) == "1m");
    CHECK(format_span(100s) == "1m40s");
    CHECK(format_span(2h) == "2h");
    CHECK(format_span(2h + 5min) == "2h5m");
  }

  TEST_CASE("a line ends behind its last character, and colours only what is styled") {
    Line line;
    line.add("a").pad_to(3).add("b", Style::Bad).pad_to(9);
    CHECK(line.width() == 9);
    CHECK(line.finish(false) == "a  b\n");
    CHECK(line.finish(true) == "a  \x1b[31mb\x1b[0m\n");
    CHECK(Line{}.add("x\ty\nz\x1b[2J").finish(false) == "x y z [2J\n");
  }

  TEST_CASE("counts are words") {
    CHECK(counted(0, "restart") == "no restarts");
    CHECK(counted(1, "restart") == "1 restart");
    CHECK(counted(2, "restart") == "2 restarts");
  }
}
