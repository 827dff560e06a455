#include "yaml/scenario_behavior.hpp"

#include <utility>

#include "podlapse/base/quote.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse::yaml {

namespace {

/// The containers a key ("app", "db/postgres") names; a report where there are none.
std::vector<ContainerPlace> places_of(const Value::Member& member, const Scenario& scenario, Diagnostics& out) {
  const ContainerRef ref = parse_container_ref(member.key);
  std::vector<ContainerPlace> places = find_containers(scenario, ref);
  if (places.empty()) {
    ActionRequest request;  // the look-up of a kill knows how to explain what is missing
    request.container = member.key;
    request.what = KillContainer{};
    Action ignored;
    if (const auto problem = resolve_action(scenario, request, ignored)) {
      report(out, problem->code, member.key_span, problem->text, problem->help);
    }
  }
  return places;
}

/// Where `moment` stands within `value`: the end of a text, or the name in a need.
SourceSpan place_of(const Moment& moment, const Value& value) {
  const std::string text = format_moment(moment);
  const std::string who = text.substr(0, text.rfind('.'));
  if (value.is_string()) {
    const std::string& whole = value.as_string();
    const bool ends_with = whole.size() >= text.size() && whole.compare(whole.size() - text.size(), text.size(), text) == 0;
    if (!ends_with) return {};
    SourceSpan part = value.span();
    if (part.length != whole.size()) return part;  // it is quoted, or has several lines
    part.column += static_cast<std::uint32_t>(whole.size() - text.size());
    part.length = static_cast<std::uint32_t>(text.size());
    return part;
  }
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      if (const SourceSpan found = place_of(moment, item); found.known()) return found;
    }
  } else if (value.is_object()) {
    for (const Value::Member& member : value.members()) {
      if (member.key == who) return member.key_span;
      if (const SourceSpan found = place_of(moment, member.value); found.known()) return found;
    }
  }
  return {};
}

/// Reports a moment that names what does not exist, for the Pods of all containers that wait for it.
void check_moments(const Value& value, const std::vector<const Moment*>& moments,
                   const std::vector<ContainerPlace>& places, const Scenario& scenario, Diagnostics& out) {
  for (const Moment* moment : moments) {
    for (const ContainerPlace& place : places) {
      const std::optional<NameProblem> problem = check_moment(scenario, *moment, place.pod);
      if (!problem) continue;
      const SourceSpan precise = place_of(*moment, value);
      report(out, problem->code, precise.known() ? precise : value.span(), problem->text, problem->help);
      break;
    }
  }
}

std::vector<const Moment*> moments_of(const RunBehavior& run) {
  std::vector<const Moment*> moments;
  if (run.until) moments.push_back(&*run.until);
  if (run.exit_on) moments.push_back(&*run.exit_on);
  for (const Need& need : run.needs) moments.push_back(&need.needed);
  return moments;
}

TermBehavior read_term(const Value& value, Diagnostics& out) {
  TermBehavior term;
  if (value.is_string()) {
    if (value.as_string() == "ignore") {
      term.ignore = true;
    } else {
      const bool nearly = !nearest_name(value.as_string(), {"ignore"}).empty();
      report(out, RuleId::ScenarioBadValue, value.span(), in_backticks(value.as_string()) + " is no answer to SIGTERM",
             nearly ? "did you mean `ignore`?" : "write `ignore`, or {after: 1s, exit: 0}");
    }
    return term;
  }
  Fields fields(value, FormatMapping::TermAnswer, out);
  term.after = fields.duration("after").value_or(term.after);
  term.exit_code = fields.small_integer("exit").value_or(term.exit_code);
  fields.finish();
  return term;
}

void read_else(const Value& value, std::vector<Need>& needs, Diagnostics& out) {
  Fields fields(value, FormatMapping::NeedElse, out);
  const SimDuration wait = fields.duration("after").value_or(SimDuration{});
  const std::int32_t exit_code = fields.small_integer("exit").value_or(Need{}.exit_code);
  fields.finish();
  for (Need& need : needs) {
    need.after = wait;
    need.exit_code = exit_code;
  }
}

/// `proxy.ready`, or `{proxy: ready, db/postgres: serving, else: {exit: 1, after: 2s}}`.
std::vector<Need> read_need(const Value& value, Diagnostics& out) {
  std::vector<Need> needs;
  if (value.is_string()) {
    if (auto moment = read_moment(value, out)) needs.push_back({std::move(*moment), {}, 1});
    return needs;
  }
  for (const Value::Member& member : named_members(value, "a need", out)) {
    if (member.key == "else") continue;
    Moment moment;
    std::string problem;
    if (!member.value.is_string()) {
      report(out, RuleId::ScenarioBadValue, member.value.span(),
             "expected what is needed of " + in_backticks(member.key), "write " + member.key + ": ready");
    } else if (parse_moment(member.key + "." + member.value.as_string(), moment, problem)) {
      needs.push_back({std::move(moment), {}, 1});
    } else {
      const std::string nearest = nearest_name(member.value.as_string(), {"started", "exited", "running", "serving", "ready"});
      report(out, RuleId::ScenarioBadValue, member.value.span(), problem,
             nearest.empty() ? "" : "did you mean " + in_backticks(nearest) + "?");
    }
  }
  if (const Value* otherwise = value.find("else")) read_else(*otherwise, needs, out);
  return needs;
}

