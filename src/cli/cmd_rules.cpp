// podlapse rules [ID]: the catalogue of rules, those of one topic, or one of them explained.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/feature_gates.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::cli {
namespace {

struct RulesOptions {
  std::string id, kubernetes_version;
  bool feature_gates = false;
};

/// One line for each rule whose id begins with `prefix`.
std::string list_rules(const std::string& prefix) {
  std::vector<Rule> rules;
  std::size_t widest = 0;
  for (const RuleId id : all_rules()) {
    if (rule(id).id.substr(0, prefix.size()) != prefix) continue;
    rules.push_back(rule(id));
    widest = std::max(widest, rules.back().id.size());
  }
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
  std::string text;
  for (const Rule& row : rules) {
    text.append(row.id).append(widest + 2 - row.id.size(), ' ').append(row.text).append("\n");
  }
  return text;
}

/// One line for each feature gate of the release.
std::string list_gates(const KubernetesVersion& version) {
  const std::vector<FeatureGateInfo> gates = feature_gates_in(version);
  std::size_t widest = 0;
  for (const FeatureGateInfo& gate : gates) widest = std::max(widest, gate.name.size());
  std::string text;
  for (const FeatureGateInfo& gate : gates) {
    const std::string state = gate.locked ? "locked on" : gate.on ? "on" : "off";
    constexpr std::size_t kStateWidth = 11;
    text.append(gate.name).append(widest + 2 - gate.name.size(), ' ');
    text.append(state).append(kStateWidth - state.size(), ' ').append(gate.text).append("\n");
  }
  return text;
}

ExitCode explain_gates(const std::string& version) {
  KubernetesVersion release;
  std::string problem;
  if (!version.empty() && !parse_kubernetes_version(version, release, problem)) {
    log_error("--kubernetes-version: " + problem);
    return ExitCode::BadInput;
  }
  write_output(list_gates(release));
  return ExitCode::Ok;
}

ExitCode explain_rule(const std::string& id) {
  const RuleId found = find_rule(id);
  if (found != RuleId::None) {
    const Rule& row = rule(found);
    write_output(std::string{row.id} + "\n  " + std::string{row.text} + "\n  source: " + std::string{row.source} +
                 "\n");
    return ExitCode::Ok;
  }
  const std::string topic = list_rules(id + "/");
  if (!topic.empty()) {
    write_output(topic);
    return ExitCode::Ok;
  }
  std::vector<std::string> ids;
  for (const RuleId known : all_rules()) {
    ids.emplace_back(rule(known).id);
    ids.emplace_back(rule(known).id.substr(0, rule(known).id.find('/')));
  }
  const std::string nearest = nearest_name(id, ids);
  log_error("`" + id + "` is no rule");
  log_help(nearest.empty() ? "`podlapse rules` lists them" : "did you mean `" + nearest + "`?");
  return ExitCode::BadInput;
}

}  // namespace

void add_rules_command(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("rules", "list the rules, or explain one");
  const auto options = std::make_shared<RulesOptions>();
  command->add_option("id", options->id, "a rule's id, as records show it in brackets, or a topic")->type_name("ID");
  command->add_flag("--feature-gates", options->feature_gates, "list the feature gates that can be set, and their defaults");
  command->add_option("--kubernetes-version", options->kubernetes_version, "the release whose feature gates are listed (default 1.36)")
      ->type_name("VERSION");
  command->callback([options, &chosen] {
    chosen = [options](const GlobalOptions&) {
      if (options->feature_gates) return explain_gates(options->kubernetes_version);
      if (!options->id.empty()) return explain_rule(options->id);
      write_output(list_rules(""));
      return ExitCode::Ok;
    };
  });
}

}  // namespace podlapse::cli
