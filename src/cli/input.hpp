// The one place that turns the paths of a command line into scenarios: files, folders and standard input; manifests and
// scenario files; overrides and selection.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/scenario/overrides.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse::cli {

/// What the command line says of the cluster, as given; empty: nothing.
struct ClusterOptions {
  std::string kubernetes_version, feature_gates;
};

/// Reads it. The texts become files for the diagnostics.
[[nodiscard]] ClusterGiven read_cluster(const ClusterOptions& options, SourceFiles& files, std::vector<Diagnostic>& problems);

/// What to read, and how to change it.
struct InputOptions {
  std::vector<std::string> paths;                               ///< files, folders, "-" for standard input
  std::vector<std::string> select;                              ///< "kind/name" or "name"; empty: everything
  std::vector<std::pair<OverrideKind, std::string>> overrides;  ///< as given, in order
  std::optional<int> replicas;                                  ///< Pods of each workload that keeps a number of them
  bool strict_references = false;                               ///< what is not in the files given does not exist
  ClusterOptions cluster;
  std::function<void(Value&)> alter;                            ///< changes each document before anything is made of it
};

/// What was read. `scenarios` (each a World of its own) may be run only where there is no error among `problems`.
struct Input {
  SourceFiles files;
  std::vector<Diagnostic> problems;
  std::vector<Scenario> scenarios;
  std::vector<std::string> parts;  ///< canonical paths of the manifests that scenarios name
};

[[nodiscard]] Input read_input(const InputOptions& options);

/// The .yaml, .yml and .json files below the folder `path`, sorted. Hidden folders in it are not entered.
[[nodiscard]] std::vector<std::string> input_files_in(const std::string& path);

/// The same text for every spelling of a path.
[[nodiscard]] std::string canonical_path(const std::string& path);

/// Prints problems on standard error: errors always, the rest as the log level says. True when there was no error.
bool report_problems(const SourceFiles& files, const std::vector<Diagnostic>& problems, bool color);

/// The error for file number `file`, which could not be read: input/unreadable.
[[nodiscard]] Diagnostic unreadable(std::uint32_t file, const std::string& why);

/// The text of one file of at most `bytes_max` bytes, or of standard input for "-". False with `problem` set, without
/// the name of the file, when it cannot be read.
[[nodiscard]] bool read_file(const std::string& path, std::size_t bytes_max, std::string& text, std::string& problem);

}  // namespace podlapse::cli
