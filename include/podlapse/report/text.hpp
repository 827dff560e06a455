// Text for a terminal: rows of styled cells, widths, wrapping. Everything a renderer prints goes through here, so that
// colour is one switch and nothing depends on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// What a piece of text means; its colour follows from that.
enum class Style : std::uint8_t { Plain, Strong, Faint, Good, Waiting, Bad, Ending, Outside };

/// Columns that `text` (UTF-8) takes: one for each code point.
[[nodiscard]] std::size_t text_width(std::string_view text);

/// `text` cut to `width` columns, the last of them `…`, or as it is when it fits.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// The same, but cut at the front: for names that differ at their ends.
[[nodiscard]] std::string shortened_front(std::string_view text, std::size_t width);

/// `text` broken at blanks into lines of at most `width` columns; a word that is longer stands alone and is not broken.
/// Newlines and tabs count as blanks. Never empty.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// "1 restart", "2 restarts", "no restarts".
[[nodiscard]] std::string counted(std::int64_t count, std::string_view noun);

/// A time as the record list shows it, always with milliseconds: "0.526s", "1m02.000s", "1h00m02.345s".
[[nodiscard]] std::string format_instant(SimTime time);

/// A span as prose has it: "24ms", "0.4s", "12.3s", "3s", "1m40s", "1h5m". To the millisecond below a tenth of a second, to
/// the tenth below a minute, else to the second.
[[nodiscard]] std::string format_span(SimDuration span);

/// One line, put together from styled pieces.
class Line {
 public:
  /// Appends `text`. Control characters in it, which could come from an input, become blanks.
  Line& add(std::string_view text, Style style = Style::Plain);
  /// Appends blanks up to column `column` (from 0); nothing when the line is there already.
  Line& pad_to(std::size_t column);
  [[nodiscard]] std::size_t width() const { return width_; }
  /// The line with its newline, blanks at its end taken off.
  [[nodiscard]] std::string finish(bool color) const;

 private:
  struct Piece {
    std::string text;
    Style style;
  };
  std::vector<Piece> pieces_;
  std::size_t width_ = 0;
};

}  // namespace podlapse
