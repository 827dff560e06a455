#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "podlapse/report/text.hpp"
#include "podlapse/suite/formats.hpp"
#include "suite/samples.hpp"

using namespace podlapse;
using namespace podlapse::test;

namespace {

SuiteView view_of(int width) {
  SuiteView view;
  view.width = width;
  return view;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_SUITE("suite/human") {
  TEST_CASE("a passed test takes one line, and says more only where it is asked to") {
    CHECK(render_test(passed(), view_of(80)) ==
          "✓ the proxy starts first  scenarios/proxy/native.yaml  4 expectations, 1ms\n");
    SuiteView verbose = view_of(80);
    verbose.verbose = true;
    CHECK(contains(render_test(passed(), verbose), "\n  ✓ proxy covers app\n"));
    CHECK(render_test(skipped(), view_of(80)) == "- queue  scenarios/queue/job.yaml  no expectations\n");
  }

  TEST_CASE("a failure tells the sentence with its place, what happened, since which rule, and under which seed") {
    const std::string text = render_test(failed(), view_of(200));
    CHECK(first_line(text) == "✗ the proxy starts first  1 of 4 expectations failed, 20 runs, 12ms");
    CHECK(contains(text, "\n  scenarios/proxy/given.yaml:14:3: error[expect/order]: proxy.started came at 3.2s, 1.1s after "
                         "app.started at 2.1s (under seed 7, in 3 of 20 runs)\n"));
    CHECK(contains(text, "\n    14 | - proxy.started before app.started\n       |   ^^^^^^^^"));
    CHECK(contains(text, "\n  >    3.200s  proxy  starts  [pod/containers-in-order]\n"));
    CHECK(contains(text, "\n  more: podlapse run scenarios/proxy/given.yaml --seed 7\n"));
    TestResult always = failed();
    always.failures[0].failed_runs = 20;
    CHECK(contains(render_test(always, view_of(200)), " (under seed 7, in all 20 runs)\n"));
  }

  TEST_CASE("the part of the timeline is not shown a second time under the next failure") {
    TestResult twice = failed();
    twice.failures.push_back(twice.failures[0]);
    const std::string shown = "  proxy  starts  [pod/containers-in-order]\n";
    const std::string text = render_test(twice, view_of(200));
    CHECK(text.find(shown) != std::string::npos);
    CHECK(text.find(shown) == text.rfind(shown));
    twice.failures[1].excerpt.erase(twice.failures[1].excerpt.begin());
    const std::string other = render_test(twice, view_of(200));
    CHECK(other.find(shown) != other.rfind(shown));
  }

  TEST_CASE("what was seen is listed where the excerpt does not show it, and the sentence where its line does not") {
    CHECK_FALSE(contains(render_test(failed(), view_of(80)), "seen:"));
    CHECK_FALSE(contains(render_test(failed(), view_of(80)), "expected:"));
    const std::string text = render_test(failed_state(), view_of(80));
    CHECK(contains(text, "\n  seen: 1.526s  app.exited(1)  [script/exits]\n       1.526s  app  exits 1\n"
                         "  >   18.700s  app  waits, CrashLoopBackOff  [backoff/double]\n"));
    CHECK(contains(text, "\n  expected: at 20s: {status: Running, ready: 2/2, restarts: 0}\n"));
    TestResult test = failed();
    test.failures[0].source_line.clear();
    CHECK(contains(render_test(test, view_of(80)), "\n  expected: proxy.started before app.started\n"));
    CHECK_FALSE(contains(render_test(test, view_of(80)), "14 |"));
  }

  TEST_CASE("of many sightings the first are listed") {
    TestResult test = failed_state();
    for (int i = 0; i < 20; ++i) test.failures[0].verdict.sightings.push_back({at_ms(20000 + i), "app.started", "r", 1});
    CHECK(contains(render_test(test, view_of(80)), "        and 13 more\n"));
    SuiteView verbose = view_of(80);
    verbose.verbose = true;
    CHECK_FALSE(contains(render_test(test, verbose), "13 more"));
  }

  TEST_CASE("a broken test shows its diagnostics") {
    const std::string text = render_test(broken(), view_of(80));
    CHECK(first_line(text) == "! web  broken");
    CHECK(contains(text, "\n  <stdin>:9:3: error[expect/unknown-name]: there is no container `porxy` in Pod web\n"
                         "    9 | - porxy.started\n"));
    CHECK(contains(text, "\n  <stdin>: error[test/timeout]: it took longer than 10s\n  help: --timeout gives it more\n"));
  }

  TEST_CASE("another trace shows the difference, the first lines of a long one") {
    TestResult test = other_trace();
    CHECK(contains(render_test(test, view_of(200)),
                   "\n  golden/cache.txt: error[golden/differs]: the trace differs from the stored one, from 12.345s on\n"
                   "    --- golden/cache.txt\n"));
    test.golden->diff.resize(100, "+ more");
    CHECK(contains(render_test(test, view_of(80)), "    and 60 lines more\n"));
    test.golden->missing = true;
    CHECK(contains(render_test(test, view_of(200)), ": error[golden/missing]: there is no stored trace golden/cache.txt\n"));
  }

  TEST_CASE("lines that podlapse makes fit into the width") {
    for (const int width : {80, 100, 200}) {
      for (TestResult test : {passed(), failed(), failed_state(), skipped(), other_trace()}) {
        test.name = "a scenario with a very long name that says all that there is to say of it, at length";
        std::string text = render_test(test, view_of(width)) + render_summary(samples(), view_of(width));
        while (!text.empty()) {
          const std::string line = first_line(text);
          text.erase(0, line.size() + 1);
          const bool is_given = contains(line, "[pod/") || contains(line, "[image/");
          CAPTURE(line);
          CHECK((is_given || text_width(line) <= static_cast<std::size_t>(width)));
        }
      }
    }
  }

  TEST_CASE("nothing of an input reaches the terminal as a command to it") {
    SuiteView view = view_of(80);
    const std::string text = render_test(hostile(), view);
    CHECK(std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7f; }));
    CHECK_FALSE(contains(text, "\xc2\x9b"));
    view.color = true;
    CHECK_FALSE(contains(render_test(hostile(), view), "\x1b[31m "));
  }

  TEST_CASE("the summary counts, and names what failed where that is out of sight") {
    CHECK(render_summary(samples(), view_of(120)) ==
          "1 passed, 4 failed, 1 broken, 1 skipped in 123ms  (18 expectations, 25 runs, 4m15s simulated)\n");
    CHECK(render_summary(SuiteResult{}, view_of(80)) == "0 passed, 0 failed  (no expectations, no runs)\n");
    SuiteResult slow;
    slow.took = std::chrono::milliseconds{12345};
    CHECK(contains(render_summary(slow, view_of(80)), "0 failed in 12.35s  ("));
    SuiteResult many;
    many.tests.assign(30, passed());
    many.tests.insert(many.tests.begin() + 3, failed());
    CHECK(render_summary(many, view_of(120)) ==
          "✗ the proxy starts first  scenarios/proxy/given.yaml  1 of 4 expectations failed, 20 runs, 12ms\n"
          "30 passed, 1 failed  (124 expectations, 50 runs, 21m58s simulated)\n");
    many.tests.assign(30, failed());
    CHECK(contains(render_summary(many, view_of(80)), "\n  and 10 more\n0 passed, 30 failed"));
  }
}
