#include "podlapse/api/value.hpp"

#include <doctest/doctest.h>

#include "api/support.hpp"
#include "podlapse/api/field_error.hpp"
#include "podlapse/base/check.hpp"

using namespace podlapse;
using test::document;

namespace {

SourceSpan at(std::uint32_t line, std::uint32_t column) {
  return {0, line, column, 1};
}

}  // namespace

TEST_SUITE("api/value") {
  TEST_CASE("members are found, set in their place, and erased") {
    Value value = document("{'a': 1, 'b': 2}");
    value.set("a", Value{3}).set_span(at(1, 1));
    value.set("c", Value{"x"});
    CHECK(value == document("{'b': 2, 'a': 3, 'c': 'x'}"));
    CHECK_EQ(value.members().front().key, "a");
    CHECK_EQ(value.find("a")->span().line, 1);
    CHECK(value.erase("b"));
    CHECK_FALSE(value.erase("b"));
    CHECK_EQ(value.string_at("c"), "x");
    CHECK_EQ(value.string_at("a"), "");
    CHECK_EQ(value.string_at("z"), "");
    value["new"]["deep"].push_back(Value{true});
    CHECK(*value.at_path("new.deep[0]") == Value{true});
  }

  TEST_CASE("paths are those of API messages") {
    const Value value =
        document("{'spec': {'containers': [{'name': 'a'}, {'name': 'b'}]}, 'metadata': {'labels': {'x.io/y': 'z'}}}");
    CHECK_EQ(value.at_path("spec.containers[1].name")->as_string(), "b");
    CHECK_EQ(value.at_path("metadata.labels[x.io/y]")->as_string(), "z");
    CHECK_EQ(value.at_path(""), &value);
    CHECK_EQ(value.at_path("spec.containers[2].name"), nullptr);
    CHECK_EQ(value.at_path("spec.nothing"), nullptr);
    CHECK_EQ(value.at_path("spec.containers[1"), nullptr);
  }

  TEST_CASE("equality compares contents, not places or the order of members") {
    Value a = document("{'x': [1, null, 'y'], 'z': 0.5}");
    const Value b = document("{'z': 0.5, 'x': [1, null, 'y']}");
    a.set_span(at(5, 5));
    CHECK(a == b);
    CHECK_FALSE(a == document("{'x': [1, null, 'y'], 'z': 0.5, 'w': 1}"));
    CHECK_FALSE(document("[1]") == document("['1']"));
    CHECK_FALSE(document("[1, 2]") == document("[2, 1]"));
  }

  TEST_CASE("a copy shares nothing") {
    Value a = document("{'x': {'y': 1}}");
    const Value b = a;
    a["x"].set("y", Value{2});
    CHECK_EQ(b.at_path("x.y")->as_int(), 1);
  }

  TEST_CASE("asking for another kind is a fault") {
    CHECK_THROWS_AS(static_cast<void>(Value{1}.as_string()), InternalFault);
    CHECK_THROWS_AS(static_cast<void>(Value{"x"}.items()), InternalFault);
  }

  TEST_CASE("an error is located at the value, the key of a block, or what is nearest above") {
    Value value = Value::object().set_span(at(1, 1));
    Value spec = Value::object().set_span(at(2, 3));
    spec.set("name", Value{"x"}).set_span(at(2, 9));
    Value labels = Value::object().set_span(at(4, 5));
    labels.set("app", Value{"b c"}).set_span(at(4, 10));
    spec.set("labels", std::move(labels));
    spec.members().back().key_span = at(3, 3);
    value.set("spec", std::move(spec));
    value.members().back().key_span = at(1, 1);
    const auto place = [&value](const char* path, const char* bad_value) {
      FieldError error;
      error.path = path;
      error.bad_value = bad_value;
      const SourceSpan span = locate(value, error);
      return std::to_string(span.line) + ":" + std::to_string(span.column);
    };
    CHECK_EQ(place("spec.name", ""), "2:9");
    CHECK_EQ(place("spec.labels", ""), "3:3");
    CHECK_EQ(place("spec.labels", "\"b c\""), "4:10");
    CHECK_EQ(place("spec.missing.deeper", ""), "1:1");
    CHECK_EQ(place("spec.labels[app]", ""), "4:10");
  }

  TEST_CASE("errors are printed as the server prints them") {
    const FieldError required{FieldErrorType::Required, "spec.x", {}, "why", {}};
    const FieldError invalid{FieldErrorType::Invalid, "spec.y", "\"v\"", "must be other", {}};
    CHECK_EQ(to_string(required), "spec.x: Required value: why");
    CHECK_EQ(to_string(invalid), "spec.y: Invalid value: \"v\": must be other");
    CHECK_EQ(invalid_message("Pod", "p", {required}), "Pod \"p\" is invalid: spec.x: Required value: why");
    CHECK_EQ(
        invalid_message("Deployment.apps", "d", {required, invalid, required}),
        "Deployment.apps \"d\" is invalid: [spec.x: Required value: why, spec.y: Invalid value: \"v\": must be other]");
    CHECK_EQ(std::string{cause_reason(FieldErrorType::NotFound)}, "FieldValueNotFound");
  }
}
