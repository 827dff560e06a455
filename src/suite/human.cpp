#include <algorithm>
#include <string>
#include <vector>

#include "findings.hpp"
#include "podlapse/base/utf8.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {
namespace {

using Outcome = TestResult::Outcome;

constexpr std::size_t kNarrowest = 60;
constexpr std::size_t kFileNarrowest = 20;  ///< a file's name is not cut further
constexpr std::size_t kDiffShown = 40;
constexpr std::size_t kSeenShown = 8;
constexpr std::size_t kFailedShown = 20;    ///< in the summary
constexpr std::size_t kTestsInSight = 10;   ///< of so many a failure is still on the screen when the summary comes
constexpr std::string_view kIndent = "  ";
constexpr std::chrono::nanoseconds kFelt = std::chrono::milliseconds{1};  ///< less is not told

std::size_t columns_of(const SuiteView& view) {
  return std::max(static_cast<std::size_t>(std::max(view.width, 0)), kNarrowest);
}

struct Sign {
  const char* glyph;
  Style style;
};

Sign sign_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Passed: return {"✓", Style::Good};
    case Outcome::Failed: return {"✗", Style::Bad};
    case Outcome::Broken: return {"!", Style::Bad};
    case Outcome::Skipped: return {"-", Style::Faint};
  }
  return {" ", Style::Plain};
}

/// Printable, and without line breaks.
std::string one_line(std::string_view text) {
  std::string line = printable(text);
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return line;
}

std::string number(std::size_t count) { return std::to_string(count); }

std::string counted(std::size_t count, std::string_view noun) { return podlapse::counted(static_cast<std::int64_t>(count), noun); }

/// What stands behind the name: what was judged, and how long it took where that is to be told and can be felt.
std::string tail_of(const TestResult& test) {
  std::string tail;
  switch (test.outcome) {
    case Outcome::Passed: tail = counted(test.expectations, "expectation"); break;
    case Outcome::Failed:
      if (!test.failures.empty()) tail = number(test.failures.size()) + " of " + counted(test.expectations, "expectation") + " failed";
      if (test.golden) tail += tail.empty() ? "another trace" : ", another trace";
      break;
    case Outcome::Broken: return "broken";
    case Outcome::Skipped: return "no expectations";
  }
  if (test.runs > 1) tail += ", " + counted(test.runs, "run");
  if (test.took >= kFelt) tail += ", " + format_span(test.took);
  return tail;
}

/// Name, file and tail in one line; what has no room is cut off the file's front, then off the name's end.
std::string head_line(const TestResult& test, bool with_file, const SuiteView& view) {
  const Sign sign = sign_of(test.outcome);
  const std::string tail = tail_of(test), whole_file = one_line(file_text(test.place));
  std::string name = test.name.empty() ? whole_file : one_line(test.name);
  std::string file = with_file && name != whole_file ? whole_file : "";
  const std::size_t columns = columns_of(view), taken = 2 + kIndent.size() + text_width(tail);
  const std::size_t room = columns - std::min(columns, taken);
  if (!file.empty()) {
    const std::size_t beside = text_width(name) + kIndent.size();
    file = shortened_front(file, std::max(kFileNarrowest, room - std::min(room, beside)));
  }
  const std::size_t rest = file.empty() ? 0 : text_width(file) + kIndent.size();
  name = shortened(name, std::max(kFileNarrowest, room - std::min(room, rest)));
  Line line;
  const bool bad = test.outcome == Outcome::Failed || test.outcome == Outcome::Broken;
  line.add(sign.glyph, sign.style).add(" ").add(name, bad ? Style::Strong : Style::Plain);
  if (!file.empty()) line.add(kIndent).add(file, Style::Faint);
  return line.add(kIndent).add(tail, bad ? Style::Bad : Style::Faint).finish(view.color);
}

/// Each line of `text` with blanks before it.
std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.append(kIndent).append(text.substr(0, end));
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// `text` in rows, the first of them shorter.
std::vector<std::string> wrapped_after(const std::string& text, std::size_t first_width, std::size_t width) {
  std::vector<std::string> rows = wrapped(text, first_width);
  if (rows.size() == 1) return rows;
  std::string rest;
  for (std::size_t i = 1; i < rows.size(); ++i) rest += (i == 1 ? "" : " ") + rows[i];
  rows.resize(1);
  for (std::string& row : wrapped(rest, width)) rows.push_back(std::move(row));
  return rows;
}