std::vector<Need> read_needs(const Value& value, Diagnostics& out) {
  if (!value.is_array()) return read_need(value, out);
  std::vector<Need> all;
  for (const Value& item : value.items()) {
    for (Need& need : read_need(item, out)) all.push_back(std::move(need));
  }
  return all;
}

RunBehavior read_run(const Value& value, Diagnostics& out) {
  RunBehavior run;
  const std::size_t before = out.size();
  if (!value.is_object()) {
    std::optional<SimDuration> span;
    std::optional<Moment> until;
    std::string ignored;
    const std::optional<std::string> text = scalar_text(value);
    const bool is_length = text && parse_length(*text, span, until, ignored);
    report(out, RuleId::ScenarioBadValue, value.span(), "a run is a mapping, not " + what_it_is(value),
           "write {run: " + (is_length ? *text + "}" : "2s, exit: 0}"));
    return run;
  }
  Fields fields(value, FormatMapping::Run, out);
  const bool has_length = fields.length("run", run.run, run.until);
  const Value* until = fields.find("until");
  const Value* code = fields.find("exit");
  const Value* start_error = fields.find("startError");
  if (auto moment = fields.moment("until")) run.until = std::move(moment);
  run.exit_code = fields.small_integer("exit").value_or(0);
  run.start_error = fields.text("startError").value_or("");
  run.exit_on = fields.moment("exitOn");
  if (const Value* needs = fields.find("needs")) run.needs = read_needs(*needs, out);
  if (const Value* term = fields.find("onTerm")) run.on_term = read_term(*term, out);
  run.start_takes = fields.duration("startTakes");
  if (const auto size = fields.integer("allocMiB")) run.allocate_bytes = *size * 1024 * 1024;
  const Value* by = fields.find("allocBy");
  if (by != nullptr) run.allocated_by_child = fields.word("allocBy") == 1;
  run.message = fields.text("message").value_or("");
  run.output = fields.text("output").value_or("");
  fields.finish();
  if (!has_length && until == nullptr && start_error == nullptr && !run.exit_on && run.needs.empty()) {
    report(out, RuleId::ScenarioMissing, value.span(), "how long does this run take?",
           "write run: 2s, or run: forever");
  }
  if (by != nullptr && !run.allocate_bytes) {
    report(out, RuleId::ScenarioMissing, by->span(), "how much does it allocate?", "write allocMiB: 20");
  }
  const bool ends = run.run || run.until || run.exit_on || start_error != nullptr;
  if (code != nullptr && !ends && out.size() == before) {
    report(out, RuleId::ScenarioBadValue, code->span(), "a run that never ends has no exit code",
           "say when it ends, or put it into onTerm: {exit: 0}");
  }
  if (code != nullptr && start_error != nullptr) run.start_error_exit_code = std::exchange(run.exit_code, 0);
  return run;
}

/// `[8s, 12s]`, or a list of such.
void read_windows(const Value& value, std::vector<TimeWindow>& windows, Diagnostics& out) {
  if (value.is_array() && !value.items().empty() && value.items().front().is_array()) {
    for (const Value& item : value.items()) read_windows(item, windows, out);
    return;
  }
  if (!value.is_array() || value.items().size() != 2) {
    report(out, RuleId::ScenarioBadValue, value.span(), "expected two durations", "write [8s, 12s]");
    return;
  }
  const TimeWindow window{read_span(value.items()[0], out), read_span(value.items()[1], out)};
  if (window.from >= window.to)
    report(out, RuleId::ScenarioBadValue, value.span(), "the first duration must be the smaller");
  windows.push_back(window);
}

}  // namespace

std::vector<RunBehavior> read_runs(const Value& value, Diagnostics& out) {
  if (!value.is_array()) return {read_run(value, out)};
  std::vector<RunBehavior> runs;
  for (const Value& item : value.items()) runs.push_back(read_run(item, out));
  if (runs.empty()) {
    report(out, RuleId::ScenarioMissing, value.span(), "a list of runs has at least one");
    runs.emplace_back();
  }
  return runs;
}

