// computePodActions: what one sync does with the sandbox and the mains (decision tables 1, 4, 5, 6 and 11.1).
#include "podlapse/kubelet/pod_actions.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

struct Row {
  std::string id;
  RestartPolicy policy;
  std::string change;
  std::string expected;
};

/// A table's pod and the state of it that its rows change.
struct Base {
  const char* containers;
  const char* state;
};
constexpr Base kMains{"foo1 foo2 foo3", "foo1 R, foo2 R, foo3 R"};
constexpr Base kInits{"init1:init init2:init init3:init foo1 foo2 foo3", "init1 X0, init2 X0, init3 X0"};
constexpr Base kSidecars{"s1:sc s2:sc,startup,liveness s3:sc,startup,liveness foo1 foo2 foo3",
                         "s1 R, s2 R start=S live=S, s3 R start=S live=S"};

void check_row(const std::string& id, const PodCase& pod, const std::string& expected,
               const FeatureGates& gates = kGates) {
  INFO("row ", id);
  CHECK_EQ(to_text(actions_of(pod, gates), pod), expected);
}

void check_rows(const Base& base, const std::vector<Row>& rows, const FeatureGates& gates = kGates) {
  for (const Row& row : rows) {
    check_row(row.id, {base.containers, row.policy, base.state + (", " + row.change)}, row.expected, gates);
  }
}

const std::vector<Row> kSection1{
    {"1.1", kUnset, "", "nothing"},
    {"1.2", kUnset, "sandbox none, none", "KP CS att0 MS[0,1,2]"},
    {"1.3", kAlways, "foo1 X0, foo2 X111", "MS[0,1]"},
    {"1.4", kOnFailure, "foo1 X0, foo2 X111", "MS[1]"},
    {"1.5", kOnFailure, "foo1 X0, foo2 C", "MS[1]"},
    {"1.6", kNever, "foo1 X0, foo2 X111", "nothing"},
    {"1.7", kAlways, "sandbox NR", "KP CS att1 MS[0,1,2]"},
    {"1.8", kOnFailure, "sandbox NR, foo2 X0", "KP CS att1 MS[0,2]"},
    {"1.9", kUnset, "sandbox no-ip", "KP CS att1 MS[0,1,2]"},
    {"1.10", kAlways, "foo2 R#", "MS[1] K[foo2]"},
    {"1.11", kAlways, "foo2 R live=F", "MS[1] K[foo2]"},
    {"1.12", kAlways, "foo2 R start=F", "MS[1] K[foo2]"},
    {"1.13", kNever, "sandbox NR1, foo1 X0, foo2 X0, foo3 X0", "KP att2"},
    {"1.14", kOnFailure, "sandbox NR1, foo1 X0, foo2 X0, foo3 X0", "KP att2"},
    {"1.15", kNever, "sandbox NR2, none", "KP CS att3 MS[0,1,2]"},
    {"1.16", kNever, "foo2 U", "MS[1] K[foo2]"},
    {"1.17", kNever, "foo2 C", "MS[1]"},
};

const std::vector<Row> kSection2{
    {"2.1", kUnset, "", "MS[0,1,2]"},
    {"2.2", kUnset, "none", "IS[0]"},
    {"2.3", kAlways, "init3 R", "nothing"},
    {"2.4", kAlways, "sandbox NR", "KP CS att1 IS[0]"},
    {"2.5", kAlways, "init3 X137", "IS[2]"},
    {"2.6", kOnFailure, "init3 X137", "IS[2]"},
    {"2.7", kNever, "init3 X137", "KP"},
    {"2.8", kAlways, "init3 U", "IS[2] K[init3]"},
    {"2.9", kOnFailure, "init3 U", "IS[2] K[init3]"},
    {"2.10", kNever, "init3 U", "KP"},
    {"2.11", kNever, "sandbox NR", "KP att1"},
    {"2.12", kNever, "sandbox NR, none", "KP CS att1 IS[0]"},
    {"2.13", kOnFailure, "sandbox NR, init3 X137", "KP CS att1 IS[0]"},
    {"2.14", kAlways, "none, init3 R", "nothing"},
    {"2.15", kAlways, "init3 C", "IS[2]"},
};

