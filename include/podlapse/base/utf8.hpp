// UTF-8, and what of it can be shown. Texts that came from somebody's file go through here before they reach a terminal
// or a format that another tool reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podlapse {

/// Bytes of the UTF-8 character at the front of `text`; 0 where there is none: a stray byte, a longer form than needed, half
/// of a surrogate pair. Requires: not empty.
[[nodiscard]] std::size_t character_size(std::string_view text);

/// The character at the front of `text`, which is taken off; U+FFFD for a control character other than tab, newline and
/// carriage return, for what is no UTF-8, and for U+FFFE and U+FFFF, which XML cannot hold. Requires: not empty.
[[nodiscard]] std::string_view take_printable(std::string_view& text);

/// `text` with each of its characters printable: no terminal obeys it, and XML, JSON and YAML can hold it.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace podlapse
