// Restart decisions (decision table 12).
#include "podlapse/kubelet/restart.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

Decided<bool> restart_of(const char* container, RestartPolicy policy, std::int32_t exit_code,
                         const FeatureGates& gates = kGates) {
  return container_should_restart(make_pod(container).containers[0], policy, exit_code, gates);
}

Decided<bool> restart_in_state(RestartPolicy policy, const char* state, bool deleting = false) {
  const PodCase pod{"m", policy, state};
  return should_container_be_restarted(pod.spec, 0, pod.status, deleting);
}

bool all_restart(const char* containers, const char* state, bool condition = false) {
  const PodCase pod{containers, kNever, state};
  return should_all_containers_restart(pod.spec, pod.status, condition).value;
}

bool is_restartable(const char* container, RestartPolicy policy) {
  return is_container_restartable(make_pod(container).containers[0], policy);
}

}  // namespace

TEST_SUITE("kubelet/restart") {
  TEST_CASE("the rows of ShouldContainerBeRestarted hold") {
    struct Row {
      std::string id;
      const char* state;
      bool never, on_failure, always;
    };
    const Row rows[] = {
        {"12.1", "", true, true, true},
        {"12.2", "m R/X2", false, false, false},
        {"12.3", "m X0", false, false, true},
        {"12.4", "m X1/X3", false, true, true},
        {"12.5", "m U", true, true, true},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK_EQ(restart_in_state(kNever, row.state).value, row.never);
      CHECK_EQ(restart_in_state(kOnFailure, row.state).value, row.on_failure);
      CHECK_EQ(restart_in_state(kAlways, row.state).value, row.always);
      INFO("row ", "12.6");
      for (const RestartPolicy policy : {kNever, kOnFailure, kAlways}) {
        CHECK_FALSE(restart_in_state(policy, row.state, true).value);
      }
    }
  }

  TEST_CASE("the rows of ContainerShouldRestart hold") {
    struct Row {
      std::string id;
      const char* container;
      RestartPolicy policy;
      std::int32_t exit_code;
      bool restarts;
    };
    const Row rows[] = {
        {"12.7", "m:never,restart=42/50/60", kUnset, 42, true},
        {"12.8", "m:never,restart-notin=0/1/2", kUnset, 99, true},
        {"12.9", "m:never,restart-all=42/50/60", kUnset, 42, true},
        {"12.10", "m:never,restart=10/20", kUnset, 30, false},
        {"12.11", "m:never,restart-notin=10/20", kUnset, 10, false},
        {"12.12", "m:always", kNever, 0, true},
        {"12.13", "m:onfailure", kNever, 0, false},
        {"12.14", "m:onfailure", kNever, 1, true},
        {"12.15", "m:never", kAlways, 1, false},
        {"12.16", "m", kAlways, 0, true},
        {"12.17", "m", kOnFailure, 1, true},
        {"12.18", "m", kNever, 1, false},
        {"12.19", "m", kUnset, 0, true},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK_EQ(restart_of(row.container, row.policy, row.exit_code).value, row.restarts);
    }
  }

  TEST_CASE("the first rule that matches an exit code counts") {
    const auto match = [](const char* container, std::int32_t exit_code) {
      const PodSpec pod = make_pod(container);
      const ContainerRestartRule* rule = find_matching_restart_rule(pod.containers[0], exit_code);
      return rule == nullptr ? -1 : static_cast<int>(rule - pod.containers[0].restart_policy_rules.data());
    };
    CHECK_EQ(match("m:never,restart=42", 42), 0);
    CHECK_EQ(match("m:never,restart-notin=0/1/2", 99), 0);
    CHECK_EQ(match("m:never,restart=1,restart-all=42,restart=42", 42), 1);
    CHECK_EQ(match("m:never,restart=42/50/60", 100), -1);
    CHECK_EQ(match("m:never", 1), -1);
  }

  TEST_CASE("whether a container could ever restart is told by its spec") {
    CHECK(is_restartable("m:never,restart=1", kNever));
    CHECK(is_restartable("m:always", kNever));
    CHECK(is_restartable("m:onfailure", kNever));
    CHECK_FALSE(is_restartable("m:never", kAlways));
    CHECK_FALSE(is_restartable("m:never,restart-all=1", kAlways));
    CHECK(is_restartable("m", kAlways));
    CHECK(is_restartable("m", kOnFailure));
    CHECK(is_restartable("m", kUnset));
    CHECK_FALSE(is_restartable("m", kNever));
  }

  TEST_CASE("all containers could restart when any of them has such a rule") {
    CHECK(all_containers_could_restart(make_pod("i:init,never,restart-all=1 s:sc m")));
    CHECK(all_containers_could_restart(make_pod("i:init s:sc,restart-all=1 m")));
    CHECK(all_containers_could_restart(make_pod("i:init s:sc m:never,restart-all=1")));
    CHECK_FALSE(all_containers_could_restart(make_pod("i:init s:sc m:never,restart=1")));
  }

  TEST_CASE("the rows of ShouldAllContainersRestart hold") {
    struct Row {
      std::string id;
      const char* containers;
      const char* state;
      bool condition, restarts;
    };
    const Row rows[] = {
        {"12.20", "m", "m R", true, true},
        {"12.21", "m:never,restart-all=42", "m X42", false, true},
        {"12.22", "i:init,never,restart-all=42 m", "i X42", false, true},
        {"12.23", "s:sc,restart-all=42 m", "s X42", false, true},
        {"12.24", "m", "m X1", false, false},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK_EQ(all_restart(row.containers, row.state, row.condition), row.restarts);
    }
    CHECK_FALSE(all_restart("m:never,restart-all=0", "m R"));                // it has not exited
    CHECK_FALSE(all_restart("m:never,restart-all=42", "m R/X42"));          // only the newest instance counts
    CHECK_FALSE(all_restart("m:never,restart=42,restart-all=42", "m X42"));  // only the first rule that matches
  }
}

