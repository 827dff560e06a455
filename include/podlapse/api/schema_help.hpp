// What schema_fields.def does not say of a field, for people who write objects in an editor.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "podlapse/api/schema.hpp"

namespace podlapse {

/// One row of schema_help.def.
struct FieldHelp {
  SchemaType type = SchemaType::Any;
  std::string_view field;
  bool required = false;  ///< the API server refuses an object without it
  std::string_view
      default_text;         ///< what the server fills in, as it would be typed; empty: nothing that is always the same
  std::string_view values;  ///< all that the server takes, with | between them; empty: anything of the type
  std::string_view text;
};

[[nodiscard]] std::span<const FieldHelp> field_helps();

/// The row of a field, or nullptr.
[[nodiscard]] const FieldHelp* find_field_help(SchemaType type, std::string_view field);

/// The words of a text with | between them.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

}  // namespace podlapse
