// tools/record with a stand-in for kubectl (tests/tools/kubectl), and what podlapse makes of recordings.
#include <doctest/doctest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "podlapse/rules/rule_id.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::contents_of;
using test::ProcessOptions;
using test::ProcessResult;
using test::run_podlapse;

namespace {

namespace fs = std::filesystem;

const std::string kRoot = PODLAPSE_SOURCE_DIR;
const std::string kCluster = kRoot + "/tests/cli/data/cluster";

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A cluster of its own for each test: the stand-in's folder, and one to write into.
class Cluster {
 public:
  Cluster() : path_(fs::temp_directory_path() / ("podlapse-record-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "fake");
    fs::create_directories(path_ / "tmp");
    fs::create_directories(path_ / "out");
    environment_ = {{"KUBECTL", kRoot + "/tests/tools/kubectl"}, {"PODLAPSE", PODLAPSE_BINARY},
                    {"FAKE", (path_ / "fake").string()},         {"TMPDIR", (path_ / "tmp").string()},
                    {"PODLAPSE_RECORD_SETTLE", "0.1"},           {"PODLAPSE_RECORD_TICK", "0.05"},
                    {"PODLAPSE_RECORD_POLL", "0.01"}};
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster() { fs::remove_all(path_); }

  Cluster& with(const std::string& name, const std::string& value) {
    environment_.emplace_back(name, value);
    return *this;
  }
  Cluster& plays(const std::string& name) {
    return with("FAKE_STREAM", kCluster + "/" + name + ".stream").with("FAKE_EVENTS", kCluster + "/" + name + ".events");
  }

  [[nodiscard]] ProcessResult record(const std::vector<std::string>& arguments) const {
    return run(kRoot + "/tools/record", arguments);
  }
  /// Ctrl-C after `seconds`.
  [[nodiscard]] ProcessResult interrupted(const std::string& seconds, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--preserve-status", "-s", "INT", seconds, kRoot + "/tools/record"});
    return run("/usr/bin/timeout", arguments);
  }

  [[nodiscard]] std::string calls() const { return contents_of((path_ / "fake/calls").string()); }
  [[nodiscard]] std::string created_pod() const { return contents_of((path_ / "fake/pod.json").string()); }
  /// Pods that are left on the cluster.
  [[nodiscard]] std::string pods() const {
    const fs::path pods = path_ / "fake/pods";
    return fs::exists(pods) ? contents_of(pods.string()) : "";
  }
  /// Nothing is left behind in the folder for temporary files.
  [[nodiscard]] bool is_clean() const { return fs::is_empty(path_ / "tmp"); }
  [[nodiscard]] bool wrote_nothing() const { return fs::is_empty(path_ / "out"); }
  [[nodiscard]] std::string output(const std::string& name) const { return (path_ / "out" / name).string(); }

 private:
  [[nodiscard]] ProcessResult run(const std::string& program, const std::vector<std::string>& arguments) const {
    ProcessOptions options;
    options.environment = environment_;
    options.folder = (path_ / "out").string();
    return test::run_process(program, arguments, options);
  }

  fs::path path_;
  std::vector<std::pair<std::string, std::string>> environment_;
};

bool names_rule(const std::string& error, const std::string& id) {
  const bool found = contains(error, "error[" + id + "]");
  if (found) test::reach(find_rule(id));
  return found;
}

}  // namespace

TEST_SUITE("cli/record") {
  TEST_CASE("a case is created, watched to its end and removed, and its trace agrees with the simulation") {
    Cluster cluster;
    cluster.plays("fails");
    const ProcessResult result = cluster.record({kCluster + "/fails.yaml"});
    INFO(result.error);
    REQUIRE(result.status == 0);
    CHECK(result.output.empty());
    CHECK(contains(result.error, "record: wrote fails.1.jsonl\n"));
    CHECK(cluster.pods().empty());
    CHECK(cluster.is_clean());
    const std::string pod = cluster.created_pod();
    CHECK_FALSE(contains(pod, "@NAME@"));
    CHECK(contains(pod, "\"nodeName\": \"node-1\""));
    const std::string trace = contents_of(cluster.output("fails.1.jsonl"));
    CHECK(contains(trace, "\"source\": \"kubelet\", \"version\": \"v1.36.2\", \"runtime\": \"containerd://2.1.9\", \"case\": \"fails\""));
    CHECK(contains(trace, "\"sight\": \"watch\""));
    const ProcessResult conform = run_podlapse({"conform", kCluster + "/fails.yaml", "--trace", cluster.output("fails.1.jsonl")});
    CHECK(conform.status == 0);
    CHECK(contains(conform.output, "fails  T  agrees with 1 recorded run\n  seen from outside: "));
    const ProcessResult other =
        run_podlapse({"conform", kCluster + "/fails.yaml", "--run", "app=1s:exit=3", "--trace", cluster.output("fails.1.jsonl")});
    CHECK(other.status == 1);
    CHECK(contains(other.output, "lifecycle  app[0].exited(3)"));
    const ProcessResult shown = run_podlapse({"show", cluster.output("fails.1.jsonl")});
    CHECK(contains(shown.output, "recorded from kubelet v1.36.2, containerd://2.1.9\n"));
    CHECK(contains(shown.output, "  ▸ is shown running\n"));
    CHECK(contains(shown.output, "  ✗ terminated: Error, exit code 9\n"));
  }

  TEST_CASE("what the case does is done at its time, and noted in the trace") {
    Cluster cluster;
    cluster.plays("deleted");
    const ProcessResult result = cluster.record({kCluster + "/deleted.yaml", "--run", "7", "-o", "-", "-n", "team", "--context", "lab"});
    INFO(result.error);
    REQUIRE(result.status == 0);
    CHECK(cluster.wrote_nothing());
    CHECK(contains(cluster.calls(), " --wait=false --grace-period=5\n"));
    std::size_t calls = 0, with_flags = 0;
    for (std::size_t at = 0; (at = cluster.calls().find('\n', at)) != std::string::npos; ++at) ++calls;
    for (std::size_t at = 0; (at = cluster.calls().find("--namespace team --context lab ", at)) != std::string::npos; ++at) ++with_flags;
    CHECK(with_flags == calls);
    CHECK(contains(result.output, "\"run\": 7"));
    CHECK(contains(result.output, "\"type\": \"action\", \"action\": \"delete\", \"gracePeriodSeconds\": 5}\n"));
    CHECK(contains(result.output, "\"type\": \"deleted\"}\n"));
  }

  TEST_CASE("a Pod is followed until its time is up, and is left alone; without podlapse the raw recording is kept and can be read") {
    Cluster cluster;
    cluster.plays("fails").with("PODLAPSE", "");
    std::ofstream{cluster.output("../fake/created")} << "web\n";
    const ProcessResult result = cluster.record({"--follow", "pod/web", "--for", "1.5s", "--raw", "--output=web.json"});
    INFO(result.error);
    REQUIRE(result.status == 0);
    CHECK_FALSE(contains(cluster.calls(), "create "));
    CHECK_FALSE(contains(cluster.calls(), "delete "));
    CHECK(cluster.is_clean());
    const std::string raw = contents_of(cluster.output("web.json"));
    CHECK(contains(raw, "{\"type\":\"recording\",\"format\":\"podlapse-recording/1\""));
    const ProcessResult shown = run_podlapse({"show", cluster.output("web.json")});
    CHECK(shown.status == 0);
    CHECK(contains(shown.output, "Pod web  recorded from kubelet v1.36.2"));
    CHECK(contains(shown.output, "still Running at "));
  }

  TEST_CASE("Ctrl-C breaks a case off without a trace and without leftovers, and ends a following with what was seen") {
    Cluster broken;
    broken.plays("fails");
    const ProcessResult result = broken.interrupted("1.2", {kCluster + "/fails.yaml"});
    INFO(result.error);
    CHECK(result.status == 130);
    CHECK(contains(result.error, "record: broken off; nothing is written\n"));
    CHECK(contains(broken.calls(), "create -f "));
    CHECK(broken.pods().empty());
    CHECK(broken.is_clean());
    CHECK(broken.wrote_nothing());
    Cluster followed;
    followed.plays("fails");
    std::ofstream{followed.output("../fake/created")} << "web\n";
    const ProcessResult ended = followed.interrupted("1.2", {"--follow", "web"});
    INFO(ended.error);
    CHECK(ended.status == 0);
    CHECK(followed.is_clean());
    CHECK(run_podlapse({"show", followed.output("web.jsonl")}).status == 0);
  }

  TEST_CASE("a cluster that refuses is quoted, and nothing is written") {
    Cluster forbidden;
    forbidden.plays("fails").with("FAKE_REFUSE", "create");
    const ProcessResult result = forbidden.record({kCluster + "/fails.yaml"});
    CHECK(result.status == 1);
    CHECK(contains(result.error, "record: the cluster takes no Pod: Error from server (Forbidden): pods is forbidden: User \"dev\""));
    CHECK(forbidden.wrote_nothing());
    CHECK(forbidden.is_clean());
    Cluster blind;
    blind.plays("fails").with("FAKE_BREAK", "pods");
    const ProcessResult lost = blind.record({kCluster + "/fails.yaml"});
    CHECK(lost.status == 1);
    CHECK(contains(lost.error, "record: kubectl watches no longer: error: unable to watch"));
    CHECK(blind.pods().empty());
    CHECK(blind.wrote_nothing());
    Cluster without;
    CHECK(without.with("KUBECTL", "no-such-kubectl").record({"--follow", "web"}).status == 2);
  }

  TEST_CASE("a Pod that never starts and one that is never there: the time is up") {
    Cluster pending;
    pending.with("FAKE_PHASE", "Pending").plays("fails");
    const ProcessResult result = pending.record({kCluster + "/fails.yaml"});
    CHECK(result.status == 1);
    CHECK(contains(result.error, "does not get to run within two minutes; nothing is recorded"));
    CHECK(pending.pods().empty());
    Cluster nobody;
    nobody.with("FAKE_STREAM", "/dev/null");
    const ProcessResult none = nobody.record({"--follow", "web", "--for", "0.3s", "-n", "team"});
    CHECK(none.status == 1);
    CHECK(contains(none.error, "record: nothing was seen of pod web in namespace team; nothing is written\n"));
    CHECK(nobody.wrote_nothing());
  }

  TEST_CASE("where events may not be watched the rest is recorded, and conform leaves them out") {
    Cluster cluster;
    cluster.plays("fails").with("FAKE_BREAK", "events");
    const ProcessResult result = cluster.record({kCluster + "/fails.yaml", "--for", "5s"});
    REQUIRE(result.status == 0);
    CHECK(contains(result.error, "record: events cannot be watched, and will be missing: error: unable to watch"));
    const ProcessResult conform = run_podlapse({"conform", kCluster + "/fails.yaml", "--trace", cluster.output("fails.1.jsonl")});
    CHECK(conform.status == 0);
    CHECK(contains(conform.output, "events are not judged: the recording has none"));
  }

  TEST_CASE("--keep leaves the Pod; --plan needs no podlapse; usage is checked before anything is asked") {
    Cluster cluster;
    cluster.plays("fails").with("PODLAPSE", "/bin/false");
    std::ofstream{cluster.output("../plan")} << run_podlapse({"plan", kCluster + "/fails.yaml"}).output;
    const ProcessResult kept =
        cluster.record({"--plan", cluster.output("../plan"), "--keep", "--raw", "--for", "0.3s", "-o", "raw"});
    INFO(kept.error);
    CHECK(kept.status == 0);
    CHECK(contains(cluster.pods(), "podlapse-fails-"));
    Cluster usage;
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{}, {"a.yaml", "--follow", "web"}, {"--follow", "deploy/web"}, {"--for", "soon", "a.yaml"},
          {"--run", "x", "a.yaml"}, {"--wrong", "a.yaml"}, {"-o"}, {"--plan", "/dev/null"}}) {
      CHECK(usage.record(wrong).status == 2);
    }
    CHECK_FALSE(fs::exists(usage.output("../fake/calls")));
  }

