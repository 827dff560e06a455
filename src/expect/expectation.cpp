#include "podlapse/expect/expectation.hpp"

#include <algorithm>

#include "podlapse/base/check.hpp"

namespace podlapse {

namespace {

constexpr PropertyRow kRows[] = {
#define PODLAPSE_PROPERTY(enumerator, subject, word, kind, argument, help) \
  {Property::enumerator, Subject::subject, word, PropertyRow::Kind::kind, PropertyRow::Argument::argument, help},
#include "podlapse/expect/properties.def"
#undef PODLAPSE_PROPERTY
};

std::string subject_text(const Term& term, Subject subject) {
  std::string text = term.pod.empty() ? "" : term.pod + "/";
  switch (subject) {
    case Subject::Container:
      if (term.pod_number) text += "pod[" + std::to_string(*term.pod_number) + "]/";
      text += term.container.empty() ? "any" : term.container;
      if (term.attempt) text += "[" + std::to_string(*term.attempt) + "]";
      break;
    case Subject::Pod:
      text += "pod";
      if (term.pod_number) text += "[" + std::to_string(*term.pod_number) + "]";
      break;
    case Subject::Job:
      text += "job";
      break;
    case Subject::Event:
      break;
  }
  return text;
}

const char* pick_text(Term::Pick pick) {
  switch (pick) {
    case Term::Pick::First:
      return "";
    case Term::Pick::Last:
      return "last ";
    case Term::Pick::Every:
      return "every ";
  }
  return "";
}

}  // namespace

const PropertyRow& property_row(Property property) {
  const PropertyRow& row = kRows[static_cast<std::size_t>(property)];
  PODLAPSE_CHECK(row.property == property);
  return row;
}

std::span<const PropertyRow> property_rows() { return kRows; }

std::string to_string(const Term& term) {
  const PropertyRow& row = property_row(term.property);
  const std::string pick = pick_text(term.pick);
  if (row.subject == Subject::Event) {
    return pick + "event " + term.argument + (term.container.empty() ? "" : " " + subject_text(term, Subject::Container));
  }
  std::string text = pick + subject_text(term, row.subject) + "." + std::string{row.word};
  if (term.exit_code) return text + "(" + std::to_string(*term.exit_code) + ")";
  if (term.argument.empty()) return text;
  const bool with_equals = term.property == Property::PodPhase || term.property == Property::PodStatusColumn ||
                           term.property == Property::PodReason;
  return with_equals ? text + "=" + term.argument : text + "(" + term.argument + ")";
}

const char* to_string(Comparison comparison) {
  switch (comparison) {
    case Comparison::Equal:
      return "==";
    case Comparison::NotEqual:
      return "!=";
    case Comparison::Less:
      return "<";
    case Comparison::LessOrEqual:
      return "<=";
    case Comparison::Greater:
      return ">";
    case Comparison::GreaterOrEqual:
      return ">=";
  }
  return "";
}

bool holds(std::int64_t left, Comparison comparison, std::int64_t right) {
  switch (comparison) {
    case Comparison::Equal:
      return left == right;
    case Comparison::NotEqual:
      return left != right;
    case Comparison::Less:
      return left < right;
    case Comparison::LessOrEqual:
      return left <= right;
    case Comparison::Greater:
      return left > right;
    case Comparison::GreaterOrEqual:
      return left >= right;
  }
  return false;
}

std::string to_string(const Atom& atom) {
  std::string text = (atom.negated ? "not " : "") + to_string(atom.term);
  if (atom.comparison) text += std::string{" "} + to_string(*atom.comparison) + " " + std::to_string(atom.number);
  return text;
}

std::string to_string(const Condition& condition) {
  std::string text;
  for (const std::vector<Atom>& all_of : condition.any_of) {
    if (!text.empty()) text += " or ";
    for (std::size_t i = 0; i < all_of.size(); ++i) text += (i == 0 ? "" : " and ") + to_string(all_of[i]);
  }
  return text;
}

bool SpanBounds::contains(SimDuration span) const {
  if (least && (least_open ? span <= *least : span < *least)) return false;
  if (most && (most_open ? span >= *most : span > *most)) return false;
  return true;
}

std::string to_string(const SpanBounds& bounds) {
  const auto text = [](const std::optional<SimDuration>& span) { return format_go_duration(*span); };
  if (bounds.least && bounds.most) return "from " + text(bounds.least) + " to " + text(bounds.most);
  if (bounds.least) return (bounds.least_open ? "more than " : "at least ") + text(bounds.least);
  if (bounds.most) return (bounds.most_open ? "less than " : "at most ") + text(bounds.most);
  return "any time";
}

RuleId rule_of(const Expectation& expectation) {
  struct Visitor {
    RuleId operator()(const OrderExpectation&) const { return RuleId::ExpectOrder; }
    RuleId operator()(const SpanExpectation&) const { return RuleId::ExpectSpan; }
    RuleId operator()(const CountExpectation&) const { return RuleId::ExpectCount; }
    RuleId operator()(const NeverExpectation&) const { return RuleId::ExpectNever; }
    RuleId operator()(const AlwaysExpectation&) const { return RuleId::ExpectAlways; }
    RuleId operator()(const EventuallyExpectation&) const { return RuleId::ExpectEventually; }
    RuleId operator()(const WhileExpectation&) const { return RuleId::ExpectWhile; }
    RuleId operator()(const CoversExpectation&) const { return RuleId::ExpectCovers; }
    RuleId operator()(const StateExpectation&) const { return RuleId::ExpectState; }
  };
  return std::visit(Visitor{}, expectation.what);
}

}  // namespace podlapse
