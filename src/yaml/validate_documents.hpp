// Manifests as `podlapse validate` looks at them: every object with Pods, the server's answer to it, and what to mend.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "podlapse/api/status.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/feature_gates.hpp"

namespace podlapse::yaml {

/// One object and the answer to it. What belongs to no object (a text that cannot be read) has no name.
struct ValidatedObject {
  ApiKind kind;
  std::string name;
  ApiStatus status;
  Value object;  ///< defaulted; null where the object is refused
};

struct ValidatedObjects {
  std::vector<ValidatedObject> objects;
  std::map<std::string, std::size_t> skipped;  ///< kinds without Pods, and how many there were
};

/// Adds the objects of `text`, file number `file`: those of Lists each for itself. `diagnostics` gets each cause at its
/// place. `gates`: what the server knows.
void validate_text(const std::string& text, std::uint32_t file, FieldValidation validation, ValidatedObjects& out,
                   std::vector<Diagnostic>& diagnostics, const FeatureGates& gates = {});

}  // namespace podlapse::yaml
