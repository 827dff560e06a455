#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/outline.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/trace/names.hpp"

namespace podlapse {
namespace {

namespace json = boost::json;

constexpr double kLongestSeconds = 9e9;  // fits into 64-bit nanoseconds

std::string text_of(const json::string& text) { return {text.data(), text.size()}; }

/// The members of one line, read with one complaint kept: the first member that is absent or has the wrong form.
class Members {
 public:
  Members(const json::object& object, std::string& problem) : object_(object), problem_(problem) {}

  [[nodiscard]] const json::value* find(const char* key) const {
    const json::value* value = object_.if_contains(key);
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
  [[nodiscard]] std::string text(const char* key) const {
    const json::value* value = find(key);
    if (value != nullptr && value->is_string()) return text_of(value->get_string());
    if (value != nullptr) complain(key, "a string");
    return {};
  }
  [[nodiscard]] std::string required_text(const char* key) const {
    if (find(key) == nullptr) complain(key, "a string");
    return text(key);
  }
  [[nodiscard]] std::optional<std::int64_t> integer(const char* key) const {
    const json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error) complain(key, "an integer");
    return error ? 0 : number;
  }
  [[nodiscard]] std::optional<std::int32_t> small_integer(const char* key) const {
    const auto number = integer(key);
    if (!number) return std::nullopt;
    if (*number < std::numeric_limits<std::int32_t>::min() || *number > std::numeric_limits<std::int32_t>::max()) {
      complain(key, "an integer of at most 32 bits");
      return 0;
    }
    return static_cast<std::int32_t>(*number);
  }
  [[nodiscard]] bool flag(const char* key, bool absent = false) const {
    const json::value* value = find(key);
    if (value == nullptr) return absent;
    if (!value->is_bool()) complain(key, "true or false");
    return value->is_bool() && value->get_bool();
  }
  [[nodiscard]] SimDuration seconds(const char* key, bool required) const {
    const json::value* value = find(key);
    if (value == nullptr) {
      if (required) complain(key, "a number of seconds");
      return {};
    }
    boost::system::error_code error;
    const double number = value->to_number<double>(error);
    if (error || !(std::fabs(number) < kLongestSeconds)) {
      complain(key, "a number of seconds");
      return {};
    }
    // A trace has milliseconds; rounding to microseconds takes away what binary fractions add.
    return std::chrono::microseconds{std::llround(number * 1e6)};
  }
  [[nodiscard]] std::optional<WallTime> time(const char* key) const {
    if (find(key) == nullptr) return std::nullopt;
    WallTime time{};
    if (!parse_rfc3339(text(key), time)) complain(key, "a time such as 2026-01-01T00:00:00Z");
    return time;
  }
  /// Calls `each(name, value)` for the members of the object `key`.
  template <class Each>
  void each_of(const char* key, Each each) const {
    const json::value* value = find(key);
    if (value == nullptr) return;
    if (!value->is_object()) return complain(key, "an object");
    for (const auto& member : value->get_object())
      each(std::string{member.key().data(), member.key().size()}, member.value());
  }
  void complain(const char* key, const char* form) const {
    if (problem_.empty()) problem_ = std::string{"`"} + key + "` must be " + form;
  }
  [[nodiscard]] std::string& problem() const { return problem_; }

