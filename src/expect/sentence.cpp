#include "sentence.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

constexpr std::string_view kSigns[] = {"+/-", "==", "!=", "<=", ">=", "+-", "\u00b1", "<", ">"};

constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
    {"==", Comparison::Equal}, {"!=", Comparison::NotEqual},       {"<", Comparison::Less}, {"<=", Comparison::LessOrEqual},
    {">", Comparison::Greater}, {">=", Comparison::GreaterOrEqual}};

/// The sign that `text` begins with, or nothing.
std::string_view sign_at(std::string_view text) {
  for (const std::string_view sign : kSigns) {
    if (text.substr(0, sign.size()) == sign) return sign;
  }
  return {};
}

/// Cuts "[12]" from the end of `text`. False when something stands there that is no number.
bool take_index(std::string_view& text, std::optional<std::int32_t>& out) {
  if (text.empty() || text.back() != ']') return true;
  const std::size_t open = text.rfind('[');
  if (open == std::string_view::npos) return false;
  const std::string_view digits = text.substr(open + 1, text.size() - open - 2);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < 0) return false;
  out = value;
  text = text.substr(0, open);
  return true;
}

/// The row called `word` of a subject. Where a number and a state share a word, `number` decides.
const PropertyRow* find_row(Subject subject, std::string_view word, bool number) {
  const PropertyRow* found = nullptr;
  for (const PropertyRow& row : property_rows()) {
    if (row.subject != subject || row.word != word) continue;
    if (found == nullptr || (row.kind == PropertyRow::Kind::Number) == number) found = &row;
  }
  return found;
}

std::vector<std::string> words_for(Subject subject) {
  std::vector<std::string> words;
  for (const PropertyRow& row : property_rows()) {
    if (row.subject == subject) words.emplace_back(row.word);
  }
  return words;
}

std::string help_for_word(Subject subject, std::string_view word) {
  const std::vector<std::string> known = words_for(subject);
  const std::string nearest = nearest_name(std::string{word}, known);
  if (!nearest.empty()) return "did you mean " + in_backticks(nearest) + "?";
  std::string text = "known: ";
  for (const std::string& one : known) text += (&one == &known.front() ? "" : ", ") + one;
  return text;
}

const char* noun_of(Subject subject) {
  switch (subject) {
    case Subject::Container:
      return "a container";
    case Subject::Pod:
      return "a Pod";
    case Subject::Job:
      return "a Job";
    case Subject::Event:
      return "an event";
  }
  return "";
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (end > begin) words.push_back({std::string{text.substr(begin, end - begin)}, begin, end});
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view sign = sign_at(text.substr(at));
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n') {
      close(at);
      begin = ++at;
    } else if (!sign.empty()) {
      close(at);
      begin = at + sign.size();
      words.push_back({sign == "+-" || sign == "+/-" ? "\u00b1" : std::string{sign}, at, begin});
      at = begin;
    } else {
      ++at;
    }
  }
  close(text.size());
  return words;
}

std::string_view SentenceReader::peek(std::size_t ahead) const {
  return next_ + ahead < words_.size() ? std::string_view{words_[next_ + ahead].text} : std::string_view{};
}

bool SentenceReader::take(std::string_view word) {
  if (failed() || peek() != word) return false;
  ++next_;
  return true;
}

bool SentenceReader::expect(std::string_view word) {
  if (take(word)) return true;
  fail("expected " + in_backticks(word));
  return false;
}

void SentenceReader::fail_at(const Word& word, std::string text, std::string help) {
  if (!failed()) problem_ = {std::move(text), std::move(help), word.begin, word.end};
}

void SentenceReader::fail(const std::string& text, std::string help) {
  if (!at_end()) return fail_at(words_[next_], text + ", found " + in_backticks(peek()), std::move(help));
  fail_at({{}, text_.size(), text_.size()}, text + " at the end", std::move(help));
}

void SentenceReader::fail_unless_at_end() {
  if (failed() || at_end()) return;
  const std::string meant = next_ == 0 ? std::string{} : meant_duration(words_[next_ - 1].text + " " + std::string{peek()});
  fail_at(words_[next_], "nothing may follow here, found " + in_backticks(peek()), meant.empty() ? "" : "write " + in_backticks(meant));
}

