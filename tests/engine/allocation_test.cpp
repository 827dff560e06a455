// Counts what this binary allocates, to show what the queue does not.
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "podlapse/engine/event_queue.hpp"

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

std::uint64_t& allocations() {
  static std::uint64_t count = 0;
  return count;
}

}  // namespace

void* operator new(std::size_t size) {
  ++allocations();
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_SUITE("engine/event_queue") {
  TEST_CASE("a queue that is no fuller than before allocates nothing") {
    EventQueue<std::uint64_t> queue;
    for (std::uint64_t i = 0; i < 100; ++i) queue.push(SimTime{SimDuration{i * 17 % 31}}, i);
    queue.push(queue.pop().key.due + 7ns, 0);
    const std::uint64_t before = allocations();
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      const auto entry = queue.pop();
      queue.push(entry.key.due + SimDuration{i * 7919 % 101}, entry.event);
    }
    CHECK(allocations() == before);
    CHECK(queue.size() == 100);
  }

  TEST_CASE("timers that are always cancelled before they are due do not pile up") {
    EventQueue<std::uint64_t> queue;
    queue.push(SimTime{}, 0);
    EventHandle timer = queue.push(SimTime{1h}, 0);
    const auto restart_timers = [&](std::uint64_t count) {
      for (std::uint64_t i = 1; i <= count; ++i) {
        REQUIRE(queue.cancel(timer));
        timer = queue.push(SimTime{1h + SimDuration{i}}, i);
      }
    };
    restart_timers(1'000);
    const std::uint64_t before = allocations();
    restart_timers(100'000);
    CHECK(allocations() == before);
    CHECK(queue.size() == 2);
  }
}
