// Boost.JSON quotes the strings; the lines are put together here, because it would write 0.5 as 5E-1.
#include <boost/json/serialize.hpp>

#include <utility>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

std::string json_string(std::string_view text) {
  return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

/// Seconds with at most three decimals and at least one: 0.56, 12.0.
std::string seconds(SimDuration duration) {
  std::string text = format_seconds(duration, 3);
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return text == "-0.0" ? "0.0" : text;
}

/// A JSON object under construction, members in the order in which they are added.
class Object {
 public:
  Object& raw(std::string_view key, std::string_view json) {
    text_ += text_.size() == 1 ? "\"" : ", \"";
    text_.append(key).append("\": ").append(json);
    return *this;
  }
  Object& text(std::string_view key, std::string_view value) { return raw(key, json_string(value)); }
  Object& text_unless_empty(std::string_view key, std::string_view value) {
    return value.empty() ? *this : text(key, value);
  }
  Object& number(std::string_view key, std::int64_t value) { return raw(key, std::to_string(value)); }
  Object& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  template <class Number>
  Object& number_if(std::string_view key, const std::optional<Number>& value) {
    return value ? number(key, *value) : *this;
  }
  /// A key that comes from the input and may need quoting.
  Object& member(std::string_view name, std::string_view json) {
    text_ += text_.size() == 1 ? "" : ", ";
    text_ += json_string(name) + ": ";
    text_ += json;
    return *this;
  }
  [[nodiscard]] std::string close() && { return std::move(text_) + "}"; }

 private:
  std::string text_ = "{";
};

void add_state(const ContainerState& state, Object& object) {
  const bool terminated = state.kind == ContainerState::Kind::Terminated;
  object.text("state", state.kind == ContainerState::Kind::None ? kUnknownWord : state_word(state.kind));
  object.text_unless_empty("reason", state.reason);
  if (terminated) object.number("exitCode", state.exit_code);
  if (terminated && state.signal != 0) object.number("signal", state.signal);
  if (state.started_at) object.text("startedAt", format_rfc3339(*state.started_at));
  if (state.finished_at) object.text("finishedAt", format_rfc3339(*state.finished_at));
  object.text_unless_empty("message", state.message);
}

std::string status_json(const ContainerStatus& status) {
  Object object;
  add_state(status.state, object);
  object.flag("ready", status.ready);
  if (status.started) object.flag("started", *status.started);
  object.number("restartCount", status.restart_count);
  if (status.last_state.kind != ContainerState::Kind::None) {
    Object last;
    add_state(status.last_state, last);
    object.raw("lastState", std::move(last).close());
  }
  return std::move(object).close();
}

std::string containers_json(const PodStatus& status) {
  Object object;
  for (const auto* list :
       {&status.init_container_statuses, &status.container_statuses, &status.ephemeral_container_statuses}) {
    for (const ContainerStatus& container : *list) object.member(container.name, status_json(container));
  }
  return std::move(object).close();
}

std::string conditions_json(const std::vector<PodCondition>& conditions) {
  Object object;
  for (const PodCondition& condition : conditions) {
    const std::string reason = condition.reason.empty() ? "" : "(" + condition.reason + ")";
    object.member(condition.type, json_string(condition.status + reason));
  }
  return std::move(object).close();
}

std::string outline_json(const PodOutline& pod) {
  Object containers;
  for (const auto& container : pod.containers) containers.member(container.name, json_string(to_string(container.kind)));
  return std::move(containers).close();
}

/// Adds what is particular to each type.
struct AddFields {
  Object& line;

  void operator()(const ContainerObservation& seen) const {
    line.text("container", seen.container).number("attempt", seen.attempt).text("what", to_string(seen.what));
    line.number_if("exitCode", seen.exit_code).number_if("signal", seen.signal);
  }
  void operator()(const StatusObservation& seen) const {
    line.text("phase", seen.status.phase);
    line.text_unless_empty("reason", seen.status.reason).text_unless_empty("message", seen.status.message);
    line.raw("conditions", conditions_json(seen.status.conditions)).raw("containers", containers_json(seen.status));
    line.number_if("deleting", seen.deleting);
  }
  void operator()(const EventObservation& seen) const {
    const KubeEvent& event = seen.event;
    line.text("reason", event.reason).text("message", event.message).text_unless_empty("container", event.container);
    line.number("count", event.count).text("firstTimestamp", format_rfc3339(event.first_timestamp));
    line.text("lastTimestamp", format_rfc3339(event.last_timestamp));
    if (event.type != "Normal") line.text("eventType", event.type);
    if (event.source != "kubelet" && event.object_kind == "Pod") line.text("source", event.source);
  }
  void operator()(const ProbeObservation& seen) const {
    line.text("container", seen.container).number("attempt", seen.attempt).text("probe", to_string(seen.probe));
    line.flag("ok", seen.ok).raw("age", seconds(seen.age));
  }
  void operator()(const HookObservation& seen) const {
    line.text("container", seen.container).number("attempt", seen.attempt);
    line.text("hook", to_string(seen.hook)).text("what", to_string(seen.what));
  }
  void operator()(const ActionObservation& seen) const {
    line.text("action", seen.action).text_unless_empty("container", seen.container);
    line.number_if("gracePeriodSeconds", seen.grace_period_seconds);
    if (seen.sandbox) line.flag("sandbox", true);
    line.number_if("http", seen.http).text_unless_empty("detail", seen.detail);
  }
  void operator()(const DeletedObservation&) const {}
  void operator()(const JobObservation& seen) const {
    if (seen.active != 0) line.number("active", seen.active);
    line.number("ready", seen.ready);
    if (seen.succeeded != 0) line.number("succeeded", seen.succeeded);
    if (seen.failed != 0) line.number("failed", seen.failed);
    line.number("terminating", seen.terminating).raw("conditions", conditions_json(seen.conditions));
    line.text_unless_empty("name", seen.name);
    if (seen.gone) line.flag("gone", true);
  }
  void operator()(const PodMadeObservation& seen) const {
    line.text("pod", seen.pod.name).text("owner", seen.owner_kind + "/" + seen.owner);
    line.number_if("completionIndex", seen.completion_index);
    line.raw("containers", outline_json(seen.pod));
  }
  void operator()(const StepObservation& seen) const {
    line.text("step", seen.step).text_unless_empty("container", seen.container).text("text", seen.text);
  }
};

const KubeEvent* event_of(const TraceRecord& record) {
  const auto* seen = std::get_if<EventObservation>(&record.observation);
  return seen == nullptr ? nullptr : &seen->event;
}

/// RFC 3339 to the millisecond.
std::string instant_json(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto part = std::chrono::floor<std::chrono::milliseconds>(time - second).count();
  std::string text = format_rfc3339(second);
  text.insert(text.size() - 1, "." + std::to_string(1000 + part).substr(1));
  return json_string(text);
}

std::string limits_json(const std::vector<std::string>& limits) {
  std::string list;
  for (const std::string& limit : limits) list += (list.empty() ? "" : ", ") + json_string(limit);
  return "[" + list + "]";
}

std::string pods_json(const std::vector<PodOutline>& pods) {
  std::string list;
  for (const PodOutline& pod : pods) {
    Object object;
    object.text("name", pod.name).raw("containers", outline_json(pod));
    list += (list.empty() ? "" : ", ") + std::move(object).close();
  }
  return "[" + list + "]";
}

std::string gates_json(const std::vector<FeatureGateSetting>& gates) {
  Object object;
  for (const FeatureGateSetting& gate : gates) object.raw(gate.name, gate.value ? "true" : "false");
  return std::move(object).close();
}

}  // namespace

