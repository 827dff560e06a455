#include "podlapse/quiz/belief.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "podlapse/base/time.hpp"
#include "podlapse/scenario/overrides.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

// ---- places in a document -------------------------------------------------------------------------------------------

/// Calls `change` for every object of `value` that has the member `key`, outermost first.
template <typename Change>
void for_each_with(Value& value, std::string_view key, const Change& change) {
  if (value.is_array()) {
    for (Value& item : value.items()) for_each_with(item, key, change);
  }
  if (!value.is_object()) return;
  if (value.find(key) != nullptr) change(value);
  for (Value::Member& member : value.members()) {
    if (member.key != "actions" && member.key != "expect") for_each_with(member.value, key, change);
  }
}

template <typename Change>
void for_each_pod_spec(Value& document, const Change& change) {
  for_each_with(document, "containers", [&change](Value& spec) {
    if (spec.find("containers")->is_array()) change(spec);
  });
}

bool is_sidecar(const Value& container) { return container.string_at("restartPolicy") == "Always"; }

/// Calls `change` for the containers in the list `key` of every Pod.
template <typename Change>
void for_each_container(Value& document, std::string_view key, const Change& change) {
  for_each_pod_spec(document, [&](Value& spec) {
    Value* list = spec.find(key);
    if (list == nullptr || !list->is_array()) return;
    for (Value& container : list->items()) {
      if (container.is_object()) change(container);
    }
  });
}

template <typename Change>
void for_each_sidecar(Value& document, const Change& change) {
  for_each_container(document, "initContainers", [&change](Value& container) {
    if (is_sidecar(container)) change(container);
  });
}

template <typename Change>
void for_every_container(Value& document, const Change& change) {
  for_each_container(document, "initContainers", change);
  for_each_container(document, "containers", change);
}

void erase_everywhere(Value& document, std::string_view key) {
  for_each_with(document, key, [key](Value& object) { object.erase(key); });
}

/// Calls `change` for what `behavior`, `probes` or `hooks` of a scenario says of each container.
template <typename Change>
void for_each_answer(Value& document, std::string_view key, const Change& change) {
  Value* answers = document.find(key);
  if (answers == nullptr || !answers->is_object()) return;
  for (Value::Member& member : answers->members()) change(member.key, member.value);
}

/// Calls `change` for every run that `behavior` tells.
template <typename Change>
void for_each_run(Value& document, const Change& change) {
  for_each_answer(document, "behavior", [&change](const std::string& container, Value& runs) {
    if (runs.is_object()) change(container, runs);
    if (!runs.is_array()) return;
    for (Value& run : runs.items()) {
      if (run.is_object()) change(container, run);
    }
  });
}

/// The probe `from` becomes the probe `to`, where there is no such yet; its answers, too.
void rename_probe(Value& document, const char* from, const char* to) {
  const std::string from_field = std::string{from} + "Probe", to_field = std::string{to} + "Probe";
  for_every_container(document, [&](Value& container) {
    const Value* probe = container.find(from_field);
    if (probe == nullptr || container.find(to_field) != nullptr) return;
    Value renamed = *probe;
    renamed.erase("successThreshold");  // may be more than 1 for readiness alone
    container.erase(from_field);
    container.set(to_field, std::move(renamed));
  });
  for_each_answer(document, "probes", [&](const std::string&, Value& probes) {
    const Value* answer = probes.find(from);
    if (answer == nullptr || probes.find(to) != nullptr) return;
    Value renamed = *answer;
    probes.erase(from);
    probes.set(to, std::move(renamed));
  });
}

void set_restart_policy(Value& document, const char* policy) {
  for_each_pod_spec(document, [policy](Value& spec) { spec.set("restartPolicy", Value{policy}); });
}

void set_grace(Value& document, std::int64_t seconds) {
  for_each_pod_spec(document, [seconds](Value& spec) { spec.set("terminationGracePeriodSeconds", Value{seconds}); });
  Value* actions = document.find("actions");
  if (actions != nullptr) {
    for_each_with(*actions, "gracePeriodSeconds", [seconds](Value& object) {
      if (object.find("gracePeriodSeconds")->is_int()) object.set("gracePeriodSeconds", Value{seconds});
    });
  }
}

void set_back_off_max(Value& document, const char* period) {
  if (document.find("kind") == nullptr) document["kubelet"]["crashLoopBackOff"].set("maxContainerRestartPeriod", Value{period});
}

// ---- beliefs --------------------------------------------------------------------------------------------------------