/// As every diagnostic looks: place, rule and what happened, then the source line. Of the file only that line is at hand.
std::string diagnostic_text(const Finding& found, const SuiteView& view) {
  Diagnostic diagnostic;
  diagnostic.code = found.rule;
  diagnostic.span = {kNoFile, 0, 0, 1};
  SourceFiles files;
  std::string place;
  if (!found.place.file.empty()) {
    files.push_back({one_line(found.place.file), {}});
    diagnostic.span = {0, found.place.line, found.place.column, found.place.length};
    place = place_text(found.place) + ": ";
    if (found.place.line > 0) files[0].text = std::string(found.place.line - 1, '\n') + found.source_line;
  }
  const std::size_t room = columns_of(view) - kIndent.size();
  const std::size_t before = text_width(place) + text_width("error[]: ") + found.rule.size();
  const std::string told = found.text + (found.condition.empty() ? "" : " (" + found.condition + ")");
  const std::vector<std::string> rows =
      wrapped_after(one_line(told), std::max(kFileNarrowest, room - std::min(room, before)), room - kIndent.size());
  diagnostic.text = rows.front();
  std::string text = render_diagnostic(diagnostic, files, view.color);
  if (found.source_line.empty()) text.resize(text.find('\n') + 1);
  std::string more;
  for (std::size_t i = 1; i < rows.size(); ++i) more += Line{}.add(kIndent).add(rows[i]).finish(false);
  text.insert(text.find('\n') + 1, more);
  return indented(text);
}

/// What the verdict rests on, as far as the excerpt does not show it.
std::string seen_text(const FailedExpectation& failure, const SuiteView& view) {
  const std::vector<Sighting> seen = unshown_sightings(failure);
  std::size_t time_width = 0, widest = 0;
  for (const Sighting& one : seen) {
    time_width = std::max(time_width, text_width(format_instant(one.at)));
    widest = std::max(widest, text_width(one_line(one.text)));
  }
  const std::size_t shown = view.verbose ? seen.size() : std::min(seen.size(), kSeenShown);
  constexpr std::size_t kTimeAt = 8;  // behind "  seen: "
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string time = format_instant(seen[i].at);
    Line line;
    line.add(i == 0 ? "  seen:" : "", Style::Outside).pad_to(kTimeAt + time_width - text_width(time)).add(time, Style::Faint);
    line.add(kIndent).add(one_line(seen[i].text));
    if (!seen[i].rule.empty()) {
      line.pad_to(kTimeAt + time_width + 2 + widest + 2).add("[" + one_line(seen[i].rule) + "]", Style::Faint);
    }
    text += line.finish(view.color);
  }
  if (shown < seen.size()) {
    text += Line{}.pad_to(kTimeAt).add("and " + number(seen.size() - shown) + " more", Style::Faint).finish(view.color);
  }
  return text;
}

/// The part of the timeline: times and rules step back, and what the verdict rests on stands out.
std::string excerpt_text(const FailedExpectation& failure, const SuiteView& view) {
  const std::vector<ExcerptRow> rows = excerpt_rows(failure);
  constexpr std::size_t kTextAt = 4;  // behind "  > "
  std::size_t widest = 0;
  for (const ExcerptRow& row : rows) widest = row.rule.empty() ? widest : std::max(widest, text_width(row.text));
  std::string text;
  for (const ExcerptRow& row : rows) {
    const std::string rule = row.rule.empty() ? "" : "[" + one_line(row.rule) + "]";
    const std::size_t taken = kTextAt + (rule.empty() ? 0 : kIndent.size() + text_width(rule));
    const std::size_t room = columns_of(view) - std::min(columns_of(view) - kFileNarrowest, taken);
    const std::string shown = shortened(one_line(row.text), room);
    const std::size_t time_at = std::min(shown.find_first_not_of(' '), shown.size());
    const std::size_t time_end = std::min(shown.find(' ', time_at), shown.size());
    Line line;
    line.add(kIndent).add(row.marked ? ">" : "", Style::Bad).pad_to(kTextAt);
    line.add(shown.substr(0, time_end), Style::Faint);
    line.add(shown.substr(time_end), row.marked ? Style::Strong : Style::Plain);
    if (!rule.empty()) line.pad_to(kTextAt + std::min(widest, room)).add(kIndent).add(rule, Style::Faint);
    text += line.finish(view.color);
  }
  return text;
}

/// `before`: what was told just above; its part of the timeline is not shown twice.
std::string failure_text(const Finding& found, const Finding* before, const SuiteView& view) {
  const FailedExpectation& failure = *found.failure;
  std::string text = diagnostic_text(found, view);
  // A sentence that stands on several lines, or whose line is not at hand.
  if (found.source_line.find(found.expected) == std::string::npos) {
    const std::string label = "expected: ";
    const std::vector<std::string> rows = wrapped(found.expected, columns_of(view) - kIndent.size() - label.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Line line;
      line.add(kIndent).add(i == 0 ? label : "", Style::Outside).pad_to(kIndent.size() + label.size());
      text += line.add(one_line(rows[i])).finish(view.color);
    }
  }
  text += seen_text(failure, view);
  const bool is_above = before != nullptr && before->failure != nullptr && before->failure->excerpt == failure.excerpt;
  return is_above ? text : text + excerpt_text(failure, view);
}

Style diff_style(const std::string& line) {
  if (line.rfind("@@", 0) == 0) return Style::Outside;
  if (line.rfind("+++", 0) == 0 || line.rfind("---", 0) == 0) return Style::Strong;
  return line.rfind('+', 0) == 0 ? Style::Good : line.rfind('-', 0) == 0 ? Style::Bad : Style::Plain;
}

