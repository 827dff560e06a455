// A Pod's specification as the simulator needs it: core/v1 names, defaults already applied. Plain values; nothing here
// decides anything. What a manifest says beyond this is kept by the reader as a document and named as "not modelled".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// core/v1 RestartPolicy, of a Pod or of one container.
enum class RestartPolicy : std::uint8_t { Always, OnFailure, Never };

/// core/v1 PullPolicy.
enum class PullPolicy : std::uint8_t { Always, IfNotPresent, Never };

/// What role a container plays. Init: spec.initContainers without restartPolicy Always. Sidecar: with it
/// (pkg/api/v1/pod/util.go IsRestartableInitContainer). Main: spec.containers. Ephemeral: added by the subresource.
enum class ContainerKind : std::uint8_t { Init, Sidecar, Main, Ephemeral };

/// Index into PodSpec::containers.
using ContainerIndex = std::uint32_t;
inline constexpr ContainerIndex kNoContainer = static_cast<ContainerIndex>(-1);
/// As many containers of all kinds as a Pod may have here; sets of them are bits.
inline constexpr ContainerIndex kContainersMax = 256;

/// core/v1 ContainerRestartRule (KEP-5307, KEP-5532).
struct ContainerRestartRule {
  enum class Action : std::uint8_t { Restart, RestartAllContainers };
  enum class Operator : std::uint8_t { In, NotIn };
  Action action = Action::Restart;
  Operator op = Operator::In;
  std::vector<std::int32_t> exit_codes;

  friend bool operator==(const ContainerRestartRule&, const ContainerRestartRule&) = default;
};

/// Which of the handlers a probe or hook has.
enum class HandlerKind : std::uint8_t { Exec, HttpGet, TcpSocket, Grpc, Sleep };

struct Handler {
  HandlerKind kind = HandlerKind::Exec;
  std::vector<std::string> command;  ///< Exec
  std::string scheme = "HTTP", host, path, port, service;  ///< HttpGet, TcpSocket, Grpc; port: number or name
  SimDuration sleep{};               ///< Sleep

  friend bool operator==(const Handler&, const Handler&) = default;
};

enum class ProbeKind : std::uint8_t { Startup, Readiness, Liveness };
inline constexpr ProbeKind kProbeKinds[] = {ProbeKind::Startup, ProbeKind::Readiness, ProbeKind::Liveness};

/// core/v1 Probe, defaults applied.
struct ProbeSpec {
  Handler handler;
  SimDuration initial_delay{};
  SimDuration timeout = std::chrono::seconds{1};
  SimDuration period = std::chrono::seconds{10};
  std::int32_t success_threshold = 1;
  std::int32_t failure_threshold = 3;
  std::optional<SimDuration> termination_grace_period;

  friend bool operator==(const ProbeSpec&, const ProbeSpec&) = default;
};

/// An object of the Pod's namespace that a container or a volume cannot do without (optional ones are left out).
struct ObjectReference {
  enum class Kind : std::uint8_t { ConfigMap, Secret, PersistentVolumeClaim, ServiceAccount };
  Kind kind = Kind::ConfigMap;
  std::string name;
  std::string key;  ///< empty: the whole object

  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

/// "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount".
[[nodiscard]] const char* to_string(ObjectReference::Kind kind);

/// core/v1 EnvVar. Of the values of ConfigMaps and Secrets nothing is known.
struct EnvVar {
  std::string name;
  std::optional<std::string> value;  ///< as written: $(NAME) stands for an earlier one; nullopt: not known
  std::string field_path;  ///< not empty: the value is that field of the Pod (valueFrom.fieldRef)

  friend bool operator==(const EnvVar&, const EnvVar&) = default;
};

struct VolumeMount {
  std::string volume;
  std::string mount_path;
  std::string sub_path_expr;  ///< with $(NAME) of the container's environment
  friend bool operator==(const VolumeMount&, const VolumeMount&) = default;
};

struct ContainerSpec {
  std::string name;
  ContainerKind kind = ContainerKind::Main;
  std::string image;
  PullPolicy image_pull_policy = PullPolicy::IfNotPresent;
  std::vector<std::string> command, args;
  std::optional<RestartPolicy> restart_policy;  ///< the container's own, if set
  std::vector<ContainerRestartRule> restart_policy_rules;
  std::optional<ProbeSpec> startup_probe, readiness_probe, liveness_probe;
  std::optional<Handler> post_start, pre_stop;
  std::optional<std::int64_t> memory_limit_bytes;
  bool message_falls_back_to_log = false;       ///< terminationMessagePolicy FallbackToLogsOnError
  std::vector<ObjectReference> references;      ///< of its environment (env, envFrom)
  std::vector<EnvVar> env;
  bool env_from = false;                        ///< there are more variables, of ConfigMaps or Secrets
  std::vector<VolumeMount> volume_mounts;

  [[nodiscard]] const std::optional<ProbeSpec>& probe(ProbeKind probe_kind) const;

  friend bool operator==(const ContainerSpec&, const ContainerSpec&) = default;
};

struct Volume {
  std::string name;
  std::string source;  ///< the field that says what it is: "emptyDir", "configMap", ...
  bool mounted = false;                     ///< by some container; others are never set up
  std::vector<ObjectReference> references;  ///< what it cannot be mounted without

  friend bool operator==(const Volume&, const Volume&) = default;
};

/// One Pod as the kubelet receives it. `containers` holds spec.initContainers, then spec.containers, then ephemeral
/// containers, each in the order of the spec.
struct PodSpec {
  std::string name;
  std::string namespace_name = "default";
  std::string uid;
  std::int64_t generation = 1;
  bool has_finalizers = false;  ///< metadata.finalizers: whose they are, nobody knows here, and nobody removes them
  std::map<std::string, std::string> labels, annotations;
  std::vector<ContainerSpec> containers;
  std::vector<Volume> volumes;
  RestartPolicy restart_policy = RestartPolicy::Always;
  SimDuration termination_grace_period = std::chrono::seconds{30};
  std::optional<SimDuration> active_deadline;
  bool host_network = false;
  bool mounts_volumes = true;   ///< some container mounts a volume; the service account's token counts
  std::string service_account = "default";
  std::vector<std::string> image_pull_secrets;
  std::vector<std::string> readiness_gates;   ///< condition types
  std::vector<std::string> scheduling_gates;
  std::int32_t priority = 0;
  std::string qos_class = "BestEffort";
  std::string node_name = "node";

  /// The container called `name`, or kNoContainer. Names are unique over all kinds.
  [[nodiscard]] ContainerIndex find(const std::string& container_name) const;
  [[nodiscard]] bool has_init_containers() const;  ///< plain ones or sidecars
  [[nodiscard]] bool has_sidecars() const;

  friend bool operator==(const PodSpec&, const PodSpec&) = default;
};

[[nodiscard]] constexpr bool is_init_or_sidecar(ContainerKind kind) {
  return kind == ContainerKind::Init || kind == ContainerKind::Sidecar;
}

[[nodiscard]] const char* to_string(RestartPolicy policy);
[[nodiscard]] const char* to_string(PullPolicy policy);
[[nodiscard]] const char* to_string(ContainerKind kind);  ///< "init", "sidecar", "main", "ephemeral"
[[nodiscard]] const char* to_string(ProbeKind kind);      ///< "startup", "readiness", "liveness"

}  // namespace podlapse
