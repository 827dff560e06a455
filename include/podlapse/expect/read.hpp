// From the `expect:` list of a scenario to Expectations. What cannot be understood, names something that the scenario does
// not have, or could never be told from its run, is a problem: an expectation that says nothing must not pass.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/expect/expectation.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

/// The expectations in `list`: a list of sentences and of mappings with one key. All problems are reported (expect/syntax,
/// expect/unknown-name, expect/never-applies); what is returned can be judged only if there are none.
[[nodiscard]] std::vector<Expectation> read_expectations(const Value& list, const Scenario& scenario,
                                                         std::vector<Diagnostic>& problems);

/// One sentence. Names are not looked up. False with `problem` set; its place counts bytes of `text`.
struct SentenceProblem {
  std::string text, help;
  std::size_t begin = 0, end = 0;
};
[[nodiscard]] bool parse_sentence(std::string_view text, Expectation& out, SentenceProblem& problem);

/// States joined by `and`, `or`, `not`.
[[nodiscard]] bool parse_condition(std::string_view text, Condition& out, SentenceProblem& problem);

}  // namespace podlapse
