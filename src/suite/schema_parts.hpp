// Pieces of a JSON Schema, and the part of it that describes objects of the API.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse {

/// `{a: 1, b: 2}`
[[nodiscard]] Value object_of(std::initializer_list<std::pair<std::string_view, Value>> members);
/// `[a, b]`
[[nodiscard]] Value list_of(std::initializer_list<Value> items);

/// `{type: NAME}`
[[nodiscard]] Value typed(std::string_view name);
/// A text of a form. `^` and `$` are added.
[[nodiscard]] Value text_like(const std::string& pattern);
[[nodiscard]] Value any_of(std::initializer_list<Value> alternatives);
/// A list of at least `least` of `items`.
[[nodiscard]] Value list_schema(Value items, int least = 0);
/// Whatever the definition called `name` takes.
[[nodiscard]] Value reference_to(std::string_view name);
/// `schema` with its text in front; a $ref gets an allOf around it, since draft-07 ignores what stands beside it.
[[nodiscard]] Value described(std::string_view text, Value schema);
/// The same, with `examples` behind it.
[[nodiscard]] Value with_examples(Value schema, std::initializer_list<Value> examples);

/// A default or an example as a row of a table has it: a number, true, false, or a text.
[[nodiscard]] Value typed_text(std::string_view text, bool is_text);

/// Adds the definition of a struct of the API, and of all that it holds, where they are not there yet. Returns its
/// name.
std::string define_api_type(SchemaType type, Value& definitions);

}  // namespace podlapse
