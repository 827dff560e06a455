// A fix for what validation refuses, where one can be guessed.
#pragma once

#include <string>

#include "podlapse/api/field_error.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse::yaml {

/// The help line for `error` in the decoded `object`, or empty.
[[nodiscard]] std::string field_help(const FieldError& error, const Value& object);

}  // namespace podlapse::yaml
