// podlapse get, describe and events on objects that a cluster has printed, and on simulated ones: the text that kubectl
// prints, and objects that are read back as they were.
#include <doctest/doctest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "podlapse/report/tab_writer.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"

using namespace podlapse;
using test::ProcessOptions;
using test::Folder;
using test::ProcessResult;
using test::run_podlapse;
using test::run_process;

namespace {

namespace json = boost::json;

const char* const kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec:\n  restartPolicy: OnFailure\n  containers:\n"
    "  - name: app\n    image: app:1\n    command: [sh, -c, 'sleep 2; exit 1']\n"
    "    resources: {requests: {cpu: 250m}, limits: {memory: 64Mi}}\n"
    "    volumeMounts: [{name: d, mountPath: /d, readOnly: true}]\n  volumes: [{name: d, emptyDir: {}}]\n";

ProcessOptions with_input(const std::string& text) {
  ProcessOptions options;
  options.input = text;
  return options;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

std::vector<json::object> rows_of(const std::string& name) {
  std::ifstream file{std::string{PODLAPSE_SOURCE_DIR} + "/tests/report/data/" + name};
  std::vector<json::object> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(json::parse(line).as_object());
  REQUIRE_FALSE(rows.empty());
  return rows;
}

std::string text_at(const json::object& row, const char* key) { return std::string{row.at(key).as_string()}; }

/// What the binary prints for `input`; it must end with 0 and say nothing beside.
std::string printed(const std::vector<std::string>& arguments, const std::string& input) {
  const ProcessResult result = run_podlapse(arguments, with_input(input));
  INFO(result.error);
  CHECK(result.status == 0);
  CHECK(result.error.empty());
  return result.output;
}

/// The table kubectl makes of one row.
std::string table_of(const json::array& cells, bool wide) {
  std::vector<std::string> heads{"NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES"};
  std::vector<std::string> texts;
  for (const json::value& cell : cells) texts.emplace_back(cell.as_string());
  if (!wide) {
    heads.resize(5);
    texts.resize(5);
  }
  TabWriter tabs{kTableTabs};
  tabs.write(table_line(heads) + table_line(texts));
  return tabs.take();
}

}  // namespace

TEST_SUITE("cli/kubectl") {
  TEST_CASE("get --now prints the status that a file holds, as kubectl printed it") {
    const std::vector<json::object> rows = rows_of("columns.jsonl");
    for (std::size_t i = 0; i < rows.size(); i += 7) {  // all of them: report/columns_test.cpp
      CAPTURE(text_at(rows[i], "id"));
      const std::string pod = json::serialize(rows[i].at("pod"));
      const json::array& cells = rows[i].at("cells").as_array();
      CHECK(printed({"get", "-", "--now", text_at(rows[i], "now"), "-o", "wide"}, pod) == table_of(cells, true));
      CHECK(printed({"get", "-", "--now", text_at(rows[i], "now")}, pod) == table_of(cells, false));
    }
  }

  TEST_CASE("describe --now --events prints a Pod and its events as kubectl printed them") {
    const Folder folder;
    for (const json::object& row : rows_of("describe.jsonl")) {
      CAPTURE(text_at(row, "id"));
      const std::string events = folder.write("events.json", json::serialize(row.at("events")));
      const std::string pod = json::serialize(row.at("pod"));
      CHECK(printed({"describe", "-", "--now", text_at(row, "now"), "--events", events}, pod) == text_at(row, "text"));
      if (!row.contains("eventsFor")) continue;
      const std::string name = "pod/" + std::string{row.at("pod").at("metadata").at("name").as_string()};
      CHECK(printed({"events", "--events", events, "--now", text_at(row, "eventsForNow"), "--for", name}, "") ==
            text_at(row, "eventsFor"));
      CHECK(printed({"events", "-", "--events", events, "--now", text_at(row, "getEventsNow"), "-o", "get"}, pod) ==
            text_at(row, "getEvents"));
    }
  }

  TEST_CASE("Lists, several documents, YAML and objects without kind are read; other kinds are passed over and named") {
    const std::string pod = "metadata: {name: NAME}\nspec: {containers: [{name: a}]}\nstatus: {phase: Running}\n";
    const auto named = [&pod](const std::string& name) { return std::string{pod}.replace(pod.find("NAME"), 4, name); };
    const ProcessResult mixed =
        run_podlapse({"get", "-", "--now", "2026-01-01T00:00:00Z", "-o", "name"},
                     with_input(named("a") + "---\n" + named("b") + "---\nkind: Service\napiVersion: v1\n---\n" +
                                "kind: PodList\nitems:\n- {metadata: {name: c}, status: {phase: Failed}}\n"));
    CHECK(mixed.output == "pod/a\npod/b\npod/c\n");
    CHECK(contains(mixed.error, "passed over, since it is no Pod: Service"));
    const std::string empty = "apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: \"\"\n";
    CHECK(printed({"get", "-", "--now", "2026-01-01T00:00:00Z", "-o", "yaml"}, empty) == empty);
    const ProcessResult none = run_podlapse({"get", "-", "--now", "2026-01-01T00:00:00Z"}, with_input("kind: Service\n"));
    CHECK(none.status == 2);
    CHECK(contains(none.error, "error[input/nothing]: nothing to print: no Pod"));
    const ProcessResult other = run_podlapse({"get", "-", "--now", "2026-01-01T00:00:00Z"}, with_input("name: a\npod: {}\n"));
    CHECK(other.status == 2);
    CHECK(contains(other.error, "1:1: error[manifest/object]: an object without kind and metadata is no Pod"));
    const ProcessResult manifest = run_podlapse({"get", "-", "--now", "2026-01-01T00:00:00Z"}, with_input(kPod));
    CHECK(manifest.output == "NAME   READY   STATUS   RESTARTS   AGE\nweb    0/1              0          <unknown>\n");
    CHECK(contains(manifest.error, "note: a Pod without status.phase is no Pod that a cluster printed; --at simulates"));
    CHECK(printed({"get", "-", "--now", "2026-01-01T00:00:00Z", "-o", "name", "--select", "po/b"},
                  named("a") + "---\n" + named("b")) == "pod/b\n");
    const ProcessResult unknown = run_podlapse({"get", "-", "--now", "2026-01-01T00:00:00Z", "--select", "x"}, with_input(named("a")));
    CHECK(unknown.status == 2);
    CHECK(contains(unknown.error, "--select `x` names no Pod of the files"));
  }

  TEST_CASE("without --at and --now a Pod that has a status is shown at the clock's time") {
    const std::string pod =
        "metadata: {name: a, creationTimestamp: '2006-01-01T00:00:00Z'}\nspec: {containers: [{name: a}]}\n"
        "status: {phase: Running}\n";
    const std::string table = printed({"get", "-"}, pod);
    CHECK(contains(table, "a      0/1     Running   0          "));
    CHECK(contains(table, "y\n"));  // years old, whatever the time
    CHECK(contains(printed({"describe", "-"}, pod), "\nEvents:           <none>\n"));
  }

  TEST_CASE("an object that get printed is read back unchanged, as JSON and as YAML") {
    for (const std::string at : {"1s", "3s", "4s", "14s"}) {
      CAPTURE(at);
      const std::string yaml = printed({"get", "-", "--at", at, "-o", "yaml"}, kPod);
      const std::string text = printed({"get", "-", "--at", at, "-o", "json"}, kPod);
      const std::vector<std::string> again{"get", "-", "--now", "2026-01-01T00:00:20Z", "-o"};
      const auto with = [&again](const char* form) {
        std::vector<std::string> arguments = again;
        arguments.emplace_back(form);
        return arguments;
      };
      CHECK(printed(with("yaml"), yaml) == yaml);
      CHECK(printed(with("json"), yaml) == text);
      CHECK(printed(with("yaml"), text) == yaml);
      CHECK(printed(with("json"), text) == text);
      CHECK(printed({"get", "-", "--at", at, "-o", "yaml"}, yaml) == yaml);  // the same manifest, simulated again
    }
  }

  TEST_CASE("other readers of JSON and YAML find the same object in both") {
    const Folder folder;
    const std::string yaml = folder.write("pod.yaml", printed({"get", "-", "--at", "14s", "-o", "yaml"}, kPod));
    const std::string text = folder.write("pod.json", printed({"get", "-", "--at", "14s", "-o", "json"}, kPod));
    (void)json::parse(printed({"get", "-", "--at", "14s", "-o", "json"}, kPod));
    const ProcessResult python = run_process(
        "/bin/sh", {"-c", "python3 -c 'import json, sys, yaml\n"
                          "print(yaml.load(open(sys.argv[1]), yaml.BaseLoader) == "
                          "yaml.load(open(sys.argv[2]), yaml.BaseLoader))' \"$0\" \"$1\"", yaml, text});
    if (python.status == 0) CHECK(python.output == "True\n");  // where Python has a YAML reader
  }

  TEST_CASE("the object has what the server, the scheduler and the kubelet set") {
    const json::object pod = json::parse(printed({"get", "-", "--at", "3s", "-o", "json"}, kPod)).as_object();
    const json::object& metadata = pod.at("metadata").as_object();
    for (const char* key : {"creationTimestamp", "generation", "labels", "name", "namespace", "resourceVersion", "uid"}) {
      CHECK_MESSAGE(metadata.contains(key), key);
    }
    CHECK(pod.at("spec").as_object().contains("nodeName"));
    const json::object& status = pod.at("status").as_object();
    for (const char* key : {"conditions", "containerStatuses", "hostIP", "hostIPs", "observedGeneration", "phase", "podIP",
                            "podIPs", "qosClass", "resources", "allocatedResources", "startTime"}) {
      CHECK_MESSAGE(status.contains(key), key);
    }
    const json::object& container = status.at("containerStatuses").as_array().at(0).as_object();
    for (const char* key : {"containerID", "imageID", "lastState", "ready", "restartCount", "started", "state", "user"}) {
      CHECK_MESSAGE(container.contains(key), key);
    }
    CHECK(text_at(container, "image") == "docker.io/library/app:1");
    CHECK(contains(text_at(container, "imageID"), "docker.io/library/app@sha256:"));
    CHECK(json::serialize(container.at("resources")) == R"({"limits":{"memory":"64Mi"},"requests":{"cpu":"250m","memory":"64Mi"}})");
    CHECK(json::serialize(container.at("allocatedResources")) == R"({"cpu":"250m","memory":"64Mi"})");
    CHECK(json::serialize(container.at("volumeMounts")) ==
          R"([{"mountPath":"/d","name":"d","readOnly":true,"recursiveReadOnly":"Disabled"}])");
  }

  TEST_CASE("a deletion is seen in the object: its timestamp, its grace period, its generation") {
    const std::string text = printed({"get", "-", "--at", "1.9s", "--at", "1.5s=delete:grace=20", "-o", "yaml"}, kPod);
    CHECK(contains(text, "\n  deletionGracePeriodSeconds: 20\n  deletionTimestamp: \"2026-01-01T00:00:21Z\"\n  generation: 2\n"));
    CHECK(contains(printed({"describe", "-", "--at", "1.9s", "--at", "1.5s=delete:grace=20"}, kPod),
                   "\nStatus:                    Terminating (lasts <invalid>)\nTermination Grace Period:  20s\n"));
  }

  TEST_CASE("--every-change prints what kubectl get -w would: rows, documents, JSON objects") {
    const std::string rows = printed({"get", "-", "--at", "14s", "--every-change"}, kPod);
    CHECK(rows.substr(0, rows.find('\n')) == "NAME   READY   STATUS    RESTARTS   AGE");
    CHECK(count(rows, "NAME") == 1);
    CHECK(contains(rows, "\nweb    0/1     ContainerCreating   0          0s\n"));
    CHECK(contains(rows, "\nweb    1/1     Running             0          2s\n"));
    const std::size_t changes = count(rows, "\n") - 1;
    CHECK(changes >= 5);
    const std::string yaml = printed({"get", "-", "--at", "14s", "--every-change", "-o", "yaml"}, kPod);
    CHECK(count(yaml, "---\n") == changes - 1);
    CHECK(count(yaml, "kind: Pod\n") == changes);
    const std::string objects = printed({"get", "-", "--at", "14s", "--every-change", "-o", "json"}, kPod);
    CHECK(count(objects, "\n}\n{\n") == changes - 1);
    CHECK(contains(objects, "\"resourceVersion\": \"1\""));
    const std::vector<std::string> names{"get", "-", "--now", "2026-01-01T00:00:20Z", "-o", "name"};
    CHECK(count(printed(names, objects), "pod/web\n") == changes);
    CHECK(printed(names, yaml) == printed(names, objects));
    const std::string deleted = printed({"get", "-", "--delete-at", "1s", "--every-change", "-o", "yaml"}, kPod);
    CHECK(deleted.substr(deleted.rfind("---\n")).find("deletionGracePeriodSeconds: 0") != std::string::npos);
  }

  TEST_CASE("events prints what the run has written, counted; --types, --for and -o choose") {
    const std::string table = printed({"events", "-", "--at", "14s"}, kPod);
    CHECK(table.substr(0, table.find('\n')) == "LAST SEEN          TYPE      REASON    OBJECT    MESSAGE");
    CHECK(contains(table, "   Normal    Pulling   Pod/web   Pulling image \"app:1\"\n"));
    CHECK(contains(table, "(x2 over "));
    CHECK(contains(table, "Warning   BackOff   Pod/web   Back-off restarting failed container app in pod web_default("));
    CHECK_FALSE(contains(printed({"events", "-", "--at", "14s", "--types", "warning"}, kPod), "Normal"));
    const ProcessResult other = run_podlapse({"events", "-", "--at", "14s", "--for", "pod/api"}, with_input(kPod));
    CHECK(other.status == 0);
    CHECK(other.output.empty());
    CHECK(contains(other.error, "no events found"));
    const json::object list = json::parse(printed({"events", "-", "--at", "14s", "-o", "json"}, kPod)).as_object();
    CHECK(text_at(list, "kind") == "EventList");
    CHECK(list.at("items").as_array().size() == count(table, "\n") - 1);
    CHECK(contains(printed({"events", "-", "--at", "14s", "-o", "yaml"}, kPod), "\n- apiVersion: v1\n  count: 1\n"));
    const std::string watched = printed({"events", "-", "--at", "14s", "-w"}, kPod);
    CHECK(count(watched, "Started") == 2);
    CHECK(count(table, "Started") == 1);
  }

  TEST_CASE("the events that were printed go with the Pod that was printed") {
    const Folder folder;
    const std::string pod = folder.write("pod.json", printed({"get", "-", "--at", "14s", "-o", "json"}, kPod));
    const std::string events = folder.write("events.json", printed({"events", "-", "--at", "14s", "-o", "json"}, kPod));
    const std::string simulated = printed({"describe", "-", "--at", "14s"}, kPod);
    CHECK(printed({"describe", pod, "--events", events, "--now", "2026-01-01T00:00:14Z"}, "") == simulated);
    CHECK(contains(simulated, "\nName:") == false);
    CHECK(contains(simulated, "\nEvents:\n  Type     Reason   Age"));
  }
}
