// Tests many files at once, on as many threads as there are cores.
#pragma once

#include <functional>
#include <vector>

#include "cli/test_one.hpp"

namespace podlapse::cli {

/// Tests `sources` on `jobs` threads and hands what was found to `take`, on the calling thread and in the order of
/// `sources`. `take` returns false to stop: what has not begun then is left out. `ask` is called every now and then while
/// waiting; it returns false to stop too. @throws what a test throws (InternalFault)
void test_files(const std::vector<TestSource>& sources, const TestOptions& options, std::size_t jobs,
                const std::function<bool(std::size_t, TestedFile)>& take, const std::function<bool()>& ask);

}  // namespace podlapse::cli
