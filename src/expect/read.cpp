#include "podlapse/expect/read.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "names.hpp"
#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

constexpr std::string_view kColumns[] = {"status", "ready", "restarts", "phase", "reason"};
constexpr const char* kKeysHelp =
    "a sentence (app.started before proxy.SIGTERM), or one of at TIME:, finally:, always:, never:, eventually:, while STATE:";

/// A scalar as it was typed; nullopt for null, lists and mappings.
std::optional<std::string> text_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::String:
      return value.as_string();
    case Value::Kind::Int:
      return std::to_string(value.as_int());
    case Value::Kind::Number:
      return value.number_text();
    case Value::Kind::Bool:
      return value.as_bool() ? "true" : "false";
    case Value::Kind::Null:
    case Value::Kind::Array:
    case Value::Kind::Object:
      return std::nullopt;
  }
  return std::nullopt;
}

/// "a list", "an integer", "nothing"
std::string kind_of(const Value& value) {
  if (value.is_null()) return "nothing";
  return (value.is_int() ? "an " : "a ") + std::string{to_string(value.kind())};
}

/// The part of a scalar that bytes `begin` to `end` of its text are, where the scalar stands on one line as it is.
SourceSpan part_of(const SourceSpan& whole, std::string_view text, std::size_t begin, std::size_t end) {
  const auto characters = [text](std::size_t until) {
    return static_cast<std::uint32_t>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(until), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
  };
  const std::uint32_t length = characters(text.size()), before = characters(begin);
  const bool plain = whole.length == length, quoted = whole.length == length + 2;
  if (!whole.known() || (!plain && !quoted)) return whole;
  SourceSpan part = whole;
  part.column += before + (quoted ? 1 : 0);
  part.length = std::max<std::uint32_t>(characters(end) - before, 1);
  return part;
}

/// The same with a blank for each line break, so that messages have one line; places in it stay.
std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

class ListReader {
 public:
  ListReader(const Scenario& scenario, std::vector<Diagnostic>& problems) : scenario_(scenario), problems_(problems) {}

  void read(const Value& list) {
    if (!list.is_array()) {
      return problem(list.span(), std::string{"expect is a list, not "} + kind_of(list), "write one expectation a line, each behind `- `");
    }
    for (const Value& item : list.items()) read_item(item);
  }
  [[nodiscard]] std::vector<Expectation> take() { return std::move(expectations_); }

 private:
  void problem(const SourceSpan& place, std::string text, std::string help = {}, RuleId code = RuleId::ExpectSyntax) {
    problems_.push_back({Severity::Error, std::string{rule(code).id}, place, std::move(text), std::move(help), {}});
  }
  /// `place_of` tells where a term of the expectation stands.
  template <class PlaceOf>
  void add(Expectation expectation, const PlaceOf& place_of) {
    if (const auto wrong = resolve_names(expectation, scenario_)) {
      return problem(place_of(*wrong), wrong->problem.text, wrong->problem.help, wrong->problem.code);
    }
    expectations_.push_back(std::move(expectation));
  }

  void read_item(const Value& item) {
    if (item.is_string()) return read_sentence(item, {});
    if (!item.is_object() || item.members().empty()) {
      return problem(item.span(), std::string{"expected an expectation, found "} + kind_of(item), kKeysHelp);
    }
    if (item.members().size() > 1) {
      const Value::Member& second = item.members()[1];
      return problem(second.key_span, "an expectation has one key, and this is the second one", "begin a new one with `- `");
    }
    const Value::Member& member = item.members().front();
    const std::string_view key = member.key;
    if (key == "always" || key == "never" || key == "eventually") {
      return read_each(member.value, [&](const Value& one) { read_sentence(one, member.key + " "); });
    }
    if (key == "finally") return read_state(member, std::nullopt);
    if (key.substr(0, 3) == "at ") return read_at(member);
    if (key.substr(0, 6) == "while ") return read_while(member);
    problem(member.key_span, "unknown expectation " + in_backticks(key), help_for_key(key));
  }

  static std::string help_for_key(std::string_view key) {
    if (key == "false") return "YAML reads `no` as false: write `never`";
    const std::string nearest = nearest_name(std::string{key}, {"always", "never", "eventually", "finally"});
    return nearest.empty() ? kKeysHelp : "did you mean " + in_backticks(nearest) + "?";
  }

  /// A list holds several of a kind.
  template <class Read>
  void read_each(const Value& value, const Read& read_one) {
    if (!value.is_array()) return read_one(value);
    for (const Value& one : value.items()) read_one(one);
  }

  void read_sentence(const Value& value, const std::string& before) {
    const auto text = text_of(value);
    if (!text) return problem(value.span(), "expected a sentence, found " + kind_of(value));
    Expectation expectation;
    SentenceProblem wrong;
    expectation.place = value.span();
    expectation.sentence = before + in_one_line(*text);
    const auto within = [&](std::size_t at) { return at > before.size() ? at - before.size() : 0; };
    if (parse_sentence(expectation.sentence, expectation, wrong)) {
      return add(std::move(expectation), [&](const UnresolvedTerm& one) {
        return part_of(value.span(), *text, within(one.term.place.begin), within(one.term.place.end));
      });
    }
    problem(part_of(value.span(), *text, within(wrong.begin), within(wrong.end)), wrong.text, wrong.help);
  }