bool SentenceReader::next_is_duration() const {
  SimDuration ignored{};
  return !at_end() && parse_duration(std::string{peek()}, ignored);
}

SimDuration SentenceReader::read_duration() {
  SimDuration span{};
  std::string problem;
  if (failed()) return span;
  if (at_end()) {
    fail("expected a duration (2s, 250ms, 1m30s)");
  } else if (!parse_span(peek(), span, problem)) {
    fail_at(words_[next_], problem);
  } else {
    ++next_;
  }
  return span;
}

std::int64_t SentenceReader::read_number() {
  std::int64_t number = 0;
  std::string problem;
  if (failed()) return number;
  if (at_end()) {
    fail("expected a number");
  } else if (!parse_integer(peek(), 0, 1'000'000'000, number, problem)) {
    fail_at(words_[next_], problem);
  } else {
    ++next_;
  }
  return number;
}

std::optional<Comparison> SentenceReader::take_comparison() {
  for (const auto& [sign, comparison] : kComparisons) {
    if (take(sign)) return comparison;
  }
  return std::nullopt;
}

Term SentenceReader::read_term(bool any_container) {
  Term term;
  if (take("last")) {
    term.pick = Term::Pick::Last;
  } else if (take("every")) {
    term.pick = Term::Pick::Every;
  } else {
    take("first");
  }
  if (failed()) return term;
  if (at_end()) {
    fail("expected something like `app.started`");
    return term;
  }
  term.place.begin = words_[next_].begin;
  if (take("event")) {
    read_event(term);
  } else {
    const Word word = words_[next_++];
    read_dotted(word, any_container, term);
  }
  term.place.end = words_[next_ - 1].end;
  return term;
}

/// Behind `event`: the reason, and perhaps a container.
void SentenceReader::read_event(Term& term) {
  term.property = Property::Event;
  if (at_end()) return fail("expected the reason of an event", "for example: event BackOff");
  term.argument = words_[next_++].text;
  constexpr std::array<std::string_view, 16> kNoNames = {"before", "after", "within", "of",     "at", "to",      "and", "or",
                                                         "happens", "while", "covers", "except", "in", "between", "is",  "from"};
  const bool name_follows = !at_end() && sign_at(peek()).empty() &&
                            std::find(kNoNames.begin(), kNoNames.end(), peek()) == kNoNames.end();
  if (!name_follows) return;
  const Word word = words_[next_++];
  std::string_view name = word.text;
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) term.pod = std::string{name.substr(0, slash)};
  term.container = std::string{slash == std::string_view::npos ? name : name.substr(slash + 1)};
}

bool SentenceReader::read_subject(const Word& word, std::string_view subject, Term& term, bool& is_pod, bool& is_job) {
  std::optional<std::int32_t> index;
  std::string_view own = subject;
  const std::size_t slash = subject.rfind('/');
  if (slash != std::string_view::npos) {
    std::string_view pod = subject.substr(0, slash);
    own = subject.substr(slash + 1);
    if (!take_index(pod, term.pod_number)) {
      fail_at(word, in_backticks(pod) + " has no number in its brackets");
      return false;
    }
    if (pod != "pod" || !term.pod_number) term.pod = std::string{pod};
  }
  if (!take_index(own, index)) {
    fail_at(word, in_backticks(own) + " has no number in its brackets");
    return false;
  }
  is_pod = own == "pod";
  is_job = own == "job";
  if (is_pod) {
    term.pod_number = index;
  } else if (!is_job) {
    term.container = own == "any" ? std::string{} : std::string{own};
    term.attempt = index;
  }
  return true;
}

