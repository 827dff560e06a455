// What the decoder makes of objects: canonical form, and the server's words about what it refuses.
#include "podlapse/api/decode.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "api/support.hpp"
#include "podlapse/api/schema.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::pod_with_container;
using test::Texts;

namespace {

/// The server's words about the problems of a Pod.
Texts problems(const Value& pod) {
  Texts texts;
  for (const DecodeProblem& problem : decode_object(pod, SchemaType::Pod).problems) {
    test::reach(problem.rule);
    texts.push_back(problem.server_text);
  }
  return texts;
}

/// Our own words: text and help of the only problem.
std::string told(const Value& pod) {
  const std::vector<DecodeProblem> found = decode_object(pod, SchemaType::Pod).problems;
  REQUIRE_EQ(found.size(), 1);
  return found[0].text + (found[0].help.empty() ? "" : " | " + found[0].help);
}

}  // namespace

TEST_SUITE("api/decode") {
  TEST_CASE("the schema knows every field of the API types, and what they are") {
    CHECK_EQ(schema_fields(SchemaType::PodSpec).count, 42);
    CHECK_EQ(find_schema_field(SchemaType::PodSpec, "restartpolicy"), nullptr);
    const SchemaField* handler = find_schema_field(SchemaType::Probe, "exec");
    REQUIRE(handler != nullptr);
    CHECK_EQ(handler->embedded, "ProbeHandler");
    CHECK_EQ(schema_go_type(*find_schema_field(SchemaType::PodSpec, "containers"), false), "[]v1.Container");
    CHECK_EQ(schema_go_type(*find_schema_field(SchemaType::PodSpec, "restartPolicy"), false), "v1.RestartPolicy");
    CHECK_EQ(schema_go_type(*find_schema_field(SchemaType::ObjectMeta, "labels"), false), "map[string]string");
    CHECK_EQ(schema_go_type(*find_schema_field(SchemaType::ResourceRequirements, "limits"), false), "v1.ResourceList");
    CHECK_EQ(schema_type_name(SchemaType::CronJobSpec), "CronJobSpec");
    CHECK_EQ(nearest_schema_field(SchemaType::Container, "livenesProbe"), "livenessProbe");
  }

  TEST_CASE("nulls and empty optional fields vanish, and fields that are always written appear") {
    const DecodedObject decoded =
        decode_object(document("{'spec': {'hostNetwork': false, 'restartPolicy': null, 'automountServiceAccountToken': "
                               "false, 'volumes': [],"
                               "'containers': [null, {'name': 'c', 'command': [], 'tty': true}]}}"),
                      SchemaType::Pod);
    CHECK(decoded.problems.empty());
    CHECK(*decoded.object.find("spec") ==
          document("{'automountServiceAccountToken': false, 'containers': [{'name': '', 'resources': {}},"
                   "{'name': 'c', 'resources': {}, 'tty': true}]}"));
  }

  TEST_CASE("quantities become canonical, resource lists in thousandths") {
    const DecodedObject decoded = decode_object(
        pod_with_container("'resources': {'limits': {'cpu': 0.5, 'memory': '65536Ki'}, 'requests': {'cpu': '100u'}}"),
        SchemaType::Pod);
    CHECK(*decoded.object.at_path("spec.containers[0].resources") ==
          document("{'limits': {'cpu': '500m', 'memory': '64Mi'}, 'requests': {'cpu': '1m'}}"));
  }

  TEST_CASE("api/unknown-field: in the order of names, as the server sees YAML") {
    CHECK_EQ(problems(pod_with("'foo': 1, 'containers': [{'name': 'c', 'image': 'i', 'bar': 2}]")),
             Texts{"unknown field \"spec.containers[0].bar\"", "unknown field \"spec.foo\""});
    CHECK_EQ(told(pod_with("'initContainer': []")),
             "unknown field `initContainer` in PodSpec | did you mean `initContainers`?");
    CHECK_FALSE(is_fatal(decode_object(pod_with("'foo': 1"), SchemaType::Pod).problems.at(0)));
  }

  TEST_CASE("api/field-type: the decoder names Go's type and the way to the field") {
    const std::string head = "json: cannot unmarshal ";
    CHECK_EQ(problems(pod_with_container("'command': 'x'")),
             Texts{head + "string into Go struct field Container.spec.containers.command of type []string"});
    CHECK_EQ(problems(pod_with_container("'args': [1]")),
             Texts{head + "number into Go struct field Container.spec.containers.args of type string"});
    CHECK_EQ(problems(pod_with_container("'livenessProbe': {'grpc': {'port': 'x'}}")),
             Texts{head + "string into Go struct field GRPCAction.spec.containers.livenessProbe.ProbeHandler.grpc.port "
                          "of type int32"});
    CHECK_EQ(
        problems(pod_with_container("'livenessProbe': {'periodSeconds': 2147483648}")),
        Texts{
            head +
            "number 2147483648 into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32"});
    CHECK_EQ(problems(pod_with("'containers': {}")),
             Texts{head + "object into Go struct field PodSpec.spec.containers of type []v1.Container"});
    CHECK_EQ(problems(pod_with("'containers': ['x']")),
             Texts{head + "string into Go struct field PodSpec.spec.containers of type v1.Container"});
    CHECK_EQ(problems(document("{'spec': []}")),
             Texts{head + "array into Go struct field Pod.spec of type v1.PodSpec"});
    CHECK_EQ(problems(pod_with("'hostNetwork': 'yes'")),
             Texts{head + "string into Go struct field PodSpec.spec.hostNetwork of type bool"});
  }

  TEST_CASE("a wrong type is told in plain words, with a fix") {
    CHECK_EQ(told(pod_with_container("'command': 'run me'")),
             "a list of strings is wanted for `command`, not a string | write a list: [\"run me\"]");
    CHECK_EQ(told(pod_with_container("'args': [true]")),
             "a string is wanted for `args[0]`, not a boolean | quote it: YAML reads y, n, yes, no, on and off as true "
             "or false");
    CHECK_EQ(told(pod_with_container("'env': [{'name': 'A', 'value': 1}]")),
             "a string is wanted for `value`, not an integer | quote it: \"1\"");
    CHECK_EQ(told(pod_with("'terminationGracePeriodSeconds': '30'")),
             "an integer is wanted for `terminationGracePeriodSeconds`, not a string | remove the quotes");
    CHECK_EQ(told(pod_with("'containers': {'name': 'c'}")),
             "a list is wanted for `containers`, not a mapping | begin its entries with `- `");
    CHECK_EQ(told(pod_with("'securityContext': 'runAsUser:1'")),
             "a mapping is wanted for `securityContext`, not a string | a space is missing after a colon");
  }

  TEST_CASE("api/quantity: what is no quantity") {
    CHECK_EQ(problems(pod_with_container("'resources': {'limits': {'memory': '64mb'}}")),
             Texts{"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"});
    CHECK_EQ(told(pod_with_container("'resources': {'limits': {'memory': '64mb'}}")),
             "`64mb` is no quantity | a quantity is a number with a suffix: 500m, 2, 64Mi, 1.5Gi");
  }

  TEST_CASE("api/time: a time is RFC 3339") {
    CHECK(problems(document("{'metadata': {'creationTimestamp': '2026-01-01T00:00:00Z'}}")).empty());
    CHECK_EQ(
        problems(document("{'metadata': {'creationTimestamp': 'yesterday'}}")),
        Texts{"parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""});
  }

  TEST_CASE("a port is a number or a name, and nothing else") {
    CHECK(problems(pod_with_container("'livenessProbe': {'httpGet': {'port': 'http'}}")).empty());
    CHECK_EQ(problems(pod_with_container("'livenessProbe': {'httpGet': {'port': 80.5}}")).size(), 1);
    CHECK_EQ(problems(pod_with_container("'livenessProbe': {'httpGet': {'port': true}}")).size(), 1);
  }

  TEST_CASE("what is not modelled is listed once, with what is under it") {
    const DecodedObject decoded =
        decode_object(pod_with("'affinity': {'nodeAffinity': {}}, 'containers': [{'name': 'a', 'securityContext': {}}, "
                               "{'name': 'b', 'securityContext': {}}]"),
                      SchemaType::Pod);
    CHECK_EQ(decoded.not_modelled, std::vector<std::string>{"spec.affinity", "spec.containers.securityContext"});
  }
}
