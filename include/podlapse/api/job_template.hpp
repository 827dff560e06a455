// A Job as its controller wants it, read off an accepted object.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"
#include "podlapse/model/job.hpp"

namespace podlapse {

/// Requires: `spec` is a batch/v1 JobSpec that was accepted, with its defaults.
[[nodiscard]] JobSpec to_job_spec(const std::string& name, const std::string& namespace_name, const Value& spec);

}  // namespace podlapse
