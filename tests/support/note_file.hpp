// What a test binary leaves for the checks that run after it.
#pragma once

#include <string_view>

namespace podlapse::test {

/// Writes `text` to <folder>/<name of this binary>.txt, where the environment variable `folder_variable` names the
/// folder (made when absent). Does nothing where it is unset: a binary run by hand leaves no files.
void write_note(const char* folder_variable, std::string_view text);

}  // namespace podlapse::test
