#include "podlapse/api/pod_template.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "podlapse/api/defaults.hpp"
#include "podlapse/api/quantity.hpp"
#include "podlapse/base/chance.hpp"
#include "validator.hpp"

namespace podlapse {
namespace {

using validation::bool_at;
using validation::int_at;
using validation::list_at;
using validation::object_at;

/// Seconds as the API has them; what does not fit into a SimDuration (292 years) is cut.
SimDuration seconds(std::int64_t count) {
  constexpr std::int64_t kMost = 9'000'000'000;
  return std::chrono::seconds{std::clamp(count, -kMost, kMost)};
}

std::vector<std::string> strings_at(const Value& object, std::string_view key) {
  std::vector<std::string> strings;
  for (const Value& item : list_at(object, key)) {
    if (item.is_string()) strings.push_back(item.as_string());
  }
  return strings;
}

std::optional<RestartPolicy> restart_policy(const std::string& text) {
  for (const RestartPolicy policy : {RestartPolicy::Always, RestartPolicy::OnFailure, RestartPolicy::Never}) {
    if (text == to_string(policy)) return policy;
  }
  return std::nullopt;
}

PullPolicy pull_policy(const std::string& text) {
  for (const PullPolicy policy : {PullPolicy::Always, PullPolicy::IfNotPresent, PullPolicy::Never}) {
    if (text == to_string(policy)) return policy;
  }
  return PullPolicy::IfNotPresent;
}

ContainerRestartRule restart_rule(const Value& rule) {
  ContainerRestartRule result;
  if (rule.string_at("action") == "RestartAllContainers") result.action = ContainerRestartRule::Action::RestartAllContainers;
  const Value* codes = object_at(rule, "exitCodes");
  if (codes == nullptr) return result;
  if (codes->string_at("operator") == "NotIn") result.op = ContainerRestartRule::Operator::NotIn;
  for (const Value& code : list_at(*codes, "values")) {
    if (code.is_int()) result.exit_codes.push_back(static_cast<std::int32_t>(code.as_int()));
  }
  return result;
}

std::optional<ProbeSpec> probe_at(const Value& container, std::string_view key) {
  const Value* probe = object_at(container, key);
  if (probe == nullptr) return std::nullopt;
  ProbeSpec result;
  result.handler = to_handler(*probe);
  result.initial_delay = seconds(int_at(*probe, "initialDelaySeconds").value_or(0));
  result.timeout = seconds(int_at(*probe, "timeoutSeconds").value_or(1));
  result.period = seconds(int_at(*probe, "periodSeconds").value_or(10));
  result.success_threshold = static_cast<std::int32_t>(int_at(*probe, "successThreshold").value_or(1));
  result.failure_threshold = static_cast<std::int32_t>(int_at(*probe, "failureThreshold").value_or(3));
  if (const auto grace = int_at(*probe, "terminationGracePeriodSeconds")) result.termination_grace_period = seconds(*grace);
  return result;
}

std::optional<Handler> hook_at(const Value& container, std::string_view key) {
  const Value* lifecycle = object_at(container, "lifecycle");
  const Value* hook = lifecycle == nullptr ? nullptr : object_at(*lifecycle, key);
  return hook == nullptr ? std::nullopt : std::optional{to_handler(*hook)};
}

std::optional<std::int64_t> memory_limit(const Value& container) {
  const Value* resources = object_at(container, "resources");
  const Value* limits = resources == nullptr ? nullptr : object_at(*resources, "limits");
  Quantity amount;
  std::string unused;
  if (limits == nullptr || !parse_quantity(limits->string_at("memory"), amount, unused)) return std::nullopt;
  return amount.nano > 0 ? std::optional{amount.value()} : std::nullopt;
}

void add_reference(const Value* ref, ObjectReference::Kind kind, ContainerSpec& spec) {
  if (ref == nullptr || bool_at(*ref, "optional")) return;
  spec.references.push_back({kind, ref->string_at("name"), ref->string_at("key")});
}

/// What must exist before the container can be created: envFrom comes first, as the kubelet reads it
/// (kubelet_pods.go makeEnvironmentVariables).
void add_references(const Value& container, ContainerSpec& spec) {
  for (const Value& source : list_at(container, "envFrom")) {
    add_reference(object_at(source, "configMapRef"), ObjectReference::Kind::ConfigMap, spec);
    add_reference(object_at(source, "secretRef"), ObjectReference::Kind::Secret, spec);
  }
  for (const Value& variable : list_at(container, "env")) {
    const Value* from = object_at(variable, "valueFrom");
    if (from == nullptr) continue;
    add_reference(object_at(*from, "configMapKeyRef"), ObjectReference::Kind::ConfigMap, spec);
    add_reference(object_at(*from, "secretKeyRef"), ObjectReference::Kind::Secret, spec);
  }
}

std::vector<EnvVar> env_of(const Value& container) {
  std::vector<EnvVar> env;
  for (const Value& variable : list_at(container, "env")) {
    EnvVar& entry = env.emplace_back(EnvVar{variable.string_at("name"), variable.string_at("value"), {}});
    const Value* from = object_at(variable, "valueFrom");
    if (from == nullptr) continue;
    entry.value.reset();
    if (const Value* field = object_at(*from, "fieldRef")) entry.field_path = field->string_at("fieldPath");
  }
  return env;
}

std::map<std::string, std::string> texts_at(const Value& object, std::string_view key) {
  std::map<std::string, std::string> texts;
  const Value* entries = object_at(object, key);
  if (entries == nullptr) return texts;
  for (const Value::Member& entry : entries->members()) {
    if (entry.value.is_string()) texts[entry.key] = entry.value.as_string();
  }
  return texts;
}

ContainerSpec to_container(const Value& container, ContainerKind kind) {
  ContainerSpec spec;
  spec.name = container.string_at("name");
  spec.restart_policy = restart_policy(container.string_at("restartPolicy"));
  const bool is_sidecar = kind == ContainerKind::Init && spec.restart_policy == RestartPolicy::Always;
  spec.kind = is_sidecar ? ContainerKind::Sidecar : kind;
  spec.image = container.string_at("image");
  spec.image_pull_policy = pull_policy(container.string_at("imagePullPolicy"));
  spec.command = strings_at(container, "command");
  spec.args = strings_at(container, "args");
  for (const Value& rule : list_at(container, "restartPolicyRules")) spec.restart_policy_rules.push_back(restart_rule(rule));
  spec.startup_probe = probe_at(container, "startupProbe");
  spec.readiness_probe = probe_at(container, "readinessProbe");
  spec.liveness_probe = probe_at(container, "livenessProbe");
  spec.post_start = hook_at(container, "postStart");
  spec.pre_stop = hook_at(container, "preStop");
  spec.memory_limit_bytes = memory_limit(container);
  spec.message_falls_back_to_log = container.string_at("terminationMessagePolicy") == "FallbackToLogsOnError";
  add_references(container, spec);
  spec.env = env_of(container);
  spec.env_from = !list_at(container, "envFrom").empty();
  for (const Value& mount : list_at(container, "volumeMounts")) {
    spec.volume_mounts.push_back({mount.string_at("name"), mount.string_at("mountPath"), mount.string_at("subPathExpr")});
  }
  for (const Value& device : list_at(container, "volumeDevices")) {
    spec.volume_mounts.push_back({device.string_at("name"), device.string_at("devicePath"), {}});
  }
  return spec;
}

/// The object that a volume's source or a projected source shows, and the keys it asks for.
void add_volume_reference(const Value* source, ObjectReference::Kind kind, const char* name, Volume& volume) {
  if (source == nullptr || bool_at(*source, "optional")) return;
  volume.references.push_back({kind, source->string_at(name), {}});
  for (const Value& item : list_at(*source, "items")) {
    volume.references.push_back({kind, source->string_at(name), item.string_at("key")});
  }
}

Volume to_volume(const Value& volume, const std::vector<ContainerSpec>& containers) {
  Volume result;
  result.name = volume.string_at("name");
  for (const Value::Member& member : volume.members()) {
    if (member.key != "name") result.source = member.key;
  }
  using Kind = ObjectReference::Kind;
  add_volume_reference(object_at(volume, "configMap"), Kind::ConfigMap, "name", result);
  add_volume_reference(object_at(volume, "secret"), Kind::Secret, "secretName", result);
  add_volume_reference(object_at(volume, "persistentVolumeClaim"), Kind::PersistentVolumeClaim, "claimName", result);
  if (const Value* projected = object_at(volume, "projected")) {
    for (const Value& source : list_at(*projected, "sources")) {
      add_volume_reference(object_at(source, "configMap"), Kind::ConfigMap, "name", result);
      add_volume_reference(object_at(source, "secret"), Kind::Secret, "name", result);
    }
  }
  result.mounted = std::any_of(containers.begin(), containers.end(), [&](const ContainerSpec& container) {
    return std::any_of(container.volume_mounts.begin(), container.volume_mounts.end(),
                       [&](const VolumeMount& mount) { return mount.volume == result.name; });
  });
  return result;
}

std::string port_text(const Value& action) {
  const Value* port = action.find("port");
  if (port == nullptr) return "";
  return port->is_int() ? std::to_string(port->as_int()) : port->is_string() ? port->as_string() : "";
}

}  // namespace

Handler to_handler(const Value& holder) {
  Handler handler;
  if (const Value* exec = object_at(holder, "exec")) {
    handler.command = strings_at(*exec, "command");
  } else if (const Value* http = object_at(holder, "httpGet")) {
    handler.kind = HandlerKind::HttpGet;
    handler.scheme = http->string_at("scheme");
    handler.host = http->string_at("host");
    handler.path = http->string_at("path");
    handler.port = port_text(*http);
  } else if (const Value* tcp = object_at(holder, "tcpSocket")) {
    handler.kind = HandlerKind::TcpSocket;
    handler.host = tcp->string_at("host");
    handler.port = port_text(*tcp);
  } else if (const Value* grpc = object_at(holder, "grpc")) {
    handler.kind = HandlerKind::Grpc;
    handler.service = grpc->string_at("service");
    handler.port = port_text(*grpc);
  } else if (const Value* sleep = object_at(holder, "sleep")) {
    handler.kind = HandlerKind::Sleep;
    handler.sleep = seconds(int_at(*sleep, "seconds").value_or(0));
  }
  return handler;
}

PodSpec to_pod_spec(const Value& pod) {
  const Value& meta = validation::part_of(pod, "metadata");
  const Value& spec = validation::part_of(pod, "spec");
  PodSpec result;
  result.name = meta.string_at("name");
  if (!meta.string_at("namespace").empty()) result.namespace_name = meta.string_at("namespace");
  result.uid = meta.string_at("uid");
  result.labels = texts_at(meta, "labels");
  result.annotations = texts_at(meta, "annotations");
  if (result.uid.empty()) result.uid = make_uid("Pod", result.namespace_name, result.name);
  result.has_finalizers = !list_at(meta, "finalizers").empty();
  for (const Value& container : list_at(spec, "initContainers")) {
    result.containers.push_back(to_container(container, ContainerKind::Init));
  }
  for (const Value& container : list_at(spec, "containers")) {
    result.containers.push_back(to_container(container, ContainerKind::Main));
  }
  for (const Value& container : list_at(spec, "ephemeralContainers")) {
    result.containers.push_back(to_container(container, ContainerKind::Ephemeral));
  }
  for (const Value& volume : list_at(spec, "volumes")) result.volumes.push_back(to_volume(volume, result.containers));
  result.restart_policy = restart_policy(spec.string_at("restartPolicy")).value_or(RestartPolicy::Always);
  if (const auto grace = int_at(spec, "terminationGracePeriodSeconds")) result.termination_grace_period = seconds(*grace);
  if (const auto deadline = int_at(spec, "activeDeadlineSeconds")) result.active_deadline = seconds(*deadline);
  result.host_network = bool_at(spec, "hostNetwork");
  const Value* token = spec.find("automountServiceAccountToken");
  // util.GetPodVolumeNames: what no container mounts is not waited for. The token is mounted into each.
  const bool mounted = std::any_of(result.volumes.begin(), result.volumes.end(), [](const Volume& volume) { return volume.mounted; });
  result.mounts_volumes = mounted || token == nullptr || !token->is_bool() || token->as_bool();
  for (const Value& secret : list_at(spec, "imagePullSecrets")) result.image_pull_secrets.push_back(secret.string_at("name"));
  if (!spec.string_at("serviceAccountName").empty()) result.service_account = spec.string_at("serviceAccountName");
  for (const Value& gate : list_at(spec, "readinessGates")) result.readiness_gates.push_back(gate.string_at("conditionType"));
  for (const Value& gate : list_at(spec, "schedulingGates")) result.scheduling_gates.push_back(gate.string_at("name"));
  result.priority = static_cast<std::int32_t>(int_at(spec, "priority").value_or(0));
  result.qos_class = qos_class(spec);
  if (!spec.string_at("nodeName").empty()) result.node_name = spec.string_at("nodeName");
  return result;
}

std::string make_uid(std::string_view kind, std::string_view namespace_name, std::string_view name) {
  const StreamId object = stream_id(name, stream_id("/", stream_id(namespace_name, stream_id("/", stream_id(kind)))));
  const Chance chance{std::uint64_t{0}};
  const std::array<std::uint64_t, 2> halves = {chance.bits(object, 0), chance.bits(object, 1)};
  std::string text;
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
    std::uint64_t nibble = (halves.at(static_cast<std::size_t>(digit / 16)) >> (4 * (digit % 16))) & 0xFU;
    if (digit == 12) nibble = 4;                    // version: random
    if (digit == 16) nibble = 8U | (nibble & 0x3U);  // variant: RFC 4122
    text += "0123456789abcdef"[nibble];
  }
  return text;
}

std::string name_suffix(std::string_view seed, std::size_t length) {
  // No vowels, so that no word comes out, and no 0, 1 and 3.
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  const Chance chance{std::uint64_t{0}};
  const StreamId stream = stream_id(seed, stream_id("name-suffix"));
  std::string suffix;
  for (std::size_t i = 0; i < length; ++i) suffix += kLetters[chance.bits(stream, i) % kLetters.size()];
  return suffix;
}

}  // namespace podlapse
