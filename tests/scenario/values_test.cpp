#include "podlapse/scenario/values.hpp"

#include <doctest/doctest.h>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

/// The moment written again, or the problem.
std::string read_moment(const std::string& text) {
  Moment moment;
  std::string problem;
  return parse_moment(text, moment, problem) ? format_moment(moment) : problem;
}

std::string read_length(const std::string& text) {
  std::optional<SimDuration> span;
  std::optional<Moment> until;
  std::string problem;
  if (!parse_length(text, span, until, problem)) return problem;
  if (until) return "until " + format_moment(*until);
  return span ? format_go_duration(*span) : "forever";
}

}  // namespace

TEST_SUITE("scenario/values") {
  TEST_CASE("moments name a container and what is true of it") {
    for (const char* text : {"proxy.ready", "app.started", "app[2].started", "app.exited", "app[0].exited",
                             "app.exited(0)", "app[1].exited(137)", "db/postgres.serving", "app.running"}) {
      CHECK(read_moment(text) == text);
    }
    Moment moment;
    std::string problem;
    REQUIRE(parse_moment("db/app[1].exited(3)", moment, problem));
    CHECK(moment == Moment{"db", "app", Moment::What::Exited, 1, 3});
  }

  TEST_CASE("what is no moment is told why") {
    CHECK(read_moment("proxy") ==
          "`proxy` is no moment: write CONTAINER.WHAT, WHAT being one of started, exited, running, serving, ready");
    CHECK(read_moment(".ready").find("is no moment") != std::string::npos);
    CHECK(read_moment("proxy.redy") ==
          "`redy` is no moment of a container; known: started, exited, running, serving, ready");
    CHECK(read_moment("app.ready(0)") == "only `exited` has an exit code");
    CHECK(read_moment("app[1].ready") == "only `started` and `exited` go with an attempt");
    CHECK(read_moment("app.exited(x)") == "`exited(x)` has no exit code in its brackets");
    CHECK(read_moment("app[-1].started") == "`app[-1]` has no attempt in its brackets");
    CHECK(read_moment("db/.ready") == "`db/.ready` names no container");
  }

  TEST_CASE("a length is a duration, for ever, or until a moment") {
    CHECK(read_length("2s") == "2s");
    CHECK(read_length("1m30s") == "1m30s");
    CHECK(read_length("0.5") == "500ms");
    CHECK(read_length("forever") == "forever");
    CHECK(read_length("until proxy.ready") == "until proxy.ready");
    CHECK(read_length("until  db/app.exited(0)") == "until db/app.exited(0)");
    CHECK(read_length("3x") == "`3x` is neither a duration (2s, 1m30s), nor `forever`, nor `until CONTAINER.WHAT`");
    CHECK(read_length("99999h") == "`99999h` is longer than ten years: write `forever`");
    CHECK(read_length("until proxy").find("`proxy` is no moment") == 0);
  }

  TEST_CASE("whole numbers have bounds") {
    std::int64_t value = 0;
    std::string problem;
    CHECK(parse_integer("255", 0, 255, value, problem));
    CHECK(value == 255);
    for (const char* text : {"256", "-1", "1.5", "one", "", "1 ", "99999999999999999999"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_integer(text, 0, 255, value, problem));
      CHECK(problem == "`" + std::string{text} + "` is no whole number from 0 to 255");
    }
  }

  TEST_CASE("keys differ neither by hyphens nor by case") {
    CHECK(folded_key("ok-after") == folded_key("okAfter"));
    CHECK(folded_key("preStop") != folded_key("postStart"));
  }
}
