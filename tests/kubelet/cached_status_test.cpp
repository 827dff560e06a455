// The typed status in the API's words: messages, order, times.
#include "podlapse/kubelet/cached_status.hpp"

#include <doctest/doctest.h>

#include "kubelet/status_support.hpp"

namespace podlapse::test {
namespace {

using Kind = StatusMessage::Kind;

const std::vector<std::string> kTexts{"", "boom"};
const WallClock kClock{WallTime{std::chrono::milliseconds{1767225600400}}};  // 2026-01-01T00:00:00.4Z

PodSpec hook_pod() {
  PodSpec pod = make_pod("i:init c a:sc b D:eph");
  pod.containers[1].post_start = Handler{};
  pod.containers[1].post_start->command = {"sh", "-c", "exit 1"};
  return pod;
}

std::string message(Kind kind, const PodSpec& pod = hook_pod()) {
  StatusMessage text{kind, StateReason::ErrImagePull, 1, secs(80)};
  return render_message(text, 1, {pod, kTexts, kClock});
}

PodStatus render(const CachedPodStatus& status, const PodSpec& pod, const std::vector<PodCondition>& foreign = {}) {
  return render_pod_status(status, foreign, {pod, kTexts, kClock});
}

/// Names in a list of statuses.
std::string names(const std::vector<ContainerStatus>& statuses) {
  std::string text;
  for (const ContainerStatus& status : statuses) text += status.name + " ";
  return text;
}

}  // namespace

TEST_SUITE("kubelet/cached_status") {
  TEST_CASE("messages of containers, word for word") {
    CHECK_EQ(message(Kind::None), "");
    CHECK_EQ(message(Kind::Text), "boom");
    CHECK_EQ(message(Kind::CrashLoopBackOff), "back-off 1m20s restarting failed container=c pod=pod_default(uid-1)");
    CHECK_EQ(message(Kind::BackOffPullingImage), "Back-off pulling image \"busybox:1.36\": ErrImagePull: boom");
    CHECK_EQ(message(Kind::ImageNeverPresent),
             "Container image \"busybox:1.36\" is not present with pull policy of Never");
    CHECK_EQ(message(Kind::InvalidImageName), "Failed to apply default image tag \"busybox:1.36\": boom");
    CHECK_EQ(message(Kind::ImageInspect), "Failed to inspect image \"busybox:1.36\": boom");
    CHECK_EQ(message(Kind::LostWhenTerminated), "The container could not be located when the pod was terminated");
    CHECK_EQ(message(Kind::LostWhenDeleted),
             "The container could not be located when the pod was deleted.  The container used to be Running");
    CHECK_EQ(message(Kind::InitStatusUnavailable),
             "Unable to get init container status from container runtime and pod has been initialized, treat it as "
             "exited normally");
    CHECK_EQ(message(Kind::RemovedByRestartAll), "The container is removed because RestartAllContainers in place");
  }

  TEST_CASE("a failed postStart hook is named by its handler") {
    PodSpec pod = hook_pod();
    const std::string tail = " for Container \"c\" in Pod \"pod_default(uid-1)\" failed - error: boom";
    CHECK_EQ(message(Kind::PostStartHook, pod), "Exec lifecycle hook ([sh -c exit 1])" + tail);
    pod.containers[1].post_start->kind = HandlerKind::HttpGet;
    pod.containers[1].post_start->path = "/ready";
    CHECK_EQ(message(Kind::PostStartHook, pod), "HTTP lifecycle hook (/ready)" + tail);
    pod.containers[1].post_start->kind = HandlerKind::Sleep;
    pod.containers[1].post_start->sleep = secs(5);
    CHECK_EQ(message(Kind::PostStartHook, pod), "Sleep lifecycle hook (5)" + tail);
  }

  TEST_CASE("quoting is Go's") {
    CHECK_EQ(go_quote("a\"b\\c\n\t\r"), "\"a\\\"b\\\\c\\n\\t\\r\"");
    CHECK_EQ(go_quote(""), "\"\"");
  }

  TEST_CASE("mains are sorted by name, init containers and sidecars keep the order of the spec") {
    const PodSpec pod = hook_pod();
    CachedPodStatus status;
    status.containers = make_statuses(pod, "i t0, b run, a started, c w, D run");
    const PodStatus rendered = render(status, pod);
    CHECK_EQ(names(rendered.init_container_statuses), "i a ");
    CHECK_EQ(names(rendered.container_statuses), "b c ");
    CHECK_EQ(names(rendered.ephemeral_container_statuses), "D ");
    CHECK_EQ(names(render(CachedPodStatus{}, pod).container_statuses), "");
  }

  TEST_CASE("times are whole seconds of the civil clock") {
    const PodSpec pod = make_pod("A B C");
    CachedPodStatus status;
    status.start_time = at(0.7);  // 00:00:01.1
    status.containers = make_statuses(pod, "A run, B t3/Error last=t1/Error count=2 id=4, C t128/StartError");
    status.containers[0].state.started_at = at(0.5);
    status.containers[1].state.started_at = at(0.5);
    status.containers[1].state.finished_at = at(2.6);
    status.containers[2].state.instance = InstanceId{5};
    const PodStatus rendered = render(status, pod);
    CHECK_EQ(format_rfc3339(*rendered.start_time), "2026-01-01T00:00:01Z");
    CHECK(rendered.container_statuses[0].state.started_at == WallTime{std::chrono::seconds{1767225600}});
    CHECK_EQ(format_rfc3339(*rendered.container_statuses[1].state.finished_at), "2026-01-01T00:00:03Z");
    CHECK(rendered.container_statuses[1].restart_count == 2);
    CHECK_EQ(rendered.container_statuses[1].last_state.reason, "Error");
    CHECK_EQ(rendered.container_statuses[1].container_id, "podlapse://4");
    CHECK_MESSAGE(rendered.container_statuses[2].state.started_at == WallTime{}, "what never began began in 1970");
    CHECK_FALSE(rendered.container_statuses[1].last_state.started_at.has_value());
  }

  TEST_CASE("conditions of others stand first, ours with transition time and generation") {
    PodSpec pod = make_pod("A");
    pod.generation = 3;
    CachedPodStatus status;
    status.conditions.resize(2);
    status.conditions[0].type = ConditionType::Ready;
    status.conditions[0].reason = ConditionReason::ContainersNotReady;
    status.conditions[0].unready = {0};
    status.conditions[0].last_transition = at(2);
    status.conditions[1].type = ConditionType::AllContainersRestarting;
    const PodStatus rendered = render(status, pod, {{"example.com/lb", "True", {}, {}, {}, {}}});
    REQUIRE(rendered.conditions.size() == 3);
    CHECK_EQ(rendered.conditions[0].type, "example.com/lb");
    CHECK_EQ(rendered.conditions[1].status, "False");
    CHECK_EQ(rendered.conditions[1].message, "containers with unready status: [A]");
    CHECK_EQ(format_rfc3339(*rendered.conditions[1].last_transition_time), "2026-01-01T00:00:02Z");
    CHECK(rendered.conditions[1].observed_generation == 3);
    CHECK_FALSE(rendered.conditions[2].observed_generation.has_value());
  }

  TEST_CASE("addresses appear with the first status, a Pod's own when it has one") {
    PodSpec pod = make_pod("A");
    CachedPodStatus status;
    CHECK_EQ(render(status, pod).host_ip, "");
    status.start_time = at(0);
    CHECK_EQ(render(status, pod).host_ip, "192.0.2.1");
    CHECK_EQ(render(status, pod).pod_ip, "");
    status.has_ip = true;
    CHECK_EQ(render(status, pod).pod_ip, "192.0.2.10");
    pod.host_network = true;
    status.has_ip = false;
    CHECK_EQ(render(status, pod).pod_ip, "192.0.2.1");
  }

  TEST_CASE("two statuses are the same when they differ in transition times alone") {
    const PodSpec pod = make_pod("A");
    CachedPodStatus a;
    a.containers = make_statuses(pod, "A run");
    a.conditions.resize(1);
    CachedPodStatus b = a;
    b.conditions[0].last_transition = at(7);
    CHECK(same_status(a, b));
    b.conditions[0].is_true = true;
    CHECK_FALSE(same_status(a, b));
    b = a;
    b.containers[0].restart_count = 1;
    CHECK_FALSE(same_status(a, b));
    b = a;
    b.conditions.emplace_back();
    CHECK_FALSE(same_status(a, b));
    b = a;
    b.message = "why";
    CHECK_FALSE(same_status(a, b));
  }

  TEST_CASE("every word has a name of its own") {
    const auto check_names = [](auto last) {
      std::vector<std::string> seen;
      for (int i = 0; i <= static_cast<int>(last); ++i) {
        const std::string name = to_string(static_cast<decltype(last)>(i));
        for (const std::string& other : seen) CHECK(name != other);
        seen.push_back(name);
      }
    };
    check_names(PodPhase::Unknown);
    check_names(PodReason::NodeShutdown);
    check_names(StateReason::ContainerStatusUnknown);
    check_names(ConditionType::AllContainersRestarting);
    check_names(ConditionReason::SchedulingGated);
    for (int i = 1; i <= static_cast<int>(ExitReason::ContainerCannotRun); ++i) {
      CHECK(state_reason(static_cast<ExitReason>(i)) != StateReason::None);
    }
    CHECK(state_reason(ExitReason::OOMKilled) == StateReason::OOMKilled);
  }
}

}  // namespace podlapse::test
