// What this podlapse is, and which Kubernetes it models.
#pragma once

namespace podlapse::cli {

inline constexpr const char* kVersion = "0.1.0";  ///< the project's version in CMakeLists.txt; tests/cli compares them
inline constexpr const char* kKubernetesVersion = "v1.36";

}  // namespace podlapse::cli
