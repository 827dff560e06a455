// kubectl's columns: rows as a table, and every row that a real API server printed (data/columns.jsonl).
#include "podlapse/report/columns.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "support.hpp"
#include "support/row_notes.hpp"
#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

constexpr WallTime kNow = WallTime{std::chrono::hours{24 * 365 * 50}};

std::string joined(const PodColumns& cells) {
  std::string line;
  for (const std::string* cell : {&cells.name, &cells.ready, &cells.status, &cells.restarts, &cells.age, &cells.ip,
                                  &cells.node, &cells.nominated_node, &cells.readiness_gates}) {
    line += *cell + " | ";
  }
  return line;
}

std::string joined(const Value::Array& cells) {
  std::string line;
  for (const Value& cell : cells) line += cell.as_string() + " | ";
  return line;
}

/// A container's status in one word: "run", "ready", "t0", "t137/OOMKilled", "sig9", "w", "w/CrashLoopBackOff"; "+2@30"
/// adds two restarts, the last run before this one having ended 30 s ago.
ContainerStatus status_from(const std::string& name, std::string word) {
  ContainerStatus status;
  status.name = name;
  if (const auto plus = word.find('+'); plus != std::string::npos) {
    status.restart_count = std::stoi(word.substr(plus + 1));
    if (const auto ago = word.find('@'); ago != std::string::npos) {
      status.last_state.kind = ContainerState::Kind::Terminated;
      status.last_state.finished_at = kNow - std::chrono::seconds{std::stoi(word.substr(ago + 1))};
    }
    word.resize(plus);
  }
  if (const auto slash = word.find('/'); slash != std::string::npos) {
    status.state.reason = word.substr(slash + 1);
    word.resize(slash);
  }
  status.ready = word == "ready";
  if (word == "run" || word == "ready") {
    status.state.kind = ContainerState::Kind::Running;
    status.started = word == "ready";
  } else if (word == "w") {
    status.state.kind = ContainerState::Kind::Waiting;
  } else {
    status.state.kind = ContainerState::Kind::Terminated;
    if (word.substr(0, 3) == "sig") status.state.signal = std::stoi(word.substr(3));
    if (word[0] == 't') status.state.exit_code = std::stoi(word.substr(1));
  }
  return status;
}

/// A Pod from "i:init=t0 s:sidecar=ready m=run": containers with their roles and states.
PodRow row_from(const std::string& phase, const std::string& containers) {
  PodRow row;
  row.pod.name = "web";
  row.status.phase = phase;
  row.created_at = kNow - std::chrono::seconds{90};
  std::istringstream words{containers};
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    std::string name = word.substr(0, equals);
    ContainerKind kind = ContainerKind::Main;
    if (const auto colon = name.find(':'); colon != std::string::npos) {
      kind = name.substr(colon + 1) == "init" ? ContainerKind::Init : ContainerKind::Sidecar;
      name.resize(colon);
    }
    row.pod.containers.push_back({name, kind});
    auto& statuses = kind == ContainerKind::Main ? row.status.container_statuses : row.status.init_container_statuses;
    if (equals != std::string::npos) statuses.push_back(status_from(name, word.substr(equals + 1)));
  }
  return row;
}

/// Checks READY, STATUS and RESTARTS as "1/2 Running 0", and the rule that STATUS rests on.
void check_row(const PodRow& row, const std::string& expected, RuleId because) {
  CAPTURE(expected);
  const PodColumns cells = columns(row, kNow);
  CHECK(cells.ready + " " + cells.status + " " + cells.restarts == expected);
  CHECK(std::string{rule(cells.status_because).id} == std::string{rule(because).id});
  const Decided<std::string> status = status_column(row.pod, row.status, row.deleting);
  CHECK(status.value == cells.status);
  reach(status.because);
}

PodRow with_condition(PodRow row, const std::string& type, const std::string& status, const std::string& reason = {}) {
  row.status.conditions.push_back({type, status, reason, {}, {}, {}});
  return row;
}

}  // namespace

