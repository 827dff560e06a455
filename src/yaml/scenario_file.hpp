// Scenario files: documents to a Scenario, with every problem and its place. The format is specified in scenarios/README.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse::yaml {

/// What lies around a scenario file.
struct ScenarioSurroundings {
  /// The documents of the file at `path`, which is relative to the scenario file. False when there is no such file.
  std::function<bool(const std::string& path, std::vector<Value>& documents, std::vector<Diagnostic>&)> read_documents;
  /// The files that could be meant by a path that names none, as a scenario writes them. May be empty.
  std::function<std::vector<std::string>(const std::string& path)> files_beside{};
  ClusterGiven cluster{};  ///< what the command line says of the cluster, above the scenario
};

/// True for a document that is a scenario and no manifest: it has no `kind`, but one of pod, job, manifest, pods, manifests.
[[nodiscard]] bool is_scenario(const Value& document);

/// Reads one scenario. `files` get the annotations of its workloads. All problems are reported; what is returned can be
/// run only if none of them is an error.
[[nodiscard]] Scenario read_scenario(const Value& document, const ScenarioSurroundings& around, SourceFiles& files,
                                     std::vector<Diagnostic>& diagnostics);

}  // namespace podlapse::yaml
