#include "podlapse/suite/scenario_schema.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "podlapse/api/schema_help.hpp"
#include "podlapse/expect/expectation.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/scenario/format.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "schema_parts.hpp"

namespace podlapse {
namespace {

// ---- values, as scenario/values.hpp reads them
// ------------------------------------------------------------------------

const std::string kAmount = R"((?:\d+\.?\d*|\.\d+))";
const std::string kDuration = "(?:" + kAmount + "|(?:" + kAmount + "(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)";
const std::string kContainer = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
/// `work`, `work-x7f`, `work[1]`
const std::string kPodPrefix = R"((?:[a-z0-9][-a-z0-9.]*(?:\[\d+\])?/)?)";
const std::string kMoment =
    kPodPrefix + kContainer + R"((?:\.(?:running|serving|ready)|(?:\[\d+\])?\.(?:started|exited(?:\(\d+\))?)))";
const std::string kLength = "(?:forever|until +" + kMoment + "|" + kDuration + ")";
constexpr std::int64_t kTenYears = 10LL * 365 * 24 * 3600;

Value seconds() {
  Value number = typed("number");
  number.set("minimum", Value{0});
  number.set("maximum", Value{kTenYears});
  return number;
}

Value duration() {
  return any_of({text_like(kDuration), seconds()});
}
Value moment() {
  return text_like(kMoment);
}
Value length() {
  return any_of({text_like(kLength), seconds()});
}
Value text() {
  return any_of({typed("string"), typed("number"), typed("boolean")});
}
Value container_name() {
  return text_like(kPodPrefix + kContainer);
}

Value integer(std::int64_t least, std::int64_t most) {
  Value schema = typed("integer");
  schema.set("minimum", Value{least});
  constexpr std::int64_t kExact = std::int64_t{1} << 53;  // larger numbers are not exact in the readers of JSON
  if (most <= kExact) schema.set("maximum", Value{most});
  return schema;
}

Value words(const std::vector<std::string_view>& all) {
  Value list = Value::array();
  for (const std::string_view word : all) list.push_back(Value{word});
  return object_of({{"type", Value{"string"}}, {"enum", std::move(list)}});
}

/// A mapping whose keys are names that fit `names`.
Value by_name(const std::string& names, Value values) {
  return object_of({{"type", Value{"object"}},
                    {"propertyNames", object_of({{"pattern", Value{"^" + names + "$"}}})},
                    {"additionalProperties", std::move(values)}});
}

Value definition_of(FormatMapping mapping) {
  return reference_to(format_mapping(mapping).name);
}

// ---- keys of a form of their own
// --------------------------------------------------------------------------------------

Value threads() {
  Value one = with_examples(object_of({{"type", Value{"string"}}, {"pattern", Value{"^https?://"}}}),
                            {Value{"https://github.com/kubernetes/kubernetes/issues/120247"}});
  return any_of({one, list_schema(one)});
}

/// `[name, ...]`, or `{name: [key, ...]}`, or `{name: {key: value}}`.
Value objects() {
  return any_of({list_schema(text()),
                 object_of({{"type", Value{"object"}},
                            {"additionalProperties", any_of({list_schema(text()), typed("object"), typed("null")})}})});
}

Value one_or_several(const Value& one, int least = 0) {
  return any_of({one, list_schema(one, least)});
}

Value behavior() {
  return by_name(kPodPrefix + kContainer, one_or_several(definition_of(FormatMapping::Run), 1));
}

Value release() {
  std::string minors;
  Value numbers = Value::array();
  for (std::int32_t minor = kOldestVersion.minor; minor <= kNewestVersion.minor; ++minor) {
    minors += (minors.empty() ? "" : "|") + std::to_string(minor);
    numbers.push_back(
        Value::number("1." + std::to_string(minor % 10 == 0 ? minor / 10 : minor)));  // 1.30 is the number 1.3
  }
  Value number = typed("number");
  number.set("enum", std::move(numbers));
  Value version = text_like(R"( *v?1\.(?:)" + minors + R"()(?:\.\d+)? *)");
  return with_examples(any_of({std::move(version), std::move(number)}), {Value{"1.34"}, Value{"1.30.3"}});
}

Value gates() {
  Value properties = Value::object();
  for (const FeatureGateInfo& gate : feature_gates_in(kNewestVersion)) {
    Value one = described(gate.text, typed("boolean"));
    one.set("default", Value{gate.on});
    properties.set(gate.name, std::move(one));
  }
  return object_of(
      {{"type", Value{"object"}}, {"properties", std::move(properties)}, {"additionalProperties", Value{false}}});
}

/// Moments without which a process cannot go on.
Value needs() {
  const Value what = with_examples(text_like(R"(started|exited(?:\(\d+\))?|running|serving|ready)"),
                                   {Value{"ready"}, Value{"serving"}, Value{"running"}});
  Value mapping =
      object_of({{"type", Value{"object"}},
                 {"properties", object_of({{"else", definition_of(FormatMapping::NeedElse)}})},
                 {"propertyNames", object_of({{"pattern", Value{"^" + kPodPrefix + kContainer + R"((?:\[\d+\])?$)"}}})},
                 {"additionalProperties", what}});
  return one_or_several(any_of({moment(), std::move(mapping)}));
}

Value windows() {
  Value pair = list_schema(duration(), 2);
  pair.set("maxItems", Value{2});
  return any_of({pair, list_schema(pair, 1)});
}

Value probe_answers() {
  return any_of({words({"ok", "fail"}), definition_of(FormatMapping::ProbeAnswers)});
}

Value hook_answers() {
  return with_examples(any_of({length(), definition_of(FormatMapping::HookAnswers)}), {Value{"5s"}, Value{"forever"}});
}

/// Objects of any kind that has Pods, told apart by their kind.
Value workload(Value& definitions) {
  Value kinds = Value::array(), by_kind = Value::array();
  for (const WorkloadKindInfo& info : workload_kinds()) {
    kinds.push_back(Value{to_string(info.kind)});
    Value is_kind = typed("object");
    is_kind.set("properties", object_of({{"kind", object_of({{"const", Value{to_string(info.kind)}}})}}));
    by_kind.push_back(
        object_of({{"if", std::move(is_kind)}, {"then", reference_to(define_api_type(info.type, definitions))}}));
  }
  Value schema = typed("object");
  schema.set("properties", object_of({{"kind", object_of({{"type", Value{"string"}}, {"enum", std::move(kinds)}})}}));
  schema.set("required", list_of({Value{"kind"}}));
  schema.set("allOf", std::move(by_kind));
  return schema;
}

/// What of a patch has an effect. The API server decides about the rest.
Value patch() {
  Value container = typed("object");
  container.set("properties", object_of({{"name", typed("string")}, {"image", typed("string")}}));
  container.set("required", list_of({Value{"name"}}));
  const auto of_job = [](const char* key) { return *find_format_key(FormatMapping::JobPatch, key); };
  Value spec = typed("object");
  spec.set("properties",
           object_of({{"activeDeadlineSeconds", integer(1, 1'000'000'000)},
                      {"containers", list_schema(container)},
                      {"initContainers", list_schema(container)},
                      {"suspend", described(of_job("suspend").text, typed("boolean"))},
                      {"parallelism", described(of_job("parallelism").text,
                                                integer(of_job("parallelism").least, of_job("parallelism").most))}}));
  const Value keys_of_job = object_of({{"propertyNames", words({"suspend", "parallelism"})}});
  spec.set("dependencies", object_of({{"suspend", keys_of_job}, {"parallelism", keys_of_job}}));
  Value schema = typed("object");
  Value entries = typed("object");
  entries.set("additionalProperties", object_of({{"type", list_of({Value{"string"}, Value{"null"}})}}));
  Value metadata = typed("object");
  metadata.set("properties", object_of({{"labels", entries}, {"annotations", entries}}));
  schema.set("properties", object_of({{"metadata", std::move(metadata)}, {"spec", std::move(spec)}}));
  return schema;
}

/// An action that has a mapping, or nothing.
Value mapping_or_null(FormatMapping mapping) {
  return any_of({definition_of(mapping), typed("null")});
}

Value special_of_scenario(std::string_view key, Value& definitions) {
  if (key == "threads") return threads();
  if (key == "pod") return reference_to(define_api_type(SchemaType::Pod, definitions));
  if (key == "job") return reference_to(define_api_type(SchemaType::Job, definitions));
  if (key == "workload") return workload(definitions);
  if (key == "pods") return list_schema(reference_to(define_api_type(SchemaType::Pod, definitions)), 1);
  if (key == "manifests") return list_schema(text(), 1);
  if (key == "images")
    return object_of({{"type", Value{"object"}}, {"additionalProperties", definition_of(FormatMapping::Image)}});
  if (key == "behavior") return behavior();
  if (key == "probes") return by_name(kPodPrefix + kContainer, definition_of(FormatMapping::Probes));
  if (key == "hooks") return by_name(kPodPrefix + kContainer, definition_of(FormatMapping::Hooks));
  if (key == "actions") return list_schema(definition_of(FormatMapping::Action));
  if (key == "expect") return list_schema(reference_to("Expectation"));
  if (key == "kubernetesVersion") return release();
  if (key == "featureGates") return gates();
  if (key == "kubelet") return definition_of(FormatMapping::Kubelet);
  return objects();  // configMaps and their like
}

Value special_of_action(std::string_view key, Value& definitions) {
  if (key == "debug") {
    Value name = typed("string");
    name.set("pattern", Value{"."});
    Value schema = typed("object");
    schema.set("properties", object_of({{"name", std::move(name)}}));
    schema.set("required", list_of({Value{"name"}}));
    schema.set("allOf", list_of({reference_to(define_api_type(SchemaType::EphemeralContainer, definitions))}));
    return schema;
  }
  if (key == "delete") return mapping_or_null(FormatMapping::Delete);
  if (key == "evict") return mapping_or_null(FormatMapping::Evict);
  if (key == "restartKubelet") return mapping_or_null(FormatMapping::RestartKubelet);
  if (key == "kill") return any_of({container_name(), definition_of(FormatMapping::Kill)});
  if (key == "oom") return any_of({container_name(), definition_of(FormatMapping::Oom)});
  return key == "patch" ? patch() : definition_of(FormatMapping::Api);
}

Value special(FormatMapping mapping, std::string_view key, Value& definitions) {
  if (mapping == FormatMapping::Scenario) return special_of_scenario(key, definitions);
  if (mapping == FormatMapping::Action) return special_of_action(key, definitions);
  if (mapping == FormatMapping::Probes) return probe_answers();
  if (mapping == FormatMapping::Hooks) return hook_answers();
  if (key == "crashLoopBackOff") return definition_of(FormatMapping::CrashLoopBackOff);
  if (key == "needs") return needs();
  if (key == "onTerm") return any_of({words({"ignore"}), definition_of(FormatMapping::TermAnswer)});
  if (key == "failBetween") return windows();
  if (key == "remove") return one_or_several(container_name());
  return typed("object");  // the body of a request
}

// ---- mappings
// ---------------------------------------------------------------------------------------------------------

Value value_schema(FormatMapping mapping, const FormatKey& row, Value& definitions) {
  switch (row.type) {
    case FormatType::Text:
      return text();
    case FormatType::Container:
      return container_name();
    case FormatType::Flag:
      return typed("boolean");
    case FormatType::Integer:
      return integer(row.least, row.most);
    case FormatType::Duration:
      return duration();
    case FormatType::Moment:
      return moment();
    case FormatType::Length:
      return length();
    case FormatType::Word:
      return words(format_examples(row));
    case FormatType::Special:
      return special(mapping, row.key, definitions);
  }
  return Value::object();
}

Value key_schema(FormatMapping mapping, const FormatKey& row, Value& definitions) {
  Value schema = described(row.text, value_schema(mapping, row, definitions));
  const bool is_text = row.type != FormatType::Integer && row.type != FormatType::Flag;
  if (!row.default_text.empty()) schema.set("default", typed_text(row.default_text, is_text));
  if (row.type == FormatType::Word || row.examples.empty()) return schema;
  Value examples = Value::array();
  for (const std::string_view example : format_examples(row)) examples.push_back(typed_text(example, is_text));
  schema.set("examples", std::move(examples));
  return schema;
}

/// `anyOf` or `oneOf` of keys, at least one of which must be there.
Value some_key(std::initializer_list<std::string_view> keys) {
  Value alternatives = Value::array();
  for (const std::string_view key : keys) alternatives.push_back(object_of({{"required", list_of({Value{key}})}}));
  return alternatives;
}

/// What a mapping must have.
void add_required(FormatMapping mapping, Value& schema) {
  if (mapping == FormatMapping::Scenario)
    schema.set("anyOf", some_key({"pod", "job", "workload", "manifest", "pods", "manifests"}));
  if (mapping == FormatMapping::Run) schema.set("anyOf", some_key({"run", "until", "startError", "exitOn", "needs"}));
  if (mapping == FormatMapping::Run) schema.set("dependencies", object_of({{"allocBy", list_of({Value{"allocMiB"}})}}));
  if (mapping == FormatMapping::Kill) schema.set("anyOf", some_key({"container", "sandbox"}));
  if (mapping == FormatMapping::Oom) schema.set("required", list_of({Value{"container"}}));
  if (mapping == FormatMapping::Api) schema.set("required", list_of({Value{"method"}, Value{"path"}}));
  if (mapping != FormatMapping::Action) return;
  schema.set("required", list_of({Value{"at"}}));
  schema.set("oneOf", some_key({"delete", "kill", "oom", "evict", "restartKubelet", "patch", "create", "api", "debug"}));
}

Value mapping_schema(FormatMapping mapping, Value& definitions) {
  const FormatMappingInfo& info = format_mapping(mapping);
  Value properties = Value::object();
  for (const FormatKey& row : format_keys(mapping)) properties.set(row.key, key_schema(mapping, row, definitions));
  Value schema = object_of({{"title", Value{info.noun}}, {"description", Value{info.text}}, {"type", Value{"object"}}});
  schema.set("properties", std::move(properties));
  add_required(mapping, schema);
  schema.set("additionalProperties", Value{false});
  return schema;
}

// ---- expectations
// -----------------------------------------------------------------------------------------------------

std::string escaped(std::string_view word) {
  std::string out;
  for (const char c : word) out += c == '.' ? std::string{"\\."} : std::string{c};
  return out;
}

/// The words of properties.def, each once: those of containers alone, or all.
std::string properties(bool of_containers) {
  std::string all;
  std::vector<std::string_view> known;
  for (const PropertyRow& row : property_rows()) {
    const bool wanted = row.subject == Subject::Container || (!of_containers && row.subject != Subject::Event);
    if (!wanted || std::find(known.begin(), known.end(), row.word) != known.end()) continue;
    known.push_back(row.word);
    all += (all.empty() ? "" : "|") + escaped(row.word);
  }
  return "(?:" + all + ")";
}

/// A sentence word by word, in whatever order: which words are known and what stands beside `covers` can be told, the
/// rest not.
std::string sentence_pattern() {
  const std::string who = kPodPrefix + kContainer + R"((?:\[\d+\])?)";
  const std::string term = "(?:" + who + R"(\.)?)" + properties(false) + R"((?:\([^\s)]+\)|=[^\s=<>!]+)?)";
  const std::string event = R"(event\s+\S+(?:\s+)" + who + ")?";
  const std::string keyword =
      "from|to|before|after|within|of|at|happens|never|no|always|eventually|once|twice|least|most|times?|while|and|or|"
      "not|between|"
      "first|last|every";
  const std::string word = "(?:" + keyword + "|" + term + "|" + event + "|" + kDuration + ")";
  const std::string joint = "(?:\\s*(?:==|!=|<=|>=|<|>|\u00b1|\\+/?-)\\s*|\\s+)";
  return R"(\s*(?:)" + who + R"(\s+covers\s+)" + who + R"((?:\s+except\s+)" + kDuration + ")?|" + word + "(?:" + joint +
         word + R"()*)\s*)";
}

/// What sentences can speak of, one line a property.
std::string vocabulary() {
  std::string all;
  for (const PropertyRow& row : property_rows()) {
    const char* who = row.subject == Subject::Container ? "app."
                      : row.subject == Subject::Pod     ? "pod."
                      : row.subject == Subject::Job     ? "job."
                                                        : "";
    all += "\n- " + (who + std::string{row.word}) + ": " + std::string{row.help};
  }
  return all;
}

Value sentence() {
  constexpr std::array kExamples = {"app.started before proxy.SIGTERM",
                                    "pod.ready within 30s",
                                    "app.ready at 12s \u00b1 1s",
                                    "from app.exited to pod.phase=Succeeded < 10s",
                                    "proxy.restarts == 1",
                                    "app.exited happens twice",
                                    "proxy covers app except 2s",
                                    "event BackOff app happens at least 3 times",
                                    "no SIGKILL",
                                    "app.running while proxy.ready"};
  Value examples = Value::array();
  for (const char* example : kExamples) examples.push_back(Value{example});
  Value schema = described("A sentence about:" + vocabulary(), text_like(sentence_pattern()));
  schema.set("examples", std::move(examples));
  return schema;
}

/// A state, or several of them.
Value states(std::string_view what, const char* example) {
  return with_examples(described(what, one_or_several(text_like(sentence_pattern()))), {Value{example}});
}

/// Columns of kubectl and states of containers.
Value state_at(std::string_view what) {
  Value columns = typed("object");
  columns.set("properties",
              object_of({{"pod", described("Which Pod, where there are several", text())},
                         {"status", described("kubectl's STATUS: Running, CrashLoopBackOff, Completed", text())},
                         {"ready", described("kubectl's READY: 1/2", text())},
                         {"restarts", described("kubectl's RESTARTS", text())},
                         {"phase", described("status.phase", text())},
                         {"reason", described("status.reason", text())}}));
  columns.set("propertyNames", object_of({{"pattern", Value{"^" + kPodPrefix + kContainer + R"((?:\[\d+\])?$)"}}}));
  columns.set("additionalProperties", with_examples(text_like(properties(true) + R"((?:\([^\s)]+\))?)"),
                                                    {Value{"running"}, Value{"terminated"}}));
  columns.set("minProperties", Value{1});
  const Value state = text_like(sentence_pattern());
  return described(what, any_of({std::move(columns), state, list_schema(state)}));
}

Value expectation() {
  Value mapping = typed("object");
  mapping.set(
      "properties",
      object_of(
          {{"always", states("What holds from the Pod's creation to the end of the run", "app.restarts <= 2")},
           {"never", states("What holds or happens at no instant", "app.exited(137)")},
           {"eventually", states("What holds or happens at some instant", "pod.ready")},
           {"finally", state_at("What holds at the end: columns of kubectl, states of containers, or a state")}}));
  mapping.set("patternProperties",
              object_of({{"^at\\s+" + kDuration + "$",
                          state_at("What holds at that instant: columns of kubectl, states of containers, or a state")},
                         {"^while\\s+.+$", states("What holds whenever that state does", "proxy.running")}}));
  mapping.set("minProperties", Value{1});
  mapping.set("maxProperties", Value{1});
  mapping.set("additionalProperties", Value{false});
  return object_of(
      {{"title", Value{"an expectation"}},
       {"description", Value{"A sentence, or one of at TIME:, finally:, always:, never:, eventually:, while STATE:"}},
       {"anyOf", list_of({sentence(), std::move(mapping)})}});
}

}  // namespace

Value scenario_schema() {
  Value definitions = Value::object();
  Value schema = object_of({{"$schema", Value{"http://json-schema.org/draft-07/schema#"}}});
  Value root = mapping_schema(FormatMapping::Scenario, definitions);
  for (Value::Member& member : root.members()) schema.set(member.key, std::move(member.value));
  schema.set("title", Value{"podlapse scenario"});
  for (const FormatMapping mapping : all_format_mappings()) {
    if (mapping == FormatMapping::Scenario || mapping == FormatMapping::JobPatch) continue;
    definitions.set(format_mapping(mapping).name, mapping_schema(mapping, definitions));
  }
  definitions.set("Expectation", expectation());
  schema.set("definitions", std::move(definitions));
  return schema;
}

}  // namespace podlapse
