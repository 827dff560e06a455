// What the API server of a simulated World would answer at any moment: its Pods and their events as v1 objects, put together
// from the records of the run.
#pragma once

#include <cstdint>
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

  /// Pods of the input, and behind them those that Jobs have made.
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
  /// All events of Pods and Jobs, as the API lists them (by name).
  [[nodiscard]] Value::Array events() const;

 private:
  struct PodState {
    std::size_t source = 0;  ///< into WorldInput::pods
    std::string name, uid;
    SimTime created_at{};
    bool created = false;
    std::optional<SimTime> gone_at, deleting_since;
    StatusObservation seen;
    std::uint64_t revision = 0;
    std::size_t patches_seen = 0;   ///< refused ones (404) too
    std::int64_t patches = 0;
    Value manifest;
  };
  struct EventState {
    std::size_t pod = 0;
    std::optional<std::size_t> job;  ///< it is this Job's, not a Pod's
    KubeEvent event;
    std::uint64_t revision = 0, object_revision = 0;
  };

  /// pods_.size(): it is no Pod's.
  [[nodiscard]] std::size_t index_of(const std::string& pod_name);
  void apply_patch(std::size_t pod, std::size_t number);
  [[nodiscard]] EventOrigin origin_of(const EventState& kept) const;
  ApiChange keep_job_event(const std::string& job_name, const KubeEvent& event);
  std::size_t keep_event(std::size_t pod, std::optional<std::size_t> job, const KubeEvent& event);

  std::shared_ptr<const WorldInput> input_;
  std::vector<PodState> pods_;
  std::vector<EventState> events_;
  std::uint64_t revision_ = 0;  ///< of the whole store: counts writes, as etcd does
};

}  // namespace podlapse
