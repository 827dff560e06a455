#include "podlapse/trace/names.hpp"

#include "podlapse/base/check.hpp"

namespace podlapse {

namespace {

/// The value among `values` that is called `word`.
template <class Value, std::size_t kCount>
std::optional<Value> named(std::string_view word, const Value (&values)[kCount]) {
  for (const Value value : values) {
    if (word == to_string(value)) return value;
  }
  return std::nullopt;
}

struct TypeName {
  const char* operator()(const ContainerObservation&) const { return "container"; }
  const char* operator()(const StatusObservation&) const { return "status"; }
  const char* operator()(const EventObservation&) const { return "event"; }
  const char* operator()(const ProbeObservation&) const { return "probe"; }
  const char* operator()(const HookObservation&) const { return "hook"; }
  const char* operator()(const ActionObservation&) const { return "action"; }
  const char* operator()(const DeletedObservation&) const { return "deleted"; }
  const char* operator()(const JobObservation&) const { return "job"; }
  const char* operator()(const StepObservation&) const { return "step"; }
  const char* operator()(const PodMadeObservation&) const { return "pod"; }
};

struct ContainerOf {
  std::string_view operator()(const ContainerObservation& seen) const { return seen.container; }
  std::string_view operator()(const StatusObservation&) const { return {}; }
  std::string_view operator()(const EventObservation& seen) const { return seen.event.container; }
  std::string_view operator()(const ProbeObservation& seen) const { return seen.container; }
  std::string_view operator()(const HookObservation& seen) const { return seen.container; }
  std::string_view operator()(const ActionObservation& seen) const { return seen.container; }
  std::string_view operator()(const DeletedObservation&) const { return {}; }
  std::string_view operator()(const JobObservation&) const { return {}; }
  std::string_view operator()(const StepObservation& seen) const { return seen.container; }
  std::string_view operator()(const PodMadeObservation&) const { return {}; }
};

}  // namespace

const char* to_string(ContainerObservation::What what) {
  switch (what) {
    case ContainerObservation::What::Started: return "started";
    case ContainerObservation::What::Term: return "term";
    case ContainerObservation::What::Exited: return "exited";
  }
  fail_check("ContainerObservation::What", __FILE__, __LINE__);
}

const char* to_string(HookObservation::Hook hook) {
  switch (hook) {
    case HookObservation::Hook::PostStart: return "postStart";
    case HookObservation::Hook::PreStop: return "preStop";
  }
  fail_check("HookObservation::Hook", __FILE__, __LINE__);
}

const char* to_string(HookObservation::What what) {
  switch (what) {
    case HookObservation::What::Start: return "start";
    case HookObservation::What::End: return "end";
  }
  fail_check("HookObservation::What", __FILE__, __LINE__);
}

const char* to_string(Sight sight) {
  switch (sight) {
    case Sight::Processes: return "processes";
    case Sight::Watch: return "watch";
    case Sight::State: return "state";
  }
  fail_check("Sight", __FILE__, __LINE__);
}

const char* state_word(ContainerState::Kind kind) {
  switch (kind) {
    case ContainerState::Kind::None:
    case ContainerState::Kind::Waiting: return "waiting";
    case ContainerState::Kind::Running: return "running";
    case ContainerState::Kind::Terminated: return "terminated";
  }
  fail_check("ContainerState::Kind", __FILE__, __LINE__);
}

const char* type_name(const Observation& observation) { return std::visit(TypeName{}, observation); }

std::optional<Sight> sight_of(std::string_view word) { return named(word, {Sight::Processes, Sight::Watch, Sight::State}); }

std::optional<ContainerObservation::What> container_what(std::string_view word) {
  using What = ContainerObservation::What;
  return named(word, {What::Started, What::Term, What::Exited});
}

std::optional<HookObservation::Hook> hook_of(std::string_view word) {
  return named(word, {HookObservation::Hook::PostStart, HookObservation::Hook::PreStop});
}

std::optional<HookObservation::What> hook_what(std::string_view word) {
  return named(word, {HookObservation::What::Start, HookObservation::What::End});
}

std::optional<ProbeKind> probe_kind(std::string_view word) { return named(word, kProbeKinds); }

std::string_view container_of(const Observation& observation) { return std::visit(ContainerOf{}, observation); }

}  // namespace podlapse
