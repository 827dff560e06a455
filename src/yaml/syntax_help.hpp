// What a person needs to hear when yaml-cpp gives up: what is wrong with which line, and what it should look like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "podlapse/base/diagnostic.hpp"
#include "yaml/positions.hpp"

namespace podlapse::yaml {

/// Where and why parsing stopped.
struct SyntaxError {
  std::size_t line = 0, column = 0;   ///< from 0, bytes, in the parsed text
  std::string message;                ///< yaml-cpp's
  std::size_t last_offset = 0;        ///< of the last event before it, in the user's text
};

/// A line that would make sense with another indentation; trying it shows what else is wrong with the document.
struct Reindent {
  std::size_t line = 0, spaces = 0;
};

struct SyntaxVerdict {
  Diagnostic diagnostic;
  std::optional<Reindent> repair;
};

/// `parsed` holds the lines that were parsed (earlier repairs included), `positions` maps them to the user's file.
[[nodiscard]] SyntaxVerdict explain_syntax(const SyntaxError& error, const Lines& parsed, Positions& positions);

}  // namespace podlapse::yaml
