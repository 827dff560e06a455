// Options whose values are checked here, because CLI11 wraps `--seed -1` silently and knows no durations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/time.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): named by CLI11
class App;
}

namespace podlapse::cli {

/// Adds `--name N`, a number from 0 to 2^64-1.
void add_unsigned(CLI::App& command, const std::string& name, std::optional<std::uint64_t>& out,
                  const std::string& help);

/// Adds `--name N`, an integer from `least` to `most`.
void add_integer(CLI::App& command, const std::string& name, std::optional<int>& out, int least, int most,
                 const std::string& help);

/// Adds `--name DURATION`: 10s, 1m30s, 250ms, or a bare number of seconds.
void add_duration(CLI::App& command, const std::string& name, std::optional<SimDuration>& out, const std::string& help);

/// Adds `--name WORD`, one of `words`; `out` gets its place in the list.
void add_choice(CLI::App& command, const std::string& name, const std::vector<std::string>& words,
                std::optional<std::size_t>& out, const std::string& type_name, const std::string& help);

/// Adds `--name FACTOR`, a number above 0 and at most a million.
void add_factor(CLI::App& command, const std::string& name, std::optional<double>& out, const std::string& help);

/// Adds `--name TIME`, an instant in RFC 3339.
void add_time(CLI::App& command, const std::string& name, std::optional<WallTime>& out, const std::string& help);

}  // namespace podlapse::cli
