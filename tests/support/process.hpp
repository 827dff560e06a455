// Runs a program as a user would: with arguments, input, environment, perhaps on a terminal, and Ctrl-C.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podlapse::test {

struct ProcessOptions {
  std::string input;  ///< standard input
  std::vector<std::pair<std::string, std::string>>
      environment;                      ///< beside the test's own; an empty value takes a variable away
  std::optional<int> terminal_columns;  ///< standard output is a terminal that wide
  std::string output_path;              ///< standard output goes to this file instead ("/dev/full")
  bool close_output_early = false;      ///< the reader of standard output leaves before the first byte
  /// Ctrl-C (SIGINT) as soon as standard output holds this text.
  std::string interrupt_after;
  std::string folder;  ///< working directory
};

struct ProcessResult {
  int status = -1;  ///< exit status; 128 + N for a death by signal N
  std::string output, error;
};

/// Runs `program` to its end. Fails the running test when it cannot be started or lasts more than 60 s.
[[nodiscard]] ProcessResult run_process(const std::string& program, const std::vector<std::string>& arguments,
                                        const ProcessOptions& options = {});

/// The podlapse under test.
[[nodiscard]] ProcessResult run_podlapse(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

}  // namespace podlapse::test
