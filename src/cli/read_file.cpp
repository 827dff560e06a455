#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/input.hpp"
#include "cli/log.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::cli {
namespace {

constexpr std::size_t kProblemsMost = 50;  ///< printed of one run

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

std::string size_text(std::size_t bytes) {
  return bytes >= (std::size_t{1} << 20) ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes) + " bytes";
}

}  // namespace

bool read_file(const std::string& path, std::size_t bytes_max, std::string& text, std::string& problem) {
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file{path == "-" ? stdin : std::fopen(path.c_str(), "rb")};
  text.clear();
  if (file) {
    char buffer[1 << 14];
    for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
      text.append(buffer, count);
      if (text.size() > bytes_max) {
        problem = "larger than " + size_text(bytes_max) + ", the most that is read";
        return false;
      }
    }
    if (std::ferror(file.get()) == 0) return true;
  }
  problem = errno != 0 ? std::strerror(errno) : "it cannot be read";
  return false;
}

Diagnostic unreadable(std::uint32_t file, const std::string& why) {
  Diagnostic problem;
  problem.code = rule(RuleId::InputUnreadable).id;
  problem.span = {file, 0, 0, 1};
  problem.text = "cannot read this file: " + why;
  return problem;
}

bool report_problems(const SourceFiles& files, const std::vector<Diagnostic>& problems, bool color) {
  std::size_t printed = 0, errors = 0;
  for (const Diagnostic& problem : problems) {
    const bool error = problem.severity == Severity::Error;
    errors += error ? 1 : 0;
    const LogLevel level = error                                   ? LogLevel::Error
                           : problem.severity == Severity::Warning ? LogLevel::Warning
                                                                   : LogLevel::Info;
    if (!log_says(level) || printed == kProblemsMost) continue;
    ++printed;
    std::fputs(render_diagnostic(problem, files, color).c_str(), stderr);
  }
  if (printed == kProblemsMost && problems.size() > printed) {
    log_note(std::to_string(problems.size() - printed) + " more problems are not shown");
  }
  return errors == 0;
}

}  // namespace podlapse::cli
