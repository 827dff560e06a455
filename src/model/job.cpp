#include "podlapse/model/job.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "podlapse/base/check.hpp"

namespace podlapse {

const char* to_string(PodFailurePolicyRule::Action action) {
  switch (action) {
    case PodFailurePolicyRule::Action::FailJob: return "FailJob";
    case PodFailurePolicyRule::Action::FailIndex: return "FailIndex";
    case PodFailurePolicyRule::Action::Ignore: return "Ignore";
    case PodFailurePolicyRule::Action::Count: return "Count";
  }
  fail_check("PodFailurePolicyRule::Action", __FILE__, __LINE__);
}

const PodCondition* find_true_condition(const JobStatus& status, const std::string& type) {
  const auto found = std::find_if(status.conditions.begin(), status.conditions.end(), [&type](const PodCondition& condition) {
    return condition.type == type && condition.status == "True";
  });
  return found == status.conditions.end() ? nullptr : &*found;
}

std::string format_job_indexes(const JobIndexes& indexes) {
  std::string text;
  for (std::size_t first = 0; first < indexes.size();) {
    std::size_t last = first;
    while (last + 1 < indexes.size() && indexes[last + 1] == indexes[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(indexes[first]);
    // Two in a row are a list, three and more a range.
    if (last > first) text += (last == first + 1 ? "," : "-") + std::to_string(indexes[last]);
    first = last + 1;
  }
  return text;
}

bool parse_job_indexes(const std::string& text, std::int32_t completions, JobIndexes& out) {
  JobIndexes indexes;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&at, end](std::int32_t& value) {
    const auto [next, error] = std::from_chars(at, end, value);
    const bool read = error == std::errc{} && value >= 0 && next != at;
    at = next;
    return read;
  };
  while (at != end) {
    std::int32_t first = 0;
    if (!number(first)) return false;
    std::int32_t last = first;
    if (at != end && *at == '-' && (++at, !number(last))) return false;
    if (last < first || (!indexes.empty() && first <= indexes.back())) return false;
    for (std::int32_t index = first; index <= last && index < completions; ++index) indexes.push_back(index);
    if (at == end) break;
    if (*at != ',' || ++at == end) return false;
  }
  out = std::move(indexes);
  return true;
}

}  // namespace podlapse
