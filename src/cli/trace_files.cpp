#include "cli/trace_files.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/input.hpp"
#include "podlapse/report/cluster_recording.hpp"
#include "podlapse/report/jsonl.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "yaml/text.hpp"

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

/// A text that is YAML and looks like what kubectl prints.
bool looks_like_objects(std::string_view text) {
  for (const std::string_view key : {"kind:", "apiVersion:", "items:"}) {
    const std::string line = "\n" + std::string{key};
    if (text.rfind(key, 0) == 0 || text.find(line) != std::string_view::npos) return true;
  }
  return false;
}

/// Reads one file after the other; what kubectl printed is kept until all are read.
class TraceReader {
 public:
  TraceReader(SourceFiles& files, std::vector<Diagnostic>& problems) : files_(files), problems_(problems) {}

  void read(const std::string& path) {
    const auto number = static_cast<std::uint32_t>(files_.size());
    std::string problem;
    files_.push_back({path, {}});
    if (!read_file(path, kTraceBytesMost, files_.back().text, problem)) return problems_.push_back(unreadable(number, problem));
    const std::string& text = files_.back().text;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] == '{') return read_json(text, number);
    if (!looks_like_objects(text)) return read_lines(text, number);
    const std::vector<Value> documents = yaml::read_documents(text, number, {kTraceBytesMost, 100, 50'000'000}, problems_);
    add_documents(documents, number);
  }

  std::vector<Trace> finish(std::optional<WallTime> now) {
    for (Trace& trace : traces_of(printed_, now)) traces_.push_back(std::move(trace));
    for (const auto& [kind, count] : printed_.passed_over) {
      Diagnostic note;
      note.severity = Severity::Note;
      note.code = rule(RuleId::ManifestSkipped).id;
      note.span.file = kNoFile;
      note.text = "passed over, since it is no Pod and no Event: " + kind + (count > 1 ? " (" + std::to_string(count) + ")" : "");
      problems_.push_back(std::move(note));
    }
    return std::move(traces_);
  }

 private:
  /// The first document tells: a trace begins with its header.
  void read_json(const std::string& text, std::uint32_t number) {
    const std::size_t line_end = std::min(text.find('\n', text.find('{')), text.size());
    const std::string_view line = std::string_view{text}.substr(0, line_end);
    const JsonDocuments first = read_json_documents(line, number);
    const bool whole = first.problems.empty() && !first.documents.empty();
    const bool is_trace = whole ? !is_cluster_document(first.documents.front()) : line.find("\"header\"") != std::string_view::npos;
    if (is_trace) return read_lines(text, number);
    JsonDocuments all = read_json_documents(text, number);
    problems_.insert(problems_.end(), all.problems.begin(), all.problems.end());
    if (all.problems.empty()) add_documents(all.documents, number);
  }

  void read_lines(const std::string& text, std::uint32_t number) {
    TracesRead read = read_traces(text, number);
    problems_.insert(problems_.end(), read.problems.begin(), read.problems.end());
    for (Trace& trace : read.traces) traces_.push_back(std::move(trace));
  }

  /// A recording stands for itself; what kubectl printed is put together.
  void add_documents(const std::vector<Value>& documents, std::uint32_t number) {
    ClusterRecording read;
    for (const Value& document : documents) add_cluster_document(document, read);
    const std::vector<Trace> traces = traces_of(read);
    if (traces.empty()) return complain_of_no_history(number);
    if (read.recorded) {
      traces_.insert(traces_.end(), traces.begin(), traces.end());
      return;
    }
    for (const Value& document : documents) add_cluster_document(document, printed_);
  }

  void complain_of_no_history(std::uint32_t number) {
    Diagnostic problem;
    problem.code = rule(RuleId::TraceNoHistory).id;
    problem.span = {number, 0, 0, 1};
    problem.text = "no Pod with a status and no event is in it";
    problem.help = "`podlapse run` simulates a manifest; `kubectl get pod -o yaml` prints a Pod with its status";
    problems_.push_back(std::move(problem));
  }

  SourceFiles& files_;
  std::vector<Diagnostic>& problems_;
  std::vector<Trace> traces_;
  ClusterRecording printed_;
};

}  // namespace

std::vector<Trace> read_trace_files(const std::vector<std::string>& paths, SourceFiles& files,
                                    std::vector<Diagnostic>& problems, std::optional<WallTime> now) {
  TraceReader reader{files, problems};
  for (const std::string& path : paths) reader.read(path);
  return reader.finish(now);
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
