#include "yaml/tree_builder.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "yaml/scalar.hpp"

namespace podlapse::yaml {
namespace {

/// Problems of one file after which reading stops.
constexpr std::size_t kProblemsMax = 1000;

std::size_t depth_of(const Value& value) {
  std::size_t deepest = 0;
  if (value.is_array()) {
    for (const Value& item : value.items()) deepest = std::max(deepest, depth_of(item));
  } else if (value.is_object()) {
    for (const Value::Member& member : value.members()) deepest = std::max(deepest, depth_of(member.value));
  } else {
    return 0;
  }
  return deepest + 1;
}

/// "a mapping", "an integer".
std::string with_article(Value::Kind kind) {
  return (kind == Value::Kind::Int ? "an " : "a ") + std::string{to_string(kind)};
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The offset after `&anchor` and `!tag` at `offset`: where the node itself stands.
std::size_t skip_properties(std::string_view text, std::size_t offset) {
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    while (offset < text.size() && !is_blank(text[offset])) ++offset;
    while (offset < text.size() && is_blank(text[offset])) ++offset;
  }
  return offset;
}

/// The size of the quoted text at `offset`, quotes included; nothing when it is never closed.
std::optional<std::size_t> quoted_size(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t at = offset + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '\'' && at + 1 < text.size() && text[at + 1] == quote) {
        ++at;
      } else {
        return at + 1 - offset;
      }
    }
  }
  return std::nullopt;
}

/// The size of the plain text or alias at `offset` on its line, whose content is `content` (for aliases empty).
std::size_t plain_size(std::string_view text, std::size_t offset, std::string_view content) {
  if (!content.empty() && text.substr(offset, content.size()) == content) return content.size();
  std::size_t end = offset;
  const std::string_view stops = content.empty() ? " \t\r\n,]}" : "\r\n";
  while (end < text.size() && stops.find(text[end]) == std::string_view::npos) ++end;
  while (end > offset && is_blank(text[end - 1])) --end;
  return end - offset;
}

}  // namespace

TreeBuilder::TreeBuilder(const Lines& lines, Positions& positions, std::size_t first_line, bool json,
                         const ReadLimits& limits, std::size_t nodes)
    : lines_(lines), positions_(positions), first_line_(first_line), json_(json), limits_(limits), nodes_(nodes) {}

Diagnostic& TreeBuilder::report(RuleId rule_id, const SourceSpan& span, std::string text, std::string help) {
  if (diagnostics.size() == kProblemsMax) throw LimitExceeded{};
  return diagnostics.emplace_back(
      Diagnostic{Severity::Error, std::string{rule(rule_id).id}, span, std::move(text), std::move(help), {}});
}

bool TreeBuilder::key_expected() const {
  return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key;
}

SourceSpan TreeBuilder::span_of(const YAML::Mark& mark) {
  const std::size_t line = first_line_ + static_cast<std::size_t>(std::max(mark.line, 0));
  last_offset_ = positions_.offset(line, static_cast<std::size_t>(std::max(mark.column, 0)));
  return positions_.span(line, last_offset_, 1);
}

SourceSpan TreeBuilder::scalar_span(const YAML::Mark& mark, const std::string& content) {
  std::size_t line = first_line_ + static_cast<std::size_t>(std::max(mark.line, 0));
  const std::string_view text = lines_.text();
  const std::size_t begin = positions_.offset(line, static_cast<std::size_t>(std::max(mark.column, 0)));
  const std::size_t offset = skip_properties(text, begin);
  last_offset_ = offset;
  line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                              text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  const char first = offset < text.size() ? text[offset] : '\0';
  if (first == '|' || first == '>') return positions_.span(line, offset, 1);
  if (first != '"' && first != '\'') return positions_.span(line, offset, plain_size(text, offset, content));
  const std::optional<std::size_t> size = quoted_size(text, offset);
  if (!size) {
    const SourceSpan span = positions_.span(line, offset, 1);
    report(RuleId::YamlSyntax, span, "this quote is never closed",
           std::string{"end the string with "} + first + ", or leave both quotes out");
    return span;
  }
  return positions_.span(line, offset, *size);
}

