// Validation of what a Pod says about its node, network, users and resources, a test a rule.
#include <doctest/doctest.h>

#include <algorithm>

#include "api/support.hpp"
#include "podlapse/api/defaults.hpp"
#include "support/rule_coverage.hpp"

using namespace podlapse;
using test::document;
using test::pod_with;
using test::pod_with_container;
using test::refusals;
using test::Texts;

TEST_SUITE("api/validation") {
  TEST_CASE("validate/dns-config: it is there under dnsPolicy None, with few, valid entries") {
    CHECK_EQ(refusals(pod_with("'dnsPolicy': 'None'")),
             Texts{"spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"});
    CHECK_EQ(refusals(pod_with("'dnsPolicy': 'None', 'dnsConfig': {'searches': ['a']}")),
             Texts{"spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when "
                   "`dnsPolicy` is None"});
    CHECK_EQ(refusals(pod_with("'dnsConfig': {'nameservers': ['10.0.0.1', '::1', 'fe80::a', '010.0.0.1']}")),
             Texts{"spec.dnsConfig.nameservers: Invalid value: [\"10.0.0.1\",\"::1\",\"fe80::a\",\"010.0.0.1\"]: must "
                   "not have more "
                   "than 3 nameservers",
                   "spec.dnsConfig.nameservers[3]: Invalid value: \"010.0.0.1\": must not have leading 0s"});
    for (const char* address :
         {"", "x", "1.2.3", "1.2.3.256", "1.2.3.4.5", ":::", "1::2::3", "12345::", "::ffff:1.2.3"}) {
      CHECK_EQ(refusals(pod_with("'dnsConfig': {'nameservers': ['" + std::string{address} + "']}")).size(), 1);
    }
    CHECK_EQ(refusals(pod_with("'dnsConfig': {'searches': ['a_b.c.', '.', '_x.y']}")), Texts{});
    CHECK_EQ(refusals(pod_with("'dnsConfig': {'searches': ['A']}")).size(), 1);
    CHECK_EQ(refusals(pod_with("'dnsConfig': {'options': [{'name': 'ndots', 'value': '2'}, {'value': '2'}]}")),
             Texts{"spec.dnsConfig.options[1]: Required value: must not be empty"});
  }

  TEST_CASE("validate/host-aliases: an address and names") {
    CHECK_EQ(refusals(pod_with("'hostAliases': [{'ip': '127.0.0.1', 'hostnames': ['a.b']}]")), Texts{});
    CHECK_EQ(
        refusals(pod_with("'hostAliases': [{'ip': 'x'}, {'ip': '::ffff:1.2.3.4', 'hostnames': ['A']}]")),
        Texts{"spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or "
              "2001:db8::ffff)",
              "spec.hostAliases[1].ip: Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address",
              "spec.hostAliases[1].hostnames[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of "
              "lower "
              "case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
              "'example.com', regex used for validation is "
              "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"});
  }

  TEST_CASE("validate/tolerations: operator, value, effect and seconds fit each other") {
    CHECK_EQ(refusals(pod_with(
                 "'tolerations': [{'operator': 'Exists'}, {'key': 'a', 'value': 'b', 'effect': 'NoSchedule'}]")),
             Texts{});
    CHECK_EQ(refusals(pod_with("'tolerations': [{'key': 'a', 'operator': 'In'}]")),
             Texts{"spec.tolerations[0].operator: Unsupported value: \"In\": supported values: \"Equal\", \"Exists\""});
    CHECK_EQ(refusals(pod_with("'tolerations': [{'value': 'b'}]")),
             Texts{"spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists when `key` is empty, "
                   "which means "
                   "\"match all values and all keys\""});
    CHECK_EQ(
        refusals(pod_with("'tolerations': [{'key': 'a', 'operator': 'Exists', 'value': 'b'}]")),
        Texts{"spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"});
    CHECK_EQ(refusals(pod_with("'tolerations': [{'key': 'a', 'operator': 'Exists', 'tolerationSeconds': 5}]")),
             Texts{"spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when "
                   "`tolerationSeconds` is set"});
    CHECK_EQ(refusals(pod_with("'tolerations': [{'key': 'a', 'operator': 'Exists', 'effect': 'Maybe'}]")),
             Texts{"spec.tolerations[0].effect: Unsupported value: \"Maybe\": supported values: \"NoSchedule\", "
                   "\"PreferNoSchedule\", \"NoExecute\""});
  }

  TEST_CASE("validate/node-affinity: terms, requirements and weights") {
    const auto with = [](const std::string& affinity) {
      return pod_with("'affinity': {'nodeAffinity': {" + affinity + "}}");
    };
    const std::string required = "'requiredDuringSchedulingIgnoredDuringExecution': {'nodeSelectorTerms': ";
    const std::string path =
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    CHECK_EQ(refusals(with(required + "[]}")),
             Texts{path + ": Required value: must have at least one node selector term"});
    CHECK_EQ(refusals(with(required + "[{'matchExpressions': [{'key': 'a', 'operator': 'In', 'values': ['b']}]}]}")),
             Texts{});
    CHECK_EQ(
        refusals(with(required +
                      "[{'matchExpressions': [{'key': 'a', 'operator': 'In'}, {'key': 'a', 'operator': 'Exists', "
                      "'values': ['b']}, {'key': 'a', 'operator': 'Gt'}, {'key': 'a', 'operator': 'x'}]}]}")),
        Texts{
            path +
                "[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            path + "[0].matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or "
                   "'DoesNotExist'",
            path + "[0].matchExpressions[2].values: Required value: must be specified single value when `operator` is "
                   "'Lt' "
                   "or 'Gt'",
            path + "[0].matchExpressions[3].operator: Invalid value: \"x\": not a valid selector operator"});
    CHECK_EQ(
        refusals(with(required +
                      "[{'matchFields': [{'key': 'metadata.name', 'operator': 'In', 'values': ['a', 'b']}, {'key': "
                      "'x', 'operator': 'Exists'}]}]}")),
        Texts{path + "[0].matchFields[0].values: Required value: must be only one value when `operator` is 'In' or "
                     "'NotIn' for "
                     "node field selector",
              path + "[0].matchFields[1].operator: Invalid value: \"Exists\": not a valid selector operator",
              path + "[0].matchFields[1].key: Invalid value: \"x\": not a valid field selector key"});
    CHECK_EQ(refusals(with("'preferredDuringSchedulingIgnoredDuringExecution': [{'weight': 101, 'preference': {}}]")),
             Texts{"spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid "
                   "value: 101: must be "
                   "in the range 1-100"});
  }

  TEST_CASE("validate/pod-affinity: a key, namespaces, label keys and weights") {
    const auto with = [](const std::string& term) {
      return pod_with("'affinity': {'podAffinity': {'requiredDuringSchedulingIgnoredDuringExecution': [{" + term +
                      "}]}}");
    };
    const std::string path = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]";
    CHECK_EQ(refusals(with("'topologyKey': 'zone', 'namespaces': ['a']")), Texts{});
    CHECK_EQ(refusals(with("")).front(), path + ".topologyKey: Required value: can not be empty");
    CHECK_EQ(refusals(with("'topologyKey': 'zone', 'matchLabelKeys': ['a']")),
             Texts{path + ".matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"});
    CHECK_EQ(
        refusals(
            with("'topologyKey': 'zone', 'labelSelector': {}, 'matchLabelKeys': ['a'], 'mismatchLabelKeys': ['a']")),
        Texts{path + ".matchLabelKeys[0]: Invalid value: \"a\": exists in both matchLabelKeys and mismatchLabelKeys"});
    CHECK_EQ(
        refusals(with(
            "'topologyKey': 'zone', 'labelSelector': {'matchLabels': {'a': 'b'}, 'matchExpressions': [{'key': 'a', "
            "'operator': 'Exists'}]}, 'matchLabelKeys': ['a']")),
        Texts{path + "[0]: Invalid value: \"a\": exists in both matchLabelKeys and labelSelector"});
    CHECK_EQ(refusals(pod_with(
                 "'affinity': {'podAntiAffinity': {'preferredDuringSchedulingIgnoredDuringExecution': [{'weight': 0, "
                 "'podAffinityTerm': {'topologyKey': 'zone'}}]}}")),
             Texts{"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid "
                   "value: 0: must be "
                   "in the range 1-100"});
  }

  TEST_CASE("validate/topology-spread: a skew, a key, an action, once each") {
    const auto with = [](const std::string& constraints) {
      return pod_with("'topologySpreadConstraints': [" + constraints + "]");
    };
    const std::string fine = "'maxSkew': 1, 'topologyKey': 'zone', 'whenUnsatisfiable': 'DoNotSchedule'";
    CHECK_EQ(refusals(with("{" + fine + ", 'minDomains': 2}")), Texts{});
    CHECK_EQ(refusals(with("{}")),
             Texts{"spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                   "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
                   "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"\": supported values: "
                   "\"DoNotSchedule\", \"ScheduleAnyway\""});
    CHECK_EQ(refusals(with("{" + fine + "}, {" + fine + "}")),
             Texts{"spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{zone, "
                   "DoNotSchedule}\""});
    CHECK_EQ(refusals(with("{" + fine + ", 'minDomains': 0, 'nodeTaintsPolicy': 'x', 'matchLabelKeys': ['a']}")),
             Texts{"spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero",
                   "spec.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: \"x\": supported values: "
                   "\"Honor\", \"Ignore\"",
                   "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when "
                   "labelSelector is not set"});
  }

  TEST_CASE("validate/pod-security-context: ids and policies") {
    CHECK_EQ(refusals(pod_with("'securityContext': {'runAsUser': 0, 'fsGroup': 2147483647}")), Texts{});
    CHECK_EQ(
        refusals(pod_with("'securityContext': {'fsGroup': -1, 'runAsUser': -1, 'runAsGroup': 2147483648, "
                          "'supplementalGroups': [1, -2], "
                          "'fsGroupChangePolicy': 'x', 'supplementalGroupsPolicy': 'y', 'seLinuxChangePolicy': 'z'}")),
        Texts{"spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
              "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
              "spec.securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive",
              "spec.securityContext.supplementalGroups[1]: Invalid value: -2: must be between 0 and 2147483647, "
              "inclusive",
              "spec.securityContext.fsGroupChangePolicy: Unsupported value: \"x\": supported values: \"Always\", "
              "\"OnRootMismatch\"",
              "spec.securityContext.supplementalGroupsPolicy: Unsupported value: \"y\": supported values: \"Merge\", "
              "\"Strict\"",
              "spec.securityContext.seLinuxChangePolicy: Unsupported value: \"z\": supported values: \"MountOption\", "
              "\"Recursive\""});
    CHECK_EQ(refusals(pod_with("'hostPID': true, 'shareProcessNamespace': true")),
             Texts{"spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID "
                   "cannot both be "
                   "enabled"});
  }

  TEST_CASE("validate/security-context: what a container cannot be at once") {
    CHECK_EQ(refusals(pod_with_container("'securityContext': {'allowPrivilegeEscalation': false, 'runAsUser': 1}")),
             Texts{});
    CHECK_EQ(refusals(pod_with_container("'securityContext': {'runAsUser': -1, 'procMount': 'x'}")),
             Texts{"spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, "
                   "inclusive",
                   "spec.containers[0].securityContext.procMount: Unsupported value: \"x\": supported values: "
                   "\"Default\", \"Unmasked\""});
    CHECK_EQ(refusals(pod_with_container("'securityContext': {'procMount': 'Unmasked'}")),
             Texts{"spec.containers[0].securityContext.procMount: Invalid value: \"Unmasked\": `hostUsers` must be "
                   "false to use `Unmasked`"});
    CHECK_EQ(
        refusals(pod_with_container("'securityContext': {'allowPrivilegeEscalation': false, 'capabilities': {'add': "
                                    "['CAP_SYS_ADMIN']}}")),
        Texts{"spec.containers[0].securityContext: Invalid value: "
              "{\"Capabilities\":{\"Add\":[\"CAP_SYS_ADMIN\"],\"Drop\":null},"
              "\"Privileged\":null,\"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":"
              "null,"
              "\"RunAsNonRoot\":null,\"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":"
              "null,"
              "\"SeccompProfile\":null,\"AppArmorProfile\":null}: cannot set `allowPrivilegeEscalation` to false and "
              "`capabilities.Add` CAP_SYS_ADMIN"});
  }

  TEST_CASE("validate/sysctls: valid unique names, none of a namespace of the host") {
    CHECK_EQ(refusals(pod_with("'securityContext': {'sysctls': [{'name': 'net.core/x', 'value': '1'}]}")), Texts{});
    CHECK_EQ(
        refusals(pod_with(
            "'hostNetwork': true, 'hostIPC': true, 'securityContext': {'sysctls': [{'name': '', 'value': '1'}, "
            "{'name': "
            "'A', 'value': '1'}, {'name': 'net.a', 'value': '1'}, {'name': 'kernel.shmmax', 'value': '1'}, {'name': "
            "'kernel.shmmax', 'value': '1'}]}")),
        Texts{"spec.securityContext.sysctls[0].name: Required value",
              "spec.securityContext.sysctls[1].name: Invalid value: \"A\": must have at most 253 characters and match "
              "regex "
              "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
              "spec.securityContext.sysctls[2].name: Invalid value: \"net.a\": may not be specified when 'hostNetwork' "
              "is true",
              "spec.securityContext.sysctls[3].name: Invalid value: \"kernel.shmmax\": may not be specified when "
              "'hostIPC' is true",
              "spec.securityContext.sysctls[4].name: Duplicate value: \"kernel.shmmax\"",
              "spec.securityContext.sysctls[4].name: Invalid value: \"kernel.shmmax\": may not be specified when "
              "'hostIPC' is true"});
  }

  TEST_CASE("validate/seccomp-profile: a type, and a file for Localhost alone") {
    const auto with = [](const std::string& profile) {
      return pod_with("'securityContext': {'seccompProfile': {" + profile + "}}");
    };
    CHECK_EQ(refusals(with("'type': 'Localhost', 'localhostProfile': 'a/b'")), Texts{});
    CHECK_EQ(
        refusals(with("")),
        Texts{"spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set"});
    CHECK_EQ(
        refusals(with("'type': 'x'")),
        Texts{"spec.securityContext.seccompProfile.type: Unsupported value: \"x\": supported values: \"Localhost\", "
              "\"RuntimeDefault\", \"Unconfined\""});
    CHECK_EQ(refusals(with("'type': 'Localhost'")),
             Texts{"spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp "
                   "type is Localhost"});
    CHECK_EQ(
        refusals(with("'type': 'Localhost', 'localhostProfile': '/a'")),
        Texts{"spec.securityContext.seccompProfile.localhostProfile: Invalid value: \"/a\": must be a relative path"});
    CHECK_EQ(refusals(with("'type': 'Unconfined', 'localhostProfile': 'a'")),
             Texts{"spec.securityContext.seccompProfile.localhostProfile: Invalid value: "
                   "{\"Type\":\"Unconfined\",\"LocalhostProfile\":"
                   "\"a\"}: can only be set when seccomp type is Localhost"});
  }

  TEST_CASE("validate/apparmor-profile: a type, and a profile for Localhost alone") {
    const auto with = [](const std::string& profile) {
      return pod_with_container("'securityContext': {'appArmorProfile': {" + profile + "}}");
    };
    const std::string path = "spec.containers[0].securityContext.appArmorProfile";
    CHECK_EQ(refusals(with("'type': 'Localhost', 'localhostProfile': 'p'")), Texts{});
    CHECK_EQ(refusals(with("")), Texts{path + ".type: Required value: type is required when appArmorProfile is set"});
    CHECK_EQ(
        refusals(with("'type': 'x'")),
        Texts{path +
              ".type: Unsupported value: \"x\": supported values: \"Localhost\", \"RuntimeDefault\", \"Unconfined\""});
    CHECK_EQ(refusals(with("'type': 'Localhost', 'localhostProfile': ' p'")),
             Texts{path + ".localhostProfile: Invalid value: \" p\": must not be padded with whitespace"});
    CHECK_EQ(refusals(with("'type': 'Localhost'")),
             Texts{path + ".localhostProfile: Required value: must be set when AppArmor type is Localhost"});
    CHECK_EQ(refusals(with("'type': 'RuntimeDefault', 'localhostProfile': 'p'")),
             Texts{path + ".localhostProfile: Invalid value: \"p\": can only be set when AppArmor type is Localhost"});
  }

  TEST_CASE("validate/windows-options: names of specification and user") {
    const auto with = [](const std::string& options) {
      return pod_with("'securityContext': {'windowsOptions': {" + options + "}}");
    };
    const std::string path = "spec.securityContext.windowsOptions";
    CHECK_EQ(refusals(with("'runAsUserName': 'DOMAIN\\\\user', 'gmsaCredentialSpecName': 'a'")), Texts{});
    CHECK_EQ(refusals(with("'runAsUserName': '', 'gmsaCredentialSpec': ''")),
             Texts{path + ".gmsaCredentialSpec: Invalid value: \"\": gmsaCredentialSpec cannot be an empty string",
                   path + ".runAsUserName: Invalid value: \"\": runAsUserName cannot be an empty string"});
    CHECK_EQ(refusals(with("'runAsUserName': '.a\\\\'")),
             Texts{path + ".runAsUserName: Invalid value: \".a\\\\\": runAsUserName's Domain doesn't match the NetBios "
                          "nor the DNS format",
                   path + ".runAsUserName: Invalid value: \".a\\\\\": runAsUserName's User cannot be empty"});
    CHECK_EQ(
        refusals(with("'runAsUserName': '. .'")),
        Texts{path +
              ".runAsUserName: Invalid value: \". .\": runAsUserName's User cannot contain only periods or spaces"});
    CHECK_EQ(
        refusals(with("'runAsUserName': 'a:b'")),
        Texts{path +
              ".runAsUserName: Invalid value: \"a:b\": runAsUserName's User cannot contain the following characters: "
              "\"/\\:;|=,+*?<>@[]"});
  }

  TEST_CASE("validate/host-process: all containers or none, under hostNetwork") {
    const std::string own = "'securityContext': {'windowsOptions': {'hostProcess': true}}";
    CHECK_EQ(refusals(pod_with("'hostNetwork': true, " + own)), Texts{});
    CHECK_EQ(refusals(pod_with(own)), Texts{"spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod "
                                            "contains any hostProcess containers"});
    CHECK_EQ(refusals(pod_with("'hostNetwork': true, 'containers': [{'name': 'c', 'image': 'i', " + own +
                               "}, {'name': 'd', 'image': 'i'}]")),
             Texts{"spec: Invalid value: \"\": If pod contains any hostProcess containers then all containers must be "
                   "HostProcess "
                   "containers"});
    CHECK_EQ(refusals(pod_with("'securityContext': {'windowsOptions': {'hostProcess': false}}, 'hostNetwork': true, "
                               "'containers': [{'name': "
                               "'c', 'image': 'i', " +
                               own + "}]")),
             Texts{"spec.containers[0].securityContext.windowsOptions.hostProcess: Invalid value: true: pod "
                   "hostProcess value must be "
                   "identical if both are specified, was false"});
  }

  TEST_CASE("validate/host-users: users of its own, and nothing else of the host") {
    CHECK_EQ(refusals(pod_with("'hostUsers': false")), Texts{});
    CHECK_EQ(refusals(pod_with("'hostUsers': true, 'hostPID': true")), Texts{});
    CHECK_EQ(refusals(pod_with("'hostUsers': false, 'hostNetwork': true, 'hostPID': true, 'hostIPC': true")),
             Texts{"spec.hostNetwork: Forbidden: when `pod.Spec.HostUsers` is false",
                   "spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false",
                   "spec.HostIPC: Forbidden: when `pod.Spec.HostUsers` is false"});
  }

  TEST_CASE("validate/os: linux or windows") {
    CHECK_EQ(refusals(pod_with("'os': {'name': 'plan9'}")),
             Texts{"spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\""});
    CHECK_EQ(refusals(pod_with("'os': {}")), Texts{"spec.os.name: Required value: cannot be empty"});
    CHECK_EQ(refusals(pod_with("'os': {'name': 'linux'}")), Texts{});
  }

  TEST_CASE("validate/os-fields: nothing that the os does not have") {
    CHECK_EQ(refusals(pod_with("'os': {'name': 'linux'}, 'securityContext': {'windowsOptions': {}}")),
             Texts{"spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod"});
    CHECK_EQ(
        refusals(pod_with(
            "'os': {'name': 'windows'}, 'hostPID': true, 'securityContext': {'runAsUser': 1, 'seLinuxOptions': {}}, "
            "'containers': [{'name': 'c', 'image': 'i', 'securityContext': {'privileged': true}}]")),
        Texts{"spec.securityContext.seLinuxOptions: Forbidden: cannot be set for a windows pod",
              "spec.hostPID: Forbidden: cannot be set for a windows pod",
              "spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
              "spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod"});
  }

  TEST_CASE("validate/preemption-policy: PreemptLowerPriority or Never") {
    const auto deployment = [](const std::string& policy) {
      return document(
          "{'kind': 'ReplicationController', 'metadata': {'name': 'r'}, 'spec': {'template': {'metadata': {'labels': "
          "{'a': "
          "'b'}}, 'spec': {'preemptionPolicy': '" +
          policy + "', 'containers': [{'name': 'c', 'image': 'i'}]}}}}");
    };
    CHECK_EQ(refusals(deployment("Never")), Texts{});
    CHECK_EQ(refusals(deployment("x")), Texts{"spec.template.spec.preemptionPolicy: Unsupported value: \"x\": "
                                              "supported values: \"PreemptLowerPriority\", \"Never\""});
  }

  TEST_CASE("admit/priority: the class decides, not the Pod") {
    const auto refusal = [](const std::string& members) {
      const CheckedObject checked = check_object(pod_with(members), SchemaType::Pod);
      test::reach(checked.refusal.rule);
      return checked.refusal.text;
    };
    CHECK_EQ(refusal("'priority': 0"), "");
    CHECK_EQ(refusal("'priorityClassName': 'of-the-cluster', 'priority': 7"), "");
    CHECK_EQ(refusal("'priority': 7"),
             "the integer value of priority (7) must not be provided in pod spec; priority admission controller "
             "computed 0 from the given PriorityClass name");
    CHECK_EQ(refusal("'preemptionPolicy': 'Never'"),
             "the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission "
             "controller computed "
             "PreemptLowerPriority from the given PriorityClass name");
  }

  TEST_CASE("validate/resource-claims: unique names, one source, and only those are named") {
    CHECK_EQ(
        refusals(pod_with(
            "'resourceClaims': [{'name': 'a', 'resourceClaimName': 'x'}], 'containers': [{'name': 'c', 'image': 'i', "
            "'resources': {'claims': [{'name': 'a'}]}}]")),
        Texts{});
    CHECK_EQ(refusals(pod_with_container("'resources': {'claims': [{'name': 'x'}]}")),
             Texts{"spec.containers[0].resources.claims[0]: Not found: \"x\": must be one of the names in "
                   "pod.spec.resourceClaims which "
                   "is empty"});
    CHECK_EQ(refusals(pod_with("'resourceClaims': [{'name': 'a'}, {'name': 'a', 'resourceClaimName': 'x', "
                               "'resourceClaimTemplateName': 'y'}]")),
             Texts{"spec.resourceClaims[0]: Invalid value: "
                   "{\"Name\":\"a\",\"ResourceClaimName\":null,\"ResourceClaimTemplateName\":null}: "
                   "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
                   "spec.resourceClaims[1].name: Duplicate value: \"a\"",
                   "spec.resourceClaims[1]: Invalid value: "
                   "{\"Name\":\"a\",\"ResourceClaimName\":\"x\",\"ResourceClaimTemplateName\":\"y\"}: "
                   "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"});
    CHECK_EQ(
        refusals(pod_with(
            "'resourceClaims': [{'name': 'a', 'resourceClaimName': 'x'}], 'containers': [{'name': 'c', 'image': 'i', "
            "'resources': {'claims': [{'name': 'a', 'request': 'r'}, {'name': 'a', 'request': 'r'}, {'name': 'a'}, "
            "{}]}}]")),
        Texts{"spec.containers[0].resources.claims[1]: Duplicate value: \"a/r\"",
              "spec.containers[0].resources.claims[2]: Duplicate value: \"a\"",
              "spec.containers[0].resources.claims[3]: Required value"});
  }

  TEST_CASE("validate/pod-resources: enough for the containers") {
    CHECK_EQ(refusals(pod_with("'resources': {'requests': {'cpu': '1'}, 'limits': {'cpu': '2', 'memory': '1Gi'}}")),
             Texts{});
    CHECK_EQ(refusals(pod_with("'resources': {'requests': {'ephemeral-storage': '1'}}")),
             Texts{"spec.resources.requests[ephemeral-storage]: Unsupported value: \"ephemeral-storage\": supported "
                   "values: \"cpu\", "
                   "\"hugepages-\", \"memory\""});
    CHECK_EQ(refusals(pod_with("'resources': {'requests': {'cpu': '1'}, 'limits': {'memory': '1Gi'}}, 'containers': "
                               "[{'name': 'c', 'image': "
                               "'i', 'resources': {'requests': {'cpu': '600m'}}}, {'name': 'd', 'image': 'i', "
                               "'resources': {'requests': {'cpu': "
                               "'0.6'}, 'limits': {'memory': '2Gi'}}}]")),
             Texts{"spec.resources.requests: Invalid value: \"2Gi\": must be less than or equal to memory limit of 1Gi",
                   "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to aggregate "
                   "container requests of 1200m",
                   "spec.resources.containers[1][memory].limits: Invalid value: \"2Gi\": must be less than or equal to "
                   "pod limits of 1Gi"});
  }

  TEST_CASE("validate/claim-template: access modes, a size, labels and annotations") {
    const auto with = [](const std::string& spec, const std::string& meta) {
      return pod_with("'volumes': [{'name': 'v', 'ephemeral': {'volumeClaimTemplate': {'metadata': {" + meta +
                      "}, 'spec': {" + spec + "}}}}]");
    };
    const std::string fine = "'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage': '1Gi'}}";
    const std::string path = "spec.volumes[0].ephemeral.volumeClaimTemplate";
    CHECK_EQ(refusals(with(fine, "'labels': {'a': 'b'}")), Texts{});
    CHECK_EQ(refusals(with("", "'name': 'x'")),
             Texts{path + ".metadata.name: Forbidden: cannot be set",
                   path + ".spec.accessModes: Required value: at least 1 access mode is required",
                   path + ".spec.resources[storage]: Required value"});
    CHECK_EQ(
        refusals(with(
            "'accessModes': ['ReadWriteOncePod', 'ReadOnlyMany', 'x'], 'volumeMode': 'y', 'resources': {'requests': "
            "{'storage': '0'}}",
            "")),
        Texts{path +
                  ".spec.accessModes: Unsupported value: \"x\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", "
                  "\"ReadWriteOnce\", \"ReadWriteOncePod\"",
              path + ".spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
              path + ".spec.resources[storage]: Invalid value: \"0\": must be greater than zero",
              path + ".spec.volumeMode: Unsupported value: \"y\": supported values: \"Block\", \"Filesystem\""});
  }

  TEST_CASE("validate/pod-annotations: profiles, deletion cost and mirrors") {
    const auto with = [](const std::string& key, const std::string& text) {
      Value pod = pod_with("");
      pod["metadata"]["annotations"].set(key, Value{text});
      return pod;
    };
    const std::string cost = "controller.kubernetes.io/pod-deletion-cost";
    CHECK_EQ(refusals(with(cost, "-7")), Texts{});
    for (const char* text : {"x", "1.5", "2147483648", "007", ""}) {
      CHECK_EQ(refusals(with(cost, text)),
               Texts{"metadata.annotations[" + cost + "]: Invalid value: \"" + text + "\": must be a 32bit integer"});
    }
    CHECK_EQ(refusals(with("kubernetes.io/config.mirror", "m")),
             Texts{"metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"m\": must set spec.nodeName if "
                   "mirror pod "
                   "annotation is set"});
    CHECK_EQ(refusals(with("seccomp.security.alpha.kubernetes.io/pod", "x")),
             Texts{"metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: \"x\": must be a "
                   "valid seccomp profile"});
    const std::string armor = "container.apparmor.security.beta.kubernetes.io/";
    CHECK_EQ(refusals(with(armor + "d", "x")),
             Texts{"metadata.annotations[" + armor + "d]: Invalid value: \"d\": container not found",
                   "metadata.annotations[" + armor + "d]: Invalid value: \"x\": invalid AppArmor profile name: \"x\""});
    CHECK_EQ(refusals(with(armor + "c", "localhost/p")), Texts{});
  }

  TEST_CASE("validate/profile-annotations: a field and an annotation say the same") {
    const auto with = [](const std::string& text, const std::string& type) {
      Value pod = pod_with_container("'securityContext': {'appArmorProfile': {'type': '" + type + "'" +
                                     (type == "Localhost" ? ", 'localhostProfile': 'p'" : "") + "}}");
      pod["metadata"]["annotations"].set("container.apparmor.security.beta.kubernetes.io/c", Value{text});
      return pod;
    };
    const std::string path = "spec.containers[0].securityContext.appArmorProfile";
    CHECK_EQ(refusals(with("runtime/default", "RuntimeDefault")), Texts{});
    CHECK_EQ(refusals(with("unconfined", "RuntimeDefault")),
             Texts{path + ".type: Forbidden: apparmor type in annotation and field must match"});
    CHECK_EQ(refusals(with("localhost/q", "Localhost")),
             Texts{path + ".localhostProfile: Forbidden: apparmor profile in annotation and field must match"});
    Value seccomp = pod_with("'securityContext': {'seccompProfile': {'type': 'Unconfined'}}");
    seccomp["metadata"]["annotations"].set("seccomp.security.alpha.kubernetes.io/pod", Value{"docker/default"});
    CHECK_EQ(
        refusals(seccomp),
        Texts{"spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match"});
  }

  TEST_CASE("validate/ephemeral-fields: nothing that a service would need") {
    const Value pod = pod_with(
        "'ephemeralContainers': [{'name': 'e', 'image': 'i', 'lifecycle': {}, 'ports': [{'containerPort': 80}], "
        "'restartPolicy': 'Never', 'volumeMounts': [{'name': 'v', 'mountPath': '/v', 'subPath': 's'}]}], 'volumes': "
        "[{'name': 'v'}]");
    const std::string path = "spec.ephemeralContainers[0]";
    CHECK_EQ(refusals(pod),
             Texts{path + ".ports: Forbidden: cannot be set for an Ephemeral Container",
                   path + ".restartPolicy: Forbidden: cannot be set for an Ephemeral Container",
                   path + ".lifecycle: Forbidden: cannot be set for an Ephemeral Container",
                   path + ".volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container",
                   "spec.ephemeralContainers: Forbidden: cannot be set on create"});
  }

  TEST_CASE("validate/ephemeral-target: a container of the Pod") {
    const auto with = [](const std::string& target) {
      return pod_with("'ephemeralContainers': [{'name': 'e', 'image': 'i', 'targetContainerName': '" + target + "'}]");
    };
    CHECK_EQ(refusals(with("zz")).front(), "spec.ephemeralContainers[0].targetContainerName: Not found: \"zz\"");
    CHECK_FALSE(test::refuses_by(with("c"), "validate/ephemeral-target"));
  }

  TEST_CASE("volumes of every kind say what they lack") {
    const auto said = [](const std::string& source) {
      return refusals(pod_with("'volumes': [{'name': 'v', " + source + "}]"));
    };
    const std::string v = "spec.volumes[0].";
    CHECK_EQ(said("'gcePersistentDisk': {'partition': 256}"),
             Texts{v + "persistentDisk.pdName: Required value",
                   v + "persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive"});
    CHECK_EQ(said("'iscsi': {'targetPortal': 'p', 'iqn': 'x', 'lun': 0}"),
             Texts{v + "iscsi.iqn: Invalid value: \"x\": must be valid format starting with iqn, eui, or naa"});
    CHECK_EQ(said("'iscsi': {'targetPortal': 'p', 'iqn': 'iqn.2015-02.example.com:test', 'lun': 0}"), Texts{});
    CHECK_EQ(said("'flocker': {}"),
             Texts{v + "flocker: Required value: one of datasetName and datasetUUID is required"});
    CHECK_EQ(said("'rbd': {}"), Texts{v + "rbd.monitors: Required value", v + "rbd.image: Required value"});
    CHECK_EQ(
        said("'quobyte': {'registry': 'a', 'volume': 'b'}"),
        Texts{
            v +
            "quobyte.registry: Invalid value: \"a\": must be a host:port pair or multiple pairs separated by commas"});
    CHECK_EQ(said("'fc': {'targetWWNs': ['a']}"),
             Texts{v + "fc.lun: Required value: lun is required if targetWWNs is specified"});
    CHECK_EQ(said("'flexVolume': {'driver': 'd', 'options': {'a.k8s.io/x': 'y'}}"),
             Texts{v + "flexVolume.options[a.k8s.io/x]: Invalid value: \"a.k8s.io/x\": kubernetes.io and k8s.io "
                       "namespaces are reserved"});
    CHECK_EQ(said("'azureDisk': {'diskName': 'd', 'diskURI': 'u', 'kind': 'Managed'}").size(), 1);
    CHECK_EQ(said("'csi': {'driver': ''}").front(), v + "csi.driver: Required value");
    CHECK_EQ(said("'image': {'reference': ''}"), Texts{v + "image.reference: Required value"});
    CHECK_EQ(said("'emptyDir': {}, 'cephfs': {'monitors': ['m']}, 'downwardAPI': {}"),
             Texts{v + "cephFS: Forbidden: may not specify more than 1 volume type",
                   v + "downwarAPI: Forbidden: may not specify more than 1 volume type"});
    CHECK_EQ(
        said("'downwardAPI': {'items': [{'path': 'p', 'fieldRef': {'fieldPath': 'status.podIP'}}, {'path': '../x'}]}"),
        Texts{v + "downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported values: "
                  "\"metadata.annotations\", "
                  "\"metadata.labels\", \"metadata.name\", \"metadata.namespace\", \"metadata.uid\"",
              v + "downwardAPI.path: Invalid value: \"../x\": must not contain '..'",
              v + "downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"});
    CHECK_EQ(said("'projected': {'sources': [{'secret': {'name': 's', 'items': [{'key': 'k', 'path': 'p'}]}, "
                  "'configMap': {'name': 'm', "
                  "'items': [{'key': 'k', 'path': 'p'}]}}, {'serviceAccountToken': {'expirationSeconds': 5}}]}"),
             Texts{v + "projected: Invalid value: \"m\": conflicting duplicate paths",
                   v + "projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
                   v + "projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 5: may not specify "
                       "a duration less "
                       "than 10 minutes",
                   v + "projected.path: Required value"});
  }
}
