// The format of scenario files as a JSON Schema, for editors and validators.
#pragma once

#include "podlapse/api/value.hpp"

namespace podlapse {

/// A JSON Schema (draft-07) of a scenario file, made of the tables from which the readers take what they know: format.def
/// (keys), schema_fields.def and schema_help.def (objects of the API), properties.def (expectations), feature_gates.def. It
/// accepts what the reader of scenarios accepts, and refuses what can be told without knowing the names in the file.
/// Keywords are those of draft-07 alone, without any beside $ref, so that strict validators take it.
[[nodiscard]] Value scenario_schema();

}  // namespace podlapse
