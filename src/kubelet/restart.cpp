#include "podlapse/kubelet/restart.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {
namespace {

bool matches(const ContainerRestartRule& rule, std::int32_t exit_code) {
  const auto& codes = rule.exit_codes;
  const bool listed = std::find(codes.begin(), codes.end(), exit_code) != codes.end();
  switch (rule.op) {
    case ContainerRestartRule::Operator::In: return listed;
    case ContainerRestartRule::Operator::NotIn: return !listed;
  }
  fail_check("ContainerRestartRule::Operator", __FILE__, __LINE__);
}

/// The rules a policy rests on, for a container's own and for the Pod's.
struct PolicyRules {
  RuleId always, on_failure_nonzero, on_failure_zero, never;
};
constexpr PolicyRules kContainerRules{RuleId::RestartContainerAlways, RuleId::RestartContainerOnFailureNonZero,
                                      RuleId::RestartContainerOnFailureZero, RuleId::RestartContainerNever};
constexpr PolicyRules kPodRules{RuleId::RestartAlways, RuleId::RestartOnFailureNonZero, RuleId::RestartOnFailureZero,
                                RuleId::RestartNever};

Decided<bool> by_policy(RestartPolicy policy, std::int32_t exit_code, const PolicyRules& rules) {
  switch (policy) {
    case RestartPolicy::Always: return {true, rules.always};
    case RestartPolicy::OnFailure:
      if (exit_code != 0) return {true, rules.on_failure_nonzero};
      return {false, rules.on_failure_zero};
    case RestartPolicy::Never: return {false, rules.never};
  }
  fail_check("RestartPolicy", __FILE__, __LINE__);
}

Decided<bool> by_rule(const ContainerRestartRule& rule, const FeatureGates& gates) {
  switch (rule.action) {
    case ContainerRestartRule::Action::Restart: return {true, RuleId::RestartRuleMatches};
    case ContainerRestartRule::Action::RestartAllContainers:
      return {gates.restart_all_containers_on_container_exits, RuleId::RestartRuleAllContainers};
  }
  fail_check("ContainerRestartRule::Action", __FILE__, __LINE__);
}

}  // namespace

const ContainerRestartRule* find_matching_restart_rule(const ContainerSpec& container, std::int32_t exit_code) {
  for (const ContainerRestartRule& rule : container.restart_policy_rules) {
    if (matches(rule, exit_code)) return &rule;
  }
  return nullptr;
}

Decided<bool> container_should_restart(const ContainerSpec& container, RestartPolicy pod_policy, std::int32_t exit_code,
                                       const FeatureGates& gates) {
  if (!gates.container_restart_rules || !container.restart_policy) return by_policy(pod_policy, exit_code, kPodRules);
  const ContainerRestartRule* rule = find_matching_restart_rule(container, exit_code);
  if (rule != nullptr) return by_rule(*rule, gates);
  return by_policy(*container.restart_policy, exit_code, kContainerRules);
}

bool is_container_restartable(const ContainerSpec& container, RestartPolicy pod_policy) {
  if (!container.restart_policy) return pod_policy != RestartPolicy::Never;
  const auto& rules = container.restart_policy_rules;
  const bool may_match = std::any_of(rules.begin(), rules.end(), [](const ContainerRestartRule& rule) {
    return rule.action == ContainerRestartRule::Action::Restart;
  });
  return may_match || *container.restart_policy != RestartPolicy::Never;
}

bool all_containers_could_restart(const PodSpec& pod) {
  const auto asks_for_all = [](const ContainerRestartRule& rule) {
    return rule.action == ContainerRestartRule::Action::RestartAllContainers;
  };
  return std::any_of(pod.containers.begin(), pod.containers.end(), [&](const ContainerSpec& container) {
    const auto& rules = container.restart_policy_rules;
    return std::any_of(rules.begin(), rules.end(), asks_for_all);
  });
}

Decided<bool> should_container_be_restarted(const PodSpec& pod, ContainerIndex container,
                                            const RuntimePodStatus& status, bool deleting, const FeatureGates& gates) {
  if (deleting) return {false, RuleId::RestartDeleting};
  const ContainerRecord* record = status.newest(container);
  if (record == nullptr) return {true, RuleId::RestartNoRecord};
  switch (record->state) {
    case RuntimeState::Running: return {false, RuleId::RestartRunning};
    case RuntimeState::Created: return {true, RuleId::RestartNeverRan};
    case RuntimeState::Unknown: return {true, RuleId::RestartUnknown};
    case RuntimeState::Exited:
      return container_should_restart(pod.containers[container], pod.restart_policy, record->exit_code, gates);
  }
  fail_check("RuntimeState", __FILE__, __LINE__);
}

bool asks_for_restart_of_all(const ContainerSpec& container, const ContainerRecord* newest) {
  if (newest == nullptr || newest->state != RuntimeState::Exited) return false;
  const ContainerRestartRule* rule = find_matching_restart_rule(container, newest->exit_code);
  return rule != nullptr && rule->action == ContainerRestartRule::Action::RestartAllContainers;
}

Decided<bool> should_all_containers_restart(const PodSpec& pod, const RuntimePodStatus& status, bool condition_true) {
  if (condition_true) return {true, RuleId::RestartAllUnderWay};
  for (ContainerIndex i = 0; i < pod.containers.size(); ++i) {
    if (asks_for_restart_of_all(pod.containers[i], status.newest(i))) return {true, RuleId::RestartAllTriggered};
  }
  return {false, RuleId::None};
}

}  // namespace podlapse
