// What the API server's decoder makes of an object: unknown fields and wrong types are found, and the rest is brought into
// the form in which the server works with it. Follows Go's encoding/json as sigs.k8s.io/json keeps it (case matters, null
// is absence) and the UnmarshalJSON of Quantity, IntOrString and Time.
#pragma once

#include <string>
#include <vector>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// Something the decoder objects to.
struct DecodeProblem {
  RuleId rule = RuleId::None;  ///< ApiUnknownField (strict decoding only), ApiFieldType, ApiQuantity or ApiTime
  std::string path;            ///< "spec.containers[0].foo"
  SourceSpan span;
  std::string server_text;     ///< the server's words: `unknown field "spec.foo"`
  std::string text, help;      ///< ours, for a diagnostic
};

struct DecodedObject {
  /// The object with nulls, unknown fields and empty optional fields left out, fields that are always written put in, and
  /// quantities in canonical form. Where types are wrong the value is left out.
  Value object;
  std::vector<DecodeProblem> problems;    ///< in the server's order: members by name, as JSON made from YAML has them
  std::vector<std::string> not_modelled;  ///< paths of known fields that podlapse ignores, without indices, once each
};

/// Decodes `raw` as `type` (Pod, Deployment, ...).
[[nodiscard]] DecodedObject decode_object(const Value& raw, SchemaType type);

/// Whether a problem makes the server refuse the object even when unknown fields are only warned about.
[[nodiscard]] inline bool is_fatal(const DecodeProblem& problem) { return problem.rule != RuleId::ApiUnknownField; }

}  // namespace podlapse
