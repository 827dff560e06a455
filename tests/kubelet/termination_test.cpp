// Grace periods and the order of termination (decision tables 9.2 and 9.4).
#include "podlapse/kubelet/termination.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

using Seconds = std::optional<int>;

std::optional<SimDuration> grace(Seconds seconds) {
  return seconds ? std::optional{secs(*seconds)} : std::nullopt;
}

Decided<SimDuration> grace_of(Seconds pod, Seconds liveness, Seconds startup, KillReason reason,
                              Seconds deletion = {}) {
  ContainerSpec container = make_pod("m:liveness,startup").containers[0];
  container.liveness_probe->termination_grace_period = grace(liveness);
  container.startup_probe->termination_grace_period = grace(startup);
  return termination_grace_period(grace(pod), container, reason, grace(deletion), {});
}

Decided<SimDuration> effective(int spec, Seconds deletion, Seconds override_grace) {
  return effective_grace_period(secs(spec), grace(deletion), grace(override_grace), {});
}

/// Whom `container` waits for, by name; `stopped` containers do not run.
std::string awaited(const char* containers, const char* container, const char* stopped = "") {
  const PodCase pod{containers, kAlways, ""};
  std::vector<bool> running(pod.spec.containers.size(), true);
  for (const std::string& name : split(stopped, ' ')) running[pod.index(name)] = false;
  std::string names;
  for (const ContainerIndex i : termination_prerequisites(pod.spec, running, pod.index(container)).value) {
    names += (names.empty() ? "" : " ") + pod.spec.containers[i].name;
  }
  return names;
}

RuleId order_because(const char* containers, const char* container) {
  const PodCase pod{containers, kAlways, ""};
  const std::vector<bool> running(pod.spec.containers.size(), true);
  return termination_prerequisites(pod.spec, running, pod.index(container)).because;
}

}  // namespace

TEST_SUITE("kubelet/termination") {
  TEST_CASE("the rows of setTerminationGracePeriod hold") {
    struct Row {
      std::string id;
      Seconds pod, liveness, startup;
      KillReason reason;
      int expected;
    };
    const Row rows[] = {
        {"9.4", {}, {}, {}, KillReason::Unknown, 2},
        {"9.5", 60, {}, {}, KillReason::Unknown, 60},
        {"9.6", 60, 10, {}, KillReason::LivenessProbe, 10},
        {"9.7", 60, {}, 10, KillReason::StartupProbe, 10},
        {"9.8", 10, {}, 60, KillReason::StartupProbe, 60},
        {"9.9", 10, 60, {}, KillReason::LivenessProbe, 60},
        {"9.10", 60, 10, {}, KillReason::Unknown, 60},
        {"9.11", 60, {}, 10, KillReason::Unknown, 60},
        {"9.12", 60, 30, 10, KillReason::Unknown, 60},
        {"9.13", 60, 30, 10, KillReason::StartupProbe, 10},
        {"9.14", 60, 30, 10, KillReason::LivenessProbe, 30},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK(grace_of(row.pod, row.liveness, row.startup, row.reason).value == secs(row.expected));
    }
  }

  TEST_CASE("a probe that is not there, or that killed nobody, has no say in the grace period") {
    const ContainerSpec container = make_pod("m").containers[0];
    CHECK(termination_grace_period(secs(60), container, KillReason::LivenessProbe, {}, {}).value == secs(60));
    for (const KillReason reason : {KillReason::FailedPostStartHook, KillReason::DefinitionChanged}) {
      CHECK(grace_of(60, 30, 10, reason).value == secs(60));
    }
  }

  TEST_CASE("the grace period of the spec counts for a Pod") {
    PodSpec pod = make_pod("m");
    pod.termination_grace_period = secs(7);
    CHECK(termination_grace_period(pod, pod.containers[0], KillReason::Unknown, {}, {}).value == secs(7));
    CHECK(termination_grace_period(pod, pod.containers[0], KillReason::Unknown, secs(3), {}).value == secs(3));
  }

  TEST_CASE("the rows of calculateEffectiveGracePeriod hold") {
    struct Row {
      std::string id;
      int spec;
      Seconds deletion, override_grace;
      int expected;
    };
    const Row rows[] = {
        {"9.23", 30, {}, {}, 30}, {"9.24", 30, 5, {}, 5}, {"9.25", 30, 5, 2, 2},
        {"9.26", 30, 0, {}, 1},   {"9.27", 30, 5, 0, 1},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK(effective(row.spec, row.deletion, row.override_grace).value == secs(row.expected));
    }
    CHECK(effective(30, 60, {}).value == secs(60));  // the API server has the last word, also where it is longer
    CHECK(effective(30, 5, 20).value == secs(5));
    CHECK(effective(30, {}, 2).value == secs(2));
  }

  TEST_CASE("a sidecar waits for the mains and for the next later sidecar, as long as those run") {
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m n", "s1"), "s2 m n");
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m n", "s2"), "s3 m n");
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m n", "s3"), "m n");
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m n", "m"), "");
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m n", "s3", "m"), "n");
    CHECK_EQ(awaited("s1:sc s2:sc s3:sc m", "s1", "s2"), "m");  // a stopped sidecar breaks the chain
    CHECK_EQ(awaited("s1:sc i:init s2:sc m", "s1", "s2 m"), "");  // a running init is not waited for
    CHECK_EQ(awaited("s1:sc i:init m", "i"), "");
    CHECK_EQ(awaited("s1:sc m e:eph", "s1"), "m");
    CHECK_EQ(awaited("s1:sc m e:eph", "e"), "");
  }

  TEST_CASE("grace is counted in whole seconds, truncated") {
    CHECK(remaining_grace(secs(10), secs(1.9)) == secs(9));
    CHECK(remaining_grace(secs(10), secs(2)) == secs(8));
    CHECK(remaining_grace(secs(5), secs(0.999)) == secs(5));
  }
}

