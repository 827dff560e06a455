// Updates: what may change of an object, a test a rule.
#include <doctest/doctest.h>

#include "api/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::pod_with_container;
using test::Texts;
using test::update_refusals;
using test::workload_with;

namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Texts ephemeral_refusals(const std::string& before, const std::string& after) {
  Value old = check_object(pod_with(""), SchemaType::Pod).object;
  if (!before.empty()) old = check_ephemeral_update(pod_with("'ephemeralContainers': [" + before + "]"), old).object;
  Texts texts;
  for (const FieldError& error :
       check_ephemeral_update(pod_with("'ephemeralContainers': [" + after + "]"), old).errors) {
    test::reach(error.rule);
    texts.push_back(first_line(to_string(error)));
  }
  return texts;
}

}  // namespace

TEST_SUITE("api/update") {
  TEST_CASE("update/metadata: name and namespace stay") {
    Value renamed = pod_with("");
    renamed["metadata"].set("name", Value{"q"});
    CHECK_EQ(update_refusals(pod_with(""), renamed), Texts{"metadata.name: Invalid value: \"q\": field is immutable"});
    Value labelled = pod_with("");
    labelled["metadata"]["labels"].set("a", Value{"b"});
    CHECK_EQ(update_refusals(pod_with(""), labelled), Texts{});
  }

  TEST_CASE("update/metadata: another uid is a conflict") {
    Value old = check_object(pod_with(""), SchemaType::Pod).object;
    Value changed = old;
    changed["metadata"].set("uid", Value{"x"});
    const CheckedObject checked = check_update(changed, old, SchemaType::Pod);
    CHECK(checked.refusal.is_conflict);
    test::reach(checked.refusal.rule);
  }

  TEST_CASE("update/pod-fields: images and what a running Pod can take, nothing else") {
    CHECK_EQ(update_refusals(pod_with(""), pod_with("'containers': [{'name': 'c', 'image': 'j'}]")), Texts{});
    const Texts said = update_refusals(pod_with(""), pod_with_container("'command': ['x']"));
    REQUIRE_EQ(said.size(), 1);
    CHECK_EQ(first_line(said.front()),
             "spec: Forbidden: pod updates may not change fields other than "
             "`spec.containers[*].image`,`spec.initContainers[*].image`,"
             "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
             "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
    // Without a gate, the node may be chosen already.
    CHECK_EQ(update_refusals(pod_with(""), pod_with("'nodeSelector': {'a': 'b'}")).size(), 1);
    // Where the server shows a difference of Go structs, the paths stand here.
    CHECK_EQ(said.front().substr(said.front().find('\n')), "\nspec.containers[0].command added");
  }

  TEST_CASE("update/containers: their number stays, and each has an image") {
    CHECK_EQ(update_refusals(pod_with(""),
                             pod_with("'containers': [{'name': 'c', 'image': 'i'}, {'name': 'd', 'image': 'i'}]")),
             Texts{"spec.containers: Forbidden: pod updates may not add or remove containers"});
    CHECK_EQ(update_refusals(pod_with_container("'imagePullPolicy': 'Never'"),
                             pod_with("'containers': [{'name': 'c', 'image': '', 'imagePullPolicy': 'Never'}]")),
             Texts{"spec.containers[0].image: Required value", "spec.containers[0].image: Required value"});
  }

  TEST_CASE("update/active-deadline: it is only shortened") {
    const Value pod = pod_with("'activeDeadlineSeconds': 100");
    CHECK_EQ(update_refusals(pod, pod_with("'activeDeadlineSeconds': 50")), Texts{});
    CHECK_EQ(update_refusals(pod_with(""), pod), Texts{});
    CHECK_EQ(update_refusals(pod, pod_with("'activeDeadlineSeconds': 101")),
             Texts{"spec.activeDeadlineSeconds: Invalid value: 101: must be less than or equal to previous value"});
    CHECK_EQ(
        update_refusals(pod, pod_with("")),
        Texts{"spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value"});
  }

  TEST_CASE("update/tolerations: they are only added") {
    const Value pod =
        pod_with("'tolerations': [{'key': 'a', 'operator': 'Exists', 'effect': 'NoExecute', 'tolerationSeconds': 5}]");
    CHECK_EQ(
        update_refusals(
            pod,
            pod_with("'tolerations': [{'key': 'b', 'operator': 'Exists'}, {'key': 'a', 'operator': 'Exists', 'effect': "
                     "'NoExecute', 'tolerationSeconds': 9}]")),
        Texts{});
    CHECK_EQ(
        update_refusals(pod, pod_with("")),
        Texts{"spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"});
  }

  TEST_CASE("update/scheduling-gates: they are only removed") {
    const Value pod = pod_with("'schedulingGates': [{'name': 'g'}, {'name': 'h'}]");
    CHECK_EQ(update_refusals(pod, pod_with("'schedulingGates': [{'name': 'h'}]")), Texts{});
    CHECK_EQ(
        update_refusals(pod, pod_with("'schedulingGates': [{'name': 'h'}, {'name': 'i'}]")),
        Texts{"spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'i'"});
  }

  TEST_CASE("update/node-selector: a gated Pod is only narrowed") {
    const std::string gate = "'schedulingGates': [{'name': 'g'}]";
    const auto affinity = [&gate](const std::string& terms) {
      return pod_with(
          gate +
          ", 'affinity': {'nodeAffinity': {'requiredDuringSchedulingIgnoredDuringExecution': {'nodeSelectorTerms': [" +
          terms + "]}}}");
    };
    CHECK_EQ(update_refusals(pod_with(gate + ", 'nodeSelector': {'a': 'b'}"),
                             pod_with(gate + ", 'nodeSelector': {'a': 'b', 'c': 'd'}")),
             Texts{});
    CHECK_EQ(update_refusals(pod_with(gate + ", 'nodeSelector': {'a': 'b'}"),
                             pod_with(gate + ", 'nodeSelector': {'a': 'x'}")),
             Texts{"spec.nodeSelector: Invalid value: {\"a\":\"x\"}: only additions to spec.nodeSelector are allowed "
                   "(no mutations or deletions)"});
    const std::string term = "{'matchExpressions': [{'key': 'a', 'operator': 'Exists'}]}";
    CHECK_EQ(update_refusals(pod_with(gate), affinity(term)), Texts{});
    CHECK_EQ(
        update_refusals(affinity(term),
                        affinity("{'matchExpressions': [{'key': 'a', 'operator': 'Exists'}, {'key': 'b', 'operator': "
                                 "'Exists'}]}")),
        Texts{});
    CHECK_EQ(update_refusals(affinity(term), affinity(term + ", " + term)).size(), 1);
    CHECK_EQ(
        update_refusals(affinity(term), affinity("{'matchExpressions': [{'key': 'b', 'operator': 'Exists'}]}")).size(),
        1);
  }

  TEST_CASE("update/ephemeral-containers: they are only added") {
    const std::string one = "{'name': 'e', 'image': 'i'}";
    CHECK_EQ(ephemeral_refusals("", one), Texts{});
    CHECK_EQ(ephemeral_refusals(one, one + ", {'name': 'f', 'image': 'i'}"), Texts{});
    CHECK_EQ(ephemeral_refusals(one, ""),
             Texts{"spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed"});
    CHECK_EQ(ephemeral_refusals(one, "{'name': 'e', 'image': 'j'}"),
             Texts{"spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be changed"});
  }

  TEST_CASE("update/immutable: selectors, and what a Job is made of") {
    Value moved = workload_with("Deployment", "");
    moved["spec"].set("selector", document("{'matchLabels': {'app': 'y'}}"));
    moved["spec"]["template"]["metadata"].set("labels", document("{'app': 'y'}"));
    CHECK_EQ(update_refusals(workload_with("Deployment", ""), moved),
             Texts{"spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"y\"}}: field is immutable"});
    CHECK_EQ(update_refusals(workload_with("Job", ""),
                             workload_with("Job", "'completionMode': 'Indexed', 'completions': 1")),
             Texts{"spec.completionMode: Invalid value: \"Indexed\": field is immutable"});
    Value suspended = workload_with("Job", "'suspend': true");
    Value directed = suspended;
    directed["spec"]["template"]["spec"].set("nodeSelector", document("{'a': 'b'}"));
    CHECK_EQ(update_refusals(suspended, directed), Texts{});
    CHECK_EQ(update_refusals(workload_with("Job", ""), directed).size(), 1);
  }

  TEST_CASE("update/completions: together with parallelism, of an Indexed Job") {
    const auto job = [](const std::string& completions, const std::string& parallelism) {
      return workload_with(
          "Job", "'completionMode': 'Indexed', 'completions': " + completions + ", 'parallelism': " + parallelism);
    };
    CHECK_EQ(update_refusals(job("3", "3"), job("5", "5")), Texts{});
    CHECK_EQ(update_refusals(job("3", "3"), job("5", "3")),
             Texts{"spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"});
  }

  TEST_CASE("update/stateful-set: what concerns its Pods to come") {
    CHECK_EQ(update_refusals(workload_with("StatefulSet", ""), workload_with("StatefulSet", "'replicas': 3")), Texts{});
    CHECK_EQ(
        update_refusals(workload_with("StatefulSet", "'serviceName': 's'"),
                        workload_with("StatefulSet", "'serviceName': 'z'")),
        Texts{"spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
              "'updateStrategy', "
              "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"});
  }
}
