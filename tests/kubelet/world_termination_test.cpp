// The order and the clock of a killing, in a running World (decision tables 9.1, 9.3 and 11.2).
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

#include "kubelet/world_support.hpp"

namespace podlapse::test {
namespace {

/// A row of table 11.2. `expected` gives for each container: stop signal / timeout / exit, in seconds after the kill began;
/// a trailing + means that SIGKILL ended it.
struct KillRow {
  std::string id;
  double grace;
  const char* containers;
  const char* behavior;
  std::string expected;
  double removed_at = 10;
  std::optional<std::int64_t> deletion_grace = std::nullopt;
  bool removed = true;  ///< false: its mains end by themselves
};

WorldCase case_of(const KillRow& row) {
  WorldCase pod{row.containers, kNever, row.behavior};
  pod.grace(row.grace);
  if (row.removed) pod.remove_at(row.removed_at, row.deletion_grace);
  return pod;
}

std::string rounded(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", seconds);
  std::string number = text;
  if (number.size() > 2 && number.substr(number.size() - 2) == ".0") number.resize(number.size() - 2);
  return number;
}

/// The last instance of `container` that was told to stop.
int last_attempt(const Story& story, std::string_view container) {
  int attempt = story.starts(container) - 1;
  while (attempt > 0 && story.signalled(container, attempt) < 0) --attempt;
  return attempt;
}

/// From stop signal to SIGKILL: what it would take if `container` ignored the signal.
double timeout_of(const KillRow& row, const std::string& container) {
  WorldCase pod = case_of(row);
  for (RunBehavior& run : pod.behavior(container).runs) run.on_term.ignore = true;
  const Story story = pod.run(200);
  const int attempt = last_attempt(story, container);
  return story.exited(container, attempt) - story.signalled(container, attempt);
}

void check_kill(const KillRow& row) {
  INFO("row ", row.id);
  const Story story = case_of(row).run(200);
  const double began = story.steps("kill", "is to be stopped").at(0);
  std::string seen;
  for (const std::string& text : split(row.expected, ',')) {
    const std::string name = split(text, ' ').at(0);
    const int attempt = last_attempt(story, name);
    seen += (seen.empty() ? "" : ", ") + name + " " + rounded(story.signalled(name, attempt) - began) + "/" +
            rounded(timeout_of(row, name)) + "/" + rounded(story.exited(name, attempt) - began) +
            (story.exit_code(name, attempt) == 137 ? "+" : "");
  }
  CHECK_EQ(seen, row.expected);
}

}  // namespace

TEST_SUITE("kubelet/world termination") {
  TEST_CASE("the clock of killPod runs as the kubelet's does") {
    const char* two = "s1:sc s2:sc m";
    const char* three = "s1:sc s2:sc s3:sc m";
    check_kill({"11.36", 30, two, "m term=2, s2 term=1, s1 term=1", "m 0/30/2, s2 2/28/3, s1 3/27/4"});
    check_kill({"11.37", 5, three, "m term=20, s1 term=20, s2 term=1, s3 term=20",
                "m 0/5/5+, s1 5/2/7+, s2 5/2/6, s3 5/2/7+"});
    check_kill(
        {"11.38", 5, three, "m term=1, s1 term=1, s2 term=20, s3 term=1", "m 0/5/1, s3 1/4/2, s2 2/3/5+, s1 5/2/6"});
    check_kill({"11.39", 5, three, "m sleep=20 term=20, s1 term=1, s2 term=20, s3 term=1",
                "m 5/2/7+, s1 5/2/6, s2 5/2/7+, s3 5/2/6"});
    check_kill({"11.40", 5, three, "m term=1, s1 sleep=1 term=1, s2 sleep=30 term=20, s3 sleep=1 term=1",
                "m 0/5/1, s3 1/4/2, s2 5/2/7+, s1 5/2/6"});
    check_kill({"11.41", 10, "s1:sc m", "m sleep=2 term=4, s1 sleep=3 term=1", "m 2/8/6, s1 6/4/7"});
    check_kill({"11.43", 30, "s1:sc m", "m sleep=3 term=5, s1 sleep=3 term=5", "m 1/2/3+, s1 1/2/3+", 10, 1});
    check_kill({"11.44", 10, two, "m run=5, s1 term=1, s2 term=2", "s2 0/10/2, s1 2/8/3", 0, {}, false});
    check_kill({"11.45", 10, "s1:sc i:init m", "i run=300 term=4, s1 term=1", "i 0/10/4, s1 0/10/1"});
    check_kill({"11.46", 10, "s1:sc m n", "m term=1.9, n term=0.5, s1 term=3", "m 0/10/1.9, n 0/10/0.5, s1 1.9/9/4.9"});
    check_kill(
        {"11.47", 10, three, "m term=1, s1 term=1, s2 run=1 exit=1, s3 term=2", "m 0/10/1, s3 1/9/3, s1 1/9/2", 5});
    check_kill({"11.48", 4, "m n", "m term=2, n sleep=1 term=9", "m 0/4/2, n 1/3/4+"});
    check_kill({"11.49", 6, "s1:sc m", "m term=2.6, s1 term=9", "m 0/6/2.6, s1 2.6/4/6.6+"});
  }

  TEST_CASE("whoever waits for its turn waits whole seconds, and no longer than its grace") {
    const auto waits = [](const char* containers, const char* behavior, double grace) {
      const Story story = WorldCase{containers, kNever, behavior}.grace(grace).remove_at(10).run(60);
      const double began = story.steps("kill", "is to be stopped").at(0);
      std::string text;
      for (const std::string& container : split(containers, ' ')) {
        const std::string name = split(container, ':').at(0);
        const double waited = std::floor(story.signalled(name) - began + 0.01);
        text += (text.empty() ? "" : ", ") + name + " " + std::to_string(static_cast<int>(waited));
      }
      return text;
    };
    const char* three = "sc1:sc sc2:sc sc3:sc main";
    const char* each_1_25 = "sc1 term=1.25, sc2 term=1.25, sc3 term=1.25, main term=1.25";
    const char* each_1 = "sc1 term=1, sc2 term=1, sc3 term=1, main term=1";
    {
      INFO("row ", "9.1");
      CHECK_EQ(waits("init:sc main", "init term=1, main term=1", 30), "init 1, main 0");
    }
    {
      INFO("row ", "9.2");
      CHECK_EQ(waits(three, each_1_25, 30), "sc1 3, sc2 2, sc3 1, main 0");
    }
    INFO("row ", "9.3");
    CHECK_EQ(waits(three, each_1, 2), "sc1 2, sc2 2, sc3 1, main 0");
  }

  TEST_CASE("hooks run, of mains and of sidecars, unless there is no grace left") {
    {
      INFO("row ", "9.15");
      const Story story = WorldCase{"s:sc m", kAlways, "m prestop=1, s prestop=1"}.remove_at(5, 30).run(60);
      CHECK(close(story.pre_stop_began("m"), 5));
      CHECK(close(story.pre_stop_began("s"), 5));
    }
    {
      INFO("row ", "9.16");
      WorldCase pod{"m", kAlways, "m prestop=1"};
      pod.spec().containers[0].pre_stop->kind = HandlerKind::HttpGet;
      CHECK(close(pod.remove_at(5, 30).run(60).pre_stop_began("m"), 5));
    }
    {
      INFO("row ", "9.17");  // the only kill without any grace is that of a restart of all containers
      const Story story =
          WorldCase{"m n:never,restart-all=42", kAlways, "m sleep=3 term=5, n run=5 exit=42 / run=ever"}.run(30);
      CHECK(story.pre_stop_began("m") < 0);
      CHECK(close(story.signalled("m"), 5));
      CHECK(close(story.exited("m"), 7));
    }
    {
      INFO("row ", "9.18");
      const Story story = WorldCase{"m", kAlways, "m poststart=1"}.run(10);
      CHECK(close(story.post_start_ended("m"), story.started("m") + 1));
    }
    {
      INFO("row ", "9.20");
      const Story story = WorldCase{"m", kAlways, "m sleep=5"}.remove_at(5, 30).run(60);
      CHECK(close(story.pre_stop_ended("m"), 10));
      CHECK(close(story.signalled("m"), 10));
    }
    const Story cut = WorldCase{"m", kAlways, "m sleep=3 term=1"}.remove_at(5, 2).run(60);
    CHECK(close(cut.signalled("m"), 7));  // a hook that outlasts the grace period is not waited for
  }
}

}  // namespace podlapse::test
