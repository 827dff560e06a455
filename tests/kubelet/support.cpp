#include "kubelet/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

#include "support/rule_coverage.hpp"

namespace podlapse::test {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw std::invalid_argument{std::string{what} + ": " + std::string{text}};
}

std::int32_t number(std::string_view text) {
  std::int32_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) refuse("not a number", text);
  return value;
}

bool eat(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

void add_rule(ContainerSpec& container, ContainerRestartRule::Action action, ContainerRestartRule::Operator op,
              std::string_view codes) {
  ContainerRestartRule rule{action, op, {}};
  for (const std::string& code : split(codes, '/')) rule.exit_codes.push_back(number(code));
  container.restart_policy_rules.push_back(rule);
}

void apply_word(ContainerSpec& container, std::string_view word) {
  using Action = ContainerRestartRule::Action;
  using Operator = ContainerRestartRule::Operator;
  if (word == "init") container.kind = ContainerKind::Init;
  else if (word == "eph") container.kind = ContainerKind::Ephemeral;
  else if (word == "always") container.restart_policy = RestartPolicy::Always;
  else if (word == "onfailure") container.restart_policy = RestartPolicy::OnFailure;
  else if (word == "never") container.restart_policy = RestartPolicy::Never;
  else if (word == "startup") container.startup_probe = ProbeSpec{};
  else if (word == "liveness") container.liveness_probe = ProbeSpec{};
  else if (eat(word, "restart=")) add_rule(container, Action::Restart, Operator::In, word);
  else if (eat(word, "restart-notin=")) add_rule(container, Action::Restart, Operator::NotIn, word);
  else if (eat(word, "restart-all=")) add_rule(container, Action::RestartAllContainers, Operator::In, word);
  else if (word == "sc") {
    container.kind = ContainerKind::Sidecar;
    container.restart_policy = RestartPolicy::Always;
  } else {
    refuse("no word for a container", word);
  }
}

ContainerSpec make_container(std::string_view text) {
  ContainerSpec container;
  const std::size_t colon = text.find(':');
  container.name = text.substr(0, colon);
  container.image = "busybox:1.36";
  if (colon == std::string_view::npos) return container;
  for (const std::string& word : split(text.substr(colon + 1), ',')) apply_word(container, word);
  return container;
}

std::vector<SandboxRecord> make_sandboxes(std::string_view text) {
  SandboxRecord sandbox{SandboxId{1}, 0, true, true, false, at(1)};
  if (text == "none") return {};
  if (text == "no-ip") sandbox.has_ip = false;
  else if (text == "network-changed") sandbox.network_mode_changed = true;
  else if (text == "twice") return {{SandboxId{2}, 1, true, true, false, at(2)}, sandbox};
  else if (eat(text, "NR")) {
    sandbox.ready = sandbox.has_ip = false;
    if (!text.empty()) sandbox.attempt = static_cast<std::uint32_t>(number(text));
  } else if (!text.empty()) {
    refuse("no state of a sandbox", text);
  }
  return {sandbox};
}

std::optional<ProbeResult> make_verdict(std::string_view text) {
  if (text == "S") return ProbeResult::Success;
  if (text == "F") return ProbeResult::Failure;
  if (text == "?") return ProbeResult::Unknown;
  refuse("no verdict", text);
}

/// Of one instance: "R", "R#", "X137", "C", "U".
ContainerRecord make_record(std::string_view text, const ContainerSpec& container) {
  ContainerRecord record;
  record.hash = container_hash(container);
  record.sandbox = SandboxId{1};
  if (eat(text, "X")) {
    record.state = RuntimeState::Exited;
    record.exit_code = number(text);
    record.reason = record.exit_code == 0 ? ExitReason::Completed : ExitReason::Error;
  } else if (text == "R" || text == "R#") {
    record.state = RuntimeState::Running;
    if (text == "R#") ++record.hash;
  } else if (text == "C") {
    record.state = RuntimeState::Created;
  } else if (text == "U") {
    record.state = RuntimeState::Unknown;
  } else {
    refuse("no record", text);
  }
  return record;
}

/// `words` of one container: its instances, newest first, then what is said of the newest.
void add_state(PodCase& pod, ContainerIndex i, const std::vector<std::string>& words) {
  if (words.at(1) == "-") return;
  const std::size_t first = pod.status.containers.size();
  int age = 0;
  for (const std::string& instance : split(words[1], '/')) {
    ContainerRecord record = make_record(instance, pod.spec.containers[i]);
    record.container = i;
    record.created_at = record.started_at = at(1000 - 100 * age++ + static_cast<int>(i));
    if (record.state == RuntimeState::Exited) record.finished_at = record.started_at + secs(10);
    pod.status.containers.push_back(record);
  }
  for (std::size_t w = 2; w < words.size(); ++w) {
    std::string_view word = words[w];
    if (word == "oom") pod.status.containers[first].reason = ExitReason::OOMKilled;
    else if (eat(word, "start=")) pod.probes[i].startup = make_verdict(word);
    else if (eat(word, "live=")) pod.probes[i].liveness = make_verdict(word);
    else refuse("no word for a state", word);
  }
}

template <typename List>
std::string indexes(const List& list, ContainerIndex first) {
  std::string text;
  for (const auto& entry : list) text += (text.empty() ? "" : ",") + std::to_string(entry.container - first);
  return text;
}

ContainerIndex first_of(const PodSpec& spec, ContainerKind kind) {
  ContainerIndex i = 0;
  while (i < spec.containers.size() && spec.containers[i].kind != kind) ++i;
  return i;
}

std::string resets(const PodActions& actions, const PodCase& pod) {
  std::string text;
  for (const ResetDecision& reset : actions.to_reset) {
    const bool old = pod.status.newest(reset.container)->id != reset.instance;
    text += (text.empty() ? "" : " ") + pod.spec.containers[reset.container].name;
    text += old ? "-old" : "";
    text += reset.kill_first ? "!" : "";
  }
  return text;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

PodSpec make_pod(std::string_view containers, RestartPolicy policy) {
  PodSpec pod;
  pod.name = "pod";
  pod.uid = "uid-1";
  pod.restart_policy = policy;
  for (const std::string& text : split(containers, ' ')) pod.containers.push_back(make_container(text));
  return pod;
}

PodCase::PodCase(std::string_view containers, RestartPolicy policy, std::string_view state)
    : spec(make_pod(containers, policy)), probes(spec.containers.size()) {
  std::map<std::string, std::vector<std::string>> entries;
  std::string sandbox;
  for (const std::string& text : split(state, ',')) {
    const std::vector<std::string> words = split(text, ' ');
    if (words.empty()) continue;
    if (words[0] == "none") entries.clear();
    else if (words[0] == "sandbox") sandbox = words.at(1);
    else entries[words[0]] = words;
  }
  status.sandboxes = make_sandboxes(sandbox);
  for (const auto& [name, words] : entries) add_state(*this, index(name), words);
  const auto newer = [](const ContainerRecord& a, const ContainerRecord& b) { return a.created_at > b.created_at; };
  std::sort(status.containers.begin(), status.containers.end(), newer);
  std::uint32_t id = 100;
  for (ContainerRecord& record : status.containers) record.id = InstanceId{id--};
}

ContainerIndex PodCase::index(std::string_view name) const {
  for (ContainerIndex i = 0; i < spec.containers.size(); ++i) {
    if (spec.containers[i].name == name) return i;
  }
  refuse("no container", name);
}

ContainerSpec& PodCase::container(std::string_view name) { return spec.containers[index(name)]; }

PodActions actions_of(const PodCase& pod, const FeatureGates& gates) {
  PodActions actions;
  compute_pod_actions(pod.view(), gates, actions);
  return actions;
}

std::string to_text(const PodActions& actions, const PodCase& pod) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  const auto add_list = [&](const char* name, const std::string& list) {
    if (!list.empty()) add(name + ("[" + list + "]"));
  };
  if (actions.kill_pod) add("KP");
  if (actions.create_sandbox) add("CS");
  if (actions.create_sandbox || actions.attempt != 0) add("att" + std::to_string(actions.attempt));
  add_list("IS", indexes(actions.init_to_start, 0));
  add_list("MS", indexes(actions.mains_to_start, first_of(pod.spec, ContainerKind::Main)));
  std::string kills;
  for (const KillDecision& kill : actions.to_kill) {
    kills += (kills.empty() ? "" : ",") + pod.spec.containers[kill.container].name;
  }
  add_list("K", kills);
  add_list("ES", indexes(actions.ephemeral_to_start, first_of(pod.spec, ContainerKind::Ephemeral)));
  add_list("RST", resets(actions, pod));
  return text.empty() ? "nothing" : text;
}

std::string id_of(RuleId id) { return id == RuleId::None ? "none" : std::string{rule(id).id}; }

void check_because(RuleId actual, RuleId expected) {
  CHECK_EQ(id_of(actual), id_of(expected));
  reach(actual);
}

}  // namespace podlapse::test
