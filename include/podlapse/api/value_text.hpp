// Writing documents as kubectl does: JSON, and the YAML of sigs.k8s.io/yaml. Reading the text again gives an equal Value.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"

namespace podlapse {

/// JSON on one line, members in their order.
[[nodiscard]] std::string to_json(const Value& value);

/// JSON as `kubectl -o json` prints it: indented by 4, members by name, a newline at the end.
[[nodiscard]] std::string to_pretty_json(const Value& value);

/// YAML as `kubectl -o yaml` prints it: block style, lists in line with their key, members by name, strings quoted only
/// where they would be read as something else; lines are not folded.
[[nodiscard]] std::string to_yaml(const Value& value);

}  // namespace podlapse