void TreeBuilder::count_nodes(std::size_t count, const SourceSpan& span) {
  nodes_ += count;
  if (nodes_ <= limits_.nodes) return;
  report(RuleId::YamlLimitNodes, span, "the file has more than " + std::to_string(limits_.nodes) + " values, aliases expanded",
         "split the file");
  throw LimitExceeded{};
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  const SourceSpan span = span_of(mark);
  // kubectl reads a stream of JSON objects too (apimachinery/pkg/util/yaml YAMLOrJSONDecoder).
  const bool next_json = json_ && last_offset_ < positions_.text().size() && positions_.text()[last_offset_] == '{';
  const bool marked = lines_.line(span.line - 1).substr(0, 3) == "---";
  if (!first_document_ && !marked && !next_json) throw StrayContent{mark};
  first_document_ = false;
  stack_.clear();
  anchors_.clear();
  root_ = Value{};
}

void TreeBuilder::OnDocumentEnd() {
  if (!root_.is_null()) documents.push_back(std::move(root_));
  root_ = Value{};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!stack_.empty()) {
    Frame& frame = stack_.back();
    const bool on_the_key = mark.line == frame.key_mark.line && mark.column == frame.key_mark.column;
    if (frame.value.is_object() && frame.has_key && frame.block && on_the_key) report_missing_colon(frame);
  }
  SourceSpan span = span_of(mark);
  if (key_expected()) return take_key(mark, span, "?", "");
  if (mark.line >= 0 && lines_.text().substr(last_offset_, 1) != "~" && !stack_.empty() && stack_.back().has_key) {
    span = lines_.text().substr(last_offset_, 1).find_first_of("nN") == 0 ? positions_.span(span.line - 1, last_offset_, 4)
                                                                         : stack_.back().key_span;
  }
  count_nodes(1, span);
  Value value;
  value.set_span(span);
  finish_node(std::move(value), anchor, 1);
}

void TreeBuilder::report_missing_colon(const Frame& frame) {
  const std::size_t colon = frame.key.find(':');
  if (colon != std::string::npos && colon + 1 < frame.key.size()) {
    report(RuleId::YamlSyntax, frame.key_span, "a space is missing after the colon of `" + frame.key.substr(0, colon) + "`",
           "write `" + frame.key.substr(0, colon) + ": " + frame.key.substr(colon + 1) + "`");
  } else {
    report(RuleId::YamlSyntax, frame.key_span, "`" + frame.key + "` is no `key: value`: its colon is missing",
           frame.key.size() > 1 && frame.key.front() == '-' ? "write `- " + frame.key.substr(1) + "` if it is a list item"
                                                            : "write `" + frame.key + ":` if it is a key");
  }
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const SourceSpan span = scalar_span(mark, "");
  if (anchor >= anchors_.size() || !anchors_[anchor].complete) {
    report(RuleId::YamlAlias, span, "the anchor's value contains this alias of itself");
    throw LimitExceeded{};
  }
  const Anchored& anchored = anchors_[anchor];
  count_nodes(anchored.nodes, span);
  if (stack_.size() + anchored.depth > limits_.depth) {
    report(RuleId::YamlLimitDepth, span, "more than " + std::to_string(limits_.depth) + " levels of nesting, aliases expanded");
    throw LimitExceeded{};
  }
  if (key_expected()) {
    const Value& key = anchored.value;
    if (key.is_string()) return take_key(mark, span, "!", key.as_string());
    report(RuleId::YamlSyntax, span, with_article(key.kind()) + " cannot be a key");
    return take_key(mark, span, "!", "");
  }
  Value copy = anchored.value;
  copy.set_span(span);
  finish_node(std::move(copy), 0, anchored.nodes);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) {
  const SourceSpan span = scalar_span(mark, text);
  if (key_expected()) {
    if (anchor != 0) {
      anchors_.resize(std::max(anchors_.size(), anchor + 1));
      anchors_[anchor] = {Value{text}, 1, 0, true};
    }
    return take_key(mark, span, tag, text);
  }
  count_nodes(1, span);
  ResolvedScalar scalar = resolve_scalar(tag, text, json_);
  if (!scalar.error.empty()) report(RuleId::YamlScalar, span, scalar.error, "quote it if it is meant as text");
  scalar.value.set_span(span);
  finish_node(std::move(scalar.value), anchor, 1);
}

