#include "podlapse/base/time.hpp"

#include <limits>
#include <string_view>

namespace podlapse {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecond = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string padded(std::int64_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

/// The magnitude, also of the smallest value, which has no positive counterpart.
std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

/// Takes exactly `width` digits from the front of `text`.
bool take_number(std::string_view& text, std::size_t width, int& out) {
  if (text.size() < width) return false;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  out = value;
  return true;
}

bool take_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes ".5", ".123456789..." (digits beyond the ninth are dropped), or nothing.
bool take_fraction(std::string_view& text, std::int64_t& nanos) {
  nanos = 0;
  if (!take_char(text, '.')) return true;
  if (text.empty() || !is_digit(text.front())) return false;
  std::int64_t unit = kSecond / 10;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    nanos += unit * (text.front() - '0');
    unit /= 10;
  }
  return true;
}

/// Takes "Z", "+01:00", "-05:30".
bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  offset = 0min;
  if (take_char(text, 'Z') || take_char(text, 'z')) return true;
  const bool west = !text.empty() && text.front() == '-';
  int hours = 0, minutes = 0;
  if (!take_char(text, '+') && !take_char(text, '-')) return false;
  if (!take_number(text, 2, hours) || !take_char(text, ':') || !take_number(text, 2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = std::chrono::minutes{hours * 60 + minutes} * (west ? -1 : 1);
  return true;
}

/// One "12.5" of a duration: its digits as an integer `value`, to be divided by 10^`decimals`.
struct Decimal {
  std::int64_t value = 0;
  int decimals = 0;
};

/// Takes digits with at most one point. Decimals that do not change nanoseconds of an hour are dropped.
bool take_decimal(std::string_view& text, Decimal& out) {
  bool any = false, point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (point && out.decimals >= 13) continue;
    if (out.value > (kMax - (c - '0')) / 10) return false;
    out.value = out.value * 10 + (c - '0');
    if (point) ++out.decimals;
  }
  return any;
}

/// The unit at the front of `text` in nanoseconds, 0 when there is none. Longer names stand first.
std::int64_t take_unit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanos;
  };
  static constexpr Unit kUnits[] = {{"ns", 1},          {"us", 1'000},       {"\xc2\xb5s", 1'000}, {"\xce\xbcs", 1'000},
                                    {"ms", 1'000'000}, {"s", kSecond},      {"m", 60 * kSecond}, {"h", 3600 * kSecond}};
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanos;
  }
  return 0;
}

/// amount * unit, false on overflow. The whole part and the decimals are multiplied apart, as the product of all digits
/// would overflow for 1.000000001h.
bool multiply(const Decimal& amount, std::int64_t unit, std::int64_t& out) {
  std::int64_t divisor = 1;
  for (int i = 0; i < amount.decimals; ++i) divisor *= 10;
  const std::int64_t whole = amount.value / divisor;
  std::int64_t rest = amount.value % divisor;
  while (rest != 0 && rest > kMax / unit) {
    rest /= 10;
    divisor /= 10;
  }
  if (whole > kMax / unit) return false;
  const std::int64_t fraction = rest * unit / divisor;
  if (whole * unit > kMax - fraction) return false;
  out = whole * unit + fraction;
  return true;
}

}  // namespace

SimTime truncate_to_second(SimTime time, const WallClock& clock) {
  const WallTime wall = clock.at(time);
  return time - (wall - std::chrono::floor<std::chrono::seconds>(wall));
}

std::string format_rfc3339(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{seconds - day};
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(clock.hours().count(), 2) + ":" +
         padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "Z";
}

bool parse_rfc3339(const std::string& text, WallTime& out) {
  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool dated = take_number(rest, 4, year) && take_char(rest, '-') && take_number(rest, 2, month) &&
                     take_char(rest, '-') && take_number(rest, 2, day) && (take_char(rest, 'T') || take_char(rest, 't'));
  const bool timed = dated && take_number(rest, 2, hour) && take_char(rest, ':') && take_number(rest, 2, minute) &&
                     take_char(rest, ':') && take_number(rest, 2, second);
  std::int64_t nanos = 0;
  std::chrono::minutes offset{};
  if (!timed || !take_fraction(rest, nanos) || !take_offset(rest, offset) || !rest.empty()) return false;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return false;
  // 64-bit nanoseconds since 1970 reach from 1677 to 2262.
  if (year < 1678 || year > 2261) return false;
  out = WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
        std::chrono::seconds{second} + std::chrono::nanoseconds{nanos} - offset;
  return true;
}

std::string format_go_duration(SimDuration duration) {
  const std::uint64_t nanos = magnitude(duration.count());
  if (nanos == 0) return "0s";
  const auto scaled = [](std::uint64_t value, std::uint64_t unit) {
    std::string result = std::to_string(value / unit);
    std::string fraction = std::to_string(unit + value % unit).substr(1);  // leading zeros kept
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fraction.empty() ? result : result + "." + fraction;
  };
  std::string text = duration.count() < 0 ? "-" : "";
  if (nanos < 1'000) return text + std::to_string(nanos) + "ns";
  if (nanos < 1'000'000) return text + scaled(nanos, 1'000) + "\xc2\xb5s";
  if (nanos < 1'000'000'000) return text + scaled(nanos, 1'000'000) + "ms";
  const std::uint64_t minute = 60ULL * 1'000'000'000;
  if (nanos >= 60 * minute) text += std::to_string(nanos / (60 * minute)) + "h";
  if (nanos >= minute) text += std::to_string(nanos / minute % 60) + "m";
  return text + scaled(nanos % minute, 1'000'000'000) + "s";
}

std::string format_seconds(SimDuration duration, int decimals) {
  std::uint64_t unit = 1'000'000'000;
  for (int i = 0; i < decimals && unit > 1; ++i) unit /= 10;
  const std::uint64_t nanos = magnitude(duration.count());
  const std::uint64_t steps = nanos / unit + (nanos % unit >= (unit + 1) / 2 ? 1 : 0);
  const std::uint64_t per_second = 1'000'000'000 / unit;
  std::string text = duration.count() < 0 && steps != 0 ? "-" : "";
  text += std::to_string(steps / per_second);
  if (decimals <= 0) return text;
  text += '.';
  text += std::to_string(per_second + steps % per_second).substr(1);  // leading zeros kept
  if (decimals > 9) text.append(static_cast<std::size_t>(decimals - 9), '0');
  return text;
}

bool parse_duration(const std::string& text, SimDuration& out) {
  std::string_view rest = text;
  std::int64_t total = 0;
  bool first = true;
  while (first || !rest.empty()) {
    Decimal amount;
    if (!take_decimal(rest, amount)) return false;
    std::int64_t unit = take_unit(rest);
    if (unit == 0 && !(first && rest.empty())) return false;
    if (unit == 0) unit = kSecond;  // a bare number counts seconds
    std::int64_t nanos = 0;
    if (!multiply(amount, unit, nanos) || total > kMax - nanos) return false;
    total += nanos;
    first = false;
  }
  out = SimDuration{total};
  return true;
}

}  // namespace podlapse
