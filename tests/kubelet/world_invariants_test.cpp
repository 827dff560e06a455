// What holds in every run (world_invariants.hpp), over Pods made by chance.
#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "kubelet/world_invariants.hpp"
#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

std::string broken(const WorldCase& pod, double until) {
  return check_invariants(std::make_shared<const WorldInput>(pod.input), at(until));
}

/// Containers and what they do; each runs under every policy, in both profiles, left alone and deleted at many instants.
struct Example {
  const char* containers;
  const char* behavior;
};
constexpr Example kExamples[] = {
    {"m n", "m run=2, n run=4 exit=1"},
    {"i:init j:init m", "i run=1, j run=2 exit=1 / run=1, m run=6"},
    {"s1:sc s2:sc m", "s1 term=2, s2 run=3 exit=1, m run=7 term=1"},
    {"s1:sc s2:sc s3:sc m", "s1 term=never, s2 prestop=2 term=1, s3 startup=2 live=6, m sleep=1 term=3"},
    {"i:init s:sc j:init m n", "i run=0.5, s startup=1.5, j run=1 exit=1 / run=1, m live=4 poststart=1, n ready=2 prestop=9"},
    {"s:sc m", "s poststart=2:1 prestop=1:1, m run=3 exit=1 / run=1 / run=ever term=never"},
    {"i:init m n:never,restart-all=42", "i run=0.5, m prestop=1 term=never, n run=3 exit=42 / run=ever"},
};

/// A made-up trace of one Pod, to see the checker object. Records are 1 s apart and follow from the one before.
class Told {
 public:
  explicit Told(const char* containers, RestartPolicy policy = kAlways) : pod_{containers, policy, ""} {}

  Told& tell(Observation observation, const char* rule = "worker/add") {
    TraceRecord record;
    record.seq = ++seq_;
    record.cause = seq_ - 1;
    record.at = at(static_cast<double>(seq_));
    record.pod = "pod";
    record.rule = rule;
    record.observation = std::move(observation);
    records_.push_back(record);
    return *this;
  }
  Told& start(const char* container, int attempt = 0) { return process(container, attempt, What::Started, std::nullopt); }
  Told& kill(const char* container, const char* rule = "worker/terminating") {
    return tell(StepObservation{"kill", container, "is to be stopped"}, rule);
  }
  Told& term(const char* container, int attempt = 0) { return process(container, attempt, What::Term, std::nullopt); }
  Told& exit(const char* container, int code, const char* rule = "process/own-end", int attempt = 0) {
    return process(container, attempt, What::Exited, code, rule);
  }
  Told& status(const char* phase, std::function<void(PodStatus&)> change = {}) {
    StatusObservation seen;
    seen.status.phase = phase;
    for (const ContainerSpec& container : pod_.spec().containers) {
      ContainerStatus status;
      status.name = container.name;
      status.ready = true;
      status.state.kind = ContainerState::Kind::Running;
      seen.status.container_statuses.push_back(status);
    }
    if (change) change(seen.status);
    return tell(std::move(seen));
  }
  /// Changes the last record.
  Told& but(const std::function<void(TraceRecord&)>& change) {
    change(records_.back());
    return *this;
  }
  Told& grace(double seconds) {
    pod_.grace(seconds);
    return *this;
  }
  Told& later(double seconds) {
    return but([&](TraceRecord& record) { record.at += secs(seconds); });
  }

  /// What the checker says; "" when it is content.
  [[nodiscard]] std::vector<Breach> breaches(double end = 0) const {
    WorldInvariants invariants{std::make_shared<const WorldInput>(pod_.input)};
    for (const TraceRecord& record : records_) invariants.on_record(record);
    if (end > 0) invariants.at_end(at(end));
    return invariants.breaches();
  }
  [[nodiscard]] std::string broken(double end = 0) const {
    std::string text;
    for (const Breach& breach : breaches(end)) text += breach.text + "; ";
    return text;
  }

 private:
  using What = ContainerObservation::What;

  Told& process(const char* container, int attempt, What what, std::optional<int> code, const char* rule = "start/started") {
    return tell(ContainerObservation{container, attempt, what, code, std::nullopt}, rule);
  }

  WorldCase pod_;
  std::uint64_t seq_ = 0;
  std::vector<TraceRecord> records_;
};

