#include "kubelet/world_random.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "kubelet/support.hpp"
#include "podlapse/api/pod_template.hpp"

namespace podlapse::test {
namespace {

constexpr const char* kImages[] = {"here:1", "here:1", "here:1", "here:1", "here:1", "here:1",   "here:2",
                                   "far:1",  "far:1",  "slow:1", "flaky:1", "absent:1", "broken:1"};
constexpr RestartPolicy kPolicies[] = {kAlways, kOnFailure, kNever};

std::optional<SimDuration> seconds_or_ever(double seconds) {
  return seconds < 0 ? std::nullopt : std::optional{secs(seconds)};
}

std::int32_t between(Lcg& random, std::int32_t low, std::int32_t high) {
  return low + static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(high - low + 1)));
}

// ---- processes ---------------------------------------------------------------------------------------------------------

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

Handler random_handler(Lcg& random) {
  Handler handler;
  const std::uint32_t kind = random.below(10);
  if (kind < 6) {
    handler.command = {"true"};
    return handler;
  }
  handler.kind = kind < 8 ? HandlerKind::HttpGet : kind < 9 ? HandlerKind::TcpSocket : HandlerKind::Grpc;
  handler.port = "80";
  if (handler.kind == HandlerKind::HttpGet) handler.path = "/";
  return handler;
}

ProbeSpec random_probe(Lcg& random) {
  constexpr double kPeriods[] = {1, 1, 1, 2, 3, 5, 10};
  ProbeSpec probe;
  probe.handler = random_handler(random);
  probe.period = secs(random.pick(kPeriods));
  probe.failure_threshold = random.chance(50) ? 1 : between(random, 2, 4);
  if (random.chance(25)) probe.initial_delay = secs(between(random, 1, 5));
  if (random.chance(20)) probe.timeout = secs(between(random, 1, 3));
  return probe;
}

ProbeBehavior random_answers(Lcg& random) {
  ProbeBehavior answers;
  if (random.chance(50)) answers.ok_after = secs(random.below(4));
  if (random.chance(30)) answers.fail_after = secs(between(random, 3, 22));
  if (random.chance(20)) answers.fail_between = {{secs(4), secs(8)}};
  if (random.chance(10)) {  // flaps
    for (int i = 0, from = between(random, 1, 6); i < 4; ++i, from += 5) {
      answers.fail_between.push_back({secs(from), secs(from + 0.5 * between(random, 1, 9))});
    }
  }
  if (random.chance(5)) answers.fail_from_attempt = between(random, 0, 2);
  if (random.chance(10)) answers.takes = secs(0.4 * random.below(5));
  return answers;
}

void random_probes(Lcg& random, ContainerSpec& spec, ContainerBehavior& behavior) {
  if (random.chance(20)) {
    spec.startup_probe = random_probe(random);
    behavior.startup = random_answers(random);
    if (random.chance(60)) spec.startup_probe->failure_threshold = 30;
    if (random.chance(15)) spec.startup_probe->termination_grace_period = secs(between(random, 1, 5));
  }
  if (random.chance(25)) {
    spec.readiness_probe = random_probe(random);
    behavior.readiness = random_answers(random);
    spec.readiness_probe->success_threshold = between(random, 1, 3);
  }
  if (random.chance(20)) {
    spec.liveness_probe = random_probe(random);
    behavior.liveness = random_answers(random);
    if (random.chance(30)) spec.liveness_probe->termination_grace_period = secs(between(random, 1, 5));
  }
}

Handler random_hook(Lcg& random, HookBehavior& behavior) {
  constexpr double kLengths[] = {0, 0, 0.4, 1, 3, 7, 12};
  Handler handler;
  handler.command = {"true"};
  if (random.chance(30)) handler.kind = HandlerKind::Sleep;
  if (random.chance(15)) handler.kind = HandlerKind::HttpGet;
  handler.sleep = secs(random.below(4));
  behavior.takes = secs(random.pick(kLengths));
  if (random.chance(3)) behavior.takes.reset();
  behavior.exit_code = random.chance(75) ? 0 : 1;
  return handler;
}

