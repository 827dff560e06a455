#include "podlapse/kubelet/cached_status.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {

namespace {

bool same_condition(const CachedCondition& a, const CachedCondition& b) {
  return a.type == b.type && a.is_true == b.is_true && a.reason == b.reason && a.unknown == b.unknown &&
         a.unready == b.unready && a.message == b.message;
}

/// Go's %v of a list of strings: "[a b c]".
std::string list_of_names(const ContainerSet& containers, const PodSpec& pod) {
  std::string text = "[";
  for (ContainerIndex container = 0; container < pod.containers.size(); ++container) {
    if (!containers.contains(container)) continue;
    if (text.size() > 1) text += ' ';
    text += pod.containers[container].name;
  }
  return text + "]";
}

/// lifecycle/handlers.go Run: how a failed hook is named.
std::string hook_name(const Handler& handler) {
  switch (handler.kind) {
    case HandlerKind::Exec: {
      std::string command;
      for (const std::string& word : handler.command) command += (command.empty() ? "" : " ") + word;
      return "Exec lifecycle hook ([" + command + "])";
    }
    case HandlerKind::HttpGet: return "HTTP lifecycle hook (" + handler.path + ")";
    case HandlerKind::Sleep:
      return "Sleep lifecycle hook (" +
             std::to_string(std::chrono::duration_cast<std::chrono::seconds>(handler.sleep).count()) + ")";
    case HandlerKind::TcpSocket:
    case HandlerKind::Grpc: return "lifecycle hook";
  }
  fail_check("HandlerKind", __FILE__, __LINE__);
}

std::string post_start_message(const std::string& error, const ContainerSpec& container, const PodSpec& pod) {
  const std::string hook = container.post_start ? hook_name(*container.post_start) : "lifecycle hook";
  return hook + " for Container " + go_quote(container.name) + " in Pod " + go_quote(format_pod(pod)) +
         " failed - error: " + error;
}

std::string container_id(InstanceId instance) {
  if (instance == InstanceId::None) return {};
  return "podlapse://" + std::to_string(static_cast<std::uint32_t>(instance));
}

WallTime wall_second(SimTime time, const WallClock& clock) {
  return clock.at(truncate_to_second(time, clock));
}

ContainerState render_state(const CachedContainerState& state, ContainerIndex container, const RenderContext& context) {
  ContainerState out;
  out.kind = state.kind;
  out.reason = to_string(state.reason);
  out.message = render_message(state.message, container, context);
  if (state.started_at) out.started_at = wall_second(*state.started_at, context.clock);
  if (state.kind != ContainerState::Kind::Terminated) return out;
  out.exit_code = state.exit_code;
  out.container_id = container_id(state.instance);
  if (state.finished_at) out.finished_at = wall_second(*state.finished_at, context.clock);
  // A run that never began: the runtime reports the time 0, and the API shows it.
  if (state.instance != InstanceId::None && !state.started_at) out.started_at = WallTime{};
  return out;
}

ContainerStatus render_container(const CachedContainerStatus& status, ContainerIndex container,
                                 const RenderContext& context) {
  const ContainerSpec& spec = context.pod.containers[container];
  ContainerStatus out;
  out.name = spec.name;
  out.image = status.image != 0 ? context.texts[status.image] : spec.image;
  out.state = render_state(status.state, container, context);
  out.last_state = render_state(status.last_state, container, context);
  out.ready = status.ready;
  out.started = status.started;
  out.restart_count = status.restart_count;
  out.container_id = container_id(status.instance);
  return out;
}

void render_containers(const CachedPodStatus& status, const RenderContext& context, PodStatus& out) {
  for (ContainerIndex i = 0; i < status.containers.size(); ++i) {
    if (!status.containers[i].present) continue;
    ContainerStatus container = render_container(status.containers[i], i, context);
    switch (context.pod.containers[i].kind) {
      case ContainerKind::Init:
      case ContainerKind::Sidecar: out.init_container_statuses.push_back(std::move(container)); break;
      case ContainerKind::Main: out.container_statuses.push_back(std::move(container)); break;
      case ContainerKind::Ephemeral: out.ephemeral_container_statuses.push_back(std::move(container)); break;
    }
  }
  const auto by_name = [](const ContainerStatus& a, const ContainerStatus& b) { return a.name < b.name; };
  std::sort(out.container_statuses.begin(), out.container_statuses.end(), by_name);
  std::sort(out.ephemeral_container_statuses.begin(), out.ephemeral_container_statuses.end(), by_name);
}

PodCondition render_condition(const CachedCondition& condition, const RenderContext& context) {
  PodCondition out;
  out.type = to_string(condition.type);
  out.status = condition.is_true ? "True" : "False";
  out.reason = to_string(condition.reason);
  out.message = render_condition_message(condition, context.pod);
  out.last_transition_time = wall_second(condition.last_transition, context.clock);
  if (condition.type != ConditionType::AllContainersRestarting) out.observed_generation = context.pod.generation;
  return out;
}

}  // namespace

