// Rows recorded from a real API server and kubectl (tests/report/data/*.jsonl), and JSON as document trees.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"

namespace podlapse::test {

[[nodiscard]] Value tree_from(const boost::json::value& source);
[[nodiscard]] Value parsed(const std::string& text);

/// The rows of tests/report/data/`name`, each a document.
[[nodiscard]] std::vector<Value> recorded_rows(const std::string& name);

/// The instant that `row` has under `key`.
[[nodiscard]] WallTime instant_at(const Value& row, const std::string& key);

}  // namespace podlapse::test
