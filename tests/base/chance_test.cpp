#include "podlapse/base/chance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

constexpr Latency kSkewed{10ms, 20ms, 50ms, 200ms, 1000ms};

std::vector<SimDuration> draws(const Latency& latency, std::uint64_t count) {
  const Chance chance{7};
  std::vector<SimDuration> result;
  for (std::uint64_t i = 0; i < count; ++i) result.push_back(chance.draw(latency, stream_id("test"), i));
  std::sort(result.begin(), result.end());
  return result;
}

/// How far `value` lies from `expected`, in thousandths of it.
std::int64_t off_by(SimDuration value, SimDuration expected) {
  const std::int64_t off = (value - expected).count() * 1000 / expected.count();
  return off < 0 ? -off : off;
}

}  // namespace

TEST_SUITE("base/chance") {
  TEST_CASE("without a seed every draw is the median, and bits are half of their range") {
    const Chance chance;
    CHECK_FALSE(chance.seeded());
    for (std::uint64_t i = 0; i < 3; ++i) {
      CHECK(chance.draw(kSkewed, stream_id("a"), i) == 50ms);
      CHECK(chance.bits(stream_id("a"), i) == std::uint64_t{1} << 63);
    }
  }

  TEST_CASE("a draw depends on seed, stream and index alone") {
    const Chance chance{42}, same{42}, other{43};
    const StreamId stream = stream_id("default/web/app/start");
    CHECK(chance.bits(stream, 3) == same.bits(stream, 3));
    CHECK(chance.bits(stream, 3) != other.bits(stream, 3));
    CHECK(chance.bits(stream, 3) != chance.bits(stream, 4));
    CHECK(chance.bits(stream, 3) != chance.bits(stream_id("default/web/app/stop"), 3));
  }

  TEST_CASE("the draws of a seed stay what they are from compiler to compiler and release to release") {
    const Chance chance{1};
    CHECK(static_cast<std::uint64_t>(stream_id("default/web/app/start")) == 15458302566407377612ULL);
    CHECK(chance.bits(stream_id("default/web/app/start"), 0) == 18173324462840116940ULL);
    CHECK(chance.draw(kSkewed, stream_id("default/web/app/start"), 0) == 881423145ns);
    CHECK(chance.draw(kSkewed, stream_id("default/web/app/start"), 1) == 48338765ns);
    // The last bit of each product counts.
    const Latency wide = Latency::uniform(0s, SimDuration{(std::int64_t{1} << 56) + 0xfedcba98});
    SimDuration sum{};
    for (std::uint64_t i = 0; i < 100; ++i) sum += chance.draw(wide, stream_id("default/web/app/start"), i);
    CHECK(sum == SimDuration{3867794213131183689});
  }

  TEST_CASE("a stream's name can be given in parts") {
    CHECK(stream_id("/start", stream_id("default/web")) == stream_id("default/web/start"));
  }

  TEST_CASE("ten thousand draws show the quantiles they were drawn from") {
    const std::vector<SimDuration> sorted = draws(kSkewed, 10'000);
    CHECK(sorted.front() >= kSkewed.min);
    CHECK(sorted.back() <= kSkewed.max);
    CHECK(off_by(sorted[1'000], kSkewed.p10) < 20);
    CHECK(off_by(sorted[3'000], 35ms) < 20);  // half-way between p10 and the median
    CHECK(off_by(sorted[5'000], kSkewed.median) < 20);
    CHECK(off_by(sorted[7'000], 125ms) < 30);
    CHECK(off_by(sorted[9'000], kSkewed.p90) < 60);
    CHECK(off_by(sorted[9'500], 600ms) < 60);
  }

  TEST_CASE("a uniform latency has its median in the middle and reaches both ends") {
    const std::vector<SimDuration> sorted = draws(Latency::uniform(1s, 2s), 10'000);
    CHECK(off_by(sorted[5'000], 1500ms) < 10);
    CHECK(sorted.front() < 1001ms);
    CHECK(sorted.back() > 1999ms);
    CHECK(sorted.back() <= 2s);
  }

  TEST_CASE("an exact latency is always the same") {
    const std::vector<SimDuration> sorted = draws(Latency::exactly(300ms), 100);
    CHECK(sorted.front() == 300ms);
    CHECK(sorted.back() == 300ms);
  }

  TEST_CASE("a latency as wide as time itself is drawn without overflow") {
    const Latency wide = Latency::uniform(SimDuration::min() / 2, SimDuration::max() / 2);
    for (const SimDuration drawn : draws(wide, 1000)) {
      REQUIRE(drawn >= wide.min);
      REQUIRE(drawn <= wide.max);
    }
  }

  TEST_CASE("bits are even over streams that differ in one letter") {
    std::uint64_t ones = 0;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      const std::string name{"default/web/", 12};
      for (std::uint64_t i = 0; i < 100; ++i) ones += Chance{0}.bits(stream_id(name + letter), i) >> 63;
    }
    CHECK(ones > 1200);
    CHECK(ones < 1400);
  }
}
