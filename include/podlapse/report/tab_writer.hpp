// Elastic columns as kubectl's tables have them: cells end with a tab, and a column is as wide as the widest cell of the
// consecutive lines that have it. Follows the rules of Go's text/tabwriter (kubectl describe) and of its fork
// github.com/liggitt/tabwriter with RememberWidths (kubectl get, kubectl events).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace podlapse {

/// How a table's columns are laid out.
struct TabStops {
  std::size_t width_min = 0;   ///< least width of a cell, padding included
  std::size_t padding = 2;     ///< blanks between a cell and the next
  bool remember = false;       ///< a column never gets narrower again, not even after a flush
};

/// kubectl describe (kubectl/pkg/describe/describe.go tabbedString).
inline constexpr TabStops kDescribeTabs{0, 2, false};
/// kubectl get and kubectl events (cli-runtime/pkg/printers/tabwriter.go GetNewTabWriter).
inline constexpr TabStops kTableTabs{6, 3, true};

/// Collects text and lays it out. Tab and vertical tab end a cell, newline and form feed a line; the text behind a line's last
/// tab belongs to no column. Widths are code points.
class TabWriter {
 public:
  explicit TabWriter(TabStops stops) : stops_(stops) {}

  void write(std::string_view text);
  /// Lays out what was written so far; what follows begins new columns.
  void flush();
  /// Flushes, and hands out all text laid out since the last call.
  [[nodiscard]] std::string take();

 private:
  using Cells = std::vector<std::string>;  ///< of one line; the last is not ended by a tab
  using Widths = std::vector<std::size_t>;

  void lay_out(std::size_t first, std::size_t last, std::size_t column, std::vector<Widths>& widths);
  [[nodiscard]] std::size_t remembered(std::size_t column, std::size_t width);

  TabStops stops_;
  std::vector<Cells> lines_{Cells{std::string{}}};
  Widths widths_max_;
  std::string out_;
};

/// One line of kubectl's tables: cells with tabs between, each cut at its first line break
/// (cli-runtime/pkg/printers/tableprinter.go).
[[nodiscard]] std::string table_line(const std::vector<std::string>& cells);

/// `text` without what could drive a terminal: ESC is `^[`, a carriage return `\r`
/// (cli-runtime/pkg/printers/terminal.go EscapeTerminal).
[[nodiscard]] std::string escape_terminal(std::string_view text);

}  // namespace podlapse
