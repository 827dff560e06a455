// The same input and seed give the same run; and what a seed's draws depend on.
//
// A draw is a function of (seed, stream, how many were drawn from that stream before). Of a container's own: how long the
// checks of its image, its creation, start, stop and exit take, and its hooks' and probes' exec. Of its Pod: delivery, writes
// of status and events, volumes, sandbox, cleaning up, requeues. Of the node: the phases of the polling loops. So another
// container or Pod changes no draw of a container; it may still make it wait, since a Pod's worker does one thing at a time
// and the node pulls one image at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "kubelet/world_random.hpp"
#include "kubelet/world_rules.hpp"
#include "podlapse/trace/digest.hpp"

namespace podlapse::test {
namespace {

std::uint64_t digest_of(const WorldInput& input, double until = 90) {
  World world{std::make_shared<const WorldInput>(input)};
  TraceLog log;
  world.run_until(at(until), &log);
  return trace_digest(log.records());
}

WorldCase seeded(WorldCase pod, std::uint64_t seed) {
  pod.input.chance = Chance{seed};
  return pod;
}

WorldCase example() {
  return on_a_node({"i:init s:sc m n", kAlways, "i run=1, s startup=2, m run=5 exit=1, n ready=1 prestop=1"}).remove_at(40);
}

/// The records of one Pod, without what a second Pod may change: their numbers, and the runtime's ids of containers.
std::vector<TraceRecord> course_of(const WorldInput& input, const char* pod) {
  World world{std::make_shared<const WorldInput>(input)};
  TraceLog log;
  world.run_until(at(60), &log);
  std::vector<TraceRecord> course;
  for (TraceRecord record : log.take()) {
    if (record.pod != pod) continue;
    record.seq = record.cause = 0;
    if (auto* status = std::get_if<StatusObservation>(&record.observation)) {
      for (auto* list : {&status->status.init_container_statuses, &status->status.container_statuses}) {
        for (ContainerStatus& container : *list) {
          container.container_id.clear();
          container.state.container_id.clear();
          container.last_state.container_id.clear();
        }
      }
    }
    course.push_back(std::move(record));
  }
  return course;
}

}  // namespace

TEST_SUITE("kubelet/world determinism") {
  TEST_CASE("the same input and seed give the same digest, and so does no seed at all") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      INFO("random_world(", seed, ")");
      const std::uint64_t first = digest_of(*random_world(seed)), second = digest_of(*random_world(seed));
      CHECK_EQ(first, second);
    }
    CHECK_EQ(digest_of(example().input), digest_of(example().input));
    const std::uint64_t a = digest_of(seeded(example(), 12).input), b = digest_of(seeded(example(), 12).input);
    CHECK_EQ(a, b);
  }

  TEST_CASE("each seed gives a run of its own, which is not that without a seed") {
    std::set<std::uint64_t> digests{digest_of(example().input)};
    for (std::uint64_t seed = 0; seed < 100; ++seed) digests.insert(digest_of(seeded(example(), seed).input));
    CHECK_EQ(digests.size(), 101);
  }

  TEST_CASE("a seed moves what happens by latencies and polling, not what happens") {
    const std::string order = example().run(12.5).order();
    CHECK_EQ(order, "+i -i:0 +s +m +n -m:1 +m");
    double earliest = 100, latest = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      INFO("seed ", seed);
      const Story story = seeded(example(), seed).run(12.5);
      CHECK_EQ(story.order(), order);
      earliest = std::min(earliest, story.started("m"));
      latest = std::max(latest, story.started("m"));
    }
    CHECK(latest - earliest > 0.5);
    CHECK(latest - earliest < 4);
  }

  TEST_CASE("where nothing takes time and nothing is tried again, a seed changes nothing") {
    const WorldCase pod = WorldCase{"i:init s:sc m", kNever, "i run=1, s startup=2, m run=5 ready=0, s prestop=1"};
    const std::uint64_t without = digest_of(pod.input);
    for (std::uint64_t seed = 0; seed < 20; ++seed) CHECK_EQ(digest_of(seeded(pod, seed).input), without);
  }

  TEST_CASE("another Pod on the node changes nothing of a Pod's run") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      INFO("seed ", seed);
      WorldCase alone = seeded(example(), seed);
      WorldCase together = alone;
      together.input.pods.push_back(on_a_node({"x:init y:sc z", kAlways, "x run=2, y run=3 exit=1, z run=4"}).input.pods[0]);
      together.input.pods.back().spec.name = "other";
      together.input.pods.back().created_at = secs(2.5);
      together.input.actions.push_back({secs(30), 1, DeletePod{}});
      CHECK_EQ(trace_digest(course_of(alone.input, "pod")), trace_digest(course_of(together.input, "pod")));
    }
  }

  TEST_CASE("another container changes no draw of a container") {
    // From the call to the end of each part of m's start and stop, whoever started before it.
    const auto parts = [](const char* containers, std::uint64_t seed) {
      const Story story = seeded(on_a_node({containers, kAlways, ""}), seed).remove_at(20).run(40);
      const auto of_m = [&](RuleId id) {
        for (const TraceRecord& record : records_of(story, id)) {
          if (container_of(record) == "m") return seconds(record);
        }
        return -1.0;
      };
      const double stopping = story.steps("kill", "is to be stopped", "m").at(0);
      const double signal = story.steps("kill", "the stop signal is sent", "m").at(0);
      return std::vector<double>{story.started("m") - of_m(RuleId::StartCreated), signal - stopping, story.signalled("m") - signal};
    };
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      INFO("seed ", seed);
      const std::vector<double> alone = parts("m", seed), last = parts("a b m", seed), first = parts("m y z", seed);
      for (std::size_t i = 0; i < alone.size(); ++i) {
        CHECK(alone[i] == doctest::Approx(last[i]));
        CHECK(alone[i] == doctest::Approx(first[i]));
        CHECK(alone[i] > 0);
      }
    }
  }
}

}  // namespace podlapse::test
