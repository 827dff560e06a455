// What the server says of an object, as diagnostics: each cause in its words, at its place, with a fix where one is
// known.
#pragma once

#include <vector>

#include "podlapse/api/status.hpp"
#include "podlapse/api/validation.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"

namespace podlapse::yaml {

/// Appends what `checked` has against `object`, as it was read. True when the server refuses it.
bool report_object(const Value& object, const CheckedObject& checked, FieldValidation validation,
                   std::vector<Diagnostic>& diagnostics);

}  // namespace podlapse::yaml
