// The grammar of sentences. Each function reads what follows the words that tell the kinds apart.
#include <utility>

#include "sentence.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/expect/read.hpp"

namespace podlapse {

namespace {

using What = decltype(Expectation::what);

/// Behind `from A to B`: `< 10s`, `== 10s ± 1s`, `between 5s and 10s`.
SpanBounds read_span_bounds(SentenceReader& reader) {
  SpanBounds bounds;
  if (reader.take("between")) {
    bounds.least = reader.read_duration();
    reader.expect("and");
    bounds.most = reader.read_duration();
    return bounds;
  }
  if (reader.take("within")) {
    bounds.most = reader.read_duration();
    return bounds;
  }
  const std::optional<Comparison> comparison = reader.take_comparison();
  if (!comparison || *comparison == Comparison::NotEqual) {
    reader.fail("expected a bound: `< 10s`, `>= 2s`, `== 10s \u00b1 1s`, `between 5s and 10s`");
    return bounds;
  }
  const SimDuration span = reader.read_duration();
  if (*comparison == Comparison::Equal) {
    reader.expect("\u00b1");
    const SimDuration around = reader.read_duration();
    bounds.least = span - around;
    bounds.most = span + around;
  } else if (*comparison == Comparison::Less || *comparison == Comparison::LessOrEqual) {
    bounds.most = span;
    bounds.most_open = *comparison == Comparison::Less;
  } else {
    bounds.least = span;
    bounds.least_open = *comparison == Comparison::Greater;
  }
  return bounds;
}

What read_from(SentenceReader& reader) {
  SpanExpectation span;
  span.from = reader.read_term();
  reader.expect("to");
  span.to = reader.read_term();
  span.bounds = read_span_bounds(reader);
  return span;
}

What read_order(SentenceReader& reader, Term first) {
  OrderExpectation order;
  order.chain.push_back(std::move(first));
  do {
    order.chain.push_back(reader.read_term());
  } while (reader.take("before"));
  return order;
}

What read_before(SentenceReader& reader, Term term) {
  if (!reader.next_is_duration()) return read_order(reader, std::move(term));
  SpanExpectation span{std::nullopt, std::move(term), {}};
  span.bounds.most = reader.read_duration();
  span.bounds.most_open = true;
  return span;
}

What read_after(SentenceReader& reader, Term term) {
  if (reader.next_is_duration()) {
    SpanExpectation span{std::nullopt, std::move(term), {}};
    span.bounds.least = reader.read_duration();
    return span;
  }
  OrderExpectation order;
  order.chain.push_back(reader.read_term());
  order.chain.push_back(std::move(term));
  return order;
}

What read_within(SentenceReader& reader, Term term) {
  SpanExpectation span{std::nullopt, std::move(term), {}};
  span.bounds.most = reader.read_duration();
  if (reader.take("of")) span.from = reader.read_term();
  return span;
}

What read_at(SentenceReader& reader, Term term) {
  SpanExpectation span{std::nullopt, std::move(term), {}};
  const SimDuration at = reader.read_duration();
  if (!reader.failed() && reader.peek() != "\u00b1") {
    reader.fail("expected `\u00b1` and a tolerance", "for example: app.ready at 12s \u00b1 1s");
    return span;
  }
  reader.expect("\u00b1");
  const SimDuration around = reader.read_duration();
  span.bounds.least = at - around;
  span.bounds.most = at + around;
  return span;
}

/// Behind `happens`.
What read_count(SentenceReader& reader, Term term) {
  CountExpectation count;
  count.term = std::move(term);
  if (reader.take("never")) {
    count.most = 0;
    return count;
  }
  const bool least = reader.peek() == "at" && reader.peek(1) == "least", most = reader.peek() == "at" && reader.peek(1) == "most";
  if (least || most) {
    reader.take("at");
    reader.take(least ? "least" : "most");
  }
  const std::int64_t number = reader.take("once") ? 1 : reader.take("twice") ? 2 : -1;
  const std::int64_t times = number >= 0 ? number : reader.read_number();
  if (number < 0 && !reader.take("times")) reader.take("time");
  count.least = most ? 0 : times;
  if (!least) count.most = times;
  return count;
}

/// Behind `covers`: a container, and perhaps what is excepted.
What read_covers(SentenceReader& reader, Term cover) {
  CoversExpectation covers;
  covers.cover = std::move(cover);
  covers.covered = reader.read_container();
  if (reader.take("except")) covers.except = reader.read_duration();
  return covers;
}

What read_while(SentenceReader& reader, Condition then) {
  return WhileExpectation{reader.read_condition(), std::move(then)};
}

/// True where every term is a number: such a sentence speaks of the end.
bool is_about_numbers(const Condition& condition) {
  for (const std::vector<Atom>& all_of : condition.any_of) {
    for (const Atom& atom : all_of) {
      if (!atom.comparison) return false;
    }
  }
  return true;
}

/// The only term of a condition that is nothing but a term; nullptr otherwise.
Term* only_term(Condition& condition) {
  if (condition.any_of.size() != 1 || condition.any_of.front().size() != 1) return nullptr;
  Atom& atom = condition.any_of.front().front();
  return atom.negated || atom.comparison ? nullptr : &atom.term;
}

What read_statement(SentenceReader& reader) {
  if (reader.peek(1) == "covers") {
    Term cover = reader.read_container();
    reader.expect("covers");
    return read_covers(reader, std::move(cover));
  }
  Condition condition = reader.read_condition();
  if (reader.failed()) return EventuallyExpectation{};
  if (reader.take("while")) return read_while(reader, std::move(condition));
  if (reader.at_end()) {
    if (!is_about_numbers(condition)) return EventuallyExpectation{std::move(condition)};
    StateExpectation state;
    state.condition = std::move(condition);
    return state;
  }
  Term* term = only_term(condition);
  if (term != nullptr) {
    if (reader.take("before")) return read_before(reader, std::move(*term));
    if (reader.take("after")) return read_after(reader, std::move(*term));
    if (reader.take("within")) return read_within(reader, std::move(*term));
    if (reader.take("at")) return read_at(reader, std::move(*term));
    if (reader.take("happens")) return read_count(reader, std::move(*term));
  }
  const std::string nearest =
      nearest_name(std::string{reader.peek()}, {"before", "after", "within", "at", "happens", "while", "covers", "and", "or"});
  reader.fail("expected `before`, `after`, `within`, `at`, `happens` or `while`",
              nearest.empty() ? "" : "did you mean " + in_backticks(nearest) + "?");
  return EventuallyExpectation{};
}

What read_sentence(SentenceReader& reader) {
  if (reader.take("from")) return read_from(reader);
  if (reader.take("never") || reader.take("no")) return NeverExpectation{reader.read_condition(true)};
  if (reader.take("always")) return AlwaysExpectation{reader.read_condition()};
  if (reader.take("eventually")) return EventuallyExpectation{reader.read_condition()};
  return read_statement(reader);
}

}  // namespace

bool parse_sentence(std::string_view text, Expectation& out, SentenceProblem& problem) {
  SentenceReader reader{text};
  if (reader.at_end()) reader.fail("expected a sentence", "for example: app.started before proxy.SIGTERM");
  What what = reader.failed() ? What{EventuallyExpectation{}} : read_sentence(reader);
  reader.fail_unless_at_end();
  if (reader.failed()) {
    problem = reader.problem();
    return false;
  }
  out.what = std::move(what);
  return true;
}

bool parse_condition(std::string_view text, Condition& out, SentenceProblem& problem) {
  SentenceReader reader{text};
  Condition condition = reader.read_condition();
  reader.fail_unless_at_end();
  if (reader.failed()) {
    problem = reader.problem();
    return false;
  }
  out = std::move(condition);
  return true;
}

}  // namespace podlapse
