// Traces from files and standard input.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse::cli {

/// The traces of `paths` ("-" is standard input), in their order: traces in JSON Lines, recordings of tools/record, and what
/// kubectl printed of Pods and events (in JSON or YAML), recognised by their content. Of what kubectl printed, all files
/// together make the traces: events of one file are about Pods of another; `now` is until when its last states held. The
/// texts are added to `files`; what cannot be read, or is none of these, is added to `problems`.
[[nodiscard]] std::vector<Trace> read_trace_files(const std::vector<std::string>& paths, SourceFiles& files,
                                                  std::vector<Diagnostic>& problems, std::optional<WallTime> now = std::nullopt);

/// The recordings of a case that lie beside its file: CASE.RUN.jsonl, RUN a number, in the file's folder, in its folder
/// `traces`, or in the folder `traces` next to it; the first of them that has any. Sorted by run.
[[nodiscard]] std::vector<std::string> recordings_beside(const std::string& case_file, const std::string& case_name);

}  // namespace podlapse::cli
