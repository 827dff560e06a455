#include "podlapse/report/scoreboard.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "podlapse/report/text.hpp"
#include "podlapse/report/xml.hpp"

namespace podlapse {
namespace {

constexpr std::size_t kShownOfCheck = 6;
constexpr std::size_t kNarrowest = 60;
constexpr std::string_view kIndent = "  ";

std::size_t columns_of(const ConformanceView& view) {
  return std::max(static_cast<std::size_t>(std::max(view.width, 0)), kNarrowest);
}

/// "lifecycle" of "conform/lifecycle".
std::string_view short_name(RuleId check) {
  const std::string_view id = rule(check).id;
  return id.substr(id.find('/') + 1);
}

std::string seconds_text(SimDuration time) { return format_seconds(time, 2) + "s"; }

std::string side_text(const Disagreement::Side& side) {
  if (!side.times) return side.text;
  const std::string least = seconds_text(side.times->least), most = seconds_text(side.times->most);
  return least == most ? least : least + " to " + most;
}

/// "app[0].started", with the Pod where it is not the first.
std::string subject_text(const Disagreement& one) {
  if (one.pod == kJobItself) return "Job: " + one.subject;
  return one.pod == 0 ? one.subject : "Pod " + std::to_string(one.pod + 1) + ": " + one.subject;
}

/// A row of a table whose cells are wrapped into their columns.
struct Row {
  std::array<std::string, 4> cells;
  Style style = Style::Plain;
};

/// The widths that are needed; where there is no room for them the two sides share what check and subject leave.
std::array<std::size_t, 4> widths_of(const std::vector<Row>& rows, std::size_t columns) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], text_width(row.cells[i]));
  }
  const std::size_t gaps = kIndent.size() * widths.size();
  if (widths[0] + widths[1] + widths[2] + widths[3] + gaps <= columns) return widths;
  widths[1] = std::min(widths[1], columns / 3);
  const std::size_t taken = widths[0] + widths[1] + gaps;
  const std::size_t rest = std::max<std::size_t>(columns, taken + 20) - taken;
  const std::size_t simulated = widths[2], recorded = widths[3];
  widths[2] = std::min(simulated, std::max(rest / 2, rest - std::min(recorded, rest)));
  widths[3] = std::min(recorded, rest - widths[2]);
  return widths;
}

std::string table(const std::vector<Row>& rows, const ConformanceView& view) {
  const std::array<std::size_t, 4> widths = widths_of(rows, columns_of(view));
  std::string text;
  for (const Row& row : rows) {
    std::array<std::vector<std::string>, 4> lines;
    std::size_t height = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i] = wrapped(row.cells[i], std::max<std::size_t>(widths[i], 1));
      height = std::max(height, lines[i].size());
    }
    for (std::size_t h = 0; h < height; ++h) {
      Line line;
      std::size_t column = 0;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        column += kIndent.size();
        line.pad_to(column);
        if (h < lines[i].size()) line.add(lines[i][h], row.style);
        column = std::max(column + widths[i], line.width());
      }
      text += line.finish(view.color);
    }
  }
  return text;
}

/// "status, dwell": the checks that do not hold.
std::string failed_checks(const Agreement& agreement) {
  std::string names;
  for (const RuleId check : kConformanceChecks) {
    if (agreement.count(check) > 0) names.append(names.empty() ? "" : ", ").append(short_name(check));
  }
  return names;
}

struct Score {
  std::size_t cases = 0, agree = 0;
  void count(const ConformanceCase& one) {
    ++cases;
    if (one.agreement.agrees()) ++agree;
  }
};

/// By group, and over all.
struct Scores {
  explicit Scores(const std::vector<ConformanceCase>& cases) {
    for (const ConformanceCase& one : cases) {
      groups[one.group].count(one);
      total.count(one);
      for (const RuleId check : kConformanceChecks) {
        if (one.agreement.count(check) > 0) ++checks[check];
      }
    }
  }
  std::map<std::string, Score> groups;
  std::map<RuleId, std::size_t> checks;  ///< in how many cases it does not hold
  Score total;
};

/// "95.1 %", rounded down, so that only all is 100.
std::string percent(const Score& score) {
  const std::size_t tenths = score.cases == 0 ? 0 : score.agree * 1000 / score.cases;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(width > text_width(text) ? width - text_width(text) : 0, ' ').append(text);
}

std::string score_line(std::string_view name, const Score& score, std::size_t name_width, const ConformanceView& view) {
  Line line;
  const Style style = score.agree == score.cases ? Style::Plain : Style::Bad;
  line.add(name).pad_to(name_width).add(right(std::to_string(score.cases), 7));
  line.add(right(std::to_string(score.agree), 7), style).add(right(percent(score), 9), style);
  return line.finish(view.color);
}

Value number(std::size_t count) { return Value{static_cast<std::int64_t>(count)}; }

Value side_value(const Disagreement::Side& side) {
  if (!side.times) return Value{side.text};
  Value range = Value::object();
  range.set("from", Value::number(format_seconds(side.times->least, 3)));
  range.set("to", Value::number(format_seconds(side.times->most, 3)));
  return range;
}

Value case_value(const ConformanceCase& one) {
  Value value = Value::object();
  value.set("case", Value{one.name});
  if (!one.group.empty()) value.set("group", Value{one.group});
  value.set("recordedRuns", number(one.recorded_runs));
  value.set("agrees", Value{one.agreement.agrees()});
  if (one.agreement.by_status) value.set("processesSeen", Value{"by status"});
  if (!one.agreement.events_judged) value.set("notJudged", Value{Value::Array{Value{"events"}}});
  Value list = Value::array();
  for (const Disagreement& found : one.agreement.disagreements) {
    Value entry = Value::object();
    entry.set("check", Value{short_name(found.check)});
    if (found.pod == kJobItself) entry.set("job", Value{true});
    if (found.pod != kJobItself) entry.set("pod", Value{std::int64_t{found.pod}});
    entry.set("subject", Value{found.subject});
    entry.set("simulated", side_value(found.simulated));
    entry.set("recorded", side_value(found.recorded));
    list.push_back(std::move(entry));
  }
  value.set("disagreements", std::move(list));
  return value;
}