/// The kubelet's tests of later features repeat sections 1 and 2 with their gates on, to show that nothing else changes.
void repeat_sections_1_and_2(const FeatureGates& gates) {
  check_rows(kMains, kSection1, gates);
  check_rows(kInits, kSection2, gates);
}

FeatureGates gates_before_restart_rules() {
  FeatureGates gates;
  gates.container_restart_rules = gates.restart_all_containers_on_container_exits = false;
  return gates;
}

}  // namespace

TEST_SUITE("kubelet/pod_actions") {
  TEST_CASE("the rows of computePodActions hold for Pods of mains") { check_rows(kMains, kSection1); }

  TEST_CASE("the rows of computePodActions hold for Pods with init containers") {
    check_rows(kInits, kSection2);
    PodCase resized{kInits.containers, kUnset, "none"};
    resized.container("init1").memory_limit_bytes = 800 << 20;
    check_row("2.16", resized, "IS[0]");
  }

  TEST_CASE("the rows of computePodActions hold for Pods with ephemeral containers") {
    constexpr Base kBase{"init1:init foo1 foo2 foo3 debug:eph", "init1 X0, foo1 R, foo2 R, foo3 R, debug R"};
    check_rows(kBase, {
                          {"4.1", kUnset, "", "nothing"},
                          {"4.2", kUnset, "debug -", "ES[0]"},
                          {"4.4", kAlways, "debug X0", "nothing"},
                          {"4.5", kUnset, "init1 R, debug -", "ES[0]"},
                          {"4.6", kOnFailure, "sandbox NR, none, init1 X137", "KP CS att1 IS[0]"},
                          {"4.7", kAlways, "sandbox NR", "KP CS att1 IS[0]"},
                          {"4.8", kNever, "foo1 X0, foo2 X0, foo3 X0", "KP"},
                          {"4.9", kNever, "debug U", "nothing"},
                      });
    check_rows({"init1:init foo1 foo2 foo3 debug:eph debug2:eph", kBase.state}, {{"4.3", kUnset, "", "ES[1]"}});
    repeat_sections_1_and_2(kGates);
  }

  TEST_CASE("the rows of computePodActions hold for containers with a restartPolicy of their own") {
    FeatureGates gates;
    gates.restart_all_containers_on_container_exits = false;
    const char* state = "foo1 R, foo2 R, foo3 R";
    check_rows({"foo1:always foo2:always foo3", state}, {{"5.1", kNever, "foo1 X0, foo2 X111", "MS[0,1]"}}, gates);
    check_rows({"foo1:onfailure foo2:onfailure foo3", state},
               {{"5.2", kNever, "foo1 X0, foo2 X111", "MS[1]"}, {"5.3", kNever, "foo1 X0, foo2 C", "MS[1]"}}, gates);
    check_rows({"foo1:never foo2:never foo3", state}, {{"5.4", kAlways, "foo1 X0, foo2 X111", "nothing"}}, gates);
    check_rows({"foo1 foo2:onfailure foo3", state}, {{"5.5", kAlways, "sandbox NR, foo2 X0", "KP CS att1 MS[0,2]"}},
               gates);
    repeat_sections_1_and_2(gates);
  }

  TEST_CASE("without the gate a container's own restartPolicy counts for nothing") {
    const FeatureGates gates = gates_before_restart_rules();
    repeat_sections_1_and_2(gates);
    const PodCase pod{"foo1:never foo2:never foo3", kAlways, "foo1 X0, foo2 X111, foo3 R"};
    CHECK_EQ(to_text(actions_of(pod, gates), pod), "MS[0,1]");
    const PodCase lost{"foo1 foo2:onfailure foo3", kAlways, "sandbox NR, foo2 X0"};
    CHECK_EQ(to_text(actions_of(lost, gates), lost), "KP CS att1 MS[0,1,2]");
  }

  TEST_CASE("the rows of computePodActions hold for a restart of all containers") {
    const auto row = [](const char* id, const char* containers, RestartPolicy policy, const char* state,
                        const char* expected) {
      PodCase pod{containers, policy, state};
      pod.restart_all = std::string_view{expected}.substr(0, 3) == "RST";
      check_row(id, pod, expected);
    };
    row("6.1", kMains.containers, kUnset, kMains.state, "nothing");
    row("6.2", kMains.containers, kUnset, kMains.state, "RST[foo1! foo2! foo3!]");
    row("6.3", kInits.containers, kUnset, kInits.state, "RST[init1 init2 init3]");
    row("6.4", kSidecars.containers, kUnset, kSidecars.state, "RST[s1! s2! s3!]");
    row("6.5", "init1:init init2:sc init3:init,never,restart-all=1 foo1", kUnset, "init1 X0, init2 R, init3 X1",
        "RST[init1 init2! init3]");
    row("6.6", "s1:sc s2:sc s3:sc,restart-all=1 foo1 foo2 foo3", kUnset, "s1 R, s2 R, s3 X1, foo1 R",
        "RST[foo1! s1! s2! s3]");
    row("6.7", "s1:sc s2:sc s3:sc foo1 foo2 foo3:never,restart-all=1", kUnset,
        "s1 R, s2 R, s3 R, foo1 R, foo2 R, foo3 X1", "RST[foo1! foo2! s1! s2! s3! foo3]");
    row("6.8", "foo1 foo2 foo3:always,restart-all=1", kAlways, "foo1 R/X99, foo2 R/X99, foo3 X1/X99",
        "RST[foo1! foo1-old foo2! foo2-old foo3-old foo3]");
    row("6.9", kInits.containers, kUnset, "none", "IS[0]");
    row("6.10", kMains.containers, kUnset, "none", "MS[0,1,2]");
    repeat_sections_1_and_2(kGates);
  }

  TEST_CASE("the rows obtained by running computePodActions hold") {
    struct FullRow {
      std::string id;
      const char* containers;
      RestartPolicy policy;
      const char* state;
      std::string expected;
    };
    const char* rule = "i:init,never,restart=0/5 m";
    const char* ruled_main = "m:never,restart=0/5";
    const FullRow rows[] = {
        {"11.1", "a:sc b:sc m", kNever, "a R, b X1, m X0", "IS[1]"},
        {"11.2", "a:sc b:sc m", kNever, "a X1, b R, m X0", "KP"},
        {"11.3", "a:sc b:sc m", kNever, "a X1, b X1, m X0", "IS[0,1]"},
        {"11.4", "a:sc b:sc,startup m", kAlways, "a R, b R, m X1", "nothing"},
        {"11.5", "a:sc b:sc,startup m n", kAlways, "a R, b R, m X1, n R", "MS[0]"},
        {"11.6", "a:sc b:sc m", kAlways, "a R, b X1, m X1", "IS[1]"},
        {"11.7", "a:sc i:init m", kAlways, "a R, m X1", "IS[1]"},
        {"11.8", "i:init m", kAlways, "m X1", "IS[0]"},
        {"11.9", "a:sc m", kNever, "a R, m R live=F", "KP K[m]"},
        {"11.10", "m n", kNever, "m R live=F, n R", "K[m]"},
        {"11.11", "m", kOnFailure, "m R live=F", "MS[0] K[m]"},
        {"11.12", "m", kNever, "m R#", "MS[0] K[m]"},
        {"11.13", "m", kNever, "sandbox NR, m R", "KP att1"},
        {"11.14", "a:sc m n", kOnFailure, "sandbox NR, a X137, m X0, n X0", "KP att1"},
        {"11.15", "a:sc m n", kOnFailure, "sandbox NR, a X137, m X0, n X1", "KP CS att1 IS[0]"},
        {"11.16", "a:sc m n", kOnFailure, "a R, m X0, n X0", "KP"},
        {"11.17", "a:sc m n", kOnFailure, "a R, m X0, n X1", "MS[1]"},
        {"11.18", "a:sc i:init z:sc m", kNever, "a R, i X3", "KP"},
        {"11.19", "a:sc i:init m", kAlways, "a X1, i X3", "IS[0,1]"},
        {"11.20", "a:sc i:init m", kAlways, "a X1, i R", "IS[0]"},
        {"11.21", "a:sc i:init z:sc m", kAlways, "a X1, i X0", "IS[0,2]"},
        {"11.22", "a:sc i:init m", kAlways, "a X1", "IS[0]"},
        {"11.23", "a:sc i:init m", kAlways, "a R, i X0 oom", "IS[1]"},
        {"11.24", "a:sc i:init m", kOnFailure, "a R, i X0 oom", "KP"},
        {"11.25", "a:sc i:init m", kNever, "a X1, i X0, m C", "IS[0] MS[0]"},
        {"11.26", "m:always", kNever, "sandbox NR, m X137", "KP att1"},
        {"11.27", "a:sc,startup m", kAlways, "a R#", "nothing"},
        {"11.28", "a:sc,startup m", kAlways, "a R# start=S", "IS[0] MS[0] K[a]"},
        {"11.29", "a:sc,liveness i:init m", kAlways, "a R live=F", "IS[0,1] K[a]"},
        {"11.30", rule, kAlways, "i X0", "MS[0]"},
        {"11.31", rule, kAlways, "i X5", "IS[0]"},
        {"11.32", ruled_main, kAlways, "m X0", "MS[0]"},
        {"11.33", ruled_main, kAlways, "m R live=F", "KP K[m]"},
        {"11.34", "a:sc m", kOnFailure, "a U, m U", "IS[0] K[a]"},
        {"11.35", "a:sc b:sc m", kAlways, "m R", "IS[0,1]"},
    };
    for (const FullRow& row : rows) check_row(row.id, {row.containers, row.policy, row.state}, row.expected);
  }

  TEST_CASE("the rows of computePodActions hold for Pods with sidecars") {
    check_rows(kSidecars, {
                              {"3.1", kUnset, "", "MS[0,1,2]"},
                              {"3.2", kUnset, "none", "IS[0]"},
                              {"3.3", kAlways, "s3 C", "IS[2]"},
                              {"3.4", kAlways, "none, s1 R", "IS[1]"},
                              {"3.5", kAlways, "none, s1 R, s2 R start=S", "IS[2]"},
                              {"3.6", kAlways, "none, s1 R, s2 R start=S live=?", "IS[2]"},
                              {"3.7", kAlways, "none, s1 R, s2 R start=S live=S", "IS[2]"},
                              {"3.8", kAlways, "s3 R start=S live=F", "IS[2] MS[0,1,2] K[s3]"},
                              {"3.9", kAlways, "none, s1 R, s2 R live=S", "nothing"},
                              {"3.10", kAlways, "none, s1 R, s2 R start=? live=S", "nothing"},
                              {"3.11", kAlways, "none, s1 R, s2 R start=S live=S", "IS[2]"},
                              {"3.12", kAlways, "s3 R start=F live=S", "IS[2] K[s3]"},
                              {"3.13", kAlways, "s3 R# start=S live=S", "IS[2] MS[0,1,2] K[s3]"},
                              {"3.14", kAlways, "s1 X0, s3 X0", "IS[0,2]"},
                              {"3.15", kAlways, "s1 X0", "IS[0] MS[0,1,2]"},
                              {"3.16", kNever, "sandbox NR, s3 X137", "KP att1"},
                              {"3.17", kNever, "sandbox NR, none", "KP CS att1 IS[0]"},
                              {"3.18", kOnFailure, "sandbox NR, s3 X137", "KP CS att1 IS[0]"},
                              {"3.19", kAlways, "sandbox NR, s3 X137", "KP CS att1 IS[0]"},
                              {"3.20", kNever, "s3 X137", "IS[2]"},
                              {"3.21", kNever, "s3 U", "IS[2] K[s3]"},
                              {"3.22", kNever, "s3 X137, foo1 R, foo2 R, foo3 R", "IS[2]"},
                              {"3.23", kNever, "foo1 X0, foo2 X0, foo3 X0", "KP"},
                              {"3.24", kAlways, "none, s3 R start=S live=S", "IS[0,1] MS[0,1,2]"},
                          });
  }

  TEST_CASE("a killed main that restarts says so, and a reason goes with each kill") {
    const auto kill_of = [](const char* containers, RestartPolicy policy, const char* state) {
      return actions_of({containers, policy, state}).to_kill.at(0);
    };
    CHECK(kill_of("m", kOnFailure, "m R live=F").will_restart);  // 11.11
    CHECK_FALSE(kill_of("m n", kNever, "m R live=F, n R").will_restart);
    CHECK(kill_of("m", kNever, "m R#").will_restart);
    CHECK_FALSE(kill_of("s:sc,liveness m", kAlways, "s R live=F").will_restart);
    CHECK(kill_of("m", kAlways, "m R live=F").reason == KillReason::LivenessProbe);
    CHECK(kill_of("m", kAlways, "m R start=F").reason == KillReason::StartupProbe);
    CHECK(kill_of("m", kAlways, "m R#").reason == KillReason::DefinitionChanged);
    CHECK(kill_of("m", kAlways, "m U").reason == KillReason::Unknown);
  }

  TEST_CASE("records left over from before do not keep a Pod under Never from its first sandbox") {
    const PodCase pod{"m", kNever, "sandbox none, m X1"};
    CHECK_EQ(to_text(actions_of(pod), pod), "KP CS att0 MS[0]");
  }

  TEST_CASE("a Pod without mains still gets a sandbox for its init containers") {
    const PodCase pod{"i:init", kAlways, "sandbox none"};
    CHECK_EQ(to_text(actions_of(pod), pod), "KP CS att0 IS[0]");
  }

  TEST_CASE("of several triggers of a restart of all the mains are removed before the inits") {
    PodCase pod{"i:init,never,restart-all=1 m:never,restart-all=1", kAlways, "i X1, m X1"};
    pod.restart_all = true;
    CHECK_EQ(to_text(actions_of(pod), pod), "RST[m i]");
  }

  TEST_CASE("a Pod being deleted starts nothing") {
    PodCase pod{"foo1 foo2", kAlways, "foo1 X1, foo2 R"};
    pod.deleting = true;
    CHECK_EQ(to_text(actions_of(pod), pod), "nothing");
  }

  TEST_CASE("PodActions say what is waited for when nothing is done") {
    CHECK(actions_of({"foo1 foo2", kNever, "foo1 X1, foo2 R"}).wait_because == RuleId::RestartNever);
    CHECK(actions_of({"foo1 foo2", kNever, "foo1 R, foo2 R"}).wait_because == RuleId::None);
    CHECK(actions_of({"foo1 foo2 foo3", kOnFailure, "foo1 X0, foo2 X1, foo3 R"}).wait_because == RuleId::None);
  }
}

