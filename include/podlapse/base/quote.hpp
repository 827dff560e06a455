// How a name or a piece of somebody's input stands in a sentence.
#pragma once

#include <string>
#include <string_view>

namespace podlapse {

/// "`text`". Not called quoted(): with a std::string argument that finds std::quoted too, wherever a standard header
/// brings it in.
[[nodiscard]] inline std::string in_backticks(std::string_view text) { return "`" + std::string{text} + "`"; }

}  // namespace podlapse
