// Commands that say what they do: `sleep 5`, `sh -c 'echo hi; sleep 3; exit 1'`, `tail -f /dev/null`. A tiny reader of the
// shell that believes only what it understands completely; anything else is no claim, and somebody else must decide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// What a command says about its run. Commands that only print or touch a file take no time.
struct CommandClaim {
  std::optional<SimDuration> run;  ///< nullopt: for ever
  std::int32_t exit_code = 0;      ///< means nothing for a command that runs for ever

  friend bool operator==(const CommandClaim&, const CommandClaim&) = default;
};

/// The claim of a process started with the words `argv` (command and args as the kubelet would pass them), or nullopt when
/// any part of it that matters is not understood: an unknown program, a variable, a pipe, `$(VAR)` of the kubelet.
/// An unknown command before an endless loop does not matter; one before `exit 0` does, since nobody knows how long it takes.
[[nodiscard]] std::optional<CommandClaim> read_command(const std::vector<std::string>& argv);

}  // namespace podlapse
