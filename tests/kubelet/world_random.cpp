#include "kubelet/world_random.hpp"

#include <string>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

constexpr const char* kImages[] = {"here:1", "here:1", "here:1", "here:1", "here:1", "here:2", "registry:1", "slow:1", "flaky:1"};

std::optional<SimDuration> seconds_or_ever(double seconds) {
  return seconds < 0 ? std::nullopt : std::optional{secs(seconds)};
}

RunBehavior random_run(Lcg& random, ContainerKind kind) {
  constexpr double kLengths[] = {-1, -1, -1, 0, 0.3, 1, 2.5, 5, 12, 40};
  constexpr double kInitLengths[] = {0, 0.2, 0.7, 1, 1, 2, 3.3, 6};
  constexpr std::int32_t kCodes[] = {0, 0, 0, 1, 1, 2, 42};
  RunBehavior run;
  run.run = seconds_or_ever(kind == ContainerKind::Init ? random.pick(kInitLengths) : random.pick(kLengths));
  run.exit_code = kind == ContainerKind::Init && random.chance(70) ? 0 : random.pick(kCodes);
  run.on_term.ignore = random.chance(12);
  constexpr double kAnswers[] = {0, 0, 0.1, 0.5, 1, 2.2, 6, 15};
  run.on_term.after = secs(random.pick(kAnswers));
  run.on_term.exit_code = random.chance(50) ? 0 : 143;
  if (random.chance(3)) run.start_error = "failed to create containerd task";
  if (random.chance(4)) run.allocate_bytes = 64 << 20;
  return run;
}

ProbeSpec random_probe(Lcg& random) {
  constexpr double kPeriods[] = {1, 1, 2, 5};
  ProbeSpec probe;
  probe.handler.kind = random.chance(70) ? HandlerKind::Exec : HandlerKind::HttpGet;
  probe.handler.command = {"true"};
  probe.period = secs(random.pick(kPeriods));
  probe.failure_threshold = random.chance(50) ? 1 : 3;
  if (random.chance(25)) probe.initial_delay = secs(1 + random.below(4));
  return probe;
}

ProbeBehavior random_answers(Lcg& random) {
  ProbeBehavior answers;
  if (random.chance(50)) answers.ok_after = secs(random.below(4));
  if (random.chance(30)) answers.fail_after = secs(3 + random.below(20));
  if (random.chance(20)) answers.fail_between = {{secs(4), secs(8)}};
  if (random.chance(10)) answers.takes = secs(0.4 * random.below(5));
  return answers;
}

void random_probes(Lcg& random, ContainerSpec& spec, ContainerBehavior& behavior) {
  if (random.chance(20)) {
    spec.startup_probe = random_probe(random);
    behavior.startup = random_answers(random);
    if (random.chance(60)) spec.startup_probe->failure_threshold = 30;
  }
  if (random.chance(25)) {
    spec.readiness_probe = random_probe(random);
    behavior.readiness = random_answers(random);
    spec.readiness_probe->success_threshold = 1 + static_cast<std::int32_t>(random.below(3));
  }
  if (random.chance(20)) {
    spec.liveness_probe = random_probe(random);
    behavior.liveness = random_answers(random);
    if (random.chance(30)) spec.liveness_probe->termination_grace_period = secs(1 + random.below(5));
  }
}

Handler random_hook(Lcg& random, HookBehavior& behavior) {
  constexpr double kLengths[] = {0, 0, 0.4, 1, 3, 7};
  Handler handler;
  handler.command = {"true"};
  if (random.chance(30)) handler.kind = HandlerKind::Sleep;
  if (random.chance(15)) handler.kind = HandlerKind::HttpGet;
  handler.sleep = secs(random.below(4));
  behavior.takes = secs(random.pick(kLengths));
  behavior.exit_code = random.chance(75) ? 0 : 1;
  return handler;
}

void random_rules(Lcg& random, ContainerSpec& spec) {
  using Rule = ContainerRestartRule;
  constexpr RestartPolicy kPolicies[] = {kAlways, kOnFailure, kNever};
  spec.restart_policy = random.pick(kPolicies);
  if (random.chance(40)) spec.restart_policy_rules.push_back({Rule::Action::Restart, Rule::Operator::In, {1, 42}});
  if (random.chance(15)) spec.restart_policy_rules.push_back({Rule::Action::RestartAllContainers, Rule::Operator::In, {2, 42}});
  if (random.chance(10)) spec.restart_policy_rules.push_back({Rule::Action::Restart, Rule::Operator::NotIn, {0}});
}

void random_moments(Lcg& random, const std::string& other, ContainerBehavior& behavior) {
  constexpr Moment::What kWhat[] = {Moment::What::Started, Moment::What::Exited, Moment::What::Running, Moment::What::Serving,
                                    Moment::What::Ready};
  Moment moment;
  moment.container = other;
  moment.what = random.pick(kWhat);
  RunBehavior& run = behavior.runs.back();
  switch (random.below(5)) {
    case 0: run.until = moment; break;
    case 1: run.exit_on = moment; break;
    case 2: run.needs = {{moment, secs(1 + random.below(3)), 1}}; break;
    case 3: behavior.readiness.ok_while = moment; break;
    default: behavior.pre_stop.until = moment; break;
  }
}

