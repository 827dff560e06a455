#include "conformance_paths.hpp"

#include <string_view>

namespace podlapse::conformance {
namespace {

constexpr SimDuration kFlicker = std::chrono::milliseconds{1200};

/// Compares beginnings of two paths: walks through both at once and tries each way of leaving values out.
class PathMatch {
 public:
  PathMatch(const Path& a, const Path& b) : a_(a), b_(b) {
    for (const Path* path : {&a, &b}) {
      for (const Stay& stay : *path) numbers_.emplace(stay.value, numbers_.size() + 1);
    }
  }

  /// Whether the first `a_size` values of the one path match the first `b_size` of the other.
  bool match(std::size_t a_size, std::size_t b_size) {
    seen_.assign((a_size + 1) * (b_size + 1) * (numbers_.size() + 1), false);
    todo_.clear();
    visit({0, 0, 0}, b_size);
    while (!todo_.empty()) {
      const Place at = todo_.back();
      todo_.pop_back();
      if (at.a == a_size && at.b == b_size) return true;
      const bool more_a = at.a < a_size, more_b = at.b < b_size;
      if (more_a && more_b && a_[at.a].value == b_[at.b].value) {
        visit({at.a + 1, at.b + 1, number(a_[at.a])}, b_size);
      }
      if (more_a && may_be_left_out(a_[at.a], at.value)) visit({at.a + 1, at.b, at.value}, b_size);
      if (more_b && may_be_left_out(b_[at.b], at.value)) visit({at.a, at.b + 1, at.value}, b_size);
    }
    return false;
  }

 private:
  /// So many values of each path were passed; `value` is the number of the last that both had, 0 for none.
  struct Place {
    std::size_t a, b, value;
  };

  [[nodiscard]] std::size_t number(const Stay& stay) const { return numbers_.at(stay.value); }
  [[nodiscard]] bool may_be_left_out(const Stay& stay, std::size_t value) const {
    return stay.length < kFlicker || number(stay) == value;
  }
  void visit(Place place, std::size_t b_size) {
    const std::size_t index = (place.a * (b_size + 1) + place.b) * (numbers_.size() + 1) + place.value;
    if (seen_[index]) return;
    seen_[index] = true;
    todo_.push_back(place);
  }

  const Path& a_;
  const Path& b_;
  std::map<std::string_view, std::size_t> numbers_;  ///< of the values, from 1
  std::vector<bool> seen_;
  std::vector<Place> todo_;
};

/// How many values of `path` may be cut off at its end: those that lasted less than `margin` together.
std::size_t longest_tail(const Path& path, SimDuration margin) {
  SimDuration length{};
  for (std::size_t count = 0; count < path.size(); ++count) {
    length += path[path.size() - 1 - count].length;
    if (length >= margin) return count;
  }
  return path.size();
}

std::string_view phase_of(const Stay& stay) { return std::string_view{stay.value}.substr(0, stay.value.find(' ')); }

}  // namespace

bool same_path(const Path& a, const Path& b) { return PathMatch{a, b}.match(a.size(), b.size()); }

bool same_but_for_tail(const Path& a, const Path& b, SimDuration margin) {
  PathMatch paths{a, b};
  const std::size_t a_most = longest_tail(a, margin), b_most = longest_tail(b, margin);
  for (std::size_t a_cut = 0; a_cut <= a_most; ++a_cut) {
    for (std::size_t b_cut = 0; b_cut <= b_most; ++b_cut) {
      if (paths.match(a.size() - a_cut, b.size() - b_cut)) return true;
    }
  }
  return false;
}

bool leaves_terminal_phase(const Path& phase) {
  for (std::size_t i = 0; i + 1 < phase.size(); ++i) {
    const std::string_view now = phase_of(phase[i]);
    if ((now == "Succeeded" || now == "Failed") && phase_of(phase[i + 1]) != now) return true;
  }
  return false;
}

}  // namespace podlapse::conformance
