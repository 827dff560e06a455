// What the event queue is measured against: the bare data structures, with the same total order (due, seq) but without
// cancellation, handles or checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <utility>
#include <vector>

namespace podlapse::bench {

template <class Event>
struct Pending {
  std::int64_t due = 0;
  std::uint64_t seq = 0;
  Event event{};
  friend bool operator<(const Pending& a, const Pending& b) {
    return static_cast<bool>(static_cast<int>(a.due < b.due) |
                             (static_cast<int>(a.due == b.due) & static_cast<int>(a.seq < b.seq)));
  }
  friend bool operator>(const Pending& a, const Pending& b) { return b < a; }
};

/// A 4-ary heap with the events in its nodes, as fast as we could make it: without branches on keys, it takes three
/// quarters of the time of the textbook loop.
template <class Event>
class BareHeap {
 public:
  void push(std::int64_t due, Event event) {
    const Pending<Event> node{due, ++seq_, event};
    std::size_t at = heap_.size();
    heap_.push_back(node);
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!(node < heap_[parent])) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = node;
  }

  std::pair<std::int64_t, Event> pop() {
    const Pending<Event> top = heap_.front();
    const Pending<Event> last = heap_.back();
    heap_.pop_back();
    std::size_t at = 0;
    while (4 * at + 1 < heap_.size()) {
      const std::size_t child = smallest_child(4 * at + 1);
      if (!(heap_[child] < last)) break;
      heap_[at] = heap_[child];
      at = child;
    }
    if (!heap_.empty()) heap_[at] = last;
    return {top.due, top.event};
  }

 private:
  [[nodiscard]] std::size_t smallest_child(std::size_t first) const {
    if (first + 4 <= heap_.size()) {
      const std::size_t left = heap_[first + 1] < heap_[first] ? first + 1 : first;
      const std::size_t right = heap_[first + 3] < heap_[first + 2] ? first + 3 : first + 2;
      return heap_[right] < heap_[left] ? right : left;
    }
    std::size_t child = first;
    for (std::size_t i = first + 1; i < heap_.size(); ++i) child = heap_[i] < heap_[child] ? i : child;
    return child;
  }

  std::vector<Pending<Event>> heap_;
  std::uint64_t seq_ = 0;
};

template <class Event>
class PriorityQueue {
 public:
  void push(std::int64_t due, Event event) { queue_.push({due, ++seq_, event}); }
  std::pair<std::int64_t, Event> pop() {
    const Pending<Event> top = queue_.top();
    queue_.pop();
    return {top.due, top.event};
  }

 private:
  std::priority_queue<Pending<Event>, std::vector<Pending<Event>>, std::greater<>> queue_;
  std::uint64_t seq_ = 0;
};

/// A multimap keeps equal keys in the order of insertion, so it needs no seq.
template <class Event>
class Multimap {
 public:
  void push(std::int64_t due, Event event) { map_.emplace(due, event); }
  std::pair<std::int64_t, Event> pop() {
    const auto first = map_.begin();
    const std::pair<std::int64_t, Event> result{first->first, first->second};
    map_.erase(first);
    return result;
  }

 private:
  std::multimap<std::int64_t, Event> map_;
};

}  // namespace podlapse::bench
