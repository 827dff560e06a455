#include "kubelet/status_support.hpp"

#include <stdexcept>

namespace podlapse::test {
namespace {

using Kind = ContainerState::Kind;

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument{"not in the notation: " + text};
}

StateReason reason_from(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(StateReason::ContainerStatusUnknown); ++i) {
    const auto reason = static_cast<StateReason>(i);
    if (word == to_string(reason)) return reason;
  }
  refuse(word);
}

CachedContainerState state_from(std::string word) {
  CachedContainerState state;
  if (const auto slash = word.find('/'); slash != std::string::npos) {
    state.reason = reason_from(word.substr(slash + 1));
    word.resize(slash);
  }
  if (word == "run" || word == "started") {
    state.kind = Kind::Running;
    state.started_at = at(1);
  } else if (word == "w") {
    state.kind = Kind::Waiting;
  } else if (word[0] == 't') {
    state.kind = Kind::Terminated;
    state.exit_code = std::stoi(word.substr(1));
  } else if (word != "empty") {
    refuse(word);
  }
  return state;
}

CachedContainerStatus status_from(const std::vector<std::string>& words) {
  std::string first = words.at(1);
  CachedContainerStatus status;
  status.present = true;
  if (first == "started") status.started = true;
  if (first == "RAC") {
    first = "w/RestartingAllContainers";
    status.last_state = state_from("t137/RestartingAllContainers");
  }
  if (const auto open = first.find('('); open != std::string::npos) {
    status.last_state = state_from("t" + first.substr(open + 1, first.size() - open - 2));
    first.resize(open);
  }
  status.state = state_from(first);
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "ready")
      status.ready = true;
    else if (word.rfind("last=", 0) == 0)
      status.last_state = state_from(word.substr(5));
    else if (word.rfind("count=", 0) == 0)
      status.restart_count = std::stoi(word.substr(6));
    else if (word.rfind("id=", 0) == 0)
      status.instance = InstanceId{static_cast<std::uint32_t>(std::stoi(word.substr(3)))};
    else
      refuse(word);
  }
  return status;
}

std::string to_text(const CachedContainerState& state) {
  std::string text;
  switch (state.kind) {
    case Kind::None: text = "empty"; break;
    case Kind::Waiting: text = "w"; break;
    case Kind::Running: text = "run"; break;
    case Kind::Terminated: text = "t" + std::to_string(state.exit_code); break;
  }
  return state.reason == StateReason::None ? text : text + "/" + to_string(state.reason);
}

}  // namespace

std::vector<CachedContainerStatus> make_statuses(const PodSpec& pod, std::string_view text) {
  std::vector<CachedContainerStatus> statuses(pod.containers.size());
  for (const std::string& entry : split(text, ',')) {
    const std::vector<std::string> words = split(entry, ' ');
    const ContainerIndex container = pod.find(words.at(0));
    if (container == kNoContainer) refuse(entry);
    statuses[container] = status_from(words);
  }
  return statuses;
}

std::string to_text(const CachedContainerStatus& status) {
  if (!status.present) return "missing";
  std::string text = to_text(status.state);
  if (status.last_state.kind != Kind::None) text += " last=" + to_text(status.last_state);
  if (status.restart_count != 0) text += " count=" + std::to_string(status.restart_count);
  return text;
}

std::string to_text(const CachedCondition& condition) {
  std::string text = condition.is_true ? "True" : "False";
  if (condition.reason != ConditionReason::None) text += std::string{"("} + to_string(condition.reason) + ")";
  return text;
}

}  // namespace podlapse::test
