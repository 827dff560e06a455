// Objects that a cluster has printed (`kubectl get pod -o json`): read as they are, without validation, defaults or
// simulation.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"

namespace podlapse::cli {

struct GivenObjects {
  SourceFiles files;
  std::vector<Diagnostic> problems;
  Value::Array pods, events;  ///< in the order of the files; each with its kind and apiVersion
  bool in_list = false;       ///< some of the Pods came in a List
};

/// The Pods and events of `pod_paths` ("-": standard input), and the events of `event_paths`, which may also be a bare list. An
/// object without kind counts as a Pod, as do the items of a PodList. Other kinds are noted and passed over. `select`
/// ("pod/web" or "web") keeps some of the Pods; empty: all.
[[nodiscard]] GivenObjects read_given(const std::vector<std::string>& pod_paths, const std::vector<std::string>& event_paths,
                                      const std::vector<std::string>& select);

/// True when a server has filled in the object's status: it has a phase.
[[nodiscard]] bool has_status(const Value& pod);

}  // namespace podlapse::cli
