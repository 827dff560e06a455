#include <string>
#include <string_view>

#include "findings.hpp"
#include "podlapse/base/utf8.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {
namespace {

/// As the runner undoes it (actions/runner ActionCommand.cs): of a property also what ends it.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char byte : printable(text)) {
    switch (byte) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += byte;
    }
  }
  return out;
}

std::string property(std::string_view name, std::string_view value) {
  return std::string{name} + "=" + escaped(value, true) + ",";
}

std::string properties(const Finding& found, const TestResult& test) {
  const NamedPlace& place = found.in_file;
  std::string text;
  if (!place.file.empty() && place.file != "-") {
    text += property("file", place.file);
    if (place.line != 0) text += property("line", std::to_string(place.line)) + property("endLine", std::to_string(place.line));
    if (place.line != 0 && place.column != 0) {
      text += property("col", std::to_string(place.column)) + property("endColumn", std::to_string(place.column + place.length));
    }
  }
  const std::string between = test.name.empty() || found.rule.empty() ? "" : ": ";
  return text + "title=" + escaped(test.name + between + found.rule, true);
}

/// What happened, what that rests on, and what shows more.
std::string body(const Finding& found, const TestResult& test) {
  std::string text = found.message();
  if (found.failure != nullptr) {
    for (const ExcerptRow& row : excerpt_rows(*found.failure)) {
      text += (row.marked ? "\n> " : "\n  ") + row.text + (row.rule.empty() ? "" : "  [" + row.rule + "]");
    }
  }
  if (found.problem != nullptr && !found.problem->help.empty()) text += "\nhelp: " + found.problem->help;
  if (found.golden != nullptr) {
    for (const std::string& line : found.golden->diff) text += "\n" + line;
  }
  return test.command.empty() ? text : text + "\nmore: " + test.command;
}

}  // namespace

std::string write_github(const SuiteResult& suite) {
  std::string text;
  for (const TestResult& test : suite.tests) {
    for (const Finding& found : findings_of(test)) {
      text += "::error " + properties(found, test) + "::" + escaped(body(found, test), false) + "\n";
    }
  }
  return text;
}

}  // namespace podlapse
