#include "yaml/scenario_file.hpp"

#include <doctest/doctest.h>

#include "podlapse/scenario/scenario_document.hpp"
#include "podlapse/scenario/values.hpp"
#include "support/rule_coverage.hpp"
#include "yaml/text.hpp"

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

struct Read {
  Scenario scenario;
  std::string shown;  ///< the diagnostics as a user sees them
};

Read read(const std::string& text, const std::string& manifest = {}) {
  SourceFiles files = {{"s.yaml", text}};
  std::vector<Diagnostic> problems;
  std::vector<Value> documents = yaml::read_documents(text, 0, {}, problems);
  REQUIRE(documents.size() == 1);
  yaml::ScenarioSurroundings around;
  around.read_documents = [&](const std::string& path, std::vector<Value>& out, std::vector<Diagnostic>& diagnostics) {
    if (path != "app.yaml") return false;
    files.push_back({path, manifest});
    out = yaml::read_documents(manifest, static_cast<std::uint32_t>(files.size() - 1), {}, diagnostics);
    return true;
  };
  Read result;
  result.scenario = yaml::read_scenario(documents.front(), around, files, problems);
  for (const Diagnostic& problem : problems) {
    podlapse::test::reach(find_rule(problem.code));
    result.shown += render_diagnostic(problem, files, false);
  }
  return result;
}

const char* kPod =
    "pod:\n"
    "  apiVersion: v1\n"
    "  kind: Pod\n"
    "  metadata: {name: web}\n"
    "  spec:\n"
    "    initContainers:\n"
    "    - {name: proxy, image: envoy, restartPolicy: Always, startupProbe: {tcpSocket: {port: 80}}}\n"
    "    containers:\n"
    "    - {name: app, image: nginx, readinessProbe: {tcpSocket: {port: 80}}, lifecycle: {preStop: {exec: {command: "
    "[x]}}}}\n";

Scenario good(const std::string& text) {
  const Read result = read(kPod + text);
  CHECK(result.shown == "");
  return result.scenario;
}

/// The messages about `text`, which stands before the Pod, so that its lines count from 1.
std::string bad(const std::string& text) {
  return read(text + kPod).shown;
}

RunBehavior run_of(const std::string& run) {
  const Scenario scenario = good("behavior: {app: [" + run + "]}\n");
  REQUIRE(scenario.behavior.at("app").runs->size() == 1);
  return scenario.behavior.at("app").runs->front();
}

}  // namespace