void TreeBuilder::take_key(const YAML::Mark& mark, const SourceSpan& span, const std::string& tag, const std::string& text) {
  Frame& frame = stack_.back();
  frame.has_key = true;
  frame.key_mark = mark;
  frame.key_span = span;
  frame.key_is_merge = text == "<<" && (tag == "?" || tag == "tag:yaml.org,2002:merge");
  ResolvedScalar key = resolve_key(frame.key_is_merge ? "!" : tag, text, json_);
  if (!key.error.empty()) report(RuleId::YamlScalar, span, key.error);
  frame.key = key.value.as_string();
}

void TreeBuilder::open(Value container, const YAML::Mark& mark, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  const SourceSpan span = span_of(mark);
  count_nodes(1, span);
  if (stack_.size() >= limits_.depth) {
    report(RuleId::YamlLimitDepth, span, "more than " + std::to_string(limits_.depth) + " levels of nesting");
    throw LimitExceeded{};
  }
  if (key_expected()) {
    // `{{ .Values.x }}` reads as a mapping whose key is a mapping.
    const bool is_template = lines_.text().substr(last_offset_ > 0 ? last_offset_ - 1 : 0, 2) == "{{";
    if (is_template) {
      report(RuleId::YamlSyntax, span, "this is a template: `{{ ... }}` is no value of a manifest",
             "render it first, e.g. with `helm template`");
    } else {
      report(RuleId::YamlSyntax, span, with_article(container.kind()) + " cannot be a key");
    }
  }
  Frame& frame = stack_.emplace_back();
  frame.value = std::move(container);
  frame.value.set_span(span);
  frame.anchor = anchor;
  frame.nodes_before = nodes_ - 1;
  frame.block = style == YAML::EmitterStyle::Block;
  if (anchor != 0) anchors_.resize(std::max(anchors_.size(), anchor + 1));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  open(Value::array(), mark, anchor, style);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  open(Value::object(), mark, anchor, style);
}

void TreeBuilder::OnSequenceEnd() { close(); }

void TreeBuilder::OnMapEnd() { close(); }

void TreeBuilder::close() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  if (frame.value.is_object()) {
    drop_duplicates(frame);
    if (!frame.merges.empty()) {
      const SourceSpan span = frame.value.span();
      frame.value = merged(frame);
      frame.value.set_span(span);
    }
  }
  if (key_expected()) {  // reported by open()
    Frame& parent = stack_.back();
    parent.has_key = true;
    parent.key.clear();
    parent.key_span = frame.value.span();
    parent.key_mark = YAML::Mark::null_mark();
    return;
  }
  finish_node(std::move(frame.value), frame.anchor, nodes_ - frame.nodes_before);
}

void TreeBuilder::finish_node(Value value, YAML::anchor_t anchor, std::size_t nodes) {
  if (anchor != 0) {
    anchors_.resize(std::max(anchors_.size(), anchor + 1));
    count_nodes(nodes, value.span());  // the copy kept for its aliases
    anchors_[anchor] = {value, nodes, depth_of(value), true};
  }
  if (stack_.empty()) {
    root_ = std::move(value);
    return;
  }
  Frame& frame = stack_.back();
  if (frame.value.is_array()) {
    frame.value.items().push_back(std::move(value));
    return;
  }
  Value::Object& members = frame.value.members();
  if (frame.key_is_merge) frame.merges.push_back(members.size());
  members.push_back({std::move(frame.key), frame.key_span, std::move(value)});
  frame.key.clear();
  frame.has_key = false;
  frame.key_is_merge = false;
}

