#include "podlapse/scenario/values.hpp"
#include "podlapse/base/quote.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace podlapse {

namespace {

constexpr Moment::What kWhats[] = {Moment::What::Started, Moment::What::Exited, Moment::What::Running,
                                   Moment::What::Serving, Moment::What::Ready};
constexpr const char* kKnown = "started, exited, running, serving, ready";

bool fail(std::string& problem, std::string text) {
  problem = std::move(text);
  return false;
}

/// Takes "(12)" or "[12]" from the end of `text`. False when something stands there that is no number.
bool take_suffix(std::string_view& text, char open, char close, std::optional<std::int32_t>& out) {
  if (text.empty() || text.back() != close) return true;
  const std::size_t at = text.rfind(open);
  if (at == std::string_view::npos) return false;
  const std::string_view digits = text.substr(at + 1, text.size() - at - 2);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < 0) return false;
  out = value;
  text = text.substr(0, at);
  return true;
}

bool parse_what(std::string_view word, Moment::What& out) {
  for (const Moment::What what : kWhats) {
    if (word != to_string(what)) continue;
    out = what;
    return true;
  }
  return false;
}

}  // namespace

std::string meant_duration(std::string_view text) {
  constexpr std::pair<std::string_view, const char*> kUnits[] = {
      {"ms", "ms"},      {"msec", "ms"},  {"milliseconds", "ms"}, {"s", "s"},     {"sec", "s"},   {"secs", "s"},
      {"second", "s"},   {"seconds", "s"}, {"m", "m"},             {"min", "m"},   {"mins", "m"},  {"minute", "m"},
      {"minutes", "m"}, {"h", "h"},       {"hr", "h"},            {"hour", "h"},  {"hours", "h"}};
  const std::size_t digits = text.find_first_not_of("0123456789.");
  if (digits == 0 || digits == std::string_view::npos) return {};
  std::string_view unit = text.substr(digits);
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  for (const auto& [word, written] : kUnits) {
    SimDuration unused{};
    std::string meant = std::string{text.substr(0, digits)} + written;
    if (folded_key(unit) == word && parse_duration(meant, unused)) return meant;
  }
  return {};
}

const char* to_string(Moment::What what) {
  switch (what) {
    case Moment::What::Started:
      return "started";
    case Moment::What::Exited:
      return "exited";
    case Moment::What::Running:
      return "running";
    case Moment::What::Serving:
      return "serving";
    case Moment::What::Ready:
      return "ready";
  }
  return "";
}

bool parse_moment(std::string_view text, Moment& out, std::string& problem) {
  Moment moment;
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) {
    return fail(problem, in_backticks(text) + " is no moment: write CONTAINER.WHAT, WHAT being one of " + kKnown);
  }
  std::string_view who = text.substr(0, dot), what = text.substr(dot + 1);
  if (!take_suffix(what, '(', ')', moment.exit_code))
    return fail(problem, in_backticks(what) + " has no exit code in its brackets");
  if (!take_suffix(who, '[', ']', moment.attempt))
    return fail(problem, in_backticks(who) + " has no attempt in its brackets");
  if (!parse_what(what, moment.what))
    return fail(problem, in_backticks(what) + " is no moment of a container; known: " + kKnown);
  if (moment.exit_code && moment.what != Moment::What::Exited) return fail(problem, "only `exited` has an exit code");
  if (moment.attempt && moment.what != Moment::What::Exited && moment.what != Moment::What::Started) {
    return fail(problem, "only `started` and `exited` go with an attempt");
  }
  const std::size_t slash = who.rfind('/');
  if (slash != std::string_view::npos) moment.pod = std::string{who.substr(0, slash)};
  moment.container = std::string{slash == std::string_view::npos ? who : who.substr(slash + 1)};
  if (moment.container.empty()) return fail(problem, in_backticks(text) + " names no container");
  out = std::move(moment);
  return true;
}

std::string format_moment(const Moment& moment) {
  std::string text = moment.pod.empty() ? moment.container : moment.pod + "/" + moment.container;
  if (moment.attempt) text += "[" + std::to_string(*moment.attempt) + "]";
  text += std::string{"."} + to_string(moment.what);
  if (moment.exit_code) text += "(" + std::to_string(*moment.exit_code) + ")";
  return text;
}

bool parse_span(std::string_view text, SimDuration& out, std::string& problem) {
  constexpr SimDuration kMost = std::chrono::hours{24 * 365 * 10};
  SimDuration span{};
  if (!parse_duration(std::string{text}, span)) {
    const std::string meant = meant_duration(text);
    return fail(problem, in_backticks(text) + " is no duration" + (meant.empty() ? " (2s, 250ms, 1m30s, 1h)" : ": write " + meant));
  }
  if (span > kMost) return fail(problem, in_backticks(text) + " is longer than ten years: write `forever`");
  out = span;
  return true;
}

bool parse_length(std::string_view text, std::optional<SimDuration>& span, std::optional<Moment>& until,
                  std::string& problem) {
  constexpr std::string_view kUntil = "until ";
  span.reset();
  until.reset();
  if (text == "forever") return true;
  if (text.substr(0, kUntil.size()) == kUntil) {
    text.remove_prefix(std::min(text.find_first_not_of(' ', kUntil.size()), text.size()));
    Moment moment;
    if (!parse_moment(text, moment, problem)) return false;
    until = std::move(moment);
    return true;
  }
  SimDuration given{};
  if (parse_span(text, given, problem)) {
    span = given;
    return true;
  }
  if (parse_duration(std::string{text}, given) || !meant_duration(text).empty()) return false;  // too long, or another unit
  return fail(problem,
              in_backticks(text) + " is neither a duration (2s, 1m30s), nor `forever`, nor `until CONTAINER.WHAT`");
}

bool parse_integer(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& out,
                   std::string& problem) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  if (!whole || value < least || value > most) {
    return fail(problem, in_backticks(text) + " is no whole number from " + std::to_string(least) + " to " +
                             std::to_string(most));
  }
  out = value;
  return true;
}

std::string folded_key(std::string_view word) {
  std::string folded;
  for (const char c : word) {
    if (c == '-') continue;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

}  // namespace podlapse
