// The punctuation of overrides: phrases apart by `,`, items apart by `:`, `key=value`, quotes. What the items mean is not
// known here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace podlapse {

/// A stretch of the text in bytes.
struct TextRange {
  std::size_t begin = 0, end = 0;
};

/// `key=value`, or a value alone (`key` empty). Quotes are taken off, blanks around both are dropped.
struct PhraseItem {
  std::string key, value;
  TextRange place, value_place;
};

struct Phrase {
  std::vector<PhraseItem> items;  ///< at least one
  TextRange place;
};

/// What is wrong with the punctuation, and where.
struct PhraseProblem {
  std::string text;
  TextRange place;
};

/// Cuts `text` from byte `from` on. False with `problem` set when an item is empty or a quote is not closed.
[[nodiscard]] bool split_phrases(std::string_view text, std::size_t from, std::vector<Phrase>& out, PhraseProblem& problem);

}  // namespace podlapse
