// Stored timelines: where they lie, and what differs.
#pragma once

#include <optional>
#include <string>

#include "podlapse/suite/result.hpp"

namespace podlapse::cli {

/// FOLDER/FILE.NAME.txt: the test's file without its extension, its name where that says more. Two tests have two files.
[[nodiscard]] std::string golden_path(const std::string& folder, const std::string& test_file, const std::string& test_name);

/// What differs between the file at `path` and `text`; nullopt: nothing, or `update` has written it. `problem` is set
/// where it can be neither read nor written.
[[nodiscard]] std::optional<GoldenDifference> compare_with_golden(const std::string& path, const std::string& text, bool update,
                                                                  std::string& problem);

/// Writes the file whole or not at all: beside it first, then renamed. False with `problem` set.
[[nodiscard]] bool write_file(const std::string& path, const std::string& text, std::string& problem);

}  // namespace podlapse::cli
