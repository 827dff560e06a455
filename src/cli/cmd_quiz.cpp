// podlapse quiz NAME: shows a scenario, asks what happens, and explains.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/library.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/simulation.hpp"
#include "podlapse/quiz/quiz.hpp"
#include "podlapse/report/text.hpp"
#include "yaml/text.hpp"
#include "yaml/write.hpp"

namespace podlapse::cli {
namespace {

struct QuizOptions {
  std::string name, answer;
  std::optional<int> choices, width;
  bool solution = false;
};

constexpr int kChoicesUsual = 3, kChoicesMost = 6;

/// Members of a scenario that would tell the answer, or that are not about what happens.
constexpr const char* kTelling[] = {"name", "group", "what", "question", "lesson", "threads", "expect"};

Input read(const std::string& name, const std::function<void(Value&)>& alter) {
  InputOptions options;
  options.paths = {name};
  options.alter = alter;
  return read_input(options);
}

/// A scenario that is written in braces.
std::string shown_document(const std::string& text) {
  std::vector<Diagnostic> problems;
  std::string shown;
  for (Value& document : yaml::read_documents(text, 0, {}, problems)) {
    if (!document.is_object()) continue;
    for (const char* key : kTelling) document.erase(key);
    shown += yaml::write_yaml(document);
  }
  return shown;
}

/// The lines of a scenario's file, without the members that would tell the answer.
std::string shown_lines(const std::string& text) {
  if (text.compare(0, 1, "{") == 0) return shown_document(text);
  std::string shown;
  bool telling = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    const bool begins_member = line.find_first_of(" \t\n#-}]") != 0;
    if (begins_member) {
      const std::string key = line.substr(0, line.find(':'));
      telling = std::find(std::begin(kTelling), std::end(kTelling), key) != std::end(kTelling);
    }
    const bool is_about_file = line[0] == '#';
    if (!telling && !is_about_file) shown += line;
    at = end;
  }
  return shown;
}

struct Run {
  Trace trace;
  bool cut = false;
};

Run simulate(const Scenario& scenario, std::optional<SimDuration> until) {
  SimulationOptions how;
  how.until = until;
  Simulation simulation = prepare(scenario, how);
  TraceLog log;
  const RunResult ended = run_world(simulation.world, simulation.limits, &log);
  add_made_pods(simulation);
  simulation.header.observed_until = ended.ended_at.time_since_epoch();
  return {Trace{std::move(simulation.header), log.take()}, ended.cut};
}

/// A scenario in which a belief holds; nullopt where it makes no scenario of this one.
std::optional<Scenario> scenario_if(const Belief& belief, const std::string& name) {
  Input input = read(name, [&belief](Value& document) {
    belief.apply(document);
    document.erase("expect");
  });
  if (has_errors(input.problems) || input.scenarios.empty()) return std::nullopt;
  return std::move(input.scenarios.front());
}

Quiz quiz_about(const Scenario& scenario, const std::string& name, const QuizOptions& options) {
  constexpr int kLongest = 2;  // times as long as the truth lasts, where something goes on in a wrong answer
  SimDuration horizon = simulate(scenario, std::nullopt).trace.header.observed_until;
  const SimDuration most = horizon * kLongest;
  std::vector<std::pair<const Belief*, Scenario>> beside;
  for (const Belief& belief : beliefs()) {
    std::optional<Scenario> changed = scenario_if(belief, name);
    if (!changed) continue;
    horizon = std::max(horizon, std::min(simulate(*changed, std::nullopt).trace.header.observed_until, most));
    beside.emplace_back(&belief, std::move(*changed));
  }
  std::vector<Answer> wrong;
  for (const auto& [belief, changed] : beside) wrong.push_back({belief, simulate(changed, horizon).trace});
  const auto count = static_cast<std::size_t>(options.choices.value_or(kChoicesUsual) - 1);
  return make_quiz(simulate(scenario, horizon).trace, std::move(wrong), count);
}

/// What the user types, a line; empty where nobody answers.
std::string ask(const Quiz& quiz) {
  std::fprintf(stderr, "\nwhich one? [a-%s] ", letter_of(quiz.answers.size() - 1).c_str());
  std::string line;
  std::getline(std::cin, line);
  return line;
}

void print_question(const Input& input, const Scenario& scenario, const Quiz& quiz, const TimelineOptions& how) {
  std::string text;
  for (const SourceFile& file : input.files) text += scenario.from_file ? shown_lines(file.text) : file.text;
  text += "\n";
  const std::string question = scenario.question.empty() ? "What happens?" : scenario.question;
  for (const std::string& row : wrapped(question, how.columns())) text += Line{}.add(row, Style::Strong).finish(how.color);
  write_output(text + "\n" + render_answers(quiz, how));
  flush_output();
}

/// A note on the manifest would tell the answer.
void leave_out_notes(std::vector<Diagnostic>& problems) {
  const auto is_note = [](const Diagnostic& problem) { return problem.severity == Severity::Note; };
  problems.erase(std::remove_if(problems.begin(), problems.end(), is_note), problems.end());
}

ExitCode run(const QuizOptions& options, const GlobalOptions& global) {
  Input input = read(options.name, {});
  leave_out_notes(input.problems);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return ExitCode::BadInput;
  if (input.scenarios.size() != 1) {
    log_error("a quiz is about one scenario, and there are " + std::to_string(input.scenarios.size()));
    return ExitCode::BadInput;
  }
  const Scenario& scenario = input.scenarios.front();
  TimelineOptions how;
  how.width = options.width.value_or(output_width());
  how.color = use_color(global.color, Stream::Output);
  const Quiz quiz = quiz_about(scenario, options.name, options);
  if (quiz.answers.size() < 2) {
    log_error("no wrong answer could be made of this scenario: nothing that people believe would change it");
    return ExitCode::BadInput;
  }
  std::optional<std::size_t> chosen = answer_called(options.answer, quiz);
  if (!options.answer.empty() && !chosen) {
    log_error("--answer " + options.answer + ": the answers are a to " + letter_of(quiz.answers.size() - 1));
    return ExitCode::BadInput;
  }
  const bool asks = !chosen && !options.solution && isatty(STDIN_FILENO) == 1;
  if (!chosen || options.solution) print_question(input, scenario, quiz, how);
  if (asks) chosen = answer_called(ask(quiz), quiz);
  if (!chosen && !asks && !options.solution) {
    log_help("`podlapse quiz " + options.name + " --answer a` (or b, ...) tells whether that is right, and why");
    return ExitCode::Ok;
  }
  write_output((asks || options.solution ? "\n" : "") + render_solution(quiz, chosen, {scenario.lesson, scenario.threads}, how));
  return chosen && *chosen != quiz.right ? ExitCode::Problem : ExitCode::Ok;
}

}  // namespace

void add_quiz_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("quiz", "show a scenario, ask what happens, and explain");
  const auto options = std::make_shared<QuizOptions>();
  command->add_option("scenario", options->name, "the name of a shipped scenario, or a file")->type_name("NAME|FILE")->required();
  command->add_option("--answer", options->answer, "the answer, instead of asking for it")->type_name("LETTER");
  command->add_flag("--solution", options->solution, "tell the answer, and ask nothing");
  add_integer(*command, "--choices", options->choices, 2, kChoicesMost, "how many answers to choose from, 2 to 6 (default 3)");
  add_integer(*command, "--width", options->width, kNarrowestTimeline, 1000, "columns to draw on");
  command->footer(
      "exit status: 0 right, or nothing was answered, 1 wrong, 2 refused input\n"
      "`podlapse scenarios` lists what is shipped. The wrong answers are simulated, too: each is what would happen if something that\n"
      "people believe were so.");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return run(*options, global); }; });
}

}  // namespace podlapse::cli
