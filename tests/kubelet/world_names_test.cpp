// Which rules of the decisions (rules/kubelet.def, rules/status.def) a World names in its records. What is not here decides
// too, and its tests call it as a function; but no record tells.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "kubelet/world_random.hpp"
#include "kubelet/world_rules.hpp"
#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

using Names = std::set<std::string>;

const char* const kDecisions[] = {
#define PODLAPSE_RULE(enumerator, id, text, source) id,
#include "podlapse/rules/kubelet.def"
#include "podlapse/rules/status.def"
#undef PODLAPSE_RULE
};

const char* const kNamed[] = {
    "restart/no-record", "restart/created", "restart/always", "restart/on-failure-nonzero", "restart/rule-matches",
    "restart/container-always", "restart/container-on-failure-nonzero", "restart/all-under-way",
    "actions/sandbox-missing", "actions/sandbox-not-ready", "actions/sandbox-never", "actions/sandbox-all-succeeded",
    "actions/init-from-the-first", "actions/new-sandbox-starts-mains", "actions/ephemeral-once", "actions/definition-changed",
    "actions/liveness-failed", "actions/startup-failed", "actions/probe-restart", "actions/nothing-left",
    "init/first", "init/next-after-success", "init/next-after-sidecar", "init/created", "init/sidecar-restarts",
    "init/sidecar-startup-failed", "init/sidecar-liveness-failed", "init/sidecar-definition-changed",
    "backoff/waits",
    "image/present", "image/pull-absent", "image/pull-always", "image/back-off", "image/never-pull", "image/invalid-name",
    "image/inspect-error", "image/registry-unavailable", "image/signature-failed",
    "phase/initializing", "phase/waiting", "phase/running", "phase/restarting", "phase/init-failed", "phase/succeeded",
    "phase/failed", "phase/killed-succeeded", "phase/killed-failed", "phase/forced-failed", "phase/unfinished-failed",
    "phase/terminal-kept", "phase/withheld",
    "container-status/lost-at-end",
    "probe/new-container", "probe/older-than-kubelet", "probe/not-running", "probe/never-again", "probe/error",
    "probe/below-threshold", "probe/verdict", "probe/verdict-holds",
};

void add_names(const Story& story, Names& names) {
  for (const TraceRecord& record : story.records()) {
    if (names.insert(record.rule).second) reach(find_rule(record.rule));
  }
}

Story story_of(std::shared_ptr<const WorldInput> input) {
  World world{std::move(input)};
  TraceLog log;
  world.run_until(at(90), &log);
  return Story{log.take()};
}

/// Images that fail in each way there is.
Story without_images() {
  WorldCase pod{"absent never name inspect registry signature", kAlways, ""};
  const auto give = [&](const char* container, const char* image) -> ImageBehavior& {
    pod.spec().containers[pod.index(container)].image = image;
    return pod.input.images[image];
  };
  give("absent", "absent:1").absent = true;
  give("never", "never:1");
  pod.spec().containers[pod.index("never")].image_pull_policy = PullPolicy::Never;
  give("name", "No/Reference");
  ImageBehavior& broken = give("inspect", "inspect:1");
  broken.present = true;
  broken.inspect_error = "content digest not found";
  give("registry", "registry:1").pull_error = "RegistryUnavailable: connection refused";
  give("signature", "signature:1").pull_error = "SignatureValidationFailed: no policy";
  return pod.run(60);
}

/// The kubelet restarts between the creation of a container and its start.
Story created_only(const char* containers) {
  WorldCase pod = on_a_node({containers, kAlways, ""});
  const double created = instants_of(pod.run(10), RuleId::StartCreated).at(0);
  return pod.at(created + 0.01, RestartKubelet{}).run(60);
}

/// A sidecar runs still when the last main has ended well, and the sandbox is lost before anybody has seen that end.
Story lost_at_the_end() {
  WorldCase pod = on_a_node({"s:sc m", kOnFailure, "m run=5"});
  const double ended = pod.run(60).exited("m");
  return pod.at(ended + 0.01, KillSandbox{}).run(60);
}

}  // namespace

TEST_SUITE("kubelet/world names") {
  TEST_CASE("the records of a World name these rules of the decisions, and no others") {
    Names seen;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) add_names(story_of(random_world(seed)), seen);
    add_names(without_images(), seen);
    add_names(created_only("m"), seen);
    add_names(created_only("i:init m"), seen);
    add_names(lost_at_the_end(), seen);
    add_names(WorldCase{"m debug:eph", kAlways, "m run=5 exit=1 / run=ever, debug run=2"}.at(2, AddEphemeralContainer{1}).run(60), seen);
    add_names(on_a_node({"m n:never,restart-all=1", kAlways, "n run=3 exit=1 / run=ever"}).run(60), seen);
    add_names(WorldCase{"m", kNever, ""}.at(5, KillSandbox{}).run(60), seen);
    add_names(WorldCase{"s:sc m", kAlways, "s startup=1"}.at(20, RestartKubelet{}).run(60), seen);
    const Names expected(std::begin(kNamed), std::end(kNamed));
    for (const std::string id : kDecisions) {
      INFO(id);
      CHECK_EQ(seen.count(id), expected.count(id));
    }
  }
}

}  // namespace podlapse::test
