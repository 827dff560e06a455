// The pending events of a simulation, smallest key first. Keys are totally ordered by (due, seq), so ties are first in,
// first out and never an accident of the heap. Knows no Pods.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "podlapse/base/check.hpp"
#include "podlapse/base/time.hpp"

namespace podlapse {

/// When an event is due, and its place among those due at the same instant.
struct EventKey {
  SimTime due{};
  std::uint64_t seq = 0;
  friend constexpr auto operator<=>(const EventKey&, const EventKey&) = default;
};

/// Names a pending event for cancel(). Never reused; a default one names none.
struct EventHandle {
  std::uint32_t slot = static_cast<std::uint32_t>(-1);
  std::uint64_t seq = 0;
  [[nodiscard]] bool set() const { return slot != static_cast<std::uint32_t>(-1); }
};

/// A priority queue of `Event`s that can be cancelled. A value: a copy holds the same events, and the handles of the
/// original name them in the copy too. Requires: Event is copyable (or movable, if the queue is never copied).
///
/// A 4-ary heap of small nodes, with the events beside it in slots that are reused: once the queue has been as full as it
/// gets, nothing is allocated. Cancelling frees the slot at once and leaves the node in the heap; a node whose slot holds
/// another seq is dead. The top is never dead, so that next_due() only looks.
template <class Event>
class EventQueue {
 public:
  struct Entry {
    EventKey key;
    Event event;
  };

  /// Adds an event. Among those due at one instant, those pushed earlier come first.
  EventHandle push(SimTime due, Event event) {
    const std::uint64_t seq = ++last_seq_;
    PODLAPSE_CHECK(seq < kSeqLimit);
    const std::uint32_t slot = take_slot(seq, std::move(event));
    heap_.push_back({});
    sift_up(heap_.size() - 1, Node{due.time_since_epoch().count(), (seq << kSlotBits) | slot});
    return {slot, seq};
  }

  /// Removes a pending event. False when it was taken or cancelled before, or the handle names none.
  bool cancel(EventHandle handle) {
    if (!pending(handle)) return false;
    free_slot(handle.slot);
    drop_dead_tops();
    if (heap_.size() > 2 * size() + kSlack) compact();
    return true;
  }

  /// Whether the event waits still.
  [[nodiscard]] bool pending(EventHandle handle) const {
    return handle.slot < slots_.size() && handle.seq != kFree && slots_[handle.slot].seq == handle.seq;
  }

  /// The event that waits under `handle`. Requires: pending(handle).
  [[nodiscard]] const Event& at(EventHandle handle) const {
    PODLAPSE_CHECK(pending(handle));
    return slots_[handle.slot].event;
  }

  /// Removes the event with the smallest key. Requires: not empty.
  Entry pop() {
    PODLAPSE_CHECK(!empty());
    const Node top = heap_.front();
    Entry entry{key_of(top), std::move(slots_[slot_of(top)].event)};
    free_slot(slot_of(top));
    remove_top();
    drop_dead_tops();
    return entry;
  }

  /// When the next event is due; nullopt when there is none.
  [[nodiscard]] std::optional<SimTime> next_due() const {
    if (empty()) return std::nullopt;
    return key_of(heap_.front()).due;
  }

  /// The events that wait, cancelled ones not counted.
  [[nodiscard]] std::size_t size() const { return slots_.size() - free_.size(); }
  [[nodiscard]] bool empty() const { return heap_.empty(); }

 private:
  /// 16 bytes: seq and slot share a word. As seq is unique, comparing the words compares seq.
  struct Node {
    std::int64_t due = 0;
    std::uint64_t seq_and_slot = 0;
  };
  struct Slot {
    std::uint64_t seq = kFree;
    Event event;
  };

  static constexpr int kSlotBits = 24;
  static constexpr std::uint64_t kSlotLimit = std::uint64_t{1} << kSlotBits;
  static constexpr std::uint64_t kSeqLimit = std::uint64_t{1} << (64 - kSlotBits);
  static constexpr std::uint64_t kFree = 0;  ///< no event has this seq
  static constexpr std::size_t kSlack = 64;  ///< dead nodes that a small queue may keep

  static std::uint32_t slot_of(Node node) { return static_cast<std::uint32_t>(node.seq_and_slot & (kSlotLimit - 1)); }
  static EventKey key_of(Node node) { return {SimTime{SimDuration{node.due}}, node.seq_and_slot >> kSlotBits}; }

  /// In one comparison of 128 bits where there are such integers: without branches, whose outcomes nothing predicts.
  static bool less(Node a, Node b) {
#ifdef __SIZEOF_INT128__
    __extension__ using Wide = __int128;
    return (Wide{a.due} << 64 | Wide{a.seq_and_slot}) < (Wide{b.due} << 64 | Wide{b.seq_and_slot});
#else
    return a.due < b.due || (a.due == b.due && a.seq_and_slot < b.seq_and_slot);
#endif
  }

  /// The child with the smallest key among those from `first` on. Requires: first < heap_.size().
  [[nodiscard]] std::size_t smallest_child(std::size_t first) const {
    if (first + 4 <= heap_.size()) {
      const std::size_t left = less(heap_[first + 1], heap_[first]) ? first + 1 : first;
      const std::size_t right = less(heap_[first + 3], heap_[first + 2]) ? first + 3 : first + 2;
      return less(heap_[right], heap_[left]) ? right : left;
    }
    std::size_t child = first;
    for (std::size_t i = first + 1; i < heap_.size(); ++i) child = less(heap_[i], heap_[child]) ? i : child;
    return child;
  }

  [[nodiscard]] bool dead(Node node) const { return slots_[slot_of(node)].seq != node.seq_and_slot >> kSlotBits; }

  std::uint32_t take_slot(std::uint64_t seq, Event&& event) {
    if (free_.empty()) {
      PODLAPSE_CHECK(slots_.size() < kSlotLimit);
      slots_.push_back(Slot{seq, std::move(event)});
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].seq = seq;
    slots_[slot].event = std::move(event);
    return slot;
  }

  void free_slot(std::uint32_t slot) {
    slots_[slot].seq = kFree;
    free_.push_back(slot);
  }

  /// Places `node` at the hole `at` or above it.
  void sift_up(std::size_t at, Node node) {
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!less(node, heap_[parent])) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = node;
  }

  /// Places `node` at the hole `at` or below it.
  void sift_down(std::size_t at, Node node) {
    while (4 * at + 1 < heap_.size()) {
      const std::size_t child = smallest_child(4 * at + 1);
      if (!less(heap_[child], node)) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = node;
  }

  void remove_top() {
    const Node last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(0, last);
  }

  void drop_dead_tops() {
    while (heap_.size() > size() && dead(heap_.front())) remove_top();
  }

  /// Removes all dead nodes, so that memory is bounded by what waits.
  void compact() {
    std::erase_if(heap_, [this](Node node) { return dead(node); });
    for (std::size_t i = heap_.size(); i-- > 0;) sift_down(i, heap_[i]);
  }

  std::vector<Node> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_seq_ = kFree;
};

}  // namespace podlapse
