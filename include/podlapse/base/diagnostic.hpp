// What podlapse has to say about somebody's input: where, what, and how to mend it. The text form (source line, caret,
// help) is rendered by `render_diagnostic`, so that every module reports in one voice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace podlapse {

/// SourceSpan::file of what is about no file in particular.
inline constexpr std::uint32_t kNoFile = static_cast<std::uint32_t>(-1);

/// A place in an input file. Lines and columns count from 1; a column counts characters (code points), not bytes.
/// `line` 0 means: no place is known (then only the file is named).
struct SourceSpan {
  std::uint32_t file = 0;    ///< index into SourceFiles
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;  ///< characters to underline on that line; at least 1

  [[nodiscard]] bool known() const { return line != 0; }
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

/// Text of the inputs, kept so that a diagnostic can show the line. `name` is what the user typed ("-" for standard input).
struct SourceFile {
  std::string name;
  std::string text;
};
using SourceFiles = std::vector<SourceFile>;

enum class Severity : std::uint8_t { Error, Warning, Note };

/// A second place a diagnostic points at ("first defined here").
struct RelatedPlace {
  SourceSpan span;
  std::string text;
};

/// One problem. `text` is lowercase, without a full stop, and says what was expected; `code` is the id of the catalogue
/// rule ("manifest/unknown-field"); `help` is a fix the user can apply, or empty.
struct Diagnostic {
  Severity severity = Severity::Error;
  std::string code;
  SourceSpan span;
  std::string text;
  std::string help;
  std::vector<RelatedPlace> related;
};

/// True when any of them is an error.
[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// The text form, several lines, ending in a newline: head line `file:line:column: error[code]: text`, the source line
/// with a caret, related places, and the help line. `color` adds ANSI colour.
[[nodiscard]] std::string render_diagnostic(const Diagnostic& diagnostic, const SourceFiles& files, bool color);

/// The candidate nearest to `word` (edit distance at most a third of its length, at least 1, case-insensitive first), or
/// an empty string.
[[nodiscard]] std::string nearest_name(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace podlapse
