#include "podlapse/base/diagnostic.hpp"

#include <algorithm>
#include <string_view>

#include "podlapse/base/utf8.hpp"

namespace podlapse {

namespace {

constexpr std::size_t kWindow = 100;      ///< characters of a source line that are shown
constexpr std::size_t kBeforeCaret = 60;  ///< of these, before the caret when the line is longer

constexpr std::string_view kBold = "\x1b[1m", kRed = "\x1b[1;31m", kYellow = "\x1b[1;33m", kCyan = "\x1b[1;36m",
                           kBlue = "\x1b[34m", kReset = "\x1b[0m";

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Note: return "note";
  }
  return "error";
}

std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return kRed;
    case Severity::Warning: return kYellow;
    case Severity::Note: return kCyan;
  }
  return kRed;
}

/// Puts `text` in colour, or leaves it plain.
std::string painted(std::string_view text, std::string_view color, bool enabled) {
  if (!enabled) return std::string(text);
  return std::string(color) + std::string(text) + std::string(kReset);
}

/// The `number`-th line of `text` (from 1) without its line ending; empty beyond the end.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t line = 1; line < number; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

/// The characters of a line, fit for a terminal, so that a hostile file cannot send escape sequences. Tabs stay.
std::vector<std::string_view> characters_of(std::string_view line) {
  std::vector<std::string_view> result;
  while (!line.empty()) {
    const std::string_view character = take_printable(line);
    result.push_back(character == "\r" ? "\xef\xbf\xbd" : character);
  }
  return result;
}

/// The source line with carets below it, each ending in a newline. A line longer than the window is cut on both sides.
std::string render_source(const SourceSpan& span, const SourceFile& file, std::string_view color, bool enabled) {
  const std::vector<std::string_view> characters = characters_of(line_of(file.text, span.line));
  const std::size_t size = characters.size();
  const std::size_t caret = std::min<std::size_t>(std::max(span.column, 1U) - 1, size);
  std::size_t first = 0, last = size;
  if (size > kWindow) {
    first = caret > kBeforeCaret ? std::min(caret - kBeforeCaret, size - kWindow) : 0;
    last = first + kWindow;
  }
  const std::size_t caret_end = std::max(caret + 1, std::min<std::size_t>(caret + span.length, last));

  std::string source = first > 0 ? "..." : "", below = first > 0 ? "   " : "";
  for (std::size_t i = first; i < last; ++i) {
    source += characters[i];
    if (i < caret) below += characters[i] == "\t" ? '\t' : ' ';
  }
  if (last < size) source += "...";
  const std::string number = "  " + std::to_string(span.line) + " | ";
  const std::string gutter = std::string(number.size() - 2, ' ') + "| ";
  return painted(number, kBlue, enabled) + source + "\n" + painted(gutter, kBlue, enabled) + below +
         painted(std::string(caret_end - caret, '^'), color, enabled) + "\n";
}

/// "file:line:column: ", as far as known.
std::string render_place(const SourceSpan& span, const SourceFiles& files) {
  if (span.file >= files.size()) return {};
  const std::string& name = files[span.file].name;
  std::string place = name == "-" ? "<stdin>" : name;
  if (span.known()) {
    place += ':';
    place += std::to_string(span.line);
    place += ':';
    place += std::to_string(std::max(span.column, 1U));
  }
  return place + ": ";
}

std::string render_one(Severity severity, const std::string& code, const SourceSpan& span, const std::string& text,
                       const SourceFiles& files, bool color) {
  std::string kind(word(severity));
  if (!code.empty()) kind += "[" + code + "]";
  std::string result = painted(render_place(span, files), kBold, color) + painted(kind, color_of(severity), color) +
                       ": " + text + "\n";
  if (span.known() && span.file < files.size()) {
    result += render_source(span, files[span.file], color_of(severity), color);
  }
  return result;
}

std::string lower(const std::string& text) {
  std::string result = text;
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` ("optimal string alignment").
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Error; });
}

std::string render_diagnostic(const Diagnostic& diagnostic, const SourceFiles& files, bool color) {
  std::string result =
      render_one(diagnostic.severity, diagnostic.code, diagnostic.span, diagnostic.text, files, color);
  for (const RelatedPlace& place : diagnostic.related) {
    result += render_one(Severity::Note, "", place.span, place.text, files, color);
  }
  if (!diagnostic.help.empty()) result += painted("help", kCyan, color) + ": " + diagnostic.help + "\n";
  return result;
}

std::string nearest_name(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string wanted = lower(word);
  const std::size_t limit = std::max<std::size_t>(word.size() / 3, 1);
  std::size_t best = std::min(limit + 1, word.size());  // a word with every letter replaced is another word
  std::string nearest;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), word.size()), shorter = std::min(candidate.size(), word.size());
    if (longer - shorter >= best) continue;
    const std::size_t distance = edit_distance(wanted, lower(candidate));
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace podlapse
