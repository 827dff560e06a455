#include "suite/samples.hpp"

namespace podlapse::test {

SimTime at_ms(int milliseconds) { return kTimeZero + std::chrono::milliseconds{milliseconds}; }

namespace {

TestResult with_name(std::string name, std::string file, TestResult::Outcome outcome) {
  TestResult test;
  test.outcome = outcome;
  test.name = std::move(name);
  test.place = {std::move(file), 1, 1, 1};
  test.expectations = 4;
  test.runs = 1;
  test.simulated = std::chrono::milliseconds{42500};
  return test;
}

FailedExpectation failure(NamedPlace place, std::string sentence, RuleId because, std::string text) {
  FailedExpectation one;
  one.place = std::move(place);
  one.sentence = std::move(sentence);
  one.verdict.because = because;
  one.verdict.text = std::move(text);
  return one;
}

}  // namespace

TestResult passed() {
  TestResult test = with_name("the proxy starts first", "scenarios/proxy/native.yaml", TestResult::Outcome::Passed);
  test.group = "proxy";
  test.what = "A native sidecar is started, and its startup probe passes, before the app is";
  test.held = {"proxy.started before app.started", "pod.ready within 30s", "proxy covers app", "no SIGKILL"};
  test.took = std::chrono::microseconds{1234};
  return test;
}

TestResult failed() {
  TestResult test = with_name("the proxy starts first", "scenarios/proxy/given.yaml", TestResult::Outcome::Failed);
  test.group = "proxy";
  test.runs = 20;
  test.command = "podlapse run scenarios/proxy/given.yaml --seed 7";
  test.took = std::chrono::milliseconds{12};
  FailedExpectation one = failure({"scenarios/proxy/given.yaml", 14, 3, 32}, "proxy.started before app.started", RuleId::ExpectOrder,
                                  "proxy.started came at 3.2s, 1.1s after app.started at 2.1s");
  one.verdict.sightings = {{at_ms(2100), "app.started", "pod/containers-in-order", 12},
                           {at_ms(3200), "proxy.started", "pod/containers-in-order", 15}};
  one.source_line = "- proxy.started before app.started";
  one.excerpt = {"     1.526s  proxy  pulls the image", ">    2.100s  app    starts", "     3.100s  proxy  the image is there",
                 ">    3.200s  proxy  starts"};
  one.seed = 7;
  one.failed_runs = 3;
  test.failures.push_back(std::move(one));
  return test;
}

TestResult failed_state() {
  TestResult test = with_name("crash loop", "crash.yaml", TestResult::Outcome::Failed);
  test.expectations = 2;
  test.command = "podlapse run crash.yaml";
  FailedExpectation one =
      failure({"crash.yaml", 21, 5, 2}, "at 20s: {status: Running, ready: 2/2, restarts: 0}", RuleId::ExpectState,
              "at 20s status is CrashLoopBackOff, not Running; ready is 1/2, not 2/2; restarts is 2, not 0");
  one.verdict.sightings = {{at_ms(1526), "app.exited(1)", "script/exits", 9},
                           {at_ms(18700), "pod.status=CrashLoopBackOff", "backoff/double", 31}};
  one.source_line = "  - at 20s:";
  one.excerpt = {"     1.526s  app  exits 1", ">   18.700s  app  waits, CrashLoopBackOff"};
  test.failures.push_back(one);
  FailedExpectation second = failure({"crash.yaml", 24, 5, 17}, "app.restarts == 0", RuleId::ExpectState, "app.restarts is 5 at the end");
  second.source_line = "  - app.restarts == 0";
  test.failures.push_back(second);
  return test;
}

TestResult broken() {
  TestResult test = with_name("web", "-", TestResult::Outcome::Broken);
  test.expectations = 0;
  test.runs = 0;
  test.simulated = {};
  test.problems = {{{"-", 9, 3, 5}, "expect/unknown-name", "there is no container `porxy` in Pod web", "did you mean `proxy`?",
                    "<stdin>:9:3: error[expect/unknown-name]: there is no container `porxy` in Pod web\n"
                    "  9 | - porxy.started\n    |   ^^^^^\nhelp: did you mean `proxy`?\n"},
                   {{"-", 0, 0, 1}, "test/timeout", "it took longer than 10s", "--timeout gives it more", ""}};
  return test;
}

TestResult skipped() {
  TestResult test = with_name("queue", "scenarios/queue/job.yaml", TestResult::Outcome::Skipped);
  test.expectations = 0;
  return test;
}

TestResult other_trace() {
  TestResult test = with_name("cache", "scenarios/cache/given.yaml", TestResult::Outcome::Failed);
  test.golden = GoldenDifference{"golden/cache.txt",
                                 false,
                                 SimDuration{std::chrono::milliseconds{12345}},
                                 {"--- golden/cache.txt", "+++ cache", "@@ -12,3 +12,3 @@", "  12.100s  app    ● ready",
                                  "- 12.345s  cache  ✗ exits 1", "+ 13.000s  cache  ✗ exits 137"}};
  test.command = "podlapse run scenarios/cache/given.yaml";
  return test;
}

TestResult hostile() {
  const std::string marks = "& < > \" ' % \\ # : , ]]> ::error:: --- ... ${{ x }} \t|é😀\xc2\xa0";
  const std::string controls = std::string{"\x1b[31m \r\n \x07 \x7f \xc2\x9b \xff \xed\xa0\x80 \xef\xbf\xbe "} + '\0' + " end";
  TestResult test = with_name(marks + " # SKIP " + controls, "a b/100%,c:d#e?\"é\x01.yaml", TestResult::Outcome::Failed);
  test.group = controls;
  test.what = marks;
  test.command = "podlapse run 'a b/100%,c:d' # " + controls;
  FailedExpectation one = failure({test.place.file, 3, 2, 4}, marks, RuleId::ExpectNever, controls + marks);
  one.verdict.sightings = {{at_ms(-500), controls, marks, 0}};
  one.source_line = "\t- " + marks + controls;
  one.excerpt = {"  ...", "---", "not ok 1 - no test", "  1..5", marks, controls, ""};
  one.seed = 18446744073709551615U;
  test.failures = {one, one};
  test.problems = {{{"", 0, 0, 1}, "", controls, marks, ""}};
  test.golden = GoldenDifference{marks, true, {}, {controls}};
  return test;
}

SuiteResult samples() {
  SuiteResult suite;
  suite.tests = {passed(), failed(), failed_state(), broken(), skipped(), other_trace(), hostile()};
  suite.took = std::chrono::milliseconds{123};
  return suite;
}

}  // namespace podlapse::test
