#include "podlapse/report/columns.hpp"

#include <algorithm>
#include <utility>

#include "fields.hpp"
#include "podlapse/report/pod_object.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;

/// Restarts, and the end of the latest run that was followed by one.
struct Restarts {
  std::int64_t count = 0;
  std::optional<WallTime> last;

  void add(const ContainerStatus& status) {
    count += status.restart_count;
    if (status.last_state.kind != Kind::Terminated || !status.last_state.finished_at) return;
    if (!last || *last < *status.last_state.finished_at) last = status.last_state.finished_at;
  }
};

/// What the printer has found out so far.
struct Printed {
  std::string status;
  RuleId because = RuleId::ColumnPhase;
  Restarts restarts;
  std::int32_t ready = 0;
};

bool is_sidecar(const PodOutline& pod, const std::string& name) {
  return std::any_of(pod.containers.begin(), pod.containers.end(), [&](const PodOutline::Container& container) {
    return container.kind == ContainerKind::Sidecar && container.name == name;
  });
}

std::ptrdiff_t count_kind(const PodOutline& pod, ContainerKind kind) {
  return std::count_if(pod.containers.begin(), pod.containers.end(),
                       [&](const PodOutline::Container& container) { return container.kind == kind; });
}

bool has_true(const PodStatus& status, const char* type) {
  const PodCondition* condition = find_condition(status, type);
  return condition && condition->status == "True";
}

/// The printer takes any condition of type Ready, though it takes the first of any other type.
bool shows_ready(const PodStatus& status) {
  return std::any_of(status.conditions.begin(), status.conditions.end(), [](const PodCondition& condition) {
    return condition.type == "Ready" && condition.status == "True";
  });
}

/// The word for an end: its reason, else its signal, else its exit code.
std::string end_word(const ContainerState& state) {
  if (!state.reason.empty()) return state.reason;
  if (state.signal != 0) return "Signal:" + std::to_string(state.signal);
  return "ExitCode:" + std::to_string(state.exit_code);
}

/// Phase and Pod reason, before any container is looked at.
Printed from_phase(const PodStatus& status) {
  Printed printed;
  printed.status = status.phase;
  if (!status.reason.empty()) {
    printed.status = status.reason;
    printed.because = RuleId::ColumnReason;
  }
  for (const PodCondition& condition : status.conditions) {
    if (condition.type != "PodScheduled" || condition.reason != "SchedulingGated") continue;
    printed.status = condition.reason;
    printed.because = RuleId::ColumnSchedulingGated;
  }
  return printed;
}

/// True when this init container or sidecar is what the Pod waits for; then it is the last that is looked at.
bool print_init(const ContainerStatus& init, bool sidecar, std::size_t position, std::ptrdiff_t total,
                Printed& printed) {
  if (init.state.kind == Kind::Terminated && init.state.exit_code == 0) return false;
  if (sidecar && init.started.value_or(false)) {
    if (init.ready) ++printed.ready;
    return false;
  }
  if (init.state.kind == Kind::Terminated) {
    printed.status = "Init:" + end_word(init.state);
    printed.because = RuleId::ColumnInitFailed;
  } else if (init.state.kind == Kind::Waiting && !init.state.reason.empty() && init.state.reason != "PodInitializing") {
    printed.status = "Init:" + init.state.reason;
    printed.because = RuleId::ColumnInitWaiting;
  } else {
    printed.status = "Init:" + std::to_string(position) + "/" + std::to_string(total);
    printed.because = RuleId::ColumnInitProgress;
  }
  return true;
}

/// True while an init container or sidecar holds the Pod up. `sidecar_restarts` are those that count once it is
/// initialized.
bool print_inits(const PodOutline& pod, const PodStatus& status, Printed& printed, Restarts& sidecar_restarts) {
  const std::ptrdiff_t total = count_kind(pod, ContainerKind::Init) + count_kind(pod, ContainerKind::Sidecar);
  for (std::size_t i = 0; i < status.init_container_statuses.size(); ++i) {
    const ContainerStatus& init = status.init_container_statuses[i];
    const bool sidecar = is_sidecar(pod, init.name);
    printed.restarts.add(init);
    if (sidecar) sidecar_restarts.add(init);
    if (print_init(init, sidecar, i, total, printed)) return true;
  }
  return false;
}

/// From the last main to the first, so that the first has the last word.
void print_mains(const PodStatus& status, Printed& printed) {
  bool has_running = false;
  std::string error;
  for (auto main = status.container_statuses.rbegin(); main != status.container_statuses.rend(); ++main) {
    printed.restarts.add(*main);
    if (main->state.kind == Kind::Waiting && !main->state.reason.empty()) {
      printed.status = main->state.reason;
      printed.because = RuleId::ColumnContainer;
    } else if (main->state.kind == Kind::Terminated) {
      printed.status = end_word(main->state);
      printed.because = RuleId::ColumnContainer;
      if (main->state.exit_code != 0) error = printed.status;
    } else if (main->ready && main->state.kind == Kind::Running) {
      has_running = true;
      ++printed.ready;
    }
  }
  if (printed.status != "Completed") return;
  if (has_running && shows_ready(status)) {
    printed.status = "Running";
    printed.because = RuleId::ColumnRunningStill;
  } else if (!error.empty()) {
    printed.status = error;
    printed.because = RuleId::ColumnErrorFirst;
  } else if (has_running) {
    printed.status = "NotReady";
    printed.because = RuleId::ColumnNotReady;
  }
}

