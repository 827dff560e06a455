// The recorded cases of this folder against the simulation: those that disagree are the ones that README.md lists, with
// the checks that it names.
#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "support/golden.hpp"
#include "support/process.hpp"

using namespace podlapse;

namespace {

namespace json = boost::json;

const std::string kFolder = std::string{PODLAPSE_SOURCE_DIR} + "/tests/conformance";

using Checks = std::set<std::string>;

/// The words of "status, dwell".
Checks words_of(const std::string& text) {
  Checks words;
  for (std::size_t at = 0; (at = text.find_first_not_of(", ", at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(", ", at), text.size());
    words.insert(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// The rows "| `case` | checks | cause |" of README.md.
std::map<std::string, Checks> listed() {
  std::map<std::string, Checks> rows;
  const std::string text = test::contents_of(kFolder + "/README.md");
  const std::string mark = "\n| `";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t name = at + mark.size(), name_end = text.find("` | ", name), checks = name_end + 4;
    const std::size_t checks_end = text.find(" | ", checks), cause_end = text.find(" |\n", checks_end);
    REQUIRE(cause_end != std::string::npos);
    CHECK(cause_end > checks_end + 3);  // a cause is told
    rows[text.substr(name, name_end - name)] = words_of(text.substr(checks, checks_end - checks));
  }
  return rows;
}

std::string to_text(const Checks& checks) {
  std::string text;
  for (const std::string& check : checks) text += (text.empty() ? "" : ", ") + check;
  return text.empty() ? "agrees" : text;
}

}  // namespace

TEST_SUITE("conformance/recorded") {
  TEST_CASE("the cases that disagree, and the checks by which, are those that the README lists") {
    const auto result = test::run_podlapse({"conform", kFolder, "-o", "json"});
    INFO(result.error);
    REQUIRE(result.status <= 1);
    std::map<std::string, Checks> expected = listed();
    const json::value document = json::parse(result.output);
    CHECK(document.at("total").at("cases").as_int64() == 185);
    for (const json::value& one : document.at("cases").as_array()) {
      const std::string name{one.at("case").as_string()};
      Checks checks;
      for (const json::value& found : one.at("disagreements").as_array())
        checks.insert(std::string{found.at("check").as_string()});
      INFO(name);
      CHECK(to_text(checks) == to_text(expected[name]));
      expected.erase(name);
    }
    for (const auto& [name, checks] : expected) FAIL_CHECK(name << " is listed and is no case");
  }
}
