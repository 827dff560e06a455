#include "cli/test_one.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include "cli/golden_files.hpp"
#include "cli/input.hpp"
#include "podlapse/base/check.hpp"
#include "podlapse/expect/judge.hpp"
#include "podlapse/expect/read.hpp"
#include "podlapse/kubelet/world.hpp"
#include "podlapse/suite/story_text.hpp"
#include "podlapse/trace/digest.hpp"
#include "podlapse/trace/sink.hpp"

namespace podlapse::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr SimDuration kDefaultDeletion = std::chrono::minutes{5};

std::string name_of(const Scenario& scenario) {
  const bool bare = !scenario.from_file && !scenario.workloads.empty();
  if (!bare) return scenario.name;
  const Workload& workload = scenario.workloads.front();
  return std::string{to_string(workload.kind)} + "/" + workload.name;
}

/// Line `number` of `text`, from 1.
std::string line_of(const std::string& text, std::uint32_t number) {
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

NamedPlace named(const SourceSpan& span, const SourceFiles& files) {
  NamedPlace place;
  if (span.file < files.size()) place.file = files[span.file].name;
  place.line = span.line;
  place.column = span.column;
  place.length = span.length;
  return place;
}

/// Asked before each event of a run: whether somebody stops it, or its time is up.
struct Patience {
  const std::atomic<bool>& stop;
  std::optional<Clock::time_point> until;
  std::uint64_t asked = 0;
  bool timed_out = false;

  bool go_on() {
    if ((++asked & 0xffU) != 0) return true;
    if (until && Clock::now() > *until) timed_out = true;
    return !timed_out && !stop.load(std::memory_order_relaxed);
  }
};

bool ask_patience(SimTime, void* patience) { return static_cast<Patience*>(patience)->go_on(); }

/// Tests one scenario of a file.
class Tester {
 public:
  Tester(const Scenario& scenario, const SourceFiles& files, const TestOptions& options, const std::atomic<bool>& stop)
      : scenario_(scenario), files_(files), options_(options), patience_{stop, {}} {
    if (options.timeout) patience_.until = Clock::now() + std::chrono::duration_cast<Clock::duration>(*options.timeout);
  }

  TestResult test(const Value& expect) {
    const Clock::time_point began = Clock::now();
    describe();
    std::vector<Diagnostic> problems;
    expectations_ = read_expectations(expect, scenario_, problems);
    result_.expectations = expectations_.size();
    for (const Diagnostic& problem : problems) add_problem(problem);
    if (problems.empty() && !options_.list) run_all();
    result_.took = Clock::now() - began;
    decide();
    return std::move(result_);
  }

 private:
  void describe() {
    result_.name = name_of(scenario_);
    result_.group = scenario_.group;
    result_.what = scenario_.what;
    result_.place.file = scenario_.origin;
    if (!scenario_.workloads.empty() && !scenario_.from_file) result_.place = named(scenario_.workloads.front().span, files_);
    if (scenario_.expect.span().known()) result_.place.line = scenario_.expect.span().line;
    result_.command = "podlapse run " + scenario_.origin;
    if (!scenario_.from_file) result_.command += " --select " + name_of(scenario_);
  }

  void add_problem(const Diagnostic& problem) {
    result_.problems.push_back({named(problem.span, files_), problem.code, problem.text, problem.help,
                                render_diagnostic(problem, files_, false)});
  }
  void add_problem(RuleId code, std::string text) {
    Diagnostic problem;
    problem.code = rule(code).id;
    problem.span.file = kNoFile;
    problem.text = std::move(text);
    add_problem(problem);
  }

  void run_all() {
    failures_.assign(expectations_.size(), kNone);
    if (!options_.seeds) return run_under(options_.simulation.seed ? options_.simulation.seed : scenario_.seed);
    for (std::uint64_t seed = 1; seed <= *options_.seeds && result_.problems.empty(); ++seed) run_under(seed);
  }

  void run_under(std::optional<std::uint64_t> seed) {
    std::optional<std::uint64_t> digest;
    for (std::uint64_t time = 0; time < std::max<std::uint64_t>(options_.repeat, 1); ++time) {
      SimulationOptions how = options_.simulation;
      how.seed = seed;
      Simulation simulation = prepare(scenario_, how);
      TraceLog log;
      const RunResult ended = run_world(simulation.world, simulation.limits, &log, ask_patience, &patience_);
      if (ended.end == RunEnd::Interrupted) {
        if (patience_.timed_out) add_problem(RuleId::TestTimeout, "it was not done in the time that --timeout gives it");
        return;
      }
      add_made_pods(simulation);
      simulation.header.observed_until = ended.ended_at.time_since_epoch();
      const Trace trace{std::move(simulation.header), log.take()};
      result_.simulated += trace.header.observed_until;
      ++result_.runs;
      const std::uint64_t now = trace_digest(trace.records);
      PODLAPSE_CHECK(!digest || *digest == now);  // the same input gives the same trace
      if (!digest) judge_all(trace, ended.cut, seed);
      digest = now;
    }
  }

  void judge_all(const Trace& trace, bool cut, std::optional<std::uint64_t> seed) {
    for (std::size_t i = 0; i < expectations_.size(); ++i) {
      Verdict verdict = judge(expectations_[i], trace, cut);
      if (verdict.held) continue;
      if (failures_[i] != kNone) {
        ++result_.failures[failures_[i]].failed_runs;
      } else {
        failures_[i] = result_.failures.size();
        add_failure(expectations_[i], std::move(verdict), trace, seed);
      }
    }
    if (!options_.golden.empty() && result_.runs == 1) compare_golden(trace);
  }

  void add_failure(const Expectation& expectation, Verdict verdict, const Trace& trace, std::optional<std::uint64_t> seed) {
    FailedExpectation failure;
    failure.place = named(expectation.place, files_);
    failure.sentence = expectation.sentence;
    failure.excerpt = excerpt_around(trace, verdict.sightings, options_.excerpt_width);
    failure.verdict = std::move(verdict);
    failure.seed = seed;
    if (expectation.place.file < files_.size()) {
      failure.source_line = line_of(files_[expectation.place.file].text, expectation.place.line);
    }
    if (seed && result_.failures.empty()) result_.command += " --seed " + std::to_string(*seed);
    result_.failures.push_back(std::move(failure));
  }

  void compare_golden(const Trace& trace) {
    const std::string path = golden_path(options_.golden, scenario_.origin, result_.name);
    std::string problem;
    result_.golden = compare_with_golden(path, timeline_text(trace), options_.update_golden, problem);
    if (!problem.empty()) add_problem(RuleId::TestGolden, problem);
  }

  void decide() {
    for (std::size_t i = 0; options_.tell_held && i < failures_.size(); ++i) {
      if (failures_[i] == kNone) result_.held.push_back(expectations_[i].sentence);
    }
    using Outcome = TestResult::Outcome;
    if (!result_.problems.empty()) {
      result_.outcome = Outcome::Broken;
    } else if (!result_.failures.empty() || result_.golden) {
      result_.outcome = Outcome::Failed;
    } else if (result_.expectations == 0 && options_.golden.empty()) {
      result_.outcome = Outcome::Skipped;
    }
  }

  const Scenario& scenario_;
  const SourceFiles& files_;
  const TestOptions& options_;
  Patience patience_;
  TestResult result_;
  std::vector<Expectation> expectations_;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> failures_;  ///< by expectation: which of the result's failures it is; what fails is told once
};

bool is_error(const Diagnostic& problem) { return problem.severity == Severity::Error; }

/// True where everything that is wrong with a file that was found is that it is not about Pods.
bool is_about_something_else(const std::vector<Diagnostic>& problems) {
  return std::all_of(problems.begin(), problems.end(), [](const Diagnostic& problem) {
    const RuleId code = find_rule(problem.code);
    return !is_error(problem) || code == RuleId::InputNothing || code == RuleId::ManifestObject;
  });
}

/// True where a line of `text` begins with a key that manifests or scenarios have.
bool has_our_keys(const std::string& text) {
  static constexpr const char* kKeys[] = {"apiVersion", "kind", "pod", "pods", "job", "workload", "manifest", "manifests"};
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t{\"'-");
    if (begin == std::string::npos) continue;
    const std::string key = line.substr(begin, line.find_first_of(":\"' ", begin) - begin);
    if (std::find(std::begin(kKeys), std::end(kKeys), key) != std::end(kKeys)) return true;
  }
  return false;
}

