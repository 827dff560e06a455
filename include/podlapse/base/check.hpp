// Broken invariants. They are faults of podlapse, not of the input, so they throw one type that the shell turns into
// exit status 3; they stay on in release builds.
#pragma once

#include <stdexcept>
#include <string>

namespace podlapse {

/// An invariant of podlapse itself does not hold.
class InternalFault : public std::logic_error {
 public:
  explicit InternalFault(const std::string& what) : std::logic_error(what) {}
};

[[noreturn]] void fail_check(const char* condition, const char* file, int line);

}  // namespace podlapse

/// Throws InternalFault when `condition` is false, in every build.
#define PODLAPSE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::podlapse::fail_check(#condition, __FILE__, __LINE__))
