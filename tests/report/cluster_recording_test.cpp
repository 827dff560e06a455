// What kubectl printed of Pods, as traces: one state, streams, events.
#include "podlapse/report/cluster_recording.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "podlapse/report/jsonl.hpp"
#include "podlapse/report/lanes.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/report/timeline.hpp"
#include "podlapse/trace/names.hpp"
#include "support.hpp"

using namespace podlapse;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// "2026-11-22T10:00:SS": seconds of the test's minute, in RFC 3339.
std::string at(int second) {
  return "\"2026-11-22T10:" + std::to_string(100 + second / 60).substr(1) + ":" + std::to_string(100 + second % 60).substr(1) + "Z\"";
}
WallTime wall(int second) {
  WallTime time{};
  std::string text = at(second);
  REQUIRE(parse_rfc3339(text.substr(1, text.size() - 2), time));
  return time;
}

/// A Pod `web` that was created in second 0, with the members of its status.
std::string pod(const std::string& status, const std::string& spec = R"("containers": [{"name": "app"}])",
                const std::string& metadata = "") {
  return R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default", "uid": "u-1", "creationTimestamp": )" +
         at(0) + metadata + R"(, "managedFields": [{"manager": "kubelet", "operation": "Update", "fieldsV1": {"f:status": {}}}]},
    "spec": {)" + spec + R"(}, "status": {)" + status + "}}";
}
std::string condition(const std::string& type, const std::string& value, int since) {
  return R"({"type": ")" + type + R"(", "status": ")" + value + R"(", "lastTransitionTime": )" + at(since) + "}";
}
std::string container(const std::string& state, int restarts, const std::string& last = "", bool ready = false) {
  return R"({"name": "app", "ready": )" + std::string{ready ? "true" : "false"} + R"(, "restartCount": )" + std::to_string(restarts) +
         R"(, "state": {)" + state + "}" + (last.empty() ? "" : R"(, "lastState": {)" + last + "}") + "}";
}
std::string running(int since) { return R"("running": {"startedAt": )" + at(since) + "}"; }
std::string terminated(int from, int to, int code) {
  return R"("terminated": {"exitCode": )" + std::to_string(code) + R"(, "reason": ")" + (code == 0 ? "Completed" : "Error") +
         R"(", "startedAt": )" + at(from) + R"(, "finishedAt": )" + at(to) + "}";
}

ClusterRecording recorded(const std::string& text) {
  const JsonDocuments read = read_json_documents(text, 0);
  REQUIRE(read.problems.empty());
  ClusterRecording recording;
  for (const Value& document : read.documents) add_cluster_document(document, recording);
  return recording;
}
Trace one_trace(const std::string& text) {
  std::vector<Trace> traces = traces_of(recorded(text));
  REQUIRE(traces.size() == 1);
  return std::move(traces.front());
}

