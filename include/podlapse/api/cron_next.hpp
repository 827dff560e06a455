// When a CronJob's schedule fires, as github.com/robfig/cron v3 reckons it (spec.go SpecSchedule.Next, constantdelay.go).
#pragma once

#include <optional>
#include <string_view>

#include "podlapse/base/time.hpp"

namespace podlapse {

/// The first instant behind `after` at which `schedule` fires, in UTC whatever zone it names; nullopt where there is none
/// within five years. Requires: a schedule that the API server takes.
[[nodiscard]] std::optional<WallTime> next_schedule(std::string_view schedule, WallTime after);

}  // namespace podlapse