TEST_SUITE("yaml/scenario_file") {
  TEST_CASE("a document with kind is a manifest, one with pod, job or manifest a scenario") {
    const auto is = [](const std::string& text) {
      std::vector<Diagnostic> problems;
      return yaml::is_scenario(yaml::read_documents(text, 0, {}, problems).front());
    };
    CHECK(is(kPod));
    CHECK(is("manifest: app.yaml"));
    CHECK(is("{name: x, job: {}}"));
    CHECK(is("pods: []"));
    CHECK_FALSE(is("kind: Pod\npod: {}"));
    CHECK_FALSE(is("name: x"));
    CHECK_FALSE(is("- pod"));
  }

  TEST_CASE("the head names the scenario and says how to run it") {
    const Scenario scenario = good("name: crash\ngroup: B\nwhat: it crashes\nuntil: 1m\nseed: 7\nlatency: ideal\n");
    CHECK(scenario.from_file);
    CHECK(scenario.name == "crash");
    CHECK(scenario.group == "B");
    CHECK(scenario.what == "it crashes");
    CHECK(scenario.until == SimDuration{60s});
    CHECK(scenario.seed == 7);
    CHECK(scenario.latency == Scenario::Latency::Ideal);
    CHECK(good("").name == "web");
  }

  TEST_CASE("the head of a lesson has a question, its answer, and where it was asked") {
    const Scenario scenario = good(
        "question: Who waits?\nlesson: >-\n  Nobody\n  does.\n"
        "threads: [https://a.example/1, http://b.example]\n");
    CHECK(scenario.question == "Who waits?");
    CHECK(scenario.lesson == "Nobody does.");
    CHECK(scenario.threads == std::vector<std::string>{"https://a.example/1", "http://b.example"});
    const Value written = scenario_document(scenario);
    CHECK(written.string_at("question") == "Who waits?");
    CHECK(written.string_at("lesson") == "Nobody does.");
    CHECK(written.find("threads")->items().size() == 2);
    CHECK(good("threads: https://a.example\n").threads.size() == 1);
    CHECK(bad("threads: [k/k#1]\n").find("`k/k#1` is no address") != std::string::npos);
  }

  TEST_CASE("runs are read as the cases of the reference write them") {
    CHECK(run_of("{run: 2s, exit: 1}") == [] {
      RunBehavior run;
      run.run = 2s;
      run.exit_code = 1;
      return run;
    }());
    CHECK(run_of("{run: forever}").on_term == TermBehavior{false, 0s, 143});
    CHECK(run_of("{run: forever, onTerm: ignore}").on_term.ignore);
    CHECK(run_of("{run: forever, onTerm: {after: 1s, exit: 0}}").on_term == TermBehavior{false, 1s, 0});
    CHECK(run_of("{run: forever, onTerm: {after: 1s}}").on_term == TermBehavior{false, 1s, 143});
    CHECK(run_of("{startError: 'exec: \"/nope\": no such file'}").start_error == "exec: \"/nope\": no such file");
    CHECK(run_of("{startError: x, exit: 127}").start_error_exit_code == 127);
    CHECK(run_of("{run: 5s, startTakes: 20s}").start_takes == SimDuration{20s});
    CHECK(run_of("{run: 5s, exit: 0, allocMiB: 100}").allocate_bytes == 100LL * 1024 * 1024);
    CHECK_FALSE(run_of("{run: 5s, allocMiB: 100}").allocated_by_child);
    CHECK(run_of("{run: 5s, allocMiB: 100, allocBy: child}").allocated_by_child);
    CHECK(run_of("{run: 5s, message: done, output: 'line 1'}").message == "done");
    CHECK(run_of("{run: 5s, message: done, output: 'line 1'}").output == "line 1");
    CHECK(run_of("{run: 3}").run == SimDuration{3s});
    CHECK(run_of("{run: 0.5}").run == SimDuration{500ms});
    CHECK(good("behavior: {app: {run: 4s}}\n").behavior.at("app").runs->front().run == SimDuration{4s});
    CHECK(good("behavior: {app: [{run: 4s}, {run: 5s}]}\n").behavior.at("app").runs->size() == 2);
  }

  TEST_CASE("processes depend on each other") {
    CHECK(format_moment(*run_of("{run: until proxy.ready, exit: 0}").until) == "proxy.ready");
    CHECK(format_moment(*run_of("{until: proxy.ready}").until) == "proxy.ready");
    CHECK(format_moment(*run_of("{run: forever, exitOn: proxy.exited(0)}").exit_on) == "proxy.exited(0)");
    CHECK(format_moment(*run_of("{exitOn: proxy.exited}").exit_on) == "proxy.exited");
    const RunBehavior needs = run_of("{run: forever, needs: {proxy: ready, else: {exit: 3, after: 2s}}}");
    REQUIRE(needs.needs.size() == 1);
    CHECK(needs.needs[0] == Need{{"", "proxy", Moment::What::Ready, {}, {}}, 2s, 3});
    CHECK(run_of("{run: forever, needs: proxy.ready}").needs[0] ==
          Need{{"", "proxy", Moment::What::Ready, {}, {}}, 0s, 1});
    const RunBehavior list = run_of("{run: 5s, needs: [{proxy: running}, {web/proxy: ready, else: {exit: 2}}]}");
    REQUIRE(list.needs.size() == 2);
    CHECK(list.needs[0].exit_code == 1);
    CHECK(list.needs[1].needed.pod == "web");
    CHECK(list.needs[1].exit_code == 2);
  }

  TEST_CASE("probes answer by age, and hooks take their time") {
    const Scenario scenario = good(
        "probes:\n"
        "  proxy: {startup: {okAfter: 3s, failFromAttempt: 1}}\n"
        "  app:\n"
        "    readiness: {okAfter: 1s, failBetween: [8s, 12s], failAfter: 20s, takes: 2.5s, okWhile: proxy.serving,\n"
        "                failOnTerm: true, warning: moved}\n"
        "hooks:\n"
        "  app: {preStop: {takes: 2s, exit: 1}}\n");
    CHECK(scenario.behavior.at("proxy").startup->ok_after == 3s);
    CHECK(scenario.behavior.at("proxy").startup->fail_from_attempt == 1);
    const ProbeBehavior& readiness = *scenario.behavior.at("app").readiness;
    CHECK(readiness.fail_between == std::vector<TimeWindow>{{8s, 12s}});
    CHECK(readiness.fail_after == SimDuration{20s});
    CHECK(readiness.takes == 2500ms);
    CHECK(readiness.fail_on_term);
    CHECK(readiness.warning == "moved");
    CHECK(readiness.ok_while->what == Moment::What::Serving);
    CHECK(scenario.behavior.at("app").pre_stop->takes == SimDuration{2s});
    CHECK(scenario.behavior.at("app").pre_stop->exit_code == 1);
    CHECK(good("probes: {app: {readiness: fail}}\n").behavior.at("app").readiness->fail_after == SimDuration{});
    CHECK(good("probes: {app: {readiness: {failBetween: [[1s, 2s], [3s, 4s]]}}}\n")
              .behavior.at("app")
              .readiness->fail_between.size() == 2);
    CHECK(good("hooks: {app: {preStop: 3s}}\n").behavior.at("app").pre_stop->takes == SimDuration{3s});
    CHECK(good("hooks: {app: {preStop: {until: proxy.exited}}}\n").behavior.at("app").pre_stop->until.has_value());
  }

  TEST_CASE("images are present, absent, slow, or broken") {
    const Scenario scenario = good(
        "images:\n"
        "  nginx: {present: true}\n"
        "  envoy: {error: 'no: such image', pull: 5s, times: 2}\n"
        "  other: {absent: true}\n"
        "  mine: {secret: registry}\n");
    CHECK(scenario.images.at("mine").secret == "registry");
    CHECK(scenario.images.at("nginx").present);
    CHECK(scenario.images.at("nginx").pull == 300ms);
    CHECK(good("images: {nginx: {present: true, pull: 1s}}\n").images.at("nginx").pull == 1s);
    CHECK(scenario.images.at("envoy").pull_error == "no: such image");
    CHECK(scenario.images.at("envoy").pull == 5s);
    CHECK(scenario.images.at("envoy").pull_error_times == 2);
    CHECK(scenario.images.at("other").absent);
  }

  TEST_CASE("actions happen at their time") {
    const Scenario scenario = good(
        "actions:\n"
        "- {at: 10s, delete: {gracePeriodSeconds: 5}}\n"
        "- at: 11s\n"
        "  delete:\n"
        "- {at: 4s, kill: {container: app, signal: 15}}\n"
        "- {at: 4s, kill: app}\n"
        "- {at: 4s, kill: {sandbox: true}}\n"
        "- {at: 5s, oom: {container: proxy}}\n"
        "- {at: 6s, evict: {message: 'low on memory', gracePeriodSeconds: 3}}\n"
        "- {at: 7s, restartKubelet: {down: 2s, remove: [proxy, app]}}\n"
        "- {at: 8s, patch: {spec: {activeDeadlineSeconds: 8, containers: [{name: app, image: nginx:2}]}}}\n");
    REQUIRE(scenario.actions.size() == 9);
    CHECK(scenario.actions[0].at == 10s);
    CHECK(std::get<DeletePod>(scenario.actions[0].what).grace_period_seconds == 5);
    CHECK_FALSE(std::get<DeletePod>(scenario.actions[1].what).grace_period_seconds);
    CHECK(std::get<KillContainer>(scenario.actions[2].what).signal == 15);
    CHECK(std::get<KillContainer>(scenario.actions[3].what).container == 1);
    CHECK(std::holds_alternative<KillSandbox>(scenario.actions[4].what));
    CHECK(std::get<OomKillContainer>(scenario.actions[5].what).container == 0);
    CHECK(std::get<EvictPod>(scenario.actions[6].what).grace_period_seconds == 3);
    const RestartKubelet& restart = std::get<RestartKubelet>(scenario.actions[7].what);
    CHECK(restart.down_for == 2s);
    CHECK(restart.removed == std::vector<std::pair<PodIndex, ContainerIndex>>{{0, 0}, {0, 1}});
    const Value written = scenario_document(scenario);
    CHECK(written.find("actions")->items()[7].find("restartKubelet")->find("remove")->items()[1].as_string() == "app");
    CHECK(std::get<PatchPod>(scenario.actions[8].what).active_deadline == SimDuration{8s});
    CHECK(std::get<PatchPod>(scenario.actions[8].what).images ==
          std::vector<std::pair<ContainerIndex, std::string>>{{1, "nginx:2"}});
  }

  TEST_CASE("raw API calls on Pods, their status, ConfigMaps and Secrets are understood") {
    const Scenario scenario = good(
        "configMaps: {settings: {a: '1'}}\n"
        "actions:\n"
        "- at: 6s\n"
        "  api:\n"
        "    method: PATCH\n"
        "    path: /api/v1/namespaces/default/pods/{pod}/status\n"
        "    type: application/strategic-merge-patch+json\n"
        "    body: {status: {conditions: [{type: example.com/lb, status: 'True', reason: Up}]}}\n"
        "- {at: 7s, api: {method: DELETE, path: '/api/v1/namespaces/default/pods/{pod}', body: {gracePeriodSeconds: "
        "0}}}\n"
        "- {at: 8s, api: {method: PATCH, path: /api/v1/namespaces/default/pods/web, body: {spec: "
        "{activeDeadlineSeconds: 9}}}}\n"
        "- {at: 9s, api: {method: POST, path: /api/v1/namespaces/default/configmaps, body: {metadata: {name: c}, data: "
        "{k: v}}}}\n"
        "- {at: 9s, api: {method: PATCH, path: /api/v1/namespaces/default/configmaps/settings, body: {data: {b: "
        "'2'}}}}\n"
        "- {at: 9s, api: {method: DELETE, path: /api/v1/namespaces/default/secrets/s}}\n"
        "- {at: 9s, api: {method: POST, path: '/api/v1/namespaces/default/pods/{pod}/eviction', body: {deleteOptions: "
        "{gracePeriodSeconds: 4}}}}\n");
    REQUIRE(scenario.actions.size() == 7);
    const PatchConditions& conditions = std::get<PatchConditions>(scenario.actions[0].what);
    REQUIRE(conditions.conditions.size() == 1);
    CHECK(conditions.conditions[0].type == "example.com/lb");
    CHECK(conditions.conditions[0].reason == "Up");
    CHECK(std::get<DeletePod>(scenario.actions[1].what).grace_period_seconds == 0);
    CHECK(std::get<PatchPod>(scenario.actions[2].what).active_deadline == SimDuration{9s});
    CHECK(std::get<PutObject>(scenario.actions[3].what).name == "c");
    CHECK(std::get<PutObject>(scenario.actions[3].what).keys == std::vector<std::string>{"k"});
    CHECK(std::get<PutObject>(scenario.actions[4].what).keys == std::vector<std::string>{"b", "a"});
    CHECK(std::get<PutObject>(scenario.actions[5].what).remove);
    CHECK(std::get<PutObject>(scenario.actions[5].what).kind == ObjectReference::Kind::Secret);
    CHECK(std::get<DeletePod>(scenario.actions[6].what).grace_period_seconds == 4);
  }

  TEST_CASE("a patch that the server refuses is refused in its words, at its place") {
    CHECK(
        bad("actions:\n- {at: 1s, patch: {spec: {nodeName: other}}}\n") ==
        "s.yaml:2:20: error[update/pod-fields]: spec: Forbidden: pod updates may not change fields other than "
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
        "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
        "was previously negative)\n"
        "  2 | - {at: 1s, patch: {spec: {nodeName: other}}}\n"
        "    |                    ^^^^\n"
        "help: spec.nodeName added\n");
    const auto errors = [](const std::string& text) { return bad("actions:\n" + text); };
    CHECK(errors("- {at: 1s, patch: {spec: {containers: [{name: more, image: i}]}}}\n")
              .find("spec.containers: Forbidden: pod updates may not add or remove containers") != std::string::npos);
    CHECK(errors("- {at: 1s, patch: {spec: {containers: [{name: app, image: ' i'}]}}}\n")
              .find("s.yaml:2:59: error[validate/image-blanks]") != std::string::npos);
    CHECK(errors("- {at: 1s, patch: {spec: {contaners: []}}}\n").find("unknown field `contaners`") !=
          std::string::npos);
    CHECK(errors("- {at: 1s, api: {method: PUT, path: /api/v1/namespaces/default/pods/web, body: {spec: {}}}}\n")
              .find("spec.containers: Required value") != std::string::npos);
  }

  TEST_CASE("patches follow each other: a deadline may shrink and not grow") {
    const std::string shrink =
        "actions:\n"
        "- {at: 1s, patch: {spec: {activeDeadlineSeconds: 50}}}\n"
        "- {at: 2s, patch: {spec: {activeDeadlineSeconds: 40}}}\n";
    CHECK(good(shrink).actions.size() == 2);
    CHECK(bad(shrink + "- {at: 3s, patch: {spec: {activeDeadlineSeconds: 45}}}\n").find("s.yaml:4:") == 0);
  }

  TEST_CASE("scenario/api-not-modelled: what a call or patch asks beyond that is a warning") {
    CHECK(bad("actions:\n"
              "- {at: 1s, api: {method: GET, path: '/api/v1/namespaces/default/pods/{pod}'}}\n"
              "- {at: 1s, api: {method: POST, path: /apis/apps/v1/namespaces/default/deployments}}\n"
              "- {at: 1s, patch: {metadata: {finalizers: [a.b/c]}, spec: {tolerations: []}}}\n"
              "- {at: 1s, patch: {spec: {containers: [{name: app, resources: {}}]}}}\n") ==
          "s.yaml:2:17: warning[scenario/api-not-modelled]: GET on this path is not modelled and has no effect\n"
          "  2 | - {at: 1s, api: {method: GET, path: '/api/v1/namespaces/default/pods/{pod}'}}\n"
          "    |                 ^\n"
          "s.yaml:3:38: warning[scenario/api-not-modelled]: the path `/apis/apps/v1/namespaces/default/deployments` is "
          "not "
          "modelled and has no effect\n"
          "  3 | - {at: 1s, api: {method: POST, path: /apis/apps/v1/namespaces/default/deployments}}\n"
          "    |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
          "s.yaml:4:31: warning[scenario/api-not-modelled]: a patch of metadata.finalizers is not modelled and has no "
          "effect\n"
          "  4 | - {at: 1s, patch: {metadata: {finalizers: [a.b/c]}, spec: {tolerations: []}}}\n"
          "    |                               ^^^^^^^^^^\n"
          "s.yaml:4:60: warning[scenario/api-not-modelled]: a patch of spec.tolerations is not modelled and has no "
          "effect\n"
          "  4 | - {at: 1s, patch: {metadata: {finalizers: [a.b/c]}, spec: {tolerations: []}}}\n"
          "    |                                                            ^^^^^^^^^^^\n"
          "s.yaml:5:52: warning[scenario/api-not-modelled]: a patch of spec.containers.resources is not modelled and "
          "has no effect\n"
          "  5 | - {at: 1s, patch: {spec: {containers: [{name: app, resources: {}}]}}}\n"
          "    |                                                    ^^^^^^^^^\n");
  }

  TEST_CASE("a patch sets labels and annotations, and takes them away") {
    const Scenario scenario = good("actions:\n- {at: 1s, patch: {metadata: {labels: {a: b}, annotations: {c: null}}}}\n");
    REQUIRE(scenario.actions.size() == 1);
    const auto& patch = std::get<PatchPod>(scenario.actions[0].what);
    CHECK(patch.labels == decltype(patch.labels){{"a", "b"}});
    CHECK(patch.annotations == decltype(patch.annotations){{"c", std::nullopt}});
    CHECK(patch.images.empty());
  }

  TEST_CASE("debug adds ephemeral containers, in the order of their times, of which the whole file can speak") {
    const Scenario scenario = good(
        "actions:\n- {at: 9s, debug: {name: second, image: b}}\n- {at: 5s, debug: {name: first, image: a}}\n"
        "behavior: {first: {run: 3s}, second: {run: forever}}\nexpect: [first.started before second.started]\n");
    const std::vector<ContainerSpec>& containers = scenario.workloads[0].pod.containers;
    REQUIRE(containers.size() >= 3);
    const std::size_t second = containers.size() - 1;
    CHECK(containers[second].name == "second");
    CHECK(containers[second - 1].kind == ContainerKind::Ephemeral);
    CHECK(std::get<AddEphemeralContainer>(scenario.actions[0].what).container == second);
    CHECK(std::get<AddEphemeralContainer>(scenario.actions[1].what).container == second - 1);
    const Value document = scenario_document(scenario);
    CHECK(document.at_path("pod.spec.ephemeralContainers") == nullptr);
    CHECK(document.find("actions")->items().at(0).at_path("debug")->string_at("name") == "second");
  }

  TEST_CASE("debug is refused as the server would refuse it, and told once") {
    const std::string named_twice = bad("actions:\n- {at: 5s, debug: {name: app, image: a}}\n");
    CHECK(named_twice.find("Duplicate value: \"app\"") != std::string::npos);
    CHECK(bad("actions:\n- {at: 5s, debug: {image: a}}\n").find("write debug: {name: debugger, image: busybox}") != std::string::npos);
    const std::string probe = "readinessProbe: {exec: {command: [x]}}";
    CHECK(bad("actions:\n- {at: 5s, debug: {name: d, image: a, " + probe + "}}\n").find("readinessProbe") != std::string::npos);
  }

  TEST_CASE("what a file says of messages, signals, images and labels is written again") {
    const Value written = scenario_document(
        good("behavior: {app: {run: 5s, allocMiB: 1, allocBy: child, message: a, output: b}}\n"
             "probes: {app: {readiness: {failOnTerm: true, warning: w}}}\nimages: {nginx: {secret: s}}\n"
             "actions: [{at: 1s, patch: {metadata: {labels: {tier: front, old: null}}}}]\n"));
    CHECK(written.at_path("behavior.app")->string_at("allocBy") == "child");
    CHECK(written.at_path("behavior.app")->string_at("message") == "a");
    CHECK(written.at_path("behavior.app")->string_at("output") == "b");
    CHECK(written.at_path("probes.app.readiness.failOnTerm")->as_bool());
    CHECK(written.at_path("probes.app.readiness")->string_at("warning") == "w");
    CHECK(written.at_path("images.nginx")->string_at("secret") == "s");
    const Value& labels = *written.find("actions")->items().at(0).at_path("patch.metadata.labels");
    CHECK(labels.string_at("tier") == "front");
    CHECK(labels.find("old")->is_null());
    CHECK(written.find("actions")->items().at(0).at_path("patch.spec") == nullptr);
  }

  TEST_CASE("a process that allocates is the first one, or a child, and allocates something") {
    CHECK(bad("behavior: {app: {run: 5s, allocMiB: 1, allocBy: me}}\n").find("the words are first, child") != std::string::npos);
    CHECK(bad("behavior: {app: {run: 5s, allocBy: child}}\n").find("how much does it allocate?") != std::string::npos);
  }

  TEST_CASE("objects exist when they are named, with the keys that are asked for or told") {
    const std::string pod =
        "pod: {metadata: {name: web}, spec: {containers: [{name: app, image: x, env: [{name: A, valueFrom: "
        "{configMapKeyRef: "
        "{name: settings, key: color}}}]}]}}\n";
    const Scenario named = read(pod + "configMaps: [settings]\nsecrets: {token: [value]}\n").scenario;
    REQUIRE(named.existing_objects.size() == 2);
    CHECK(named.existing_objects[0].keys == std::vector<std::string>{"color"});
    CHECK(named.existing_objects[1].kind == ObjectReference::Kind::Secret);
    CHECK(named.existing_objects[1].keys == std::vector<std::string>{"value"});
    CHECK(read(pod + "configMaps: {settings: {size: '1'}}\n").scenario.existing_objects[0].keys ==
          std::vector<std::string>{"size"});
    CHECK(read(pod + "configMaps: {settings: }\n").scenario.existing_objects[0].keys ==
          std::vector<std::string>{"color"});
  }

  TEST_CASE("workloads come from the file, from a Job, or from manifests beside it") {
    const Scenario job = read(
                             "job: {metadata: {name: work}, spec: {template: {spec: {restartPolicy: Never, containers: "
                             "[{name: app, image: x}]}}}}\n")
                             .scenario;
    REQUIRE(job.workloads.size() == 1);
    CHECK(job.workloads[0].kind == WorkloadKind::Job);
    const std::string manifest =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: postgres, image: postgres}]}\n";
    const Read beside = read("manifest: app.yaml\nbehavior: {postgres: [{run: 2s}]}\n", manifest);
    CHECK(beside.shown == "");
    CHECK(beside.scenario.workloads[0].pod.name == "db");
    REQUIRE(beside.scenario.existing_objects.size() == 1);
    CHECK(beside.scenario.existing_objects[0].keys == std::vector<std::string>{"color"});
    const Read both =
        read(std::string{kPod} +
                 "manifests: [app.yaml]\n"
                 "behavior: {app: [{run: until db/postgres.ready}], db/postgres: [{run: forever}]}\n"
                 "actions: [{at: 3s, create: db}, {at: 9s, pod: web, delete: {}}, {at: 9s, kill: postgres}]\n",
             manifest);
    CHECK(both.shown == "");
    CHECK(both.scenario.workloads.size() == 2);
    CHECK(both.scenario.created_at.at("db") == 3s);
    CHECK(both.scenario.actions[1].pod == 1);
    CHECK(read("pods:\n- {metadata: {name: a}, spec: {containers: [{name: x, image: x}]}}\n"
               "- {metadata: {name: b}, spec: {containers: [{name: x, image: x}]}}\n")
              .scenario.workloads.size() == 2);
  }

  TEST_CASE("scenario/unknown-key: every misspelt key is named with the nearest one") {
    CHECK(bad("nam: x\nbehavior:\n  app: [{rum: 2s, run: 1s}]\n") ==
          "s.yaml:1:1: error[scenario/unknown-key]: `nam` is no key of a scenario\n"
          "  1 | nam: x\n"
          "    | ^^^\n"
          "help: did you mean `name`?\n"
          "s.yaml:3:10: error[scenario/unknown-key]: `rum` is no key of a run\n"
          "  3 |   app: [{rum: 2s, run: 1s}]\n"
          "    |          ^^^\n"
          "help: did you mean `run`?\n");
    CHECK(bad("probes: {app: {rediness: ok}}\n").find("did you mean `readiness`?") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, destroy: {}}]\n").find("`destroy` is no key of an action") != std::string::npos);
  }

  TEST_CASE("scenario/bad-value: every value is checked in its place") {
    CHECK(bad("until: soon\nbehavior: {app: [{run: 3x, exit: 300}]}\n") ==
          "s.yaml:1:8: error[scenario/bad-value]: `soon` is no duration (2s, 250ms, 1m30s, 1h)\n"
          "  1 | until: soon\n"
          "    |        ^^^^\n"
          "s.yaml:2:24: error[scenario/bad-value]: `3x` is neither a duration (2s, 1m30s), nor `forever`, nor `until "
          "CONTAINER.WHAT`\n"
          "  2 | behavior: {app: [{run: 3x, exit: 300}]}\n"
          "    |                        ^^\n"
          "s.yaml:2:34: error[scenario/bad-value]: `300` is no whole number from 0 to 255\n"
          "  2 | behavior: {app: [{run: 3x, exit: 300}]}\n"
          "    |                                  ^^^\n");
    CHECK(bad("behavior: {app: [{run: forever, exit: 1}]}\n").find("a run that never ends has no exit code") !=
          std::string::npos);
    CHECK(bad("behavior: {app: [{run: 1s, onTerm: never}]}\n").find("`never` is no answer to SIGTERM") !=
          std::string::npos);
    CHECK(bad("behavior: []\n").find("behavior is a mapping, not a list") != std::string::npos);
    CHECK(bad("probes: {app: {readiness: {failBetween: [4s]}}}\n").find("expected two durations") != std::string::npos);
    CHECK(bad("probes: {app: {readiness: {failBetween: [4s, 2s]}}}\n").find("the first duration must be the smaller") !=
          std::string::npos);
    CHECK(bad("latency: none\n").find("`none` is no latency") != std::string::npos);
    CHECK(bad("seed: -1\n").find("`-1` is no whole number") != std::string::npos);
    CHECK(bad("images: {nginx: {present: maybe}}\n").find("expected true or false, found a string") !=
          std::string::npos);
    CHECK(bad("actions: {at: 1s}\n").find("actions is a list") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, delete: {}, kill: app}]\n").find("an entry has one action") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, api: {method: PATCH, path: '/api/v1/namespaces/d/pods/{pod}/status', body: {status: "
              "{conditions: [{type: a, status: True}]}}}}]\n")
              .find("the status is a text: quote it") != std::string::npos);
    CHECK(read("manifest: nope.yaml\n").shown.find("no file `nope.yaml`") != std::string::npos);
    CHECK(read("pod: {kind: Deployment}\n").shown.find("expected kind Pod, found `Deployment`") != std::string::npos);
    CHECK(read("pods:\n- {metadata: {name: a}, spec: {containers: [{name: x, image: x}]}}\n- {metadata: {name: a}, "
               "spec: {containers: [{name: x, image: x}]}}\n")
              .shown.find("there are two Pods called `a`") != std::string::npos);
  }

  TEST_CASE("scenario/missing-key: what must be said and is not is asked for") {
    CHECK(bad("behavior: {app: [{exit: 1}]}\n").find("how long does this run take?") != std::string::npos);
    CHECK(bad("behavior: {app: []}\n").find("a list of runs has at least one") != std::string::npos);
    CHECK(bad("actions: [{delete: {}}]\n").find("when does this happen?") != std::string::npos);
    CHECK(bad("actions: [{at: 1s}]\n").find("what happens then?") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, kill: {}}]\n").find("kill what?") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, oom: {}}]\n").find("which container runs out of memory?") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, api: {method: GET}}]\n").find("an API call has a method and a path") !=
          std::string::npos);
    CHECK(read("name: x\n").shown.find("this scenario is about no Pod") != std::string::npos);
    CHECK(read("manifest: app.yaml\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
              .shown.find("`app.yaml` has no workload") != std::string::npos);
  }

  TEST_CASE("scenario/unknown-container: wrong names are errors that name the right ones") {
    CHECK(bad("behavior:\n  ap: [{run: 1s}]\nprobes: {db: {readiness: ok}}\nhooks: {proxi: {preStop: 1s}}\n"
              "actions: [{at: 1s, kill: nginx}]\n") ==
          "s.yaml:2:3: error[scenario/unknown-container]: no container is called `ap`\n"
          "  2 |   ap: [{run: 1s}]\n"
          "    |   ^^\n"
          "help: did you mean `app`?\n"
          "s.yaml:3:10: error[scenario/unknown-container]: no container is called `db`\n"
          "  3 | probes: {db: {readiness: ok}}\n"
          "    |          ^^\n"
          "help: the containers are proxy, app\n"
          "s.yaml:4:9: error[scenario/unknown-container]: no container is called `proxi`\n"
          "  4 | hooks: {proxi: {preStop: 1s}}\n"
          "    |         ^^^^^\n"
          "help: did you mean `proxy`?\n"
          "s.yaml:5:26: error[scenario/unknown-container]: no container is called `nginx`\n"
          "  5 | actions: [{at: 1s, kill: nginx}]\n"
          "    |                          ^^^^^\n"
          "help: the containers are proxy, app\n");
    CHECK(bad("behavior: {app: [{run: until redis.ready}]}\n").find("no container is called `redis`") !=
          std::string::npos);
    CHECK(bad("hooks: {app: {preStop: {until: redis.exited}}}\n").find("no container is called `redis`") !=
          std::string::npos);
    CHECK(bad("probes: {app: {readiness: {okWhile: redis.ready}}}\n").find("no container is called `redis`") !=
          std::string::npos);
  }

  TEST_CASE("scenario/unknown-pod: so are wrong names of Pods") {
    CHECK(bad("actions: [{at: 1s, pod: wep, delete: {}}]\n").find("no Pod is called `wep`") != std::string::npos);
    CHECK(bad("actions: [{at: 1s, create: wep}]\n").find("help: did you mean `web`?") != std::string::npos);
    CHECK(bad("behavior: {db/app: [{run: 1s}]}\n").find("no Pod is called `db`") != std::string::npos);
  }

  TEST_CASE("scenario/no-effect: an answer that nobody asks for is a warning") {
    CHECK(bad("probes: {app: {liveness: fail}}\n") ==
          "s.yaml:1:26: warning[scenario/no-effect]: `app` has no liveness probe: nobody asks\n"
          "  1 | probes: {app: {liveness: fail}}\n"
          "    |                          ^^^^\n");
    CHECK(bad("hooks: {proxy: {preStop: 1s}}\n").find("warning[scenario/no-effect]: `proxy` has no preStop hook") !=
          std::string::npos);
  }

  TEST_CASE("annotations of the Pod are read too") {
    const Read annotated = read(
        "pod: {metadata: {name: a, annotations: {podlapse.dev/run.app: 3s}}, spec: {containers: [{name: app, image: "
        "x}]}}\n");
    CHECK(annotated.shown == "");
    CHECK(annotated.scenario.annotations.size() == 1);
    const Read wrong = read(
        "pod: {metadata: {name: a, annotations: {podlapse.dev/run.ap: 3s}}, spec: {containers: [{name: app, image: "
        "x}]}}\n");
    CHECK(wrong.shown.find("podlapse.dev/run.ap:1:1: error[scenario/unknown-container]") == 0);
  }

  TEST_CASE("what the API server would refuse is shown in its place, without complaints that only follow from it") {
    const std::string shown = read(
                                  "pod: {metadata: {name: a}, spec: {containers: [{name: app}]}}\nbehavior: {app: "
                                  "[{run: 3x}], ap: [{run: 3s}]}\n")
                                  .shown;
    CHECK(shown.find("s.yaml:1:") == 0);
    CHECK(shown.find("image") != std::string::npos);
    CHECK(shown.find("`3x`") != std::string::npos);
    CHECK(shown.find("unknown-container") == std::string::npos);
  }
}
