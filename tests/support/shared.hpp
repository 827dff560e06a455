// The reference material beside the project (../shared): recorded cases, manifests, tables. It is not part of the
// project, so a test that needs it is skipped where it is missing, and says so.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace podlapse::test {

/// The file or folder `relative` of the reference material, or nothing where it is not beside the project; then the
/// running test is noted as skipped (a line now, and the ctest `shared_reference` names it).
/// The environment variable PODLAPSE_SHARED_DIR overrides where it is looked for.
///
///     const auto cases = shared_path("oracle/cases");
///     if (!cases) return;
[[nodiscard]] std::optional<std::filesystem::path> shared_path(std::string_view relative);

}  // namespace podlapse::test
