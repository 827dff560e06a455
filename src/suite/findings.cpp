#include "findings.hpp"

#include <algorithm>
#include <array>

#include "podlapse/report/text.hpp"

namespace podlapse {
namespace {

/// Of stored traces: they are compared by the runner, not by a rule of the simulation.
constexpr std::array<Rule, 2> kGoldenRules{{
    {"golden/differs", "the trace is the stored one", "podlapse test --golden"},
    {"golden/missing", "there is a stored trace to compare with", "podlapse test --golden"},
}};

Finding finding_of(const FailedExpectation& failure, const TestResult& test) {
  Finding found;
  found.place = failure.place;
  const bool is_option = failure.place.file.rfind("--", 0) == 0;
  found.in_file = is_option ? test.place : failure.place;
  found.rule = rule(failure.verdict.because).id;
  found.expected = failure.sentence;
  found.text = failure.verdict.text;
  if (failure.seed) found.condition = "under seed " + std::to_string(*failure.seed);
  if (test.runs > 1) {
    const bool all = failure.failed_runs == test.runs;
    found.condition += found.condition.empty() ? "in " : ", in ";
    found.condition += (all ? "all " : std::to_string(failure.failed_runs) + " of ") + std::to_string(test.runs) + " runs";
  }
  found.source_line = failure.source_line;
  found.failure = &failure;
  return found;
}

Finding finding_of(const TestProblem& problem) {
  Finding found;
  found.place = found.in_file = problem.place;
  found.rule = problem.code;
  found.text = problem.text;
  found.problem = &problem;
  return found;
}

Finding finding_of(const GoldenDifference& golden, const TestResult& test) {
  Finding found;
  found.place.file = golden.missing ? test.place.file : golden.file;
  found.in_file = found.place;
  found.rule = kGoldenRules[golden.missing ? 1 : 0].id;
  found.text = golden.missing ? "there is no stored trace " + golden.file : "the trace differs from the stored one";
  if (golden.from && !golden.missing) found.text += ", from " + format_instant(kTimeZero + *golden.from) + " on";
  found.golden = &golden;
  return found;
}

/// The instant that a line of a timeline begins with.
bool is_at(const std::string& text, SimTime instant) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  const std::string time = text.substr(begin, text.find(' ', begin) - begin);
  return time == format_instant(instant) || time == format_seconds(instant.time_since_epoch(), 3) + "s";
}

/// Rows of the excerpt, each sighting's rule on the first marked row of its instant that has none yet.
std::vector<ExcerptRow> match(const FailedExpectation& failure, std::vector<Sighting>& unshown) {
  std::vector<ExcerptRow> rows;
  for (const std::string& line : failure.excerpt) {
    const bool marked = line.rfind("> ", 0) == 0;
    rows.push_back({marked || line.rfind("  ", 0) == 0 ? line.substr(2) : line, {}, marked});
  }
  for (const Sighting& seen : failure.verdict.sightings) {
    bool shown = false;
    for (ExcerptRow& row : rows) {
      if (!row.marked || !is_at(row.text, seen.at)) continue;
      shown = true;
      if (!row.rule.empty()) continue;
      row.rule = seen.rule;
      break;
    }
    if (!shown) unshown.push_back(seen);
  }
  return rows;
}

}  // namespace

std::vector<ExcerptRow> excerpt_rows(const FailedExpectation& failure) {
  std::vector<Sighting> unshown;
  return match(failure, unshown);
}

std::vector<Sighting> unshown_sightings(const FailedExpectation& failure) {
  std::vector<Sighting> unshown;
  (void)match(failure, unshown);
  return unshown;
}

std::string Finding::message() const {
  return (expected.empty() ? "" : expected + ": ") + text + (condition.empty() ? "" : " (" + condition + ")");
}

std::vector<Finding> findings_of(const TestResult& test) {
  std::vector<Finding> all;
  for (const TestProblem& problem : test.problems) all.push_back(finding_of(problem));
  for (const FailedExpectation& failure : test.failures) all.push_back(finding_of(failure, test));
  if (test.golden) all.push_back(finding_of(*test.golden, test));
  return all;
}

Rule rule_text(std::string_view id) {
  const RuleId known = find_rule(id);
  if (known != RuleId::None) return rule(known);
  const auto* golden = std::find_if(kGoldenRules.begin(), kGoldenRules.end(), [&](const Rule& one) { return one.id == id; });
  return golden == kGoldenRules.end() ? Rule{id, {}, {}} : *golden;
}

std::string file_text(const NamedPlace& place) { return place.file == "-" ? "<stdin>" : place.file; }

std::string place_text(const NamedPlace& place) {
  std::string text = file_text(place);
  if (place.line == 0) return text;
  text += ":" + std::to_string(place.line);
  return place.column == 0 ? text : text + ":" + std::to_string(place.column);
}

}  // namespace podlapse