Printed print(const PodOutline& pod, const PodStatus& status, bool deleting) {
  Printed printed = from_phase(status);
  Restarts sidecar_restarts;
  const bool initializing = print_inits(pod, status, printed, sidecar_restarts);
  if (!initializing || has_true(status, "Initialized")) {
    printed.restarts = sidecar_restarts;
    print_mains(status, printed);
  }
  if (deleting && status.reason == "NodeLost") {
    printed.status = "Unknown";
    printed.because = RuleId::ColumnNodeLost;
  } else if (deleting && status.phase != "Succeeded" && status.phase != "Failed") {
    printed.status = "Terminating";
    printed.because = RuleId::ColumnTerminating;
  }
  return printed;
}

std::string restarts_cell(const Restarts& restarts, WallTime now) {
  std::string count = std::to_string(restarts.count);
  if (restarts.count == 0 || !restarts.last) return count;
  return count + " (" + human_duration(now - *restarts.last) + " ago)";
}

std::string gates_cell(const PodRow& row) {
  if (row.readiness_gates.empty()) return "<none>";
  const auto held = std::count_if(row.readiness_gates.begin(), row.readiness_gates.end(),
                                  [&](const std::string& gate) { return has_true(row.status, gate.c_str()); });
  return std::to_string(held) + "/" + std::to_string(row.readiness_gates.size());
}

std::string or_none(const std::string& text) {
  return text.empty() ? "<none>" : text;
}

/// "3h5m", or "3h" when nothing is left over.
std::string two_units(std::int64_t large, char large_unit, std::int64_t small, char small_unit) {
  const std::string head = std::to_string(large) + large_unit;
  return small == 0 ? head : head + std::to_string(small) + small_unit;
}

void add_containers(const Value& spec, const char* list, ContainerKind kind, PodOutline& out) {
  for (const Value& container : fields::list_at(spec, list)) {
    const bool sidecar = kind == ContainerKind::Init && container.string_at("restartPolicy") == "Always";
    out.containers.push_back({container.string_at("name"), sidecar ? ContainerKind::Sidecar : kind});
  }
}

}  // namespace

PodRow pod_row_from(const Value& pod) {
  const Value& metadata = fields::object_at(pod, "metadata");
  const Value& spec = fields::object_at(pod, "spec");
  PodRow row;
  row.pod.name = metadata.string_at("name");
  add_containers(spec, "initContainers", ContainerKind::Init, row.pod);
  add_containers(spec, "containers", ContainerKind::Main, row.pod);
  for (const Value& gate : fields::list_at(spec, "readinessGates")) {
    row.readiness_gates.push_back(gate.string_at("conditionType"));
  }
  row.status = pod_status_from(fields::object_at(pod, "status"));
  row.deleting = fields::time_at(metadata, "deletionTimestamp").has_value();
  row.created_at = fields::time_at(metadata, "creationTimestamp");
  row.node_name = spec.string_at("nodeName");
  return row;
}

std::vector<std::string> column_heads(bool wide) {
  std::vector<std::string> heads{"NAME", "READY", "STATUS", "RESTARTS", "AGE"};
  if (wide) heads.insert(heads.end(), {"IP", "NODE", "NOMINATED NODE", "READINESS GATES"});
  return heads;
}

std::vector<std::string> column_cells(const PodColumns& columns, bool wide) {
  std::vector<std::string> cells{columns.name, columns.ready, columns.status, columns.restarts, columns.age};
  if (wide) cells.insert(cells.end(), {columns.ip, columns.node, columns.nominated_node, columns.readiness_gates});
  return cells;
}

PodColumns columns(const PodRow& row, WallTime now) {
  const Printed printed = print(row.pod, row.status, row.deleting);
  const std::ptrdiff_t total = count_kind(row.pod, ContainerKind::Main) + count_kind(row.pod, ContainerKind::Sidecar);
  PodColumns out;
  out.name = row.pod.name;
  out.ready = std::to_string(printed.ready) + "/" + std::to_string(total);
  out.status = printed.status;
  out.restarts = restarts_cell(printed.restarts, now);
  out.age = row.created_at ? human_duration(now - *row.created_at) : "<unknown>";
  out.ip = or_none(row.status.pod_ip);
  out.node = or_none(row.node_name);
  out.nominated_node = or_none(row.status.nominated_node_name);
  out.readiness_gates = gates_cell(row);
  out.status_because = printed.because;
  return out;
}

Decided<std::string> status_column(const PodOutline& pod, const PodStatus& status, bool deleting) {
  Printed printed = print(pod, status, deleting);
  return {std::move(printed.status), printed.because};
}

std::string human_duration(SimDuration duration) {
  constexpr std::int64_t kYear = 365;
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return std::to_string(seconds) + "s";
  const std::int64_t minutes = seconds / 60;
  if (minutes < 10) return two_units(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return std::to_string(minutes) + "m";
  const std::int64_t hours = minutes / 60;
  if (hours < 8) return two_units(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return std::to_string(hours) + "h";
  const std::int64_t days = hours / 24;
  if (days < 8) return two_units(days, 'd', hours % 24, 'h');
  if (days < 2 * kYear) return std::to_string(days) + "d";
  if (days < 8 * kYear) return two_units(days / kYear, 'y', days % kYear, 'd');
  return std::to_string(days / kYear) + "y";
}

}  // namespace podlapse
