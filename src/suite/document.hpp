// A test's result as a document tree, and such trees as JSON and YAML: what the JSON forms, TAP and SARIF are made of.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "podlapse/api/value.hpp"
#include "podlapse/suite/result.hpp"

namespace podlapse {

/// The members that are the same in every format; `test` itself, without times where they are zero.
[[nodiscard]] Value test_document(const TestResult& test);

/// How many of each outcome, and sums.
[[nodiscard]] Value summary_document(const SuiteResult& suite);

/// Seconds to the millisecond; of what took less, to the microsecond.
[[nodiscard]] std::string seconds_text(std::chrono::nanoseconds time);

/// A text with its quotes, as JSON and YAML both read it.
[[nodiscard]] std::string quoted(std::string_view text);

/// In one line, without a newline.
[[nodiscard]] std::string compact_json(const Value& value);

/// An item a line, with a newline at the end.
[[nodiscard]] std::string pretty_json(const Value& value);

/// In block style, each line with `indent` before it; texts are quoted. Requires: an object or list that is not empty, and
/// holds none that is.
[[nodiscard]] std::string yaml_block(const Value& value, const std::string& indent);

}  // namespace podlapse