/// What a file is that was found in a folder and cannot be read: YAML or JSON of another kind, a template, or broken.
enum class Unreadable : std::uint8_t { SomethingElse, Template, Broken };

Unreadable kind_of_unreadable(const Input& input) {
  const bool is_no_document = std::any_of(input.problems.begin(), input.problems.end(), [](const Diagnostic& problem) {
    return is_error(problem) && problem.code.rfind("yaml/", 0) == 0;
  });
  if (!is_no_document || input.files.empty()) return Unreadable::Broken;
  const std::string& text = input.files.front().text;
  if (text.find("{{") != std::string::npos) return Unreadable::Template;
  return has_our_keys(text) ? Unreadable::Broken : Unreadable::SomethingElse;
}

TestResult broken_file(const TestSource& source, const Input& input) {
  TestResult result;
  result.outcome = TestResult::Outcome::Broken;
  result.name = source.path;
  result.place.file = source.path;
  result.command = "podlapse run " + source.path;
  for (const Diagnostic& problem : input.problems) {
    if (!is_error(problem)) continue;
    result.problems.push_back({named(problem.span, input.files), problem.code, problem.text, problem.help,
                               render_diagnostic(problem, input.files, false)});
  }
  if (!result.problems.empty() && result.problems.front().place.line > 0) result.place = result.problems.front().place;
  return result;
}

