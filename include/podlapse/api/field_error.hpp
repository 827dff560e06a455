// What validation says about one field, in the API server's words (apimachinery/pkg/util/validation/field/errors.go).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// field.ErrorType, the ones that validation of Pods uses.
enum class FieldErrorType : std::uint8_t {
  Required, Invalid, NotSupported, Duplicate, NotFound, Forbidden, TooMany, TooLong,
};

/// One cause of a refusal.
struct FieldError {
  FieldErrorType type = FieldErrorType::Invalid;
  std::string path;              ///< "spec.containers[0].name"
  std::string bad_value;         ///< as it is printed: quoted when a string, else JSON; unused by Required, Forbidden, TooLong
  std::string detail;            ///< "must be between 1 and 65535, inclusive"; may be empty
  RuleId rule = RuleId::None;
};

/// "Required value", "Invalid value", ... (ErrorType.String()).
[[nodiscard]] const char* to_string(FieldErrorType type);
/// "FieldValueRequired", ...: the reason of a cause in a Status object.
[[nodiscard]] const char* cause_reason(FieldErrorType type);
/// Error.ErrorBody(): `Invalid value: "x": must be ...`.
[[nodiscard]] std::string error_body(const FieldError& error);
/// Error.Error(): the body after its path.
[[nodiscard]] std::string to_string(const FieldError& error);

/// The message of the server's refusal: `Pod "p" is invalid: <error>`, several in brackets, repeated ones once
/// (apimachinery/pkg/api/errors NewInvalid). `kind` is "Pod" or "Deployment.apps".
[[nodiscard]] std::string invalid_message(const std::string& kind, const std::string& name, const std::vector<FieldError>& errors);

/// Where in the document an error is: the value, the key when the value is a block, else the nearest thing above it that was
/// read; inside a mapping or list, the entry that the error's value names. Unknown when nothing was read.
[[nodiscard]] SourceSpan locate(const Value& document, const FieldError& error);

}  // namespace podlapse
