#include "cli/objects.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <CLI/App.hpp>

#include "cli/given.hpp"
#include "cli/log.hpp"
#include "cli/options.hpp"
#include "cli/simulation.hpp"
#include "podlapse/report/kube_events.hpp"
#include "podlapse/report/pod_object.hpp"
#include "podlapse/report/text.hpp"
#include "podlapse/scenario/run.hpp"
#include "yaml/write.hpp"

namespace podlapse::cli {
namespace {

WallTime clock_time() { return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()); }

std::vector<Value> manifests_of(const Scenario& scenario) {
  std::vector<Value> manifests;
  for (const Workload& workload : scenario.workloads) manifests.push_back(workload.pod_object);
  return manifests;
}

/// Hands on every change of what the API shows.
class ChangeSink final : public TraceSink {
 public:
  ChangeSink(ApiView& api, WallClock clock, const std::function<void(const ApiMoment&)>& on_change)
      : api_(api), clock_(clock), on_change_(on_change) {}
  void on_record(const TraceRecord& record) override {
    const ApiChange change = api_.observe(record);
    if (change.what != ApiChange::What::Nothing) on_change_({api_, change, clock_.at(record.at)});
  }

 private:
  ApiView& api_;
  WallClock clock_;
  const std::function<void(const ApiMoment&)>& on_change_;
};

/// Runs a simulation up to `at`, or to its end; returns when that was.
SimTime run_up_to(Simulation& simulation, const std::optional<SimDuration>& at, TraceSink& sink) {
  if (!at) return run_world(simulation.world, simulation.limits, &sink).ended_at;
  simulation.world.run_until(kTimeZero + *at, &sink);
  return kTimeZero + *at;
}

/// Adds the Pods and events of one simulated scenario to `out`.
void add_simulated(const Scenario& scenario, const ObjectOptions& options, ApiObjects& out) {
  Simulation simulation = prepare(scenario, simulation_options(options.simulation));
  ApiView api{simulation.input, manifests_of(scenario)};
  const SimTime seen_at = run_up_to(simulation, options.at, api);
  out.now = std::max(out.now, simulation.input->clock.at(seen_at));
  const auto comes_again = [&api](std::size_t gone) {
    for (std::size_t i = gone + 1; i < api.pod_count(); ++i) {
      if (api.pod_name(i) == api.pod_name(gone)) return true;
    }
    return false;
  };
  const auto first = static_cast<std::ptrdiff_t>(out.pods.size());
  for (std::size_t i = 0; i < api.pod_count(); ++i) {
    const std::string pod = "pod \"" + api.pod_name(i) + "\"";
    if (!api.was_created(i)) {
      log_note(pod + " is not created yet");
    } else if (api.gone_at(i)) {
      if (!comes_again(i)) log_note(pod + " is gone since " + format_span(api.gone_at(i)->time_since_epoch()));
    } else {
      out.pods.push_back(api.pod(i));
    }
  }
  if (simulation.header.makes_pods) {  // in the order of the API
    std::stable_sort(out.pods.begin() + first, out.pods.end(), [](const Value& a, const Value& b) {
      return a.at_path("metadata")->string_at("name") < b.at_path("metadata")->string_at("name");
    });
  }
  for (Value& event : api.events()) out.events.push_back(std::move(event));
}

/// Whether nothing is wrong but that the files hold something else than Pods of a cluster.
bool could_be_read(const GivenObjects& given) {
  return std::all_of(given.problems.begin(), given.problems.end(), [](const Diagnostic& problem) {
    return problem.severity != Severity::Error || problem.code == rule(RuleId::ManifestObject).id ||
           problem.code == rule(RuleId::InputNothing).id;
  });
}

void tell_releases(const std::vector<Scenario>& scenarios) {
  std::string told;
  for (const Scenario& scenario : scenarios) {
    const std::string release = release_note(scenario.cluster.version).value;
    if (!release.empty() && release != told) log_note(release);
    told = release;
  }
}

std::optional<ApiObjects> simulate(const ObjectOptions& options, const GlobalOptions& global) {
  const Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return std::nullopt;
  tell_releases(input.scenarios);
  ApiObjects objects;
  for (const Scenario& scenario : input.scenarios) add_simulated(scenario, options, objects);
  return objects;
}

}  // namespace

void add_object_options(CLI::App& command, ObjectOptions& options, bool with_events) {
  add_input_options(command, options.input, &options.at);
  command.get_option("FILE")->description("manifests, scenarios, folders of them, Pods of a cluster, `-` for standard input");
  CLI::Option* at = command.get_option("--at")->group("Options")->type_name("INSTANT")->description(
      "simulate, and look at this instant; TIME=ACTION is an action, as with `podlapse run`");
  add_time(command, "--now", options.now, "do not simulate: print the status that FILE holds, as of TIME (2026-01-01T00:00:00Z)");
  command.get_option("--now")->excludes(at);
  if (with_events) {
    command.add_option("--events", options.event_files, "events of the Pods in FILE, as `kubectl get events -o json` prints them")
        ->type_name("EVENTS")
        ->expected(1);
  }
  add_simulation_options(command, options.simulation, false);
}

std::optional<ApiObjects> read_objects(const ObjectOptions& options, const GlobalOptions& global,
                                       WithoutInstant without_instant) {
  const bool has_instant = options.at.has_value() || options.now.has_value();
  const bool to_end = without_instant == WithoutInstant::RunToEnd && options.event_files.empty();
  if (options.at || (!has_instant && to_end)) return simulate(options, global);
  GivenObjects given = read_given(options.input.paths, options.event_files, options.input.select);
  const bool complete = !given.pods.empty() && std::all_of(given.pods.begin(), given.pods.end(), has_status);
  if (!options.now && !complete && could_be_read(given)) {
    log_error("--at is missing");
    log_help("only a Pod that has a status, as a cluster prints it, is shown as it is; others are simulated up to --at");
    return std::nullopt;
  }
  if (!report_problems(given.files, given.problems, use_color(global.color, Stream::Error))) return std::nullopt;
  if (!complete && !given.pods.empty()) {
    log_note("a Pod without status.phase is no Pod that a cluster printed; --at simulates");
  }
  ApiObjects objects;
  objects.pods = std::move(given.pods);
  objects.events = std::move(given.events);
  objects.in_list = given.in_list;
  objects.now = options.now ? *options.now : clock_time();
  return objects;
}

bool watch_objects(const ObjectOptions& options, const GlobalOptions& global,
                   const std::function<void(const ApiMoment&)>& on_change) {
  const Input input = read_input(options.input);
  if (!report_problems(input.files, input.problems, use_color(global.color, Stream::Error))) return false;
  tell_releases(input.scenarios);
  for (const Scenario& scenario : input.scenarios) {
    Simulation simulation = prepare(scenario, simulation_options(options.simulation));
    ApiView api{simulation.input, manifests_of(scenario)};
    ChangeSink sink{api, simulation.input->clock, on_change};
    (void)run_up_to(simulation, options.at, sink);
  }
  return true;
}

std::string pods_document(Value::Array pods, bool list, Document form) {
  for (Value& pod : pods) {
    if (Value* metadata = pod.find("metadata")) (void)metadata->erase("managedFields");  // kubectl leaves them out
  }
  const bool one = pods.size() == 1 && !list;
  return document(one ? std::move(pods.front()) : object_list(std::move(pods)), form);
}

std::string document(Value object, Document form) {
  if (form == Document::Json) return write_json(by_name(object));
  return yaml::write_yaml(yaml::in_key_order(std::move(object)));
}

}  // namespace podlapse::cli
