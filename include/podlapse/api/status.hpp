// The API server's answer to a request, as it stands in a Status object (apimachinery/pkg/apis/meta/v1/types.go Status;
// pkg/api/errors).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/validation.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse {

/// What unknown fields and duplicate keys are (the request's parameter fieldValidation): errors, warnings, or nothing.
enum class FieldValidation : std::uint8_t { Strict, Warn, Ignore };

/// A kind as messages and URLs name it.
struct ApiKind {
  std::string kind, group, resource;  ///< "Deployment", "apps", "deployments"
  std::string api_version;            ///< "apps/v1"
};

struct StatusCause {
  std::string reason, message, field;
};

/// An answer. Code 201: accepted, and all else but warnings is empty.
struct ApiStatus {
  int code = 201;
  std::string reason, message;    ///< "Invalid", "BadRequest", "Forbidden"
  std::string name, group, kind;  ///< details; empty where the server gives none
  std::vector<StatusCause> causes;
  std::vector<std::string> warnings;  ///< headers, not part of the object

  [[nodiscard]] bool accepted() const { return code < 300; }
  /// `{"kind": "Status", "apiVersion": "v1", ...}`
  [[nodiscard]] Value to_value() const;
};

/// What the reader of the text found: `line 9: key "image" already set in map`, in the order of the text.
using KeyProblems = std::vector<std::string>;

/// The answer to a POST, or a PUT, of an object with what was found out about it.
[[nodiscard]] ApiStatus answer(const ApiKind& kind, const CheckedObject& checked, FieldValidation validation,
                               const KeyProblems& duplicate_keys = {});

/// The answer where `kind` and `api_version` of the object posted to the URL of `expected` are not those of the URL;
/// code 201 where they are, or are not given.
[[nodiscard]] ApiStatus answer_type(const ApiKind& expected, const Value& raw);

/// The answer to a body that cannot be read: `the object provided is unrecognized (must be of type Pod): <problem>
/// (<body>)`.
[[nodiscard]] ApiStatus answer_unreadable(const ApiKind& expected, std::string_view problem, std::string_view body);

}  // namespace podlapse
