// Documents for tests, and what the server would say of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/validation.hpp"
#include "podlapse/api/value.hpp"

namespace boost::json {
class value;
}

namespace podlapse::test {

/// A document from JSON in which strings stand in single quotes.
[[nodiscard]] Value document(std::string_view text);

[[nodiscard]] Value to_value(const boost::json::value& json);

/// A Pod whose spec holds `members`, and one fine container unless they name containers themselves.
[[nodiscard]] Value pod_with(std::string_view members);
/// A Pod with one fine container that has `members` too.
[[nodiscard]] Value pod_with_container(std::string_view members);

/// The type called `kind` ("Pod", "Deployment").
[[nodiscard]] SchemaType type_named(std::string_view kind);

/// What validation says of an object without decoding problems, each error as the server prints it. Notes the rules as
/// reached; in a test that is named after a rule, that rule must be among them.
[[nodiscard]] std::vector<std::string> refusals(const Value& object);

/// A workload of `kind` called w, with a fine Pod template, whose spec holds `members` besides (and a selector where its
/// kind needs one).
[[nodiscard]] Value workload_with(std::string_view kind, std::string_view members);

/// What the server says of the update of `before`, which must be valid, to `after`.
[[nodiscard]] std::vector<std::string> update_refusals(const Value& before, const Value& after);

/// Whether one of the rules behind the errors of `object` is called `rule_id`.
[[nodiscard]] bool refuses_by(const Value& object, std::string_view rule_id);

using Texts = std::vector<std::string>;

}  // namespace podlapse::test
