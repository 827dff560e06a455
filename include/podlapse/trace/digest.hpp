// One number for a whole run: two runs that print the same digest did the same.
#pragma once

#include <cstdint>
#include <vector>

#include "podlapse/trace/record.hpp"

namespace podlapse {

/// FNV-1a (64 bits) over every field of every record in order: numbers little-endian, texts with their length before
/// them. It depends on no compiler, library or machine, but may change with each release of podlapse.
[[nodiscard]] std::uint64_t trace_digest(const std::vector<TraceRecord>& records);

}  // namespace podlapse
