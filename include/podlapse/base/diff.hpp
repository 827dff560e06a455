// What differs between two texts, as `diff -u` shows it.
#pragma once

#include <string>

namespace podlapse {

/// The unified diff from `before` to `after` with three lines of context; empty when they are the same.
[[nodiscard]] std::string unified_diff(const std::string& before, const std::string& after,
                                       const std::string& before_name, const std::string& after_name);

}  // namespace podlapse
