// What is said of text that is no YAML: the line that is wrong, and what it should look like.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/rule_coverage.hpp"
#include "yaml/text.hpp"

using namespace podlapse;

namespace {

/// All problems of `text`, as they are printed.
std::string told(const std::string& text) {
  std::vector<Diagnostic> problems;
  const std::vector<Value> documents = yaml::read_documents(text, 0, {}, problems);
  std::string out;
  for (const Diagnostic& problem : problems) {
    test::reach(find_rule(problem.code));
    out += render_diagnostic(problem, {{"f", text}}, false);
  }
  return out;
}

/// The first line of the only problem, without its place, and its help.
std::string gist(const std::string& text) {
  const std::string all = told(text);
  std::string head = all.substr(0, all.find('\n'));
  const std::size_t help = all.rfind("help: ");
  if (help != std::string::npos) head += " | " + all.substr(help + 6, all.find('\n', help) - help - 6);
  return head;
}

}  // namespace

TEST_SUITE("yaml/syntax") {
  TEST_CASE("yaml/indentation: the blog's broken snippet is told what is wrong with both of its lines") {
    CHECK_EQ(told("initContainers:\n"
                  "  - name: logshipper\n"
                  "    image: alpine:latest\n"
                  "    restartPolicy: Always\n"
                  "  command: ['sh', '-c', 'tail -F /opt/logs.txt']\n"
                  "    volumeMounts:\n"
                  "    - name: data\n"
                  "        mountPath: /opt\n"),
             "f:5:3: error[yaml/indentation]: `command` is in line with the dash of a list, but is no list item\n"
             "  5 |   command: ['sh', '-c', 'tail -F /opt/logs.txt']\n"
             "    |   ^^^^^^^\n"
             "f:2:3: note: the list item\n"
             "  2 |   - name: logshipper\n"
             "    |   ^\n"
             "help: indent it by 4 spaces to make it a key of the item that begins on line 2\n"
             "f:8:9: error[yaml/indentation]: `mountPath` is indented by 8 spaces, more than `name` above it, which "
             "already has a value\n"
             "  8 |         mountPath: /opt\n"
             "    |         ^^^^^^^^^\n"
             "f:7:7: note: its sibling\n"
             "  7 |     - name: data\n"
             "    |       ^\n"
             "help: indent it by 6 spaces to make them siblings\n");
  }

  TEST_CASE("a dash among keys is told where its list is, and what stands below it goes along") {
    CHECK_EQ(gist("spec:\n  containers:\n  - name: a\n    image: b\n    - name: c\n      image: d\n"),
             "f:5:5: error[yaml/indentation]: a list item is in line with the keys of another | indent it by 2 spaces "
             "to make it the next "
             "item of the list, or remove the dash to make `name` a key");
  }

  TEST_CASE("a line between two levels is told both") {
    CHECK_EQ(gist("a:\n   b: 1\n  c: 2\n"),
             "f:3:3: error[yaml/indentation]: `c` is indented by 2 spaces, which lines up with nothing above it | "
             "indent it by 3 spaces to "
             "line up with `b`, or by 0 spaces to line up with `a`");
  }

  TEST_CASE("content after a list that belongs to nothing is no document of its own") {
    CHECK_EQ(gist("- a\nb: c\n"),
             "f:2:1: error[yaml/indentation]: `b` is in line with the dash of a list, but is no list item | put "
             "`- ` before it, or indent it as the key to whose mapping it belongs");
  }

  TEST_CASE("yaml/tab: a tab in the indentation") {
    CHECK_EQ(gist("a:\n\tb: 1\n"),
             "f:2:1: error[yaml/tab]: a tab in the indentation | indent with spaces: YAML does not allow tabs here");
    CHECK_EQ(gist("a:\n  b: 1\n\tc: 2\n"),
             "f:3:1: error[yaml/tab]: a tab in the indentation | indent with spaces: YAML does not allow tabs here");
  }

  TEST_CASE("yaml/syntax: what people get wrong is named, with a fix") {
    CHECK_EQ(
        gist("a: \"foo\nb: 1\n"),
        "f:1:4: error[yaml/syntax]: this quote is never closed | end the string with \", or leave both quotes out");
    CHECK_EQ(gist("a: 'b\n---\nc: 1\n"),
             "f:1:4: error[yaml/syntax]: this quote is never closed | close the string, or leave both quotes out");
    CHECK_EQ(gist("a: [x, y\nb: 1\n"),
             "f:2:2: error[yaml/syntax]: `,` or `]` expected: the list is still open | close the list with `]`");
    CHECK_EQ(gist("name: {{ .Release.Name }}\n"),
             "f:1:8: error[yaml/syntax]: this is a template: `{{ ... }}` is no value of a manifest | "
             "render it first, e.g. with `helm template`");
    CHECK_EQ(gist("a: @x\n"), "f:1:4: error[yaml/syntax]: a value cannot begin with `@` | quote the text");
    CHECK_EQ(gist("schedule: * * * * *\n"),
             "f:1:12: error[yaml/syntax]: a value cannot begin with `*`, which starts an alias | quote the text");
    CHECK_EQ(gist("a: \"x\" y\nb: 1\n"),
             "f:1:8: error[yaml/syntax]: text after the closing `\"` of the value | put all of the value into the "
             "quotes or brackets");
    CHECK_EQ(gist("a: echo b: c\n"),
             "f:1:10: error[yaml/syntax]: a second `: ` in one line: text that contains it must be quoted | write `a: "
             "\"...\"`");
    CHECK_EQ(gist("a:\n  name:foo\n  image: x\n"),
             "f:2:3: error[yaml/syntax]: a space is missing after the colon of `name` | write `name: foo`");
    CHECK_EQ(gist("a:\n  image: x\n  name:foo\n"),
             "f:3:3: error[yaml/syntax]: a space is missing after the colon of `name` | write `name: foo`");
    CHECK_EQ(
        gist("a:\n- b\n-c\n"),
        "f:3:1: error[yaml/syntax]: `-c` is no `key: value`: its colon is missing | write `- c` if it is a list item");
    CHECK_EQ(gist("a: \"\\q\"\n"),
             "f:1:7: error[yaml/syntax]: this escape does not exist in a double-quoted string | double the backslash, "
             "or use "
             "single quotes");
    CHECK_EQ(
        gist("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n"),
        "f:1:1: error[yaml/syntax]: a merge conflict is left in the file | keep one side and remove the marker lines");
    CHECK_EQ(gist("? {a: b}\n: c\n"), "f:1:3: error[yaml/syntax]: a mapping cannot be a key");
  }

  TEST_CASE("a broken document does not hide the errors of the next") {
    const std::string all = told("a: }\n---\nb: @\n---\nc: 1\nc: 2\n");
    CHECK(all.find("f:1:4: error[yaml/syntax]") != std::string::npos);
    CHECK(all.find("f:3:4: error[yaml/syntax]") != std::string::npos);
    CHECK(all.find("f:6:1: error[yaml/duplicate-key]") != std::string::npos);
  }
}
