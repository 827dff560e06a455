// yaml-cpp's events to document trees.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "yaml/positions.hpp"
#include "yaml/text.hpp"

namespace podlapse::yaml {

/// Thrown to leave yaml-cpp's parser when a limit is exceeded; the diagnostic is already written.
struct LimitExceeded {};

/// Thrown where content follows a document without `---`: yaml-cpp would make it a document of its own.
struct StrayContent {
  YAML::Mark mark;
};

/// Builds one tree a document, with places; resolves scalars, aliases and merge keys; reports duplicate keys, keys that JSON
/// cannot have, unclosed quotes, and limits.
class TreeBuilder : public YAML::EventHandler {
 public:
  /// `first_line` is the line of the file at which the parsed text begins; `nodes` values of it are already in use.
  TreeBuilder(const Lines& lines, Positions& positions, std::size_t first_line, bool json, const ReadLimits& limits,
              std::size_t nodes);

  std::vector<Value> documents;
  std::vector<Diagnostic> diagnostics;
  std::vector<RepeatedKey> repeated_keys;

  [[nodiscard]] std::size_t nodes() const { return nodes_; }
  /// Byte offset of the last event; where the parser still was sure.
  [[nodiscard]] std::size_t last_offset() const { return last_offset_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  /// A list or mapping that is being read.
  struct Frame {
    Value value;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    bool block = false;
    bool has_key = false;      ///< of a mapping: the next node is the value of `key`
    bool key_is_merge = false;
    YAML::Mark key_mark;
    std::string key;
    SourceSpan key_span;
    std::vector<std::size_t> merges;  ///< which members are `<<`
  };
  struct Anchored {
    Value value;
    std::size_t nodes = 0, depth = 0;
    bool complete = false;
  };

  [[nodiscard]] bool key_expected() const;
  [[nodiscard]] SourceSpan span_of(const YAML::Mark& mark);
  /// The span of a scalar or alias; reports a quote that is never closed.
  [[nodiscard]] SourceSpan scalar_span(const YAML::Mark& mark, const std::string& text);
  void open(Value container, const YAML::Mark& mark, YAML::anchor_t anchor, YAML::EmitterStyle::value style);
  void close();
  void finish_node(Value value, YAML::anchor_t anchor, std::size_t nodes);
  void take_key(const YAML::Mark& mark, const SourceSpan& span, const std::string& tag, const std::string& text);
  void report_missing_colon(const Frame& frame);
  /// Reports keys that are given twice, and keeps the last of each.
  void drop_duplicates(Frame& frame);
  [[nodiscard]] Value merged(Frame& frame);
  /// Notes that `member` has a key that its mapping has already.
  void note_repeated(const Value::Member& member, bool by_merge);
  void count_nodes(std::size_t count, const SourceSpan& span);
  Diagnostic& report(RuleId rule_id, const SourceSpan& span, std::string text, std::string help = {});

  const Lines& lines_;
  Positions& positions_;
  std::size_t first_line_;
  bool json_;
  const ReadLimits& limits_;
  std::size_t nodes_, last_offset_ = 0;
  bool first_document_ = true;
  std::vector<Frame> stack_;
  std::vector<Anchored> anchors_;  ///< by anchor id
  Value root_;
};

}  // namespace podlapse::yaml
