#include "podlapse/scenario/overrides.hpp"

#include <doctest/doctest.h>

#include "podlapse/scenario/values.hpp"
#include "scenario/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using namespace podlapse::test;
using namespace std::chrono_literals;

namespace {

OverrideKind kind_of(const std::string& name) {
  for (const OverrideSyntax& syntax : override_syntax()) {
    if (syntax.name == name) return syntax.kind;
  }
  FAIL("no such option: " << name);
  return OverrideKind::Run;
}

/// What a user would see for `--name text`; empty when all is well.
std::string errors_of(const std::string& name, const std::string& text) {
  Override over;
  std::vector<Diagnostic> problems;
  const bool good = parse_override(kind_of(name), text, 0, over, problems);
  CHECK(good == problems.empty());
  std::string shown;
  for (const Diagnostic& problem : problems) {
    reach(find_rule(problem.code));
    shown += render_diagnostic(problem, {{"--" + name, text}}, false);
  }
  return shown;
}

template <typename T>
T read(const std::string& name, const std::string& text) {
  Override over;
  std::vector<Diagnostic> problems;
  CAPTURE(text);
  REQUIRE(parse_override(kind_of(name), text, 0, over, problems));
  return std::get<T>(over.what);
}

RunBehavior run_of(const std::string& text) {
  return read<RunOverride>("run", "app=" + text).runs.front().behavior;
}

/// web() with one override laid over it.
Scenario web_with(const std::string& name, const std::string& text) {
  Override over;
  std::vector<Diagnostic> problems;
  REQUIRE(parse_override(kind_of(name), text, 0, over, problems));
  std::vector<Scenario> scenarios = {web()};
  const std::vector<Diagnostic> unmatched = apply_overrides(scenarios, {over});
  CHECK_MESSAGE(unmatched.empty(), (unmatched.empty() ? "" : unmatched.front().text));
  return scenarios.front();
}

std::string unmatched(const std::string& name, const std::string& text) {
  Override over;
  std::vector<Diagnostic> problems;
  REQUIRE(parse_override(kind_of(name), text, 0, over, problems));
  std::vector<Scenario> scenarios = {web()};
  std::string shown;
  for (const Diagnostic& problem : apply_overrides(scenarios, {over})) {
    reach(find_rule(problem.code));
    shown += render_diagnostic(problem, {{"--" + name, text}}, false);
  }
  return shown;
}

}  // namespace

