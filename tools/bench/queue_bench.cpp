// The hold model: N events wait; a step takes the earliest and schedules one. The peers take the same steps.
#include <benchmark/benchmark.h>

#include "heaps.hpp"
#include "podlapse/engine/event_queue.hpp"

namespace podlapse::bench {
namespace {

/// xorshift64*, the same for all.
class Numbers {
 public:
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dULL;
  }
  /// How long after the event it follows an event is due: up to about a millisecond.
  std::int64_t delay() { return static_cast<std::int64_t>(next() >> 44); }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

template <class Event>
class OurQueue {
 public:
  void push(std::int64_t due, Event event) { queue_.push(SimTime{SimDuration{due}}, event); }
  std::pair<std::int64_t, Event> pop() {
    const auto entry = queue_.pop();
    return {entry.key.due.time_since_epoch().count(), entry.event};
  }

 private:
  EventQueue<Event> queue_;
};

/// An event as large as those of the kubelet's world.
struct LargeEvent {
  std::uint64_t words[5] = {};
};

template <class Event>
Event make_event(std::uint64_t number) {
  if constexpr (std::is_integral_v<Event>) {
    return number;
  } else {
    return Event{{number, 0, 0, 0, 0}};
  }
}

template <class Event>
std::uint64_t number_of(const Event& event) {
  if constexpr (std::is_integral_v<Event>) {
    return event;
  } else {
    return event.words[0];
  }
}

template <class Queue, class Event>
void hold(benchmark::State& state) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  Queue queue;
  Numbers numbers;
  for (std::uint64_t i = 0; i < pending; ++i) queue.push(numbers.delay(), make_event<Event>(i));
  std::uint64_t checksum = 0;
  const auto step = [&] {
    const auto [due, event] = queue.pop();
    checksum = checksum * 31 + number_of(event);
    queue.push(due + numbers.delay(), event);
  };
  for (std::uint64_t i = 0; i < 4 * pending; ++i) step();
  for (auto _ : state) step();
  benchmark::DoNotOptimize(checksum);
}

/// As many steps as events wait, each of which also restarts a timer: cancels an event and pushes it anew.
void restart_timers(benchmark::State& state) {
  const auto pending = static_cast<std::uint64_t>(state.range(0));
  EventQueue<std::uint64_t> queue;
  Numbers numbers;
  std::vector<EventHandle> timers;
  const auto push = [&](SimTime now, std::uint64_t timer) {
    return queue.push(now + SimDuration{numbers.delay()}, timer);
  };
  for (std::uint64_t i = 0; i < pending; ++i) timers.push_back(push(SimTime{}, i));
  for (auto _ : state) {
    const auto entry = queue.pop();
    timers[entry.event] = push(entry.key.due, entry.event);
    const std::uint64_t other = (numbers.next() >> 32) % pending;
    queue.cancel(timers[other]);
    timers[other] = push(entry.key.due, other);
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) { benchmark->Arg(16)->Arg(256)->Arg(4096)->Arg(65536); }

using Small = std::uint64_t;
BENCHMARK(hold<BareHeap<Small>, Small>)->Name("hold/bare_4ary_heap")->Apply(sizes);
BENCHMARK(hold<OurQueue<Small>, Small>)->Name("hold/event_queue")->Apply(sizes);
BENCHMARK(hold<PriorityQueue<Small>, Small>)->Name("hold/priority_queue")->Apply(sizes);
BENCHMARK(hold<Multimap<Small>, Small>)->Name("hold/multimap")->Apply(sizes);
BENCHMARK(hold<BareHeap<LargeEvent>, LargeEvent>)->Name("hold_40_bytes/bare_4ary_heap")->Apply(sizes);
BENCHMARK(hold<OurQueue<LargeEvent>, LargeEvent>)->Name("hold_40_bytes/event_queue")->Apply(sizes);
BENCHMARK(restart_timers)->Name("hold_and_cancel/event_queue")->Apply(sizes);

}  // namespace
}  // namespace podlapse::bench
