// Crash-loop back-off (decision tables 13.1 to 13.4 and 11.3).
#include "podlapse/kubelet/backoff.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

constexpr std::uint64_t kKey = 7;

Backoff crash_loop_back_off() { return {secs(10), secs(300), secs(600)}; }

/// A Pod whose only container has ended at `finished` seconds after an earlier instance.
RuntimePodStatus dead_since(double finished) {
  RuntimePodStatus status = PodCase{"m", kAlways, "m X1"}.status;
  status.containers[0].finished_at = at(finished);
  return status;
}

Decided<BackOffDecision> ask(Backoff& backoff, double finished, double now) {
  return do_back_off(backoff, kKey, dead_since(finished), 0, at(now));
}

}  // namespace

TEST_SUITE("kubelet/backoff") {
  TEST_CASE("the rows of doBackOff hold") {
    {
      INFO("row ", "13.1");
      Backoff backoff{secs(1), secs(60), secs(120)};
      CHECK_FALSE(do_back_off(backoff, kKey, PodCase{"m", kAlways, "m R"}.status, 0, at(100)).value.in_back_off);
      CHECK(backoff.get(kKey) == SimDuration{});
    }
    {
      INFO("row ", "13.2");
      Backoff backoff{secs(1), secs(60), secs(120)};
      CHECK_FALSE(ask(backoff, 100, 100).value.in_back_off);
    }
    INFO("row ", "13.3");
    Backoff backoff{secs(1), secs(60), secs(120)};
    backoff.next(kKey, at(100));
    const BackOffDecision decision = ask(backoff, 100, 100).value;
    CHECK(decision.in_back_off);
    CHECK(decision.expires_at == at(101));
  }

  TEST_CASE("the back-off key changes with what is started and for whom, and with nothing else") {  // 13.2
    PodSpec pod = make_pod("m n");
    const std::uint64_t key = back_off_key(pod, pod.containers[0]);
    const auto changed = [&](auto change) {
      PodSpec other = pod;
      change(other);
      return back_off_key(other, other.containers[0]) != key;
    };
    CHECK_FALSE(changed([](PodSpec& other) { other.active_deadline = secs(10); }));
    CHECK(back_off_key(pod, pod.containers[1]) != key);
    CHECK(changed([](PodSpec& other) { other.name = "pod2"; }));
    CHECK(changed([](PodSpec& other) { other.namespace_name = "default2"; }));
    CHECK(changed([](PodSpec& other) { other.uid = "uid-2"; }));
    CHECK(changed([](PodSpec& other) { other.containers[0].image = "busybox:1.37"; }));
    CHECK(changed([](PodSpec& other) { other.containers[0].memory_limit_bytes = 1 << 20; }));
  }

  TEST_CASE("the rows of newCrashLoopBackOff hold") {
    struct Row {
      std::string id;
      bool reduced;
      int configured_max, initial, max;
    };
    const Row rows[] = {
        {"13.4", false, 2, 2, 2},    {"13.5", true, 2, 1, 2},     {"13.6", true, 10, 1, 10},
        {"13.7", true, 300, 1, 300}, {"13.8", false, 11, 10, 11}, {"13.9", false, 300, 10, 300},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      FeatureGates gates;
      gates.reduce_default_crash_loop_back_off_decay = row.reduced;
      KubeletConstants constants;
      constants.crash_loop_back_off_max = secs(row.configured_max);
      const CrashLoopBackOffRange range = crash_loop_back_off_range(constants, gates).value;
      CHECK(range.initial == secs(row.initial));
      CHECK(range.max == secs(row.max));
    }
  }

  TEST_CASE("the delay doubles up to the maximum") {
    INFO("row ", "13.10");
    Backoff backoff{secs(1), secs(50), secs(100)};
    int second = 0;
    for (const int expected : {0, 1, 2, 4, 8, 16, 32, 50, 50, 50}) {
      CHECK(backoff.get(kKey) == secs(expected));
      backoff.next(kKey, at(second++));
    }
    INFO("row ", "13.11");
    backoff.reset(kKey);
    CHECK(backoff.get(kKey) == SimDuration{});
  }

  TEST_CASE("keys do not share a delay") {
    Backoff backoff = crash_loop_back_off();
    backoff.next(kKey, at(0));
    backoff.next(kKey, at(1));
    backoff.next(kKey + 1, at(2));
    CHECK(backoff.get(kKey) == secs(20));
    CHECK(backoff.get(kKey + 1) == secs(10));
    backoff.erase(kKey);
    CHECK(backoff.get(kKey) == SimDuration{});
    CHECK(backoff.get(kKey + 1) == secs(10));
  }

  TEST_CASE("the rows of the back-off object at its maximum hold") {
    const auto at_cap = [] {
      Backoff backoff{secs(1), secs(5), secs(10)};
      for (int second = 0; second < 5; ++second) backoff.next(kKey, at(second));
      return backoff;  // last moved at 4
    };
    Backoff backoff = at_cap();
    {
      INFO("row ", "13.12");
      CHECK(backoff.is_in_back_off_since(kKey, at(4), at(4)));
    }
    {
      INFO("row ", "13.13");
      CHECK_FALSE(backoff.is_in_back_off_since(kKey, at(4 - 11), at(4)));
    }
    {
      INFO("row ", "13.14");
      backoff.next(kKey, at(10));
      CHECK(backoff.get(kKey) == secs(5));
    }
    INFO("row ", "13.15");
    backoff = at_cap();
    backoff.gc(at(4 + 6));
    CHECK(backoff.get(kKey) == secs(5));
    backoff.gc(at(4 + 12));
    CHECK(backoff.get(kKey) == SimDuration{});
  }

  TEST_CASE("an expiry of its own replaces twice the maximum") {
    INFO("row ", "13.16");
    Backoff backoff{secs(1), secs(50), secs(200)};
    backoff.next(kKey, at(0));
    backoff.gc(at(101));
    CHECK(backoff.get(kKey) == secs(1));
    backoff.gc(at(602));
    CHECK(backoff.get(kKey) == SimDuration{});
  }

  TEST_CASE("measured from the last update, a key is free again when its delay has passed") {
    INFO("row ", "13.17");
    Backoff backoff{secs(1), secs(10), secs(20)};
    std::vector<int> free_at;
    for (int tick = 0; tick <= 35; ++tick) {
      if (backoff.is_in_back_off_since_update(kKey, at(tick))) continue;
      free_at.push_back(tick);
      backoff.next(kKey, at(tick));
    }
    CHECK(free_at == std::vector<int>{0, 1, 3, 7, 15, 25, 35});
    CHECK(backoff.get(kKey) == secs(10));
    CHECK_FALSE(backoff.is_in_back_off_since_update(kKey, at(56)));
    backoff.next(kKey, at(56));
    CHECK(backoff.get(kKey) == secs(1));
  }

  TEST_CASE("a crash loop waits 10, 20, 40, 80, 160, 300, 300 seconds") {
    INFO("row ", "11.50");
    Backoff backoff = crash_loop_back_off();
    double now = 0;
    for (const int expected : {10, 20, 40, 80, 160, 300, 300}) {
      backoff.next(kKey, at(now++));
      CHECK(backoff.get(kKey) == secs(expected));
    }
  }

  TEST_CASE("ten minutes after the last start the delay is forgotten, although the container waits") {
    const auto started_at_0 = [] {
      Backoff backoff = crash_loop_back_off();
      for (int i = 6; i >= 0; --i) backoff.next(kKey, at(-i * 100));
      return backoff;  // delay 300, last moved at 0; the container ends at 400
    };
    Backoff backoff = started_at_0();
    {
      INFO("row ", "11.51");
      for (int after = 0; after < 200; ++after) {
        backoff.gc(at(400 + after));
        const bool asked = after == 0 || after == 100 || after == 199;
        if (asked) CHECK(ask(backoff, 400, 400 + after).value.in_back_off);
        CHECK(backoff.get(kKey) == secs(300));
      }
    }
    INFO("row ", "11.52");
    backoff.gc(at(400 + 201));
    CHECK(backoff.get(kKey) == SimDuration{});
    CHECK_FALSE(ask(backoff, 400, 601).value.in_back_off);
  }

  TEST_CASE("a wait is measured from the exit, and its end is told") {
    Backoff backoff = crash_loop_back_off();
    CHECK_FALSE(ask(backoff, 5, 6).value.in_back_off);
    const BackOffDecision decision = ask(backoff, 50, 59).value;
    CHECK(decision.in_back_off);
    CHECK(decision.delay == secs(10));
    CHECK(decision.expires_at == at(60));
    CHECK_FALSE(ask(backoff, 50, 60).value.in_back_off);
    CHECK(backoff.get(kKey) == secs(20));
  }

  TEST_CASE("whether ten minutes have passed is judged at the exit, and ten minutes sharp are not enough") {
    Backoff backoff = crash_loop_back_off();
    backoff.next(kKey, at(0));
    CHECK(ask(backoff, 600, 700).because == RuleId::BackoffDoubled);
    backoff.gc(at(700 + 600));
    CHECK(backoff.get(kKey) == secs(20));
  }

  TEST_CASE("the newest instance that is dead counts, also beside a running one") {
    Backoff backoff = crash_loop_back_off();
    backoff.next(kKey, at(90));
    RuntimePodStatus status = PodCase{"m", kAlways, "m R/X1/X2"}.status;
    status.containers[1].finished_at = at(95);
    status.containers[2].finished_at = at(10);
    CHECK(do_back_off(backoff, kKey, status, 0, at(100)).value.expires_at == at(105));
  }
}

