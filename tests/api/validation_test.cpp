// Validation, a test a rule: what the server refuses and, beside it, what it takes.
#include <doctest/doctest.h>

#include <algorithm>

#include "api/support.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::pod_with_container;
using test::reach;
using test::refusals;
using test::refuses_by;
using test::Texts;

TEST_SUITE("api/validation") {
  TEST_CASE("validate/containers: a Pod has at least one container") {
    CHECK_EQ(refusals(pod_with("'containers': []")), Texts{"spec.containers: Required value"});
    CHECK_EQ(refusals(pod_with("'containers': null, 'initContainers': [{'name': 'i', 'image': 'i'}]")),
             Texts{"spec.containers: Required value"});
    CHECK_EQ(refusals(pod_with("")), Texts{});
  }

  TEST_CASE("validate/container-name-given: every container has a name") {
    CHECK_EQ(refusals(pod_with("'containers': [{'image': 'i'}]")), Texts{"spec.containers[0].name: Required value"});
  }

  TEST_CASE("validate/container-name: a container name is a lowercase RFC 1123 label") {
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'C_1', 'image': 'i'}]")),
             Texts{"spec.containers[0].name: "
                   "Invalid value: \"C_1\": a lowercase RFC 1123 label must consist of lower case alphanumeric "
                   "characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
                   "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'a.b', 'image': 'i'}]")),
             Texts{"spec.containers[0].name: "
                   "Invalid value: \"a.b\": must not contain dots"});
    const std::string longest(63, 'a');
    CHECK_EQ(refusals(pod_with("'containers': [{'name': '" + longest + "', 'image': 'i'}]")), Texts{});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': '" + longest + "a', 'image': 'i'}]")),
             Texts{"spec.containers[0].name: Invalid value: \"" + longest + "a\": must be no more than 63 characters"});
  }

  TEST_CASE("validate/container-name-unique: names are unique over init and ordinary containers") {
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i'}, {'name': 'c', 'image': 'i'}]")),
             Texts{"spec.containers[1].name: Duplicate value: \"c\""});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i'}], 'initContainers': [{'name': 'c', "
                               "'image': 'i'}]")),
             Texts{"spec.initContainers[0].name: Duplicate value: \"c\""});
  }

  TEST_CASE("validate/image: every container has an image") {
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c'}]")), Texts{"spec.containers[0].image: Required value"});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': ''}]")),
             Texts{"spec.initContainers[0].image: Required value"});
  }

  TEST_CASE("validate/image-blanks: the image of a Pod has no blanks around it") {
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': ' i'}]")),
             Texts{"spec.containers[0].image: "
                   "Invalid value: \" i\": must not have leading or trailing whitespace"});
    // A template may have them.
    CHECK_EQ(refusals(document("{'kind': 'ReplicationController', 'metadata': {'name': 'r'}, 'spec': {'template': "
                               "{'metadata': {'labels': {'a': 'b'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': ' i'}]}}}}")),
             Texts{});
  }

  TEST_CASE("validate/image-pull-policy: Always, IfNotPresent or Never") {
    CHECK_EQ(refusals(pod_with_container("'imagePullPolicy': 'always'")),
             Texts{"spec.containers[0].imagePullPolicy: Unsupported value: \"always\": supported values: "
                   "\"Always\", \"IfNotPresent\", \"Never\""});
    CHECK_EQ(refusals(pod_with_container("'imagePullPolicy': 'Never'")), Texts{});
  }

  TEST_CASE("validate/termination-message-policy: File or FallbackToLogsOnError") {
    CHECK_EQ(refusals(pod_with_container("'terminationMessagePolicy': 'Logs'")),
             Texts{"spec.containers[0].terminationMessagePolicy: Unsupported value: \"Logs\": supported values: "
                   "\"File\", \"FallbackToLogsOnError\""});
  }

  TEST_CASE("validate/restart-policy: Always, OnFailure or Never") {
    CHECK_EQ(refusals(pod_with("'restartPolicy': 'Onfailure'")),
             Texts{"spec.restartPolicy: Unsupported value: "
                   "\"Onfailure\": supported values: \"Always\", \"OnFailure\", \"Never\""});
    CHECK_EQ(refusals(pod_with("'restartPolicy': 'OnFailure'")), Texts{});
  }

  TEST_CASE("validate/active-deadline: activeDeadlineSeconds is between 1 and 2147483647") {
    CHECK_EQ(refusals(pod_with("'activeDeadlineSeconds': 0")), Texts{"spec.activeDeadlineSeconds: Invalid value: "
                                                                     "0: must be between 1 and 2147483647, inclusive"});
    CHECK_EQ(refusals(pod_with("'activeDeadlineSeconds': 2147483648")),
             Texts{"spec.activeDeadlineSeconds: "
                   "Invalid value: 2147483648: must be between 1 and 2147483647, inclusive"});
    CHECK_EQ(refusals(pod_with("'activeDeadlineSeconds': 1")), Texts{});
  }

  TEST_CASE("validate/grace-period: a spec that nobody defaulted has none") {
    const std::vector<FieldError> errors = validate_object(pod_with("'restartPolicy': 'Never', 'dnsPolicy': "
                                                                    "'Default'"),
                                                           SchemaType::Pod);
    const auto is_it = [](const FieldError& error) {
      return to_string(error) == "spec.terminationGracePeriodSeconds: Required value";
    };
    const auto found = std::find_if(errors.begin(), errors.end(), is_it);
    REQUIRE(found != errors.end());
    CHECK_EQ(rule(found->rule).id, "validate/grace-period");
    reach(found->rule);
  }

  TEST_CASE("validate/init-lifecycle: only a sidecar among the init containers has it") {
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'lifecycle': {'preStop': {'exec': "
                               "{'command': ['x']}}}}]")),
             Texts{"spec.initContainers[0].lifecycle: Forbidden: may not be set for "
                   "init containers without restartPolicy=Always"});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'restartPolicy': 'Always', "
                               "'lifecycle': {'preStop': {'exec': {'command': ['x']}}}}]")),
             Texts{});
  }

  TEST_CASE("validate/init-liveness-probe: only a sidecar among the init containers has it") {
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'livenessProbe': {'exec': "
                               "{'command': ['x']}}}]")),
             Texts{"spec.initContainers[0].livenessProbe: Forbidden: may not be set "
                   "for init containers without restartPolicy=Always"});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'restartPolicy': 'Always', "
                               "'livenessProbe': {'exec': {'command': ['x']}}}]")),
             Texts{});
  }

  TEST_CASE("validate/init-readiness-probe: only a sidecar among the init containers has it") {
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'readinessProbe': {'exec': "
                               "{'command': ['x']}}}]")),
             Texts{"spec.initContainers[0].readinessProbe: Forbidden: may not be set "
                   "for init containers without restartPolicy=Always"});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'restartPolicy': 'Always', "
                               "'readinessProbe': {'exec': {'command': ['x']}}}]")),
             Texts{});
  }

  TEST_CASE("validate/init-startup-probe: only a sidecar among the init containers has it") {
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'startupProbe': {'exec': "
                               "{'command': ['x']}}}]")),
             Texts{"spec.initContainers[0].startupProbe: Forbidden: may not be set for "
                   "init containers without restartPolicy=Always"});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'restartPolicy': 'Always', "
                               "'startupProbe': {'exec': {'command': ['x']}}}]")),
             Texts{});
  }

  TEST_CASE("validate/container-restart-policy: Always, Never or OnFailure") {
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'always'")),
             Texts{"spec.containers[0].restartPolicy: "
                   "Unsupported value: \"always\": supported values: \"Always\", \"Never\", \"OnFailure\""});
    CHECK_EQ(refusals(pod_with("'initContainers': [{'name': 'n', 'image': 'i', 'restartPolicy': 'Sometimes'}]")),
             Texts{"spec.initContainers[0].restartPolicy: Unsupported value: \"Sometimes\": supported values: "
                   "\"Always\", \"Never\", \"OnFailure\""});
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'OnFailure'")), Texts{});
  }

  TEST_CASE("validate/restart-rules-policy: restart rules need a restartPolicy beside them") {
    CHECK_EQ(refusals(pod_with_container("'restartPolicyRules': [{'action': 'Restart', 'exitCodes': {'operator': "
                                         "'In', 'values': [1]}}]")),
             Texts{"spec.containers[0].restartPolicy: Required value: must specify "
                   "restartPolicy when restart rules are used"});
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': 'Restart', "
                                         "'exitCodes': {'operator': 'In', 'values': [1]}}]")),
             Texts{});
  }

  TEST_CASE("validate/restart-rules-count: a container has at most 20 restart rules") {
    const std::string rule = "{'action': 'Restart', 'exitCodes': {'operator': 'In', 'values': [1]}}";
    std::string rules = rule;
    for (int i = 1; i < 20; ++i) rules += ", " + rule;
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [" + rules + "]")), Texts{});
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [" + rules +
                                         ", "
                                         "" +
                                         rule + "]")),
             Texts{"spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items"});
  }

  TEST_CASE("validate/restart-rule-action: Restart or RestartAllContainers") {
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': 'Stop', "
                                         "'exitCodes': {'operator': 'In', 'values': [1]}}]")),
             Texts{"spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"Stop\": supported "
                   "values: \"Restart\", \"RestartAllContainers\""});
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': "
                                         "'RestartAllContainers', 'exitCodes': {'operator': 'In', 'values': [1]}}]")),
             Texts{});
  }

  TEST_CASE("validate/restart-rule-exit-codes: a restart rule has exitCodes") {
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': "
                                         "'Restart'}]")),
             Texts{"spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be "
                   "specified"});
  }

  TEST_CASE("validate/restart-rule-operator: In or NotIn") {
    CHECK_EQ(refusals(pod_with_container("'restartPolicy': 'Never', 'restartPolicyRules': [{'action': 'Restart', "
                                         "'exitCodes': {'values': [1]}}]")),
             Texts{"spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"\": "
                   "supported values: \"In\", \"NotIn\""});
  }

  TEST_CASE("validate/restart-rule-values: exitCodes has at most 255 values, of any size or none") {
    std::string values = "0";
    for (int i = 1; i < 255; ++i) values += ", " + std::to_string(i);
    const auto pod = [](const std::string& list) {
      return pod_with_container(
          "'restartPolicy': 'Never', 'restartPolicyRules': [{'action': 'Restart', "
          "'exitCodes': {'operator': 'In', "
          "'values': [" +
          list + "]}}]");
    };
    CHECK_EQ(refusals(pod(values)), Texts{});
    CHECK_EQ(refusals(pod("-1, 70000")), Texts{});
    CHECK_EQ(refusals(pod("")), Texts{});
    CHECK_EQ(refusals(pod(values + ", 255")),
             Texts{"spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most "
                   "255 items"});
  }

  TEST_CASE("validate/handler: a probe or hook has a handler") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {}")), Texts{"spec.containers[0].livenessProbe: "
                                                                        "Required value: must specify a handler type"});
    CHECK_EQ(refusals(pod_with_container("'lifecycle': {'postStart': {}}")),
             Texts{"spec.containers[0].lifecycle.postStart: Required value: must specify a handler type"});
  }

  TEST_CASE("validate/one-handler: a probe or hook has one handler only") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'exec': {'command': ['x']}, 'httpGet': {'port': "
                                         "80}}")),
             Texts{"spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 "
                   "handler type"});
  }

  TEST_CASE("validate/exec-command: an exec handler has a command") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'exec': {'command': []}}")),
             Texts{"spec.containers[0].livenessProbe.exec.command: Required value"});
  }

  TEST_CASE("validate/http-path: a handler that nobody defaulted may lack its path") {
    const Value pod = pod_with_container("'livenessProbe': {'httpGet': {'port': 80, 'scheme': 'HTTP'}}");
    const std::vector<FieldError> errors = validate_object(pod, SchemaType::Pod);
    const auto is_it = [](const FieldError& error) {
      return to_string(error) == "spec.containers[0].livenessProbe.httpGet.path: Required value";
    };
    const auto found = std::find_if(errors.begin(), errors.end(), is_it);
    REQUIRE(found != errors.end());
    CHECK_EQ(rule(found->rule).id, "validate/http-path");
    reach(found->rule);
  }

  TEST_CASE("validate/http-scheme: HTTP or HTTPS") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'httpGet': {'port': 80, 'scheme': 'http'}}")),
             Texts{"spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"http\": supported "
                   "values: \"HTTP\", \"HTTPS\""});
  }

  TEST_CASE("validate/handler-port: a number from 1 to 65535 or a port name") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'tcpSocket': {'port': 65536}}")),
             Texts{"spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 65536: must be between 1 and "
                   "65535, inclusive"});
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'httpGet': {'port': '80'}}")),
             Texts{"spec.containers[0].livenessProbe.httpGet.port: Invalid value: \"80\": must contain at least "
                   "one letter (a-z)"});
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'grpc': {}}")),
             Texts{"spec.containers[0].livenessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, "
                   "inclusive"});
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'httpGet': {'port': 'http'}}")), Texts{});
  }

  TEST_CASE("validate/http-header: headers have valid names") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'httpGet': {'port': 80, 'httpHeaders': [{'name': 'X "
                                         "Y', 'value': '1'}]}}")),
             Texts{"spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid "
                   "value: \"X Y\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. "
                   "'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"});
  }

  TEST_CASE("validate/probe-numbers: numbers of probes are not negative") {
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'initialDelaySeconds': "
                                         "-1}")),
             Texts{"spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be "
                   "greater than or equal to 0"});
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'timeoutSeconds': "
                                         "-1}")),
             Texts{"spec.containers[0].readinessProbe.timeoutSeconds: Invalid value: -1: must be greater "
                   "than or equal to 0"});
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'periodSeconds': -1}")),
             Texts{"spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or "
                   "equal to 0"});
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'successThreshold': "
                                         "-1}")),
             Texts{"spec.containers[0].readinessProbe.successThreshold: Invalid value: -1: must be "
                   "greater than or equal to 0"});
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'failureThreshold': "
                                         "-1}")),
             Texts{"spec.containers[0].readinessProbe.failureThreshold: Invalid value: -1: must be "
                   "greater than or equal to 0"});
  }

  TEST_CASE("validate/success-threshold: it is 1 for liveness and startup probes") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'exec': {'command': ['x']}, 'successThreshold': "
                                         "2}")),
             Texts{"spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"});
    CHECK_EQ(refusals(pod_with_container("'startupProbe': {'exec': {'command': ['x']}, 'successThreshold': 2}")),
             Texts{"spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1"});
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, 'successThreshold': "
                                         "2}")),
             Texts{});
  }

  TEST_CASE("validate/probe-grace: a grace period of a probe is greater than 0") {
    CHECK_EQ(refusals(pod_with_container("'livenessProbe': {'exec': {'command': ['x']}, "
                                         "'terminationGracePeriodSeconds': 0}")),
             Texts{"spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be "
                   "greater than 0"});
  }

  TEST_CASE("validate/readiness-grace: a readinessProbe has no grace period") {
    CHECK_EQ(refusals(pod_with_container("'readinessProbe': {'exec': {'command': ['x']}, "
                                         "'terminationGracePeriodSeconds': 5}")),
             Texts{"spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not "
                   "be set for readinessProbes"});
  }

  TEST_CASE("validate/sleep: a sleep hook lasts no longer than the grace period, which is 1 where it is negative") {
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i', 'lifecycle': {'preStop': {'sleep': "
                               "{'seconds': 6}}}}], 'terminationGracePeriodSeconds': 5")),
             Texts{"spec.containers[0].lifecycle.preStop.sleep: Invalid value: 6: must be non-negative and less "
                   "than terminationGracePeriodSeconds (5)"});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i', 'lifecycle': {'preStop': {'sleep': "
                               "{'seconds': 5}}}}], 'terminationGracePeriodSeconds': 5")),
             Texts{});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i', 'lifecycle': {'preStop': {'sleep': "
                               "{'seconds': 1}}}}], 'terminationGracePeriodSeconds': -1")),
             Texts{});
    CHECK_EQ(refusals(pod_with("'containers': [{'name': 'c', 'image': 'i', 'lifecycle': {'preStop': {'sleep': "
                               "{'seconds': 2}}}}], 'terminationGracePeriodSeconds': -1")),
             Texts{"spec.containers[0].lifecycle.preStop.sleep: Invalid value: 2: must be non-negative and less "
                   "than terminationGracePeriodSeconds (1)"});
  }

  TEST_CASE("validate/volume-name: every volume has a unique name") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'emptyDir': {}}]")), Texts{"spec.volumes[0].name: Required value"});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}, {'name': 'v'}]")), Texts{"spec.volumes[1].name: "
                                                                                    "Duplicate value: \"v\""});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'V'}]")),
             Texts{"spec.volumes[0].name: Invalid value: \"V\": "
                   "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                   "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                   "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"});
  }

  TEST_CASE("validate/volume-source: a volume has one source, and the source what it needs") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v', 'emptyDir': {}, 'hostPath': {'path': '/x'}}]")),
             Texts{"spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v', 'secret': {}}]")),
             Texts{"spec.volumes[0].secret.secretName: Required value"});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v', 'configMap': {'name': 'm', 'items': [{'key': 'k', "
                               "'path': '../x'}]}}]")),
             Texts{"spec.volumes[0].configMap.items[0].path: Invalid value: \"../x\": "
                   "must not contain '..'"});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v', 'hostPath': {'path': '/a/..'}}]")),
             Texts{"spec.volumes[0].hostPath.path: Invalid value: \"/a/..\": must not contain '..'"});
  }

  TEST_CASE("validate/mount-volume: a volumeMount names a volume of the Pod; one with errors does not count") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'name': 'w', 'mountPath': '/w'}]}]")),
             Texts{"spec.containers[0].volumeMounts[0].name: Not found: \"w\""});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'mountPath': '/w'}]}]")),
             Texts{"spec.containers[0].volumeMounts[0].name: "
                   "Required value",
                   "spec.containers[0].volumeMounts[0].name: Not found: \"\""});
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'name': 'v', 'mountPath': '/w'}]}]")),
             Texts{});
  }

  TEST_CASE("validate/mount-path: a volumeMount has a mountPath of its own") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'name': 'v'}]}]")),
             Texts{"spec.containers[0].volumeMounts[0].mountPath: Required "
                   "value"});
    CHECK_EQ(
        refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                          "'volumeMounts': [{'name': 'v', 'mountPath': '/w'}, {'name': 'v', 'mountPath': '/w'}]}]")),
        Texts{"spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/w\": must be unique"});
  }

  TEST_CASE("validate/sub-path: subPath or subPathExpr, a relative path") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'name': 'v', 'mountPath': '/w', 'subPath': '/x'}]}]")),
             Texts{"spec.containers[0].volumeMounts.subPath: Invalid value: \"/x\": must be a relative path"});
    CHECK_EQ(
        refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                          "'volumeMounts': [{'name': 'v', 'mountPath': '/w', 'subPath': 'x', 'subPathExpr': 'y'}]}]")),
        Texts{"spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"y\": subPathExpr and subPath "
              "are mutually exclusive"});
  }

  TEST_CASE("validate/mount-options: mount options have known values that fit the container") {
    CHECK_EQ(refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                               "'volumeMounts': [{'name': 'v', 'mountPath': '/w', 'mountPropagation': 'Both'}]}]")),
             Texts{"spec.containers[0].volumeMounts.mountPropagation: Unsupported value: \"Both\": supported "
                   "values: \"Bidirectional\", \"HostToContainer\", \"None\""});
    CHECK_EQ(
        refusals(pod_with("'volumes': [{'name': 'v'}], 'containers': [{'name': 'c', 'image': 'i', "
                          "'volumeMounts': [{'name': 'v', 'mountPath': '/w', 'mountPropagation': 'Bidirectional'}]}]")),
        Texts{"spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation "
              "is available only to privileged containers"});
  }

  TEST_CASE("validate/container-port: ports are between 1 and 65535") {
    CHECK_EQ(refusals(pod_with_container("'ports': [{'name': 'x'}]")),
             Texts{"spec.containers[0].ports[0].containerPort: Required value"});
    CHECK_EQ(refusals(pod_with_container("'ports': [{'containerPort': 80, 'hostPort': 65536}]")),
             Texts{"spec.containers[0].ports[0].hostPort: Invalid value: 65536: must be between 1 and 65535, "
                   "inclusive"});
  }

  TEST_CASE("validate/port-unique: port names of a container and host ports of a Pod are unique") {
    CHECK_EQ(refusals(pod_with_container("'ports': [{'name': 'x', 'containerPort': 1}, {'name': 'x', "
                                         "'containerPort': 2}]")),
             Texts{"spec.containers[0].ports[1].name: Duplicate value: \"x\""});
    CHECK_EQ(
        refusals(pod_with("'containers': [{'name': 'c', 'image': 'i', 'ports': [{'containerPort': 1, "
                          "'hostPort': 80}]}, {'name': 'd', 'image': 'i', 'ports': [{'containerPort': 2, 'hostPort': "
                          "80}]}]")),
        Texts{"spec.containers[1].ports[0].hostPort: Duplicate value: \"TCP//80\""});
  }

  TEST_CASE("validate/port-name: at most 15 lower case letters, digits and dashes") {
    CHECK_EQ(refusals(pod_with_container("'ports': [{'name': 'abcdefghijklmnop', 'containerPort': 1}]")),
             Texts{"spec.containers[0].ports[0].name: Invalid value: \"abcdefghijklmnop\": must be no more than "
                   "15 characters"});
    CHECK_EQ(refusals(pod_with_container("'ports': [{'name': 'a--b', 'containerPort': 1}]")),
             Texts{"spec.containers[0].ports[0].name: Invalid value: \"a--b\": must not contain consecutive hyphens"});
  }

  TEST_CASE("validate/protocol: SCTP, TCP or UDP") {
    CHECK_EQ(refusals(pod_with_container("'ports': [{'containerPort': 1, 'protocol': 'tcp'}]")),
             Texts{"spec.containers[0].ports[0].protocol: Unsupported value: \"tcp\": supported values: \"SCTP\", "
                   "\"TCP\", \"UDP\""});
  }

  TEST_CASE("validate/env-name: a name of printable characters without `=`") {
    CHECK_EQ(refusals(pod_with_container("'env': [{'value': '1'}]")), Texts{"spec.containers[0].env[0].name: "
                                                                            "Required value"});
    CHECK_EQ(refusals(pod_with_container("'env': [{'name': 'A=B'}]")),
             Texts{"spec.containers[0].env[0].name: "
                   "Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII "
                   "characters other than '='"});
  }

  TEST_CASE("validate/env-source: valueFrom and envFrom name one source") {
    CHECK_EQ(refusals(pod_with_container("'env': [{'name': 'A', 'valueFrom': {}}]")),
             Texts{"spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, "
                   "`resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"});
    CHECK_EQ(refusals(pod_with_container("'env': [{'name': 'A', 'value': '1', 'valueFrom': {'secretKeyRef': "
                                         "{'name': 's', 'key': 'k'}}}]")),
             Texts{"spec.containers[0].env[0].valueFrom: Invalid value: \"\": "
                   "may not be specified when `value` is not empty"});
    CHECK_EQ(refusals(pod_with_container("'envFrom': [{}]")),
             Texts{"spec.containers[0].envFrom: Invalid value: "
                   "\"\": must specify one of: `configMapRef` or `secretRef`"});
  }

  TEST_CASE("validate/resource-name: resources have known or qualified names") {
    CHECK_EQ(refusals(pod_with_container("'resources': {'requests': {'foo': '1'}}")),
             Texts{"spec.containers[0].resources.requests[foo]: Invalid value: \"foo\": must be a standard "
                   "resource type or fully qualified",
                   "spec.containers[0].resources.requests[foo]: Invalid value: "
                   "\"foo\": must be a standard resource for containers"});
    CHECK_EQ(refusals(pod_with_container("'resources': {'limits': {'hugepages-2Mi': '2Mi'}}")),
             Texts{"spec.containers[0].resources: Forbidden: HugePages require cpu or memory"});
  }

  TEST_CASE("validate/resource-amount: amounts are not negative, and whole where they must be") {
    CHECK_EQ(refusals(pod_with_container("'resources': {'requests': {'cpu': '-1'}}")),
             Texts{"spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or "
                   "equal to 0"});
    CHECK(refuses_by(pod_with_container("'resources': {'limits': {'example.com/gpu': '500m'}}"),
                     "validate/resource-amount"));
  }

  TEST_CASE("validate/request-limit: a request does not exceed the limit") {
    CHECK_EQ(refusals(pod_with_container("'resources': {'requests': {'memory': '128Mi'}, 'limits': {'memory': "
                                         "'64Mi'}}")),
             Texts{"spec.containers[0].resources.requests: Invalid value: \"128Mi\": must be less "
                   "than or equal to memory limit of 64Mi"});
    CHECK_EQ(refusals(pod_with_container("'resources': {'requests': {'example.com/gpu': 1}, 'limits': "
                                         "{'example.com/gpu': 2}}")),
             Texts{"spec.containers[0].resources.requests: Invalid value: \"1\": "
                   "must be equal to example.com/gpu limit of 2"});
    CHECK_EQ(refusals(pod_with_container("'resources': {'requests': {'cpu': '1'}, 'limits': {'cpu': '1000m'}}")),
             Texts{});
  }

  TEST_CASE("validate/resize-policy: nothing to restart for in a Pod that never restarts") {
    CHECK_EQ(refusals(pod_with("'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': 'i', "
                               "'resizePolicy': [{'resourceName': 'cpu', 'restartPolicy': 'RestartContainer'}]}]")),
             Texts{"spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' "
                   "when pod `restartPolicy` is 'Never'"});
    CHECK_EQ(refusals(pod_with_container("'resizePolicy': [{'resourceName': 'cpu', 'restartPolicy': "
                                         "'NotRequired'}, {'resourceName': 'cpu', 'restartPolicy': 'NotRequired'}]")),
             Texts{"spec.containers[0].resizePolicy[1]: Duplicate value: \"cpu\""});
  }

  TEST_CASE("validate/no-ephemeral-containers: neither created with a Pod nor part of a template") {
    CHECK_EQ(refusals(pod_with("'ephemeralContainers': [{'name': 'e', 'image': 'i'}]")),
             Texts{"spec.ephemeralContainers: Forbidden: cannot be set on create"});
    CHECK_EQ(refusals(pod_with("'ephemeralContainers': [{'name': 'e', 'image': 'i', 'ports': [{'containerPort': "
                               "1}]}]")),
             Texts{"spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral "
                   "Container",
                   "spec.ephemeralContainers: Forbidden: cannot be set on create"});
  }

  TEST_CASE("validate/gated-node: a Pod with scheduling gates has no nodeName") {
    CHECK_EQ(refusals(pod_with("'schedulingGates': [{'name': 'g'}], 'nodeName': 'n'")),
             Texts{"spec.nodeName: "
                   "Forbidden: cannot be set until all schedulingGates have been cleared"});
  }

  TEST_CASE("validate/host-network-port: under hostNetwork a hostPort equals its containerPort") {
    CHECK_EQ(refusals(pod_with("'hostNetwork': true, 'containers': [{'name': 'c', 'image': 'i', 'ports': "
                               "[{'containerPort': 1, 'hostPort': 2}]}]")),
             Texts{"spec.containers[0].ports[0].hostPort: Invalid "
                   "value: 2: must match `containerPort` when `hostNetwork` is true"});
    CHECK_EQ(refusals(pod_with("'hostNetwork': true, 'containers': [{'name': 'c', 'image': 'i', 'ports': "
                               "[{'containerPort': 1}]}]")),
             Texts{});
  }

  TEST_CASE("validate/dns-policy: one of four") {
    CHECK_EQ(refusals(pod_with("'dnsPolicy': 'Host'")),
             Texts{"spec.dnsPolicy: Unsupported value: \"Host\": "
                   "supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\""});
  }

  TEST_CASE("validate/gates: gates have unique qualified names") {
    CHECK_EQ(refusals(pod_with("'schedulingGates': [{'name': 'g'}, {'name': 'g'}]")),
             Texts{"spec.schedulingGates[1]: Duplicate value: \"g\""});
    CHECK(refuses_by(pod_with("'readinessGates': [{'conditionType': 'a b'}]"), "validate/gates"));
  }

  TEST_CASE("validate/object-reference: names of other objects have their form") {
    CHECK_EQ(refusals(pod_with("'serviceAccountName': 'A'")),
             Texts{"spec.serviceAccountName: Invalid value: "
                   "\"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
                   "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                   "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"});
    CHECK_EQ(
        refusals(pod_with("'priorityClassName': 'A'")),
        Texts{"spec.priorityClassName: Invalid value: \"A\": "
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
              "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
              "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"});
  }

  TEST_CASE("validate/hostname: hostname and subdomain are labels") {
    CHECK_EQ(refusals(pod_with("'hostname': 'a.b'")), Texts{"spec.hostname: Invalid value: \"a.b\": must not "
                                                            "contain dots"});
  }

  TEST_CASE("validate/object-name: an object has a name, given or generated") {
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'labels': {'a': 'b'}}, 'spec': {'containers': "
                               "[{'name': 'c', 'image': 'i'}]}}")),
             Texts{"metadata.name: Required value: name or generateName is "
                   "required"});
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'name': 'P_1'}, 'spec': {'containers': [{'name': "
                               "'c', 'image': 'i'}]}}")),
             Texts{"metadata.name: Invalid value: \"P_1\": a lowercase RFC 1123 "
                   "subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
                   "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                   "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"});
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'generateName': 'p-'}, 'spec': {'containers': "
                               "[{'name': 'c', 'image': 'i'}]}}")),
             Texts{});
  }

  TEST_CASE("validate/labels: labels have qualified keys and valid values") {
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'name': 'p', 'labels': {'a': 'b c'}}, 'spec': "
                               "{'containers': [{'name': 'c', 'image': 'i'}]}}")),
             Texts{"metadata.labels: Invalid value: \"b c\": "
                   "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
                   "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
                   "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"});
    CHECK(refuses_by(pod_with("'nodeSelector': {'a/b/c': 'd'}"), "validate/labels"));
  }

  TEST_CASE("validate/annotations: annotations have qualified keys in any case, and at most 256 KiB together") {
    const auto pod = [](const std::string& annotations) {
      return document("{'kind': 'Pod', 'metadata': {'name': 'p', 'annotations': {" + annotations +
                      "}}, 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}");
    };
    CHECK_EQ(refusals(pod("'Example.COM/A': 'any text'")), Texts{});
    CHECK(refuses_by(pod("'a b': ''"), "validate/annotations"));
    CHECK_EQ(refusals(pod("'a': '" + std::string(262143, 'x') + "'")), Texts{});
    CHECK_EQ(refusals(pod("'a': '" + std::string(262144, 'x') + "'")),
             Texts{"metadata.annotations: Too long: may not be more than 262144 bytes"});
  }

  TEST_CASE("validate/finalizers: finalizers have qualified names") {
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'name': 'p', 'finalizers': ['x']}, 'spec': "
                               "{'containers': [{'name': 'c', 'image': 'i'}]}}")),
             Texts{"metadata.finalizers[0]: Invalid value: "
                   "\"x\": name is neither a standard finalizer name nor is it fully qualified"});
    CHECK_EQ(refusals(document("{'kind': 'Pod', 'metadata': {'name': 'p', 'finalizers': ['example.com/x']}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}")),
             Texts{});
  }

  TEST_CASE("validate/selector: a workload has a selector that its template matches") {
    CHECK_EQ(refusals(document("{'kind': 'Deployment', 'metadata': {'name': 'w'}, 'spec': {'template': "
                               "{'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{"spec.selector: Required value",
                   "spec.template.metadata.labels: "
                   "Invalid value: {\"app\":\"x\"}: `selector` does not match template `labels`"});
    CHECK_EQ(refusals(document("{'kind': 'DaemonSet', 'metadata': {'name': 'w'}, 'spec': {'selector': "
                               "{'matchLabels': {'app': 'y'}}, 'template': {'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{"spec.template.metadata.labels: Invalid value: {\"app\":\"x\"}: "
                   "`selector` does not match template `labels`"});
    CHECK_EQ(refusals(document("{'kind': 'StatefulSet', 'metadata': {'name': 'w'}, 'spec': {'selector': {}, "
                               "'template': {'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{"spec.selector: Invalid value: {}: empty selector is invalid for "
                   "statefulset"});
    CHECK_EQ(
        refusals(document("{'kind': 'ReplicaSet', 'metadata': {'name': 'w'}, 'spec': {'selector': "
                          "{'matchExpressions': [{'key': 'app', 'operator': 'In', 'values': ['x', 'y']}]}, 'template': "
                          "{'metadata': {'labels': {'app': 'x'}}, "
                          "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
        Texts{});
    CHECK_EQ(refusals(document("{'kind': 'ReplicationController', 'metadata': {'name': 'w'}, 'spec': {'template': "
                               "{'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{});
  }

  TEST_CASE("validate/template-restart-policy: a template has the restartPolicy its controller works with") {
    CHECK_EQ(refusals(document("{'kind': 'Deployment', 'metadata': {'name': 'w'}, 'spec': {'selector': "
                               "{'matchLabels': {'app': 'x'}}, 'template': {'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': "
                               "'i'}]}}}}")),
             Texts{"spec.template.spec.restartPolicy: Unsupported "
                   "value: \"Never\": supported values: \"Always\""});
    CHECK_EQ(refusals(document("{'kind': 'Job', 'metadata': {'name': 'w'}, 'spec': {'template': {'metadata': "
                               "{'labels': {'app': 'x'}}, "
                               "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{"spec.template.spec.restartPolicy: Required value: valid values: "
                   "\"OnFailure\", \"Never\""});
    CHECK_EQ(refusals(document("{'kind': 'Job', 'metadata': {'name': 'w'}, 'spec': {'template': {'metadata': "
                               "{'labels': {'app': 'x'}}, "
                               "'spec': {'restartPolicy': 'OnFailure', 'containers': [{'name': 'c', 'image': "
                               "'i'}]}}}}")),
             Texts{});
  }

  TEST_CASE("validate/template-deadline: only templates of Jobs have activeDeadlineSeconds") {
    CHECK_EQ(refusals(document("{'kind': 'Deployment', 'metadata': {'name': 'w'}, 'spec': {'selector': "
                               "{'matchLabels': {'app': 'x'}}, 'template': {'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'activeDeadlineSeconds': 5, 'containers': [{'name': 'c', 'image': "
                               "'i'}]}}}}")),
             Texts{"spec.template.spec.activeDeadlineSeconds: "
                   "Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"});
    CHECK_EQ(refusals(document("{'kind': 'Job', 'metadata': {'name': 'w'}, 'spec': {'template': {'metadata': "
                               "{'labels': {'app': 'x'}}, "
                               "'spec': {'restartPolicy': 'Never', 'activeDeadlineSeconds': 5, 'containers': "
                               "[{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{});
  }

  TEST_CASE("validate/replicas: replicas and minReadySeconds are not negative") {
    CHECK_EQ(refusals(document(
                 "{'kind': 'Deployment', 'metadata': {'name': 'w'}, 'spec': {'selector': "
                 "{'matchLabels': {'app': 'x'}}, 'replicas': -1, 'template': {'metadata': {'labels': {'app': 'x'}}, "
                 "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
             Texts{"spec.replicas: Invalid value: -1: must be greater than or equal to 0"});
    CHECK_EQ(
        refusals(document(
            "{'kind': 'DaemonSet', 'metadata': {'name': 'w'}, 'spec': {'selector': "
            "{'matchLabels': {'app': 'x'}}, 'minReadySeconds': -1, 'template': {'metadata': {'labels': {'app': 'x'}}, "
            "'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}")),
        Texts{"spec.minReadySeconds: Invalid value: -1: must be greater than or "
              "equal to 0"});
  }

  TEST_CASE("validate/job-numbers: numbers of a Job are not negative") {
    CHECK_EQ(refusals(document("{'kind': 'Job', 'metadata': {'name': 'w'}, 'spec': {'completions': -1, "
                               "'backoffLimit': -1, 'template': {'metadata': {'labels': {'app': 'x'}}, "
                               "'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': "
                               "'i'}]}}}}")),
             Texts{"spec.completions: Invalid value: -1: must be "
                   "greater than or equal to 0",
                   "spec.backoffLimit: Invalid value: -1: must "
                   "be greater than or equal to 0"});
  }

  TEST_CASE("validate/schedule: a CronJob has a schedule, and a name of at most 52 characters") {
    const auto cron_job = [](const std::string& name, const std::string& schedule) {
      return document("{'kind': 'CronJob', 'metadata': {'name': '" + name + "'}, 'spec': {" + schedule +
                      "'jobTemplate': {'spec': {'template': {'spec': {'restartPolicy': 'Never', 'containers': "
                      "[{'name': 'c', 'image': 'i'}]}}}}}}");
    };
    CHECK_EQ(refusals(cron_job("w", "")), Texts{"spec.schedule: Required value"});
    const std::string longest(52, 'a');
    CHECK_EQ(refusals(cron_job(longest, "'schedule': '* * * * *', ")), Texts{});
    CHECK_EQ(refusals(cron_job(longest + "a", "'schedule': '* * * * *', ")),
             Texts{"metadata.name: Invalid value: \"" + longest + "a\": must be no more than 52 characters"});
  }

  TEST_CASE("errors come in the server's order: volumes, containers, init containers, then the Pod's own fields") {
    const Value pod = pod_with(
        "'restartPolicy': 'x', 'initContainers': [{'name': 'n'}], 'containers': [{'name': "
        "'c'}], 'volumes': [{}]");
    CHECK_EQ(refusals(pod), Texts{"spec.volumes[0].name: Required value", "spec.containers[0].image: Required value",
                                  "spec.initContainers[0].image: Required value",
                                  "spec.restartPolicy: Unsupported value: \"x\": supported values: \"Always\", "
                                  "\"OnFailure\", \"Never\""});
  }
}