void TreeBuilder::note_repeated(const Value::Member& member, bool by_merge) {
  const SourceSpan& place = member.value.span().known() ? member.value.span() : member.key_span;
  repeated_keys.push_back({documents.size(), place.line, member.key, member.key_span, by_merge});
}

/// Two explicit keys of one name. kubectl lets the last one win in silence; nobody means that.
void TreeBuilder::drop_duplicates(Frame& frame) {
  Value::Object& members = frame.value.members();
  std::vector<std::size_t> dropped;
  const auto meet = [&](std::size_t first, std::size_t second) {
    const Value::Member& member = members[second];
    if (member.key.empty() || std::binary_search(frame.merges.begin(), frame.merges.end(), second)) return;
    Diagnostic& diagnostic = report(RuleId::YamlDuplicateKey, member.key_span, "key `" + member.key + "` is given twice",
                                    "kubectl would take the last one and drop the other");
    diagnostic.related.push_back({members[first].key_span, "given here first"});
    note_repeated(member, false);
    dropped.push_back(first);
  };
  constexpr std::size_t kFew = 16;
  if (members.size() <= kFew) {  // nearly all mappings: no allocation
    for (std::size_t second = 1; second < members.size(); ++second) {
      for (std::size_t first = second; first-- > 0;) {
        if (members[first].key != members[second].key) continue;
        meet(first, second);
        break;
      }
    }
  } else {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&members](std::size_t a, std::size_t b) { return members[a].key < members[b].key; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (members[order[i - 1]].key == members[order[i]].key) meet(order[i - 1], order[i]);
    }
  }
  if (dropped.empty() || !frame.merges.empty()) return;  // where there are merges, the last wins when they are set
  std::sort(dropped.begin(), dropped.end());
  std::size_t index = 0;
  std::erase_if(members, [&](const Value::Member&) { return std::binary_search(dropped.begin(), dropped.end(), index++); });
}

/// The mapping with its `<<` members replaced by what they name: go-yaml v2 sets keys in the order in which they appear,
/// and takes the maps of a merged list from its end, so that the first map wins.
Value TreeBuilder::merged(Frame& frame) {
  Value::Object result;
  struct Place {
    std::size_t index = 0;
    bool is_merged = false;
  };
  std::unordered_map<std::string, Place> places;
  const auto put = [&](Value::Member& member, bool is_merged) {
    const auto [place, is_new] = places.try_emplace(member.key, Place{result.size(), is_merged});
    if (is_new) {
      result.push_back(std::move(member));
      return;
    }
    if (is_merged || place->second.is_merged) note_repeated(member, true);
    result[place->second.index] = std::move(member);
  };
  const auto put_all = [this, &put](Value& source, const SourceSpan& key_span) {
    if (!source.is_object()) {
      report(RuleId::YamlMergeKey, source.span().known() ? source.span() : key_span,
             "`<<` merges a mapping or a list of mappings, not " + with_article(source.kind()));
      return;
    }
    for (Value::Member& member : source.members()) put(member, true);
  };
  std::size_t index = 0;
  for (Value::Member& member : frame.value.members()) {
    if (!std::binary_search(frame.merges.begin(), frame.merges.end(), index++)) {
      put(member, false);
    } else if (member.value.is_array()) {
      Value::Array& sources = member.value.items();
      for (auto source = sources.rbegin(); source != sources.rend(); ++source) put_all(*source, member.key_span);
    } else {
      put_all(member.value, member.key_span);
    }
  }
  return Value{std::move(result)};
}

}  // namespace podlapse::yaml
