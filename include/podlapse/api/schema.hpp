// The Kubernetes API types that podlapse reads, as a table: which fields a struct has, of which type, and whether podlapse
// models them. Source: k8s.io/api and k8s.io/apimachinery v0.36, types.go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podlapse {

/// A field's type: a scalar, or a struct of the API under its Go name ("PodSpec"; no two packages share one).
enum class SchemaType : std::uint16_t {
  String, Bool, Int32, Int64, Quantity, IntOrString, Time, MicroTime,
  Any,           ///< free form: any value is taken as it is
  FirstStruct,   ///< the structs follow
#define PODLAPSE_TYPE(name) name,
#define PODLAPSE_FIELD(...)
#include "podlapse/api/schema_fields.def"
#undef PODLAPSE_TYPE
#undef PODLAPSE_FIELD
  Count,
};

enum class SchemaShape : std::uint8_t { One, List, Map };

/// When the server writes a field: where it was given (a Go pointer); where it is not empty (omitempty); always.
enum class SchemaPresence : std::uint8_t { Pointer, OmitEmpty, Always };

struct SchemaField {
  std::string_view name;
  SchemaShape shape = SchemaShape::One;
  SchemaType type = SchemaType::Any;
  SchemaPresence presence = SchemaPresence::Pointer;
  std::string_view go_type;    ///< Go's name of the type where it is not the scalar's own: "v1.RestartPolicy"
  std::string_view embedded;   ///< the embedded struct the field comes from: "ProbeHandler"
  std::string_view default_text;  ///< a default declared beside the field: "TCP"
  bool modelled = true;        ///< false: it has a bearing on what a Pod goes through, and podlapse ignores it
};

/// The fields of one struct.
struct SchemaFields {
  const SchemaField* first = nullptr;
  std::size_t count = 0;

  [[nodiscard]] const SchemaField* begin() const { return first; }
  [[nodiscard]] const SchemaField* end() const { return first + count; }
};

[[nodiscard]] constexpr bool is_struct(SchemaType type) { return type > SchemaType::FirstStruct; }

/// The fields of a struct, in Go's order; none for a scalar.
[[nodiscard]] SchemaFields schema_fields(SchemaType type);

/// The field of `type` called `name` (case matters, as to the server), or nullptr.
[[nodiscard]] const SchemaField* find_schema_field(SchemaType type, std::string_view name);

/// The struct's or scalar's name without package: "PodSpec", "String".
[[nodiscard]] std::string_view schema_type_name(SchemaType type);

/// Go's name of a field's type as the decoder's messages print it: "[]v1.Container", "map[string]string", "int32".
/// With `item`, that of one item of a list or map.
[[nodiscard]] std::string schema_go_type(const SchemaField& field, bool item);

/// The known name nearest to `name` among the fields of `type`, or empty.
[[nodiscard]] std::string nearest_schema_field(SchemaType type, const std::string& name);

}  // namespace podlapse
