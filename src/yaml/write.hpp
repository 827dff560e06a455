// Document trees to YAML text, in the style in which kubectl prints objects (sigs.k8s.io/yaml over go-yaml v2): plain
// scalars where they read back as the same string, block style for several lines, lists at the column of their key. Long
// lines are not folded, which kubectl does.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"

namespace podlapse::yaml {

/// `value` as one YAML document with a newline at its end. Members keep their order.
[[nodiscard]] std::string write_yaml(const Value& value);

}  // namespace podlapse::yaml
