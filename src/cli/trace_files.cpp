#include "cli/trace_files.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/input.hpp"
#include "podlapse/report/jsonl.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTraceBytesMost = std::size_t{256} << 20;
constexpr std::string_view kExtension = ".jsonl";

bool is_run_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The files CASE.RUN.jsonl of one folder, by RUN; none where there is no such folder.
std::vector<std::string> recordings_in(const fs::path& folder, const std::string& case_name) {
  std::vector<std::pair<unsigned long, std::string>> runs;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string(), head = case_name + ".";
    if (name.size() <= head.size() + kExtension.size() || name.compare(0, head.size(), head) != 0) continue;
    if (entry->path().extension() != kExtension) continue;
    const std::string run = name.substr(head.size(), name.size() - head.size() - kExtension.size());
    if (is_run_number(run)) runs.emplace_back(std::stoul(run), entry->path().string());
  }
  std::sort(runs.begin(), runs.end());
  std::vector<std::string> paths;
  for (auto& [run, path] : runs) paths.push_back(std::move(path));
  return paths;
}

}  // namespace

std::vector<Trace> read_trace_files(const std::vector<std::string>& paths, SourceFiles& files,
                                    std::vector<Diagnostic>& problems) {
  std::vector<Trace> traces;
  for (const std::string& path : paths) {
    std::string text, problem;
    const auto number = static_cast<std::uint32_t>(files.size());
    if (!read_file(path, kTraceBytesMost, text, problem)) {
      problems.push_back(unreadable(number, problem));
      files.push_back({path, {}});
      continue;
    }
    TracesRead read = read_traces(text, number);
    files.push_back({path, std::move(text)});
    problems.insert(problems.end(), read.problems.begin(), read.problems.end());
    for (Trace& trace : read.traces) traces.push_back(std::move(trace));
  }
  return traces;
}

std::vector<std::string> recordings_beside(const std::string& case_file, const std::string& case_name) {
  if (case_file == "-") return {};
  const fs::path folder = fs::path{case_file}.parent_path();
  for (const fs::path& place : {folder.empty() ? fs::path{"."} : folder, folder / "traces", folder / ".." / "traces"}) {
    std::vector<std::string> found = recordings_in(place, case_name);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace podlapse::cli
