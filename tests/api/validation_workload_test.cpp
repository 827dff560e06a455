// Validation of controllers, a test a rule.
#include <doctest/doctest.h>

#include <algorithm>

#include "api/support.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::refusals;
using test::Texts;
using test::workload_with;

TEST_SUITE("api/validation") {
  TEST_CASE("validate/owner-references: complete, and one controller at most") {
    const auto with = [](const std::string& owners) {
      Value pod = pod_with("");
      pod["metadata"].set("ownerReferences", document("[" + owners + "]"));
      return pod;
    };
    const std::string fine = "{'apiVersion': 'batch/v1', 'kind': 'Job', 'name': 'j', 'uid': '1', 'controller': true}";
    CHECK_EQ(refusals(with(fine)), Texts{});
    CHECK_EQ(
        refusals(with("{'apiVersion': 'a/b/c'}")),
        Texts{
            "metadata.ownerReferences[0].apiVersion: Invalid value: \"a/b/c\": must be <group>/<version> or <version>",
            "metadata.ownerReferences[0].kind: Required value: must not be empty",
            "metadata.ownerReferences[0].name: Required value: must not be empty",
            "metadata.ownerReferences[0].uid: Required value: must not be empty"});
    CHECK_EQ(refusals(with("{'apiVersion': 'v1', 'kind': 'Event', 'name': 'e', 'uid': '1'}")),
             Texts{"metadata.ownerReferences[0]: Invalid value: "
                   "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"e\",\"uid\":\"1\"}: "
                   "/v1, Kind=Event is disallowed from being an owner"});
    CHECK_EQ(refusals(with(fine + ", " + fine)).size(), 1);
  }

  TEST_CASE("validate/deployment-strategy: Recreate, or an update that can make progress") {
    const auto with = [](const std::string& strategy) {
      return refusals(workload_with("Deployment", "'strategy': {" + strategy + "}"));
    };
    CHECK_EQ(with("'type': 'Recreate'"), Texts{});
    CHECK_EQ(with("'type': 'Blue'"),
             Texts{"spec.strategy: Unsupported value: {\"Type\":\"Blue\",\"RollingUpdate\":null}: supported "
                   "values: \"Recreate\", \"RollingUpdate\""});
    CHECK_EQ(with("'type': 'Recreate', 'rollingUpdate': {'maxSurge': 1}"),
             Texts{"spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"});
    CHECK_EQ(with("'rollingUpdate': {'maxSurge': '0%', 'maxUnavailable': 0}"),
             Texts{"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"});
    CHECK_EQ(
        with("'rollingUpdate': {'maxSurge': 'x', 'maxUnavailable': '101%'}"),
        Texts{"spec.strategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be a numeric "
              "string followed "
              "by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
              "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"});
  }

  TEST_CASE("validate/progress-deadline: greater than minReadySeconds") {
    CHECK_EQ(refusals(workload_with("Deployment", "'minReadySeconds': 600")),
             Texts{"spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"});
    CHECK_EQ(refusals(workload_with("Deployment", "'minReadySeconds': 599")), Texts{});
  }

  TEST_CASE("validate/stateful-set-strategy: known policies") {
    const auto with = [](const std::string& members) { return refusals(workload_with("StatefulSet", members)); };
    CHECK_EQ(with("'podManagementPolicy': 'Parallel', 'updateStrategy': {'type': 'OnDelete'}"), Texts{});
    CHECK_EQ(with("'podManagementPolicy': 'x'"),
             Texts{"spec.podManagementPolicy: Invalid value: \"x\": must be 'OrderedReady' or 'Parallel'"});
    CHECK_EQ(with("'updateStrategy': {'type': 'Recreate'}"),
             Texts{"spec.updateStrategy: Invalid value: {\"Type\":\"Recreate\",\"RollingUpdate\":null}: must be "
                   "'RollingUpdate' or 'OnDelete'"});
    CHECK_EQ(with("'updateStrategy': {'type': 'OnDelete', 'rollingUpdate': {'partition': 2}}"),
             Texts{"spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":2,\"MaxUnavailable\":null}: only "
                   "allowed for "
                   "updateStrategy 'RollingUpdate'"});
    CHECK_EQ(with("'updateStrategy': {'rollingUpdate': {'partition': -1, 'maxUnavailable': 0}}, "
                  "'persistentVolumeClaimRetentionPolicy': "
                  "{'whenScaled': 'x'}"),
             Texts{"spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
                   "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
                   "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"x\": supported values: "
                   "\"Retain\", \"Delete\""});
  }

  TEST_CASE("validate/service-name: a new StatefulSet names a service that can be one") {
    CHECK_EQ(refusals(workload_with("StatefulSet", "'serviceName': 'db.x'")),
             Texts{"spec.serviceName: Invalid value: \"db.x\": must not contain dots"});
    CHECK_EQ(refusals(workload_with("StatefulSet", "'serviceName': 'db'")), Texts{});
  }

  TEST_CASE("validate/object-name: a StatefulSet has an RFC 1123 label as its name") {
    Value object = workload_with("StatefulSet", "'revisionHistoryLimit': -1");
    object["metadata"].set("name", Value{"a.b"});
    CHECK_EQ(refusals(object),
             Texts{"metadata.name: Invalid value: \"a.b\": must not contain dots",
                   "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"});
  }

  TEST_CASE("validate/claim-template: those of a StatefulSet ask for storage") {
    CHECK_EQ(
        refusals(workload_with("StatefulSet", "'volumeClaimTemplates': [{'metadata': {'name': 'v'}, 'spec': {}}]")),
        Texts{"spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
              "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"});
  }

  TEST_CASE("validate/daemon-set-strategy: either surge or unavailable Pods") {
    const auto with = [](const std::string& strategy) {
      return refusals(workload_with("DaemonSet", "'updateStrategy': {" + strategy + "}"));
    };
    CHECK_EQ(with("'type': 'OnDelete'"), Texts{});
    CHECK_EQ(with("'type': 'x'"),
             Texts{"spec.updateStrategy: Unsupported value: {\"Type\":\"x\",\"RollingUpdate\":null}: supported values: "
                   "\"RollingUpdate\", \"OnDelete\""});
    CHECK_EQ(with("'rollingUpdate': {'maxSurge': 1}"),
             Texts{"spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable "
                   "is non-zero"});
    CHECK_EQ(with("'rollingUpdate': {'maxUnavailable': 0}"),
             Texts{"spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"});
  }

  TEST_CASE("validate/schedule-format: five fields in their ranges, or a descriptor") {
    const auto said = [](const std::string& schedule) {
      return refusals(workload_with("CronJob", "'schedule': '" + schedule + "'"));
    };
    for (const char* schedule :
         {"* * * * *", "*/5 0-6 1,15 jan-MAR sun", "? 1/2 * * 0", "@daily", "@every 1h30m", "0 0 31 2 *"}) {
      CHECK_EQ(said(schedule), Texts{});
    }
    const auto says = [&said](const std::string& schedule, const std::string& problem) {
      CHECK_EQ(said(schedule), Texts{"spec.schedule: Invalid value: \"" + schedule + "\": " + problem});
    };
    says("* * * *", "expected exactly 5 fields, found 4: [* * * *]");
    says("61 * * * *", "end of range (61) above maximum (59): 61");
    says("* * 0 * *", "beginning of range (0) below minimum (1): 0");
    says("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1");
    says("*/0 * * * *", "step of range should be a positive number: */0");
    says("1-2-3 * * * *", "too many hyphens: 1-2-3");
    says("1/2/3 * * * *", "too many slashes: 1/2/3");
    says("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax");
    says("* * * * sunday", "failed to parse int from sunday: strconv.Atoi: parsing \"sunday\": invalid syntax");
    says("-1 * * * *", "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax");
    says("@bad", "unrecognized descriptor: @bad");
    says("@every 5", "failed to parse duration @every 5: time: missing unit in duration \"5\"");
    says("TZ=UTC 0 0 * * *", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  }

  TEST_CASE("validate/time-zone: a name of the IANA database") {
    const auto said = [](const std::string& zone) {
      return refusals(workload_with("CronJob", "'schedule': '@daily', 'timeZone': '" + zone + "'"));
    };
    for (const char* zone : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"})
      CHECK_EQ(said(zone), Texts{});
    for (const char* zone : {"Mars/X", "europe/berlin", "../x", "Europe/", "-a"}) {
      CHECK_EQ(said(zone),
               Texts{"spec.timeZone: Invalid value: \"" + std::string{zone} + "\": unknown time zone " + zone});
    }
    CHECK_EQ(said(""), Texts{"spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string"});
    CHECK_EQ(said("Local"),
             Texts{"spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in "
                   "https://www.iana.org/time-zones"});
  }

  TEST_CASE("validate/concurrency-policy: Allow, Forbid or Replace") {
    CHECK_EQ(refusals(workload_with("CronJob", "'schedule': '@daily', 'concurrencyPolicy': 'Deny'")),
             Texts{"spec.concurrencyPolicy: Unsupported value: \"Deny\": supported values: \"Allow\", \"Forbid\", "
                   "\"Replace\""});
    CHECK_EQ(refusals(workload_with("CronJob", "'schedule': '@daily', 'concurrencyPolicy': 'Forbid'")), Texts{});
  }

  TEST_CASE("validate/indexed-job: what Indexed needs, and what needs Indexed") {
    const auto with = [](const std::string& members) { return refusals(workload_with("Job", members)); };
    CHECK_EQ(with("'completionMode': 'Indexed', 'completions': 3, 'backoffLimitPerIndex': 1, 'maxFailedIndexes': 3"),
             Texts{});
    CHECK_EQ(
        with("'completionMode': 'indexed'"),
        Texts{"spec.completionMode: Unsupported value: \"indexed\": supported values: \"NonIndexed\", \"Indexed\""});
    CHECK_EQ(with("'completionMode': 'Indexed', 'parallelism': 100001"),
             Texts{"spec.completions: Required value: when completion mode is Indexed",
                   "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode "
                   "is Indexed"});
    CHECK_EQ(with("'completionMode': 'Indexed', 'completions': 3, 'maxFailedIndexes': 4"),
             Texts{"spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
                   "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"});
    CHECK_EQ(with("'backoffLimitPerIndex': 1, 'maxFailedIndexes': 1"),
             Texts{"spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
                   "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"});
    CHECK_EQ(
        with("'completionMode': 'Indexed', 'completions': 100001, 'parallelism': 10001, 'backoffLimitPerIndex': 1"),
        Texts{"spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
              "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above "
              "100000 and used "
              "with backoff limit per index"});
    Value job = workload_with("Job", "'completionMode': 'Indexed', 'completions': 11");
    const std::string name(61, 'a');
    job["metadata"].set("name", Value{name});
    CHECK_EQ(refusals(job), Texts{"metadata.name: Invalid value: \"" + name +
                                  "\": will not able to create pod with invalid DNS label: " + name + "-10"});
  }

  TEST_CASE("validate/job-selector: by its own uid, unless manualSelector says otherwise") {
    const Texts said = refusals(workload_with("Job", "'selector': {'matchLabels': {'app': 'x'}}"));
    REQUIRE_EQ(said.size(), 1);
    CHECK_NE(
        said.front().find(
            "spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"x\",\"batch.kubernetes.io/controller-uid\":"),
        std::string::npos);
    CHECK_EQ(refusals(workload_with("Job", "'manualSelector': true, 'selector': {'matchLabels': {'app': 'x'}}")),
             Texts{});
    CHECK_EQ(refusals(workload_with("Job", "'manualSelector': true")),
             Texts{"spec.selector: Required value",
                   "spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: `selector` does not match template "
                   "`labels`"});
  }

  TEST_CASE("validate/pod-failure-policy: rules with an action and one requirement") {
    const auto with = [](const std::string& rules) {
      return refusals(workload_with("Job", "'podFailurePolicy': {'rules': [" + rules + "]}"));
    };
    const std::string path = "spec.podFailurePolicy.rules[0]";
    CHECK_EQ(with("{'action': 'Ignore', 'onPodConditions': [{'type': 'DisruptionTarget'}]}"), Texts{});
    CHECK_EQ(with("{}"),
             Texts{path + ".action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]",
                   path + ": Invalid value: specifying one of OnExitCodes and OnPodConditions is required"});
    CHECK_EQ(with("{'action': 'FailIndex', 'onExitCodes': {'operator': 'x', 'containerName': 'z', 'values': []}}"),
             Texts{path + ".action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set",
                   path + ".onExitCodes.operator: Unsupported value: \"x\": supported values: \"In\", \"NotIn\"",
                   path + ".onExitCodes.containerName: Invalid value: \"z\": must be one of the container or "
                          "initContainer names in the "
                          "pod template",
                   path + ".onExitCodes.values: Invalid value: []: at least one value is required"});
    CHECK_EQ(with("{'action': 'Count', 'onExitCodes': {'operator': 'In', 'values': [3, 0, 3]}}"),
             Texts{path + ".onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
                   path + ".onExitCodes.values[2]: Duplicate value: 3",
                   path + ".onExitCodes.values: Invalid value: [3,0,3]: must be ordered"});
    CHECK_EQ(with("{'action': 'Count', 'onPodConditions': [{'type': 'x', 'status': 'y'}], 'onExitCodes': {'operator': "
                  "'In', 'values': [1]}}"),
             Texts{path + ".onPodConditions[0].status: Unsupported value: \"y\": supported values: \"False\", "
                          "\"True\", \"Unknown\"",
                   path + ": Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"});
  }

  TEST_CASE("validate/pod-replacement-policy: Failed, where failures have a policy") {
    CHECK_EQ(refusals(workload_with("Job", "'podReplacementPolicy': 'x'")),
             Texts{"spec.podReplacementPolicy: Unsupported value: \"x\": supported values: \"Failed\", "
                   "\"TerminatingOrFailed\""});
    CHECK_EQ(
        refusals(
            workload_with("Job", "'podReplacementPolicy': 'TerminatingOrFailed', 'podFailurePolicy': {'rules': []}")),
        Texts{"spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\""});
  }

  TEST_CASE("validate/success-policy: rules that an Indexed Job can fulfil") {
    const auto with = [](const std::string& rules) {
      return refusals(workload_with(
          "Job", "'completionMode': 'Indexed', 'completions': 5, 'successPolicy': {'rules': [" + rules + "]}"));
    };
    const std::string path = "spec.successPolicy.rules[0]";
    CHECK_EQ(with("{'succeededIndexes': '0,2-4', 'succeededCount': 4}"), Texts{});
    CHECK_EQ(
        with(""),
        Texts{
            "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is "
            "specified"});
    CHECK_EQ(with("{}"),
             Texts{path + ": Required value: at least one of succeededCount or succeededIndexes must be specified"});
    const auto indexes = [&](const std::string& text, const std::string& problem) {
      CHECK_EQ(with("{'succeededIndexes': '" + text + "'}"),
               Texts{path + ".succeededIndexes: Invalid value: \"" + text +
                     "\": error parsing succeededIndexes: " + problem});
    };
    indexes("0-5", "too large index: \"5\"");
    indexes("x", "cannot convert string to integer for index: \"x\"");
    indexes("1-2-3",
            "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts "
            "separated by '-'");
    indexes("3-1", "non-increasing order, previous: 3, current: 1");
    indexes("2,1", "non-increasing order, previous: 2, current: 1");
    CHECK_EQ(with("{'succeededIndexes': '0-1', 'succeededCount': 3}"),
             Texts{path + ".succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes "
                          "in the specified "
                          "succeededIndexes field)"});
    CHECK_EQ(refusals(workload_with("Job", "'successPolicy': {'rules': [{'succeededCount': 1}]}")),
             Texts{"spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: "
                   "requires indexed "
                   "completion mode"});
  }

  TEST_CASE("validate/managed-by: a path under a domain") {
    const auto with = [](const std::string& text) {
      return refusals(workload_with("Job", "'managedBy': '" + text + "'"));
    };
    CHECK_EQ(with("acme.io/foo"), Texts{});
    CHECK_EQ(with("x"),
             Texts{"spec.managedBy: Invalid value: \"x\": must be a domain-prefixed path (such as \"acme.io/foo\")"});
    CHECK_EQ(with("A/b").size(), 1);
  }
}
