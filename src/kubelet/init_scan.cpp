// kuberuntime_container.go computeInitContainerActions: which init containers and sidecars start or are killed.
#include <algorithm>

#include "podlapse/base/check.hpp"
#include "podlapse/kubelet/pod_actions.hpp"
#include "podlapse/kubelet/restart.hpp"

namespace podlapse {
namespace {

/// What one record says about going on with the scan.
enum class Scan : std::uint8_t { GoOn, PodFailed };

/// The scan runs from the last init container to the first, since the records of finished ones may be gone: the last one
/// that left a record tells how far the Pod has come.
class InitScan {
 public:
  InitScan(const PodView& view, PodActions& out, const FeatureGates& gates) : view_(view), out_(out), gates_(gates) {}

  bool run();

 private:
  Scan look_at(ContainerIndex i, const ContainerRecord& record);
  Scan look_at_exited_init(ContainerIndex i, const ContainerRecord& record);
  Scan look_at_unknown(ContainerIndex i, const ContainerRecord& record);
  void look_at_running_sidecar(ContainerIndex i, const ContainerRecord& record);
  [[nodiscard]] ContainerProbeResults probes_of(ContainerIndex i) const;

  void start(ContainerIndex i, RuleId because) { out_.init_to_start.push_back({i, because}); }
  void kill_and_start(ContainerIndex i, const ContainerRecord& record, KillReason reason, RuleId because);
  Scan fail_pod(RuleId because);
  void wait(RuleId because);
  void reached_the_last_or_start(ContainerIndex next, RuleId because);