ProbeBehavior read_probe(const Value& value, Diagnostics& out) {
  ProbeBehavior probe;
  if (value.is_string() && (value.as_string() == "ok" || value.as_string() == "fail")) {
    if (value.as_string() == "fail") probe.fail_after = SimDuration{};
    return probe;
  }
  if (value.is_string()) {
    const std::string nearest = nearest_name(value.as_string(), {"ok", "fail"});
    report(out, RuleId::ScenarioBadValue, value.span(), in_backticks(value.as_string()) + " is no answer of a probe",
           nearest.empty() ? "write `ok`, `fail`, or {okAfter: 3s}" : "did you mean " + in_backticks(nearest) + "?");
    return probe;
  }
  Fields fields(value, FormatMapping::ProbeAnswers, out);
  probe.ok_after = fields.duration("okAfter").value_or(probe.ok_after);
  probe.fail_after = fields.duration("failAfter");
  if (const Value* between = fields.find("failBetween")) read_windows(*between, probe.fail_between, out);
  probe.fail_from_attempt = fields.small_integer("failFromAttempt");
  probe.takes = fields.duration("takes").value_or(probe.takes);
  probe.ok_while = fields.moment("okWhile");
  probe.fail_on_term = fields.flag("failOnTerm").value_or(false);
  probe.warning = fields.text("warning").value_or("");
  fields.finish();
  return probe;
}

HookBehavior read_hook(const Value& value, Diagnostics& out) {
  HookBehavior hook;
  if (scalar_text(value)) {
    read_length(value, hook.takes, hook.until, out);
    return hook;
  }
  Fields fields(value, FormatMapping::HookAnswers, out);
  fields.length("takes", hook.takes, hook.until);
  if (auto until = fields.moment("until")) {
    hook.until = std::move(until);
    hook.takes.reset();
  }
  hook.exit_code = fields.small_integer("exit").value_or(0);
  fields.finish();
  return hook;
}

ImageBehavior read_image(const Value& value, Diagnostics& out) {
  ImageBehavior image;
  Fields fields(value, FormatMapping::Image, out);
  image.present = fields.flag("present").value_or(false);
  image.absent = fields.flag("absent").value_or(false);
  if (image.present) image.pull = kPullOfPresent;
  image.pull = fields.duration("pull").value_or(image.pull);
  image.secret = fields.text("secret").value_or("");
  image.pull_error = fields.text("error").value_or("");
  image.pull_error_times = fields.small_integer("times");
  fields.finish();
  return image;
}

void read_behavior(const Value& value, Scenario& scenario, Diagnostics& out) {
  for (const Value::Member& member : named_members(value, "behavior", out)) {
    const std::vector<ContainerPlace> places = places_of(member, scenario, out);
    std::vector<RunBehavior> runs = read_runs(member.value, out);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Value& written =
          member.value.is_array() && i < member.value.items().size() ? member.value.items()[i] : member.value;
      check_moments(written, moments_of(runs[i]), places, scenario, out);
    }
    scenario.behavior[member.key].runs = std::move(runs);
  }
}

void read_probes(const Value& value, Scenario& scenario, Diagnostics& out) {
  for (const Value::Member& member : named_members(value, "probes", out)) {
    const std::vector<ContainerPlace> places = places_of(member, scenario, out);
    BehaviorGiven& given = scenario.behavior[member.key];
    Fields fields(member.value, FormatMapping::Probes, out);
    const auto read = [&](const char* name, ProbeKind kind, std::optional<ProbeBehavior>& target) {
      const Value* written = fields.find(name);
      if (written == nullptr) return;
      target = read_probe(*written, out);
      if (target->ok_while) check_moments(*written, {&*target->ok_while}, places, scenario, out);
      bool has_probe = places.empty();
      for (const ContainerPlace& place : places) {
        has_probe = has_probe || scenario.workloads[place.pod].pod.containers[place.container].probe(kind).has_value();
      }
      if (!has_probe) {
        report(out, RuleId::ScenarioNoEffect, written->span(),
               in_backticks(member.key) + " has no " + name + " probe: nobody asks", {}, Severity::Warning);
      }
    };
    read("startup", ProbeKind::Startup, given.startup);
    read("readiness", ProbeKind::Readiness, given.readiness);
    read("liveness", ProbeKind::Liveness, given.liveness);
    fields.finish();
  }
}

void read_hooks(const Value& value, Scenario& scenario, Diagnostics& out) {
  for (const Value::Member& member : named_members(value, "hooks", out)) {
    const std::vector<ContainerPlace> places = places_of(member, scenario, out);
    BehaviorGiven& given = scenario.behavior[member.key];
    Fields fields(member.value, FormatMapping::Hooks, out);
    const auto read = [&](const char* name, std::optional<Handler> ContainerSpec::*hook,
                          std::optional<HookBehavior>& target) {
      const Value* written = fields.find(name);
      if (written == nullptr) return;
      target = read_hook(*written, out);
      if (target->until) check_moments(*written, {&*target->until}, places, scenario, out);
      bool has_hook = places.empty();
      for (const ContainerPlace& place : places) {
        has_hook = has_hook || (scenario.workloads[place.pod].pod.containers[place.container].*hook).has_value();
      }
      if (!has_hook) {
        report(out, RuleId::ScenarioNoEffect, written->span(),
               in_backticks(member.key) + " has no " + name + " hook: nobody runs it", {}, Severity::Warning);
      }
    };
    read("postStart", &ContainerSpec::post_start, given.post_start);
    read("preStop", &ContainerSpec::pre_stop, given.pre_stop);
    fields.finish();
  }
}

}  // namespace podlapse::yaml
