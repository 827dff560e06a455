#include "support.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace podlapse::test {

namespace json = boost::json;

Value tree_from(const json::value& source) {
  switch (source.kind()) {
    case json::kind::null: return Value{};
    case json::kind::bool_: return Value{source.get_bool()};
    case json::kind::int64: return Value{source.get_int64()};
    case json::kind::uint64: return Value{static_cast<std::int64_t>(source.get_uint64())};
    case json::kind::double_: return Value::number(json::serialize(source));
    case json::kind::string: return Value{std::string{source.get_string()}};
    case json::kind::array: {
      Value out = Value::array();
      for (const json::value& item : source.get_array()) out.push_back(tree_from(item));
      return out;
    }
    case json::kind::object: {
      Value out = Value::object();
      for (const auto& [key, item] : source.get_object())
        out.set(std::string_view{key.data(), key.size()}, tree_from(item));
      return out;
    }
  }
  return Value{};
}

Value parsed(const std::string& text) { return tree_from(json::parse(text)); }

std::vector<Value> recorded_rows(const std::string& name) {
  const std::string path = std::string{PODLAPSE_SOURCE_DIR} + "/tests/report/data/" + name;
  std::ifstream file{path};
  REQUIRE_MESSAGE(file.good(), path << " cannot be read");
  std::vector<Value> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(parsed(line));
  return rows;
}

WallTime instant_at(const Value& row, const std::string& key) {
  WallTime time;
  REQUIRE(parse_rfc3339(row.string_at(key), time));
  return time;
}

}  // namespace podlapse::test
