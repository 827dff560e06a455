// podlapse scenarios [PATTERN]: the scenarios that are shipped, what each answers, and the file of one to start from.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/command.hpp"
#include "cli/input.hpp"
#include "cli/library.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "podlapse/report/text.hpp"
#include "yaml/scenario_file.hpp"
#include "yaml/text.hpp"

namespace podlapse::cli {
namespace {

enum class Format : std::uint8_t { Text, Name, Json, Yaml };

struct ScenariosOptions {
  std::string pattern;
  std::optional<std::size_t> format;
};

/// What the head of a scenario file says.
struct Head {
  LibraryScenario scenario;
  std::string name, what, question, lesson;
  std::vector<std::string> threads;

  /// The line by which it is listed.
  [[nodiscard]] const std::string& line() const { return question.empty() ? what : question; }
  [[nodiscard]] std::string folder() const {
    return scenario.id.substr(0, scenario.id.size() - std::min(scenario.id.size(), short_name(scenario.id).size() + 1));
  }
};

/// The text of a shipped file; empty where it cannot be read.
std::string text_of(const LibraryScenario& scenario) {
  std::string text, problem;
  const bool readable = read_file(scenario.path, yaml::ReadLimits{}.bytes, text, problem);
  if (!readable) log_error(scenario.path + ": cannot read this file: " + problem);
  return readable ? text : std::string{};
}

Head head_of(const LibraryScenario& scenario) {
  Head head{scenario, {}, {}, {}, {}, {}};
  std::vector<Diagnostic> problems;
  for (const Value& document : yaml::read_documents(text_of(scenario), 0, {}, problems)) {
    if (!yaml::is_scenario(document)) continue;
    head.name = document.string_at("name");
    head.what = document.string_at("what");
    head.question = document.string_at("question");
    head.lesson = document.string_at("lesson");
    const Value* threads = document.find("threads");
    if (threads == nullptr || !threads->is_array()) continue;
    for (const Value& address : threads->items()) {
      if (address.is_string()) head.threads.push_back(address.as_string());
    }
  }
  return head;
}

bool matches(const Head& head, const std::string& pattern) {
  for (const std::string& text : {head.scenario.id, head.name, head.what, head.question, head.lesson}) {
    if (text.find(pattern) != std::string::npos) return true;
  }
  return false;
}

/// A folder with folders above it holds a collection, of which only the number is listed.
bool is_in_collection(const Head& head) { return head.folder().find('/') != std::string::npos; }

/// The heading of a folder's README: what its scenarios are about. Empty where there is none.
std::string heading_of(const Head& head) {
  const std::string path = (std::filesystem::path{head.scenario.path}.parent_path() / "README.md").string();
  std::string text, problem;
  constexpr std::size_t kLargest = std::size_t{1} << 20;
  if (!read_file(path, kLargest, text, problem) || text.compare(0, 2, "# ") != 0) return {};
  return text.substr(2, text.find('\n') - 2);
}

/// A line for each collection that was passed over.
std::string list_collections(const std::vector<Head>& heads, bool whole, bool color) {
  std::map<std::string, std::int64_t> counts;
  for (const Head& head : heads) {
    if (!whole && is_in_collection(head)) ++counts[head.folder().substr(0, head.folder().find('/'))];
  }
  std::string text;
  for (const auto& [name, count] : counts) {
    text += "\n" + Line{}.add(name, Style::Strong).add("  " + counted(count, "scenario")).finish(color);
    text += Line{}.add("  podlapse scenarios " + name + "  lists them", Style::Faint).finish(color);
  }
  return text;
}

/// Blocks of folders, each with its scenarios.
std::string list(const std::vector<Head>& heads, bool whole, std::size_t width, bool color) {
  std::size_t widest = 0;
  for (const Head& head : heads) widest = std::max(widest, text_width(short_name(head.scenario.id)));
  const std::size_t indent = widest + 4, room = std::max<std::size_t>(width, indent + 24) - indent;
  std::string text, folder;
  for (const Head& head : heads) {
    if (!whole && is_in_collection(head)) continue;
    if (folder != head.folder()) {
      folder = head.folder();
      text += (text.empty() ? "" : "\n") + Line{}.add(folder, Style::Strong).add("  " + heading_of(head), Style::Faint).finish(color);
    }
    bool first = true;
    for (const std::string& row : wrapped(head.line(), room)) {
      Line line;
      if (first) line.add("  ").add(short_name(head.scenario.id), Style::Good);
      text += line.pad_to(indent).add(row).finish(color);
      first = false;
    }
  }
  return text + list_collections(heads, whole, color);
}

void add_paragraph(std::string& text, const std::string& paragraph, std::size_t width, bool color, Style style = Style::Plain) {
  if (paragraph.empty()) return;
  text += "\n";
  for (const std::string& row : wrapped(paragraph, width)) text += Line{}.add(row, style).finish(color);
}

std::string describe(const Head& head, std::size_t width, bool color) {
  const std::string name = short_name(head.scenario.id);
  std::string text = Line{}.add(head.scenario.id, Style::Strong).finish(color);
  for (const std::string& row : wrapped(head.what, width)) text += Line{}.add(row).finish(color);
  add_paragraph(text, head.question, width, color, Style::Strong);
  if (!head.question.empty()) text += Line{}.add("  answer: podlapse quiz " + name, Style::Faint).finish(color);
  if (!head.threads.empty()) text += "\nasked at\n";
  for (const std::string& thread : head.threads) text += "  " + thread + "\n";
  text += "\npodlapse run " + name + "                 its timeline\npodlapse scenarios " + name + " -o yaml   its file, to start from\n";
  return text;
}

boost::json::object document_of(const Head& head) {
  boost::json::array threads;
  for (const std::string& thread : head.threads) threads.emplace_back(thread);
  return {{"id", head.scenario.id}, {"name", head.name},         {"what", head.what},
          {"question", head.question}, {"lesson", head.lesson}, {"threads", std::move(threads)}, {"file", head.scenario.path}};
}

ExitCode refuse_pattern(const std::string& pattern, const std::vector<LibraryScenario>& all) {
  const std::string nearest = nearest_scenario(pattern, all);
  log_error("no shipped scenario has `" + pattern + "` in its name, question or lesson");
  log_help(nearest.empty() ? "`podlapse scenarios` lists them" : "did you mean `" + nearest + "`?");
  return ExitCode::BadInput;
}

ExitCode print_file(const ScenariosOptions& options, const std::vector<Head>& heads) {
  if (heads.size() == 1) {
    write_output(text_of(heads.front().scenario));
    return ExitCode::Ok;
  }
  log_error("-o yaml prints one scenario, and " + std::to_string(heads.size()) + " are meant by `" + options.pattern + "`");
  return ExitCode::BadInput;
}

ExitCode run(const ScenariosOptions& options, const GlobalOptions& global) {
  const std::vector<LibraryScenario> all = library_scenarios();
  if (all.empty()) {
    log_error("there are no shipped scenarios beside this binary");
    log_help("set PODLAPSE_SCENARIOS to the folder `scenarios` of the sources");
    return ExitCode::BadInput;
  }
  const std::vector<LibraryScenario> named = called(options.pattern, all);
  std::vector<Head> heads;
  for (const LibraryScenario& scenario : named.size() == 1 ? named : all) {
    Head head = head_of(scenario);
    if (named.size() == 1 || matches(head, options.pattern)) heads.push_back(std::move(head));
  }
  if (heads.empty()) return refuse_pattern(options.pattern, all);
  const auto format = static_cast<Format>(options.format.value_or(0));
  const bool color = use_color(global.color, Stream::Output);
  const auto width = static_cast<std::size_t>(output_width());
  std::string text;
  switch (format) {
    case Format::Text:
      text = heads.size() == 1 ? describe(heads.front(), width, color) : list(heads, !options.pattern.empty(), width, color);
      break;
    case Format::Name:
      for (const Head& head : heads) text += head.scenario.id + "\n";
      break;
    case Format::Json: {
      boost::json::array items;
      for (const Head& head : heads) items.push_back(document_of(head));
      text = boost::json::serialize(items) + "\n";
      break;
    }
    case Format::Yaml: return print_file(options, heads);
  }
  write_output(text);
  return ExitCode::Ok;
}

}  // namespace

void add_scenarios_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("scenarios", "list the scenarios that are shipped, and what they answer");
  const auto options = std::make_shared<ScenariosOptions>();
  command->add_option("pattern", options->pattern, "a name, or what name, question or lesson should contain")->type_name("NAME|PATTERN");
  add_choice(*command, "-o,--output", {"text", "name", "json", "yaml"}, options->format, "FORMAT",
             "text (default), name, json, or yaml: the file of one scenario");
  command->footer(
      "examples:\n"
      "  podlapse scenarios preStop                               those about preStop hooks\n"
      "  podlapse scenarios pid1-ignores-term -o yaml > mine.yaml     one to start from\n"
      "  podlapse run pid1-ignores-term                               run, get, describe, test take names, too");
  command->callback(
      [options, &chosen] { chosen = [options](const GlobalOptions& global) { return run(*options, global); }; });
}

}  // namespace podlapse::cli