Value score_value(const Score& score) {
  Value value = Value::object();
  value.set("cases", number(score.cases));
  value.set("agree", number(score.agree));
  return value;
}

std::string junit_counts(const Score& score) {
  return xml_attribute("tests", std::to_string(score.cases)) +
         xml_attribute("failures", std::to_string(score.cases - score.agree)) + xml_attribute("errors", "0");
}

std::string junit_case(const ConformanceCase& one, const std::string& suite) {
  const std::string head = "    <testcase" + xml_attribute("classname", suite) + xml_attribute("name", one.name);
  if (one.agreement.agrees()) return head + "/>\n";
  ConformanceView view;
  view.all = true;
  return head + ">\n      <failure" + xml_attribute("message", failed_checks(one.agreement)) + ">" +
         xml_text(render_case(one, view)) +
         "</failure>\n    </testcase>\n";
}

/// Which checks an observer outside leaves possible; empty where all are.
std::string judged_text(const Agreement& agreement) {
  std::string text;
  if (agreement.by_status) {
    text = "seen from outside: lifecycle, order and time by the seconds that statuses have, without signals";
  }
  if (!agreement.events_judged) text += (text.empty() ? "" : "; ") + std::string{"events are not judged: the recording has none"};
  return text.empty() ? text : text + " [" + std::string{rule(agreement.limited_by).id} + "]";
}

}  // namespace

std::string render_case(const ConformanceCase& one, const ConformanceView& view) {
  const bool agrees = one.agreement.agrees();
  Line head;
  head.add(one.name, Style::Strong).add(one.group.empty() ? "" : "  " + one.group, Style::Faint);
  head.add(agrees ? "  agrees" : "  disagrees", agrees ? Style::Good : Style::Bad);
  head.add(" with " + counted(static_cast<std::int64_t>(one.recorded_runs), "recorded run"));
  std::string text = head.finish(view.color);
  const std::string judged = judged_text(one.agreement);
  if (!judged.empty()) {
    for (const std::string& row : wrapped(judged, columns_of(view) - kIndent.size())) {
      text += Line{}.add(kIndent).add(row, Style::Faint).finish(view.color);
    }
  }
  if (agrees) return text;
  std::vector<Row> rows{{{"check", "of", "simulated", "recorded"}, Style::Faint}};
  for (const RuleId check : kConformanceChecks) {
    std::size_t shown = 0;
    for (const Disagreement& found : one.agreement.disagreements) {
      if (found.check != check || (!view.all && shown == kShownOfCheck)) continue;
      ++shown;
      const std::string name{short_name(check)};
      rows.push_back({{name, subject_text(found), side_text(found.simulated), side_text(found.recorded)}, {}});
    }
    const std::size_t more = one.agreement.count(check) - shown;
    if (more > 0) rows.push_back({{std::string{short_name(check)}, std::to_string(more) + " more", "", ""}, {}});
  }
  return text + table(rows, view);
}

std::string render_scoreboard(const std::vector<ConformanceCase>& cases, const ConformanceView& view) {
  const Scores scores{cases};
  std::size_t width = 5;
  for (const auto& [group, score] : scores.groups) width = std::max(width, text_width(group));
  Line head;
  head.add("group", Style::Faint).pad_to(width).add(right("cases", 7) + right("agree", 7), Style::Faint);
  std::string text = head.finish(view.color);
  for (const auto& [group, score] : scores.groups) {
    text += score_line(group.empty() ? "-" : group, score, width, view);
  }
  text += score_line("all", scores.total, width, view);
  std::string failed;
  for (const RuleId check : kConformanceChecks) {
    const auto found = scores.checks.find(check);
    if (found == scores.checks.end()) continue;
    failed.append(failed.empty() ? "" : ", ").append(short_name(check)).append(" in ");
    failed += std::to_string(found->second);
  }
  return failed.empty() ? text : text + "disagreements by check: " + failed + "\n";
}

Value conformance_document(const std::vector<ConformanceCase>& cases) {
  const Scores scores{cases};
  Value document = Value::object();
  Value list = Value::array(), groups = Value::array(), checks = Value::object();
  for (const ConformanceCase& one : cases) list.push_back(case_value(one));
  for (const auto& [group, score] : scores.groups) {
    Value entry = Value::object();
    entry.set("group", Value{group});
    entry.set("cases", number(score.cases));
    entry.set("agree", number(score.agree));
    groups.push_back(std::move(entry));
  }
  for (const RuleId check : kConformanceChecks) {
    const auto found = scores.checks.find(check);
    checks.set(short_name(check), number(found == scores.checks.end() ? 0 : found->second));
  }
  document.set("cases", std::move(list));
  document.set("groups", std::move(groups));
  document.set("checks", std::move(checks));
  document.set("total", score_value(scores.total));
  return document;
}

std::string conformance_junit(const std::vector<ConformanceCase>& cases) {
  const Scores scores{cases};
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podlapse conform\"" +
                     junit_counts(scores.total) + ">\n";
  for (const auto& [group, score] : scores.groups) {
    const std::string suite = group.empty() ? "conform" : group;
    text += "  <testsuite" + xml_attribute("name", suite) + junit_counts(score) + ">\n";
    for (const ConformanceCase& one : cases) {
      if (one.group == group) text += junit_case(one, suite);
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace podlapse
