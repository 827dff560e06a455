// What the API shows of a run, put together from hand-made records.
#include "podlapse/report/api_view.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

#include "support.hpp"

namespace podlapse::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using What = ApiChange::What;

constexpr WallTime kStart{seconds{1000}};

/// A World of one Pod "web" with the container "app", patched to image "new" and a deadline at 5 s.
ApiView make_view() {
  auto input = std::make_shared<WorldInput>();
  input->clock.origin = kStart;
  PodInput& pod = input->pods.emplace_back();
  pod.spec.name = "web";
  pod.spec.uid = "u-1";
  pod.spec.qos_class = "Burstable";
  pod.spec.node_name = "n1";
  pod.spec.containers.emplace_back().name = "app";
  PatchPod patch;
  patch.images = {{0, "new"}};
  patch.active_deadline = seconds{60};
  PatchPod too_early;
  too_early.images = {{0, "never"}};
  input->actions.push_back({seconds{5}, 0, patch});
  input->actions.push_back({seconds{4}, 0, too_early});
  PatchPod labels;
  labels.labels = {{"tier", "front"}, {"old", std::nullopt}};
  input->actions.push_back({seconds{6}, 0, labels});
  return ApiView{input, {parsed(R"({"metadata": {"name": "web", "labels": {"old": "1"}}, "spec": {
      "containers": [{"name": "app", "image": "old", "resources": {"requests": {"cpu": "1"}}}],
      "ephemeralContainers": [{"name": "shell", "image": "busybox"}]}})")}};
}

TraceRecord record(SimDuration at, Observation observation, const std::string& pod = "web") {
  TraceRecord out;
  out.at = kTimeZero + at;
  out.pod = pod;
  out.observation = std::move(observation);
  return out;
}

StatusObservation phase(const std::string& phase, std::optional<std::int64_t> deleting = std::nullopt) {
  StatusObservation out;
  out.status.phase = phase;
  out.deleting = deleting;
  return out;
}

KubeEvent event(const std::string& message, std::int32_t count, SimDuration first, SimDuration last) {
  KubeEvent out;
  out.type = "Warning";
  out.reason = "Unhealthy";
  out.message = message;
  out.count = count;
  out.first_timestamp = kStart + first;
  out.last_timestamp = kStart + last;
  return out;
}

std::string text_at(const Value& object, const char* path) {
  const Value* value = object.at_path(path);
  if (value == nullptr) return "absent";
  return value->is_int() ? std::to_string(value->as_int()) : value->as_string();
}

}  // namespace

