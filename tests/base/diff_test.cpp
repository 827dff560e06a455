#include "podlapse/base/diff.hpp"

#include <doctest/doctest.h>

#include <string>

using podlapse::unified_diff;

TEST_SUITE("base/diff") {
  TEST_CASE("a unified diff shows what changed with three lines around it") {
    CHECK(unified_diff("a\nb\n", "a\nb\n", "old", "new").empty());
    CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "old", "new") ==
          "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    CHECK(unified_diff("", "a\n", "old", "new") == "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n");
    CHECK(unified_diff("a\nb", "a\n", "old", "new") ==
          "--- old\n+++ new\n@@ -1,2 +1,1 @@\n a\n-b\n\\ no newline at the end\n");
  }

  TEST_CASE("texts too large for a table are taken away and put in as a whole, but for what is the same at both ends") {
    std::string before = "head\n", after = "head\n";
    for (int i = 0; i < 5000; ++i) {
      before += "a" + std::to_string(i) + "\n";
      after += "b" + std::to_string(i) + "\n";
    }
    const std::string diff = unified_diff(before + "tail\n", after + "tail\n", "old", "new");
    CHECK(diff.rfind("--- old\n+++ new\n@@ -1,5002 +1,5002 @@\n head\n-a0\n-a1\n", 0) == 0);
    CHECK(diff.find("-a4999\n+b0\n") != std::string::npos);
    CHECK(diff.find("+b4999\n tail\n") != std::string::npos);
  }
}
