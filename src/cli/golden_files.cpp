#include "cli/golden_files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/input.hpp"
#include "podlapse/base/diff.hpp"
#include "podlapse/suite/story_text.hpp"

namespace podlapse::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = std::size_t{64} << 20;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Names become parts of paths.
std::string as_file_name(std::string name) {
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!plain) c = '_';
  }
  return name;
}

}  // namespace

std::string golden_path(const std::string& folder, const std::string& test_file, const std::string& test_name) {
  const fs::path file = test_file == "-" ? fs::path{"standard-input"} : fs::path{test_file}.lexically_normal();
  fs::path below = file.is_absolute() ? file.relative_path() : file;
  std::string name = below.stem().string();
  if (as_file_name(test_name) != name) name += "." + as_file_name(test_name);
  fs::path inside;
  for (const fs::path& part : below.parent_path()) inside /= part == ".." ? fs::path{"_"} : part;
  return (fs::path{folder} / inside / (name + ".txt")).string();
}

bool write_file(const std::string& path, const std::string& text, std::string& problem) {
  std::error_code error;
  const fs::path target{path};
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  // A device or pipe (/dev/stdout) is written as it is; a file is replaced once it is whole.
  const bool replaces = !fs::exists(target, error) || fs::is_regular_file(target, error);
  const std::string beside = replaces ? path + ".part" : path;
  errno = 0;
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool good = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) good = std::fclose(file) == 0 && good;
  if (good && replaces) good = std::rename(beside.c_str(), path.c_str()) == 0;
  if (good) return true;
  problem = "cannot write " + path + ": " + std::strerror(errno);
  if (replaces) std::remove(beside.c_str());
  return false;
}

std::optional<GoldenDifference> compare_with_golden(const std::string& path, const std::string& text, bool update,
                                                    std::string& problem) {
  std::error_code error;
  GoldenDifference difference;
  difference.file = path;
  std::string stored;
  difference.missing = !fs::exists(path, error);
  if (!difference.missing && !read_file(path, kLargest, stored, problem)) {
    problem = path + ": " + problem;
    return std::nullopt;
  }
  if (!difference.missing && stored == text) return std::nullopt;
  if (update) {
    (void)write_file(path, text, problem);
    return std::nullopt;
  }
  if (difference.missing) return difference;
  difference.diff = lines_of(unified_diff(stored, text, path, "now"));
  for (const std::string& line : difference.diff) {
    SimDuration at{};
    const bool changed = line.size() > 1 && (line[0] == '+' || line[0] == '-') && line[1] == ' ';
    if (!changed || !instant_of_line(line, at)) continue;
    difference.from = difference.from ? std::min(*difference.from, at) : at;
  }
  return difference;
}

}  // namespace podlapse::cli
