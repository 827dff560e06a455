// Pods made by chance, run under the checker of kubelet/world_invariants.hpp. What fails is made small and printed as a
// scenario file. How many: README.md of tests.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string>

#include "kubelet/world_invariants.hpp"
#include "kubelet/world_random.hpp"
#include "podlapse/trace/digest.hpp"
#include "random/shrink.hpp"
#include "random/world_scenario.hpp"

namespace podlapse::test {
namespace {

/// A number from the environment.
std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Seeds {
  std::uint64_t first = number_from("PODLAPSE_FIRST_SEED", 1);
  std::uint64_t count;
  explicit Seeds(std::uint64_t usual) : count(number_from("PODLAPSE_SEEDS", usual)) {}
};

std::vector<Breach> breaches_in(const RandomCase& random) {
  return breaches_of(std::make_shared<const WorldInput>(random.input), kTimeZero + random.until, random.copied_at);
}

bool breaks(const std::vector<Breach>& breaches, Invariant invariant) {
  return std::any_of(breaches.begin(), breaches.end(), [=](const Breach& breach) { return breach.invariant == invariant; });
}

/// What a failing seed comes to: the smallest case that breaks the same invariant, as a file.
std::string report(const RandomCase& random, Invariant invariant) {
  const RandomCase small =
      shrink(random, [invariant](const RandomCase& candidate) { return breaks(breaches_in(candidate), invariant); });
  return to_text(breaches_in(small)) + "---\n" + scenario_text(small);
}

class Log final : public TraceSink {
 public:
  void on_record(const TraceRecord& record) override { records.push_back(record); }
  std::vector<TraceRecord> records;
};

std::uint64_t digest_of(const RandomCase& random) {
  World world{std::make_shared<const WorldInput>(random.input)};
  Log log;
  world.run_until(kTimeZero + random.until, &log);
  return trace_digest(log.records);
}

/// A World seen through a fault: the ends of containers that were killed are not told.
class DropsKills final : public TraceSink {
 public:
  explicit DropsKills(TraceSink& next) : next_(next) {}
  void on_record(const TraceRecord& record) override {
    const auto* seen = std::get_if<ContainerObservation>(&record.observation);
    if (seen == nullptr || seen->exit_code != 137) next_.on_record(record);
  }

 private:
  TraceSink& next_;
};

bool breaks_with_fault(const RandomCase& random) {
  const auto input = std::make_shared<const WorldInput>(random.input);
  WorldInvariants invariants{input};
  World world{input};
  invariants.watch(world);
  DropsKills faulty{invariants};
  world.run_until(kTimeZero + random.until, &faulty);
  return breaks(invariants.breaches(), Invariant::OneLiveInstance);
}

}  // namespace

TEST_SUITE("random") {
  TEST_CASE("whatever its Pods are, a World keeps its invariants") {
    const Seeds seeds{2000};
    std::set<Invariant> told;  // one example of each is enough
    std::uint64_t failed = 0;
    for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
      const RandomCase random = random_case(seed);
      const std::vector<Breach> breaches = breaches_in(random);
      failed += breaches.empty() ? 0 : 1;
      for (const Breach& breach : breaches) {
        if (!told.insert(breach.invariant).second) continue;
        FAIL_CHECK("seed ", seed, " breaks ", std::string{to_string(breach.invariant)}, "\n", report(random, breach.invariant));
      }
    }
    CHECK_EQ(failed, 0);
  }

  TEST_CASE("a scenario file that was written reads back as the same, and tells the same") {
    const Seeds seeds{1000};
    for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
      const RandomCase random = random_case(seed);
      const std::string text = scenario_text(random);
      std::string problems;
      const RandomCase read = read_back(text, problems);
      const std::string differs = difference(random, read);
      const bool same = problems.empty() && differs.empty() && digest_of(random) == digest_of(read) && scenario_text(read) == text;
      if (!same) FAIL("seed ", seed, ": ", differs, "\n", problems, "---\n", text);
    }
  }

  TEST_CASE("what fails is shrunk to what makes it fail, and the file that is printed fails in the same way") {
    int shrunk = 0;
    for (std::uint64_t seed = 1; shrunk < 3; ++seed) {
      const RandomCase random = random_case(seed);
      if (!breaks_with_fault(random)) continue;
      ++shrunk;
      const RandomCase small = shrink(random, breaks_with_fault);
      CAPTURE(seed);
      INFO(scenario_text(small));
      CHECK_EQ(small.input.pods.size(), 1);
      CHECK_LE(small.input.pods[0].spec.containers.size(), 2);
      CHECK_LE(small.input.actions.size(), 1);
      CHECK_FALSE(small.seed);
      std::string problems;
      CHECK(breaks_with_fault(read_back(scenario_text(small), problems)));
      CHECK_EQ(problems, "");
    }
  }
}

}  // namespace podlapse::test
