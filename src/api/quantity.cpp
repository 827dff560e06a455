#include "podlapse/api/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>

namespace podlapse {
namespace {

constexpr QuantityAmount kNano = 1'000'000'000;
constexpr QuantityAmount kMax = QuantityAmount{std::numeric_limits<std::int64_t>::max()} * kNano;

/// The pieces of a quantity: [sign] whole [. fraction] suffix.
struct Parts {
  bool negative = false;
  std::string_view whole, fraction, suffix;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  if (text.empty()) return std::nullopt;
  if (text.front() == '-' || text.front() == '+') {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  parts.whole = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  parts.suffix = text;
  const std::size_t letters = std::min(text.find_first_not_of("eEinumkKMGTP"), text.size());
  text.remove_prefix(letters);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  take_digits(text);
  if (!text.empty()) return std::nullopt;
  return parts;
}

struct Suffix {
  Quantity::Format format = Quantity::Format::DecimalSI;
  int exponent = 0;  ///< of 10, or of 2 for BinarySI
};

std::optional<Suffix> interpret(std::string_view suffix) {
  constexpr std::string_view kDecimal[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  constexpr std::string_view kBinary[] = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  for (int i = 0; i < 10; ++i) {
    if (suffix == kDecimal[i]) return Suffix{Quantity::Format::DecimalSI, (i - 3) * 3};
  }
  for (int i = 0; i < 6; ++i) {
    if (suffix == kBinary[i]) return Suffix{Quantity::Format::BinarySI, (i + 1) * 10};
  }
  if (suffix.size() < 2 || (suffix.front() != 'e' && suffix.front() != 'E')) return std::nullopt;
  suffix.remove_prefix(1);
  if (suffix.front() == '+') suffix.remove_prefix(1);
  int exponent = 0;
  const auto parsed = std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
  if (parsed.ec != std::errc{} || parsed.ptr != suffix.data() + suffix.size()) return std::nullopt;
  return Suffix{Quantity::Format::DecimalExponent, exponent};
}

/// digits * 10^exponent in billionths, rounded up, capped.
QuantityAmount scale_decimal(std::string_view whole, std::string_view fraction, int exponent) {
  // Digits from the left; what comes before 10^-9 after scaling is kept, a rest rounds up.
  const int keep = static_cast<int>(std::min<std::size_t>(whole.size(), 1000)) + std::clamp(exponent, -1000, 1000) + 9;
  QuantityAmount amount = 0;
  int position = 0;
  bool rest = false;
  const auto feed = [&](char digit) {
    if (position++ < keep) {
      amount = std::min(amount * 10 + (digit - '0'), kMax + 1);
    } else {
      rest = rest || digit != '0';
    }
  };
  for (const char digit : whole) feed(digit);
  for (const char digit : fraction) feed(digit);
  for (; position < keep && amount != 0 && amount <= kMax; ++position) amount *= 10;
  return std::min(amount + (rest ? 1 : 0), kMax);
}

/// digits * 2^exponent in billionths, rounded up, capped.
QuantityAmount scale_binary(std::string_view whole, std::string_view fraction, int exponent) {
  // 18 more decimals than billionths carry enough of the fraction: 2^60 is about 10^18.
  constexpr int kDigits = 18;
  QuantityAmount units = 0;
  for (const char digit : whole) units = std::min(units * 10 + (digit - '0'), kMax);
  const QuantityAmount factor = QuantityAmount{1} << exponent;
  QuantityAmount amount = units > kMax / (factor * kNano) ? kMax : units * factor * kNano;
  QuantityAmount part = 0, scale = 1;
  for (int i = 0; i < kDigits && i < static_cast<int>(fraction.size()); ++i) {
    part = part * 10 + (fraction[static_cast<std::size_t>(i)] - '0');
    scale *= 10;
  }
  // part/scale of factor units; in two steps, so that nothing overflows.
  const QuantityAmount product = part * factor;
  amount += product / scale * kNano + (product % scale * kNano + scale - 1) / scale;
  return std::min(amount, kMax);
}

/// Divides by `base` while it can.
int remove_factors(QuantityAmount& amount, QuantityAmount base) {
  int times = 0;
  while (amount != 0 && amount % base == 0) {
    amount /= base;
    ++times;
  }
  return times;
}

std::string number_text(QuantityAmount amount) {
  const bool negative = amount < 0;
  std::string digits;
  for (QuantityAmount rest = negative ? -amount : amount; rest != 0; rest /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  }
  if (digits.empty()) digits = "0";
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string decimal_suffix(int exponent, Quantity::Format format) {
  if (exponent == 0) return "";
  if (format == Quantity::Format::DecimalExponent) return "e" + std::to_string(exponent);
  constexpr std::string_view kSuffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  return std::string{kSuffixes[std::clamp(exponent / 3 + 3, 0, 9)]};
}

}  // namespace

bool parse_quantity(std::string_view text, Quantity& out, std::string& error) {
  const std::optional<Parts> parts = split(text);
  if (!parts) {
    error = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    return false;
  }
  const std::optional<Suffix> suffix = interpret(parts->suffix);
  if (!suffix) {
    error = "unable to parse quantity's suffix";
    return false;
  }
  out.format = suffix->format;
  out.nano = suffix->format == Quantity::Format::BinarySI ? scale_binary(parts->whole, parts->fraction, suffix->exponent)
                                                          : scale_decimal(parts->whole, parts->fraction, suffix->exponent);
  if (parts->negative) out.nano = -out.nano;
  return true;
}

std::int64_t Quantity::value() const {
  const QuantityAmount whole = nano / kNano;
  return static_cast<std::int64_t>(whole + (nano % kNano > 0 ? 1 : 0));
}

void Quantity::round_up_to_milli() {
  constexpr QuantityAmount kMilli = kNano / 1000;
  if (nano % kMilli == 0) return;
  nano = (nano / kMilli + (nano > 0 ? 1 : -1)) * kMilli;
}

std::string Quantity::to_string() const {
  if (nano == 0) return "0";
  const bool whole = nano % kNano == 0;
  const QuantityAmount units = nano / kNano;
  if (format == Format::BinarySI && whole && (units <= -1024 || units >= 1024)) {
    constexpr std::string_view kSuffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    QuantityAmount amount = units;
    const int times = remove_factors(amount, 1024);
    return number_text(amount) + std::string{kSuffixes[std::min(times, 6)]};
  }
  QuantityAmount amount = nano;
  int exponent = remove_factors(amount, 10) - 9;
  while (exponent % 3 != 0) {
    amount *= 10;
    --exponent;
  }
  return number_text(amount) + decimal_suffix(exponent, format == Format::BinarySI ? Format::DecimalSI : format);
}

}  // namespace podlapse
