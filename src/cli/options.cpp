#include "cli/options.hpp"

#include <charconv>
#include <functional>

#include <CLI/App.hpp>

#include "podlapse/base/diagnostic.hpp"

namespace podlapse::cli {
namespace {

/// `read` returns what is wrong with a text, or an empty string.
void add(CLI::App& command, const std::string& name, const std::string& type_name, const std::string& help,
         std::function<std::string(const std::string&)> read) {
  const auto check = [read = std::move(read), name](const std::string& text) {
    const std::string problem = read(text);
    if (!problem.empty()) throw CLI::ValidationError{name, "`" + text + "` is " + problem};
  };
  command.add_option_function<std::string>(name, check, help)->type_name(type_name);
}

template <class Number>
bool read_number(const std::string& text, Number& out) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stop == end;
}

}  // namespace

void add_unsigned(CLI::App& command, const std::string& name, std::optional<std::uint64_t>& out,
                  const std::string& help) {
  add(command, name, "N", help, [&out](const std::string& text) {
    return read_number(text, out.emplace()) ? "" : "no number from 0 to 18446744073709551615";
  });
}

void add_integer(CLI::App& command, const std::string& name, std::optional<int>& out, int least, int most,
                 const std::string& help) {
  add(command, name, "N", help, [&out, least, most](const std::string& text) -> std::string {
    if (read_number(text, out.emplace()) && *out >= least && *out <= most) return "";
    return "no number from " + std::to_string(least) + " to " + std::to_string(most);
  });
}

void add_duration(CLI::App& command, const std::string& name, std::optional<SimDuration>& out,
                  const std::string& help) {
  add(command, name, "DURATION", help, [&out](const std::string& text) {
    return parse_duration(text, out.emplace()) ? "" : "no duration such as 10s, 1m30s or 250ms";
  });
}

void add_choice(CLI::App& command, const std::string& name, const std::vector<std::string>& words,
                std::optional<std::size_t>& out, const std::string& type_name, const std::string& help) {
  add(command, name, type_name, help, [&out, words](const std::string& text) -> std::string {
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == text) {
        out = i;
        return "";
      }
      list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    return "none of " + list;
  });
}

void add_factor(CLI::App& command, const std::string& name, std::optional<double>& out, const std::string& help) {
  add(command, name, "FACTOR", help, [&out](const std::string& text) {
    return read_number(text, out.emplace()) && *out > 0 && *out <= 1e6 ? "" : "no factor above 0 and at most 1000000";
  });
}

void add_time(CLI::App& command, const std::string& name, std::optional<WallTime>& out, const std::string& help) {
  add(command, name, "TIME", help, [&out](const std::string& text) {
    return parse_rfc3339(text, out.emplace()) ? "" : "no time such as 2026-01-01T00:00:00Z";
  });
}

}  // namespace podlapse::cli
