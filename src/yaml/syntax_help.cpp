#include "yaml/syntax_help.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "podlapse/base/quote.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::yaml {
namespace {

/// What a line is to the structure of a block document.
struct LineShape {
  std::size_t indent = 0;             ///< blanks before its content
  std::vector<std::size_t> dashes;    ///< columns of the `-` it opens with
  std::size_t content = 0;            ///< column of what follows the dashes
  std::string_view key;               ///< the key it gives, if any
  std::string_view value;             ///< what follows the key (or the dashes), comments included
  bool empty = false;                 ///< blank, a comment or a document marker
};

/// Finds the `: ` (or final `:`) that ends a key at `from`; npos if the line has none.
std::size_t key_colon(std::string_view line, std::size_t from) {
  if (from >= line.size()) return std::string_view::npos;
  if (line[from] == '"' || line[from] == '\'') {
    const std::size_t close = line.find(line[from], from + 1);
    if (close == std::string_view::npos) return close;
    return close + 1 < line.size() && line[close + 1] == ':' ? close + 1 : std::string_view::npos;
  }
  if (std::string_view{"[{#|>"}.find(line[from]) != std::string_view::npos) return std::string_view::npos;
  for (std::size_t at = from; at < line.size(); ++at) {
    if (line[at] == '#' && at > from && line[at - 1] == ' ') break;
    if (line[at] == ':' && (at + 1 == line.size() || line[at + 1] == ' ' || line[at + 1] == '\t')) return at;
  }
  return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

LineShape shape_of(std::string_view line) {
  LineShape shape;
  std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string_view::npos || line[at] == '#' || line.substr(0, 3) == "---" || line.substr(0, 3) == "...") {
    shape.empty = true;
    return shape;
  }
  shape.indent = at;
  while (at < line.size() && line[at] == '-' && (at + 1 == line.size() || line[at + 1] == ' ')) {
    shape.dashes.push_back(at);
    at = std::min(line.find_first_not_of(' ', at + 1), line.size());
  }
  shape.content = at;
  const std::size_t colon = key_colon(line, at);
  if (colon != std::string_view::npos) {
    shape.key = line.substr(at, colon - at);
    at = colon + 1;
  }
  shape.value = at < line.size() ? trimmed(line.substr(at)) : std::string_view{};
  if (!shape.value.empty() && shape.value.front() == '#') shape.value = {};
  return shape;
}

/// An open block list or mapping.
struct Block {
  bool is_list = false;
  std::size_t column = 0, line = 0;  ///< of its dashes or keys; line of its latest one
};

bool is_block_scalar(std::string_view value) {
  return !value.empty() && (value.front() == '|' || value.front() == '>') &&
         value.find_first_not_of("|>+-0123456789") >= std::min(value.find_first_of(" #"), value.size());
}

/// Closes what a line of this indentation ends.
void close_blocks(std::vector<Block>& blocks, std::size_t indent, bool is_list_item) {
  while (!blocks.empty() && blocks.back().column > indent) blocks.pop_back();
  if (is_list_item || blocks.size() < 2) return;
  // A key in line with dashes belongs to the mapping whose value the list was.
  const Block& below = blocks[blocks.size() - 2];
  if (blocks.back().is_list && blocks.back().column == indent && !below.is_list && below.column == indent) blocks.pop_back();
}

void touch(std::vector<Block>& blocks, bool is_list, std::size_t column, std::size_t line) {
  if (!blocks.empty() && blocks.back().column == column && blocks.back().is_list == is_list) {
    blocks.back().line = line;
  } else {
    blocks.push_back({is_list, column, line});
  }
}

/// The blocks open before line `stop`, outermost first. An approximation that reads lines, not YAML: good enough for the
/// documents people write by hand, where misindentation happens.
std::vector<Block> open_blocks(const Lines& lines, std::size_t stop) {
  std::size_t from = stop;
  while (from > 0 && lines.line(from).substr(0, 3) != "---") --from;
  std::vector<Block> blocks;
  bool in_scalar = false;
  std::size_t scalar_indent = 0;
  for (std::size_t at = from; at < stop; ++at) {
    const LineShape shape = shape_of(lines.line(at));
    if (shape.empty) continue;
    if (in_scalar && shape.indent > scalar_indent) continue;
    in_scalar = false;
    if (shape.dashes.empty() && shape.key.empty()) continue;
    close_blocks(blocks, shape.indent, !shape.dashes.empty());
    for (const std::size_t dash : shape.dashes) touch(blocks, true, dash, at);
    if (!shape.key.empty()) touch(blocks, false, shape.content, at);
    if (is_block_scalar(shape.value)) {
      in_scalar = true;
      scalar_indent = shape.dashes.empty() ? shape.indent : blocks.back().column;
    }
  }
  return blocks;
}

std::string spaces(std::size_t count) { return std::to_string(count) + (count == 1 ? " space" : " spaces"); }

std::string line_number(std::size_t line) { return "line " + std::to_string(line + 1); }

Diagnostic make(RuleId id, const SourceSpan& span, std::string text, std::string help) {
  return {Severity::Error, std::string{rule(id).id}, span, std::move(text), std::move(help), {}};
}

/// One reading of an error: looks at the line it is on and those before.
class Explainer {
 public:
  Explainer(const SyntaxError& error, const Lines& lines, Positions& positions)
      : error_(error), lines_(lines), positions_(positions), line_(lines.line(error.line)), shape_(shape_of(line_)) {}

