// Reads overrides: phrases whose words are those of a scenario file.
#include "podlapse/scenario/overrides.hpp"
#include "podlapse/base/quote.hpp"

#include <algorithm>
#include <utility>

#include "podlapse/rules/rule_id.hpp"
#include "podlapse/scenario/phrase.hpp"
#include "podlapse/scenario/scenario.hpp"
#include "podlapse/scenario/values.hpp"

namespace podlapse {

namespace {

/// The text of one override and where its problems go.
struct Source {
  std::string_view text;
  std::uint32_t file = 0;
  std::vector<Diagnostic>& problems;

  /// The place of a stretch, in characters.
  [[nodiscard]] SourceSpan span(TextRange place) const {
    const auto characters = [this](std::size_t begin, std::size_t end) {
      std::uint32_t count = 0;
      for (std::size_t i = begin; i < std::min(end, text.size()); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) ++count;
      }
      return count;
    };
    return {file, 1, characters(0, place.begin) + 1, std::max(1U, characters(place.begin, place.end))};
  }

  void complain(TextRange place, RuleId code, std::string what, std::string help = {}) {
    problems.push_back(
        {Severity::Error, std::string{rule(code).id}, span(place), std::move(what), std::move(help), {}});
  }
};

/// The value of one item. Each reader reports what is wrong with it and then returns something harmless.
struct ItemValue {
  Source& source;
  const PhraseItem& item;