std::string golden_text(const Finding& found, const SuiteView& view) {
  const std::vector<std::string>& diff = found.golden->diff;
  std::string text = diagnostic_text(found, view);
  const std::size_t shown = view.verbose || diff.size() <= kDiffShown ? diff.size() : kDiffShown;
  for (std::size_t i = 0; i < shown; ++i) {
    text += Line{}.add("    ").add(one_line(diff[i]), diff_style(diff[i])).finish(view.color);
  }
  if (shown < diff.size()) {
    text += Line{}.add("    and " + counted(diff.size() - shown, "line") + " more", Style::Faint).finish(view.color);
  }
  return text + Line{}.add("  help: ", Style::Outside).add("--update stores the trace as it is now").finish(view.color);
}

std::string problem_text(const Finding& found, const SuiteView& view) {
  if (!found.problem->rendered.empty()) return indented(found.problem->rendered);
  std::string text = diagnostic_text(found, view);
  if (found.problem->help.empty()) return text;
  return text + Line{}.add("  help: ", Style::Outside).add(one_line(found.problem->help)).finish(view.color);
}

std::string held_text(const TestResult& test, const SuiteView& view) {
  std::string text;
  if (!test.what.empty()) {
    for (const std::string& row : wrapped(test.what, columns_of(view) - kIndent.size())) {
      text += Line{}.add(kIndent).add(one_line(row), Style::Faint).finish(view.color);
    }
  }
  for (const std::string& sentence : test.held) {
    text += Line{}.add(kIndent).add("✓ ", Style::Good).add(one_line(sentence)).finish(view.color);
  }
  return text;
}

/// "✗ name  file" of those that did not pass, for whoever has only the end of a long output before them.
std::string failed_list(const SuiteResult& suite, const SuiteView& view) {
  std::string text;
  std::size_t shown = 0, left = 0;
  for (const TestResult& test : suite.tests) {
    if (test.outcome != Outcome::Failed && test.outcome != Outcome::Broken) continue;
    if (shown == kFailedShown) {
      ++left;
      continue;
    }
    ++shown;
    text += head_line(test, true, view);
  }
  return left == 0 ? text : text + Line{}.add("  and " + number(left) + " more").finish(view.color);
}

std::string milliseconds_text(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::round<std::chrono::milliseconds>(time).count()) + "ms";
}

/// Adds "3 failed" with a comma before it.
void add_count(std::size_t count, std::string_view word, Style style, Line& line) {
  line.add(line.width() == 0 ? "" : ", ").add(number(count) + " " + std::string{word}, count == 0 ? Style::Plain : style);
}

}  // namespace

std::string render_test(const TestResult& test, const SuiteView& view) {
  // The file stands at each place below.
  std::string text = head_line(test, test.failures.empty() && test.problems.empty(), view);
  if (view.verbose) text += held_text(test, view);
  const std::vector<Finding> findings = findings_of(test);
  const Finding* before = nullptr;
  for (const Finding& found : findings) {
    if (found.failure != nullptr) text += failure_text(found, before, view);
    before = &found;
    if (found.problem != nullptr) text += problem_text(found, view);
    if (found.golden != nullptr) text += golden_text(found, view);
  }
  // Whatever shows more of a broken test would show the same.
  if (test.outcome != Outcome::Failed || test.command.empty()) return text;
  return text + Line{}.add("  more: ", Style::Outside).add(one_line(test.command)).finish(view.color);
}

std::string render_summary(const SuiteResult& suite, const SuiteView& view) {
  std::size_t expectations = 0, runs = 0;
  SimDuration simulated{};
  for (const TestResult& test : suite.tests) {
    expectations += test.expectations;
    runs += test.runs;
    simulated += test.simulated;
  }
  std::string text;
  if (suite.tests.size() > kTestsInSight) text = failed_list(suite, view);
  Line line;
  add_count(suite.count(Outcome::Passed), "passed", Style::Good, line);
  add_count(suite.count(Outcome::Failed), "failed", Style::Bad, line);
  if (const std::size_t broken = suite.count(Outcome::Broken); broken > 0) add_count(broken, "broken", Style::Bad, line);
  if (const std::size_t skipped = suite.count(Outcome::Skipped); skipped > 0) add_count(skipped, "skipped", Style::Waiting, line);
  if (suite.took >= std::chrono::seconds{1}) line.add(" in " + format_seconds(suite.took, 2) + "s");
  if (suite.took >= kFelt && suite.took < std::chrono::seconds{1}) line.add(" in " + milliseconds_text(suite.took));
  std::string sums = "  (" + counted(expectations, "expectation") + ", " + counted(runs, "run");
  sums += (simulated > SimDuration{} ? ", " + format_span(simulated) + " simulated" : "") + ")";
  if (line.width() + text_width(sums) <= columns_of(view)) line.add(sums, Style::Faint);
  return text + line.finish(view.color);
}

}  // namespace podlapse