  const PodView& view_;
  PodActions& out_;
  const FeatureGates& gates_;
  ContainerIndex count_ = 0;
  bool initialized_ = false;   ///< mains may be looked at
  bool later_known_ = false;   ///< a main has started, or a later init container has a record
};

ContainerIndex count_inits(const PodSpec& pod) {
  ContainerIndex count = 0;
  while (count < pod.containers.size() && is_init_or_sidecar(pod.containers[count].kind)) ++count;
  return count;
}

/// An exited main does not count: after the loss of a sandbox all mains are Exited, and the new one is not initialized. In 1.28 it did
/// (hasAnyRegularContainerCreated), so that mains started beside the init containers.
bool exited_main_counts(const FeatureGates& gates) {
  return gates.exited_main_counts_as_initialized || (gates.exited_main_counts_with_sidecars && gates.sidecar_containers);
}

/// What the mains say of the init containers: that they have run, and the rule where a main of the sandbox before says so.
struct Mains {
  bool show_initialized = false;
  RuleId because = RuleId::None;
};

Mains look_at_mains(const PodSpec& pod, const RuntimePodStatus& status, const FeatureGates& gates) {
  const SandboxId sandbox = status.sandboxes.empty() ? SandboxId::None : status.sandboxes.front().id;
  Mains seen;
  for (ContainerIndex i = 0; i < pod.containers.size(); ++i) {
    if (pod.containers[i].kind != ContainerKind::Main) continue;
    const ContainerRecord* record = status.newest(i);
    if (record == nullptr) continue;
    if (record->state == RuntimeState::Running) return {true, RuleId::None};
    if (record->state == RuntimeState::Created) {
      if (record->sandbox == sandbox) return {true, RuleId::None};
      seen = {true, RuleId::InitCreatedMainCounts};
    }
    if (record->state == RuntimeState::Exited && exited_main_counts(gates)) seen = {true, RuleId::InitExitedMainCounts};
  }
  return seen;
}

bool InitScan::run() {
  count_ = count_inits(view_.pod);
  if (count_ == 0) return true;
  const Mains mains = look_at_mains(view_.pod, view_.status, gates_);
  out_.initialized_because = mains.because;
  initialized_ = later_known_ = mains.show_initialized;
  for (ContainerIndex i = count_; i-- > 0;) {
    const bool sidecar = view_.pod.containers[i].kind == ContainerKind::Sidecar;
    const ContainerRecord* record = view_.status.newest(i);
    if (record == nullptr) {
      if (later_known_ && sidecar) start(i, RuleId::InitSidecarRecordMissing);
      continue;
    }
    if (later_known_ && !sidecar) continue;
    if (look_at(i, *record) == Scan::PodFailed) return false;
    later_known_ = true;
  }
  if (!later_known_) start(0, RuleId::InitFirst);
  std::reverse(out_.init_to_start.begin(), out_.init_to_start.end());
  return initialized_;
}

Scan InitScan::look_at(ContainerIndex i, const ContainerRecord& record) {
  const bool sidecar = view_.pod.containers[i].kind == ContainerKind::Sidecar;
  switch (record.state) {
    case RuntimeState::Created: start(i, RuleId::InitCreated); return Scan::GoOn;
    case RuntimeState::Running:
      if (sidecar) look_at_running_sidecar(i, record);
      else wait(RuleId::InitRunning);
      return Scan::GoOn;
    case RuntimeState::Exited:
      if (!sidecar) return look_at_exited_init(i, record);
      start(i, RuleId::InitSidecarRestarts);
      return Scan::GoOn;
    case RuntimeState::Unknown: return look_at_unknown(i, record);
  }
  fail_check("RuntimeState", __FILE__, __LINE__);
}

Scan InitScan::look_at_exited_init(ContainerIndex i, const ContainerRecord& record) {
  if (!is_init_container_failed(record)) {
    reached_the_last_or_start(i + 1, RuleId::InitNextAfterSuccess);
    return Scan::GoOn;
  }
  const Decided<bool> restart = should_container_be_restarted(view_.pod, i, view_.status, view_.deleting, gates_);
  if (!restart.value) return fail_pod(record.exit_code == 0 ? RuleId::InitOomKilled : RuleId::InitFailedForGood);
  start(i, restart.because);
  return Scan::GoOn;
}

Scan InitScan::look_at_unknown(ContainerIndex i, const ContainerRecord& record) {
  const ContainerSpec& container = view_.pod.containers[i];
  const RestartPolicy policy = effective_restart_policy(container, view_.pod.restart_policy, gates_);
  if (container.kind != ContainerKind::Sidecar && policy == RestartPolicy::Never)
    return fail_pod(RuleId::InitUnknownNever);
  kill_and_start(i, record, KillReason::Unknown, RuleId::InitUnknownKilledFirst);
  return Scan::GoOn;
}

void InitScan::look_at_running_sidecar(ContainerIndex i, const ContainerRecord& record) {
  const ContainerSpec& container = view_.pod.containers[i];
  const ContainerProbeResults probes = probes_of(i);
  if (probes.startup == ProbeResult::Failure) {
    kill_and_start(i, record, KillReason::StartupProbe, RuleId::InitSidecarStartupFailed);
    return;
  }
  if (container.startup_probe && probes.startup != ProbeResult::Success) {
    wait(RuleId::InitSidecarStartupPending);
    return;
  }
  // Started: nothing but the startup probe gates what comes after, and nothing else below waits for a verdict.
  reached_the_last_or_start(i + 1, RuleId::InitNextAfterSidecar);
  if (record.hash != container_hash(container)) {
    kill_and_start(i, record, KillReason::DefinitionChanged, RuleId::InitSidecarDefinitionChanged);
  } else if (probes.liveness == ProbeResult::Failure) {
    kill_and_start(i, record, KillReason::LivenessProbe, RuleId::InitSidecarLivenessFailed);
  }
}

ContainerProbeResults InitScan::probes_of(ContainerIndex i) const {
  return i < view_.probes.size() ? view_.probes[i] : ContainerProbeResults{};
}

void InitScan::kill_and_start(ContainerIndex i, const ContainerRecord& record, KillReason reason, RuleId because) {
  out_.to_kill.push_back({i, record.id, reason, false, because});
  start(i, because);
}

Scan InitScan::fail_pod(RuleId because) {
  out_.kill_pod = true;
  out_.kill_pod_because = because;
  return Scan::PodFailed;
}

/// The last container in spec order that holds things up is the one a reader asks about, and it is met first.
void InitScan::wait(RuleId because) {
  if (out_.wait_because == RuleId::None) out_.wait_because = because;
}

/// The container before `next` is done or started: either that was the last one, or `next` follows, unless it has before.
void InitScan::reached_the_last_or_start(ContainerIndex next, RuleId because) {
  if (next == count_) initialized_ = true;
  else if (!later_known_) start(next, because);
}

}  // namespace

bool is_init_container_failed(const ContainerRecord& record) {
  switch (record.state) {
    case RuntimeState::Exited: return record.exit_code != 0 || record.reason == ExitReason::OOMKilled;
    case RuntimeState::Unknown: return true;
    case RuntimeState::Created:
    case RuntimeState::Running: return record.reason == ExitReason::OOMKilled;
  }
  fail_check("RuntimeState", __FILE__, __LINE__);
}

bool scan_init_containers(const PodView& view, PodActions& out, const FeatureGates& gates) {
  return InitScan{view, out, gates}.run();
}

std::vector<InstanceId> init_records_to_prune(const PodSpec& pod, const RuntimePodStatus& status) {
  std::vector<InstanceId> superfluous;
  for (ContainerIndex i = 0; i < pod.containers.size(); ++i) {
    if (!is_init_or_sidecar(pod.containers[i].kind)) continue;
    bool newest = true;
    for (const ContainerRecord& record : status.containers) {
      if (record.container != i) continue;
      const bool dead = record.state == RuntimeState::Exited || record.state == RuntimeState::Unknown;
      if (dead && !newest) superfluous.push_back(record.id);
      newest = newest && !dead;
    }
  }
  return superfluous;
}

}  // namespace podlapse