TEST_SUITE("kubelet/termination rules") {
  TEST_CASE("termination/deletion-grace: a deletion's grace period counts before a probe's") {
    const Decided<SimDuration> grace_period = grace_of(60, 30, {}, KillReason::LivenessProbe, 5);
    CHECK(grace_period.value == secs(5));
    check_because(grace_period.because, RuleId::TerminationDeletionGrace);
  }
  TEST_CASE("termination/probe-grace: a probe's own grace period counts for its kill") {
    check_because(grace_of(60, 30, {}, KillReason::LivenessProbe).because, RuleId::TerminationProbeGrace);
  }
  TEST_CASE("termination/spec-grace: the Pod's grace period counts otherwise") {
    check_because(grace_of(60, {}, {}, KillReason::LivenessProbe).because, RuleId::TerminationSpecGrace);
  }
  TEST_CASE("termination/no-grace: a Pod without a grace period has the least there is") {
    check_because(grace_of({}, {}, {}, KillReason::Unknown).because, RuleId::TerminationNoGrace);
  }
  TEST_CASE("termination/effective-spec: a kill without a say of its own keeps the spec's grace period") {
    check_because(effective(30, {}, {}).because, RuleId::TerminationEffectiveSpec);
  }
  TEST_CASE("termination/effective-deletion: a deletion sets the grace period") {
    check_because(effective(30, 5, {}).because, RuleId::TerminationEffectiveDeletion);
  }
  TEST_CASE("termination/effective-override: an eviction shortens a deletion's grace period, and never lengthens it") {
    check_because(effective(30, 5, 2).because, RuleId::TerminationEffectiveOverride);
    CHECK(effective(30, 5, 9).because == RuleId::TerminationEffectiveDeletion);
  }
  TEST_CASE("termination/effective-at-least-one: a deletion with grace 0 has one second") {
    check_because(effective(30, 0, {}).because, RuleId::TerminationEffectiveAtLeastOne);
  }
  TEST_CASE("termination/together: without sidecars nobody waits") {
    check_because(order_because("i:init m n", "m"), RuleId::TerminationTogether);
  }
  TEST_CASE("termination/no-order-yet: in 1.28 sidecars and mains get their stop signals together") {
    const PodCase pod{"s:sc m", kAlways, ""};
    const auto order = termination_prerequisites(pod.spec, {true, true}, pod.index("s"), FeatureGates{KubernetesVersion{28, {}}});
    CHECK(order.value.empty());
    check_because(order.because, RuleId::TerminationNoOrderYet);
  }
  TEST_CASE("termination/absent-awaited: up to 1.30.3 a sidecar waits for a later one that does not run") {
    const PodCase pod{"s:sc t:sc m", kAlways, ""};
    const std::vector<bool> running = {true, false, false};
    const auto order = termination_prerequisites(pod.spec, running, pod.index("s"), FeatureGates{KubernetesVersion{30, 3}});
    CHECK(order.value == std::vector<ContainerIndex>{pod.index("t")});
    check_because(order.because, RuleId::TerminationAbsentAwaited);
    for (const KubernetesVersion version : {KubernetesVersion{30, 4}, KubernetesVersion{29, 8}, KubernetesVersion{36, {}}}) {
      CHECK(termination_prerequisites(pod.spec, running, pod.index("s"), FeatureGates{version}).value.empty());
    }
  }
  TEST_CASE("termination/mains-first: mains stop before sidecars") {
    check_because(order_because("s:sc m", "m"), RuleId::TerminationMainsFirst);
  }
  TEST_CASE("termination/sidecars-last: sidecars stop after mains, the last one first") {
    check_because(order_because("s:sc m", "s"), RuleId::TerminationSidecarsLast);
  }
  TEST_CASE("termination/remaining: a container gets what is left of its grace period") {
    const Decided<SimDuration> timeout = stop_timeout(secs(3), {});
    CHECK(timeout.value == secs(3));
    check_because(timeout.because, RuleId::TerminationRemaining);
  }
  TEST_CASE("termination/floor: with nothing left a container still gets two seconds") {
    const Decided<SimDuration> timeout = stop_timeout(secs(0), {});
    CHECK(timeout.value == secs(2));
    check_because(timeout.because, RuleId::TerminationFloor);
    CHECK(stop_timeout(secs(2), {}).because == RuleId::TerminationRemaining);
  }
}

}  // namespace podlapse::test