TEST_SUITE("kubelet/pod_actions rules") {
  TEST_CASE("actions/sandbox-missing: a Pod without a sandbox gets its first") {
    const PodActions actions = actions_of({"m", kAlways, "sandbox none"});
    check_because(actions.sandbox_because, RuleId::ActionsSandboxMissing);
    CHECK(actions.create_sandbox);
    CHECK_EQ(actions.attempt, 0);
  }
  TEST_CASE("actions/sandbox-several-ready: two ready sandboxes are one too many") {
    const PodActions actions = actions_of({"m", kAlways, "sandbox twice, m R"});
    check_because(actions.kill_pod_because, RuleId::ActionsSandboxSeveralReady);
    CHECK_EQ(actions.attempt, 2);
  }
  TEST_CASE("actions/sandbox-not-ready: a sandbox that is not ready is replaced") {
    const PodActions actions = actions_of({"m", kAlways, "sandbox NR, m R"});
    check_because(actions.sandbox_because, RuleId::ActionsSandboxNotReady);
    CHECK(actions.sandbox == SandboxId{1});
  }
  TEST_CASE("actions/sandbox-network-changed: a sandbox with another network mode is replaced") {
    const PodActions actions = actions_of({"m", kAlways, "sandbox network-changed, m R"});
    check_because(actions.sandbox_because, RuleId::ActionsSandboxNetworkChanged);
  }
  TEST_CASE("actions/sandbox-no-ip: a sandbox without an address is replaced, but not on the host's network") {
    PodCase pod{"m", kAlways, "sandbox no-ip, m R"};
    check_because(actions_of(pod).sandbox_because, RuleId::ActionsSandboxNoIp);
    pod.spec.host_network = true;
    CHECK(actions_of(pod).empty());
  }
  TEST_CASE("actions/sandbox-never: under Never the loss of the sandbox ends the Pod") {
    const PodActions actions = actions_of({"m", kNever, "sandbox NR, m R"});
    check_because(actions.sandbox_because, RuleId::ActionsSandboxNever);
    CHECK(actions.kill_pod_because == RuleId::ActionsSandboxNotReady);
    CHECK_FALSE(actions.create_sandbox);
  }
  TEST_CASE("actions/sandbox-all-succeeded: under OnFailure a Pod whose mains are done gets no new sandbox") {
    const PodActions actions = actions_of({"m n", kOnFailure, "sandbox NR, m X0, n X0"});
    check_because(actions.sandbox_because, RuleId::ActionsSandboxAllSucceeded);
    CHECK_FALSE(actions.create_sandbox);
  }
  TEST_CASE("actions/init-from-the-first: a new sandbox runs the init containers again") {
    const PodActions actions = actions_of({"i:init m", kAlways, "sandbox NR, i X0, m R"});
    check_because(actions.init_to_start.at(0).because, RuleId::ActionsInitFromTheFirst);
    CHECK(actions.mains_to_start.empty());
  }
  TEST_CASE("actions/new-sandbox-starts-mains: without init containers the mains start in the new sandbox") {
    const PodActions actions = actions_of({"m n", kOnFailure, "sandbox NR, m X0, n X1"});
    REQUIRE_EQ(actions.mains_to_start.size(), 1);
    CHECK_EQ(actions.mains_to_start[0].container, 1);
    check_because(actions.mains_to_start[0].because, RuleId::ActionsNewSandboxStartsMains);
  }
  TEST_CASE("actions/ephemeral-once: an ephemeral container starts once") {
    check_because(actions_of({"m e:eph", kAlways, "m R"}).ephemeral_to_start.at(0).because,
                  RuleId::ActionsEphemeralOnce);
    CHECK(actions_of({"m e:eph", kAlways, "m R, e X1"}).ephemeral_to_start.empty());
  }
  TEST_CASE("actions/unknown-killed-first: a main in unknown state is killed and started") {
    const PodActions actions = actions_of({"m", kNever, "m U"});
    check_because(actions.to_kill.at(0).because, RuleId::ActionsUnknownKilledFirst);
    CHECK(actions.mains_to_start.at(0).because == RuleId::RestartUnknown);
  }
  TEST_CASE("actions/definition-changed: a changed image restarts a main even under Never") {
    const PodActions actions = actions_of({"m n", kNever, "m R#, n R"});
    check_because(actions.to_kill.at(0).because, RuleId::ActionsDefinitionChanged);
    check_because(actions.mains_to_start.at(0).because, RuleId::ActionsDefinitionChanged);
  }
  TEST_CASE("actions/liveness-failed: a failed liveness probe kills a main, before the startup probe is asked") {
    check_because(actions_of({"m", kAlways, "m R live=F start=F"}).to_kill.at(0).because,
                  RuleId::ActionsLivenessFailed);
  }
  TEST_CASE("actions/startup-failed: a failed startup probe kills a main") {
    check_because(actions_of({"m", kAlways, "m R start=F"}).to_kill.at(0).because, RuleId::ActionsStartupFailed);
  }
  TEST_CASE("actions/probe-restart: a probe's kill restarts by policy alone, without a look at the rules") {
    check_because(actions_of({"m", kOnFailure, "m R live=F"}).mains_to_start.at(0).because,
                  RuleId::ActionsProbeRestart);
    CHECK(actions_of({"m:never,restart=137 n", kAlways, "m R live=F, n R"}).mains_to_start.empty());
  }
  TEST_CASE("actions/nothing-left: a Pod whose mains are done is killed, and its dead sidecars stay dead") {
    const PodActions actions = actions_of({"a:sc b:sc m", kNever, "a X1, b R, m X0"});
    check_because(actions.kill_pod_because, RuleId::ActionsNothingLeft);
    CHECK(actions.init_to_start.empty());
  }
  TEST_CASE("actions/reset-others-first: the containers that did not trigger a restart of all are removed first") {
    PodCase pod{"s:sc m n:never,restart-all=1", kAlways, "s R, m R, n X1"};
    pod.restart_all = true;
    check_because(actions_of(pod).to_reset.at(0).because, RuleId::ActionsResetOthersFirst);
  }
  TEST_CASE("actions/reset-trigger-last: the container that triggered a restart of all is removed last") {
    PodCase pod{"s:sc m:never,restart-all=1 n", kAlways, "s R, m X1, n R"};
    pod.restart_all = true;
    const ResetDecision last = actions_of(pod).to_reset.back();
    check_because(last.because, RuleId::ActionsResetTriggerLast);
    CHECK_EQ(last.container, pod.index("m"));
    CHECK_FALSE(last.kill_first);
  }
}

}  // namespace podlapse::test