 private:
  const json::object& object_;
  std::string& problem_;
};

ContainerState read_state(const Members& members) {
  ContainerState state;
  const std::string word = members.text("state");
  if (word == "waiting") state.kind = ContainerState::Kind::Waiting;
  if (word == "running") state.kind = ContainerState::Kind::Running;
  if (word == "terminated") state.kind = ContainerState::Kind::Terminated;
  if (state.kind == ContainerState::Kind::None && word != kUnknownWord) {
    members.complain("state", "waiting, running or terminated");
  }
  state.reason = members.text("reason");
  state.message = members.text("message");
  state.exit_code = members.small_integer("exitCode").value_or(0);
  state.signal = members.small_integer("signal").value_or(0);
  state.started_at = members.time("startedAt");
  state.finished_at = members.time("finishedAt");
  return state;
}

ContainerStatus read_container(std::string name, const json::value& value, std::string& problem) {
  ContainerStatus status;
  status.name = std::move(name);
  if (!value.is_object()) {
    problem = "`containers` must hold an object for each container";
    return status;
  }
  const Members members{value.get_object(), problem};
  status.state = read_state(members);
  status.ready = members.flag("ready");
  if (members.find("started") != nullptr) status.started = members.flag("started");
  status.restart_count = members.small_integer("restartCount").value_or(0);
  if (const json::value* last = members.find("lastState")) {
    if (last->is_object()) status.last_state = read_state(Members{last->get_object(), problem});
    if (!last->is_object()) members.complain("lastState", "an object");
  }
  return status;
}

std::vector<PodCondition> read_conditions(const Members& members) {
  std::vector<PodCondition> conditions;
  members.each_of("conditions", [&](std::string type, const json::value& value) {
    if (!value.is_string()) return members.complain("conditions", "an object of strings");
    PodCondition condition;
    condition.type = std::move(type);
    condition.status = text_of(value.get_string());
    const std::size_t open = condition.status.find('(');
    if (open != std::string::npos && condition.status.back() == ')') {
      condition.reason = condition.status.substr(open + 1, condition.status.size() - open - 2);
      condition.status.resize(open);
    }
    conditions.push_back(std::move(condition));
  });
  return conditions;
}

/// All containers go into `container_statuses`; split_by_role() tells the init containers apart.
StatusObservation read_status(const Members& members) {
  StatusObservation seen;
  seen.status.phase = members.required_text("phase");
  seen.status.reason = members.text("reason");
  seen.status.message = members.text("message");
  seen.status.conditions = read_conditions(members);
  members.each_of("containers", [&](std::string name, const json::value& value) {
    seen.status.container_statuses.push_back(read_container(std::move(name), value, members.problem()));
  });
  seen.deleting = members.integer("deleting");
  return seen;
}

/// The enumerator that the text `key` names.
template <class Enum>
Enum read_word(const Members& members, const char* key, std::optional<Enum> (*named)(std::string_view),
               const char* words) {
  const std::optional<Enum> found = named(members.required_text(key));
  if (!found) members.complain(key, words);
  return found.value_or(Enum{});
}

ContainerObservation read_process(const Members& members) {
  ContainerObservation seen;
  seen.container = members.required_text("container");
  seen.attempt = members.small_integer("attempt").value_or(0);
  seen.what = read_word(members, "what", container_what, "started, term or exited");
  seen.exit_code = members.small_integer("exitCode");
  seen.signal = members.small_integer("signal");
  return seen;
}

EventObservation read_event(const Members& members) {
  KubeEvent event;
  event.type = members.find("eventType") != nullptr ? members.text("eventType") : "Normal";
  event.reason = members.required_text("reason");
  event.message = members.text("message");
  event.container = members.text("container");
  event.object_kind = members.find("kind") != nullptr ? members.text("kind") : "Pod";
  event.count = members.small_integer("count").value_or(1);
  if (members.find("source") != nullptr) event.source = members.text("source");
  event.first_timestamp = members.time("firstTimestamp").value_or(WallTime{});
  event.last_timestamp = members.time("lastTimestamp").value_or(WallTime{});
  return {std::move(event)};
}

ProbeObservation read_probe(const Members& members) {
  ProbeObservation seen;
  seen.container = members.required_text("container");
  seen.attempt = members.small_integer("attempt").value_or(0);
  seen.probe = read_word(members, "probe", probe_kind, "startup, readiness or liveness");
  seen.ok = members.flag("ok");
  seen.age = members.seconds("age", false);
  return seen;
}

HookObservation read_hook(const Members& members) {
  HookObservation seen;
  seen.container = members.required_text("container");
  seen.attempt = members.small_integer("attempt").value_or(0);
  seen.hook = read_word(members, "hook", hook_of, "postStart or preStop");
  seen.what = read_word(members, "what", hook_what, "start or end");
  return seen;
}

ActionObservation read_action(const Members& members) {
  ActionObservation seen;
  seen.action = members.required_text("action");
  seen.container = members.text("container");
  seen.grace_period_seconds = members.integer("gracePeriodSeconds");
  seen.sandbox = members.flag("sandbox");
  seen.http = members.small_integer("http");
  seen.detail = members.text("detail");
  return seen;
}

JobObservation read_job(const Members& members) {
  JobObservation seen;
  seen.active = members.small_integer("active").value_or(0);
  seen.ready = members.small_integer("ready").value_or(0);
  seen.succeeded = members.small_integer("succeeded").value_or(0);
  seen.failed = members.small_integer("failed").value_or(0);
  seen.terminating = members.small_integer("terminating").value_or(0);
  seen.conditions = read_conditions(members);
  seen.name = members.text("name");
  seen.gone = members.flag("gone");
  return seen;
}

ContainerKind read_kind(const Members& members, const json::value& value) {
  for (const auto kind : {ContainerKind::Init, ContainerKind::Sidecar, ContainerKind::Main, ContainerKind::Ephemeral}) {
    if (value.is_string() && text_of(value.get_string()) == to_string(kind)) return kind;
  }
  members.complain("containers", "an object of init, sidecar, main and ephemeral");
  return ContainerKind::Main;
}

PodOutline read_outline(const Members& members, const char* name) {
  PodOutline pod{members.required_text(name), {}};
  members.each_of("containers", [&](std::string container, const json::value& value) {
    pod.containers.push_back({std::move(container), read_kind(members, value)});
  });
  return pod;
}

PodMadeObservation read_made(const Members& members) {
  PodMadeObservation seen;
  const std::string owner = members.required_text("owner");
  const std::size_t slash = std::min(owner.find('/'), owner.size());
  seen.owner_kind = owner.substr(0, slash);
  seen.owner = owner.substr(std::min(slash + 1, owner.size()));
  seen.completion_index = members.small_integer("completionIndex");
  seen.pod = read_outline(members, "pod");
  return seen;
}

/// nullopt for a type that is not known.
std::optional<Observation> read_observation(const std::string& type, const Members& members) {
  if (type == "container") return read_process(members);
  if (type == "status") return read_status(members);
  if (type == "event") return read_event(members);
  if (type == "probe") return read_probe(members);
  if (type == "hook") return read_hook(members);
  if (type == "action") return read_action(members);
  if (type == "deleted") return DeletedObservation{};
  if (type == "job") return read_job(members);
  if (type == "pod") return read_made(members);
  if (type == "step") return StepObservation{members.text("step"), members.text("container"), members.text("text")};
  return std::nullopt;
}

/// What a header says of its observer.
void read_sight(const Members& members, TraceHeader& header) {
  if (members.find("sight") != nullptr) header.sight = read_word(members, "sight", sight_of, "processes, watch or state");
  header.events_seen = members.flag("events", true);
  header.origin = members.time("origin");
  const json::value* limits = members.find("limits");
  if (limits == nullptr) return;
  if (!limits->is_array()) return members.complain("limits", "a list of strings");
  for (const json::value& limit : limits->get_array()) {
    if (!limit.is_string()) return members.complain("limits", "a list of strings");
    header.limits.push_back(text_of(limit.get_string()));
  }
}

TraceHeader read_header(const Members& members) {
  TraceHeader header;
  header.format = members.required_text("format");
  if (header.format != TraceHeader{}.format) members.complain("format", TraceHeader{}.format.c_str());
  header.source = members.text("source");
  header.version = members.text("version");
  header.runtime = members.text("runtime");
  members.each_of("featureGates", [&](std::string name, const json::value& value) {
    if (!value.is_bool()) members.complain("featureGates", "gates that are true or false");
    header.feature_gates.push_back({std::move(name), value.is_bool() && value.get_bool()});
  });
  header.case_name = members.text("case");
  header.group = members.text("group");
  header.run = members.small_integer("run").value_or(1);
  if (const json::value* seed = members.find("seed")) {
    boost::system::error_code error;
    header.seed = seed->to_number<std::uint64_t>(error);
    if (error) members.complain("seed", "an integer of at most 64 bits");
  }
  header.ideal_latency = members.text("latency") == "ideal";
  header.observed_until = members.seconds("observedUntil", false);
  read_sight(members, header);
  if (const json::value* pods = members.find("pods")) {
    if (!pods->is_array()) members.complain("pods", "a list");
    for (const json::value& pod : pods->is_array() ? pods->get_array() : json::array{}) {
      if (!pod.is_object()) members.complain("pods", "a list of objects");
      if (pod.is_object()) header.pods.push_back(read_outline(Members{pod.get_object(), members.problem()}, "name"));
    }
  }
  return header;
}

/// Reads line after line into traces.
class Reader {
 public:
  explicit Reader(std::uint32_t file) : file_(file) {}

