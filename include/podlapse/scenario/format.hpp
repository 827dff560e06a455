// The format of scenario files as data: which keys each mapping has, and of which type. Who reads a scenario and who
// describes the format to an editor both take it from here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace podlapse {

/// The mappings of a scenario file whose keys are fixed.
enum class FormatMapping : std::uint8_t {
#define PODLAPSE_MAPPING(enumerator, noun, text) enumerator,
#define PODLAPSE_KEY(key, type, least, most, default_text, text, examples)
#include "podlapse/scenario/format.def"
#undef PODLAPSE_MAPPING
#undef PODLAPSE_KEY
};

enum class FormatType : std::uint8_t { Text, Container, Flag, Integer, Duration, Moment, Length, Word, Special };

/// One row of format.def.
struct FormatKey {
  std::string_view key;
  FormatType type = FormatType::Special;
  std::int64_t least = 0, most = 0;  ///< of an Integer
  std::string_view default_text;     ///< as it would be typed; empty: none
  std::string_view text;
  std::string_view examples;  ///< with | between them; of a Word: all there are
};

struct FormatMappingInfo {
  std::string_view name;  ///< the enumerator
  std::string_view noun;  ///< how messages call it: "a run"
  std::string_view text;
};

[[nodiscard]] const FormatMappingInfo& format_mapping(FormatMapping mapping);
[[nodiscard]] std::span<const FormatKey> format_keys(FormatMapping mapping);
[[nodiscard]] std::vector<FormatMapping> all_format_mappings();

/// The row of `key`, or nullptr.
[[nodiscard]] const FormatKey* find_format_key(FormatMapping mapping, std::string_view key);

/// The examples of a row, one by one.
[[nodiscard]] std::vector<std::string_view> format_examples(const FormatKey& row);

}  // namespace podlapse
