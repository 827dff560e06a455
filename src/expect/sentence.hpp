// The words of a sentence, and the terms and conditions among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/expect/expectation.hpp"
#include "podlapse/expect/read.hpp"

namespace podlapse {

/// One word, with its place in bytes.
struct Word {
  std::string text;
  std::size_t begin = 0, end = 0;
};

/// `text` cut at blanks, and around `==`, `<=`, `±` and their like. `+-` and `+/-` mean `±`.
[[nodiscard]] std::vector<Word> words_of(std::string_view text);

/// Reads a sentence word by word. The first problem stays; after it everything fails.
class SentenceReader {
 public:
  explicit SentenceReader(std::string_view text) : text_(text), words_(words_of(text)) {}

  [[nodiscard]] bool failed() const { return !problem_.text.empty(); }
  [[nodiscard]] const SentenceProblem& problem() const { return problem_; }
  [[nodiscard]] bool at_end() const { return next_ == words_.size(); }

  /// The next word, or an empty one at the end.
  [[nodiscard]] std::string_view peek(std::size_t ahead = 0) const;
  /// Takes the next word if it is `word`.
  bool take(std::string_view word);
  /// The same, and a problem where it is not.
  bool expect(std::string_view word);

  [[nodiscard]] bool next_is_duration() const;
  SimDuration read_duration();
  std::int64_t read_number();
  /// One of == != < <= > >=.
  std::optional<Comparison> take_comparison();

  /// `[first|last|every] app.started`, `event BackOff app`. `any_container` allows a property of containers alone: SIGKILL.
  Term read_term(bool any_container = false);
  Condition read_condition(bool any_container = false);
  /// A container by its name alone; what is meant is that it runs.
  Term read_container();

  /// A problem at the next word, or behind the last one.
  void fail(const std::string& text, std::string help = {});
  void fail_unless_at_end();

 private:
  void fail_at(const Word& word, std::string text, std::string help = {});
  Atom read_atom(bool any_container);
  void read_event(Term& term);
  void read_dotted(const Word& word, bool any_container, Term& term);
  bool read_argument(const Word& word, std::string_view argument, const PropertyRow& row, Term& term);
  bool read_subject(const Word& word, std::string_view subject, Term& term, bool& is_pod, bool& is_job);

  std::string_view text_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
  SentenceProblem problem_;
};

}  // namespace podlapse
