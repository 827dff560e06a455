// The text of a first scenario for a manifest: what is assumed of its processes, written out, with comments.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/suite/first_expectations.hpp"

namespace podlapse::cli {

/// Where the scenario takes its workloads from: the path of a manifest, or the objects themselves.
struct InitSource {
  std::string path;            ///< as the scenario has it; empty: inline
  std::vector<Value> objects;  ///< inline: one workload, or several Pods
  std::string schema;          ///< for the first line, which editors read; empty: none
};

/// A scenario file about `given`, which was read from a manifest alone, without actions and expectations.
[[nodiscard]] std::string describe_assumptions(const InitSource& source, const Scenario& given);

/// The section that deletes `workload` at `at`. `first`: it begins the list.
[[nodiscard]] std::string describe_deletion(const Scenario& given, const Workload& workload, SimDuration at,
                                            bool first);

[[nodiscard]] std::string describe_expectations(const std::vector<FirstExpectation>& expectations);

}  // namespace podlapse::cli
