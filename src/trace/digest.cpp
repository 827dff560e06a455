#include "podlapse/trace/digest.hpp"

#include <string_view>
#include <type_traits>

namespace podlapse {

namespace {

/// Folds values of every kind into the hash. Each overload names every field of its type, in order.
class Digest {
 public:
  [[nodiscard]] std::uint64_t value() const { return hash_; }

  template <class Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
  void add(Number number) {
    auto bits = static_cast<std::uint64_t>(number);
    for (int i = 0; i < 8; ++i) {
      add_byte(static_cast<unsigned char>(bits & 0xff));
      bits >>= 8;
    }
  }
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  void add(const std::string& text) { add(std::string_view{text}); }
  void add(SimDuration duration) { add(duration.count()); }
  void add(SimTime time) { add(time.time_since_epoch().count()); }
  void add(WallTime time) { add(time.time_since_epoch().count()); }

  template <class Value>
  void add(const std::optional<Value>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class Value>
  void add(const std::vector<Value>& values) {
    add(values.size());
    for (const Value& value : values) add(value);
  }
  template <class First, class Second, class... Rest>
  void add(const First& first, const Second& second, const Rest&... rest) {
    add(first);
    add(second);
    (add(rest), ...);
  }

  void add(const ContainerState& state) {
    add(state.kind, state.reason, state.message, state.exit_code, state.signal, state.started_at, state.finished_at,
        state.container_id);
  }
  void add(const ContainerStatus& status) {
    add(status.name, status.state, status.last_state, status.ready, status.started, status.restart_count, status.image,
        status.image_id, status.container_id);
  }
  void add(const PodCondition& condition) {
    add(condition.type, condition.status, condition.reason, condition.message, condition.last_transition_time,
        condition.observed_generation);
  }
  void add(const PodStatus& status) {
    add(status.phase, status.reason, status.message, status.conditions, status.init_container_statuses,
        status.container_statuses, status.ephemeral_container_statuses, status.start_time);
    add(status.host_ip, status.pod_ip, status.qos_class, status.nominated_node_name, status.observed_generation);
  }
  void add(const KubeEvent& event) {
    add(event.type, event.reason, event.message, event.container, event.field_path, event.source, event.object_kind,
        event.count, event.first_timestamp, event.last_timestamp);
  }

  void add(const ContainerObservation& seen) {
    add(seen.container, seen.attempt, seen.what, seen.exit_code, seen.signal);
  }
  void add(const StatusObservation& seen) { add(seen.status, seen.deleting); }
  void add(const EventObservation& seen) { add(seen.event); }
  void add(const ProbeObservation& seen) { add(seen.container, seen.attempt, seen.probe, seen.ok, seen.age); }
  void add(const HookObservation& seen) { add(seen.container, seen.attempt, seen.hook, seen.what); }
  void add(const ActionObservation& seen) {
    add(seen.action, seen.container, seen.grace_period_seconds, seen.sandbox, seen.http, seen.detail);
  }
  void add(const DeletedObservation&) {}
  void add(const JobObservation& seen) {
    add(seen.active, seen.ready, seen.succeeded, seen.failed, seen.terminating, seen.conditions, seen.name, seen.gone);
  }
  void add(const StepObservation& seen) { add(seen.step, seen.container, seen.text); }
  void add(const PodMadeObservation& seen) {
    add(seen.owner_kind, seen.owner, seen.completion_index, seen.pod.name);
    for (const PodOutline::Container& container : seen.pod.containers) add(container.name, container.kind);
  }

  void add(const TraceRecord& record) {
    add(record.seq, record.cause, record.at, record.pod, record.rule, record.observation.index());
    std::visit([this](const auto& observation) { add(observation); }, record.observation);
  }

 private:
  void add_byte(unsigned char byte) {
    hash_ ^= byte;
    hash_ *= 0x100000001b3ULL;
  }

  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::uint64_t trace_digest(const std::vector<TraceRecord>& records) {
  Digest digest;
  digest.add(records);
  return digest.value();
}

}  // namespace podlapse
