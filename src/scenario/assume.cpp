// What a process does when nobody says.
#include <algorithm>
#include <string>

#include "podlapse/scenario/command.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

using namespace std::chrono_literals;

constexpr SimDuration kInitRun = 2s;
constexpr SimDuration kJobMainRun = 10s;
constexpr SimDuration kTermAfter = 100ms;
constexpr SimDuration kProbeOkAfter = 1s;

std::vector<std::string> joined(const std::vector<std::string>& command, const std::vector<std::string>& args) {
  std::vector<std::string> words = command;
  words.insert(words.end(), args.begin(), args.end());
  return words;
}

std::string describe(const CommandClaim& claim) {
  if (!claim.run) return "runs on";
  const std::string exits = "exits " + std::to_string(claim.exit_code);
  return *claim.run == SimDuration{} ? exits + " at once" : "runs " + format_go_duration(*claim.run) + ", " + exits;
}

Decided<CommandClaim> claim_of_role(ContainerKind kind, WorkloadKind workload) {
  switch (kind) {
    case ContainerKind::Init:
      return {{kInitRun, 0}, RuleId::AssumeInit};
    case ContainerKind::Sidecar:
      return {{std::nullopt, 0}, RuleId::AssumeSidecar};
    case ContainerKind::Main:
      if (workload == WorkloadKind::Job || workload == WorkloadKind::CronJob)
        return {{kJobMainRun, 0}, RuleId::AssumeJobMain};
      return {{std::nullopt, 0}, RuleId::AssumeMain};
    case ContainerKind::Ephemeral:
      return {{std::nullopt, 0}, RuleId::AssumeMain};
  }
  return {};
}

const char* describe_role(RuleId rule) {
  if (rule == RuleId::AssumeInit) return " (an init container)";
  if (rule == RuleId::AssumeSidecar) return " (a sidecar)";
  if (rule == RuleId::AssumeJobMain) return " (the work of a Job)";
  return "";
}

/// What an exec probe's command says of one answer; nullopt where it says nothing, or never ends.
std::optional<CommandClaim> claim_of_probe(const ProbeSpec& spec) {
  if (spec.handler.kind != HandlerKind::Exec) return std::nullopt;
  const std::optional<CommandClaim> claim = read_command(spec.handler.command);
  return claim && claim->run ? claim : std::nullopt;
}

/// An exec probe whose command says what it answers is believed; any other passes from 1 s on.
ProbeBehavior assume_probe(const std::optional<ProbeSpec>& spec) {
  ProbeBehavior probe;
  const std::optional<CommandClaim> claim = spec ? claim_of_probe(*spec) : std::nullopt;
  if (!claim) {
    probe.ok_after = kProbeOkAfter;
    return probe;
  }
  probe.takes = *claim->run;
  if (claim->exit_code != 0) probe.fail_after = SimDuration{};
  return probe;
}

}  // namespace

bool hook_is_assumed(const Handler& handler) {
  return handler.kind == HandlerKind::HttpGet || (handler.kind == HandlerKind::Exec && !read_command(handler.command));
}

bool probe_is_assumed(const ProbeSpec& spec) {
  return !claim_of_probe(spec);
}

namespace {

/// An exec hook whose command says how long it takes is believed; any other takes no time.
HookBehavior assume_hook(const std::optional<Handler>& handler) {
  HookBehavior hook;
  const bool exec = handler && handler->kind == HandlerKind::Exec;
  const std::optional<CommandClaim> claim = exec ? read_command(handler->command) : std::nullopt;
  if (!claim) return hook;
  hook.takes = claim->run;
  hook.exit_code = claim->exit_code;
  return hook;
}

/// The first line of a command, short enough for one line of a list.
std::string shortened(const std::vector<std::string>& words) {
  constexpr std::size_t kMost = 40;
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  const std::size_t line = text.find('\n');
  if (line == std::string::npos && text.size() <= kMost) return text;
  std::size_t end = std::min(line, kMost - 3);
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not within a character
  return text.substr(0, end) + "...";
}

}  // namespace

AssumedBehavior assume_behavior(const ContainerSpec& container, WorkloadKind kind, std::optional<ContainerKind> role) {
  AssumedBehavior assumed;
  const std::vector<std::string> words = joined(container.command, container.args);
  CommandClaim claim;
  if (const std::optional<CommandClaim> said = read_command(words)) {
    claim = *said;
    assumed.because = RuleId::AssumeCommand;
    assumed.text = describe(claim) + " (`" + shortened(words) + "`)";
  } else {
    const Decided<CommandClaim> of_role = claim_of_role(role.value_or(container.kind), kind);
    claim = of_role.value;
    assumed.because = of_role.because;
    assumed.text = describe(claim) + describe_role(of_role.because);
  }
  RunBehavior run;
  run.run = claim.run;
  run.exit_code = claim.exit_code;
  run.on_term = {false, kTermAfter, 0};
  assumed.behavior.runs = {run};
  assumed.behavior.startup = assume_probe(container.startup_probe);
  assumed.behavior.readiness = assume_probe(container.readiness_probe);
  assumed.behavior.liveness = assume_probe(container.liveness_probe);
  assumed.behavior.post_start = assume_hook(container.post_start);
  assumed.behavior.pre_stop = assume_hook(container.pre_stop);
  return assumed;
}

}  // namespace podlapse
