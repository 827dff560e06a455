// A Job as a manifest has it, of what its controller looks at.
#pragma once

#include "podlapse/api/value.hpp"
#include "podlapse/model/job.hpp"

namespace podlapse {

/// batch/v1 Job, without apiVersion and kind; its template has the spec of `pod_object`.
[[nodiscard]] Value job_document(const JobSpec& job, const Value& pod_object);

}  // namespace podlapse