TEST_SUITE("scenario/overrides") {
  TEST_CASE("every example of the syntax table is understood, and kinds are numbered in its order") {
    std::size_t index = 0;
    for (const OverrideSyntax& syntax : override_syntax()) {
      CAPTURE(syntax.name);
      CHECK(static_cast<std::size_t>(syntax.kind) == index++);
      CHECK(errors_of(std::string{syntax.name}, std::string{syntax.example}).empty());
      CHECK_FALSE(syntax.help.empty());
    }
  }

  TEST_CASE("a run says how long, and how it ends") {
    CHECK(run_of("30s:exit=1").run == SimDuration{30s});
    CHECK(run_of("30s:exit=1").exit_code == 1);
    CHECK(run_of("run=30s").run == SimDuration{30s});
    CHECK_FALSE(run_of("forever").run);
    CHECK(run_of("until proxy.ready:exit=0").until == Moment{"", "proxy", Moment::What::Ready, {}, {}});
    CHECK(run_of("until=proxy.ready").until == Moment{"", "proxy", Moment::What::Ready, {}, {}});
    CHECK(run_of("forever:exitOn=app.exited:exit=3").exit_on == Moment{"", "app", Moment::What::Exited, {}, {}});
    CHECK(run_of("forever:needs=proxy.running:needs=db/db.ready").needs.size() == 2);
    CHECK(run_of("5s:startTakes=20s").start_takes == SimDuration{20s});
    CHECK(run_of("5s:allocMiB=64").allocate_bytes == 64LL * 1024 * 1024);
    CHECK(run_of("startError=\"exec: no such file, really: no\"").start_error == "exec: no such file, really: no");
    CHECK(run_of("startError=\"say \\\"no\\\": done\"").start_error == "say \"no\": done");
    CHECK(run_of("start-error=boom:exit=127").start_error_exit_code == 127);
  }

  TEST_CASE("commas part the attempts") {
    const RunOverride over = read<RunOverride>("run", "web/app=2s:exit=1, 1s:exit=2 ,forever:term=ignore");
    CHECK(over.target.pod == "web");
    CHECK(over.target.container == "app");
    REQUIRE(over.runs.size() == 3);
    CHECK(over.runs[1].behavior.exit_code == 2);
    CHECK(over.runs[2].term.ignore == true);
  }

  TEST_CASE("the answer to SIGTERM is laid over the old one") {
    const TermBehavior assumed{false, 100ms, 0};
    const auto term_of = [](const Scenario& scenario) {
      return input_of(scenario).pods[0].behavior[1].runs.front().on_term;
    };
    CHECK(term_of(web()) == assumed);
    CHECK(term_of(web_with("run", "app=30s")) == assumed);
    CHECK(term_of(web_with("run", "app=forever:term=ignore")).ignore);
    CHECK(term_of(web_with("run", "app=forever:term=3s")) == TermBehavior{false, 3s, 0});
    CHECK(term_of(web_with("run", "app=forever:termExit=7")) == TermBehavior{false, 100ms, 7});
    CHECK(term_of(web_with("term", "app=5s:exit=1")) == TermBehavior{false, 5s, 1});
    CHECK(term_of(web_with("term", "app=ignore")).ignore);
    Scenario ignoring = web_with("term", "app=5s");
    RunBehavior run;
    run.on_term.ignore = true;
    ignoring.behavior["app"].runs = {run};
    CHECK(term_of(ignoring) == TermBehavior{false, 5s, 143});
  }

  TEST_CASE("probes and hooks are answered anew") {
    const auto behavior = [](const char* name, const char* text) {
      return input_of(web_with(name, text)).pods[0].behavior;
    };
    CHECK(behavior("probe", "app.readiness=okAfter=3s")[1].readiness == ProbeBehavior{.ok_after = 3s,
                                                                                      .fail_after = {},
                                                                                      .fail_between = {},
                                                                                      .fail_from_attempt = {},
                                                                                      .takes = {},
                                                                                      .ok_while = {}});
    CHECK(behavior("probe", "app.readiness=ok-after=3s")[1].readiness.ok_after == 3s);
    CHECK(behavior("probe", "proxy.startup=fail")[0].startup.fail_after == SimDuration{});
    CHECK(behavior("probe", "proxy.startup=ok")[0].startup == ProbeBehavior{});
    CHECK(
        behavior("probe", "proxy.readiness=failBetween=8s-12s:failBetween=20s-21s")[0].readiness.fail_between.size() ==
        2);
    CHECK(behavior("probe", "proxy.readiness=okWhile=app.running")[0].readiness.ok_while.has_value());
    CHECK(behavior("hook", "app.preStop=5s:exit=1")[1].pre_stop.takes == SimDuration{5s});
    CHECK(behavior("hook", "app.preStop=takes=5s:exit=1")[1].pre_stop.exit_code == 1);
    CHECK(behavior("hook", "app.postStart=until proxy.ready")[1].post_start.until.has_value());
    CHECK_FALSE(behavior("hook", "app.postStart=until=proxy.ready")[1].post_start.takes.has_value());
    CHECK_FALSE(behavior("hook", "app.preStop=forever")[1].pre_stop.takes.has_value());
  }

  TEST_CASE("images are meant however they are written") {
    const WorldInput slow = input_of(web_with("image", "docker.io/library/app:1=5s"));
    REQUIRE(slow.images.count("app:1") == 1);
    CHECK(slow.images.at("app:1").pull == 5s);
    CHECK(input_of(web_with("image", "app:1=present")).images.at("app:1").present);
    CHECK(input_of(web_with("image", "app:1=present")).images.at("app:1").pull == 300ms);
    CHECK(input_of(web_with("image", "app:1=absent")).images.at("app:1").absent);
    const ImageBehavior broken =
        input_of(web_with("image", "app:1=error=\"no: such, image\":times=2")).images.at("app:1");
    CHECK(broken.pull_error == "no: such, image");
    CHECK(broken.pull_error_times == 2);
  }

  TEST_CASE("actions get their indices from the Pod they meet") {
    const Scenario scenario =
        web_with("at",
                 "4s=kill:app:signal=15, 8s=kill:sandbox,9s=oom:proxy,10s=evict:message=\"no memory\":grace=5,"
                 "11s=restartKubelet:down=3s:remove=proxy,12s=patch:activeDeadlineSeconds=8:container=app:image=\"app:2\",20s="
                 "delete:grace=5");
    REQUIRE(scenario.actions.size() == 7);
    CHECK(scenario.actions[0].at == 4s);
    CHECK(std::get<KillContainer>(scenario.actions[0].what).container == 1);
    CHECK(std::get<KillContainer>(scenario.actions[0].what).signal == 15);
    CHECK(std::holds_alternative<KillSandbox>(scenario.actions[1].what));
    CHECK(std::get<OomKillContainer>(scenario.actions[2].what).container == 0);
    CHECK(std::get<EvictPod>(scenario.actions[3].what).message == "no memory");
    CHECK(std::get<EvictPod>(scenario.actions[3].what).grace_period_seconds == 5);
    CHECK(std::get<RestartKubelet>(scenario.actions[4].what) == RestartKubelet{3s, {{0, 0}}});
    const PatchPod& patch = std::get<PatchPod>(scenario.actions[5].what);
    CHECK(patch.active_deadline == SimDuration{8s});
    REQUIRE(patch.images.size() == 1);
    CHECK(patch.images[0].first == 1);
    CHECK(patch.images[0].second == "app:2");
    CHECK(std::get<DeletePod>(scenario.actions[6].what).grace_period_seconds == 5);
    const Scenario deleted = web_with("delete-at", "20s");
    REQUIRE(deleted.actions.size() == 1);
    CHECK_FALSE(std::get<DeletePod>(deleted.actions[0].what).grace_period_seconds);
  }

  TEST_CASE("scenario/unknown-key: a setting that does not exist is named with the nearest one") {
    CHECK(errors_of("run", "app=30s:exitt=1") ==
          "--run:1:9: error[scenario/unknown-key]: `exitt` is no setting of a run\n"
          "  1 | app=30s:exitt=1\n"
          "    |         ^^^^^^^\n"
          "help: did you mean `exit`?\n");
    CHECK(errors_of("at", "8s=destroy") ==
          "--at:1:4: error[scenario/unknown-key]: `destroy` is no action\n"
          "  1 | 8s=destroy\n"
          "    |    ^^^^^^^\n"
          "help: the actions are delete, kill, oom, evict, restartKubelet, patch, suspend, resume\n");
    CHECK(errors_of("image", "nginx=2s:gone").find("`gone` is no setting of an image") != std::string::npos);
  }

  TEST_CASE("scenario/bad-value: a value that cannot be read is underlined") {
    CHECK(errors_of("run", "app=3x:exit=1") ==
          "--run:1:5: error[scenario/bad-value]: `3x` is neither a duration (2s, 1m30s), nor `forever`, nor `until "
          "CONTAINER.WHAT`\n"
          "  1 | app=3x:exit=1\n"
          "    |     ^^\n");
    CHECK(errors_of("run", "app=1s,2s:exit=256") ==
          "--run:1:16: error[scenario/bad-value]: `256` is no whole number from 0 to 255\n"
          "  1 | app=1s,2s:exit=256\n"
          "    |                ^^^\n");
    CHECK(errors_of("run", "app") ==
          "--run:1:1: error[scenario/bad-value]: expected CONTAINER=RUN[,RUN...]\n"
          "  1 | app\n"
          "    | ^^^\n"
          "help: for example app=2s:exit=1,forever\n");
    CHECK(errors_of("run", "app=forever:exit=1").find("a run that never ends has no exit code") != std::string::npos);
    CHECK(errors_of("run", "app=1s:").find("a value is missing here") != std::string::npos);
    CHECK(errors_of("run", "app=startError=\"x").find(":1:16: error[scenario/bad-value]: this quote is not closed") !=
          std::string::npos);
    CHECK(errors_of("probe", "app=ok").find("`app` names no probe") != std::string::npos);
    CHECK(errors_of("probe", "app.liveness=failBetween=9s").find("no stretch of time like 8s-12s") !=
          std::string::npos);
    CHECK(errors_of("hook", "app.onStop=1s").find("`app.onStop` names no hook") != std::string::npos);
    CHECK(errors_of("term", "app=1s,2s").find("only one phrase is expected here") != std::string::npos);
    CHECK(errors_of("at", "delete").find("an action is written TIME=ACTION") != std::string::npos);
    CHECK(errors_of("delete-at", "soon").find("`soon` is no duration") != std::string::npos);
  }

  TEST_CASE("scenario/missing-key: an action says whom it hits and what changes") {
    CHECK(errors_of("at", "8s=kill").find("error[scenario/missing-key]: which container?") != std::string::npos);
    CHECK(errors_of("at", "8s=patch").find("a patch says what changes") != std::string::npos);
    CHECK(errors_of("at", "8s=patch:container=app").find("a patch says what changes") != std::string::npos);
  }

  TEST_CASE("all problems of one override are reported") {
    const std::string shown = errors_of("run", "app=3x:exit=a:foo=1");
    CHECK(shown.find("`3x`") != std::string::npos);
    CHECK(shown.find("`a`") != std::string::npos);
    CHECK(shown.find("`foo`") != std::string::npos);
  }

  TEST_CASE("columns count characters") {
    CHECK(errors_of("image", "h\xc3\xa4user=pull=x").find("--image:1:13: ") == 0);
  }

  TEST_CASE("scenario/unknown-container: a container that no Pod has is named with those there are") {
    CHECK(unmatched("run", "ap=30s") ==
          "--run:1:1: error[scenario/unknown-container]: no container is called `ap`\n"
          "  1 | ap=30s\n"
          "    | ^^^^^^\n"
          "help: did you mean `app`?\n");
    CHECK(unmatched("term", "database=1s").find("help: the containers are proxy, app") != std::string::npos);
    CHECK(unmatched("run", "app=until redis.ready").find("no container is called `redis`") != std::string::npos);
    CHECK(unmatched("probe", "app.liveness=fail").find("`app` has no liveness probe") != std::string::npos);
    CHECK(unmatched("hook", "proxy.preStop=1s").find("`proxy` has no preStop hook") != std::string::npos);
    CHECK(unmatched("image", "nginx=present").find("help: the images are proxy:1, app:1") != std::string::npos);
    CHECK(unmatched("at", "4s=kill:nginx").find("no container is called `nginx`") != std::string::npos);
  }

  TEST_CASE("scenario/unknown-pod: a Pod that does not exist is named with those there are") {
    CHECK(unmatched("run", "wep/app=30s") ==
          "--run:1:1: error[scenario/unknown-pod]: no Pod is called `wep`\n"
          "  1 | wep/app=30s\n"
          "    | ^^^^^^^^^^^\n"
          "help: did you mean `web`?\n");
    CHECK(unmatched("delete-at", "9s:pod=db").find("no Pod is called `db`") != std::string::npos);
  }

  TEST_CASE("an override is for each World that has its container, and a problem only where none has") {
    std::vector<Scenario> scenarios = {web(), scenario_of({workload("job", {container("work")}, WorkloadKind::Job)})};
    Override over;
    std::vector<Diagnostic> problems;
    REQUIRE(parse_override(OverrideKind::Run, "work=3s", 0, over, problems));
    CHECK(apply_overrides(scenarios, {over}).empty());
    CHECK(scenarios[0].overrides.empty());
    CHECK(scenarios[1].overrides.size() == 1);
    CHECK(input_of(scenarios[1]).pods[0].behavior[0].runs[0].run == SimDuration{3s});
  }

  TEST_CASE("annotations speak the same grammar about their own Pod") {
    Scenario scenario = web();
    scenario.workloads[0].annotations = {{"run.app", "30s:exit=1"},
                                         {"probe.app.readiness", "okAfter=3s"},
                                         {"image.app", "pull=7s"},
                                         {"at", "4s=kill:app, 9s=delete"},
                                         {"delete-at", "20s"}};
    SourceFiles files;
    CHECK(apply_annotations(scenario, files).empty());
    CHECK(files.size() == 5);
    const WorldInput input = input_of(scenario);
    CHECK(input.pods[0].behavior[1].runs[0].run == SimDuration{30s});
    CHECK(input.pods[0].behavior[1].readiness.ok_after == 3s);
    CHECK(input.images.at("app:1").pull == 7s);
    CHECK(input.actions.size() == 3);
  }

  TEST_CASE("an annotation does not speak of another Pod's container of the same name") {
    Scenario scenario = scenario_of({workload("a", {container("app")}), workload("b", {container("app")})});
    scenario.workloads[1].annotations = {{"run.app", "3s"}, {"delete-at", "9s"}};
    SourceFiles files;
    CHECK(apply_annotations(scenario, files).empty());
    const WorldInput input = input_of(scenario);
    CHECK_FALSE(input.pods[0].behavior[0].runs[0].run);
    CHECK(input.pods[1].behavior[0].runs[0].run == SimDuration{3s});
    REQUIRE(input.actions.size() == 1);
    CHECK(input.actions[0].pod == 1);
  }

  TEST_CASE("a wrong annotation is shown like a file") {
    Scenario scenario = web();
    scenario.workloads[0].annotations = {{"run.app", "30z"}, {"runs.app", "1s"}, {"run", "1s"}, {"run.nobody", "1s"}};
    SourceFiles files = {{"pod.yaml", "kind: Pod\n"}};
    std::string shown;
    for (const Diagnostic& problem : apply_annotations(scenario, files))
      shown += render_diagnostic(problem, files, false);
    CHECK(shown ==
          "podlapse.dev/run.app:1:1: error[scenario/bad-value]: `30z` is neither a duration (2s, 1m30s), nor "
          "`forever`, nor "
          "`until CONTAINER.WHAT`\n"
          "  1 | 30z\n"
          "    | ^^^\n"
          "podlapse.dev/runs.app:1:1: error[scenario/unknown-key]: no annotation is called podlapse.dev/runs\n"
          "  1 | 1s\n"
          "    | ^\n"
          "help: did you mean podlapse.dev/run?\n"
          "podlapse.dev/run:1:1: error[scenario/bad-value]: the annotation names no container\n"
          "  1 | 1s\n"
          "    | ^\n"
          "help: the key is podlapse.dev/run.CONTAINER\n"
          "podlapse.dev/run.nobody:1:1: error[scenario/unknown-container]: no container is called `nobody`\n"
          "  1 | 1s\n"
          "    | ^^\n"
          "help: the containers are proxy, app\n");
  }
}
