#include "yaml/scenario_fields.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "podlapse/base/check.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse::yaml {

namespace {

void bad_value(const Value& value, std::string text, std::string help, Diagnostics& out) {
  report(out, RuleId::ScenarioBadValue, value.span(), std::move(text), std::move(help));
}

void bad_value(const Value& value, std::string text, Diagnostics& out) { bad_value(value, std::move(text), {}, out); }

std::string expected(const char* what, const Value& value) {
  return std::string{"expected "} + what + ", found " + what_it_is(value);
}

/// What somebody means whose moment ends with a word that none has.
std::string help_for_moment(const std::string& text) {
  std::string what = text.substr(std::min(text.rfind('.'), text.size() - 1) + 1);
  what.resize(std::min(what.find('('), what.size()));
  const std::string nearest = nearest_name(what, {"started", "exited", "running", "serving", "ready"});
  return text.find('.') == std::string::npos || nearest.empty() || nearest == what ? "" : "did you mean " + in_backticks(nearest) + "?";
}

}  // namespace

std::string what_it_is(const Value& value) {
  if (value.is_null()) return "nothing";
  return (value.is_int() ? "an " : "a ") + std::string{to_string(value.kind())};
}

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
  if (!value.is_int() && !value.is_number()) {
    const bool quoted = text && parse_integer(*text, least, most, number, problem);
    bad_value(value, expected("a whole number", value), quoted ? "remove the quotes" : "", out);
  } else if (!parse_integer(*text, least, most, number, problem)) {
    bad_value(value, problem, out);
  }
  return number;
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
    bad_value(value, problem, help_for_moment(value.as_string()), out);
  }
  return std::nullopt;
}

void read_length(const Value& value, std::optional<SimDuration>& span, std::optional<Moment>& until, Diagnostics& out) {
  std::string problem;
  const std::optional<std::string> text = scalar_text(value);
  if (!text) {
    bad_value(value, expected("a duration", value), out);
  } else if (!parse_length(*text, span, until, problem)) {
    bad_value(value, problem, text->rfind("until ", 0) == 0 ? help_for_moment(*text) : "", out);
  }
}

Fields::Fields(const Value& value, FormatMapping mapping, Diagnostics& out) : mapping_(mapping), out_(out) {
  if (value.is_object()) {
    value_ = &value;
  } else {
    report(out, RuleId::ScenarioBadValue, value.span(),
           std::string{format_mapping(mapping).noun} + " is a mapping, not " + what_it_is(value));
  }
}

const Value* Fields::find(std::string_view key) {
  const Value* value = find_present(key);
  if (value == nullptr || !value->is_null()) return value;
  report(out_, RuleId::ScenarioBadValue, value_->find_member(key)->key_span, in_backticks(key) + " has no value",
         "leave it out, or say what it is");
  return nullptr;
}

const Value* Fields::find_present(std::string_view key) {
  PODLAPSE_CHECK(find_format_key(mapping_, key) != nullptr);
  asked_.push_back(key);
  return value_ == nullptr ? nullptr : value_->find(key);
}

const Value* Fields::find(std::string_view key, FormatType type) {
  const FormatKey* row = find_format_key(mapping_, key);
  PODLAPSE_CHECK(row != nullptr && row->type == type);
  return find(key);
}

std::optional<std::string> Fields::text(std::string_view key) {
  const Value* value = find(key, FormatType::Text);
  return value == nullptr ? std::nullopt : std::optional{read_text(*value, out_)};
}

std::optional<bool> Fields::flag(std::string_view key) {
  const Value* value = find(key, FormatType::Flag);
  return value == nullptr ? std::nullopt : std::optional{read_flag(*value, out_)};
}

std::optional<std::int64_t> Fields::integer(std::string_view key) {
  const Value* value = find(key, FormatType::Integer);
  if (value == nullptr) return std::nullopt;
  const FormatKey& row = *find_format_key(mapping_, key);
  return read_integer(*value, row.least, row.most, out_);
}

std::optional<std::int32_t> Fields::small_integer(std::string_view key) {
  const std::optional<std::int64_t> number = integer(key);
  return number ? std::optional{static_cast<std::int32_t>(*number)} : std::nullopt;
}

std::optional<SimDuration> Fields::duration(std::string_view key) {
  const Value* value = find(key, FormatType::Duration);
  return value == nullptr ? std::nullopt : std::optional{read_span(*value, out_)};
}

std::optional<Moment> Fields::moment(std::string_view key) {
  const Value* value = find(key, FormatType::Moment);
  return value == nullptr ? std::nullopt : read_moment(*value, out_);
}

bool Fields::length(std::string_view key, std::optional<SimDuration>& span, std::optional<Moment>& until) {
  const Value* value = find(key, FormatType::Length);
  if (value != nullptr) read_length(*value, span, until, out_);
  return value != nullptr;
}

std::optional<std::size_t> Fields::word(std::string_view key) {
  const Value* value = find(key, FormatType::Word);
  if (value == nullptr) return std::nullopt;
  const std::vector<std::string_view> words = format_examples(*find_format_key(mapping_, key));
  const std::string given = read_text(*value, out_);
  const auto found = std::find(words.begin(), words.end(), given);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string_view one : words) all.append(all.empty() ? "" : ", ").append(one);
  const std::string nearest = nearest_name(given, {words.begin(), words.end()});
  if (!scalar_text(*value)) return std::nullopt;
  bad_value(*value, in_backticks(given) + " is no " + std::string{key},
            nearest.empty() ? "the words are " + all : "did you mean " + in_backticks(nearest) + "?", out_);
  return std::nullopt;
}

void Fields::finish() {
  for (const FormatKey& row : format_keys(mapping_)) {
    // A key of the table that nobody reads would be taken, and do nothing.
    PODLAPSE_CHECK(std::find(asked_.begin(), asked_.end(), row.key) != asked_.end());
  }
  if (value_ == nullptr) return;
  for (const Value::Member& member : value_->members()) {
    if (find_format_key(mapping_, member.key) == nullptr) refuse(member);
  }
}

void Fields::refuse(const Value::Member& member) {
  std::string all;
  std::vector<std::string> known;
  for (const FormatKey& row : format_keys(mapping_)) {
    all.append(all.empty() ? "" : ", ").append(row.key);
    known.emplace_back(row.key);
  }
  const std::string nearest = nearest_name(member.key, known);
  report(out_, RuleId::ScenarioUnknownKey, member.key_span,
         in_backticks(member.key) + " is no key of " + std::string{format_mapping(mapping_).noun},
         nearest.empty() ? "the keys are " + all : "did you mean " + in_backticks(nearest) + "?");
}

const Value::Object& named_members(const Value& value, std::string_view noun, Diagnostics& out) {
  static const Value::Object kNone;
  if (value.is_object()) return value.members();
  report(out, RuleId::ScenarioBadValue, value.span(), std::string{noun} + " is a mapping, not " + what_it_is(value),
         value.is_array() ? "remove the dashes" : "");
  return kNone;
}

}  // namespace podlapse::yaml