/// `[POD/]WHO[[N]].PROPERTY[(ARGUMENT)]`; the property may have a dot in it, a name may not.
void SentenceReader::read_dotted(const Word& word, bool any_container, Term& term) {
  std::string_view text = word.text, argument;
  const std::size_t bracket = text.find_first_of("(=");
  if (bracket != std::string_view::npos) {
    argument = text.substr(bracket + 1);
    if (text[bracket] == '(') {
      if (argument.empty() || argument.back() != ')') return fail_at(word, in_backticks(text) + " lacks its closing bracket");
      argument.remove_suffix(1);
    }
    if (argument.empty()) return fail_at(word, in_backticks(text) + " has nothing behind " + in_backticks(text.substr(bracket, 1)));
    text = text.substr(0, bracket);
  }
  const bool number = [&] {
    const std::string_view sign = peek();
    return std::any_of(std::begin(kComparisons), std::end(kComparisons), [sign](const auto& one) { return one.first == sign; });
  }();
  bool is_pod = false, is_job = false;
  std::size_t dot = text.find('.');
  std::string_view property = text;
  if (dot != std::string_view::npos && (!any_container || find_row(Subject::Container, text, number) == nullptr)) {
    if (!read_subject(word, text.substr(0, dot), term, is_pod, is_job)) return;
    property = text.substr(dot + 1);
  } else if (!any_container || find_row(Subject::Container, text, number) == nullptr) {
    return fail_at(word, in_backticks(word.text) + " is not something that happens or holds",
                   "write CONTAINER.WHAT, pod.WHAT, job.WHAT or event REASON, for example app.started");
  }
  const Subject subject = is_pod ? Subject::Pod : is_job ? Subject::Job : Subject::Container;
  const PropertyRow* row = find_row(subject, property, number);
  if (row == nullptr) {
    return fail_at(word, in_backticks(property) + " is nothing that is known of " + noun_of(subject),
                   help_for_word(subject, property));
  }
  term.property = row->property;
  if (term.attempt && row->property != Property::Started && row->property != Property::Exited) {
    return fail_at(word, "only `started` and `exited` go with an attempt in brackets");
  }
  read_argument(word, argument, *row, term);
}

bool SentenceReader::read_argument(const Word& word, std::string_view argument, const PropertyRow& row, Term& term) {
  std::string problem;
  std::int64_t code = 0;
  switch (row.argument) {
    case PropertyRow::Argument::None:
      if (!argument.empty()) fail_at(word, in_backticks(row.word) + " has nothing in brackets");
      break;
    case PropertyRow::Argument::Code:
      if (argument.empty()) break;
      if (!parse_integer(argument, 0, 255, code, problem)) fail_at(word, problem);
      term.exit_code = static_cast<std::int32_t>(code);
      break;
    case PropertyRow::Argument::Reason:
      term.argument = std::string{argument};
      break;
    case PropertyRow::Argument::Word:
      if (argument.empty()) fail_at(word, in_backticks(row.word) + " needs a value", std::string{row.help});
      term.argument = std::string{argument};
      break;
  }
  return !failed();
}

Term SentenceReader::read_container() {
  Term term;
  term.property = Property::Running;
  if (failed()) return term;
  if (at_end()) {
    fail("expected the name of a container");
    return term;
  }
  const Word word = words_[next_++];
  term.place = {word.begin, word.end};
  bool is_pod = false, is_job = false;
  if (word.text.find('.') != std::string::npos) {
    fail_at(word, in_backticks(word.text) + " is no container", "write its name alone: proxy covers app");
  } else if (read_subject(word, word.text, term, is_pod, is_job) && (is_pod || is_job || term.container.empty())) {
    fail_at(word, in_backticks(word.text) + " is no container");
  }
  return term;
}

Atom SentenceReader::read_atom(bool any_container) {
  Atom atom;
  while (take("not")) atom.negated = !atom.negated;
  const std::size_t begin = next_;
  atom.term = read_term(any_container);
  if (failed()) return atom;
  const bool number = property_row(atom.term.property).kind == PropertyRow::Kind::Number;
  atom.comparison = take_comparison();
  if (atom.comparison) atom.number = read_number();
  if (number && !atom.comparison) {
    fail_at(words_[begin], in_backticks(words_[begin].text) + " is a number", "compare it: " + words_[begin].text + " == 1");
  } else if (!number && atom.comparison) {
    fail_at(words_[begin], in_backticks(words_[begin].text) + " is no number",
            "count how often: " + words_[begin].text + " happens 2 times");
  }
  return atom;
}

Condition SentenceReader::read_condition(bool any_container) {
  Condition condition;
  do {
    std::vector<Atom>& all_of = condition.any_of.emplace_back();
    do {
      all_of.push_back(read_atom(any_container));
    } while (take("and"));
  } while (take("or"));
  return condition;
}

}  // namespace podlapse
