#include "cron_schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "formats.hpp"
#include "podlapse/api/cron_next.hpp"

namespace podlapse::formats {
namespace {

constexpr std::string_view kZones[] = {
#include "time_zones.def"
};

/// A field of a schedule: what numbers it takes, and which names stand for them.
struct Bounds {
  std::int64_t low, high;
  std::string_view names;  ///< three letters each, from `low` on
};
constexpr std::array<Bounds, 5> kFields = {{{0, 59, ""},
                                            {0, 23, ""},
                                            {1, 31, ""},
                                            {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                            {0, 6, "sunmontuewedthufrisat"}}};

/// The numbers that a field of a schedule names.
struct CronField {
  std::uint64_t values = 0;
  bool any = false;  ///< all of them, by * or ?

  [[nodiscard]] bool has(std::int64_t value) const { return (values >> value & 1U) != 0; }
};

/// Minute, hour, day of the month, month, day of the week.
using CronFields = std::array<CronField, kFields.size()>;

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t stop = text.find(separator);
    parts.push_back(text.substr(0, stop));
    if (stop == std::string_view::npos) return parts;
    text.remove_prefix(stop + 1);
  }
}

/// mustParseInt.
std::string read_number(std::string_view text, std::int64_t& number) {
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool sign_alone = digits.size() < text.size() && !digits.empty() && digits.front() == '-';
  if (parsed.ec == std::errc::result_out_of_range) {
    return "failed to parse int from " + std::string{text} + ": strconv.Atoi: parsing " + go_quote(text) +
           ": value out of range";
  }
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || sign_alone) {
    return "failed to parse int from " + std::string{text} + ": strconv.Atoi: parsing " + go_quote(text) +
           ": invalid syntax";
  }
  if (number < 0) return "negative number (" + std::to_string(number) + ") not allowed: " + std::string{text};
  return {};
}

/// parseIntOrName.
std::string read_value(std::string_view text, const Bounds& bounds, std::int64_t& number) {
  const std::string name = lower(text);
  for (std::size_t i = 0; name.size() == 3 && i < bounds.names.size(); i += 3) {
    if (bounds.names.substr(i, 3) != name) continue;
    number = bounds.low + static_cast<std::int64_t>(i / 3);
    return {};
  }
  return read_number(text, number);
}

/// getRange: number | number "-" number [ "/" number ], with * and ? for all. Adds what it names to `field`.
std::string read_range(std::string_view expression, const Bounds& bounds, CronField& field) {
  const std::string text{expression};
  const std::vector<std::string_view> range_and_step = split(expression, '/');
  const std::vector<std::string_view> ends = split(range_and_step[0], '-');
  std::int64_t start = bounds.low, end = bounds.high, step = 1;
  if (ends[0] != "*" && ends[0] != "?") {
    if (std::string problem = read_value(ends[0], bounds, start); !problem.empty()) return problem;
    end = start;
    if (ends.size() == 2) {
      if (std::string problem = read_value(ends[1], bounds, end); !problem.empty()) return problem;
    } else if (ends.size() > 2) {
      return "too many hyphens: " + text;
    }
  }
  if (range_and_step.size() > 2) return "too many slashes: " + text;
  if (range_and_step.size() == 2) {
    if (std::string problem = read_number(range_and_step[1], step); !problem.empty()) return problem;
    if (ends.size() == 1) end = bounds.high;  // "N/step" goes on to the end
  }
  const auto number = [](std::int64_t value) { return "(" + std::to_string(value) + ")"; };
  if (start < bounds.low)
    return "beginning of range " + number(start) + " below minimum " + number(bounds.low) + ": " + text;
  if (end > bounds.high) return "end of range " + number(end) + " above maximum " + number(bounds.high) + ": " + text;
  if (start > end) return "beginning of range " + number(start) + " beyond end of range " + number(end) + ": " + text;
  if (step == 0) return "step of range should be a positive number: " + text;
  const std::int64_t steps = (end - start) / step;
  for (std::int64_t i = 0; i <= steps; ++i) field.values |= std::uint64_t{1} << (start + i * step);
  if ((ends[0] == "*" || ends[0] == "?") && step == 1) field.any = true;
  return {};
}

/// time.ParseDuration's complaint.
std::string duration_problem(std::string_view text) {
  const std::string quoted = go_quote(text);
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  if (rest.empty()) return "time: invalid duration " + quoted;
  while (!rest.empty()) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::string_view number = rest.substr(0, digits);
    const bool is_number = number.find_first_of("0123456789") != std::string_view::npos &&
                           std::count(number.begin(), number.end(), '.') <= 1;
    if (!is_number) return "time: invalid duration " + quoted;
    rest.remove_prefix(digits);
    const std::size_t letters = std::min(rest.find_first_of("0123456789."), rest.size());
    const std::string_view unit = rest.substr(0, letters);
    constexpr std::string_view kUnits[] = {"ns", "us", "\xC2\xB5s", "\xCE\xBCs", "ms", "s", "m", "h"};
    if (unit.empty()) return "time: missing unit in duration " + quoted;
    if (std::find(std::begin(kUnits), std::end(kUnits), unit) == std::end(kUnits)) {
      return "time: unknown unit " + go_quote(unit) + " in duration " + quoted;
    }
    rest.remove_prefix(letters);
  }
  return {};
}

