#include "podlapse/base/check.hpp"

#include <doctest/doctest.h>

using namespace podlapse;

TEST_SUITE("base/check") {
  TEST_CASE("a broken invariant throws and names itself and its place in the source tree") {
    try {
      PODLAPSE_CHECK(1 + 1 == 3);
      FAIL("nothing was thrown");
    } catch (const InternalFault& fault) {
      const std::string what = fault.what();
      CHECK(what.find("invariant broken: 1 + 1 == 3 (tests/base/check_test.cpp:") == 0);
    }
  }

  TEST_CASE("an invariant that holds is silent") { CHECK_NOTHROW(PODLAPSE_CHECK(true)); }
}