/// "not known 0-40, running 40-52": the lane of `app`, in seconds.
std::string lane_of(const Trace& trace) {
  const Lanes lanes = make_lanes(trace);
  std::string text;
  for (const LaneSegment& segment : lanes.pods.at(0).containers.at(0).segments) {
    const auto second = [](SimTime time) { return format_seconds(time.time_since_epoch(), 0); };
    text += (text.empty() ? "" : ", ") + std::string{to_string(segment.state)} + " " + second(segment.from) + "-" + second(segment.to);
  }
  return text;
}
std::string phases_of(const Trace& trace) {
  const Lanes lanes = make_lanes(trace);
  std::string text;
  for (const WordSegment& segment : lanes.pods.at(0).phase) {
    text += (text.empty() ? "" : ", ") + segment.word + " " + format_seconds(segment.from.time_since_epoch(), 1);
  }
  return text;
}
bool says(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&part](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_SUITE("report/cluster_recording") {
  TEST_CASE("one state of a Pod that runs: its container, and since when conditions hold") {
    const Trace trace = one_trace(pod(R"("phase": "Running", "conditions": [)" + condition("Initialized", "True", 0) + "," +
                                      condition("Ready", "True", 5) + "," + condition("ContainersReady", "True", 5) +
                                      R"(], "containerStatuses": [)" + container(running(3), 0, "", true) + "]",
                                      R"("containers": [{"name": "app", "readinessProbe": {"httpGet": {"port": 80}}}])"));
    CHECK(trace.header.sight == Sight::State);
    CHECK(trace.header.source == "kubectl");
    CHECK_FALSE(trace.header.events_seen);
    CHECK(lane_of(trace) == "waiting 0-3, not ready 3-5");
    CHECK(phases_of(trace) == "Pending 0.0, ? 3.0, Running 5.0");
    CHECK(says(trace.header.limits, "one state: "));
    CHECK(says(trace.header.limits, "events: "));
    CHECK(lane_of(traces_of(recorded(pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0, "", true) + "]")),
                            wall(9)).front()) == "waiting 0-3, running 3-9");
  }

  TEST_CASE("runs before the last two are not known, and shown as such") {
    const Trace trace = one_trace(pod(R"("phase": "Running", "containerStatuses": [)" +
                                      container(running(52), 4, terminated(40, 41, 1), true) + R"(], "conditions": [)" +
                                      condition("Ready", "True", 53) + "," + condition("ContainersReady", "True", 53) + "]"));
    CHECK(lane_of(trace) == "not known 0-40, running 40-41, failed 41-52, running 52-53");
    CHECK(phases_of(trace) == "? 0.0, Running 53.0");
    const std::string told = render_timeline(trace, {}, {});
    CHECK(told.find("app    not known: its runs 0 to 2\n") != std::string::npos);
    CHECK(told.find("app  ▸ starts again, restart 4\n") != std::string::npos);
    CHECK(told.find("1 container, 4 restarts\n") != std::string::npos);
    CHECK(told.find("? not known") != std::string::npos);
  }

  TEST_CASE("a container that waits to be restarted counts the run that has ended") {
    const std::string crash = R"("waiting": {"reason": "CrashLoopBackOff"})";
    CHECK(lane_of(one_trace(pod(R"("phase": "Running", "startTime": )" + at(1) + R"(, "containerStatuses": [)" +
                                container(crash, 0, terminated(2, 4, 1)) + R"(], "conditions": [)" + condition("Ready", "False", 9) +
                                "]"))) == "waiting 0-2, running 2-4, back-off 4-9");
    CHECK(lane_of(one_trace(pod(R"("phase": "Running", "containerStatuses": [)" + container(crash, 3) + R"(], "conditions": [)" +
                                condition("Ready", "False", 9) + "]"))).rfind("not known 0-9", 0) == 0);
  }

  TEST_CASE("deletion was asked for a grace period before the deletionTimestamp") {
    const Trace trace = one_trace(pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0) + "]",
                                      R"("containers": [{"name": "app"}])",
                                      R"(, "deletionTimestamp": )" + at(50) + R"(, "deletionGracePeriodSeconds": 30)"));
    const auto& last = std::get<StatusObservation>(trace.records.back().observation);
    CHECK(trace.records.back().at == kTimeZero + seconds{20});
    CHECK(last.deleting == 30);
  }

  TEST_CASE("a failed start has no times, and is no run") {
    const std::string failed = R"("terminated": {"exitCode": 128, "reason": "StartError", "startedAt": "1970-01-01T00:00:00Z",
      "finishedAt": )" + at(4) + "}";
    const Trace trace = one_trace(pod(R"("phase": "Failed", "containerStatuses": [)" + container(failed, 0) + "]"));
    for (const TraceRecord& record : trace.records) CHECK_FALSE(std::holds_alternative<ContainerObservation>(record.observation));
  }

  TEST_CASE("a stream without times of arrival is put at the newest time of each state, and says nothing of removal") {
    const std::string first = pod(R"("phase": "Pending", "qosClass": "BestEffort")");
    const std::string second = pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0, "", true) + "]");
    const std::string third = pod(R"("phase": "Running", "containerStatuses": [)" +
                                  container(R"("waiting": {"reason": "CrashLoopBackOff"})", 0, terminated(3, 7, 1)) + "]");
    const Trace trace = one_trace(first + "\n" + second + second + "\n\n" + third + "\n");
    CHECK(trace.header.sight == Sight::State);
    CHECK(phases_of(trace) == "Pending 0.0, Running 3.0");
    CHECK(lane_of(trace) == "running 3-7");
    CHECK(trace.records.size() == 3);  // the state that came twice changed nothing
    CHECK(says(trace.header.limits, "whether the Pod was removed"));
    CHECK_FALSE(says(trace.header.limits, "before the first state"));
    const Trace watched = one_trace(R"({"type": "ADDED", "object": )" + first + "}\n" + R"({"type":"MODIFIED","object":)" + second + "}\n" +
                                    R"({"type": "BOOKMARK", "object": {"kind": "Pod"}})" +
                                    R"({"type":"DELETED","object":)" + third + "}\n");
    CHECK(std::holds_alternative<DeletedObservation>(watched.records.back().observation));
    CHECK_FALSE(says(watched.header.limits, "removed"));
  }

  TEST_CASE("events of the Pod are put beside its states; those of others are not") {
    const auto event = [](const std::string& reason, const std::string& uid, int first, int last, int count) {
      return R"({"kind": "Event", "apiVersion": "v1", "metadata": {"name": "web.1"}, "involvedObject": {"kind": "Pod", "name": "web",
        "namespace": "default", "uid": ")" + uid + R"(", "fieldPath": "spec.containers{app}"}, "reason": ")" + reason +
             R"(", "type": "Warning", "source": {"component": "kubelet"}, "firstTimestamp": )" + at(first) + R"(, "lastTimestamp": )" +
             at(last) + R"(, "count": )" + std::to_string(count) + "}";
    };
    const std::string list = R"({"kind": "List", "apiVersion": "v1", "items": [)" + event("BackOff", "u-1", 4, 9, 3) + "," +
                             event("Killing", "u-2", 5, 5, 1) + "]}";
    const std::string state = pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0, "", true) + "]");
    const Trace trace = one_trace(state + "\n" + list);
    CHECK(trace.header.events_seen);
    std::vector<std::string> told;
    for (const TraceRecord& record : trace.records) {
      const auto* seen = std::get_if<EventObservation>(&record.observation);
      if (seen != nullptr) {
        told.push_back(format_seconds(record.at.time_since_epoch(), 0) + " " + seen->event.reason + " of " + seen->event.container + " x" +
                       std::to_string(seen->event.count));
      }
    }
    CHECK(told == std::vector<std::string>{"4 BackOff of app x1", "9 BackOff of app x3"});
    const Trace alone = one_trace(list);
    CHECK(alone.header.pods.front().containers.size() == 1);
    CHECK(says(alone.header.limits, "the Pod's states"));
    CHECK(render_timeline(alone, {}, {}).find("its states are not known: 1 container") != std::string::npos);
  }

  TEST_CASE("times of arrival: the creation that was acknowledged is zero, whatever the recorder's clock says") {
    for (const int ahead : {-3600, -1, 0, 1, 3600}) {
      INFO("the recorder's clock is ahead by " << ahead << " s");
      const auto line = [ahead](int ms, const std::string& rest) {
        const WallTime time = wall(0) + milliseconds{400 + ms} + seconds{ahead};
        return R"({"arrived":")" + format_seconds(time.time_since_epoch(), 6) + "\"," + rest + "}\n";
      };
      const std::string text = R"({"type":"recording","format":"podlapse-recording/1","case":"c","group":"G","run":2,"events":true})" "\n" +
                               line(0, R"("created":true)") +
                               line(3, R"("watch":{"type":"ADDED","object":)" + pod(R"("phase": "Pending")") + "}") +
                               line(2650, R"("watch":{"type":"MODIFIED","object":)" +
                                    pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0, "", true) + "]") + "}") +
                               line(6000, R"("ended":true)");
      const Trace trace = one_trace(text);
      CHECK(trace.header.case_name == "c");
      CHECK(trace.header.run == 2);
      CHECK(trace.header.events_seen);
      CHECK(trace.header.observed_until == seconds{6});
      CHECK(phases_of(trace) == "Pending 0.0, Running 2.7");
      // t = 0 lies in second 0, and 2.65 s later second 3 had begun.
      REQUIRE(trace.header.origin);
      CHECK(*trace.header.origin >= wall(0) + milliseconds{350});
      CHECK(*trace.header.origin <= wall(1));
      const TracesRead again = read_traces(header_line(trace.header) + record_line(trace.records.back(), false), 0);
      REQUIRE(again.problems.empty());
      CHECK(again.traces.front().header.sight == Sight::Watch);
      CHECK(again.traces.front().header.limits == trace.header.limits);
      CHECK(*trace.header.origin - *again.traces.front().header.origin < milliseconds{1});
    }
  }

  TEST_CASE("a Pod that was followed from the middle of its life begins with what its first state tells") {
    const auto line = [](int second, const std::string& rest) {
      return R"({"arrived":")" + format_seconds((wall(second) + milliseconds{100}).time_since_epoch(), 6) + "\"," + rest + "}\n";
    };
    const std::string runs = pod(R"("phase": "Running", "containerStatuses": [)" + container(running(3), 0, "", true) + "]");
    const std::string ends = pod(R"("phase": "Running", "containerStatuses": [)" + container(terminated(3, 40, 2), 0) + "]");
    const Trace trace = one_trace(R"({"type":"recording","events":false})" "\n" +
                                  line(30, R"("watch":{"type":"ADDED","object":)" + runs + "}") +
                                  line(40, R"("watch":{"type":"MODIFIED","object":)" + ends + "}"));
    CHECK(says(trace.header.limits, "what was before the first state"));
    CHECK(lane_of(trace) == "waiting 0-3, running 3-40");
    CHECK_FALSE(trace.header.events_seen);
  }

  TEST_CASE("of every Pod that a server printed, the last of its trace is the state itself") {
    std::size_t drawn = 0;
    for (const Value& row : test::recorded_rows("describe.jsonl")) {
      ClusterRecording recording;
      const Value* printed = row.find("pod");
      REQUIRE(printed != nullptr);
      add_cluster_document(*printed, recording);
      for (const Trace& trace : traces_of(recording, test::instant_at(row, "now"))) {
        INFO(row.string_at("id"));
        SimTime before = kTimeZero;
        const StatusObservation* last = nullptr;
        for (const TraceRecord& record : trace.records) {
          CHECK(record.at >= before);
          before = record.at;
          if (const auto* seen = std::get_if<StatusObservation>(&record.observation)) last = seen;
        }
        REQUIRE(last != nullptr);
        CHECK(last->status.phase == printed->find("status")->string_at("phase"));
        CHECK_FALSE(render_timeline(trace, {}, {}).empty());
        ++drawn;
      }
    }
    CHECK(drawn > 30);
  }

  TEST_CASE("a text that is no JSON gives its place; deep nesting is refused, not followed") {
    const JsonDocuments read = read_json_documents("{\"a\": 1}\n{\"ä\": x}", 4);
    CHECK(read.documents.size() == 1);
    REQUIRE(read.problems.size() == 1);
    CHECK(read.problems.front().code == "trace/not-json");
    CHECK(read.problems.front().span.file == 4);
    CHECK(read.problems.front().span.line == 2);
    CHECK(read.problems.front().span.column == 7);
    CHECK(read_json_documents("{\"a\": {\"b\": 1}", 0).problems.size() == 1);
    CHECK(read_json_documents(std::string(100'000, '['), 0).problems.size() == 1);
  }
}
