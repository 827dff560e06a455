#include "podlapse/trace/digest.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

TraceRecord record(Observation observation) {
  TraceRecord result;
  result.seq = 1;
  result.at = SimTime{5ms};
  result.pod = "web";
  result.rule = "restart/always";
  result.observation = std::move(observation);
  return result;
}

StatusObservation full_status() {
  StatusObservation seen;
  PodStatus& status = seen.status;
  status.phase = "Running";
  status.conditions.push_back({"Ready", "True", "", "", WallTime{1s}, std::nullopt});
  ContainerStatus container;
  container.name = "app";
  container.state.kind = ContainerState::Kind::Running;
  container.state.started_at = WallTime{1s};
  status.container_statuses.push_back(container);
  return seen;
}

template <class Seen>
Observation changed(Seen seen, const std::function<void(Seen&)>& change) {
  change(seen);
  return seen;
}

}  // namespace

TEST_SUITE("trace/digest") {
  TEST_CASE("the digest of no records is that of their number, zero, alone") {
    // FNV-1a of eight zero bytes.
    CHECK(trace_digest({}) == 0xa8c7f832281a39c5ULL);
  }

  TEST_CASE("equal records have equal digests, in whichever vector they lie") {
    CHECK(trace_digest({record(full_status())}) == trace_digest({record(full_status())}));
  }

  TEST_CASE("every field of every kind of record counts") {
    std::set<std::uint64_t> digests;
    const auto differs = [&](const TraceRecord& other) { return digests.insert(trace_digest({other})).second; };
    const auto with = [](const std::function<void(TraceRecord&)>& change) {
      TraceRecord result = record(DeletedObservation{});
      change(result);
      return result;
    };
    CHECK(differs(record(DeletedObservation{})));
    CHECK(differs(with([](TraceRecord& r) { r.seq = 2; })));
    CHECK(differs(with([](TraceRecord& r) { r.cause = 1; })));
    CHECK(differs(with([](TraceRecord& r) { r.at += 1ns; })));
    CHECK(differs(with([](TraceRecord& r) { r.pod = "we"; })));
    CHECK(differs(with([](TraceRecord& r) { r.rule.clear(); })));
    CHECK(differs(record(ContainerObservation{})));
    CHECK(differs(record(ContainerObservation{"app", 0, ContainerObservation::What::Exited, 0, {}})));
    CHECK(differs(record(ContainerObservation{"app", 0, ContainerObservation::What::Exited, 1, {}})));
    CHECK(differs(record(ContainerObservation{"app", 0, ContainerObservation::What::Exited, {}, 0})));
    CHECK(differs(record(ContainerObservation{"app", 1, ContainerObservation::What::Exited, {}, 0})));
    CHECK(differs(record(EventObservation{})));
    CHECK(differs(record(changed<EventObservation>({}, [](auto& e) { e.event.message = "x"; }))));
    CHECK(differs(record(changed<EventObservation>({}, [](auto& e) { e.event.reason = "x"; }))));
    CHECK(differs(record(ProbeObservation{"app", 0, ProbeKind::Liveness, true, 1s})));
    CHECK(differs(record(ProbeObservation{"app", 0, ProbeKind::Liveness, false, 1s})));
    CHECK(differs(record(ProbeObservation{"app", 0, ProbeKind::Startup, false, 1s})));
    CHECK(differs(record(HookObservation{})));
    CHECK(differs(record(HookObservation{"", 0, HookObservation::Hook::PostStart, HookObservation::What::End})));
    CHECK(differs(record(HookObservation{"", 0, HookObservation::Hook::PreStop, HookObservation::What::End})));
    CHECK(differs(record(ActionObservation{})));
    CHECK(differs(record(ActionObservation{"delete", "", 30, false, {}, {}})));
    CHECK(differs(record(ActionObservation{"delete", "", {}, false, 30, {}})));
    CHECK(differs(record(ActionObservation{"delete", "", {}, true, 30, {}})));
    CHECK(differs(record(JobObservation{})));
    CHECK(differs(record(JobObservation{1, 0, 0, 0, 0, {}})));
    CHECK(differs(record(JobObservation{0, 0, 0, 0, 1, {}})));
    CHECK(differs(record(StepObservation{"sync", "", ""})));
    CHECK(differs(record(StepObservation{"", "sync", ""})));
    CHECK(differs(record(StepObservation{"", "", "sync"})));
    CHECK(differs(record(StatusObservation{})));
    CHECK(differs(record(full_status())));
    using Change = std::function<void(StatusObservation&)>;
    for (const Change& change : std::vector<Change>{
             [](auto& s) { s.deleting = 0; }, [](auto& s) { s.status.phase = "Failed"; },
             [](auto& s) { s.status.conditions[0].status = "False"; },
             [](auto& s) { s.status.conditions[0].last_transition_time.reset(); },
             [](auto& s) { s.status.init_container_statuses.swap(s.status.container_statuses); },
             [](auto& s) { s.status.ephemeral_container_statuses.swap(s.status.container_statuses); },
             [](auto& s) { s.status.container_statuses[0].ready = true; },
             [](auto& s) { s.status.container_statuses[0].started = false; },
             [](auto& s) { s.status.container_statuses[0].restart_count = 1; },
             [](auto& s) { s.status.container_statuses[0].last_state.kind = ContainerState::Kind::Terminated; },
             [](auto& s) { s.status.container_statuses[0].state.started_at = WallTime{2s}; },
             [](auto& s) { s.status.start_time = WallTime{}; }, [](auto& s) { s.status.pod_ip = "10.0.0.1"; }}) {
      CHECK(differs(record(changed<StatusObservation>(full_status(), change))));
    }
  }

  TEST_CASE("the order of records counts") {
    const TraceRecord one = record(DeletedObservation{}), other = record(StepObservation{});
    CHECK(trace_digest({one, other}) != trace_digest({other, one}));
  }

  TEST_CASE("the digest of a given record stays what it is from compiler to compiler") {
    CHECK(trace_digest({record(full_status())}) == 5094234468186521207ULL);
  }
}
