// convertToAPIContainerStatuses and UpdatePodStatus: decision tables 15.1 to 15.4 and 11.57, 11.58, then each rule.
#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"
#include "podlapse/kubelet/pod_status.hpp"

namespace podlapse::test {
namespace {

enum class Flag { None, Deleted, RestartingAll };

/// The reason cache's entry that the tables call E.
const FailedStart kE{StateReason::CrashLoopBackOff, {}};

struct Converted {
  std::vector<CachedContainerStatus> statuses;
  std::vector<RuleId> because;
};

Converted convert(const PodCase& pod, std::string_view old_statuses,
                  const std::vector<std::optional<FailedStart>>& failed = {}, Flag flag = Flag::None) {
  const std::vector<CachedContainerStatus> before = make_statuses(pod.spec, old_statuses);
  const ContainerStatusInput input{
      pod.spec, pod.status, before, failed, flag == Flag::Deleted, flag == Flag::RestartingAll};
  Converted out;
  convert_to_api_container_statuses(input, out.statuses, &out.because);
  return out;
}

/// "run; t42/Error": the statuses in spec order.
std::string text_of(const Converted& converted) {
  std::string text;
  for (const CachedContainerStatus& status : converted.statuses) text += (text.empty() ? "" : "; ") + to_text(status);
  return text;
}

/// Every container of the Pod failed its last start.
std::vector<std::optional<FailedStart>> all_failed(const PodSpec& pod) {
  return std::vector<std::optional<FailedStart>>(pod.containers.size(), kE);
}

void check_row(const char* id, const Converted& converted, const char* expected) {
  INFO("row ", id);
  CHECK_EQ(text_of(converted), expected);
}

/// Status of the only container of `kind` ("" or ":init") with records `records`; E cached when `cached`.
std::string one(const char* kind, RestartPolicy policy, const char* records, std::string_view old_status, bool cached) {
  const PodCase pod{std::string{"A"} + kind, policy, std::string{"A "} + records};
  return text_of(convert(pod, old_status, cached ? all_failed(pod.spec) : std::vector<std::optional<FailedStart>>{}));
}

struct ReasonCacheRow {
  const char* id;
  const char* records;
  const char* old_status;
  bool cached;
  const char* expected;
};

void check_rule(const Converted& converted, ContainerIndex container, RuleId expected) {
  check_because(converted.because.at(container), expected);
}

}  // namespace

TEST_SUITE("kubelet/container_statuses") {
  TEST_CASE("table 15.1: previous status and runtime") {
    const auto row = [](const char* id, const char* old_statuses, const char* runtime, Flag flag,
                        const char* expected) {
      check_row(id, convert({"A B", kAlways, runtime}, old_statuses, {}, flag), expected);
    };
    row("15.1", "A run, B run", "", Flag::Deleted,
        "w/ContainerCreating last=t137/ContainerStatusUnknown; w/ContainerCreating last=t137/ContainerStatusUnknown");
    row("15.2", "A run, B run", "", Flag::None,
        "w/ContainerCreating last=t137/ContainerStatusUnknown count=1; "
        "w/ContainerCreating last=t137/ContainerStatusUnknown count=1");
    row("15.3", "A t-1 count=5, B t-1 count=5", "", Flag::None, "t-1 count=5; t-1 count=5");
    row("15.4", "A t-1 count=5, B t-1 count=5", "A R, B R", Flag::None, "run last=t-1 count=6; run last=t-1 count=6");
    row("15.5", "A run, B run", "A R, B X42", Flag::RestartingAll, "run; t42/Error");
    const std::string removed = "w/RestartingAllContainers last=t137/RestartingAllContainers count=1";
    row("15.6", "A run, B t42", "A X137", Flag::RestartingAll, ("t137/Error; " + removed).c_str());
    row("15.7", "A t137, B t42", "", Flag::RestartingAll, (removed + "; " + removed).c_str());
    row("15.8", "A run, B t42", "", Flag::RestartingAll, (removed + "; " + removed).c_str());
    row("15.9", "A RAC count=1, B t42", "A R", Flag::RestartingAll,
        ("run last=t137/RestartingAllContainers count=1; " + removed).c_str());
    row("15.10", "A run count=1, B t42", "A X0", Flag::RestartingAll, ("t0/Completed count=1; " + removed).c_str());
    row("15.11", "A run count=1, B t42", "A X1", Flag::RestartingAll, ("t1/Error count=1; " + removed).c_str());
    check_row("15.12", convert({"I:init A", kAlways, "A R"}, ""), "t0/Completed; run");
    check_row("15.13", convert({"S:sc A", kAlways, "A R"}, ""), "w/PodInitializing; run");
  }

  TEST_CASE("table 15.2: the reason cache under OnFailure, for mains and init containers alike") {
    const std::vector<ReasonCacheRow> rows{
        {"15.16", "R/X1", "", false, "run last=t1/Error"},
        {"15.17", "X1/X3", "", false, "t1/Error last=t3/Error"},
        {"15.18", "X2/X4", "", true, "w/CrashLoopBackOff last=t2/Error"},
        {"15.19", "X0/X5", "", true, "t0/Completed last=t5/Error"},
        {"15.20", "U/R", "A run", false, "t137/ContainerStatusUnknown last=run count=1"},
    };
    for (const ReasonCacheRow& row : rows) {
      INFO("row ", row.id);
      CHECK_EQ(one("", kOnFailure, row.records, row.old_status, row.cached), row.expected);
      CHECK_EQ(one(":init", kOnFailure, row.records, row.old_status, row.cached), row.expected);
    }
    INFO("rows 15.14 and 15.15");
    CHECK_EQ(one("", kOnFailure, "-", "", false), "w/ContainerCreating");
    CHECK_EQ(one(":init", kOnFailure, "-", "", false), "w/PodInitializing");
    CHECK_EQ(one("", kOnFailure, "-", "A w(3)", false), "w/ContainerCreating last=t3");
    CHECK_EQ(one(":init", kOnFailure, "-", "A w(3)", false), "w/PodInitializing last=t3");
  }

  TEST_CASE("table 15.3: restart policies of Pods, with a failed start cached for every container") {
    const char *succeed = "X0/X2", *failed = "X1/X3";
    const std::string done = "t0/Completed last=t2/Error", broken = "t1/Error last=t3/Error",
                      retries = "w/CrashLoopBackOff last=t1/Error", repeats = "w/CrashLoopBackOff last=t0/Completed";
    const auto row = [&](const char* id, RestartPolicy policy, const std::string& main_succeed,
                         const std::string& main_failed, const std::string& init_succeed,
                         const std::string& init_failed) {
      INFO("row ", id);
      CHECK_EQ(one("", policy, succeed, "", true), main_succeed);
      CHECK_EQ(one("", policy, failed, "", true), main_failed);
      CHECK_EQ(one(":init", policy, succeed, "", true), init_succeed);
      CHECK_EQ(one(":init", policy, failed, "", true), init_failed);
    };
    row("15.21", kNever, done, broken, done, broken);
    row("15.22", kOnFailure, done, retries, done, retries);
    row("15.23", kAlways, repeats, retries, done, retries);
  }

  TEST_CASE("table 15.4: restart policies of containers in an Always Pod") {
    const auto row = [](const char* id, const char* container, const char* records, const char* expected) {
      INFO("row ", id);
      CHECK_EQ(one(container, kAlways, records, "", true), expected);
    };
    row("15.24", ":never,restart=1", "X1/X3", "w/CrashLoopBackOff last=t1/Error");
    row("15.25", ":never,restart=2", "X1/X3", "t1/Error last=t3/Error");
    row("15.26", ":never", "X0/X2", "t0/Completed last=t2/Error");
    row("15.26", ":never", "X1/X3", "t1/Error last=t3/Error");
    row("15.27", ":onfailure", "X0/X2", "t0/Completed last=t2/Error");
    row("15.27", ":onfailure", "X1/X3", "w/CrashLoopBackOff last=t1/Error");
    row("15.28", ":always", "X0/X2", "w/CrashLoopBackOff last=t0/Completed");
    row("15.28", ":always", "X1/X3", "w/CrashLoopBackOff last=t1/Error");
  }

  TEST_CASE("table 11.4: a sidecar that exited 0 never shows CrashLoopBackOff, one that failed does") {
    INFO("rows 11.57 and 11.58");
    CHECK_EQ(one(":sc", kNever, "X0", "", true), "t0/Completed");
    CHECK_EQ(one(":sc", kNever, "X1", "", true), "w/CrashLoopBackOff last=t1/Error");
  }

  TEST_CASE("container-status/creating: without init containers") {
    check_rule(convert({"A", kAlways, ""}, ""), 0, RuleId::ContainerStatusCreating);
  }

  TEST_CASE("container-status/pod-initializing: with init containers, for all containers") {
    const Converted converted = convert({"I:init A D:eph", kAlways, ""}, "");
    CHECK_EQ(text_of(converted), "w/PodInitializing; w/PodInitializing; w/PodInitializing");
    check_rule(converted, 1, RuleId::ContainerStatusPodInitializing);
  }

  TEST_CASE("container-status/from-runtime: instance, times, code and message come from the newest record") {
    PodCase pod{"A", kAlways, "A X137/X1"};
    pod.status.containers[0].message = 7;
    pod.status.containers[0].attempt = 4;
    const Converted converted = convert(pod, "");
    const CachedContainerStatus& status = converted.statuses[0];
    CHECK(status.instance == pod.status.containers[0].id);
    CHECK(status.state.instance == pod.status.containers[0].id);
    CHECK(status.state.started_at == pod.status.containers[0].started_at);
    CHECK(status.state.finished_at == pod.status.containers[0].finished_at);
    CHECK(status.state.message.text == 7);
    CHECK(status.last_state.instance == pod.status.containers[1].id);
    CHECK(status.restart_count == 4);
    check_rule(converted, 0, RuleId::ContainerStatusFromRuntime);
  }

  TEST_CASE("container-status/created-waits: without a reason") {
    const Converted converted = convert({"A B", kAlways, "A C, B U"}, "B w");
    CHECK_EQ(text_of(converted), "w; w");
    check_rule(converted, 0, RuleId::ContainerStatusCreatedWaits);
    check_rule(converted, 1, RuleId::ContainerStatusCreatedWaits);
  }

  TEST_CASE("container-status/unknown-record: counts as a restart, and as RestartingAllContainers in one") {
    const PodCase pod{"A", kAlways, "A U"};
    const Converted converted = convert(pod, "A run count=2");
    CHECK_EQ(text_of(converted), "t137/ContainerStatusUnknown count=3");
    CHECK(converted.statuses[0].state.message.kind == StatusMessage::Kind::LostWhenTerminated);
    check_rule(converted, 0, RuleId::ContainerStatusUnknownRecord);
    CHECK_EQ(text_of(convert(pod, "A run", {}, Flag::RestartingAll)), "t137/RestartingAllContainers count=1");
  }

  TEST_CASE("container-status/kept-terminated: readiness and instance stay too") {
    const Converted converted = convert({"I:init A", kAlways, ""}, "I t0 ready id=9");
    CHECK_EQ(text_of(converted), "t0; w/PodInitializing");
    CHECK(converted.statuses[0].ready);
    CHECK(converted.statuses[0].instance == InstanceId{9});
    check_rule(converted, 0, RuleId::ContainerStatusKeptTerminated);
  }

  TEST_CASE("container-status/lost: unless a last state is known already") {
    const Converted converted = convert({"A B", kAlways, ""}, "A run count=1, B run last=t1 count=3");
    CHECK_EQ(text_of(converted),
             "w/ContainerCreating last=t137/ContainerStatusUnknown count=2; w/ContainerCreating last=t1 count=3");
    CHECK(converted.statuses[0].last_state.message.kind == StatusMessage::Kind::LostWhenDeleted);
    check_rule(converted, 0, RuleId::ContainerStatusLost);
    check_rule(converted, 1, RuleId::ContainerStatusCreating);
  }

  TEST_CASE("container-status/restarting-all: a done init container keeps being ready") {
    const Converted converted = convert({"I:init A", kAlways, ""}, "I t0 ready, A w", {}, Flag::RestartingAll);
    CHECK_EQ(text_of(converted),
             "w/RestartingAllContainers last=t137/RestartingAllContainers count=1; w/PodInitializing");
    CHECK(converted.statuses[0].ready);
    CHECK(converted.statuses[0].state.message.kind == StatusMessage::Kind::RemovedByRestartAll);
    check_rule(converted, 0, RuleId::ContainerStatusRestartingAll);
  }

  TEST_CASE("container-status/init-record-gone: not before a main has a record, and whatever start failed") {
    const PodCase pod{"I:init A", kAlways, "A C"};
    const Converted converted = convert(pod, "", all_failed(pod.spec));
    CHECK_EQ(text_of(converted), "t0/Completed; w/CrashLoopBackOff");
    CHECK(converted.statuses[0].state.message.kind == StatusMessage::Kind::InitStatusUnavailable);
    check_rule(converted, 0, RuleId::ContainerStatusInitRecordGone);
    CHECK_EQ(text_of(convert({"I:init A", kAlways, "A U"}, "")), "w/PodInitializing; w");
  }

  TEST_CASE("container-status/failed-start: not while the Pod is deleted, nor while the container runs") {
    const PodCase crashed{"A", kAlways, "A X1"};
    const Converted converted = convert(crashed, "", all_failed(crashed.spec));
    CHECK_EQ(text_of(converted), "w/CrashLoopBackOff last=t1/Error");
    check_rule(converted, 0, RuleId::ContainerStatusFailedStart);
    CHECK_EQ(text_of(convert(crashed, "", all_failed(crashed.spec), Flag::Deleted)), "t1/Error");
    CHECK_EQ(one("", kAlways, "R", "", true), "run");
    CHECK_EQ(one("", kNever, "-", "", true), "w/CrashLoopBackOff");
  }

  TEST_CASE("a run that the runtime never began has no start time") {
    PodCase pod{"A", kNever, "A X128"};
    pod.status.containers[0].reason = ExitReason::StartError;
    const Converted converted = convert(pod, "");
    CHECK_EQ(text_of(converted), "t128/StartError");
    CHECK_FALSE(converted.statuses[0].state.started_at.has_value());
  }

  TEST_CASE("a restart count never falls, and an end that the runtime forgot stays the last state") {
    CHECK_EQ(one("", kAlways, "R", "A t1 count=2 id=7", false), "run last=t1 count=3");
    CHECK_EQ(one("", kAlways, "X0", "A w(1) count=2", false), "t0/Completed last=t1 count=2");
    PodCase counted{"A", kAlways, "A R"};
    counted.status.containers[0].attempt = 3;
    CHECK_EQ(text_of(convert(counted, "A t1 count=2 id=7")), "run last=t1 count=3");
  }

  TEST_CASE("the statuses before are not written over: they may not be the place of the new ones") {
    const PodCase pod{"A", kAlways, "A R"};
    std::vector<CachedContainerStatus> statuses(1);
    CHECK_THROWS(convert_to_api_container_statuses({pod.spec, pod.status, statuses, {}, false, false}, statuses));
  }
}

namespace {

/// Readiness of one container after UpdatePodStatus: "started ready", "started", "-", with "probe" when a probe is to
/// run.
std::string readiness(const char* container, const char* status, const ContainerProbeResults& results,
                      ProbeWorkerPresence workers, const char* old_status = "", const KubeletRestart& restart = {}) {
  PodSpec pod = make_pod(container);
  if (workers.readiness || results.readiness) pod.containers[0].readiness_probe.emplace();
  std::vector<CachedContainerStatus> statuses = make_statuses(pod, status);
  if (statuses[0].state.kind == ContainerState::Kind::Running) statuses[0].state.started_at = at(79);
  std::vector<ContainerIndex> probe_now;
  update_readiness(pod, {results}, {workers}, make_statuses(pod, old_status), statuses, probe_now, restart);
  std::string text = !statuses[0].started ? "unset" : *statuses[0].started ? "started" : "-";
  if (statuses[0].ready) text += " ready";
  if (!probe_now.empty()) text += " probe";
  return text;
}

constexpr ProbeWorkerPresence kNoWorkers{}, kStartupWorker{true, false, false}, kReadinessWorker{false, true, false};
constexpr auto kSuccess = ProbeResult::Success, kFailure = ProbeResult::Failure, kUnknown = ProbeResult::Unknown;

}  // namespace

TEST_SUITE("kubelet/readiness") {
  TEST_CASE("a container without probes has started and is ready as soon as it runs") {
    CHECK_EQ(readiness("A", "A run", {}, kNoWorkers), "started ready");
    CHECK_EQ(readiness("S:sc", "S run", {}, kNoWorkers), "started ready");
    CHECK_EQ(readiness("A", "A w", {}, kNoWorkers), "-");
    CHECK_EQ(readiness("A", "A t0", {}, kNoWorkers), "-");
  }

  TEST_CASE("a startup probe decides whether a container has started") {
    CHECK_EQ(readiness("A", "A run", {}, kStartupWorker), "-");
    CHECK_EQ(readiness("A", "A run", {kUnknown, {}, {}}, kStartupWorker), "-");
    CHECK_EQ(readiness("A", "A run", {kFailure, {}, {}}, kStartupWorker), "-");
    CHECK_EQ(readiness("A", "A run", {kSuccess, {}, {}}, kStartupWorker), "started ready");
  }

  TEST_CASE(
      "without a verdict a container that had started counts as started, so that a kubelet's restart changes nothing") {
    CHECK_EQ(readiness("A", "A run", {}, kStartupWorker, "A started"), "started ready");
    CHECK_EQ(readiness("A", "A run", {}, kStartupWorker, "A run"), "-");
    CHECK_EQ(readiness("A", "A run", {kUnknown, {}, {}}, kStartupWorker, "A started"), "-");
    CHECK_EQ(readiness("A", "A t0", {}, kStartupWorker, "A started"), "-");
  }

  TEST_CASE("a readiness probe decides whether a started container is ready, and is run at once until it has passed") {
    CHECK_EQ(readiness("A", "A run", {}, kReadinessWorker), "started probe");
    CHECK_EQ(readiness("A", "A run", {{}, kFailure, {}}, kReadinessWorker), "started probe");
    CHECK_EQ(readiness("A", "A run", {{}, kSuccess, {}}, kReadinessWorker), "started ready");
    CHECK_EQ(readiness("A", "A run", {kUnknown, {}, {}}, ProbeWorkerPresence{true, true, false}), "-");
  }

  TEST_CASE("probe/older-than-kubelet: until it is probed it is as ready as its Pod was") {
    const auto after = [](const ContainerProbeResults& results, const KubeletRestart& restart) {
      return readiness("A", "A run", results, kReadinessWorker, "", restart);
    };
    CHECK_EQ(after({}, {false, at(80), true}), "started ready probe");
    CHECK_EQ(after({}, {false, at(80), false}), "started probe");
    CHECK_EQ(after({{}, kFailure, {}}, {false, at(80), true}), "started probe");
    CHECK_EQ(after({{}, kSuccess, {}}, {false, at(80), false}), "started ready");
    CHECK_EQ(after({}, {false, at(79), true}), "started probe");  // younger
    CHECK_EQ(after({}, {true, at(80), true}), "started probe");   // the gate ChangeContainerStatusOnKubeletRestart
    // Before the workers are there a probe counts as passed; not so in a Pod that was not ready.
    PodSpec pod = make_pod("A");
    pod.containers[0].readiness_probe.emplace();
    std::vector<CachedContainerStatus> statuses = make_statuses(pod, "A run");
    statuses[0].state.started_at = at(79);
    std::vector<ContainerIndex> probe_now;
    update_readiness(pod, {}, {}, {}, statuses, probe_now, {false, at(80), false});
    CHECK_FALSE(statuses[0].ready);
    update_readiness(pod, {}, {}, {}, statuses, probe_now, {false, at(80), true});
    CHECK(statuses[0].ready);
  }

  TEST_CASE("an init container is ready once it has exited 0") {
    CHECK_EQ(readiness("I:init", "I run", {}, kNoWorkers), "started");
    CHECK_EQ(readiness("I:init", "I t1", {}, kNoWorkers), "-");
    CHECK_EQ(readiness("I:init", "I t0", {}, kNoWorkers), "- ready");
  }

  TEST_CASE("an ephemeral container has neither") {
    CHECK_EQ(readiness("D:eph", "D run", {}, kNoWorkers), "unset");
  }
}

}  // namespace podlapse::test
