#include "podlapse/base/diagnostic.hpp"

#include <doctest/doctest.h>

using namespace podlapse;

namespace {

SourceSpan at(std::uint32_t line, std::uint32_t column, std::uint32_t length = 1) { return {0, line, column, length}; }

Diagnostic problem(SourceSpan span, std::string text = "it is wrong") {
  Diagnostic diagnostic;
  diagnostic.code = "manifest/wrong";
  diagnostic.span = span;
  diagnostic.text = std::move(text);
  return diagnostic;
}

std::string rendered(SourceSpan span, std::string text) {
  return render_diagnostic(problem(span), {{"pod.yaml", std::move(text)}}, false);
}

}  // namespace

TEST_SUITE("base/diagnostic") {
  TEST_CASE("a problem shows its place, its line with carets, and the help") {
    Diagnostic diagnostic = problem(at(2, 20, 6), "`OnFail` is not a restart policy");
    diagnostic.code = "scenario/unknown-value";
    diagnostic.help = "did you mean `OnFailure`?";
    CHECK(render_diagnostic(diagnostic, {{"crash.yaml", "spec:\n    restartPolicy: OnFail\n"}}, false) ==
          "crash.yaml:2:20: error[scenario/unknown-value]: `OnFail` is not a restart policy\n"
          "  2 |     restartPolicy: OnFail\n"
          "    |                    ^^^^^^\n"
          "help: did you mean `OnFailure`?\n");
  }

  TEST_CASE("carets count characters, not bytes") {
    CHECK(rendered(at(1, 7, 2), "n\xc3\xa4me: \xe2\x82\xac\xf0\x9f\x98\x80 x") ==
          "pod.yaml:1:7: error[manifest/wrong]: it is wrong\n"
          "  1 | n\xc3\xa4me: \xe2\x82\xac\xf0\x9f\x98\x80 x\n"
          "    |       ^^\n");
  }

  TEST_CASE("a tab before the caret is kept, so that the caret stands below its character") {
    CHECK(rendered(at(1, 4), "\ta:\tb") ==
          "pod.yaml:1:4: error[manifest/wrong]: it is wrong\n"
          "  1 | \ta:\tb\n"
          "    | \t  ^\n");
  }

  TEST_CASE("the line ending is no part of the line, and carets stay on it") {
    CHECK(rendered(at(1, 4, 99), "a: b\r\nc: d\r\n") ==
          "pod.yaml:1:4: error[manifest/wrong]: it is wrong\n"
          "  1 | a: b\n"
          "    |    ^\n");
  }

  TEST_CASE("a place beyond the end of its line or file points at the end") {
    CHECK(rendered(at(1, 50), "a: b") ==
          "pod.yaml:1:50: error[manifest/wrong]: it is wrong\n"
          "  1 | a: b\n"
          "    |     ^\n");
    CHECK(rendered(at(9, 1), "a: b") ==
          "pod.yaml:9:1: error[manifest/wrong]: it is wrong\n"
          "  9 | \n"
          "    | ^\n");
  }

  TEST_CASE("of a long line only the part around the caret is shown") {
    const std::string line = std::string(200, 'a') + "!" + std::string(300, 'b');
    CHECK(rendered(at(1, 201), line) == "pod.yaml:1:201: error[manifest/wrong]: it is wrong\n  1 | ..." +
                                            std::string(60, 'a') + "!" + std::string(39, 'b') + "...\n    | " +
                                            std::string(63, ' ') + "^\n");
    CHECK(rendered(at(1, 501), line) == "pod.yaml:1:501: error[manifest/wrong]: it is wrong\n  1 | ..." +
                                            std::string(100, 'b') + "\n    | " + std::string(102, ' ') + "^\n");
    CHECK(rendered(at(1, 1, 500), line) == "pod.yaml:1:1: error[manifest/wrong]: it is wrong\n  1 | " +
                                               std::string(100, 'a') + "...\n    | " + std::string(100, '^') + "\n");
  }

  TEST_CASE("control characters and broken UTF-8 never reach the terminal") {
    CHECK(rendered(at(1, 6), "a\x1b[3\xff\xc2\x9b") ==
          "pod.yaml:1:6: error[manifest/wrong]: it is wrong\n"
          "  1 | a\xef\xbf\xbd[3\xef\xbf\xbd\xef\xbf\xbd\n"
          "    |      ^\n");
    CHECK(rendered(at(1, 4), "\x80-\xe2(-\xe2\x82") ==
          "pod.yaml:1:4: error[manifest/wrong]: it is wrong\n"
          "  1 | \xef\xbf\xbd-\xef\xbf\xbd(-\xef\xbf\xbd\xef\xbf\xbd\n"
          "    |    ^\n");
  }

  TEST_CASE("related places follow as notes") {
    Diagnostic diagnostic = problem(at(12, 1, 4), "duplicate key `name`");
    diagnostic.related.push_back({at(1, 1, 4), "first defined here"});
    CHECK(render_diagnostic(diagnostic, {{"pod.yaml", "name: a\n\n\n\n\n\n\n\n\n\n\nname: b\n"}}, false) ==
          "pod.yaml:12:1: error[manifest/wrong]: duplicate key `name`\n"
          "  12 | name: b\n"
          "     | ^^^^\n"
          "pod.yaml:1:1: note: first defined here\n"
          "  1 | name: a\n"
          "    | ^^^^\n");
  }

  TEST_CASE("without a known line only the file is named, and standard input by its usual name") {
    CHECK(rendered(SourceSpan{}, "a: b") == "pod.yaml: error[manifest/wrong]: it is wrong\n");
    CHECK(render_diagnostic(problem(SourceSpan{}), {{"-", ""}}, false) ==
          "<stdin>: error[manifest/wrong]: it is wrong\n");
    CHECK(render_diagnostic(problem(at(1, 1)), {}, false) == "error[manifest/wrong]: it is wrong\n");
  }

  TEST_CASE("warnings and notes say so") {
    Diagnostic diagnostic = problem(SourceSpan{});
    diagnostic.severity = Severity::Warning;
    CHECK(render_diagnostic(diagnostic, {}, false) == "warning[manifest/wrong]: it is wrong\n");
    diagnostic.severity = Severity::Note;
    diagnostic.code.clear();
    CHECK(render_diagnostic(diagnostic, {}, false) == "note: it is wrong\n");
  }

  TEST_CASE("colour adds escape sequences and changes nothing else") {
    Diagnostic diagnostic = problem(at(1, 1));
    diagnostic.help = "mend it";
    const SourceFiles files{{"pod.yaml", "a: b"}};
    const std::string colored = render_diagnostic(diagnostic, files, true);
    std::string plain;
    for (std::size_t i = 0; i < colored.size(); ++i) {
      if (colored[i] == '\x1b') {
        i = colored.find('m', i);
      } else {
        plain += colored[i];
      }
    }
    CHECK(colored.find("\x1b[1;31merror") != std::string::npos);
    CHECK(plain == render_diagnostic(diagnostic, files, false));
  }

  TEST_CASE("only errors are errors") {
    Diagnostic warning = problem(SourceSpan{});
    warning.severity = Severity::Warning;
    CHECK_FALSE(has_errors({}));
    CHECK_FALSE(has_errors({warning}));
    CHECK(has_errors({warning, problem(SourceSpan{})}));
  }

  TEST_CASE("the nearest name is the one with the fewest changed letters") {
    const std::vector<std::string> fields{"containers", "initContainers", "restartPolicy", "volumes", "env"};
    CHECK(nearest_name("contianers", fields) == "containers");
    CHECK(nearest_name("restartpolicy", fields) == "restartPolicy");
    CHECK(nearest_name("RESTARTPOLICI", fields) == "restartPolicy");
    CHECK(nearest_name("volume", fields) == "volumes");
    CHECK(nearest_name("enc", fields) == "env");
    CHECK(nearest_name("evn", fields) == "env");
    CHECK(nearest_name("initContainer", fields) == "initContainers");
  }

  TEST_CASE("a name that shares too little with every candidate has no neighbour") {
    const std::vector<std::string> fields{"containers", "env", "tty"};
    CHECK(nearest_name("affinity", fields).empty());
    CHECK(nearest_name("abc", fields).empty());
    CHECK(nearest_name("x", {"y", "z"}).empty());
    CHECK(nearest_name("", fields).empty());
    CHECK(nearest_name(std::string(100'000, 'c'), fields).empty());
  }

  TEST_CASE("a name that differs only in case is nearer than any other, and the first of equals wins") {
    CHECK(nearest_name("hostip", {"hostIPs", "hostIP"}) == "hostIP");
    CHECK(nearest_name("pot", {"pod", "port"}) == "pod");
  }
}
