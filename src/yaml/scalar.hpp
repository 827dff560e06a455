// What a YAML scalar means: go-yaml v2's resolve.go, which kubectl and the API server read manifests with.
#pragma once

#include <string>
#include <string_view>

#include "podlapse/api/value.hpp"

namespace podlapse::yaml {

/// A scalar's value, or why it has none (then `error` is not empty and `value` is the text).
struct ResolvedScalar {
  Value value;
  std::string error;
};

/// `tag` as yaml-cpp reports it: "?" plain, "!" quoted, or a whole tag. With `json`, numbers stay as they are written
/// ("5.0" is then no integer), as kubectl passes JSON on.
[[nodiscard]] ResolvedScalar resolve_scalar(std::string_view tag, const std::string& text, bool json);

/// The key a scalar makes: JSON has string keys only, so `1: x` and `y: x` become "1" and "true" (sigs.k8s.io/yaml
/// convertToJSONableObject). Empty optional-like `error` as above: null is no key.
[[nodiscard]] ResolvedScalar resolve_key(std::string_view tag, const std::string& text, bool json);

/// Whether go-yaml reads the plain text `text` as a string; if not, a writer must quote it.
[[nodiscard]] bool is_plain_string(const std::string& text);

}  // namespace podlapse::yaml