  void check(bool good, const std::string& problem) const {
    if (!good) source.complain(item.value_place, RuleId::ScenarioBadValue, problem);
  }
  [[nodiscard]] SimDuration span() const {
    SimDuration value{};
    std::string problem;
    check(parse_span(item.value, value, problem), problem);
    return value;
  }
  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const {
    std::int64_t value = least;
    std::string problem;
    check(parse_integer(item.value, least, most, value, problem), problem);
    return value;
  }
  [[nodiscard]] std::int32_t small_integer(std::int32_t least, std::int32_t most) const {
    return static_cast<std::int32_t>(integer(least, most));
  }
  [[nodiscard]] std::int32_t exit_code() const { return small_integer(0, 255); }
  [[nodiscard]] Moment moment() const {
    Moment value;
    std::string problem;
    check(parse_moment(item.value, value, problem), problem);
    return value;
  }
  void length(std::optional<SimDuration>& span_out, std::optional<Moment>& until) const {
    std::string problem;
    check(parse_length(item.value, span_out, until, problem), problem);
  }
  [[nodiscard]] TimeWindow window() const {
    TimeWindow value;
    const std::size_t dash = item.value.find('-');
    std::string problem;
    const bool good =
        dash != std::string::npos && parse_span(std::string_view{item.value}.substr(0, dash), value.from, problem) &&
        parse_span(std::string_view{item.value}.substr(dash + 1), value.to, problem) && value.from < value.to;
    check(good, in_backticks(item.value) + " is no stretch of time like 8s-12s");
    return value;
  }
};

/// One key of a phrase: how its value goes into a T. A flag is a word that stands without a value.
template <typename T>
struct Key {
  std::string_view name;
  bool flag = false;
  void (*read)(const ItemValue&, T&) = nullptr;
};

template <typename T>
using Keys = std::vector<Key<T>>;

template <typename T>
const Key<T>* find_key(const Keys<T>& keys, std::string_view word) {
  for (const Key<T>& key : keys) {
    if (folded_key(key.name) == folded_key(word)) return &key;
  }
  return nullptr;
}

template <typename T>
void complain_of_key(Source& source, TextRange place, const std::string& word, const Keys<T>& keys, const char* noun) {
  std::vector<std::string> names;
  std::string all;
  for (const Key<T>& key : keys) {
    names.emplace_back(key.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = nearest_name(word, names);
  source.complain(place, RuleId::ScenarioUnknownKey, in_backticks(word) + " is no setting of " + noun,
                  nearest.empty() ? "the settings are " + all : "did you mean " + in_backticks(nearest) + "?");
}

/// Reads the items of `phrase` from `first` on into `out`. An item without a key is a flag, or the value of
/// `keys.front()` when it stands first.
template <typename T>
void read_items(Source& source, const Phrase& phrase, std::size_t first, const Keys<T>& keys, const char* noun,
                T& out) {
  for (std::size_t i = first; i < phrase.items.size(); ++i) {
    const PhraseItem& item = phrase.items[i];
    const Key<T>* key = find_key(keys, item.key.empty() ? item.value : item.key);
    const bool flag = key != nullptr && key->flag && item.key.empty();
    if (item.key.empty() && !flag) key = i == first && !keys.front().flag ? &keys.front() : nullptr;
    if (key == nullptr || (key->flag && !item.key.empty())) {
      complain_of_key(source, item.place, item.key.empty() ? item.value : item.key, keys, noun);
    } else {
      key->read(ItemValue{source, item}, out);
    }
  }
}

// ---- runs, probes, hooks, images --------------------------------------------------------------------------

struct RunPhrase {
  RunOverride::Run run;
  bool exit_given = false;
};

const Keys<RunPhrase>& run_keys() {
  static const Keys<RunPhrase> kKeys = {
      {"run", false,
       [](const ItemValue& value, RunPhrase& out) { value.length(out.run.behavior.run, out.run.behavior.until); }},
      {"until", false, [](const ItemValue& value, RunPhrase& out) { out.run.behavior.until = value.moment(); }},
      {"exit", false,
       [](const ItemValue& value, RunPhrase& out) {
         out.run.behavior.exit_code = value.exit_code();
         out.exit_given = true;
       }},
      {"exitOn", false, [](const ItemValue& value, RunPhrase& out) { out.run.behavior.exit_on = value.moment(); }},
      {"needs", false,
       [](const ItemValue& value, RunPhrase& out) {
         out.run.behavior.needs.push_back(Need{value.moment(), {}, 1});
       }},
      {"term", false,
       [](const ItemValue& value, RunPhrase& out) {
         if (value.item.value == "ignore") {
           out.run.term.ignore = true;
         } else {
           out.run.term.after = value.span();
         }
       }},
      {"termExit", false, [](const ItemValue& value, RunPhrase& out) { out.run.term.exit_code = value.exit_code(); }},
      {"startError", false,
       [](const ItemValue& value, RunPhrase& out) { out.run.behavior.start_error = value.item.value; }},
      {"startTakes", false, [](const ItemValue& value, RunPhrase& out) { out.run.behavior.start_takes = value.span(); }},
      {"allocMiB", false,
       [](const ItemValue& value, RunPhrase& out) {
         out.run.behavior.allocate_bytes = value.integer(1, 1 << 30) * 1024 * 1024;
       }},
  };
  return kKeys;
}

RunOverride::Run read_run(Source& source, const Phrase& phrase) {
  RunPhrase out;
  const std::size_t before = source.problems.size();
  read_items(source, phrase, 0, run_keys(), "a run", out);
  const RunBehavior& run = out.run.behavior;
  const bool ends = run.run || run.until || run.exit_on || !run.start_error.empty();
  if (out.exit_given && !ends && source.problems.size() == before) {
    source.complain(phrase.place, RuleId::ScenarioBadValue, "a run that never ends has no exit code",
                    "say when it ends (30s:exit=1), or how it answers SIGTERM (termExit=1)");
  }
  if (out.exit_given && !run.start_error.empty()) {
    out.run.behavior.start_error_exit_code = std::exchange(out.run.behavior.exit_code, 0);
  }
  return out.run;
}

const Keys<TermOverride>& term_keys() {
  static const Keys<TermOverride> kKeys = {
      {"after", false, [](const ItemValue& value, TermOverride& out) { out.after = value.span(); }},
      {"exit", false, [](const ItemValue& value, TermOverride& out) { out.exit_code = value.exit_code(); }},
      {"ignore", true, [](const ItemValue&, TermOverride& out) { out.ignore = true; }},
  };
  return kKeys;
}

const Keys<ProbeBehavior>& probe_keys() {
  static const Keys<ProbeBehavior> kKeys = {
      {"ok", true, [](const ItemValue&, ProbeBehavior& out) { out = {}; }},
      {"fail", true, [](const ItemValue&, ProbeBehavior& out) { out.fail_after = SimDuration{}; }},
      {"okAfter", false, [](const ItemValue& value, ProbeBehavior& out) { out.ok_after = value.span(); }},
      {"failAfter", false, [](const ItemValue& value, ProbeBehavior& out) { out.fail_after = value.span(); }},
      {"failBetween", false,
       [](const ItemValue& value, ProbeBehavior& out) { out.fail_between.push_back(value.window()); }},
      {"failFromAttempt", false,
       [](const ItemValue& value, ProbeBehavior& out) { out.fail_from_attempt = value.small_integer(0, 1'000'000); }},
      {"takes", false, [](const ItemValue& value, ProbeBehavior& out) { out.takes = value.span(); }},
      {"okWhile", false, [](const ItemValue& value, ProbeBehavior& out) { out.ok_while = value.moment(); }},
  };
  return kKeys;
}

const Keys<HookBehavior>& hook_keys() {
  static const Keys<HookBehavior> kKeys = {
      {"takes", false, [](const ItemValue& value, HookBehavior& out) { value.length(out.takes, out.until); }},
      {"until", false,
       [](const ItemValue& value, HookBehavior& out) {
         out.until = value.moment();
         out.takes.reset();
       }},
      {"exit", false, [](const ItemValue& value, HookBehavior& out) { out.exit_code = value.exit_code(); }},
  };
  return kKeys;
}

const Keys<ImageBehavior>& image_keys() {
  static const Keys<ImageBehavior> kKeys = {
      {"pull", false, [](const ItemValue& value, ImageBehavior& out) { out.pull = value.span(); }},
      {"present", true,
       [](const ItemValue&, ImageBehavior& out) {
         out.present = true;
         out.pull = kPullOfPresent;
       }},
      {"absent", true, [](const ItemValue&, ImageBehavior& out) { out.absent = true; }},
      {"error", false, [](const ItemValue& value, ImageBehavior& out) { out.pull_error = value.item.value; }},
      {"times", false,
       [](const ItemValue& value, ImageBehavior& out) { out.pull_error_times = value.small_integer(1, 1'000'000); }},
  };
  return kKeys;
}

// ---- actions ----------------------------------------------------------------------------------------------

const Key<ActionRequest>& pod_key() {
  static const Key<ActionRequest> kKey = {
      "pod", false, [](const ItemValue& value, ActionRequest& out) { out.pod = value.item.value; }};
  return kKey;
}

std::int64_t grace(const ItemValue& value) {
  return value.integer(0, 1'000'000'000);
}

const Keys<ActionRequest>& delete_keys() {
  static const auto kRead = [](const ItemValue& value, ActionRequest& out) { out.what = DeletePod{grace(value)}; };
  static const Keys<ActionRequest> kKeys = {{"grace", false, kRead}, {"gracePeriodSeconds", false, kRead}, pod_key()};
  return kKeys;
}

const Keys<ActionRequest>& kill_keys() {
  static const Keys<ActionRequest> kKeys = {
      {"container", false, [](const ItemValue& value, ActionRequest& out) { out.container = value.item.value; }},
      {"signal", false,
       [](const ItemValue& value, ActionRequest& out) {
         const std::int32_t number = value.small_integer(1, 64);
         if (auto* kill = std::get_if<KillContainer>(&out.what)) kill->signal = number;
       }},
      {"sandbox", true, [](const ItemValue&, ActionRequest& out) { out.what = KillSandbox{}; }},
      pod_key()};
  return kKeys;
}

const Keys<ActionRequest>& oom_keys() {
  static const Keys<ActionRequest> kKeys = {
      {"container", false, [](const ItemValue& value, ActionRequest& out) { out.container = value.item.value; }},
      pod_key()};
  return kKeys;
}

const Keys<ActionRequest>& evict_keys() {
  static const auto kRead = [](const ItemValue& value, ActionRequest& out) {
    std::get<EvictPod>(out.what).grace_period_seconds = grace(value);
  };
  static const Keys<ActionRequest> kKeys = {
      {"message", false,
       [](const ItemValue& value, ActionRequest& out) { std::get<EvictPod>(out.what).message = value.item.value; }},
      {"grace", false, kRead},
      {"gracePeriodSeconds", false, kRead},
      pod_key()};
  return kKeys;
}

const Keys<ActionRequest>& restart_keys() {
  static const Keys<ActionRequest> kKeys = {{"down", false, [](const ItemValue& value, ActionRequest& out) {
                                               std::get<RestartKubelet>(out.what).down_for = value.span();
                                             }},
                                             {"remove", false, [](const ItemValue& value, ActionRequest& out) {
                                               out.removed.push_back(value.item.value);
                                             }}};
  return kKeys;
}

const Keys<ActionRequest>& patch_keys() {
  static const Keys<ActionRequest> kKeys = {
      {"activeDeadlineSeconds", false,
       [](const ItemValue& value, ActionRequest& out) {
         std::get<PatchPod>(out.what).active_deadline = std::chrono::seconds{value.integer(1, 1'000'000'000)};
       }},
      {"container", false,
       [](const ItemValue& value, ActionRequest& out) { out.images.emplace_back(value.item.value, ""); }},
      {"image", false,
       [](const ItemValue& value, ActionRequest& out) {
         if (out.images.empty()) {
           value.check(false, "say which container gets this image first: patch:container=app:image=\"nginx:2\"");
         } else {
           out.images.back().second = value.item.value;
         }
       }},
      pod_key()};
  return kKeys;
}

const Keys<ActionRequest>& pod_keys() {
  static const Keys<ActionRequest> kKeys = {pod_key()};
  return kKeys;
}

struct ActionWord {
  std::string_view word;
  const Keys<ActionRequest>& (*keys)();
  ActionKind what;
};

const std::vector<ActionWord>& action_words() {
  static const std::vector<ActionWord> kWords = {
      {"delete", delete_keys, DeletePod{}},    {"kill", kill_keys, KillContainer{}}, {"oom", oom_keys, OomKillContainer{}},
      {"evict", evict_keys, EvictPod{}},       {"restartKubelet", restart_keys, RestartKubelet{}},
      {"patch", patch_keys, PatchPod{}},       {"suspend", pod_keys, PatchJob{true, {}}}, {"resume", pod_keys, PatchJob{false, {}}},
  };
  return kWords;
}

void check_action(Source& source, const Phrase& phrase, const ActionRequest& request) {
  const bool of_container =
      std::holds_alternative<KillContainer>(request.what) || std::holds_alternative<OomKillContainer>(request.what);
  if (of_container && request.container.empty()) {
    source.complain(phrase.place, RuleId::ScenarioMissing, "which container?",
                    "write kill:app, or kill:sandbox for the pause process");
  }
  const auto* patch = std::get_if<PatchPod>(&request.what);
  if (patch == nullptr) return;
  const bool whole = std::all_of(request.images.begin(), request.images.end(),
                                 [](const auto& image) { return !image.second.empty(); });
  if ((request.images.empty() && !patch->active_deadline) || !whole) {
    source.complain(phrase.place, RuleId::ScenarioMissing, "a patch says what changes",
                    "write patch:activeDeadlineSeconds=8 or patch:container=app:image=\"nginx:2\"");
  }
}

/// `TIME=ACTION{:SETTING}`.
ActionRequest read_action(Source& source, const Phrase& phrase) {
  ActionRequest request;
  const PhraseItem& head = phrase.items.front();
  std::string problem;
  if (head.key.empty()) {
    source.complain(head.place, RuleId::ScenarioBadValue, "an action is written TIME=ACTION",
                    "for example 20s=delete:grace=5");
    return request;
  }
  if (!parse_span(head.key, request.at, problem)) source.complain(head.place, RuleId::ScenarioBadValue, problem);
  std::vector<std::string> names;
  std::string all;
  for (const ActionWord& action : action_words()) {
    if (folded_key(action.word) == folded_key(head.value)) {
      request.what = action.what;
      read_items(source, phrase, 1, action.keys(), "this action", request);
      check_action(source, phrase, request);
      return request;
    }
    names.emplace_back(action.word);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = nearest_name(head.value, names);
  source.complain(head.value_place, RuleId::ScenarioUnknownKey, in_backticks(head.value) + " is no action",
                  nearest.empty() ? "the actions are " + all : "did you mean " + in_backticks(nearest) + "?");
  return request;
}

/// `TIME{:SETTING}` of a deletion.
ActionRequest read_deletion(Source& source, const Phrase& phrase) {
  ActionRequest request;
  request.what = DeletePod{};
  const PhraseItem& head = phrase.items.front();
  std::string problem;
  if (!parse_span(head.value, request.at, problem))
    source.complain(head.value_place, RuleId::ScenarioBadValue, problem);
  read_items(source, phrase, 1, delete_keys(), "a deletion", request);
  return request;
}

// ---- whole overrides --------------------------------------------------------------------------------------

const OverrideSyntax& syntax_of(OverrideKind kind) {
  static const std::vector<OverrideSyntax> kSyntax = override_syntax();
  return kSyntax[static_cast<std::size_t>(kind)];
}

std::string example_help(OverrideKind kind) {
  return "for example " + std::string{syntax_of(kind).example};
}

bool has_target(OverrideKind kind) {
  return kind != OverrideKind::At && kind != OverrideKind::DeleteAt;
}

/// "app.readiness" taken apart at its last point.
bool split_member(std::string_view target, std::string_view& container, std::string_view& member) {
  const std::size_t dot = target.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  container = target.substr(0, dot);
  member = target.substr(dot + 1);
  return true;
}

bool find_probe_kind(std::string_view word, ProbeKind& out) {
  for (const ProbeKind kind : kProbeKinds) {
    if (word != to_string(kind)) continue;
    out = kind;
    return true;
  }
  return false;
}

/// What an override speaks of, and where that stands in the text (nowhere for an annotation).
struct Target {
  std::string_view text;
  TextRange place;
  bool is_container = false;  ///< of an image: named by a container that uses it
};

bool read_probe(Source& source, const Target& target, const Phrase& phrase, Override& out) {
  std::string_view container, member;
  ProbeOverride over;
  if (!split_member(target.text, container, member) || !find_probe_kind(member, over.probe)) {
    source.complain(target.place, RuleId::ScenarioBadValue, in_backticks(target.text) + " names no probe",
                    "write CONTAINER.startup, CONTAINER.readiness or CONTAINER.liveness");
    return false;
  }
  over.target = parse_container_ref(container);
  read_items(source, phrase, 0, probe_keys(), "a probe", over.behavior);
  out.what = std::move(over);
  return true;
}

bool read_hook(Source& source, const Target& target, const Phrase& phrase, Override& out) {
  std::string_view container, member;
  const bool split = split_member(target.text, container, member);
  const std::string word = folded_key(member);
  if (!split || (word != "poststart" && word != "prestop")) {
    source.complain(target.place, RuleId::ScenarioBadValue, in_backticks(target.text) + " names no hook",
                    "write CONTAINER.postStart or CONTAINER.preStop");
    return false;
  }
  HookOverride over;
  over.target = parse_container_ref(container);
  over.hook = word == "prestop" ? HookOverride::Hook::PreStop : HookOverride::Hook::PostStart;
  read_items(source, phrase, 0, hook_keys(), "a hook", over.behavior);
  out.what = std::move(over);
  return true;
}

void read_actions(Source& source, const std::vector<Phrase>& phrases, ActionRequest (*read)(Source&, const Phrase&),
                  Override& out) {
  ActionOverride over;
  for (const Phrase& phrase : phrases) over.actions.push_back(read(source, phrase));
  out.what = std::move(over);
}

void read_override(Source& source, OverrideKind kind, const Target& target, const std::vector<Phrase>& phrases,
                   Override& out) {
  const bool one_only = kind != OverrideKind::Run && kind != OverrideKind::At;
  if (one_only && phrases.size() > 1) {
    source.complain(phrases[1].place, RuleId::ScenarioBadValue, "only one phrase is expected here", example_help(kind));
  }
  switch (kind) {
    case OverrideKind::Run: {
      RunOverride over{parse_container_ref(target.text), {}};
      for (const Phrase& phrase : phrases) over.runs.push_back(read_run(source, phrase));
      out.what = std::move(over);
      return;
    }
    case OverrideKind::Term: {
      SetTerm over{parse_container_ref(target.text), {}};
      read_items(source, phrases.front(), 0, term_keys(), "the answer to SIGTERM", over.term);
      out.what = std::move(over);
      return;
    }
    case OverrideKind::Probe:
      static_cast<void>(read_probe(source, target, phrases.front(), out));
      return;
    case OverrideKind::Hook:
      static_cast<void>(read_hook(source, target, phrases.front(), out));
      return;
    case OverrideKind::Image: {
      ImageOverride over;
      if (target.is_container) {
        over.used_by = parse_container_ref(target.text);
      } else {
        over.image = std::string{target.text};
      }
      read_items(source, phrases.front(), 0, image_keys(), "an image", over.behavior);
      out.what = std::move(over);
      return;
    }
    case OverrideKind::At:
      read_actions(source, phrases, read_action, out);
      return;
    case OverrideKind::DeleteAt:
      read_actions(source, phrases, read_deletion, out);
      return;
  }
}

bool parse_from(OverrideKind kind, const Target& target, std::size_t from, Source& source, Override& out) {
  const std::size_t before = source.problems.size();
  std::vector<Phrase> phrases;
  PhraseProblem problem;
  if (!split_phrases(source.text, from, phrases, problem)) {
    source.complain(problem.place, RuleId::ScenarioBadValue, problem.text, example_help(kind));
    return false;
  }
  out.place = source.span({0, source.text.size()});
  read_override(source, kind, target, phrases, out);
  return source.problems.size() == before;
}

}  // namespace

std::vector<OverrideSyntax> override_syntax() {
  return {
      {OverrideKind::Run, "run", "CONTAINER=RUN[,RUN...]",
       "what the container's process does, one RUN a start; the last repeats", "app=2s:exit=1,forever"},
      {OverrideKind::Term, "term", "CONTAINER=AFTER[:exit=N]", "how the process answers SIGTERM, or `ignore`",
       "app=5s:exit=0"},
      {OverrideKind::Probe, "probe", "CONTAINER.PROBE=ANSWERS", "what a probe is answered, by the age of the run",
       "app.readiness=okAfter=3s"},
      {OverrideKind::Hook, "hook", "CONTAINER.HOOK=TAKES[:exit=N]", "how long a postStart or preStop hook takes",
       "app.preStop=5s"},
      {OverrideKind::Image, "image", "IMAGE=PULL|present|absent|error=TEXT", "how an image gets to the node",
       "nginx=pull=5s"},
      {OverrideKind::At, "at", "TIME=ACTION[,TIME=ACTION...]",
       "what happens from outside: delete, kill, oom, evict, restartKubelet, patch, suspend, resume", "8s=kill:app"},
      {OverrideKind::DeleteAt, "delete-at", "TIME[:grace=N]", "when the Pod is deleted: short for --at TIME=delete",
       "20s:grace=5"},
  };
}

bool parse_override(OverrideKind kind, std::string_view text, std::uint32_t file, Override& out,
                    std::vector<Diagnostic>& problems) {
  Source source{text, file, problems};
  if (!has_target(kind)) return parse_from(kind, {}, 0, source, out);
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    source.complain({0, std::max<std::size_t>(1, text.size())}, RuleId::ScenarioBadValue,
                    "expected " + std::string{syntax_of(kind).value}, example_help(kind));
    return false;
  }
  return parse_from(kind, {text.substr(0, equals), {0, equals}, false}, equals + 1, source, out);
}

bool parse_annotation(std::string_view key, std::string_view value, std::uint32_t file, Override& out,
                      std::vector<Diagnostic>& problems) {
  Source source{value, file, problems};
  const std::size_t dot = key.find('.');
  const std::string_view name = key.substr(0, dot);
  const std::string_view target = dot == std::string_view::npos ? std::string_view{} : key.substr(dot + 1);
  std::vector<std::string> names;
  for (const OverrideSyntax& syntax : override_syntax()) {
    names.emplace_back(syntax.name);
    if (folded_key(name) != folded_key(syntax.name)) continue;
    if (has_target(syntax.kind) == target.empty()) {
      source.complain(
          {0, 1}, RuleId::ScenarioBadValue,
          has_target(syntax.kind) ? "the annotation names no container" : "this annotation names no container",
          "the key is podlapse.dev/" + std::string{name} + (has_target(syntax.kind) ? ".CONTAINER" : ""));
      return false;
    }
    return parse_from(syntax.kind, {target, {0, 1}, true}, 0, source, out);
  }
  const std::string nearest = nearest_name(std::string{name}, names);
  source.complain({0, 1}, RuleId::ScenarioUnknownKey, "no annotation is called podlapse.dev/" + std::string{name},
                  nearest.empty() ? "known: run, term, probe, hook, image, at, delete-at"
                                  : "did you mean podlapse.dev/" + nearest + "?");
  return false;
}

}  // namespace podlapse
