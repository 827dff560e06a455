// podlapse plan CASE: what tools/record needs to run a case on a cluster.
#include <memory>
#include <string>
#include <utility>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/input_options.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/simulation.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/recording_plan.hpp"

namespace podlapse::cli {
namespace {

struct PlanOptions {
  InputOptions input;
  std::string image = "busybox:1.36";
};

ExitCode plan(const PlanOptions& options, const GlobalOptions& global) {
  Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  if (input.scenarios.size() != 1) {
    log_error("one case is planned at a time, and these are " + std::to_string(input.scenarios.size()));
    return ExitCode::BadInput;
  }
  const Scenario& scenario = input.scenarios.front();
  const Simulation simulation = prepare(scenario, {});
  const RecordingPlan plan = plan_recording(scenario, *simulation.input, options.image);
  for (const std::string& refusal : plan.refusals) {
    Diagnostic problem;
    problem.code = rule(RuleId::PlanRefused).id;
    problem.span.file = kNoFile;
    problem.text = "cannot be made happen on a cluster: " + refusal;
    input.problems.push_back(std::move(problem));
  }
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  write_output(plan_head(plan) + write_json(plan.pod));
  return ExitCode::Ok;
}

}  // namespace

void add_plan_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("plan", "print what tools/record needs to run a case on a cluster");
  const auto options = std::make_shared<PlanOptions>();
  add_input_options(*command, options->input);
  command->add_option("--with-image", options->image, "what all containers run: an image with a POSIX shell and sleep (busybox:1.36)")
      ->type_name("IMAGE")
      ->expected(1);
  command->footer(
      "example: podlapse plan tests/conformance/cases/single-main-ok.yaml\n"
      "`tools/record CASE` asks for it; tools/record also takes a plan that was printed elsewhere, and then needs kubectl alone.");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return plan(*options, global); }; });
}

}  // namespace podlapse::cli
