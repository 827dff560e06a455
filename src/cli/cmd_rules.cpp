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
#include "podlapse/rules/rule_id.hpp"

namespace podlapse::cli {
namespace {

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
  const auto id = std::make_shared<std::string>();
  command->add_option("id", *id, "a rule's id, as records show it in brackets, or a topic")->type_name("ID");
  command->callback([id, &chosen] {
    chosen = [id](const GlobalOptions&) {
      if (!id->empty()) return explain_rule(*id);
      write_output(list_rules(""));
      return ExitCode::Ok;
    };
  });
}

}  // namespace podlapse::cli
