#include "podlapse/base/diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace podlapse {
namespace {

constexpr std::size_t kContext = 3;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) {
      lines.push_back(text.substr(at) + "\n\\ no newline at the end");
      break;
    }
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// One line of the diff: ' ', '-' or '+', and the numbers of the lines before it on both sides.
struct Step {
  char sign = ' ';
  std::string text;
  std::size_t before = 0, after = 0;
};

/// The shortest way from `a` to `b`, by the longest common subsequence.
std::vector<Step> shortest_way(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::uint32_t>> common(a.size() + 1, std::vector<std::uint32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<Step> steps;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      steps.push_back({' ', a[i], i++, j++});
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      steps.push_back({'-', a[i], i++, j});
    } else {
      steps.push_back({'+', b[j], i, j++});
    }
  }
  return steps;
}

/// The table of shortest_way() grows with the product of both sizes, so what is the same at both ends is left out of it, and
/// where too much is left, all of one is taken away for all of the other.
std::vector<Step> steps_between(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  constexpr std::size_t kCellsMost = 16'000'000;
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const auto middle = [&](const std::vector<std::string>& lines) {
    return std::vector<std::string>(lines.begin() + static_cast<std::ptrdiff_t>(head),
                                    lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  std::vector<std::string> from = middle(a), to = middle(b);
  std::vector<Step> steps;
  for (std::size_t i = 0; i < head; ++i) steps.push_back({' ', a[i], i, i});
  if (from.size() * to.size() > kCellsMost) {
    for (std::size_t i = 0; i < from.size(); ++i) steps.push_back({'-', from[i], head + i, head});
    for (std::size_t j = 0; j < to.size(); ++j) steps.push_back({'+', to[j], head + from.size(), head + j});
  } else {
    for (Step& step : shortest_way(from, to)) {
      steps.push_back({step.sign, std::move(step.text), head + step.before, head + step.after});
    }
  }
  for (std::size_t i = 0; i < tail; ++i) {
    const std::size_t before = a.size() - tail + i, after = b.size() - tail + i;
    steps.push_back({' ', a[before], before, after});
  }
  return steps;
}

std::string hunk(const std::vector<Step>& steps, std::size_t from, std::size_t to) {
  std::size_t before = 0, after = 0;
  std::string body;
  for (std::size_t i = from; i < to; ++i) {
    before += steps[i].sign != '+' ? 1 : 0;
    after += steps[i].sign != '-' ? 1 : 0;
    body += steps[i].sign + steps[i].text + "\n";
  }
  const auto range = [](std::size_t first, std::size_t count) {
    return std::to_string(first + (count > 0 ? 1 : 0)) + "," + std::to_string(count);
  };
  return "@@ -" + range(steps[from].before, before) + " +" + range(steps[from].after, after) + " @@\n" + body;
}

}  // namespace

std::string unified_diff(const std::string& before, const std::string& after, const std::string& before_name,
                         const std::string& after_name) {
  if (before == after) return {};
  const std::vector<Step> steps = steps_between(lines_of(before), lines_of(after));
  std::string text = "--- " + before_name + "\n+++ " + after_name + "\n";
  for (std::size_t i = 0; i < steps.size();) {
    if (steps[i].sign == ' ') {
      ++i;
      continue;
    }
    const std::size_t from = i > kContext ? i - kContext : 0;
    std::size_t last = i;
    for (std::size_t k = i; k < steps.size() && k <= last + 2 * kContext; ++k) {
      if (steps[k].sign != ' ') last = k;
    }
    const std::size_t to = std::min(last + 1 + kContext, steps.size());
    text += hunk(steps, from, to);
    i = to;
  }
  return text;
}

}  // namespace podlapse
