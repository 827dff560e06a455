#include "yaml/write.hpp"

#include <algorithm>

#include "yaml/scalar.hpp"

namespace podlapse::yaml {

namespace {

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
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    found.indicators = found.indicators || is_indicator(text, i);
    if (text[i] == '\n') {
      found.line_breaks = true;
      found.space_break = found.space_break || (i > 0 && text[i - 1] == ' ');
    } else if (byte < 0x20 || byte == 0x7f || text.compare(i, 3, "\ufeff") == 0) {
      found.special = true;
    }
  }
  if (text.empty()) return found;
  found.trailing_space = text.back() == ' ';
  found.blank_ends = text.front() == ' ' || text.front() == '\n' || text.back() == ' ' || text.back() == '\n';
  return found;
}

/// go-yaml v2 encode.go isBase60Float: "1:30" was a number in YAML 1.1.
bool is_base60(const std::string& text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  if (i >= text.size() || !is_digit(text[i])) return false;
  bool colon = false;
  for (; i < text.size(); ++i) {
    colon = colon || text[i] == ':';
    if (!is_digit(text[i]) && text[i] != ':' && text[i] != '_' && text[i] != '.') return false;
  }
  return colon;
}

/// go-yaml v2 resolve.go parseTimestamp: "2026-01-02", "2026-1-2T3:4:5Z". Takes what merely looks like a time for one,
/// too.
bool is_timestamp(const std::string& text) {
  std::size_t i = 0;
  const auto digits = [&](std::size_t least, std::size_t most) {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start >= least && i - start <= most;
  };
  const auto dash = [&] { return i < text.size() && text[i++] == '-'; };
  if (!digits(4, 4) || !dash() || !digits(1, 2) || !dash() || !digits(1, 2)) return false;
  if (i == text.size()) return true;
  const char separator = text[i++];
  return (separator == 'T' || separator == 't' || separator == ' ') && digits(1, 2);
}

std::string double_quoted(const std::string& text) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
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

/// A string in the style go-yaml v2 chooses. `indent`: that of the lines of a block; a key takes one line.
std::string string_text(const std::string& text, std::size_t indent, bool is_key) {
  const Analysis found = analyze(text);
  if (found.line_breaks) {
    const bool fits = !is_key && !found.special && !found.space_break && !found.trailing_space;
    return fits ? literal(text, indent) : double_quoted(text);
  }
  if (!is_plain_string(text) || is_base60(text) || is_timestamp(text) || found.special) return double_quoted(text);
  return found.indicators || found.blank_ends ? single_quoted(text) : text;
}

void write_value(const Value& value, std::size_t indent, std::string& out);

/// The members, the first of them where the line stands, the others on lines of their own.
void write_members(const Value::Object& members, std::size_t indent, std::string& out) {
  bool first = true;
  for (const Value::Member& member : members) {
    if (!first) out.append("\n").append(indent, ' ');
    first = false;
    out += string_text(member.key, indent, true) + ':';
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
    case Value::Kind::String: out += string_text(value.as_string(), indent, false); return;
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

}  // namespace

std::string write_yaml(const Value& value) {
  std::string out;
  write_value(value, 0, out);
  return out + '\n';
}

}  // namespace podlapse::yaml