const CachedCondition* CachedPodStatus::find(ConditionType type) const {
  for (const CachedCondition& condition : conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

const char* to_string(PodPhase phase) {
  switch (phase) {
    case PodPhase::Pending: return "Pending";
    case PodPhase::Running: return "Running";
    case PodPhase::Succeeded: return "Succeeded";
    case PodPhase::Failed: return "Failed";
    case PodPhase::Unknown: return "Unknown";
  }
  fail_check("PodPhase", __FILE__, __LINE__);
}

const char* to_string(PodReason reason) {
  switch (reason) {
    case PodReason::None: return "";
    case PodReason::Evicted: return "Evicted";
    case PodReason::DeadlineExceeded: return "DeadlineExceeded";
    case PodReason::Preempting: return "Preempting";
    case PodReason::Terminated: return "Terminated";
    case PodReason::NodeShutdown: return "NodeShutdown";
  }
  fail_check("PodReason", __FILE__, __LINE__);
}

const char* to_string(StateReason reason) {
  switch (reason) {
    case StateReason::None: return "";
    case StateReason::ContainerCreating: return "ContainerCreating";
    case StateReason::PodInitializing: return "PodInitializing";
    case StateReason::CrashLoopBackOff: return "CrashLoopBackOff";
    case StateReason::ErrImagePull: return "ErrImagePull";
    case StateReason::ImagePullBackOff: return "ImagePullBackOff";
    case StateReason::ErrImageNeverPull: return "ErrImageNeverPull";
    case StateReason::InvalidImageName: return "InvalidImageName";
    case StateReason::ImageInspectError: return "ImageInspectError";
    case StateReason::RegistryUnavailable: return "RegistryUnavailable";
    case StateReason::SignatureValidationFailed: return "SignatureValidationFailed";
    case StateReason::CreateContainerConfigError: return "CreateContainerConfigError";
    case StateReason::CreateContainerError: return "CreateContainerError";
    case StateReason::PreCreateHookError: return "PreCreateHookError";
    case StateReason::PreStartHookError: return "PreStartHookError";
    case StateReason::PostStartHookError: return "PostStartHookError";
    case StateReason::RunContainerError: return "RunContainerError";
    case StateReason::RestartingAllContainers: return "RestartingAllContainers";
    case StateReason::Completed: return "Completed";
    case StateReason::Error: return "Error";
    case StateReason::OOMKilled: return "OOMKilled";
    case StateReason::StartError: return "StartError";
    case StateReason::ContainerCannotRun: return "ContainerCannotRun";
    case StateReason::ContainerStatusUnknown: return "ContainerStatusUnknown";
  }
  fail_check("StateReason", __FILE__, __LINE__);
}

const char* to_string(ConditionType type) {
  switch (type) {
    case ConditionType::DisruptionTarget: return "DisruptionTarget";
    case ConditionType::PodReadyToStartContainers: return "PodReadyToStartContainers";
    case ConditionType::Initialized: return "Initialized";
    case ConditionType::Ready: return "Ready";
    case ConditionType::ContainersReady: return "ContainersReady";
    case ConditionType::PodScheduled: return "PodScheduled";
    case ConditionType::AllContainersRestarting: return "AllContainersRestarting";
  }
  fail_check("ConditionType", __FILE__, __LINE__);
}

const char* to_string(ConditionReason reason) {
  switch (reason) {
    case ConditionReason::None: return "";
    case ConditionReason::UnknownContainerStatuses: return "UnknownContainerStatuses";
    case ConditionReason::PodCompleted: return "PodCompleted";
    case ConditionReason::PodFailed: return "PodFailed";
    case ConditionReason::ContainersNotInitialized: return "ContainersNotInitialized";
    case ConditionReason::ContainersNotReady: return "ContainersNotReady";
    case ConditionReason::ReadinessGatesNotReady: return "ReadinessGatesNotReady";
    case ConditionReason::RestartAllContainersStarted: return "RestartAllContainersStarted";
    case ConditionReason::TerminationByKubelet: return "TerminationByKubelet";
    case ConditionReason::PreemptionByScheduler: return "PreemptionByScheduler";
    case ConditionReason::DeletionByTaintManager: return "DeletionByTaintManager";
    case ConditionReason::EvictionByEvictionAPI: return "EvictionByEvictionAPI";
    case ConditionReason::DeletionByPodGC: return "DeletionByPodGC";
    case ConditionReason::SchedulingGated: return "SchedulingGated";
  }
  fail_check("ConditionReason", __FILE__, __LINE__);
}

StateReason state_reason(ExitReason reason) {
  switch (reason) {
    case ExitReason::None: return StateReason::None;
    case ExitReason::Completed: return StateReason::Completed;
    case ExitReason::Error: return StateReason::Error;
    case ExitReason::OOMKilled: return StateReason::OOMKilled;
    case ExitReason::StartError: return StateReason::StartError;
    case ExitReason::ContainerCannotRun: return StateReason::ContainerCannotRun;
  }
  fail_check("ExitReason", __FILE__, __LINE__);
}

bool same_status(const CachedPodStatus& a, const CachedPodStatus& b) {
  return a.phase == b.phase && a.reason == b.reason && a.has_ip == b.has_ip && a.start_time == b.start_time &&
         a.message == b.message && a.containers == b.containers && a.conditions.size() == b.conditions.size() &&
         std::equal(a.conditions.begin(), a.conditions.end(), b.conditions.begin(), same_condition);
}

std::string go_quote(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default: out += c;
    }
  }
  return out + '"';
}

