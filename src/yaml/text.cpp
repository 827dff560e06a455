#include "yaml/text.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <iterator>
#include <optional>
#include <streambuf>
#include <string_view>
#include <utility>

#include "podlapse/rules/rule_id.hpp"
#include "yaml/positions.hpp"
#include "yaml/syntax_help.hpp"
#include "yaml/tree_builder.hpp"

namespace podlapse::yaml {
namespace {

constexpr std::size_t kRepairsMax = 8;
/// Errors of one file after which reading stops: nobody reads more, and each costs a new start of the parser.
constexpr std::size_t kSyntaxErrorsMax = 20;

/// Lets yaml-cpp read from memory without a copy.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // never written: the get area is only read
    setg(begin, begin, begin + text.size());
  }
};

Diagnostic error_at(RuleId id, const SourceSpan& span, std::string text, std::string help) {
  return {Severity::Error, std::string{rule(id).id}, span, std::move(text), std::move(help), {}};
}

/// The number of bytes of the character at `at`; 0 when it is no valid UTF-8, or a control character.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) {
    return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
  };
  const auto continues = [&](std::size_t index) { return (byte(index) & 0xC0U) == 0x80U; };
  const unsigned first = byte(at);
  if (first < 0x20) return first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  if (first < 0x7F) return 1;
  if (first >= 0xC2 && first < 0xE0 && continues(at + 1)) {
    const bool is_control = first == 0xC2 && byte(at + 1) < 0xA0 && byte(at + 1) != 0x85;
    return is_control ? 0 : 2;
  }
  if (first >= 0xE0 && first < 0xF0 && continues(at + 1) && continues(at + 2)) {
    const unsigned code = (first & 0xFU) << 12 | (byte(at + 1) & 0x3FU) << 6 | (byte(at + 2) & 0x3FU);
    const bool is_valid = code >= 0x800 && (code < 0xD800 || code > 0xDFFF) && code != 0xFFFE && code != 0xFFFF;
    return is_valid ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5 && continues(at + 1) && continues(at + 2) && continues(at + 3)) {
    const unsigned top = (first & 0x7U) << 6 | (byte(at + 1) & 0x3FU);
    return top >= 0x10 && top < 0x110 ? 4 : 0;
  }
  return 0;
}

/// Offset of the first byte that is no text, as go-yaml v2's reader (readerc.go) has it.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t size = byte >= 0x20 && byte < 0x7F ? 1 : character_size(text, at);
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The number in `\uXXXX` at `at`; nothing if there is no such escape.
std::optional<std::uint32_t> unicode_escape(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  std::uint32_t code = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_digit(text[i]);
    if (digit < 0) return std::nullopt;
    code = code << 4 | static_cast<std::uint32_t>(digit);
  }
  return code;
}

/// JSON writes characters beyond U+FFFF as two escapes; YAML knows only \U. Replaces them, and notes how columns shift.
/// In JSON a backslash occurs only inside strings, so no string has to be recognised.
std::string join_surrogates(std::string_view text, std::vector<ColumnEdit>& edits) {
  std::string result;
  std::size_t line = 0, line_start = 0, copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') {
      ++line;
      line_start = result.size() + (at - copied) + 1;
    }
    if (text[at] != '\\') continue;
    const auto high = unicode_escape(text, at);
    const auto low = high && (*high & 0xFC00U) == 0xD800U ? unicode_escape(text, at + 6) : std::nullopt;
    if (!low || (*low & 0xFC00U) != 0xDC00U) {
      ++at;  // what is escaped is no backslash of its own
      continue;
    }
    const std::uint32_t code = 0x10000U + ((*high & 0x3FFU) << 10) + (*low & 0x3FFU);
    result.append(text.substr(copied, at - copied));
    result += "\\U";
    for (int shift = 28; shift >= 0; shift -= 4) result += "0123456789abcdef"[(code >> shift) & 0xFU];
    edits.push_back({line, result.size() - line_start, 2});
    copied = at + 12;
    at += 11;
  }
  result.append(text.substr(copied));
  return result;
}

/// Reads one file: runs the parser, mends what can be mended to see more, and goes on after what cannot.
class Reader {
 public:
  Reader(std::string_view text, std::uint32_t file, const ReadLimits& limits, std::vector<Diagnostic>& diagnostics,
         std::vector<RepeatedKey>* repeated_keys)
      : limits_(limits), diagnostics_(diagnostics), repeated_keys_(repeated_keys), file_(file), lines_(text), parsed_(text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    json_ = first != std::string_view::npos && text[first] == '{';
    const bool has_escapes = text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
    if (json_ && has_escapes) parsed_ = join_surrogates(text, edits_);
  }

  std::vector<Value> read() {
    std::size_t line = 0;
    while (line < lines_.count()) line = read_from(line);
    return std::move(documents_);
  }

 private:
  /// Reads the documents from `first_line` on; returns the line from which to go on.
  std::size_t read_from(std::size_t first_line) {
    const Lines parsed_lines{parsed_};
    Positions positions{lines_, file_, edits_};
    TreeBuilder builder{lines_, positions, first_line, json_, limits_, nodes_};
    std::optional<SyntaxError> error = run_parser(builder, std::string_view{parsed_}.substr(parsed_lines.start(first_line)));
    if (!error) {
      keep(builder);
      return lines_.count();
    }
    error->line += first_line;
    error->last_offset = builder.last_offset();
    SyntaxVerdict verdict = explain_syntax(*error, parsed_lines, positions);
    diagnostics_.push_back(std::move(verdict.diagnostic));
    if (++errors_ == kSyntaxErrorsMax) return lines_.count();
    if (verdict.repair && repairs_ < kRepairsMax && verdict.repair->line >= repaired_up_to_) {
      mend(*verdict.repair, parsed_lines);
      return first_line;
    }
    keep(builder);
    return next_document(parsed_lines, std::max(error->line, first_line + 1));
  }

