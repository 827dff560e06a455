#include "cli/log.hpp"

// The words podlapse's diagnostics use. Help lines follow an error and are always said: they take the last level.
#define SPDLOG_LEVEL_NAMES \
  { "trace", "debug", "note", "warning", "error", "  help", "off" }
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>

#include <memory>

namespace podlapse::cli {
namespace {

struct Settings {
  LogLevel level = LogLevel::Info;
  bool color = false;
};

Settings& settings() {
  static Settings value;
  return value;
}

// Made when the first line is said: a run that says nothing does not pay for it.
spdlog::logger& logger() {
  static const std::unique_ptr<spdlog::logger> made = [] {
    auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>(settings().color ? spdlog::color_mode::always
                                                                                           : spdlog::color_mode::never);
    sink->set_color(spdlog::level::info, sink->cyan);
    sink->set_color(spdlog::level::critical, sink->cyan);
    sink->set_pattern("%^%l%$: %v");
    auto log = std::make_unique<spdlog::logger>("podlapse", std::move(sink));
    log->set_level(spdlog::level::trace);
    return log;
  }();
  return *made;
}

void say(LogLevel level, spdlog::level::level_enum severity, std::string_view text) {
  if (log_says(level)) logger().log(severity, spdlog::string_view_t{text.data(), text.size()});
}

}  // namespace

void set_up_log(LogLevel level, bool color) { settings() = {level, color}; }

bool log_says(LogLevel level) { return level >= settings().level; }

void log_debug(std::string_view text) { say(LogLevel::Debug, spdlog::level::debug, text); }
void log_note(std::string_view text) { say(LogLevel::Info, spdlog::level::info, text); }
void log_warning(std::string_view text) { say(LogLevel::Warning, spdlog::level::warn, text); }
void log_error(std::string_view text) { say(LogLevel::Error, spdlog::level::err, text); }
void log_help(std::string_view text) { say(LogLevel::Error, spdlog::level::critical, text); }

}  // namespace podlapse::cli
