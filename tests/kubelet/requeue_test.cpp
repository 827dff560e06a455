// When a worker looks at its Pod again (decision table 13.5).
#include "podlapse/kubelet/requeue.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

using Kind = SyncError::Kind;
constexpr SimTime kNow = kTimeZero + std::chrono::seconds{1000};

SyncError backoff_in(double seconds) { return {Kind::Backoff, kNow + secs(seconds)}; }
const SyncError kGeneric{Kind::Generic, {}};
const SyncError kNoNetwork{Kind::NetworkNotReady, {}};

Decided<Requeue> requeue_after(const std::vector<SyncError>& errors) {
  KubeletConstants constants;
  constants.sync_frequency = secs(20);  // as in the kubelet's test
  return complete_work({false, errors}, kNow, constants);
}

}  // namespace

TEST_SUITE("kubelet/requeue") {
  TEST_CASE("the rows of completeWork hold") {
    struct Row {
      std::string id;
      std::vector<SyncError> errors;
      double shortest, longest;
    };
    const Row rows[] = {
        {"13.19", {}, 20, 30},
        {"13.20", {kGeneric}, 10, 15},
        {"13.21", {backoff_in(5)}, 5, 7.5},
        {"13.22", {kGeneric, backoff_in(7)}, 7, 10.5},
        {"13.23", {backoff_in(10), backoff_in(3)}, 3, 4.5},
        {"13.24", {backoff_in(-5)}, 0, 0},
        {"13.25", {backoff_in(40)}, 20, 30},
        {"13.26", {kNoNetwork}, 1, 1.5},
        {"13.27", {kGeneric, kNoNetwork}, 1, 1.5},
        {"13.28", {kNoNetwork, backoff_in(3)}, 1, 1.5},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      const Requeue requeue = requeue_after(row.errors).value;
      CHECK(requeue.delay == secs(row.shortest));
      CHECK((requeue.jittered ? requeue.delay * 3 / 2 : requeue.delay) == secs(row.longest));
    }
    INFO("row ", "13.18");
    const Requeue transition = complete_work({true, {kGeneric}}, kNow, {}).value;
    CHECK(transition.delay == SimDuration{});
    CHECK_FALSE(transition.jittered);
  }

  TEST_CASE("the earliest of several back-offs counts, however deep they lie") {
    CHECK_FALSE(min_back_off_expiration({}));
    CHECK_FALSE(min_back_off_expiration({kGeneric}));
    CHECK(min_back_off_expiration({backoff_in(5)}) == kNow + secs(5));
    CHECK_FALSE(min_back_off_expiration({kGeneric, kGeneric}));
    CHECK(min_back_off_expiration({kGeneric, backoff_in(7)}) == kNow + secs(7));
    CHECK(min_back_off_expiration({backoff_in(10), backoff_in(3), backoff_in(5)}) == kNow + secs(3));
    CHECK(min_back_off_expiration({backoff_in(2), backoff_in(4)}) == kNow + secs(2));
  }
}

TEST_SUITE("kubelet/requeue rules") {
  TEST_CASE("requeue/transition: a worker that moves on does so at once, even after an error") {
    check_because(complete_work({true, {kGeneric}}, kNow, {}).because, RuleId::RequeueTransition);
  }
  TEST_CASE("requeue/success: a worker that had nothing to complain of looks again after a minute") {
    const Decided<Requeue> requeue = complete_work({}, kNow, {});
    check_because(requeue.because, RuleId::RequeueSuccess);
    CHECK(requeue.value.delay == secs(60));
    CHECK(requeue.value.jittered);
  }
  TEST_CASE("requeue/network-not-ready: a node without network is asked again after a second") {
    check_because(requeue_after({kGeneric, kNoNetwork}).because, RuleId::RequeueNetworkNotReady);
  }
  TEST_CASE("requeue/back-off: a back-off is waited for, but not longer than the resync interval") {
    check_because(requeue_after({backoff_in(5)}).because, RuleId::RequeueBackoff);
    CHECK(requeue_after({backoff_in(40)}).value.delay == secs(20));
  }
  TEST_CASE("requeue/error: any other error is retried after ten seconds") {
    check_because(requeue_after({kGeneric}).because, RuleId::RequeueError);
  }
}

}  // namespace podlapse::test
