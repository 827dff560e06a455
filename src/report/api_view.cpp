#include "podlapse/report/api_view.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/api/made_pod.hpp"
#include "podlapse/api/pod_template.hpp"
#include "podlapse/report/kube_events.hpp"
#include "podlapse/report/pod_object.hpp"

namespace podlapse {
namespace {

constexpr std::string_view kCombined = "(combined from similar events): ";

bool is_combined(const KubeEvent& event) { return event.message.compare(0, kCombined.size(), kCombined) == 0; }

/// Whether two records are writes of one event: all is equal, or both are what similar events were combined into, whose message
/// is that of the latest (client-go tools/record/events_cache.go).
bool is_same_event(const KubeEvent& a, const KubeEvent& b) {
  if (a.object_kind != b.object_kind || a.source != b.source || a.type != b.type || a.reason != b.reason) return false;
  if (is_combined(a) || is_combined(b)) return is_combined(a) && is_combined(b);
  return a.field_path == b.field_path && a.message == b.message;
}

/// Sets an entry of a mapping of the metadata, or takes it away.
void set_entry(Value& entries, const std::string& key, const std::optional<std::string>& value) {
  if (!entries.is_object()) entries = Value::object();
  if (value) {
    entries.set(key, Value{*value});
  } else {
    entries.erase(key);
  }
}

/// The container called `name` in any list of a Pod's spec.
Value* find_container(Value& spec, const std::string& name) {
  for (const char* key : {"initContainers", "containers", "ephemeralContainers"}) {
    Value* list = spec.find(key);
    if (list == nullptr || !list->is_array()) continue;
    for (Value& container : list->items()) {
      if (container.string_at("name") == name) return &container;
    }
  }
  return nullptr;
}

}  // namespace

ApiView::ApiView(std::shared_ptr<const WorldInput> input, std::vector<Value> manifests)
    : input_(std::move(input)), pods_(input_->pods.size()) {
  for (std::size_t i = 0; i < pods_.size(); ++i) {
    const PodInput& given = input_->pods[i];
    pods_[i].source = i;
    pods_[i].name = given.spec.name;
    pods_[i].uid = given.spec.uid;
    pods_[i].created_at = kTimeZero + given.created_at;
    if (i >= manifests.size()) continue;
    pods_[i].manifest = std::move(manifests[i]);
    const Value* ephemeral = pods_[i].manifest.at_path("spec.ephemeralContainers");
    if (ephemeral == nullptr) continue;
    pods_[i].to_be_added = ephemeral->items();
    pods_[i].manifest["spec"].erase("ephemeralContainers");
  }
}

ApiChange ApiView::observe(const TraceRecord& record) {
  if (const auto* made = std::get_if<PodMadeObservation>(&record.observation)) return keep_made(*made);
  if (const auto* job = std::get_if<JobObservation>(&record.observation)) {
    keep_counts(*job);
    return {};
  }
  const auto* told = std::get_if<EventObservation>(&record.observation);
  if (told != nullptr && told->event.object_kind != "Pod") {
    return {ApiChange::What::Event, keep_event(owner_of(told->event.object_kind, record.pod), told->event)};
  }
  const std::size_t index = index_of(record.pod);
  if (index == pods_.size()) return {};
  PodState& pod = pods_[index];
  const auto written = [&] {
    pod.revision = ++revision_;
    return ApiChange{ApiChange::What::Pod, index};
  };
  if (const auto* status = std::get_if<StatusObservation>(&record.observation)) {
    if (!pod.created) pod.created_at = record.at;
    pod.created = true;
    pod.seen = *status;
    if (status->deleting && !pod.deleting_since) pod.deleting_since = record.at;
    return written();
  }
  if (told != nullptr) return {ApiChange::What::Event, keep_event({{}, {}, index}, told->event)};
  if (const auto* action = std::get_if<ActionObservation>(&record.observation)) {
    if (action->action == "debug" && action->http == 200) {
      add_ephemeral(pod, action->container);
      return written();
    }
    if (action->action != "patch" || !action->detail.empty()) return {};  // with a detail: its Job was patched
    const std::size_t number = pod.patches_seen++;
    if (action->http != 200) return {};
    apply_patch(index, number);
    return written();
  }
  if (std::holds_alternative<DeletedObservation>(record.observation)) {
    pod.gone_at = record.at;
    pod.revision = ++revision_;
    return {ApiChange::What::PodGone, index};
  }
  return {};
}

Value ApiView::pod(std::size_t index) const {
  const PodState& pod = pods_[index];
  const PodInput& given = input_->pods[pod.source];
  const WallClock& clock = input_->clock;
  ServerFields fields;
  fields.name = pod.name;
  fields.namespace_name = given.spec.namespace_name;
  fields.uid = pod.uid;
  fields.resource_version = std::to_string(pod.revision);
  fields.generation = given.spec.generation + pod.patches + (pod.deleting_since ? 1 : 0);
  fields.creation_timestamp = clock.at(pod.created_at);
  if (given.spec.scheduling_gates.empty()) fields.node_name = given.spec.node_name;
  if (pod.deleting_since) {
    const std::int64_t grace = pod.seen.deleting.value_or(0);
    fields.deletion_timestamp = clock.at(*pod.deleting_since) + std::chrono::seconds{grace};
    fields.deletion_grace_period_seconds = grace;
  }
  PodStatus status = pod.seen.status;
  if (status.qos_class.empty()) status.qos_class = given.spec.qos_class;  // the server sets it at creation
  Value object = pod_object(pod.manifest, fields, status);
  if (!pod.counted_by.empty()) {
    object["metadata"].set("finalizers", Value{Value::Array{Value{"batch.kubernetes.io/job-tracking"}}});
  }
  return object;
}

EventOrigin ApiView::origin_of(const EventState& kept) const {
  EventOrigin origin;
  origin.resource_version = std::to_string(kept.object_revision);
  const PodState& pod = pods_[kept.about.pod];
  const PodSpec& spec = input_->pods[pod.source].spec;
  origin.namespace_name = spec.namespace_name;
  if (!kept.about.kind.empty()) {
    origin.name = kept.about.name;
    origin.uid = make_uid(kept.about.kind, spec.namespace_name, kept.about.name);
    const bool batch = kept.about.kind == "Job" || kept.about.kind == "CronJob";
    origin.api_version = batch ? "batch/v1" : kept.about.kind == "ReplicationController" ? "v1" : "apps/v1";
    return origin;
  }
  origin.name = pod.name;
  origin.uid = pod.uid;
  origin.node_name = spec.node_name;
  return origin;
}

Value ApiView::event(std::size_t index) const {
  const EventState& kept = events_[index];
  Value out = event_object(kept.event, origin_of(kept));
  out["metadata"].set("resourceVersion", Value{std::to_string(kept.revision)});
  return out;
}

Value::Array ApiView::events() const {
  Value::Array all;
  for (std::size_t i = 0; i < events_.size(); ++i) all.push_back(event(i));
  return in_list_order(std::move(all));
}

std::size_t ApiView::index_of(const std::string& pod_name) const {
  const auto found = std::find_if(pods_.rbegin(), pods_.rend(), [&](const PodState& pod) { return pod.name == pod_name; });
  return found == pods_.rend() ? pods_.size() : static_cast<std::size_t>(pods_.rend() - found - 1);
}

ApiView::About ApiView::owner_of(const std::string& kind, const std::string& name) const {
  for (const PodSetInput& set : input_->pod_sets) {
    const bool is_it = kind == "Deployment" ? set.spec.deployment == name : set.spec.name == name && to_string(set.spec.kind) == kind;
    if (is_it) return {kind, name, set.pod};
  }
  for (const JobInput& job : input_->jobs) {
    if (kind == "Job" && job.spec.name == name) return {kind, name, job.pod};
  }
  for (const CronJobInput& cron_job : input_->cron_jobs) {
    const bool its_job = kind == "Job" && name.starts_with(cron_job.spec.name + "-");
    if (its_job || (kind == "CronJob" && cron_job.spec.name == name)) return {kind, name, cron_job.pod};
  }
  return {kind, name, 0};
}

void ApiView::keep_counts(const JobObservation& seen) {
  const std::int32_t counted = seen.succeeded + seen.failed;
  if (std::exchange(counted_[seen.name], counted) >= counted && !seen.gone) return;
  for (PodState& pod : pods_) {
    const bool ended = pod.seen.status.phase == "Succeeded" || pod.seen.status.phase == "Failed" || pod.deleting_since;
    if (pod.counted_by == seen.name && (ended || seen.gone)) pod.counted_by.clear();
  }
}

/// The first Pod takes its template's place.
ApiChange ApiView::keep_made(const PodMadeObservation& seen) {
  const std::size_t source = owner_of(seen.owner_kind, seen.owner).pod;
  std::size_t index = source;
  if (std::exchange(pods_[source].taken, true)) {
    index = pods_.size();
    PodState made;
    made.source = source;
    made.taken = true;
    made.manifest = pods_[source].manifest;
    pods_.push_back(std::move(made));
  }
  PodState& pod = pods_[index];
  const auto before = std::count_if(pods_.begin(), pods_.end(), [&seen](const PodState& other) {
    return other.created && other.name == seen.pod.name;
  });
  const std::string& space = input_->pods[source].spec.namespace_name;
  pod.name = seen.pod.name;
  pod.uid = make_uid("Pod", space, before == 0 ? pod.name : pod.name + "/" + std::to_string(before));
  if (seen.owner_kind == "Job") pod.counted_by = seen.owner;
  give_identity(pod.manifest, {seen.owner_kind, seen.owner, seen.pod.name, seen.completion_index});
  return {};
}

void ApiView::add_ephemeral(PodState& pod, const std::string& container) {
  Value& list = pod.manifest["spec"]["ephemeralContainers"];
  if (!list.is_array()) list = Value::array();
  for (const Value& each : pod.to_be_added) {
    if (each.string_at("name") == container) list.push_back(each);
  }
  ++pod.patches;
}

/// Patches are records without their contents; they come in the order of the input's actions.
void ApiView::apply_patch(std::size_t index, std::size_t number) {
  std::vector<const Action*> patches;
  for (const Action& action : input_->actions) {
    if (action.pod == pods_[index].source && std::holds_alternative<PatchPod>(action.what)) patches.push_back(&action);
  }
  std::stable_sort(patches.begin(), patches.end(), [](const Action* a, const Action* b) { return a->at < b->at; });
  PodState& pod = pods_[index];
  if (number >= patches.size()) return;
  const PatchPod& patch = std::get<PatchPod>(patches[number]->what);
  if (patch.active_deadline || !patch.images.empty()) ++pod.patches;
  for (const auto& [name, entries] : {std::pair{"labels", &patch.labels}, std::pair{"annotations", &patch.annotations}}) {
    for (const auto& [key, value] : *entries) set_entry(pod.manifest["metadata"][name], key, value);
  }
  Value& spec = pod.manifest["spec"];
  for (const auto& [container, image] : patch.images) {
    Value* found = find_container(spec, input_->pods[pods_[index].source].spec.containers[container].name);
    if (found) found->set("image", Value{image});
  }
  if (patch.active_deadline) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*patch.active_deadline);
    spec.set("activeDeadlineSeconds", Value{std::int64_t{seconds.count()}});
  }
}

std::size_t ApiView::keep_event(About about, const KubeEvent& event) {
  std::size_t index = 0;
  const auto is_it = [&](const EventState& kept) { return kept.about == about && is_same_event(kept.event, event); };
  while (index < events_.size() && !is_it(events_[index])) ++index;
  if (index == events_.size()) {
    const std::uint64_t revision = about.kind.empty() ? pods_[about.pod].revision : 0;
    events_.push_back({std::move(about), event, 0, revision});
  } else {
    EventState& kept = events_[index];
    kept.event.message = event.message;
    kept.event.count = event.count;
    kept.event.last_timestamp = event.last_timestamp;
  }
  events_[index].revision = ++revision_;
  return index;
}

}  // namespace podlapse
