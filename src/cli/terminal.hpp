// What is at the other end of standard output and error: a terminal, how wide, with colour or not.
#pragma once

#include <cstdint>

namespace podlapse::cli {

enum class ColorWhen : std::uint8_t { Auto, Always, Never };

enum class Stream : std::uint8_t { Output, Error };

[[nodiscard]] bool is_terminal(Stream stream);

/// Whether to colour `stream`. `Auto`: a terminal that can (TERM is not "dumb"), unless NO_COLOR is set to anything or
/// CLICOLOR to 0; CLICOLOR_FORCE set to anything but 0 colours pipes too. (https://no-color.org,
/// https://bixense.com/clicolors)
[[nodiscard]] bool use_color(ColorWhen when, Stream stream);

/// Columns to print on: the terminal's at standard output, else 100.
[[nodiscard]] int output_width();

}  // namespace podlapse::cli
