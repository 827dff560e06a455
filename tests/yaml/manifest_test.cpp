// Manifests: which objects become workloads, what becomes of the others, and how errors point at the text.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "support/rule_coverage.hpp"
#include "support/shared.hpp"
#include "yaml/manifest.hpp"
#include "yaml/text.hpp"

using namespace podlapse;

namespace {

struct Read {
  yaml::Manifests manifests;
  std::vector<Diagnostic> problems;
  std::string told;  ///< the problems as they are printed
};

Read read(const std::string& text, yaml::FieldValidation validation = yaml::FieldValidation::Strict) {
  Read result;
  for (const Value& document : yaml::read_documents(text, 0, {}, result.problems)) {
    yaml::read_manifest(document, validation, result.manifests, result.problems);
  }
  for (const Diagnostic& problem : result.problems) {
    test::reach(find_rule(problem.code));
    result.told += render_diagnostic(problem, {{"f", text}}, false);
  }
  return result;
}

/// The only workload of a text without problems.
Workload one(const std::string& text) {
  Read result = read(text);
  CHECK_EQ(result.told, "");
  REQUIRE_EQ(result.manifests.workloads.size(), 1);
  return result.manifests.workloads.front();
}

const std::string kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: i}\n";
const std::string kSpec = "{containers: [{name: c, image: i}]}";

/// An object with a template that is selected by app: x.
std::string workload(const std::string& kind, const std::string& version, const std::string& spec = kSpec) {
  return "apiVersion: " + version + "\nkind: " + kind +
         "\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: x}}\n" +
         "  template: {metadata: {labels: {app: x}}, spec: " + spec + "}\n";
}

}  // namespace

