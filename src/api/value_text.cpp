#include "podlapse/api/value_text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <vector>

namespace podlapse {
namespace {

std::string json_string(std::string_view text) { return boost::json::serialize(boost::json::string_view{text.data(), text.size()}); }

/// A scalar's JSON, which is its YAML too but for strings.
std::string scalar_json(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool: return value.as_bool() ? "true" : "false";
    case Value::Kind::Int: return std::to_string(value.as_int());
    case Value::Kind::Number: return value.number_text();
    case Value::Kind::String: return json_string(value.as_string());
    case Value::Kind::Null:
    case Value::Kind::Array:
    case Value::Kind::Object: break;
  }
  return "null";
}

std::vector<const Value::Member*> by_name(const Value::Object& members) {
  std::vector<const Value::Member*> sorted;
  sorted.reserve(members.size());
  for (const Value::Member& member : members) sorted.push_back(&member);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  return sorted;
}

void write_compact(const Value& value, std::string& out) {
  if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const Value::Member& member : value.members()) {
      if (!first) out += ',';
      first = false;
      out += json_string(member.key);
      out += ':';
      write_compact(member.value, out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const Value& item : value.items()) {
      if (!first) out += ',';
      first = false;
      write_compact(item, out);
    }
    out += ']';
  } else {
    out += scalar_json(value);
  }
}

void write_pretty(const Value& value, std::size_t indent, std::string& out) {
  constexpr std::size_t kStep = 4;
  const auto begin_entry = [&](bool first) {
    out += first ? "\n" : ",\n";
    out.append(indent + kStep, ' ');
  };
  const auto end_block = [&](char close) {
    out += '\n';
    out.append(indent, ' ');
    out += close;
  };
  bool first = true;
  if (value.is_object() && !value.members().empty()) {
    out += '{';
    for (const Value::Member* member : by_name(value.members())) {
      begin_entry(first);
      first = false;
      out += json_string(member->key) + ": ";
      write_pretty(member->value, indent + kStep, out);
    }
    end_block('}');
  } else if (value.is_array() && !value.items().empty()) {
    out += '[';
    for (const Value& item : value.items()) {
      begin_entry(first);
      first = false;
      write_pretty(item, indent + kStep, out);
    }
    end_block(']');
  } else if (value.is_object() || value.is_array()) {
    out += value.is_object() ? "{}" : "[]";
  } else {
    out += scalar_json(value);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes the characters of `allowed` off the front; how many there were.
std::size_t skip(std::string_view& text, std::string_view allowed) {
  const std::size_t count = std::min(text.find_first_not_of(allowed), text.size());
  text.remove_prefix(count);
  return count;
}

/// Whether go-yaml v2 reads the plain text as an integer or float.
bool looks_like_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  for (const auto& [prefix, digits] : {std::pair{"0x", "0123456789abcdefABCDEF_"}, std::pair{"0X", "0123456789abcdefABCDEF_"},
                                       std::pair{"0b", "01_"}, std::pair{"0B", "01_"}, std::pair{"0o", "01234567_"}}) {
    if (text.substr(0, 2) != prefix) continue;
    text.remove_prefix(2);
    return skip(text, digits) > 0 && text.empty();
  }
  constexpr std::string_view kDigits = "0123456789_";
  if (text.empty() || !(is_digit(text.front()) || text.front() == '.')) return false;
  const std::size_t whole = skip(text, kDigits);
  std::size_t fraction = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = skip(text, kDigits);
  }
  if (whole + fraction == 0) return false;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (skip(text, kDigits) == 0) return false;
  }
  return text.empty();
}

/// 2026-01-31, with or without a time behind it; and 1:30, which YAML 1.1 reads to the base of 60.
bool looks_like_time(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::string_view rest = text;
  if (skip(rest, kDigits) == 4 && !rest.empty() && rest.front() == '-') {
    rest.remove_prefix(1);
    const std::size_t month = skip(rest, kDigits);
    if (month == 0 || month > 2 || rest.empty() || rest.front() != '-') return false;
    rest.remove_prefix(1);
    const std::size_t day = skip(rest, kDigits);
    return day > 0 && day <= 2 && (rest.empty() || rest.front() == 'T' || rest.front() == 't' || rest.front() == ' ');
  }
  rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  return skip(rest, "0123456789_") > 0 && !rest.empty() && rest.front() == ':' && skip(rest, "0123456789:._") > 0 && rest.empty();
}

