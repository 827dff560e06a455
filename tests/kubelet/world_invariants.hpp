// What holds in every run of a World, whatever its Pods are and whatever happens to them. A sink that looks at each record as it
// comes, and at the World after each step.
//
//   time        never goes back; records are numbered without a gap, and each follows from an earlier one
//   processes   of a container one lives at a time; attempts rise; a process that got SIGTERM from the kubelet ends within its
//               grace period (at least 2 s), and SIGKILL comes no earlier than 2 s after SIGTERM
//   order       nothing starts for the first time before every init container before it has exited 0 and every sidecar
//               before it has started and passed its startup probe; the kubelet stops no sidecar while a main runs, unless it
//               stops that sidecar alone or the grace period is over
//   policy      a container that never restarts does not, unless all are restarted or its image changes
//   status      restart counts never fall; a terminal phase is never left, comes when nothing runs any more, and nothing starts
//               behind it; Ready is True only with every container ready
//   settled     at the end, what the status calls running runs, and the other way round
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/kubelet/world.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::test {

class WorldInvariants final : public TraceSink {
 public:
  /// Requires: hears the run of `input` from its first record on.
  explicit WorldInvariants(std::shared_ptr<const WorldInput> input);

  void on_record(const TraceRecord& record) override;
  /// What a World says of its Pods is what its records say.
  void after_step(const World& world);
  /// The run is over, at `until`.
  void at_end(SimTime until);

  /// One line for each breach; empty when everything held.
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
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
    const PodInput* input = nullptr;
    std::vector<Container> containers;
    std::string phase;
    bool gone = false;
    bool restarts_all = false;           ///< some rule restarts all containers
    bool images_change = false, sandbox_lost = false;
    std::optional<SimDuration> deletion, eviction;  ///< grace periods asked for so far, the longest
    SimDuration shortest{};              ///< the shortest grace period that this Pod may ever have
    SimTime last_process{};              ///< when a process last started or ended
    PodStatus status;
    ContainerIndex post_start = kNoContainer;  ///< whose postStart hook runs
  };

  void on_container(Pod& pod, const TraceRecord& record, const ContainerObservation& seen);
  void on_started(Pod& pod, ContainerIndex index, const ContainerObservation& seen);
  void on_term(Pod& pod, ContainerIndex index, const TraceRecord& record);
  void on_exited(Pod& pod, ContainerIndex index, const TraceRecord& record, const ContainerObservation& seen);
  void on_status(Pod& pod, const StatusObservation& seen);
  void on_ready(const Pod& pod, const PodStatus& status);
  void on_probe(Pod& pod, const ProbeObservation& seen);
  void on_hook(Pod& pod, const HookObservation& seen);
  void on_new_kubelet(Pod& pod);
  void on_eviction(Pod& pod);
  void on_action(Pod& pod, const TraceRecord& record, const ActionObservation& seen);
  void on_kill(Pod& pod, const TraceRecord& record, ContainerIndex index);
  void check_first_start(const Pod& pod, ContainerIndex index);
  void check_settled(const Pod& pod);
  void fail(const Pod& pod, ContainerIndex index, const std::string& what);
  [[nodiscard]] Pod& pod_of(const TraceRecord& record);

  std::shared_ptr<const WorldInput> input_;
  std::vector<Pod> pods_;
  std::vector<bool> from_outside_;       ///< by seq: an action
  std::uint64_t seq_ = 0;
  SimTime now_{};
  std::vector<std::string> broken_;
};

/// Runs a World to `until` under the checker; one text with what broke, empty when nothing did.
[[nodiscard]] std::string check_invariants(std::shared_ptr<const WorldInput> input, SimTime until);

}  // namespace podlapse::test
