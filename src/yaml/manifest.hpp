// Manifests: documents to workloads and the ConfigMaps and Secrets beside them, with what the API server would say of each.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "podlapse/api/status.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/scenario/workload.hpp"

namespace podlapse::yaml {

using podlapse::FieldValidation;

/// What manifests hold.
struct Manifests {
  std::vector<Workload> workloads;
  std::vector<ExistingObject> existing_objects;    ///< what Pods may refer to: these exist, with these keys
  std::map<std::string, std::size_t> skipped;  ///< kinds without Pods, and how many there were
};

/// Adds what `document` holds: an object, or a List of them (also PodList and the like). A workload that the server would
/// refuse is left out, with a diagnostic for each cause, in the server's words, at its place; fields that it would drop without a
/// word are noted. `gates`: what the server knows.
void read_manifest(const Value& document, FieldValidation validation, Manifests& out, std::vector<Diagnostic>& diagnostics,
                   const FeatureGates& gates = {});

/// The workloads of one object: what a scenario file's `pod:` and `job:` hold.
[[nodiscard]] std::vector<Workload> to_workloads(const Value& object, std::vector<Diagnostic>& diagnostics);

/// One note that names the kinds that were skipped; nothing where there were none.
[[nodiscard]] std::vector<Diagnostic> skipped_kinds(const Manifests& manifests);

/// The workloads that one of `selections` names: `kind/name` as kubectl takes it (deploy/web, Pod/x), or a name alone.
/// A selection that names nothing is an error. No selections: all of them.
[[nodiscard]] std::vector<Workload> select_workloads(std::vector<Workload> workloads, const std::vector<std::string>& selections,
                                                     std::vector<Diagnostic>& diagnostics);

}  // namespace podlapse::yaml