std::string format_pod(const PodSpec& pod) {
  return pod.name + "_" + pod.namespace_name + "(" + pod.uid + ")";
}

std::string render_message(const StatusMessage& message, ContainerIndex container, const RenderContext& context) {
  using Kind = StatusMessage::Kind;
  if (message.kind == Kind::None) return {};
  const std::string& text = context.texts.at(message.text);
  const ContainerSpec& spec = context.pod.containers.at(container);
  switch (message.kind) {
    case Kind::None: return {};
    case Kind::Text: return text;
    case Kind::CrashLoopBackOff:
      return "back-off " + format_go_duration(message.duration) + " restarting failed container=" + spec.name +
             " pod=" + format_pod(context.pod);
    case Kind::BackOffPullingImage:
      return "Back-off pulling image " + go_quote(spec.image) + ": " + to_string(message.inner) + ": " + text;
    case Kind::ImageNeverPresent:
      return "Container image " + go_quote(spec.image) + " is not present with pull policy of Never";
    case Kind::InvalidImageName: return "Failed to apply default image tag " + go_quote(spec.image) + ": " + text;
    case Kind::ImageInspect: return "Failed to inspect image " + go_quote(spec.image) + ": " + text;
    case Kind::PostStartHook: return post_start_message(text, spec, context.pod);
    case Kind::LostWhenTerminated: return "The container could not be located when the pod was terminated";
    case Kind::LostWhenDeleted:
      return "The container could not be located when the pod was deleted.  The container used to be Running";
    case Kind::InitStatusUnavailable:
      return "Unable to get init container status from container runtime and pod has been initialized, "
             "treat it as exited normally";
    case Kind::RemovedByRestartAll: return "The container is removed because RestartAllContainers in place";
  }
  fail_check("StatusMessage::Kind", __FILE__, __LINE__);
}

std::string render_condition_message(const CachedCondition& condition, const PodSpec& pod) {
  if (condition.unknown.empty() && condition.unready.empty()) return condition.message;
  std::string text;
  if (!condition.unknown.empty()) text = "containers with unknown status: " + list_of_names(condition.unknown, pod);
  if (!condition.unready.empty()) {
    const char* what = condition.type == ConditionType::Initialized ? "incomplete" : "unready";
    text += text.empty() ? "" : ", ";
    text += std::string{"containers with "} + what + " status: " + list_of_names(condition.unready, pod);
  }
  return text;
}

PodStatus render_pod_status(const CachedPodStatus& status, const std::vector<PodCondition>& foreign,
                            const RenderContext& context) {
  PodStatus out;
  out.phase = to_string(status.phase);
  out.reason = to_string(status.reason);
  out.message = status.message;
  out.conditions = foreign;
  for (const CachedCondition& condition : status.conditions) {
    out.conditions.push_back(render_condition(condition, context));
  }
  render_containers(status, context, out);
  out.qos_class = context.pod.qos_class;
  if (!status.start_time) return out;  // the kubelet has not written yet
  out.start_time = wall_second(*status.start_time, context.clock);
  out.host_ip = context.host_ip;
  if (context.pod.host_network) {
    out.pod_ip = context.host_ip;
  } else if (status.has_ip) {
    out.pod_ip = context.pod_ip;
  }
  out.observed_generation = context.pod.generation;
  return out;
}

}  // namespace podlapse