TEST_SUITE("kubelet/restart rules") {
  TEST_CASE("restart/deleting: a Pod being deleted restarts nothing") {
    check_because(restart_in_state(kAlways, "m X1", true).because, RuleId::RestartDeleting);
  }
  TEST_CASE("restart/no-record: a container without a record starts under every policy") {
    check_because(restart_in_state(kNever, "").because, RuleId::RestartNoRecord);
  }
  TEST_CASE("restart/running: a running container is left alone") {
    check_because(restart_in_state(kAlways, "m R/X1").because, RuleId::RestartRunning);
  }
  TEST_CASE("restart/created: a container that never ran starts even under Never") {
    const Decided<bool> decided = restart_in_state(kNever, "m C");
    CHECK(decided.value);
    check_because(decided.because, RuleId::RestartNeverRan);
  }
  TEST_CASE("restart/unknown: a container in unknown state starts even under Never") {
    check_because(restart_in_state(kNever, "m U").because, RuleId::RestartUnknown);
  }
  TEST_CASE("restart/rule-matches: a matching rule restarts even after exit code 0 under Never") {
    check_because(restart_of("m:never,restart=0/5", kNever, 0).because, RuleId::RestartRuleMatches);
  }
  TEST_CASE("restart/rule-all-containers: a matching RestartAllContainers restarts only with its gate") {
    const Decided<bool> on = restart_of("m:never,restart-all=42", kNever, 42);
    CHECK(on.value);
    check_because(on.because, RuleId::RestartRuleAllContainers);
    FeatureGates gates;
    gates.restart_all_containers_on_container_exits = false;
    CHECK_FALSE(restart_of("m:never,restart-all=42", kNever, 42, gates).value);
  }
  TEST_CASE("restart/container-always: a container's own Always wins over the Pod's Never") {
    check_because(restart_of("m:always", kNever, 0).because, RuleId::RestartContainerAlways);
  }
  TEST_CASE("restart/container-on-failure-nonzero: a container's own OnFailure restarts a failure under Never") {
    check_because(restart_of("m:onfailure", kNever, 1).because, RuleId::RestartContainerOnFailureNonZero);
  }
  TEST_CASE("restart/container-on-failure-zero: a container's own OnFailure leaves a success alone under Always") {
    const Decided<bool> decided = restart_of("m:onfailure", kAlways, 0);
    CHECK_FALSE(decided.value);
    check_because(decided.because, RuleId::RestartContainerOnFailureZero);
  }
  TEST_CASE("restart/container-never: a container's own Never wins over the Pod's Always, but only with the gate") {
    check_because(restart_of("m:never", kAlways, 1).because, RuleId::RestartContainerNever);
    FeatureGates gates;
    gates.container_restart_rules = false;
    CHECK(restart_of("m:never", kAlways, 1, gates).value);
  }
  TEST_CASE("restart/always: Always restarts even a success") {
    check_because(restart_of("m", kAlways, 0).because, RuleId::RestartAlways);
  }
  TEST_CASE("restart/on-failure-nonzero: OnFailure restarts a failure") {
    check_because(restart_of("m", kOnFailure, 137).because, RuleId::RestartOnFailureNonZero);
  }
  TEST_CASE("restart/on-failure-zero: OnFailure leaves a container that exited 0 terminated") {
    check_because(restart_of("m", kOnFailure, 0).because, RuleId::RestartOnFailureZero);
  }
  TEST_CASE("restart/never: Never leaves a failure terminated") {
    check_because(restart_of("m", kNever, 1).because, RuleId::RestartNever);
  }
  TEST_CASE("restart/all-triggered: an exit that a RestartAllContainers rule matches triggers it") {
    const PodCase pod{"m:never,restart-all=42", kNever, "m X42"};
    check_because(should_all_containers_restart(pod.spec, pod.status, false).because, RuleId::RestartAllTriggered);
  }
  TEST_CASE("restart/all-under-way: a restart of all containers that has begun goes on") {
    const PodCase pod{"m", kNever, "m R"};
    check_because(should_all_containers_restart(pod.spec, pod.status, true).because, RuleId::RestartAllUnderWay);
  }
}

}  // namespace podlapse::test
