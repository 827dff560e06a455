// One file of `podlapse test`: read, simulated and judged. Knows nothing of other files, so that many can be done at once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/input.hpp"
#include "cli/simulation.hpp"
#include "podlapse/suite/result.hpp"

namespace podlapse::cli {

/// What a manifest without a scenario is held to, in sentences. It is deleted 5 minutes after its creation, unless it is a Job.
[[nodiscard]] const std::vector<std::string>& default_expectations();

struct TestOptions {
  SimulationOptions simulation;
  ClusterOptions cluster;
  std::optional<std::uint64_t> seeds;           ///< run under seeds 1 to N
  std::uint64_t repeat = 1;                     ///< run each that often; the traces must be the same
  std::vector<std::string> default_expect;      ///< sentences for manifests; empty: manifests are passed over
  std::string pattern;                          ///< only tests whose name or file has this in it
  std::optional<std::chrono::nanoseconds> timeout;  ///< real time for one test
  std::string golden;                           ///< folder of stored timelines; empty: none
  bool update_golden = false;
  bool list = false;                            ///< only name the tests
  bool tell_held = false;                       ///< name what held, too
  std::size_t excerpt_width = 96;               ///< columns
};

/// A file to test.
struct TestSource {
  std::string path;
  bool found = false;  ///< in a folder, not named: it may be something else than a test
};

struct TestedFile {
  std::vector<TestResult> tests;
  std::vector<std::string> parts;     ///< canonical paths of the manifests that its scenarios build on
  std::string talk;                   ///< warnings, rendered
  bool is_manifest = false;           ///< it may be a part of some scenario
  bool is_template = false;           ///< found in a folder, and to be rendered before it is a manifest
};

/// Tests what is in `source`. `stop` set by somebody else ends it early.
[[nodiscard]] TestedFile test_file(const TestSource& source, const TestOptions& options, const std::atomic<bool>& stop);

}  // namespace podlapse::cli