void random_rules(Lcg& random, ContainerSpec& spec) {
  using Rule = ContainerRestartRule;
  spec.restart_policy = spec.kind == ContainerKind::Init ? kPolicies[1 + random.below(2)] : random.pick(kPolicies);
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

// ---- Pods --------------------------------------------------------------------------------------------------------------

void add_container(Lcg& random, ContainerKind kind, PodInput& pod) {
  ContainerSpec spec;
  spec.kind = kind;
  spec.name = std::string(1, to_string(kind)[0]) + std::to_string(pod.spec.containers.size());
  spec.image = random.chance(60) ? "here:1" : random.pick(kImages);
  if (random.chance(5)) spec.image_pull_policy = random.chance(70) ? PullPolicy::Always : PullPolicy::Never;
  if (random.chance(60)) spec.memory_limit_bytes = 32 << 20;
  if (random.chance(3)) spec.references = {{ObjectReference::Kind::ConfigMap, "settings", ""}};
  spec.env_from = !spec.references.empty();
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

PodInput random_pod(Lcg& random, const char* name, RestartPolicy policy) {
  constexpr double kGraces[] = {0, 1, 2, 3, 5, 5, 10, 30};
  PodInput pod;
  pod.spec.name = name;
  pod.spec.restart_policy = policy;
  pod.spec.termination_grace_period = secs(random.pick(kGraces));
  pod.spec.mounts_volumes = random.chance(70);
  if (random.chance(10)) pod.spec.active_deadline = secs(3 + random.below(20));
  if (random.chance(8)) pod.spec.readiness_gates = {"example.com/gate"};
  const std::uint32_t inits = random.below(4), mains = 1 + random.below(3);
  for (std::uint32_t i = 0; i < inits; ++i) add_container(random, random.chance(50) ? ContainerKind::Init : ContainerKind::Sidecar, pod);
  for (std::uint32_t i = 0; i < mains; ++i) add_container(random, ContainerKind::Main, pod);
  return pod;
}

PodFailurePolicyRule random_failure_rule(Lcg& random) {
  using Rule = PodFailurePolicyRule;
  constexpr Rule::Action kActions[] = {Rule::Action::FailJob, Rule::Action::Ignore, Rule::Action::Count};
  Rule rule;
  rule.action = random.pick(kActions);
  if (random.chance(70)) {
    rule.on_exit_codes = Rule::OnExitCodes{{}, random.chance(80) ? Rule::Operator::In : Rule::Operator::NotIn, {1, 42}};
  } else {
    rule.on_pod_conditions = {{"DisruptionTarget", "True"}};
  }
  return rule;
}

/// A Job whose Pods are like `pod`, which gets the name that its controller gives.
JobSpec random_job(Lcg& random, PodInput& pod) {
  JobSpec job;
  job.name = "work";
  job.restart_policy = pod.spec.restart_policy;
  job.parallelism = between(random, 1, 3);
  if (random.chance(70)) job.completions = between(random, 1, 4);
  job.backoff_limit = between(random, 0, 3);
  job.indexed = job.completions && random.chance(30);
  if (random.chance(10)) job.active_deadline = secs(between(random, 5, 30));
  if (random.chance(10)) job.ttl_after_finished = secs(between(random, 0, 5));
  if (random.chance(20)) job.pod_replacement_policy = JobSpec::PodReplacementPolicy::Failed;
  if (job.restart_policy == kNever && random.chance(25)) {
    job.pod_failure_policy = {random_failure_rule(random)};
    job.pod_replacement_policy = JobSpec::PodReplacementPolicy::Failed;
  }
  if (job.restart_policy == kNever && job.indexed && random.chance(25)) job.backoff_limit_per_index = between(random, 0, 1);
  const std::string base = job.name + "-";
  pod.spec.name = base + name_suffix(base, 5);
  return job;
}

// ---- what happens ------------------------------------------------------------------------------------------------------

ActionKind random_action(Lcg& random, const PodSpec& pod) {
  constexpr std::int32_t kSignals[] = {9, 9, 15, 11};
  const ContainerIndex container = random.below(static_cast<std::uint32_t>(pod.containers.size()));
  switch (random.below(13)) {
    case 0:
    case 1: return DeletePod{};
    case 2:
    case 3: return DeletePod{random.below(8)};
    case 4:
    case 5: return KillContainer{container, random.pick(kSignals)};
    case 6: return OomKillContainer{container};
    case 7: return KillSandbox{};
    case 8: return random.chance(50) ? EvictPod{"The node was low on resource: memory.", std::nullopt} : EvictPod{"The node was low.", 5};
    case 9: return PatchPod{{{container, random.chance(80) ? "here:2" : "absent:1"}}, std::nullopt};
    case 10: return RestartKubelet{secs(0.001 + random.below(4))};
    case 11: {
      PodCondition condition;
      condition.type = "example.com/gate";
      condition.status = random.chance(70) ? "True" : "False";
      return PatchConditions{{condition}};
    }
    default:
      if (random.chance(50)) return PutObject{ObjectReference::Kind::ConfigMap, "settings", {}, random.chance(20)};
      return PatchPod{{}, secs(5 + random.below(30))};
  }
}

// ---- only what can be written ------------------------------------------------------------------------------------------

void tidy_run(RunBehavior& run) {
  const bool ends = run.run || run.until || run.exit_on;
  if (!run.start_error.empty() || !ends) run.exit_code = 0;
  if (run.on_term.ignore) run.on_term = {true, {}, 143};
}

void tidy_hook(std::optional<Handler>& handler, HookBehavior& behavior, SimDuration grace) {
  if (!handler) {
    behavior = {};
    return;
  }
  if (behavior.until) behavior.takes.reset();
  const bool http = handler->kind == HandlerKind::HttpGet;
  if (handler->kind != HandlerKind::Exec) handler->command.clear();
  handler->sleep = handler->kind == HandlerKind::Sleep ? std::min(handler->sleep, grace) : SimDuration{};
  handler->path = http ? "/" : "";
  handler->port = http ? "80" : "";
}

void tidy_pod(PodInput& pod) {
  pod.spec.uid = make_uid("Pod", pod.spec.namespace_name, pod.spec.name);
  for (ContainerIndex index = 0; index < pod.spec.containers.size(); ++index) {
    ContainerSpec& spec = pod.spec.containers[index];
    ContainerBehavior& behavior = pod.behavior[index];
    for (RunBehavior& run : behavior.runs) tidy_run(run);
    if (!spec.startup_probe) behavior.startup = {};
    if (!spec.readiness_probe) behavior.readiness = {};
    if (!spec.liveness_probe) behavior.liveness = {};
    tidy_hook(spec.post_start, behavior.post_start, pod.spec.termination_grace_period);
    tidy_hook(spec.pre_stop, behavior.pre_stop, pod.spec.termination_grace_period);
    if (spec.memory_limit_bytes) pod.spec.qos_class = "Burstable";
  }
}

/// The server lets activeDeadlineSeconds only fall.
void tidy_actions(WorldInput& input) {
  std::stable_sort(input.actions.begin(), input.actions.end(), [](const Action& a, const Action& b) { return a.at < b.at; });
  for (PodIndex pod = 0; pod < input.pods.size(); ++pod) {
    std::optional<SimDuration> deadline = input.pods[pod].spec.active_deadline;
    for (Action& action : input.actions) {
      auto* patch = std::get_if<PatchPod>(&action.what);
      if (action.pod != pod || patch == nullptr || !patch->active_deadline) continue;
      if (deadline) patch->active_deadline = std::min(*deadline, *patch->active_deadline);
      deadline = patch->active_deadline;
    }
  }
}

/// Of the node and of objects: no Pod is named.
void tidy_place(Action& action) {
  if (std::holds_alternative<RestartKubelet>(action.what) || std::holds_alternative<PutObject>(action.what)) action.pod = 0;
}

void tidy_images(WorldInput& input) {
  std::set<std::string> used;
  for (const PodInput& pod : input.pods) {
    for (const ContainerSpec& container : pod.spec.containers) used.insert(container.image);
  }
  for (const Action& action : input.actions) {
    const auto* patch = std::get_if<PatchPod>(&action.what);
    if (patch == nullptr) continue;
    for (const auto& image : patch->images) used.insert(image.second);
  }
  std::erase_if(input.images, [&used](const auto& image) { return used.count(image.first) == 0; });
}

void add_images(WorldInput& input) {
  for (const char* image : {"here:1", "here:2"}) {
    input.images[image].present = true;
    input.images[image].pull = kPullOfPresent;
  }
  input.images["slow:1"].pull = secs(9);
  input.images["flaky:1"].pull_error = "failed to pull";
  input.images["flaky:1"].pull_error_times = 1;
  input.images["broken:1"].pull_error = "failed to pull";
  input.images["absent:1"].absent = true;
}

}  // namespace

void tidy(RandomCase& random) {
  WorldInput& input = random.input;
  input.config = random.ideal ? KubeletConfig::ideal_profile() : KubeletConfig::kubelet_profile();
  input.chance = Chance{random.seed};
  for (PodInput& pod : input.pods) tidy_pod(pod);
  for (Action& action : input.actions) tidy_place(action);
  tidy_actions(input);
  tidy_images(input);
}

RandomCase random_case(std::uint64_t seed) {
  Lcg random{seed};
  RandomCase made;
  WorldInput& input = made.input;
  const std::uint32_t profile = random.below(10);
  made.ideal = profile < 2;
  if (profile >= 4) made.seed = seed;
  made.copied_at = random.below(400);
  add_images(input);
  const bool job = random.chance(10);
  input.pods.push_back(random_pod(random, "web", job ? kPolicies[1 + random.below(2)] : random.pick(kPolicies)));
  if (job) input.jobs.push_back({random_job(random, input.pods[0]), 0});
  for (const char* name : {"db", "log"}) {
    if (!random.chance(20)) break;
    input.pods.push_back(random_pod(random, name, random.pick(kPolicies)));
    input.pods.back().created_at = secs(0.7 * random.below(10));
  }
  for (std::uint32_t i = random.below(4); i > 0; --i) {
    const PodIndex pod = random.below(static_cast<std::uint32_t>(input.pods.size()));
    Action action{secs(0.05 * random.below(800)), pod, {}};
    action.what = random_action(random, input.pods[pod].spec);
    input.actions.push_back(std::move(action));
  }
  tidy(made);
  return made;
}

std::shared_ptr<const WorldInput> random_world(std::uint64_t seed) {
  return std::make_shared<const WorldInput>(random_case(seed).input);
}

}  // namespace podlapse::test
