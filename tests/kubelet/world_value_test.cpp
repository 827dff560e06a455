// A World is a value: a copy runs on alone and does what the original would have done.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "kubelet/world_random.hpp"
#include "kubelet/world_support.hpp"
#include "podlapse/trace/digest.hpp"

namespace podlapse::test {
namespace {

constexpr double kEnd = 60;

using Input = std::shared_ptr<const WorldInput>;

/// Everything that a World tells from now until the end.
std::vector<TraceRecord> rest_of(World& world) {
  TraceLog log;
  world.run_until(at(kEnd), &log);
  return log.take();
}

/// Empty when both hold the same records, byte for byte; else where they part.
std::string difference(const std::vector<TraceRecord>& a, const std::vector<TraceRecord>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (trace_digest({a[i]}) != trace_digest({b[i]})) return "record " + std::to_string(i) + " of the rest, " + a[i].rule + ", differs";
  }
  return a.size() == b.size() ? "" : std::to_string(a.size()) + " records became " + std::to_string(b.size());
}

std::vector<TraceRecord> from(const std::vector<TraceRecord>& records, std::size_t first) {
  return {records.begin() + static_cast<std::ptrdiff_t>(first), records.end()};
}

/// A World in the middle of much: hooks, a kill, a pull and probes are under way.
Input busy() {
  WorldCase pod{"i:init s1:sc s2:sc m n", kAlways, "i run=1, s1 startup=2 live=40, m run=7 exit=1 prestop=3, n poststart=2 term=4"};
  pod.input.config = KubeletConfig::kubelet_profile();
  pod.input.chance = Chance{7};
  pod.input.images["busybox:1.36"].present = false;
  return std::make_shared<const WorldInput>(pod.patch_image_at(15, "n").at(25, RestartKubelet{}).remove_at(40, 12).input);
}

/// `world` after `seconds`, with what it has told.
World after(const Input& input, double seconds, TraceSink* sink = nullptr) {
  World world{input};
  world.run_until(at(seconds), sink);
  return world;
}

}  // namespace

TEST_SUITE("kubelet/world value") {
  TEST_CASE("a copy taken at any instant tells what the original would have told") {
    std::vector<Input> inputs{busy()};
    for (std::uint64_t seed = 1; seed <= 60; ++seed) inputs.push_back(random_world(seed));
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      INFO("busy(), then random_world(): ", i);
      World whole{inputs[i]};
      const std::vector<TraceRecord> told = rest_of(whole);
      World world{inputs[i]};
      TraceLog log;
      std::size_t steps = 0;
      while (world.next_due() && *world.next_due() <= at(kEnd)) {
        world.step(&log);
        if (++steps % (i == 0 ? 1 : 29) != 0) continue;
        World copy = world;
        CHECK_EQ(difference(rest_of(copy), from(told, log.records().size())), "");
      }
      CHECK_EQ(difference(log.records(), told), "");  // the copies have left it alone
    }
  }

  TEST_CASE("assigning a World replaces everything, also of another run and to itself") {
    const Input input = busy();
    World world = after(input, 9);
    World expected = world;
    const std::vector<TraceRecord> told = rest_of(expected);
    CHECK(told.size() > 100);
    const World& itself = world;
    world = itself;
    World other = after(random_world(3), 4);
    other = world;
    CHECK(other.now() == world.now());
    CHECK(other.next_due() == world.next_due());
    CHECK_EQ(difference(rest_of(other), told), "");
    CHECK_EQ(difference(rest_of(world), told), "");
  }

  TEST_CASE("a moved World goes on, and what it was moved from can be assigned again") {
    const Input input = busy();
    World world = after(input, 9);
    World expected = world;
    const std::vector<TraceRecord> told = rest_of(expected);
    World moved = std::move(world);
    world = after(random_world(3), 4);
    world = moved;
    World target = after(random_world(5), 30);
    target = std::move(moved);
    CHECK_EQ(difference(rest_of(target), told), "");
    CHECK_EQ(difference(rest_of(world), told), "");
    std::vector<World> worlds;  // moves when it grows
    for (int i = 0; i < 5; ++i) worlds.push_back(after(input, 9));
    for (World& each : worlds) CHECK_EQ(difference(rest_of(each), told), "");
  }

  TEST_CASE("a World outlives the input it was made of") {
    Input input = busy();
    World world = after(input, 9);
    World expected = world;
    const std::vector<TraceRecord> told = rest_of(expected);
    input.reset();
    CHECK_EQ(difference(rest_of(world), told), "");
  }

  TEST_CASE("a World to which nobody listens takes the same course") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      INFO("random_world(", seed, ")");
      const Input input = random_world(seed);
      World heard{input}, unheard{input};
      TraceLog log;
      for (double second = 1; second <= kEnd; ++second) {
        heard.run_until(at(second), &log);
        unheard.run_until(at(second), nullptr);
        for (PodIndex pod = 0; pod < heard.pod_count(); ++pod) {
          const PodProgress a = heard.progress(pod), b = unheard.progress(pod);
          CHECK(a.phase == b.phase);
          CHECK(a.gone_since == b.gone_since);
          CHECK(a.terminal_since == b.terminal_since);
          CHECK(a.last_change == b.last_change);
        }
      }
    }
  }

  TEST_CASE("who begins to listen late hears the rest as if from the start") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      INFO("random_world(", seed, ")");
      const Input input = random_world(seed);
      TraceLog whole;
      World heard = after(input, 9, &whole), late = after(input, 9, nullptr);
      CHECK_EQ(difference(rest_of(late), rest_of(heard)), "");
    }
  }

  TEST_CASE("a step takes one event, and a World without events has come to an end") {
    WorldCase pod{"m", kNever, "m run=1"};
    World world{std::make_shared<const WorldInput>(pod.remove_at(5).input)};
    int steps = 0;
    while (world.next_due()) {
      const SimTime due = *world.next_due();
      CHECK(world.step(nullptr));
      CHECK(world.now() == due);
      ++steps;
    }
    CHECK(steps > 20);
    CHECK_FALSE(world.step(nullptr));
    CHECK(world.progress(0).gone);
    CHECK_FALSE(world.progress(0).waiting_for_timer);
  }

  TEST_CASE("answers that a probe would give of a process that has gone are not waited for") {
    const WorldCase pod{"m n", kNever, "m run=2 live=40"};
    World world{std::make_shared<const WorldInput>(pod.input)};
    world.run_until(at(1), nullptr);
    CHECK(world.progress(0).waiting_for_timer);
    world.run_until(at(10), nullptr);
    CHECK_FALSE(world.progress(0).waiting_for_timer);
  }
}

}  // namespace podlapse::test