bool resolves_to_string(std::string_view text) {
  if (is_one_of(text, {"",     "~",   "null", "Null", "NULL", "y",    "Y",     "yes",   "Yes",   "YES",   "true",  "True",
                       "TRUE", "on",  "On",   "ON",   "n",    "N",    "no",    "No",    "NO",    "false", "False", "FALSE",
                       "off",  "Off", "OFF",  ".nan", ".NaN", ".NAN", ".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
                       "-.inf", "-.Inf", "-.INF", "<<", "="})) {
    return false;
  }
  return !looks_like_number(text) && !looks_like_time(text);
}

bool has_special(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  });
}

/// Whether a one-line text can stand without quotes (analyze_scalar in go-yaml v2's emitterc.go).
bool can_stand_plain(std::string_view text) {
  constexpr std::string_view kIndicators = "#,[]{}&*!|>'\"%@`";
  if (text.substr(0, 3) == "---" || text.substr(0, 3) == "...") return false;
  if (kIndicators.find(text.front()) != std::string_view::npos) return false;
  const bool blank_second = text.size() == 1 || text[1] == ' ';
  if ((text.front() == '-' || text.front() == '?' || text.front() == ':') && blank_second) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

/// A text of several lines as a literal block, or nothing where YAML could not give it back.
std::string literal_block(const std::string& text, std::size_t indent) {
  if (has_special(text) || text.find(" \n") != std::string::npos || text.back() == ' ' || text.find('\r') != std::string::npos) {
    return "";
  }
  std::string out = "|";
  if (text.front() == ' ' || text.front() == '\n') out += "2";
  const bool ends_line = text.back() == '\n';
  if (!ends_line) out += '-';
  if (ends_line && (text.size() == 1 || text[text.size() - 2] == '\n')) out += '+';
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += '\n';
    if (end > at) out.append(indent, ' ').append(text, at, end - at);
    at = end + 1;
  }
  return out;
}

std::string yaml_string(const std::string& text, std::size_t indent) {
  if (text.find('\n') != std::string::npos) {
    std::string block = literal_block(text, indent);
    return block.empty() ? json_string(text) : block;
  }
  if (!resolves_to_string(text) || has_special(text)) return json_string(text);
  return can_stand_plain(text) ? text : single_quoted(text);
}

void write_yaml(const Value& value, std::size_t indent, std::string& out);

/// What follows "key:" or "-": a scalar on the same line, a block on the next.
void write_yaml_value(const Value& value, std::size_t indent, bool in_list, std::string& out) {
  const bool is_empty = (value.is_object() && value.members().empty()) || (value.is_array() && value.items().empty());
  if (is_empty) {
    out += value.is_object() ? " {}\n" : " []\n";
  } else if (value.is_object() || value.is_array()) {
    if (in_list) {
      // The first entry stands on the line of the dash.
      std::string block;
      write_yaml(value, indent, block);
      out += ' ';
      out.append(block, indent, std::string::npos);
    } else {
      out += '\n';
      write_yaml(value, indent, out);
    }
  } else {
    out += ' ';
    out += value.is_string() ? yaml_string(value.as_string(), indent) : scalar_json(value);
    out += '\n';
  }
}

void write_yaml(const Value& value, std::size_t indent, std::string& out) {
  constexpr std::size_t kStep = 2;
  if (value.is_object()) {
    for (const Value::Member* member : by_name(value.members())) {
      out.append(indent, ' ');
      out += yaml_string(member->key, indent + kStep);
      out += ':';
      const bool is_list = member->value.is_array();
      write_yaml_value(member->value, is_list ? indent : indent + kStep, false, out);
    }
    return;
  }
  for (const Value& item : value.items()) {
    out.append(indent, ' ');
    out += '-';
    write_yaml_value(item, indent + kStep, true, out);
  }
}

}  // namespace

std::string to_json(const Value& value) {
  std::string out;
  write_compact(value, out);
  return out;
}

std::string to_pretty_json(const Value& value) {
  std::string out;
  write_pretty(value, 0, out);
  return out + "\n";
}

std::string to_yaml(const Value& value) {
  std::string out;
  const bool is_block = (value.is_object() && !value.members().empty()) || (value.is_array() && !value.items().empty());
  if (is_block) {
    write_yaml(value, 0, out);
  } else {
    write_yaml_value(value, 2, false, out);
    out.erase(0, 1);
  }
  return out;
}

}  // namespace podlapse