  void read_line(std::string_view line, std::uint32_t number) {
    number_ = number;
    line_ = line;
    boost::system::error_code error;
    json::parser parser;
    const std::size_t good = parser.write(line.data(), line.size(), error);
    if (error) return complain(RuleId::TraceNotJson, good + 1, "this is no JSON: " + error.message());
    const json::value value = parser.release();
    if (!value.is_object()) return complain(RuleId::TraceNotJson, 1, "a line of a trace must be a JSON object");
    read_object(value.get_object());
  }

  TracesRead finish() {
    for (Trace& trace : read_.traces) {
      trace.header.pods_inferred = trace.header.pods.empty();
      if (trace.header.pods_inferred) trace.header.pods = infer_outlines(trace.records);
      add_made_outlines(trace.records, trace.header.pods);
      split_by_role(trace.header.pods, trace.records);
    }
    if (read_.traces.empty() && read_.problems.empty()) {
      number_ = 0;
      complain(RuleId::TraceNoHeader, 0, "the file holds no trace");
    }
    return std::move(read_);
  }

 private:
  void read_object(const json::object& object) {
    std::string problem;
    const Members members{object, problem};
    const std::string type = members.required_text("type");
    if (type == "header") {
      read_.traces.push_back({read_header(members), {}});
    } else if (problem.empty() && read_.traces.empty()) {
      return complain(RuleId::TraceNoHeader, 1, "a trace begins with its header: {\"type\": \"header\", ...}");
    } else if (auto observation = read_observation(type, members)) {
      add_record(members, type, std::move(*observation));
    }
    if (!problem.empty()) complain(RuleId::TraceField, column_of(problem), problem);
  }

