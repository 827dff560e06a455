#include "yaml/scenario_fields.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse::yaml {

namespace {

void bad_value(const Value& value, std::string text, Diagnostics& out) {
  report(out, RuleId::ScenarioBadValue, value.span(), std::move(text));
}

std::string expected(const char* what, const Value& value) {
  return std::string{"expected "} + what + ", found a " + to_string(value.kind());
}

}  // namespace

void report(Diagnostics& out, RuleId code, const SourceSpan& place, std::string text, std::string help,
            Severity severity) {
  out.push_back({severity, std::string{rule(code).id}, place, std::move(text), std::move(help), {}});
}

std::optional<std::string> scalar_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool:
      return value.as_bool() ? "true" : "false";
    case Value::Kind::Int:
      return std::to_string(value.as_int());
    case Value::Kind::Number:
      return value.number_text();
    case Value::Kind::String:
      return value.as_string();
    case Value::Kind::Null:
    case Value::Kind::Array:
    case Value::Kind::Object:
      return std::nullopt;
  }
  return std::nullopt;
}

SimDuration read_span(const Value& value, Diagnostics& out) {
  SimDuration span{};
  std::string problem;
  const std::optional<std::string> text = scalar_text(value);
  if (!text) {
    bad_value(value, expected("a duration", value), out);
  } else if (!parse_span(*text, span, problem)) {
    bad_value(value, problem, out);
  }
  return span;
}

std::int64_t read_integer(const Value& value, std::int64_t least, std::int64_t most, Diagnostics& out) {
  std::int64_t number = least;
  std::string problem;
  const std::optional<std::string> text = scalar_text(value);
  if (!text) {
    bad_value(value, expected("a whole number", value), out);
  } else if (!parse_integer(*text, least, most, number, problem)) {
    bad_value(value, problem, out);
  }
  return number;
}

std::int32_t read_exit_code(const Value& value, Diagnostics& out) {
  return static_cast<std::int32_t>(read_integer(value, 0, 255, out));
}

std::string read_text(const Value& value, Diagnostics& out) {
  const std::optional<std::string> text = scalar_text(value);
  if (!text) bad_value(value, expected("a text", value), out);
  return text.value_or("");
}

bool read_flag(const Value& value, Diagnostics& out) {
  if (value.is_bool()) return value.as_bool();
  bad_value(value, expected("true or false", value), out);
  return false;
}

std::optional<Moment> read_moment(const Value& value, Diagnostics& out) {
  Moment moment;
  std::string problem;
  if (!value.is_string()) {
    bad_value(value, expected("a moment like proxy.ready", value), out);
  } else if (parse_moment(value.as_string(), moment, problem)) {
    return moment;
  } else {
    bad_value(value, problem, out);
  }
  return std::nullopt;
}

void read_length(const Value& value, std::optional<SimDuration>& span, std::optional<Moment>& until, Diagnostics& out) {
  std::string problem;
  const std::optional<std::string> text = scalar_text(value);
  if (!text) {
    bad_value(value, expected("a duration", value), out);
  } else if (!parse_length(*text, span, until, problem)) {
    bad_value(value, problem, out);
  }
}

Fields::Fields(const Value& value, std::string_view noun, Diagnostics& out) : noun_(noun), out_(out) {
  if (value.is_object()) {
    value_ = &value;
  } else if (!value.is_null()) {
    report(out, RuleId::ScenarioBadValue, value.span(), noun_ + " is a mapping, not a " + to_string(value.kind()));
  }
}

const Value* Fields::find(std::string_view key) {
  const Value* value = find_present(key);
  return value != nullptr && value->is_null() ? nullptr : value;
}

const Value* Fields::find_present(std::string_view key) {
  asked_.emplace_back(key);
  return value_ == nullptr ? nullptr : value_->find(key);
}

void Fields::finish() {
  if (value_ == nullptr) return;
  std::string all;
  for (const std::string& key : asked_) all += (all.empty() ? "" : ", ") + key;
  for (const Value::Member& member : value_->members()) {
    if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
    const std::string nearest = nearest_name(member.key, asked_);
    report(out_, RuleId::ScenarioUnknownKey, member.key_span, in_backticks(member.key) + " is no key of " + noun_,
           nearest.empty() ? "the keys are " + all : "did you mean " + in_backticks(nearest) + "?");
  }
}

const Value::Object& named_members(const Value& value, std::string_view noun, Diagnostics& out) {
  static const Value::Object kNone;
  if (value.is_object()) return value.members();
  if (!value.is_null()) {
    report(out, RuleId::ScenarioBadValue, value.span(),
           std::string{noun} + " is a mapping, not a " + to_string(value.kind()));
  }
  return kNone;
}

}  // namespace podlapse::yaml
