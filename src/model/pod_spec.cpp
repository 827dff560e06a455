#include "podlapse/model/pod_spec.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {

const std::optional<ProbeSpec>& ContainerSpec::probe(ProbeKind probe_kind) const {
  switch (probe_kind) {
    case ProbeKind::Startup: return startup_probe;
    case ProbeKind::Readiness: return readiness_probe;
    case ProbeKind::Liveness: return liveness_probe;
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

ContainerIndex PodSpec::find(const std::string& container_name) const {
  const auto found = std::find_if(containers.begin(), containers.end(),
                                  [&](const ContainerSpec& container) { return container.name == container_name; });
  return found == containers.end() ? kNoContainer : static_cast<ContainerIndex>(found - containers.begin());
}

bool PodSpec::has_init_containers() const {
  return std::any_of(containers.begin(), containers.end(),
                     [](const ContainerSpec& container) { return is_init_or_sidecar(container.kind); });
}

bool PodSpec::has_sidecars() const {
  return std::any_of(containers.begin(), containers.end(),
                     [](const ContainerSpec& container) { return container.kind == ContainerKind::Sidecar; });
}

const char* to_string(ObjectReference::Kind kind) {
  switch (kind) {
    case ObjectReference::Kind::ConfigMap: return "ConfigMap";
    case ObjectReference::Kind::Secret: return "Secret";
    case ObjectReference::Kind::PersistentVolumeClaim: return "PersistentVolumeClaim";
    case ObjectReference::Kind::ServiceAccount: return "ServiceAccount";
  }
  fail_check("ObjectReference::Kind", __FILE__, __LINE__);
}

const char* to_string(RestartPolicy policy) {
  switch (policy) {
    case RestartPolicy::Always: return "Always";
    case RestartPolicy::OnFailure: return "OnFailure";
    case RestartPolicy::Never: return "Never";
  }
  fail_check("RestartPolicy", __FILE__, __LINE__);
}

const char* to_string(PullPolicy policy) {
  switch (policy) {
    case PullPolicy::Always: return "Always";
    case PullPolicy::IfNotPresent: return "IfNotPresent";
    case PullPolicy::Never: return "Never";
  }
  fail_check("PullPolicy", __FILE__, __LINE__);
}

const char* to_string(ContainerKind kind) {
  switch (kind) {
    case ContainerKind::Init: return "init";
    case ContainerKind::Sidecar: return "sidecar";
    case ContainerKind::Main: return "main";
    case ContainerKind::Ephemeral: return "ephemeral";
  }
  fail_check("ContainerKind", __FILE__, __LINE__);
}

const char* to_string(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::Startup: return "startup";
    case ProbeKind::Readiness: return "readiness";
    case ProbeKind::Liveness: return "liveness";
  }
  fail_check("ProbeKind", __FILE__, __LINE__);
}

}  // namespace podlapse
