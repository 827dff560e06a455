// The Pod object: metadata and status put together, and every status that a real API server handed out, there and back.
#include "podlapse/report/pod_object.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support.hpp"

namespace podlapse::test {
namespace {

/// The server's status without what podlapse does not model.
Value modelled(Value status) {
  for (const char* key : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}) {
    Value* list = status.find(key);
    if (!list) continue;
    for (Value& container : list->items()) {
      for (const char* member : {"resources", "allocatedResources", "user", "volumeMounts"})
        (void)container.erase(member);
    }
  }
  (void)status.erase("resize");
  return status;
}

}  // namespace

TEST_SUITE("report/pod_object") {
  TEST_CASE("every status that a real API server handed out survives the way there and back, in its order") {
    std::size_t rows = 0;
    for (const Value& row : recorded_rows("describe.jsonl")) {
      CAPTURE(row.string_at("id"));
      const Value& pod = *row.find("pod");
      CHECK_EQ(write_json(to_value(pod_status_from(*pod.find("status")))), write_json(modelled(*pod.find("status"))));
      CHECK_MESSAGE(write_json(in_api_order(by_name(pod), SchemaType::Pod)) == write_json(pod), "the server's order");
      ++rows;
    }
    CHECK(rows == 47);
  }

  TEST_CASE("the server's fields join the manifest's, in the API's order") {
    const Value manifest = parsed(R"({"spec": {"containers": [{"image": "a", "name": "app"}]},
                                      "metadata": {"labels": {"b": "1", "a": "2"}, "name": "web-template"}})");
    ServerFields fields;
    fields.name = "web";
    fields.uid = "u-1";
    fields.resource_version = "7";
    fields.generation = 2;
    fields.creation_timestamp = WallTime{std::chrono::seconds{60}};
    fields.deletion_timestamp = WallTime{std::chrono::seconds{120}};
    fields.deletion_grace_period_seconds = 30;
    fields.node_name = "n1";
    PodStatus status;
    status.phase = "Pending";
    status.qos_class = "BestEffort";
    CHECK_EQ(write_json(pod_object(manifest, fields, status)), R"({
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {
        "name": "web",
        "namespace": "default",
        "uid": "u-1",
        "resourceVersion": "7",
        "generation": 2,
        "creationTimestamp": "1970-01-01T00:01:00Z",
        "deletionTimestamp": "1970-01-01T00:02:00Z",
        "deletionGracePeriodSeconds": 30,
        "labels": {
            "b": "1",
            "a": "2"
        }
    },
    "spec": {
        "containers": [
            {
                "name": "app",
                "image": "a"
            }
        ],
        "nodeName": "n1"
    },
    "status": {
        "phase": "Pending",
        "qosClass": "BestEffort"
    }
}
)");
  }

  TEST_CASE("a container whose end nobody saw has null times, and one without a state an empty one") {
    PodStatus status;
    ContainerStatus lost;
    lost.name = "a";
    lost.state.kind = ContainerState::Kind::Terminated;
    lost.state.exit_code = 137;
    lost.state.reason = "ContainerStatusUnknown";
    status.container_statuses = {lost};
    const Value value = to_value(status);
    const Value* terminated = value.at_path("containerStatuses[0].state.terminated");
    REQUIRE(terminated != nullptr);
    CHECK_EQ(write_json(*terminated),
             "{\n    \"exitCode\": 137,\n    \"reason\": \"ContainerStatusUnknown\",\n    \"startedAt\": null,\n"
             "    \"finishedAt\": null\n}\n");
    CHECK_EQ(write_json(*value.at_path("containerStatuses[0].lastState")), "{}\n");
    CHECK(pod_status_from(value) == status);
  }

  TEST_CASE("what has another type than the API's is passed over") {
    const PodStatus status = pod_status_from(parsed(R"({"phase": 7, "conditions": {}, "startTime": "soon",
        "containerStatuses": [{"name": "a", "ready": "yes", "restartCount": "2", "state": {"odd": {}}, "started": null}]})"));
    CHECK(status.phase.empty());
    CHECK(status.conditions.empty());
    CHECK_FALSE(status.start_time.has_value());
    REQUIRE(status.container_statuses.size() == 1);
    CHECK_FALSE(status.container_statuses[0].ready);
    CHECK(status.container_statuses[0].restart_count == 0);
    CHECK_FALSE(status.container_statuses[0].started.has_value());
    CHECK(pod_status_from(Value{}) == PodStatus{});
  }

  TEST_CASE("several objects are a List, and kubectl's order is that of names") {
    CHECK_EQ(write_json(object_list({parsed(R"({"kind": "Pod", "apiVersion": "v1", "a": [{"c": 1, "b": 2}]})")})), R"({
    "apiVersion": "v1",
    "items": [
        {
            "kind": "Pod",
            "apiVersion": "v1",
            "a": [
                {
                    "c": 1,
                    "b": 2
                }
            ]
        }
    ],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}
)");
    CHECK_EQ(write_json(by_name(parsed(R"({"b": [{"d": 1, "c": 2}], "a": {}})"))),
             write_json(parsed(R"({"a": {}, "b": [{"c": 2, "d": 1}]})")));
  }

  TEST_CASE("strings are escaped as Go escapes them, and numbers stay as they were written") {
    Value value = Value::array();
    value.push_back(Value{"a\"b\\c\n\r\t<>&\x01\u2028\u2029\u00e9"});
    value.push_back(Value::number("1e400"));
    value.push_back(Value{true});
    value.push_back(Value{});
    value.push_back(Value::array());
    CHECK_EQ(write_json(value),
             "[\n    \"a\\\"b\\\\c\\n\\r\\t\\u003c\\u003e\\u0026\\u0001\\u2028\\u2029\u00e9\",\n    1e400,\n    "
             "true,\n    null,\n"
             "    []\n]\n");
  }
}

}  // namespace podlapse::test
