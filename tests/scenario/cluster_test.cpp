#include "podlapse/scenario/cluster.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/rule_coverage.hpp"

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

struct Made {
  Cluster cluster;
  std::vector<Diagnostic> problems;
};

ClusterGiven given(const std::string& version, const std::string& gates, std::vector<Diagnostic>& problems) {
  ClusterGiven out;
  if (!version.empty()) read_cluster_version(version, {0, 1, 1, 1}, out, problems);
  if (!gates.empty()) read_cluster_gates(gates, 1, out, problems);
  for (const Diagnostic& problem : problems) test::reach(find_rule(problem.code));
  return out;
}

Made make(const ClusterGiven& file, const ClusterGiven& command_line = {}) {
  Made made;
  made.cluster = make_cluster(file, command_line, made.problems);
  for (const Diagnostic& problem : made.problems) test::reach(find_rule(problem.code));
  return made;
}

Made make(const std::string& version, const std::string& gates) {
  std::vector<Diagnostic> problems;
  Made made = make(given(version, gates, problems));
  made.problems.insert(made.problems.begin(), problems.begin(), problems.end());
  return made;
}

std::string problem_of(const Made& made) { return made.problems.empty() ? "" : made.problems.front().text; }

}  // namespace

TEST_SUITE("scenario/cluster") {
  TEST_CASE("the newest release and its defaults where nobody says anything") {
    const Made made = make("", "");
    CHECK(made.problems.empty());
    CHECK(made.cluster.gates == FeatureGates{});
    CHECK(made.cluster.text() == "v1.36");
  }

  TEST_CASE("cluster/version: a release that is not modelled is refused") {
    CHECK(problem_of(make("1.26", "")) == "Kubernetes 1.26 is not modelled: v1.27 to v1.36 are");
    CHECK(make("1.30", "").cluster.text() == "v1.30");
  }

  TEST_CASE("cluster/older-release: another release than the newest is told to be modelled, not measured") {
    CHECK(release_note(kNewestVersion).value.empty());
    const Decided<std::string> note = release_note({30, 4});
    test::reach(note.because);
    CHECK(note.value == "v1.30.4 is modelled from source and release notes, not verified on a real kubelet");
  }

  TEST_CASE("gates/syntax: what is no setting of a gate is refused as a whole") {
    const Made made = make("", "PLEGOnDemandRelist=maybe");
    CHECK(problem_of(made) == "invalid value of PLEGOnDemandRelist=maybe, err: strconv.ParseBool: parsing \"maybe\": invalid syntax");
    CHECK(made.problems.front().span == SourceSpan{1, 1, 1, 24});
  }

  TEST_CASE("gates/unknown: the place is that of the setting") {
    const Made made = make("", "PLEGOnDemandRelist=false,Sidecars=true");
    CHECK(problem_of(made) == "unrecognized feature gate: Sidecars");
    CHECK(made.problems.front().span == SourceSpan{1, 1, 26, 13});
  }

  TEST_CASE("gates/locked: what graduated cannot be turned off") {
    CHECK(problem_of(make("1.34", "PodLifecycleSleepAction=false")) ==
          "cannot set feature gate PodLifecycleSleepAction to false, feature is locked to true");
  }

  TEST_CASE("gates/needs: a gate goes with those that depend on it") {
    CHECK(problem_of(make("", "NodeDeclaredFeatures=false")) ==
          "RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: [NodeDeclaredFeatures]");
  }

  TEST_CASE("gates/not-modelled: EventedPLEG cannot be turned on, and may be turned off") {
    CHECK(problem_of(make("", "EventedPLEG=true")) == "podlapse does not model EventedPLEG=true");
    CHECK(make("", "EventedPLEG=false").problems.empty());
  }

  TEST_CASE("cluster/restart-period: from 1 s to 300 s, and where the gate is on") {
    ClusterGiven file;
    file.max_container_restart_period = ClusterGiven::Period{20s, {0, 3, 1, 1}};
    CHECK(make(file).problems.empty());
    CHECK(make(file).cluster.max_container_restart_period == SimDuration{20s});
    for (const SimDuration wrong : {SimDuration{500ms}, SimDuration{301s}}) {
      file.max_container_restart_period->period = wrong;
      CHECK(problem_of(make(file)) ==
            "invalid configuration: CrashLoopBackOff.MaxContainerRestartPeriod must be set between 1s and 300s");
    }
    file.max_container_restart_period->period = 20s;
    file.version = ClusterGiven::Version{{34, {}}, {}};
    CHECK(problem_of(make(file)) ==
          "invalid configuration: FeatureGate KubeletCrashLoopBackOffMax not enabled, "
          "CrashLoopBackOff.MaxContainerRestartPeriod must not be set");
  }

  TEST_CASE("the command line stands above the file, gate by gate") {
    std::vector<Diagnostic> problems;
    const ClusterGiven file = given("1.34", "ContainerRestartRules=true,ContainerStopSignals=true", problems);
    const ClusterGiven above = given("1.35", "ContainerRestartRules=false", problems);
    CHECK(problems.empty());
    const Made made = make(file, above);
    CHECK(made.problems.empty());
    CHECK(made.cluster.text() == "v1.35, ContainerRestartRules=false, ContainerStopSignals=true");
    CHECK_FALSE(made.cluster.gates.container_restart_rules);
  }
}