TEST_SUITE("yaml/manifest") {
  TEST_CASE("a Pod is its own workload, with defaults applied") {
    const Workload pod = one(kPod);
    CHECK_EQ(pod.kind, WorkloadKind::Pod);
    CHECK_EQ(pod.name, "p");
    CHECK_EQ(pod.pod.name, "p");
    CHECK_EQ(pod.pod.namespace_name, "default");
    CHECK_EQ(pod.pod.containers.at(0).image_pull_policy, PullPolicy::Always);
    CHECK_EQ(pod.pod.termination_grace_period, std::chrono::seconds{30});
    CHECK_EQ(pod.span.line, 1);
    CHECK(pod.pod_object.at_path("spec.containers[0].image")->span().line == 6);
    CHECK(pod.pod_object.find("status") == nullptr);
    CHECK_EQ(pod.pod_object.members().at(0).key, "apiVersion");
  }

  TEST_CASE("generateName makes a name, the same each time") {
    const std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\nspec: " + kSpec + "\n";
    const Workload pod = one(text);
    CHECK_EQ(pod.pod.name.size(), 9);
    CHECK_EQ(pod.pod.name.substr(0, 4), "job-");
    CHECK_EQ(one(text).pod.name, pod.pod.name);
  }

  TEST_CASE("a controller's Pod is named, labelled and owned as the controller does it") {
    const Workload deployment = one(workload("Deployment", "apps/v1"));
    const Value& meta = *deployment.pod_object.find("metadata");
    const std::string hash = meta.find("labels")->string_at("pod-template-hash");
    CHECK_EQ(hash.size(), 10);
    CHECK_EQ(deployment.pod.name.substr(0, 15), "web-" + hash + "-");
    CHECK_EQ(deployment.pod.name.size(), 20);
    CHECK_EQ(meta.string_at("generateName"), "web-" + hash + "-");
    CHECK_EQ(meta.string_at("namespace"), "shop");
    CHECK_EQ(meta.find("labels")->string_at("app"), "x");
    CHECK_EQ(meta.find("ownerReferences")->items().at(0).string_at("kind"), "ReplicaSet");
    CHECK_EQ(meta.find("ownerReferences")->items().at(0).string_at("name"), "web-" + hash);
    for (const auto& [kind, version] : {std::pair{"ReplicaSet", "apps/v1"}, std::pair{"DaemonSet", "apps/v1"}}) {
      const Workload other = one(workload(kind, version));
      CHECK_EQ(other.pod.name.substr(0, 4), "web-");
      CHECK_EQ(other.pod.name.size(), 9);
      CHECK_EQ(other.pod_object.at_path("metadata.ownerReferences[0]")->string_at("kind"), kind);
    }
  }

  TEST_CASE("a StatefulSet's first Pod has its ordinal, and its claims as volumes") {
    const Workload set =
        one("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  selector: "
            "{matchLabels: {a: b}}\n"
            "  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n"
            "      - {name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}\n"
            "  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce], resources: "
            "{requests: {storage: 1Gi}}}\n");
    CHECK_EQ(set.pod.name, "db-0");
    CHECK_EQ(set.pod_object.at_path("spec.volumes[0].persistentVolumeClaim")->string_at("claimName"), "data-db-0");
    CHECK_EQ(set.pod_object.at_path("spec")->string_at("hostname"), "db-0");
    CHECK_EQ(set.pod_object.at_path("spec")->string_at("subdomain"), "db");
    CHECK_EQ(set.pod.volumes.at(0).source, "persistentVolumeClaim");
  }

  TEST_CASE("Jobs and CronJobs tell what their controller goes by") {
    const Workload job =
        one("apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  completions: 3\n  parallelism: 2\n  "
            "backoffLimit: 4\n"
            "  template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}\n");
    REQUIRE(job.job.has_value());
    CHECK_EQ(job.job->completions, 3);
    CHECK_EQ(job.job->parallelism, 2);
    CHECK_EQ(job.job->backoff_limit, 4);
    CHECK_FALSE(job.job->suspend);
    CHECK_EQ(job.job->name, "j");
    CHECK_EQ(job.pod.restart_policy, RestartPolicy::Never);
    CHECK_EQ(job.pod_object.at_path("metadata.labels")->string_at("job-name"), "j");
    const Workload cron =
        one("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  schedule: '* * * * *'\n"
            "  jobTemplate: {spec: {suspend: true, template: {spec: {restartPolicy: OnFailure, containers: [{name: c, "
            "image: i}]}}}}\n");
    REQUIRE(cron.cron_job.has_value());
    CHECK(cron.cron_job->job.suspend);
    CHECK(cron.cron_job->job.restart_policy == RestartPolicy::OnFailure);
    CHECK_EQ(cron.cron_job->job.backoff_limit, 6);
    CHECK_EQ(cron.pod_object.at_path("metadata.ownerReferences[0]")->string_at("kind"), "Job");
  }

  TEST_CASE("PodTemplate and ReplicationController are workloads too") {
    CHECK_EQ(one("apiVersion: v1\nkind: PodTemplate\nmetadata: {name: t}\ntemplate: {spec: " + kSpec + "}\n").pod.name,
             "t");
    const Workload controller =
        one("apiVersion: v1\nkind: ReplicationController\nmetadata: {name: r}\nspec: {template: {metadata: {labels: "
            "{a: b}}, spec: " +
            kSpec + "}}\n");
    CHECK_EQ(controller.kind, WorkloadKind::ReplicationController);
  }

  TEST_CASE("Lists are opened, whatever kind they are of") {
    const Read list =
        read("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: " + kSpec +
             "}\n- {apiVersion: v1, kind: Service, metadata: {name: s}}\n");
    CHECK_EQ(list.manifests.workloads.size(), 1);
    CHECK_EQ(list.manifests.skipped.count("Service"), 1);
    const Read pods = read("apiVersion: v1\nkind: PodList\nitems:\n- {metadata: {name: a}, spec: " + kSpec + "}\n");
    CHECK_EQ(pods.told, "");
    CHECK_EQ(pods.manifests.workloads.size(), 1);
    CHECK_EQ(read("apiVersion: v1\nkind: List\nitems: []\n").manifests.workloads.size(), 0);
  }

  TEST_CASE("manifest/skipped: kinds without Pods are named in one note") {
    const Read result = read(
        "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Service\n---\napiVersion: example.com/v1\nkind: "
        "Gadget\n");
    CHECK_EQ(result.told, "");
    const std::vector<Diagnostic> notes = yaml::skipped_kinds(result.manifests);
    REQUIRE_EQ(notes.size(), 1);
    test::reach(find_rule(notes[0].code));
    CHECK_EQ(notes[0].severity, Severity::Note);
    CHECK_EQ(notes[0].text, "skipped, since they have no Pods: Gadget, 2 Service");
    CHECK_EQ(yaml::skipped_kinds({}).size(), 0);
  }

  TEST_CASE("ConfigMaps and Secrets exist, with their keys") {
    const Read result = read(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '1'}\nbinaryData: {b: AA==}\n---\n"
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {c: d}\n");
    REQUIRE_EQ(result.manifests.existing_objects.size(), 2);
    CHECK_EQ(result.manifests.existing_objects[0].name, "m");
    CHECK_EQ(result.manifests.existing_objects[0].keys, std::vector<std::string>{"a", "b"});
    CHECK(result.manifests.existing_objects[1].kind == ObjectReference::Kind::Secret);
    CHECK_EQ(result.manifests.existing_objects[1].keys, std::vector<std::string>{"c"});
    CHECK(result.manifests.skipped.empty());
  }

  TEST_CASE("claims and service accounts exist, too; a StatefulSet makes its claims") {
    const Read result = read(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d}\n---\n"
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n---\n"
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {a: b}}\n"
        "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n"
        "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: "
        "{storage: 1Gi}}}}]\n");
    CHECK_EQ(result.told, "");
    REQUIRE_EQ(result.manifests.existing_objects.size(), 2);
    CHECK(result.manifests.existing_objects[0].kind == ObjectReference::Kind::PersistentVolumeClaim);
    CHECK(result.manifests.existing_objects[1].kind == ObjectReference::Kind::ServiceAccount);
    REQUIRE_EQ(result.manifests.workloads.size(), 1);
    CHECK_EQ(result.manifests.workloads[0].pod_set->claims, std::vector<std::string>{"data"});
  }

  TEST_CASE("manifest/object: a document says what it is") {
    CHECK_EQ(read("metadata: {name: p}\n").told,
             "f:1:1: error[manifest/object]: apiVersion not set, kind not set\n  1 | metadata: {name: p}\n    | ^\n");
    CHECK_EQ(read("kind: Deployment\n").told,
             "f:1:1: error[manifest/object]: apiVersion not set\n  1 | kind: Deployment\n    | ^\nhelp: add "
             "apiVersion: apps/v1\n");
    CHECK(read("containers: [{name: c}]\n").told.find("help: this is part of a Pod's spec") != std::string::npos);
    CHECK_EQ(read("- a\n").told,
             "f:1:1: error[manifest/object]: an object with apiVersion and kind is expected, not a list\n  1 | - a\n   "
             " | ^\n");
  }

  TEST_CASE("manifest/kind: a misspelt kind, and one in the wrong group") {
    CHECK_EQ(read("apiVersion: apps/v1\nkind: Deploymnet\n").told,
             "f:2:7: error[manifest/kind]: no matches for kind \"Deploymnet\" in version \"apps/v1\"\n  2 | kind: "
             "Deploymnet\n"
             "    |       ^^^^^^^^^^\nhelp: did you mean `Deployment`?\n");
    CHECK_EQ(
        read("apiVersion: apps/v1\nkind: Pod\n").told,
        "f:1:13: error[manifest/kind]: no matches for kind \"Pod\" in version \"apps/v1\"\n  1 | apiVersion: apps/v1\n"
        "    |             ^^^^^^^\nhelp: write apiVersion: v1\n");
  }

  TEST_CASE("manifest/old-version: versions that are gone are named with their successor") {
    CHECK_EQ(read("apiVersion: extensions/v1beta1\nkind: Deployment\n").told,
             "f:1:13: error[manifest/old-version]: Deployment in `extensions/v1beta1` is not served any more (since "
             "Kubernetes 1.16)\n"
             "  1 | apiVersion: extensions/v1beta1\n    |             ^^^^^^^^^^^^^^^^^^\nhelp: write apiVersion: "
             "apps/v1\n");
    CHECK(read("apiVersion: batch/v1beta1\nkind: CronJob\n").told.find("(since Kubernetes 1.25)") != std::string::npos);
  }

  TEST_CASE("manifest/pod-refused: a template that is taken can make a Pod that is not") {
    const Read result = read(workload("Deployment", "apps/v1", "{containers: [{name: c, image: ' i'}]}"));
    CHECK_EQ(result.manifests.workloads.size(), 0);
    REQUIRE_EQ(result.problems.size(), 1);
    CHECK_EQ(result.problems[0].code, "manifest/pod-refused");
    CHECK_EQ(result.problems[0].span.line, 6);
  }

  TEST_CASE("manifest/select: kind and name as kubectl takes them, or a name") {
    const auto all = [] {
      return read(workload("Deployment", "apps/v1") + "---\n" + workload("DaemonSet", "apps/v1") + "---\n" + kPod)
          .manifests.workloads;
    };
    const auto select = [&](std::vector<std::string> selections) {
      std::vector<Diagnostic> problems;
      std::string names;
      for (const Workload& chosen : yaml::select_workloads(all(), selections, problems)) {
        names += std::string{to_string(chosen.kind)} + "/" + chosen.name + " ";
      }
      for (const Diagnostic& problem : problems) {
        test::reach(find_rule(problem.code));
        names += problem.text + " | " + problem.help;
      }
      return names;
    };
    CHECK_EQ(select({}), "Deployment/web DaemonSet/web Pod/p ");
    for (const char* name : {"deploy/web", "Deployment/web", "deployments/web", "DEPLOY/web"})
      CHECK_EQ(select({name}), "Deployment/web ");
    CHECK_EQ(select({"po/p", "ds/web"}), "DaemonSet/web Pod/p ");
    CHECK_EQ(select({"web"}), "Deployment/web DaemonSet/web ");
    CHECK_EQ(select({"sts/web"}), "--select sts/web names no workload | there is Deployment/web, DaemonSet/web, Pod/p");
  }

  TEST_CASE("api/unknown-field: a misspelt field is told the nearest, or where it belongs") {
    CHECK_EQ(read("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartpolicy: Never\n  containers: "
                  "[{name: c, image: i}]\n")
                 .told,
             "f:5:3: error[api/unknown-field]: unknown field `restartpolicy` in PodSpec\n  5 |   restartpolicy: Never\n"
             "    |   ^^^^^^^^^^^^^\nhelp: did you mean `restartPolicy`?\n");
    CHECK(read("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: i, hostNetwork: "
               "true}]\n")
              .told.find("help: a PodSpec has such a field: is the indentation right?") != std::string::npos);
  }

  TEST_CASE("unknown fields are errors, warnings or nothing") {
    const std::string text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {foo: 1, containers: [{name: c, image: i}]}\n";
    CHECK_EQ(read(text).manifests.workloads.size(), 0);
    const Read warned = read(text, yaml::FieldValidation::Warn);
    CHECK_EQ(warned.manifests.workloads.size(), 1);
    REQUIRE_EQ(warned.problems.size(), 1);
    CHECK_EQ(warned.problems[0].severity, Severity::Warning);
    CHECK_EQ(read(text, yaml::FieldValidation::Ignore).told, "");
  }

  TEST_CASE("all problems of a file are told, each at its place") {
    const Read result = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: P}\nspec:\n  restartPolicy: never\n  foo: 1\n  containers:\n  - "
        "name: c\n"
        "    volumeMounts: [{name: dta, mountPath: /d}]\n  volumes: [{name: data}]\n");
    CHECK_EQ(
        result.told,
        "f:6:3: error[api/unknown-field]: unknown field `foo` in PodSpec\n  6 |   foo: 1\n    |   ^^^\n"
        "f:3:18: error[validate/object-name]: metadata.name: Invalid value: \"P\": a lowercase RFC 1123 subdomain must "
        "consist of "
        "lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
        "'example.com', regex used for validation is "
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n"
        "  3 | metadata: {name: P}\n    |                  ^\nhelp: for example `p`\n"
        "f:8:5: error[validate/image]: spec.containers[0].image: Required value\n  8 |   - name: c\n    |     ^\n"
        "f:9:27: error[validate/mount-volume]: spec.containers[0].volumeMounts[0].name: Not found: \"dta\"\n"
        "  9 |     volumeMounts: [{name: dta, mountPath: /d}]\n    |                           ^^^\nhelp: did you mean "
        "the volume `data`?\n"
        "f:5:18: error[validate/restart-policy]: spec.restartPolicy: Unsupported value: \"never\": supported values: "
        "\"Always\", "
        "\"OnFailure\", \"Never\"\n  5 |   restartPolicy: never\n    |                  ^^^^^\nhelp: did you mean "
        "`Never`?\n");
  }

  TEST_CASE("restart rules as they are often written wrongly are told the right field") {
    const auto told = [](const std::string& policy, const std::string& rule) {
      const std::string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartPolicy: Never\n  containers:\n";
      return read(pod + "  - name: c\n    image: i\n" + policy + "    restartPolicyRules:\n    - " + rule + "\n").told;
    };
    const auto has = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
    const std::string never = "    restartPolicy: Never\n";
    const std::string form = "help: a rule is {action: Restart, exitCodes: {operator: In, values: [42]}}\n";
    const std::string ranges = told(never, "{action: Restart, exitCodeRanges: [{start: 40, end: 45}]}");
    CHECK(has(ranges, "f:11:25: error[api/unknown-field]: unknown field `exitCodeRanges` in ContainerRestartRule"));
    CHECK(has(ranges, form));
    CHECK(has(ranges, "help: say for which codes: exitCodes: {operator: In, values: [42]}"));
    const std::string wrapped = told(never, "{action: Restart, onExit: {exitCodes: {operator: In, values: [42]}}}");
    CHECK(has(wrapped, "f:11:25: error[api/unknown-field]: unknown field `onExit` in ContainerRestartRule"));
    CHECK(has(wrapped, form));
    CHECK(has(told(never, "{action: Restart, exitCodes: {operator: In, range: 40-45}}"), form));
    const std::string terminate = told(never, "{action: Terminate, exitCodes: {operator: In, values: [42]}}");
    CHECK(has(terminate, "f:11:16: error[validate/restart-rule-action]"));
    CHECK(has(terminate, "help: rules only restart; for a code that no rule matches the container's own restartPolicy decides\n"));
    CHECK(has(told(never, "{action: restart, exitCodes: {operator: In, values: [42]}}"), "help: did you mean `Restart`?\n"));
    const std::string alone = told("", "{action: Restart, exitCodes: {operator: In, values: [42]}}");
    CHECK(has(alone, "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"));
    CHECK(has(alone, "help: add restartPolicy: Never beside the rules\n"));
    CHECK_EQ(told(never, "{action: Restart, exitCodes: {operator: In, values: [42]}}"), "");
  }

  TEST_CASE("fields that are known but not modelled are listed once, by path") {
    const Workload pod =
        one("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  affinity: {}\n  containers:\n"
            "  - {name: a, image: i, securityContext: {}}\n  - {name: b, image: i, securityContext: {}}\n");
    CHECK_EQ(pod.not_modelled, std::vector<std::string>{"spec.affinity", "spec.containers.securityContext"});
  }

  TEST_CASE("annotations of podlapse are taken from the template, then from the object") {
    const Workload deployment =
        one("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {podlapse.dev/run.app: 1s, "
            "podlapse.dev/pull.x: 2s}}\n"
            "spec:\n  selector: {matchLabels: {app: x}}\n  template:\n"
            "    metadata: {labels: {app: x}, annotations: {podlapse.dev/run.app: 3s, other: z}}\n    spec: " +
            kSpec + "\n");
    CHECK_EQ(deployment.annotations,
             std::vector<std::pair<std::string, std::string>>{{"run.app", "3s"}, {"pull.x", "2s"}});
  }

  TEST_CASE("manifest/containers-max: more containers than are simulated are refused, as many are not") {
    const auto pod_with = [](int count) {
      std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n";
      for (int i = 0; i < count; ++i) text += "  - {name: c" + std::to_string(i) + ", image: i}\n";
      return text;
    };
    CHECK_EQ(one(pod_with(256)).pod.containers.size(), 256);
    const Read refused = read(pod_with(257));
    REQUIRE_EQ(refused.problems.size(), 1);
    CHECK_EQ(refused.problems[0].code, "manifest/containers-max");
    test::reach(RuleId::ManifestContainersMax);
  }

  TEST_CASE("every real manifest gives workloads or a clear error") {
    const auto folder = test::shared_path("manifests");
    if (!folder) return;
    std::size_t files = 0, workloads = 0;
    for (const auto& entry : std::filesystem::directory_iterator{*folder}) {
      if (entry.path().extension() == ".tsv") continue;
      std::ifstream file{entry.path(), std::ios::binary};
      const Read result = read({std::istreambuf_iterator<char>{file}, {}});
      ++files;
      workloads += result.manifests.workloads.size();
      INFO(entry.path().filename().string());
      CHECK((!result.manifests.workloads.empty() || has_errors(result.problems)));
      for (const Diagnostic& problem : result.problems) {
        CAPTURE(problem.text);
        CHECK(problem.span.known());
      }
    }
    CHECK_GT(files, 60);
    CHECK_GT(workloads, 80);
  }
}
