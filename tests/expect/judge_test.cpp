// How each kind of expectation is judged, and what a failure says.
#include "support.hpp"

using namespace podlapse;
using namespace podlapse::test;

namespace {

using Kind = ContainerState::Kind;

/// A Pod whose proxy starts at 1 s and whose app runs from 2 s to 10 s; the proxy gets SIGTERM at 11 s and is killed at 13 s.
Story a_run() {
  return Story{20}
      .status(0, "Pending", {shown("proxy", Kind::Waiting, "PodInitializing"), shown("app", Kind::Waiting, "PodInitializing")})
      .started(1, "proxy")
      .started(2, "app")
      .status(2.5, "Running", {shown("proxy", Kind::Running, {}, true), shown("app", Kind::Running, {}, true)}, true)
      .exited(10, "app", 0)
      .status(10.5, "Running", {shown("proxy", Kind::Running, {}, true), shown("app", Kind::Terminated, "Completed")})
      .term(11, "proxy")
      .exited(13, "proxy", 137)
      .event(13, "Killing", "proxy")
      .status(14, "Succeeded", {shown("proxy", Kind::Terminated, "Error"), shown("app", Kind::Terminated, "Completed")});
}

/// A container that crashes at 1, 3 and 7 s and is restarted at 2 and 5 s.
Story a_crash_loop() {
  return Story{8}
      .status(0, "Pending", {shown("app", Kind::Waiting, "ContainerCreating")})
      .started(0.5, "app")
      .exited(1, "app", 1)
      .status(1.5, "Running", {shown("app", Kind::Waiting, "CrashLoopBackOff")})
      .started(2, "app", 1)
      .status(2.1, "Running", {shown("app", Kind::Running, {}, true, 1)}, true)
      .exited(3, "app", 1, 1)
      .event(3.5, "BackOff", "app")
      .status(4, "Running", {shown("app", Kind::Waiting, "CrashLoopBackOff", false, 1)})
      .event(4.5, "BackOff", "app")
      .started(5, "app", 2)
      .status(5.1, "Running", {shown("app", Kind::Running, {}, true, 2)}, true)
      .exited(7, "app", 2, 2);
}

}  // namespace

