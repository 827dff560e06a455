#include "yaml/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

namespace podlapse::yaml {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> kNotFinite = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                         "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Go's strconv.ParseInt(text, 0, 64) and then ParseUint: prefixes 0x, 0b, 0o and 0 choose the base.
std::optional<Value> parse_integer(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  std::uint64_t magnitude = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, magnitude, base);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  constexpr std::uint64_t kTop = std::uint64_t{1} << 63;
  if (negative) {
    if (magnitude > kTop) return std::nullopt;
    return Value{static_cast<std::int64_t>(-magnitude)};
  }
  if (magnitude < kTop) return Value{static_cast<std::int64_t>(magnitude)};
  return Value::number(std::to_string(magnitude));
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = digits();
  }
  if (whole == 0 && fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

/// The number as Go's encoding/json writes a float64: shortest digits, 'f' form for 1e-6 <= |x| < 1e21.
std::string go_json_float(double number) {
  std::array<char, 64> buffer{};
  const double magnitude = number < 0 ? -number : number;
  const bool scientific = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
  std::string text(buffer.data(), written.ptr);
  const std::size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);  // e-07 is written e-7
  return text;
}

/// A float that Go can read; whole ones become integers on their way through JSON.
std::optional<Value> parse_float(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  std::string json = go_json_float(number);
  if (std::optional<Value> whole = parse_integer(json); whole && whole->is_int()) return whole;
  return Value::number(std::move(json));
}

/// A JSON number, kept as written unless it is a 64-bit integer.
std::optional<Value> parse_json_number(const std::string& text) {
  if (!looks_like_float(text) || !(is_digit(text.front()) || text.front() == '-')) return std::nullopt;
  if (text.find_first_of(".eE") != std::string::npos) return Value::number(text);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return Value::number(text);
  return Value{number};
}

/// resolve() for a plain scalar without a tag.
ResolvedScalar resolve_plain(const std::string& text, bool json) {
  if (is_one_of(text, kNull)) return {};
  if (is_one_of(text, kTrue)) return {Value{true}, {}};
  if (is_one_of(text, kFalse)) return {Value{false}, {}};
  if (is_one_of(text, kNotFinite)) return {Value{text}, "`" + text + "` is no number that JSON can express"};
  const char first = text.front();
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return {Value{text}, {}};
  if (json) {
    if (std::optional<Value> number = parse_json_number(text)) return {*std::move(number), {}};
  }
  std::string plain = text;
  std::erase(plain, '_');
  if (first != '.') {
    if (std::optional<Value> number = parse_integer(plain)) return {*std::move(number), {}};
  }
  const std::string& decimal = first == '.' ? text : plain;
  if (looks_like_float(decimal)) {
    if (std::optional<Value> number = parse_float(decimal)) return {*std::move(number), {}};
  }
  return {Value{text}, {}};
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

ResolvedScalar resolve_binary(const std::string& text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ') continue;
    if (c == '=') break;
    const int digit = base64_digit(c);
    if (digit < 0) return {Value{text}, "`!!binary` value contains invalid base64 data"};
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  return {Value{std::move(bytes)}, {}};
}

/// A scalar with an explicit !!tag: its text must resolve to that type.
ResolvedScalar resolve_tagged(std::string_view type, const std::string& text) {
  if (type == "str" || type == "timestamp") return {Value{text}, {}};
  if (type == "binary") return resolve_binary(text);
  if (type != "null" && type != "bool" && type != "int" && type != "float") return {Value{text}, {}};
  ResolvedScalar plain = resolve_plain(text, false);
  const Value& value = plain.value;
  const bool fits = (type == "null" && value.is_null()) || (type == "bool" && value.is_bool()) ||
                    (type == "int" && value.is_int()) || (type == "float" && (value.is_int() || value.is_number()));
  if (!fits && plain.error.empty()) {
    return {Value{text}, "cannot decode `" + text + "` as a !!" + std::string{type}};
  }
  return plain;
}

}  // namespace

ResolvedScalar resolve_scalar(std::string_view tag, const std::string& text, bool json) {
  if (tag == "?" || tag.empty()) return resolve_plain(text, json);
  if (tag.substr(0, kTagPrefix.size()) == kTagPrefix) return resolve_tagged(tag.substr(kTagPrefix.size()), text);
  return {Value{text}, {}};
}

ResolvedScalar resolve_key(std::string_view tag, const std::string& text, bool json) {
  ResolvedScalar key = resolve_scalar(tag, text, json);
  if (!key.error.empty()) return key;
  switch (key.value.kind()) {
    case Value::Kind::Bool: return {Value{key.value.as_bool() ? "true" : "false"}, {}};
    case Value::Kind::Int: return {Value{std::to_string(key.value.as_int())}, {}};
    case Value::Kind::Number: return {Value{key.value.number_text()}, {}};
    case Value::Kind::Null: return {Value{text}, "a key cannot be null"};
    case Value::Kind::String:
    case Value::Kind::Array:
    case Value::Kind::Object: break;
  }
  return key;
}

bool is_plain_string(const std::string& text) {
  const ResolvedScalar plain = resolve_plain(text, false);
  return plain.error.empty() && plain.value.is_string();
}

}  // namespace podlapse::yaml