  TEST_CASE("of the recorded cases, each has a plan whose Pod the API server takes, or is refused with reasons") {
    std::size_t planned = 0, refused = 0;
    for (const auto& entry : fs::directory_iterator{kRoot + "/tests/conformance/cases"}) {
      INFO(entry.path().filename().string());
      const ProcessResult plan = run_podlapse({"plan", entry.path().string()});
      if (plan.status == 2) {
        CHECK(contains(plan.error, "error[plan/refused]: cannot be made happen on a cluster: "));
        ++refused;
        continue;
      }
      ++planned;
      ProcessOptions options;
      options.input = plan.output.substr(plan.output.find("\npod\n") + 5);
      const std::size_t name = options.input.find("@NAME@"), node = options.input.find("@NODE@");
      REQUIRE(name < node);
      options.input.replace(node, 6, "node").replace(name, 6, "name");
      const ProcessResult taken = run_podlapse({"validate", "-"}, options);
      CHECK_MESSAGE(taken.status == 0, taken.error);
    }
    CHECK(planned == 172);
    CHECK(refused == 13);
  }

  TEST_CASE("a List of Pods is drawn Pod by Pod, events beside them from another file; YAML in several documents as well") {
    const Cluster cluster;
    const std::string pod = run_podlapse({"get", kCluster + "/fails.yaml", "--at", "1s", "-o", "yaml"}).output;
    std::string other = pod;
    other.replace(other.find("name: fails"), 11, "name: other");
    other.replace(other.find("uid: "), 5, "uid: 0");
    std::ofstream{cluster.output("two.yaml")} << pod << "---\n" << other;
    std::ofstream{cluster.output("events.json")} << run_podlapse({"events", kCluster + "/fails.yaml", "-o", "json"}).output;
    const ProcessResult shown = run_podlapse({"show", "--events", cluster.output("two.yaml"), cluster.output("events.json")});
    REQUIRE(shown.status == 0);
    const std::size_t first = shown.output.find("Pod fails  recorded from kubectl\n");
    const std::size_t second = shown.output.find("Pod other  recorded from kubectl\n");
    REQUIRE(first < second);
    REQUIRE(second != std::string::npos);
    CHECK(shown.output.find("event Started: Container started") < second);
    CHECK(shown.output.find("event Started: Container started", second) == std::string::npos);
    const ProcessResult trace = run_podlapse({"show", "-o", "jsonl", cluster.output("two.yaml")});
    std::ofstream{cluster.output("again.jsonl")} << trace.output;
    CHECK(run_podlapse({"show", cluster.output("again.jsonl")}).output == run_podlapse({"show", cluster.output("two.yaml")}).output);
  }