/// Readiness answers become startup answers, with a threshold that waits for them.
void readiness_gates(Value& document) {
  for_each_sidecar(document, [](Value& container) {
    const Value* readiness = container.find("readinessProbe");
    if (readiness == nullptr || container.find("startupProbe") != nullptr) return;
    Value startup = *readiness;
    startup.erase("successThreshold");
    constexpr int kWaitsLong = 1000;
    startup.set("failureThreshold", Value{kWaitsLong});
    container.set("startupProbe", std::move(startup));
  });
  for_each_answer(document, "probes", [](const std::string&, Value& probes) {
    const Value* readiness = probes.find("readiness");
    if (readiness != nullptr && probes.find("startup") == nullptr) probes.set("startup", Value{*readiness});
  });
}

void startup_does_not_gate(Value& document) {
  for_each_sidecar(document, [](Value& container) { container.erase("startupProbe"); });
}

void post_start_does_not_gate(Value& document) {
  for_every_container(document, [](Value& container) {
    if (Value* lifecycle = container.find("lifecycle")) lifecycle->erase("postStart");
  });
}

/// The hook's time becomes a part of the answer to SIGTERM, which comes in its turn.
void pre_stop_waits_for_its_turn(Value& document) {
  std::vector<std::string> sidecars;
  for_each_sidecar(document, [&sidecars](Value& container) {
    Value* lifecycle = container.find("lifecycle");
    if (lifecycle != nullptr && lifecycle->erase("preStop")) sidecars.push_back(container.string_at("name"));
  });
  for_each_run(document, [&](const std::string& container, Value& run) {
    const bool concerned = std::find(sidecars.begin(), sidecars.end(), container) != sidecars.end();
    const Value* takes = document.at_path("hooks." + container + ".preStop.takes");
    SimDuration hook{}, after{};
    if (!concerned || takes == nullptr || !takes->is_string() || !parse_duration(takes->as_string(), hook)) return;
    Value* answer = run.find("onTerm");
    if (answer != nullptr && answer->is_string()) return;  // ignored all the same
    if (answer != nullptr) (void)parse_duration(answer->string_at("after"), after);
    run["onTerm"].set("after", Value{format_go_duration(hook + after)});
  });
}

void pre_stop_is_not_run(Value& document) {
  for_every_container(document, [](Value& container) {
    if (Value* lifecycle = container.find("lifecycle")) lifecycle->erase("preStop");
  });
}

void move_containers(Value& document, const char* from, const char* to, bool (*moves)(const Value&, std::size_t), bool to_sidecar) {
  for_each_pod_spec(document, [&](Value& spec) {
    Value* list = spec.find(from);
    if (list == nullptr || !list->is_array()) return;
    Value::Array kept, moved;
    for (std::size_t i = 0; i < list->items().size(); ++i) {
      Value& container = list->items()[i];
      (container.is_object() && moves(container, i) ? moved : kept).push_back(std::move(container));
    }
    list->items() = std::move(kept);
    for (Value& container : moved) {
      container.erase("restartPolicy");
      if (to_sidecar) container.set("restartPolicy", Value{"Always"});
      spec[to].push_back(std::move(container));
    }
  });
}

void sidecars_are_ordinary(Value& document) {
  move_containers(document, "initContainers", "containers", [](const Value& container, std::size_t) { return is_sidecar(container); },
                  false);
}

void helpers_are_sidecars(Value& document) {
  move_containers(document, "containers", "initContainers", [](const Value&, std::size_t index) { return index > 0; }, true);
}

void init_runs_beside(Value& document) {
  move_containers(document, "initContainers", "containers", [](const Value& container, std::size_t) { return !is_sidecar(container); },
                  false);
}

void init_failure_is_passed_over(Value& document) {
  std::vector<std::string> names;
  for_each_container(document, "initContainers", [&names](Value& container) {
    if (!is_sidecar(container)) names.push_back(container.string_at("name"));
  });
  for_each_run(document, [&names](const std::string& container, Value& run) {
    if (std::find(names.begin(), names.end(), container) != names.end() && run.find("exit") != nullptr) run.set("exit", Value{0});
  });
}

void exit_codes_do_not_count(Value& document) {
  for_each_run(document, [](const std::string&, Value& run) {
    if (run.find("exit") != nullptr) run.set("exit", Value{0});
  });
}

void swap_rule_action(Value& document) {
  for_each_with(document, "restartPolicyRules", [](Value& container) {
    for_each_with(container, "action", [](Value& rule) {
      rule.set("action", Value{rule.string_at("action") == "Restart" ? "RestartAllContainers" : "Restart"});
    });
  });
}

void change_back_off_limit(Value& document, int by) {
  for_each_with(document, "backoffLimit", [by](Value& spec) {
    const Value* limit = spec.find("backoffLimit");
    if (limit->is_int() && limit->as_int() + by >= 0) spec.set("backoffLimit", Value{limit->as_int() + by});
  });
}

void sigterm_kills_at_once(Value& document) {
  for_each_run(document, [](const std::string&, Value& run) { run.erase("onTerm"); });
  pre_stop_is_not_run(document);
}

