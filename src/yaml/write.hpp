// Document trees to YAML text, in the style in which kubectl prints objects (sigs.k8s.io/yaml over go-yaml v2): plain
// scalars where they read back as the same string, block style for several lines, lists at the column of their key, texts
// that reach beyond column 80 broken at a blank.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"

namespace podlapse::yaml {

/// `value` as one YAML document with a newline at its end. Members keep their order.
[[nodiscard]] std::string write_yaml(const Value& value);

/// `value` with the members of each object in the order in which kubectl prints YAML (go-yaml v2 sorter.go): by name, letters
/// last, and key2 before key10.
[[nodiscard]] Value in_key_order(Value value);

}  // namespace podlapse::yaml
