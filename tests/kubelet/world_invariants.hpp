// What holds in every run of a World, whatever its Pods are and whatever happens to them. A sink that looks at each record as it
// comes, and at the World after each step. Each invariant is one function below, and one row of the table of broken histories in
// world_invariants_test.cpp.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/kubelet/world.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::test {

// clang-format off
/// Name, what is printed of it, what it says.
#define PODLAPSE_INVARIANTS(X) \
  X(TimeGoesOn, "time-goes-on", "no record is earlier than the one before, nothing is due in the past") \
  X(RecordsAreNumbered, "records-are-numbered", "records are numbered from 1 without a gap") \
  X(CausesComeFirst, "causes-come-first", "a record follows from an earlier one") \
  X(RulesAreKnown, "rules-are-known", "each record rests on a rule of the catalogue") \
  X(NamesAreKnown, "names-are-known", "records name Pods, Jobs and containers that there are") \
  X(OneLiveInstance, "one-live-instance", "of a container one process lives at a time") \
  X(AttemptsRise, "attempts-rise", "each start of a container has a higher attempt") \
  X(OnlyTheLivingAct, "only-the-living-act", "signals and exits are of the run that lives") \
  X(FirstStartsInOrder, "first-starts-in-order", \
    "nothing starts for the first time before every init container before it has exited 0 and every sidecar before " \
    "it has started") \
  X(NeverMeansNever, "never-means-never", \
    "what never restarts does not, unless all are restarted, its image changes or its sandbox is " \
    "lost") \
  X(NothingStartsAfterTheEnd, "nothing-starts-after-the-end", "nothing starts in a Pod that shows a terminal phase or has gone") \
  X(SignalsHaveACause, "signals-have-a-cause", "the kubelet stops only what it decided to stop") \
  X(SidecarsOutliveMains, "sidecars-outlive-mains", \
    "the kubelet stops no sidecar while a main runs, unless it stops that sidecar alone or the grace period is " \
    "over") \
  X(GraceIsKept, "grace-is-kept", \
    "from SIGTERM and from the begin of a kill, a process lives no longer than its grace period and the floor of 2 " \
    "s") \
  X(KillWaitsForTheFloor, "kill-waits-for-the-floor", "SIGKILL comes no earlier than 2 s after SIGTERM") \
  X(EverythingEnds, "everything-ends", "what was started in a Pod that was deleted has ended, and the Pod has gone") \
  X(HooksComeInPairs, "hooks-come-in-pairs", \
    "a hook ends once it has begun, and runs in a container that runs (preStop: that is " \
    "stopped)") \
  X(RestartCountsNeverFall, "restart-counts-never-fall", "a container's restartCount never falls") \
  X(TerminalPhaseStays, "terminal-phase-stays", "Succeeded and Failed are never left") \
  X(TerminalPhaseComesLast, "terminal-phase-comes-last", "a terminal phase is shown when nothing runs any more") \
  X(ReadyMeansAllReady, "ready-means-all-ready", \
    "Ready is True only with ContainersReady and every main and sidecar ready in the same " \
    "status") \
  X(GoneIsGone, "gone-is-gone", "an object that is gone does not change and does not go again") \
  X(WorldSaysWhatItTold, "world-says-what-it-told", "what a World says of its Pods is what its records say") \
  X(StatusSettles, "status-settles", "in the end what the status calls running runs, and the other way round") \
  X(CopiesRunAlike, "copies-run-alike", "a copy of the World, taken at any step, tells the same to the last byte")
// clang-format on

enum class Invariant : std::uint8_t {
#define PODLAPSE_ENUMERATOR(name, id, text) name,
  PODLAPSE_INVARIANTS(PODLAPSE_ENUMERATOR)
#undef PODLAPSE_ENUMERATOR
};

inline constexpr Invariant kInvariants[] = {
#define PODLAPSE_ENUMERATOR(name, id, text) Invariant::name,
    PODLAPSE_INVARIANTS(PODLAPSE_ENUMERATOR)
#undef PODLAPSE_ENUMERATOR
};

/// "restart-counts-never-fall".
[[nodiscard]] const char* to_string(Invariant invariant);

/// One invariant that did not hold.
struct Breach {
  Invariant invariant = Invariant::TimeGoesOn;
  std::string where;  ///< "T+12.345 record 99 web/app"
  std::string text;   ///< "starts while it runs"
};

class WorldInvariants final : public TraceSink {
 public:
  /// Requires: hears the run of `input` from its first record on.
  explicit WorldInvariants(std::shared_ptr<const WorldInput> input);

  /// The World whose records come, for the names of the Pods that controllers make. It must stay where it is.
  void watch(const World& world) { world_ = &world; }
  void on_record(const TraceRecord& record) override;
  void after_step(const World& world);
  /// The run is over, at `until`.
  void at_end(SimTime until);
  /// Somebody else found that `invariant` does not hold.
  void add(Invariant invariant, std::string text);

  [[nodiscard]] const std::vector<Breach>& breaches() const { return breaches_; }
  [[nodiscard]] std::uint64_t records() const { return seq_; }