bool matches(const std::string& pattern, const Scenario& scenario) {
  return pattern.empty() || name_of(scenario).find(pattern) != std::string::npos ||
         scenario.origin.find(pattern) != std::string::npos;
}

/// The sentences for manifests as a list that names where it comes from.
Value default_list(const std::vector<std::string>& sentences, SourceFiles& files) {
  Value list = Value::array();
  std::string text;
  const auto file = static_cast<std::uint32_t>(files.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    text += sentences[i] + "\n";
    Value sentence{sentences[i]};
    sentence.set_span({file, static_cast<std::uint32_t>(i + 1), 1, static_cast<std::uint32_t>(sentences[i].size())});
    list.push_back(std::move(sentence));
  }
  files.push_back({"--default-expect", std::move(text)});
  return list;
}

/// A manifest's Pods are deleted in the end, so that their ends are looked at too.
void add_default_deletion(Scenario& scenario) {
  for (PodIndex pod = 0; pod < scenario.workloads.size(); ++pod) {
    if (scenario.workloads[pod].job || !scenario.actions.empty()) continue;
    scenario.actions.push_back({kDefaultDeletion, pod, DeletePod{}});
  }
}

}  // namespace

const std::vector<std::string>& default_expectations() {
  static const std::vector<std::string> sentences = {"pod.ready or pod.succeeded", "never pod.failed", "no restarted",
                                                     "no SIGKILL"};
  return sentences;
}

TestedFile test_file(const TestSource& source, const TestOptions& options, const std::atomic<bool>& stop) {
  TestedFile tested;
  InputOptions reading;
  reading.paths = {source.path};
  reading.cluster = options.cluster;
  Input input = read_input(reading);
  tested.parts = input.parts;
  const bool scenarios = std::any_of(input.scenarios.begin(), input.scenarios.end(),
                                     [](const Scenario& one) { return one.from_file; });
  tested.is_manifest = !scenarios;
  if (std::any_of(input.problems.begin(), input.problems.end(), is_error)) {
    const bool may_be_else = source.found && input.scenarios.empty();
    if (may_be_else && is_about_something_else(input.problems)) return tested;
    const Unreadable kind = may_be_else ? kind_of_unreadable(input) : Unreadable::Broken;
    tested.is_template = kind == Unreadable::Template;
    if (kind == Unreadable::Broken) tested.tests.push_back(broken_file(source, input));
    return tested;
  }
  for (const Diagnostic& problem : input.problems) {
    if (problem.severity == Severity::Warning) tested.talk += render_diagnostic(problem, input.files, false);
  }
  const Value defaults = default_list(options.default_expect, input.files);
  for (Scenario& scenario : input.scenarios) {
    if (!matches(options.pattern, scenario) || stop) continue;
    if (!scenario.from_file) {
      if (options.default_expect.empty()) continue;
      add_default_deletion(scenario);
    }
    const bool stated = scenario.from_file && !scenario.expect.is_null();
    const Value& expect = scenario.from_file ? scenario.expect : defaults;
    tested.tests.push_back(Tester{scenario, input.files, options, stop}.test(stated || !scenario.from_file ? expect : Value::array()));
  }
  return tested;
}

}  // namespace podlapse::cli
