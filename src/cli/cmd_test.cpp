// podlapse test [PATH...]: runs scenarios and holds them to what they expect.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <glob.h>

#include "cli/command.hpp"
#include "cli/golden_files.hpp"
#include "cli/input.hpp"
#include "cli/input_options.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pace.hpp"
#include "cli/terminal.hpp"
#include "cli/test_one.hpp"
#include "cli/test_pool.hpp"
#include "cli/version.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kFormats[] = {"human", "junit", "tap", "sarif", "github", "json", "jsonl"};

/// One `-o FORMAT[=FILE]`.
struct Output {
  std::string format, file;  ///< no file: standard output
};

struct TestCommand {
  std::vector<std::string> paths, default_expect;
  SimulationOptionsGiven simulation;
  ClusterOptions cluster;
  std::vector<Output> outputs;
  std::string pattern, golden;
  std::optional<std::uint64_t> seeds, repeat, jobs;
  std::optional<SimDuration> timeout;
  std::optional<int> width;
  bool fail_fast = false, list = false, update = false, watch = false, verbose = false;
};

/// The files of the command line; a pattern that the shell has left as it is stands for what it matches.
std::vector<TestSource> sources_of(const std::vector<std::string>& paths) {
  std::vector<TestSource> sources;
  std::set<std::string> known;
  const auto add = [&](const std::string& path, bool found) {
    if (path == "-" || known.insert(canonical_path(path)).second) sources.push_back({path, found});
  };
  const auto add_path = [&](const std::string& path) {
    std::error_code error;
    if (path == "-" || !fs::is_directory(path, error)) return add(path, false);
    for (const std::string& file : input_files_in(path)) add(file, true);
  };
  for (const std::string& path : paths) {
    std::error_code error;
    glob_t matches{};
    const bool is_pattern = path.find_first_of("*?[") != std::string::npos && !fs::exists(path, error);
    if (is_pattern && glob(path.c_str(), 0, nullptr, &matches) == 0) {
      for (std::size_t i = 0; i < matches.gl_pathc; ++i) add_path(matches.gl_pathv[i]);
    } else {
      add_path(path);
    }
    globfree(&matches);
  }
  return sources;
}

TestOptions options_of(const TestCommand& command) {
  TestOptions options;
  options.simulation = simulation_options(command.simulation);
  options.cluster = command.cluster;
  options.seeds = command.seeds;
  options.repeat = command.repeat.value_or(1);
  options.default_expect = command.default_expect.empty() ? default_expectations() : command.default_expect;
  if (command.default_expect == std::vector<std::string>{"none"}) options.default_expect.clear();
  options.pattern = command.pattern;
  options.timeout = command.timeout;
  options.golden = command.golden;
  options.update_golden = command.update;
  options.list = command.list;
  return options;
}

/// Runs the tests of a command line, and says what was found as it is found.
class Suite {
 public:
  Suite(const TestCommand& command, const GlobalOptions& global) : command_(command), options_(options_of(command)) {
    view_.width = command.width.value_or(output_width());
    view_.color = use_color(global.color, Stream::Output);
    view_.verbose = command.verbose;
    view_.version = kVersion;
    options_.tell_held = command.verbose;
    options_.excerpt_width = static_cast<std::size_t>(view_.width - kExcerptIndent);
    const auto to_output = std::find_if(command.outputs.begin(), command.outputs.end(),
                                        [](const Output& one) { return one.file.empty(); });
    format_ = to_output == command.outputs.end() ? "human" : to_output->format;
  }

  /// Tests `sources`, and prints. Returns false when Ctrl-C stopped it.
  bool run(const std::vector<TestSource>& sources, Pace& pace) {
    const Clock::time_point began = Clock::now();
    bool interrupted = false;
    suite_ = {};
    templates_ = 0;
    parts_.clear();
    by_file_.clear();
    std::vector<std::pair<std::string, TestedFile>> manifests;  // found ones, which may be parts of scenarios
    const std::size_t cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    test_files(
        sources, options_, command_.jobs ? static_cast<std::size_t>(*command_.jobs) : cores,
        [&](std::size_t index, TestedFile file) {
          for (const std::string& part : file.parts) by_file_[part].push_back(sources[index]);
          parts_.insert(file.parts.begin(), file.parts.end());
          if (file.is_template) ++templates_;
          if (!(file.is_manifest && sources[index].found)) return take(std::move(file));
          if (!file.tests.empty()) manifests.emplace_back(canonical_path(sources[index].path), std::move(file));
          return true;
        },
        [&] {
          interrupted = interrupted || !pace.go_on(kTimeZero);
          return !interrupted;
        });
    for (auto& [path, file] : manifests) {
      if (parts_.count(path) == 0 && !stopped_ && !interrupted) take(std::move(file));
    }
    suite_.took = Clock::now() - began;
    if (templates_ > 0) {
      log_note("passed over: " + counted(templates_, "template") + "; render first: `helm template . | podlapse test -`");
    }
    return !interrupted;
  }