  TEST_CASE("the shell of a plan runs, ends and answers signals as the case says, run by run") {
    const Cluster cluster;
    const std::string runs = "app=0.3s:exit=3:term=100ms:termExit=7,forever:term=ignore";
    const std::string plan = run_podlapse({"plan", kCluster + "/fails.yaml", "--run", runs, "--at", "1s=kill:app", "--delete-at",
                                           "2s:grace=0"})
                                 .output;
    const std::string head = "podlapse-plan/1\ncase fails\ngroup T\nimage busybox:1.36\nuntil 30.000\n";
    CHECK(plan.rfind(head + "at 1.000 kill app 9\nat 2.000 delete 0\npod\n{", 0) == 0);
    const boost::json::value pod = boost::json::parse(plan.substr(plan.find("\npod\n") + 5));
    const boost::json::value& app = pod.at("spec").at("containers").at(0);
    std::string script{app.at("command").at(2).as_string()};
    for (std::size_t place = 0; (place = script.find("/podlapse/", place)) != std::string::npos;) {
      script.replace(place, 10, cluster.output(""));
    }
    script.replace(script.find("sleep 3600"), 10, "sleep 1");  // here it outlives its shell
    const auto ends_with = [&](int run, const std::string& signal, const std::string& after) {
      std::ofstream{cluster.output("app.runs")} << run << "\n";
      const std::string send = signal.empty() ? "" : "sleep " + after + "; kill -" + signal + " $!; ";
      return test::run_process("/bin/sh", {"-c", "sh -c \"$0\" & " + send + "wait $!; exit $?", script}).status;
    };
    CHECK(ends_with(0, "", "") == 3);
    CHECK(ends_with(0, "TERM", "0.1") == 7);
    CHECK(ends_with(0, "TERM", "0.25") == 3);  // its own end comes before the answer
    CHECK(ends_with(0, "USR2", "0.1") == 137);
    CHECK(ends_with(1, "TERM $!; sleep 0.1; kill -USR2", "0.1") == 137);  // SIGTERM is ignored
    CHECK(contents_of(cluster.output("app.runs")) == "2\n");
  }

