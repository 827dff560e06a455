#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "podlapse/base/check.hpp"
#include "podlapse/rules/rule_id.hpp"

using namespace podlapse;

namespace {

/// "topic/name": lowercase letters, digits and hyphens on both sides of one slash, each part beginning with a letter.
bool is_id(std::string_view id) {
  const auto slash = id.find('/');
  if (slash == std::string_view::npos) return false;
  for (const std::string_view part : {id.substr(0, slash), id.substr(slash + 1)}) {
    if (part.empty() || part.front() < 'a' || part.front() > 'z' || part.back() == '-') return false;
    const bool clean = std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!clean) return false;
  }
  return true;
}

}  // namespace

TEST_SUITE("rules/catalog") {
  TEST_CASE("every rule has an id of the form topic/name, and no other rule has it") {
    std::set<std::string_view> seen;
    for (const RuleId id : all_rules()) {
      CAPTURE(std::string{rule(id).id});
      CHECK(is_id(rule(id).id));
      CHECK(seen.insert(rule(id).id).second);
    }
    CHECK(seen.size() == static_cast<std::size_t>(RuleId::Count) - 1);
  }

  TEST_CASE("every rule is one sentence without a full stop") {
    for (const RuleId id : all_rules()) {
      const std::string_view text = rule(id).text;
      CAPTURE(std::string{rule(id).id});
      REQUIRE(text.size() > 15);
      CHECK(text.back() != '.');
      CHECK(text.back() != ' ');
      CHECK(text.find('\n') == std::string_view::npos);
      CHECK(text.find(". ") == std::string_view::npos);
    }
  }

  TEST_CASE("every rule says where it comes from") {
    for (const RuleId id : all_rules()) {
      CAPTURE(std::string{rule(id).id});
      CHECK(rule(id).source.size() > 5);
    }
  }

  TEST_CASE("a rule is found by its id, and by nothing else") {
    for (const RuleId id : all_rules()) CHECK(find_rule(rule(id).id) == id);
    CHECK(find_rule("") == RuleId::None);
    CHECK(find_rule("no/such-rule") == RuleId::None);
  }

  TEST_CASE("the rule None has empty texts, and an id beyond the catalogue is a fault") {
    CHECK(rule(RuleId::None).id.empty());
    CHECK(rule(RuleId::None).text.empty());
    CHECK(rule(RuleId::None).source.empty());
    CHECK_THROWS_AS((void)rule(RuleId::Count), InternalFault);
  }

  TEST_CASE("the form of an id is checked") {
    CHECK(is_id("restart/on-failure-zero"));
    for (const std::string_view wrong : {"", "restart", "/x", "restart/", "Restart/x", "restart/x_y", "a/b/c", "a/b-", "1/b"}) {
      CAPTURE(std::string{wrong});
      CHECK_FALSE(is_id(wrong));
    }
  }
}
