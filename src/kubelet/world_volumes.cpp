// Volumes, and the objects that a Pod refers to: nothing starts before every volume that some container mounts is set up.
// The volume manager sets them up beside the Pod's worker, which only looks from time to time whether they are there
// (pkg/kubelet/volumemanager). What a container's environment needs is looked up when it is created.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

namespace {

/// The object's kind as the API server's "not found" has it.
const char* resource_of(ObjectReference::Kind kind) {
  switch (kind) {
    case ObjectReference::Kind::ConfigMap: return "configmap";
    case ObjectReference::Kind::Secret: return "secret";
    case ObjectReference::Kind::PersistentVolumeClaim: return "persistentvolumeclaim";
    case ObjectReference::Kind::ServiceAccount: return "serviceaccount";
  }
  return "";
}

std::string not_found(const ObjectReference& reference) {
  return std::string{resource_of(reference.kind)} + " \"" + reference.name + "\" not found";
}

bool has_key(const ExistingObject& object, const std::string& key) {
  return key.empty() || std::find(object.keys.begin(), object.keys.end(), key) != object.keys.end();
}

bool is_claim(const Volume& volume) {
  return !volume.references.empty() && volume.references.front().kind == ObjectReference::Kind::PersistentVolumeClaim;
}

/// "[a b]", as Go prints a list.
std::string list_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return "[" + text + "]";
}

}  // namespace

const ExistingObject* World::State::existing(const ObjectReference& reference) const {
  const auto object = std::find_if(existing_objects.begin(), existing_objects.end(), [&](const ExistingObject& candidate) {
    return candidate.kind == reference.kind && candidate.name == reference.name;
  });
  return object == existing_objects.end() ? nullptr : &*object;
}

std::string World::State::missing_for_container(PodIndex index, const ContainerSpec& container) const {
  if (input->missing_objects_exist) return {};
  for (const ObjectReference& reference : container.references) {
    const ExistingObject* object = existing(reference);
    if (object == nullptr) return not_found(reference);
    if (has_key(*object, reference.key)) continue;
    return "couldn't find key " + reference.key + " in " + to_string(reference.kind) + " " + pods[index].spec->namespace_name +
           "/" + reference.name;
  }
  return {};
}

void World::State::look_up_pull_secrets(PodIndex index) {
  const PodSpec& spec = *pods[index].spec;
  if (input->missing_objects_exist || spec.image_pull_secrets.empty()) return;
  std::vector<std::string> missing;
  for (const std::string& name : spec.image_pull_secrets) {
    if (existing({ObjectReference::Kind::Secret, name, {}}) == nullptr) missing.push_back(name);
  }
  if (missing.empty()) return;
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
  EventDraft draft;
  draft.reason = EventReason::FailedToRetrieveImagePullSecret;
  draft.text = EventDraft::Text::Plain;
  draft.text_id = text_id("Unable to retrieve some image pull secrets (" + names + "); attempting to pull the image may not succeed.");
  kube_event(index, RuleId::StartPullSecretMissing, pods[index].worker.cause, draft);
}

std::string World::State::missing_for_volume(const Volume& volume) const {
  if (input->missing_objects_exist) return {};
  for (const ObjectReference& reference : volume.references) {
    const ExistingObject* object = existing(reference);
    if (object == nullptr) return not_found(reference);
    if (has_key(*object, reference.key)) continue;
    const bool secret = reference.kind == ObjectReference::Kind::Secret;
    return (secret ? "references non-existent secret key: " : "configmap references non-existent config key: ") + reference.key;
  }
  return {};
}

std::string World::State::missing_claims(PodIndex index) const {
  const PodSpec& spec = *pods[index].spec;
  std::vector<std::string> unmounted, failed;
  std::string errors;
  for (const Volume& volume : spec.volumes) {
    if (!volume.mounted || missing_for_volume(volume).empty()) continue;
    unmounted.push_back(volume.name);
    for (const ObjectReference& reference : volume.references) {
      if (reference.kind != ObjectReference::Kind::PersistentVolumeClaim) continue;
      failed.push_back(volume.name);
      errors += (errors.empty() ? "" : "; ") + ("error processing PVC " + spec.namespace_name) + "/" + reference.name +
                ": failed to fetch PVC from API server: persistentvolumeclaims \"" + reference.name + "\" not found";
    }
  }
  if (failed.empty()) return {};
  std::sort(unmounted.begin(), unmounted.end());
  std::sort(failed.begin(), failed.end());
  return "unmounted volumes=" + list_text(unmounted) + ", unattached volumes=[], failed to process volumes=" + list_text(failed) +
         ": " + errors;
}

void World::State::set_up_volumes(PodIndex index) {
  Pod& pod = pods[index];
  if (pod.volumes_asked_at) return;
  pod.volumes_asked_at = now;
  const SimDuration mounting = draw(index, Draw::VolumeMount, latencies().volume_mount);
  pod.volumes_mounted_at = now + mounting;
  for (std::uint32_t i = 0; i < pod.spec->volumes.size(); ++i) {
    const Volume& volume = pod.spec->volumes[i];
    if (!volume.mounted || missing_for_volume(volume).empty()) continue;
    pod.unmounted.push_back({i, constants().mount_back_off_initial});
    push(mounting, {.kind = EventKind::SetUpVolume, .essential = true, .pod = index, .index = i, .token = pod.volumes_token,
                    .cause = pod.worker.cause});
  }
}

