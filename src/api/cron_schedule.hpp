// When CronJobs run, in text: schedules as github.com/robfig/cron v3 ParseStandard reads them, and time zones.
#pragma once

#include <string>
#include <string_view>

namespace podlapse::formats {

/// What ParseStandard objects to, in its words; empty when it takes `schedule`.
[[nodiscard]] std::string cron_problem(std::string_view schedule);

/// Whether each part of a zone's name has the form that validateTimeZone of batch wants.
[[nodiscard]] bool has_zone_form(std::string_view name);
/// Whether time.LoadLocation knows `name`: UTC, or a name of the IANA database.
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace podlapse::formats
