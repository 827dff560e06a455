// YAML text: the style of kubectl's, and everything that is written reads back as it was.
#include "yaml/write.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "yaml/text.hpp"

namespace podlapse::test {
namespace {

using yaml::write_yaml;

Value read_back(const std::string& text) {
  std::vector<Diagnostic> problems;
  const std::vector<Value> documents = yaml::read_documents(text, 0, {}, problems);
  for (const Diagnostic& problem : problems) FAIL_CHECK(problem.text);
  REQUIRE(documents.size() == 1);
  return documents[0];
}

/// The text of one string as the value of `k`, without the key.
std::string written(const std::string& text) {
  Value object = Value::object();
  object.set("k", Value{text});
  const std::string out = write_yaml(object);
  INFO("written as ", out);
  CHECK(read_back(out) == object);
  return out.substr(3, out.size() - 4);
}

}  // namespace

TEST_SUITE("yaml/write") {
  TEST_CASE("a string is plain where it reads back as itself") {
    for (const char* text : {"app", "a b", "http://x:8080/y", "a#b", "-a", "--flag=1", "?a", ":a", "1.2.3", "10m",
                             "a,b", "2026-01-01x", "2026-01", "x: y"}) {
      CHECK_EQ(written(text), std::string{text} == "x: y" ? "'x: y'" : text);
    }
  }

  TEST_CASE("a string that would be something else is in double quotes") {
    for (const char* text :
         {"", "true", "yes", "null", "~", "1", "0x1F", "1e3", "1:30", "2026-01-01", "2026-11-21T18:17:54Z"}) {
      CHECK_EQ(written(text), "\"" + std::string{text} + "\"");
    }
    CHECK_EQ(written("a\tb"), "\"a\\tb\"");
    CHECK_EQ(written("bell\x07"), "\"bell\\x07\"");
    CHECK_EQ(written("a \nb"), "\"a \\nb\"");
  }

  TEST_CASE("a string with something that means more to YAML is in single quotes") {
    for (const char* text :
         {"- a", "a: b", "a #b", "{a}", "[a]", "*a", "&a", "!a", "@a", "%a", "a:", " a", "a ", "---", "# a"}) {
      CHECK_EQ(written(text), "'" + std::string{text} + "'");
    }
    CHECK_EQ(written("'a': b"), "'''a'': b'");
  }

  TEST_CASE("several lines are a literal block, whose head says how it begins and ends") {
    CHECK_EQ(written("a\nb"), "|-\n  a\n  b");
    CHECK_EQ(written("a\nb\n"), "|\n  a\n  b");
    CHECK_EQ(written("a\n\n"), "|+\n  a\n");
    CHECK_EQ(written("\na"), "|2-\n\n  a");
    CHECK_EQ(written(" a\n  b\n"), "|2\n   a\n    b");
    CHECK_EQ(written("a\n\n\nb"), "|-\n  a\n\n\n  b");
  }

  TEST_CASE("lists stand at the column of their key, empty ones and empty mappings on its line") {
    const std::string text =
        "args:\n- sh\n- -c\n- |-\n  echo 1\n  echo 2\ncontainers:\n- env:\n  - name: A\n    value: \"1\"\n  - name: B\n"
        "  name: app\n- name: b\nempty: []\nlastState: {}\nlists:\n- - 1\n  - 2\n- []\n- {}\nnothing: null\nready: "
        "true\n";
    CHECK_EQ(write_yaml(read_back(text)), text);
  }

  TEST_CASE("a list or a scalar can be the document, and a key is quoted like any string") {
    Value list = Value::array();
    list.push_back(Value{"a"});
    list.push_back(Value::object());
    CHECK_EQ(write_yaml(list), "- a\n- {}\n");
    CHECK_EQ(write_yaml(Value{7}), "7\n");
    Value object = Value::object();
    object.set("true", Value{1});
    object.set("a: b", Value{2});
    object.set("two\nlines", Value{3});
    CHECK_EQ(write_yaml(object), "\"true\": 1\n'a: b': 2\n\"two\\nlines\": 3\n");
    CHECK(read_back(write_yaml(object)) == object);
  }
}

}  // namespace podlapse::test