TEST_SUITE("report/columns") {
  TEST_CASE("column/phase: STATUS is the phase when no container says more") {
    check_row(row_from("Pending", "a"), "0/1 Pending 0", RuleId::ColumnPhase);
    check_row(row_from("Running", "a=ready b=ready"), "2/2 Running 0", RuleId::ColumnPhase);
  }

  TEST_CASE("column/reason: STATUS is the Pod's reason where it has one") {
    PodRow row = row_from("Failed", "a");
    row.status.reason = "Evicted";
    check_row(row, "0/1 Evicted 0", RuleId::ColumnReason);
  }

  TEST_CASE("column/scheduling-gated: a gated Pod says so") {
    const PodRow row = with_condition(row_from("Pending", "a"), "PodScheduled", "False", "SchedulingGated");
    check_row(row, "0/1 SchedulingGated 0", RuleId::ColumnSchedulingGated);
  }

  TEST_CASE("column/init-progress: done init containers are counted, sidecars among them") {
    check_row(row_from("Pending", "i:init=run j:init=w/PodInitializing m=w/PodInitializing"), "0/1 Init:0/2 0",
              RuleId::ColumnInitProgress);
    check_row(row_from("Pending", "s:sidecar=ready i:init=run m=w"), "1/2 Init:1/2 0", RuleId::ColumnInitProgress);
    check_row(row_from("Pending", "s:sidecar=run i:init=w m=w"), "0/2 Init:0/2 0", RuleId::ColumnInitProgress);
  }

  TEST_CASE("column/init-waiting: why an init container waits, and a crash-looping sidecar of a running Pod") {
    check_row(row_from("Pending", "i:init=w/ImagePullBackOff m=w"), "0/1 Init:ImagePullBackOff 0",
              RuleId::ColumnInitWaiting);
    const PodRow running = row_from("Running", "s:sidecar=w/CrashLoopBackOff+3 m=ready");
    check_row(with_condition(running, "Initialized", "True"), "1/2 Init:CrashLoopBackOff 3", RuleId::ColumnInitWaiting);
    check_row(running, "0/2 Init:CrashLoopBackOff 3", RuleId::ColumnInitWaiting);
  }

  TEST_CASE("column/init-failed: how an init container ended, by reason, signal or code") {
    check_row(row_from("Failed", "i:init=t3/Error m=w"), "0/1 Init:Error 0", RuleId::ColumnInitFailed);
    check_row(row_from("Failed", "i:init=t3 m=w"), "0/1 Init:ExitCode:3 0", RuleId::ColumnInitFailed);
    PodRow killed = row_from("Failed", "i:init=sig9 m=w");
    killed.status.init_container_statuses[0].state.exit_code = 137;
    check_row(killed, "0/1 Init:Signal:9 0", RuleId::ColumnInitFailed);
  }

  TEST_CASE("column/container: the first main that waits or has ended has the last word") {
    check_row(row_from("Running", "a=ready b=w/CrashLoopBackOff c=t1/Error"), "1/3 CrashLoopBackOff 0",
              RuleId::ColumnContainer);
    check_row(row_from("Pending", "a=w/ContainerCreating"), "0/1 ContainerCreating 0", RuleId::ColumnContainer);
    check_row(row_from("Running", "a=sig15"), "0/1 Signal:15 0", RuleId::ColumnContainer);
    check_row(row_from("Succeeded", "a=t0/Completed"), "0/1 Completed 0", RuleId::ColumnContainer);
  }

  TEST_CASE("column/running-still: a main that completed beside a ready one does not hide it") {
    const PodRow row = with_condition(row_from("Running", "a=t0/Completed b=ready"), "Ready", "True");
    check_row(row, "1/2 Running 0", RuleId::ColumnRunningStill);
  }

  TEST_CASE("column/error-first: an error of a later main is shown instead of Completed") {
    check_row(row_from("Failed", "a=t0/Completed b=t1/Error"), "0/2 Error 0", RuleId::ColumnErrorFirst);
  }

  TEST_CASE("column/not-ready: a completed main in a Pod that is not ready") {
    check_row(row_from("Running", "a=t0/Completed b=ready"), "1/2 NotReady 0", RuleId::ColumnNotReady);
  }

  TEST_CASE("column/node-lost: a Pod deleted on a lost node is Unknown") {
    PodRow row = row_from("Running", "a=ready");
    row.status.reason = "NodeLost";
    row.deleting = true;
    check_row(row, "1/1 Unknown 0", RuleId::ColumnNodeLost);
  }

  TEST_CASE("column/terminating: a deleted Pod, unless its phase is terminal") {
    PodRow row = row_from("Running", "a=ready");
    row.deleting = true;
    check_row(row, "1/1 Terminating 0", RuleId::ColumnTerminating);
    row = row_from("Succeeded", "a=t0/Completed");
    row.deleting = true;
    check_row(row, "0/1 Completed 0", RuleId::ColumnContainer);
  }

  TEST_CASE("RESTARTS counts inits while they run, then sidecars and mains, with the time since the last one") {
    CHECK(columns(row_from("Pending", "i:init=run+2@30 m=w"), kNow).restarts == "2 (30s ago)");
    CHECK(columns(row_from("Running", "i:init=t0+2@30 m=ready"), kNow).restarts == "0");
    CHECK(columns(row_from("Running", "i:init=t0+2@30 s:sidecar=ready+1@500 m=ready+3@100"), kNow).restarts ==
          "4 (100s ago)");
    CHECK(columns(row_from("Running", "m=ready+3"), kNow).restarts == "3");
  }

  TEST_CASE("the wide columns name address, node, nominated node and how many readiness gates hold") {
    PodRow row = row_from("Running", "a=ready");
    CHECK(joined(columns(row, kNow)) == "web | 1/1 | Running | 0 | 90s | <none> | <none> | <none> | <none> | ");
    row.status.pod_ip = "10.1.2.3";
    row.node_name = "n1";
    row.status.nominated_node_name = "n2";
    row.readiness_gates = {"a", "b", "c"};
    row = with_condition(with_condition(row, "a", "True"), "b", "False");
    CHECK(joined(columns(row, kNow)) == "web | 1/1 | Running | 0 | 90s | 10.1.2.3 | n1 | n2 | 1/3 | ");
    row.created_at.reset();
    CHECK(columns(row, kNow).age == "<unknown>");
  }

  TEST_CASE("an age has two units at most, and the second only while it tells something") {
    using std::chrono::hours;
    using std::chrono::seconds;
    CHECK(human_duration(seconds{-2}) == "<invalid>");
    CHECK(human_duration(seconds{-1}) == "0s");
    CHECK(human_duration(seconds{0}) == "0s");
    CHECK(human_duration(seconds{119}) == "119s");
    CHECK(human_duration(seconds{120}) == "2m");
    CHECK(human_duration(seconds{599}) == "9m59s");
    CHECK(human_duration(seconds{600}) == "10m");
    CHECK(human_duration(seconds{3 * 3600 - 1}) == "179m");
    CHECK(human_duration(hours{3}) == "3h");
    CHECK(human_duration(seconds{3 * 3600 + 300}) == "3h5m");
    CHECK(human_duration(hours{8}) == "8h");
    CHECK(human_duration(hours{47}) == "47h");
    CHECK(human_duration(hours{48}) == "2d");
    CHECK(human_duration(hours{51}) == "2d3h");
    CHECK(human_duration(hours{8 * 24}) == "8d");
    CHECK(human_duration(hours{729 * 24}) == "729d");
    CHECK(human_duration(hours{731 * 24}) == "2y1d");
    CHECK(human_duration(hours{8 * 365 * 24}) == "8y");
  }

  TEST_CASE("every row that a real API server printed comes out the same") {
    RowCount count{"columns.jsonl", "the cells of `kubectl get pod -o wide`", 0, 0, {}};
    for (const Value& row : recorded_rows("columns.jsonl")) {
      CAPTURE(row.string_at("id"));
      const PodColumns cells = columns(pod_row_from(*row.find("pod")), instant_at(row, "now"));
      const std::string expected = joined(row.find("cells")->items());
      CHECK(joined(cells) == expected);
      reach(cells.status_because);
      ++count.rows;
      if (joined(cells) == expected) ++count.equal;
    }
    note_rows(count);
    CHECK(count.rows == 517);
  }
}

}  // namespace podlapse::test
