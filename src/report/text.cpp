#include "podlapse/report/text.hpp"

#include <algorithm>
#include <utility>

namespace podlapse {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

/// The SGR parameters of ECMA-48. Only the eight colours every terminal theme chooses for its own background.
const char* escape_of(Style style) {
  switch (style) {
    case Style::Plain: return "";
    case Style::Strong: return "\x1b[1m";
    case Style::Faint: return "\x1b[2m";
    case Style::Good: return "\x1b[32m";
    case Style::Waiting: return "\x1b[33m";
    case Style::Bad: return "\x1b[31m";
    case Style::Ending: return "\x1b[35m";
    case Style::Outside: return "\x1b[36m";
  }
  return "";
}

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += begins_character(byte) ? 1 : 0;
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string{text};
  if (width == 0) return {};
  std::size_t bytes = 0;
  for (std::size_t columns = 0; bytes < text.size(); ++bytes) {
    if (begins_character(text[bytes]) && ++columns == width) break;
  }
  return std::string{text.substr(0, bytes)} + "…";
}

std::string shortened_front(std::string_view text, std::size_t width) {
  std::size_t columns = text_width(text);
  if (columns <= width || width == 0) return width == 0 ? "" : std::string{text};
  std::size_t bytes = 0;
  for (; columns >= width; ++bytes) columns -= begins_character(text[bytes]) ? 1 : 0;
  while (bytes < text.size() && !begins_character(text[bytes])) ++bytes;
  return "…" + std::string{text.substr(bytes)};
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\n\r"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.back().empty() && text_width(lines.back()) + 1 + text_width(word) > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::string counted(std::int64_t count, std::string_view noun) {
  const std::string number = count == 0 ? "no" : std::to_string(count);
  return number + " " + std::string{noun} + (count == 1 ? "" : "s");
}

std::string format_instant(SimTime time) {
  using namespace std::chrono;
  const SimDuration since = time.time_since_epoch();
  const SimDuration size = since < SimDuration{} ? -since : since;
  const SimDuration rounded = round<milliseconds>(size);
  const std::int64_t whole_minutes = duration_cast<minutes>(rounded).count();
  const std::string seconds_text = format_seconds(rounded - minutes{whole_minutes}, 3);
  std::string text = since < SimDuration{} && rounded > SimDuration{} ? "-" : "";
  if (whole_minutes >= 60) text += std::to_string(whole_minutes / 60) + "h" + two_digits(whole_minutes % 60) + "m";
  if (whole_minutes > 0 && whole_minutes < 60) text += std::to_string(whole_minutes) + "m";
  if (whole_minutes > 0 && seconds_text.size() < 6) text += "0";
  return text + seconds_text + "s";
}

std::string format_span(SimDuration span) {
  using namespace std::chrono;
  if (span >= milliseconds{59950}) {
    std::string text = format_go_duration(round<seconds>(span));
    if (text.size() > 2 && text.compare(text.size() - 3, 3, "m0s") == 0) text.resize(text.size() - 2);
    if (text.size() > 2 && text.compare(text.size() - 3, 3, "h0m") == 0) text.resize(text.size() - 2);
    return text;
  }
  const auto whole = round<milliseconds>(span);
  if (whole > milliseconds{0} && whole < milliseconds{100}) return std::to_string(whole.count()) + "ms";
  std::string text = format_seconds(span, 1);
  if (text.compare(text.size() - 2, 2, ".0") == 0) text.resize(text.size() - 2);
  return text + "s";
}

Line& Line::add(std::string_view text, Style style) {
  if (text.empty()) return *this;
  std::string clean{text};
  for (char& byte : clean) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) byte = ' ';
  }
  width_ += text_width(clean);
  if (!pieces_.empty() && pieces_.back().style == style) {
    pieces_.back().text += clean;
  } else {
    pieces_.push_back({std::move(clean), style});
  }
  return *this;
}

Line& Line::pad_to(std::size_t column) { return width_ < column ? add(std::string(column - width_, ' ')) : *this; }

std::string Line::finish(bool color) const {
  std::vector<Piece> pieces = pieces_;
  while (!pieces.empty()) {
    std::string& last = pieces.back().text;
    last.resize(last.find_last_not_of(' ') + 1);
    if (!last.empty()) break;
    pieces.pop_back();
  }
  std::string text;
  for (const Piece& piece : pieces) {
    const bool styled = color && piece.style != Style::Plain;
    if (styled) text += escape_of(piece.style);
    text += piece.text;
    if (styled) text += "\x1b[0m";
  }
  return text + "\n";
}

}  // namespace podlapse