/// parseDescriptor: @daily, @every 5m.
std::string descriptor_problem(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  constexpr std::string_view kNames[] = {"@yearly", "@annually", "@monthly", "@weekly",
                                         "@daily",  "@midnight", "@hourly"};
  if (std::find(std::begin(kNames), std::end(kNames), text) != std::end(kNames)) return {};
  if (text.substr(0, kEvery.size()) != kEvery) return "unrecognized descriptor: " + std::string{text};
  const std::string problem = duration_problem(text.substr(kEvery.size()));
  return problem.empty() ? "" : "failed to parse duration " + std::string{text} + ": " + problem;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Takes "TZ=zone " off the front of `schedule`.
std::string_view without_zone(std::string_view schedule) {
  const bool has_zone = schedule.substr(0, 3) == "TZ=" || schedule.substr(0, 8) == "CRON_TZ=";
  return has_zone ? trimmed(schedule.substr(std::min(schedule.find(' '), schedule.size()))) : schedule;
}

/// Reads five fields; what is wrong with them, or empty.
std::string read_fields(std::string_view schedule, CronFields& out) {
  std::vector<std::string_view> fields;
  for (std::string_view rest = trimmed(schedule); !rest.empty();) {
    const std::size_t size = std::min(rest.find_first_of(" \t\n\v\f\r"), rest.size());
    fields.push_back(rest.substr(0, size));
    rest = trimmed(rest.substr(size));
  }
  if (fields.size() != kFields.size()) {
    std::string list;
    for (const std::string_view field : fields) list.append(list.empty() ? "" : " ").append(field);
    return "expected exactly 5 fields, found " + std::to_string(fields.size()) + ": [" + list + "]";
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view expression : split(fields[i], ',')) {
      if (expression.empty()) continue;
      if (std::string problem = read_range(expression, kFields.at(i), out.at(i)); !problem.empty()) return problem;
    }
  }
  return {};
}

/// The five fields that a descriptor stands for.
std::string_view fields_of(std::string_view descriptor) {
  if (descriptor == "@yearly" || descriptor == "@annually") return "0 0 1 1 *";
  if (descriptor == "@monthly") return "0 0 1 * *";
  if (descriptor == "@weekly") return "0 0 * * 0";
  if (descriptor == "@daily" || descriptor == "@midnight") return "0 0 * * *";
  return descriptor == "@hourly" ? "0 * * * *" : descriptor;
}

/// dayMatches: either day will do where both are restricted.
bool day_matches(const CronFields& fields, std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  const bool of_month = fields[2].has(static_cast<std::int64_t>(unsigned{date.day()}));
  const bool of_week = fields[4].has(static_cast<std::int64_t>(std::chrono::weekday{day}.c_encoding()));
  return fields[2].any || fields[4].any ? of_month && of_week : of_month || of_week;
}

std::optional<WallTime> next_match(const CronFields& fields, WallTime after) {
  using namespace std::chrono;
  constexpr days kSearched{5 * 366};
  const auto first = floor<minutes>(after) + minutes{1};
  for (sys_days day = floor<days>(first); day <= floor<days>(first) + kSearched; day += days{1}) {
    const std::chrono::year_month_day date{day};
    if (!fields[3].has(static_cast<std::int64_t>(unsigned{date.month()})) || !day_matches(fields, day)) continue;
    for (minutes at = std::max(first - day, minutes{0}); at < days{1}; at += minutes{1}) {
      if (fields[1].has(at / hours{1}) && fields[0].has(at % hours{1} / minutes{1})) return WallTime{day + at};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string cron_problem(std::string_view schedule) {
  if (schedule.substr(0, 3) == "TZ=" || schedule.substr(0, 8) == "CRON_TZ=") {
    const std::size_t space = std::min(schedule.find(' '), schedule.size()), equals = schedule.find('=');
    const std::string zone{schedule.substr(equals + 1, space - equals - 1)};
    if (!zone.empty() && zone != "Local" && !is_time_zone(zone)) {
      return "provided bad location " + zone + ": unknown time zone " + zone;
    }
  }
  schedule = without_zone(schedule);
  if (schedule.substr(0, 1) == "@") return descriptor_problem(schedule);
  CronFields fields{};
  return read_fields(schedule, fields);
}

bool has_zone_form(std::string_view name) {
  constexpr std::size_t kPartMax = 14;
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == '+';
  };
  const std::vector<std::string_view> parts = split(name, '/');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return part != "." && part != ".." && part.substr(0, 1) != "-" && !part.empty() && part.size() <= kPartMax &&
           std::all_of(part.begin(), part.end(), fits);
  });
}

bool is_time_zone(std::string_view name) {
  return name == "UTC" || std::binary_search(std::begin(kZones), std::end(kZones), name);
}

}  // namespace podlapse::formats

namespace podlapse {

std::optional<WallTime> next_schedule(std::string_view schedule, WallTime after) {
  using std::chrono::seconds;
  constexpr std::string_view kEvery = "@every ";
  schedule = formats::without_zone(schedule);
  if (schedule.substr(0, kEvery.size()) == kEvery) {  // ConstantDelaySchedule: whole seconds, at least one
    SimDuration delay{};
    if (!parse_duration(std::string{schedule.substr(kEvery.size())}, delay)) delay = {};
    return std::chrono::floor<seconds>(after) + std::max(std::chrono::floor<seconds>(delay), seconds{1});
  }
  formats::CronFields fields{};
  if (!formats::read_fields(formats::fields_of(schedule), fields).empty()) return std::nullopt;
  return formats::next_match(fields, after);
}

}  // namespace podlapse
