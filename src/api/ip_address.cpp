#include "ip_address.hpp"

#include <algorithm>
#include <vector>

namespace podlapse::formats {
namespace {

constexpr std::size_t kGroups = 8;

/// Four decimal numbers from 0 to 255 into the last four bytes.
bool parse_v4(std::string_view text, IpAddress& out) {
  for (std::size_t part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const std::string_view digits = text.substr(0, dot);
    if (digits.empty() || (dot == std::string_view::npos) != (part == 3)) return false;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
    unsigned number = 0;
    for (const char digit : digits) number = std::min(number * 10 + static_cast<unsigned>(digit - '0'), 256U);
    if (number > 255) return false;
    out.has_leading_zero = out.has_leading_zero || (digits.size() > 1 && digits[0] == '0');
    out.bytes.at(12 + part) = static_cast<std::uint8_t>(number);
    if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
  }
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool parse_group(std::string_view text, unsigned& group) {
  if (text.empty() || text.size() > 4) return false;
  group = 0;
  for (const char c : text) {
    if (hex_digit(c) < 0) return false;
    group = group * 16 + static_cast<unsigned>(hex_digit(c));
  }
  return true;
}

/// Groups on one side of `::`; the last may be an IPv4 address.
bool parse_groups(std::string_view text, bool last_side, std::vector<unsigned>& groups, IpAddress& out) {
  if (text.empty()) return true;
  while (true) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    unsigned group = 0;
    if (colon == std::string_view::npos && last_side && part.find('.') != std::string_view::npos) {
      if (!parse_v4(part, out)) return false;
      groups.push_back(static_cast<unsigned>(out.bytes[12]) << 8 | out.bytes[13]);
      groups.push_back(static_cast<unsigned>(out.bytes[14]) << 8 | out.bytes[15]);
      return true;
    }
    if (!parse_group(part, group)) return false;
    groups.push_back(group);
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
  }
}

bool parse_v6(std::string_view text, IpAddress& out) {
  std::vector<unsigned> front, back;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, true, front, out) || front.size() != kGroups) return false;
  } else {
    if (!parse_groups(text.substr(0, gap), false, front, out) || !parse_groups(text.substr(gap + 2), true, back, out))
      return false;
    if (front.size() + back.size() >= kGroups) return false;
    front.resize(kGroups - back.size(), 0);
    front.insert(front.end(), back.begin(), back.end());
  }
  for (std::size_t i = 0; i < kGroups; ++i) {
    out.bytes.at(2 * i) = static_cast<std::uint8_t>(front[i] >> 8);
    out.bytes.at(2 * i + 1) = static_cast<std::uint8_t>(front[i] & 0xFFU);
  }
  out.is_mapped =
      std::all_of(front.begin(), front.begin() + 5, [](unsigned group) { return group == 0; }) && front[5] == 0xFFFF;
  return true;
}

std::string v4_text(const IpAddress& address) {
  std::string text;
  for (std::size_t i = 12; i < 16; ++i) text += (text.empty() ? "" : ".") + std::to_string(address.bytes.at(i));
  return text;
}

}  // namespace

bool parse_ip(std::string_view text, IpAddress& out) {
  out = IpAddress{};
  out.is_v4 = text.find(':') == std::string_view::npos;
  return out.is_v4 ? parse_v4(text, out) : parse_v6(text, out);
}

std::string IpAddress::text() const {
  if (is_v4 || is_mapped) return v4_text(*this);
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i)
    groups.at(i) = static_cast<unsigned>(bytes.at(2 * i)) << 8 | bytes.at(2 * i + 1);
  std::size_t begin = kGroups, length = 1;  // the first longest run of at least two zeros
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t end = i;
    while (end < kGroups && groups.at(end) == 0) ++end;
    if (end - i > length) {
      begin = i;
      length = end - i;
    }
  }
  std::string result;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == begin) {
      result += "::";
      i += length - 1;
      continue;
    }
    if (!result.empty() && result.back() != ':') result += ':';
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = (groups.at(i) >> shift) & 0xFU;
      begun = begun || digit != 0 || shift == 0;
      if (begun) result += "0123456789abcdef"[digit];
    }
  }
  return result;
}

}  // namespace podlapse::formats