PodCondition condition(const char* type, const char* status) {
  PodCondition condition;
  condition.type = type;
  condition.status = status;
  return condition;
}

}  // namespace

TEST_SUITE("kubelet/world invariants") {
  TEST_CASE("the checker objects to records out of order, and to processes that cannot be") {
    using Change = PodStatus&;
    CHECK_EQ(Told{"m"}.start("m").kill("m").term("m").exit("m", 0).status("Succeeded", [](Change status) {
      status.container_statuses[0].state.kind = ContainerState::Kind::Terminated;
    }).broken(90), "");
    CHECK_EQ(Told{"m"}.start("m").exit("m", 0).but([](TraceRecord& r) { r.at = at(0.5); }).broken(), "time goes back to 0.500; ");
    CHECK_EQ(Told{"m"}.start("m").but([](TraceRecord& r) { r.seq = 3; }).broken(), "is numbered 3; ");
    CHECK_EQ(Told{"m"}.start("m").but([](TraceRecord& r) { r.cause = 1; }).broken(), "follows from record 1; ");
    CHECK_EQ(Told{"m"}.start("m").but([](TraceRecord& r) { r.rule = "no/rule"; }).broken(), "rests on no rule: \"no/rule\"; ");
    CHECK_EQ(Told{"m"}.tell(DeletedObservation{}).tell(DeletedObservation{}).broken(), "an object that is gone changes; ");
    CHECK_EQ(Told{"m"}.tell(DeletedObservation{}).status("Pending").broken(), "an object that is gone changes; ");
    CHECK_EQ(Told{"m"}.start("n").broken(), "no such container: n; ");
    CHECK_EQ(Told{"m"}.start("m").start("m", 1).broken(), "starts while it runs; ");
    CHECK_EQ(Told{"m"}.start("m", 1).exit("m", 0, "process/own-end", 1).start("m", 1).broken(), "attempts do not rise; ");
    CHECK_EQ(Told{"m"}.exit("m", 0).broken(), "run 0 does not live; ");
    CHECK_EQ(Told{"m"}.start("m").exit("m", 0, "process/own-end", 1).broken(), "run 1 does not live; ");
    CHECK_EQ(Told{"m"}.start("m").term("m").broken(), "gets SIGTERM though nobody stops it; ");
    CHECK_EQ(Told{"m"}.grace(5).start("m").kill("m").term("m").exit("m", 137, "process/killed").broken(), "gets SIGKILL too early; ");
    CHECK_EQ(Told{"m"}.grace(5).start("m").kill("m").term("m").exit("m", 137, "process/killed").later(5).broken(),
             "outlives its grace period; ");
    CHECK_EQ(Told{"m"}.grace(5).start("m").kill("m").term("m").later(5).exit("m", 0).later(14).broken(),
             "outlives its grace period; ends too late after its kill began; ");
    CHECK_EQ(Told{"m"}.grace(5).start("m").kill("m").term("m").broken(60),
             "outlives its grace period; ends too late after its kill began; ");
    CHECK_EQ(Told{"m"}.grace(20).start("m").kill("m").term("m").broken(15), "");
  }

  TEST_CASE("the checker objects to a wrong order of starts and stops, and to a start that the policy forbids") {
    CHECK_EQ(Told{"i:init m"}.start("i").exit("i", 1).start("m").broken(), "starts before i is done; ");
    CHECK_EQ(Told{"i:init m"}.start("i").exit("i", 0).start("m").broken(), "");
    CHECK_EQ(Told{"s:sc m"}.start("m").broken(), "starts before s is done; ");
    CHECK_EQ(Told{"s:sc,startup m"}.start("s").start("m").broken(), "starts before s is done; ");
    CHECK_EQ(Told{"s:sc,startup m"}.start("s").tell(ProbeObservation{"s", 0, ProbeKind::Startup, true, {}}).start("m").broken(), "");
    CHECK_EQ(Told{"s:sc m"}.start("s").start("m").kill("s").term("s").broken(), "gets SIGTERM while m runs; ");
    CHECK_EQ(Told{"s:sc m"}.start("s").start("m").kill("s", "init/sidecar-liveness-failed").term("s").broken(), "");
    CHECK_EQ(Told{"s:sc m"}.start("s").start("m").kill("s").term("s").later(30).broken(), "");
    CHECK_EQ(Told("m", kNever).start("m").exit("m", 1).start("m", 1).broken(), "starts again although it never restarts; ");
    CHECK_EQ(Told("m:always", kNever).start("m").exit("m", 1).start("m", 1).broken(), "");
  }

  TEST_CASE("the checker objects to a status that falls back or does not fit what runs, and to hooks out of order") {
    using Change = PodStatus&;
    CHECK_EQ(Told{"m"}.status("Running", [](Change status) { status.container_statuses[0].restart_count = 2; })
                 .status("Running", [](Change status) { status.container_statuses[0].restart_count = 1; }).broken(),
             "its restart count falls; ");
    CHECK_EQ(Told{"m"}.status("Failed").status("Running").broken(), "Failed becomes Running; ");
    CHECK_EQ(Told{"m"}.start("m").status("Failed").broken(), "runs in a Pod that shows Failed; ");
    CHECK_EQ(Told{"m"}.status("Succeeded").start("m").broken(), "starts in a Pod that has ended; ");
    const auto ready = [](Change status) {
      status.conditions = {condition("Ready", "True"), condition("ContainersReady", "True")};
      status.container_statuses[1].ready = false;
    };
    CHECK_EQ(Told{"m n"}.status("Running", ready).broken(), "is not ready in a Pod that is; ");
    CHECK_EQ(Told{"m"}.status("Running", [](Change status) { status.conditions = {condition("Ready", "True")}; }).broken(),
             "is ready without ContainersReady; ");
    using Hook = HookObservation::Hook;
    using When = HookObservation::What;
    const HookObservation begins{"m", 0, Hook::PostStart, When::Start}, ends{"m", 0, Hook::PostStart, When::End};
    CHECK_EQ(Told{"m"}.start("m").tell(begins).tell(begins).broken(), "a second postStart hook begins; ");
    CHECK_EQ(Told{"m"}.start("m").tell(begins).tell(ends).tell(ends).broken(), "no postStart hook runs; ");
    CHECK_EQ(Told{"m"}.status("Running").broken(60), "shows as running, and does not run; ");
    CHECK_EQ(Told{"m"}.start("m").broken(60), "runs, and does not show as running; ");
    CHECK_EQ(Told{"m"}.start("m").status("Running").broken(60), "");
  }

  TEST_CASE("each invariant has been seen to break, and is named alone") {
    using Change = PodStatus&;
    using I = Invariant;
    struct Broken {
      Invariant invariant;
      Told told;
      double end = 0;
    };
    const ActionObservation deleted{.action = "delete", .http = 200};
    const auto count = [](int n) { return [n](Change status) { status.container_statuses[0].restart_count = n; }; };
    const auto ready = [](Change status) { status.conditions = {condition("Ready", "True")}; };
    const HookObservation hook_ends{"m", 0, HookObservation::Hook::PostStart, HookObservation::What::End};
    const Broken kBroken[] = {
        {I::TimeGoesOn, Told{"m"}.start("m").exit("m", 0).but([](TraceRecord& r) { r.at = at(0.5); })},
        {I::RecordsAreNumbered, Told{"m"}.start("m").but([](TraceRecord& r) { r.seq = 3; })},
        {I::CausesComeFirst, Told{"m"}.start("m").but([](TraceRecord& r) { r.cause = 1; })},
        {I::RulesAreKnown, Told{"m"}.start("m").but([](TraceRecord& r) { r.rule = "no/rule"; })},
        {I::NamesAreKnown, Told{"m"}.start("m").but([](TraceRecord& r) { r.pod = "nobody"; })},
        {I::OneLiveInstance, Told{"m"}.start("m").start("m", 1)},
        {I::AttemptsRise, Told{"m"}.start("m", 1).exit("m", 0, "process/own-end", 1).start("m", 1)},
        {I::OnlyTheLivingAct, Told{"m"}.exit("m", 0)},
        {I::FirstStartsInOrder, Told{"i:init m"}.start("i").start("m")},
        {I::NeverMeansNever, Told("m", kNever).start("m").exit("m", 1).start("m", 1)},
        {I::NothingStartsAfterTheEnd, Told{"m"}.status("Succeeded").start("m")},
        {I::SignalsHaveACause, Told{"m"}.start("m").term("m")},
        {I::SidecarsOutliveMains, Told{"s:sc m"}.start("s").start("m").kill("s").term("s")},
        {I::GraceIsKept, Told{"m"}.grace(5).start("m").kill("m").term("m"), 60},
        {I::KillWaitsForTheFloor, Told{"m"}.start("m").kill("m").term("m").exit("m", 137, "process/killed")},
        {I::EverythingEnds, Told{"m"}.grace(5).start("m").tell(deleted).status("Running").tell(DeletedObservation{}), 90},
        {I::EverythingEnds, Told{"m"}.grace(5).tell(deleted), 90},
        {I::HooksComeInPairs, Told{"m"}.start("m").tell(hook_ends)},
        {I::RestartCountsNeverFall, Told{"m"}.status("Running", count(2)).status("Running", count(1))},
        {I::TerminalPhaseStays, Told{"m"}.status("Failed").status("Running")},
        {I::TerminalPhaseComesLast, Told{"m"}.start("m").status("Failed")},
        {I::ReadyMeansAllReady, Told{"m"}.status("Running", ready)},
        {I::GoneIsGone, Told{"m"}.tell(DeletedObservation{}).status("Pending")},
        {I::StatusSettles, Told{"m"}.status("Running"), 60},
    };
    std::set<Invariant> seen{I::WorldSaysWhatItTold, I::CopiesRunAlike};  // below
    for (const Broken& row : kBroken) {
      INFO(to_string(row.invariant));
      const std::vector<Breach> breaches = row.told.breaches(row.end);
      CHECK_FALSE(breaches.empty());
      for (const Breach& breach : breaches) CHECK_EQ(to_string(breach.invariant), to_string(row.invariant));
      seen.insert(row.invariant);
    }
    CHECK_EQ(seen.size(), std::size(kInvariants));
  }

  TEST_CASE("the checker objects to a World that says otherwise than its records, and to a copy that goes its own way") {
    const auto input = std::make_shared<const WorldInput>(WorldCase{"m", kNever, "m run=2"}.input);
    World world{input};
    WorldInvariants deaf{input};
    world.run_until(at(20), nullptr);
    deaf.after_step(world);
    CHECK_EQ(to_text(deaf.breaches()),
             "T+0.000 record 0 pod: world-says-what-it-told: the World knows no end, or one too many\n");
    World original{input}, copy{std::make_shared<const WorldInput>(WorldCase{"m", kNever, "m run=3"}.input)};
    CHECK_FALSE(runs_alike(original, copy, at(20)));
    World first{input}, second{first};
    CHECK(runs_alike(first, second, at(20)));
  }

  TEST_CASE("a deletion at any instant breaks no invariant, and the Pod goes in the end") {
    for (const Example& example : kExamples) {
      for (const RestartPolicy policy : {kAlways, kOnFailure, kNever}) {
        for (int tenth = 0; tenth < 120; tenth += 3) {
          WorldCase pod{example.containers, policy, example.behavior};
          if (tenth % 2 != 0) pod.input.config = KubeletConfig::kubelet_profile();
          pod.grace(4).remove_at(tenth / 10.0, tenth % 4 == 0 ? std::nullopt : std::optional<std::int64_t>{tenth % 7});
          INFO(example.containers, " ", to_string(policy), " deleted at ", tenth, "/10 s: ", example.behavior);
          CHECK_EQ(broken(pod, 60), "");
          CHECK(pod.run(60).gone() >= 0);
        }
      }
    }
  }

  TEST_CASE("a restart of the kubelet at any instant breaks no invariant, however short it is down") {
    for (const Example& example : kExamples) {
      for (int instant = 0; instant < 120; ++instant) {
        WorldCase pod{example.containers, instant % 2 == 0 ? kAlways : kNever, example.behavior};
        pod.input.config = KubeletConfig::kubelet_profile();
        const double down_for[] = {0, 0.003, 0.02, 0.6, 3};
        pod.grace(4).at(instant * 0.0837, RestartKubelet{secs(down_for[instant % 5])}).remove_at(20);
        INFO(example.containers, " restarted at ", instant, " * 83.7 ms: ", example.behavior);
        CHECK_EQ(broken(pod, 60), "");
        CHECK(pod.run(60).gone() >= 0);
      }
    }
  }
}

}  // namespace podlapse::test
