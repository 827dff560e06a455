// One node, its kubelet, its container runtime, and the part of the API server they talk to, as a discrete-event world.
// A World is a value: a copy runs on alone and does what the original would have done.
#pragma once

#include <memory>
#include <optional>

#include "podlapse/base/time.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse {

/// What is true of one Pod for somebody who watches from outside.
struct PodProgress {
  bool gone = false;                     ///< the object has been removed
  PodPhase phase = PodPhase::Pending;    ///< as the API shows it
  std::optional<SimTime> terminal_since; ///< when the API first showed a terminal phase
  std::optional<SimTime> gone_since;
  SimTime last_change{};                 ///< of anything that is not periodic
  bool waiting_for_timer = false;        ///< a back-off, a run, a deadline or a hook will end by itself: more is to come
  bool of_later_run = false;             ///< of a CronJob's second Job, or a later one
};

/// The same of an object whose controller makes Pods.
struct OwnerProgress {
  bool gone = false;
  std::optional<SimTime> finished_at;    ///< when the API first showed a Job Complete or Failed
  std::optional<SimTime> expires_at;     ///< when ttlSecondsAfterFinished will have it deleted
  SimTime last_change{};
  bool waiting_for_timer = false;        ///< its controller will look at it again
  bool fires_again = false;              ///< a CronJob that is not suspended
  bool of_later_run = false;             ///< a CronJob's second Job, or a later one; the CronJob once it has made the first
};

class World {
 public:
  /// Requires: behaviour for every container; action and Pod indices in range.
  explicit World(std::shared_ptr<const WorldInput> input);
  World(const World&);
  World& operator=(const World&);
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;
  ~World();

  /// The instant of the last event taken.
  [[nodiscard]] SimTime now() const;
  /// When the next event is due; nullopt when nothing will ever happen again.
  [[nodiscard]] std::optional<SimTime> next_due() const;
  /// Takes the next event. `sink` hears of everything that is observable (nullptr: nobody listens, and no record is built).
  /// False when there was none.
  bool step(TraceSink* sink);
  /// Takes every event due up to and including `until`.
  void run_until(SimTime until, TraceSink* sink);

  /// Those of the input first, in its order; behind them those that controllers have made.
  [[nodiscard]] std::size_t pod_count() const;
  [[nodiscard]] const std::string& pod_name(PodIndex pod) const;
  /// The Pod of the input that it was made of.
  [[nodiscard]] PodIndex pod_source(PodIndex pod) const;
  /// Those of the input, its jobs, pod_sets and cron_jobs; behind them Jobs that CronJobs have made.
  [[nodiscard]] std::vector<OwnerProgress> owner_progress() const;
  [[nodiscard]] bool was_created(PodIndex pod) const;
  /// It stands for Pods that a controller will make, and is none itself.
  [[nodiscard]] bool is_template(PodIndex pod) const;
  [[nodiscard]] PodProgress progress(PodIndex pod) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podlapse
