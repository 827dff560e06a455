#include "podlapse/suite/first_expectations.hpp"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>
#include <variant>

#include "podlapse/expect/judge.hpp"
#include "podlapse/expect/read.hpp"

namespace podlapse {
namespace {

using namespace std::chrono_literals;

constexpr SimDuration kRound[] = {1s,  2s,   5s,   10s,  15s,   20s,   30s,   45s,  60s,
                                  90s, 2min, 3min, 5min, 10min, 15min, 30min, 60min};

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

class Finder {
 public:
  Finder(const Scenario& scenario, std::span<const JudgedRun> runs) : scenario_(scenario), runs_(runs) {}

  /// Whether the sentence can be said of the scenario, and holds in every run.
  [[nodiscard]] bool holds(const std::string& sentence) const {
    Value list = Value::array();
    list.push_back(Value{sentence});
    std::vector<Diagnostic> problems;
    const std::vector<Expectation> read = read_expectations(list, scenario_, problems);
    if (!problems.empty() || read.size() != 1) return false;
    return std::all_of(runs_.begin(), runs_.end(),
                       [&](const JudgedRun& run) { return judge(read.front(), run.trace, run.cut).held; });
  }

  /// The index in kRound of the first time T for which `before` T `after` holds.
  [[nodiscard]] std::optional<std::size_t> first_bound(const std::string& before, const std::string& after) const {
    for (std::size_t i = 0; i < std::size(kRound); ++i) {
      if (holds(joined({before, short_duration(kRound[i]), after}))) return i;
    }
    return std::nullopt;
  }

  bool add(const std::string& sentence, std::string why) {
    if (!holds(sentence)) return false;
    found_.push_back({sentence, std::move(why)});
    return true;
  }

  /// The same with a round time in the middle.
  bool add_bounded(const std::string& before, const std::string& after, std::string why) {
    const std::optional<std::size_t> bound = first_bound(before, after);
    if (!bound) return false;
    const SimDuration wider = kRound[std::min(*bound + 1, std::size(kRound) - 1)];
    return add(before + short_duration(wider) + after, std::move(why));
  }

  [[nodiscard]] std::vector<FirstExpectation> take() { return std::move(found_); }
  [[nodiscard]] bool empty() const { return found_.empty(); }

