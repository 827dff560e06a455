#include "support/row_notes.hpp"

#include "support/note_file.hpp"

namespace podlapse::test {

void note_rows(const RowCount& count) {
  static std::string lines;
  std::map<std::string, std::size_t> reasons;
  for (const auto& [id, reason] : count.left_out) ++reasons[reason];
  std::string left_out;
  for (const auto& [reason, rows] : reasons)
    left_out += (left_out.empty() ? "" : "; ") + std::to_string(rows) + ": " + reason;
  lines += count.file + "|" + count.compared + "|" + std::to_string(count.rows) + "|" + std::to_string(count.equal) +
           "|" + left_out + "\n";
  write_note("PODLAPSE_ROWS_DIR", lines);
}

}  // namespace podlapse::test
