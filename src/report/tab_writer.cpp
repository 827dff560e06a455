#include "podlapse/report/tab_writer.hpp"

#include <algorithm>

#include "podlapse/report/text.hpp"

namespace podlapse {

void TabWriter::write(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\t\v\n\f", at), text.size());
    lines_.back().back() += text.substr(at, end - at);
    if (end == text.size()) return;
    if (text[end] == '\t' || text[end] == '\v') {
      lines_.back().emplace_back();
    } else {
      lines_.push_back(Cells{std::string{}});
      if (text[end] == '\f') flush();
    }
    at = end + 1;
  }
}

void TabWriter::flush() {
  std::vector<Widths> widths(lines_.size());
  lay_out(0, lines_.size(), 0, widths);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Cells& cells = lines_[i];
    for (std::size_t j = 0; j < cells.size(); ++j) {
      out_ += cells[j];
      if (j + 1 < cells.size()) out_.append(widths[i][j] - text_width(cells[j]), ' ');
    }
    if (i + 1 < lines_.size()) out_ += '\n';
  }
  lines_.assign(1, Cells{std::string{}});
}

std::string TabWriter::take() {
  flush();
  std::string out;
  out.swap(out_);
  return out;
}

/// Gives `column` of the lines from `first` to `last` its widths, one block of consecutive lines after the other, and within
/// each block the columns to its right.
void TabWriter::lay_out(std::size_t first, std::size_t last, std::size_t column, std::vector<Widths>& widths) {
  const auto has_column = [&](std::size_t line) { return lines_[line].size() > column + 1; };
  for (std::size_t begin = first; begin < last; ++begin) {
    if (!has_column(begin)) continue;
    std::size_t width = stops_.width_min, end = begin;
    for (; end < last && has_column(end); ++end)
      width = std::max(width, text_width(lines_[end][column]) + stops_.padding);
    width = remembered(column, width);
    for (std::size_t line = begin; line < end; ++line) widths[line].push_back(width);
    lay_out(begin, end, column + 1, widths);
    begin = end;
  }
}

std::size_t TabWriter::remembered(std::size_t column, std::size_t width) {
  if (!stops_.remember) return width;
  if (widths_max_.size() <= column) widths_max_.resize(column + 1);
  widths_max_[column] = std::max(widths_max_[column], width);
  return widths_max_[column];
}

std::string table_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += '\t';
    const std::size_t cut = cell.find_first_of("\f\n\r");
    line += escape_terminal(std::string_view{cell}.substr(0, cut));
    if (cut != std::string::npos) line += "...";
  }
  return line + '\n';
}

std::string escape_terminal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\x1b') {
      out += "^[";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace podlapse
