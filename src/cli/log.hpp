// What podlapse says beside its product: lines on standard error, through spdlog.
#pragma once

#include <cstdint>
#include <string_view>

namespace podlapse::cli {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

/// Sets what is said from now on. Costs nothing until something is said.
void set_up_log(LogLevel level, bool color);

[[nodiscard]] bool log_says(LogLevel level);

/// One line each, without a full stop: "warning: text". An error is followed by no help line; use log_help for that.
void log_debug(std::string_view text);
void log_note(std::string_view text);
void log_warning(std::string_view text);
void log_error(std::string_view text);
/// "  help: text", said whenever errors are.
void log_help(std::string_view text);

}  // namespace podlapse::cli
