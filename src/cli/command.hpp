// One subcommand a file: each `add_*_command` declares its options on the parser and, when it is the one chosen, leaves
// in `chosen` what to do.
#pragma once

#include <functional>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): named by CLI11
class App;
}

namespace podlapse::cli {

/// The options before or behind any subcommand.
struct GlobalOptions {
  ColorWhen color = ColorWhen::Auto;
};

/// What the command line asks for. Empty until a subcommand was parsed.
using Chosen = std::function<ExitCode(const GlobalOptions&)>;

void add_run_command(CLI::App& app, Chosen& chosen);
void add_show_command(CLI::App& app, Chosen& chosen);
void add_get_command(CLI::App& app, Chosen& chosen);
void add_describe_command(CLI::App& app, Chosen& chosen);
void add_events_command(CLI::App& app, Chosen& chosen);
void add_validate_command(CLI::App& app, Chosen& chosen);
void add_conform_command(CLI::App& app, Chosen& chosen);
void add_plan_command(CLI::App& app, Chosen& chosen);
void add_test_command(CLI::App& app, Chosen& chosen);
void add_scenarios_command(CLI::App& app, Chosen& chosen);
void add_quiz_command(CLI::App& app, Chosen& chosen);
void add_init_command(CLI::App& app, Chosen& chosen);
void add_schema_command(CLI::App& app, Chosen& chosen);
void add_rules_command(CLI::App& app, Chosen& chosen);

}  // namespace podlapse::cli
