#include "podlapse/base/check.hpp"

#include <string_view>

namespace podlapse {

void fail_check(const char* condition, const char* file, int line) {
  // The folder of the build is of no use to a reader, and would differ from machine to machine.
  std::string_view path = file;
  for (const std::string_view root : {"include/", "src/", "tests/"}) {
    const auto at = path.rfind(root);
    if (at != std::string_view::npos) path.remove_prefix(at);
  }
  throw InternalFault("invariant broken: " + std::string(condition) + " (" + std::string(path) + ":" +
                      std::to_string(line) + ")");
}

}  // namespace podlapse