  TEST_CASE("plan/refused: a case that needs the node or its runtime is refused, each reason by name") {
    const ProcessResult result =
        run_podlapse({"plan", kCluster + "/fails.yaml", "--at", "1s=restartKubelet", "--at", "2s=oom:app", "--at", "3s=kill:sandbox"});
    CHECK(result.status == 2);
    CHECK(result.output.empty());
    CHECK(names_rule(result.error, "plan/refused"));
    CHECK(contains(result.error, "cannot be made happen on a cluster: restartKubelet: a node's kubelet cannot be reached through the API"));
    CHECK(contains(result.error, "oom app: the kernel decides on that"));
    CHECK(contains(result.error, "kill of the sandbox: "));
    Cluster cluster;
    const ProcessResult record = cluster.record({kRoot + "/tests/conformance/cases/sandbox-killed-never.yaml"});
    CHECK(record.status == 2);
    CHECK(contains(record.error, "kill of the sandbox"));
    CHECK_FALSE(fs::exists(cluster.output("../fake/calls")));
  }

  TEST_CASE("conform/one-state: a state, or a Pod followed from the middle of its life, is not compared") {
    Cluster cluster;
    const std::string pod = run_podlapse({"get", kCluster + "/fails.yaml", "--at", "10s", "-o", "yaml"}).output;
    std::ofstream{cluster.output("pod.yaml")} << pod;
    const ProcessResult result = run_podlapse({"conform", kCluster + "/fails.yaml", "--trace", cluster.output("pod.yaml")});
    CHECK(result.status == 2);
    CHECK(names_rule(result.error, "conform/one-state"));
    CHECK(contains(result.error, "a recorded run of fails has states without times of arrival, or "));
    const std::string stream = run_podlapse({"get", kCluster + "/fails.yaml", "--every-change", "-o", "json"}).output;
    std::ofstream{cluster.output("stream.json")} << stream;
    CHECK(run_podlapse({"show", cluster.output("stream.json")}).status == 0);
    CHECK(run_podlapse({"conform", kCluster + "/fails.yaml", "--trace", cluster.output("stream.json")}).status == 2);
    std::ofstream late{cluster.output("late.json")};
    late << "{\"type\":\"recording\"}\n";
    const std::string state = run_podlapse({"get", kCluster + "/fails.yaml", "--at", "2s", "-o", "json"}).output;
    late << "{\"arrived\":\"1767225607.5\",\"watch\":{\"type\":\"ADDED\",\"object\":" << state << "}}\n";
    late.close();
    const ProcessResult middle = run_podlapse({"conform", kCluster + "/fails.yaml", "--trace", cluster.output("late.json")});
    CHECK(middle.status == 2);
    CHECK(names_rule(middle.error, "conform/one-state"));
  }

  TEST_CASE("trace/no-history: a manifest, and a List without Pods and events, have nothing to draw") {
    for (const std::string text : {"kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: a}]}\n",
                                   "{\"kind\": \"List\", \"items\": []}", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"}) {
      ProcessOptions options;
      options.input = text;
      const ProcessResult result = run_podlapse({"show", "-"}, options);
      CHECK(result.status == 2);
      CHECK(names_rule(result.error, "trace/no-history"));
      CHECK(contains(result.error, "help: `podlapse run` simulates a manifest"));
    }
  }
}
