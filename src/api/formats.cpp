#include "formats.hpp"

#include <algorithm>
#include <array>

namespace podlapse::formats {
namespace {

constexpr std::size_t kLabelMax = 63, kSubdomainMax = 253, kPortNameMax = 15;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z'); }

std::string max_length(std::size_t length, const char* unit) {
  return "must be no more than " + std::to_string(length) + " " + unit;
}

/// RegexError.
std::string regex_error(std::string text, std::string_view regex, const std::vector<std::string_view>& examples) {
  text += " (e.g. ";
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (i > 0) text += " or ";
    text.append("'").append(examples[i]).append("', ");
  }
  return text.append("regex used for validation is '").append(regex).append("')");
}

/// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool is_label(std::string_view text) {
  const auto inner = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), inner) && text.front() != '-' && text.back() != '-';
}

/// _?[a-z0-9]([-_a-z0-9]*[a-z0-9])?
bool is_label_with_underscore(std::string_view text) {
  if (!text.empty() && text.front() == '_') text.remove_prefix(1);
  const auto inner = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; };
  const auto edge = [](char c) { return is_lower(c) || is_digit(c); };
  return !text.empty() && std::all_of(text.begin(), text.end(), inner) && edge(text.front()) && edge(text.back());
}

bool all_segments(std::string_view text, bool (*is_segment)(std::string_view)) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_segment(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool is_label_key_name(std::string_view text) {
  const auto inner = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), inner) && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back());
}

constexpr std::string_view kLabelRegex = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view kSubdomainRegex = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
constexpr std::string_view kLabelKeyRegex = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

std::string label_key_error(std::string_view prefix) {
  return regex_error(std::string{prefix} + "must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
                                           "with an alphanumeric character",
                     kLabelKeyRegex, {"MyName", "my.name", "123-abc"});
}

/// What will be appended makes a trailing dash valid.
std::string mask_trailing_dash(std::string_view text, bool prefix) {
  std::string masked{text};
  if (prefix && masked.size() > 1 && masked.back() == '-') masked.back() = 'a';
  return masked;
}

}  // namespace

Messages dns1123_label(std::string_view given, bool prefix) {
  const std::string text = mask_trailing_dash(given, prefix);
  Messages messages;
  if (text.size() > kLabelMax) messages.push_back(max_length(kLabelMax, "characters"));
  if (is_label(text)) return messages;
  if (all_segments(text, is_label)) {
    messages.emplace_back("must not contain dots");
  } else {
    messages.push_back(regex_error("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
                                   "must start and end with an alphanumeric character",
                                   kLabelRegex, {"my-name", "123-abc"}));
  }
  return messages;
}

Messages dns1123_subdomain(std::string_view text, bool prefix) {
  const std::string masked = mask_trailing_dash(text, prefix);
  Messages messages;
  if (masked.size() > kSubdomainMax) messages.push_back(max_length(kSubdomainMax, "characters"));
  if (!all_segments(masked, is_label)) {
    messages.push_back(regex_error("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
                                   "'.', and must start and end with an alphanumeric character",
                                   kSubdomainRegex, {"example.com"}));
  }
  return messages;
}

Messages dns1123_subdomain_with_underscore(std::string_view text) {
  Messages messages;
  if (text.size() > kSubdomainMax) messages.push_back(max_length(kSubdomainMax, "characters"));
  if (!all_segments(text, is_label_with_underscore)) {
    messages.push_back(regex_error("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' "
                                   "or '.', and must start and end with an alphanumeric character",
                                   "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*", {"example.com"}));
  }
  return messages;
}

