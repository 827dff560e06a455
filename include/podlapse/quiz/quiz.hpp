// A question with several answers, each of them a timeline: one is what happens, the others are what would happen if some
// belief held.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/quiz/belief.hpp"
#include "podlapse/report/timeline.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// One possible answer.
struct Answer {
  const Belief* belief = nullptr;  ///< under which it would be so; nullptr: it is so
  Trace trace;
};

struct Quiz {
  std::vector<Answer> answers;  ///< one without belief
  std::size_t right = 0;        ///< its index
};

/// The instant, and the words, in which what happens differs first from a wrong answer.
struct Parting {
  SimTime at{};
  std::string subject, text, rule;
};

/// The truth among at most `most` of the wrong answers: those that look different, from the truth and from each other, when they are
/// drawn; earlier ones are taken first. Where the truth stands follows from its case's name. All traces should cover the
/// same time. A quiz with one answer: nothing looked different.
[[nodiscard]] Quiz make_quiz(Trace truth, std::vector<Answer> wrong, std::size_t most);

/// "a" for 0, "b" for 1.
[[nodiscard]] std::string letter_of(std::size_t answer);
/// The answer that a letter names; nullopt for anything else.
[[nodiscard]] std::optional<std::size_t> answer_called(const std::string& letter, const Quiz& quiz);

/// The answers as lanes, one below the other on one scale. Roles of containers are those of the truth in all of them.
[[nodiscard]] std::string render_answers(const Quiz& quiz, const TimelineOptions& options);

/// Where the truth differs from `wrong`: of its lines that have no counterpart there at about that time, the first about what a
/// process does; else about what is seen of it; else any.
[[nodiscard]] std::optional<Parting> find_parting(const Trace& truth, const Trace& wrong);

/// What a teacher adds.
struct LessonText {
  std::string lesson;                ///< the answer with its reason
  std::vector<std::string> threads;  ///< where it was asked
};

/// Whether `chosen` is right (nothing chosen: which one is), the lesson, and under what the others would be.
[[nodiscard]] std::string render_solution(const Quiz& quiz, std::optional<std::size_t> chosen, const LessonText& lesson,
                                          const TimelineOptions& options);

}  // namespace podlapse
