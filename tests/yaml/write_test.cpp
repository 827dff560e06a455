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
                             "a,b", "2026-01-01x", "2026-01", "0.0.0.0:4190", "80:99", "2026-13-01", "2026-01-01T25:00:00Z", "x: y"}) {
      CHECK_EQ(written(text), std::string{text} == "x: y" ? "'x: y'" : text);
    }
  }

  TEST_CASE("a string that would be something else is in double quotes") {
    for (const char* text :
         {"", "true", "yes", "null", "~", "1", "0x1F", "1e3", "1:30", "-1_0:59:00.5", "2026-1-1",
          "2026-01-01 1:2:3.5", "2026-01-01T00:00:00+01:00", "2026-01-01", "2026-11-21T18:17:54Z"}) {
      CHECK_EQ(written(text), "\"" + std::string{text} + "\"");
    }
    CHECK_EQ(written("a\tb"), "\"a\\tb\"");
    CHECK_EQ(written("bell\x07\x1b\x7f\u2028\U0001F600"), "\"bell\\a\\e\\x7F\\L\\U0001F600\"");
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

  TEST_CASE("a text that goes beyond column 80 is broken at its next blank, in every style but a block") {
    const std::string words = "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh";
    const std::string broken = words + "\n  iiiiiiiii jjjjjjjjj";
    const std::string text = words + " iiiiiiiii jjjjjjjjj";
    CHECK_EQ(written(text), broken);
    CHECK_EQ(written(text + ": k"), "'" + broken + ": k'");
    CHECK_EQ(written(text + "\t"), "\"" + broken + "\\t\"");
    CHECK_EQ(written(text + "\n"), "|\n  " + text);
    CHECK_EQ(written(words + "  two"), words + "  two");
    CHECK_EQ(written(words + "  two\t"), "\"" + words + "\n  \\ two\\t\"");
  }

  TEST_CASE("a key that is long has a line of its own, and keys are in go-yaml's order") {
    Value object = Value::object();
    for (const char* key : {"b", "a10", "a2", "aB", "a_", "a.b", "1", "01", "Z"}) object.set(key, Value{1});
    object.set(std::string(129, 'c'), Value{"v"});
    const std::string out = write_yaml(yaml::in_key_order(object));
    CHECK_EQ(out, "\"1\": 1\n\"01\": 1\nZ: 1\na.b: 1\na_: 1\na2: 1\na10: 1\naB: 1\nb: 1\n? " + std::string(129, 'c') + "\n: v\n");
    CHECK(read_back(out) == object);
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
    CHECK_EQ(write_yaml(object), "\"true\": 1\n'a: b': 2\n? |-\n  two\n  lines\n: 3\n");
    CHECK(read_back(write_yaml(object)) == object);
  }
}

}  // namespace podlapse::test
