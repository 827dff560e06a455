// Text within XML, for every report that other tools read as XML.
#pragma once

#include <string>
#include <string_view>

namespace podlapse {

/// `text` as the content of an element. What XML has no way to write (control characters, bytes that are no UTF-8) becomes
/// U+FFFD; a carriage return is kept as a reference, since a reader would make a newline of it.
[[nodiscard]] std::string xml_text(std::string_view text);

/// ` name="value"`, with a blank before it; newlines and tabs are references, since a reader would make blanks of them.
[[nodiscard]] std::string xml_attribute(std::string_view name, std::string_view value);

}  // namespace podlapse
