// The scenarios that are shipped with podlapse, called by their names: `podlapse run terminate-reverse-order`.
#pragma once

#include <string>
#include <vector>

namespace podlapse::cli {

/// A scenario of the library.
struct LibraryScenario {
  std::string id;    ///< "termination/terminate-reverse-order": its path below the library's folder, without extension
  std::string path;  ///< of its file
};

/// Where the shipped scenarios are: the folder that PODLAPSE_SCENARIOS names, else share/podlapse/scenarios beside the binary's
/// folder, else `scenarios` of the source tree that the binary was built in. Empty where there is none.
[[nodiscard]] std::string library_folder();

/// All of them, by id. Manifests that scenarios build on are not among them.
[[nodiscard]] std::vector<LibraryScenario> library_scenarios();

/// Those among `scenarios` that `name` means: the one with this id; else those whose id ends with it, or is it with `-` for
/// `/`. Several only where the name is not enough.
[[nodiscard]] std::vector<LibraryScenario> called(const std::string& name, const std::vector<LibraryScenario>& scenarios);

/// The last part of an id, which is mostly enough: "terminate-reverse-order".
[[nodiscard]] std::string short_name(const std::string& id);

/// What to write instead of `name`, which means none: the nearest name, or empty.
[[nodiscard]] std::string nearest_scenario(const std::string& name, const std::vector<LibraryScenario>& scenarios);

}  // namespace podlapse::cli
