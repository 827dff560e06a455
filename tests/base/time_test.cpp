#include "podlapse/base/time.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

WallTime wall(const char* text) {
  WallTime time{};
  REQUIRE_MESSAGE(parse_rfc3339(text, time), text);
  return time;
}

SimDuration duration(const char* text) {
  SimDuration parsed{};
  REQUIRE_MESSAGE(parse_duration(text, parsed), text);
  return parsed;
}

}  // namespace

TEST_SUITE("base/time") {
  TEST_CASE("a civil time is printed as RFC 3339 in UTC, its fraction cut off") {
    CHECK(format_rfc3339(WallTime{}) == "1970-01-01T00:00:00Z");
    CHECK(format_rfc3339(WallTime{1767225599s + 999ms}) == "2025-12-31T23:59:59Z");
    CHECK(format_rfc3339(WallTime{-1ns}) == "1969-12-31T23:59:59Z");
  }

  TEST_CASE("RFC 3339 is read with offsets and fractions") {
    CHECK(wall("2026-01-01T00:00:00Z") == WallTime{1767225600s});
    CHECK(wall("2026-01-01T01:30:00+01:30") == WallTime{1767225600s});
    CHECK(wall("2025-12-31T19:00:00-05:00") == WallTime{1767225600s});
    CHECK(wall("2026-01-01t00:00:00.25z") == WallTime{1767225600s + 250ms});
    CHECK(wall("2026-01-01T00:00:00.123456789123Z") == WallTime{1767225600s + 123456789ns});
    CHECK(wall("2024-02-29T12:00:00Z") == WallTime{1709208000s});
  }

  TEST_CASE("what is no RFC 3339 time is refused") {
    for (const char* text :
         {"", "2026", "2026-01-01", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z",
          "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zx",
          "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "-026-01-01T00:00:00Z"}) {
      CAPTURE(text);
      WallTime untouched{5s};
      CHECK_FALSE(parse_rfc3339(text, untouched));
      CHECK(untouched == WallTime{5s});
    }
  }

  TEST_CASE("what was printed as RFC 3339 is read back") {
    for (std::int64_t second = -4'000'000'000; second < 9'000'000'000; second += 123'456'789) {
      const WallTime time{std::chrono::seconds{second}};
      CHECK(wall(format_rfc3339(time).c_str()) == time);
    }
  }

  TEST_CASE("an instant is truncated to the second of the civil clock, not of the simulation") {
    const WallClock clock{WallTime{1767225600s + 300ms}};
    CHECK(truncate_to_second(SimTime{1s + 650ms}, clock) == SimTime{700ms});
    CHECK(truncate_to_second(SimTime{1s + 700ms}, clock) == SimTime{1s + 700ms});
    CHECK(truncate_to_second(SimTime{100ms}, clock) == SimTime{-300ms});
    CHECK(truncate_to_second(SimTime{0s}, WallClock{}) == SimTime{});
  }

  TEST_CASE("durations are printed as Go prints them") {
    CHECK(format_go_duration(0s) == "0s");
    CHECK(format_go_duration(10s) == "10s");
    CHECK(format_go_duration(80s) == "1m20s");
    CHECK(format_go_duration(300s) == "5m0s");
    CHECK(format_go_duration(3600s) == "1h0m0s");
    CHECK(format_go_duration(90061s) == "25h1m1s");
    CHECK(format_go_duration(1500ms) == "1.5s");
    CHECK(format_go_duration(60s + 50ms) == "1m0.05s");
    CHECK(format_go_duration(250ms) == "250ms");
    CHECK(format_go_duration(1100us) == "1.1ms");
    CHECK(format_go_duration(2us) == "2\xc2\xb5s");
    CHECK(format_go_duration(7ns) == "7ns");
    CHECK(format_go_duration(-1500ms) == "-1.5s");
    CHECK(format_go_duration(SimDuration::min()) == "-2562047h47m16.854775808s");
  }

  TEST_CASE("seconds are printed with the asked decimals, rounded half away from zero") {
    CHECK(format_seconds(12400ms, 3) == "12.400");
    CHECK(format_seconds(12400ms, 0) == "12");
    CHECK(format_seconds(12500ms, 0) == "13");
    CHECK(format_seconds(999'500us, 3) == "1.000");
    CHECK(format_seconds(999'499us, 3) == "0.999");
    CHECK(format_seconds(-12'400'500us, 3) == "-12.401");
    CHECK(format_seconds(-400us, 3) == "0.000");
    CHECK(format_seconds(1ns, 9) == "0.000000001");
    CHECK(format_seconds(50ms, 1) == "0.1");
    CHECK(format_seconds(SimDuration::min(), 9) == "-9223372036.854775808");
  }

  TEST_CASE("durations are read in Go's form, and bare numbers as seconds") {
    CHECK(duration("2s") == 2s);
    CHECK(duration("1.5s") == 1500ms);
    CHECK(duration("250ms") == 250ms);
    CHECK(duration("1m20s") == 80s);
    CHECK(duration("1h") == 3600s);
    CHECK(duration("1h0.5m") == 3630s);
    CHECK(duration("2") == 2s);
    CHECK(duration("0.5") == 500ms);
    CHECK(duration(".5") == 500ms);
    CHECK(duration("0") == 0s);
    CHECK(duration("3us") == 3us);
    CHECK(duration("3\xc2\xb5s") == 3us);
    CHECK(duration("9223372036854775807ns") == SimDuration::max());
    CHECK(duration("0.1234567891234567891234567891234567s") == 123456789ns);
    CHECK(duration("1.0000000001h") == 3600s + 360ns);
  }

  TEST_CASE("what is no duration is refused") {
    for (const char* text : {"", ".", "s", "1x", "-2s", "+2s", "1 s", " 1s", "1s ", "1s2", "1..5s", "1.5.5s", "1e3s", "0x10",
                             "forever", "9223372036854775808ns", "9223372037s", "2562048h", "99999999999999999999",
                             "2562047h60m", "20000000000s", "9223372036.9s", "1m-20s", "1,5s"}) {
      CAPTURE(text);
      SimDuration untouched = 5s;
      CHECK_FALSE(parse_duration(text, untouched));
      CHECK(untouched == 5s);
    }
  }

  TEST_CASE("a duration printed as Go does is read back") {
    std::uint64_t state = 1;
    for (int i = 0; i < 2000; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const SimDuration original{static_cast<std::int64_t>(state >> (1 + i % 62))};
      CAPTURE(original.count());
      CHECK(duration(format_go_duration(original).c_str()) == original);
    }
  }

  TEST_CASE("any short text is either a duration or refused") {
    const std::string alphabet = "019.smhnu-+ \xc2\xb5";
    std::size_t accepted = 0;
    std::string text;
    for (std::size_t i = 0; i < 20'000; ++i) {
      text.clear();
      for (std::size_t rest = i; rest > 0; rest /= alphabet.size()) text += alphabet[rest % alphabet.size()];
      SimDuration parsed = -1ns;
      const bool ok = parse_duration(text, parsed);
      CAPTURE(text);
      REQUIRE((ok ? parsed >= 0ns : parsed == -1ns));
      accepted += ok ? 1 : 0;
    }
    CHECK(accepted > 100);
  }
}
