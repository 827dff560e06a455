#include "podlapse/api/schema_help.hpp"

#include <algorithm>

namespace podlapse {

namespace {

constexpr bool kRequired = true, kOptional = false;

constexpr FieldHelp kHelps[] = {
#define PODLAPSE_FIELD_HELP(type, field, presence, default_text, values, text) \
  {SchemaType::type, field, k##presence, default_text, values, text},
#include "podlapse/api/schema_help.def"
#undef PODLAPSE_FIELD_HELP
};

}  // namespace

std::span<const FieldHelp> field_helps() {
  return kHelps;
}

const FieldHelp* find_field_help(SchemaType type, std::string_view field) {
  const auto found = std::find_if(std::begin(kHelps), std::end(kHelps),
                                  [&](const FieldHelp& row) { return row.type == type && row.field == field; });
  return found == std::end(kHelps) ? nullptr : &*found;
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    words.push_back(text.substr(0, bar));
    text.remove_prefix(std::min(bar + 1, text.size()));
  }
  return words;
}

}  // namespace podlapse
