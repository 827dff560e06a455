#include "podlapse/kubelet/termination_message.hpp"

#include <algorithm>

namespace podlapse {

namespace {

// container/runtime.go
constexpr std::size_t kPodBytesMost = std::size_t{12} * 1024;
constexpr std::size_t kFileBytesMost = std::size_t{4} * 1024;
constexpr std::size_t kLogBytesMost = std::size_t{2} * 1024;
constexpr std::size_t kLogLinesMost = 80;

std::string tail(const std::string& text, std::size_t bytes) {
  return text.size() > bytes ? text.substr(text.size() - bytes) : text;
}

std::string last_lines(const std::string& text, std::size_t lines) {
  std::size_t begin = text.size();
  while (begin > 0 && lines > 0) {
    const std::size_t before = begin < 2 ? std::string::npos : text.rfind('\n', begin - 2);
    begin = before == std::string::npos ? 0 : before + 1;
    --lines;
  }
  return text.substr(begin);
}

}  // namespace

Decided<std::string> termination_message(const RunBehavior& run, const ContainerSpec& container, std::int32_t exit_code,
                                         std::size_t containers) {
  const std::size_t share = kPodBytesMost / std::max<std::size_t>(containers, 1);
  if (!run.message.empty()) return {tail(run.message, kFileBytesMost).substr(0, share), RuleId::MessageFile};
  if (!container.message_falls_back_to_log) return {{}, RuleId::MessageNone};
  if (exit_code == 0) return {{}, RuleId::MessageNoError};
  return {tail(last_lines(run.output, kLogLinesMost), kLogBytesMost).substr(0, share), RuleId::MessageLog};
}

}  // namespace podlapse
