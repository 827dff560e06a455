#include "yaml/positions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace podlapse::yaml {

Lines::Lines(std::string_view text) : text_(text) {
  starts_.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

std::size_t Lines::start(std::size_t index) const { return index < starts_.size() ? starts_[index] : text_.size(); }

std::size_t Lines::line_of(std::size_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
}

std::string_view Lines::line(std::size_t index) const {
  std::string_view whole = text_.substr(start(index), start(index + 1) - start(index));
  while (!whole.empty() && (whole.back() == '\n' || whole.back() == '\r')) whole.remove_suffix(1);
  return whole;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Positions::Positions(const Lines& lines, std::uint32_t file, std::vector<ColumnEdit> edits)
    : lines_(lines),
      file_(file),
      edits_(std::move(edits)),
      ascii_(std::all_of(lines.text().begin(), lines.text().end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
  // From here on an edit's shift is the sum of its line's, so that one look-up answers.
  for (std::size_t i = 1; i < edits_.size(); ++i) {
    if (edits_[i].line == edits_[i - 1].line) edits_[i].shift += edits_[i - 1].shift;
  }
}

std::size_t Positions::offset(std::size_t line, std::size_t column) const {
  const auto after = std::upper_bound(edits_.begin(), edits_.end(), std::pair{line, column},
                                      [](const std::pair<std::size_t, std::size_t>& place, const ColumnEdit& edit) {
                                        return place < std::pair{edit.line, edit.column};
                                      });
  auto place = static_cast<std::ptrdiff_t>(column);
  if (after != edits_.begin() && std::prev(after)->line == line) place += std::prev(after)->shift;
  return std::min(lines_.start(line) + static_cast<std::size_t>(std::max<std::ptrdiff_t>(place, 0)), lines_.text().size());
}

SourceSpan Positions::span(std::size_t line, std::size_t offset, std::size_t bytes) {
  const std::size_t line_start = lines_.start(line);
  const std::size_t line_end = line_start + lines_.line(line).size();
  const std::size_t end = std::clamp(offset + bytes, offset, std::max(line_end, offset));
  SourceSpan span;
  span.file = file_;
  span.line = static_cast<std::uint32_t>(line + 1);
  if (ascii_) {
    span.column = static_cast<std::uint32_t>(offset - line_start + 1);
    span.length = static_cast<std::uint32_t>(std::max<std::size_t>(end - offset, 1));
    return span;
  }
  if (line != last_line_ || offset < last_offset_ || last_offset_ < line_start) {
    last_line_ = line;
    last_offset_ = line_start;
    last_column_ = 0;
  }
  last_column_ += count_characters(lines_.text().substr(last_offset_, offset - last_offset_));
  last_offset_ = offset;
  span.column = static_cast<std::uint32_t>(last_column_ + 1);
  span.length = static_cast<std::uint32_t>(std::max<std::size_t>(count_characters(lines_.text().substr(offset, end - offset)), 1));
  return span;
}

}  // namespace podlapse::yaml
