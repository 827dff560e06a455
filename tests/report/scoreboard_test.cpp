#include "podlapse/report/scoreboard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "podlapse/report/pod_object.hpp"
#include "podlapse/report/text.hpp"

using namespace podlapse;

namespace {

TimeRange range(int least_ms, int most_ms) {
  return {std::chrono::milliseconds{least_ms}, std::chrono::milliseconds{most_ms}};
}

ConformanceCase disagreeing() {
  ConformanceCase one{"crash", "B", 3, {}};
  one.agreement.disagreements = {
      {RuleId::ConformTime, 0, "app[0].started", {{}, range(4170, 4170)}, {{}, range(1000, 1500)}},
      {RuleId::ConformStatus, 1, "phase", {"Pending 0.6s > Running 7.6s > Succeeded 12.0s > Running 3.0s", {}}, {"nothing", {}}},
      {RuleId::ConformEvents, kJobItself, "event \"Completed\"", {"0", {}}, {"1 & <2>", {}}}};
  return one;
}

std::vector<ConformanceCase> cases() {
  return {{"one", "A", 2, {}}, disagreeing(), {"two", "B", 1, {}}, {"no-group", "", 1, {}}};
}

}  // namespace

TEST_SUITE("report/scoreboard") {
  TEST_CASE("a case that disagrees shows both sides beside each other, wrapped into the width") {
    CHECK(render_case({"one", "A", 2, {}}, {}) == "one  A  agrees with 2 recorded runs\n");
    ConformanceView view;
    view.width = 70;
    CHECK(render_case(disagreeing(), view) ==
          "crash  B  disagrees with 3 recorded runs\n"
          "  check   of                      simulated             recorded\n"
          "  time    app[0].started          4.17s                 1.00s to 1.50s\n"
          "  status  Pod 2: phase            Pending 0.6s >        nothing\n"
          "                                  Running 7.6s >\n"
          "                                  Succeeded 12.0s >\n"
          "                                  Running 3.0s\n"
          "  events  Job: event \"Completed\"  0                     1 & <2>\n");
  }

  TEST_CASE("of one check six disagreements are shown, or all") {
    ConformanceCase many{"many", "", 1, {}};
    for (int i = 0; i < 8; ++i) many.agreement.disagreements.push_back({RuleId::ConformFinal, 0, "x", {"a", {}}, {"b", {}}});
    ConformanceView view;
    CHECK(render_case(many, view).find("  final  2 more\n") != std::string::npos);
    view.all = true;
    const std::string all = render_case(many, view);
    CHECK(all.find("more") == std::string::npos);
    CHECK(std::count(all.begin(), all.end(), '\n') == 10);
  }

  TEST_CASE("the scoreboard counts by group and by check, and rounds down") {
    CHECK(render_scoreboard(cases(), {}) ==
          "group  cases  agree\n"
          "-          1      1  100.0 %\n"
          "A          1      1  100.0 %\n"
          "B          2      1   50.0 %\n"
          "all        4      3   75.0 %\n"
          "disagreements by check: time in 1, status in 1, events in 1\n");
    std::vector<ConformanceCase> most(2000);
    most.push_back(disagreeing());
    CHECK(render_scoreboard(most, {}).find("all     2001   2000   99.9 %\n") != std::string::npos);
  }

  TEST_CASE("as JSON a side is a text, or a range of seconds") {
    const Value document = conformance_document(cases());
    CHECK(document.at_path("total.agree")->as_int() == 3);
    CHECK(document.at_path("groups[2].cases")->as_int() == 2);
    CHECK(document.at_path("checks.time")->as_int() == 1);
    CHECK(document.at_path("checks.order")->as_int() == 0);
    CHECK(document.at_path("cases[0].agrees")->as_bool());
    CHECK(document.at_path("cases[1].disagreements[0].check")->as_string() == "time");
    CHECK(document.at_path("cases[1].disagreements[0].recorded.to")->number_text() == "1.500");
    CHECK(document.at_path("cases[1].disagreements[1].pod")->as_int() == 1);
    CHECK(document.at_path("cases[1].disagreements[2].job")->as_bool());
    CHECK(document.at_path("cases[1].disagreements[2].recorded")->as_string() == "1 & <2>");
  }

  TEST_CASE("as JUnit's XML each case is a test of its group's suite, with its marks quoted") {
    const std::string xml = conformance_junit(cases());
    CHECK(xml.find("<testsuites name=\"podlapse conform\" tests=\"4\" failures=\"1\" errors=\"0\">\n") != std::string::npos);
    CHECK(xml.find("  <testsuite name=\"conform\" tests=\"1\" failures=\"0\" errors=\"0\">\n"
                   "    <testcase classname=\"conform\" name=\"no-group\"/>\n  </testsuite>\n") != std::string::npos);
    CHECK(xml.find("    <testcase classname=\"B\" name=\"crash\">\n"
                   "      <failure message=\"time, status, events\">crash  B  disagrees") != std::string::npos);
    CHECK(xml.find("event &quot;Completed&quot;") != std::string::npos);
    CHECK(xml.find("1 &amp; &lt;2&gt;\n</failure>") != std::string::npos);
  }
}
