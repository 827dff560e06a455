#include "yaml/object_report.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "podlapse/rules/rule_id.hpp"
#include "yaml/field_help.hpp"

namespace podlapse::yaml {
namespace {

/// Causes of one object that are told; nobody reads more.
constexpr std::size_t kToldMax = 200;

Diagnostic make(Severity severity, RuleId id, const SourceSpan& span, std::string text, std::string help) {
  return {severity, std::string{rule(id).id}, span, std::move(text), std::move(help), {}};
}

/// An update's error has further lines, which say what changed: they are its help.
Diagnostic of_field(const Value& object, const FieldError& field, const Value& decoded) {
  std::string text = to_string(field), help = field_help(field, decoded);
  if (const std::size_t stop = text.find('\n'); stop != std::string::npos) {
    std::string rest = text.substr(stop + 1);
    std::replace(rest.begin(), rest.end(), '\n', ',');
    text.resize(stop);
    if (!rest.empty()) help = rest;
  }
  return make(Severity::Error, field.rule, locate(object, field), std::move(text), std::move(help));
}

}  // namespace

bool report_object(const Value& object, const CheckedObject& checked, FieldValidation validation,
                   std::vector<Diagnostic>& diagnostics) {
  bool refused = !checked.errors.empty();
  std::size_t told = 0;
  for (const DecodeProblem& problem : checked.problems) {
    const bool unknown = !is_fatal(problem);
    if (unknown && validation == FieldValidation::Ignore) continue;
    const bool is_error = !unknown || validation == FieldValidation::Strict;
    refused = refused || is_error;
    if (++told > kToldMax) continue;
    diagnostics.push_back(
        make(is_error ? Severity::Error : Severity::Warning, problem.rule, problem.span, problem.text, problem.help));
  }
  for (const std::vector<FieldNote>* notes : {&checked.dropped, &checked.hints}) {
    for (const FieldNote& note : *notes) {
      FieldError place;
      place.path = note.path;
      diagnostics.push_back(make(Severity::Note, note.rule, locate(object, place), note.path + ": " + note.text, note.help));
    }
  }
  if (checked.refusal.rule != RuleId::None) {
    FieldError place;
    place.path = checked.refusal.path;
    diagnostics.push_back(make(Severity::Error, checked.refusal.rule, locate(object, place),
                               place.path + ": " + checked.refusal.text, "leave it out"));
    refused = true;
  }
  for (std::size_t i = 0; i < std::min(checked.errors.size(), kToldMax); ++i) {
    diagnostics.push_back(of_field(object, checked.errors[i], checked.object));
  }
  return refused;
}

}  // namespace podlapse::yaml