TEST_SUITE("report/api_view") {
  TEST_CASE("a Pod is there from its first status on, and each write raises its resource version") {
    ApiView view = make_view();
    CHECK_FALSE(view.was_created(0));
    CHECK(view.observe(record(seconds{0}, phase("Pending"))).what == What::Pod);
    CHECK(view.was_created(0));
    CHECK(text_at(view.pod(0), "metadata.resourceVersion") == "1");
    CHECK(text_at(view.pod(0), "metadata.creationTimestamp") == "1970-01-01T00:16:40Z");
    CHECK(text_at(view.pod(0), "spec.nodeName") == "n1");
    CHECK(text_at(view.pod(0), "status.qosClass") == "Burstable");
    CHECK(text_at(view.pod(0), "status.resources") == "absent");
    view.on_record(record(seconds{1}, EventObservation{event("a", 1, seconds{1}, seconds{1})}));
    view.on_record(record(seconds{2}, phase("Running")));
    CHECK(text_at(view.pod(0), "metadata.resourceVersion") == "3");
    CHECK(text_at(view.pod(0), "status.phase") == "Running");
  }

  TEST_CASE("what a patch changed is seen in the spec and the generation; a refused one changes nothing") {
    ApiView view = make_view();
    view.on_record(record(seconds{0}, phase("Pending")));
    CHECK(view.observe(record(seconds{4}, ActionObservation{.action = "patch", .http = 404})).what == What::Nothing);
    CHECK(text_at(view.pod(0), "spec.containers[0].image") == "old");
    CHECK(view.observe(record(seconds{5}, ActionObservation{.action = "patch", .http = 200})).what == What::Pod);
    CHECK(text_at(view.pod(0), "spec.containers[0].image") == "new");
    CHECK(text_at(view.pod(0), "spec.activeDeadlineSeconds") == "60");
    CHECK(text_at(view.pod(0), "metadata.generation") == "2");
    CHECK(view.observe(record(seconds{6}, ActionObservation{.action = "patch", .http = 200})).what == What::Pod);
    CHECK(text_at(view.pod(0), "metadata.labels.tier") == "front");
    CHECK(text_at(view.pod(0), "metadata.labels.old") == "absent");
    CHECK(text_at(view.pod(0), "metadata.generation") == "2");  // of the spec alone
  }

  TEST_CASE("an ephemeral container is in the spec once it was added") {
    ApiView view = make_view();
    view.on_record(record(seconds{0}, phase("Running")));
    CHECK(view.pod(0).at_path("spec.ephemeralContainers") == nullptr);
    CHECK(view.observe(record(seconds{4}, ActionObservation{.action = "debug", .container = "shell", .http = 404})).what == What::Nothing);
    CHECK(view.observe(record(seconds{5}, ActionObservation{.action = "debug", .container = "shell", .http = 200})).what == What::Pod);
    CHECK(text_at(view.pod(0), "spec.ephemeralContainers[0].image") == "busybox");
    CHECK(text_at(view.pod(0), "metadata.generation") == "2");
  }

  TEST_CASE("a deletion sets timestamp and grace period, until the object is gone") {
    ApiView view = make_view();
    view.on_record(record(seconds{0}, phase("Running")));
    view.on_record(record(milliseconds{2500}, phase("Running", 30)));
    CHECK(text_at(view.pod(0), "metadata.deletionTimestamp") == "1970-01-01T00:17:12Z");
    CHECK(text_at(view.pod(0), "metadata.deletionGracePeriodSeconds") == "30");
    CHECK(text_at(view.pod(0), "metadata.generation") == "2");
    view.on_record(record(seconds{9}, phase("Running", 0)));
    CHECK(text_at(view.pod(0), "metadata.deletionTimestamp") == "1970-01-01T00:16:42Z");
    CHECK_FALSE(view.gone_at(0));
    CHECK(view.observe(record(seconds{10}, DeletedObservation{})).what == What::PodGone);
    CHECK(view.gone_at(0) == kTimeZero + seconds{10});
  }

  TEST_CASE("writes of one event are one object with the last count; combined events show the latest message") {
    ApiView view = make_view();
    view.on_record(record(seconds{0}, phase("Running")));
    view.on_record(record(seconds{1}, EventObservation{event("a", 1, seconds{1}, seconds{1})}));
    view.on_record(record(seconds{2}, EventObservation{event("b", 1, seconds{2}, seconds{2})}));
    const ApiChange again = view.observe(record(seconds{3}, EventObservation{event("a", 2, seconds{1}, seconds{3})}));
    CHECK(again.what == What::Event);
    CHECK(again.index == 0);
    REQUIRE(view.events().size() == 2);
    CHECK(text_at(view.event(0), "count") == "2");
    CHECK(text_at(view.event(0), "firstTimestamp") == "1970-01-01T00:16:41Z");
    CHECK(text_at(view.event(0), "lastTimestamp") == "1970-01-01T00:16:43Z");
    CHECK(text_at(view.event(0), "involvedObject.resourceVersion") == "1");
    const std::string combined = "(combined from similar events): ";
    view.on_record(record(seconds{4}, EventObservation{event(combined + "c", 1, seconds{4}, seconds{4})}));
    view.on_record(record(seconds{5}, EventObservation{event(combined + "d", 2, seconds{4}, seconds{5})}));
    REQUIRE(view.events().size() == 3);
    CHECK(text_at(view.event(2), "message") == combined + "d");
  }

  TEST_CASE("records of other objects and steps of the mechanism change nothing") {
    ApiView view = make_view();
    CHECK(view.observe(record(seconds{0}, phase("Running"), "other")).what == What::Nothing);
    CHECK(view.observe(record(seconds{0}, StepObservation{"sync", "", "text"})).what == What::Nothing);
    CHECK_FALSE(view.was_created(0));
  }

  TEST_CASE("a status repeats resources, mounts and user of the spec once a container exists") {
    ApiView view = make_view();
    StatusObservation seen = phase("Running");
    seen.status.start_time = kStart;
    seen.status.container_statuses.emplace_back().name = "app";
    view.on_record(record(seconds{0}, seen));
    CHECK(text_at(view.pod(0), "status.containerStatuses[0].resources") == "absent");
    CHECK(text_at(view.pod(0), "status.allocatedResources.cpu") == "1");
    seen.status.container_statuses[0].container_id = "podlapse://1";
    seen.status.container_statuses[0].image = "localhost:5000/app";
    view.on_record(record(seconds{1}, seen));
    const Value pod = view.pod(0);
    CHECK(text_at(pod, "status.containerStatuses[0].resources.requests.cpu") == "1");
    CHECK(text_at(pod, "status.containerStatuses[0].user.linux.uid") == "0");
    CHECK(text_at(pod, "status.containerStatuses[0].image") == "localhost:5000/app:latest");
    const std::string id = text_at(pod, "status.containerStatuses[0].imageID");
    CHECK(id.rfind("localhost:5000/app@sha256:", 0) == 0);
    CHECK(id.size() == std::string{"localhost:5000/app@sha256:"}.size() + 64);
  }

  TEST_CASE("Pods that a Job makes are told apart, and its own events are the Job's") {
    auto input = std::make_shared<WorldInput>();
    input->clock.origin = kStart;
    PodInput& pod = input->pods.emplace_back();
    pod.spec.name = "work-first";
    JobSpec job;
    job.name = "work";
    input->jobs = {{job, 0}};
    ApiView api{input, {parsed(R"({"metadata": {"name": "work-first"}, "spec": {"containers": [{"name": "app"}]}})")}};
    const auto made = [](const char* name) {
      return PodMadeObservation{"Job", "work", std::nullopt, {name, {{"app", ContainerKind::Main}}}};
    };
    api.on_record(record(seconds{1}, made("work-first"), "work-first"));
    api.on_record(record(seconds{1}, phase("Pending"), "work-first"));
    api.on_record(record(seconds{12}, made("work-second"), "work-second"));
    CHECK(api.observe(record(seconds{12}, phase("Pending"), "work-second")).index == 1);
    CHECK(api.observe(record(seconds{13}, phase("Running"), "work-second")).index == 1);
    REQUIRE(api.pod_count() == 2);
    CHECK(api.pod(0).at_path("metadata")->string_at("name") == "work-first");
    const Value second = api.pod(1);
    CHECK(second.at_path("metadata")->string_at("name") == "work-second");
    CHECK(second.at_path("metadata")->string_at("uid") != api.pod(0).at_path("metadata")->string_at("uid"));
    CHECK(second.at_path("metadata")->string_at("creationTimestamp") == "1970-01-01T00:16:52Z");
    CHECK(second.at_path("status")->string_at("phase") == "Running");
    KubeEvent created = event("Created pod: work-second", 1, seconds{12}, seconds{12});
    created.object_kind = "Job";
    CHECK(api.observe(record(seconds{12}, EventObservation{created}, "work")).what == What::Event);
    const Value shown = api.event(0);
    CHECK(shown.at_path("involvedObject")->string_at("kind") == "Job");
    CHECK(shown.at_path("involvedObject")->string_at("name") == "work");
    CHECK(shown.at_path("involvedObject")->string_at("apiVersion") == "batch/v1");
  }
}

}  // namespace podlapse::test
