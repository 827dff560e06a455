// Feature gates and node settings, held against what a real kubelet v1.36.2 showed with them: each figure within its range.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

constexpr int kSeeds = 40;

using Measure = std::function<double(const Story&)>;

/// Runs `pod` on a node as measured, with seeds 1 to kSeeds.
std::vector<double> measured(WorldCase pod, const FeatureGates& gates, double seconds, const Measure& measure) {
  pod.input.config = KubeletConfig::kubelet_profile();
  pod.input.config.gates = gates;
  std::vector<double> values;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    pod.input.chance = Chance{static_cast<std::uint64_t>(seed)};
    values.push_back(measure(pod.run(seconds)));
  }
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double most(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }
double least(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }

FeatureGates without_relist() {
  FeatureGates gates;
  gates.pleg_on_demand_relist = false;
  return gates;
}

double seconds_of(SimTime at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

/// When the API first showed `container` in `state`, or -1.
double shown(const Story& story, const std::string& container, ContainerState::Kind state) {
  for (const TraceRecord& record : story.records()) {
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr) continue;
    const ContainerStatus* status = find_container_status(seen->status, container);
    if (status != nullptr && status->state.kind == state) return seconds_of(record.at);
  }
  return -1;
}

/// When the API first showed the phase, or -1.
double phase_at(const Story& story, const std::string& phase) {
  for (const TraceRecord& record : story.records()) {
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen != nullptr && seen->status.phase == phase) return seconds_of(record.at);
  }
  return -1;
}

#define CHECK_BETWEEN(value, low, high)      \
  do {                                       \
    const double checked_value = (value);    \
    CAPTURE(checked_value);                  \
    CHECK(checked_value >= (low));           \
    CHECK(checked_value <= (high));          \
  } while (false)

const WorldCase kSidecarThenMain{"s:sc m", kAlways, "s term=0:0, m term=0:0"};
const WorldCase kStartupThenMain{"s:sc m", kAlways, "s startup=3, m term=0:0"};
const WorldCase kInitThenMain{"i:init m", kAlways, "i run=2 exit=0, m term=0:0"};
const WorldCase kSidecarAndWork{"s:sc m", kNever, "s term=0:0, m run=5 exit=0"};
const WorldCase kWorkAlone{"m", kNever, "m run=5 exit=0"};

double sidecar_to_next(const Story& story) { return story.started("m") - story.started("s"); }
double startup_to_next(const Story& story) {
  for (const double at : story.probes("s", ProbeKind::Startup)) {
    if (at - story.started("s") >= 3) return story.started("m") - at;
  }
  return -1;
}
double started_to_running(const Story& story) { return shown(story, "m", ContainerState::Kind::Running) - story.started("m"); }
double init_to_next(const Story& story) { return story.started("m") - story.exited("i"); }
double main_to_sidecar_term(const Story& story) { return story.signalled("s") - story.exited("m"); }
double exit_to_phase(const Story& story) { return phase_at(story, "Succeeded") - story.exited("m"); }

}  // namespace

TEST_SUITE("kubelet/feature_gates PLEGOnDemandRelist") {
  TEST_CASE("a started sidecar lets the next container start at the next relist instead of at once") {
    const auto off = measured(kSidecarThenMain, without_relist(), 10, sidecar_to_next);
    CHECK_BETWEEN(mean(off), 0.6, 1.0);
    CHECK_BETWEEN(most(off), 0.8, 1.3);
    CHECK_BETWEEN(mean(measured(kSidecarThenMain, {}, 10, sidecar_to_next)), 0.05, 0.13);
  }
  TEST_CASE("a passed startup probe lets the next container start within a relist") {
    const auto off = measured(kStartupThenMain, without_relist(), 20, startup_to_next);
    CHECK_BETWEEN(mean(off), 0.05, 0.35);
    CHECK_BETWEEN(most(off), 0.05, 0.95);
    CHECK_BETWEEN(mean(measured(kStartupThenMain, {}, 20, startup_to_next)), 0.05, 0.2);
  }
  TEST_CASE("a start shows in the status at the next relist instead of at once") {
    CHECK_BETWEEN(mean(measured(kWorkAlone, without_relist(), 10, started_to_running)), 0.4, 0.85);
    CHECK_BETWEEN(mean(measured(kWorkAlone, {}, 10, started_to_running)), 0.02, 0.08);
  }
  TEST_CASE("exits are seen at the next relist with or without it") {
    CHECK_BETWEEN(mean(measured(kInitThenMain, without_relist(), 10, init_to_next)), 0.6, 1.0);
    CHECK_BETWEEN(mean(measured(kInitThenMain, {}, 10, init_to_next)), 0.6, 1.0);
  }
  TEST_CASE("the last main's exit reaches the sidecars, and the phase its end, later without it") {
    CHECK_BETWEEN(mean(measured(kSidecarAndWork, without_relist(), 20, main_to_sidecar_term)), 0.5, 1.1);
    CHECK_BETWEEN(mean(measured(kSidecarAndWork, {}, 20, main_to_sidecar_term)), 0.4, 0.8);
    CHECK_BETWEEN(mean(measured(kWorkAlone, without_relist(), 20, exit_to_phase)), 1.6, 2.9);
    CHECK_BETWEEN(mean(measured(kWorkAlone, {}, 20, exit_to_phase)), 1.5, 2.2);
  }
  TEST_CASE("a deletion reaches the process at once, and two mains start together, without it too") {
    WorldCase deleted{"m", kAlways, "m term=0:0"};
    deleted.remove_at(6.3);
    const auto to_term = [](const Story& story) { return story.signalled("m") - 6.3; };
    CHECK_BETWEEN(mean(measured(deleted, without_relist(), 10, to_term)), 0.01, 0.05);
    CHECK_BETWEEN(mean(measured(deleted, {}, 10, to_term)), 0.01, 0.05);
    const auto apart = [](const Story& story) { return std::abs(story.started("n") - story.started("m")); };
    CHECK_BETWEEN(most(measured({"m n", kAlways, ""}, without_relist(), 10, apart)), 0.0, 0.45);
  }
  TEST_CASE("a sidecar that exits at once is hardly ever seen running without it, and what follows does not start") {
    const WorldCase pod{"s:sc i:init m", kAlways, "s run=0 exit=0, i run=1 exit=0"};
    const auto init = [](const Story& story) { return story.started("i"); };
    // Only a relist that falls between the exit and the runtime's word of it sees it run: both recorded runs had none in 40 s.
    const auto off = measured(pod, without_relist(), 40, init);
    CHECK(std::count(off.begin(), off.end(), -1) >= kSeeds * 3 / 4);
    CHECK_BETWEEN(mean(measured(pod, {}, 40, init)), 0.4, 1.5);
  }
}

