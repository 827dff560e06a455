#include "document.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

#include "podlapse/base/utf8.hpp"

namespace podlapse {
namespace {

Value count_value(std::size_t count) { return Value{static_cast<std::int64_t>(count)}; }

Value seconds_value(std::chrono::nanoseconds time) { return Value::number(seconds_text(time)); }

void set_text(Value& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object.set(key, Value{text});
}

void set_place(Value& object, const NamedPlace& place) {
  object.set("file", Value{place.file});
  if (place.line == 0) return;
  object.set("line", Value{std::int64_t{place.line}});
  if (place.column != 0) object.set("column", Value{std::int64_t{place.column}});
}

Value lines_value(const std::vector<std::string>& lines) {
  Value list = Value::array();
  for (const std::string& line : lines) list.push_back(Value{line});
  return list;
}

/// Sets a list unless it is empty.
void set_list(Value& object, std::string_view key, Value list) {
  if (!list.items().empty()) object.set(key, std::move(list));
}

Value sighting_value(const Sighting& sighting) {
  Value value = Value::object();
  value.set("at", seconds_value(sighting.at.time_since_epoch()));
  value.set("what", Value{sighting.text});
  set_text(value, "rule", sighting.rule);
  return value;
}

Value failure_value(const FailedExpectation& failure) {
  Value value = Value::object();
  value.set("expectation", Value{failure.sentence});
  value.set("rule", Value{rule(failure.verdict.because).id});
  set_place(value, failure.place);
  value.set("instead", Value{failure.verdict.text});
  if (failure.seed) value.set("seed", Value::number(std::to_string(*failure.seed)));
  value.set("failedRuns", count_value(failure.failed_runs));
  Value seen = Value::array();
  for (const Sighting& sighting : failure.verdict.sightings) seen.push_back(sighting_value(sighting));
  set_list(value, "seen", std::move(seen));
  set_list(value, "timeline", lines_value(failure.excerpt));
  return value;
}

Value problem_value(const TestProblem& problem) {
  Value value = Value::object();
  set_text(value, "rule", problem.code);
  set_place(value, problem.place);
  value.set("text", Value{problem.text});
  set_text(value, "help", problem.help);
  return value;
}

Value golden_value(const GoldenDifference& golden) {
  Value value = Value::object();
  value.set("file", Value{golden.file});
  value.set("missing", Value{golden.missing});
  if (golden.from) value.set("from", seconds_value(*golden.from));
  set_list(value, "diff", lines_value(golden.diff));
  return value;
}

std::string scalar_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool: return value.as_bool() ? "true" : "false";
    case Value::Kind::Int: return std::to_string(value.as_int());
    case Value::Kind::Number: return value.number_text();
    case Value::Kind::String: return quoted(value.as_string());
    case Value::Kind::Null:
    case Value::Kind::Array:
    case Value::Kind::Object: break;
  }
  return "null";
}

/// `line` is what each item begins with: nothing, or a newline and its indentation.
std::string json_text(const Value& value, const std::string& comma, const std::string& line) {
  const bool is_array = value.is_array();
  if (!is_array && !value.is_object()) return scalar_text(value);
  const std::string inner = line.empty() ? "" : line + "  ";
  std::string items;
  if (is_array) {
    for (const Value& item : value.items()) items += (items.empty() ? "" : comma) + inner + json_text(item, comma, inner);
  } else {
    for (const Value::Member& member : value.members()) {
      items += (items.empty() ? "" : comma) + inner + quoted(member.key) + ": " + json_text(member.value, comma, inner);
    }
  }
  return (is_array ? "[" : "{") + items + (items.empty() ? "" : line) + (is_array ? "]" : "}");
}

}  // namespace

std::string seconds_text(std::chrono::nanoseconds time) {
  const bool little = time < std::chrono::milliseconds{1} && time > std::chrono::milliseconds{-1} && time.count() != 0;
  return format_seconds(time, little ? 6 : 3);
}

Value test_document(const TestResult& test) {
  Value value = Value::object();
  value.set("name", Value{test.name});
  set_text(value, "group", test.group);
  set_text(value, "what", test.what);
  set_place(value, test.place);
  value.set("outcome", Value{to_string(test.outcome)});
  value.set("expectations", count_value(test.expectations));
  value.set("runs", count_value(test.runs));
  set_list(value, "held", lines_value(test.held));
  Value failures = Value::array(), problems = Value::array();
  for (const FailedExpectation& failure : test.failures) failures.push_back(failure_value(failure));
  for (const TestProblem& problem : test.problems) problems.push_back(problem_value(problem));
  set_list(value, "failures", std::move(failures));
  set_list(value, "problems", std::move(problems));
  if (test.golden) value.set("golden", golden_value(*test.golden));
  set_text(value, "command", test.command);
  value.set("simulatedSeconds", seconds_value(test.simulated));
  if (test.took.count() != 0) value.set("seconds", seconds_value(test.took));
  return value;
}

Value summary_document(const SuiteResult& suite) {
  using Outcome = TestResult::Outcome;
  Value value = Value::object();
  value.set("tests", count_value(suite.tests.size()));
  for (const Outcome outcome : {Outcome::Passed, Outcome::Failed, Outcome::Broken, Outcome::Skipped}) {
    value.set(to_string(outcome), count_value(suite.count(outcome)));
  }
  std::size_t expectations = 0, runs = 0;
  SimDuration simulated{};
  for (const TestResult& test : suite.tests) {
    expectations += test.expectations;
    runs += test.runs;
    simulated += test.simulated;
  }
  value.set("expectations", count_value(expectations));
  value.set("runs", count_value(runs));
  value.set("simulatedSeconds", seconds_value(simulated));
  if (suite.took.count() != 0) value.set("seconds", seconds_value(suite.took));
  return value;
}

std::string quoted(std::string_view text) {
  const std::string clean = printable(text);
  return boost::json::serialize(boost::json::string_view{clean.data(), clean.size()});
}

std::string compact_json(const Value& value) { return json_text(value, ", ", ""); }

std::string pretty_json(const Value& value) { return json_text(value, ",", "\n") + "\n"; }

std::string yaml_block(const Value& value, const std::string& indent) {
  std::string out;
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      const bool nested = item.is_array() || item.is_object();
      // What is nested begins on the line of its dash.
      out += indent + "- " + (nested ? yaml_block(item, indent + "  ").substr(indent.size() + 2) : scalar_text(item) + "\n");
    }
    return out;
  }
  for (const Value::Member& member : value.members()) {
    const bool nested = member.value.is_array() || member.value.is_object();
    out += indent + member.key + ":";
    out += nested ? "\n" + yaml_block(member.value, indent + "  ") : " " + scalar_text(member.value) + "\n";
  }
  return out;
}

}  // namespace podlapse
