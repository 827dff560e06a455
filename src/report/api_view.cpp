#include "podlapse/api/pod_template.hpp"
#include "podlapse/report/api_view.hpp"

#include <algorithm>
#include <utility>

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
    if (i < manifests.size()) pods_[i].manifest = std::move(manifests[i]);
  }
}

ApiChange ApiView::observe(const TraceRecord& record) {
  const auto* told = std::get_if<EventObservation>(&record.observation);
  if (told != nullptr && told->event.object_kind == "Job") return keep_job_event(record.pod, told->event);
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
  if (told != nullptr) return {ApiChange::What::Event, keep_event(index, std::nullopt, told->event)};
  if (const auto* action = std::get_if<ActionObservation>(&record.observation)) {
    if (action->action != "patch") return {};
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
  return pod_object(pod.manifest, fields, status);
}

EventOrigin ApiView::origin_of(const EventState& kept) const {
  EventOrigin origin;
  origin.resource_version = std::to_string(kept.object_revision);
  if (kept.job) {
    const JobSpec& job = input_->jobs[*kept.job].spec;
    origin.namespace_name = job.namespace_name;
    origin.name = job.name;
    origin.uid = make_uid("Job", job.namespace_name, job.name);
    origin.api_version = "batch/v1";
    return origin;
  }
  const PodState& pod = pods_[kept.pod];
  const PodSpec& spec = input_->pods[pod.source].spec;
  origin.namespace_name = spec.namespace_name;
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

std::size_t ApiView::index_of(const std::string& pod_name) {
  const auto found = std::find_if(pods_.begin(), pods_.end(), [&](const PodState& pod) { return pod.name == pod_name; });
  if (found != pods_.end()) return static_cast<std::size_t>(found - pods_.begin());
  const auto job = std::find_if(input_->jobs.begin(), input_->jobs.end(),
                                [&](const JobInput& candidate) { return pod_name.starts_with(candidate.spec.name + "-"); });
  if (job == input_->jobs.end()) return pods_.size();
  // One more Pod of that Job; the first takes its template's place.
  const std::size_t index = pods_[job->pod].created ? pods_.size() : job->pod;
  if (index == pods_.size()) {
    PodState made;
    made.source = job->pod;
    made.manifest = pods_[job->pod].manifest;
    pods_.push_back(std::move(made));
  }
  pods_[index].name = pod_name;
  pods_[index].uid = make_uid("Pod", job->spec.namespace_name, pod_name);
  return index;
}

/// Patches are records without their contents; they come in the order of the input's actions.
void ApiView::apply_patch(std::size_t index, std::size_t number) {
  std::vector<const Action*> patches;
  for (const Action& action : input_->actions) {
    if (action.pod == pods_[index].source && std::holds_alternative<PatchPod>(action.what)) patches.push_back(&action);
  }
  std::stable_sort(patches.begin(), patches.end(), [](const Action* a, const Action* b) { return a->at < b->at; });
  PodState& pod = pods_[index];
  ++pod.patches;
  if (number >= patches.size()) return;
  const PatchPod& patch = std::get<PatchPod>(patches[number]->what);
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

ApiChange ApiView::keep_job_event(const std::string& job_name, const KubeEvent& event) {
  const auto job = std::find_if(input_->jobs.begin(), input_->jobs.end(),
                                [&job_name](const JobInput& candidate) { return candidate.spec.name == job_name; });
  if (job == input_->jobs.end()) return {};
  const auto number = static_cast<std::size_t>(job - input_->jobs.begin());
  return {ApiChange::What::Event, keep_event(job->pod, number, event)};
}

std::size_t ApiView::keep_event(std::size_t pod, std::optional<std::size_t> job, const KubeEvent& event) {
  std::size_t index = 0;
  const auto is_it = [&](const EventState& kept) {
    return kept.pod == pod && kept.job == job && is_same_event(kept.event, event);
  };
  while (index < events_.size() && !is_it(events_[index])) ++index;
  if (index == events_.size()) {
    events_.push_back({pod, job, event, 0, job ? 0 : pods_[pod].revision});
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
