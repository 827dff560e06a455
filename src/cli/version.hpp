// What this podlapse is.
#pragma once

namespace podlapse::cli {

inline constexpr const char* kVersion = "0.1.0";  ///< the project's version in CMakeLists.txt; tests/cli compares them

}  // namespace podlapse::cli
