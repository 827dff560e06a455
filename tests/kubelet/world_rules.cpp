#include "kubelet/world_rules.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "podlapse/trace/names.hpp"
#include "support/rule_coverage.hpp"

namespace podlapse::test {

std::vector<TraceRecord> records_of(const Story& story, RuleId id) {
  std::vector<TraceRecord> found;
  for (const TraceRecord& record : story.records()) {
    if (record.rule == rule(id).id) found.push_back(record);
  }
  REQUIRE_MESSAGE(!found.empty(), "no record rests on " << id_of(id));
  reach(find_rule(found.front().rule));
  return found;
}

std::vector<double> instants_of(const Story& story, RuleId id) {
  std::vector<double> instants;
  for (const TraceRecord& record : records_of(story, id)) instants.push_back(seconds(record));
  return instants;
}

bool names(const Story& story, RuleId id) {
  for (const TraceRecord& record : story.records()) {
    if (record.rule == rule(id).id) return true;
  }
  return false;
}

std::string rule_of_cause(const Story& story, const TraceRecord& record) {
  return record.cause == 0 ? "" : story.records().at(record.cause - 1).rule;
}

double seconds(const TraceRecord& record) { return std::chrono::duration<double>(record.at - kTimeZero).count(); }

std::string container_of(const TraceRecord& record) { return std::string{podlapse::container_of(record.observation)}; }

std::string tenths(const std::vector<double>& instants) {
  std::string text;
  for (const double instant : instants) {
    const auto count = std::lround(instant * 10);
    text += (text.empty() ? "" : " ") + std::to_string(count / 10);
    if (count % 10 != 0) text += "." + std::to_string(count % 10);
  }
  return text;
}

WorldCase on_a_node(WorldCase pod) {
  pod.input.config = KubeletConfig::kubelet_profile();
  return pod;
}

}  // namespace podlapse::test
