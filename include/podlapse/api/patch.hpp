// What a PATCH makes of an object (apimachinery pkg/util/strategicpatch, and RFC 7386).
#pragma once

#include <cstdint>

#include "podlapse/api/value.hpp"

namespace podlapse {

enum class PatchType : std::uint8_t {
  Strategic,  ///< application/strategic-merge-patch+json: elements of some lists are known by a key
  Merge,      ///< application/merge-patch+json: a list takes the place of the other
};

/// `object` as `patch` makes it. Values of the patch keep their places, and what it changes inside gets the place of
/// the part of the patch that does.
[[nodiscard]] Value apply_patch(const Value& object, const Value& patch, PatchType type);

}  // namespace podlapse