void World::State::set_up_volume(const WorldEvent& event) {
  Pod& pod = pods[event.pod];
  const auto entry = std::find_if(pod.unmounted.begin(), pod.unmounted.end(),
                                  [&](const UnmountedVolume& candidate) { return candidate.volume == event.index; });
  if (event.token != pod.volumes_token || entry == pod.unmounted.end() || pod.worker.termination_requested) return;
  const Volume& volume = pod.spec->volumes[event.index];
  const std::string missing = missing_for_volume(volume);
  if (missing.empty()) {
    pod.unmounted.erase(entry);
    pod.volumes_mounted_at = now;
    step_record(event.pod, RuleId::VolumesMounted, event.cause, "mount", kNoContainer, "a volume is mounted that could not be before");
    changed(event.pod);
    if (pod.unmounted.empty() && pod.worker.volume_wait_began) look_at_volumes_next(event.pod);
    return;
  }
  if (is_claim(volume)) return;  // of claims, the wait tells; claims_changed() looks again
  EventDraft draft;
  draft.reason = EventReason::FailedMount;
  draft.text = EventDraft::Text::Plain;
  draft.text_id = text_id("MountVolume.SetUp failed for volume \"" + volume.name + "\" : " + missing);
  kube_event(event.pod, RuleId::VolumeSetUpFailed, event.cause, draft);
  push(entry->back_off, event);
  entry->back_off = std::min(2 * entry->back_off, constants().mount_back_off_max);
}

void World::State::claims_changed() {
  for (PodIndex index = 0; index < pods.size(); ++index) {
    for (const UnmountedVolume& unmounted : pods[index].unmounted) {
      if (!is_claim(pods[index].spec->volumes[unmounted.volume])) continue;
      push(constants().volume_claim_period, {.kind = EventKind::SetUpVolume, .essential = true, .pod = index,
                                             .index = unmounted.volume, .token = pods[index].volumes_token});
    }
  }
}

void World::State::look_at_volumes_next(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  const SimTime began = *worker.volume_wait_began;
  const SimDuration poll = constants().volume_poll_period;
  const SimDuration until = std::max(*pod.volumes_mounted_at, now) - began;
  const auto looks = poll.count() == 0 ? 0 : (until.count() + poll.count() - 1) / poll.count();
  const SimTime at = poll.count() == 0 ? began + until : began + poll * looks;
  cancel(worker.timer);
  worker.timer = push_at(at, {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
}

World::State::VolumeWait World::State::wait_for_volumes(PodIndex index) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  if (!pod.spec->mounts_volumes) return VolumeWait::Mounted;
  set_up_volumes(index);
  const bool begins = !worker.volume_wait_began;
  if (begins) worker.volume_wait_began = now;
  if (pod.unmounted.empty() && *pod.volumes_mounted_at <= now) return VolumeWait::Mounted;
  if (!begins) return VolumeWait::GivenUp;
  worker.cause = step_record(index, RuleId::VolumesMounted, worker.cause, "wait", kNoContainer, "waits for its volumes");
  if (pod.unmounted.empty()) {
    look_at_volumes_next(index);
    return VolumeWait::Waits;
  }
  // An error of a claim ends the wait at the next look; the first sync looks before anybody has asked for the claim.
  const bool first = *pod.volumes_asked_at == now;
  SimDuration patience = constants().volume_timeout;
  if (!missing_claims(index).empty()) patience = first ? constants().volume_poll_period : SimDuration{};
  worker.timer = push(patience, {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
  return VolumeWait::Waits;
}

void World::State::volumes_given_up(PodIndex index) {
  Worker& worker = pods[index].worker;
  const std::string claims = worker.termination_requested ? std::string{} : missing_claims(index);
  const RuleId because = worker.termination_requested ? RuleId::VolumeWaitCancelled
                         : claims.empty()             ? RuleId::VolumeWaitTimeout
                                                      : RuleId::VolumeClaimMissing;
  worker.cause = step_record(index, because, worker.cause, "wait", kNoContainer, "gives up waiting for its volumes");
  if (!claims.empty()) {
    EventDraft draft;
    draft.reason = EventReason::FailedMount;
    draft.text = EventDraft::Text::MountFailed;
    draft.text_id = text_id(claims);
    kube_event(index, because, worker.cause, draft);
  }
  worker.outcome.errors.push_back({});
  worker.abort = true;
}

void World::State::cancel_volume_wait(PodIndex index) {
  Worker& worker = pods[index].worker;
  const bool waits = worker.state == WorkerState::Busy && worker.step < worker.steps.size() &&
                     worker.steps[worker.step].kind == WorkerStep::Kind::WaitForVolumes && worker.volume_wait_began;
  if (!waits) return;
  cancel(worker.timer);
  worker.timer = push({}, {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
}

}  // namespace podlapse