void add_container(Lcg& random, ContainerKind kind, PodInput& pod) {
  ContainerSpec spec;
  spec.kind = kind;
  spec.name = std::string(1, to_string(kind)[0]) + std::to_string(pod.spec.containers.size());
  spec.image = random.pick(kImages);
  if (random.chance(5)) spec.image_pull_policy = PullPolicy::Always;
  if (random.chance(60)) spec.memory_limit_bytes = 32 << 20;
  if (random.chance(3)) spec.references = {{ObjectReference::Kind::ConfigMap, "settings", ""}};
  ContainerBehavior behavior;
  const std::uint32_t runs = 1 + random.below(3);
  for (std::uint32_t i = 0; i < runs; ++i) behavior.runs.push_back(random_run(random, kind));
  if (kind == ContainerKind::Main || kind == ContainerKind::Sidecar) {
    random_probes(random, spec, behavior);
    if (random.chance(12)) spec.post_start = random_hook(random, behavior.post_start);
    if (random.chance(18)) spec.pre_stop = random_hook(random, behavior.pre_stop);
  }
  if (kind == ContainerKind::Sidecar) spec.restart_policy = kAlways;
  if ((kind == ContainerKind::Main || kind == ContainerKind::Init) && random.chance(15)) random_rules(random, spec);
  if (!pod.spec.containers.empty() && random.chance(7)) {
    random_moments(random, pod.spec.containers[random.below(static_cast<std::uint32_t>(pod.spec.containers.size()))].name, behavior);
  }
  pod.spec.containers.push_back(std::move(spec));
  pod.behavior.push_back(std::move(behavior));
}

PodInput random_pod(Lcg& random, const char* name) {
  constexpr RestartPolicy kPolicies[] = {kAlways, kOnFailure, kNever};
  constexpr double kGraces[] = {0, 1, 2, 3, 5, 5, 10, 30};
  PodInput pod;
  pod.spec.name = name;
  pod.spec.uid = std::string("uid-") + name;
  pod.spec.restart_policy = random.pick(kPolicies);
  pod.spec.termination_grace_period = secs(random.pick(kGraces));
  pod.spec.mounts_volumes = random.chance(70);
  if (random.chance(10)) pod.spec.active_deadline = secs(3 + random.below(20));
  if (random.chance(8)) pod.spec.readiness_gates = {"example.com/gate"};
  const std::uint32_t inits = random.below(4), mains = 1 + random.below(3);
  for (std::uint32_t i = 0; i < inits; ++i) add_container(random, random.chance(50) ? ContainerKind::Init : ContainerKind::Sidecar, pod);
  for (std::uint32_t i = 0; i < mains; ++i) add_container(random, ContainerKind::Main, pod);
  if (random.chance(5)) add_container(random, ContainerKind::Ephemeral, pod);
  return pod;
}

ActionKind random_action(Lcg& random, const PodSpec& pod) {
  constexpr std::int32_t kSignals[] = {9, 9, 15, 11};
  const ContainerIndex container = random.below(static_cast<std::uint32_t>(pod.containers.size()));
  switch (random.below(12)) {
    case 0:
    case 1: return DeletePod{};
    case 2:
    case 3: return DeletePod{random.below(8)};
    case 4:
    case 5: return KillContainer{container, random.pick(kSignals)};
    case 6: return OomKillContainer{container};
    case 7: return KillSandbox{};
    case 8: return random.chance(50) ? EvictPod{"The node was low on resource: memory.", std::nullopt} : EvictPod{"The node was low.", 5};
    case 9: return PatchPod{{{container, "here:2"}}, std::nullopt};
    case 10: return RestartKubelet{secs(0.001 + random.below(4))};
    default:
      if (random.chance(50)) return PutObject{ObjectReference::Kind::ConfigMap, "settings", {}, false};
      return PatchPod{{}, secs(5 + random.below(30))};
  }
}

}  // namespace

std::shared_ptr<const WorldInput> random_world(std::uint64_t seed) {
  Lcg random{seed};
  WorldInput input;
  const std::uint32_t profile = random.below(10);
  input.config = profile < 2 ? KubeletConfig::ideal_profile() : KubeletConfig::kubelet_profile();
  if (profile >= 4) input.chance = Chance{seed};
  if (random.chance(10)) input.config.gates.pleg_on_demand_relist = false;
  for (const char* image : {"here:1", "here:2"}) input.images[image].present = true;
  input.images["slow:1"].pull = secs(9);
  input.images["flaky:1"].pull_error = "failed to pull";
  input.images["flaky:1"].pull_error_times = 1;
  input.pods.push_back(random_pod(random, "web"));
  if (random.chance(20)) input.pods.push_back(random_pod(random, "db"));
  if (input.pods.size() > 1) input.pods[1].created_at = secs(0.7 * random.below(10));
  for (std::uint32_t i = random.below(4); i > 0; --i) {
    const PodIndex pod = random.below(static_cast<std::uint32_t>(input.pods.size()));
    Action action{secs(0.05 * random.below(800)), pod, {}};
    action.what = random_action(random, input.pods[pod].spec);
    input.actions.push_back(std::move(action));
  }
  return std::make_shared<const WorldInput>(std::move(input));
}

}  // namespace podlapse::test
