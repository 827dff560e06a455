#include "podlapse/base/utf8.hpp"

#include <algorithm>

namespace podlapse {
namespace {

unsigned byte_at(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

bool continues(std::string_view text, std::size_t from, std::size_t to) {
  if (to > text.size()) return false;
  for (std::size_t i = from; i < to; ++i) {
    if ((byte_at(text, i) & 0xc0U) != 0x80U) return false;
  }
  return true;
}

/// Of a whole character.
bool is_shown(std::string_view character) {
  const unsigned first = byte_at(character, 0);
  if (character.size() == 1) return first == '\t' || first == '\n' || first == '\r' || (first >= 0x20 && first != 0x7f);
  if (character.size() == 2) return first != 0xc2 || byte_at(character, 1) >= 0xa0;
  return character != "\xef\xbf\xbe" && character != "\xef\xbf\xbf";
}

}  // namespace

std::size_t character_size(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size == 0 || !continues(text, 1, size)) return 0;
  // A shorter form would do, half of a surrogate pair, or beyond the last character.
  const unsigned second = byte_at(text, 1);
  const bool too_long = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool no_character = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
  return too_long || no_character ? 0 : size;
}

std::string_view take_printable(std::string_view& text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  const std::size_t size = character_size(text);
  const std::string_view character = text.substr(0, size);
  text.remove_prefix(std::max<std::size_t>(size, 1));
  return size > 0 && is_shown(character) ? character : kReplacement;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) out += take_printable(text);
  return out;
}

}  // namespace podlapse