TEST_SUITE("kubelet/backoff rules") {
  TEST_CASE("backoff/no-dead-instance: a container that never ended starts, and no delay begins") {
    Backoff backoff = crash_loop_back_off();
    check_because(do_back_off(backoff, kKey, {}, 0, at(0)).because, RuleId::BackoffNoDeadInstance);
    CHECK(backoff.get(kKey) == SimDuration{});
  }
  TEST_CASE("backoff/first: the first crash restarts at once") {
    Backoff backoff = crash_loop_back_off();
    const Decided<BackOffDecision> first = ask(backoff, 1, 1);
    CHECK_FALSE(first.value.in_back_off);
    check_because(first.because, RuleId::BackoffFirst);
    CHECK(backoff.get(kKey) == secs(10));
  }
  TEST_CASE("backoff/doubled: a restart doubles the delay of the next") {
    Backoff backoff = crash_loop_back_off();
    backoff.next(kKey, at(0));
    check_because(ask(backoff, 5, 15).because, RuleId::BackoffDoubled);
    CHECK(backoff.get(kKey) == secs(20));
  }
  TEST_CASE("backoff/capped: the delay stays at five minutes") {
    Backoff backoff = crash_loop_back_off();
    for (int i = 0; i < 6; ++i) backoff.next(kKey, at(0));
    check_because(ask(backoff, 5, 400).because, RuleId::BackoffCapped);
    CHECK(backoff.get(kKey) == secs(300));
  }
  TEST_CASE("backoff/waits: a restart waits for its delay") {
    Backoff backoff = crash_loop_back_off();
    backoff.next(kKey, at(0));
    check_because(ask(backoff, 5, 14).because, RuleId::BackoffWaits);
  }
  TEST_CASE("backoff/reset: a run that ends ten minutes after its start begins anew") {
    Backoff backoff = crash_loop_back_off();
    for (int i = 0; i < 6; ++i) backoff.next(kKey, at(0));
    check_because(ask(backoff, 601, 601).because, RuleId::BackoffReset);
    CHECK(backoff.get(kKey) == secs(10));
  }
  TEST_CASE("backoff/range-configured: the node's configuration sets the maximum") {
    check_because(crash_loop_back_off_range({}, kGates).because, RuleId::BackoffRangeConfigured);
  }
  TEST_CASE("backoff/range-reduced: the reduced range starts at a second, and ends at a minute by default") {
    FeatureGates gates;
    gates.reduce_default_crash_loop_back_off_decay = true;
    check_because(crash_loop_back_off_range({}, gates).because, RuleId::BackoffRangeReduced);
    gates.kubelet_crash_loop_back_off_max = false;
    const Decided<CrashLoopBackOffRange> range = crash_loop_back_off_range({}, gates);
    check_because(range.because, RuleId::BackoffRangeReduced);
    CHECK(range.value.max == secs(60));
  }
  TEST_CASE("backoff/range-default: without its gate the configured maximum counts for nothing") {
    FeatureGates gates;
    gates.kubelet_crash_loop_back_off_max = false;
    KubeletConstants constants;
    constants.crash_loop_back_off_max = secs(2);
    const Decided<CrashLoopBackOffRange> range = crash_loop_back_off_range(constants, gates);
    check_because(range.because, RuleId::BackoffRangeDefault);
    CHECK(range.value.max == secs(300));
    CHECK(range.value.initial == secs(10));
  }
}

}  // namespace podlapse::test
