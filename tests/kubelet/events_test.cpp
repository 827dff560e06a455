// The texts of events, word for word, and the correlator that counts, combines and drops them.
#include "podlapse/kubelet/events.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

using Text = EventDraft::Text;

const PodSpec kPod = make_pod("init:init proxy:sc app helper");
const std::vector<std::string> kTexts{"", "boom"};

EventDraft draft(EventReason reason, Text text, ContainerIndex container = 2) {
  EventDraft out;
  out.reason = reason;
  out.text = text;
  out.container = container;
  return out;
}

/// "Warning Failed Error: boom": type, reason and message.
std::string words(EventDraft event) {
  event.text_id = 1;
  return std::string{event_type(event)} + " " + to_string(event.reason) + " " +
         render_event_text(event, {kPod, kTexts, {}});
}

/// The n-th of many messages of one reason.
EventDraft numbered(std::uint32_t n, EventReason reason = EventReason::Unhealthy) {
  EventDraft out = draft(reason, Text::ProbeFailed);
  out.text_id = n;
  return out;
}

EventCorrelator make_correlator() {
  return EventCorrelator{KubeletConstants{}};
}

}  // namespace

TEST_SUITE("kubelet/events") {
  TEST_CASE("images: pulled, present, missing, unreadable") {
    CHECK_EQ(words(draft(EventReason::Pulling, Text::Pulling)), "Normal Pulling Pulling image \"busybox:1.36\"");
    EventDraft pulled = draft(EventReason::Pulled, Text::PulledNow);
    pulled.took = secs(1.2345);
    pulled.waited = secs(3.4);
    pulled.size_bytes = 2156519;
    CHECK_EQ(words(pulled),
             "Normal Pulled Successfully pulled image \"busybox:1.36\" in 1.234s (3.4s including waiting). "
             "Image size: 2156519 bytes.");
    CHECK_EQ(
        words(draft(EventReason::Pulled, Text::AlreadyPresent)),
        "Normal Pulled Container image \"busybox:1.36\" already present on machine and can be accessed by the pod");
    CHECK_EQ(words(draft(EventReason::Failed, Text::FailedToPull)),
             "Warning Failed Failed to pull image \"busybox:1.36\": boom");
    EventDraft reason = draft(EventReason::Failed, Text::ErrorReason);
    reason.state_reason = StateReason::ErrImagePull;
    CHECK_EQ(words(reason), "Warning Failed Error: ErrImagePull");
    CHECK_EQ(words(draft(EventReason::BackOff, Text::BackOffPulling)),
             "Normal BackOff Back-off pulling image \"busybox:1.36\"");
    CHECK_EQ(words(draft(EventReason::ErrImageNeverPull, Text::NeverPull)),
             "Warning ErrImageNeverPull Container image \"busybox:1.36\" is not present with pull policy of Never");
    CHECK_EQ(words(draft(EventReason::InspectFailed, Text::InspectFailed)),
             "Warning InspectFailed Failed to inspect image \"busybox:1.36\": boom");
    CHECK_EQ(words(draft(EventReason::InspectFailed, Text::InvalidImageName)),
             "Warning InspectFailed Failed to apply default image tag \"busybox:1.36\": boom");
  }

  TEST_CASE("containers: created, started, failed, waiting, hooks") {
    CHECK_EQ(words(draft(EventReason::Created, Text::ContainerCreated)), "Normal Created Container created");
    CHECK_EQ(words(draft(EventReason::Started, Text::ContainerStarted)), "Normal Started Container started");
    CHECK_EQ(words(draft(EventReason::Failed, Text::ErrorText)), "Warning Failed Error: boom");
    CHECK_EQ(words(draft(EventReason::BackOff, Text::BackOffRestarting)),
             "Warning BackOff Back-off restarting failed container app in pod pod_default(uid-1)");
    CHECK_EQ(words(draft(EventReason::FailedPostStartHook, Text::PostStartFailed)),
             "Warning FailedPostStartHook PostStartHook failed");
    CHECK_EQ(words(draft(EventReason::FailedPreStopHook, Text::PreStopFailed)),
             "Warning FailedPreStopHook PreStopHook failed");
  }

  TEST_CASE("kills say why, and whether the container comes back; a sidecar's do not") {
    CHECK_EQ(words(draft(EventReason::Killing, Text::StoppingContainer)), "Normal Killing Stopping container app");
    CHECK_EQ(words(draft(EventReason::Killing, Text::KillingPostStart)), "Normal Killing FailedPostStartHook");
    CHECK_EQ(words(draft(EventReason::Killing, Text::KillingAll)), "Normal Killing killing");
    EventDraft probe = draft(EventReason::Killing, Text::FailedProbe);
    probe.probe = ProbeKind::Liveness;
    CHECK_EQ(words(probe), "Normal Killing Container app failed liveness probe");
    probe.will_restart = true;
    CHECK_EQ(words(probe), "Normal Killing Container app failed liveness probe, will be restarted");
    probe.container = 1;
    probe.probe = ProbeKind::Startup;
    CHECK_EQ(words(probe), "Normal Killing Init container proxy failed startup probe");
    EventDraft changed = draft(EventReason::Killing, Text::DefinitionChanged);
    changed.will_restart = true;
    CHECK_EQ(words(changed), "Normal Killing Container app definition changed, will be restarted");
  }

  TEST_CASE("probes: failed, errored, warned") {
    EventDraft probe = draft(EventReason::Unhealthy, Text::ProbeFailed);
    probe.probe = ProbeKind::Readiness;
    CHECK_EQ(words(probe), "Warning Unhealthy Readiness probe failed: boom");
    probe.text = Text::ProbeErrored;
    probe.probe = ProbeKind::Liveness;
    CHECK_EQ(words(probe), "Warning Unhealthy Liveness probe errored and resulted in unknown state: boom");
    probe = draft(EventReason::ProbeWarning, Text::ProbeWarned);
    CHECK_EQ(words(probe), "Warning ProbeWarning Startup probe warning: boom");
  }

  TEST_CASE("the Pod: sandbox, volumes, eviction, deadline, scheduling") {
    const auto pod = [](EventReason reason, Text text) { return words(draft(reason, text, kNoContainer)); };
    CHECK_EQ(pod(EventReason::SandboxChanged, Text::SandboxChanged),
             "Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.");
    CHECK_EQ(pod(EventReason::FailedCreatePodSandBox, Text::SandboxFailed),
             "Warning FailedCreatePodSandBox Failed to create pod sandbox: boom");
    CHECK_EQ(pod(EventReason::FailedMount, Text::MountFailed),
             "Warning FailedMount Unable to attach or mount volumes: boom");
    CHECK_EQ(pod(EventReason::Evicted, Text::Evicted), "Warning Evicted boom");
    CHECK_EQ(pod(EventReason::DeadlineExceeded, Text::Deadline),
             "Normal DeadlineExceeded Pod was active on the node longer than the specified deadline");
    CHECK_EQ(pod(EventReason::Scheduled, Text::Plain), "Normal Scheduled boom");
    CHECK_EQ(pod(EventReason::FailedScheduling, Text::Plain), "Warning FailedScheduling boom");
  }

  TEST_CASE("every reason has a type and a name of its own") {
    std::vector<std::string> names;
    for (int i = 0; i <= static_cast<int>(EventReason::FailedScheduling); ++i) {
      const EventDraft each = draft(static_cast<EventReason>(i), Text::Plain);
      const std::string type = event_type(each);
      CHECK((type == "Normal" || type == "Warning"));
      for (const std::string& name : names) CHECK(name != to_string(each.reason));
      names.emplace_back(to_string(each.reason));
    }
  }

  TEST_CASE("event/new: another message, container or reason is another event") {
    EventCorrelator correlator = make_correlator();
    for (const EventDraft& each : {draft(EventReason::Created, Text::ContainerCreated, 2),
                                   draft(EventReason::Created, Text::ContainerCreated, 3),
                                   draft(EventReason::Started, Text::ContainerStarted, 2), numbered(1), numbered(2)}) {
      const EventCorrelator::Outcome outcome = correlator.correlate(each, at(1), &kPod);
      CHECK(outcome.count == 1);
      CHECK(outcome.first == at(1));
      check_because(outcome.because, RuleId::EventNew);
    }
  }

  TEST_CASE("event/counted: an equal event raises the count and keeps the first time") {
    EventCorrelator correlator = make_correlator();
    (void)correlator.correlate(numbered(1), at(1));
    (void)correlator.correlate(numbered(1), at(700));
    const EventCorrelator::Outcome third = correlator.correlate(numbered(1), at(5000));
    CHECK(third.count == 3);
    CHECK(third.first == at(1));
    CHECK_FALSE(third.combined);
    check_because(third.because, RuleId::EventCounted);
  }

  TEST_CASE("event/combined: from the tenth distinct message on, whatever the container") {
    EventCorrelator correlator = make_correlator();
    for (std::uint32_t n = 1; n <= 9; ++n) CHECK_FALSE(correlator.correlate(numbered(n), at(n)).combined);
    const EventCorrelator::Outcome tenth = correlator.correlate(numbered(10), at(10));
    CHECK(tenth.combined);
    CHECK(tenth.count == 1);
    check_because(tenth.because, RuleId::EventCombined);
    EventDraft elsewhere = numbered(11);
    elsewhere.container = 3;
    const EventCorrelator::Outcome eleventh = correlator.correlate(elsewhere, at(11));
    CHECK(eleventh.combined);
    CHECK(eleventh.count == 2);
    CHECK(eleventh.first == at(10));
    CHECK_FALSE(correlator.correlate(numbered(12, EventReason::ProbeWarning), at(12)).combined);
  }

  TEST_CASE("a message that a combined group still remembers is written as itself") {
    EventCorrelator correlator = make_correlator();
    for (std::uint32_t n = 1; n <= 10; ++n) (void)correlator.correlate(numbered(n), at(n));
    const EventCorrelator::Outcome known = correlator.correlate(numbered(9), at(11));
    CHECK_FALSE(known.combined);
    CHECK(known.count == 2);
    CHECK(correlator.correlate(numbered(1), at(12)).combined);
  }

  TEST_CASE("a group that rested for more than ten minutes begins anew") {
    const auto tenth_after = [](double pause) {
      EventCorrelator correlator = make_correlator();
      for (std::uint32_t n = 1; n <= 9; ++n) (void)correlator.correlate(numbered(n), at(n));
      return correlator.correlate(numbered(10), at(9 + pause)).combined;
    };
    CHECK(tenth_after(600));
    CHECK_FALSE(tenth_after(600.001));
  }

  TEST_CASE("containers with one image have one message") {
    PodSpec pod = make_pod("a b c d e f g h i j");
    const auto combined = [&](const PodSpec* known) {
      EventCorrelator correlator = make_correlator();
      bool any = false;
      for (ContainerIndex i = 0; i < 10; ++i) {
        any = correlator.correlate(draft(EventReason::Pulling, Text::Pulling, i), at(1), known).combined;
      }
      return any;
    };
    CHECK_FALSE(combined(&pod));
    for (ContainerSpec& container : pod.containers) container.image += container.name;
    CHECK(combined(&pod));
    CHECK(combined(nullptr));
  }

  TEST_CASE("event/dropped: after 25 of a type, then one each five minutes; the count goes on") {
    EventCorrelator correlator = make_correlator();
    for (int n = 1; n <= 25; ++n) CHECK_FALSE(correlator.correlate(numbered(1), at(0)).dropped);
    const EventCorrelator::Outcome dropped = correlator.correlate(numbered(1), at(1));
    CHECK(dropped.dropped);
    CHECK(dropped.count == 26);
    check_because(dropped.because, RuleId::EventDropped);
    CHECK_FALSE(correlator.correlate(draft(EventReason::Created, Text::ContainerCreated), at(1)).dropped);
    CHECK(correlator.correlate(numbered(1), at(299.999)).dropped);
    const EventCorrelator::Outcome written = correlator.correlate(numbered(1), at(300));
    CHECK_FALSE(written.dropped);
    CHECK(written.count == 28);
    CHECK(correlator.correlate(numbered(1), at(301)).dropped);
  }

  TEST_CASE("the allowance never exceeds 25") {
    EventCorrelator correlator = make_correlator();
    (void)correlator.correlate(numbered(1), at(0));
    int written = 0;
    for (int n = 0; n < 30; ++n) written += correlator.correlate(numbered(1), at(1e6)).dropped ? 0 : 1;
    CHECK(written == 25);
  }
}

}  // namespace podlapse::test
