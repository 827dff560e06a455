#include "kubelet/world_support.hpp"

#include <cmath>
#include <memory>
#include <stdexcept>

#include "podlapse/trace/sink.hpp"

namespace podlapse::test {
namespace {

double seconds_of(SimTime time) { return std::chrono::duration<double>(time - kTimeZero).count(); }

SimDuration parse_seconds(std::string_view text) { return secs(std::stod(std::string{text})); }

std::optional<SimDuration> parse_length(std::string_view text) {
  return text == "ever" ? std::nullopt : std::optional{parse_seconds(text)};
}

/// "2:1" is 2 s and code 1; without a colon the code is 0.
std::pair<std::string_view, std::int32_t> length_and_code(std::string_view text) {
  const std::size_t colon = text.find(':');
  const int code = colon == std::string_view::npos ? 0 : std::stoi(std::string{text.substr(colon + 1)});
  return {text.substr(0, colon), code};
}

Handler exec_handler() {
  Handler handler;
  handler.command = {"true"};
  return handler;
}

/// Each second, decided by one answer.
ProbeSpec quick_probe() {
  ProbeSpec probe;
  probe.handler = exec_handler();
  probe.period = secs(1);
  probe.failure_threshold = 1;
  return probe;
}

struct Target {
  ContainerSpec& spec;
  ContainerBehavior& behavior;
};

void apply_hook(Target target, std::string_view name, std::string_view value) {
  const auto [length, code] = length_and_code(value);
  HookBehavior& hook = name == "poststart" ? target.behavior.post_start : target.behavior.pre_stop;
  (name == "poststart" ? target.spec.post_start : target.spec.pre_stop) = exec_handler();
  hook.takes = parse_length(length);
  hook.exit_code = code;
}

void apply_probe(Target target, std::string_view name, std::string_view value) {
  if (name == "startup") {
    target.spec.startup_probe = quick_probe();
    if (value == "never") target.behavior.startup.fail_after = SimDuration{};
    else target.behavior.startup.ok_after = parse_seconds(value);
    if (value != "never") target.spec.startup_probe->failure_threshold = 3600;
  } else if (name == "live") {
    target.spec.liveness_probe = quick_probe();
    target.behavior.liveness.fail_after = parse_seconds(value);
  } else {
    target.spec.readiness_probe = quick_probe();
    target.behavior.readiness.ok_after = parse_seconds(value);
  }
}

void apply_assignment(Target target, std::string_view name, std::string_view value) {
  RunBehavior& run = target.behavior.runs.back();
  if (name == "run") run.run = parse_length(value);
  else if (name == "exit") run.exit_code = std::stoi(std::string{value});
  else if (name == "term" && value == "never") run.on_term.ignore = true;
  else if (name == "term") {
    const auto [length, code] = length_and_code(value);
    run.on_term.after = parse_seconds(length);
    run.on_term.exit_code = code;
  } else if (name == "sleep") {
    target.spec.pre_stop = Handler{};
    target.spec.pre_stop->kind = HandlerKind::Sleep;
    target.spec.pre_stop->sleep = parse_seconds(value);
  } else if (name == "prestop" || name == "poststart") {
    apply_hook(target, name, value);
  } else if (name == "startup" || name == "live" || name == "ready") {
    apply_probe(target, name, value);
  } else if (name == "grace") {
    target.spec.liveness_probe.value().termination_grace_period = parse_seconds(value);
  } else {
    throw std::invalid_argument{"no word for a behaviour: " + std::string{name}};
  }
}

RunBehavior obedient() {
  RunBehavior run;
  run.on_term.exit_code = 0;
  return run;
}

}  // namespace

WorldCase::WorldCase(std::string_view containers, RestartPolicy policy, std::string_view behavior) {
  input.config = KubeletConfig::ideal_profile();
  input.pods.resize(1);
  PodInput& pod = input.pods[0];
  pod.spec = make_pod(containers, policy);
  pod.behavior.resize(pod.spec.containers.size());
  for (ContainerBehavior& each : pod.behavior) each.runs = {obedient()};
  for (const char* image : {"busybox:1.36", "busybox:1.37"}) input.images[image].present = true;
  for (const std::string& text : split(behavior, ',')) {
    const std::vector<std::string> words = split(text, ' ');
    const ContainerIndex i = index(words.at(0));
    for (std::size_t w = 1; w < words.size(); ++w) {
      const std::string_view word = words[w];
      if (word == "/") {
        pod.behavior[i].runs.push_back(obedient());
        continue;
      }
      const std::size_t equals = word.find('=');
      apply_assignment({pod.spec.containers[i], pod.behavior[i]}, word.substr(0, equals), word.substr(equals + 1));
    }
  }
}

ContainerIndex WorldCase::index(std::string_view container) const {
  const ContainerIndex i = input.pods[0].spec.find(std::string{container});
  if (i == kNoContainer) throw std::invalid_argument{"no container: " + std::string{container}};
  return i;
}

WorldCase& WorldCase::grace(double seconds) {
  spec().termination_grace_period = secs(seconds);
  return *this;
}

WorldCase& WorldCase::at(double seconds, ActionKind action) {
  input.actions.push_back({secs(seconds), 0, std::move(action)});
  return *this;
}

WorldCase& WorldCase::remove_at(double seconds, std::optional<std::int64_t> grace_seconds) {
  return at(seconds, DeletePod{grace_seconds});
}

WorldCase& WorldCase::patch_image_at(double seconds, std::string_view container) {
  PatchPod patch;
  patch.images = {{index(container), "busybox:1.37"}};
  return at(seconds, patch);
}

WorldCase& WorldCase::bad_image(std::string_view container) {
  spec().containers[index(container)].image = "no-such-image:1";
  input.images["no-such-image:1"].absent = true;
  return *this;
}

Story WorldCase::run(double seconds) const {
  World world{std::make_shared<const WorldInput>(input)};
  TraceLog log;
  world.run_until(kTimeZero + secs(seconds), &log);
  return Story{log.take()};
}

double Story::when(std::string_view container, int attempt, ContainerObservation::What what) const {
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<ContainerObservation>(&record.observation);
    if (seen == nullptr || seen->container != container || seen->attempt != attempt || seen->what != what) continue;
    return seconds_of(record.at);
  }
  return -1;
}

