// The YAML reader: scalars, places, aliases, limits, and what it says of broken text.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/rule_coverage.hpp"
#include "yaml/text.hpp"

using namespace podlapse;

namespace {

struct Read {
  std::vector<Value> documents;
  std::vector<Diagnostic> problems;
};

Read read(const std::string& text, const yaml::ReadLimits& limits = {}) {
  Read result;
  result.documents = yaml::read_documents(text, 0, limits, result.problems);
  for (const Diagnostic& problem : result.problems) test::reach(find_rule(problem.code));
  return result;
}

/// The only document of a text without problems.
Value read_one(const std::string& text) {
  Read result = read(text);
  for (const Diagnostic& problem : result.problems) FAIL_CHECK(problem.text);
  REQUIRE_EQ(result.documents.size(), 1);
  return result.documents.front();
}

/// "line:column rule: text" of each problem.
std::vector<std::string> complaints(const Read& result) {
  std::vector<std::string> lines;
  for (const Diagnostic& problem : result.problems) {
    lines.push_back(std::to_string(problem.span.line) + ":" + std::to_string(problem.span.column) + " " + problem.code +
                    ": " + problem.text);
  }
  return lines;
}

using Texts = std::vector<std::string>;

std::string place(const SourceSpan& span) {
  return std::to_string(span.line) + ":" + std::to_string(span.column) + "+" + std::to_string(span.length);
}

}  // namespace

