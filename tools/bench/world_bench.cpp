// Whole simulations: one Pod with an init container, two sidecars and a main that crashes once and is deleted; an hour of
// CrashLoopBackOff. Their baseline is the bare queue taking as many steps.
#include <benchmark/benchmark.h>

#include <memory>

#include "allocations.hpp"
#include "podlapse/engine/event_queue.hpp"
#include "podlapse/kubelet/world.hpp"

namespace podlapse::bench {
namespace {

using namespace std::chrono_literals;

/// Listens, and keeps nothing.
class Listener final : public TraceSink {
 public:
  void on_record(const TraceRecord& record) override {
    benchmark::DoNotOptimize(&record);
    ++count;
  }
  std::uint64_t count = 0;
};

void add_container(PodInput& pod, const char* name, ContainerKind kind, RunBehavior run) {
  ContainerSpec spec;
  spec.name = name;
  spec.kind = kind;
  spec.image = "registry.example/app:1";
  pod.spec.containers.push_back(std::move(spec));
  ContainerBehavior behavior;
  behavior.runs.push_back(std::move(run));
  pod.behavior.push_back(std::move(behavior));
}

RunBehavior exits_after(SimDuration run, std::int32_t exit_code) {
  RunBehavior behavior;
  behavior.run = run;
  behavior.exit_code = exit_code;
  return behavior;
}

std::shared_ptr<WorldInput> input_of(PodInput pod) {
  auto input = std::make_shared<WorldInput>();
  input->config = KubeletConfig::kubelet_profile();
  input->images["registry.example/app:1"].present = true;
  input->pods.push_back(std::move(pod));
  return input;
}

std::shared_ptr<const WorldInput> whole_pod() {
  PodInput pod;
  pod.spec.name = "web";
  pod.spec.uid = "5f0c1d3a-0000-4000-8000-000000000001";
  RunBehavior sidecar;
  sidecar.on_term.exit_code = 0;
  add_container(pod, "setup", ContainerKind::Init, exits_after(2s, 0));
  add_container(pod, "proxy", ContainerKind::Sidecar, sidecar);
  add_container(pod, "logger", ContainerKind::Sidecar, sidecar);
  add_container(pod, "app", ContainerKind::Main, exits_after(5s, 1));
  pod.behavior.back().runs.push_back(RunBehavior{});
  auto input = input_of(std::move(pod));
  input->actions.push_back({20s, 0, DeletePod{}});
  return input;
}

std::shared_ptr<const WorldInput> crash_loop() {
  PodInput pod;
  pod.spec.name = "crash";
  pod.spec.uid = "5f0c1d3a-0000-4000-8000-000000000002";
  add_container(pod, "app", ContainerKind::Main, exits_after(1s, 1));
  return input_of(std::move(pod));
}

std::uint64_t run_until(World& world, SimTime until, TraceSink* sink) {
  std::uint64_t steps = 0;
  for (auto due = world.next_due(); due && *due <= until; due = world.next_due()) {
    world.step(sink);
    ++steps;
  }
  return steps;
}

using Scene = std::shared_ptr<const WorldInput> (*)();

/// Takes the scene from its beginning to `until`; with `listen`, to somebody who keeps nothing.
void simulate(benchmark::State& state, Scene scene, SimDuration until, bool listen) {
  const auto input = scene();
  std::uint64_t steps = 0, allocated = 0;
  Listener listener;
  for (auto _ : state) {
    World world(input);
    const std::uint64_t before = allocations();
    steps = run_until(world, SimTime{until}, listen ? &listener : nullptr);
    allocated = allocations() - before;
  }
  state.counters["events"] = static_cast<double>(steps);
  state.counters["allocations"] = static_cast<double>(allocated);
  if (listen) state.counters["records"] = static_cast<double>(listener.count / state.iterations());
}

/// As many steps of a queue in which 16 events wait as the scene takes.
void bare_queue(benchmark::State& state, Scene scene, SimDuration until) {
  World world(scene());
  const std::uint64_t steps = run_until(world, SimTime{until}, nullptr);
  EventQueue<std::uint64_t> queue;
  for (std::uint64_t i = 0; i < 16; ++i) queue.push(SimTime{SimDuration{i * 7919 % 1000}}, i);
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < steps; ++i) {
      const auto entry = queue.pop();
      queue.push(entry.key.due + SimDuration{(i * 7919 + entry.event) % 1000}, entry.event);
    }
  }
  state.counters["events"] = static_cast<double>(steps);
}

void construct(benchmark::State& state) {
  const auto input = whole_pod();
  for (auto _ : state) {
    World world(input);
    benchmark::DoNotOptimize(world);
  }
}

/// A snapshot in mid-run, as an explorer takes at each branch.
void copy(benchmark::State& state) {
  World world(whole_pod());
  run_until(world, SimTime{10s}, nullptr);
  for (auto _ : state) {
    World snapshot(world);
    benchmark::DoNotOptimize(snapshot);
  }
}

BENCHMARK_CAPTURE(bare_queue, pod, whole_pod, 60s)->Name("pod/bare_queue");
BENCHMARK_CAPTURE(simulate, pod, whole_pod, 60s, false)->Name("pod/no_sink");
BENCHMARK_CAPTURE(simulate, pod_heard, whole_pod, 60s, true)->Name("pod/sink");
BENCHMARK(construct)->Name("pod/construct_only");
BENCHMARK(copy)->Name("pod/copy_in_mid_run");
BENCHMARK_CAPTURE(bare_queue, crash, crash_loop, 3600s)->Name("crash_loop_hour/bare_queue");
BENCHMARK_CAPTURE(simulate, crash, crash_loop, 3600s, false)->Name("crash_loop_hour/no_sink");
BENCHMARK_CAPTURE(simulate, crash_heard, crash_loop, 3600s, true)->Name("crash_loop_hour/sink");

}  // namespace
}  // namespace podlapse::bench
