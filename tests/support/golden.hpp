// Texts that were looked at and found right, kept under tests/ and compared byte for byte.
#pragma once

#include <string>

namespace podlapse::test {

/// Checks that `text` is the content of tests/<name>. A failure shows the unified diff. With UPDATE_GOLDEN=1 in the
/// environment the file is written instead (look at `git diff` before you keep it).
void check_golden(const std::string& name, const std::string& text);

/// The whole content of a file; fails the running test when it cannot be read.
[[nodiscard]] std::string contents_of(const std::string& path);

}  // namespace podlapse::test
