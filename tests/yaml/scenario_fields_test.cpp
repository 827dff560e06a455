#include "yaml/scenario_fields.hpp"

#include <doctest/doctest.h>

#include "podlapse/base/check.hpp"

using namespace podlapse;
using namespace podlapse::yaml;

namespace {

Value object_with(const char* key, Value value) {
  Value object = Value::object();
  object.set(key, std::move(value));
  return object;
}

}  // namespace

TEST_SUITE("yaml/scenario_fields") {
  TEST_CASE("a reader that does not ask for all keys of the table, or for another, or for another type, is a fault") {
    Diagnostics out;
    const Value value = object_with("after", Value{"2s"});
    Fields forgets{value, FormatMapping::NeedElse, out};
    CHECK(forgets.duration("after") == std::chrono::seconds{2});
    CHECK_THROWS_AS(forgets.finish(), InternalFault);  // `exit` is in the table
    CHECK(forgets.integer("exit") == std::nullopt);
    forgets.finish();
    CHECK_THROWS_AS((void)forgets.find("before"), InternalFault);
    CHECK_THROWS_AS((void)forgets.text("after"), InternalFault);
    CHECK(out.empty());
  }

  TEST_CASE("types, ranges and words are those of the table") {
    const auto said = [](const char* key, Value value, const auto& read) {
      Diagnostics out;
      const Value object = object_with(key, std::move(value));
      Fields fields{object, FormatMapping::Scenario, out};
      (void)read(fields);
      return out.empty() ? std::string{} : out.front().text + (out.front().help.empty() ? "" : " (" + out.front().help + ")");
    };
    const auto replicas = [](Fields& fields) { return fields.integer("replicas"); };
    const auto latency = [](Fields& fields) { return fields.word("latency"); };
    CHECK(said("replicas", Value{500}, replicas).empty());
    CHECK(said("replicas", Value{501}, replicas) == "`501` is no whole number from 1 to 500");
    CHECK(said("replicas", Value{"3"}, replicas) == "expected a whole number, found a string (remove the quotes)");
    CHECK(said("replicas", Value{"x"}, replicas) == "expected a whole number, found a string");
    CHECK(said("replicas", Value{}, replicas) == "`replicas` has no value (leave it out, or say what it is)");
    CHECK(said("latency", Value{"ideal"}, latency).empty());
    CHECK(said("latency", Value{"idael"}, latency) == "`idael` is no latency (did you mean `ideal`?)");
    CHECK(said("latency", Value{"none"}, latency) == "`none` is no latency (the words are kubelet, ideal)");
  }

  TEST_CASE("what is no mapping is said to be what it is") {
    for (const auto& [value, text] : {std::pair{Value{3}, "a hook is a mapping, not an integer"},
                                      std::pair{Value{}, "a hook is a mapping, not nothing"},
                                      std::pair{Value::array(), "a hook is a mapping, not a list"}}) {
      Diagnostics out;
      const Fields fields{value, FormatMapping::HookAnswers, out};
      REQUIRE(out.size() == 1);
      CHECK(out.front().text == text);
    }
  }
}
