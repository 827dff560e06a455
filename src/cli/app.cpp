#include "cli/app.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/guard.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/feature_gates.hpp"

namespace podlapse::cli {
namespace {

struct CommandLine {
  std::optional<std::size_t> color, level;
  bool quiet = false, version = false;
  Chosen chosen;

  [[nodiscard]] GlobalOptions global() const { return {static_cast<ColorWhen>(color.value_or(0))}; }
  [[nodiscard]] LogLevel log_level() const {
    return quiet ? LogLevel::Error : static_cast<LogLevel>(level.value_or(static_cast<std::size_t>(LogLevel::Info)));
  }
};

void declare(CLI::App& app, CommandLine& line) {
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
  app.add_flag("-V,--version", line.version, "print the version, and the Kubernetes version modelled");
  add_choice(app, "--color", {"auto", "always", "never"}, line.color, "WHEN",
             "colour the output: auto, always or never");
  app.add_flag("-q,--quiet", line.quiet, "say nothing but errors beside the output");
  add_choice(app, "--log-level", {"debug", "info", "warning", "error"}, line.level, "LEVEL",
             "what to say on standard error: debug, info, warning or error");
  app.footer("exit status: 0 done, 1 a problem was found, 2 refused input, 3 a fault of podlapse, 130 interrupted");
  add_run_command(app, line.chosen);
  add_show_command(app, line.chosen);
  add_get_command(app, line.chosen);
  add_describe_command(app, line.chosen);
  add_events_command(app, line.chosen);
  add_validate_command(app, line.chosen);
  add_conform_command(app, line.chosen);
  add_plan_command(app, line.chosen);
  add_test_command(app, line.chosen);
  add_scenarios_command(app, line.chosen);
  add_quiz_command(app, line.chosen);
  add_init_command(app, line.chosen);
  add_schema_command(app, line.chosen);
  add_rules_command(app, line.chosen);
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app, const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* owner : {&app, &command}) {
    for (const CLI::Option* option : owner->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// The first argument that should have been a subcommand and is none; empty when one was given.
std::string wrong_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::vector<std::string> names = command_names(app);
  const auto is_known = [&names](const std::string& word) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  if (std::any_of(arguments.begin(), arguments.end(), is_known)) return {};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_value = i > 0 && (arguments[i - 1] == "--color" || arguments[i - 1] == "--log-level");
    if (!is_value && !arguments[i].empty() && arguments[i][0] != '-') return arguments[i];
  }
  return {};
}

std::string decapitalized(std::string text) {
  text = text.substr(0, text.find('\n'));
  const bool acronym = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!text.empty() && !acronym) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

ExitCode refuse(const std::string& problem, const std::string& nearest, const std::string& help) {
  log_error(problem);
  log_help(nearest.empty() ? help : "did you mean `" + nearest + "`?");
  return ExitCode::BadInput;
}

ExitCode refuse(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  const std::string word = wrong_command(app, arguments);
  if (!word.empty()) {
    return refuse("`" + word + "` is no command", nearest_name(word, command_names(app)),
                  "`podlapse --help` lists them");
  }
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  const std::string name = chosen.empty() ? "podlapse" : "podlapse " + command.get_name();
  const std::string help = "`" + name + " --help` tells the usage";
  // CLI11 names what it did not expect behind a colon.
  const std::string text = error.what();
  const std::size_t colon = text.rfind(": ");
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && colon != std::string::npos) {
    const std::string extra = text.substr(colon + 2, text.find_first_of(" =\n", colon + 2) - colon - 2);
    const bool option = !extra.empty() && extra[0] == '-';
    return refuse("`" + extra + "` is no " + (option ? "option" : "argument") + " of `" + name + "`",
                  option ? nearest_name(extra, option_names(app, command)) : "", help);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return refuse(text.substr(0, text.find(' ')) + " is missing", "", help);
  }
  return refuse(decapitalized(text), "", help);
}

std::string version_line() {
  return std::string{"podlapse "} + kVersion + ", models Kubernetes " + to_string(kNewestVersion) + "\n";
}

ExitCode parse_and_run(const std::vector<std::string>& arguments) {
  CLI::App app{"Simulates the life of a Kubernetes Pod, without a cluster, and tells the reason for every step.",
               "podlapse"};
  CommandLine line;
  declare(app, line);
  try {
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const CLI::CallForHelp&) {
    write_output(app.help());
    return ExitCode::Ok;
  } catch (const CLI::ParseError& error) {
    set_up_log(LogLevel::Info, use_color(line.global().color, Stream::Error));
    return refuse(app, error, arguments);
  }
  set_up_log(line.log_level(), use_color(line.global().color, Stream::Error));
  if (line.version) {
    write_output(version_line());
    return ExitCode::Ok;
  }
  if (line.chosen) return line.chosen(line.global());
  return refuse("a command is missing", "", "`podlapse --help` lists them");
}

}  // namespace

int run_app(int argc, const char* const* argv) {
  ignore_broken_pipe();
  return run_guarded([&] { return parse_and_run({argv + std::min(argc, 1), argv + argc}); });
}

}  // namespace podlapse::cli