  [[nodiscard]] SyntaxVerdict explain() {
    if (auto verdict = tab()) return *std::move(verdict);
    if (auto verdict = conflict_marker()) return *std::move(verdict);
    if (auto verdict = text_told_by_message()) return *std::move(verdict);
    if (is_structural()) {
      if (auto verdict = unclosed_flow()) return *std::move(verdict);
      if (auto verdict = second_colon()) return *std::move(verdict);
      if (auto verdict = text_after_quote()) return *std::move(verdict);
      if (auto verdict = missing_space_before()) return *std::move(verdict);
      if (auto verdict = indentation()) return *std::move(verdict);
    }
    return {make(RuleId::YamlSyntax, here(), error_.message, ""), {}};
  }

 private:
  using Found = std::optional<SyntaxVerdict>;

  [[nodiscard]] SourceSpan at(std::size_t line, std::size_t column, std::size_t bytes) {
    return positions_.span(line, positions_.offset(line, column), bytes);
  }
  [[nodiscard]] SourceSpan here() { return at(error_.line, error_.column, 1); }
  /// The line's key, else its whole content.
  [[nodiscard]] std::string_view subject() const {
    return shape_.key.empty() ? trimmed(line_.substr(std::min(shape_.content, line_.size()))) : shape_.key;
  }
  [[nodiscard]] SourceSpan subject_span() {
    const std::size_t column = shape_.dashes.empty() ? shape_.content : shape_.dashes.front();
    return at(error_.line, column, shape_.content - column + subject().size());
  }
  [[nodiscard]] bool message_has(std::string_view part) const { return error_.message.find(part) != std::string::npos; }
  [[nodiscard]] bool is_structural() const {
    return message_has("end of map") || message_has("end of sequence") || message_has("illegal map") ||
           message_has("illegal block entry");
  }

  Found tab() {
    for (const std::size_t number : {error_.line, error_.line > 0 ? error_.line - 1 : 0}) {
      const std::string_view line = lines_.line(number);
      const std::size_t tab = line.find('\t');
      if (tab == std::string_view::npos || tab > std::min(line.find_first_not_of(" \t"), line.size())) continue;
      return SyntaxVerdict{make(RuleId::YamlTab, at(number, tab, 1), "a tab in the indentation",
                                "indent with spaces: YAML does not allow tabs here"), {}};
    }
    return {};
  }

  Found conflict_marker() {
    for (std::size_t number = 0; number <= error_.line; ++number) {
      const std::string_view line = lines_.line(number);
      if (line.substr(0, 7) != "<<<<<<<" && line.substr(0, 7) != ">>>>>>>" && line != "=======") continue;
      return SyntaxVerdict{make(RuleId::YamlSyntax, at(number, 0, line.size()), "a merge conflict is left in the file",
                                "keep one side and remove the marker lines"), {}};
    }
    return {};
  }