std::string header_line(const TraceHeader& header) {
  Object line;
  line.text("type", "header").text("format", header.format).text("source", header.source);
  line.text_unless_empty("version", header.version).text_unless_empty("runtime", header.runtime);
  if (!header.feature_gates.empty()) line.raw("featureGates", gates_json(header.feature_gates));
  line.text_unless_empty("case", header.case_name).text_unless_empty("group", header.group).number("run", header.run);
  if (header.seed) line.raw("seed", std::to_string(*header.seed));
  if (header.ideal_latency) line.text("latency", "ideal");
  if (header.observed_until != SimDuration{}) line.raw("observedUntil", seconds(header.observed_until));
  if (header.sight != Sight::Processes) line.text("sight", to_string(header.sight));
  if (!header.events_seen) line.flag("events", false);
  if (header.origin) line.raw("origin", instant_json(*header.origin));
  if (!header.limits.empty()) line.raw("limits", limits_json(header.limits));
  if (!header.pods.empty() && !header.pods_inferred) line.raw("pods", pods_json(header.pods));
  return std::move(line).close() + "\n";
}

std::string record_line(const TraceRecord& record, bool name_pod) {
  const KubeEvent* event = event_of(record);
  const bool names_itself = std::holds_alternative<JobObservation>(record.observation) ||
                            std::holds_alternative<PodMadeObservation>(record.observation);
  Object line;
  line.raw("t", seconds(record.at.time_since_epoch())).text("type", type_name(record.observation));
  if (name_pod && event == nullptr && !names_itself) line.text("pod", record.pod);
  std::visit(AddFields{line}, record.observation);
  if (name_pod && event != nullptr) line.text("pod", record.pod).text("kind", event->object_kind);
  if (record.seq != 0) line.number("seq", static_cast<std::int64_t>(record.seq));
  if (record.cause != 0) line.number("cause", static_cast<std::int64_t>(record.cause));
  line.text_unless_empty("rule", record.rule);
  return std::move(line).close() + "\n";
}

bool lines_name_pod(const TraceHeader& header) { return header.pods.size() > 1 || header.makes_pods; }

JsonlSink::JsonlSink(const TraceHeader& header, std::function<void(std::string_view)> write)
    : write_(std::move(write)), name_pod_(lines_name_pod(header)) {
  write_(header_line(header));
}

void JsonlSink::on_record(const TraceRecord& record) { write_(record_line(record, name_pod_)); }

}  // namespace podlapse
