// What holds in every run (world_invariants.hpp), over Pods made by chance.
#include <doctest/doctest.h>

#include "kubelet/world_invariants.hpp"
#include "kubelet/world_random.hpp"
#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

std::string broken(const WorldCase& pod, double until) {
  return check_invariants(std::make_shared<const WorldInput>(pod.input), at(until));
}

/// Containers and what they do; each runs under every policy, in both profiles, left alone and deleted at many instants.
struct Example {
  const char* containers;
  const char* behavior;
};
constexpr Example kExamples[] = {
    {"m n", "m run=2, n run=4 exit=1"},
    {"i:init j:init m", "i run=1, j run=2 exit=1 / run=1, m run=6"},
    {"s1:sc s2:sc m", "s1 term=2, s2 run=3 exit=1, m run=7 term=1"},
    {"s1:sc s2:sc s3:sc m", "s1 term=never, s2 prestop=2 term=1, s3 startup=2 live=6, m sleep=1 term=3"},
    {"i:init s:sc j:init m n", "i run=0.5, s startup=1.5, j run=1 exit=1 / run=1, m live=4 poststart=1, n ready=2 prestop=9"},
    {"s:sc m", "s poststart=2:1 prestop=1:1, m run=3 exit=1 / run=1 / run=ever term=never"},
    {"i:init m n:never,restart-all=42", "i run=0.5, m prestop=1 term=never, n run=3 exit=42 / run=ever"},
};

}  // namespace

TEST_SUITE("kubelet/world invariants") {
  TEST_CASE("whatever its Pods are, a World keeps its invariants") {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
      INFO("random_world(", seed, ")");
      CHECK_EQ(check_invariants(random_world(seed), at(120)), "");
    }
  }

  TEST_CASE("a deletion at any instant breaks no invariant, and the Pod goes in the end") {
    for (const Example& example : kExamples) {
      for (const RestartPolicy policy : {kAlways, kOnFailure, kNever}) {
        for (int tenth = 0; tenth < 120; tenth += 3) {
          WorldCase pod{example.containers, policy, example.behavior};
          if (tenth % 2 != 0) pod.input.config = KubeletConfig::kubelet_profile();
          pod.grace(4).remove_at(tenth / 10.0, tenth % 4 == 0 ? std::nullopt : std::optional<std::int64_t>{tenth % 7});
          INFO(example.containers, " ", to_string(policy), " deleted at ", tenth, "/10 s: ", example.behavior);
          CHECK_EQ(broken(pod, 60), "");
          CHECK(pod.run(60).gone() >= 0);
        }
      }
    }
  }

  TEST_CASE("a restart of the kubelet at any instant breaks no invariant, however short it is down") {
    for (const Example& example : kExamples) {
      for (int instant = 0; instant < 120; ++instant) {
        WorldCase pod{example.containers, instant % 2 == 0 ? kAlways : kNever, example.behavior};
        pod.input.config = KubeletConfig::kubelet_profile();
        const double down_for[] = {0, 0.003, 0.02, 0.6, 3};
        pod.grace(4).at(instant * 0.0837, RestartKubelet{secs(down_for[instant % 5])}).remove_at(20);
        INFO(example.containers, " restarted at ", instant, " * 83.7 ms: ", example.behavior);
        CHECK_EQ(broken(pod, 60), "");
        CHECK(pod.run(60).gone() >= 0);
      }
    }
  }
}

}  // namespace podlapse::test