Messages qualified_name(std::string_view text) {
  Messages messages;
  std::string_view name = text;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      return {label_key_error("a valid label key ") + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    if (prefix.empty()) messages.emplace_back("prefix part must be non-empty");
    if (prefix.size() > kSubdomainMax) messages.push_back("prefix part " + max_length(kSubdomainMax, "bytes"));
    if (!prefix.empty() && !all_segments(prefix, is_label)) {
      messages.push_back(regex_error("prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                                     "characters, '-' or '.', and must start and end with an alphanumeric character",
                                     kSubdomainRegex, {"example.com"}));
    }
  }
  if (name.empty()) {
    messages.emplace_back("name part must be non-empty");
  } else if (name.size() > kLabelMax) {
    messages.push_back("name part " + max_length(kLabelMax, "bytes"));
  }
  if (!is_label_key_name(name)) messages.push_back(label_key_error("name part "));
  return messages;
}

Messages label_value(std::string_view text) {
  Messages messages;
  if (text.size() > kLabelMax) messages.push_back(max_length(kLabelMax, "bytes"));
  if (!text.empty() && !is_label_key_name(text)) {
    messages.push_back(regex_error("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                                   "and must start and end with an alphanumeric character",
                                   "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", {"MyValue", "my_value", "12345"}));
  }
  return messages;
}

Messages port_name(std::string_view text) {
  Messages messages;
  const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  if (text.size() > kPortNameMax) messages.push_back(max_length(kPortNameMax, "characters"));
  if (text.empty() || !std::all_of(text.begin(), text.end(), allowed)) {
    messages.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (std::none_of(text.begin(), text.end(), is_lower)) messages.emplace_back("must contain at least one letter (a-z)");
  if (text.find("--") != std::string_view::npos) messages.emplace_back("must not contain consecutive hyphens");
  if (!text.empty() && (text.front() == '-' || text.back() == '-')) {
    messages.emplace_back("must not begin or end with a hyphen");
  }
  return messages;
}

Messages env_var_name(std::string_view text) {
  Messages messages;
  if (text.empty()) messages.emplace_back("environment variable name must be non-empty");
  const auto allowed = [](char c) { return c >= ' ' && c <= '~' && c != '='; };
  if (!std::all_of(text.begin(), text.end(), allowed)) {
    messages.emplace_back(
        "a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return messages;
}

Messages http_header_name(std::string_view text) {
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), allowed)) return {};
  return {regex_error("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", {"X-Header-Name"})};
}

Messages config_map_key(std::string_view text) {
  Messages messages;
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  if (text.size() > kSubdomainMax) messages.push_back(max_length(kSubdomainMax, "characters"));
  if (text.empty() || !std::all_of(text.begin(), text.end(), allowed)) {
    messages.push_back(regex_error("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                                   "[-._a-zA-Z0-9]+", {"key.name", "KEY_NAME", "key-name"}));
  }
  if (text == ".") messages.emplace_back("must not be '.'");
  if (text == "..") {
    messages.emplace_back("must not be '..'");
  } else if (text.substr(0, 2) == "..") {
    messages.emplace_back("must not start with '..'");
  }
  return messages;
}

std::string inclusive_range(std::int64_t low, std::int64_t high) {
  return "must be between " + std::to_string(low) + " and " + std::to_string(high) + ", inclusive";
}

namespace {

void append_escape(std::string& out, std::string_view introducer, unsigned code, int digits) {
  out.append(introducer);
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[(code >> shift) & 0xFU];
}

/// Go's one-letter escapes; nothing for other characters.
const char* short_escape(char c) {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return nullptr;
  }
}

}  // namespace

std::string go_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::array<std::string_view, 14> kControl = {"", "", "", "", "", "", "", "\\a", "\\b", "", "", "\\v", "\\f", ""};
    if (const char* escape = short_escape(c)) {
      out += escape;
    } else if (byte < kControl.size() && !kControl.at(byte).empty()) {
      out += kControl.at(byte);
    } else if (byte < 0x20 || byte == 0x7F) {
      append_escape(out, "\\x", byte, 2);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string go_json_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const char* escape = short_escape(c)) {
      out += escape;
    } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
      append_escape(out, "\\u", byte, 4);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace podlapse::formats
