// How a name or a piece of somebody's input stands in a sentence.
#pragma once

#include <string>
#include <string_view>

namespace podlapse {

/// "`text`", in one line: a line break in it is written \n. Not called quoted(): with a std::string argument that finds
/// std::quoted too, wherever a standard header brings it in.
[[nodiscard]] inline std::string in_backticks(std::string_view text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else {
      out += c;
    }
  }
  return out + "`";
}

}  // namespace podlapse
