// What holds in every run (world_invariants.hpp), over Pods made by chance.
#include <doctest/doctest.h>

#include "kubelet/world_invariants.hpp"
#include "kubelet/world_random.hpp"
#include "kubelet/world_support.hpp"

namespace podlapse::test {

TEST_SUITE("kubelet/world invariants") {
  TEST_CASE("whatever its Pods are, a World keeps its invariants") {
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
      INFO("random_world(", seed, ")");
      CHECK_EQ(check_invariants(random_world(seed), at(120)), "");
    }
  }
}

}  // namespace podlapse::test
