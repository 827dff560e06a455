#include "podlapse/rules/feature_gates.hpp"

#include <algorithm>
#include <charconv>

#include "podlapse/base/diagnostic.hpp"

namespace podlapse {

namespace {

constexpr std::int32_t kNever = 1000;

struct GateRow {
  std::string_view name;
  std::int32_t since, on_since, locked_since;
  bool before;
  bool FeatureGates::*member;
  std::string_view text;
};

constexpr GateRow kGates[] = {
#define PODLAPSE_FEATURE_GATE(member, name, since, on_since, locked_since, before, text) \
  {name, since, on_since, locked_since, before, &FeatureGates::member, text},
#define PODLAPSE_GATE_NEEDS(member, needed)
#define PODLAPSE_RELEASE_BEHAVIOR(member, text)
#define PODLAPSE_RELEASE_RANGE(member, from_minor, from_patch, until_minor, until_patch)
#include "podlapse/rules/feature_gates.def"
#undef PODLAPSE_FEATURE_GATE
#undef PODLAPSE_GATE_NEEDS
};

struct NeedsRow {
  bool FeatureGates::*member;
  bool FeatureGates::*needed;
};

constexpr NeedsRow kNeeds[] = {
#define PODLAPSE_FEATURE_GATE(member, name, since, on_since, locked_since, before, text)
#define PODLAPSE_GATE_NEEDS(member, needed) {&FeatureGates::member, &FeatureGates::needed},
#include "podlapse/rules/feature_gates.def"
#undef PODLAPSE_GATE_NEEDS
#undef PODLAPSE_RELEASE_RANGE
};

/// Kept until the newest patch of a minor release.
constexpr std::int32_t kNewestPatch = 999;

struct RangeRow {
  bool FeatureGates::*member;
  std::int32_t from_minor, from_patch, until_minor, until_patch;
};

constexpr RangeRow kRanges[] = {
#define PODLAPSE_GATE_NEEDS(member, needed)
#define PODLAPSE_RELEASE_RANGE(member, from_minor, from_patch, until_minor, until_patch) \
  {&FeatureGates::member, from_minor, from_patch, until_minor, until_patch},
#include "podlapse/rules/feature_gates.def"
#undef PODLAPSE_FEATURE_GATE
#undef PODLAPSE_GATE_NEEDS
#undef PODLAPSE_RELEASE_BEHAVIOR
#undef PODLAPSE_RELEASE_RANGE
};

bool is_before(const KubernetesVersion& version, std::int32_t minor, std::int32_t patch) {
  if (version.minor != minor) return version.minor < minor;
  return version.patch.value_or(kNewestPatch) < patch;
}

const GateRow& row_of(bool FeatureGates::*member) {
  return *std::find_if(std::begin(kGates), std::end(kGates), [&](const GateRow& row) { return row.member == member; });
}

/// The gate called `name`, where the release has it.
const GateRow* find_gate(std::string_view name, const KubernetesVersion& version) {
  const auto found = std::find_if(std::begin(kGates), std::end(kGates), [&](const GateRow& row) { return row.name == name; });
  return found == std::end(kGates) || version.minor < found->since ? nullptr : &*found;
}

const char* text_of(bool value) { return value ? "true" : "false"; }

std::string names_in(const KubernetesVersion& version) {
  std::string names;
  for (const FeatureGateInfo& gate : feature_gates_in(version)) {
    if (gate.locked) continue;
    if (!names.empty()) names += ", ";
    names += gate.name;
  }
  return names;
}

/// unsafeSetFromMap: unknown and locked gates.
std::optional<FeatureGateProblem> problem_of(const FeatureGateSetting& setting, const KubernetesVersion& version) {
  const GateRow* gate = find_gate(setting.name, version);
  if (gate == nullptr) {
    FeatureGateProblem problem{RuleId::GateUnknown, 0, "unrecognized feature gate: " + setting.name, {}};
    const GateRow* in_other = find_gate(setting.name, {kNever, {}});
    std::vector<std::string> known;
    for (const FeatureGateInfo& one : feature_gates_in(version)) known.emplace_back(one.name);
    const std::string nearest = nearest_name(setting.name, known);
    problem.help = in_other == nullptr && !nearest.empty() ? "did you mean `" + nearest + "`?"
                   : in_other != nullptr ? "it exists since 1." + std::to_string(in_other->since) + ", and this is " + to_string(version)
                                       : "podlapse knows the gates of " + to_string(version) + " that change what it shows: " +
                                             names_in(version);
    return problem;
  }
  const bool default_value = FeatureGates{version}.*gate->member;
  if (version.minor < gate->locked_since || setting.value == default_value) return std::nullopt;
  return FeatureGateProblem{RuleId::GateLocked, 0,
                            "cannot set feature gate " + setting.name + " to " + text_of(setting.value) +
                                ", feature is locked to " + text_of(default_value),
                            "in " + to_string(version) + " it can no longer be changed"};
}

/// A gate that is on while one that it needs is off. Since 1.35 they are looked at; the rows are of gates of that age.
std::optional<FeatureGateProblem> missing_need(const FeatureGates& gates, const KubernetesVersion& version) {
  for (const GateRow& gate : kGates) {
    std::string disabled;
    for (const NeedsRow& row : kNeeds) {
      const GateRow& needed = row_of(row.needed);
      const bool counts = row.member == gate.member && version.minor >= gate.since && version.minor >= needed.since;
      if (!counts || !(gates.*row.member) || gates.*row.needed) continue;
      disabled += (disabled.empty() ? "" : " ") + std::string{needed.name};
    }
    if (disabled.empty()) continue;
    const std::string name{gate.name};
    return FeatureGateProblem{RuleId::GateNeeds, 0,
                              name + " is enabled, but depends on features that are disabled: [" + disabled + "]",
                              "turn it off too: " + name + "=false"};
  }
  return std::nullopt;
}

bool read_number(std::string_view& text, std::int32_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || out < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// strconv.ParseBool.
std::optional<bool> parse_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

}  // namespace

std::string to_string(const KubernetesVersion& version) {
  std::string text = "v1." + std::to_string(version.minor);
  return version.patch ? text + "." + std::to_string(*version.patch) : text;
}

bool parse_kubernetes_version(std::string_view text, KubernetesVersion& out, std::string& problem) {
  std::string_view rest = text;
  if (!rest.empty() && rest.front() == 'v') rest.remove_prefix(1);
  std::int32_t major = 0, patch = 0;
  KubernetesVersion version;
  bool valid = read_number(rest, major) && !rest.empty() && rest.front() == '.';
  if (valid) rest.remove_prefix(1);
  valid = valid && read_number(rest, version.minor);
  if (valid && !rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    valid = read_number(rest, patch);
    version.patch = patch;
  }
  if (!valid || !rest.empty()) {
    problem = "`" + std::string{text} + "` is no release such as 1.30, v1.30 or 1.30.4";
    return false;
  }
  if (major != 1 || version.minor < kOldestVersion.minor || version.minor > kNewestVersion.minor) {
    problem = "Kubernetes " + std::string{text} + " is not modelled: " + to_string(kOldestVersion) + " to " +
              to_string(kNewestVersion) + " are";
    return false;
  }
  out = version;
  return true;
}

FeatureGates::FeatureGates(const KubernetesVersion& version) {
  for (const GateRow& row : kGates) {
    if (version.minor >= row.since) this->*row.member = version.minor >= row.on_since;
  }
  for (const RangeRow& row : kRanges) {
    if (!is_before(version, row.from_minor, row.from_patch) && is_before(version, row.until_minor, row.until_patch)) {
      this->*row.member = true;
    }
  }
}

FeatureGates feature_gates_of(const KubernetesVersion& version, const std::vector<FeatureGateSetting>& settings,
                              std::optional<FeatureGateProblem>& problem) {
  FeatureGates gates{version};
  for (std::size_t i = 0; i < settings.size() && !problem; ++i) {
    problem = problem_of(settings[i], version);
    if (problem) {
      problem->setting = i;
    } else {
      gates.*find_gate(settings[i].name, version)->member = settings[i].value;
    }
  }
  if (!problem) {
    problem = missing_need(gates, version);
    if (problem && !settings.empty()) problem->setting = settings.size() - 1;
  }
  return gates;
}

bool parse_feature_gates(std::string_view text, std::vector<FeatureGateSetting>& out, std::string& problem) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string name{trimmed(part.substr(0, equals))};
    if (equals == std::string_view::npos) {
      problem = "missing bool value for " + name;
      return false;
    }
    const std::string_view given = trimmed(part.substr(equals + 1));
    const std::optional<bool> value = parse_bool(given);
    if (!value) {
      problem = "invalid value of " + name + "=" + std::string{given} + ", err: strconv.ParseBool: parsing \"" +
                std::string{given} + "\": invalid syntax";
      return false;
    }
    out.push_back({name, *value});
  }
  return true;
}

std::vector<FeatureGateInfo> feature_gates_in(const KubernetesVersion& version) {
  std::vector<FeatureGateInfo> gates;
  const FeatureGates defaults{version};
  for (const GateRow& row : kGates) {
    if (version.minor < row.since) continue;
    gates.push_back({row.name, row.text, defaults.*row.member, version.minor >= row.locked_since,
                     version.minor < row.on_since && !row.before});
  }
  std::sort(gates.begin(), gates.end(), [](const FeatureGateInfo& a, const FeatureGateInfo& b) { return a.name < b.name; });
  return gates;
}

}  // namespace podlapse
