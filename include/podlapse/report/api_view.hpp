// What the API server of a simulated World would answer at any moment: its Pods and their events as v1 objects, put together
// from the records of the run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/model/kube_event.hpp"
#include "podlapse/report/kube_events.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse {

/// What a record changed of what the API shows.
struct ApiChange {
  enum class What : std::uint8_t { Nothing, Pod, PodGone, Event };
  What what = What::Nothing;
  std::size_t index = 0;  ///< of the Pod, or of the event
};

class ApiView final : public TraceSink {
 public:
  /// `manifests` are the Pod objects without status, one for each Pod of `input` (Workload::pod_object).
  ApiView(std::shared_ptr<const WorldInput> input, std::vector<Value> manifests);

  void on_record(const TraceRecord& record) override { (void)observe(record); }
  ApiChange observe(const TraceRecord& record);

  /// Pods of the input, and behind them those that controllers have made.
  [[nodiscard]] std::size_t pod_count() const { return pods_.size(); }
  [[nodiscard]] const std::string& pod_name(std::size_t pod) const { return pods_[pod].name; }
  /// True when the Pod has been created, though it may be gone again.
  [[nodiscard]] bool was_created(std::size_t pod) const { return pods_[pod].created; }
  /// When the object vanished; nullopt while it exists.
  [[nodiscard]] std::optional<SimTime> gone_at(std::size_t pod) const { return pods_[pod].gone_at; }
  /// The Pod's object as it was last. Requires: was_created.
  [[nodiscard]] Value pod(std::size_t pod) const;

  /// One v1 Event: as it was last written.
  [[nodiscard]] Value event(std::size_t index) const;
  /// All events, of Pods and of what makes them, as the API lists them (by name).
  [[nodiscard]] Value::Array events() const;

 private:
  struct PodState {
    std::size_t source = 0;  ///< into WorldInput::pods
    std::string name, uid;
    SimTime created_at{};
    bool created = false;
    bool taken = false;             ///< by a Pod that a controller has made
    std::string counted_by;         ///< the Job that has not counted it yet: it has its finalizer
    std::optional<SimTime> gone_at, deleting_since;
    StatusObservation seen;
    std::uint64_t revision = 0;
    std::size_t patches_seen = 0;   ///< refused ones (404) too
    std::int64_t patches = 0;
    Value manifest;
    Value::Array to_be_added;       ///< ephemeral containers
  };
  /// What an event is about: an object whose Pods are made of `pod`, or, without a kind, that Pod.
  struct About {
    std::string kind, name;
    std::size_t pod = 0;
    friend bool operator==(const About&, const About&) = default;
  };
  struct EventState {
    About about;
    KubeEvent event;
    std::uint64_t revision = 0, object_revision = 0;
  };

  /// The newest of that name; pods_.size(): there is none.
  [[nodiscard]] std::size_t index_of(const std::string& pod_name) const;
  [[nodiscard]] About owner_of(const std::string& kind, const std::string& name) const;
  /// Pods that had ended when a Job's counts rose were counted then.
  void keep_counts(const JobObservation& seen);
  ApiChange keep_made(const PodMadeObservation& seen);
  static void add_ephemeral(PodState& pod, const std::string& container);
  void apply_patch(std::size_t pod, std::size_t number);
  [[nodiscard]] EventOrigin origin_of(const EventState& kept) const;
  std::size_t keep_event(About about, const KubeEvent& event);

  std::shared_ptr<const WorldInput> input_;
  std::vector<PodState> pods_;
  std::vector<EventState> events_;
  std::map<std::string, std::int32_t> counted_;  ///< Pods that ended, by Job
  std::uint64_t revision_ = 0;  ///< of the whole store: counts writes, as etcd does
};

}  // namespace podlapse
