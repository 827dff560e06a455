#include "podlapse/report/outline.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace podlapse {
namespace {

/// What the statuses of one Pod tell about its containers, by their place in the spec.
struct Evidence {
  std::string pod;
  std::vector<std::string> names;
  std::vector<bool> ended_ready, sidecar;
  bool has_inits = true;                  ///< Initialized did not begin as True
  bool initialized = false;               ///< Initialized has been True
  std::size_t last_init = 0;              ///< one behind the last container that did something before Initialized
  std::optional<std::size_t> first_main;  ///< the first that still waited when Initialized became True
};

void look_at(const ContainerStatus& status, std::size_t i, bool initialized_now, Evidence& seen) {
  const bool waiting = status.state.kind == ContainerState::Kind::Waiting;
  const bool running = status.state.kind == ContainerState::Kind::Running;
  const bool untouched =
      waiting && (status.state.reason == "PodInitializing" || status.state.reason == "ContainerCreating");
  if (status.state.kind == ContainerState::Kind::Terminated && status.ready) {
    seen.ended_ready[i] = true;
    seen.last_init = std::max(seen.last_init, i + 1);
  }
  if (running && (status.ready || !status.started.value_or(true))) seen.sidecar[i] = true;
  if (seen.initialized) return;
  if (!initialized_now && !untouched) seen.last_init = std::max(seen.last_init, i + 1);
  if (initialized_now && untouched) seen.first_main = std::min(seen.first_main.value_or(i), i);
}

void look_at(const PodStatus& status, Evidence& seen) {
  const PodCondition* condition = find_condition(status, "Initialized");
  const bool initialized_now = condition != nullptr && condition->status == "True";
  if (seen.names.empty()) {
    for (const ContainerStatus& container : status.container_statuses) seen.names.push_back(container.name);
    seen.ended_ready.resize(seen.names.size());
    seen.sidecar.resize(seen.names.size());
    seen.has_inits = !initialized_now;
  }
  const std::size_t count = std::min(seen.names.size(), status.container_statuses.size());
  for (std::size_t i = 0; i < count; ++i) look_at(status.container_statuses[i], i, initialized_now, seen);
  seen.initialized = seen.initialized || initialized_now;
}

PodOutline conclude(const Evidence& seen) {
  std::size_t mains_from = 0;
  if (seen.has_inits && !seen.names.empty()) {
    const std::size_t last = seen.names.size() - 1;
    mains_from = seen.first_main ? *seen.first_main : seen.initialized ? std::min(seen.last_init, last) : last;
  }
  PodOutline outline{seen.pod, {}};
  for (std::size_t i = 0; i < seen.names.size(); ++i) {
    ContainerKind kind = ContainerKind::Main;
    if (i < mains_from) kind = seen.sidecar[i] && !seen.ended_ready[i] ? ContainerKind::Sidecar : ContainerKind::Init;
    outline.containers.push_back({seen.names[i], kind});
  }
  return outline;
}

const PodOutline* find_outline(const std::vector<PodOutline>& outlines, const std::string& pod) {
  for (const PodOutline& outline : outlines) {
    if (outline.name == pod) return &outline;
  }
  // A trace of one Pod does not repeat its name in every line.
  return pod.empty() && outlines.size() == 1 ? &outlines.front() : nullptr;
}

bool is_init_container(const PodOutline& outline, const std::string& name) {
  for (const PodOutline::Container& container : outline.containers) {
    if (container.name == name) return is_init_or_sidecar(container.kind);
  }
  return false;
}

}  // namespace

std::vector<PodOutline> infer_outlines(const std::vector<TraceRecord>& records) {
  std::vector<Evidence> pods;
  for (const TraceRecord& record : records) {
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr) continue;
    auto pod = std::find_if(pods.begin(), pods.end(), [&](const Evidence& known) { return known.pod == record.pod; });
    if (pod == pods.end()) {
      pods.emplace_back();
      pod = std::prev(pods.end());
      pod->pod = record.pod;
    }
    if (!seen->status.container_statuses.empty()) look_at(seen->status, *pod);
  }
  std::vector<PodOutline> outlines;
  for (const Evidence& pod : pods) outlines.push_back(conclude(pod));
  return outlines;
}

void add_made_outlines(const std::vector<TraceRecord>& records, std::vector<PodOutline>& outlines) {
  for (const TraceRecord& record : records) {
    const auto* made = std::get_if<PodMadeObservation>(&record.observation);
    if (made == nullptr) continue;
    const auto known = std::find_if(outlines.begin(), outlines.end(),
                                    [made](const PodOutline& outline) { return outline.name == made->pod.name; });
    if (known == outlines.end()) {
      outlines.push_back(made->pod);
    } else {
      *known = made->pod;
    }
  }
}

void split_by_role(const std::vector<PodOutline>& outlines, std::vector<TraceRecord>& records) {
  for (TraceRecord& record : records) {
    auto* seen = std::get_if<StatusObservation>(&record.observation);
    const PodOutline* outline = find_outline(outlines, record.pod);
    if (seen == nullptr || outline == nullptr) continue;
    std::vector<ContainerStatus> mains;
    for (ContainerStatus& container : seen->status.container_statuses) {
      const bool init = is_init_container(*outline, container.name);
      (init ? seen->status.init_container_statuses : mains).push_back(std::move(container));
    }
    seen->status.container_statuses = std::move(mains);
  }
}

}  // namespace podlapse