 private:
  struct Container {
    bool alive = false;
    std::int32_t attempt = -1;
    std::int32_t restart_count = 0;
    bool passed = false;                 ///< init: exited 0 once; sidecar: started once, and its startup probe passed
    int starts = 0;
    std::optional<SimTime> stopping;     ///< the kubelet began to kill it
    SimDuration grace{};                 ///< the longest that kill may take
    bool alone = false;                  ///< that kill is of this container alone
    std::optional<SimTime> term;         ///< the last SIGTERM that the kubelet sent
    bool hook = false;                   ///< a preStop hook runs
  };
  struct Pod {
    PodIndex source = 0;                 ///< into WorldInput::pods
    std::string name;
    const PodSpec* spec = nullptr;
    std::vector<Container> containers;
    std::string phase;
    bool gone = false;
    bool restarts_all = false;           ///< some rule restarts all containers
    bool images_change = false, sandbox_lost = false;
    std::optional<SimDuration> deletion, eviction;  ///< grace periods asked for so far, the longest
    std::optional<SimTime> deleted_at;   ///< when deletion was last asked for
    SimDuration shortest{};              ///< the shortest grace period that this Pod may ever have
    SimTime last_process{};              ///< when a process last started or ended
    PodStatus status;
    ContainerIndex post_start = kNoContainer;  ///< whose postStart hook runs
  };

  // What the records say.
  void on_container(Pod& pod, const TraceRecord& record, const ContainerObservation& seen);
  void on_started(Pod& pod, ContainerIndex index, const ContainerObservation& seen);
  void on_term(Pod& pod, ContainerIndex index, const TraceRecord& record);
  void on_exited(Pod& pod, ContainerIndex index, const TraceRecord& record, const ContainerObservation& seen);
  void on_status(Pod& pod, const StatusObservation& seen);
  void on_probe(Pod& pod, const ProbeObservation& seen);
  void on_hook(Pod& pod, const HookObservation& seen);
  void on_new_kubelet();
  void on_eviction(Pod& pod);
  void on_action(Pod& pod, const TraceRecord& record, const ActionObservation& seen);
  void on_deletion(Pod& pod, SimDuration grace);
  void on_kill(Pod& pod, const TraceRecord& record, ContainerIndex index);
  void on_gone(Pod& pod);

  // The invariants.
  void time_goes_on(const TraceRecord& record);
  void records_are_numbered(const TraceRecord& record);
  void causes_come_first(const TraceRecord& record);
  void rules_are_known(const TraceRecord& record);
  void one_live_instance(const Pod& pod, ContainerIndex index);
  void attempts_rise(const Pod& pod, ContainerIndex index, const ContainerObservation& seen);
  void only_the_living_act(const Pod& pod, ContainerIndex index, const ContainerObservation& seen);
  void first_starts_in_order(const Pod& pod, ContainerIndex index);
  void never_means_never(const Pod& pod, ContainerIndex index);
  void nothing_starts_after_the_end(const Pod& pod, ContainerIndex index);
  void signals_have_a_cause(const Pod& pod, ContainerIndex index);
  void sidecars_outlive_mains(const Pod& pod, ContainerIndex index);
  void grace_is_kept(const Pod& pod, ContainerIndex index);
  void kill_waits_for_the_floor(const Pod& pod, ContainerIndex index, const TraceRecord& record);
  void everything_ends(const Pod& pod);
  void hooks_come_in_pairs(const Pod& pod, ContainerIndex index, const HookObservation& seen);
  void restart_counts_never_fall(const Pod& pod, ContainerIndex index, const ContainerStatus& shown);
  void terminal_phase_stays(const Pod& pod, const PodStatus& status);
  void terminal_phase_comes_last(const Pod& pod, const PodStatus& status);
  void ready_means_all_ready(const Pod& pod, const PodStatus& status);
  void gone_is_gone(const Pod& pod);
  void world_says_what_it_told(const World& world, PodIndex index);
  void status_settles(const Pod& pod);

  void fail(Invariant invariant, const Pod& pod, ContainerIndex index, std::string text);
  void meet_pods();
  [[nodiscard]] Pod make_pod(PodIndex source, std::string name) const;
  [[nodiscard]] Pod* find_pod(const std::string& name);

  std::shared_ptr<const WorldInput> input_;
  const World* world_ = nullptr;
  std::vector<Pod> pods_;                ///< by PodIndex
  std::vector<bool> from_outside_;       ///< by seq: an action
  std::uint64_t seq_ = 0;
  SimTime now_{};
  SimTime kubelet_restarted_{};
  std::vector<Breach> breaches_;
};

/// Runs a World to `until` under the checker, and a copy of it that is taken before step `copied_at`.
[[nodiscard]] std::vector<Breach> breaches_of(const std::shared_ptr<const WorldInput>& input, SimTime until,
                                              std::uint64_t copied_at = 100);

/// Runs both to `until`; true when both told the same.
[[nodiscard]] bool runs_alike(World& world, World& copy, SimTime until);

/// One text with what broke, a line each; empty when nothing did.
[[nodiscard]] std::string to_text(const std::vector<Breach>& breaches);
[[nodiscard]] std::string check_invariants(const std::shared_ptr<const WorldInput>& input, SimTime until);

}  // namespace podlapse::test
