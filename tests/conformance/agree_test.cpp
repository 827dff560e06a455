// The checks of conformance against agree.py, which lies in the reference material beside the project: both must find
// the same number of disagreements by each check.
#include <doctest/doctest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "podlapse/report/conformance.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "support/golden.hpp"
#include "support/process.hpp"
#include "support/shared.hpp"

using namespace podlapse;
using test::contents_of;
using test::run_process;

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// How many disagreements there are by each check: "lifecycle 0 order 1 ...".
using Counts = std::map<std::string, std::int64_t>;

/// Says so and returns false where there is no Python.
bool has_python() {
  const bool found = run_process("/bin/sh", {"-c", "python3 -c 'import json' 2>/dev/null"}).status == 0;
  if (!found) std::printf("skipped: python3 is not installed, so agree.py cannot be asked\n");
  return found;
}

std::vector<fs::path> sorted_files(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// "init-one-ok" of "init-one-ok.2.jsonl".
std::string case_of(const fs::path& trace) { return trace.stem().stem().string(); }

/// One trace to be judged by the others.
struct Question {
  fs::path judged;
  std::vector<fs::path> by;
};

constexpr const char* kAsk = R"(import json, sys
sys.path.insert(0, sys.argv[1])
import agree
for line in sys.stdin:
    judged, by = json.loads(line)
    bad = agree.judge([agree.load(one) for one in by], agree.load(judged))
    print(json.dumps({check: len(found) for check, found in bad.items()}))
)";

std::vector<Counts> ask_agree(const fs::path& folder, const std::vector<Question>& questions) {
  test::ProcessOptions options;
  for (const Question& question : questions) {
    json::array by;
    for (const fs::path& one : question.by) by.emplace_back(one.string());
    options.input += json::serialize(json::array{question.judged.string(), by}) + "\n";
  }
  const auto ended = run_process("/bin/sh", {"-c", "exec python3 -B -c \"$0\" \"$1\"", kAsk, folder.string()}, options);
  REQUIRE_MESSAGE(ended.status == 0, ended.error);
  std::vector<Counts> answers;
  for (std::size_t at = 0; at < ended.output.size();) {
    const std::size_t end = ended.output.find('\n', at);
    Counts& counts = answers.emplace_back();
    const json::value answer = json::parse(ended.output.substr(at, end - at));
    for (const auto& member : answer.as_object()) counts[std::string{member.key()}] = member.value().to_number<int>();
    at = end + 1;
  }
  REQUIRE(answers.size() == questions.size());
  return answers;
}

std::string short_name(RuleId check) { return std::string{rule(check).id}.substr(8); }  // without "conform/"

class Traces {
 public:
  const Trace& at(const fs::path& path) {
    const auto known = traces_.find(path.string());
    if (known != traces_.end()) return known->second;
    TracesRead read = read_traces(contents_of(path.string()), 0);
    REQUIRE(read.problems.empty());
    REQUIRE(read.traces.size() == 1);
    return traces_.emplace(path.string(), std::move(read.traces[0])).first->second;
  }

 private:
  std::map<std::string, Trace> traces_;
};

Counts counts_of(const Agreement& agreement) {
  Counts counts;
  for (const RuleId check : kConformanceChecks) {
    counts[short_name(check)] = static_cast<std::int64_t>(agreement.count(check));
  }
  return counts;
}

std::string to_text(const Counts& counts) {
  std::string text;
  for (const auto& [check, count] : counts) text += check + " " + std::to_string(count) + " ";
  return text;
}

/// Asks both and compares; returns how many questions had a disagreement, by check.
Counts compare_answers(const fs::path& folder, const std::vector<Question>& questions) {
  const std::vector<Counts> theirs = ask_agree(folder, questions);
  Traces traces;
  Counts disagreeing;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    std::vector<Trace> by;
    for (const fs::path& path : questions[i].by) by.push_back(traces.at(path));
    const Agreement agreement = compare_traces(traces.at(questions[i].judged), by);
    const Counts mine = counts_of(agreement);
    INFO(questions[i].judged.filename().string() << " by " << questions[i].by.front().filename().string());
    CHECK(to_text(mine) == to_text(theirs[i]));
    for (const auto& [check, count] : mine) disagreeing[check] += count > 0 ? 1 : 0;
  }
  return disagreeing;
}

}  // namespace

TEST_SUITE("conformance/agree") {
  TEST_CASE("each recorded run is judged by the other runs of its case as agree.py judges it") {
    const auto folder = test::shared_path("oracle");
    if (!folder || !has_python()) return;
    const std::vector<fs::path> files = sorted_files(*folder / "traces", ".jsonl");
    std::vector<Question> questions;
    for (const fs::path& file : files) {
      Question question{file, {}};
      for (const fs::path& other : files) {
        if (other != file && case_of(other) == case_of(file)) question.by.push_back(other);
      }
      if (!question.by.empty()) questions.push_back(std::move(question));
    }
    CHECK(questions.size() >= 100);
    compare_answers(*folder, questions);
  }

  TEST_CASE("recorded runs of other cases are judged as agree.py judges them, by every check") {
    const auto folder = test::shared_path("oracle");
    if (!folder || !has_python()) return;
    const std::vector<fs::path> files = sorted_files(*folder / "traces", ".jsonl");
    std::vector<Question> questions;
    for (std::size_t i = 0; i < files.size(); ++i) {
      for (const std::size_t step : {std::size_t{3}, std::size_t{57}}) {
        const std::size_t other = (i + step) % files.size();
        questions.push_back({files[i], {files[other], files[(other + 1) % files.size()]}});
      }
    }
    const Counts disagreeing = compare_answers(*folder, questions);
    for (const RuleId check : kConformanceChecks) {
      INFO(rule(check).id);
      CHECK(disagreeing.at(short_name(check)) > 0);
    }
  }

  TEST_CASE("each simulation is judged as agree.py judges it") {
    const auto folder = test::shared_path("oracle");
    if (!folder || !has_python()) return;
    const fs::path out = fs::temp_directory_path() / ("podlapse-agree-" + std::to_string(getpid()) + ".json");
    const std::vector<std::string> ask{"-B", (*folder / "agree.py").string(), "--cases", (*folder / "cases").string(),
                                       "--traces", (*folder / "traces").string(), "--command",
                                       PODLAPSE_BINARY " run {case} -o jsonl", "--json", out.string()};
    const auto asked = run_process("/usr/bin/env", [&ask] {
      std::vector<std::string> arguments{"python3"};
      arguments.insert(arguments.end(), ask.begin(), ask.end());
      return arguments;
    }());
    INFO(asked.error);
    REQUIRE(asked.status <= 1);
    const json::value theirs = json::parse(contents_of(out.string()));
    fs::remove(out);
    const auto result = test::run_podlapse({"conform", (*folder / "cases").string(), "-o", "json"});
    REQUIRE(result.status <= 1);
    const json::value mine = json::parse(result.output);
    CHECK(mine.at("cases").as_array().size() == theirs.as_object().size());
    for (const json::value& one : mine.at("cases").as_array()) {
      const std::string name{one.at("case").as_string()};
      Counts counts, expected;
      for (const json::value& found : one.at("disagreements").as_array())
        ++counts[std::string{found.at("check").as_string()}];
      for (const auto& member : theirs.at(name).as_object())
        expected[std::string{member.key()}] = static_cast<std::int64_t>(member.value().as_array().size());
      INFO(name);
      CHECK(to_text(counts) == to_text(expected));
    }
  }
}
