// When schedules fire: the cases of github.com/robfig/cron's spec_test.go that five fields can say, and the descriptors.
#include "podlapse/api/cron_next.hpp"

#include <doctest/doctest.h>

namespace podlapse::test {
namespace {

/// The next time as RFC 3339, or "never".
std::string next(const char* schedule, const char* after) {
  WallTime from{};
  REQUIRE(parse_rfc3339(after, from));
  const std::optional<WallTime> found = next_schedule(schedule, from);
  return found ? format_rfc3339(*found) : "never";
}

}  // namespace

TEST_SUITE("api/cron next") {
  TEST_CASE("a schedule fires at the next minute that all its fields name, in UTC") {
    struct Row {
      const char *after, *schedule, *next;
    };
    const Row rows[] = {
        {"2012-07-09T14:45:00Z", "0/15 * * * *", "2012-07-09T15:00:00Z"},
        {"2012-07-09T14:59:59Z", "0/15 * * * *", "2012-07-09T15:00:00Z"},
        {"2012-07-09T15:45:00Z", "20-35/15 * * * *", "2012-07-09T16:20:00Z"},
        {"2012-07-09T23:46:00Z", "*/15 * * * *", "2012-07-10T00:00:00Z"},
        {"2012-07-09T23:35:51Z", "15/35 20-23/2 * * *", "2012-07-10T20:15:00Z"},
        {"2012-07-09T23:35:00Z", "0 0 9 apr-oct ?", "2012-08-09T00:00:00Z"},
        {"2012-07-09T23:35:00Z", "0 0 * feb mon", "2013-02-04T00:00:00Z"},
        {"2012-07-09T23:35:00Z", "0 0 */5 apr,aug,oct mon", "2012-08-01T00:00:00Z"},  // both days restricted: either will do
        {"2012-07-09T23:35:00Z", "0 0 29 feb ?", "2016-02-29T00:00:00Z"},
        {"2012-07-09T23:35:00Z", "0 0 1 * mon", "2012-07-16T00:00:00Z"},
        {"2012-07-09T23:35:00Z", "0 0 30 feb ?", "never"},
        {"2026-01-01T00:00:00Z", "*/5 * * * *", "2026-01-01T00:05:00Z"},
        {"2026-01-01T00:00:00Z", "TZ=Asia/Tokyo 0 6 * * *", "2026-01-01T06:00:00Z"},
        {"2026-01-01T00:00:00Z", "@hourly", "2026-01-01T01:00:00Z"},
        {"2026-01-01T00:00:00Z", "@daily", "2026-01-02T00:00:00Z"},
        {"2026-01-01T00:00:00Z", "@weekly", "2026-01-04T00:00:00Z"},
        {"2026-01-01T00:00:00Z", "@monthly", "2026-02-01T00:00:00Z"},
        {"2026-01-01T00:00:00Z", "@yearly", "2027-01-01T00:00:00Z"},
        {"2026-01-01T00:00:07Z", "@every 1m30s", "2026-01-01T00:01:37Z"},
        {"2026-01-01T00:00:07Z", "@every 10ms", "2026-01-01T00:00:08Z"},
    };
    for (const Row& row : rows) {
      INFO(std::string{row.after} << " " << std::string{row.schedule});
      CHECK_EQ(next(row.schedule, row.after), std::string{row.next});
    }
  }
}

}  // namespace podlapse::test
