#include <doctest/doctest.h>

#include "podlapse/scenario/scenario.hpp"
#include "scenario/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using namespace podlapse::test;
using namespace std::chrono_literals;

namespace {

const RunBehavior& only_run(const AssumedBehavior& assumed) {
  reach(assumed.because);
  REQUIRE(assumed.behavior.runs.size() == 1);
  return assumed.behavior.runs.front();
}

std::vector<Assumption> assumptions_of(const Scenario& scenario) {
  std::vector<Assumption> assumptions;
  static_cast<void>(make_world_input(scenario, KubeletConfig::ideal_profile(), Chance{}, WallClock{}, assumptions));
  for (const Assumption& assumption : assumptions) reach(assumption.because);
  return assumptions;
}

std::string list_of(const std::vector<Assumption>& assumptions) {
  std::string text;
  for (const Assumption& assumption : assumptions) text += assumption.container + ": " + assumption.text + "\n";
  return text;
}

Scenario one(ContainerSpec spec, WorkloadKind kind = WorkloadKind::Pod) {
  return scenario_of({workload("one", {std::move(spec)}, kind)});
}

}  // namespace

TEST_SUITE("scenario/assume") {
  TEST_CASE("assume/command: a command that says what it does is believed, over command and args") {
    ContainerSpec spec = container("app", ContainerKind::Main, {"sh", "-c"});
    spec.args = {"echo hi; sleep 3; exit 1"};
    const AssumedBehavior assumed = assume_behavior(spec, WorkloadKind::Job);
    CHECK(only_run(assumed).run == SimDuration{3s});
    CHECK(only_run(assumed).exit_code == 1);
    CHECK(assumed.text == "runs 3s, exits 1 (`sh -c echo hi; sleep 3; exit 1`)");
    CHECK(assume_behavior(container("a", ContainerKind::Init, {"true"}), WorkloadKind::Pod).text ==
          "exits 0 at once (`true`)");
    CHECK(assume_behavior(container("a", ContainerKind::Init, {"sleep", "infinity"}), WorkloadKind::Pod).text ==
          "runs on (`sleep infinity`)");
  }

  TEST_CASE("a long command is shortened to one line, between characters") {
    ContainerSpec spec = container("app", ContainerKind::Main, {"sh", "-c", "sleep 1\nsleep 2"});
    CHECK(assume_behavior(spec, WorkloadKind::Pod).text == "runs 3s, exits 0 (`sh -c sleep 1...`)");
    spec.command = {"echo", std::string(30, 'x') + "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"};
    CHECK(assume_behavior(spec, WorkloadKind::Pod).text == "exits 0 at once (`echo " + std::string(30, 'x') + "...`)");
  }

  TEST_CASE("assume/init: an init container takes 2 s and exits 0") {
    const AssumedBehavior assumed =
        assume_behavior(container("a", ContainerKind::Init, {"migrate"}), WorkloadKind::Pod);
    CHECK(only_run(assumed).run == SimDuration{2s});
    CHECK(only_run(assumed).exit_code == 0);
    CHECK(assumed.text == "runs 2s, exits 0 (an init container)");
    CHECK(assumed.because == RuleId::AssumeInit);
  }

  TEST_CASE("assume/sidecar: a sidecar runs on, also in a Job") {
    const AssumedBehavior assumed = assume_behavior(container("a", ContainerKind::Sidecar), WorkloadKind::Job);
    CHECK_FALSE(only_run(assumed).run);
    CHECK(assumed.text == "runs on (a sidecar)");
  }

  TEST_CASE("assume/main: an ordinary container runs on") {
    const AssumedBehavior assumed = assume_behavior(container("a"), WorkloadKind::Deployment);
    CHECK_FALSE(only_run(assumed).run);
    CHECK(assumed.text == "runs on");
    CHECK(assumed.because == RuleId::AssumeMain);
  }

  TEST_CASE("assume/job-main: the main of a Job takes 10 s and exits 0") {
    const AssumedBehavior assumed = assume_behavior(container("a"), WorkloadKind::CronJob);
    CHECK(only_run(assumed).run == SimDuration{10s});
    CHECK(assumed.text == "runs 10s, exits 0 (the work of a Job)");
    CHECK(assume_behavior(container("a"), WorkloadKind::Job).because == RuleId::AssumeJobMain);
  }

  TEST_CASE("SIGTERM is answered after 0.1 s with 0") {
    CHECK(only_run(assume_behavior(container("a"), WorkloadKind::Pod)).on_term == TermBehavior{false, 100ms, 0});
    CHECK(only_run(assume_behavior(container("a", ContainerKind::Main, {"sleep", "5"}), WorkloadKind::Pod)).on_term ==
          TermBehavior{false, 100ms, 0});
  }

  TEST_CASE("assume/probe: probes pass 1 s after the start, and a manifest's reader is told") {
    CHECK(input_of(web()).pods[0].behavior[0].startup.ok_after == 1s);
    const std::string list = list_of(assumptions_of(web()));
    CHECK(list.find("proxy: startup, readiness probes pass from 1s on\n") != std::string::npos);
  }

  TEST_CASE("an exec probe whose command says its answer is believed") {
    ContainerSpec spec = container("app");
    spec.liveness_probe = spec.readiness_probe = ProbeSpec{};
    spec.liveness_probe->handler.command = {"false"};
    spec.readiness_probe->handler.command = {"sh", "-c", "sleep 2; exit 0"};
    const ContainerBehavior behavior = input_of(one(spec)).pods[0].behavior[0];
    CHECK(behavior.liveness.fail_after == SimDuration{});
    CHECK(behavior.readiness.takes == 2s);
    CHECK(behavior.readiness.ok_after == SimDuration{});
    CHECK(list_of(assumptions_of(one(spec))) == "app: runs on\n");
  }

  TEST_CASE("assume/hook: a hook ends at once unless its command says how long it takes") {
    ContainerSpec spec = container("app");
    spec.post_start = spec.pre_stop = Handler{};
    spec.post_start->command = {"/warm-up"};
    spec.pre_stop->command = {"sh", "-c", "sleep 5"};
    const ContainerBehavior behavior = input_of(one(spec)).pods[0].behavior[0];
    CHECK(behavior.post_start.takes == SimDuration{});
    CHECK(behavior.pre_stop.takes == SimDuration{5s});
    CHECK(list_of(assumptions_of(one(spec))) == "app: runs on\napp: postStart ends at once\n");
  }
}

