#include "podlapse/scenario/format.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "podlapse/api/schema_help.hpp"

namespace podlapse {

namespace {

/// One line of format.def: the beginning of a mapping, or one of its keys.
struct Row {
  bool begins = false;
  FormatMappingInfo mapping;
  FormatKey key;
};

using enum FormatType;

constexpr Row kRows[] = {
#define PODLAPSE_MAPPING(enumerator, noun, text) Row{true, {#enumerator, noun, text}, {}},
#define PODLAPSE_KEY(key, type, least, most, default_text, text, examples) \
  Row{false, {}, {key, type, least, most, default_text, text, examples}},
#include "podlapse/scenario/format.def"
#undef PODLAPSE_MAPPING
#undef PODLAPSE_KEY
};

constexpr std::size_t count_rows(bool begins) {
  std::size_t count = 0;
  for (const Row& row : kRows) count += row.begins == begins ? 1 : 0;
  return count;
}

constexpr std::size_t kMappings = count_rows(true);

struct Table {
  std::array<FormatMappingInfo, kMappings> mappings{};
  std::array<std::size_t, kMappings + 1> first{};  ///< of each mapping, the place of its first key
  std::array<FormatKey, count_rows(false)> keys{};
};

constexpr Table make_table() {
  Table table;
  std::size_t mapping = 0, key = 0;
  for (const Row& row : kRows) {
    if (row.begins) {
      table.first[mapping] = key;
      table.mappings[mapping++] = row.mapping;
    } else {
      table.keys[key++] = row.key;
    }
  }
  table.first[kMappings] = key;
  return table;
}

constexpr Table kTable = make_table();

}  // namespace

const FormatMappingInfo& format_mapping(FormatMapping mapping) {
  return kTable.mappings.at(static_cast<std::size_t>(mapping));
}

std::span<const FormatKey> format_keys(FormatMapping mapping) {
  const auto index = static_cast<std::size_t>(mapping);
  const std::size_t first = kTable.first.at(index);
  return {kTable.keys.data() + first, kTable.first.at(index + 1) - first};
}

std::vector<FormatMapping> all_format_mappings() {
  std::vector<FormatMapping> all;
  for (std::size_t i = 0; i < kMappings; ++i) all.push_back(static_cast<FormatMapping>(i));
  return all;
}

const FormatKey* find_format_key(FormatMapping mapping, std::string_view key) {
  const std::span<const FormatKey> keys = format_keys(mapping);
  const auto found = std::find_if(keys.begin(), keys.end(), [key](const FormatKey& row) { return row.key == key; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> format_examples(const FormatKey& row) {
  return split_words(row.examples);
}

}  // namespace podlapse
