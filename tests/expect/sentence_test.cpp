// What is a sentence, and what is said of one that is none.
#include "support.hpp"

using namespace podlapse;

namespace {

/// What is wrong with `sentence`: "`word` [begin-end]: text (help)".
std::string problem_of(const std::string& sentence) {
  Expectation expectation;
  SentenceProblem problem;
  if (parse_sentence(sentence, expectation, problem)) return "none";
  return "[" + std::to_string(problem.begin) + "-" + std::to_string(problem.end) + "] " + problem.text +
         (problem.help.empty() ? "" : " (" + problem.help + ")");
}

std::string rule_id_of(const std::string& sentence) {
  Expectation expectation;
  SentenceProblem problem;
  REQUIRE_MESSAGE(parse_sentence(sentence, expectation, problem), sentence << ": " << problem.text);
  return std::string{rule(rule_of(expectation)).id};
}

}  // namespace

TEST_SUITE("expect/sentence") {
  TEST_CASE("the words of a sentence decide its kind") {
    CHECK(rule_id_of("proxy.started before app.started") == "expect/order");
    CHECK(rule_id_of("app.exited after proxy.started") == "expect/order");
    CHECK(rule_id_of("app.exited before 10s") == "expect/span");
    CHECK(rule_id_of("app.exited after 10s") == "expect/span");
    CHECK(rule_id_of("pod.ready within 30s of pod.created") == "expect/span");
    CHECK(rule_id_of("from app.exited to pod.gone>=2s") == "expect/span");
    CHECK(rule_id_of("app.ready at 12s\u00b11s") == "expect/span");
    CHECK(rule_id_of("event BackOff app happens at least 3 times") == "expect/count");
    CHECK(rule_id_of("no SIGKILL") == "expect/never");
    CHECK(rule_id_of("never app.restarts>2") == "expect/never");
    CHECK(rule_id_of("always pod.phase=Running") == "expect/always");
    CHECK(rule_id_of("app.waiting(CrashLoopBackOff)") == "expect/eventually");
    CHECK(rule_id_of("db/postgres.running while web/app.running") == "expect/while");
    CHECK(rule_id_of("proxy covers app except 2s") == "expect/covers");
    CHECK(rule_id_of("logger.restarts == 1") == "expect/state");
  }

  TEST_CASE("a term is written back as it was") {
    for (const char* text : {"app.started", "app[2].started", "db/app[1].exited(137)", "last app.exited", "every app.exited",
                             "pod.phase=Running", "db/pod.ready", "pod[1].succeeded", "pod[1]/app.started", "event BackOff",
                             "event Killing db/app",
                             "app.preStop.ended", "job.condition(FailureTarget)", "app.waiting(CrashLoopBackOff)", "any.exited(137)"}) {
      Condition condition;
      SentenceProblem problem;
      INFO(text);
      REQUIRE(parse_condition(text, condition, problem));
      CHECK(to_string(condition) == text);
    }
    Condition condition;
    SentenceProblem problem;
    REQUIRE(parse_condition("app.ready and not db/app.running or pod.restarts<3", condition, problem));
    CHECK(to_string(condition) == "app.ready and not db/app.running or pod.restarts < 3");
  }

  TEST_CASE("what is wrong is told with its place and a way out") {
    CHECK(problem_of("") == "[0-0] expected a sentence at the end (for example: app.started before proxy.SIGTERM)");
    CHECK(problem_of("app.startd before x.started") ==
          "[0-10] `startd` is nothing that is known of a container (did you mean `started`?)");
    CHECK(problem_of("pod.redy within 3s") == "[0-8] `redy` is nothing that is known of a Pod (did you mean `ready`?)");
    CHECK(problem_of("app within 3s") ==
          "[0-3] `app` is not something that happens or holds (write CONTAINER.WHAT, pod.WHAT, job.WHAT or event REASON, for example "
          "app.started)");
    CHECK(problem_of("app.started befor proxy.started") ==
          "[12-17] expected `before`, `after`, `within`, `at`, `happens` or `while`, found `befor` (did you mean `before`?)");
    CHECK(problem_of("app.started within soon") == "[19-23] `soon` is no duration (2s, 250ms, 1m30s, 1h)");
    CHECK(problem_of("app.started at 12s") ==
          "[18-18] expected `\u00b1` and a tolerance at the end (for example: app.ready at 12s \u00b1 1s)");
    CHECK(problem_of("app.restarts") == "[0-12] `app.restarts` is a number (compare it: app.restarts == 1)");
    CHECK(problem_of("app.started == 2") == "[0-11] `app.started` is no number (count how often: app.started happens 2 times)");
    CHECK(problem_of("app.ready[2]").rfind("[0-12] `ready[2]` is nothing that is known of a container (known: started,", 0) == 0);
    CHECK(problem_of("app[x].started") == "[0-14] `app[x]` has no number in its brackets");
    CHECK(problem_of("app[1].ready") == "[0-12] only `started` and `exited` go with an attempt in brackets");
    CHECK(problem_of("app.exited(300)") == "[0-15] `300` is no whole number from 0 to 255");
    CHECK(problem_of("app.exited(1") == "[0-12] `app.exited(1` lacks its closing bracket");
    CHECK(problem_of("app.started(1)") == "[0-14] `started` has nothing in brackets");
    CHECK(problem_of("pod.phase") == "[0-9] `phase` needs a value (its phase is this: phase=Running)");
    CHECK(problem_of("from app.started") == "[16-16] expected `to` at the end");
    CHECK(problem_of("from app.started to app.exited") ==
          "[30-30] expected a bound: `< 10s`, `>= 2s`, `== 10s \u00b1 1s`, `between 5s and 10s` at the end");
    CHECK(problem_of("app.started before app.exited please") == "[30-36] nothing may follow here, found `please`");
    CHECK(problem_of("proxy covers app.started") == "[13-24] `app.started` is no container (write its name alone: proxy covers app)");
    CHECK(problem_of("event") == "[5-5] expected the reason of an event at the end (for example: event BackOff)");
  }
}
