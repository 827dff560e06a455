#include "podlapse/api/schema.hpp"

#include <array>

#include "podlapse/base/diagnostic.hpp"

namespace podlapse {
namespace {

/// One line of schema_fields.def: the beginning of a struct, or one of its fields.
struct SchemaRow {
  bool begins = false;
  SchemaField field;
};

/// The last word of a row.
enum Modelled : bool { NotModelled, Told };

using enum SchemaShape;
using enum SchemaPresence;

constexpr SchemaRow kRows[] = {
#define PODLAPSE_TYPE(type) SchemaRow{true, {#type, One, SchemaType::type, Always, "", "", "", true}},
#define PODLAPSE_FIELD(name, shape, type, presence, go_type, embedded, default_text, modelled) \
  SchemaRow{false, {name, shape, SchemaType::type, presence, go_type, embedded, default_text, modelled}},
#include "podlapse/api/schema_fields.def"
#undef PODLAPSE_TYPE
#undef PODLAPSE_FIELD
};

constexpr std::size_t kFirst = static_cast<std::size_t>(SchemaType::FirstStruct) + 1;
constexpr std::size_t kStructs = static_cast<std::size_t>(SchemaType::Count) - kFirst;

constexpr std::size_t count_fields() {
  std::size_t count = 0;
  for (const SchemaRow& row : kRows) count += row.begins ? 0 : 1;
  return count;
}


constexpr std::array<SchemaField, count_fields()> make_fields() {
  std::array<SchemaField, count_fields()> fields{};
  std::size_t count = 0;
  for (const SchemaRow& row : kRows) {
    if (!row.begins) fields[count++] = row.field;
  }
  return fields;
}

constexpr std::array kFields = make_fields();

struct StructTable {
  std::array<SchemaFields, kStructs> fields{};
  std::array<std::string_view, kStructs> names{};
};

constexpr StructTable make_structs() {
  StructTable table;
  std::size_t field = 0, index = 0;
  for (const SchemaRow& row : kRows) {
    if (row.begins) {
      table.names[index] = row.field.name;
      table.fields[index] = {kFields.data() + field, 0};
      ++index;
    } else {
      ++table.fields[index - 1].count;
      ++field;
    }
  }
  return table;
}

constexpr StructTable kTable = make_structs();

std::size_t struct_index(SchemaType type) { return static_cast<std::size_t>(type) - kFirst; }

std::string_view go_scalar(SchemaType type) {
  if (type == SchemaType::String) return "string";
  if (type == SchemaType::Bool) return "bool";
  if (type == SchemaType::Int32) return "int32";
  if (type == SchemaType::Int64) return "int64";
  if (type == SchemaType::Quantity) return "resource.Quantity";
  if (type == SchemaType::IntOrString) return "intstr.IntOrString";
  if (type == SchemaType::Time) return "v1.Time";
  if (type == SchemaType::MicroTime) return "v1.MicroTime";
  return "interface {}";
}

}  // namespace

SchemaFields schema_fields(SchemaType type) {
  return is_struct(type) ? kTable.fields.at(struct_index(type)) : SchemaFields{};
}

const SchemaField* find_schema_field(SchemaType type, std::string_view name) {
  for (const SchemaField& field : schema_fields(type)) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string_view schema_type_name(SchemaType type) {
  return is_struct(type) ? kTable.names.at(struct_index(type)) : go_scalar(type);
}

std::string schema_go_type(const SchemaField& field, bool item) {
  // A name of a list or map type is the whole's, one of a scalar the item's.
  const bool names_whole = field.shape == SchemaShape::Map || field.go_type == "[]uint8";
  if (!item && names_whole && !field.go_type.empty()) return std::string{field.go_type};
  std::string one = is_struct(field.type) ? "v1." + std::string{schema_type_name(field.type)} : std::string{go_scalar(field.type)};
  if (!names_whole && !field.go_type.empty()) one = field.go_type;
  if (item || field.shape == SchemaShape::One) return one;
  return (field.shape == SchemaShape::List ? "[]" : "map[string]") + one;
}

std::string nearest_schema_field(SchemaType type, const std::string& name) {
  std::vector<std::string> names;
  for (const SchemaField& field : schema_fields(type)) names.emplace_back(field.name);
  return nearest_name(name, names);
}

}  // namespace podlapse
