// podlapse schema: the format of scenario files as a JSON Schema.
#include <memory>
#include <optional>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/suite/scenario_schema.hpp"

namespace podlapse::cli {

void add_schema_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("schema", "print the JSON Schema of scenario files, for editors");
  const auto format = std::make_shared<std::optional<std::size_t>>();
  add_choice(*command, "-o,--output", {"json"}, *format, "FORMAT", "json (default)");
  command->footer(
      "An editor with yaml-language-server completes and checks a scenario that begins with\n"
      "  # yaml-language-server: $schema=scenario.schema.json\n"
      "where the path, relative to the scenario, is of a file that was written with\n"
      "  podlapse schema > scenario.schema.json\n"
      "or of the installed share/podlapse/scenario.schema.json. For a whole folder, in VS Code's settings:\n"
      "  \"yaml.schemas\": {\"./scenario.schema.json\": \"scenarios/**/*.yaml\"}");
  command->callback([format, &chosen] {
    chosen = [](const GlobalOptions&) {
      write_output(write_json(scenario_schema()));
      return ExitCode::Ok;
    };
  });
}

}  // namespace podlapse::cli
