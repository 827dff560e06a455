// Traces from files and standard input.
#pragma once

#include <string>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse::cli {

/// The traces of `paths` ("-" is standard input), in their order. The texts are added to `files`; what cannot be read, or
/// is no trace, is added to `problems`.
[[nodiscard]] std::vector<Trace> read_trace_files(const std::vector<std::string>& paths, SourceFiles& files,
                                                  std::vector<Diagnostic>& problems);

/// The recordings of a case that lie beside its file: CASE.RUN.jsonl, RUN a number, in the file's folder, in its folder
/// `traces`, or in the folder `traces` next to it; the first of them that has any. Sorted by run.
[[nodiscard]] std::vector<std::string> recordings_beside(const std::string& case_file, const std::string& case_name);

}  // namespace podlapse::cli
