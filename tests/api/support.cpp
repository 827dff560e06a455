#include "api/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>

#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

namespace json = boost::json;

Value number(const json::value& value) {
  if (value.is_int64()) return Value{value.get_int64()};
  if (!value.is_double()) return Value::number(json::serialize(value));
  std::array<char, 32> digits{};
  const auto written =
      std::to_chars(digits.data(), digits.data() + digits.size(), value.get_double(), std::chars_format::fixed);
  return Value::number(std::string{digits.data(), written.ptr});
}

}  // namespace

Value to_value(const json::value& source) {
  switch (source.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return Value{source.get_bool()};
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return number(source);
    case json::kind::string:
      return Value{std::string{source.get_string()}};
    case json::kind::array: {
      Value list = Value::array();
      for (const json::value& item : source.get_array()) list.push_back(to_value(item));
      return list;
    }
    case json::kind::object:
      break;
  }
  Value object = Value::object();
  for (const auto& member : source.get_object()) object.set(std::string{member.key()}, to_value(member.value()));
  return object;
}

Value document(std::string_view text) {
  std::string json_text{text};
  std::replace(json_text.begin(), json_text.end(), '\'', '"');
  return to_value(json::parse(json_text));
}

Value pod_with(std::string_view members) {
  const bool has_containers = members.find("'containers'") != std::string_view::npos;
  return document("{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p'}, 'spec': {" +
                  std::string{has_containers ? "" : "'containers': [{'name': 'c', 'image': 'i'}]"} +
                  (has_containers || members.empty() ? "" : ", ") + std::string{members} + "}}");
}

Value pod_with_container(std::string_view members) {
  return pod_with("'containers': [{'name': 'c', 'image': 'i', " + std::string{members} + "}]");
}

SchemaType type_named(std::string_view kind) {
  for (auto type = static_cast<std::uint16_t>(SchemaType::FirstStruct) + 1; type < static_cast<int>(SchemaType::Count);
       ++type) {
    if (schema_type_name(static_cast<SchemaType>(type)) == kind) return static_cast<SchemaType>(type);
  }
  FAIL("no type " << std::string{kind});
  return SchemaType::Any;
}

/// The rule the running test is named after.
std::string_view tested_rule() {
  const std::string_view name = doctest::getContextOptions()->currentTest->m_name;
  return name.substr(0, name.find(':'));
}

Value workload_with(std::string_view kind, std::string_view members) {
  const bool is_cron = kind == "CronJob";
  const bool is_job = kind == "Job" || is_cron;
  std::string spec = "'template': {'metadata': {'labels': {'app': 'x'}}, 'spec': {" +
                     std::string{is_job ? "'restartPolicy': 'Never', " : ""} +
                     "'containers': [{'name': 'c', 'image': 'i'}]}}";
  if (!is_job) spec += ", 'selector': {'matchLabels': {'app': 'x'}}";
  if (is_cron) spec = "'jobTemplate': {'spec': {" + spec + "}}";
  const std::string own{members};
  return document("{'kind': '" + std::string{kind} + "', 'metadata': {'name': 'w'}, 'spec': {" + own +
                  (own.empty() ? "" : ", ") + spec + "}}");
}

Texts update_refusals(const Value& before, const Value& after) {
  const SchemaType kind = type_named(before.string_at("kind"));
  const CheckedObject old = check_object(before, kind);
  CHECK(old.errors.empty());
  // What is there already is sent back, with the changes.
  Value changed = check_object(after, kind).object;
  const CheckedObject checked = check_update(changed, old.object, kind);
  Texts texts;
  for (const FieldError& error : checked.errors) {
    reach(error.rule);
    texts.push_back(to_string(error));
  }
  const bool named = find_rule(tested_rule()) != RuleId::None;
  const auto is_it = [](const FieldError& error) { return rule(error.rule).id == tested_rule(); };
  if (named && !texts.empty()) CHECK(std::any_of(checked.errors.begin(), checked.errors.end(), is_it));
  return texts;
}

Texts refusals(const Value& object) {
  const CheckedObject checked = check_object(object, type_named(object.string_at("kind")));
  for (const DecodeProblem& problem : checked.problems) FAIL_CHECK(problem.server_text);
  Texts texts;
  for (const FieldError& error : checked.errors) {
    reach(error.rule);
    texts.push_back(to_string(error));
  }
  // A test that is named after a rule must meet that rule, not another with the same words.
  const bool named = find_rule(tested_rule()) != RuleId::None;
  if (named && !texts.empty()) CHECK(refuses_by(object, tested_rule()));
  return texts;
}

bool refuses_by(const Value& object, std::string_view rule_id) {
  const CheckedObject checked = check_object(object, type_named(object.string_at("kind")));
  const auto is_it = [rule_id](const FieldError& error) { return rule(error.rule).id == rule_id; };
  return std::any_of(checked.errors.begin(), checked.errors.end(), is_it);
}

}  // namespace podlapse::test