  /// Nothing when all was read, or a limit stopped it.
  std::optional<SyntaxError> run_parser(TreeBuilder& builder, std::string_view text) const {
    MemoryBuffer buffer{text};
    std::istream stream{&buffer};
    try {
      YAML::Parser parser{stream};
      while (parser.HandleNextDocument(builder)) {
      }
    } catch (const YAML::Exception& exception) {
      SyntaxError error;
      error.line = static_cast<std::size_t>(std::max(exception.mark.line, 0));
      error.column = static_cast<std::size_t>(std::max(exception.mark.column, 0));
      error.message = exception.msg;
      return error;
    } catch (const StrayContent& stray) {
      SyntaxError error;
      error.line = static_cast<std::size_t>(std::max(stray.mark.line, 0));
      error.column = static_cast<std::size_t>(std::max(stray.mark.column, 0));
      error.message = "end of map or sequence not found";
      return error;
    } catch (const LimitExceeded&) {
    }
    return std::nullopt;
  }

  void keep(TreeBuilder& builder) {
    nodes_ = builder.nodes();
    for (RepeatedKey& repeated : builder.repeated_keys) {
      if (repeated_keys_ == nullptr) break;
      repeated.document += documents_.size();
      repeated_keys_->push_back(std::move(repeated));
    }
    std::move(builder.documents.begin(), builder.documents.end(), std::back_inserter(documents_));
    std::move(builder.diagnostics.begin(), builder.diagnostics.end(), std::back_inserter(diagnostics_));
  }

  /// Gives the line its new indentation. What stood too deep takes what stands below it along.
  void mend(const Reindent& repair, const Lines& parsed_lines) {
    const auto indent_of = [&](std::size_t line) { return parsed_lines.line(line).find_first_not_of(' '); };
    const std::size_t indent = indent_of(repair.line);
    std::size_t last = repair.line;
    if (indent > repair.spaces) {
      while (last + 1 < parsed_lines.count() && indent_of(last + 1) != std::string_view::npos && indent_of(last + 1) >= indent) ++last;
    }
    const auto shift = static_cast<std::ptrdiff_t>(indent) - static_cast<std::ptrdiff_t>(repair.spaces);
    for (std::size_t line = last + 1; line-- > repair.line;) {  // from below, so that earlier offsets stay right
      const auto place = std::find_if(edits_.begin(), edits_.end(), [&](const ColumnEdit& other) { return other.line >= line; });
      edits_.insert(place, ColumnEdit{line, 0, shift});
      parsed_.replace(parsed_lines.start(line), indent, std::string(repair.spaces, ' '));
    }
    repaired_up_to_ = repair.line + 1;
    ++repairs_;
  }

  static std::size_t next_document(const Lines& lines, std::size_t line) {
    while (line < lines.count() && lines.line(line).substr(0, 3) != "---") ++line;
    return line;
  }

  const ReadLimits& limits_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<RepeatedKey>* repeated_keys_;
  std::uint32_t file_;
  Lines lines_;
  std::string parsed_;
  std::vector<ColumnEdit> edits_;
  std::vector<Value> documents_;
  bool json_ = false;
  std::size_t nodes_ = 0, repairs_ = 0, repaired_up_to_ = 0, errors_ = 0;
};

/// Reports what cannot be text at all; true if so.
bool refuse_bytes(std::string_view text, std::uint32_t file, const ReadLimits& limits, std::vector<Diagnostic>& diagnostics) {
  SourceSpan whole;
  whole.file = file;
  if (text.size() > limits.bytes) {
    diagnostics.push_back(error_at(RuleId::YamlLimitBytes, whole,
                                   "the file has " + std::to_string(text.size()) + " bytes; at most " +
                                       std::to_string(limits.bytes) + " are read",
                                   "split the file"));
    return true;
  }
  if (text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF") {
    diagnostics.push_back(error_at(RuleId::YamlEncoding, whole, "the file is UTF-16", "save it as UTF-8"));
    return true;
  }
  const std::optional<std::size_t> bad = first_bad_byte(text);
  if (!bad) return false;
  const Lines lines{text};
  Positions positions{lines, file, {}};
  const auto byte = static_cast<unsigned char>(text[*bad]);
  const bool is_control = byte < 0x80;
  diagnostics.push_back(error_at(RuleId::YamlEncoding, positions.span(lines.line_of(*bad), *bad, 1),
                                 is_control ? "control character " + std::to_string(byte) + " in the text" : "this byte is no UTF-8",
                                 is_control ? "remove it, or write it as an escape in a double-quoted string" : "save the file as UTF-8"));
  return true;
}

}  // namespace

std::vector<Value> read_documents(const std::string& text, std::uint32_t file, const ReadLimits& limits,
                                  std::vector<Diagnostic>& diagnostics, std::vector<RepeatedKey>* repeated_keys) {
  std::string_view content = text;
  if (content.substr(0, 3) == "\xEF\xBB\xBF") content.remove_prefix(3);
  if (refuse_bytes(content, file, limits, diagnostics)) return {};
  return Reader{content, file, limits, diagnostics, repeated_keys}.read();
}

}  // namespace podlapse::yaml