namespace {

/// From each exit to the next start.
std::vector<double> waits(const Story& story, const std::string& container) {
  std::vector<double> result;
  for (int attempt = 1; attempt < story.starts(container); ++attempt) {
    result.push_back(story.started(container, attempt) - story.exited(container, attempt - 1));
  }
  return result;
}

void check_waits(const WorldCase& pod, const FeatureGates& gates, const std::vector<double>& least_waits, double seconds,
                 const std::string& container = "m") {
  for (std::size_t i = 0; i < least_waits.size(); ++i) {
    const auto wait = [&](const Story& story) { return waits(story, container).at(i); };
    const auto values = measured(pod, gates, seconds, wait);
    CAPTURE(container);
    CAPTURE(i);
    CHECK(least(values) >= least_waits[i]);
    // Each wait is up to half more, and an exit is seen up to a second late.
    CHECK(most(values) <= least_waits[i] * 1.5 + 2.2);
  }
}

FeatureGates reduced() {
  FeatureGates gates;
  gates.reduce_default_crash_loop_back_off_decay = true;
  return gates;
}

}  // namespace

TEST_SUITE("kubelet/feature_gates crash loop back-off") {
  TEST_CASE("by default a crash loop waits 10, 20 and 40 s after a restart at once") {
    check_waits({"m", kAlways, "m run=0 exit=1"}, {}, {0, 10, 20, 40}, 130);
  }
  TEST_CASE("ReduceDefaultCrashLoopBackOffDecay: 1, 2, 4, 8, 16 and 32 s after a restart at once, of every kind of container") {
    const std::vector<double> expected = {0, 1, 2, 4, 8, 16, 32};
    check_waits({"m", kAlways, "m run=0 exit=1"}, reduced(), expected, 160);
    check_waits({"m", kOnFailure, "m run=0 exit=1"}, reduced(), expected, 160);
    check_waits({"i:init m", kAlways, "i run=0 exit=1"}, reduced(), expected, 160, "i");
    check_waits({"s:sc m", kAlways, "s run=0 exit=1, m run=ever"}, reduced(), expected, 160, "s");
  }
  TEST_CASE("ReduceDefaultCrashLoopBackOffDecay: a good run of 30 s does not reset it") {
    const WorldCase pod{"m", kAlways, "m run=0 exit=1 / run=0 exit=1 / run=0 exit=1 / run=30 exit=1 / run=0 exit=1"};
    const auto after_good_run = [](const Story& story) { return waits(story, "m").at(4); };
    // The fourth run ends longer after its start than the 4 s it would have waited; the back-off goes on from 8 s.
    const auto values = measured(pod, reduced(), 120, after_good_run);
    CHECK(least(values) >= 8);
  }
  TEST_CASE("maxContainerRestartPeriod of 20 s: 10 s, then 20 s for ever") {
    WorldCase pod{"m", kAlways, "m run=0 exit=1"};
    std::vector<std::vector<double>> all(6);
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      WorldCase one = pod;
      one.input.config = KubeletConfig::kubelet_profile();
      one.input.config.constants.crash_loop_back_off_max = secs(20);
      one.input.chance = Chance{seed};
      const std::vector<double> found = waits(one.run(220), "m");
      for (std::size_t i = 0; i < all.size(); ++i) all[i].push_back(found.at(i));
    }
    CHECK_BETWEEN(least(all[1]), 10.0, 11.5);
    CHECK_BETWEEN(most(all[1]), 12.0, 16.5);
    for (std::size_t i = 2; i < all.size(); ++i) {
      CAPTURE(i);
      CHECK(least(all[i]) >= 20);
      CHECK(most(all[i]) <= 31.5);
    }
  }
}

}  // namespace podlapse::test
