// Runs the benchmarks with interleaved repetitions and prints what they are relative to the first of their group, since
// absolute times say more about the machine than about podlapse.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Collects the processor time of each repetition, which a busy machine disturbs least; prints medians and ratios at the end.
class Ratios : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      if (run.error_occurred) {
        std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
        continue;
      }
      const std::string name = run.run_name.function_name + (run.run_name.args.empty() ? "" : "/" + run.run_name.args);
      order_[{run.family_index, run.per_family_instance_index}] = name;
      times_[name].push_back(run.cpu_accumulated_time / static_cast<double>(run.iterations) * 1e9);
      for (const auto& [counter, value] : run.counters) counters_[name][counter] = value.value;
    }
  }

  void Finalize() override {
    std::printf("%-42s %12s %8s %8s\n", "", "median ns", "spread", "ratio");
    std::map<std::string, double> first;  // of each group: the name up to the slash, and the size behind it
    for (const auto& [place, name] : order_) {
      std::vector<double>& times = times_[name];
      std::sort(times.begin(), times.end());
      const double median = times[times.size() / 2];
      const double spread = (times.back() / times.front() - 1) * 100;
      const auto slash = name.find('/');
      const auto size = name.find('/', slash + 1);
      const std::string group = name.substr(0, slash) + (size == std::string::npos ? "" : name.substr(size));
      const double ratio = median / first.emplace(group, median).first->second;
      std::printf("%-42s %12.1f %7.0f%% %8.2f", name.c_str(), median, spread, ratio);
      for (const auto& [counter, value] : counters_[name]) std::printf("  %s %.0f", counter.c_str(), value);
      std::printf("\n");
    }
  }

 private:
  std::map<std::pair<int64_t, int64_t>, std::string> order_;  // as registered; they run interleaved
  std::map<std::string, std::vector<double>> times_;
  std::map<std::string, std::map<std::string, double>> counters_;
};

}  // namespace

int main(int argc, char** argv) {
  // What is given on the command line comes later, and wins.
  std::vector<std::string> options = {argv[0], "--benchmark_repetitions=9", "--benchmark_enable_random_interleaving=true",
                                      "--benchmark_min_time=0.05"};
  options.insert(options.end(), argv + 1, argv + argc);
  std::vector<char*> arguments;
  for (std::string& option : options) arguments.push_back(option.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
  return 0;
}