  /// The formats that are written when all is done. False with a message where a file cannot be written.
  bool finish() {
    if (format_ == "human" && !command_.list) write_output(render_summary(suite_, view_));
    bool written = true;
    if (command_.outputs.empty()) return written;
    for (const Output& output : command_.outputs) {
      if (output.format == "human" && output.file.empty()) continue;
      const std::string text = text_in(output.format, output.file.empty());
      std::string problem;
      if (output.file.empty()) {
        write_output(text);
      } else if (!write_file(output.file, text, problem)) {
        log_error(problem);
        written = false;
      }
    }
    return written;
  }

  [[nodiscard]] ExitCode exit_code() const {
    if (suite_.count(TestResult::Outcome::Broken) > 0) return ExitCode::BadInput;
    return suite_.count(TestResult::Outcome::Failed) > 0 ? ExitCode::Problem : ExitCode::Ok;
  }
  [[nodiscard]] const SuiteResult& result() const { return suite_; }
  /// The tests that build on the file at a canonical path.
  [[nodiscard]] std::vector<TestSource> builds_on(const std::string& path) const {
    const auto found = by_file_.find(path);
    return found == by_file_.end() ? std::vector<TestSource>{} : found->second;
  }
  [[nodiscard]] std::vector<std::string> parts() const { return {parts_.begin(), parts_.end()}; }

 private:
  bool take(TestedFile file) {
    if (!file.talk.empty() && log_says(LogLevel::Warning)) std::fputs(file.talk.c_str(), stderr);
    for (TestResult& test : file.tests) {
      show(test);
      const bool bad = test.outcome == TestResult::Outcome::Failed || test.outcome == TestResult::Outcome::Broken;
      suite_.tests.push_back(std::move(test));
      if (bad && command_.fail_fast) stopped_ = true;
      if (stopped_) return false;
    }
    return true;
  }

  void show(const TestResult& test) const {
    if (command_.list) {
      write_output(test.place.file + "  " + test.name + "\n");
    } else if (format_ == "human") {
      write_output(render_test(test, view_));
    } else if (format_ == "jsonl") {
      write_output(write_json_line(test));
    }
  }

  [[nodiscard]] std::string text_in(const std::string& format, bool streamed) const {
    if (format == "junit") return write_junit(suite_);
    if (format == "tap") return write_tap(suite_);
    if (format == "sarif") return write_sarif(suite_, view_);
    if (format == "github") return write_github(suite_);
    if (format == "json") return write_json(suite_);
    std::string text;
    SuiteView plain = view_;
    plain.color = false;
    for (const TestResult& test : suite_.tests) {
      if (format == "jsonl" && !streamed) text += write_json_line(test);
      if (format == "human") text += render_test(test, plain);
    }
    return text + (format == "human" ? render_summary(suite_, plain) : write_json_line(suite_));
  }

  const TestCommand& command_;
  TestOptions options_;
  SuiteView view_;
  std::string format_;
  SuiteResult suite_;
  std::set<std::string> parts_;
  std::map<std::string, std::vector<TestSource>> by_file_;
  std::int64_t templates_ = 0;
  bool stopped_ = false;
};

/// When the file was written last; nullopt while it is not there.
std::optional<fs::file_time_type> written_at(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? std::nullopt : std::optional<fs::file_time_type>{time};
}

