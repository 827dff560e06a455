#include "yaml/write.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "yaml/positions.hpp"
#include "yaml/scalar.hpp"

namespace podlapse::yaml {

namespace {

/// From this column on a text is broken at its next blank (emitterc.go best_width).
constexpr std::size_t kWidth = 80;
/// Bytes of the longest key that stands before its colon on one line (yaml_emitter_check_simple_key).
constexpr std::size_t kSimpleKeyMost = 128;

/// Bytes of the UTF-8 character that begins at `i`.
std::size_t character_width(const std::string& text, std::size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  const std::size_t width = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return std::min(width, text.size() - i);
}

std::uint32_t code_point(const std::string& text, std::size_t i) {
  const std::size_t width = character_width(text, i);
  std::uint32_t code = static_cast<unsigned char>(text[i]);
  if (width > 1) code &= 0xffU >> (width + 1);
  for (std::size_t k = 1; k < width; ++k) code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
  return code;
}

/// What go-yaml v2 writes as it is (yamlprivateh.go is_printable); nothing beyond the basic plane.
bool is_printable(std::uint32_t code) {
  if (code < 0x80) return code >= 0x20 && code <= 0x7e;
  const bool line_break = code == 0x85 || code == 0x2028 || code == 0x2029;
  return code >= 0xa0 && code <= 0xffff && code != 0xfeff && code < 0xfffe && !line_break;
}

/// What of a text matters to the styles that can hold it (go-yaml v2 emitterc.go yaml_emitter_analyze_scalar).
struct Analysis {
  bool indicators = false;  ///< something that means more to YAML than itself
  bool line_breaks = false;
  bool special = false;      ///< control characters, tabs
  bool space_break = false;  ///< a blank before a line break
  bool break_space = false;  ///< a line that begins with a blank
  bool blank_ends = false;   ///< begins or ends with a blank or a line break
  bool trailing_space = false;
};

bool is_blank_or_end(const std::string& text, std::size_t i) {
  return i >= text.size() || text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r';
}

bool is_indicator(const std::string& text, std::size_t i) {
  constexpr std::string_view kFirst = "#,[]{}&*!|>'\"%@`";
  const char c = text[i];
  if (i == 0 && kFirst.find(c) != std::string_view::npos) return true;
  if (i == 0 && (c == '?' || c == '-') && is_blank_or_end(text, 1)) return true;
  if (c == ':' && is_blank_or_end(text, i + 1)) return true;
  return c == '#' && i > 0 && is_blank_or_end(text, i - 1);
}

Analysis analyze(const std::string& text) {
  Analysis found;
  found.indicators = text.compare(0, 3, "---") == 0 || text.compare(0, 3, "...") == 0;
  for (std::size_t i = 0; i < text.size(); i += character_width(text, i)) {
    found.indicators = found.indicators || is_indicator(text, i);
    if (text[i] == '\n') {
      found.line_breaks = true;
      found.space_break = found.space_break || (i > 0 && text[i - 1] == ' ');
    } else if (!is_printable(code_point(text, i))) {
      found.special = true;
    }
  }
  if (text.empty()) return found;
  found.trailing_space = text.back() == ' ';
  found.blank_ends = text.front() == ' ' || text.front() == '\n' || text.back() == ' ' || text.back() == '\n';
  return found;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads parts of a text from left to right.
class Scanner {
 public:
  explicit Scanner(const std::string& text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) { return is_at(c) && ++at_ > 0; }
  /// Digits (and underscores, where `underscores`), as many as there are; returns how many.
  std::size_t digits(bool underscores = false) {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || (underscores && text_[at_] == '_'))) ++at_;
    return at_ - start;
  }
  /// A number of one or two digits from `least` to `most`; -1 when there is none.
  int number(int least, int most) {
    const std::size_t start = at_, count = digits();
    if (count == 0 || count > 2) return -1;
    int value = 0;
    for (std::size_t i = start; i < at_; ++i) value = value * 10 + (text_[i] - '0');
    return value >= least && value <= most ? value : -1;
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

/// go-yaml v2 encode.go isBase60Float: "1:30" was a number in YAML 1.1.
bool is_base60(const std::string& text) {
  Scanner scan{text};
  if (!scan.take('-')) (void)scan.take('+');
  if (scan.is_at('_') || scan.digits(true) == 0 || !scan.is_at(':')) return false;
  while (scan.take(':')) {
    if (scan.number(0, 59) < 0) return false;
  }
  if (scan.take('.')) (void)scan.digits(true);
  return scan.at_end();
}

/// go-yaml v2 resolve.go parseTimestamp: "2026-01-02", "2026-1-2T3:4:5.6Z", "2026-01-02 03:04:05".
bool is_timestamp(const std::string& text) {
  Scanner scan{text};
  if (scan.digits() != 4 || !scan.take('-')) return false;
  const int month = scan.number(1, 12);
  if (month < 0 || !scan.take('-')) return false;
  const int days = month == 2 ? 29 : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  if (scan.number(1, days) < 0) return false;
  if (scan.at_end()) return true;
  const bool zoned = scan.take('T') || scan.take('t');
  if (!zoned && !scan.take(' ')) return false;
  if (scan.number(0, 23) < 0 || !scan.take(':') || scan.number(0, 59) < 0 || !scan.take(':') || scan.number(0, 59) < 0) return false;
  if (scan.take('.') && scan.digits() == 0) return false;
  if (!zoned || scan.take('Z')) return scan.at_end();
  return (scan.take('+') || scan.take('-')) && scan.digits() == 2 && scan.take(':') && scan.digits() == 2 && scan.at_end();
}

/// Where a scalar stands: how far its further lines are indented, and whether it may have any.
struct Place {
  std::size_t indent = 0;
  bool may_break = true;  ///< false for a key before its colon
};

/// Appends one scalar to a text, character by character, and breaks its lines.
class Folding {
 public:
  Folding(std::string& out, Place place) : out_(out), place_(place) {
    const std::size_t line = out.rfind('\n');
    column_ = count_characters(std::string_view{out}.substr(line == std::string::npos ? 0 : line + 1));
  }

  void put(std::string_view text) {
    out_ += text;
    column_ += count_characters(text);
    after_space_ = false;
  }
  /// A blank of the text, or a new line in its place where the line is long enough and `breakable`. True when it was broken.
  bool put_space(bool breakable) {
    const bool broken = breakable && place_.may_break && !after_space_ && column_ > kWidth;
    if (broken) {
      out_.append("\n").append(place_.indent, ' ');
      column_ = place_.indent;
    } else {
      out_ += ' ';
      ++column_;
    }
    after_space_ = true;
    return broken;
  }

 private:
  std::string& out_;
  Place place_;
  std::size_t column_ = 0;
  bool after_space_ = false;
};

bool has_space(const std::string& text, std::size_t i) { return i < text.size() && text[i] == ' '; }

void write_plain(const std::string& text, Place place, std::string& out) {
  Folding folding{out, place};
  for (std::size_t i = 0; i < text.size(); i += character_width(text, i)) {
    if (text[i] == ' ') {
      (void)folding.put_space(!has_space(text, i + 1));
    } else {
      folding.put(std::string_view{text}.substr(i, character_width(text, i)));
    }
  }
}

void write_single_quoted(const std::string& text, Place place, std::string& out) {
  Folding folding{out, place};
  folding.put("'");
  for (std::size_t i = 0; i < text.size(); i += character_width(text, i)) {
    if (text[i] == ' ') {
      (void)folding.put_space(i > 0 && i + 1 < text.size() && !has_space(text, i + 1));
    } else {
      folding.put(text[i] == '\'' ? "''" : std::string_view{text}.substr(i, character_width(text, i)));
    }
  }
  folding.put("'");
}

std::string escape_of(std::uint32_t code) {
  constexpr const char* kHex = "0123456789ABCDEF";
  constexpr std::pair<std::uint32_t, char> kShort[] = {{0x00, '0'}, {0x07, 'a'}, {0x08, 'b'}, {0x09, 't'}, {0x0a, 'n'},
                                                       {0x0b, 'v'}, {0x0c, 'f'}, {0x0d, 'r'}, {0x1b, 'e'}, {0x22, '"'},
                                                       {0x5c, '\\'}, {0x85, 'N'}, {0x2028, 'L'}, {0x2029, 'P'}};
  for (const auto& [known, letter] : kShort) {
    if (code == known) return {'\\', letter};
  }
  std::string out{'\\', code <= 0xff ? 'x' : code <= 0xffff ? 'u' : 'U'};
  for (int shift = code <= 0xff ? 4 : code <= 0xffff ? 12 : 28; shift >= 0; shift -= 4) out += kHex[(code >> shift) & 15];
  return out;
}

void write_double_quoted(const std::string& text, Place place, std::string& out) {
  Folding folding{out, place};
  folding.put("\"");
  for (std::size_t i = 0; i < text.size(); i += character_width(text, i)) {
    const std::uint32_t code = code_point(text, i);
    if (code == ' ') {
      const bool broken = folding.put_space(i > 0 && i + 1 < text.size());
      if (broken && has_space(text, i + 1)) out += '\\';
    } else if (code == '"' || code == '\\' || !is_printable(code)) {
      folding.put(escape_of(code));
    } else {
      folding.put(std::string_view{text}.substr(i, character_width(text, i)));
    }
  }
  folding.put("\"");
}

/// A literal block: `|`, how it begins and ends, then the lines.
std::string literal(const std::string& text, std::size_t indent) {
  std::string out = "|";
  if (text.front() == ' ' || text.front() == '\n') out += '2';
  if (text.back() != '\n') {
    out += '-';
  } else if (text.size() == 1 || text[text.size() - 2] == '\n') {
    out += '+';
  }
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += '\n';
    if (end > start) out.append(indent, ' ').append(text, start, end - start);
    start = end + 1;
  }
  return out;
}

/// A string in the style go-yaml v2 chooses.
void write_string(const std::string& text, Place place, std::string& out) {
  const Analysis found = analyze(text);
  if (found.line_breaks) {
    const bool fits = place.may_break && !found.special && !found.space_break && !found.trailing_space;
    if (!fits) return write_double_quoted(text, place, out);
    out += literal(text, place.indent);
    return;
  }
  if (!is_plain_string(text) || is_base60(text) || is_timestamp(text) || found.special) {
    return write_double_quoted(text, place, out);
  }
  if (found.indicators || found.blank_ends) return write_single_quoted(text, place, out);
  write_plain(text, place, out);
}

/// A key and its colon; one that is long or has several lines stands behind a question mark.
void write_key(const std::string& key, std::size_t indent, std::string& out) {
  if (key.size() <= kSimpleKeyMost && key.find('\n') == std::string::npos) {
    write_string(key, {indent, false}, out);
  } else {
    out += "? ";
    write_string(key, {indent + 2, true}, out);
    out.append("\n").append(indent, ' ');
  }
  out += ':';
}

void write_value(const Value& value, std::size_t indent, std::string& out);

/// The members, the first of them where the line stands, the others on lines of their own.
void write_members(const Value::Object& members, std::size_t indent, std::string& out) {
  bool first = true;
  for (const Value::Member& member : members) {
    if (!first) out.append("\n").append(indent, ' ');
    first = false;
    write_key(member.key, indent, out);
    const Value& value = member.value;
    if (value.is_array() && !value.items().empty()) {
      out.append("\n").append(indent, ' ');
      write_value(value, indent, out);
    } else if (value.is_object() && !value.members().empty()) {
      out.append("\n").append(indent + 2, ' ');
      write_value(value, indent + 2, out);
    } else {
      out += ' ';
      write_value(value, indent + 2, out);
    }
  }
}

void write_items(const Value::Array& items, std::size_t indent, std::string& out) {
  bool first = true;
  for (const Value& item : items) {
    if (!first) out.append("\n").append(indent, ' ');
    first = false;
    out += "- ";
    write_value(item, indent + 2, out);
  }
}

void write_value(const Value& value, std::size_t indent, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::Null: out += "null"; return;
    case Value::Kind::Bool: out += value.as_bool() ? "true" : "false"; return;
    case Value::Kind::Int: out += std::to_string(value.as_int()); return;
    case Value::Kind::Number: out += value.number_text(); return;
    case Value::Kind::String: return write_string(value.as_string(), {indent, true}, out);
    case Value::Kind::Array:
      if (value.items().empty()) {
        out += "[]";
      } else {
        write_items(value.items(), indent, out);
      }
      return;
    case Value::Kind::Object:
      if (value.members().empty()) {
        out += "{}";
      } else {
        write_members(value.members(), indent, out);
      }
      return;
  }
}

/// Letters of other scripts count as letters; no key of the API has anything else beyond ASCII.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// The number that the digits from `i` on make, and where they end.
std::pair<std::uint64_t, std::size_t> number_at(const std::string& text, std::size_t i, std::uint64_t before) {
  while (i < text.size() && is_digit(text[i])) before = before * 10 + static_cast<std::uint64_t>(text[i++] - '0');
  return {before, i};
}

/// go-yaml v2 sorter.go keyList.Less: letters last, runs of digits by their number.
bool key_less(const std::string& a, const std::string& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] == b[i]) continue;
    const bool letter_a = is_letter(a[i]), letter_b = is_letter(b[i]);
    if (letter_a && letter_b) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
    if (letter_a || letter_b) return letter_b;
    std::uint64_t before = 0;
    if (a[i] == '0' || b[i] == '0') {
      for (std::size_t j = i; j > 0 && is_digit(a[j - 1]) && before == 0; --j) before = a[j - 1] != '0' ? 1 : 0;
    }
    const auto [number_a, end_a] = number_at(a, i, before);
    const auto [number_b, end_b] = number_at(b, i, before);
    if (number_a != number_b) return static_cast<std::int64_t>(number_a) < static_cast<std::int64_t>(number_b);
    if (end_a != end_b) return end_a < end_b;
    return a[i] < b[i];
  }
  return a.size() < b.size();
}

}  // namespace

std::string write_yaml(const Value& value) {
  std::string out;
  write_value(value, 0, out);
  return out + '\n';
}

Value in_key_order(Value value) {
  if (value.is_array()) {
    for (Value& item : value.items()) item = in_key_order(std::move(item));
  } else if (value.is_object()) {
    Value::Object& members = value.members();
    std::stable_sort(members.begin(), members.end(),
                     [](const Value::Member& a, const Value::Member& b) { return key_less(a.key, b.key); });
    for (Value::Member& member : members) member.value = in_key_order(std::move(member.value));
  }
  return value;
}

}  // namespace podlapse::yaml