  bool read_condition(const Value& value, Condition& out) {
    const auto text = text_of(value);
    SentenceProblem wrong;
    if (!text) {
      problem(value.span(), "expected a state such as `app.running`, found " + kind_of(value));
      return false;
    }
    if (parse_condition(*text, out, wrong)) return true;
    problem(part_of(value.span(), *text, wrong.begin, wrong.end), wrong.text, wrong.help);
    return false;
  }

  void read_while(const Value::Member& member) {
    Condition given;
    SentenceProblem wrong;
    if (!parse_condition(std::string_view{member.key}.substr(6), given, wrong)) {
      return problem(part_of(member.key_span, member.key, wrong.begin + 6, wrong.end + 6), wrong.text, wrong.help);
    }
    read_each(member.value, [&](const Value& one) {
      WhileExpectation what;
      what.given = given;
      if (!read_condition(one, what.then)) return;
      Expectation expectation{member.key_span, member.key + ": " + in_one_line(*text_of(one)), std::move(what)};
      add(std::move(expectation), [&](const UnresolvedTerm& wrong_one) {
        const Term::Place& at = wrong_one.term.place;
        return wrong_one.is_given ? part_of(member.key_span, member.key, at.begin + 6, at.end + 6)
                                  : part_of(one.span(), *text_of(one), at.begin, at.end);
      });
    });
  }

  void read_at(const Value::Member& member) {
    SimDuration at{};
    std::string wrong;
    const std::string_view text = std::string_view{member.key}.substr(3);
    if (!parse_span(text, at, wrong)) return problem(part_of(member.key_span, member.key, 3, member.key.size()), wrong);
    read_state(member, at);
  }

  void read_state(const Value::Member& member, std::optional<SimDuration> at) {
    if (member.value.is_object()) return read_columns(member, at);
    read_each(member.value, [&](const Value& one) {
      StateExpectation state;
      state.at = at;
      if (!read_condition(one, state.condition.emplace())) return;
      add({member.key_span, member.key + ": " + in_one_line(*text_of(one)), std::move(state)}, [&](const UnresolvedTerm& wrong) {
        return part_of(one.span(), *text_of(one), wrong.term.place.begin, wrong.term.place.end);
      });
    });
  }

  /// `{status: Running, ready: 2/2, app: running}`: columns of kubectl, and states of containers.
  void read_columns(const Value::Member& member, std::optional<SimDuration> at) {
    StateExpectation state;
    state.at = at;
    std::string sentence;
    std::vector<Atom> atoms;
    for (const Value::Member& one : member.value.members()) {
      const auto text = text_of(one.value);
      if (!text) {
        problem(one.value.span(), "expected a word or a number, found " + kind_of(one.value));
        return;
      }
      sentence += (sentence.empty() ? "" : ", ") + one.key + ": " + in_one_line(*text);
      if (one.key == "pod") {
        state.pod = *text;
      } else if (std::find(std::begin(kColumns), std::end(kColumns), one.key) != std::end(kColumns)) {
        state.columns.push_back({one.key, *text});
      } else if (!find_containers(scenario_, parse_container_ref(one.key)).empty()) {
        Condition condition;
        SentenceProblem wrong;
        if (!parse_condition(one.key + "." + *text, condition, wrong)) return problem(one.value.span(), wrong.text, wrong.help);
        for (std::vector<Atom>& all_of : condition.any_of) std::move(all_of.begin(), all_of.end(), std::back_inserter(atoms));
      } else {
        return problem(one.key_span, in_backticks(one.key) + " is neither a column nor a container", help_for_column(one.key));
      }
    }
    if (state.columns.empty() && atoms.empty()) return problem(member.key_span, "nothing is expected here", kKeysHelp);
    if (!atoms.empty()) state.condition.emplace().any_of.push_back(std::move(atoms));
    add({member.key_span, member.key + ": {" + sentence + "}", std::move(state)}, [&](const UnresolvedTerm& wrong) {
      const std::string key = wrong.term.container.empty() ? "pod" : wrong.term.container;
      for (const Value::Member& one : member.value.members()) {
        if (one.key == key || parse_container_ref(one.key).container == key) return one.value.span();
      }
      return member.key_span;
    });
  }

  [[nodiscard]] std::string help_for_column(const std::string& key) const {
    std::vector<std::string> known = container_names(scenario_);
    known.insert(known.end(), std::begin(kColumns), std::end(kColumns));
    const std::string nearest = nearest_name(key, known);
    if (!nearest.empty()) return "did you mean " + in_backticks(nearest) + "?";
    return "columns: status, ready, restarts, phase, reason, and pod to say which Pod";
  }

  const Scenario& scenario_;
  std::vector<Diagnostic>& problems_;
  std::vector<Expectation> expectations_;
};

}  // namespace

std::vector<Expectation> read_expectations(const Value& list, const Scenario& scenario, std::vector<Diagnostic>& problems) {
  ListReader reader{scenario, problems};
  reader.read(list);
  return reader.take();
}

}  // namespace podlapse
