#include "podlapse/suite/scenario_schema.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "podlapse/api/schema.hpp"
#include "podlapse/expect/expectation.hpp"
#include "podlapse/scenario/format.hpp"

using namespace podlapse;

namespace {

const Value& schema() {
  static const Value kSchema = scenario_schema();
  return kSchema;
}

const Value& definition(std::string_view name) {
  const Value* found = schema().find("definitions")->find(name);
  REQUIRE_MESSAGE(found != nullptr, std::string{name});
  return *found;
}

std::set<std::string> keys_of(const Value* object) {
  std::set<std::string> keys;
  REQUIRE(object != nullptr);
  for (const Value::Member& member : object->members()) keys.insert(member.key);
  return keys;
}

/// Calls `visit` for each schema in `value`, which is one.
void each_schema(const Value& value, const std::function<void(const Value&)>& visit) {
  if (!value.is_object()) return;
  visit(value);
  for (const char* key : {"properties", "patternProperties", "definitions", "dependencies"}) {
    const Value* named = value.find(key);
    if (named == nullptr) continue;
    for (const Value::Member& member : named->members()) each_schema(member.value, visit);
  }
  for (const char* key : {"anyOf", "oneOf", "allOf"}) {
    const Value* list = value.find(key);
    if (list == nullptr) continue;
    for (const Value& item : list->items()) each_schema(item, visit);
  }
  for (const char* key : {"items", "additionalProperties", "propertyNames", "if", "then"}) {
    if (const Value* one = value.find(key)) each_schema(*one, visit);
  }
}

}  // namespace

TEST_SUITE("suite/scenario_schema") {
  TEST_CASE("every mapping of the format has a definition with its keys, and no others") {
    for (const FormatMapping mapping : all_format_mappings()) {
      if (mapping == FormatMapping::JobPatch) continue;  // a part of the patch of an action
      const std::string name{format_mapping(mapping).name};
      CAPTURE(name);
      const Value& described = mapping == FormatMapping::Scenario ? schema() : definition(name);
      std::set<std::string> expected;
      for (const FormatKey& row : format_keys(mapping)) expected.insert(std::string{row.key});
      CHECK(keys_of(described.find("properties")) == expected);
      CHECK_FALSE(described.find("additionalProperties")->as_bool());
      for (const FormatKey& row : format_keys(mapping)) {
        CAPTURE(row.key);
        CHECK(described.find("properties")->find(row.key)->string_at("description") == row.text);
      }
    }
  }

  TEST_CASE("a struct of the API has the fields of the table, and so have all that it holds") {
    std::size_t structs = 0;
    for (const Value::Member& member : schema().find("definitions")->members()) {
      constexpr std::string_view kPrefix = "kubernetes.";
      if (member.key.rfind(kPrefix, 0) != 0) continue;
      ++structs;
      CAPTURE(member.key);
      for (auto type = static_cast<int>(SchemaType::FirstStruct) + 1; type < static_cast<int>(SchemaType::Count);
           ++type) {
        if (schema_type_name(static_cast<SchemaType>(type)) != member.key.substr(kPrefix.size())) continue;
        std::set<std::string> expected;
        for (const SchemaField& field : schema_fields(static_cast<SchemaType>(type)))
          expected.insert(std::string{field.name});
        CHECK(keys_of(member.value.find("properties")) == expected);
      }
    }
    CHECK(structs > 150);
    const Value& container = *definition("kubernetes.Container").find("properties");
    CHECK(container.find("restartPolicy")->find("enum")->items().size() == 3);
    CHECK(container.find("startupProbe")->find("allOf")->items().front().string_at("$ref") ==
          "#/definitions/kubernetes.Probe");
    CHECK(definition("kubernetes.Probe").find("properties")->find("periodSeconds")->find("default")->as_int() == 10);
  }

  TEST_CASE("keywords are those of draft-07, nothing stands beside $ref, and every $ref leads somewhere") {
    CHECK(schema().string_at("$schema") == "http://json-schema.org/draft-07/schema#");
    const std::set<std::string> known = {"$schema",
                                         "title",
                                         "description",
                                         "type",
                                         "properties",
                                         "patternProperties",
                                         "definitions",
                                         "additionalProperties",
                                         "propertyNames",
                                         "required",
                                         "items",
                                         "anyOf",
                                         "oneOf",
                                         "allOf",
                                         "if",
                                         "then",
                                         "enum",
                                         "const",
                                         "pattern",
                                         "minimum",
                                         "maximum",
                                         "minItems",
                                         "maxItems",
                                         "minProperties",
                                         "maxProperties",
                                         "default",
                                         "examples",
                                         "dependencies",
                                         "$ref"};
    std::size_t references = 0;
    each_schema(schema(), [&](const Value& one) {
      for (const Value::Member& member : one.members()) CHECK_MESSAGE(known.count(member.key) == 1, member.key);
      if (one.find("$ref") == nullptr) return;
      ++references;
      CHECK(one.members().size() == 1);
      const std::string& to = one.string_at("$ref");
      REQUIRE(to.rfind("#/definitions/", 0) == 0);
      CHECK(schema().find("definitions")->find(to.substr(14)) != nullptr);
    });
    CHECK(references > 250);
  }

  TEST_CASE("sentences know the properties of the table") {
    const Value& sentence = definition("Expectation").find("anyOf")->items().front();
    for (const PropertyRow& row : property_rows()) {
      CAPTURE(row.word);
      CHECK(sentence.string_at("description").find(std::string{row.word} + ": " + std::string{row.help}) !=
            std::string::npos);
      std::string word{row.word};
      if (const std::size_t dot = word.find('.'); dot != std::string::npos) word.insert(dot, "\\");
      CHECK(sentence.string_at("pattern").find(word) != std::string::npos);
    }
  }
}
