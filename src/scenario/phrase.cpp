#include "podlapse/scenario/phrase.hpp"

namespace podlapse {

namespace {

/// The first byte at or after `at` that is one of `stops` and stands outside of quotes; npos with `open_quote` set when
/// a quote is not closed, else the end of the text.
std::size_t find_unquoted(std::string_view text, std::size_t at, std::string_view stops, std::size_t& open_quote) {
  open_quote = std::string_view::npos;
  for (char quote = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote == '"') ++at;
      if (c == quote) quote = 0;
      continue;
    }
    if (stops.find(c) != std::string_view::npos) return at;
    if (c != '"' && c != '\'') continue;
    quote = c;
    open_quote = at;
    if (text.find(quote, at + 1) == std::string_view::npos) return std::string_view::npos;
  }
  return text.size();
}

TextRange trimmed(std::string_view text, TextRange range) {
  while (range.begin < range.end && text[range.begin] == ' ') ++range.begin;
  while (range.end > range.begin && text[range.end - 1] == ' ') --range.end;
  return range;
}

std::string unquoted(std::string_view text) {
  std::string plain;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (c == '\\' && quote == '"' && i + 1 < text.size()) {
      plain += text[++i];
    } else {
      plain += c;
    }
  }
  return plain;
}

PhraseItem make_item(std::string_view text, TextRange place) {
  PhraseItem item;
  item.place = item.value_place = place;
  const std::string_view all = text.substr(place.begin, place.end - place.begin);
  const std::size_t equals = all.find_first_of("=\"' ");
  if (equals != std::string_view::npos && equals > 0 && all[equals] == '=') {
    item.key = std::string{all.substr(0, equals)};
    item.value_place = trimmed(text, {place.begin + equals + 1, place.end});
  }
  item.value = unquoted(text.substr(item.value_place.begin, item.value_place.end - item.value_place.begin));
  return item;
}

}  // namespace

bool split_phrases(std::string_view text, std::size_t from, std::vector<Phrase>& out, PhraseProblem& problem) {
  Phrase phrase;
  phrase.place.begin = from;
  for (std::size_t at = from;;) {
    std::size_t open_quote = 0;
    const std::size_t stop = find_unquoted(text, at, ",:", open_quote);
    if (stop == std::string_view::npos) {
      problem = {"this quote is not closed", {open_quote, open_quote + 1}};
      return false;
    }
    const TextRange place = trimmed(text, {at, stop});
    if (place.begin == place.end) {
      problem = {"a value is missing here", {place.begin, place.begin + 1}};
      return false;
    }
    phrase.items.push_back(make_item(text, place));
    at = stop + 1;
    if (stop < text.size() && text[stop] == ':') continue;
    phrase.place = trimmed(text, {phrase.place.begin, stop});
    out.push_back(std::move(phrase));
    if (stop == text.size()) return true;
    phrase = {};
    phrase.place.begin = at;
  }
}

}  // namespace podlapse
