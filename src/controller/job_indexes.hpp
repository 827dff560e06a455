// Sets of completion indexes: sorted lists.
#pragma once

#include "podlapse/controller/job.hpp"

namespace podlapse {

[[nodiscard]] bool has_index(const JobIndexes& indexes, std::int32_t index);
void add_index(JobIndexes& indexes, std::int32_t index);

}  // namespace podlapse
