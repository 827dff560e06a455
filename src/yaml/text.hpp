// Text to document trees: YAML, KYAML and JSON, read as kubectl's reader (sigs.k8s.io/yaml over go-yaml v2) reads them,
// with the place of every key and value. yaml-cpp scans and parses; this module resolves scalars, aliases and merge keys,
// checks what yaml-cpp lets pass, and turns its errors into help.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/diagnostic.hpp"

namespace podlapse::yaml {

/// Limits against hostile input; what exceeds them is refused with an error that names the limit.
struct ReadLimits {
  std::size_t bytes = std::size_t{4} << 20;  ///< of one file; kube-apiserver takes 3 MiB
  std::size_t depth = 100;                   ///< nested lists and mappings
  std::size_t nodes = 500'000;               ///< values of one file, aliases expanded
};

/// A key that its mapping has already, which the API server's strict reading of YAML objects to. Unlike the diagnostics,
/// this counts keys that `<<` brings along.
struct RepeatedKey {
  std::size_t document = 0;  ///< which of the documents returned
  std::uint32_t line = 0;    ///< of the value
  std::string key;
  SourceSpan span;           ///< of the key
  bool by_merge = false;     ///< `<<` brought one of the two: kubectl, which sends JSON, is content
};

/// The documents of `text` (file `file` of the run's SourceFiles), in order; empty ones are left out. Problems are appended
/// to `diagnostics`: all of them, as far as they can be told, not only the first. A document whose syntax stays unclear is
/// left out; one that has errors but can be understood (a misindented line, a duplicate key) is returned, so that more can
/// be said about it. What is read is valid input only if no diagnostic is an error.
///
/// Scalars: YAML 1.1 as go-yaml v2 has it (y, on, yes are booleans; 0777 and 0x1F integers; `~` null; 1e1 the integer 10);
/// a text that begins with `{` is JSON, whose numbers stay as they are written. Aliases are copies that keep the places of
/// what they copy; `<<` merges as go-yaml v2 does: what comes later wins. `repeated_keys`, where given, gets the keys that
/// were set twice.
[[nodiscard]] std::vector<Value> read_documents(const std::string& text, std::uint32_t file, const ReadLimits& limits,
                                                std::vector<Diagnostic>& diagnostics,
                                                std::vector<RepeatedKey>* repeated_keys = nullptr);

}  // namespace podlapse::yaml
