// Expectations: what must hold in a run, over time. This header has them as data; `read.hpp` makes them of a scenario's
// `expect:` list, and `judge.hpp` holds them against a trace. The grammar is specified in scenarios/README.md ("Expectations").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

enum class Subject : std::uint8_t { Container, Pod, Job, Event };

enum class Property : std::uint8_t {
#define PODLAPSE_PROPERTY(enumerator, subject, word, kind, argument, help) enumerator,
#include "podlapse/expect/properties.def"
#undef PODLAPSE_PROPERTY
};

/// One row of properties.def.
struct PropertyRow {
  enum class Kind : std::uint8_t { Moment, State, Number };
  enum class Argument : std::uint8_t { None, Code, Reason, Word };
  Property property = Property::Started;
  Subject subject = Subject::Container;
  std::string_view word;
  Kind kind = Kind::Moment;
  Argument argument = Argument::None;
  std::string_view help;
};

[[nodiscard]] const PropertyRow& property_row(Property property);
[[nodiscard]] std::span<const PropertyRow> property_rows();

/// One thing about a container, Pod, Job or event: `db/app[2].exited(137)`, `pod.phase=Succeeded`, `event Killing logger`.
struct Term {
  /// Which instants count, where there are several.
  enum class Pick : std::uint8_t { First, Last, Every };
  Property property = Property::Started;
  Pick pick = Pick::First;
  std::string pod;                         ///< as written before the slash; empty: the Pods of the scenario
  bool made_of_template = false;           ///< `pod` is what names of Pods begin with, as a controller makes them
  std::optional<std::int32_t> pod_number;  ///< pod[1]: the second Pod to appear, from 0
  std::string container;                   ///< empty: any (of an event: none in particular)
  std::optional<std::int32_t> attempt;     ///< of started, exited: which start, from 0
  std::string argument;                    ///< the word in brackets; empty: none
  std::optional<std::int32_t> exit_code;   ///< the number in brackets

  /// The bytes of the sentence that it was read from, which are no part of what it means: two places are always equal.
  struct Place {
    std::size_t begin = 0, end = 0;
    friend bool operator==(const Place&, const Place&) { return true; }
  };
  Place place;

  friend bool operator==(const Term&, const Term&) = default;
};

/// As it would be written.
[[nodiscard]] std::string to_string(const Term& term);

enum class Comparison : std::uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
[[nodiscard]] const char* to_string(Comparison comparison);
[[nodiscard]] bool holds(std::int64_t left, Comparison comparison, std::int64_t right);

/// `app.ready`, `not app.ready`, or `app.restarts < 3`. A moment among them holds for no span.
struct Atom {
  bool negated = false;
  Term term;
  std::optional<Comparison> comparison;  ///< of a Number
  std::int64_t number = 0;

  friend bool operator==(const Atom&, const Atom&) = default;
};
[[nodiscard]] std::string to_string(const Atom& atom);

/// Atoms joined by `and`, joined by `or`.
struct Condition {
  std::vector<std::vector<Atom>> any_of;

  friend bool operator==(const Condition&, const Condition&) = default;
};
[[nodiscard]] std::string to_string(const Condition& condition);

/// A length of time with its bounds; a bound that is absent does not bind. Bounds belong to it unless they are open.
struct SpanBounds {
  std::optional<SimDuration> least, most;
  bool least_open = false, most_open = false;

  [[nodiscard]] bool contains(SimDuration span) const;
  friend bool operator==(const SpanBounds&, const SpanBounds&) = default;
};
/// "at most 10s", "12s ± 1s"
[[nodiscard]] std::string to_string(const SpanBounds& bounds);

/// A before B before C.
struct OrderExpectation {
  std::vector<Term> chain;
};
/// A within 30s; A at 12s ± 1s; A before 10s; from A to B < 10s; B within 10s of A. Counted from `from`, else from the Pod's creation.
struct SpanExpectation {
  std::optional<Term> from;
  Term to;
  SpanBounds bounds;
};
/// X happens at least 2 times.
struct CountExpectation {
  Term term;
  std::int64_t least = 0;
  std::optional<std::int64_t> most;
};
/// never X, no X.
struct NeverExpectation {
  Condition what;
};
struct AlwaysExpectation {
  Condition what;
};
struct EventuallyExpectation {
  Condition what;
};
/// while S: T. And `S while T`.
struct WhileExpectation {
  Condition given, then;
};
/// proxy covers app except 2s: while app runs, proxy runs, but for that long in all.
struct CoversExpectation {
  Term cover, covered;
  SimDuration except{};
};
/// at 20s: {status: Running, ready: 2/2}; at 20s: app.ready; finally: ...; a comparison of numbers alone is about the end too.
struct StateExpectation {
  std::optional<SimDuration> at;  ///< nullopt: at the end
  struct Column {
    std::string name, value;      ///< name: status, ready, restarts, phase, reason
  };
  std::vector<Column> columns;
  std::string pod;                ///< as in Term
  bool made_of_template = false;
  std::optional<Condition> condition;
};

/// One entry of `expect:`.
struct Expectation {
  SourceSpan place;
  std::string sentence;  ///< as written, in one line
  std::variant<OrderExpectation, SpanExpectation, CountExpectation, NeverExpectation, AlwaysExpectation,
               EventuallyExpectation, WhileExpectation, CoversExpectation, StateExpectation>
      what;
};

/// The rule that tells how `expectation` is judged.
[[nodiscard]] RuleId rule_of(const Expectation& expectation);

}  // namespace podlapse