TEST_SUITE("expect/judge") {
  TEST_CASE("a container's image is compared by what it names, not by how that is written") {
    ContainerStatus app = shown("app", Kind::Running);
    app.image = "docker.io/library/nginx:2";
    const Story run = Story{9}.status(0, "Pending", {shown("app", Kind::Waiting)}).status(4, "Running", {app});
    CHECK(verdict_on("app.image=nginx:2 at 4s \u00b1 0s", run) == "held");
    CHECK(verdict_on("always app.image=nginx:2", run) == "it did not hold from 0.000s to 4.000s");
    CHECK(verdict_on("app.image=nginx", run) == "it did not come to that until the run ended at 9.000s");
  }

  TEST_CASE("expect/order: A before B compares the first of each, and both must happen") {
    CHECK(verdict_on("proxy.started before app.started", a_run()) == "held");
    CHECK(verdict_on("proxy.started before app.started before app.exited before pod.succeeded", a_run()) == "held");
    CHECK(verdict_on("app.exited after app.started", a_run()) == "held");
    CHECK(verdict_on("app.started before proxy.started", a_run()) ==
          "app.started came at 2.000s, 1.000s after proxy.started at 1.000s");
    CHECK(verdict_on("app.ready before pod.ready", a_run()) == "app.ready came at 2.500s, together with pod.ready");
    CHECK(verdict_on("app.started before app.SIGTERM", a_run()) == "app.SIGTERM did not happen until the run ended at 20.000s");
    CHECK(verdict_on("app.restarted before app.exited", a_run(), true) ==
          "app.restarted did not happen until the run was cut at 20.000s");
    CHECK(verdict_on("app.started before proxy.started before app.exited", a_run()) !=
          "held");  // the first step of a chain counts too
  }

  TEST_CASE("expect/order: last and every choose among several instants") {
    CHECK(verdict_on("app.exited before app[1].started", a_crash_loop()) == "held");
    CHECK(verdict_on("last app.exited before app[2].started", a_crash_loop()) ==
          "app.exited came at 7.000s, 2.000s after app[2].started at 5.000s");
    CHECK(verdict_on("every app.started before app.exited(2)", a_crash_loop()) == "held");
    CHECK(verdict_on("every app.started before event BackOff", a_crash_loop()) ==
          "app.started came at 5.000s, 1.500s after event BackOff at 3.500s");
  }

  TEST_CASE("expect/span: within, at, before and after bound an instant, counted from the Pod's creation") {
    CHECK(verdict_on("pod.ready within 3s", a_run()) == "held");
    CHECK(verdict_on("pod.ready within 2s", a_run()) == "pod.ready came at 2.500s");
    CHECK(verdict_on("app.started at 2.2s \u00b1 300ms", a_run()) == "held");
    CHECK(verdict_on("app.started at 2.2s +- 100ms", a_run()) == "app.started came at 2.000s");
    CHECK(verdict_on("app.started before 2s", a_run()) == "app.started came at 2.000s");
    CHECK(verdict_on("app.started after 2s", a_run()) == "held");
    CHECK(verdict_on("app.started after 2.1s", a_run()) == "app.started came at 2.000s");
    CHECK(verdict_on("app.SIGTERM within 100s", a_run()) == "app.SIGTERM did not happen until the run ended at 20.000s");
    CHECK(verdict_on("every app.exited within 5s", a_crash_loop()) == "app.exited came at 7.000s");
  }

  TEST_CASE("expect/span: from A to B bounds the time from the first A to the first B after it") {
    CHECK(verdict_on("from app.exited to pod.phase=Succeeded < 10s", a_run()) == "held");
    CHECK(verdict_on("from app.exited to pod.phase=Succeeded < 4s", a_run()) ==
          "from app.exited at 10.000s to pod.phase=Succeeded at 14.000s it took 4.000s");
    CHECK(verdict_on("from app.exited to pod.phase=Succeeded <= 4s", a_run()) == "held");
    CHECK(verdict_on("from proxy.SIGTERM to proxy.SIGKILL == 2s \u00b1 0.1s", a_run()) == "held");
    CHECK(verdict_on("from proxy.SIGTERM to proxy.SIGKILL between 3s and 4s", a_run()) ==
          "from proxy.SIGTERM at 11.000s to proxy.SIGKILL at 13.000s it took 2.000s");
    CHECK(verdict_on("proxy.SIGKILL within 2s of proxy.SIGTERM", a_run()) == "held");
    CHECK(verdict_on("from app.exited to app.started >= 1s", a_run()) ==
          "app.started did not happen after app.exited at 10.000s, until the run ended at 20.000s");
    CHECK(verdict_on("from every app.exited to app.started <= 1s", a_crash_loop()) ==
          "from app.exited at 3.000s to app.started at 5.000s it took 2.000s");
    CHECK(verdict_on("from app.exited to last app.started > 3.9s", a_crash_loop()) == "held");
  }

  TEST_CASE("expect/count: happens N times counts instants") {
    CHECK(verdict_on("app.started happens 3 times", a_crash_loop()) == "held");
    CHECK(verdict_on("app.started happens once", a_crash_loop()) == "app.started happened 3 times until the run ended at 8.000s");
    CHECK(verdict_on("event BackOff app happens at least 2 times", a_crash_loop()) == "held");
    CHECK(verdict_on("event BackOff app happens at most once", a_crash_loop()) ==
          "event BackOff app happened 2 times until the run ended at 8.000s");
    CHECK(verdict_on("app.exited(2) happens once", a_crash_loop()) == "held");
    CHECK(verdict_on("app.exited(2) happens twice", a_crash_loop()) == "app.exited(2) happened once until the run ended at 8.000s");
    CHECK(verdict_on("app.exited(3) happens never", a_crash_loop()) == "held");
  }

  TEST_CASE("expect/never: the first instant at which it happens or holds is the failure") {
    CHECK(verdict_on("no app.SIGKILL", a_run()) == "held");
    CHECK(verdict_on("no SIGKILL", a_run()) == "any.SIGKILL at 13.000s");
    CHECK(verdict_on("never app.exited(137)", a_run()) == "held");
    CHECK(verdict_on("never app.running and not proxy.running", a_run()) == "held");
    CHECK(verdict_on("never proxy.running and not app.running", a_run()) == "proxy.running and not app.running at 1.000s");
    CHECK(verdict_on("never app.restarts > 1", a_crash_loop()) == "app.restarts > 1 at 5.100s");
    CHECK(verdict_on("no exited(137)", a_crash_loop()) == "held");
  }

  TEST_CASE("expect/always: the first instant at which it does not hold is the failure") {
    CHECK(verdict_on("always app.restarts <= 2", a_crash_loop()) == "held");
    CHECK(verdict_on("always not pod.phase=Failed", a_crash_loop()) == "held");
    CHECK(verdict_on("always pod.phase=Pending or pod.phase=Running", a_crash_loop()) == "held");
    CHECK(verdict_on("always not app.waiting(CrashLoopBackOff)", a_crash_loop()) == "it did not hold from 1.500s to 2.100s");
    CHECK(verdict_on("always pod.phase=Pending", a_crash_loop()) ==
          "it did not hold from 1.500s on, until the run ended at 8.000s");
  }

  TEST_CASE("expect/eventually: some instant is enough") {
    CHECK(verdict_on("eventually pod.phase=Succeeded", a_run()) == "held");
    CHECK(verdict_on("pod.phase=Succeeded", a_run()) == "held");
    CHECK(verdict_on("proxy.SIGTERM", a_run()) == "held");
    CHECK(verdict_on("eventually app.exited(1)", a_run()) == "it did not come to that until the run ended at 20.000s");
    CHECK(verdict_on("eventually app.ready and not pod.ready", a_run()) == "it did not come to that until the run ended at 20.000s");
  }

  TEST_CASE("expect/while: T must hold whenever S holds, and S must hold at some time") {
    CHECK(verdict_on("proxy.running while app.running", a_run()) == "held");
    CHECK(verdict_on("app.running while proxy.running", a_run()) == "app.running did not hold from 1.000s to 2.000s");
    CHECK(verdict_on("proxy.running while app.waiting(CrashLoopBackOff)", a_run()) ==
          "app.waiting(CrashLoopBackOff) never held, so this says nothing");
  }

  TEST_CASE("expect/covers: the time that is not covered is added up, and may be excepted") {
    CHECK(verdict_on("proxy covers app", a_run()) == "held");
    CHECK(verdict_on("app covers proxy except 4s", a_run()) == "held");
    CHECK(verdict_on("app covers proxy except 3.9s", a_run()) ==
          "proxy ran without app for 4.000s, the longest from 10.000s to 13.000s");
    CHECK(verdict_on("app covers other", a_run()) == "other never ran, so this says nothing");
  }

  TEST_CASE("expect/state: a comparison of numbers alone is about the end") {
    CHECK(verdict_on("app.restarts == 2", a_crash_loop()) == "held");
    CHECK(verdict_on("app.restarts == 1", a_crash_loop()) == "app.restarts was 2 at 8.000s");
    CHECK(verdict_on("app.exitCode == 2 and pod.restarts < 3", a_crash_loop()) == "held");
    CHECK(verdict_on("proxy.restarts == 0", a_crash_loop()) == "held");  // nothing was shown of it
    CHECK(verdict_on("proxy.exitCode == 0", a_crash_loop()) == "proxy.exitCode was not known at 8.000s");
  }

  TEST_CASE("a Job's numbers and conditions are those of its status, and moments of its Pods are those of all of them") {
    const Story story = Story{9, {{"batch-a", {{"app", ContainerKind::Main}}}, {"batch-b", {{"app", ContainerKind::Main}}}}}
                            .job(0, 0, 0)
                            .job(0.1, 1, 0)
                            .status(0.2, "Pending", {}, false, {}, "batch-a")
                            .started(1, "app", 0, "batch-a")
                            .exited(2, "app", 1, 0, "batch-a")
                            .action(2.5, "patch", "batch")  // of the Job: no Pod of that name appears
                            .status(3, "Failed", {}, false, {}, "batch-a")
                            .job(4, 1, 1)
                            .status(4.1, "Pending", {}, false, {}, "batch-b")
                            .started(5, "app", 0, "batch-b")
                            .exited(6, "app", 0, 0, "batch-b")
                            .status(7, "Succeeded", {}, false, {}, "batch-b")
                            .job(8, 0, 1, "Complete");
    CHECK(verdict_on("job.failed == 1", story) == "held");
    CHECK(verdict_on("always job.active <= 1", story) == "held");
    CHECK(verdict_on("job.complete within 8s", story) == "held");
    CHECK(verdict_on("job.failed", story) == "it did not come to that until the run ended at 9.000s");
    CHECK(verdict_on("job.condition(Complete) after pod[1].succeeded", story) == "held");
    CHECK(verdict_on("app.started happens twice", story) == "held");
    CHECK(verdict_on("pod[0].succeeded", story) == "it did not come to that until the run ended at 9.000s");
    CHECK(verdict_on("pod[1]/app.started within 1s", story) == "held");  // since the creation of that Pod
    CHECK(verdict_on("pod.created happens twice", story) == "held");
  }

  TEST_CASE("the numbers of several Jobs are added up, and a state holds while it does for one of them") {
    const Story story = Story{9}
                            .job(1, 1, 0, {}, "report-1")
                            .job(2, 1, 0, {}, "report-2")
                            .job(3, 0, 0, "Complete", "report-1")
                            .job(4, 0, 1, "Failed", "report-2");
    CHECK(verdict_on("never job.active > 1", story) == "job.active > 1 at 2.000s");
    CHECK(verdict_on("job.complete within 3s", story) == "held");
    CHECK(verdict_on("always not job.failed", story) == "it did not hold from 4.000s on, until the run ended at 9.000s");
    CHECK(verdict_on("job.failed == 1", story) == "held");
  }

  TEST_CASE("hooks, probes and deletion are moments and states too") {
    using Hook = HookObservation::Hook;
    using What = HookObservation::What;
    const Story story = Story{12}
                            .status(0, "Running", {}, true)
                            .probe(1, "app", ProbeKind::Readiness, true)
                            .probe(2, "app", ProbeKind::Liveness, false)
                            .status(3, "Running", {}, true, 30)
                            .hook(4, "app", Hook::PreStop, What::Start)
                            .hook(6, "app", Hook::PreStop, What::End)
                            .gone(9);
    CHECK(verdict_on("app.readiness.passed before app.liveness.failed before pod.deleting before app.preStop.started", story) == "held");
    CHECK(verdict_on("from app.preStop.started to app.preStop.ended == 2s \u00b1 1ms", story) == "held");
    CHECK(verdict_on("from pod.deleting to pod.gone < 5s", story) ==
          "from pod.deleting at 3.000s to pod.gone at 9.000s it took 6.000s");
    CHECK(verdict_on("no app.readiness.failed", story) == "held");
    CHECK(verdict_on("app.postStart.started", story) == "it did not come to that until the run ended at 12.000s");
  }

  TEST_CASE("a failure shows what it rests on, with times, rules and records") {
    const Verdict verdict = judged("app.started before proxy.started", a_run());
    REQUIRE(verdict.sightings.size() == 2);
    CHECK(verdict.sightings[0] == Sighting{at(1), "proxy.started", "rule/2", 2});
    CHECK(verdict.sightings[1] == Sighting{at(2), "app.started", "rule/3", 3});
  }
}
