#include "cli/app.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "podlapse/base/check.hpp"
#include "podlapse/base/diagnostic.hpp"

namespace podlapse::cli {
namespace {

struct CommandLine {
  GlobalOptions global;
  LogLevel level = LogLevel::Info;
  bool quiet = false;
  Chosen chosen;
};

std::string version_line() {
  return std::string{"podlapse "} + kVersion + ", models Kubernetes " + kKubernetesVersion + "\n";
}

void declare(CLI::App& app, CommandLine& line) {
  static const std::vector<std::pair<std::string, ColorWhen>> when{
      {"auto", ColorWhen::Auto}, {"always", ColorWhen::Always}, {"never", ColorWhen::Never}};
  static const std::vector<std::pair<std::string, LogLevel>> levels{{"debug", LogLevel::Debug},
                                                                    {"info", LogLevel::Info},
                                                                    {"warning", LogLevel::Warning},
                                                                    {"error", LogLevel::Error}};
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.set_help_flag("-h,--help", "print this help");
  app.add_flag_callback(
      "-V,--version", [] { throw CLI::CallForVersion(version_line(), 0); }, "print the version, and the Kubernetes modelled");
  app.add_option("--color", line.global.color, "colour the output: auto, always, never")
      ->transform(CLI::Transformer(when))
      ->type_name("WHEN");
  app.add_flag("-q,--quiet", line.quiet, "say nothing but errors beside the product");
  app.add_option("--log-level", line.level, "what to say on standard error: debug, info, warning, error")
      ->transform(CLI::Transformer(levels))
      ->type_name("LEVEL");
  app.footer("exit status: 0 done, 1 a problem was found, 2 refused input, 3 a fault of podlapse, 130 interrupted");
  add_rules_command(app, line.chosen);
}

/// The arguments that are no options, from the second on: the first of them should be a subcommand.
std::string first_word(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.empty() && argument[0] != '-') return argument;
  }
  return {};
}

ExitCode refuse(const CLI::App& app, const std::string& text, const std::vector<std::string>& arguments) {
  const std::string word = first_word(arguments);
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (app.get_subcommands().empty() && !word.empty() && std::find(names.begin(), names.end(), word) == names.end()) {
    log_error("`" + word + "` is not a command");
    const std::string nearest = nearest_name(word, names);
    log_help(nearest.empty() ? "`podlapse --help` lists them" : "did you mean `" + nearest + "`?");
    return ExitCode::BadInput;
  }
  std::string one_line = text.substr(0, text.find('\n'));
  log_error(one_line);
  log_help("`podlapse --help` tells the usage");
  return ExitCode::BadInput;
}

ExitCode parse_and_run(const std::vector<std::string>& arguments) {
  CLI::App app{"Simulates the life of a Kubernetes Pod, without a cluster, and tells the reason for every step.", "podlapse"};
  CommandLine line;
  declare(app, line);
  try {
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const CLI::CallForHelp&) {
    write_output(app.help());
    return ExitCode::Ok;
  } catch (const CLI::CallForAllHelp&) {
    write_output(app.help("", CLI::AppFormatMode::All));
    return ExitCode::Ok;
  } catch (const CLI::CallForVersion& version) {
    write_output(version.what());
    return ExitCode::Ok;
  } catch (const CLI::ParseError& error) {
    set_up_log(LogLevel::Info, use_color(line.global.color, Stream::Error));
    return refuse(app, error.what(), arguments);
  }
  set_up_log(line.quiet ? LogLevel::Error : line.level, use_color(line.global.color, Stream::Error));
  if (!line.chosen) {
    write_output(app.help());
    return ExitCode::BadInput;
  }
  return line.chosen(line.global);
}

}  // namespace

int run_app(int argc, const char* const* argv) {
  ignore_broken_pipe();
  try {
    const ExitCode code = parse_and_run({argv + std::min(argc, 1), argv + argc});
    flush_output();
    return to_status(code);
  } catch (const OutputClosed&) {
    return to_status(ExitCode::Ok);
  } catch (const OutputFailed& error) {
    log_error(error.what());
    return to_status(ExitCode::BadInput);
  } catch (const std::exception& error) {
    log_error(std::string{"internal fault: "} + error.what());
    log_help("this is a fault of podlapse, not of your input; please report it with the command and its input");
    return to_status(ExitCode::InternalFault);
  }
}

}  // namespace podlapse::cli
