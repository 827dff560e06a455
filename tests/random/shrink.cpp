#include "random/shrink.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "random/world_scenario.hpp"

namespace podlapse::test {
namespace {

using std::chrono::seconds;

/// One step: true when it changed something.
using Step = std::function<bool(RandomCase&)>;
using Steps = std::vector<Step>;

template <class Value>
bool put(Value& target, Value value) {
  if (target == value) return false;
  target = std::move(value);
  return true;
}

template <class Value>
bool reset(std::optional<Value>& target) {
  if (!target) return false;
  target.reset();
  return true;
}

template <class List>
bool drop(List& list, std::size_t index) {
  if (index >= list.size()) return false;
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

// ---- whole Pods and containers -----------------------------------------------------------------------------------------

/// Forgets every moment for which `gone` holds.
template <class Gone>
void forget_moments(PodInput& pod, Gone gone) {
  const auto forget = [&gone](std::optional<Moment>& moment) {
    if (moment && gone(*moment)) moment.reset();
  };
  for (ContainerBehavior& behavior : pod.behavior) {
    for (RunBehavior& run : behavior.runs) {
      forget(run.until);
      forget(run.exit_on);
      std::erase_if(run.needs, [&gone](const Need& need) { return gone(need.needed); });
    }
    for (ProbeBehavior* probe : {&behavior.startup, &behavior.readiness, &behavior.liveness}) forget(probe->ok_while);
    forget(behavior.post_start.until);
    forget(behavior.pre_stop.until);
  }
}

bool drop_pod(RandomCase& random, PodIndex index) {
  WorldInput& input = random.input;
  if (input.pods.size() == 1) return false;
  const std::string name = input.pods[index].spec.name;
  drop(input.pods, index);
  std::erase_if(input.actions, [index](const Action& action) { return action.pod == index; });
  for (Action& action : input.actions) action.pod -= action.pod > index ? 1 : 0;
  std::erase_if(input.jobs, [index](const JobInput& job) { return job.pod == index; });
  for (PodInput& pod : input.pods) forget_moments(pod, [&name](const Moment& moment) { return moment.pod == name; });
  return true;
}

/// The Pod of the Job stays, on its own.
bool drop_job(RandomCase& random) {
  if (random.input.jobs.empty()) return false;
  random.input.pods[random.input.jobs[0].pod].spec.name = "web";
  random.input.jobs.clear();
  return true;
}

/// Lets `action` follow when container `index` goes; false: it concerned that one alone.
bool follow(Action& action, ContainerIndex index) {
  const auto move = [index](ContainerIndex& container) {
    const bool concerned = container == index;
    container -= container > index ? 1 : 0;
    return !concerned;
  };
  if (auto* kill = std::get_if<KillContainer>(&action.what)) return move(kill->container);
  if (auto* oom = std::get_if<OomKillContainer>(&action.what)) return move(oom->container);
  auto* patch = std::get_if<PatchPod>(&action.what);
  if (patch == nullptr) return true;
  std::erase_if(patch->images, [&move](auto& image) { return !move(image.first); });
  return !patch->images.empty() || patch->active_deadline;
}

bool drop_container(RandomCase& random, PodIndex pod_index, ContainerIndex index) {
  PodInput& pod = random.input.pods[pod_index];
  const auto mains = std::count_if(pod.spec.containers.begin(), pod.spec.containers.end(),
                                   [](const ContainerSpec& spec) { return spec.kind == ContainerKind::Main; });
  if (pod.spec.containers[index].kind == ContainerKind::Main && mains == 1) return false;
  const std::string name = pod.spec.containers[index].name;
  drop(pod.spec.containers, index);
  drop(pod.behavior, index);
  std::erase_if(random.input.actions,
                [&](Action& action) { return action.pod == pod_index && !follow(action, index); });
  for (PodInput& other : random.input.pods) {
    const bool own = &other == &pod;
    forget_moments(other, [&](const Moment& moment) {
      return moment.container == name && (moment.pod.empty() ? own : moment.pod == pod.spec.name);
    });
  }
  return true;
}

/// The handler with the fewest words.
Handler tcp_probe() {
  Handler handler;
  handler.kind = HandlerKind::TcpSocket;
  handler.port = "80";
  return handler;
}

// ---- parts of them -----------------------------------------------------------------------------------------------------

void add_run_steps(PodIndex pod, ContainerIndex index, std::size_t run, Steps& steps) {
  const auto add = [&](auto change) {
    steps.push_back([=](RandomCase& random) { return change(random.input.pods[pod].behavior[index].runs[run]); });
  };
  add([](RunBehavior& it) { return put(it, RunBehavior{}); });
  add([](RunBehavior& it) { return put(it.on_term, TermBehavior{}); });
  add([](RunBehavior& it) { return put(it.needs, std::vector<Need>{}); });
  add([](RunBehavior& it) { return put(it.start_error, std::string{}); });
  add([](RunBehavior& it) { return reset(it.start_takes); });
  add([](RunBehavior& it) { return reset(it.allocate_bytes); });
  add([](RunBehavior& it) { return reset(it.until); });
  add([](RunBehavior& it) { return reset(it.exit_on); });
  add([](RunBehavior& it) { return reset(it.run); });
}

void add_container_steps(const RandomCase& random, PodIndex pod, ContainerIndex index, Steps& steps) {
  const auto add_spec = [&](auto change) {
    steps.push_back([=](RandomCase& it) { return change(it.input.pods[pod].spec.containers[index]); });
  };
  const auto add_behavior = [&](auto change) {
    steps.push_back([=](RandomCase& it) { return change(it.input.pods[pod].behavior[index]); });
  };
  const ContainerBehavior& behavior = random.input.pods[pod].behavior[index];
  for (std::size_t run = behavior.runs.size(); run-- > 0 && behavior.runs.size() > 1;) {
    add_behavior([run](ContainerBehavior& it) { return drop(it.runs, run); });
  }
  add_spec([](ContainerSpec& it) { return reset(it.startup_probe); });
  add_spec([](ContainerSpec& it) { return reset(it.readiness_probe); });
  add_spec([](ContainerSpec& it) { return reset(it.liveness_probe); });
  add_spec([](ContainerSpec& it) { return reset(it.post_start); });
  add_spec([](ContainerSpec& it) { return reset(it.pre_stop); });
  add_spec([](ContainerSpec& it) { return reset(it.memory_limit_bytes); });
  add_spec([](ContainerSpec& it) {
    it.env_from = false;
    return put(it.references, std::vector<ObjectReference>{});
  });
  add_spec([](ContainerSpec& it) { return put(it.image, std::string{"here:1"}); });
  add_spec([](ContainerSpec& it) { return put(it.image_pull_policy, PullPolicy::IfNotPresent); });
  add_spec([](ContainerSpec& it) { return put(it.restart_policy_rules, std::vector<ContainerRestartRule>{}); });
  add_spec([](ContainerSpec& it) {
    return it.kind != ContainerKind::Sidecar && it.restart_policy_rules.empty() && reset(it.restart_policy);
  });
  for (std::optional<ProbeSpec> ContainerSpec::*probe :
       {&ContainerSpec::startup_probe, &ContainerSpec::readiness_probe, &ContainerSpec::liveness_probe}) {
    add_spec([probe](ContainerSpec& it) { return it.*probe && reset((it.*probe)->termination_grace_period); });
    add_spec([probe](ContainerSpec& it) { return it.*probe && put((it.*probe)->handler, tcp_probe()); });
  }
  for (ProbeBehavior ContainerBehavior::*probe :
       {&ContainerBehavior::startup, &ContainerBehavior::readiness, &ContainerBehavior::liveness}) {
    add_behavior([probe](ContainerBehavior& it) { return put(it.*probe, ProbeBehavior{}); });
    add_behavior([probe](ContainerBehavior& it) { return drop((it.*probe).fail_between, 0); });
    add_behavior([probe](ContainerBehavior& it) { return reset((it.*probe).fail_after); });
    add_behavior([probe](ContainerBehavior& it) { return reset((it.*probe).fail_from_attempt); });
    add_behavior([probe](ContainerBehavior& it) { return reset((it.*probe).ok_while); });
  }
  for (HookBehavior ContainerBehavior::*hook : {&ContainerBehavior::post_start, &ContainerBehavior::pre_stop}) {
    add_behavior([hook](ContainerBehavior& it) { return put(it.*hook, HookBehavior{}); });
  }
  for (std::size_t run = 0; run < behavior.runs.size(); ++run) add_run_steps(pod, index, run, steps);
}

void add_pod_steps(const RandomCase& random, PodIndex pod, Steps& steps) {
  const auto add = [&](auto change) {
    steps.push_back([=](RandomCase& it) { return change(it.input.pods[pod]); });
  };
  for (ContainerIndex index = 0; index < random.input.pods[pod].spec.containers.size(); ++index) {
    steps.push_back([=](RandomCase& it) { return drop_container(it, pod, index); });
  }
  add([](PodInput& it) { return reset(it.spec.active_deadline); });
  add([](PodInput& it) { return put(it.spec.readiness_gates, std::vector<std::string>{}); });
  add([](PodInput& it) { return put(it.spec.mounts_volumes, true); });
  if (random.input.jobs.empty()) add([](PodInput& it) { return put(it.spec.restart_policy, RestartPolicy::Always); });
  for (ContainerIndex index = 0; index < random.input.pods[pod].spec.containers.size(); ++index) {
    add_container_steps(random, pod, index, steps);
  }
}

void add_job_steps(Steps& steps) {
  const auto add = [&](auto change) {
    steps.push_back([=](RandomCase& it) { return !it.input.jobs.empty() && change(it.input.jobs[0].spec); });
  };
  add([](JobSpec& it) { return reset(it.active_deadline); });
  add([](JobSpec& it) { return reset(it.ttl_after_finished); });
  add([](JobSpec& it) { return reset(it.pod_failure_policy); });
  add([](JobSpec& it) { return reset(it.backoff_limit_per_index); });
  add([](JobSpec& it) { return !it.backoff_limit_per_index && put(it.indexed, false); });
  add([](JobSpec& it) {
    return !it.pod_failure_policy && put(it.pod_replacement_policy, JobSpec::PodReplacementPolicy::TerminatingOrFailed);
  });
  add([](JobSpec& it) { return put(it.parallelism, 1); });
  add([](JobSpec& it) { return put(it.completions, std::optional{1}); });
  add([](JobSpec& it) { return put(it.backoff_limit, 0); });
}

// ---- durations and numbers ---------------------------------------------------------------------------------------------

struct Span {
  SimDuration* value;
  SimDuration least{};
  bool whole = false;  ///< the API has whole seconds
};

void add_spans(std::optional<ProbeSpec>& probe, std::vector<Span>& spans) {
  if (!probe) return;
  spans.push_back({&probe->initial_delay, {}, true});
  spans.push_back({&probe->timeout, seconds{1}, true});
  spans.push_back({&probe->period, seconds{1}, true});
  if (probe->termination_grace_period) spans.push_back({&*probe->termination_grace_period, seconds{1}, true});
}

void add_spans(ContainerBehavior& behavior, std::vector<Span>& spans) {
  const auto add = [&spans](std::optional<SimDuration>& value) {
    if (value) spans.push_back({&*value});
  };
  for (RunBehavior& run : behavior.runs) {
    add(run.run);
    if (!run.on_term.ignore) spans.push_back({&run.on_term.after});
    for (Need& need : run.needs) spans.push_back({&need.after});
  }
  for (ProbeBehavior* probe : {&behavior.startup, &behavior.readiness, &behavior.liveness}) {
    spans.push_back({&probe->ok_after});
    add(probe->fail_after);
    spans.push_back({&probe->takes});
  }
  add(behavior.post_start.takes);
  add(behavior.pre_stop.takes);
}

std::vector<Span> spans_of(RandomCase& random) {
  std::vector<Span> spans;
  spans.push_back({&random.until, seconds{1}});
  for (PodInput& pod : random.input.pods) {
    spans.push_back({&pod.created_at});
    spans.push_back({&pod.spec.termination_grace_period, {}, true});
    if (pod.spec.active_deadline) spans.push_back({&*pod.spec.active_deadline, seconds{1}, true});
    for (ContainerSpec& spec : pod.spec.containers) {
      add_spans(spec.startup_probe, spans);
      add_spans(spec.readiness_probe, spans);
      add_spans(spec.liveness_probe, spans);
    }
    for (ContainerBehavior& behavior : pod.behavior) add_spans(behavior, spans);
  }
  for (Action& action : random.input.actions) {
    spans.push_back({&action.at});
    if (auto* restart = std::get_if<RestartKubelet>(&action.what)) spans.push_back({&restart->down_for});
  }
  return spans;
}

/// Makes the i-th duration simple: the least it may be, half of it, or whole seconds.
bool simplify_span(RandomCase& random, std::size_t i, int how) {
  const std::vector<Span> spans = spans_of(random);
  if (i >= spans.size()) return false;
  const Span& span = spans[i];
  SimDuration value = how == 0 ? span.least : how == 1 ? *span.value / 2 : *span.value;
  if (how == 2 || span.whole || *span.value > seconds{4}) value = std::chrono::floor<seconds>(value);
  value = std::max(value, span.least);
  return value < *span.value && put(*span.value, value);
}

std::vector<std::pair<std::int32_t*, std::int32_t>> numbers_of(RandomCase& random) {
  std::vector<std::pair<std::int32_t*, std::int32_t>> numbers;  // and the simple value
  for (PodInput& pod : random.input.pods) {
    for (ContainerSpec& spec : pod.spec.containers) {
      for (std::optional<ProbeSpec>* probe : {&spec.startup_probe, &spec.readiness_probe, &spec.liveness_probe}) {
        if (!*probe) continue;
        numbers.push_back({&(*probe)->success_threshold, 1});
        numbers.push_back({&(*probe)->failure_threshold, 1});
      }
    }
    for (ContainerBehavior& behavior : pod.behavior) {
      for (RunBehavior& run : behavior.runs) {
        numbers.push_back({&run.exit_code, 0});
        if (!run.on_term.ignore) numbers.push_back({&run.on_term.exit_code, 143});
      }
      numbers.push_back({&behavior.post_start.exit_code, 0});
      numbers.push_back({&behavior.pre_stop.exit_code, 0});
    }
  }
  return numbers;
}

Steps all_steps(RandomCase& random) {
  Steps steps;
  for (std::size_t i = random.input.actions.size(); i-- > 0;) {
    steps.push_back([i](RandomCase& it) { return drop(it.input.actions, i); });
  }
  for (PodIndex pod = static_cast<PodIndex>(random.input.pods.size()); pod-- > 0;) {
    steps.push_back([pod](RandomCase& it) { return drop_pod(it, pod); });
  }
  steps.push_back(drop_job);
  steps.push_back([](RandomCase& it) { return reset(it.seed); });
  steps.push_back([](RandomCase& it) { return put(it.ideal, true); });
  add_job_steps(steps);
  for (PodIndex pod = 0; pod < random.input.pods.size(); ++pod) add_pod_steps(random, pod, steps);
  const std::size_t spans = spans_of(random).size(), numbers = numbers_of(random).size();
  for (std::size_t i = 0; i < spans; ++i) {
    for (const int how : {0, 1, 2}) steps.push_back([i, how](RandomCase& it) { return simplify_span(it, i, how); });
  }
  for (std::size_t i = 0; i < numbers; ++i) {
    steps.push_back([i](RandomCase& it) {
      const auto all = numbers_of(it);
      return i < all.size() && put(*all[i].first, all[i].second);
    });
  }
  return steps;
}

}  // namespace

RandomCase shrink(RandomCase start, const Fails& fails) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    Steps steps = all_steps(start);
    for (std::size_t i = 0; i < steps.size();) {
      RandomCase candidate = start;
      const bool changed = steps[i](candidate);
      tidy(candidate);
      if (!changed || difference(candidate, start).empty() || !fails(candidate)) {
        ++i;
        continue;
      }
      start = std::move(candidate);
      smaller = true;
      steps = all_steps(start);  // the same place in the new list: what came before did not help
    }
  }
  return start;
}

}  // namespace podlapse::test