/// Only what happens at the creation is left.
void nothing_happens(Value& document) {
  Value* actions = document.find("actions");
  if (actions == nullptr || !actions->is_array()) return;
  Value::Array kept;
  for (Value& action : actions->items()) {
    if (action.find("create") != nullptr) kept.push_back(std::move(action));
  }
  actions->items() = std::move(kept);
}

void set_version(Value& document, const char* version) {
  if (document.find("kind") != nullptr) return;
  document.set("kubernetesVersion", Value{version});
  document.erase("featureGates");
}

}  // namespace

const std::vector<Belief>& beliefs() {
  static const std::vector<Belief> table = {
      {"readiness-gates", "the next container waited until a sidecar is ready", readiness_gates},
      {"pre-stop-in-turn", "a sidecar's preStop hook waited for the sidecar's turn", pre_stop_waits_for_its_turn},
      {"rules-do-nothing", "restartPolicyRules had no effect here", [](Value& d) { erase_everywhere(d, "restartPolicyRules"); }},
      {"rule-action", "the rule's action were the other one", swap_rule_action},
      {"failure-policy", "podFailurePolicy had no effect here", [](Value& d) { erase_everywhere(d, "podFailurePolicy"); }},
      {"limit-plus-one", "backoffLimit allowed one failure more", [](Value& d) { change_back_off_limit(d, 1); }},
      {"limit-minus-one", "backoffLimit allowed one failure less", [](Value& d) { change_back_off_limit(d, -1); }},
      {"deadline", "activeDeadlineSeconds had no effect here", [](Value& d) { erase_everywhere(d, "activeDeadlineSeconds"); }},
      {"each-time", "a Job began each time, whatever still runs", [](Value& d) { for_each_with(d, "concurrencyPolicy", [](Value& spec) {
          spec.set("concurrencyPolicy", Value{"Allow"});
        }); }},
      {"kept", "what has finished stayed", [](Value& d) { erase_everywhere(d, "ttlSecondsAfterFinished"); }},
      {"startup-does-not-gate", "nothing waited for a sidecar's startup probe", startup_does_not_gate},
      {"startup-is-readiness", "a startup probe only kept the container from being ready",
       [](Value& d) { rename_probe(d, "startup", "readiness"); }},
      {"post-start-does-not-gate", "nothing waited for a postStart hook", post_start_does_not_gate},
      {"grace-does-not-cut", "everything had the time it takes to end, whatever the grace period",
       [](Value& d) { constexpr std::int64_t kAmple = 3600; set_grace(d, kAmple); }},
      {"grace-of-the-probe", "the Pod's grace period held for probes, too",
       [](Value& d) { for_every_container(d, [](Value& container) {
          for (const char* probe : {"livenessProbe", "startupProbe"}) {
            if (Value* found = container.find(probe)) found->erase("terminationGracePeriodSeconds");
          }
        }); }},
      {"pre-stop-is-not-run", "preStop hooks were not run here", pre_stop_is_not_run},
      {"init-failure", "the exit code of an init container did not matter", init_failure_is_passed_over},
      {"sidecars-are-ordinary", "a native sidecar were a container like the others", sidecars_are_ordinary},
      {"helpers-are-sidecars", "a helper among the containers were a native sidecar", helpers_are_sidecars},
      {"liveness-is-readiness", "a failed liveness probe only took the Pod out of service",
       [](Value& d) { rename_probe(d, "liveness", "readiness"); }},
      {"readiness-is-liveness", "a container that is not ready were restarted", [](Value& d) { rename_probe(d, "readiness", "liveness"); }},
      {"no-back-off", "a restart waited a second at most", [](Value& d) { set_back_off_max(d, "1s"); }},
      {"back-off-of-10s", "each restart waited 10 s", [](Value& d) { set_back_off_max(d, "10s"); }},
      {"never", "nothing were restarted (restartPolicy Never)", [](Value& d) { set_restart_policy(d, "Never"); }},
      {"on-failure", "only failures were restarted (restartPolicy OnFailure)", [](Value& d) { set_restart_policy(d, "OnFailure"); }},
      {"always", "everything were restarted (restartPolicy Always)", [](Value& d) { set_restart_policy(d, "Always"); }},
      {"init-runs-beside", "init containers ran beside the others", init_runs_beside},
      {"sigterm-kills", "SIGTERM ended every process at once", sigterm_kills_at_once},
      {"exit-codes", "exit codes did not matter", exit_codes_do_not_count},
      {"nothing-happens", "what is done from outside made no difference", nothing_happens},
      {"as-in-1.28", "it were Kubernetes 1.28", [](Value& d) { set_version(d, "1.28"); }},
      {"as-in-1.36", "it were Kubernetes 1.36", [](Value& d) { set_version(d, "1.36"); }},
  };
  return table;
}

}  // namespace podlapse
