// How often this program has allocated: allocations.cpp replaces operator new with one that counts.
#pragma once

#include <cstdint>

namespace podlapse::bench {

std::uint64_t& allocations();

}  // namespace podlapse::bench