 private:
  const Scenario& scenario_;
  std::span<const JudgedRun> runs_;
  std::vector<FirstExpectation> found_;
};

/// What the kubelet waits for before it goes on behind an init container.
std::string done_moment(const ContainerSpec& container, const std::string& prefix) {
  const std::string name = prefix + container.name;
  if (container.kind == ContainerKind::Init) return name + ".exited(0)";
  return name + (container.startup_probe ? ".startup.passed" : ".started");
}

/// `migrate.exited(0) before proxy.started before app.started`; empty where nothing stands before the containers.
std::string start_order(const PodSpec& pod, const std::string& prefix) {
  std::string order;
  for (const ContainerSpec& container : pod.containers) {
    if (container.kind == ContainerKind::Main)
      return order.empty() ? order : order + prefix + container.name + ".started";
    if (container.kind != ContainerKind::Ephemeral) order += done_moment(container, prefix) + " before ";
  }
  return {};
}

bool is_deleted(const Scenario& scenario, const Workload& workload) {
  return std::any_of(scenario.actions.begin(), scenario.actions.end(), [&](const Action& action) {
    return std::holds_alternative<DeletePod>(action.what) && &scenario.workloads[action.pod] == &workload;
  });
}

void add_start(Finder& finder, const Workload& workload, const std::string& prefix, bool deleted) {
  const std::string order = start_order(workload.pod, prefix);
  if (!order.empty()) finder.add(order, "what comes before the containers");
  if (workload.job || workload.cron_job) {
    finder.add_bounded("job.complete within ", "", "the work gets done");
    return;
  }
  if (!deleted && finder.add_bounded(prefix + "pod.succeeded within ", "", "the work gets done")) return;
  finder.add_bounded(prefix + "pod.ready within ", "", "Services send it requests from then on");
}

const ContainerSpec* first_main(const PodSpec& pod) {
  const auto found = std::find_if(pod.containers.begin(), pod.containers.end(),
                                  [](const ContainerSpec& container) { return container.kind == ContainerKind::Main; });
  return found == pod.containers.end() ? nullptr : &*found;
}

void add_life(Finder& finder, const Workload& workload, const std::string& prefix) {
  const ContainerSpec* main = first_main(workload.pod);
  for (const ContainerSpec& container : workload.pod.containers) {
    if (container.kind != ContainerKind::Sidecar || main == nullptr) continue;
    finder.add(joined({prefix, container.name, " covers ", prefix, main->name}),
               "the sidecar is there as long as it is needed");
  }
  finder.add("never " + prefix + "pod.failed", "");
}

void add_shutdown(Finder& finder, const Workload& workload, const std::string& prefix) {
  const ContainerSpec* main = first_main(workload.pod);
  for (const ContainerSpec& container : workload.pod.containers) {
    const std::string name = prefix + container.name;
    if (container.pre_stop) finder.add(joined({name, ".preStop.ended before ", name, ".SIGTERM"}), "the hook has time to end");
    if (container.kind == ContainerKind::Sidecar && main != nullptr) {
      finder.add(joined({prefix, main->name, ".exited before ", name, ".SIGTERM"}), "sidecars are stopped last");
    }
  }
  finder.add_bounded(prefix + "pod.gone within ", " of " + prefix + "pod.deleting",
                     "the shutdown ends well before the grace period does");
}

/// What can be said of the end of a Pod that never came to anything.
void add_end(Finder& finder, const Workload& workload, const std::string& prefix) {
  constexpr const char* kStatuses[] = {"Running",      "Completed",         "Error",           "CrashLoopBackOff",
                                       "Pending",      "ContainerCreating", "PodInitializing", "ImagePullBackOff",
                                       "ErrImagePull", "Terminating"};
  for (const char* status : kStatuses) {
    if (finder.add(prefix + "pod.status=" + status, "it comes to that")) return;
  }
  finder.add(prefix + "pod.created", "it comes to " + workload.name);
}

}  // namespace

std::string short_duration(SimDuration duration) {
  std::string text = format_go_duration(duration);
  for (const std::string_view zero : {"m0s", "h0m"}) {
    const bool has_zero = text.size() > zero.size() && text.compare(text.size() - zero.size(), zero.size(), zero) == 0;
    if (has_zero) text.resize(text.size() - 2);
  }
  return text;
}

std::string name_prefix(const Scenario& scenario, const Workload& workload) {
  return scenario.workloads.size() > 1 ? workload.name + "/" : std::string{};
}

std::optional<SimDuration> happens_within(const std::string& moment, const Scenario& scenario,
                                          std::span<const JudgedRun> runs) {
  const std::optional<std::size_t> bound = Finder{scenario, runs}.first_bound(moment + " within ", "");
  return bound ? std::optional{kRound[*bound]} : std::nullopt;
}

std::vector<FirstExpectation> first_expectations(const Scenario& scenario, std::span<const JudgedRun> runs) {
  Finder finder{scenario, runs};
  for (const Workload& workload : scenario.workloads) {
    const std::string prefix = name_prefix(scenario, workload);
    add_start(finder, workload, prefix, is_deleted(scenario, workload));
    add_life(finder, workload, prefix);
    add_shutdown(finder, workload, prefix);
  }
  finder.add("no restarted", "every container keeps running, or ends when it should");
  finder.add("no SIGKILL", "every process ends by itself, or when it is asked to");
  if (!finder.empty()) return finder.take();
  for (const Workload& workload : scenario.workloads) add_end(finder, workload, name_prefix(scenario, workload));
  return finder.take();
}

}  // namespace podlapse
