// The formats of names: what apimachinery/pkg/util/validation says about a string. Each function returns the messages, none
// when the text is fine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podlapse::formats {

using Messages = std::vector<std::string>;

/// IsDNS1123Label: the names of containers and volumes. `prefix`: as below.
[[nodiscard]] Messages dns1123_label(std::string_view text, bool prefix = false);
/// NameIsDNSSubdomain: the names of most objects. With `prefix`, a trailing dash is allowed (generateName).
[[nodiscard]] Messages dns1123_subdomain(std::string_view text, bool prefix = false);
/// IsDNS1123SubdomainWithUnderscore: DNS search paths.
[[nodiscard]] Messages dns1123_subdomain_with_underscore(std::string_view text);
/// IsQualifiedName: the keys of labels, condition types, scheduling gates.
[[nodiscard]] Messages qualified_name(std::string_view text);
/// IsValidLabelValue.
[[nodiscard]] Messages label_value(std::string_view text);
/// IsValidPortName.
[[nodiscard]] Messages port_name(std::string_view text);
/// IsRelaxedEnvVarName.
[[nodiscard]] Messages env_var_name(std::string_view text);
/// IsHTTPHeaderName.
[[nodiscard]] Messages http_header_name(std::string_view text);
/// IsConfigMapKey.
[[nodiscard]] Messages config_map_key(std::string_view text);
/// InclusiveRangeError.
[[nodiscard]] std::string inclusive_range(std::int64_t low, std::int64_t high);

/// Go's %q.
[[nodiscard]] std::string go_quote(std::string_view text);
/// A string as Go's encoding/json writes it: <, > and & are escaped.
[[nodiscard]] std::string go_json_quote(std::string_view text);

}  // namespace podlapse::formats
