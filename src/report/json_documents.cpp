#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

#include "podlapse/report/cluster_recording.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {
namespace {

namespace json = boost::json;

/// managedFields nest as deep as the fields they name, twice.
constexpr std::size_t kDepthMost = 200;

std::string text_of(json::string_view text) { return {text.data(), text.size()}; }

Value value_of(const json::value& source) {
  switch (source.kind()) {
    case json::kind::null: return Value{};
    case json::kind::bool_: return Value{source.get_bool()};
    case json::kind::int64: return Value{source.get_int64()};
    case json::kind::uint64:
    case json::kind::double_: return Value::number(json::serialize(source));
    case json::kind::string: return Value{text_of(source.get_string())};
    case json::kind::array: {
      Value list = Value::array();
      for (const json::value& item : source.get_array()) list.push_back(value_of(item));
      return list;
    }
    case json::kind::object: {
      Value::Object members;
      for (const auto& member : source.get_object()) {
        members.push_back({text_of(member.key()), {}, value_of(member.value())});
      }
      return Value{std::move(members)};
    }
  }
  return Value{};
}

/// Where `offset` is: line, and column in characters.
SourceSpan place_of(std::string_view text, std::size_t offset, std::uint32_t file) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is the first line's beginning
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
  std::uint32_t column = 1;
  for (const char byte : before.substr(start)) {
    if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U) ++column;
  }
  return {file, line, column, 1};
}

}  // namespace

JsonDocuments read_json_documents(std::string_view text, std::uint32_t file) {
  JsonDocuments read;
  json::parse_options options;
  options.max_depth = kDepthMost;
  json::stream_parser parser{{}, options};
  constexpr std::string_view kBlanks = " \t\r\n";
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos; at = text.find_first_not_of(kBlanks, at)) {
    boost::system::error_code error;
    parser.reset();
    const std::size_t size = parser.write_some(text.data() + at, text.size() - at, error);
    if (!error && !parser.done()) parser.finish(error);
    if (error) {
      read.problems.push_back({Severity::Error, std::string{rule(RuleId::TraceNotJson).id}, place_of(text, at + size, file),
                               "this is no JSON: " + error.message(), {}, {}});
      return read;
    }
    read.documents.push_back(value_of(parser.release()));
    at += size;
  }
  return read;
}

}  // namespace podlapse
