#include "podlapse/engine/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

SimTime at(std::int64_t nanos) { return SimTime{SimDuration{nanos}}; }

/// A small generator, so that the sequences below are the same everywhere.
class Numbers {
 public:
  std::uint64_t below(std::uint64_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % limit;
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

template <class Event>
std::vector<Event> drained(EventQueue<Event> queue) {
  std::vector<Event> events;
  while (!queue.empty()) events.push_back(queue.pop().event);
  return events;
}

}  // namespace

TEST_SUITE("engine/event_queue") {
  TEST_CASE("events come by time, and first in, first out at one time") {
    EventQueue<std::string> queue;
    queue.push(at(5), "c");
    queue.push(at(1), "a");
    queue.push(at(5), "d");
    queue.push(at(-3), "before all");
    queue.push(at(1), "b");
    CHECK(queue.next_due() == at(-3));
    CHECK(drained(queue) == std::vector<std::string>{"before all", "a", "b", "c", "d"});
  }

  TEST_CASE("an event comes with its key, whose seq tells the order of pushing") {
    EventQueue<int> queue;
    const EventHandle first = queue.push(at(9), 1);
    const EventHandle second = queue.push(at(7), 2);
    CHECK(first.seq < second.seq);
    const auto entry = queue.pop();
    CHECK(entry.key == EventKey{at(7), second.seq});
    CHECK(entry.event == 2);
  }

  TEST_CASE("an empty queue has no next event, and taking one is a fault") {
    EventQueue<int> queue;
    CHECK(queue.empty());
    CHECK(queue.size() == 0);
    CHECK_FALSE(queue.next_due());
    CHECK_THROWS_AS(queue.pop(), InternalFault);
  }

  TEST_CASE("a cancelled event never comes, and is cancelled once only") {
    EventQueue<char> queue;
    queue.push(at(1), 'a');
    const EventHandle handle = queue.push(at(2), 'b');
    queue.push(at(3), 'c');
    CHECK(queue.pending(handle));
    CHECK(queue.cancel(handle));
    CHECK_FALSE(queue.pending(handle));
    CHECK_FALSE(queue.cancel(handle));
    CHECK(queue.size() == 2);
    CHECK(drained(queue) == std::vector<char>{'a', 'c'});
  }

  TEST_CASE("cancelling the next event moves next_due") {
    EventQueue<char> queue;
    const EventHandle first = queue.push(at(1), 'a');
    const EventHandle second = queue.push(at(2), 'b');
    queue.push(at(3), 'c');
    CHECK(queue.cancel(second));
    CHECK(queue.next_due() == at(1));
    CHECK(queue.cancel(first));
    CHECK(queue.next_due() == at(3));
    CHECK(queue.size() == 1);
  }

  TEST_CASE("the handle of an event that was taken cancels nothing, not even the event that has its slot now") {
    EventQueue<char> queue;
    const EventHandle old = queue.push(at(1), 'a');
    queue.pop();
    const EventHandle now = queue.push(at(2), 'b');
    CHECK(now.slot == old.slot);
    CHECK_FALSE(queue.cancel(old));
    CHECK(queue.size() == 1);
    CHECK(queue.cancel(now));
    CHECK(queue.empty());
    CHECK_FALSE(queue.next_due());
  }

  TEST_CASE("a default handle, and one of another queue, cancel nothing") {
    EventQueue<char> queue, other;
    CHECK_FALSE(queue.cancel({}));
    other.push(at(1), 'x');
    CHECK_FALSE(queue.cancel(other.push(at(1), 'y')));
    queue.push(at(1), 'a');
    queue.pop();
    CHECK_FALSE(queue.cancel({0, 0}));
    CHECK_FALSE(EventHandle{}.set());
  }

  TEST_CASE("a copy runs on alone, and handles name their events in it too") {
    EventQueue<std::string> queue;
    queue.push(at(1), "a");
    const EventHandle handle = queue.push(at(2), "b");
    EventQueue<std::string> copy = queue;
    copy.push(at(1), "only in the copy");
    CHECK(copy.cancel(handle));
    CHECK(drained(copy) == std::vector<std::string>{"a", "only in the copy"});
    CHECK(drained(queue) == std::vector<std::string>{"a", "b"});
  }

  TEST_CASE("an event that cannot be copied can be queued") {
    EventQueue<std::unique_ptr<int>> queue;
    queue.push(at(2), std::make_unique<int>(2));
    queue.push(at(1), std::make_unique<int>(1));
    CHECK(*queue.pop().event == 1);
    EventQueue<std::unique_ptr<int>> moved = std::move(queue);
    CHECK(*moved.pop().event == 2);
  }

  TEST_CASE("a long random run of pushes, takes and cancels agrees with std::map") {
    EventQueue<std::uint64_t> queue;
    std::map<std::pair<SimTime, std::uint64_t>, std::pair<EventHandle, std::uint64_t>> model;
    std::vector<EventHandle> handles;
    Numbers numbers;
    for (std::uint64_t i = 0; i < 30'000; ++i) {
      const std::uint64_t choice = numbers.below(100);
      const bool grow = (i / 5'000) % 2 == 0;
      if (choice < (grow ? 55U : 30U)) {
        const SimTime due = at(static_cast<std::int64_t>(numbers.below(500)));
        const EventHandle handle = queue.push(due, i);
        model[{due, handle.seq}] = {handle, i};
        handles.push_back(handle);
      } else if (choice < 75 && !handles.empty()) {
        const EventHandle handle = handles[numbers.below(handles.size())];
        std::size_t erased = 0;
        for (auto it = model.begin(); it != model.end(); ++it) {
          if (it->first.second != handle.seq) continue;
          model.erase(it);
          erased = 1;
          break;
        }
        REQUIRE(queue.cancel(handle) == (erased == 1));
      } else if (!model.empty()) {
        const auto entry = queue.pop();
        REQUIRE(entry.key.due == model.begin()->first.first);
        REQUIRE(entry.key.seq == model.begin()->first.second);
        REQUIRE(entry.event == model.begin()->second.second);
        model.erase(model.begin());
      }
      REQUIRE(queue.size() == model.size());
      REQUIRE(queue.empty() == model.empty());
      REQUIRE(queue.next_due() == (model.empty() ? std::nullopt : std::optional{model.begin()->first.first}));
    }
  }

  TEST_CASE("what is left after most events were cancelled comes in order") {
    EventQueue<SimTime> queue;
    std::vector<EventHandle> handles;
    Numbers numbers;
    for (int i = 0; i < 2'000; ++i) {
      const SimTime due = at(static_cast<std::int64_t>(numbers.below(1'000'000)));
      handles.push_back(queue.push(due, due));
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
      if (i % 7 != 0) REQUIRE(queue.cancel(handles[i]));
    }
    const std::vector<SimTime> left = drained(queue);
    CHECK(left.size() == 286);
    CHECK(std::is_sorted(left.begin(), left.end()));
  }

  TEST_CASE("a queue copied in mid-run gives the same events as the original") {
    EventQueue<std::uint64_t> queue;
    Numbers numbers;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
      queue.push(at(static_cast<std::int64_t>(numbers.below(1'000))), i);
      if (i % 3 == 0) queue.pop();
    }
    EventQueue<std::uint64_t> copy = queue;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      const auto one = queue.pop(), other = copy.pop();
      REQUIRE(one.key == other.key);
      REQUIRE(one.event == other.event);
      queue.push(one.key.due + 10ns, i);
      copy.push(other.key.due + 10ns, i);
    }
    CHECK(drained(queue) == drained(copy));
  }
}
