// How many rows of a recording a test holds, for the table in tests/README.md that the ctest `server_rows` compares.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace podlapse::test {

/// Rows of one file of recordings. `left_out` names each row that is not equal, with the reason.
struct RowCount {
  std::string file;      ///< "validation.jsonl"
  std::string compared;  ///< what is compared, for the table
  std::size_t rows = 0, equal = 0;
  std::map<std::string, std::string> left_out;
};

/// Notes the count: one line "file|what|rows|equal|left out" for tests/tools/server_rows, reasons with their number of
/// rows.
void note_rows(const RowCount& count);

}  // namespace podlapse::test