  void add_record(const Members& members, const std::string& type, Observation observation) {
    TraceRecord record;
    record.at = kTimeZero + members.seconds("t", true);
    record.seq = static_cast<std::uint64_t>(members.integer("seq").value_or(0));
    record.cause = static_cast<std::uint64_t>(members.integer("cause").value_or(0));
    record.rule = members.text("rule");
    if (type != "job") record.pod = members.text("pod");
    const auto& pods = read_.traces.back().header.pods;
    if (record.pod.empty() && type != "job" && pods.size() == 1) record.pod = pods.front().name;
    record.observation = std::move(observation);
    read_.traces.back().records.push_back(std::move(record));
  }

  /// Where the member that a problem names in backquotes stands on the line; 1 where it is absent.
  [[nodiscard]] std::size_t column_of(const std::string& problem) const {
    const std::size_t end = problem.find('`', 1);
    const std::size_t at = line_.find("\"" + problem.substr(1, end - 1) + "\"");
    return at == std::string_view::npos ? 1 : at + 1;
  }

  /// `column` counts bytes from 1.
  void complain(RuleId code, std::size_t column, std::string text) {
    std::uint32_t characters = column == 0 ? 0 : 1;
    for (std::size_t i = 0; i + 1 < column && i < line_.size(); ++i) {
      if ((static_cast<unsigned char>(line_[i]) & 0xc0U) != 0x80U) ++characters;
    }
    Diagnostic problem;
    problem.code = rule(code).id;
    problem.span = {file_, number_, characters, 1};
    problem.text = std::move(text);
    read_.problems.push_back(std::move(problem));
  }

  TracesRead read_;
  std::string_view line_;
  std::uint32_t file_, number_ = 0;
};

}  // namespace

TracesRead read_traces(std::string_view text, std::uint32_t file) {
  Reader reader{file};
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number;
    if (line.find_first_not_of(" \t") != std::string_view::npos) reader.read_line(line, number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace podlapse
