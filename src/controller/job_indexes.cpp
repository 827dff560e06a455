// Completion indexes of an Indexed Job (pkg/controller/job/indexed_job_utils.go).
#include "job_indexes.hpp"

#include <algorithm>

namespace podlapse {

bool has_index(const JobIndexes& indexes, std::int32_t index) { return std::binary_search(indexes.begin(), indexes.end(), index); }

void add_index(JobIndexes& indexes, std::int32_t index) {
  const auto place = std::lower_bound(indexes.begin(), indexes.end(), index);
  if (place == indexes.end() || *place != index) indexes.insert(place, index);
}

}  // namespace podlapse