TEST_SUITE("scenario/world_input") {
  TEST_CASE("in a scenario file probes that are not told succeed always, and what is given is no assumption") {
    Scenario scenario = web();
    scenario.from_file = true;
    scenario.behavior["app"].runs = {RunBehavior{}};
    const WorldInput input = input_of(scenario);
    CHECK(input.pods[0].behavior[0].startup == ProbeBehavior{});
    CHECK(input.pods[0].behavior[1].runs[0].on_term == TermBehavior{false, 0s, 143});
    CHECK_FALSE(input.missing_objects_exist);
    CHECK(list_of(assumptions_of(scenario)) ==
          "proxy: runs on (a sidecar)\napp: postStart ends at once\napp: preStop ends at once\n");
    CHECK(input_of(web()).missing_objects_exist);
  }

  TEST_CASE("the command line stands above the scenario file, that above annotations, those above assumptions") {
    const auto run_with = [](bool annotation, bool file, bool command_line) {
      Scenario scenario = one(container("app"));
      scenario.from_file = file;
      if (annotation) {
        scenario.workloads[0].annotations = {{"run.app", "1s"}};
        SourceFiles files;
        CHECK(apply_annotations(scenario, files).empty());
      }
      if (file) {
        scenario.behavior["app"].runs = {RunBehavior{}};
        scenario.behavior["app"].runs->front().run = 2s;
      }
      std::vector<Scenario> scenarios = {scenario};
      if (command_line) {
        Override over;
        std::vector<Diagnostic> problems;
        CHECK(parse_override(OverrideKind::Run, "app=3s", 0, over, problems));
        CHECK(apply_overrides(scenarios, {over}).empty());
      }
      return input_of(scenarios[0]).pods[0].behavior[0].runs[0].run;
    };
    CHECK_FALSE(run_with(false, false, false));
    CHECK(run_with(true, false, false) == SimDuration{1s});
    CHECK(run_with(true, true, false) == SimDuration{2s});
    CHECK(run_with(true, true, true) == SimDuration{3s});
    CHECK(run_with(true, false, true) == SimDuration{3s});
  }

  TEST_CASE("behaviour is told by container, or by Pod and container where there are several Pods") {
    Scenario scenario =
        scenario_of({workload("a", {container("app")}), workload("b", {container("app")}, WorkloadKind::Deployment)});
    RunBehavior one_second, two_seconds;
    one_second.run = 1s;
    two_seconds.run = 2s;
    scenario.behavior["app"].runs = {one_second};
    scenario.behavior["b/app"].runs = {two_seconds};
    const WorldInput input = input_of(scenario);
    CHECK(input.pods[0].behavior[0].runs[0].run == SimDuration{1s});
    CHECK(input.pods[1].behavior[0].runs[0].run == SimDuration{2s});
  }

  TEST_CASE("moments get the name of the Pod that a workload makes") {
    Scenario scenario =
        scenario_of({workload("a", {container("app")}), workload("b", {container("db")}, WorkloadKind::Deployment)});
    RunBehavior run;
    run.until = Moment{"b", "db", Moment::What::Ready, {}, {}};
    scenario.behavior["app"].runs = {run};
    CHECK(input_of(scenario).pods[0].behavior[0].runs[0].until->pod == "b-x7k2p");
  }

  TEST_CASE("images are matched as written, else by their full name") {
    Scenario scenario = scenario_of({workload("a", {container("app"), container("db")})});
    scenario.images["docker.io/library/app:1"].pull = 7s;
    scenario.images["db:1"].pull = 8s;
    scenario.images["docker.io/library/db:1"].pull = 9s;
    const WorldInput input = input_of(scenario);
    CHECK(input.images.at("app:1").pull == 7s);
    CHECK(input.images.at("db:1").pull == 8s);
    CHECK(input.images.size() == 2);
  }

  TEST_CASE("the image of a patch is known as well") {
    Scenario scenario = scenario_of({workload("a", {container("app")})});
    scenario.images["app:2"].pull = 9s;
    Action patch;
    patch.what = PatchPod{{{0, "docker.io/library/app:2"}}, std::nullopt};
    scenario.actions = {patch};
    CHECK(input_of(scenario).images.at("docker.io/library/app:2").pull == 9s);
  }

  TEST_CASE("an image has a full name") {
    CHECK(normalized_image("nginx") == "docker.io/library/nginx:latest");
    CHECK(normalized_image("nginx:1.27") == "docker.io/library/nginx:1.27");
    CHECK(normalized_image("docker.io/nginx") == "docker.io/library/nginx:latest");
    CHECK(normalized_image("index.docker.io/library/nginx") == "docker.io/library/nginx:latest");
    CHECK(normalized_image("grafana/loki") == "docker.io/grafana/loki:latest");
    CHECK(normalized_image("registry.k8s.io/pause:3.10") == "registry.k8s.io/pause:3.10");
    CHECK(normalized_image("localhost:5000/x") == "localhost:5000/x:latest");
    CHECK(normalized_image("localhost/x") == "localhost/x:latest");
    CHECK(normalized_image("nginx@sha256:abc") == "docker.io/library/nginx@sha256:abc");
    CHECK(normalized_image("quay.io/a/b:1@sha256:abc") == "quay.io/a/b:1@sha256:abc");
  }

  TEST_CASE("Pods are created when the scenario says") {
    Scenario scenario = scenario_of({workload("a", {container("app")}), workload("b", {container("db")})});
    scenario.created_at["b"] = 5s;
    const WorldInput input = input_of(scenario);
    CHECK(input.pods[0].created_at == 0s);
    CHECK(input.pods[1].created_at == 5s);
  }

  TEST_CASE("a name that is in several Pods must say in which") {
    Scenario scenario =
        scenario_of({workload("a", {container("app")}), workload("b", {container("app"), container("db")})});
    Action action;
    ActionRequest request;
    request.what = KillContainer{};
    request.container = "app";
    std::optional<NameProblem> problem = resolve_action(scenario, request, action);
    REQUIRE(problem);
    CHECK(problem->text == "`app` is in several Pods");
    CHECK(problem->help == "write `a/app`");
    request.container = "b/app";
    CHECK_FALSE(resolve_action(scenario, request, action));
    CHECK(action.pod == 1);
    request.container = "db";
    CHECK_FALSE(resolve_action(scenario, request, action));
    CHECK(std::get<KillContainer>(action.what).container == 1);
    request.what = DeletePod{};
    problem = resolve_action(scenario, request, action);
    REQUIRE(problem);
    CHECK(problem->text == "there are several Pods: say which one");
    problem = check_moment(scenario, {"", "db", Moment::What::Ready, {}, {}}, 0);
    REQUIRE(problem);
    CHECK(problem->text == "Pod `a` has no container `db`");
    CHECK(problem->help == "write `b/db`");
  }
}