  /// Errors whose place yaml-cpp knows exactly.
  Found text_told_by_message() {
    struct Told {
      std::string_view part, text, help;
      RuleId id = RuleId::YamlSyntax;
    };
    static constexpr std::array<Told, 9> kTold = {{
        {"referenced anchor is not defined", "this alias names no anchor that stands before it",
         "define it with `&name`, or quote the text if no alias is meant", RuleId::YamlAlias},
        {"alias not found after *", "a value cannot begin with `*`, which starts an alias", "quote the text"},
        {"anchor not found after &", "a value cannot begin with `&`, which starts an anchor", "quote the text"},
        {"scanning alias", "an alias has a character that names cannot have", "quote the text if no alias is meant"},
        {"scanning anchor", "an anchor has a character that names cannot have", "quote the text if no anchor is meant"},
        {"unknown escape character", "this escape does not exist in a double-quoted string",
         "double the backslash, or use single quotes"},
        {"invalid unicode", "this escape is no character", "write the character itself, or \\U and 8 hex digits"},
        {"bad character found while scanning hex", "this escape needs more hex digits", "double the backslash, or use single quotes"},
        {"illegal flow end", "this closing bracket was never opened", "remove it, or quote the text"},
    }};
    for (const Told& told : kTold) {
      if (!message_has(told.part)) continue;
      return SyntaxVerdict{make(told.id, here(), std::string{told.text}, std::string{told.help}), {}};
    }
    if (message_has("unknown token") && error_.column < line_.size()) {
      return SyntaxVerdict{
          make(RuleId::YamlSyntax, here(), "a value cannot begin with " + in_backticks(line_.substr(error_.column, 1)),
               "quote the text"),
          {}};
    }
    if (message_has("EOF in scalar") || message_has("document indicator in scalar")) {
      const std::size_t offset = positions_.text().find_first_of("\"'", error_.last_offset);
      const std::size_t line = positions_.line_of(std::min(offset, positions_.text().size()));
      return SyntaxVerdict{make(RuleId::YamlSyntax, positions_.span(line, std::min(offset, positions_.text().size()), 1),
                                "this quote is never closed", "close the string, or leave both quotes out"), {}};
    }
    return {};
  }

  Found unclosed_flow() {
    if (!message_has("flow not found")) return {};
    const char open = message_has("sequence flow") ? '[' : '{';
    const std::string_view text = positions_.text();
    std::size_t depth = 0;
    std::size_t offset = positions_.offset(error_.line, error_.column);
    const char close = open == '[' ? ']' : '}';
    while (offset > 0) {
      --offset;
      if (text[offset] == close) ++depth;
      if (text[offset] == open && depth-- == 0) break;
    }
    const bool is_list = open == '[';
    Diagnostic diagnostic = make(RuleId::YamlSyntax, here(),
                                 is_list ? "`,` or `]` expected: the list is still open" : "`,` or `}` expected: the mapping is still open",
                                 is_list ? "close the list with `]`" : "close the mapping with `}`, or quote the text");
    diagnostic.related.push_back({positions_.span(positions_.line_of(offset), offset, 1), "opened here"});
    return SyntaxVerdict{std::move(diagnostic), {}};
  }

  /// `command: echo foo: bar`
  Found second_colon() {
    if (!message_has("illegal map value") || shape_.key.empty()) return {};
    const std::size_t first = key_colon(line_, shape_.content);
    if (first >= error_.column) return {};
    return SyntaxVerdict{
        make(RuleId::YamlSyntax, here(), "a second `: ` in one line: text that contains it must be quoted",
             "write " + in_backticks(std::string{shape_.key} + ": \"...\"")),
        {}};
  }

  /// `image: "nginx" latest`
  Found text_after_quote() {
    const std::string_view before = trimmed(line_.substr(0, error_.column));
    if (before.empty() || error_.column >= line_.size()) return {};
    const char last = before.back();
    if (last != '"' && last != '\'' && last != ']' && last != '}') return {};
    return SyntaxVerdict{make(RuleId::YamlSyntax, at(error_.line, error_.column, trimmed(line_.substr(error_.column)).size()),
                              std::string{"text after the closing `"} + last + "` of the value",
                              "put all of the value into the quotes or brackets"), {}};
  }

  /// The line above is `name:web`: what follows was read as its continuation.
  Found missing_space_before() {
    std::size_t number = error_.line;
    LineShape above;
    do {
      if (number == 0) return {};
      above = shape_of(lines_.line(--number));
    } while (above.empty);
    if (!above.key.empty()) return {};
    const std::string_view content = trimmed(lines_.line(number).substr(above.content));
    const std::size_t colon = content.find(':');
    const bool is_word = colon != std::string_view::npos && colon > 0 && colon + 1 < content.size() &&
                         content.find_first_of(" \"'[{/") > colon;
    if (!is_word) return {};
    return SyntaxVerdict{make(RuleId::YamlSyntax, at(number, above.content, content.size()),
                              "a space is missing after the colon of " + in_backticks(content.substr(0, colon)),
                              "write " + in_backticks(std::string{content.substr(0, colon)} + ": " +
                                                      std::string{content.substr(colon + 1)})),
                         {}};
  }

  Found indentation() {
    if (shape_.empty) return {};
    std::vector<Block> before = open_blocks(lines_, error_.line);
    if (before.empty()) return {};
    std::vector<Block> blocks = before;
    const bool is_item = !shape_.dashes.empty();
    close_blocks(blocks, shape_.indent, is_item);
    const Block* top = blocks.empty() ? nullptr : &blocks.back();
    if (top != nullptr && top->column == shape_.indent) return top->is_list == is_item ? Found{} : in_wrong_company(*top, before);
    if (before.back().column < shape_.indent) return too_deep(before);
    return between(top, before[blocks.size()]);
  }