TEST_SUITE("yaml/text") {
  TEST_CASE("scalars are what YAML 1.1 and go-yaml make of them") {
    const Value value = read_one(
        "[y, Yes, on, true, n, No, OFF, ~, null, 0777, 0o17, 0x1F, 0b11, 1_000, -5, 1e1, 5.0, 0.5, .5, 08, 1e400, "
        "2024-01-01, "
        "1:30, \"yes\", '5', !!str 5, !!int \"7\", !!float 2, 18446744073709551615, +3, 1e-7, text]");
    const Value expected{Value::Array{Value{true},
                                      Value{true},
                                      Value{true},
                                      Value{true},
                                      Value{false},
                                      Value{false},
                                      Value{false},
                                      Value{},
                                      Value{},
                                      Value{511},
                                      Value{15},
                                      Value{31},
                                      Value{3},
                                      Value{1000},
                                      Value{-5},
                                      Value{10},
                                      Value{5},
                                      Value::number("0.5"),
                                      Value::number("0.5"),
                                      Value{8},
                                      Value{"1e400"},
                                      Value{"2024-01-01"},
                                      Value{"1:30"},
                                      Value{"yes"},
                                      Value{"5"},
                                      Value{"5"},
                                      Value{7},
                                      Value{2},
                                      Value::number("18446744073709551615"),
                                      Value{3},
                                      Value::number("1e-7"),
                                      Value{"text"}}};
    for (std::size_t i = 0; i < expected.items().size(); ++i) {
      CAPTURE(i);
      CHECK(value.items().at(i) == expected.items().at(i));
    }
  }

  TEST_CASE("numbers in JSON stay as they are written") {
    const Value value = read_one("{\"a\": 5.0, \"b\": 1e1, \"c\": 5, \"d\": -1.5}");
    CHECK(*value.find("a") == Value::number("5.0"));
    CHECK(*value.find("b") == Value::number("1e1"));
    CHECK(*value.find("c") == Value{5});
    CHECK(*value.find("d") == Value::number("-1.5"));
  }

  TEST_CASE("JSON objects may follow each other, as kubectl get -w prints them; anything else may not") {
    const std::string stream = "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n{\"a\": 3}{\"a\": 4}\n";
    std::vector<Diagnostic> problems;
    const std::vector<Value> documents = yaml::read_documents(stream, 0, {}, problems);
    CHECK(problems.empty());
    REQUIRE_EQ(documents.size(), 4);
    CHECK_EQ(documents[3].find("a")->as_int(), 4);
    CHECK_EQ(documents[1].find("a")->span().line, 5);
    CHECK_FALSE(complaints(read("{\"a\": 1}\n\"b\"\n")).empty());
    CHECK_FALSE(complaints(read("a: 1\n{\"a\": 1}\n")).empty());
  }

  TEST_CASE("keys are strings: what is not becomes its JSON text") {
    const Value value = read_one("1: a\ny: b\n2.50: c\n'on': d\n");
    CHECK(*value.find("1") == Value{"a"});
    CHECK(*value.find("true") == Value{"b"});
    CHECK(*value.find("2.5") == Value{"c"});
    CHECK(*value.find("on") == Value{"d"});
  }

  TEST_CASE("every key and value has its place, counted in characters") {
    const Value value =
        read_one("# größe\nspec:\n  'é': \"ü x\"  # y\n  list: [a, &x b]\n  text: |\n    z\n  nothing:\n");
    const Value& spec = *value.find("spec");
    CHECK_EQ(place(value.find_member("spec")->key_span), "2:1+4");
    CHECK_EQ(place(spec.find_member("é")->key_span), "3:3+3");
    CHECK_EQ(place(spec.find("é")->span()), "3:8+5");
    CHECK_EQ(place(spec.find("list")->span()), "4:9+1");
    CHECK_EQ(place(spec.find("list")->items().at(1).span()), "4:16+1");
    CHECK_EQ(place(spec.find("text")->span()), "5:9+1");
    CHECK_EQ(place(spec.find("nothing")->span()), "7:3+7");
  }

  TEST_CASE("several documents, CRLF, a byte order mark and comments are read; empty documents are left out") {
    const Read result =
        read("\xEF\xBB\xBF# first\r\n---\r\na: 1\r\n---\r\n# empty\r\n---\r\nb: 2\r\n...\r\n---\r\nc: 3\r\n");
    CHECK_EQ(result.problems.size(), 0);
    REQUIRE_EQ(result.documents.size(), 3);
    CHECK(*result.documents[1].find("b") == Value{2});
    CHECK_EQ(place(result.documents[1].find("b")->span()), "7:4+1");
    CHECK_EQ(read("").documents.size(), 0);
  }

  TEST_CASE("KYAML is read: flow style with comments and trailing commas") {
    const Value value = read_one("---\n{\n  # why\n  kind: \"Pod\",\n  list: [\n    \"a\",\n  ],\n}\n");
    CHECK(*value.find("kind") == Value{"Pod"});
    CHECK_EQ(value.find("list")->items().size(), 1);
  }

  TEST_CASE("JSON's surrogate pairs and tabs are read, and columns after them are right") {
    const Value value = read_one("{\n\t\"a\": \"\\ud83d\\ude00 \\\\ud83d \\u00e9\", \"b\": 1\n}");
    CHECK(*value.find("a") == Value{"😀 \\ud83d é"});
    CHECK_EQ(place(value.find("b")->span()), "2:43+1");
  }

  TEST_CASE("aliases are copies that keep the places of what they copy") {
    const Value value = read_one("a: &x {k: [1]}\nb: *x\n");
    CHECK(*value.find("a") == *value.find("b"));
    CHECK_EQ(place(value.find("b")->span()), "2:4+2");
    CHECK_EQ(place(value.find("b")->find("k")->items().front().span()), "1:12+1");
  }

  TEST_CASE("merge keys set what they name in order, and what comes later wins, as go-yaml v2 has it") {
    const Value value = read_one(
        "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nboth: {<<: [*one, *two], d: 3}\nlater: {a: 9, <<: *one, b: "
        "9}\n"
        "inline: {<<: {a: 5}}\nquoted: {\"<<\": 5}\n");
    CHECK(*value.find("both")->find("b") == Value{1});
    CHECK(*value.find("both")->find("c") == Value{2});
    CHECK(*value.find("both")->find("d") == Value{3});
    CHECK(*value.find("later")->find("a") == Value{1});
    CHECK(*value.find("later")->find("b") == Value{9});
    CHECK(*value.find("inline")->find("a") == Value{5});
    CHECK(*value.find("quoted")->find("<<") == Value{5});
  }

  TEST_CASE("yaml/merge-key: a merge takes a mapping or a list of mappings") {
    CHECK_EQ(complaints(read("a: &a [x]\nb:\n  <<: *a\n")),
             Texts{"1:8 yaml/merge-key: `<<` merges a mapping or a list of mappings, not a string"});
    CHECK_EQ(complaints(read("b: {<<: 5}\n")),
             Texts{"1:9 yaml/merge-key: `<<` merges a mapping or a list of mappings, not an integer"});
  }

  TEST_CASE("yaml/duplicate-key: both places are named, and the last one wins") {
    const Read result = read("a: 1\nb: 2\na: 3\n");
    CHECK_EQ(complaints(result), Texts{"3:1 yaml/duplicate-key: key `a` is given twice"});
    REQUIRE_EQ(result.problems.size(), 1);
    REQUIRE_EQ(result.problems[0].related.size(), 1);
    CHECK_EQ(place(result.problems[0].related[0].span), "1:1+1");
    std::string many;
    for (int i = 0; i < 40; ++i) many += "k" + std::to_string(i) + ": 1\n";
    CHECK_EQ(complaints(read(many + "k7: 1\n")), Texts{"41:1 yaml/duplicate-key: key `k7` is given twice"});
  }

  TEST_CASE("yaml/scalar: what JSON cannot express is an error") {
    CHECK_EQ(complaints(read("a: .nan\n")), Texts{"1:4 yaml/scalar: `.nan` is no number that JSON can express"});
    CHECK_EQ(complaints(read("~: 1\n")), Texts{"1:1 yaml/scalar: a key cannot be null"});
    CHECK_EQ(complaints(read("a: !!int x\n")), Texts{"1:10 yaml/scalar: cannot decode `x` as a !!int"});
  }

  TEST_CASE("yaml/alias: an alias names an anchor before it that does not contain it") {
    CHECK_EQ(complaints(read("a: *x\n")), Texts{"1:4 yaml/alias: this alias names no anchor that stands before it"});
    CHECK_EQ(complaints(read("a: &x [*x]\n")),
             Texts{"1:8 yaml/alias: the anchor's value contains this alias of itself"});
  }

  TEST_CASE("yaml/encoding: input is UTF-8 text without control characters") {
    CHECK_EQ(complaints(read("a: \xC3(\n")), Texts{"1:4 yaml/encoding: this byte is no UTF-8"});
    CHECK_EQ(complaints(read(std::string{"a: b\nc: \x01\n"})),
             Texts{"2:4 yaml/encoding: control character 1 in the text"});
    CHECK_EQ(complaints(read("\xFF\xFE"
                             "a")),
             Texts{"0:0 yaml/encoding: the file is UTF-16"});
    CHECK_EQ(complaints(read("a: \xED\xA0\x80\n")), Texts{"1:4 yaml/encoding: this byte is no UTF-8"});
  }

  TEST_CASE("yaml/limit-bytes: a file that is too large is not read") {
    yaml::ReadLimits limits;
    limits.bytes = 10;
    CHECK_EQ(complaints(read("a: 1234567\n", limits)),
             Texts{"0:0 yaml/limit-bytes: the file has 11 bytes; at most 10 are read"});
    CHECK_EQ(read("a: 123456\n", limits).documents.size(), 1);
  }

  TEST_CASE("yaml/limit-depth: deep nesting is refused, by aliases too") {
    const std::string deep = std::string(101, '[') + std::string(101, ']');
    CHECK_EQ(complaints(read(deep)), Texts{"1:101 yaml/limit-depth: more than 100 levels of nesting"});
    CHECK_EQ(read(std::string(100, '[') + std::string(100, ']')).problems.size(), 0);
    const std::string half = std::string(60, '[') + std::string(60, ']');
    CHECK_EQ(complaints(read("a: &x " + half + "\nb: " + std::string(60, '[') + "*x" + std::string(60, ']') + "\n")),
             Texts{"2:64 yaml/limit-depth: more than 100 levels of nesting, aliases expanded"});
  }

  TEST_CASE("yaml/limit-nodes: aliases that multiply are stopped early") {
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c <= 'i'; ++c) {
      const std::string alias = std::string{"*"} + static_cast<char>(c - 1);
      bomb += std::string{c} + ": &" + c + " [" + alias;
      for (int i = 0; i < 9; ++i) bomb += ", " + alias;
      bomb += "]\n";
    }
    const Read result = read(bomb);
    REQUIRE_EQ(result.problems.size(), 1);
    CHECK_EQ(result.problems[0].code, "yaml/limit-nodes");
    yaml::ReadLimits limits;
    limits.nodes = 3;
    CHECK_EQ(read("[1, 2]", limits).problems.size(), 0);
    CHECK_EQ(read("[1, 2, 3]", limits).problems.size(), 1);
  }

  TEST_CASE("a file that is broken all over is told 20 times, not for ever") {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "---\na: }\n";
    CHECK_EQ(read(text).problems.size(), 20);
    std::string keys = "{";
    for (int i = 0; i < 50'000; ++i) keys += "a: 1, ";
    CHECK_EQ(read(keys + "}").problems.size(), 1000);
  }

  TEST_CASE("hostile text of every kind ends, quickly and mostly with an error") {
    for (const char c : {'[', '{', '"', '*', '!', '|'}) {
      CAPTURE(c);
      CHECK(has_errors(read(std::string(200'000, c)).problems));
    }
    for (const char c : {'&', '%', '#', '-', ' ', '\n', ':', 'a'})
      CHECK_LE(read(std::string(200'000, c)).documents.size(), 1);
    for (const char* unit : {"- ", "? ", "{a: ", "[a, ", "- [", "a: &a [*a, "}) {
      std::string text;
      for (int i = 0; i < 50'000; ++i) text += unit;
      CAPTURE(unit);
      CHECK(has_errors(read(text).problems));
    }
  }
}
