// Runs of a World, told in short, and read back as a story. Containers are written as in support.hpp; what their processes
// do is written beside them:
//
//   "m run=5 exit=1 / run=ever term=2:0, s sleep=3"   by container; runs are parted by a slash, the last one repeats
//   run=5 | run=ever     how long it runs by itself           exit=1     with which code
//   term=2 | term=2:1    answers SIGTERM after 2 s, with code 0 or 1     term=never ignores it
//   prestop=1 | prestop=1:3 | prestop=ever   an exec hook, its exit code    sleep=3   a sleep hook (preStop)
//   poststart=1 | poststart=1:1              an exec hook
//   startup=10 | startup=never               a startup probe each second that passes from 10 s on; never: the first fails
//   live=10 | live=0                         a liveness probe each second that fails from 10 s on, at once
//   ready=0                                  a readiness probe each second that passes from 0 s on
//   grace=7              terminationGracePeriodSeconds of the liveness probe
//
// Runs use the profile `ideal` (no latencies, no polling delay above a millisecond) unless said otherwise, and find their
// images on the node.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kubelet/support.hpp"
#include "podlapse/kubelet/world.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse::test {

/// What a run showed. Instants are in seconds since t = 0; -1 where there was none.
class Story {
 public:
  explicit Story(std::vector<TraceRecord> records) : records_(std::move(records)) {}

  [[nodiscard]] double started(std::string_view container, int attempt = 0) const;
  [[nodiscard]] double signalled(std::string_view container, int attempt = 0) const;
  [[nodiscard]] double exited(std::string_view container, int attempt = 0) const;
  [[nodiscard]] int exit_code(std::string_view container, int attempt = 0) const;
  [[nodiscard]] int starts(std::string_view container) const;
  [[nodiscard]] double pre_stop_began(std::string_view container) const;
  [[nodiscard]] double pre_stop_ended(std::string_view container) const;
  [[nodiscard]] double post_start_ended(std::string_view container) const;
  /// Starts and exits in their order: "+i1 -i1:0 +m".
  [[nodiscard]] std::string order() const;

  [[nodiscard]] const PodStatus& status() const;
  [[nodiscard]] std::string phase() const { return status().phase; }
  /// Every phase that the API showed, in order.
  [[nodiscard]] std::string phases() const;
  /// "Waiting ImagePullBackOff", "Terminated Completed 0", "Running" of a container in the last status.
  [[nodiscard]] std::string state(const std::string& container) const;
  [[nodiscard]] int restarts(const std::string& container) const;
  [[nodiscard]] double gone() const;

  [[nodiscard]] int events(std::string_view reason, std::string_view container = "") const;
  /// Instants of the mechanism's steps, e.g. ("sync", "SyncTerminatingPod"), ("kill", ""), ("remove", "", "m").
  [[nodiscard]] std::vector<double> steps(std::string_view step, std::string_view text,
                                          std::string_view container = "") const;
  /// Instants at which probes of `container` ended.
  [[nodiscard]] std::vector<double> probes(std::string_view container, ProbeKind kind) const;
  [[nodiscard]] const std::vector<TraceRecord>& records() const { return records_; }

 private:
  [[nodiscard]] double when(std::string_view container, int attempt, ContainerObservation::What what) const;
  [[nodiscard]] double hook(std::string_view container, HookObservation::Hook hook, HookObservation::What what) const;

  std::vector<TraceRecord> records_;
};

/// One Pod on one node, created at t = 0.
class WorldCase {
 public:
  WorldCase(std::string_view containers, RestartPolicy policy, std::string_view behavior);

  WorldInput input;

  WorldCase& grace(double seconds);
  WorldCase& at(double seconds, ActionKind action);
  WorldCase& remove_at(double seconds, std::optional<std::int64_t> grace_seconds = std::nullopt);
  /// A new image for `container`, present on the node.
  WorldCase& patch_image_at(double seconds, std::string_view container);
  /// Gives `container` an image that no registry has.
  WorldCase& bad_image(std::string_view container);
  [[nodiscard]] ContainerIndex index(std::string_view container) const;
  [[nodiscard]] PodSpec& spec() { return input.pods[0].spec; }
  [[nodiscard]] ContainerBehavior& behavior(std::string_view container) {
    return input.pods[0].behavior[index(container)];
  }

  /// Runs until `seconds`.
  [[nodiscard]] Story run(double seconds) const;
};

/// True when `a` is within 50 ms of `b`: the millisecond periods of the ideal profile add up to less.
[[nodiscard]] bool close(double a, double b);

}  // namespace podlapse::test
