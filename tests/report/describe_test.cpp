// kubectl describe and the tables of events: every text that kubectl printed, and what the recorded Pods do not show.
#include "podlapse/report/describe.hpp"

#include <doctest/doctest.h>

#include <string>

#include "podlapse/report/kube_events.hpp"
#include "support.hpp"
#include "support/row_notes.hpp"

namespace podlapse::test {
namespace {

const Value::Array& events_of(const Value& row) { return row.find("events")->items(); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What kubectl events --for pod/NAME prints.
std::string events_for(const Value& row) {
  EventPrinter printer{EventTable::Events};
  return printer.print(in_events_order(events_of(row)), instant_at(row, "eventsForNow"));
}

std::string get_events(const Value& row) {
  EventPrinter printer{EventTable::GetEvents};
  return printer.print(events_of(row), instant_at(row, "getEventsNow"));
}

std::string described(const Value& row) {
  return describe_pod(*row.find("pod"), events_of(row), instant_at(row, "now"));
}

/// The rows of a file that have `key`, each compared with what `print` makes of it.
template <class Print>
void check_rows(const std::string& file, const std::string& key, std::size_t expected, const std::string& what, Print print) {
  RowCount count{key == "text" ? file : file + " " + key, what, 0, 0, {}};
  for (const Value& row : recorded_rows(file)) {
    if (row.find(key) == nullptr) continue;
    CAPTURE(row.string_at("id"));
    const std::string printed = print(row);
    CHECK_EQ(printed, row.string_at(key));
    ++count.rows;
    if (printed == row.string_at(key)) ++count.equal;
  }
  note_rows(count);
  CHECK(count.rows == expected);
}

}  // namespace

TEST_SUITE("report/describe") {
  TEST_CASE("every text of kubectl describe comes out the same") {
    check_rows("describe.jsonl", "text", 47, "the text of `kubectl describe pod`", described);
  }

  TEST_CASE("so do those of made-up Pods with every kind of volume, probe, variable and state") {
    check_rows("describe_more.jsonl", "text", 43, "the same for made-up Pods", described);
  }

  TEST_CASE("every table of kubectl events comes out the same") {
    check_rows("describe.jsonl", "eventsFor", 10, "the table of `kubectl events --for`", events_for);
  }

  TEST_CASE("every table of kubectl get events comes out the same") {
    check_rows("describe.jsonl", "getEvents", 10, "the table of `kubectl get events`", get_events);
  }

  TEST_CASE("ports are named, and what was projected says whether it is optional") {
    const Value pod = parsed(R"({"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "ports":
        [{"name": "http", "containerPort": 80, "protocol": "TCP"}, {"containerPort": 53, "hostPort": 5353, "protocol": "UDP"}]}],
        "volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s", "optional": true}}]}}],
        "schedulingGroup": {"podGroupName": "g"}}})");
    const std::string text = describe_pod(pod, {}, {});
    CHECK(contains(text, "    Ports:        80/TCP (http), 53/UDP\n    Host Ports:   0/TCP (http), 5353/UDP\n"));
    CHECK(contains(text, "    SecretName:  s\n    Optional:    true\n"));
    CHECK(contains(text, "SchedulingGroup:\n  PodGroupName:  g\n"));
  }

  TEST_CASE("an object that has nothing, or the wrong things, is described all the same") {
    CHECK(contains(describe_pod(Value{}, {}, {}), "Containers: <none>\n"));
    const Value odd = parsed(R"({"metadata": {"name": 7, "labels": ["a"]}, "spec": {"containers": [3, {"env": [1], "ports": {}}],
        "volumes": [null], "tolerations": [{}]}, "status": {"conditions": [[]], "containerStatuses": {}}})");
    const std::string text = describe_pod(odd, {parsed("[]"), parsed("{}")}, {});
    CHECK(contains(text, "Name:         7\n"));
    CHECK(contains(text, "    <unknown>\n") == false);
    CHECK(contains(text, "  <unknown>\n"));
  }
}

TEST_SUITE("report/kube_events") {
  TEST_CASE("kubectl get events -o wide tells place, source, first time, count and name too") {
    EventPrinter printer{EventTable::GetEventsWide};
    const Value row = recorded_rows("describe.jsonl").front();
    const std::string table = printer.print({events_of(row).front()}, instant_at(row, "getEventsNow"));
    CHECK_EQ(table,
             "LAST SEEN   TYPE      REASON      OBJECT    SUBOBJECT              SOURCE        MESSAGE"
             "                                                         FIRST SEEN   COUNT   NAME\n"
             "10m         Warning   Unhealthy   pod/d01   spec.containers{web}   kubelet, n1   Liveness probe failed: HTTP probe"
             " failed with statuscode: 500   11m          5       d01.18a0000000001eef\n");
  }

  TEST_CASE("an event belongs to a Pod of the same name, namespace and uid; a mirror Pod's to the static one") {
    const auto event = parsed(R"({"involvedObject": {"kind": "Pod", "name": "a", "namespace": "n", "uid": "u"}})");
    CHECK(event_concerns(event, parsed(R"({"metadata": {"name": "a", "namespace": "n", "uid": "u"}})")));
    CHECK(event_concerns(event, parsed(R"({"metadata": {"name": "a"}})")));
    CHECK_FALSE(event_concerns(event, parsed(R"({"metadata": {"name": "b"}})")));
    CHECK_FALSE(event_concerns(event, parsed(R"({"metadata": {"name": "a", "namespace": "m"}})")));
    CHECK_FALSE(event_concerns(event, parsed(R"({"metadata": {"name": "a", "uid": "v"}})")));
    CHECK(event_concerns(event, parsed(R"({"metadata": {"name": "a", "uid": "v", "annotations":
        {"kubernetes.io/config.mirror": "u"}}})")));
  }

  TEST_CASE("an Event is named after its object and the nanosecond of its first time") {
    KubeEvent event;
    event.reason = "Pulled";
    event.message = "done";
    event.field_path = "spec.containers{app}";
    event.first_timestamp = WallTime{std::chrono::seconds{1}};
    event.last_timestamp = WallTime{std::chrono::seconds{61}};
    event.count = 2;
    const Value object = event_object(event, {"default", "web", "u-1", "7", "n1"});
    CHECK(object.find("metadata")->string_at("name") == "web.3b9aca00");
    CHECK(object.at_path("involvedObject.fieldPath")->as_string() == "spec.containers{app}");
    CHECK(object.string_at("lastTimestamp") == "1970-01-01T00:01:01Z");
    CHECK(event_interval(object, WallTime{std::chrono::seconds{66}}) == "5s (x2 over 65s)");
    CHECK(object.at_path("source.host")->as_string() == "n1");
  }
}

}  // namespace podlapse::test
