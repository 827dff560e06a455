// From yaml-cpp's marks (lines and bytes from 0, in the text it was given) to places in the user's file (lines and
// characters from 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "podlapse/base/diagnostic.hpp"

namespace podlapse::yaml {

/// The lines of a text, and columns in characters.
class Lines {
 public:
  explicit Lines(std::string_view text);

  [[nodiscard]] std::size_t count() const { return starts_.size(); }
  /// Line `index` (from 0) without its line break; empty beyond the end.
  [[nodiscard]] std::string_view line(std::size_t index) const;
  /// Where line `index` begins; the text's size beyond the end.
  [[nodiscard]] std::size_t start(std::size_t index) const;
  /// The line that holds byte `offset`.
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// From byte `column` of the parsed `line` on, the user's text is `shift` bytes further on than what came before said.
struct ColumnEdit {
  std::size_t line = 0, column = 0;
  std::ptrdiff_t shift = 0;
};

/// Turns marks into spans. Cheap when marks come in order: characters are counted from the last place on.
class Positions {
 public:
  /// `lines` is the user's text and must live as long. `edits` says where the parsed text differs, in order.
  Positions(const Lines& lines, std::uint32_t file, std::vector<ColumnEdit> edits);

  /// Byte offset in the user's text of a mark.
  [[nodiscard]] std::size_t offset(std::size_t line, std::size_t column) const;
  /// The span of `bytes` bytes at `offset`, cut at the end of the line.
  [[nodiscard]] SourceSpan span(std::size_t line, std::size_t offset, std::size_t bytes);
  /// The user's text, and the line of an offset in it.
  [[nodiscard]] std::string_view text() const { return lines_.text(); }
  [[nodiscard]] std::size_t line_of(std::size_t offset) const { return lines_.line_of(offset); }

 private:
  const Lines& lines_;
  std::uint32_t file_;
  std::vector<ColumnEdit> edits_;
  bool ascii_;
  std::size_t last_offset_ = 0, last_column_ = 0, last_line_ = 0;  ///< characters before last_offset_ on last_line_
};

/// How many characters (code points) a UTF-8 text has.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace podlapse::yaml