/// Waits until files change, and tests what they concern, until Ctrl-C.
ExitCode watch(const TestCommand& command, Suite& suite, Pace& pace) {
  std::map<std::string, std::optional<fs::file_time_type>> seen;
  bool first = true;
  while (true) {
    std::vector<TestSource> changed;
    const auto look_at = [&](const std::string& path, const std::vector<TestSource>& concerned) {
      const auto now = written_at(path);
      const auto known = seen.find(path);
      const bool differs = known == seen.end() ? !first : known->second != now;
      seen[path] = now;
      if (!differs || !now) return;
      for (const TestSource& source : concerned) {
        const auto is_same = [&source](const TestSource& other) { return other.path == source.path; };
        if (std::none_of(changed.begin(), changed.end(), is_same)) changed.push_back(source);
      }
    };
    for (const std::string& part : suite.parts()) look_at(part, suite.builds_on(part));
    for (const TestSource& source : sources_of(command.paths)) {
      if (source.path != "-") look_at(source.path, {source});
    }
    first = false;
    if (!changed.empty()) {
      write_output("\n");
      if (!suite.run(changed, pace)) return ExitCode::Interrupted;
      (void)suite.finish();
      flush_output();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    if (!pace.go_on(kTimeZero)) return ExitCode::Interrupted;
  }
}

ExitCode test(const TestCommand& command, const GlobalOptions& global) {
  Suite suite{command, global};
  const std::unique_ptr<Pace> pace = full_speed(false);
  if (!suite.run(sources_of(command.paths), *pace)) return ExitCode::Interrupted;
  const bool written = suite.finish();
  if (command.watch) {
    flush_output();
    return watch(command, suite, *pace);
  }
  if (!written) return ExitCode::BadInput;
  if (suite.result().tests.empty()) {
    log_error("[" + std::string{rule(RuleId::TestNothing).id} + "] no test was found");
    log_help(command.pattern.empty() ? "give scenario files, manifests, or folders of them" : "-k leaves none of them");
    return ExitCode::BadInput;
  }
  return command.list ? ExitCode::Ok : suite.exit_code();
}

Output parse_output(const std::string& text) {
  const std::size_t equals = text.find('=');
  Output output{text.substr(0, equals), equals == std::string::npos ? std::string{} : text.substr(equals + 1)};
  if (std::find(std::begin(kFormats), std::end(kFormats), output.format) == std::end(kFormats)) {
    throw CLI::ValidationError{"--output", "`" + output.format + "` is no format: human, junit, tap, sarif, github, json, jsonl"};
  }
  if (equals != std::string::npos && output.file.empty()) throw CLI::ValidationError{"--output", "a file is missing behind `=`"};
  return output;
}

void take_outputs(const std::vector<std::string>& texts, std::vector<Output>& outputs) {
  bool to_output = false;
  for (const std::string& text : texts) {
    outputs.push_back(parse_output(text));
    if (outputs.back().file.empty() && to_output) {
      throw CLI::ValidationError{"--output", "only one format goes to standard output; write the others as FORMAT=FILE"};
    }
    to_output = to_output || outputs.back().file.empty();
  }
}

}  // namespace

void add_test_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("test", "hold scenarios to what they expect");
  const auto options = std::make_shared<TestCommand>();
  command->add_option("PATH", options->paths, "scenario files, manifests, folders of them, patterns, `-`")->required()->type_name("");
  command->add_option("-k", options->pattern, "only tests whose name or file has this in it")->type_name("PATTERN");
  command->add_flag("--fail-fast", options->fail_fast, "stop at the first test that fails");
  add_unsigned(*command, "--seeds", options->seeds, "run each under the seeds 1 to N; it must hold in all");
  add_unsigned(*command, "--repeat", options->repeat, "run each N times, and compare the traces");
  command->add_flag("--list", options->list, "name the tests, and run none");
  add_duration(*command, "--timeout", options->timeout, "real time that one test may take");
  add_unsigned(*command, "--jobs", options->jobs, "tests at a time (default: one a core)");
  command->add_option("--default-expect", options->default_expect,
                      "what manifests without a scenario are held to, in place of what every Pod should keep; `none`: nothing")
      ->type_name("SENTENCE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command->add_option("--golden", options->golden, "compare each timeline with the one stored in this folder")->type_name("FOLDER");
  command->add_flag("--update", options->update, "with --golden: store the timelines anew");
  command->add_flag("--watch", options->watch, "stay, and run what changes again");
  const auto keep = [options](const std::vector<std::string>& texts) { take_outputs(texts, options->outputs); };
  command
      ->add_option_function<std::vector<std::string>>(
          "-o,--output", keep, "human (default), junit, tap, sarif, github, json or jsonl; FORMAT=FILE may be added several times")
      ->type_name("FORMAT[=FILE]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command->add_flag("-v,--verbose", options->verbose, "show what held, too");
  add_integer(*command, "--width", options->width, 60, 1000, "columns to print on (default: the terminal's, else 100)");
  add_simulation_options(*command, options->simulation);
  add_cluster_options(*command, options->cluster);
  command->footer(
      "examples:\n"
      "  podlapse test scenarios                           every scenario of a folder\n"
      "  podlapse test -o junit=report.xml deploy          manifests and scenarios in CI\n"
      "  podlapse test --seeds 50 web.yaml                 an expectation must hold under 50 seeds\n"
      "  helm template . | podlapse test -                 what every Pod should keep\n"
      "exit status: 0 all hold, 1 some do not, 2 something cannot be judged, or there is no test");
  command->callback([options, &chosen] {
    if (options->update && options->golden.empty()) throw CLI::ValidationError{"--update", "needs --golden FOLDER"};
    chosen = [options](const GlobalOptions& global) { return test(*options, global); };
  });
}

}  // namespace podlapse::cli