  Found verdict(std::string text, std::size_t expected, const std::string& what, const Block& related, std::string related_text) {
    Diagnostic diagnostic =
        make(RuleId::YamlIndentation, subject_span(), std::move(text), "indent it by " + spaces(expected) + " " + what);
    diagnostic.related.push_back({at(related.line, related.column, 1), std::move(related_text)});
    return SyntaxVerdict{std::move(diagnostic), Reindent{error_.line, expected}};
  }

  [[nodiscard]] std::string label(const Block& block) const {
    const LineShape shape = shape_of(lines_.line(block.line));
    if (!shape.key.empty()) return in_backticks(std::string{block.is_list ? "- " : ""} + std::string{shape.key});
    return in_backticks(trimmed(lines_.line(block.line)));
  }

  /// A key in line with dashes, or a dash in line with keys.
  Found in_wrong_company(const Block& top, const std::vector<Block>& before) {
    if (top.is_list) {
      const auto list = std::find_if(before.rbegin(), before.rend(), [&](const Block& block) {
        return block.is_list && block.column == top.column;
      });
      if (list == before.rbegin()) {
        return SyntaxVerdict{make(RuleId::YamlIndentation, subject_span(),
                                  in_backticks(subject()) + " is in line with the dash of a list, but is no list item",
                                  "put `- ` before it, or indent it as the key to whose mapping it belongs"),
                             {}};
      }
      const std::size_t expected = std::prev(list)->column;
      return verdict(in_backticks(subject()) + " is in line with the dash of a list, but is no list item", expected,
                     "to make it a key of the item that begins on " + line_number(top.line), top, "the list item");
    }
    for (auto block = before.rbegin(); block != before.rend(); ++block) {
      if (!block->is_list || block->column >= shape_.indent) continue;
      return verdict(
          "a list item is in line with the keys of another", block->column,
          "to make it the next item of the list, or remove the dash to make " + in_backticks(subject()) + " a key",
          *block, "the list's last item");
    }
    Diagnostic diagnostic = make(RuleId::YamlSyntax, subject_span(), "a list item where a key is expected",
                                 "remove the dash, or leave the value of " + label(top) + " empty and list its items below");
    diagnostic.related.push_back({at(top.line, top.column, 1), "the key before it"});
    return SyntaxVerdict{std::move(diagnostic), {}};
  }

  Found too_deep(const std::vector<Block>& before) {
    const Block& sibling = before.back();
    const LineShape above = shape_of(lines_.line(sibling.line));
    if (above.value.empty() && !sibling.is_list) return {};
    const bool is_item = !shape_.dashes.empty();
    for (auto block = before.rbegin(); block != before.rend(); ++block) {
      if (block->is_list != is_item) continue;
      return verdict(in_backticks(subject()) + " is indented by " + spaces(shape_.indent) + ", more than " +
                         label(*block) + " above it, which already has a value",
                     block->column, is_item ? "to make it the next item of the list" : "to make them siblings", *block,
                     is_item ? "the list's last item" : "its sibling");
    }
    return {};
  }

  Found between(const Block* outer, const Block& inner) {
    const std::size_t low = outer == nullptr ? inner.column : outer->column;
    const bool prefers_inner = outer == nullptr || inner.column - shape_.indent <= shape_.indent - low;
    const Block& chosen = prefers_inner ? inner : *outer;
    std::string text =
        in_backticks(subject()) + " is indented by " + spaces(shape_.indent) + ", which lines up with nothing above it";
    if (chosen.is_list == shape_.dashes.empty()) {
      Diagnostic diagnostic = make(RuleId::YamlIndentation, subject_span(), std::move(text), "line it up with its siblings");
      return SyntaxVerdict{std::move(diagnostic), {}};
    }
    std::string what = "to line up with " + label(chosen);
    if (outer != nullptr) {
      const Block& other = prefers_inner ? *outer : inner;
      what += ", or by " + spaces(other.column) + " to line up with " + label(other);
    }
    return verdict(std::move(text), chosen.column, what, chosen, "nearest above it");
  }

  const SyntaxError& error_;
  const Lines& lines_;
  Positions& positions_;
  std::string_view line_;
  LineShape shape_;
};

}  // namespace

SyntaxVerdict explain_syntax(const SyntaxError& error, const Lines& parsed, Positions& positions) {
  return Explainer{error, parsed, positions}.explain();
}

}  // namespace podlapse::yaml
