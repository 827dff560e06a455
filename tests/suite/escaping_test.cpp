#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "podlapse/base/utf8.hpp"
#include "podlapse/suite/formats.hpp"
#include "suite/samples.hpp"

using namespace podlapse;
using namespace podlapse::test;

namespace {

SuiteResult of(TestResult test) {
  SuiteResult suite;
  suite.tests.push_back(std::move(test));
  return suite;
}

/// A failed test with that name, and that as what happened.
SuiteResult named(const std::string& name) {
  TestResult test = failed();
  test.name = name;
  test.failures[0].verdict.text = name;
  return of(std::move(test));
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

boost::json::value results_of(const SuiteResult& suite) {
  return boost::json::parse(write_sarif(suite, {})).at("runs").at(0).at("results");
}

}  // namespace

TEST_SUITE("suite/escaping") {
  TEST_CASE("JUnit's XML quotes marks, keeps line ends in attributes, and replaces what it cannot hold") {
    const std::string xml = write_junit(named("a & b < c > \"d\" 'e'\r\n\t\x1b\xff é😀"));
    CHECK(contains(xml, " name=\"a &amp; b &lt; c &gt; &quot;d&quot; &apos;e&apos;&#13;&#10;&#9;\xef\xbf\xbd\xef\xbf\xbd é😀\""));
    CHECK_FALSE(contains(xml, "\x1b"));
    CHECK_FALSE(contains(xml, "\xff"));
  }

  TEST_CASE("JUnit has a suite for each file, counts failures and errors, and leaves out times that are not to be told") {
    SuiteResult suite;
    suite.tests = {failed_state(), broken(), failed_state(), skipped()};
    const std::string xml = write_junit(suite);
    CHECK(contains(xml, "<testsuites name=\"podlapse test\" tests=\"4\" failures=\"2\" errors=\"1\">\n"
                        "  <testsuite name=\"crash.yaml\" tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\">\n"));
    CHECK(contains(xml, "<testcase classname=\"stdin\" name=\"web\">\n      <error type=\"expect/unknown-name\" message="));
    CHECK(contains(xml, "      <skipped>states no expectations</skipped>\n"));
    CHECK_FALSE(contains(xml, "time="));
    TestResult quick = passed();
    quick.took = std::chrono::microseconds{250};
    CHECK(contains(write_junit(of(quick)), "time=\"0.000\"/>"));
  }

  TEST_CASE("JUnit's class name is the path without its ending, its folders as packages") {
    const std::vector<std::pair<std::string, std::string>> paths = {
        {"./scenarios/proxy/native.pod.yaml", "scenarios.proxy.native-pod"}, {"/srv/a.b/c", "srv.a-b.c"}, {"-", "stdin"},
        {"../x.yaml", "x"}, {"", "podlapse"}};
    for (const auto& [path, name] : paths) {
      TestResult test = passed();
      test.place.file = path;
      CAPTURE(test.place.file);
      CHECK(contains(write_junit(of(test)), "classname=\"" + name + "\""));
    }
  }

  TEST_CASE("TAP keeps a description in its line and out of its directives") {
    const std::string tap = write_tap(named("a\nnot ok 5 # SKIP \\# todo\r"));
    CHECK(contains(tap, "\nnot ok 1 - scenarios/proxy/given.yaml: a not ok 5 \\# SKIP \\\\\\# todo \n  ---\n"));
    CHECK(contains(tap, "\n      instead: \"a\\nnot ok 5 # SKIP \\\\# todo\\r\"\n"));
  }

  TEST_CASE("TAP tells of nothing but what it planned") {
    CHECK(write_tap({}) == "TAP version 14\n1..0 # no tests\n");
    CHECK(write_tap(of(passed())) == "TAP version 14\n1..1\nok 1 - scenarios/proxy/native.yaml: the proxy starts first\n");
    CHECK(contains(write_tap(of(skipped())), "ok 1 - scenarios/queue/job.yaml: queue # SKIP states no expectations\n"));
  }

  TEST_CASE("a workflow command is one line, and its properties end where they should") {
    const std::string text = write_github(named("50%: a,b::c\r\nd"));
    CHECK(lines_of(text) == 1);
    CHECK(contains(text, ",title=50%25%3A a%2Cb%3A%3Ac%0D%0Ad%3A expect/order::proxy.started before app.started: "
                         "50%25: a,b::c%0D%0Ad (under seed 7"));
    CHECK(contains(text, "::error file=scenarios/proxy/given.yaml,line=14,endLine=14,col=3,endColumn=35,title="));
  }

  TEST_CASE("a workflow command is there for each failure, and for nothing else") {
    CHECK(write_github({}) == "");
    CHECK(write_github(of(passed())) == "");
    CHECK(write_github(of(skipped())) == "");
    CHECK(lines_of(write_github(of(failed_state()))) == 2);
    CHECK(lines_of(write_github(of(hostile()))) == 4);
    CHECK(write_github(of(broken())).rfind("::error title=web%3A expect/unknown-name::there is no container", 0) == 0);
  }

  TEST_CASE("SARIF names files by URIs, and standard input by none") {
    const auto uri = [](const std::string& file) {
      TestResult test = failed();
      test.failures[0].place.file = file;
      const boost::json::value location = results_of(of(test)).at(0).at("locations").at(0);
      return std::string{location.at("physicalLocation").at("artifactLocation").at("uri").as_string()};
    };
    CHECK(uri("./a b/100%,c:d#e?.yaml") == "a%20b/100%25%2Cc%3Ad%23e%3F.yaml");
    CHECK(uri("/srv/é.yaml") == "file:///srv/%C3%A9.yaml");
    CHECK(uri("../x_y-z~1.yaml") == "../x_y-z~1.yaml");
    TestResult whole = failed();
    whole.failures[0].place.line = 0;
    whole.failures[0].place.column = 0;
    const boost::json::value physical = results_of(of(whole)).at(0).at("locations").at(0).at("physicalLocation");
    CHECK(physical.at("region").at("startLine") == 1);
    CHECK(physical.at("region").as_object().count("startColumn") == 0);
    const boost::json::value location = results_of(of(broken())).at(0).at("locations").at(0);
    CHECK(location.as_object().count("physicalLocation") == 0);
    CHECK(location.at("logicalLocations").at(0).at("fullyQualifiedName") == "web");
  }

  TEST_CASE("SARIF's results point at their rule and their place") {
    const boost::json::value run = boost::json::parse(write_sarif(samples(), {})).at("runs").at(0);
    const boost::json::array& rules = run.at("tool").at("driver").at("rules").as_array();
    CHECK(rules.at(0).at("shortDescription").at("text").as_string() == std::string{rule(RuleId::ExpectOrder).text});
    for (const boost::json::value& result : run.at("results").as_array()) {
      CHECK(rules.at(static_cast<std::size_t>(result.at("ruleIndex").as_int64())).at("id") == result.at("ruleId"));
    }
    const boost::json::value region = run.at("results").at(0).at("locations").at(0).at("physicalLocation").at("region");
    CHECK(region.at("startLine") == 14);
    CHECK(region.at("startColumn") == 3);
    CHECK(region.at("endColumn") == 35);
    CHECK(region.at("snippet").at("text") == "- proxy.started before app.started");
    CHECK(boost::json::parse(write_sarif({}, {})).at("runs").at(0).at("results").as_array().empty());
  }

  TEST_CASE("SARIF's fingerprint stays when lines move or something else happens, and differs between failures") {
    const auto print = [](const TestResult& test, std::size_t index = 0) {
      return results_of(of(test)).at(index).at("partialFingerprints").at("podlapse/v1").as_string();
    };
    CHECK(print(failed()) == "3410C068D3E1DF66:1");
    TestResult moved = failed();
    moved.failures[0].place.line = 99;
    moved.failures[0].verdict.text = "proxy.started did not happen";
    CHECK(print(moved) == print(failed()));
    moved.failures[0].sentence = "proxy.ready before app.started";
    CHECK(print(moved) != print(failed()));
    TestResult twice = failed();
    twice.failures.push_back(twice.failures[0]);
    CHECK(print(twice, 1) == "3410C068D3E1DF66:2");
  }

  TEST_CASE("JSON keeps every text, and numbers as they are") {
    const boost::json::value document = boost::json::parse(write_json(samples()));
    const TestResult test = hostile();
    const boost::json::value& read = document.at("tests").at(6);
    CHECK(read.at("name").as_string() == printable(test.name));
    CHECK(read.at("failures").at(0).at("instead").as_string() == printable(test.failures[0].verdict.text));
    CHECK(read.at("failures").at(0).at("seed").as_uint64() == 18446744073709551615U);
    CHECK(read.at("failures").at(0).at("seen").at(0).at("at").as_double() == -0.5);
    CHECK(document.at("summary").at("failed") == 4);
    CHECK(document.at("summary").at("simulatedSeconds") == 255.0);
    CHECK(boost::json::parse(write_json({})).at("tests").as_array().empty());
  }

  TEST_CASE("a JSON line is one line, and its test that of the document") {
    const boost::json::value document = boost::json::parse(write_json(samples()));
    const SuiteResult suite = samples();
    for (std::size_t i = 0; i < suite.tests.size(); ++i) {
      const std::string line = write_json_line(suite.tests[i]);
      CHECK(lines_of(line) == 1);
      CHECK(boost::json::parse(line).at("test") == document.at("tests").at(i));
    }
    CHECK(boost::json::parse(write_json_line(suite)).at("summary") == document.at("summary"));
  }
}
