// What the API server answers when it is sent a manifest's text: the documents as it reads them, not as kubectl does,
// which sends JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/status.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/text.hpp"

namespace podlapse::yaml {

/// How messages and URLs name a kind that has Pods.
[[nodiscard]] ApiKind api_kind(const WorkloadKindInfo& info);

/// An answer, and the object as the server would store it; null where it would not.
struct ServerAnswer {
  ApiStatus status;
  Value object;
};

/// The answer to posting one object that was read to the URL of `expected`; `repeated_keys` are those of its document,
/// and `body` is what was sent, for the messages that quote it.
[[nodiscard]] ServerAnswer answer_object(const WorkloadKindInfo& expected, const Value& raw, FieldValidation validation,
                                         const std::vector<RepeatedKey>& repeated_keys = {},
                                         std::string_view body = {});

/// Likewise of an object that was checked already, and is of that kind and version.
[[nodiscard]] ServerAnswer answer_checked(const WorkloadKindInfo& expected, CheckedObject checked,
                                          FieldValidation validation, const std::vector<RepeatedKey>& repeated_keys);

/// The answer to posting `text` there: its first document counts. Where it cannot be read, the line is the one that
/// go-yaml would name.
[[nodiscard]] ServerAnswer answer_text(const WorkloadKindInfo& expected, const std::string& text,
                                       FieldValidation validation);

/// The answer to a text whose reading gave `problems`: go-yaml's line and words for the first error.
[[nodiscard]] ApiStatus answer_syntax(const WorkloadKindInfo& expected, const std::vector<Diagnostic>& problems,
                                      const std::string& text);

}  // namespace podlapse::yaml