double Story::started(std::string_view container, int attempt) const {
  return when(container, attempt, ContainerObservation::What::Started);
}
double Story::signalled(std::string_view container, int attempt) const {
  return when(container, attempt, ContainerObservation::What::Term);
}
double Story::exited(std::string_view container, int attempt) const {
  return when(container, attempt, ContainerObservation::What::Exited);
}

int Story::exit_code(std::string_view container, int attempt) const {
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<ContainerObservation>(&record.observation);
    if (seen != nullptr && seen->container == container && seen->attempt == attempt && seen->exit_code)
      return *seen->exit_code;
  }
  return -1;
}

int Story::starts(std::string_view container) const {
  int count = 0;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<ContainerObservation>(&record.observation);
    count +=
        seen != nullptr && seen->container == container && seen->what == ContainerObservation::What::Started ? 1 : 0;
  }
  return count;
}

double Story::hook(std::string_view container, HookObservation::Hook hook, HookObservation::What what) const {
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<HookObservation>(&record.observation);
    if (seen != nullptr && seen->container == container && seen->hook == hook && seen->what == what)
      return seconds_of(record.at);
  }
  return -1;
}

double Story::pre_stop_began(std::string_view container) const {
  return hook(container, HookObservation::Hook::PreStop, HookObservation::What::Start);
}
double Story::pre_stop_ended(std::string_view container) const {
  return hook(container, HookObservation::Hook::PreStop, HookObservation::What::End);
}
double Story::post_start_ended(std::string_view container) const {
  return hook(container, HookObservation::Hook::PostStart, HookObservation::What::End);
}

std::string Story::order() const {
  std::string text;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<ContainerObservation>(&record.observation);
    if (seen == nullptr || seen->what == ContainerObservation::What::Term) continue;
    text += text.empty() ? "" : " ";
    if (seen->what == ContainerObservation::What::Started) text += "+" + seen->container;
    else text += "-" + seen->container + ":" + std::to_string(seen->exit_code.value_or(-1));
  }
  return text;
}

const PodStatus& Story::status() const {
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    if (const auto* seen = std::get_if<StatusObservation>(&record->observation)) return seen->status;
  }
  throw std::logic_error{"no status was seen"};
}

std::string Story::phases() const {
  std::string text, last;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<StatusObservation>(&record.observation);
    if (seen == nullptr || seen->status.phase == last) continue;
    last = seen->status.phase;
    text += (text.empty() ? "" : " ") + last;
  }
  return text;
}

std::string Story::state(const std::string& container) const {
  const ContainerStatus* found = find_container_status(status(), container);
  if (found == nullptr) return "none";
  switch (found->state.kind) {
    case ContainerState::Kind::None: return "none";
    case ContainerState::Kind::Running: return "Running";
    case ContainerState::Kind::Waiting: return "Waiting " + found->state.reason;
    case ContainerState::Kind::Terminated:
      return "Terminated " + found->state.reason + " " + std::to_string(found->state.exit_code);
  }
  return "none";
}

int Story::restarts(const std::string& container) const {
  const ContainerStatus* found = find_container_status(status(), container);
  return found == nullptr ? -1 : found->restart_count;
}

double Story::gone() const {
  for (const TraceRecord& record : records_) {
    if (std::holds_alternative<DeletedObservation>(record.observation)) return seconds_of(record.at);
  }
  return -1;
}

int Story::events(std::string_view reason, std::string_view container) const {
  int count = 0;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<EventObservation>(&record.observation);
    if (seen == nullptr || seen->event.reason != reason) continue;
    count += container.empty() || seen->event.container == container ? 1 : 0;
  }
  return count;
}

std::vector<double> Story::steps(std::string_view step, std::string_view text, std::string_view container) const {
  std::vector<double> instants;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<StepObservation>(&record.observation);
    if (seen == nullptr || seen->step != step) continue;
    const bool fits = (text.empty() || seen->text == text) && (container.empty() || seen->container == container);
    if (fits) instants.push_back(seconds_of(record.at));
  }
  return instants;
}

std::vector<double> Story::probes(std::string_view container, ProbeKind kind) const {
  std::vector<double> instants;
  for (const TraceRecord& record : records_) {
    const auto* seen = std::get_if<ProbeObservation>(&record.observation);
    if (seen != nullptr && seen->container == container && seen->probe == kind)
      instants.push_back(seconds_of(record.at));
  }
  return instants;
}

bool close(double a, double b) { return std::abs(a - b) < 0.05; }

}  // namespace podlapse::test
